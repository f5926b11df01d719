"""What one reading sees of files: each looked at once, and those of lately once more."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

from publisher.sources import disk
from publisher.sources.settling import Mark, Settling, mark_of

YOUNG = 60.0
"""Seconds since its last change in which a file is looked at once more after the reading."""


class Looks:
    """The status of files as a reading saw it first. settling: what earlier readings saw."""

    def __init__(self, settling: Settling | None) -> None:
        self._settling = settling
        self._seen: dict[Path, os.stat_result] = {}
        self._young: dict[Path, Mark] = {}

    def begin(self, roots: tuple[Path, ...]) -> None:
        """Begin a reading of these folders."""
        if self._settling:
            self._settling.begin(roots)

    def end(self) -> None:
        """End the reading, so that the next one is compared with it."""
        if self._settling:
            self._settling.end()

    def status(self, path: Path) -> os.stat_result:
        """Return size, times and attributes of a file. Raise OSError."""
        if path not in self._seen:
            stat = self._seen[path] = disk.status(path)
            if abs(time.time() - stat.st_mtime) < YOUNG:
                self._young[path] = mark_of(stat)
        return self._seen[path]

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
                    yield path
            except OSError:
                yield path
