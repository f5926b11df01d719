"""The memory of digests, so that unchanged pictures are not read again."""

from __future__ import annotations

import hashlib
import json
import os
import time
from contextlib import suppress
from functools import cached_property
from pathlib import Path

from publisher.sources import disk
from publisher.sources.settling import mark_of

SETTLED = 2.0
"""Seconds after which a file's time of change is trusted to tell of the next change."""


AT_ONCE = 64 * 1024 * 1024
"""Bytes of a file that is read as a whole, and kept until the next one: a photo has fewer."""


def tells(stat: os.stat_result) -> bool:
    """Return whether the time of a file is trusted to tell of its next change.

    A file written within the clock's grain of now could change again unseen.
    """
    return time.time() - stat.st_mtime > SETTLED


class Digests:
    """SHA-256 (hex) of files, by path. cache: a JSON file that may be deleted at any time."""

    def __init__(self, cache: Path) -> None:
        self._cache = cache
        self._dirty = False
        self._latest = ("", b"")

    @cached_property
    def _known(self) -> dict[str, tuple[int, int, str]]:
        try:
            stored = json.loads(self._cache.read_text(encoding="utf-8"))
            return {k: (int(s), int(t), str(d)) for k, (s, t, d) in stored.items()}
        except (OSError, ValueError, TypeError, AttributeError):
            return {}  # no cache yet, or not ours: everything is read once more

    def known(self, path: Path, stat: os.stat_result) -> str:
        """Return the digest of a file that did not change since it was read, or ""."""
        known = self._known.get(str(path))
        return known[2] if known and known[:2] == mark_of(stat) else ""

    def read(self, path: Path, stat: os.stat_result) -> str:
        """Read a file and return its digest. Raise OSError."""
        with disk.opened(path) as file:
            if stat.st_size > AT_ONCE:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            else:
                data = file.read()
                digest = hashlib.sha256(data).hexdigest()
                self._latest = (digest, data)
        if tells(stat):
            self._known[str(path)] = (*mark_of(stat), digest)
            self._dirty = True
        return digest

    def content(self, digest: str) -> bytes | None:
        """Return the bytes of the file that was read last, if they have this digest, once."""
        last, data = self._latest
        if digest != last:
            return None
        self._latest = ("", b"")
        return data

    def learn(self, other: Digests) -> None:
        """Take over what another memory holds."""
        self._known |= other._known
        self._dirty |= bool(other._known)

    def forget(self, path: Path) -> None:
        """Forget a digest that turned out to be wrong."""
        self._dirty |= self._known.pop(str(path), None) is not None

    def knows_below(self, folder: Path) -> bool:
        """Return whether files below a folder were ever read."""
        start = str(folder / "x")[:-1]
        return any(path.startswith(start) for path in self._known)

    def save(self) -> None:
        """Remember the digests for the next run; without a place to write, do without."""
        if not self._dirty:
            return
        fresh = self._cache.with_name(f"{self._cache.name}.new")
        try:
            self._cache.parent.mkdir(parents=True, exist_ok=True)
            fresh.write_text(json.dumps(self._known), encoding="utf-8")
            fresh.replace(self._cache)
        except OSError:
            with suppress(OSError):
                fresh.unlink()
