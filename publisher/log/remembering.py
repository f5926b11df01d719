"""What the plan needs of the log, in plain SQL: it is asked before each run, and with each plan.

The same text is understood by SQLite and by PostgreSQL. No library is loaded for it, since that
takes longer than the answer.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from publisher.model import (
    Attempt,
    Decision,
    Event,
    Memory,
    Publication,
    RemoteMedia,
    Ruling,
)

_T = TypeVar("_T")

Ask = Callable[..., Iterable[Sequence[Any]]]
"""Runs one SELECT, with values in a tuple if it has any, and gives its rows."""

REVISIONS = ("0001", "0002", "0003", "0004")
"""Every migration in order; the last is what this program writes."""

PLAIN = (
    "id", "at", "run_id", "site", "key", "event", "remote_id", "url", "status", "slug", "title",
    "kind", "theme", "unit", "authors", "source", "pictures", "shown_at", "digest",
    "article_digest", "fingerprint", "reason", "previous_key",
)  # fmt: skip
"""Columns of a publication but its long text and the chain."""

MORE = ("place", "participants", "copies", "evidence", "shares")
"""Columns of its facts, which few have."""

_HOUR = timedelta(hours=1)
_EVENTS = {event.value: event for event in Event}
_COLUMNS = ", ".join([*(f"p.{name}" for name in PLAIN), *(f"f.{name}" for name in MORE)])

_PUBLICATIONS = f"""
    SELECT {_COLUMNS} FROM publications p LEFT JOIN facts f ON f.publication_id = p.id
    WHERE p.id IN (SELECT max(id) FROM publications {{}} GROUP BY site, key) ORDER BY p.id
"""  # noqa: S608 - columns of ours
_BUT = "WHERE key NOT IN (SELECT value FROM json_each(?))"
_IDS = """
    SELECT DISTINCT site, remote_id FROM publications
    WHERE event <> 'imported' AND key IN (SELECT value FROM json_each(?))
"""
_RENAMES = """
    SELECT id, site, key, previous_key, run_id FROM publications
    WHERE previous_key <> '' ORDER BY id
"""
_MEDIA = "SELECT site, digest, remote_id, url, width, height FROM media ORDER BY id"
# Sent twice, a create or an upload leaves two of a thing; an update whose end is unknown
# would look like a person's edit. Left out are acts that ended, that were done later on, and
# those whose thing a later run found on the site, or took over under the name that its file
# has since. (Runs are numbered in order, which a clock that is set back can't upset.)
_UNSETTLED = """
    SELECT a.site, a.key, a.action, a.digest, a.name, a.title, a.sent, a.id, a.at
    FROM attempts a
    WHERE a.id > {after} AND a.state = 'started' AND a.action IN ('create', 'update', 'upload')
    AND NOT EXISTS (SELECT 1 FROM attempts c
        WHERE c.started_id = a.id AND c.state <> 'unknown')
    AND NOT EXISTS (SELECT 1 FROM attempts l
        WHERE l.site = a.site AND l.key = a.key AND l.id > a.id AND l.state = 'done')
    AND NOT EXISTS (SELECT 1 FROM publications p
        WHERE p.site = a.site AND p.key = a.key AND p.run_id > a.run_id AND p.event = 'adopted')
    AND NOT EXISTS (SELECT 1 FROM publications p
        WHERE p.site = a.site AND p.previous_key = a.key AND p.run_id > a.run_id)
    ORDER BY a.id
"""
# The last row until then is near the end, so no index is wanted.
_APPEARED = """
    SELECT site, at FROM publications WHERE event = 'published' AND at > '{after}'
    AND id > coalesce((SELECT id FROM publications WHERE at <= '{after}'
        ORDER BY id DESC LIMIT 1), 0)
"""
_BEGUN = """
    SELECT a.site, a.at FROM attempts a
    WHERE a.state = 'started' AND a.action = 'create' AND a.at > '{after}'
    AND a.id > coalesce((SELECT id FROM attempts WHERE at <= '{after}'
        ORDER BY id DESC LIMIT 1), 0)
    AND NOT EXISTS (SELECT 1 FROM attempts c
        WHERE c.started_id = a.id AND c.state <> 'unknown')
