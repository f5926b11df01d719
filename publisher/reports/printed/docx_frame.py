"""What every issue of a bulletin has on paper: styles, masthead, the foot of pages, the end."""

from __future__ import annotations

from docx.document import Document as Docx
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT as VERTICAL
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import _Cell

from publisher.reports import words
from publisher.reports.docx_layout import plain
from publisher.reports.printed import bands, layout, qr
from publisher.reports.printed.content import Bulletin
from publisher.reports.printed.layout import BRIGHT, DEEP, INK, SANS, SOFT, TINT, bare

A4 = (210.0, 297.0)
SIDE = 18.0
WIDTH = A4[0] - 2 * SIDE
_ABOVE = 62  # characters of the names above the title that have room on one line


def styles(document: Docx) -> None:
    """Give the styles of a document their looks."""
    made = layout.style
    made(document, "Normal", size=10.5)
    made(
        document, "Body Text", size=10.5, align=ALIGN.JUSTIFY, after=4, line=1.08,
    )  # fmt: skip
    made(document, "Sapo", size=11, bold=True, after=5, line=1.1)
    made(
        document, "Heading 1", size=11, font=SANS, bold=True, colour="FFFFFF", before=14, after=8,
        keep=True,
    )  # fmt: skip
    made(
        document, "Heading 2", size=12.5, font=SANS, bold=True, colour=DEEP, after=2, line=1.05,
        keep=True,
    )  # fmt: skip
    made(
        document, "Heading 3", size=10.5, font=SANS, bold=True, before=5, after=3, keep=True,
    )  # fmt: skip
    made(document, "Meta", size=8.5, font=SANS, colour=SOFT, after=4, keep=True)
    made(document, "Photo", size=8, after=2, align=ALIGN.CENTER)
    made(
        document, "Caption", size=9, italic=True, colour=SOFT, align=ALIGN.CENTER, after=5,
    )  # fmt: skip
    made(document, "Address", size=8, font=SANS, colour=SOFT, after=3)
    made(document, "Contents 1", size=9, font=SANS, bold=True, colour=DEEP, before=5, after=2,
         keep=True)  # fmt: skip
    made(document, "Contents 2", size=9.5, after=2, line=1.0)
    made(document, "Cell", size=9)


def foot(document: Docx, bulletin: Bulletin) -> None:
    """Set the line at the foot of every page."""
    footer = document.sections[0].footer
    line = layout.paragraph(footer, f"{bulletin.name} – Số {bulletin.number}\t", "Address")
    bands.ruled(line, "top", DEEP, space=4)
    line.paragraph_format.tab_stops.clear_all()
    line.paragraph_format.tab_stops.add_tab_stop(Mm(WIDTH), alignment=2)
    layout.run(line, "Trang ")
    layout.field(line, "PAGE", "1")
    layout.run(line, "/")
    layout.field(line, "NUMPAGES", "1")


def masthead(document: Docx, bulletin: Bulletin) -> None:
    """Set the head of the first page: whose it is, its name, number and date."""
    publisher = bulletin.publisher
    right = 44.0
    table = bands.band(document, (WIDTH - right, right), DEEP, side=5)
    name, issue = table.rows[0].cells
    _shade_over(issue, "0A2F52")
    above = " · ".join(filter(None, (publisher.parent, publisher.name)))
    lines = [above] if len(above) <= _ABOVE else [publisher.parent, publisher.name]
    for number, text in enumerate(filter(None, lines)):
        line = layout.paragraph(
            name, text.upper(), "Normal", size=9, bold=True, colour="D5E1EC", font=SANS
        )
        line.paragraph_format.space_before = Pt(1 if number else 11)
    size = 27 if len(bulletin.name) <= 26 else 21 if len(bulletin.name) <= 44 else 16
    line = layout.paragraph(
        name, bulletin.name.upper(), "Normal", size=size, bold=True, colour="FFFFFF", font=SANS
    )
    line.paragraph_format.space_before, line.paragraph_format.space_after = Pt(3), Pt(3)
    line = layout.paragraph(
        name, f"“{publisher.slogan}”" if publisher.slogan else "", "Normal",
        size=11.5, italic=True, colour=BRIGHT,
    )  # fmt: skip
    line.paragraph_format.space_after = Pt(11)
    issue.vertical_alignment = VERTICAL.CENTER
    said: tuple[tuple[str, float, str, bool], ...] = (
        (f"Số {bulletin.number}", 17.0, "FFFFFF", True),
        (f"{bulletin.period[:1].upper()}{bulletin.period[1:]}", 10.0, BRIGHT, True),
        (f"Phát hành {words.day(bulletin.dated)}", 8.5, "D5E1EC", False),
    )
    for text, points, colour, bold in said:
        line = layout.paragraph(
            issue, text, "Normal", size=points, colour=colour, bold=bold, font=SANS
        )
        line.alignment = ALIGN.CENTER
        line.paragraph_format.space_after = Pt(3)
    layout.gap(document, 8)


def _shade_over(cell: _Cell, colour: str) -> None:
    properties = cell._tc.get_or_add_tcPr()
    for old in properties.findall(qn("w:shd")):
        properties.remove(old)
    bands.shade(properties, colour)


def close(document: Docx, bulletin: Bulletin) -> None:
    """Set the end: where phản ánh, kiến nghị are taken, and who answers for it."""
    publisher = bulletin.publisher
    layout.gap(document, 10)
    side = 26.0
    widths = (WIDTH - side - 8, side + 8) if publisher.site else (WIDTH,)
    if publisher.feedback:
        cells = bands.band(document, widths, TINT, side=4, edge=DEEP).rows[0].cells
        head = layout.paragraph(
            cells[0], "TIẾP NHẬN PHẢN ÁNH, KIẾN NGHỊ", "Normal",
            size=11, bold=True, colour=DEEP, font=SANS,
        )  # fmt: skip
        head.paragraph_format.space_before, head.paragraph_format.space_after = Pt(6), Pt(3)
        for line in publisher.feedback:
            said = layout.paragraph(cells[0], line, "Normal", size=10.5)
            said.paragraph_format.space_after = Pt(2)
        said.paragraph_format.space_after = Pt(7)
        if publisher.site:
            made = layout.code(cells[-1], qr.code(publisher.site), side, "Photo", publisher.site)
            made.paragraph_format.space_before = Pt(4)
            layout.paragraph(cells[-1], bare(publisher.site), "Photo", size=7, colour=SOFT)
            cells[-1].vertical_alignment = VERTICAL.CENTER
    layout.gap(document, 6)
    for text in publisher.imprint:
        small = layout.paragraph(document, plain(text), "Address", size=8, colour=INK)
        small.alignment = ALIGN.CENTER
        small.paragraph_format.space_after = Pt(1)
        small.paragraph_format.keep_together = True
