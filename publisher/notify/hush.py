"""What libraries write into logs while they send: addresses, which hold secrets."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_TALKERS = (
    "apprise",
    "urllib3.connection",
    "urllib3.connectionpool",
    "urllib3.poolmanager",
    "urllib3.util.retry",
)
_heard: ContextVar[list[str] | None] = ContextVar("_heard", default=None)


class _Hush(logging.Filter):
    """Keeps what is said while a message is sent from every handler."""

    def filter(self, record: logging.LogRecord) -> bool:
        heard = _heard.get()
        if heard is None:
            return True
        heard.append(record.getMessage())
        return False


_HUSH = _Hush()


@contextmanager
def hushed() -> Iterator[list[str]]:
    """Let no line of a library reach a log; give the lines to the caller, who must not either."""
    for name in _TALKERS:
        logging.getLogger(name).addFilter(_HUSH)
    heard: list[str] = []
    token = _heard.set(heard)
    try:
        yield heard
    finally:
        _heard.reset(token)