"""
DECISIONS = """
    SELECT d.ruling, d.site, d.key, d.title, d.digest, d.moment, d.against, d.reason, r.person,
        d.at, d.id, d.run_id
    FROM decisions d LEFT JOIN runs r ON r.id = d.run_id ORDER BY d.id
"""

_TOLD = {"attempts": ("key",), "publications": ("key", "previous_key"), "decisions": ("key",)}
"""Tables whose rows tell of posts, and the columns that name them."""
_END = "SELECT id, hash FROM {} ORDER BY id DESC LIMIT 1"
_HASH = "SELECT hash FROM {} WHERE id = ?"
_KEYS_SINCE = "SELECT DISTINCT {} FROM {} WHERE id > ?"
_NO_ROW = (0, "")


def recall(
    log: str | Path, now: datetime, but: Collection[str] = (), after: int = 0
) -> Memory | None:
    """Return what a plan needs of a log that is a file, the media left out.

    but: keys of posts that are left out too. after: an attempt up to which the end of all is known.
    None when it has to be opened as :func:`publisher.log.open_log` does: it is on a server, not
    there yet, of an older program or a newer one, or something is wrong with it.
    """
    return _asked(log, lambda ask: memory(ask, now, media=False, but=but, after=after))


def ids_of(log: str | Path, keys: Collection[str]) -> Mapping[str, frozenset[str]]:
    """Return under which ids posts stand on each site, or stood, of a log as :func:`recall` has it.

    Posts that stood there before us are left out.
    """
    found: dict[str, set[str]] = {}
    rows = _asked(log, lambda ask: list(ask(_IDS, (json.dumps([*keys]),)))) if keys else None
    for site, remote_id in rows or ():
        found.setdefault(site, set()).add(remote_id)
    return {site: frozenset(ids) for site, ids in found.items()}


def told_since(log: str | Path, before: str) -> tuple[str, frozenset[str] | None] | None:
    """Return how far a log that is a file goes, and the keys of what it was told since.

    before: how far it went, as this said; None for the keys when this log never went there.
    None as :func:`recall` has it.
    """

    def answer(ask: Ask) -> tuple[str, frozenset[str] | None]:
        ends = [next(iter(ask(_END.format(table))), _NO_ROW) for table in _TOLD]
        now = json.dumps([[*row] for row in ends])
        if before == now:
            return now, frozenset()
        return now, _told(ask, json.loads(before)) if before else None

    return _asked(log, answer)


def _told(ask: Ask, before: Sequence[Sequence[Any]]) -> frozenset[str] | None:
    """Return the keys of all rows after these; None when one of these is not in the log."""
    keys: set[str] = set()
    for (table, columns), (id_, hash_) in zip(_TOLD.items(), before, strict=True):
        there = next(iter(ask(_HASH.format(table), (id_,))), ("",))
        if there[0] != hash_:
            return None
        for column in columns:
            rows = ask(_KEYS_SINCE.format(column, table), (id_,))
            keys.update(key for (key,) in rows)
    return frozenset(keys)


def _asked(log: str | Path, answer: Callable[[Ask], _T]) -> _T | None:
    if not isinstance(log, Path) or not log.is_file():
        return None
    try:
        place = f"{log.resolve().as_uri()}?mode=rw"
        with closing(sqlite3.connect(place, uri=True, isolation_level=None)) as connection:
            connection.execute("BEGIN")
            version = connection.execute("SELECT version_num FROM alembic_version").fetchone()
            return answer(connection.execute) if version == (REVISIONS[-1],) else None
    except (sqlite3.Error, ValueError):
        return None


def memory(
    ask: Ask, now: datetime, *, media: bool = True, but: Collection[str] = (), after: int = 0
) -> Memory:
    """Return what the plan needs to know: publications, media, acts without a known end.

    but: keys of posts that are left out, which SQLite alone can do. after: see :func:`recall`.
    """
    query = _PUBLICATIONS.format(_BUT if but else "")
    publications = list(ask(query, (json.dumps([*but]),)) if but else ask(query))
    decisions = list(ask(DECISIONS))
    renames = list(ask(_RENAMES)) if publications or decisions else []
    return Memory(
        _publications(publications, renames),
        _media(ask) if media else {},
        {(row[0], row[1]): _attempt(row) for row in ask(_UNSETTLED.format(after=after))},
        _recent(ask, now - _HOUR),
        *_decided(decisions, renames),
    )


def _publications(
    rows: Iterable[Sequence[Any]], renames: Iterable[Sequence[Any]]
) -> dict[tuple[str, str], Publication]:
    found = {(row[3], row[4]): publication_of(row) for row in rows}
    for id_, site, _key, previous, _run in renames:
        old = found.get((site, previous))
        if old is not None and old.id < id_:  # a new post may have taken the old key since
            del found[site, previous]
    return found


def _media(ask: Ask) -> dict[tuple[str, str], RemoteMedia]:
    return {
        (site, digest): RemoteMedia(remote_id, url, width, height)
        for site, digest, remote_id, url, width, height in ask(_MEDIA)
    }


def _attempt(row: Sequence[Any]) -> Attempt:
    site, key, action, digest, name, title, sent, id_, at = row
    return Attempt(site, key, action, digest, name, title, sent, id_, instant(at))


def _recent(ask: Ask, since: datetime) -> dict[str, tuple[datetime, ...]]:
    """Return when posts appeared for the first time after an instant, by site.

    A create without a known end counts from its beginning: it may stand there. A clock that was
    set back leaves instants that lie ahead, which count as they are.
    """
    found: dict[str, list[datetime]] = {}
    for query in (_APPEARED, _BEGUN):
        for site, at in ask(query.format(after=instant_text(since))):
            found.setdefault(site, []).append(instant(at))
    return {site: tuple(sorted(instants)) for site, instants in found.items()}


def _decided(
    decisions: Iterable[Sequence[Any]], renames: Iterable[Sequence[Any]]
) -> tuple[dict[tuple[str, str], Decision], dict[str, Decision]]:
    """Return the newest decisions about dates by (site, key), about contents by key.

    They follow a post whose file got another name, as soon as the log was told of that.
    """
    moves: dict[tuple[str, str], Decision] = {}
    verdicts: dict[str, Decision] = {}
    for made in map(decision_of, decisions):
        if made.ruling in (Ruling.MOVED, Ruling.MOVED_BACK):
            moves[made.site, made.key] = made
        else:
            verdicts[made.key] = made
    if not (moves or verdicts):
        return moves, verdicts
    for _id, site, key, previous, run_id in renames:
        old = moves.get((site, previous))
        if old is not None and old.run_id < run_id and (site, key) not in moves:
            moves[site, key] = old
        verdict = verdicts.get(previous)
        if verdict is not None and verdict.run_id < run_id:
            verdicts.setdefault(key, verdict)
    return moves, verdicts


# Values of the domain


def instant_text(at: datetime) -> str:
    """Return an aware instant as ``2023-03-15T01:00:00.000000Z``: it sorts as text."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def instant(text: str) -> datetime:
    """Return the aware instant that instant_text wrote."""
    return datetime.fromisoformat(text)


