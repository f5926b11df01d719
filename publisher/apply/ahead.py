"""Pictures made ready while others are on their way: neither processor nor network waits."""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor

from publisher.model import Media, Picture, Upload


class Ahead:
    """Makes pictures ready on all cores, a few more than can be sent at once.

    load: makes one item ready. depth: how many may be ready and not yet sent; what else is
    sent, a film perhaps, is only made ready when it is its turn. So memory has a limit however
    many there are: the pixels of as many pictures as there are cores, the files of ``depth``.
    """

    def __init__(self, load: Callable[[Media], Upload], depth: int) -> None:
        self._load = load
        self._depth = depth
        self._waiting: deque[Picture] = deque()
        self._ready: dict[str, Future[Upload]] = {}
        self._lock = threading.Lock()
        self._makers = ThreadPoolExecutor(os.cpu_count() or 1)

    def begin(self, items: Iterable[Media]) -> None:
        """Start with items that will be sent in about this order."""
        pictures = {item.digest: item for item in items if isinstance(item, Picture)}
        with self._lock:
            self._waiting.extend(pictures.values())
            self._fill()

    def take(self, item: Media) -> Upload:
        """Return the item made ready. Raise PublisherError when it can't be."""
        with self._lock:
            future = self._ready.pop(item.digest, None)
            if future is None and isinstance(item, Picture) and item in self._waiting:
                self._waiting.remove(item)  # it comes before its turn
            self._fill()
        return future.result() if future else self._load(item)

    def close(self) -> None:
        """Make no more; wait for those in hand."""
        self._makers.shutdown(cancel_futures=True)

    def _fill(self) -> None:
        while self._waiting and len(self._ready) < self._depth:
            item = self._waiting.popleft()
            self._ready[item.digest] = self._makers.submit(self._load, item)
