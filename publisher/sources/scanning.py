"""What lies below posts/: which files are posts, and which are passed over and told."""

from __future__ import annotations

import errno
import os
import stat
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from publisher.errors import ContentError
from publisher.model import Problem, Severity, Where
from publisher.sources import disk
from publisher.sources.ground import LINK
from publisher.sources.names import (
    ONLINE,
    as_text,
    ending,
    folded,
    is_foreign,
    is_hidden,
    is_owner_file,
    is_unfinished,
    name_as_text,
    original_of,
    owner_files,
    parted,
    refused_by_windows,
)
from publisher.sources.places import Places

POSTS = (".md", ".docx")
"""Endings of the files that are posts."""
NEARLY_POSTS = frozenset({".doc", ".docm", ".dot", ".dotx", ".odt", ".rtf", ".pdf", ".wps"})
"""Endings of documents that are often meant as posts and can't be read."""

FORGOTTEN = 2 * 86400.0
"""Seconds after which a file that says that a document is open is a left-over of a crash."""


@dataclass(frozen=True, slots=True)
class Found:
    """A post on disk: its key, its folder and name, its path as people know it (``posts/a/b.md``).

    is_open: whether Word (or LibreOffice) has it open, so that it may be half saved.
    """

    key: str
    folder: Path
    name: str
    file: str
    is_open: bool = False

    @property
    def path(self) -> Path:
        """Where it is; there are thousands of posts, and few of them are opened."""
        return self.folder / self.name

    @property
    def is_word(self) -> bool:
        """Whether it is a Word document."""
        return ending(self.name) == ".docx"

    @property
    def is_placeholder(self) -> bool:
        """Whether it only says that a file of this name lies in the cloud."""
        return ending(self.name) in ONLINE


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
        names = places.names(folder)
    except OSError as error:
        raise disk.away(places.shown(folder), error) from error
    taken = _Taken(name for name, _ in names)
    opened = _opened(folder, [name for name, _ in names])
    inside = places.is_inside(folder, places.posts)
    # There are thousands of posts: what their folder says of all of them is asked once.
    below = "" if folder == places.posts else f"{as_text(folder.relative_to(places.posts))}/"
    shown_folder = f"{places.shown(folder)}/"
    for name, kind in names:
        if is_hidden(name):
            continue
        shown = f"{shown_folder}{name_as_text(name)}"
        is_folder, is_link = kind[-1] == "d", kind[0] == LINK
        bare = _without_placeholder(name)
        stem, end = parted(bare)
        is_post = end.lower() in POSTS
        if original := original_of(name, taken):
            if is_folder or ending(name) in POSTS:
                made.problems.append(passed_over(folder / name, shown, original))
                made.others |= set() if is_folder else {key_of(places, folder / name)}
        elif is_folder and not is_link:
            if not is_foreign(name):
                yield from _walk(places, folder / name, made)
        elif is_unfinished(name):
            made.problems.append(passed_over(folder / name, shown, ""))
        elif is_post and (not is_link or places.is_inside(folder / name, places.posts)) and inside:
            if bare != name and taken(bare):
                continue  # it was fetched in the meantime
            if refused_by_windows(name):
                params = {"name": name}
                made.problems.append(Problem("file-name", Where(shown), params, Severity.WARNING))
            if stem.lower() == "index" and below:
                key = below.removesuffix("/")
            else:
                key = f"{below}{name_as_text(stem)}"
            yield Found(key, folder, name, shown, bool(opened) and folded(name) in opened)
        elif ending(name) in NEARLY_POSTS:
            made.strays.append(folder / name)


class _Taken:
    """The names in a folder, compared as Windows does; they are folded when one is asked for."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = names
        self._folded: frozenset[str] | None = None

    def __call__(self, name: str) -> bool:
        if self._folded is None:
            self._folded = frozenset(map(folded, self._names))
        return folded(name) in self._folded


def _without_placeholder(name: str) -> str:
    """Return a name without the ending of a placeholder."""
    stem, end = parted(name)
    return stem if end.lower() in ONLINE else name


def _opened(folder: Path, names: Sequence[str]) -> Collection[str]:
    """Return the folded names of documents in a folder that somebody has open."""
    owners = {folded(name) for name in names if _holds(folder, name)}
    if not owners:
        return ()
    documents = (name for name in names if ending(name) == ".docx")
    return {
        folded(name)
        for name in documents
        if any(folded(owner) in owners for owner in owner_files(name))
    }


def _holds(folder: Path, name: str) -> bool:
    if not is_owner_file(name):
        return False
    try:
        age = time.time() - disk.status(folder / name).st_mtime
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
