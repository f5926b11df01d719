"""The coming weeks: what will happen when, told without asking any site."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from publisher import plan as planning
from publisher.activities import is_activity
from publisher.config import Config
from publisher.model import (
    NO_SITE,
    Decision,
    Event,
    Memory,
    Post,
    Problem,
    Publication,
    Severity,
    Status,
    Target,
)
from publisher.plan import (
    APPROVAL,
    EXPIRED,
    RETURNED,
    Action,
    ActionKind,
    Question,
    moved_post,
)
from publisher.run.almanac import Mark, almanac
from publisher.run.guarding import guard
from publisher.run.office import Office, log_of
from publisher.run.publishing import published_keys
from publisher.run.reading import Reading, read
from publisher.run.recording import agenda_of
from publisher.run.ruling import moves_of
from publisher.timetable import Timetable

DAY = timedelta(days=1)
_WEEK = 7


class What(StrEnum):
    """What happens, or happened, with a post.

    handed: the site itself publishes it. approval: it waits for an editor. update: it is looked
    at and brought up to date.
    expire: it is withdrawn by itself. held: it has errors. draft: it is not going out.
    """

    PUBLISHED = "published"
    RECORDED = "recorded"
    PUBLISH = "publish"
    HANDED = "handed"
    APPROVAL = "approval"
    UPDATE = "update"
    RESTORE = "restore"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"
    ACTIVITY = "activity"
    HELD = "held"
    DRAFT = "draft"


_WAITING = (What.PUBLISH, What.HANDED, What.APPROVAL, What.ACTIVITY, What.RESTORE)


@dataclass(frozen=True, slots=True)
class Happening:
    """One post on one site at one instant (aware; None where no instant is known).

    wanted: the date in the file, when it waits longer than that. reason: why it waits, a code.
    problem: the first error of what is held. moved: what gave it another date than its file has.
    movable: whether somebody may.
    """

    what: What
    at: datetime | None
    site: str
    key: str
    title: str
    kind: str = ""
    theme: str = ""
    file: str = ""
    url: str = ""
    wanted: datetime | None = None
    reason: str = ""
    urgent: bool = False
    problem: Problem | None = None
    moved: Decision | None = None
    movable: bool = False


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the office's calendar, and what happens on it in the order of time."""

    date: date
    marks: tuple[Mark, ...]
    happenings: tuple[Happening, ...]


@dataclass(frozen=True, slots=True)
class Forecast:
    """Whole weeks, from a Monday on.

    now: the instant for which it holds. never: posts that can't go out as things are, the
    reason ``hours`` or ``expired``. undated: files that can't be read, so that nobody knows
    their day. later: how many posts and activities wait for days after these.
    """

    now: datetime
    days: tuple[Day, ...]
    never: tuple[Happening, ...]
    undated: tuple[Happening, ...]
    later: int

    @property
    def weeks(self) -> tuple[tuple[Day, ...], ...]:
        """The days, in sevens from Monday to Sunday."""
        starts = range(0, len(self.days), _WEEK)
        return tuple(self.days[start : start + _WEEK] for start in starts)


def forecast(
    office: Office,
    first: date,
    weeks: int,
    sites: Collection[str] = (),
) -> Forecast:
    """Given a day of the first week, return what is foreseen for so many whole weeks.

    sites: names of those that are wanted, () for all.
    Raise ContentError without a folder of posts.
    """
    config, now = office.config, office.now()
    with log_of(office) as log:
        memory = log.memory()
    reading = read(config, published_keys(memory))
    guard(reading, memory, office)
    names = [name for name in config.sites if not sites or name in sites]
    targets = [config.target(name) for name in names]
    found = list(_found(reading, memory, targets, now, _with_homes(config, targets)))
    if sites:  # activities are on none; what can't be read may be for any
        found = [h for h in found if h.site != NO_SITE or h.what is What.HELD]
    begin = first - timedelta(days=first.weekday())
    dates = [begin + number * DAY for number in range(weeks * _WEEK)]
    zone, by_day = config.schedule.timezone, dict[date, list[Happening]]()
    for happening in found:
        if happening.at:
            by_day.setdefault(happening.at.astimezone(zone).date(), []).append(happening)
    marks = almanac(config, targets, dates)
    later = (h for day, some in by_day.items() if day > dates[-1] for h in some)
    return Forecast(
        now,
        tuple(
            Day(day, marks[day], tuple(sorted(by_day.get(day, ()), key=_order))) for day in dates
        ),
        tuple(h for h in found if h.at is None and h.what is What.PUBLISH),
        tuple(h for h in found if h.at is None and h.what is What.HELD),
        sum(1 for h in later if h.what in _WAITING),
    )


