"""Grounds, rules and bands: what stands behind and around the words of a printed thing.

Lengths are millimetres, colours RRGGBB.
"""

from __future__ import annotations

from collections.abc import Iterable

from docx.document import Document as Docx
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph
from lxml.etree import _Element as Element

from publisher.reports.printed.layout import Place


def band(
    place: Place,
    widths: Iterable[float],
    colour: str = "",
    *,
    side: float = 4,
    ends: float = 0,
    edge: str = "",
) -> Table:
    """Add a table of one row on a ground of this colour; edge: colour of a rule around it.

    side, ends: the room left and right, above and below, of what stands in its cells.
    """
    shares = tuple(widths)
    if isinstance(place, Docx):
        table: Table = place.add_table(rows=1, cols=len(shares))
    elif isinstance(place, _Cell):
        table = place.add_table(1, len(shares))
    else:
        table = place.add_table(1, len(shares), Mm(sum(shares)))
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    _table_margins(table, side, ends)
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


def _table_margins(table: Table, side: float, ends: float) -> None:
    margins = OxmlElement("w:tblCellMar")
    for name, length in (("top", ends), ("left", side), ("bottom", ends), ("right", side)):
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