def publication_of(row: Sequence[Any]) -> Publication:
    """Given the columns PLAIN and MORE, return the publication without its content."""
    (
        id_, at, run_id, site, key, event, remote_id, url, status, slug, title, kind, theme, unit,
        authors, source, pictures, shown_at, digest, article_digest, fingerprint, reason,
        previous_key, place, participants, copies, evidence, shares,
    ) = row  # fmt: skip
    return Publication(
        site, key, _EVENTS[event], remote_id, url, status, slug, title, kind, theme, unit,
        _texts(authors), source, pictures, instant(shown_at) if shown_at else None, digest,
        article_digest, fingerprint, reason, previous_key, place or "", participants or 0,
        copies or 0, _texts(evidence) if evidence else (),
        tuple(json.loads(shares)) if shares else (), at=instant(at), id=id_, run_id=run_id,
    )  # fmt: skip


@lru_cache(maxsize=1024)
def _texts(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))


def decision_of(row: Sequence[Any]) -> Decision:
    """Given the columns of DECISIONS, return the decision."""
    ruling, site, key, title, digest, moment, against, reason, person, at, id_, run_id = row
    return Decision(
        Ruling(ruling), site, key, title, digest, instant(moment) if moment else None,
        instant(against) if against else None, reason, person or "", instant(at), id_, run_id,
    )  # fmt: skip
