"""What a printed thing is set with: colours, bands, columns, pictures, links, page numbers.

Sizes are points, lengths millimetres. Times New Roman and Arial are on every office computer
and have all Vietnamese letters; LibreOffice sets Liberation fonts of the same widths.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import TypedDict, Unpack
from urllib.parse import quote

from docx.document import Document as Docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import _Footer, _Header
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from publisher.reports.docx_layout import blank, plain
from publisher.reports.printed.content import Photo

SANS = "Arial"
SERIF = "Times New Roman"
DEEP, BRIGHT, INK, SOFT, TINT = "0D3C68", "FFD24A", "1B1B1B", "595959", "EEF3F8"
"""The colours of the office's share cards: dark blue and yellow; ink, grey, a pale ground."""

Place = Docx | _Cell | _Header | _Footer


def sheet(title: str, author: str, size: tuple[float, float], margins: Iterable[float]) -> Docx:
    """Return an empty document; margins: top, right, bottom, left."""
    document = blank(title, author)
    section = document.sections[0]
    section.page_width, section.page_height = Mm(size[0]), Mm(size[1])
    top, right, bottom, left = map(Mm, margins)
    section.top_margin, section.right_margin = top, right
    section.bottom_margin, section.left_margin = bottom, left
    section.header_distance = section.footer_distance = Mm(8)
    return document


def style(
    document: Docx,
    name: str,
    *,
    size: float,
    font: str = SERIF,
    bold: bool = False,
    italic: bool = False,
    colour: str = INK,
    align: ALIGN = ALIGN.LEFT,
    before: float = 0,
    after: float = 0,
    line: float = 1.0,
    keep: bool = False,
) -> None:
    """Give a paragraph style of that name its look; one that is not there is made."""
    known = {each.name for each in document.styles}
    made = (
        document.styles[name]
        if name in known
        else document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    )
    assert isinstance(made, ParagraphStyle)
    if name not in known:
        made.base_style = document.styles["Normal"]
    made.font.size, made.font.bold, made.font.italic = Pt(size), bold, italic
    made.font.color.rgb = RGBColor.from_string(colour)
    names = made.element.get_or_add_rPr().get_or_add_rFonts()
    for key in list(names.attrib):
        del names.attrib[key]
    for script in ("ascii", "hAnsi", "cs", "eastAsia"):
        names.set(qn(f"w:{script}"), font)
    shape = made.paragraph_format
    shape.alignment, shape.line_spacing, shape.first_line_indent = align, line, Mm(0)
    shape.space_before, shape.space_after = Pt(before), Pt(after)
    shape.keep_with_next = shape.keep_together = keep
    shape.widow_control = True


class Look(TypedDict, total=False):
    """How words look; what is not said is as their style has it."""

    size: float
    bold: bool | None
    italic: bool | None
    colour: str
    font: str
    raised: bool


def paragraph(place: Place, text: str, style_name: str, **look: Unpack[Look]) -> Paragraph:
    """Add a paragraph in a style; the empty one with which a cell begins is taken."""
    taken = _first(place)
    if taken is not None:
        made = taken
        made.style = _document(place).styles[style_name]
    else:
        made = place.add_paragraph(style=style_name)
    if text:
        run(made, text, **look)
    return made


def _first(place: Place) -> Paragraph | None:
    beside = 1 if isinstance(place, _Cell) else 0  # what a cell says of itself
    if isinstance(place, Docx) or len(place.paragraphs) != 1 or len(place._element) > 1 + beside:
        return None
    first: Paragraph = place.paragraphs[0]
    return None if first.runs or len(first._p) > (first._p.pPr is not None) else first


def _document(place: Place) -> Docx:
    if isinstance(place, Docx):
        return place
    found = place.part if isinstance(place, (_Header, _Footer)) else place._parent.part
    document: Docx = found.package.main_document_part.document
    return document


def run(
    made: Paragraph,
    text: str,
    *,
    size: float = 0,
    bold: bool | None = None,
    italic: bool | None = None,
    colour: str = "",
    font: str = "",
    raised: bool = False,
) -> None:
    """Add words to a paragraph; what is not said is as its style has it."""
    added = made.add_run(plain(text))
    if size:
        added.font.size = Pt(size)
    added.font.bold, added.font.italic = bold, italic
    if raised:
        added.font.superscript = True
    if colour:
        added.font.color.rgb = RGBColor.from_string(colour)
    if font:
        added.font.name = font