def _with_homes(config: Config, targets: Sequence[Target]) -> list[Target]:
    """Return sites with those that they have copies from, which are foreseen before them."""
    names = {target.name for target in targets}
    homes = {t.home.site for t in targets if t.home} - names
    return [*targets, *(config.target(name) for name in sorted(homes))]


def _order(happening: Happening) -> tuple[float, bool, str, str]:
    at = happening.at
    return (at.timestamp() if at else 0, not happening.urgent, happening.key, happening.site)


def _found(
    reading: Reading,
    memory: Memory,
    targets: Sequence[Target],
    now: datetime,
    foreseen: Sequence[Target],
) -> Iterator[Happening]:
    """Yield all that happened and all that will, whatever the day. foreseen: with their homes."""
    names = [target.name for target in targets]
    coming, others = planning.upcoming(reading.articles, reading.present, memory, foreseen, now)
    coming = [action for action in coming if action.site in names]
    others = [decision for decision in others if decision.site in names]
    ahead = {(action.site, action.key) for action in coming}
    rows = [row for (site, _), row in memory.publications.items() if site in (*names, NO_SITE)]
    moves = moves_of(reading, memory, names)
    yield from _standing((row for row in rows if (row.site, row.key) not in ahead), moves, now)
    timetables = {target.name: target.timetable for target in targets}
    for action in coming:
        yield _coming(action, timetables[action.site])
    for decision in others:
        yield from _decided(decision, memory, now)
    yield from _expiring(reading, rows, coming, names, now)
    off_web = agenda_of(reading, memory, now)
    files = {activity.post.key: activity.post.file for activity in reading.activities}
    for row in off_web.waiting:
        yield _of_row(What.ACTIVITY, row, row.shown_at, file=files.get(row.key, ""))
    for entry in off_web.entries:
        there = entry.row.withdrawn or entry.reason in ("edited-file", "renamed")
        what = What.WITHDRAW if entry.row.withdrawn else What.UPDATE if there else What.ACTIVITY
        yield _of_row(what, entry.row, now, file=entry.file)
    standing = {row.key for row in rows if not row.withdrawn}
    yield from _not_ready(reading, standing, moves, names, now)


def _standing(
    rows: Iterable[Publication], moves: Mapping[tuple[str, str], Decision], now: datetime
) -> Iterator[Happening]:
    for row in rows:
        if row.withdrawn:
            continue
        if row.event is Event.WITHDRAWAL_ASKED:
            yield _of_row(What.WITHDRAW, row, now)
        if row.status == "publish":
            yield _of_row(What.PUBLISHED, row, row.shown_at)
        elif row.status == "recorded":
            yield _of_row(What.RECORDED, row, row.shown_at)
        elif row.status == "future" and row.shown_at and row.shown_at > now:
            handed, moved = _of_row(What.HANDED, row, row.shown_at), moves.get((row.site, row.key))
            yield replace(handed, moved=moved, movable=True)


def _coming(action: Action, timetable: Timetable) -> Happening:
    assert action.article is not None  # what is to appear has a file
    post, due = action.article.post, action.due
    if due and post.expire and due >= post.expire:
        never = _of_post(What.PUBLISH, post, None, action.site, reason=EXPIRED)
        return replace(never, moved=action.move)
    what = What.HANDED if action.status == "future" and due == post.not_before else What.PUBLISH
    wanted = post.not_before if due and post.not_before and post.not_before < due else None
    reason = "" if action.reason == "new" else action.reason
    if wanted and reason in ("date", "embargo"):  # what will keep it from going just then
        any_time = post.urgent and timetable.urgent_any_time
        reason = "limit" if any_time or timetable.is_open(wanted) else "hours"
    made = _of_post(what, post, due, action.site, wanted=wanted, reason=reason)
    return replace(made, moved=action.move, movable=True)


