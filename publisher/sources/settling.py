"""Files that stand still: what the last readings saw of them, by size and time of change."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from pathlib import Path

GAP = 2.0
"""Seconds between two looks at least: shares tell of a change with a delay, FAT in this grain."""

PATIENCE = 600.0
"""Seconds that a post waits for the files it shows before that is called an error."""

KEPT = 30 * 86400.0
"""Seconds for which a file is remembered that was not met: its share may come back."""

Mark = tuple[int, int]
"""Size (bytes) and time of change (ns) of a file."""


def mark_of(stat: os.stat_result) -> Mark:
    """Return by what a change of a file is noticed."""
    return stat.st_size, stat.st_mtime_ns


@dataclass(frozen=True, slots=True)
class _Seen:
    mark: Mark
    since: float
    still: bool
    met: float


class Settling:
    """Kept from reading to reading by whoever reads a folder again and again.

    A file is taken when size and time of change are the same in two readings. In the first
    one only what was there long before is taken, so that a start does not hold everything up.
    Ages are measured from when a file was first seen: a copy may keep its old time, and the
    clock of a share may be wrong. clock: seconds that only go up.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._roots: tuple[Path, ...] = ()
        self._last: dict[str, _Seen] = {}
        self._now: dict[str, _Seen] = {}
        self._lacked: dict[Hashable, float] = {}
        self._lacking: dict[Hashable, float] = {}
        self._first = True

    def begin(self, roots: tuple[Path, ...]) -> None:
        """Begin a reading of these folders; one that was not ended counts for nothing."""
        if roots != self._roots:
            self._roots, self._last, self._lacked, self._first = roots, {}, {}, True
        self._now, self._lacking = {}, {}

    def end(self) -> None:
        """End a reading: what it did not meet is forgotten in a while."""
        horizon = self._clock() - KEPT
        unmet = {path: seen for path, seen in self._last.items() if seen.met > horizon}
        self._last = unmet | self._now
        self._lacked, self._first = self._lacking, False

    def is_still(self, path: str, stat: os.stat_result) -> bool:
        """Note a file, and return whether it has stood still since the last reading."""
        mark = mark_of(stat)
        if (seen := self._now.get(path)) is None:
            seen = self._now[path] = self._seen(path, mark, stat)
        elif seen.mark != mark:  # it changed within this reading
            now = self._clock()
            seen = self._now[path] = _Seen(mark, now, still=False, met=now)
        return seen.still

    def _seen(self, path: str, mark: Mark, stat: os.stat_result) -> _Seen:
        before, now = self._last.get(path), self._clock()
        if before and before.mark == mark:
            still = before.still or now - before.since >= GAP
            return _Seen(mark, before.since, still=still, met=now)
        if self._first and _is_old(stat):
            return _Seen(mark, float("-inf"), still=True, met=now)
        return _Seen(mark, now, still=False, met=now)

    def may_come(self, path: str, missing: Hashable) -> bool:
        """Note that a post lacks a file, and return whether that may still be on its way.

        path: of the post's file. missing: what it lacks, in any form that stays the same.
        """
        key = path, missing
        since = self._lacked.get(key)
        if since is None:
            # What an old post lacks at the start, it lacked before.
            old = self._first and path in self._now
            since = self._now[path].since if old else self._clock()
        self._lacking[key] = since
        return self._clock() - since < PATIENCE


def _is_old(stat: os.stat_result) -> bool:
    """Return whether a file was there long before, by all times that it has.

    A copy may keep the time of change, but not that of its inode (Linux) or creation (Windows).
    """
    newest = max(stat.st_mtime, stat.st_ctime)
    return time.time() - newest > PATIENCE
