"""What the herald remembers between two runs of the program: told, waiting, put off."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from publisher.notices import State

_TRIES = 5
"""On Windows a file that somebody reads can't be replaced; reading takes a moment."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A message that was not delivered yet.

    way: the channel, or "mail". to: mail addresses, () for a channel.
    """

    way: str
    to: tuple[str, ...]
    subject: str
    body: str
    severity: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Pause:
    """A way that failed so many times in a row, and until when it is left alone."""

    failures: int
    until: datetime


@dataclass(frozen=True, slots=True)
class Book:
    """All of it. No secret is in it, nor an address of a channel.

    steps: the last step of each reminder that was told, such as that of the deadline.
    digest: when the last digests were made; shown: what each reader was shown to wait then.
    """

    state: State = field(default_factory=State)
    letters: tuple[Letter, ...] = ()
    pauses: Mapping[str, Pause] = field(default_factory=dict)
    steps: Mapping[str, str] = field(default_factory=dict)
    digest: datetime | None = None
    shown: Mapping[str, str] = field(default_factory=dict)


@cache
def _adapter() -> TypeAdapter[Book]:
    return TypeAdapter(Book)


def read_book(path: Path) -> Book:
    """Return what the file says; an empty book when there is none that can be understood."""
    try:
        return _adapter().validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return Book()


def write_book(path: Path, book: Book) -> None:
    """Write the file as a whole. Raise OSError when the disk does not take it."""
    fresh = path.with_name(f"{path.name}.new")
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh.write_bytes(_adapter().dump_json(book, fallback=str, indent=1))
    for _ in range(_TRIES - 1):
        with suppress(PermissionError):
            fresh.replace(path)
            return
        time.sleep(0.05)
    fresh.replace(path)
