"""Proof of the figures: every counted item is looked up on its site."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from publisher.apply import Site
from publisher.errors import SiteError
from publisher.model import (
    NO_SITE,
    Event,
    Period,
    Problem,
    Publication,
    RemotePost,
    Verdict,
    Verification,
)
from publisher.run.office import Office, opened_sites, own_log
from publisher.run.reporting import missed_by, not_counted
from publisher.tally import tally

BATCH = 100
"""Posts that one list request of WordPress gives at most (per_page of /wp/v2/posts)."""

_LINKS_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Verified:
    """What looking up gave: each item with its verdict, and why a site could not be asked.

    Items of a site that could not be asked are UNREACHABLE, those of a channel that never can
    be CLOSED; that is not written to the log, because it says nothing about them.
    """

    looks: tuple[tuple[Publication, Verification], ...]
    unreachable: dict[str, Problem]


def verify(
    office: Office,
    period: Period,
    *,
    links: bool = True,
    known_for: timedelta = timedelta(0),
    expect: Callable[[int], None] = lambda _: None,
    tell: Callable[[Publication, Verification], None] = lambda _row, _look: None,
) -> Verified:
    """Look up every counted item of a period on its site, and note in the log what is there.

    Nothing is changed on any site. links: ask for the public address of each item too.
    known_for: what the log says already, and no longer than this, is not written again, so
    that looking every night does not fill the log.
    expect: told how many items there are. tell: told every verdict.
    """
    config = office.config
    looks: list[tuple[Publication, Verification]] = []
    failed: dict[str, Problem] = {}
    with own_log(office) as log:
        left_out = not_counted(config)
        rows = (row for row in log.publications() if row.site not in left_out)
        figures = tally(rows, period, config.schedule.timezone, missed=missed_by(config, period))
        on_channels = [i for i in figures.activities.items if i.publication.site != NO_SITE]
        counted = [item.publication for item in (*figures.items, *on_channels)]
        expect(len(counted))
        names = [name for name in config.sites if any(row.site == name for row in counted)]
        run_id = log.start_run("verify")
        known = log.verifications() if known_for else {}
        since = office.now() - known_for
        with ExitStack() as stack:
            sites: dict[str, Site] = {}
            if names:
                sites, failed = stack.enter_context(opened_sites(office, names))
            for name in dict.fromkeys(row.site for row in counted):
                mine = [row for row in counted if row.site == name]
                for batch in (mine[n : n + BATCH] for n in range(0, len(mine), BATCH)):
                    try:
                        if name in failed or name not in sites:
                            found = [(row, _look(row, Verdict.UNREACHABLE)) for row in batch]
                        elif not sites[name].abilities.look_up:
                            found = [(row, _look(row, Verdict.CLOSED)) for row in batch]
                        else:
                            found = list(_batch(sites[name], batch, links=links))
                            news = [x for _row, x in found if not _is_known(x, known, since)]
                            log.verified(run_id, news)
                    except SiteError as error:
                        failed[name] = error.problems[0]
                        found = [(row, _look(row, Verdict.UNREACHABLE)) for row in batch]
                    looks += found
                    for row, look in found:
                        tell(row, look)
        counts = {verdict.value: 0 for verdict in Verdict}
        for _row, look in looks:
            counts[look.verdict.value] += 1
        wrong = len(looks) - counts[Verdict.SOUND.value] - counts[Verdict.CLOSED.value]
        log.finish_run(run_id, int(wrong > 0), {k: n for k, n in counts.items() if n})
    return Verified(tuple(looks), failed)


def _batch(
    site: Site, rows: Sequence[Publication], *, links: bool
) -> Iterator[tuple[Publication, Verification]]:
    """Yield what one list request says of up to BATCH items, and their addresses."""
    there = {remote.id: remote for remote in site.find([row.remote_id for row in rows])}
    looks = [(row, _compared(row, there.get(row.remote_id))) for row in rows]
    with ThreadPoolExecutor(_LINKS_AT_ONCE) as pool:
        said = pool.map(
            lambda pair: (
                site.answers(pair[0].url) if links and pair[1].verdict is Verdict.SOUND else ""
            ),
            looks,
        )
        for (row, look), answer in zip(looks, said, strict=True):
            yield row, replace(look, verdict=Verdict.LINK, detail=answer) if answer else look


def _compared(row: Publication, remote: RemotePost | None) -> Verification:
    """Given what the log says and what the site holds, return the verdict."""
    if remote is None or remote.status == "trash":
        return _look(row, Verdict.GONE, remote.status if remote else "")
    if remote.fingerprint == row.fingerprint:
        if remote.status != "publish":
            return _look(row, Verdict.HIDDEN, remote.status)
        return _look(row, Verdict.SOUND)
    # A site that was set up anew gives its numbers to other posts.
    strange = remote.slug != row.slug and remote.title != row.title
    if strange and row.event is not Event.KEPT_SITE:
        return _look(row, Verdict.FOREIGN, remote.title)
    if remote.status != "publish":
        return _look(row, Verdict.HIDDEN, remote.status)
    return _look(row, Verdict.CHANGED)


def _is_known(
    look: Verification, known: Mapping[tuple[str, str], Verification], since: datetime
) -> bool:
    """Return whether the log has this finding, written since an instant."""
    had = known.get((look.site, look.key))
    return had is not None and replace(had, at=None) == look and (had.at or since) > since


def _look(row: Publication, verdict: Verdict, detail: str = "") -> Verification:
    return Verification(row.site, row.key, row.id, verdict, detail)
