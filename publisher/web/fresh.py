"""Values that take long to make: made once for all who ask, and anew when their source changed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import ContextVar
from typing import Generic, TypeVar

PATIENCE = 0.7
"""Seconds that people wait for a newer value when there is an older one to show."""

FIRST = 20.0
"""Seconds that they wait for the very first one; then they are told to come again."""

_LASTS = 2.0  # seconds

_Value = TypeVar("_Value")


_came: ContextVar[float] = ContextVar("came", default=0.0)


def came() -> None:
    """Note that a request begins: what it looks at need not be younger than that."""
    _came.set(time.monotonic())


class Once(Generic[_Value]):
    """A look that all share who came before it began. Threads may share it.

    lasting: so many times as long as it took, a look is good for those who come later too.
    """

    def __init__(self, lasting: float = 0.0) -> None:
        self._lasting = lasting
        self._lock = threading.Lock()
        self._until = -1.0
        self._value: _Value | None = None

    def look(self, act: Callable[[], _Value]) -> _Value:
        """Return what ``act`` gives, or gave since the request began."""
        since = _came.get() or time.monotonic()
        with self._lock:
            if self._value is None or self._until < since:
                began = time.monotonic()
                self._value = act()
                took = time.monotonic() - began
                self._until = began + min(_LASTS, took * self._lasting)
            return self._value

    def forget(self) -> None:
        """Look again for whoever comes next, as something was changed."""
        with self._lock:
            self._value = None


class NotYetError(Exception):
    """There is nothing to show yet; it is being made."""


class Fresh(Generic[_Value]):
    """Values by name, a few of them, each with the stamp of what it was made from.

    Whoever asks when the stamp is another gets the new value if it is there soon, else the old
    one; the first ones wait. One is made at a time, in a thread of its own. most: so many are
    kept, the newest.
    """

    def __init__(self, most: int, pool: ThreadPoolExecutor) -> None:
        self._most = most
        self._pool = pool
        self._lock = threading.Lock()
        self._kept: dict[Hashable, tuple[object, _Value]] = {}
        self._made: dict[Hashable, tuple[object, Future[_Value]]] = {}

    def get(self, name: Hashable, stamp: object, make: Callable[[], _Value]) -> _Value:
        """Return a value. Raise what ``make`` raises, NotYetError when it takes very long."""
        came = time.monotonic()
        while True:
            with self._lock:
                kept = self._kept.get(name)
                if kept is not None and kept[0] == stamp:
                    return kept[1]
                if name not in self._made:
                    self._made[name] = stamp, self._pool.submit(make)
                of, future = self._made[name]
            until = came + (PATIENCE if kept else FIRST)
            try:
                value = future.result(max(0.0, until - time.monotonic()))
            except TimeoutError:
                if future.done():  # it is an error of its own
                    raise
                if kept is None:
                    raise NotYetError from None
                return kept[1]
            finally:
                self._keep(name, of, future)
            if of == stamp or time.monotonic() > until:
                return value

    def _keep(self, name: Hashable, of: object, future: Future[_Value]) -> None:
        """Keep what was made; what failed is made anew for whoever comes next."""
        with self._lock:
            if not future.done() or self._made.get(name) != (of, future):
                return
            del self._made[name]
            if future.exception() is None:
                self._kept.pop(name, None)
                self._kept[name] = of, future.result()
                while len(self._kept) > self._most:
                    del self._kept[next(iter(self._kept))]
