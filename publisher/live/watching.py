"""Notice that files changed: by looking, which works on network shares too."""

from __future__ import annotations

import threading
from collections.abc import Callable

EVERY = 0.5
"""Seconds between two looks."""


class Watcher:
    """Looks twice a second as long as somebody waits, however many they are."""

    def __init__(self, look: Callable[[], str]) -> None:
        self.look = look
        self._changed = threading.Condition()
        self._last = ""
        self._waiting = 0
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def wait(self, seen: str, timeout: float) -> str:
        """Return what there is to see now: something else than ``seen``, or after a time-out.

        timeout: seconds.
        """
        with self._changed:
            if not self._thread.is_alive() and not self._closed.is_set():
                self._thread.start()
            self._waiting += 1
            self._changed.wait_for(
                lambda: self._closed.is_set() or self._last not in ("", seen), timeout
            )
            self._waiting -= 1
            return self._last or seen

    @property
    def closed(self) -> bool:
        """Whether nobody needs to wait any more."""
        return self._closed.is_set()

    def close(self) -> None:
        """Send everybody home."""
        self._closed.set()
        with self._changed:
            self._changed.notify_all()

    def _run(self) -> None:
        while not self._closed.wait(EVERY):
            if not self._waiting:
                self._last = ""  # too old for whoever comes next
                continue
            now = self.look()
            with self._changed:
                if now != self._last:
                    self._last = now
                    self._changed.notify_all()
