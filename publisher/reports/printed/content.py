"""What a bulletin and a leaflet say: values that every form of them is made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from publisher.reports import words


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture to be printed: JPEG, PNG or GIF, its pixels, where it is online.

    digest: SHA-256 (hex) of its file, by which a page or a letter names it.
    """

    digest: str
    content: bytes
    mime: str
    width: int
    height: int
    alt: str = ""
    caption: str = ""
    url: str = ""


class Form(StrEnum):
    """How a piece of text is set."""

    TEXT = "text"
    HEADING = "heading"
    BULLET = "bullet"
    NUMBER = "number"
    QUOTE = "quote"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Run:
    """Words in one look; url: where they lead, "" for nowhere. note: the mark of a footnote."""

    text: str
    bold: bool = False
    italic: bool = False
    url: str = ""
    note: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph. number: of an item of a numbered list."""

    runs: tuple[Run, ...]
    form: Form = Form.TEXT
    number: int = 0

    @property
    def words(self) -> str:
        """Its words without their looks, and without the marks of footnotes."""
        return "".join(run.text for run in self.runs if not run.note)


@dataclass(frozen=True, slots=True)
class Picture:
    """The place of a picture in a text."""

    digest: str
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: rows of cells; the first ``heads`` rows are its head."""

    rows: tuple[tuple[str, ...], ...]
    heads: int = 0


Block = Text | Picture | Grid


@dataclass(frozen=True, slots=True)
class Story:
    """One item. short: its excerpt, or how it begins. url: where it stands, "" for nowhere.

    begins: whether short is how the text begins, where its author gave no excerpt. blocks: its
    whole text, () where only the log knows it. photo: the one that stands for it.
    """

    key: str
    title: str
    day: date
    kind: str
    theme: str
    short: str
    url: str = ""
    authors: tuple[str, ...] = ()
    unit: str = ""
    source: str = ""
    begins: bool = False
    blocks: tuple[Block, ...] = ()
    photo: Photo | None = None

    @property
    def facts(self) -> tuple[str, ...]:
        """What stands below its title: when, what, by whom, whose, from where."""
        unit = "" if self.unit in self.authors else self.unit
        source = f"Nguồn: {self.source}" if self.source else ""
        said = (words.day(self.day), self.kind, ", ".join(self.authors), unit, source)
        return tuple(filter(None, said))


@dataclass(frozen=True, slots=True)
class Chapter:
    """Items that belong together."""

    title: str
    stories: tuple[Story, ...]


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who hands it out. feedback: lines that say where phản ánh, kiến nghị are taken."""

    name: str
    parent: str = ""
    slogan: str = ""
    feedback: tuple[str, ...] = ()
    imprint: tuple[str, ...] = ()
    site: str = ""


@dataclass(frozen=True, slots=True)
class Bulletin:
    """A bulletin. number: ``03/2023``. days: the days whose items it has, in words.

    full: whether the items are printed whole. photos: all pictures by digest.
    """

    name: str
    number: str
    dated: date
    period: str
    days: str
    publisher: Publisher
    lead: Story | None
    chapters: tuple[Chapter, ...]
    full: bool = False
    photos: tuple[Photo, ...] = ()

    @property
    def title(self) -> str:
        """Its name and number."""
        return f"{self.name}, số {self.number}"

    @property
    def stories(self) -> Iterator[Story]:
        """Every item, in the order in which they stand."""
        if self.lead:
            yield self.lead
        for chapter in self.chapters:
            yield from chapter.stories

    def photo(self, digest: str) -> Photo | None:
        """Return a picture by its digest, None for one that could not be used."""
        return next((photo for photo in self.photos if photo.digest == digest), None)


@dataclass(frozen=True, slots=True)
class Leaflet:
    """A leaflet: what one item says, on one page. points: what is to be remembered of it."""

    story: Story
    label: str
    points: tuple[str, ...]
    publisher: Publisher
