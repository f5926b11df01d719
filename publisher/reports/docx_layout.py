"""The page, the styles and the paragraphs of a document by Nghị định 30/2020/NĐ-CP, Phụ lục I.

Sizes are points, lengths millimetres. Where the decree gives a range, what offices use most
stands here, once.
"""

from __future__ import annotations

import re

from docx import Document
from docx.document import Document as Docx
from docx.enum.section import WD_ORIENTATION, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.enum.text import WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import _Cell
from docx.text.paragraph import Paragraph
from lxml.etree import _Element as Element

from publisher.text import unmarked

FONT = "Times New Roman"
BODY = 14
INDENT = 12.7
SPACING = 6
LINE_SPACING = 1.15

_PAGE = (210, 297)
_MARGINS = {"top": 20, "bottom": 20, "left": 30, "right": 15}
_NUMBER_FROM_EDGE = 10  # the page number stands in the middle of the upper margin
TEXT_WIDTH = _PAGE[0] - _MARGINS["left"] - _MARGINS["right"]
WIDE_WIDTH = _PAGE[1] - _MARGINS["left"] - _MARGINS["right"]

# What XML has no place for; texts that were taken over from a site may hold it.
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")

Place = Docx | _Cell
"""Where paragraphs are put."""


def plain(text: str) -> str:
    """Return text without what a document can't hold."""
    return _FORBIDDEN.sub("", text)


def blank(title: str, author: str) -> Docx:
    """Return an empty A4 document with the styles of the decree."""
    document = Document()
    normal = _style(document, "Normal")
    _font(normal, BODY)
    _language(normal)
    normal.paragraph_format.space_after = normal.paragraph_format.space_before = Pt(0)
    for name in _OURS:
        _shape(_style(document, name))
    prepare(document)
    lay_out(document.sections[0])
    properties = document.core_properties
    properties.title, properties.author, properties.language = plain(title), plain(author), "vi-VN"
    properties.comments = ""
    return document


_OURS = ("Body Text", "Heading 1", "Heading 2", "Caption")


def prepare(document: Docx) -> None:
    """Give a document the styles that a report needs, where it has none of that name."""
    known = {style.name for style in document.styles}
    for name in _OURS:
        if name not in known:
            _shape(document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH))
    if "Hyperlink" not in known:
        link = document.styles.add_style("Hyperlink", WD_STYLE_TYPE.CHARACTER)
        link.font.color.rgb = RGBColor(0x05, 0x4B, 0x9C)
        link.font.underline = True


def _shape(style: ParagraphStyle) -> None:
    """Make a style of ours what the decree wants."""
    shape = style.paragraph_format
    if style.name == "Body Text":
        _font(style, BODY)
        shape.alignment = ALIGN.JUSTIFY
        shape.first_line_indent = Mm(INDENT)
        shape.space_before, shape.space_after = Pt(0), Pt(SPACING)
        shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.MULTIPLE, LINE_SPACING
        shape.widow_control = True
        return
    caption = style.name == "Caption"
    _font(style, BODY - 1 if caption else BODY, bold=True)
    shape.alignment = ALIGN.CENTER if caption else ALIGN.LEFT
    shape.first_line_indent = Mm(0) if caption else Mm(INDENT)
    shape.space_before = shape.space_after = Pt(SPACING)
    shape.keep_with_next = True


def _style(document: Docx, name: str) -> ParagraphStyle:
    style = document.styles[name]
    assert isinstance(style, ParagraphStyle)
    return style


def _font(style: ParagraphStyle, size: float, *, bold: bool = False) -> None:
    font = style.font
    font.name, font.size, font.bold, font.italic = FONT, Pt(size), bold, False
    font.color.rgb = RGBColor(0, 0, 0)
    names = style.element.get_or_add_rPr().get_or_add_rFonts()
    for key in list(names.attrib):  # the names of a theme go before the font's own
        if "Theme" in str(key):
            del names.attrib[key]
    for script in ("ascii", "hAnsi", "cs", "eastAsia"):
        names.set(qn(f"w:{script}"), FONT)


def _language(style: ParagraphStyle) -> None:
    language = OxmlElement("w:lang")
    for name in ("w:val", "w:eastAsia"):
        language.set(qn(name), "vi-VN")
    style.element.get_or_add_rPr().append(language)


def lay_out(section: Section, *, wide: bool = False) -> None:
    """Give a section the page of the decree; wide: lying, for tables of many columns."""
    width, height = reversed(_PAGE) if wide else _PAGE
    section.orientation = WD_ORIENTATION.LANDSCAPE if wide else WD_ORIENTATION.PORTRAIT
    section.page_width, section.page_height = Mm(width), Mm(height)
    section.top_margin, section.bottom_margin = Mm(_MARGINS["top"]), Mm(_MARGINS["bottom"])
    section.left_margin, section.right_margin = Mm(_MARGINS["left"]), Mm(_MARGINS["right"])
    section.header_distance, section.footer_distance = Mm(_NUMBER_FROM_EDGE), Mm(_NUMBER_FROM_EDGE)


