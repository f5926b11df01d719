"""A document's paragraphs and tables, in the order in which they are read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from docx.oxml.ns import qn
from lxml import etree

from publisher.text import nfc
from publisher.word.blocks import Block, Cell, Image, Inline, Losses, Paragraph, Span, Table
from publisher.word.inlines import Reader
from publisher.word.styles import Numbering, Styles, at, number, toggle, value

_WRAPPERS = frozenset(map(qn, ("w:customXml", "w:sdtContent", "w:ins", "w:moveTo")))
_COLUMNS = 100
"""Columns of a table at most; a page has room for twenty."""


@dataclass(slots=True)
class Body:
    """Reads the blocks of one part; paragraphs that are not empty are numbered as they come."""

    reader: Reader
    styles: Styles
    numbering: Numbering
    losses: Losses
    count: int = 0
    _deleted: list[etree._Element] = field(default_factory=list)

    def blocks(self, parent: etree._Element) -> list[Block]:
        """Return what stands below an element, empty paragraphs left out."""
        return list(_captioned(list(self._blocks(parent))))

    def _blocks(self, parent: etree._Element) -> Iterator[Block]:
        for child in parent:
            if child.tag == qn("w:p"):
                yield from self._paragraph(child)
            elif child.tag == qn("w:tbl"):
                table = self._table(child)
                if table.rows:
                    yield table
            elif child.tag == qn("w:sdt"):
                yield from self._control(child)
            elif child.tag in _WRAPPERS:
                yield from self._blocks(child)
            elif child.tag == qn("w:altChunk"):
                self.losses.add("word-lost-object", self.count)
            elif isinstance(child.tag, str) and child.tag.endswith("}oMathPara"):
                self.losses.add("word-lost-equation", self.count)

    def _control(self, control: etree._Element) -> Iterator[Block]:
        properties = at(control, "sdtPr")
        gallery = value(properties, "docPartObj/docPartGallery") or ""
        if gallery == "Table of Contents":
            self.losses.add("word-lost-contents", self.count + 1)
        elif not toggle(properties, "showingPlcHdr"):
            for content in control.iterfind(qn("w:sdtContent")):
                yield from self._blocks(content)

    def _paragraph(self, element: etree._Element) -> Iterator[Paragraph]:
        properties = element.find(qn("w:pPr"))
        if at(properties, "rPr/del") is not None or at(properties, "rPr/moveFrom") is not None:
            # Its end was deleted, so its words belong to the next paragraph.
            self.losses.add("word-changes", self.count + 1)
            self._deleted.append(element)
            return
        role = self.styles.role(properties)
        self.reader.number = self.count + 1
        inlines: list[Inline] = []
        for part in [*self._deleted, element]:
            inlines += self.reader.read(part, looks=role == "p")
        self._deleted.clear()
        paragraph = Paragraph(inlines, role=role)
        boxes, self.reader.boxes = self.reader.boxes, []
        contents = self.styles.is_contents(properties)
        if contents and not paragraph.empty:
            self.losses.add("word-lost-contents", self.count + 1)
        elif not paragraph.empty:
            self.count += 1
            paragraph.number = self.count
            paragraph.align = self.styles.align(properties)
            self._number(paragraph, properties)
            yield paragraph
        for box in boxes:
            for block in self._blocks(box):
                yield from [block] if isinstance(block, Paragraph) else _flat(block)

    def _number(self, paragraph: Paragraph, properties: etree._Element | None) -> None:
        """Make a paragraph an item of its list, or write its label in front of it."""
        found = self.styles.numbering(properties)
        if found is None:
            return
        num_id, level = found
        level = level or self.styles.list_level(properties)
        how, label, count = self.numbering.count(num_id, found[1])
        paragraph.list_id, paragraph.level, paragraph.start = num_id, level, count
        # A picture in a list is still a picture with a caption of its own.
        text = bool(paragraph.text)
        if how in ("bullet", "decimal") and paragraph.role == "p" and text:
            paragraph.role = "ul" if how == "bullet" else "ol"
        elif label and how != "bullet" and text:
            paragraph.inlines.insert(0, Span(f"{label} "))

    def _table(self, element: etree._Element) -> Table:
        first = self.count + 1
        rows: list[list[Cell]] = []
        above: dict[int, Cell] = {}  # by column, the cell that a merged one goes on from
        for row in _rows(element):
            if at(row, "trPr/del") is not None:
                self.losses.add("word-changes", self.count + 1)
                continue
            cells: list[Cell] = []
            column = number(value(row, "trPr/gridBefore"))
            for item in _cells(row):
                properties = at(item, "tcPr")
                columns = min(max(number(value(properties, "gridSpan"), 1), 1), _COLUMNS)
                merge = value(properties, "vMerge")
                if merge is not None and merge != "restart" and column in above:
                    above[column].rows += 1
                    column += columns
                    continue
                cell = Cell(self._flattened(item), columns)
                above[column] = cell
                cells.append(cell)
                column += columns
            rows.append(cells)
        kept = [row for row in rows if row]
        if all(p.empty for row in kept for cell in row for p in cell.paragraphs):
            kept = []
        return Table(kept, first)

    def _flattened(self, cell: etree._Element) -> list[Paragraph]:
        found: list[Paragraph] = []
        for block in self._blocks(cell):
            if isinstance(block, Table):
                self.losses.add("word-nested-table", block.number)
                found += _flat(block)
            else:
                sign = {"ul": "•", "ol": f"{block.start}."}.get(block.role)
                if sign:
                    block.inlines.insert(0, Span(f"{sign} "))
                found.append(block)
        return found


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    for child in table:
        if child.tag == qn("w:tr"):
            yield child
        elif child.tag in _WRAPPERS or child.tag == qn("w:sdt"):
            yield from _rows(child)


def _cells(row: etree._Element) -> Iterator[etree._Element]:
    for child in row:
        if child.tag == qn("w:tc"):
            yield child
        elif child.tag in _WRAPPERS or child.tag == qn("w:sdt"):
            yield from _cells(child)


def _flat(table: Table) -> list[Paragraph]:
    """Return the paragraphs of a table in a cell, which Markdown has no place for."""
    return [p for row in table.rows for cell in row for p in cell.paragraphs]


def _captioned(blocks: list[Block]) -> Iterator[Block]:
    """Yield blocks, a caption right after a picture given to it."""
    before: Paragraph | None = None
    for block in blocks:
        if not isinstance(block, Paragraph):
            before = None
            yield block
            continue
        plain = not any(isinstance(i, Image) or getattr(i, "href", "") for i in block.inlines)
        if block.role == "caption" and before and plain and not before.caption:
            before.caption = nfc(" ".join(block.text.split()))
            continue
        picture = any(isinstance(i, Image) for i in block.inlines)
        if picture and block.role == "caption" and block.text:
            # Word's own button may set the caption below the picture, in one paragraph.
            images = [i for i in block.inlines if isinstance(i, Image)]
            block = replace(block, inlines=list(images), caption=nfc(" ".join(block.text.split())))
        before = block if picture and not block.text else None
        yield block
