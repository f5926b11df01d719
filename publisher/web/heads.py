"""How far the log goes: asked of it once a page, over a connection that stays open."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from publisher.errors import LogError
from publisher.log import Log, open_log
from publisher.run import Office
from publisher.web.fresh import Once

Ends = Mapping[str, tuple[int, str]]


class Heads:
    """Threads may share it. office: whose log it is."""

    def __init__(self, office: Callable[[], Office]) -> None:
        self._office = office
        self._once: Once[Ends] = Once()
        self._lock = threading.Lock()
        self._of: object = None
        self._log: Log | None = None

    def now(self) -> Ends:
        """Return each table's last id and hash. Raise LogError."""
        return self._once.look(self._look)

    def close(self) -> None:
        """Let go of the log."""
        with self._lock:
            self._let_go()

    def _look(self) -> Ends:
        office = self._office()
        place = office.config.log_url
        with self._lock:
            # A file that was put in the place of the one of before has another number.
            of = (place, _number(place)) if isinstance(place, Path) else place
            if self._log is None or of != self._of:
                self._let_go()
                self._log = open_log(place, office.now)
                self._of = (place, _number(place)) if isinstance(place, Path) else place
            try:
                return self._log.heads()
            except LogError:
                self._let_go()
                raise

    def _let_go(self) -> None:
        log, self._log = self._log, None
        if log is not None:
            with suppress(LogError):
                log.close()


def _number(path: Path) -> int:
    try:
        return path.stat().st_ino
    except OSError:
        return 0
