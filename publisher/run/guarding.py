"""The brake: a folder from which many posts are gone at once is not believed."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from publisher.errors import ContentError
from publisher.model import NO_SITE, Memory, Problem, Publication, Where
from publisher.plan.renames import renames
from publisher.run.office import Office
from publisher.run.reading import Reading

MANY = 10
"""Published posts from which on the loss of more than half of them stops a run."""

HOLD = timedelta(days=1)
"""How long a run is refused for it. Whoever moved the files away on purpose need do nothing."""


def guard(reading: Reading, memory: Memory, office: Office, keys: Collection[str] = ()) -> None:
    """Raise ContentError when the share may not be mounted, or not wholly.

    That is when all posts are gone at once; or more than half of those that stand on sites,
    for as long as :data:`HOLD`. keys: posts that a person named; for them the second does not
    count. Nothing is ever deleted on a site because its file is gone, but among files that
    only seem to be new there may be some that are others under new names.
    """
    had = {row.key for row in memory.publications.values() if _has_file(row)} | reading.resting
    config = office.config
    where = Where(reading.folders.shown(config.posts))
    if had and not reading.present:
        raise ContentError(Problem("folder-empty", where, {"count": len(had)}))
    standing, gone = _gone(reading, memory)
    since = _since(config.state / "cache" / "gone.json", gone, office.now())
    lately = {key for key in gone if office.now() - since[key] < HOLD}
    # A file that could not be read yet may be one of those that are gone, under a new name.
    read = {post.file for post in reading.posts}
    unread = {found.key for found in reading.found if found.file not in read} - standing
    known = len(standing) - (len(gone) - len(lately))
    if keys or known < MANY or 2 * (len(lately) - len(unread)) <= known:
        return
    raise ContentError(Problem("folder-halved", where, {"count": len(lately), "known": known}))


def _has_file(row: Publication) -> bool:
    """Return whether a publication was made of a file and stands."""
    return row.has_file and not row.withdrawn


def _gone(reading: Reading, memory: Memory) -> tuple[frozenset[str], frozenset[str]]:
    """Return the keys of posts that stand on sites, and those of them whose file is gone."""
    rows = memory.publications
    standing = {
        (site, key) for (site, key), row in rows.items() if site != NO_SITE and _has_file(row)
    }
    gone: set[str] = set()
    for site in {site for site, key in standing if key not in reading.present}:
        here = {key: row for (of, key), row in rows.items() if of == site}
        _, renamed = renames(reading.articles, reading.present, here)
        moved = set(renamed.values())
        mine = {key for of, key in standing if of == site}
        gone |= {key for key in mine if key not in reading.present and key not in moved}
    return frozenset(key for _, key in standing) | reading.resting, frozenset(gone)


def _since(memo: Path, gone: Collection[str], now: datetime) -> Mapping[str, datetime]:
    """Return since when each file is gone, as earlier runs wrote it down beside the caches.

    Without a place to write, each is gone since now.
    """
    known: dict[str, datetime] = {}
    with suppress(OSError, ValueError, TypeError, AttributeError):
        stored = json.loads(memo.read_text(encoding="utf-8"))
        known = {key: datetime.fromisoformat(at) for key, at in stored.items()}
        known = {key: at for key, at in known.items() if at.tzinfo and at <= now}
    since = {key: known.get(key, now) for key in gone}
    if since != known:
        fresh = memo.with_name(f"{memo.name}.new")
        with suppress(OSError):
            memo.parent.mkdir(parents=True, exist_ok=True)
            lines = {key: at.isoformat() for key, at in sorted(since.items())}
            fresh.write_text(json.dumps(lines, ensure_ascii=False), encoding="utf-8")
            fresh.replace(memo)
    return since
