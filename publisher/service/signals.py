"""What the system tells the service: to stop, to read its settings anew."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from types import FrameType


class Signals:
    """Flags that signals set, and the wait that they end.

    stop: set to finish the item in hand and end. Nobody waits on it: a signal could come
    while its lock is held. They wait on the queue, which may be written to at any time.
    """

    def __init__(self) -> None:
        self.stop = threading.Event()
        self._reload = False
        self._woken: SimpleQueue[None] = SimpleQueue()

    def ask_stop(self) -> None:
        """Ask to finish the item in hand and end."""
        self.stop.set()
        self._woken.put(None)

    def ask_reload(self) -> None:
        """Ask for the settings to be read anew, at once."""
        self._reload = True
        self._woken.put(None)

    def reload_asked(self) -> bool:
        """Return whether a reload was asked for since the last call."""
        asked, self._reload = self._reload, False
        return asked

    def wait(self, seconds: float) -> bool:
        """Wait, but no longer than until somebody asks for something; return whether."""
        try:
            self._woken.get(timeout=max(0.0, seconds))
        except Empty:
            return False
        return True


@contextmanager
def listening(signals: Signals, stopping: Callable[[], None], second: int) -> Iterator[None]:
    """Let TERM and Ctrl-C stop, HUP reload; a second Ctrl-C ends at once with this status.

    stopping: told when the end is near. On Windows Ctrl-Break and the end of a task stop.
    """

    def stop(number: int, _frame: FrameType | None) -> None:
        if signals.stop.is_set():
            if number == signal.SIGINT:
                # Nothing is lost: what is being sent is in the log, and is looked for later.
                os._exit(second)
            return
        signals.ask_stop()
        stopping()

    def reload(_number: int, _frame: FrameType | None) -> None:
        signals.ask_reload()

    wanted = {"SIGINT": stop, "SIGTERM": stop, "SIGBREAK": stop, "SIGHUP": reload}
    there = {getattr(signal, name): act for name, act in wanted.items() if hasattr(signal, name)}
    before = {number: signal.signal(number, act) for number, act in there.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
