"""The DOCX report: its layout as Nghị định 30/2020/NĐ-CP wants it, read from the file."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import docx as library
import pytest
from docx.document import Document
from docx.enum.section import WD_ORIENTATION
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt
from docx.text.paragraph import Paragraph
from lxml.etree import _Element as Element
from PIL import Image

from publisher.reports.content import Content, Part, Profile
from publisher.reports.docx_document import docx
from publisher.reports.pdf import pdf
from tests.reported import ISSUE, PROFILE, content

Convert = Callable[[Path, str], Path]
Poppler = Callable[..., str]


@pytest.fixture(scope="module")
def year() -> Content:
    return content()


@pytest.fixture(scope="module")
def full(year: Content) -> Document:
    return opened(docx(year))


def opened(data: bytes) -> Document:
    return library.Document(io.BytesIO(data))


def all_paragraphs(document: Document) -> Iterator[Paragraph]:
    """Every paragraph, those of cells too, in the order in which they are read."""
    for element in document.element.body.iter(qn("w:p")):
        yield Paragraph(element, document._body)


def texts(document: Document) -> list[str]:
    return [p.text for p in all_paragraphs(document) if p.text.strip()]


def find(document: Document, start: str) -> Paragraph:
    return next(p for p in all_paragraphs(document) if p.text.startswith(start))


def look(paragraph: Paragraph) -> tuple[float, bool, bool, str]:
    """Size (pt), bold, italic and alignment as Word resolves them: the run, then its style."""
    (run, *_rest) = paragraph.runs
    style = paragraph.style
    assert style is not None
    size = run.font.size or style.font.size
    assert size is not None
    bold = style.font.bold if run.font.bold is None else run.font.bold
    italic = style.font.italic if run.font.italic is None else run.font.italic
    align = paragraph.alignment
    align = style.paragraph_format.alignment if align is None else align
    return size.pt, bool(bold), bool(italic), align.name if align is not None else "LEFT"


def millimetres(*lengths: Length | None) -> list[float]:
    return [round(length.mm, 1) if length else 0 for length in lengths]


def test_the_page_is_a4_with_the_margins_of_the_decree(full: Document) -> None:
    first, *annexes = full.sections
    assert millimetres(first.page_width, first.page_height) == [210, 297]
    assert len(annexes) == 3
    for section in full.sections:
        assert millimetres(section.top_margin, section.bottom_margin) == [20, 20]
        assert millimetres(section.left_margin, section.right_margin) == [30, 15]
    for section in annexes:
        assert section.orientation == WD_ORIENTATION.LANDSCAPE
        assert millimetres(section.page_width, section.page_height) == [297, 210]


def test_pages_are_numbered_above_the_text_but_for_the_first(full: Document) -> None:
    for section in full.sections:
        assert section.different_first_page_header_footer
        assert not section.first_page_header.paragraphs[0].text
        (head,) = section.header.paragraphs
        assert "PAGE" in "".join(t.text or "" for t in head._p.iter(qn("w:instrText")))
        assert look(head) == (14, False, False, "CENTER")
        start = section._sectPr.find(qn("w:pgNumType"))
        assert start is not None
        assert start.get(qn("w:start")) == "1"


# Phụ lục I, mục II and III: element, its size, weight, slope and place.
ELEMENTS = [
    ("ỦY BAN NHÂN DÂN", 12, False, False, "CENTER"),
    ("SỞ KHOA HỌC VÀ CÔNG NGHỆ", 12, True, False, "CENTER"),
    ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 12, True, False, "CENTER"),
    ("Độc lập - Tự do - Hạnh phúc", 13, True, False, "CENTER"),
    ("Số: 05/BC-SKHCN", 13, False, False, "CENTER"),
    ("Mẫu Sơn, ngày 11 tháng 12 năm 2023", 13, False, True, "CENTER"),
    ("BÁO CÁO", 14, True, False, "CENTER"),
    ("Kết quả truyền thông", 14, True, False, "CENTER"),
    ("Kính gửi:", 14, False, False, "RIGHT"),
    ("- Sở Thông tin và Truyền thông;", 14, False, False, "LEFT"),
    ("- Văn phòng Ủy ban nhân dân tỉnh.", 14, False, False, "LEFT"),
    ("Căn cứ Nghị định số 63/2010/NĐ-CP", 14, False, True, "JUSTIFY"),
    ("Sở Khoa học và Công nghệ báo cáo kết quả", 14, False, False, "JUSTIFY"),
    ("I. KẾT QUẢ CHUNG", 14, True, False, "LEFT"),
    ("Trong kỳ báo cáo", 14, False, False, "JUSTIFY"),
    ("II. ĐĂNG TẢI TIN, BÀI, HÌNH ẢNH", 14, True, False, "LEFT"),
    ("VI. SỐ LIỆU ƯỚC THỰC HIỆN", 14, True, False, "LEFT"),
    ("Trên đây là báo cáo kết quả", 14, False, False, "JUSTIFY"),
    ("Nơi nhận:", 12, True, True, "LEFT"),
    ("- Như trên;", 11, False, False, "LEFT"),
    ("- Lưu: VT, VP.", 11, False, False, "LEFT"),
    ("KT. GIÁM ĐỐC", 14, True, False, "CENTER"),
    ("PHÓ GIÁM ĐỐC", 14, True, False, "CENTER"),
    ("Nguyễn Văn Mẫu", 14, True, False, "CENTER"),
    ("Phụ lục I", 14, True, False, "CENTER"),
    ("DANH MỤC TIN, BÀI", 14, True, False, "CENTER"),
    ("(Kèm theo Báo cáo số 05/BC-SKHCN ngày 11 tháng 12 năm 2023", 14, False, True, "CENTER"),
    ("Phụ lục II", 14, True, False, "CENTER"),
    ("Phụ lục III", 14, True, False, "CENTER"),
]


@pytest.mark.parametrize("element", ELEMENTS, ids=[e[0][:24] for e in ELEMENTS])
def test_each_element_has_the_size_and_style_of_the_decree(
    full: Document, element: tuple[str, float, bool, bool, str]
) -> None:
    start, *wanted = element
    assert look(find(full, start)) == tuple(wanted)


def test_the_elements_stand_in_the_order_of_the_decree(full: Document) -> None:
    said = texts(full)
    places = [next(n for n, t in enumerate(said) if t.startswith(e[0])) for e in ELEMENTS[:-1]]
    assert places == sorted(places)


def test_every_letter_is_times_new_roman_and_black(full: Document) -> None:
    for name in ("Normal", "Body Text", "Heading 1", "Heading 2", "Caption"):
        style = full.styles[name]
        fonts = style.element.rPr.rFonts
        assert {fonts.get(qn(f"w:{s}")) for s in ("ascii", "hAnsi", "cs", "eastAsia")} == {
            "Times New Roman"
        }
        assert not [key for key in fonts.attrib if "Theme" in key]
    for fonts in full.element.body.iter(qn("w:rFonts")):
        assert fonts.get(qn("w:ascii")) in (None, "Times New Roman")


def test_the_body_is_set_as_the_decree_wants(full: Document) -> None:
    shape = full.styles["Body Text"].paragraph_format
    assert shape.first_line_indent is not None
    assert round(shape.first_line_indent.mm, 1) == 12.7
    assert shape.space_after == Pt(6)
    assert shape.line_spacing is not None
    assert 1 <= shape.line_spacing <= 1.5


def rules(document: Document) -> dict[str, float]:
    """How long each rule is, in mm, by the text right above it."""
    found = {}
    last = ""
    for paragraph in all_paragraphs(document):
        if paragraph._p.find(f"{qn('w:pPr')}/{qn('w:pBdr')}/{qn('w:top')}") is None:
            last = paragraph.text or last
            continue
        sides = paragraph.paragraph_format
        assert sides.left_indent is not None
        assert sides.right_indent == sides.left_indent
        cell = next(paragraph._p.iterancestors(qn("w:tc")), None)
        width = 165.0
        if cell is not None:
            size = cell.find(f"{qn('w:tcPr')}/{qn('w:tcW')}")
            assert size is not None
            width = int(size.get(qn("w:w")) or 0) * 25.4 / 1440
        found[last] = width - 2 * sides.left_indent.mm
    return found


def test_rules_are_as_long_as_the_decree_wants(full: Document) -> None:
    drawn = rules(full)
    # Set in Times New Roman Bold, 13 pt, the motto is 56.1 mm long; the name, 12 pt, 66 mm;
    # the last line of the title, 14 pt, 83 mm.
    assert drawn["Độc lập - Tự do - Hạnh phúc"] == pytest.approx(56.1, abs=0.5)
    assert 66 / 3 <= drawn["SỞ KHOA HỌC VÀ CÔNG NGHỆ"] <= 66 / 2
    assert 83 / 3 <= drawn["kiểm soát thủ tục hành chính năm 2023"] <= 83 / 2
    assert len(drawn) == 3


def test_bases_end_with_semicolons_and_the_last_with_a_full_stop(full: Document) -> None:
    bases = [t for t in texts(full) if t.startswith("Căn cứ")]
    assert [t[-1] for t in bases] == [";", "."]


def test_the_text_ends_with_the_mark_of_its_end(full: Document) -> None:
    assert sum(t.endswith("./.") for t in texts(full)) == 1
    assert find(full, "Trên đây").text.endswith("; danh mục chi tiết tại Phụ lục kèm theo./.")


def test_one_addressee_stands_in_the_line(year: Content) -> None:
    one = replace(ISSUE, profile=replace(PROFILE, addressees=("Ủy ban nhân dân tỉnh",)))
    made = opened(docx(replace(year, issue=one)))
    assert find(made, "Kính gửi").text == "Kính gửi: Ủy ban nhân dân tỉnh."
    none = replace(ISSUE, profile=replace(PROFILE, addressees=()))
    assert "Kính gửi" not in "\n".join(texts(opened(docx(replace(year, issue=none)))))


def test_long_names_break_into_lines_of_one_length(year: Content) -> None:
    name = "Trung tâm Thông tin và Ứng dụng tiến bộ khoa học và công nghệ"
    long = replace(ISSUE, profile=replace(PROFILE, name=name))
    made = opened(docx(replace(year, issue=long)))
    cell = made.tables[0].cell(0, 0)
    lines = [p.text for p in cell.paragraphs if p.runs and p.runs[0].bold]
    assert " ".join(lines) == name.upper()
    assert lines == ["TRUNG TÂM THÔNG TIN", "VÀ ỨNG DỤNG TIẾN BỘ", "KHOA HỌC VÀ CÔNG NGHỆ"]


def table_after(document: Document, caption: str) -> list[list[str]]:
    element: Element | None = find(document, caption)._p
    while element is not None and element.tag != qn("w:tbl"):
        element = element.getnext()
    assert element is not None
    return [
        ["".join(t.text or "" for t in cell.iter(qn("w:t"))) for cell in row.iter(qn("w:tc"))]
        for row in element.iter(qn("w:tr"))
    ]


def test_tables_hold_the_hand_counted_figures(full: Document) -> None:
    kinds = table_after(full, "Số tin, bài theo thể loại")
    assert kinds[1:] == [
        ["Tin", "14", "46,7", "12", "+2"],
        ["Bài", "9", "30,0", "8", "+1"],
        ["Hình ảnh", "4", "13,3", "0", "+4"],
        ["Video", "3", "10,0", "0", "+3"],
        ["Tổng cộng", "30", "100,0", "20", "+10"],
    ]
    items = table_after(full, "Tin, bài, hình ảnh đã đăng tải")
    assert len(items) == 31
    assert [row[0] for row in items[1:]] == [str(n) for n in range(1, 31)]


def test_heads_repeat_and_rows_stay_whole(full: Document) -> None:
    tables = [t for t in full.element.body.iter(qn("w:tbl")) if t.find(f".//{qn('w:tblBorders')}")
              is not None]  # fmt: skip
    assert len(tables) == 13
    for table in tables:
        head, *rows = table.findall(qn("w:tr"))
        assert head.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
        assert all(r.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None for r in rows)


def test_addresses_in_the_annex_can_be_followed(full: Document) -> None:
    links = [
        (
            full.part.rels[link.get(qn("r:id"))].target_ref,
            "".join(t.text or "" for t in link.iter(qn("w:t"))),
        )
        for link in full.element.body.iter(qn("w:hyperlink"))
    ]
    assert ("https://so-khcn.example.vn/tin-01/",) * 2 in links
    assert ("https://so-khcn.example.vn/to-roi.pdf",) * 2 in links
    assert len(links) == 30 + 1 + 1 + 1 + 1
    assert not [text for _target, text in links if text.startswith("media/")]


def test_an_address_that_is_no_web_address_is_only_text(year: Content) -> None:
    (first, *others) = year.annexes[0].tables
    row = list(first.rows[0])
    row[7] = "javascript:alert(1)"
    bad = replace(first, rows=(tuple(row),))
    annexes = (replace(year.annexes[0], tables=(bad, *others)), *year.annexes[1:])
    made = opened(docx(replace(year, annexes=annexes), Part.ANNEX))
    assert "javascript:alert(1)" in texts(made)
    assert not [r for r in made.part.rels.values() if "javascript" in r.target_ref]


def test_what_xml_cannot_hold_is_dropped(year: Content) -> None:
    (first, *others) = year.annexes[0].tables
    row = list(first.rows[0])
    row[2] = "Tiêu\x0b đề\x00 <b>&amp;"
    odd = replace(first, rows=(tuple(row),))
    annexes = (replace(year.annexes[0], tables=(odd, *others)),)
    assert "Tiêu đề <b>&amp;" in texts(opened(docx(replace(year, annexes=annexes), Part.ANNEX)))


def test_charts_are_sharp_and_said_in_words(full: Document, year: Content) -> None:
    described = [e.get("descr") for e in full.element.body.iter(qn("wp:docPr"))]
    assert described == [chart.alt for chart in year.charts]
    for shape in full.inline_shapes:
        blip = next(shape._inline.iter(qn("a:blip")))
        picture = full.part.related_parts[blip.get(qn("r:embed"))]
        with Image.open(io.BytesIO(picture.blob)) as image:
            assert image.width / (shape.width / Mm(25.4)) == pytest.approx(300, abs=2)
            assert image.getextrema() == (0, 255)


def test_a_section_has_no_title_block_and_takes_up_the_numbers(year: Content) -> None:
    made = opened(docx(year, Part.SECTION, "7"))
    said = texts(made)
    assert said[0] == "7. Công tác truyền thông hỗ trợ công tác kiểm soát thủ tục hành chính"
    headings = [p.text for p in made.paragraphs if p.style and p.style.name == "Heading 2"]
    assert [h.split()[0] for h in headings] == ["7.1.", "7.2.", "7.3.", "7.4.", "7.5.", "7.6."]
    whole = "\n".join(said)
    for absent in ("CỘNG HÒA", "BÁO CÁO", "Nơi nhận", "./.", "Phụ lục I"):
        assert absent not in whole
    assert "đã đăng tải 30 tin, bài" in whole


@pytest.mark.parametrize(
    ("start", "heading"),
    [
        ("IV", "IV. Công tác"),
        ("g", "g) Công tác"),
        ("2.", "2. Công tác"),
        ("", "Công tác"),
    ],
)
def test_a_section_is_numbered_as_the_other_report_does(
    year: Content, start: str, heading: str
) -> None:
    assert texts(opened(docx(year, Part.SECTION, start)))[0].startswith(heading)


def test_the_annexes_alone(year: Content) -> None:
    made = opened(docx(year, Part.ANNEX))
    assert texts(made)[0] == "Phụ lục I"
    assert len(made.sections) == 3
    assert all(s.orientation == WD_ORIENTATION.LANDSCAPE for s in made.sections)
    only = replace(year, annexes=year.annexes[:1])
    assert texts(opened(docx(only, Part.ANNEX)))[0] == "Phụ lục"


def test_royalties_are_a_document_of_their_own(year: Content, full: Document) -> None:
    assert "nhuận bút" not in "\n".join(texts(full)).lower()
    made = opened(docx(year, Part.ROYALTIES))
    authors = table_after(made, "Tổng hợp nhuận bút theo tác giả, năm 2023")
    assert authors[1:] == [
        ["1", "Lê Minh Đức", "10", "2.126.000", "19/03/2023", ""],
        ["2", "Phạm Quốc Hùng", "4", "1.344.000", "22/04/2023", ""],
        ["3", "Trần Thị Lan", "11", "2.210.000", "18/02/2023", ""],
        ["", "Tổng cộng", "25", "5.680.000", "", ""],
    ]
    assert len(table_after(made, "Tin, bài chưa tính được nhuận bút")) == 4


def test_an_office_that_said_nothing_gets_blanks_to_fill_in(year: Content) -> None:
    made = opened(docx(replace(year, issue=replace(ISSUE, profile=Profile(), bases=()))))
    assert "……………" in texts(made)


def pages(poppler: Poppler, file: Path) -> list[tuple[float, float, list[tuple[float, ...]]]]:
    """Width and height of each page, and the box of each word on it, in points."""
    said = poppler("pdftotext", "-bbox", str(file), "-")
    number = r'="([\d.]+)"'
    found = []
    for page in said.split("<page ")[1:]:
        size = re.match(f"width{number} height{number}", page)
        assert size
        box = f"<word xMin{number} yMin{number} xMax{number} yMax{number}>"
        words = [tuple(map(float, m)) for m in re.findall(box, page)]
        found.append((float(size[1]), float(size[2]), words))
    return found


@pytest.mark.parametrize(
    ("part", "number"),
    [(Part.FULL, 12), (Part.SECTION, 4), (Part.ANNEX, 7), (Part.ROYALTIES, 4)],
)
def test_rendered_nothing_leaves_the_page(
    year: Content,
    part: Part,
    number: int,
    libreoffice: Convert,
    poppler: Poppler,
    tmp_path: Path,
) -> None:
    file = tmp_path / f"{part}.docx"
    file.write_bytes(docx(year, part, "7" if part is Part.SECTION else ""))
    rendered = pages(poppler, libreoffice(file, "pdf"))
    assert abs(len(rendered) - number) <= 1  # by a line or two, fonts of other makes differ
    for width, height, words in rendered:
        assert words
        for left, top, right, bottom in words:
            assert 30 / 25.4 * 72 - 2 < left < right < width - 15 / 25.4 * 72 + 2
            assert 0 < top < bottom < height - 20 / 25.4 * 72 + 2


def test_a_pdf_is_made_of_the_document(
    year: Content, libreoffice: Convert, poppler: Poppler, tmp_path: Path
) -> None:
    file = tmp_path / "bao-cao.pdf"
    file.write_bytes(pdf(docx(year, Part.SECTION, "7"), lambda: ""))
    said = " ".join(poppler("pdftotext", str(file), "-").split())
    assert "đã đăng tải 30 tin, bài, gồm: 14 tin, 9 bài, 4 hình ảnh, 3 video" in said
