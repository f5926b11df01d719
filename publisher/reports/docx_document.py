"""Content → a DOCX document, element by element as Nghị định 30/2020/NĐ-CP, Phụ lục I says."""

from __future__ import annotations

import io

from docx.document import Document as Docx
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm
from docx.table import Table as DocxTable
from docx.table import _Cell

from publisher.reports import words
from publisher.reports.content import (
    Annex,
    Chart,
    Content,
    Part,
    Section,
    Table,
    heading_number,
    numbered,
)
from publisher.reports.docx_charts import draw
from publisher.reports.docx_layout import (
    TEXT_WIDTH,
    WIDE_WIDTH,
    balanced,
    blank,
    body,
    lay_out,
    length,
    new_section,
    number_pages,
    plain,
    rule,
    write,
)
from publisher.reports.docx_tables import add_table

_MOTTO = "Độc lập - Tự do - Hạnh phúc"
_MOTTO_EMS = 12.224  # as long as Times New Roman Bold sets it
_LEFT = 72.0  # of the title block; the country's name needs the rest in one line
_RIGHT = TEXT_WIDTH - _LEFT
_PART = 0.4  # of the line above: the decree wants a third to a half
_SIGNED = 72  # points for the signature and the seal
_MANY = 12  # columns of a table whose letters must be small


def docx(content: Content, part: Part = Part.FULL, start: str = "") -> bytes:
    """Return a document; start: number of the heading of a section to be pasted in."""
    document = blank(content.title, content.issue.profile.name)
    if part is Part.SECTION:
        add_section(document, content, start)
    elif part is Part.FULL:
        number_pages(document.sections[0])
        _title_block(document, content)
        _opening(document, content)
        add_sections(document, content.sections)
        _closing(document, content)
        _signature(document, content)
        for number, annex in enumerate(content.annexes, start=1):
            new_section(document, wide=True)
            add_annex(document, content, annex, number)
    elif part is Part.ANNEX:
        _annexes_alone(document, content)
    else:
        _royalties(document, content)
    return saved(document)


def saved(document: Docx) -> bytes:
    """Return a document as the bytes of its file."""
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _columns(document: Docx, left: float, right: float) -> tuple[_Cell, _Cell]:
    """Add two columns without rules, to put things side by side."""
    table = document.add_table(rows=1, cols=2)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    _no_margins(table)
    for column, width in zip(table.columns, (left, right), strict=True):
        column.width = Mm(width)
        column.cells[0].width = Mm(width)
    first, second = table.rows[0].cells
    return first, second


def _no_margins(table: DocxTable) -> None:
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        edge = OxmlElement(f"w:{side}")
        edge.set(qn("w:w"), "0")
        edge.set(qn("w:type"), "dxa")
        margins.append(edge)
    properties = table._tbl.tblPr
    look = properties.find(qn("w:tblLook"))
    if look is None:
        properties.append(margins)
    else:  # the order is the schema's
        look.addprevious(margins)


