"""A bulletin → a DOCX document: A4, a masthead, the lead, contents, then the items.

An item is a row, its picture beside its words, which Word and LibreOffice keep on one page. In
columns both would part a title from its text where they make the columns equally long.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from docx.document import Document as Docx
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.shared import Mm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from publisher.reports.docx_document import saved
from publisher.reports.printed import bands, docx_frame, layout, qr
from publisher.reports.printed.content import (
    Bulletin,
    Chapter,
    Form,
    Grid,
    Story,
    Text,
)
from publisher.reports.printed.docx_frame import A4, SIDE, WIDTH
from publisher.reports.printed.layout import BRIGHT, DEEP, SANS, bare, tied

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
    document = layout.sheet(bulletin.title, bulletin.publisher.name, A4, (16, SIDE, 18, SIDE))
    docx_frame.styles(document)
    docx_frame.foot(document, bulletin)
    docx_frame.masthead(document, bulletin)
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
    docx_frame.close(document, bulletin)
    return saved(document)


def is_listed(bulletin: Bulletin) -> bool:
    """Return whether it has contents."""
    return len(list(bulletin.stories)) > _FEW


# The lead


def _lead(document: Docx, bulletin: Bulletin, story: Story, marks: Mapping[str, int]) -> None:
    line = layout.paragraph(
        document, "TIÊU ĐIỂM", "Normal", size=9, bold=True, colour="8A5A00", font=SANS
    )
    if bulletin.full and is_listed(bulletin):
        bands.ruled(line, "top", BRIGHT, size=18, space=5)
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
        widths = (WIDTH - code - 8, code + 8) if story.url else (WIDTH,)
        cells = bands.band(document, widths, side=0).rows[0].cells
        layout.paragraph(cells[0], story.short, "Sapo")
        if story.url:
            _code(cells[-1], story.url, code)
        return
    broad = photo.width >= _BROAD * photo.height
    room = _LEAD if broad else (72.0, 92.0)
    width, _height = layout.size_of(photo, *room)
    table = bands.band(document, (width + 5, WIDTH - width - 5), side=0)
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
        bands.ruled(line, "top", BRIGHT, size=18, space=5)
        line.paragraph_format.space_before = Pt(8)
    line.paragraph_format.keep_with_next = True
    lines = [_entry(document, bulletin.lead, marks, pages)] if bulletin.lead else []
    for chapter in bulletin.chapters:
        layout.paragraph(document, chapter.title, "Contents 1")
        lines += [_entry(document, story, marks, pages) for story in chapter.stories]
    for line in lines[-2:-1]:  # no page begins with the last one alone
        line.paragraph_format.keep_with_next = True


def _entry(
    document: Docx, story: Story, marks: Mapping[str, int], pages: Mapping[str, int]
) -> Paragraph:
    line = layout.paragraph(document, f"{tied(story.title)}\t", "Contents 2")
    shape = line.paragraph_format
    # The last word of a long title must leave room for the number.
    shape.left_indent, shape.first_line_indent = Mm(3), Mm(-3)
    shape.right_indent = Mm(9)
    shape.keep_together = True
    layout.dotted(line, WIDTH)
    known = pages.get(story.key)
    layout.field(line, f"PAGEREF {_MARK}{marks[story.key]} \\h", str(known) if known else "…")
    return line


# The items


def _chapter(
    document: Docx, bulletin: Bulletin, chapter: Chapter, marks: Mapping[str, int]
) -> None:
    head = layout.paragraph(document, chapter.title.upper(), "Heading 1")
    bands.shade(head._p.get_or_add_pPr(), DEEP)
    bands.framed(head, DEEP, space=3)
    for number, story in enumerate(chapter.stories):
        _story(document, bulletin, story, marks[story.key], first=number == 0)


def _story(document: Docx, bulletin: Bulletin, story: Story, mark: int, *, first: bool) -> None:
    if not first:  # it stays below the item before, so that no page begins with it
        bands.ruled(layout.gap(document, 11), "bottom", "C5D0DB", space=3)
        layout.gap(document, 4).paragraph_format.keep_with_next = True
    photo = story.photo
    place: Docx | _Cell = document
    if photo:
        widths = (_BESIDE[0] + _BETWEEN, WIDTH - _BESIDE[0] - _BETWEEN)
        left, place = bands.band(document, widths, side=0).rows[0].cells
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
    return "  ·  ".join(story.facts)


def _address(place: Docx | _Cell, story: Story) -> None:
    if not story.url:
        return
    line = layout.paragraph(place, "Xem tại: ", "Address")
    layout.link(line, bare(story.url), story.url, size=8)


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
            layout.run(line, run.text, bold=bold, italic=italic, raised=run.note)


def _grid(document: Docx, rows: Sequence[Sequence[str]], heads: int) -> None:
    broad = len(rows[0])
    table = document.add_table(rows=0, cols=broad)
    table.style = document.styles["Table Grid"]
    table.autofit = False
    for number, row in enumerate(rows):
        added = table.add_row()
        for cell, text in zip(added.cells, row, strict=True):
            cell.width = Mm(WIDTH / broad)
            layout.paragraph(cell, text, "Cell", bold=True if number < heads else None,
                             size=9 if broad < 7 else 7.5)  # fmt: skip
    layout.gap(document, 6)
