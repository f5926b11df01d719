"""Posts that have to wait: still being copied, open in Word, without their pictures yet."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import PurePosixPath

from publisher.model import Post, Problem, Severity, SourceFile, Where
from publisher.sources import Folders, Found, Settling, copied_from

WAITS = frozenset({"file-arriving", "file-awaited", "file-online", "word-open"})
"""Codes of the warnings that say why a post waits."""

NAMED = WAITS | {"file-conflict"}
"""Codes of the warnings that every run tells, whatever posts it had to do with."""

LACKING = {
    "picture-missing": "path",
    "attachment-missing": "path",
    "evidence-missing": "path",
    "link-dead": "link",
    "gallery-empty": "folder",
}
"""Errors that say that a file is not there, and the parameter that names it."""


class Arrivals:
    """Told of every post of one reading and of the files that it shows; knows which wait.

    problems: why they wait, as warnings.
    """

    def __init__(self, folders: Folders, settling: Settling | None) -> None:
        self._folders = folders
        self._settling = settling
        self._held: dict[str, Found] = {}
        self._uses: dict[str, set[str]] = {}
        self._keys: dict[str, str] = {}
        self._moving: set[str] = set()
        self.problems: list[Problem] = []

    @property
    def keys(self) -> frozenset[str]:
        """Keys of the posts that wait."""
        return frozenset(self._keys.get(file, found.key) for file, found in self._held.items())

    def waits(self, file: Found) -> bool:
        """Return whether a post waits for another reading."""
        return file.file in self._held

    def is_moving(self, file: Found) -> bool:
        """Return whether a post is being written: nothing that it says counts by now."""
        return file.file in self._moving

    def look(self, file: Found, *, editing: bool) -> bool:
        """Return whether a post can be read at all, and note whether it has to wait.

        editing: whether a document that is open in Word is taken as it was saved.
        """
        if file.is_open and editing:
            self.problems.append(_warning("word-open", file))
        elif file.is_open:
            self._move(file, "word-open")
        if self._folders.is_still(file):
            return True
        self._move(file)
        return not file.is_word  # half a document says nothing, half a text perhaps its id

    def unread(self, file: Found, problems: Iterable[Problem]) -> bool:
        """Note why a post could not be read; return whether that is to be waited for."""
        waits = [p for p in problems if p.code in WAITS]
        for problem in waits:
            self._moving.add(file.file)
            self._hold(file, problem)
        return bool(waits) or self.waits(file)

    def knows(self, file: Found, post: Post) -> None:
        """Note the key of a post that may have to wait."""
        self._keys[file.file] = post.key

    def finder(
        self, file: Found, find: Callable[[str], SourceFile | None]
    ) -> Callable[[str], SourceFile | None]:
        """Return what finds the files of a post and notes them."""

        def found(path: str) -> SourceFile | None:
            answer = find(path)
            if answer:
                self.shows(file, [answer])
            return answer

        return found

    def rests(self, file: Found, shown: Iterable[str]) -> None:
        """Note the files, as people know them, that a post rests on which is as it was."""
        self._uses[file.file] = {*shown} - {file.file}

    def shows(self, file: Found, files: Iterable[SourceFile]) -> None:
        """Note files that a post shows; it waits for those that can't be read yet."""
        for one in files:
            self._uses.setdefault(file.file, set()).add(one.path)
            if not one.digest:
                code = "file-online" if self._folders.is_online(one) else "file-awaited"
                self.awaits(file, one.path, code)

    def awaits(self, file: Found, path: str, code: str = "file-awaited") -> None:
        """Note that a post waits for a file."""
        where = Where(file.file)
        self._hold(file, Problem(code, where, {"path": path}, Severity.WARNING))

    def softened(self, file: Found, problems: Iterable[Problem]) -> list[Problem]:
        """Return the problems of a post, without files that may still come: it waits for them."""
        problems = list(problems)
        if not problems:  # as with most of thousands
            return problems
        if any(problem.code == "file-changing" for problem in problems):
            self._move(file)
        return [problem for problem in problems if not self._may_come(file, problem)]

    def _may_come(self, file: Found, problem: Problem) -> bool:
        if self._settling is None or problem.severity is not Severity.ERROR:
            return False
        name = LACKING.get(problem.code)
        if name is None:
            return False
        path = str(problem.params[name])
        if not self._settling.may_come(str(file.path), (problem.code, path)):
            return False
        warning = Problem("file-awaited", problem.where, {"path": path}, Severity.WARNING)
        self._hold(file, warning)
        return True

    def settle(self, found: Iterable[Found]) -> None:
        """Look once more at what was changed lately; who shows what moved since has to wait.

        Raise AwayError when the folder went away in the meantime.
        """
        moved = self._folders.moved()
        for file in found if moved else ():
            if file.file in moved:
                self._move(file)
            for path in sorted(self._uses.get(file.file, set()) & moved):
                self.awaits(file, path)
        self._folders.check()

    def told(self, problems: Iterable[Problem]) -> list[Problem]:
        """Return problems and why posts wait; what is wrong with half a file is not told."""
        return [*(p for p in problems if p.where.file not in self._moving), *self.problems]

    def _move(self, file: Found, code: str = "file-arriving") -> None:
        self._moving.add(file.file)
        self._hold(file, _warning(code, file))

    def _hold(self, file: Found, problem: Problem) -> None:
        self._held[file.file] = file
        if problem not in self.problems:
            self.problems.append(problem)


def _warning(code: str, file: Found) -> Problem:
    return Problem(code, Where(file.file), severity=Severity.WARNING)


def originals(posts: Iterable[tuple[Found, Post]]) -> frozenset[str]:
    """Return the files of which some posts may be copies, without regard to case."""
    beside = (_beside(file) for file, _ in posts)
    return frozenset(original for original in beside if original)


def _beside(file: Found) -> str:
    """Return the file beside a post, in folded letters, of which it looks like a copy, or ""."""
    original = copied_from(file.name)
    return str(PurePosixPath(file.file).with_name(original)).casefold() if original else ""


def copies(posts: Collection[tuple[Found, Post]]) -> Iterator[Problem]:
    """Yield a warning for each post that looks like a copy of the one beside it, made by hand."""
    suspected = [(file, post, o) for file, post in posts if (o := _beside(file))]
    if not suspected:
        return
    known = {file.file.casefold(): (file.file, post.title) for file, post in posts}
    for file, post, original in suspected:
        other, title = known.get(original, ("", ""))
        if other and title == post.title:
            yield Problem("file-copy", Where(file.file), {"other": other}, Severity.WARNING)


def without_media(problems: Iterable[Problem], folders: Folders) -> Problem | None:
    """Given all problems while media/ is away, return the one that stands for what is missing."""
    missing = sum(
        problem.code == "file-awaited"
        or (problem.code in LACKING and problem.severity is Severity.ERROR)
        for problem in problems
    )
    return (
        Problem("media-missing", Where(folders.shown(folders.media)), {"count": missing})
        if missing
        else None
    )
