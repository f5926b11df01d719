"""An office's own DOCX document, filled in: its placeholders, or the section at its end.

A placeholder stands in the text as ``{{tom_tat}}``. Those of FIELDS are words and may stand
anywhere, in headers and cells too, and take the look of what they replace. Those of BLOCKS are
tables, charts and whole parts, and stand in a paragraph of their own.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy

import docx as library
from docx.document import Document as Docx
from docx.enum.section import WD_ORIENTATION
from docx.oxml.ns import qn
from docx.oxml.section import CT_SectPr
from docx.section import Section
from docx.shared import Mm
from docx.text.paragraph import Paragraph
from lxml.etree import _Element as Element

from publisher.errors import DocumentError
from publisher.model import Problem, Where
from publisher.reports import words
from publisher.reports.content import Content, Value
from publisher.reports.docx_document import (
    add_annex,
    add_captioned,
    add_chart,
    add_section,
    add_sections,
    saved,
)
from publisher.reports.docx_layout import TEXT_WIDTH, plain, prepare
from publisher.text import nfc
from publisher.word.package import check

_MARK = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
_EXTERNAL = re.compile(rb"<Relationship\b[^>]*TargetMode\s*=\s*[\"']External[\"'][^>]*>")
# An address, or a share: all but a path on this computer.
_ELSEWHERE = re.compile(
    rb"Target\s*=\s*[\"'](?:(?!file:///[^/\\])[a-z]{2,}:|\\\\|//)", re.IGNORECASE
)

_TABLES = {
    "bang_the_loai": "kinds",
    "bang_chu_de": "themes",
    "bang_thang": "months",
    "bang_trang": "sites",
    "bang_kenh": "channels",
    "bang_don_vi": "units",
    "bang_tac_gia": "authors",
    "bang_hoat_dong": "activity-kinds",
    "bang_chi_tieu": "targets",
}
_CHARTS = {"bieu_do_thang": "months", "bieu_do_chu_de": "themes"}

BLOCKS = ("noi_dung", *_TABLES, *_CHARTS, "phu_luc")
"""Placeholders of more than words."""


def fields(content: Content) -> Mapping[str, str]:
    """Return the words that may be placed anywhere, by their names."""
    issue, period = content.issue, content.period
    return {
        "tom_tat": content.summary,
        "tieu_de": content.title,
        "ky_bao_cao": words.period(period),
        "tu_ngay": words.day(period.first),
        "den_ngay": words.day(period.last),
        "nam": str(period.year),
        "tong_so": _total(content, "kinds"),
        "so_hoat_dong": _total(content, "activity-kinds"),
        "co_quan": issue.profile.name,
        "co_quan_cap_tren": issue.profile.parent,
        "so_ky_hieu": issue.number_line,
        "dia_danh_ngay": issue.place_and_day,
        "nguoi_ky": issue.profile.signer,
    }


def _total(content: Content, key: str) -> str:
    table = content.table(key)
    value: Value = table.total[1] if table and table.total else 0
    return words.number(value) if isinstance(value, int) else ""


def fill(template: bytes, name: str, content: Content, start: str = "") -> bytes:
    """Return a template with its placeholders filled in, or the section added at its end.

    name: of the file, for what is told of it. start: number of the section's heading. Raise
    ContentError or DocumentError when it is no document that is safe to open, DocumentError
    when it has a placeholder that is not known.
    """
    check(template, name)
    _refuse_elsewhere(template, name)
    document = library.Document(io.BytesIO(template))
    prepare(document)
    words_of = fields(content)
    in_text = [Paragraph(p, document._body) for p in document.element.body.iter(qn("w:p"))]
    around = list(_around(document))
    _refuse_unknown(in_text, (*words_of, *BLOCKS), name)
    _refuse_unknown(around, tuple(words_of), name)
    found = [(p, mark) for p in (*in_text, *around) for mark in dict.fromkeys(_marks(p))]
    if not found:
        add_section(document, content, start, _width(document.sections[-1]))
    for paragraph, mark in found:
        if mark in words_of:
            _replace(paragraph, mark, words_of[mark])
        else:
            _place(document, paragraph, mark, content, start)
    return saved(document)


def _refuse_elsewhere(template: bytes, name: str) -> None:
    """Refuse a template that fetches something from another machine when it is opened."""
    with zipfile.ZipFile(io.BytesIO(template)) as archive:
        for part in archive.namelist():
            if not part.lower().endswith(".rels"):
                continue
            for tag in _EXTERNAL.findall(archive.read(part)):
                if b"/hyperlink" not in tag and _ELSEWHERE.search(tag):
                    raise DocumentError(Problem("word-unsafe", Where(name)))


def _around(document: Docx) -> Iterator[Paragraph]:
    """Yield the paragraphs of headers and footers."""
    for section in document.sections:
        for edge in (
            section.header,
            section.footer,
            section.first_page_header,
            section.first_page_footer,
            section.even_page_header,
            section.even_page_footer,
        ):
            if not edge.is_linked_to_previous:
                yield from (Paragraph(p, edge) for p in edge._element.iter(qn("w:p")))


def _marks(paragraph: Paragraph) -> list[str]:
    return [nfc(mark) for mark in _MARK.findall("".join(t.text or "" for t in _texts(paragraph)))]


def _refuse_unknown(paragraphs: Iterable[Paragraph], known: Sequence[str], name: str) -> None:
    marks = {mark for paragraph in paragraphs for mark in _marks(paragraph)}
    if unknown := sorted(marks.difference(known)):
        params = {"names": ", ".join(unknown), "known": ", ".join(known)}
        raise DocumentError(Problem("template-placeholder", Where(name), params))


def _texts(paragraph: Paragraph) -> list[Element]:
    # A text box stands in a paragraph of its own, within another one.
    return [
        text
        for text in paragraph._p.iter(qn("w:t"))
        if next(text.iterancestors(qn("w:p")), None) is paragraph._p
    ]


def _replace(paragraph: Paragraph, mark: str, text: str) -> None:
    """Put words in the place of a mark, which Word may have cut into several runs."""
    pieces = _texts(paragraph)
    whole = "".join(piece.text or "" for piece in pieces)
    for found in reversed([m for m in _MARK.finditer(whole) if nfc(m[1]) == mark]):
        at, said = 0, plain(text)
        for piece in pieces:
            written = piece.text or ""
            begin, end = max(found.start() - at, 0), min(found.end() - at, len(written))
            at += len(written)
            if begin >= end:
                continue
            piece.text = written[:begin] + said + written[end:]
            piece.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            said = ""


def _place(document: Docx, paragraph: Paragraph, mark: str, content: Content, start: str) -> None:
    """Put a table, a chart or a part before the paragraph that asks for it."""
    body: Element = document.element.body
    old = len(body) - 1  # the last one is the page's
    own = _governing(document, paragraph)
    width = _cell_width(paragraph) or _width(own)
    if mark in _TABLES:
        table = content.table(_TABLES[mark])
        if table and table.rows:
            add_captioned(document, table, width)
    elif mark in _CHARTS:
        for chart in content.charts:
            if chart.key == _CHARTS[mark]:
                add_chart(document, chart)
    elif mark == "noi_dung":
        add_sections(document, content.sections, start, width)
    elif paragraph._p.getparent() is body:
        last = paragraph._p.getnext() is body[-1]
        _lying_annexes(document, own, content, last=last)
    else:  # within a table: there is no turning of the page
        for number, annex in enumerate(content.annexes, start=1):
            add_annex(document, content, annex, number, width)
    for added in [*body][old:-1]:
        paragraph._p.addprevious(added)
    _replace(paragraph, mark, "")
    _drop_empty(paragraph)


def _lying_annexes(document: Docx, own: Section, content: Content, *, last: bool) -> None:
    """Add the annexes on pages that lie; the pages before and after stay as they are.

    last: nothing comes after them, so that no page stays empty.
    """
    if not content.annexes:
        return
    _end_section(document, own._sectPr)
    lying = deepcopy(own._sectPr)
    turned = Section(lying, document.part)
    if turned.page_width and turned.page_height and turned.page_width < turned.page_height:
        turned.orientation = WD_ORIENTATION.LANDSCAPE
        turned.page_width, turned.page_height = turned.page_height, turned.page_width
    for number, annex in enumerate(content.annexes, start=1):
        add_annex(document, content, annex, number, _width(turned))
        if last and number == len(content.annexes):
            document.element.body.replace(document.element.body[-1], lying)
        else:
            _end_section(document, lying)


def _end_section(document: Docx, properties: Element) -> None:
    end = document.add_paragraph(style="Normal")
    end.paragraph_format.line_spacing = Mm(1)
    end._p.get_or_add_pPr().append(deepcopy(properties))


def _governing(document: Docx, paragraph: Paragraph) -> Section:
    """Return the section that a paragraph of the text stands in: the next one that ends."""
    whole: Element = document.element.body
    top: Element = next(e for e in (paragraph._p, *_above(paragraph)) if e.getparent() is whole)
    for following in (top, *top.itersiblings()):
        ended = following.find(f"{qn('w:pPr')}/{qn('w:sectPr')}")
        if isinstance(ended, CT_SectPr):
            return Section(ended, document.part)
    return document.sections[-1]


def _above(paragraph: Paragraph) -> Iterator[Element]:
    yield from paragraph._p.iterancestors()


def _width(section: Section) -> float:
    """Return the width of a section's text, in mm."""
    page, left, right = section.page_width, section.left_margin, section.right_margin
    if page is None or left is None or right is None:
        return TEXT_WIDTH
    return float((page - left - right) / Mm(1))


def _cell_width(paragraph: Paragraph) -> float | None:
    """Return the width of the cell that a paragraph stands in, in mm."""
    cell = next(paragraph._p.iterancestors(qn("w:tc")), None)
    size = None if cell is None else cell.find(f"{qn('w:tcPr')}/{qn('w:tcW')}")
    if size is None or size.get(qn("w:type")) != "dxa":
        return None
    return max(int(size.get(qn("w:w")) or 0) * 127 / 7200 - 4, 20)  # its margins are 4 mm


def _drop_empty(paragraph: Paragraph) -> None:
    element = paragraph._p
    above = element.getparent()
    if above is None:
        return
    alone = element.getnext() is None and above.tag == qn("w:tc")
    ends = element.find(f"{qn('w:pPr')}/{qn('w:sectPr')}") is not None
    if not (paragraph.text.strip() or alone or ends or element.findall(f".//{qn('w:drawing')}")):
        above.remove(element)
