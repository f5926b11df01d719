"""Who is signed in: on the server's side, so that signing out is the end of it."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass

from publisher.people import Role

IDLE = 60 * 60.0
"""Seconds without a request after which somebody must sign in again."""

LASTS = 12 * 60 * 60.0
"""Seconds after which somebody must sign in again however busy they were."""

_MOST = 1000  # sessions in all; the one that was quiet longest goes first
_ID = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(slots=True)
class Session:
    """One person at one browser.

    stamp: of the account when it signed in, "" for whoever opened the one-time link. started,
    seen: seconds of the clock.
    """

    person: str
    role: Role
    stamp: str
    started: float
    seen: float

    @property
    def is_local(self) -> bool:
        """Whether the one-time link of this machine opened it."""
        return not self.stamp


def new_id() -> str:
    """Return 256 random bits, as a cookie can carry them."""
    return secrets.token_urlsafe(32)


def is_id(text: str) -> bool:
    """Return whether a text could be one that :func:`new_id` gave."""
    return bool(_ID.fullmatch(text))


class Sessions:
    """All sessions, in memory: with the program they end. Threads may share it.

    clock: seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: dict[str, Session] = {}
        self._key = secrets.token_bytes(32)

    def begin(self, person: str, role: Role, stamp: str = "") -> str:
        """Sign somebody in and return the id of a session that nobody knew before."""
        id_, now = new_id(), self._clock()
        with self._lock:
            self._sweep(now)
            if len(self._kept) >= _MOST:
                quietest = min(self._kept, key=lambda name: self._kept[name].seen)
                del self._kept[quietest]
            self._kept[_name(id_)] = Session(person, role, stamp, now, now)
        return id_

    def find(self, id_: str) -> Session | None:
        """Return the session of an id, None when there is none or it ended."""
        now = self._clock()
        with self._lock:
            session = self._kept.get(_name(id_))
            if session is None:
                return None
            if _is_over(session, now):
                del self._kept[_name(id_)]
                return None
            session.seen = now
            return session

    def end(self, id_: str) -> None:
        """Sign somebody out."""
        with self._lock:
            self._kept.pop(_name(id_), None)

    def token(self, id_: str) -> str:
        """Return what every form of this session must carry; another one tells nothing of it."""
        return hmac.new(self._key, id_.encode(), hashlib.sha256).hexdigest()

    def is_token(self, id_: str, token: str) -> bool:
        """Return whether a form carried it; it takes as long for a wrong one."""
        return hmac.compare_digest(self.token(id_).encode(), token.encode("utf-8", "replace"))

    def _sweep(self, now: float) -> None:
        for name in [name for name, each in self._kept.items() if _is_over(each, now)]:
            del self._kept[name]


def _is_over(session: Session, now: float) -> bool:
    return now - session.seen > IDLE or now - session.started > LASTS


def _name(id_: str) -> str:
    # The ids themselves are not kept, so a look into memory or a report opens nothing.
    return hashlib.sha256(id_.encode()).hexdigest()
