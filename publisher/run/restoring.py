"""Restore: a withdrawn post is asked back in the log first, then brought back on the sites."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from publisher import posts
from publisher.apply import Outcome
from publisher.errors import ContentError
from publisher.model import (
    NO_SITE,
    Event,
    Memory,
    Post,
    Problem,
    Publication,
    Severity,
    Status,
    Where,
)
from publisher.plan import Choice, renames
from publisher.run.guarding import guard
from publisher.run.office import Office, opened_sites, own_log
from publisher.run.publishing import published_keys
from publisher.run.reading import Reading, read
from publisher.run.recording import actions_of, agenda_of, record
from publisher.run.rounds import Result, Wishes, rounds

if TYPE_CHECKING:
    from publisher.log import Log


def restore(
    office: Office,
    keys: Sequence[str],
    reason: str,
    names: Collection[str] = (),
    tell: Callable[[Outcome], None] = lambda _: None,
) -> Result:
    """Ask for withdrawn posts to stand on their sites again (all, or those named), and do it.

    What a post then says is what its file says today; its number and address on the site stay.
    The wish is in the log first: when a site can't be reached now, the next run does it.
    Raise ContentError for a key that is not withdrawn from any of these sites, and for a post
    whose file is gone, has errors, is a draft, or expired.
    """
    config = office.config
    with own_log(office) as log:
        memory = log.memory()
        reading = read(config, published_keys(memory))
        guard(reading, memory, office, keys)
        # A site that config.toml no longer names can't be asked.
        within = {*(names or config.sites), *(() if names else (NO_SITE,))}
        wanted = [row for row in _away(reading, memory) if row.site in within and row.key in keys]
        _check(office, reading, memory, keys, wanted)
        run_id = log.start_run("restore")
        for row in wanted:
            if row.previous_key:
                log.record(run_id, row)
            status = row.status if row.event is Event.WITHDRAWAL_ASKED else "trash"
            asked = replace(row, status=status, reason=reason, previous_key="")
            log.record(run_id, replace(asked, event=Event.RESTORATION_ASKED))
        log.finish_run(run_id, 0, {"asked": len(wanted)})
        result = Result()
        _bring_back(office, log, reading, wanted, result, tell)
    result.problems = [*_of(reading, wanted), *(p for p in result.problems if _said_of(p, keys))]
    return result


def _bring_back(
    office: Office,
    log: Log,
    reading: Reading,
    wanted: Iterable[Publication],
    result: Result,
    tell: Callable[[Outcome], None],
) -> None:
    keys = {row.key for row in wanted}
    involved = list(dict.fromkeys(row.site for row in wanted if row.site != NO_SITE))
    if involved:
        with opened_sites(office, involved) as (sites, failed):
            result.unreachable = dict(failed)
            wishes = Wishes(keys, Choice.ASK, lambda _: None, tell, threading.Event(), "restore")
            rounds(office, log, reading, sites, result, wishes)
    if any(row.site == NO_SITE for row in wanted):
        off_web = agenda_of(reading, log.memory(), office.now(), keys)
        result.problems += off_web.problems
        result.actions += actions_of(off_web)
        result.outcomes += record(log, off_web, tell)


def _away(reading: Reading, memory: Memory) -> Iterator[Publication]:
    """Yield what was withdrawn, or is to be; a renamed file under its new key."""
    for row in memory.publications.values():
        if row.withdrawn or row.event is Event.WITHDRAWAL_ASKED:
            yield row
    # A run that published since would have noted the new names.
    for site in {site for site, _ in memory.publications} - {NO_SITE}:
        here = {key: row for (name, key), row in memory.publications.items() if name == site}
        rows, renamed = renames(reading.articles, reading.present, here)
        for key, old in renamed.items():
            if rows[key].withdrawn:
                yield replace(rows[key], key=key, event=Event.WITHDRAWN, previous_key=old)


def _check(
    office: Office,
    reading: Reading,
    memory: Memory,
    keys: Iterable[str],
    wanted: Sequence[Publication],
) -> None:
    """Raise ContentError with all that keeps these posts from being brought back."""
    wrong: list[Problem] = []
    known = sorted({row.key for row in _away(reading, memory)})
    found = {row.key for row in wanted}
    for key in keys:
        if key not in found:
            meant = posts.suggest(key, known)
            wrong.append(Problem("not-withdrawn", params={"key": key, "meant": meant}))
    ready = {article.key: article.post for article in reading.articles}
    ready |= {activity.post.key: activity.post for activity in reading.activities}
    for row in wanted:
        post = ready.get(row.key)
        for problem in _broken(reading, row) if post is None else _unfit(office, post, row):
            wrong += [problem] if problem not in wrong else []
    if wrong:
        raise ContentError(*wrong)


def _broken(reading: Reading, row: Publication) -> Iterator[Problem]:
    """Yield why there is no article of a post: its file is gone, or has errors."""
    if row.key not in reading.present:
        params = {"key": row.key, "title": row.title, "site": row.site}
        yield Problem("restore-no-file", params=params)
        return
    files = {found.file for found in reading.found if found.key == row.key}
    files |= {post.file for post in reading.posts if post.key == row.key}
    for problem in reading.problems:
        if problem.where.file in files and problem.severity is Severity.ERROR:
            yield problem
    yield Problem("restore-broken", Where(next(iter(files), "")), {"key": row.key})


def _unfit(office: Office, post: Post, row: Publication) -> Iterator[Problem]:
    """Yield why a post can't stand on a site whatever was asked."""
    if post.status is Status.DRAFT:
        yield Problem("restore-draft", post.where("status"))
    if post.expire and post.expire <= office.now():
        value = f"{post.expire.astimezone(office.config.schedule.timezone):%d/%m/%Y %H:%M}"
        yield Problem("restore-expired", post.where("expire"), {"value": value})
    if post.sites and row.site not in (*post.sites, NO_SITE):
        params = {"site": row.site, "sites": ", ".join(post.sites)}
        yield Problem("restore-other-site", post.where("sites"), params)


def _of(reading: Reading, rows: Iterable[Publication]) -> list[Problem]:
    """Return what is to be said of the files of these posts."""
    keys = {row.key for row in rows}
    files = {post.file for post in reading.posts if post.key in keys}
    return [problem for problem in reading.problems if problem.where.file in files]


def _said_of(problem: Problem, keys: Collection[str]) -> bool:
    """Return whether a plan's problem is about these posts, or about a site."""
    return problem.params.get("key") in (None, *keys)
