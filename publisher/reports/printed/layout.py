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
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import _Footer, _Header
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph
from lxml.etree import _Element as Element

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
    if isinstance(place, Docx) or len(place.paragraphs) != 1 or len(place._element) > 2:
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
) -> None:
    """Add words to a paragraph; what is not said is as its style has it."""
    added = made.add_run(plain(text))
    if size:
        added.font.size = Pt(size)
    added.font.bold, added.font.italic = bold, italic
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


# Bands and boxes


def band(
    place: Place, widths: Iterable[float], colour: str = "", *, side: float = 4, edge: str = ""
) -> Table:
    """Add a table of one row on a ground of this colour; edge: colour of a rule around it."""
    shares = tuple(widths)
    if isinstance(place, Docx):
        table: Table = place.add_table(rows=1, cols=len(shares))
    elif isinstance(place, _Cell):
        table = place.add_table(1, len(shares))
    else:
        table = place.add_table(1, len(shares), Mm(sum(shares)))
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    _table_margins(table, side)
    if edge:
        _edges(table, edge)
    for column, width in zip(table.columns, shares, strict=True):
        column.width = Mm(width)
        column.cells[0].width = Mm(width)
        if colour:
            shade(column.cells[0]._tc.get_or_add_tcPr(), colour)
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    return table


def shade(properties: Element, colour: str) -> None:
    """Give a cell or a paragraph a ground."""
    ground = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", colour)):
        ground.set(qn(f"w:{name}"), value)
    # The order is the schema's.
    after = ("w:tabs", "w:spacing", "w:ind", "w:jc", "w:noWrap", "w:tcMar", "w:vAlign")
    _before(properties, ground, after)


def ruled(made: Paragraph, side: str, colour: str, *, size: int = 6, space: int = 4) -> None:
    """Give a paragraph a rule: side is top or bottom, size in eighths of a point."""
    edges = OxmlElement("w:pBdr")
    edge = OxmlElement(f"w:{side}")
    for name, value in (("val", "single"), ("sz", size), ("space", space), ("color", colour)):
        edge.set(qn(f"w:{name}"), str(value))
    edges.append(edge)
    properties = made._p.get_or_add_pPr()
    _before(properties, edges, ("w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc"))


def framed(made: Paragraph, colour: str, *, space: int) -> None:
    """Make the ground of a paragraph larger than its words, by so many points."""
    edges = OxmlElement("w:pBdr")
    for side in ("top", "left", "bottom", "right"):
        edge = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", 4), ("space", space), ("color", colour)):
            edge.set(qn(f"w:{name}"), str(value))
        edges.append(edge)
    _before(made._p.get_or_add_pPr(), edges, ("w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc"))
    shape = made.paragraph_format  # frames stand outside the text
    shape.left_indent = shape.right_indent = Pt(space)


def _before(properties: Element, added: Element, names: Iterable[str]) -> None:
    for name in names:
        if (found := properties.find(qn(name))) is not None:
            found.addprevious(added)
            return
    properties.append(added)


def _table_margins(table: Table, side: float) -> None:
    margins = OxmlElement("w:tblCellMar")
    for name, length in (("top", 0), ("left", side), ("bottom", 0), ("right", side)):
        edge = OxmlElement(f"w:{name}")
        edge.set(qn("w:w"), str(Mm(length).twips))
        edge.set(qn("w:type"), "dxa")
        margins.append(edge)
    _before(table._tbl.tblPr, margins, ("w:tblLook",))


def _edges(table: Table, colour: str) -> None:
    edges = OxmlElement("w:tblBorders")
    for name in ("top", "left", "bottom", "right"):
        edge = OxmlElement(f"w:{name}")
        for key, value in (("val", "single"), ("sz", "8"), ("space", "0"), ("color", colour)):
            edge.set(qn(f"w:{key}"), value)
        edges.append(edge)
    _before(table._tbl.tblPr, edges, ("w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook"))


def gap(place: Place, points: float) -> Paragraph:
    """Add an empty line of exactly this height."""
    made = paragraph(place, "", "Normal")
    shape = made.paragraph_format
    shape.line_spacing = Pt(points)
    shape.space_before = shape.space_after = Pt(0)
    return made


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
