"""What lies below posts/: which files are posts, and which are passed over and told."""

from __future__ import annotations

import errno
import os
import stat
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from publisher.errors import ContentError
from publisher.model import Problem, Severity, Where
from publisher.sources import disk
from publisher.sources.names import (
    ONLINE,
    as_text,
    ending,
    folded,
    is_foreign,
    is_hidden,
    is_owner_file,
    is_unfinished,
    original_of,
    owner_files,
    refused_by_windows,
)
from publisher.sources.places import Entry, Places

POSTS = (".md", ".docx")
"""Endings of the files that are posts."""
NEARLY_POSTS = frozenset({".doc", ".docm", ".dot", ".dotx", ".odt", ".rtf", ".pdf", ".wps"})
"""Endings of documents that are often meant as posts and can't be read."""

FORGOTTEN = 2 * 86400.0
"""Seconds after which a file that says that a document is open is a left-over of a crash."""


@dataclass(frozen=True, slots=True)
class Found:
    """A post on disk: its key, its place, its path as people know it (``posts/a/b.md``).

    is_open: whether Word (or LibreOffice) has it open, so that it may be half saved.
    """

    key: str
    path: Path
    file: str
    is_open: bool = False

    @property
    def is_word(self) -> bool:
        """Whether it is a Word document."""
        return self.path.suffix.lower() == ".docx"

    @property
    def is_placeholder(self) -> bool:
        """Whether it only says that a file of this name lies in the cloud."""
        return self.path.suffix.lower() in ONLINE


@dataclass(slots=True)
class Scan:
    """Posts by key; problems of what was passed over; documents that are no posts.

    others: keys of files that are passed over though they are there.
    """

    found: list[Found] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    strays: list[Path] = field(default_factory=list)
    others: set[str] = field(default_factory=set)


def scan(places: Places) -> Scan:
    """Return what lies below posts/.

    Raise ContentError when it is not there, AwayError when a folder in it can't be listed:
    its posts would seem to be gone.
    """
    shown = places.shown(places.posts)
    try:
        if not stat.S_ISDIR(disk.status(places.posts).st_mode):
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
    except OSError as error:
        if disk.is_away(error):
            raise disk.away(shown, error) from error
        raise ContentError(Problem("folder-missing", Where(shown))) from error
    made = Scan()
    for found in _walk(places, places.posts, made):
        made.found.append(found)
    made.found = sorted(_apart(made.found, made), key=lambda f: f.key)
    return made


def key_of(places: Places, path: Path) -> str:
    """Return the key of a post: its path below posts/ without the ending."""
    below = path.relative_to(places.posts)
    if below.stem.lower() == "index" and len(below.parts) > 1:
        return as_text(below.parent)
    return as_text(below.with_suffix(""))


def passed_over(path: Path, shown: str, original: str) -> Problem:
    """Return the warning that a conflict copy, or an unfinished file, is passed over."""
    if original:
        params: dict[str, object] = {"original": original}
        return Problem("file-conflict", Where(shown), params, Severity.WARNING)
    params = {"suffix": ending(path.name)}
    return Problem("file-unfinished", Where(shown), params, Severity.WARNING)


def _walk(places: Places, folder: Path, made: Scan) -> Iterator[Found]:
    try:
        entries = places.entries(folder)
    except OSError as error:
        raise disk.away(places.shown(folder), error) from error
    names = {folded(entry.name) for entry in entries}
    opened = _opened(folder, entries)
    for entry in entries:
        if is_hidden(entry.name):
            continue
        path = folder / entry.name
        shown = places.shown(path)
        if original := original_of(entry.name, lambda name: folded(name) in names):
            if entry.is_folder or ending(entry.name) in POSTS:
                made.problems.append(passed_over(path, shown, original))
                made.others |= set() if entry.is_folder else {key_of(places, path)}
        elif entry.is_folder and not entry.is_link:
            if not is_foreign(entry.name):
                yield from _walk(places, path, made)
        elif is_unfinished(entry.name):
            made.problems.append(passed_over(path, shown, ""))
        elif _is_post(entry.name) and places.is_inside(path, places.posts):
            if _named(path) != path and folded(_named(path).name) in names:
                continue  # it was fetched in the meantime
            if refused_by_windows(entry.name):
                name = {"name": entry.name}
                made.problems.append(Problem("file-name", Where(shown), name, Severity.WARNING))
            held = folded(entry.name) in opened
            yield Found(key_of(places, _named(path)), path, shown, held)
        elif ending(entry.name) in NEARLY_POSTS:
            made.strays.append(path)


def _is_post(name: str) -> bool:
    return ending(_named(Path(name)).name) in POSTS


def _named(path: Path) -> Path:
    """Return a path without the ending of a placeholder."""
    return path.with_suffix("") if path.suffix.lower() in ONLINE else path


def _opened(folder: Path, entries: Sequence[Entry]) -> Collection[str]:
    """Return the folded names of documents in a folder that somebody has open."""
    owners = {folded(entry.name) for entry in entries if _holds(folder, entry)}
    if not owners:
        return ()
    documents = (entry.name for entry in entries if ending(entry.name) == ".docx")
    return {
        folded(name)
        for name in documents
        if any(folded(owner) in owners for owner in owner_files(name))
    }


def _holds(folder: Path, entry: Entry) -> bool:
    if not is_owner_file(entry.name):
        return False
    try:
        age = time.time() - disk.status(folder / entry.name).st_mtime
    except OSError:  # closed by now
        return False
    return abs(age) < FORGOTTEN  # the clock of a share may be ahead


def _apart(found: list[Found], made: Scan) -> Iterator[Found]:
    """Yield posts, but one alone of those whose names read the same, with an error.

    Vietnamese letters can be written in two ways (NFC, and NFD on a Mac), so that two files
    with the same name can lie side by side. Nobody knows which of them is meant.
    """
    known: dict[str, Found] = {}
    for post in found:
        if (first := known.setdefault(post.file, post)) is post:
            continue
        params = {"sizes": " / ".join(_size(one.path) for one in (first, post))}
        problem = Problem("file-twice", Where(first.file), params)
        if all(p.where != problem.where or p.code != problem.code for p in made.problems):
            made.problems.append(problem)
    yield from known.values()


def _size(path: Path) -> str:
    try:
        return str(disk.status(path).st_size)
    except OSError:
        return "?"
