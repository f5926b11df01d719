"""A real share: a file system of its own that is mounted, and can go away at any moment."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Share:
    """Folders that show a file system in memory, each connected and disconnected at will."""

    def __init__(self, store: Path) -> None:
        self._store = store
        self._connected: list[Path] = []

    def connect(self, folder: Path) -> None:
        """Show the share's folder of this name at a place, where an empty folder is made."""
        kept = self._store / folder.name
        kept.mkdir(exist_ok=True)
        folder.mkdir(parents=True, exist_ok=True)
        _run("mount", "--bind", str(kept), str(folder))
        self._connected.append(folder)

    def leave(self, folder: Path) -> None:
        """Disconnect it: an empty folder is left, as below any mount point."""
        _run("umount", str(folder))
        self._connected.remove(folder)

    def close(self) -> None:
        for folder in reversed(self._connected):
            _run("umount", "--lazy", str(folder))


def missing() -> str:
    """Return why nothing can be mounted here, or ""."""
    if not shutil.which("mount") or not hasattr(os, "geteuid"):
        return "The tests of shares need Linux"
    return "" if os.geteuid() == 0 else "The tests of shares need root, to mount them"


@contextmanager
def mounted(store: Path) -> Iterator[Share]:
    """Mount a share. Raise CalledProcessError where even root may not."""
    store.mkdir()
    _run("mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(store))
    share = Share(store)
    try:
        yield share
    finally:
        share.close()
        _run("umount", "--lazy", str(store))


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)
