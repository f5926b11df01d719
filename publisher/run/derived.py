"""Pictures made ready before, kept for the next site and for another try.

A folder of the state folder that may be deleted at any time. What is in it is the picture as
it was sent, never the original; the longest unused goes first when it grows too large.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from tempfile import NamedTemporaryFile

import PIL

from publisher import images
from publisher.config import Config
from publisher.model import digest_of

_MADE = 1
"""Raise it when pictures are prepared otherwise: then each is made anew."""

_LIMIT = 256 * 1024 * 1024  # bytes; about a thousand photos of 1600 pixels
_ENDING = ".picture"


class Derived:
    """Prepared pictures by the digest of their file. Safe to share between threads.

    limit: bytes that all may take together. Where it can't write, it keeps nothing.
    """

    def __init__(self, config: Config, limit: int = _LIMIT) -> None:
        settings = config.images
        self._folder = config.state / "cache" / "pictures"
        self._way = (_MADE, PIL.__version__, settings.longest_side, settings.quality)
        self._format = settings.format
        self._limit = limit
        self._lock = threading.Lock()
        self._size = -1  # bytes of all; not known before something is added

    def of(self, digest: str, make: Callable[[], images.Prepared]) -> images.Prepared:
        """Return the picture prepared from the file with this SHA-256 (hex), made if need be."""
        path = self._folder / f"{digest_of(digest, *self._way, self._format)}{_ENDING}"
        if found := _read(path):
            return found
        made = make()
        with suppress(OSError):
            self._keep(path, made)
        return made

    def _keep(self, path: Path, made: images.Prepared) -> None:
        known = asdict(made)
        content = known.pop("content")
        known["digest"] = hashlib.sha256(content).hexdigest()
        self._folder.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=self._folder, suffix=".new", delete=False) as file:
            fresh = Path(file.name)
            file.write(json.dumps(known).encode() + b"\n" + content)
        try:
            fresh.replace(path)
        except OSError:  # Windows: somebody reads it, so it is there
            fresh.unlink(missing_ok=True)
            raise
        with self._lock:
            self._size = self._size + len(content) if self._size >= 0 else self._measured()
            if self._size > self._limit:
                self._shrink()

    def _measured(self) -> int:
        return sum(size for _, size, _ in self._files())

    def _shrink(self) -> None:
        """Remove what was not used for longest, until a tenth is free."""
        files = sorted(self._files())
        self._size = sum(size for _, size, _ in files)
        for _, size, path in files:
            if self._size <= self._limit * 9 // 10:
                break
            with suppress(OSError):
                path.unlink(missing_ok=True)
                self._size -= size

    def _files(self) -> list[tuple[float, int, Path]]:
        """Return when each file was used last, its bytes, its path."""
        found = []
        with os.scandir(self._folder) as entries:
            for entry in entries:
                with suppress(OSError):
                    seen = entry.stat()
                    found.append((seen.st_mtime, seen.st_size, Path(entry.path)))
        return found


def _read(path: Path) -> images.Prepared | None:
    """Return what a file holds, None when it is not there or not as it was written."""
    try:
        head, _, content = path.read_bytes().partition(b"\n")
        known = json.loads(head)
        if known.pop("digest") != hashlib.sha256(content).hexdigest():
            return None
        found = images.Prepared(content=content, **known)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
    with suppress(OSError):
        os.utime(path)
    return found
