"""A leaflet → a DOCX document of one page, A5 or A4.

What belongs to the office stands in the header and the footer of the page, the item between
them. How much of its text fits is measured with letters of our own, made as wide as those of Arial.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from docx.document import Document as Docx
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT as VERTICAL
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.shared import Mm, Pt
from PIL import ImageFont

from publisher.reports.docx_document import saved
from publisher.reports.printed import bands, layout, qr
from publisher.reports.printed.content import Leaflet
from publisher.reports.printed.flow import shortened
from publisher.reports.printed.layout import BRIGHT, DEEP, INK, SANS, SOFT, bare, tied

_PT = 25.4 / 72  # millimetres
_LINE = 1.16  # of the size: what Arial takes for a line
_AS_WIDE = 0.97  # Arial's letters against those that are measured, and a little to spare


@dataclass(frozen=True, slots=True)
class Paper:
    """A size of paper and what is set on it: millimetres, and points for letters.

    head, foot: how high the header and the footer are, with their distance from the text.
    code: the side of the QR code.
    """

    name: str
    width: float
    height: float
    side: float
    head: float
    foot: float
    code: float
    text: float
    titles: tuple[float, ...]

    @property
    def room(self) -> tuple[float, float]:
        """Width and height of the text."""
        return self.width - 2 * self.side, self.height - self.head - self.foot - 16


PAPERS = {
    "A5": Paper("A5", 148, 210, 11, 17, 45, 31, 11, (20, 18, 16, 14, 12.5)),
    "A4": Paper("A4", 210, 297, 17, 22, 58, 42, 14.5, (30, 27, 24, 21, 18)),
}


_SHARES = (0.56, 0.5, 0.44, 0.38, 0.32)
"""Of the text's height for a picture; a smaller one is better than words left out."""

_SCALES = (1.4, 1.25, 1.12, 1.0)
"""Of the letters: few words are set larger."""


@dataclass(frozen=True, slots=True)
class Fit:
    """What of a leaflet is set, and how.

    title, text: sizes (pt). photo: height (mm). cut: what had to be made shorter: "title",
    "points", "text".
    """

    leaflet: Leaflet
    title: float
    text: float
    photo: float
    cut: tuple[str, ...] = ()


