"""The Word documents among the posts of one reading."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from publisher import __version__, posts, word
from publisher.model import Post, Problem, Severity, SourceFile, Where
from publisher.run.inspecting import Inspector
from publisher.sources import Folders, Found

_READ = 1
"""Raise it when a document is read otherwise than before: then each is opened again."""

_Stamp = tuple[int, int]


class Words:
    """Documents by the path as people know it, with a memory of those that did not change.

    cache: a JSON file that may be deleted at any time.
    """

    def __init__(self, folders: Folders, cache: Path) -> None:
        self.folders = folders
        self._cache = cache
        self._made = [_READ, __version__]
        self._documents: dict[str, word.Document] = {}
        self._stamps: dict[str, _Stamp] = {}
        self._stored: Mapping[str, Any] = {}
        with suppress(OSError, ValueError, TypeError, KeyError):
            stored = json.loads(cache.read_text(encoding="utf-8"))
            self._stored = stored["documents"] if stored["made"] == self._made else {}

    def parse(self, file: Found, rules: posts.Rules) -> tuple[Post | None, list[Problem]]:
        """Return the post that a Word document is, and what is wrong with what it says.

        Raise ContentError when it can't or must not be read.
        """
        document = self._known(file) or word.read(
            self.folders.read(file), file.file, posts.key_of, posts.meant
        )
        self._documents[file.file] = document
        return posts.compose(
            document.entries, document.body, document.body_line, file.key, file.file, rules
        )

    def picture(self, file: Found, src: str) -> SourceFile | None:
        """Return the picture that a post shows: from within its document, or from the folders."""
        document = self._documents.get(file.file)
        if document and src in document.pictures:
            return self.folders.embedded(file, src, document.pictures[src])
        return self.folders.picture(file.path, src)

    def finder(
        self, file: Found, shown: Mapping[str, SourceFile], inspector: Inspector
    ) -> Callable[[str], SourceFile | None]:
        """Return what finds the files of a post; ``shown``: those that its gallery found."""
        return lambda path: inspector.looked_at(shown.get(path) or self.picture(file, path))

    def placed(self, problems: Iterable[Problem]) -> list[Problem]:
        """Return problems with the paragraph in place of the line of what was made of it."""
        return [self._placed(problem) for problem in problems]

    def lost(self) -> list[Problem]:
        """Return what could not be carried over from the documents."""
        return [problem for document in self._documents.values() for problem in document.problems]

    def save(self) -> None:
        """Remember the documents for the next run; without a place to write, do without."""
        stored = {
            file: {"stamp": list(stamp), **_packed(self._documents[file])}
            for file, stamp in self._stamps.items()
            if file in self._documents
        }
        if stored == self._stored:
            return
        fresh = self._cache.with_name(f"{self._cache.name}.new")
        try:
            self._cache.parent.mkdir(parents=True, exist_ok=True)
            text = json.dumps({"made": self._made, "documents": stored}, ensure_ascii=False)
            fresh.write_text(text, encoding="utf-8")
            fresh.replace(self._cache)
        except OSError:
            with suppress(OSError):
                fresh.unlink()

    def _known(self, file: Found) -> word.Document | None:
        stamp = self.folders.stamp(file)
        if stamp is None:
            return None
        self._stamps[file.file] = stamp
        try:
            stored = self._stored[file.file]
            return _unpacked(stored, file.file) if stored["stamp"] == list(stamp) else None
        except (KeyError, ValueError, TypeError, AttributeError):
            return None

    def _placed(self, problem: Problem) -> Problem:
        document = self._documents.get(problem.where.file)
        if document is None:
            return problem
        where = Where(problem.where.file, document.place(problem.where.line))
        return Problem(problem.code, where, problem.params, problem.severity)


def _packed(document: word.Document) -> dict[str, object]:
    return {
        "entries": [list(entry) for entry in document.entries],
        "body": document.body,
        "numbers": list(document.numbers),
        "pictures": {name: [p.part, p.digest] for name, p in document.pictures.items()},
        "problems": [[p.code, p.where.line, dict(p.params)] for p in document.problems],
    }


def _unpacked(stored: Mapping[str, Any], file: str) -> word.Document:
    return word.Document(
        tuple(word.Entry(str(name), value, int(at)) for name, value, at in stored["entries"]),
        str(stored["body"]),
        tuple(int(number) for number in stored["numbers"]),
        {name: word.Embedded(*map(str, found)) for name, found in stored["pictures"].items()},
        tuple(
            Problem(str(code), Where(file, int(line)), dict(params), Severity.WARNING)
            for code, line, params in stored["problems"]
        ),
    )
