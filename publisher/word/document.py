"""Bytes of a .docx → what a post is made of, with all that could not be carried over."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from publisher.errors import ContentError
from publisher.model import Problem, Where
from publisher.word import package
from publisher.word.blocks import Entry


@dataclass(frozen=True, slots=True)
class Embedded:
    """A picture within a document: the name of its part in the zip, SHA-256 of its bytes."""

    part: str
    digest: str


@dataclass(frozen=True, slots=True)
class Document:
    """A Word document read.

    entries: what it says of itself, as lines of front matter would. body: Markdown, NFC.
    numbers: for each line of the body, the number of the paragraph that it comes from;
    paragraphs are counted from 1 through the document, empty ones left out. pictures: by
    the name that the body calls them by. problems: what could not be carried over.
    """

    entries: tuple[Entry, ...]
    body: str
    numbers: tuple[int, ...]
    pictures: Mapping[str, Embedded]
    problems: tuple[Problem, ...]

    @property
    def body_line(self) -> int:
        """The line to give to the body's first one: above the numbers of all entries."""
        return max((entry.number for entry in self.entries), default=0) + 1

    def place(self, line: int) -> int:
        """Return the number of the paragraph that a line means: an entry's, or the body's."""
        at = line - self.body_line
        if at < 0 or not self.numbers:
            return line
        return self.numbers[min(at, len(self.numbers) - 1)]


def read(
    data: bytes,
    file: str,
    key_of: Callable[[str], str],
    meant: Callable[[str], str] = lambda _: "",
) -> Document:
    """Given a .docx and its path as people know it, return what it holds.

    key_of, meant: the English name of a key of the front matter as an author wrote it, and
    as one misspelt it; "" for none. Raise ContentError when it can't or must not be read.
    """
    remote = package.check(data, file)
    # Loading python-docx takes a tenth of a second, which folders of Markdown need not pay.
    from publisher.word.assembling import assemble

    try:
        return assemble(data, file, remote, key_of, meant)
    except ContentError:
        raise
    except Exception as error:
        # A damaged file can break python-docx or lxml in any way; none of them may end a run.
        raise ContentError(Problem("word-broken", Where(file))) from error
