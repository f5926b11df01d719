"""The desk: all that its pages are made with, in one hand."""

from __future__ import annotations

import hmac
import secrets
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from publisher import periods, run
from publisher.config import Config
from publisher.errors import PublisherError
from publisher.model import Span, digest_of
from publisher.people import People, account_name, people_file
from publisher.run import Office
from publisher.web.archive import Archive
from publisher.web.board import Board
from publisher.web.fresh import NotYetError
from publisher.web.gate import Doors
from publisher.web.heads import Heads
from publisher.web.jobs import Worker
from publisher.web.screen import Screen
from publisher.web.sessions import Sessions
from publisher.web.throttle import Throttle
from publisher.web.trays import Trays

PATIENCE = 120.0
"""Seconds that an act waits for a scheduler that is at work."""

IN_PAGE = 10.0
"""Seconds that it waits when somebody looks at a page meanwhile."""

_MARKED = 5.0  # seconds that a mark is good for


class Desk:
    """What the pages share. Threads may share it.

    path: of config.toml. load: reads it. office: made of a config. now: the clock. seconds: a
    clock that only grows. local: whether a one-time link may let the local office in. tell:
    shows a new link to whoever sits at the machine.
    """

    def __init__(
        self,
        path: Path,
        load: Callable[[], Config],
        office: Callable[[Config], Office],
        now: Callable[[], datetime],
        seconds: Callable[[], float],
        *,
        local: bool,
        tell: Callable[[str], None],
    ) -> None:
        self._path = path
        self._load = load
        self._office = office
        self.now = now
        self.local = local
        self.tell = tell
        self.doors = Doors(0)
        self._lock = threading.Lock()
        self._config = load()
        self._seen = _stamp(path)
        self.people = People(people_file(self._config.state))
        self.sessions = Sessions(seconds)
        self.throttle = Throttle(seconds)
        self.worker = Worker(now)
        self._heads = Heads(self.office)
        self.board = Board(self.config, office, now, self._heads)
        self.archive = Archive(self.office, self._heads, self._config.state / "cache")
        self.screen = Screen(self._config, now)
        self.trays = Trays(lambda: self.last_config.state / "drop", now)
        self._seconds = seconds
        self._marking = threading.Lock()
        self._marked = (-_MARKED, "")
        self._link = ""

    def config(self) -> Config:
        """Return the settings as the file is now. Raise ConfigError when it is wrong."""
        with self._lock:
            seen = _stamp(self._path)
            if seen != self._seen:
                self._config = self._load()
                self._seen = seen
            return self._config

    @property
    def last_config(self) -> Config:
        """The settings as they last could be read: the frame of a page needs no more."""
        return self._config

    def office(self, person: str = "", patience: float = PATIENCE) -> Office:
        """Return the office in which somebody acts. Raise ConfigError."""
        return replace(self._office(self.config()), person=person, patience=patience)

    def mark(self) -> str:
        """Return a word that changes when pages would look otherwise; "" when nobody can tell.

        It is found out every few seconds at most, however many ask.
        """
        now = self._seconds()
        with self._marking:
            if now - self._marked[0] > _MARKED:
                jobs = [f"{job.id}{bool(job.started)}" for job in self.worker.under_way()]
                try:
                    word = digest_of(self.board.stamp(), self._pulse(), jobs)[:16]
                except PublisherError:
                    word = ""
                self._marked = now, word
            return self._marked[1]

    def _pulse(self) -> str:
        # To the minute: a scheduler writes of itself more often than it has anything to tell.
        pulse = run.read_pulse(self.last_config)
        return f"{pulse.written:%H:%M}{pulse.ended}" if pulse else ""

    def warm(self) -> None:
        """Read log and folder before anybody asks: the first page is not to be slow."""
        with suppress(PublisherError, NotYetError):  # told by the pages
            self.archive.values()
            self.board.view()
            config = self.config()
            today = self.now().astimezone(config.schedule.timezone).date()
            self.board.report(run.closed(config, periods.of(Span.YEAR, today)))

    def close(self, patience: float) -> None:
        """Take no more work, and wait for what is in hand; patience: seconds."""
        self.screen.close()
        self.board.close()
        self._heads.close()
        self.worker.close(patience)

    def new_link(self) -> str:
        """Return an address that signs the local office in, once; earlier ones end."""
        with self._lock:
            self._link = secrets.token_urlsafe(32)
            return f"http://127.0.0.1:{self.doors.port}/vao?ma={self._link}"

    def used(self, link: str) -> bool:
        """Return whether this is the one-time link; it is worth nothing from now on."""
        with self._lock:
            right = bool(self._link) and hmac.compare_digest(
                self._link.encode(), link.encode("utf-8", "replace")
            )
            if right:
                self._link = ""
            return right

    @staticmethod
    def local_person() -> str:
        """Return the name under which the local office acts: of the computer's account."""
        return account_name()


def _stamp(path: Path) -> object:
    try:
        found = path.stat()
    except OSError:
        return ()
    return found.st_mtime_ns, found.st_size, found.st_ino
