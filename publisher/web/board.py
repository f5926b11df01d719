"""What the pages show of the folder and the log: read again only when one of them changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum

from publisher import run
from publisher.config import Config
from publisher.errors import ContentError
from publisher.log import Entry
from publisher.model import (
    ACTIVITIES,
    NO_SITE,
    Decision,
    Period,
    Post,
    Problem,
    Publication,
    Severity,
    Status,
    digest_of,
)
from publisher.plan import APPROVAL, RETURNED, Action, ActionKind
from publisher.run import Office
from publisher.text import fold
from publisher.web.fresh import Fresh, Once
from publisher.web.heads import Heads
from publisher.web.lists import Lists

_REPORTS = 8  # figures of so many periods are kept
_FORECASTS = 8  # so many pages of the calendar too

# A look at very many files is good for so many times as long as it took.
_LASTING = 10.0


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
    the next run would turn. waiting: what waits for its time.
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


class Board:
    """Looks when it is asked and something changed. Threads may share it.

    config: as config.toml is now. office: made of it. now: the clock. heads: of its log.
    """

    def __init__(
        self,
        config: Callable[[], Config],
        office: Callable[[Config], Office],
        now: Callable[[], datetime],
        heads: Heads,
    ) -> None:
        self._config = config
        self._office = office
        self._now = now
        self._kept = run.Kept()
        self._heads = heads
        self._folder: Once[str] = Once(_LASTING)
        # What reads the folder shares a memory: one after the other. The log can be read beside.
        folder = ThreadPoolExecutor(1, thread_name_prefix="board-of-the-desk")
        figures = ThreadPoolExecutor(1, thread_name_prefix="figures-of-the-desk")
        self._pools = folder, figures
        self._views: Fresh[View] = Fresh(1, folder)
        self._forecasts: Fresh[run.Forecast] = Fresh(_FORECASTS, folder)
        self._reports: Fresh[run.Report] = Fresh(_REPORTS, figures)
        self._until = datetime.max.replace(tzinfo=UTC)

    def view(self) -> View:
        """Return how things stand. Raise PublisherError when the log can't be read."""
        config = self._config()
        return self._views.get("", self._seen(config), lambda: self._look(config))

    def forecast(self, first: date, weeks: int, sites: tuple[str, ...]) -> run.Forecast:
        """Return what is foreseen, as :func:`publisher.run.forecast`. Raise PublisherError."""
        config = self._config()

        def make() -> run.Forecast:
            return run.forecast(self._office(config), first, weeks, sites, self._kept)

        return self._forecasts.get((first, weeks, sites), self._seen(config), make)

    def report(self, period: Period) -> run.Report:
        """Return the figures of a period. Raise PublisherError when the log can't be read."""
        config = self._config()
        seen = self._seen(config)
        return self._reports.get(period, seen, lambda: run.report(self._office(config), period))

    def changed(self) -> None:
        """Look at the folder again for whoever comes next: the desk itself put files there."""
        self._folder.forget()

    def close(self) -> None:
        """Make nothing more."""
        for pool in self._pools:
            pool.shutdown(wait=False, cancel_futures=True)

    def _look(self, config: Config) -> View:
        seen = self._seen(config)
        office = self._office(config)
        away: tuple[Problem, ...] = ()
        try:
            look = run.look(office, self._kept)
        except ContentError as error:  # the folder is away; what the log knows can be shown
            away = error.problems
            look = run.look_at_log(office)
        view = _view(seen, config, look, away)
        now = self._now()
        times = [a.due for s in view.lists.waiting for a in s.waiting if a.due and a.due > now]
        self._until = min(times, default=datetime.max.replace(tzinfo=UTC))
        return view

    def stamp(self) -> str:
        """Return a digest of folder and log as they are now. Raise PublisherError."""
        return digest_of(*map(str, self._seen(self._config())[1:3]))

    def _seen(self, config: Config) -> tuple[object, ...]:
        """Return what changes with all that pages are made of: settings, files, log, time."""
        heads = tuple(self._heads.now().items())
        folder = self._folder.look(lambda: run.snapshot((config.posts, config.media_folder)))
        now = self._now()
        # What waits for its time is due then, without any file changing; and days end.
        day = now.astimezone(config.schedule.timezone).date()
        passed = now.replace(second=0, microsecond=0) if now >= self._until else None
        return id(config), folder, heads, day, passed


def _view(seen: object, config: Config, look: run.Outlook, away: tuple[Problem, ...]) -> View:
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
    posts = {post.file: post for post in reading.posts}
    sheets: dict[str, Sheet] = {}
    for found in reading.found:
        post = posts.get(found.file)
        key = post.key if post else found.key
        sheets[key] = _sheet(
            key, found.file, post, rows.get(key, ()), due.get(key, ()), waiting.get(key, ()),
            by_file.get(found.file, ()), failures.get(key, ()), config,
        )  # fmt: skip
    for key, own in rows.items():
        if key not in sheets:
            sheets[key] = _sheet(
                key, "", None, own, due.get(key, ()), (), (), failures.get(key, ()), config
            )
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
        _standing(post, file, rows, due, waiting, problems, failures),
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
        fold(" ".join((title, key, *authors))),
    )


def _standing(
    post: Post | None,
    file: str,
    rows: Sequence[Publication],
    due: Sequence[str],
    waiting: Sequence[Action],
    problems: Sequence[Problem],
    failures: Sequence[Entry],
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
