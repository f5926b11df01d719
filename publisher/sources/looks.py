"""What one reading sees of files: each looked at once, and those of lately once more."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

from publisher.sources import disk
from publisher.sources.digests import tells
from publisher.sources.settling import Mark, Settling, mark_of

YOUNG = 60.0
"""Seconds since its last change in which a file is looked at once more after the reading."""


class Looks:
    """The status of files as a reading saw it first. settling: what earlier readings saw."""

    def __init__(self, settling: Settling | None) -> None:
        self._settling = settling
        self._seen: dict[str, os.stat_result] = {}
        self._young: dict[str, Mark] = {}
        self._unsettled: set[str] = set()
        self._since = time.time()

    def begin(self, roots: tuple[Path, ...]) -> None:
        """Begin a reading of these folders."""
        if self._settling:
            self._settling.begin(roots)

    def end(self) -> None:
        """End the reading, so that the next one is compared with it."""
        if self._settling:
            self._settling.end()

    @property
    def settles(self) -> bool:
        """Whether files are compared with what earlier readings saw."""
        return self._settling is not None

    def status(self, path: Path) -> os.stat_result:
        """Return size, times and attributes of a file. Raise OSError."""
        name = str(path)
        if name not in self._seen:
            stat = self._seen[name] = disk.status(name)
            self._note(name, stat)
        return self._seen[name]

    def saw(self, path: str, stat: os.stat_result) -> None:
        """Be told of a file that was looked at in passing."""
        if self._settling:  # each is asked about, and on a share every question takes its time
            self._seen[path] = stat
        if stat.st_mtime > self._since - YOUNG:
            self._note(path, stat)

    def _note(self, path: str, stat: os.stat_result) -> None:
        if not tells(stat):
            self._unsettled.add(path)
        if abs(time.time() - stat.st_mtime) < YOUNG:
            self._young.setdefault(path, mark_of(stat))

    def mark(self, path: str) -> Mark | None:
        """Return by what a change is noticed of a file that was looked at, None for the rest.

        (0, 0) where nothing would tell of a change.
        """
        if path in self._unsettled:
            return (0, 0)
        return mark_of(self._seen[path]) if path in self._seen else None

    def is_still(self, path: Path) -> bool:
        """Return whether a file stands still since the last reading, or nobody knows.

        Raise OSError.
        """
        return self._settling is None or self._settling.is_still(str(path), self.status(path))

    def moved(self) -> Iterator[Path]:
        """Yield files that changed since they were looked at; only young ones are asked about."""
        for path, mark in self._young.items():
            try:
                if mark_of(disk.status(path)) != mark:
                    yield Path(path)
            except OSError:
                yield Path(path)
