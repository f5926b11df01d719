"""What people handed in and have not saved yet: kept for a while, each seen by its person."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from publisher import run
from publisher.run import Fate, Item

_LASTS = timedelta(hours=12)
_EACH = 3  # trays of one person; the oldest goes first
_ALL = 30


@dataclass(slots=True)
class Tray:
    """Files that one person handed in at once. place: where they lie meanwhile."""

    id: str
    person: str
    made: datetime
    place: Path
    items: tuple[Item, ...] = ()
    saved: bool = False

    def of(self, *fates: Fate) -> list[Item]:
        """Return the files with one of these fates."""
        return [item for item in self.items if item.fate in fates]


class Trays:
    """Threads may share it. folder: where files lie until they are saved; now: the clock."""

    def __init__(self, folder: Callable[[], Path], now: Callable[[], datetime]) -> None:
        self._folder = folder
        self._now = now
        self._lock = threading.Lock()
        self._kept: dict[str, Tray] = {}
        self._saving = threading.Lock()
        self._swept = False

    def new(self, person: str) -> Tray:
        """Return an empty tray; what the same person left lying longest goes for it."""
        id_ = secrets.token_urlsafe(12)
        with self._lock:
            self._sweep(person)
            tray = Tray(id_, person, self._now(), self._folder() / id_)
            self._kept[id_] = tray
        return tray

    def find(self, id_: str, person: str) -> Tray | None:
        """Return somebody's own tray, None when there is none of this name."""
        with self._lock:
            tray = self._kept.get(id_)
        return tray if tray and tray.person == person else None

    def save(self, tray: Tray, work: Callable[[Sequence[Item]], tuple[Item, ...]]) -> None:
        """Let the files of a tray be saved, once however often that is asked for."""
        with self._saving:
            if not tray.saved:
                tray.items = work(tray.items)
                tray.saved = True
                run.discard(tray.place)

    def drop(self, tray: Tray) -> None:
        """Forget a tray."""
        with self._lock:
            self._kept.pop(tray.id, None)
        run.discard(tray.place)

    def _sweep(self, person: str) -> None:
        if not self._swept:  # left over by a desk that was ended
            self._swept = True
            run.discard(self._folder())
        now = self._now()
        old = [t for t in self._kept.values() if now - t.made > _LASTS]
        mine = [t for t in self._kept.values() if t.person == person and t not in old]
        old += mine[: max(0, len(mine) - _EACH + 1)]
        rest = [t for t in self._kept.values() if t not in old]
        old += rest[: max(0, len(rest) - _ALL + 1)]
        for tray in old:
            del self._kept[tray.id]
            run.discard(tray.place)
