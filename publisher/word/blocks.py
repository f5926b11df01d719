"""What a document is made of, between Word's XML and Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from publisher.model import Problem, Severity, Where


@dataclass(frozen=True, slots=True)
class Span:
    """Words of one look. marks: of "b", "i", "u", "s", "sup", "sub". href: where it leads."""

    text: str
    marks: frozenset[str] = frozenset()
    href: str = ""


@dataclass(frozen=True, slots=True)
class Break:
    """A line break within a paragraph."""


@dataclass(frozen=True, slots=True)
class Image:
    """A picture: the name that the text calls it by, its text alternative."""

    name: str
    alt: str = ""


@dataclass(frozen=True, slots=True)
class NoteMark:
    """The place of a foot- or endnote."""

    note: str


Inline = Span | Break | Image | NoteMark


def merged(inlines: Iterable[Inline]) -> list[Inline]:
    """Return inlines with words of one look joined: Word cuts them where a hand paused.

    Breaks and spaces at the ends go.
    """
    joined: list[Inline] = []
    for inline in inlines:
        last = joined[-1] if joined else None
        if isinstance(inline, Span):
            if not inline.text:
                continue
            # A space has no look, so bold words on both sides of a plain one stay together.
            if isinstance(last, Span) and last.href == inline.href:
                blank = not inline.text.strip() and not inline.marks & {"u", "s"}
                if inline.marks == last.marks or (blank and not last.marks & {"u", "s"}):
                    joined[-1] = Span(last.text + inline.text, last.marks, last.href)
                    continue
        joined.append(inline)
    while joined and _blank(joined[-1]):
        joined.pop()
    while joined and _blank(joined[0]):
        joined.pop(0)
    return joined


def _blank(inline: Inline) -> bool:
    return isinstance(inline, Break) or (isinstance(inline, Span) and not inline.text.strip())


@dataclass(slots=True)
class Paragraph:
    """One paragraph. number: counted from 1 through the document, empty ones left out.

    role: "p", "h1" to "h6", "title", "caption", "quote", "ol" or "ul". level: of a list,
    from 0. start: number of a list's item. list_id: which list it belongs to.
    align: "", "center" or "right". caption: of the picture that it is nothing but.
    """

    inlines: list[Inline]
    number: int = 0
    role: str = "p"
    level: int = 0
    start: int = 1
    list_id: str = ""
    align: str = ""
    caption: str = ""

    @property
    def text(self) -> str:
        """Its words, line breaks kept."""
        parts = [
            i.text if isinstance(i, Span) else "\n" if isinstance(i, Break) else ""
            for i in self.inlines
        ]
        return "".join(parts).strip()

    @property
    def empty(self) -> bool:
        """Whether it has neither words nor pictures."""
        return not self.text and not any(isinstance(i, Image | NoteMark) for i in self.inlines)


@dataclass(slots=True)
class Cell:
    """A cell of a table and how many columns and rows it takes."""

    paragraphs: list[Paragraph]
    columns: int = 1
    rows: int = 1


@dataclass(slots=True)
class Table:
    """A table by its rows. number: of its first paragraph."""

    rows: list[list[Cell]]
    number: int = 0


Block = Paragraph | Table


class Entry(NamedTuple):
    """A name as written, its value (text, or list of text), the number of its paragraph.

    Number 0 is a property of the document, which stands in no paragraph.
    """

    name: str
    value: str | list[str]
    number: int


@dataclass(slots=True)
class Losses:
    """What can't be carried over: how often, and the paragraph where it was first met."""

    count: Counter[str] = field(default_factory=Counter)
    first: dict[str, int] = field(default_factory=dict)

    def add(self, code: str, number: int, count: int = 1) -> None:
        """Note that something is lost at a paragraph (0: nowhere in particular)."""
        if count:
            self.count[code] += count
            self.first.setdefault(code, number)

    def problems(self, file: str) -> list[Problem]:
        """Return one warning for each kind."""
        return [
            Problem(code, Where(file, self.first[code]), {"count": n}, Severity.WARNING)
            for code, n in self.count.items()
        ]
