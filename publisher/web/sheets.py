"""Posts as the pages tell of them: what the folder and the log know of each, and how it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from publisher import run
from publisher.config import Config
from publisher.log import Entry
from publisher.model import (
    ACTIVITIES,
    NO_SITE,
    Decision,
    Post,
    Problem,
    Publication,
    Severity,
    Status,
)
from publisher.plan import APPROVAL, RETURNED, Action, ActionKind
from publisher.text import fold
from publisher.web.lists import Lists


class Standing(StrEnum):
    """How a post stands, the worst first: that is what a list is looked through for."""

    MEND = "mend"
    FAILED = "failed"
    DUE = "due"
    APPROVAL = "approval"
    WAITING = "waiting"
    DRAFT = "draft"
    OUT = "out"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One post: of the folder, of the log, or of both.

    post: None when its file can't be read or is gone. file: "" when it is gone. when: the date
    that it shows or will show. rows: what the log last knew of it, by site. due: sites to which
    the next run would turn. waiting: what waits for its time. held: by site, why the scheduler
    could not send it as things are.
    """

    key: str
    title: str
    file: str
    standing: Standing
    kind: str = ""
    theme: str = ""
    unit: str = ""
    authors: tuple[str, ...] = ()
    when: datetime | None = None
    post: Post | None = None
    sites: tuple[str, ...] = ()
    rows: tuple[Publication, ...] = ()
    due: tuple[str, ...] = ()
    waiting: tuple[Action, ...] = ()
    problems: tuple[Problem, ...] = ()
    failures: tuple[Entry, ...] = ()
    held: tuple[tuple[str, Problem], ...] = ()
    folded: str = ""

    @property
    def errors(self) -> int:
        """How many problems hold it back."""
        return sum(1 for problem in self.problems if problem.severity is Severity.ERROR)

    @property
    def is_out(self) -> bool:
        """Whether there is something to withdraw."""
        return any(not row.withdrawn for row in self.rows)

    @property
    def is_activity(self) -> bool:
        """Whether it is sent to no site."""
        return self.kind in {kind.value for kind in ACTIVITIES}


@dataclass(frozen=True, slots=True)
class View:
    """The folder and the log as they were at one look.

    sheets: by key. strays: problems that belong to no post. pending: what waits for an editor,
    by key. moves: what gives posts other dates than their files have, by (site, key). lists: the
    posts in order. away: why the folder can't be read, so that all this is of the log alone.
    """

    seen: object
    config: Config
    look: run.Outlook
    sheets: Mapping[str, Sheet]
    strays: tuple[Problem, ...]
    pending: Mapping[str, run.Pending]
    moves: Mapping[tuple[str, str], Decision]
    lists: Lists
    away: tuple[Problem, ...] = ()


def view_of(
    seen: object,
    config: Config,
    look: run.Outlook,
    away: tuple[Problem, ...],
    held: Mapping[tuple[str, str], Problem],
) -> View:
    """Return the posts of one look. held: why some can't be sent, by (site, key)."""
    reading, memory = look.reading, look.memory
    by_file: dict[str, list[Problem]] = {}
    for problem in reading.problems:
        by_file.setdefault(problem.where.file, []).append(problem)
    rows: dict[str, list[Publication]] = {}
    for (_, key), row in memory.publications.items():
        rows.setdefault(key, []).append(row)
    due: dict[str, list[str]] = {}
    for site, key in look.due:
        due.setdefault(key, []).append(site)
    waiting: dict[str, list[Action]] = {}
    for action in look.waiting:
        waiting.setdefault(action.key, []).append(action)
    failures: dict[str, list[Entry]] = {}
    for entry in look.failures:
        failures.setdefault(entry.key, []).append(entry)
    stuck: dict[str, list[tuple[str, Problem]]] = {}
    failed = {(entry.site, entry.key) for entry in look.failures}
    for site, key in look.due:  # what was settled since is due no more
        if (why := held.get((site, key))) and (site, key) not in failed:
            stuck.setdefault(key, []).append((site, why))
    posts = {post.file: post for post in reading.posts}
    sheets: dict[str, Sheet] = {}
    for found in reading.found:
        post = posts.get(found.file)
        key = post.key if post else found.key
        sheets[key] = _sheet(
            key, found.file, post, rows.get(key, ()), due.get(key, ()), waiting.get(key, ()),
            by_file.get(found.file, ()), failures.get(key, ()), stuck.get(key, ()), config,
        )  # fmt: skip
    for key, own in rows.items():
        if key not in sheets:
            sheets[key] = _sheet(
                key, "", None, own, due.get(key, ()), (), (), failures.get(key, ()),
                stuck.get(key, ()), config,
            )  # fmt: skip
    files = {found.file for found in reading.found}
    strays = tuple(p for p in reading.problems if p.where.file not in files)
    pending = {each.article.key: each for each in run.pending(look)}
    moves = run.moves_of(reading, memory, config.sites)
    for (_, key), made in moves.items():
        if made.moment and not sheets[key].is_out:
            sheets[key] = replace(sheets[key], when=made.moment)
    return View(seen, config, look, sheets, strays, pending, moves, Lists(sheets.values()), away)


def _sheet(
    key: str,
    file: str,
    post: Post | None,
    rows: Sequence[Publication],
    due: Sequence[str],
    waiting: Sequence[Action],
    problems: Sequence[Problem],
    failures: Sequence[Entry],
    held: Sequence[tuple[str, Problem]],
    config: Config,
) -> Sheet:
    newest = max(rows, key=lambda row: row.id, default=None)
    title = (post.title if post else "") or (newest.title if newest else "")
    title = title or file.rpartition("/")[2] or key
    kind = post.kind.value if post else newest.kind if newest else ""
    shown = [row.shown_at for row in rows if row.shown_at]
    authors = post.authors if post else newest.authors if newest else ()
    activity = kind in {each.value for each in ACTIVITIES}
    wanted = (NO_SITE,) if activity else (post.sites or tuple(config.sites)) if post else ()
    return Sheet(
        key,
        title,
        file,
        _standing(post, file, rows, due, waiting, problems, [*failures, *held]),
        kind,
        post.theme if post else newest.theme if newest else "",
        post.unit if post else newest.unit if newest else "",
        authors,
        (post.date if post else None) or max(shown, default=None),
        post,
        tuple(dict.fromkeys((*wanted, *(row.site for row in rows)))),
        tuple(rows),
        tuple(due),
        tuple(a for a in waiting if a.kind is ActionKind.WAIT or a.reason == "scheduled"),
        tuple(problems),
        tuple(failures),
        tuple(held),
        fold(" ".join((title, key, *authors))),
    )


def _standing(
    post: Post | None,
    file: str,
    rows: Sequence[Publication],
    due: Sequence[str],
    waiting: Sequence[Action],
    problems: Sequence[Problem],
    failures: Sequence[object],
) -> Standing:
    out = any(not row.withdrawn for row in rows)
    if file and (post is None or any(p.severity is Severity.ERROR for p in problems)):
        return Standing.MEND
    if failures:
        return Standing.FAILED
    if post is not None and post.status is Status.DRAFT and not out:
        return Standing.DRAFT
    if due:
        return Standing.DUE
    if any(action.reason in (APPROVAL, RETURNED) for action in waiting):
        return Standing.APPROVAL
    if waiting:
        return Standing.WAITING
    if rows and not out:
        return Standing.WITHDRAWN
    return Standing.OUT
