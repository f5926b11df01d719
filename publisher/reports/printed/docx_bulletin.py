"""A bulletin → a DOCX document: A4, a masthead, the lead, contents, then the items.

An item is a row, its picture beside its words, which Word and LibreOffice keep on one page. In
columns both would part a title from its text where they make the columns equally long.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from docx.document import Document as Docx
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT as VERTICAL
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import _Cell

from publisher.reports import words
from publisher.reports.docx_document import saved
from publisher.reports.docx_layout import plain
from publisher.reports.printed import layout, qr
from publisher.reports.printed.content import (
    Bulletin,
    Chapter,
    Form,
    Grid,
    Story,
    Text,
)
from publisher.reports.printed.layout import BRIGHT, DEEP, INK, SANS, SOFT, TINT

_A4 = (210.0, 297.0)
_SIDE = 18.0
_WIDTH = _A4[0] - 2 * _SIDE
_BESIDE = (58.0, 52.0)  # the most that a picture takes beside the words of an item
_WITHIN = (120.0, 84.0)  # and in its whole text
_BETWEEN = 5.0
_LEAD = (112.0, 84.0)  # the most that the first picture takes of the page beside its text
_BROAD = 1.25  # width by height: pictures less broad stand beside the text
_MARK = "tin"
_FEW = 2  # items: what stands on one page needs no contents


def docx(bulletin: Bulletin, pages: Mapping[str, int]) -> bytes:
    """Return a bulletin as a document.

    pages: on which page each item stands, by its key; without it the contents say nothing of it
    until the fields are updated.
    """
    document = layout.sheet(bulletin.title, bulletin.publisher.name, _A4, (16, _SIDE, 18, _SIDE))
    _styles(document)
    _foot(document, bulletin)
    _masthead(document, bulletin)
    marks = {story.key: number for number, story in enumerate(bulletin.stories)}
    listed = is_listed(bulletin)
    if listed and bulletin.full:  # behind a long text nobody would look for them
        _contents(document, bulletin, marks, pages)
    if bulletin.lead:
        _lead(document, bulletin, bulletin.lead, marks)
    if listed and not bulletin.full:
        _contents(document, bulletin, marks, pages)
    for chapter in bulletin.chapters:
        _chapter(document, bulletin, chapter, marks)
    _close(document, bulletin)
    return saved(document)


def is_listed(bulletin: Bulletin) -> bool:
    """Return whether it has contents."""
    return len(list(bulletin.stories)) > _FEW


def _styles(document: Docx) -> None:
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


def _foot(document: Docx, bulletin: Bulletin) -> None:
    footer = document.sections[0].footer
    line = layout.paragraph(footer, f"{bulletin.name} – Số {bulletin.number}\t", "Address")
    layout.ruled(line, "top", DEEP, space=4)
    line.paragraph_format.tab_stops.clear_all()
    line.paragraph_format.tab_stops.add_tab_stop(Mm(_WIDTH), alignment=2)
    layout.run(line, "Trang ")
    layout.field(line, "PAGE", "1")
    layout.run(line, "/")
    layout.field(line, "NUMPAGES", "1")


def _masthead(document: Docx, bulletin: Bulletin) -> None:
    publisher = bulletin.publisher
    right = 44.0
    table = layout.band(document, (_WIDTH - right, right), DEEP, side=5)
    name, issue = table.rows[0].cells
    _shade_over(issue, "0A2F52")
    above = " · ".join(filter(None, (publisher.parent, publisher.name)))
    line = layout.paragraph(
        name, above.upper(), "Normal", size=9, bold=True, colour="D5E1EC", font=SANS
    )
    line.paragraph_format.space_before = Pt(11)
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
    layout.shade(properties, colour)


# The lead


def _lead(document: Docx, bulletin: Bulletin, story: Story, marks: Mapping[str, int]) -> None:
    line = layout.paragraph(
        document, "TIÊU ĐIỂM", "Normal", size=9, bold=True, colour="8A5A00", font=SANS
    )
    if bulletin.full and is_listed(bulletin):
        layout.ruled(line, "top", BRIGHT, size=18, space=5)
        line.paragraph_format.space_before = Pt(10)
    line.paragraph_format.keep_with_next = True
    line.paragraph_format.space_after = Pt(2)
    size = 20 if len(story.title) <= 90 else 16.5
    line = layout.paragraph(document, tied(story.title), "Heading 2", size=size)
    line.paragraph_format.space_before = Pt(0)
    layout.bookmark(line, f"{_MARK}{marks[story.key]}", marks[story.key])
    layout.paragraph(document, _meta(story), "Meta", size=9)
    whole = bulletin.full and bool(story.blocks)
    _shown(document, story)
    if whole:
        layout.gap(document, 6)
        _blocks(document, bulletin, story)
        _address(document, story)


def _shown(document: Docx, story: Story) -> None:
    """Set the picture of the lead beside its text, or a tall one small, with a code below."""
    code = 24.0
    photo = story.photo
    if photo is None:
        widths = (_WIDTH - code - 8, code + 8) if story.url else (_WIDTH,)
        cells = layout.band(document, widths, side=0).rows[0].cells
        layout.paragraph(cells[0], story.short, "Sapo")
        if story.url:
            _code(cells[-1], story.url, code)
        return
    broad = photo.width >= _BROAD * photo.height
    room = _LEAD if broad else (72.0, 92.0)
    width, _height = layout.size_of(photo, *room)
    table = layout.band(document, (width + 5, _WIDTH - width - 5), side=0)
    left, right = table.rows[0].cells
    shown = layout.picture(left, photo, *room, "Photo", keep=bool(photo.caption))
    shown.alignment = ALIGN.LEFT
    if photo.caption:
        caption = layout.paragraph(left, photo.caption, "Caption")
        caption.alignment = ALIGN.LEFT
        caption.paragraph_format.right_indent = Mm(5)
    # Long words beside a broad picture make rivers when they are set to both sides.
    layout.paragraph(right, story.short, "Sapo", size=11)
    if story.url:
        _code(right, story.url, code)


def _code(place: _Cell, url: str, side: float) -> None:
    """Set a code beside the words that say what it is for."""
    made = layout.code(place, qr.code(url), side, "Photo", url)
    made.alignment = ALIGN.LEFT
    made.paragraph_format.space_before = Pt(3)
    made.paragraph_format.space_after = Pt(0)
    line = layout.paragraph(place, "", "Address")
    layout.link(line, "Quét mã để xem trên trang", url, size=8)


# The contents


def _contents(
    document: Docx, bulletin: Bulletin, marks: Mapping[str, int], pages: Mapping[str, int]
) -> None:
    line = layout.paragraph(
        document, "TRONG SỐ NÀY", "Normal", size=10, bold=True, colour=DEEP, font=SANS
    )
    if not bulletin.full:
        layout.ruled(line, "top", BRIGHT, size=18, space=5)
        line.paragraph_format.space_before = Pt(8)
    line.paragraph_format.keep_with_next = True
    if bulletin.lead:
        _entry(document, bulletin.lead, marks, pages)
    for chapter in bulletin.chapters:
        layout.paragraph(document, chapter.title, "Contents 1")
        for story in chapter.stories:
            _entry(document, story, marks, pages)


def _entry(
    document: Docx, story: Story, marks: Mapping[str, int], pages: Mapping[str, int]
) -> None:
    line = layout.paragraph(document, f"{tied(story.title)}\t", "Contents 2")
    shape = line.paragraph_format
    # The last word of a long title must leave room for the number.
    shape.left_indent, shape.first_line_indent = Mm(3), Mm(-3)
    shape.right_indent = Mm(9)
    shape.keep_together = True
    layout.dotted(line, _WIDTH)
    known = pages.get(story.key)
    layout.field(line, f"PAGEREF {_MARK}{marks[story.key]} \\h", str(known) if known else "…")


# The items


def _chapter(
    document: Docx, bulletin: Bulletin, chapter: Chapter, marks: Mapping[str, int]
) -> None:
    head = layout.paragraph(document, chapter.title.upper(), "Heading 1")
    layout.shade(head._p.get_or_add_pPr(), DEEP)
    layout.framed(head, DEEP, space=3)
    for number, story in enumerate(chapter.stories):
        _story(document, bulletin, story, marks[story.key], first=number == 0)


def _story(document: Docx, bulletin: Bulletin, story: Story, mark: int, *, first: bool) -> None:
    if not first:  # it stays below the item before, so that no page begins with it
        layout.ruled(layout.gap(document, 11), "bottom", "C5D0DB", space=3)
        layout.gap(document, 4).paragraph_format.keep_with_next = True
    photo = story.photo
    place: Docx | _Cell = document
    if photo:
        widths = (_BESIDE[0] + _BETWEEN, _WIDTH - _BESIDE[0] - _BETWEEN)
        left, place = layout.band(document, widths, side=0).rows[0].cells
        layout.picture(left, photo, *_BESIDE, "Photo").alignment = ALIGN.LEFT
        if photo.caption:
            caption = layout.paragraph(left, photo.caption, "Caption", size=8)
            caption.alignment = ALIGN.LEFT
            caption.paragraph_format.right_indent = Mm(_BETWEEN)
    line = layout.paragraph(place, tied(story.title), "Heading 2")
    layout.bookmark(line, f"{_MARK}{mark}", mark)
    layout.paragraph(place, _meta(story), "Meta")
    whole = bulletin.full and bool(story.blocks)
    if story.short and not (whole and story.begins):
        made = layout.paragraph(place, story.short, "Sapo" if whole else "Body Text")
        made.paragraph_format.keep_together = True
        if photo:  # set to both sides, short lines have holes
            made.alignment = ALIGN.LEFT
    if whole:
        if photo:
            layout.gap(document, 5)
        _blocks(document, bulletin, story)
    _address(document if whole else place, story)


def _meta(story: Story) -> str:
    source = f"Nguồn: {story.source}" if story.source else ""
    said = (words.day(story.day), story.kind, ", ".join(story.authors), story.unit, source)
    return "  ·  ".join(filter(None, said))


def _address(place: Docx | _Cell, story: Story) -> None:
    if not story.url:
        return
    line = layout.paragraph(place, "Xem tại: ", "Address")
    layout.link(line, bare(story.url), story.url, size=8)


def tied(title: str) -> str:
    """Return a title whose last word does not stand alone on a line."""
    head, _, last = title.rpartition(" ")
    return f"{head}\u00a0{last}" if len(last) < 8 and " " in head else title


def bare(url: str) -> str:
    """Return an address as people type it."""
    return url.partition("://")[2].rstrip("/")


def _blocks(document: Docx, bulletin: Bulletin, story: Story) -> None:
    for block in story.blocks:
        if isinstance(block, Text):
            _text(document, block)
        elif isinstance(block, Grid):
            _grid(document, block.rows, block.heads)
        elif photo := bulletin.photo(block.digest):
            if story.photo and photo.digest == story.photo.digest:
                continue  # it stands beside the title
            caption = block.caption or photo.caption
            layout.picture(document, photo, *_WITHIN, "Photo", keep=bool(caption))
            if caption:
                layout.paragraph(document, caption, "Caption")


_STYLES = {Form.HEADING: "Heading 3", Form.NOTE: "Meta"}


def _text(document: Docx, block: Text) -> None:
    line = layout.paragraph(document, "", _STYLES.get(block.form, "Body Text"))
    shape = line.paragraph_format
    if block.form in (Form.BULLET, Form.NUMBER):
        shape.left_indent, shape.first_line_indent = Mm(5), Mm(-4)
        shape.tab_stops.add_tab_stop(Mm(5))
        layout.run(line, f"{block.number}.\t" if block.number else "–\t")
    elif block.form is Form.QUOTE:
        shape.left_indent = shape.right_indent = Mm(5)
    elif block.form is Form.NOTE:
        shape.keep_with_next = False
    for run in block.runs:
        italic = True if run.italic or block.form is Form.QUOTE else None
        bold = True if run.bold else None
        if run.url:
            layout.link(line, run.text, run.url, size=10.5)
        else:
            layout.run(line, run.text, bold=bold, italic=italic)


def _grid(document: Docx, rows: Sequence[Sequence[str]], heads: int) -> None:
    broad = len(rows[0])
    table = document.add_table(rows=0, cols=broad)
    table.style = document.styles["Table Grid"]
    table.autofit = False
    for number, row in enumerate(rows):
        added = table.add_row()
        for cell, text in zip(added.cells, row, strict=True):
            cell.width = Mm(_WIDTH / broad)
            layout.paragraph(cell, text, "Cell", bold=True if number < heads else None,
                             size=9 if broad < 7 else 7.5)  # fmt: skip
    layout.gap(document, 6)


# The end


def _close(document: Docx, bulletin: Bulletin) -> None:
    publisher = bulletin.publisher
    layout.gap(document, 10)
    side = 26.0
    widths = (_WIDTH - side - 8, side + 8) if publisher.site else (_WIDTH,)
    if publisher.feedback:
        cells = layout.band(document, widths, TINT, side=4, edge=DEEP).rows[0].cells
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
