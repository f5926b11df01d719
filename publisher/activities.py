"""Activities: what the plan counts though it is on no site. Posts → rows for the log. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from publisher.model import (
    ACTIVITIES,
    NO_SITE,
    Event,
    Kind,
    Post,
    Problem,
    Publication,
    Severity,
    SourceFile,
    Status,
    Where,
    digest_of,
)

_LINK = re.compile(r"https?://[^\s/]+", re.IGNORECASE)
_PICTURE = re.compile(r"\.(jpe?g|png|webp|avif|gif|tiff?|heic|bmp)$", re.IGNORECASE)
_GATHERINGS = (Kind.HOI_NGHI, Kind.TAP_HUAN)
_PRINTED = (Kind.AN_PHAM, Kind.BAN_TIN)


@dataclass(frozen=True, slots=True)
class Activity:
    """An activity whose evidence was found: paths as people know them, and links.

    digest: SHA-256 (hex) of all that the log is told, and of the files.
    """

    post: Post
    evidence: tuple[str, ...]
    digest: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to be written into the log for an activity, why (a code), and its file."""

    row: Publication
    reason: str
    file: str


@dataclass(frozen=True, slots=True)
class Agenda:
    """What activities call for: rows to be written now, rows that wait for their day."""

    entries: tuple[Entry, ...]
    waiting: tuple[Publication, ...]
    problems: tuple[Problem, ...]


def is_activity(post: Post) -> bool:
    """Return whether a post is an activity, which no site ever gets."""
    return post.kind in ACTIVITIES


def read_activity(
    post: Post, find: Callable[[str], SourceFile | None]
) -> tuple[Activity | None, list[Problem]]:
    """Given an activity as written, return it with its evidence, and what is wrong with it.

    find: the file that a path means from this post. With an error it is None.
    """
    problems = list(_wanting(post))
    evidence: list[str] = []
    digests: list[str] = []
    for written in post.evidence:
        file = None if _LINK.match(written) else find(written)
        if file:
            digests.append(file.digest)
        elif not _LINK.match(written):
            where, params = post.where("evidence"), {"path": written}
            problems.append(Problem("evidence-missing", where, params))
        evidence.append(file.path if file else written)
    if post.status is Status.DRAFT:  # what is still being written holds nobody up
        problems = [replace(p, severity=Severity.WARNING) for p in problems]
    if any(p.severity is Severity.ERROR for p in problems):
        return None, problems
    digest = digest_of(
        post.title, post.kind, post.theme, post.date.isoformat() if post.date else "", post.unit,
        post.authors, post.source, post.place, post.participants, post.copies, evidence, digests,
    )  # fmt: skip
    return Activity(post, tuple(evidence), digest), problems


def _wanting(post: Post) -> Iterator[Problem]:
    """Yield what an activity lacks: without a date it is in no period."""
    if not post.date:
        yield Problem("activity-date", post.where("date" if "date" in post.lines else ""))
    wanted = ["theme", "unit"]
    wanted += ["place", "participants"] if post.kind in _GATHERINGS else []
    wanted += ["copies"] if post.kind in _PRINTED else []
    for key in wanted:
        if not getattr(post, key):
            where = post.where(key if key in post.lines else "")
            yield Problem("field-wanted", where, {"key": key}, Severity.WARNING)
    if not post.evidence:
        where = post.where("evidence" if "evidence" in post.lines else "")
        yield Problem("evidence-wanted", where, severity=Severity.WARNING)


def agenda(
    activities: Iterable[Activity],
    present: Collection[str],
    web: Mapping[str, str],
    publications: Mapping[tuple[str, str], Publication],
    now: datetime,
) -> Agenda:
    """Return what the log is to be told of activities.

    present: keys of all files; web: the files of those that are web items, by key.
    publications: the newest row of each site and key. An activity that lies ahead waits. One
    set back to draft, or made a web item, is withdrawn; a file that is gone is only warned of.
    """
    here = {key: row for (site, key), row in publications.items() if site == NO_SITE}
    known = {key: row for key, row in here.items() if key in present}
    gone = {row.digest: key for key, row in here.items() if key not in present}
    entries: list[Entry] = []
    waiting: list[Publication] = []
    problems: list[Problem] = []
    renamed: set[str] = set()
    for activity in activities:
        post = activity.post
        had = known.get(post.key)
        old = "" if post.key in here else gone.get(activity.digest, "")
        if old and old not in renamed:
            renamed.add(old)
            had = here[old]
        if post.status is Status.DRAFT:
            entries += _withdrawn(had, "draft", post.file)
            continue
        if sites := _sites_with(post.key, publications):
            params = {"sites": ", ".join(sites), "key": post.key}
            problems.append(Problem("activity-on-site", post.where("kind"), params))
            continue
        row = _row(activity, had)
        if post.date and post.date > now:
            waiting.append(replace(row, event=Event.SCHEDULED, status="future"))
        elif reason := _reason(row, had):
            entries.append(Entry(row, reason, post.file))
    for key, file in web.items():
        entries += _withdrawn(known.get(key), "web-item", file)
    problems += [
        Problem("activity-missing", Where(), {"key": key, "title": row.title}, Severity.WARNING)
        for key, row in here.items()
        if key not in present
        and key not in renamed
        and row.event is not Event.WITHDRAWN
        and row.has_file
    ]
    return Agenda(tuple(entries), tuple(waiting), tuple(problems))


def _row(activity: Activity, had: Publication | None) -> Publication:
    post = activity.post
    return Publication(
        NO_SITE,
        post.key,
        Event.RECORDED,
        status="recorded",
        title=post.title,
        kind=post.kind.value,
        theme=post.theme,
        unit=post.unit,
        authors=post.authors,
        source=post.source,
        pictures=sum(1 for path in activity.evidence if _PICTURE.search(path)),
        shown_at=post.date,
        digest=activity.digest,
        article_digest=activity.digest,
        previous_key=had.key if had and had.key != post.key else "",
        place=post.place,
        participants=post.participants,
        copies=post.copies,
        evidence=activity.evidence,
    )


def _reason(row: Publication, had: Publication | None) -> str:
    """Return why a row is to be written, "" when the log says the same already."""
    if had is None:
        return "new"
    if had.event is Event.RESTORATION_ASKED:
        return "asked-back"
    if had.event is Event.WITHDRAWN:  # a person's word holds until the file says more
        by_file = had.reason in ("draft", "web-item")
        return "new" if by_file or had.digest != row.digest else ""
    if row.previous_key:
        return "renamed"
    return "" if had.digest == row.digest else "edited-file"


def _withdrawn(had: Publication | None, reason: str, file: str) -> list[Entry]:
    if had is None or had.event is Event.WITHDRAWN:
        return []
    return [Entry(withdrawal(had, reason), reason, file)]


def withdrawal(had: Publication, reason: str) -> Publication:
    """Return the row by which an activity counts no more; reason: a code, or a person's words."""
    return replace(had, event=Event.WITHDRAWN, status="withdrawn", reason=reason, previous_key="")


def _sites_with(key: str, publications: Mapping[tuple[str, str], Publication]) -> list[str]:
    """Return the sites on which a post of this key stands: it would be counted twice."""
    return [
        site
        for (site, other), row in publications.items()
        if other == key and site != NO_SITE and row.event is not Event.WITHDRAWN
    ]
