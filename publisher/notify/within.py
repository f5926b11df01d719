"""A limit on time for calls that keep their own limits badly."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import TypeVar

T = TypeVar("T")


def within(seconds: float, calls: Mapping[str, Callable[[], T]]) -> dict[str, T]:
    """Make calls side by side; return what those returned that ended in time, by name.

    A call must not raise. One that takes longer is left to itself, and does not keep the
    program from ending.
    """
    found: dict[str, T] = {}

    def run(name: str, call: Callable[[], T]) -> None:
        found[name] = call()

    threads = [
        threading.Thread(target=run, args=item, name=f"notice {item[0]}", daemon=True)
        for item in calls.items()
    ]
    for thread in threads:
        thread.start()
    end = time.monotonic() + seconds
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))
    return dict(found)
