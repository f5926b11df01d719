"""The program, killed at one point of a run: ``python -m tests.killed POINT ARGUMENTS``.

Points are counted through the run: before and after every commit to the log, and before and
after every request that changes a site. At the given one the process gets SIGKILL, which
nothing in it can catch. When the run has fewer points, it ends as ever.
"""

from __future__ import annotations

import itertools
import os
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any

import requests

from publisher.__main__ import main
from publisher.log.store import Log

_points = itertools.count(1)
_lock = threading.Lock()


def _point(deadly: int) -> None:
    with _lock:
        if next(_points) == deadly:
            os.kill(os.getpid(), signal.SIGKILL)


def _between(
    act: Callable[..., Any], deadly: int, counts: Callable[..., bool]
) -> Callable[..., Any]:
    def watched(*args: Any, **kwargs: Any) -> Any:
        if not counts(*args):
            return act(*args, **kwargs)
        _point(deadly)
        answer = act(*args, **kwargs)
        _point(deadly)
        return answer

    return watched


def _changes(_adapter: object, request: requests.PreparedRequest, *_: object) -> bool:
    return request.method != "GET"


def _arm(deadly: int) -> None:
    for name in ("start_run", "begun", "ended", "record", "finish_run"):
        setattr(Log, name, _between(getattr(Log, name), deadly, lambda *_: True))
    adapter: Any = requests.adapters.HTTPAdapter
    adapter.send = _between(adapter.send, deadly, _changes)


if __name__ == "__main__":
    _arm(int(sys.argv[1]))
    sys.exit(main(sys.argv[2:]))
