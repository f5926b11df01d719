"""Tables and live links of a DOCX document, written as XML text: an annex may be long."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

from docx.document import Document as Docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Mm

from publisher.reports.content import Column, Form, Table, Value, shown
from publisher.reports.docx_layout import length, plain

_EDGES = ("top", "left", "bottom", "right", "insideH", "insideV")
_WEB = ("https://", "http://")
_SHORT = 16  # rows
_SIDE_MM = 1.2  # between the rule of a cell and its text


def add_table(
    document: Docx, table: Table, width: float, size: float, *, whole: bool = True
) -> None:
    """Add a table of this width (mm) and size (pt); its head stands on every page.

    whole: kept on one page if it is short.
    """
    columns = table.columns
    widths = [Mm(each).twips for each in _widths(columns, width, size)]
    # A short table stays in one piece; of a long one, the head stays with its first row.
    whole = whole and len(table.rows) <= _SHORT
    links, words = _Links(document, size), _run(size)
    bold = _run(size, "<w:b/>")
    centred, aligned = ["center"] * len(columns), [_alignment(column) for column in columns]
    rows = [_row([bold(c.head) for c in columns], widths, centred, head=True, keep=True)]
    for number, values in enumerate(table.rows, start=1):
        cells = [
            links.runs(value)
            if column.form in (Form.LINK, Form.LINKS)
            else words(shown(value, column.form))
            for value, column in zip(values, columns, strict=True)
        ]
        keep = whole and (number < len(table.rows) or bool(table.total))
        rows.append(_row(cells, widths, aligned, keep=keep))
    if table.total:
        cells = [bold(shown(v, c.form)) for v, c in zip(table.total, columns, strict=True)]
        rows.append(_row(cells, widths, aligned))
    grid = "".join(f'<w:gridCol w:w="{each}"/>' for each in widths)
    element = parse_xml(
        f"<w:tbl {nsdecls('w', 'r')}>{_properties(sum(widths), table.title)}"
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )
    body = document.element.body
    body.insert(len(body) - 1, element)  # the last one is the page's
    after = document.add_paragraph(style="Normal")
    after.paragraph_format.line_spacing = Mm(2)


def _widths(columns: Sequence[Column], width: float, size: float) -> list[float]:
    """Share a width (mm) out: as the columns ask, but no date and no word of a head is broken."""
    least = [
        2 * _SIDE_MM + max(length(word, size) for word in _unbroken(column)) for column in columns
    ]
    tight: set[int] = set()
    while True:
        parts = sum(c.width for n, c in enumerate(columns) if n not in tight)
        left = width - sum(least[n] for n in tight)
        shared = [
            least[n] if n in tight else left * column.width / parts
            for n, column in enumerate(columns)
        ]
        narrow = {n for n, each in enumerate(shared) if each < least[n] and n not in tight}
        if not narrow or len(tight | narrow) == len(columns):
            return shared
        tight |= narrow


def _unbroken(column: Column) -> list[str]:
    date = ["00/00/0000"] if column.form is Form.DATE else []
    return [*column.head.split(), *date]


def _alignment(column: Column) -> str:
    if column.form.is_number:
        return "right"
    return "center" if column.form in (Form.SERIAL, Form.DATE) else "left"


def _properties(width: int, title: str) -> str:
    side = Mm(_SIDE_MM).twips
    edges = "".join(
        f'<w:{edge} w:val="single" w:sz="4" w:space="0" w:color="000000"/>' for edge in _EDGES
    )
    sides = "".join(f'<w:{each} w:w="{side}" w:type="dxa"/>' for each in ("left", "right"))
    return (
        f'<w:tblPr><w:tblW w:w="{width}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{edges}</w:tblBorders><w:tblLayout w:type="fixed"/>'
        f"<w:tblCellMar>{sides}</w:tblCellMar>"
        # What a screen reader says of it.
        f"<w:tblCaption w:val={quoteattr(plain(title))}/></w:tblPr>"
    )


def _row(
    cells: Sequence[str],
    widths: Sequence[int],
    aligned: Sequence[str],
    *,
    head: bool = False,
    keep: bool = False,
) -> str:
    kept = "<w:keepNext/>" if keep else ""
    written = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>'
        f'<w:p><w:pPr>{kept}<w:spacing w:before="20" w:after="20"/><w:jc w:val="{align}"/></w:pPr>'
        f"{runs}</w:p></w:tc>"
        for runs, width, align in zip(cells, widths, aligned, strict=True)
    )
    repeated = "<w:tblHeader/>" if head else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{written}</w:tr>"


def _run(size: float, look: str = "") -> Callable[[str], str]:
    """Return what makes runs of one size (pt) and look; the order is the schema's."""
    half = round(size * 2)
    start = (
        f'<w:r><w:rPr>{look}<w:sz w:val="{half}"/><w:szCs w:val="{half}"/></w:rPr>'
        '<w:t xml:space="preserve">'
    )
    return lambda text: f"{start}{escape(plain(text))}</w:t></w:r>"


class _Links:
    """Makes links of one document; each address is named to it once."""

    def __init__(self, document: Docx, size: float) -> None:
        self._words, self._linked = _run(size), _run(size, '<w:rStyle w:val="Hyperlink"/>')
        self._relations = document.part.rels
        self._ids = {
            relation.target_ref: key
            for key, relation in self._relations.items()
            if relation.is_external and relation.reltype == RELATIONSHIP_TYPE.HYPERLINK
        }

    def runs(self, value: Value) -> str:
        """Return what a cell says; web addresses in it can be followed."""
        addresses = value if isinstance(value, tuple) else (str(value or ""),)
        return self._words("; ").join(
            self._link(each) if each.startswith(_WEB) else self._words(each) for each in addresses
        )

    def _link(self, address: str) -> str:
        target = quote(plain(address), safe="%/:=&?~#+!$,;'@()*[]")
        if target not in self._ids:
            # The library's own way looks through all that there are for each new one.
            key = self._ids[target] = f"rIdLink{len(self._ids) + 1}"
            self._relations.add_relationship(
                RELATIONSHIP_TYPE.HYPERLINK, target, key, is_external=True
            )
        return f'<w:hyperlink r:id="{self._ids[target]}">{self._linked(address)}</w:hyperlink>'
