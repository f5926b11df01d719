"""Secrets of this process, kept out of whatever is written for people to read."""

from __future__ import annotations

import base64
import json
import logging
import re
import threading
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

MASK = "***"

_SHORTEST = 4
"""Shorter ones are no secrets, and a single letter would be found everywhere."""

_PIECE = 8
"""Shortest part of an address that is taken for a token."""

_lock = threading.Lock()
_forms: tuple[str, ...] = ()
"""The longest first: a part of one may be another."""


def hide(secret: str, user: str = "") -> None:
    """Keep a secret out of every text from now on.

    user: whose it is, since both are sent together in Basic authentication. Of an address
    with a token in it (``tgram://token/chat``) every longer part is hidden too: a message of
    error shows another address with the same token.
    """
    global _forms
    found = {form for form in _written(secret, user) if len(form) >= _SHORTEST}
    with _lock:
        if not found.issubset(_forms):
            _forms = tuple(sorted(found.union(_forms), key=len, reverse=True))


def masked(text: str) -> str:
    """Return a text with every secret replaced by ``***``."""
    for form in _forms:
        text = text.replace(form, MASK)
    return text


def _written(secret: str, user: str) -> Iterator[str]:
    """Yield the ways in which a secret is written."""
    parts = [secret]
    if "://" in secret:
        pieces = re.split(r"[/:@?&=#]+", secret.partition("://")[2])
        parts += [piece for piece in pieces if len(piece) >= _PIECE]
    for part in parts:
        yield part
        yield quote(part)
        yield quote(part, safe="")
        yield quote_plus(part)
        yield json.dumps(part)[1:-1]
        yield repr(part)[1:-1]
    for text in (secret, f"{user}:{secret}"):
        for code in (base64.b64encode, base64.urlsafe_b64encode):
            padded = code(text.encode()).decode()
            yield padded
            yield padded.rstrip("=")


class Formatter(logging.Formatter):
    """A formatter that masks the whole of what is written: message, arguments, traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the text of a record without secrets."""
        return masked(super().format(record))
