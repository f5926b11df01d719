"""Whether the folders are as they were: names, and sizes and times of change of their files."""

from __future__ import annotations

import hashlib
import json
import marshal
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from publisher.sources import disk
from publisher.sources.digests import SETTLED

LINK = "l"
"""Stands before the kind of a name that leads elsewhere."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One folder as it was listed.

    entries: names, and of each what it is: "f" a file, "d" a folder, "?" anything else, with
    an "l" before it for a link. marks: size (bytes) and time of change (ns) of each file that
    has a time that tells of its next change. names, whole: digests of the names alone, and with
    the marks; "" where they tell nothing.
    """

    entries: tuple[tuple[str, str], ...]
    names: str = ""
    whole: str = ""
    marks: dict[str, tuple[int, int]] = field(default_factory=dict)


ABSENT = Listed((), "absent", "absent")
"""A folder that is not there, which decides something too."""


def listed(folder: str, saw: Callable[[str, os.stat_result], None] | None = None) -> Listed:
    """Return a folder with the marks of its files, which were taken before anybody reads them.

    saw: told of each file. Raise OSError when it can't be listed.
    """
    now = time.time()
    kinds: list[tuple[str, str]] = []
    marks: dict[str, tuple[int, int]] = {}
    sure = True
    start = os.path.join(folder, "")  # noqa: PTH118 - thousands of files
    try:
        entries = disk.listing(folder)
    except FileNotFoundError:
        return ABSENT
    links = False
    status = disk.status
    for entry in entries:
        name, kind = entry.name, kind_of(entry)
        kinds.append((name, kind))
        if kind[0] == LINK:
            links = True  # what it leads to may change without a sign of it here
        if kind[-1] != "f":
            continue
        try:
            seen = status(start + name)
        except OSError:
            sure = False
            continue
        age = now - seen.st_mtime
        if age > SETTLED and not disk.is_online_only(seen):
            marks[name] = (seen.st_size, seen.st_mtime_ns)
        else:
            sure = False
        if saw:
            saw(start + name, seen)
    names = "" if links else _digest(kinds)
    whole = _digest((kinds, list(marks.values()))) if sure and not links else ""
    return Listed(tuple(kinds), names, whole, marks)


def kind_of(entry: os.DirEntry[str]) -> str:
    """Return what a name is, as :class:`Listed` says it."""
    try:
        if not disk.is_link(entry):
            return "f" if entry.is_file() else "d" if entry.is_dir() else "?"
        return f"{LINK}f" if entry.is_file() else f"{LINK}d" if entry.is_dir() else f"{LINK}?"
    except OSError:  # a link in a circle, or gone by now
        return f"{LINK}?"


def _digest(value: Any) -> str:
    # Of marshal only that the same gives the same, by this program on this computer.
    return hashlib.sha256(marshal.dumps(value, 2)).hexdigest()


def marks_text(listed: Listed) -> str:
    """Return the marks of a folder as text."""
    return json.dumps(listed.marks)


def moved(listed: Listed, before: str) -> set[str]:
    """Return the files of a folder that are not as they were, or not known to be.

    before: its marks as :func:`marks_text` wrote them.
    """
    known = {name: (size, at) for name, (size, at) in json.loads(before).items()}
    files = {name for name, kind in listed.entries if kind[-1] == "f"}
    same = {name for name, mark in listed.marks.items() if known.get(name) == mark}
    return (known.keys() | files) - same
