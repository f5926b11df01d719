"""Guessing passwords made slow: for each account and each address, and never for good."""

from __future__ import annotations

import ipaddress
import threading
from collections.abc import Callable
from dataclasses import dataclass

FREE = 5
"""Wrong passwords that cost nothing: people mistype."""

_FIRST = 2.0  # seconds to wait after the next one; twice as many after each further one
_LONGEST_NAME = 60.0  # so that nobody is kept out for long by somebody else who guesses
_LONGEST_ADDRESS = 900.0
_FORGOTTEN = 3600.0
_MOST = 10_000


@dataclass(slots=True)
class _Tries:
    count: int
    last: float


class Throttle:
    """Counts tries before they are made, so that many at once count too.

    clock: seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._tries: dict[tuple[str, str], _Tries] = {}

    def try_(self, name: str, address: str) -> int:
        """Count a try and return 0, or the seconds to wait before it may be made."""
        now = self._clock()
        keys = _keys(name, address)
        with self._lock:
            wait = max(self._wait(key, now) for key in keys)
            if wait > 0:
                return int(wait) + 1
            if len(self._tries) >= _MOST:
                self._sweep()
            for key in keys:
                tries = self._tries.setdefault(key, _Tries(0, now))
                tries.count += 1
                tries.last = now
        return 0

    def succeeded(self, name: str, address: str) -> None:
        """Forget the tries of whoever knew the password."""
        with self._lock:
            for key in _keys(name, address):
                self._tries.pop(key, None)

    def _wait(self, key: tuple[str, str], now: float) -> float:
        tries = self._tries.get(key)
        if tries is None or tries.count < FREE:
            return 0.0
        if now - tries.last > _FORGOTTEN:
            del self._tries[key]
            return 0.0
        longest = _LONGEST_NAME if key[0] == "name" else _LONGEST_ADDRESS
        pause = min(longest, _FIRST * 2.0 ** min(tries.count - FREE, 30))
        return max(0.0, tries.last + pause - now)

    def _sweep(self) -> None:
        oldest = sorted(self._tries, key=lambda key: self._tries[key].last)
        for key in oldest[: len(oldest) // 2]:
            del self._tries[key]


def _keys(name: str, address: str) -> tuple[tuple[str, str], ...]:
    return ("name", name.casefold()[:100]), ("address", _network(address))


def _network(address: str) -> str:
    """Return an address, of IPv6 the network: one household has 2^64 of them."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address[:100]
    if known.version == 6:
        return str(ipaddress.ip_network((known, 64), strict=False))
    return str(known)
