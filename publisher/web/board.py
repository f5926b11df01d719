"""What the pages show of the folder and the log: read again only when one of them changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

from publisher import run
from publisher.config import Config
from publisher.errors import ContentError
from publisher.model import Period, Problem, digest_of
from publisher.run import Office
from publisher.web.fresh import Fresh, Once
from publisher.web.heads import Heads
from publisher.web.sheets import View, view_of

_REPORTS = 8  # figures of so many periods are kept
_FORECASTS = 8  # so many pages of the calendar too

# A look at very many files is good for so many times as long as it took.
_LASTING = 10.0


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
        self._heads = heads
        self._folder: Once[str] = Once(_LASTING)
        self._pulse: Once[Mapping[tuple[str, str], Problem]] = Once()
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
            return run.forecast(self._office(config), first, weeks, sites)

        return self._forecasts.get((first, weeks, sites), self._seen(config), make)

    def report(self, period: Period) -> run.Report:
        """Return the figures of a period. Raise PublisherError when the log can't be read."""
        config = self._config()
        seen = self._seen(config)
        return self._reports.get(period, seen, lambda: run.report(self._office(config), period))

    def changed(self) -> None:
        """Look at the folder again for whoever comes next: somebody put files there just now."""
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
            look = run.look(office)
        except ContentError as error:  # the folder is away; what the log knows can be shown
            away = error.problems
            look = run.look_at_log(office)
        view = view_of(seen, config, look, away, self._held(config))
        now = self._now()
        times = [a.due for s in view.lists.waiting for a in s.waiting if a.due and a.due > now]
        self._until = min(times, default=datetime.max.replace(tzinfo=UTC))
        return view

    def stamp(self) -> str:
        """Return a digest of folder and log as they are now. Raise PublisherError."""
        return digest_of(*map(str, self._seen(self._config())[1:4]))

    def _seen(self, config: Config) -> tuple[object, ...]:
        """Return what changes with all that pages are made of: settings, files, log, time."""
        heads = tuple(self._heads.now().items())
        folder = self._folder.look(lambda: run.snapshot((config.posts, config.media_folder)))
        held = tuple((item, problem.code) for item, problem in self._held(config).items())
        now = self._now()
        # What waits for its time is due then, without any file changing; and days end.
        day = now.astimezone(config.schedule.timezone).date()
        passed = now.replace(second=0, microsecond=0) if now >= self._until else None
        return id(config), folder, heads, held, day, passed

    def _held(self, config: Config) -> Mapping[tuple[str, str], Problem]:
        """Return what the scheduler tried and could not send, such as conflicts."""

        def look() -> Mapping[tuple[str, str], Problem]:
            pulse = run.read_pulse(config)
            if pulse is None or pulse.ended:
                return {}
            return {item: rest.problem for item, rest in pulse.held.items()}

        return self._pulse.look(look)