def _title_block(document: Docx, content: Content) -> None:
    issue = content.issue
    left, right = _columns(document, _LEFT, _RIGHT)
    for line in balanced(issue.profile.parent.upper(), 12, _LEFT):
        write(left, line, size=12, align=ALIGN.CENTER)
    name = balanced((issue.profile.name or words.BLANK).upper(), 12, _LEFT)
    for line in name:
        write(left, line, size=12, bold=True, align=ALIGN.CENTER)
    rule(left, _PART * length(name[-1], 12), _LEFT)
    write(right, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", size=12, bold=True, align=ALIGN.CENTER)
    write(right, _MOTTO, size=13, bold=True, align=ALIGN.CENTER)
    rule(right, _MOTTO_EMS * 13 * 25.4 / 72, _RIGHT)
    left, right = _columns(document, _LEFT, _RIGHT)
    write(left, issue.number_line, size=13, align=ALIGN.CENTER, before=6)
    write(right, issue.place_and_day, size=13, italic=True, align=ALIGN.CENTER, before=6)


def _opening(document: Docx, content: Content) -> None:
    issue = content.issue
    write(document, "BÁO CÁO", bold=True, align=ALIGN.CENTER, before=14, keep=True)
    _subject(document, content.title)
    sent_to = [plain(each) for each in issue.profile.addressees]
    if len(sent_to) == 1:
        write(document, f"Kính gửi: {sent_to[0]}.", align=ALIGN.CENTER, after=12)
    elif sent_to:
        _addressees(document, sent_to)
    for place, basis in enumerate(issue.bases, start=1):
        end = "." if place == len(issue.bases) else ";"
        body(document, basis.rstrip(" .;") + end, italic=True)
    body(document, content.opening)


def _subject(document: Docx, text: str) -> None:
    lines = balanced(text, 14, TEXT_WIDTH * 0.9)
    for line in lines:
        write(document, line, bold=True, align=ALIGN.CENTER, keep=True)
    rule(document, _PART * length(lines[-1], 14), TEXT_WIDTH, after=12)


def _addressees(document: Docx, sent_to: list[str]) -> None:
    left, right = _columns(document, 50, TEXT_WIDTH - 50)
    write(left, "Kính gửi:", align=ALIGN.RIGHT)
    for place, name in enumerate(sent_to, start=1):
        end = "." if place == len(sent_to) else ";"
        line = write(right, f"- {name}{end}")
        line.paragraph_format.left_indent = Mm(6)
        line.paragraph_format.first_line_indent = Mm(-3)
    write(document, "", size=6)


def add_section(document: Docx, content: Content, start: str, width: float = TEXT_WIDTH) -> None:
    """Add the whole text as a section of another report, its heading numbered ``start``."""
    document.add_paragraph(numbered(start, plain(content.heading)), style="Heading 1")
    add_sections(document, content.sections, start.strip() or "1", width)


def add_sections(
    document: Docx, sections: tuple[Section, ...], start: str = "", width: float = TEXT_WIDTH
) -> None:
    """Add sections with their headings, tables and charts; start: of the heading above."""
    style = "Heading 2" if start else "Heading 1"
    for index, section in enumerate(sections, start=1):
        title = plain(section.title)
        number = heading_number(start, index)
        document.add_paragraph(f"{number}. {title if start else title.upper()}", style=style)
        for paragraph in section.paragraphs:
            body(document, paragraph)
        for table in section.tables:
            add_captioned(document, table, width)
        for chart in section.charts:
            add_chart(document, chart)


def add_captioned(
    document: Docx, table: Table, width: float = TEXT_WIDTH, *, whole: bool = True
) -> None:
    """Add a table with its title above it; whole: on one page if it is short."""
    title = document.add_paragraph(plain(table.title), style="Caption")
    title.paragraph_format.keep_with_next = True  # an office's own style may not say so
    add_table(document, table, width, _size(table, width), whole=whole)


def _size(table: Table, width: float) -> float:
    if len(table.columns) > _MANY:
        return 9.5
    return 10.5 if width > TEXT_WIDTH else 12


def add_chart(document: Docx, chart: Chart) -> None:
    """Add a chart as a picture with a text that says the same, its title above it.

    Both are one paragraph: LibreOffice parts a title that is only kept with the next one.
    """
    paragraph = document.add_paragraph(plain(chart.title), style="Caption")
    paragraph.paragraph_format.keep_with_next = False
    drawing = draw(chart)
    run = paragraph.add_run()
    run.add_break()
    run.add_picture(io.BytesIO(drawing.png), Mm(drawing.width), Mm(drawing.height))
    for described in paragraph._p.iter(qn("wp:docPr")):
        described.set("name", chart.key)
        described.set("title", plain(chart.title))
        described.set("descr", plain(chart.alt))


def _closing(document: Docx, content: Content) -> None:
    body(document, f"{content.closing}./.").paragraph_format.space_after = Mm(5)


def _signature(document: Docx, content: Content) -> None:
    profile = content.issue.profile
    left, right = _columns(document, 80, TEXT_WIDTH - 80)
    write(left, "Nơi nhận:", size=12, bold=True, italic=True, keep=True)
    copies = [f"- {name.rstrip(' .;')};" for name in profile.recipients]
    archive = profile.archive or "VT"
    for line in (*copies, f"- Lưu: {archive.rstrip(' .;')}."):
        write(left, line, size=11)
    _signer(right, content)
    table = document.tables[-1]
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # never on two pages


def _signer(place: _Cell, content: Content) -> None:
    profile = content.issue.profile
    for line in profile.signer_title or (words.BLANK,):
        write(place, line.upper(), bold=True, align=ALIGN.CENTER, keep=True)
    name = profile.signer or words.BLANK
    write(place, name, bold=True, align=ALIGN.CENTER, before=_SIGNED)


def add_annex(
    document: Docx, content: Content, annex: Annex, number: int, width: float = WIDE_WIDTH
) -> None:
    """Add an annex: its number, its title, what it belongs to, its tables."""
    alone = len(content.annexes) == 1
    write(
        document,
        "Phụ lục" if alone else f"Phụ lục {words.roman(number)}",
        bold=True,
        align=ALIGN.CENTER,
        keep=True,
    )
    write(document, annex.title.upper(), bold=True, align=ALIGN.CENTER, keep=True)
    reference = content.issue.reference
    write(document, reference, italic=True, align=ALIGN.CENTER, after=8, keep=True)
    for table in annex.tables:
        if len(annex.tables) == 1:
            add_table(document, table, width, _size(table, width), whole=False)
        else:
            add_captioned(document, table, width, whole=False)


def _annexes_alone(document: Docx, content: Content) -> None:
    for number, annex in enumerate(content.annexes, start=1):
        if number == 1:
            lay_out(document.sections[0], wide=True)
            number_pages(document.sections[0])
        else:
            new_section(document, wide=True)
        add_annex(document, content, annex, number)


def _royalties(document: Docx, content: Content) -> None:
    """Write what is due to the authors, for the office itself."""
    number_pages(document.sections[0])
    _title_block(document, content)
    write(document, "BẢNG KÊ NHUẬN BÚT", bold=True, align=ALIGN.CENTER, before=14, keep=True)
    title = words.period(content.period)
    _subject(document, title[:1].upper() + title[1:])
    first, *rest = content.royalties
    add_captioned(document, first)
    write(document, "", size=8)
    left, right = _columns(document, 80, TEXT_WIDTH - 80)
    write(left, "NGƯỜI LẬP BẢNG", bold=True, align=ALIGN.CENTER)
    _signer(right, content)
    new_section(document, wide=True)
    for table in rest:
        add_captioned(document, table, WIDE_WIDTH, whole=False)