def link(made: Paragraph, text: str, address: str, *, size: float, colour: str = DEEP) -> None:
    """Add words that lead to a web address."""
    target = quote(plain(address), safe="%/:=&?~#+!$,;'@()*[]")
    key = made.part.relate_to(target, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    element = OxmlElement("w:hyperlink")
    element.set(qn("r:id"), key)
    run(made, text, size=size, colour=colour)
    element.append(made.runs[-1]._r)
    made._p.append(element)


def picture(
    place: Place, photo: Photo, width: float, height: float, style_name: str, *, keep: bool = False
) -> Paragraph:
    """Add a picture as large as it fits into this room, never distorted or torn apart."""
    made = paragraph(place, "", style_name)
    scale = min(width / photo.width, height / photo.height)
    # An icon is not blown up: 100 pixels an inch are the least that looks well.
    scale = min(scale, 25.4 / 100)
    size = Mm(photo.width * scale), Mm(photo.height * scale)
    made.add_run().add_picture(io.BytesIO(photo.content), *size)
    _described(made, photo.digest[:16], photo.alt or photo.caption)
    made.paragraph_format.keep_with_next = keep
    return made


def size_of(photo: Photo, width: float, height: float) -> tuple[float, float]:
    """Return how large :func:`picture` sets it."""
    scale = min(width / photo.width, height / photo.height, 25.4 / 100)
    return photo.width * scale, photo.height * scale


def code(place: Place, png: bytes, side: float, style_name: str, says: str) -> Paragraph:
    """Add a QR code of this side."""
    made = paragraph(place, "", style_name)
    made.add_run().add_picture(io.BytesIO(png), Mm(side), Mm(side))
    _described(made, "QR", says)
    return made


def _described(made: Paragraph, name: str, says: str) -> None:
    described = made._p.findall(f".//{qn('wp:docPr')}")[-1]
    described.set("name", name)
    described.set("descr", plain(says))
    for side in ("distT", "distB", "distL", "distR"):  # LibreOffice would keep 3 mm at each side
        made._p.findall(f".//{qn('wp:inline')}")[-1].set(side, "0")


def gap(place: Place, points: float) -> Paragraph:
    """Add an empty line of exactly this height."""
    made = paragraph(place, "", "Normal")
    shape = made.paragraph_format
    shape.line_spacing = Pt(points)
    shape.space_before = shape.space_after = Pt(0)
    return made


def tied(title: str) -> str:
    """Return a title whose last word does not stand alone on a line."""
    head, _, last = title.rpartition(" ")
    return f"{head}\u00a0{last}" if len(last) < 8 and " " in head else title


def bare(url: str) -> str:
    """Return an address as people type it."""
    return url.partition("://")[2].rstrip("/")


# Page numbers


def field(made: Paragraph, instruction: str, shown: str, **look: Unpack[Look]) -> None:
    """Add a field, such as ``PAGE``; shown: what it says until somebody updates it."""
    for kind in ("begin", "", "separate", "shown", "end"):
        run(made, shown if kind == "shown" else "", **look)
        last = made.runs[-1]._r
        if kind == "shown":
            continue
        mark = OxmlElement("w:instrText" if not kind else "w:fldChar")
        if kind:
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark.text = f" {instruction} "
            mark.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        last.append(mark)


def bookmark(made: Paragraph, name: str, number: int) -> None:
    """Name the place of a paragraph, so that a field can say on which page it is."""
    begin, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for mark in (begin, end):
        mark.set(qn("w:id"), str(number))
    begin.set(qn("w:name"), name)
    properties = made._p.pPr
    if properties is None:
        made._p.insert(0, begin)
    else:
        properties.addnext(begin)
    made._p.append(end)


def dotted(made: Paragraph, at: float) -> None:
    """Lead a paragraph's tab to this place with dots."""
    made.paragraph_format.tab_stops.add_tab_stop(Mm(at), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