def number_pages(section: Section) -> None:
    """Put numbers on the pages, in the upper margin, from 1, not shown on the first one."""
    section.different_first_page_header_footer = True
    _restart(section)
    section.header.is_linked_to_previous = False
    head = section.header.paragraphs[0]
    head.alignment = ALIGN.CENTER
    run = head.add_run()
    run.font.size, run.font.name = Pt(BODY), FONT
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = text
        run._r.append(mark)


def _restart(section: Section) -> None:
    for old in section._sectPr.findall(qn("w:pgNumType")):
        section._sectPr.remove(old)
    start = OxmlElement("w:pgNumType")
    start.set(qn("w:start"), "1")
    columns = section._sectPr.find(qn("w:cols"))
    if columns is None:
        section._sectPr.append(start)
    else:  # the order is the schema's
        columns.addprevious(start)


def new_section(document: Docx, *, wide: bool) -> Section:
    """Begin a section on a new page, its pages numbered from 1."""
    section: Section = document.add_section(WD_SECTION.NEW_PAGE)
    lay_out(section, wide=wide)
    number_pages(section)
    return section


def write(
    place: Place,
    text: str,
    *,
    size: float = BODY,
    bold: bool = False,
    italic: bool = False,
    align: ALIGN = ALIGN.LEFT,
    before: float = 0,
    after: float = 0,
    keep: bool = False,
    style: str = "Normal",
) -> Paragraph:
    """Add a paragraph; keep: on the page of the next one."""
    paragraph = _next(place, style)
    run = paragraph.add_run(plain(text))
    run.font.size, run.font.bold, run.font.italic = Pt(size), bold, italic
    shape = paragraph.paragraph_format
    shape.alignment = align
    shape.space_before, shape.space_after = Pt(before), Pt(after)
    shape.keep_with_next = keep
    return paragraph


def body(place: Place, text: str, *, italic: bool = False) -> Paragraph:
    """Add a paragraph of the text: justified, its first line set in."""
    paragraph = _next(place, "Body Text")
    paragraph.add_run(plain(text)).font.italic = italic or None
    return paragraph


def _next(place: Place, style: str) -> Paragraph:
    # A cell begins with an empty paragraph, which Word insists on.
    if isinstance(place, _Cell) and len(place.paragraphs) == 1 and not place.paragraphs[0].runs:
        first: Paragraph = place.paragraphs[0]
        if not first._p.findall(f".//{qn('w:pBdr')}"):
            return first
    added: Paragraph = place.add_paragraph(style=style)
    return added


def rule(place: Place, length: float, width: float, *, after: float = 0) -> None:
    """Add a rule of this length in the middle of a place of this width (both mm).

    It is the upper border of an empty line that is set in from both sides: exact wherever the
    document is opened, and not an underline, which the decree does not want.
    """
    paragraph = place.add_paragraph(style="Normal")
    shape = paragraph.paragraph_format
    side = Mm(max(width - length, 0) / 2)
    shape.left_indent, shape.right_indent = side, side
    shape.space_before, shape.space_after = Pt(1), Pt(after)
    shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(3)
    shape.alignment = ALIGN.CENTER
    edges = OxmlElement("w:pBdr")
    top = OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "0"), ("color", "000000")):
        top.set(qn(f"w:{name}"), value)
    edges.append(top)
    _insert_border(paragraph, edges)


def _insert_border(paragraph: Paragraph, edges: Element) -> None:
    properties = paragraph._p.get_or_add_pPr()
    spacing = properties.find(qn("w:spacing"))
    assert spacing is not None
    spacing.addprevious(edges)  # the order is the schema's


def balanced(text: str, size: float, width: float) -> list[str]:
    """Return a bold line in as many lines as the width (mm) asks for, all about as long."""
    number = -(-length(text, size) // (width * 0.97))
    lines: list[str] = []
    left = text.split()
    while left:
        rest = length(" ".join(left), size)
        goal = rest / max(number - len(lines), 1)
        line = [left.pop(0)]
        while left and length(" ".join([*line, left[0]]), size) <= goal + length(left[0], size) / 2:
            line.append(left.pop(0))
        lines.append(" ".join(line))
    return lines


def length(text: str, size: float) -> float:
    """Return about how long a bold line is, in mm, by the usual widths of such letters."""
    ems = sum(0.25 if c in " ,.:;-/" else 0.74 if c.isupper() else 0.52 for c in unmarked(text))
    return ems * size * 25.4 / 72