def fit(leaflet: Leaflet, paper: Paper, tighter: int = 0) -> Fit:
    """Return how a leaflet fits on its page, shortened where it must be.

    tighter: how many lines are to be left free, for where it turned out longer than measured;
    below 0: how many more are taken than were measured.
    """
    width, height = paper.room
    height -= tighter * paper.text * _LINE * _PT
    story = leaflet.story
    cut: dict[str, None] = {}
    size = next(
        (s for s in paper.titles if _height([story.title], s, width, 1.0) <= height * 0.24),
        paper.titles[-1],
    )
    title = story.title
    while _height([title], size, width, 1.0) > height * 0.34:
        title, cut["title"] = shortened(title, len(title) * 9 // 10), None
    left = height - _height([title], size, width, 1.0) - paper.text * 2 * _PT
    text, points = story.short, list(leaflet.points)
    shares = _SHARES if story.photo else (0.0,)
    share, scale = next(
        (
            (share, scale)
            for share in shares
            for scale in _SCALES
            if _photo(leaflet, width, height * share)
            + _words(text, points, paper.text * scale, width)
            <= left
        ),
        (shares[-1], 1.0),
    )
    letters, photo = paper.text * scale, _photo(leaflet, width, height * share)

    def fits() -> bool:
        return photo + _words(text, points, letters, width) <= left

    while not fits() and (len(points) > 3 or (points and len(text) <= _LEAST)):
        points.pop()
        cut["points"] = None
    while not fits() and len(text) > _LEAST:
        text, cut["text"] = shortened(text, len(text) * 9 // 10), None
    while not fits() and points:
        points.pop()
        cut["points"] = None
    while not fits() and photo > _SMALLEST:
        photo -= 4
    made = replace(leaflet, story=replace(story, title=title, short=text), points=tuple(points))
    return Fit(made, size, letters, max(photo - _AROUND, 0), tuple(cut))


_LEAST = 120  # characters of the text that stay as long as there are points to leave out
_SMALLEST = 25.0  # of a picture with its surroundings
_AROUND = 5.0


def _photo(leaflet: Leaflet, width: float, most: float) -> float:
    """Return how much height a picture takes that may be so high."""
    photo = leaflet.story.photo
    return layout.size_of(photo, width, most)[1] + _AROUND if photo else 0.0


def _words(text: str, points: Sequence[str], size: float, width: float) -> float:
    height = _height([text], size, width, 1.18) + size * 0.5 * _PT if text else 0.0
    if points:
        height += _height(points, size, width - 6, 1.12) + len(points) * 3 * _PT
    return height


def _height(texts: Iterable[str], size: float, width: float, line: float) -> float:
    """Return how high paragraphs of this size (pt) are in a column of this width (mm)."""
    lines = sum(_lines(text, size, width) for text in texts)
    return lines * size * _LINE * line * _PT


def _lines(text: str, size: float, width: float) -> int:
    """Return in how many lines a text is broken."""
    room, number, used = width / _PT / size * 100 / _AS_WIDE, 1, 0.0
    space = _font().getlength(" ")
    for word in text.split():
        long = _font().getlength(word)
        if used and used + space + long > room:
            number, used = number + 1, long
        else:
            used += (space if used else 0) + long
        number += int(long // room)
    return number


@cache
def _font() -> ImageFont.FreeTypeFont:
    data = (files("publisher.images") / "fonts" / "BeVietnamPro-Medium.ttf").read_bytes()
    return ImageFont.truetype(io.BytesIO(data), 100, layout_engine=ImageFont.Layout.BASIC)


# The page


def docx(made: Fit, paper: Paper) -> bytes:
    """Return a leaflet as a document."""
    leaflet = made.leaflet
    margins = (paper.head + 8, paper.side, paper.foot + 8, paper.side)
    title = leaflet.story.title
    document = layout.sheet(title, leaflet.publisher.name, (paper.width, paper.height), margins)
    _styles(document, paper, made.text)
    _head(document, leaflet, paper)
    _body(document, made, paper)
    _foot(document, leaflet, paper)
    return saved(document)


def _styles(document: Docx, paper: Paper, letters: float) -> None:
    made, size = layout.style, paper.text
    made(document, "Normal", size=size, font=SANS)
    made(document, "Heading 1", size=size, font=SANS, bold=True, colour=DEEP, after=6, keep=True)
    made(document, "Label", size=size * 0.8, font=SANS, bold=True, colour="8A5A00", after=2)
    made(document, "Photo", size=2, after=7, align=ALIGN.CENTER)
    made(document, "Body Text", size=letters, font=SANS, after=letters * 0.5, line=1.18)
    made(document, "Point", size=letters, font=SANS, after=3, line=1.12)
    made(document, "Small", size=size * 0.78, font=SANS, colour=INK, after=1.5)


def _head(document: Docx, leaflet: Leaflet, paper: Paper) -> None:
    publisher, width = leaflet.publisher, paper.room[0]
    header = document.sections[0].header
    cell = bands.band(header, (width,), DEEP, side=4, ends=paper.text * 0.75 * _PT).rows[0].cells[0]
    if publisher.parent:
        small = paper.text * 0.74
        layout.paragraph(cell, publisher.parent.upper(), "Normal", size=small, colour="D5E1EC")
    large = paper.text * 1.05
    layout.paragraph(cell, publisher.name.upper(), "Normal", size=large, bold=True, colour="FFFFFF")
    _drop_first(header)


def _drop_first(place: layout.Place) -> None:
    """Make the empty line flat with which a header or footer begins."""
    first = place.paragraphs[0]
    first.paragraph_format.line_spacing = Pt(1)
    place._element.append(first._p)  # below the table, which can't be the last


def _body(document: Docx, made: Fit, paper: Paper) -> None:
    leaflet, width = made.leaflet, paper.room[0]
    story = leaflet.story
    if leaflet.label:
        layout.paragraph(document, leaflet.label.upper(), "Label")
    layout.paragraph(document, tied(story.title), "Heading 1", size=made.title)
    if story.photo and made.photo:
        layout.picture(document, story.photo, width, made.photo, "Photo")
    if story.short:
        layout.paragraph(document, story.short, "Body Text")
    for point in leaflet.points:
        line = layout.paragraph(document, "", "Point")
        line.paragraph_format.left_indent = Mm(6)
        line.paragraph_format.first_line_indent = Mm(-6)
        line.paragraph_format.tab_stops.add_tab_stop(Mm(6))
        layout.run(line, "■\t", colour="C98F00", size=made.text * 0.7)
        layout.run(line, point)


def _foot(document: Docx, leaflet: Leaflet, paper: Paper) -> None:
    publisher, width = leaflet.publisher, paper.room[0]
    footer = document.sections[0].footer
    code = paper.code
    cells = bands.band(footer, (code + 4, width - code - 4), side=0).rows[0].cells
    shown = layout.code(cells[0], qr.code(leaflet.story.url), code, "Photo", leaflet.story.url)
    shown.alignment = ALIGN.LEFT
    shown.paragraph_format.space_after = Pt(0)
    cells[1].vertical_alignment = VERTICAL.CENTER
    line = layout.paragraph(
        cells[1], "Quét mã để xem đầy đủ", "Normal", size=paper.text, bold=True, colour=DEEP
    )
    line.paragraph_format.space_after = Pt(2)
    line = layout.paragraph(cells[1], "", "Small")
    address = leaflet.story.url
    layout.link(
        line, bare(address), address, size=paper.text * (0.72 if len(address) < 90 else 0.6)
    )
    line.paragraph_format.space_after = Pt(paper.text * 0.5)
    if publisher.feedback:
        layout.paragraph(cells[1], "Tiếp nhận phản ánh, kiến nghị", "Small", bold=True, colour=DEEP)
        for said in publisher.feedback:
            layout.paragraph(cells[1], said, "Small", size=paper.text * 0.72)
    if publisher.slogan:
        layout.gap(footer, 4)
        cell = bands.band(footer, (width,), DEEP, side=4, ends=1).rows[0].cells[0]
        line = layout.paragraph(
            cell, f"“{publisher.slogan}”", "Normal",
            size=paper.text * 0.95, italic=True, bold=True, colour=BRIGHT,
        )  # fmt: skip
        line.alignment = ALIGN.CENTER
    elif publisher.site:
        layout.paragraph(footer, bare(publisher.site), "Small", colour=SOFT)
    _drop_first(footer)