def _decided(decision: Action | Question, memory: Memory, now: datetime) -> Iterator[Happening]:
    """Yield what becomes of a post that was there before: in the next run, or later."""
    if isinstance(decision, Question):
        if row := memory.publications.get((decision.site, decision.key)):
            back = row.event is Event.RESTORATION_ASKED
            yield _of_row(What.RESTORE if back else What.UPDATE, row, now)
        return
    row, article = decision.publication, decision.article
    if decision.kind is ActionKind.WITHDRAW and row:
        yield _of_row(What.EXPIRE, row, now)
    elif decision.reason in (APPROVAL, RETURNED) and article:
        first = row is None or row.status in ("draft", "future")
        at = max(decision.due, now) if decision.due and first else now
        made = _of_post(What.APPROVAL, article.post, at, decision.site, reason=decision.reason)
        yield replace(made, moved=decision.move, movable=first)
    elif decision.kind is ActionKind.WAIT and row:
        back = row.event is Event.RESTORATION_ASKED
        what = What.RESTORE if back else What.UPDATE
        yield _of_row(what, row, decision.due, reason=decision.reason)
    elif decision.reason == EXPIRED and article and row is None:
        yield _of_post(What.PUBLISH, article.post, None, decision.site, reason=EXPIRED)


def _expiring(
    reading: Reading,
    rows: Iterable[Publication],
    coming: Iterable[Action],
    names: Collection[str],
    now: datetime,
) -> Iterator[Happening]:
    shown = {(row.site, row.key) for row in rows if not row.withdrawn and row.status != "draft"}
    released = {(action.site, action.key): action.due for action in coming}
    for article in reading.articles:
        post = article.post
        if post.expire is None or post.expire <= now or post.status is Status.DRAFT:
            continue
        for name in _sites_of(post, names):
            at = released.get((name, post.key))
            if (at and at < post.expire) or ((name, post.key) in shown and not at):
                yield _of_post(What.EXPIRE, post, post.expire, name)


def _not_ready(
    reading: Reading,
    standing: Collection[str],
    moves: Mapping[tuple[str, str], Decision],
    names: Collection[str],
    now: datetime,
) -> Iterator[Happening]:
    """Yield what is not going out: posts with errors, drafts that have a date already."""
    wrong: dict[str, Problem] = {}
    for problem in reading.problems:
        if problem.severity is Severity.ERROR:
            wrong.setdefault(problem.where.file, problem)
    for post in reading.posts:
        if post.key in standing:
            continue
        sites = [NO_SITE] if is_activity(post) else _sites_of(post, names)
        for name in sites:
            move = moves.get((name, post.key))
            not_before = moved_post(post, move).not_before
            more: dict[str, Any] = {"moved": move, "movable": name != NO_SITE}
            if post.status is Status.DRAFT:
                if not_before:
                    yield replace(_of_post(What.DRAFT, post, not_before, name), **more)
            elif post.file in wrong:
                at = max(not_before or now, now)
                made = _of_post(What.HELD, post, at, name, problem=wrong[post.file])
                yield replace(made, **more)
    read_files = {post.file for post in reading.posts}
    for file in reading.found:
        if file.file not in read_files and file.key not in standing:
            yield Happening(
                What.HELD, None, NO_SITE, file.key, file.key, file=file.file,
                problem=wrong.get(file.file),
            )  # fmt: skip


def _sites_of(post: Post, names: Collection[str]) -> list[str]:
    return [name for name in names if not post.sites or name in post.sites]


def _of_post(
    what: What,
    post: Post,
    at: datetime | None,
    site: str,
    *,
    wanted: datetime | None = None,
    reason: str = "",
    problem: Problem | None = None,
) -> Happening:
    return Happening(
        what, at, site, post.key, post.title, post.kind.value, post.theme, post.file,
        wanted=wanted, reason=reason, urgent=post.urgent, problem=problem,
    )  # fmt: skip


def _of_row(
    what: What, row: Publication, at: datetime | None, *, file: str = "", reason: str = ""
) -> Happening:
    return Happening(
        what, at, row.site, row.key, row.title, row.kind, row.theme, file, row.url, reason=reason
    )
