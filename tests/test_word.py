"""What people make in Word, read: looks, lists, tables, pictures, notes, and what is lost."""

from __future__ import annotations

import hashlib
import unicodedata

import docx
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn

from publisher import word
from publisher.model import Problem, Severity, Where
from tests.documents import (
    FILE,
    bytes_of,
    changed,
    document,
    losses,
    picture,
    put,
    put_picture,
    read,
    run,
    xml,
)


def body(made: object) -> list[str]:
    """Return the blocks of a document's Markdown."""
    found = read(made)  # type: ignore[arg-type]
    return found.body.split("\n\n") if found.body else []


# Words


def test_paragraphs_with_their_looks() -> None:
    made = document()
    paragraph = made.add_paragraph("Sở ")
    paragraph.add_run("Khoa học").bold = True
    paragraph.add_run(" và ").bold = True
    paragraph.add_run("Công nghệ").bold = True
    paragraph.add_run(" mở ")
    paragraph.add_run("hội nghị").italic = True
    paragraph.add_run(", ")
    paragraph.add_run("quan trọng").underline = True
    paragraph.add_run(", 5 m")
    paragraph.add_run("2").font.superscript = True
    paragraph.add_run(" H")
    paragraph.add_run("2").font.subscript = True
    paragraph.add_run("O ")
    paragraph.add_run("bỏ").font.strike = True
    assert body(made) == [
        "Sở **Khoa học và Công nghệ** mở *hội nghị*, <u>quan trọng</u>, "
        "5 m<sup>2</sup> H<sub>2</sub>O <del>bỏ</del>"
    ]


def test_capitals_are_written_as_they_show() -> None:
    made = document()
    made.add_paragraph().add_run("kế hoạch").font.all_caps = True
    assert body(made) == ["KẾ HOẠCH"]


def test_looks_of_styles_count() -> None:
    made = document()
    style = made.styles.add_style("Nhấn", WD_STYLE_TYPE.CHARACTER)
    style.font.bold = True
    paragraph = made.add_paragraph("Rất ")
    paragraph.add_run("quan trọng", style="Nhấn")
    whole = made.styles.add_style("Đoạn đậm", WD_STYLE_TYPE.PARAGRAPH)
    whole.font.bold = True
    made.add_paragraph("Cả đoạn", style="Đoạn đậm")
    plain = made.add_paragraph(style="Đoạn đậm").add_run("thường")
    plain.bold = False
    assert body(made) == ["Rất **quan trọng**", "**Cả đoạn**", "thường"]


def test_text_comes_in_nfc_and_in_one_line() -> None:
    made = document(unicodedata.normalize("NFD", "Kiểm soát thủ tục"))
    paragraph = made.add_paragraph("một")
    paragraph.add_run().add_break()
    paragraph.add_run("hai\tba")
    paragraph.add_run("\u2028bốn")
    assert body(made) == ["Kiểm soát thủ tục", "một<br>hai ba bốn"]


def test_page_breaks_are_dropped_and_empty_paragraphs_too() -> None:
    made = document("một", "", "   ")
    made.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    made.add_paragraph("hai")
    found = read(made)
    assert found.body == "một\n\nhai"
    assert found.problems == ()


def test_alignment_is_kept_where_it_says_something() -> None:
    made = document()
    for text, alignment in (
        ("giữa", WD_ALIGN_PARAGRAPH.CENTER),
        ("phải", WD_ALIGN_PARAGRAPH.RIGHT),
        ("đều", WD_ALIGN_PARAGRAPH.JUSTIFY),
    ):
        made.add_paragraph(text).alignment = alignment
    assert body(made) == [
        'giữa\n{: style="text-align:center" }',
        'phải\n{: style="text-align:right" }',
        "đều",
    ]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Heading 2", "## Mục"),
        ("Đầu đề 1", "# Mục"),
        ("Tiêu đề 3", "### Mục"),
        ("tieu de 4", "#### Mục"),
        ("Heading 9", "###### Mục"),
        ("Quote", "> Mục"),
        ("Thường", "Mục"),
    ],
)
def test_headings_by_the_names_of_styles(name: str, expected: str) -> None:
    made = document("Tiêu đề: Tin", "Lời dẫn")
    if name not in [style.name for style in made.styles]:
        made.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    made.add_paragraph("Mục", style=name)
    assert body(made)[1] == expected


def test_a_style_of_ones_own_is_what_it_is_based_on() -> None:
    made = document("Lời dẫn")
    style = made.styles.add_style("Mục của Sở", WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = made.styles["Heading 2"]
    made.add_paragraph("Mục", style=style)
    outlined = made.add_paragraph("Cấp 3")
    outlined._p.get_or_add_pPr().append(xml('<w:outlineLvl w:val="2"/>'))
    assert body(made)[1:] == ["## Mục", "### Cấp 3"]


# Lists


def test_lists_within_lists() -> None:
    made = document()
    for text, style in (
        ("một", "List Bullet"), ("một một", "List Bullet 2"), ("một một một", "List Bullet 3"),
        ("hai", "List Bullet"), ("nhất", "List Number"), ("nhì", "List Number"),
    ):  # fmt: skip
        made.add_paragraph(text, style=style)
    assert body(made) == [
        "- một\n    - một một\n        - một một một\n- hai",
        "1. nhất\n2. nhì",
    ]


def numbered(made: docx.document.Document, levels: dict[int, tuple[str, str]]) -> None:
    """Define list 77; its levels by their index: form and text."""
    root = made.part.numbering_part.element
    inner = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for n, (form, text) in levels.items()
    )
    root.insert(0, xml(f'<w:abstractNum w:abstractNumId="77">{inner}</w:abstractNum>'))
    root.append(xml('<w:num w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))


def item(made: docx.document.Document, text: str, level: int, style: str | None = None) -> None:
    paragraph = made.add_paragraph(text, style=style)
    numbers = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="77"/></w:numPr>'
    paragraph._p.get_or_add_pPr().append(xml(numbers))


def test_numbers_that_markdown_can_not_write_become_words() -> None:
    made = document("Tiêu đề: Kế hoạch", "Lời dẫn")
    numbered(made, {0: ("upperRoman", "%1."), 1: ("decimal", "%1.%2."), 2: ("lowerLetter", "%3)")})
    item(made, "MỤC ĐÍCH", 0, "Heading 1")
    item(made, "Yêu cầu", 0, "Heading 1")
    item(made, "Nội dung", 1)
    item(made, "thứ nhất", 2)
    item(made, "thứ hai", 2)
    item(made, "Hình thức", 1)
    item(made, "thứ nhất lại", 2)
    assert body(made)[1:] == [
        "# I. MỤC ĐÍCH",
        "# II. Yêu cầu",
        "II.1. Nội dung",
        "a) thứ nhất",
        "b) thứ hai",
        "II.2. Hình thức",
        "a) thứ nhất lại",
    ]


def test_articles_of_a_regulation_keep_their_names() -> None:
    made = document("Lời dẫn")
    numbered(made, {0: ("decimal", "Điều %1."), 1: ("decimal", "%2.")})
    for text, level in (("Phạm vi", 0), ("một", 1), ("hai", 1), ("Đối tượng", 0), ("một", 1)):
        item(made, text, level)
    assert body(made)[1:] == [
        "Điều 1. Phạm vi", "1. một\n2. hai", "Điều 2. Đối tượng", "1. một",
    ]  # fmt: skip


def test_a_list_goes_on_after_a_paragraph() -> None:
    made = document("Lời dẫn")
    numbered(made, {0: ("decimal", "%1.")})
    item(made, "một", 0)
    item(made, "hai", 0)
    made.add_paragraph("xen giữa")
    item(made, "ba", 0)
    assert body(made)[1:] == ["1. một\n2. hai", "xen giữa", "3. ba"]


def test_dashes_typed_by_hand_stay_as_typed() -> None:
    assert body(document("- một", "+ hai", "1. ba", "• bốn")) == [
        "\\- một", "\\+ hai", "1\\. ba", "• bốn",
    ]  # fmt: skip


# Tables


def test_a_table() -> None:
    made = document("Lời dẫn")
    table = made.add_table(2, 2)
    for cell, text in zip(table._cells, ["STT", "Tên | gọi", "1", ""], strict=True):
        cell.text = text
    table.cell(1, 1).add_paragraph("dòng hai", style="List Bullet")
    assert body(made)[1] == "| STT | Tên \\| gọi |\n| --- | --- |\n| 1 | • dòng hai |"


def test_merged_cells() -> None:
    made = document("Lời dẫn")
    table = made.add_table(3, 3)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "ngang"
    table.cell(1, 0).merge(table.cell(2, 0)).text = "dọc"
    table.cell(1, 1).paragraphs[0].add_run("a<b").bold = True
    assert body(made)[1].split("\n") == [
        "<table>",
        '<tr><td colspan="2">ngang</td><td></td></tr>',
        '<tr><td rowspan="2">dọc</td><td><strong>a&lt;b</strong></td><td></td></tr>',
        "<tr><td></td><td></td></tr>",
        "</table>",
    ]


def test_a_table_in_a_cell_becomes_lines_and_is_told() -> None:
    made = document("Lời dẫn")
    outer = made.add_table(1, 2)
    outer.cell(0, 0).text = "ngoài"
    inner = outer.cell(0, 1).add_table(1, 2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "trong", "nữa"
    assert "trong<br>nữa" in read(made).body
    assert losses(made) == {"word-nested-table": 1}


def test_an_empty_table_is_nothing() -> None:
    made = document("một")
    made.add_table(2, 2)
    assert body(made) == ["một"]


# Links


def link(made: docx.document.Document, address: str, text: str) -> None:
    name = made.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    run_xml = (
        '<w:r><w:rPr><w:rStyle w:val="Hyperlink"/><w:u w:val="single"/></w:rPr>'
        f"<w:t>{text}</w:t></w:r>"
    )
    made.add_paragraph("Xem ")._p.append(xml(f'<w:hyperlink r:id="{name}">{run_xml}</w:hyperlink>'))


def test_links() -> None:
    made = document()
    link(made, "https://skhcn.gov.vn/tin?a=1&b=2", "trang của Sở")
    made.styles.add_style("Hyperlink", WD_STYLE_TYPE.CHARACTER)
    put(
        made,
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>'
        ' HYPERLINK "bai-khac.docx" </w:instrText></w:r><w:r><w:fldChar '
        'w:fldCharType="separate"/></w:r><w:r><w:t>bài khác</w:t></w:r><w:r><w:fldChar '
        'w:fldCharType="end"/></w:r></w:p>',
    )
    assert body(made) == [
        "Xem [trang của Sở](https://skhcn.gov.vn/tin?a=1&b=2)",
        "[bài khác](bai-khac.docx)",
    ]  # fmt: skip
    assert losses(made) == {}


def test_a_link_within_the_document_is_told() -> None:
    made = document()
    put(made, '<w:p><w:hyperlink w:anchor="muc1"><w:r><w:t>mục 1</w:t></w:r></w:hyperlink></w:p>')
    assert body(made) == ["mục 1"]
    assert losses(made) == {"word-lost-anchor": 1}


# Pictures


def test_pictures_with_alt_text_and_caption() -> None:
    made = document("Mở đầu")
    red, blue = picture("red"), picture("blue", kind="JPEG")
    put_picture(made, red, "Toàn cảnh hội nghị")
    made.add_paragraph("Hình 1. Hội nghị ngày 15/3", style="Caption")
    put_picture(made, blue, 'Bà "A" <phát> biểu [1]')
    made.add_paragraph("Lời kết")
    put_picture(made, red, "Lại ảnh đó")
    found = read(made)
    assert found.body.split("\n\n") == [
        "Mở đầu",
        '![Toàn cảnh hội nghị](anh-1.png "Hình 1. Hội nghị ngày 15/3")',
        '<img src="anh-2.jpg" alt="Bà &#34;A&#34; &#60;phát&#62; biểu &#91;1&#93;">',
        "Lời kết",
        "![Lại ảnh đó](anh-1.png)",
    ]
    digests = {name: shown.digest for name, shown in found.pictures.items()}
    assert digests == {
        "anh-1.png": hashlib.sha256(red).hexdigest(),
        "anh-2.jpg": hashlib.sha256(blue).hexdigest(),
    }


def test_a_vietnamese_caption_style() -> None:
    made = document("Mở đầu")
    made.styles.add_style("Chú thích ảnh", WD_STYLE_TYPE.PARAGRAPH)
    put_picture(made, picture(), "Ảnh")
    made.add_paragraph("Nguồn: Sở", style="Chú thích ảnh")
    assert body(made)[1] == '![Ảnh](anh-1.png "Nguồn: Sở")'


def test_a_caption_without_a_picture_is_a_paragraph() -> None:
    made = document("Mở đầu")
    made.add_paragraph("Bảng 1", style="Caption")
    assert body(made) == ["Mở đầu", "Bảng 1"]


def test_a_picture_among_words() -> None:
    made = document("Mở đầu")
    paragraph = put_picture(made, picture(), "dấu")
    paragraph.add_run(" là con dấu")
    assert body(made)[1] == "![dấu](anh-1.png) là con dấu"


def test_a_cropped_picture_is_told() -> None:
    made = document("Mở đầu")
    paragraph = put_picture(made, picture(), "Ảnh")
    fill = next(paragraph._p.iter(qn("pic:blipFill")))
    fill.append(xml('<a:srcRect l="25000"/>'))
    assert losses(made) == {"word-cropped": 1}


def test_metafiles_and_missing_pictures_are_told() -> None:
    made = document("Mở đầu")
    put_picture(made, picture(), "Ảnh")
    data = bytes_of(made)

    def renamed(old: bytes, new: bytes) -> bytes:
        return changed(
            data,
            {
                "word/media/image1.png": None,
                "word/media/image1.emf": picture(),
                "word/_rels/document.xml.rels": lambda xml: xml.replace(old, new),
                "[Content_Types].xml": lambda xml: xml.replace(b'"png"', b'"emf"'),
            },
        )

    assert losses(renamed(b"image1.png", b"image1.emf")) == {"word-lost-metafile": 1}
    put(made, run('<w:pict><v:shape><v:imagedata r:id="rId999"/></v:shape></w:pict>'))
    assert losses(made) == {"word-lost-picture": 1}


# Notes


def noted(text: str) -> bytes:
    """Return a document with a foot- and an endnote."""
    made = document("Mở đầu")
    put(
        made,
        "<w:p><w:r><w:t>Theo nghị định</w:t></w:r>"
        '<w:r><w:footnoteReference w:id="2"/></w:r><w:r><w:t> và luật</w:t></w:r>'
        '<w:r><w:endnoteReference w:id="2"/></w:r></w:p>',
    )
    rels = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    ns = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'

    def notes(tag: str, words: str) -> bytes:
        return (
            f'<w:{tag}s {ns}><w:{tag} w:type="separator" w:id="0"><w:p/></w:{tag}>'
            f'<w:{tag} w:id="2"><w:p><w:r><w:t>{words}</w:t></w:r></w:p>'
            f"<w:p><w:r><w:t>Đoạn hai</w:t></w:r></w:p></w:{tag}></w:{tag}s>"
        ).encode()

    def related(content: bytes) -> bytes:
        added = "".join(
            f'<Relationship Id="rIdN{kind}" Type="{rels}/{kind}" Target="{kind}.xml"/>'
            for kind in ("footnotes", "endnotes")
        )
        return content.replace(b"</Relationships>", added.encode() + b"</Relationships>")

    return changed(
        bytes_of(made),
        {
            "word/footnotes.xml": notes("footnote", text),
            "word/endnotes.xml": notes("endnote", "Luật số 1"),
            "word/_rels/document.xml.rels": related,
        },
    )


def test_foot_and_endnotes() -> None:
    assert read(noted("NĐ 63/2010")).body == (
        "Mở đầu\n\nTheo nghị định[^2] và luật[^cuoi-2]\n\n"
        "[^2]: NĐ 63/2010\n\n    Đoạn hai\n\n[^cuoi-2]: Luật số 1\n\n    Đoạn hai"
    )


# What can't be carried over


@pytest.mark.parametrize(
    ("inner", "code", "left"),
    [
        (
            "<w:p><w:ins><w:r><w:t>thêm</w:t></w:r></w:ins>"
            "<w:del><w:r><w:delText>bỏ</w:delText></w:r></w:del></w:p>",
            "word-changes", "thêm",
        ),
        (
            "<w:p><w:moveFrom><w:r><w:t>cũ</w:t></w:r></w:moveFrom>"
            "<w:moveTo><w:r><w:t>mới</w:t></w:r></w:moveTo></w:p>",
            "word-changes", "mới",
        ),
        (
            "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>ẩn</w:t></w:r><w:r><w:t>hiện</w:t></w:r></w:p>",
            "word-lost-hidden", "hiện",
        ),
        ("<w:p><m:oMath><m:r><m:t>x</m:t></m:r></m:oMath></w:p>", "word-lost-equation", ""),
        (
            "<w:p><w:r><w:drawing><wp:inline><a:graphic><a:graphicData uri="
            '"http://schemas.openxmlformats.org/drawingml/2006/chart"><c:chart r:id="rId9"/>'
            "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>",
            "word-lost-chart", "",
        ),
        (run("<w:pict><v:rect/></w:pict>"), "word-lost-shape", ""),
        (run("<w:object><v:shape/></w:object>"), "word-lost-object", ""),
        (
            run(
                "<mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wp:anchor><a:graphic>"
                "<a:graphicData uri='x'><wps:wsp><wps:txbx><w:txbxContent><w:p><w:r><w:t>hộp</w:t>"
                "</w:r></w:p></w:txbxContent></wps:txbx></wps:wsp></a:graphicData></a:graphic>"
                "</wp:anchor></w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape><v:textbox>"
                "<w:txbxContent><w:p><w:r><w:t>hộp</w:t></w:r></w:p></w:txbxContent></v:textbox>"
                "</v:shape></w:pict></mc:Fallback></mc:AlternateContent>"
            ),
            "word-textbox", "hộp",
        ),
        (run('<w:sym w:font="Wingdings" w:char="F001"/>'), "word-lost-symbol", ""),
        (
            '<w:p><w:fldSimple w:instr=" DATE "><w:r><w:t>15/3/2023</w:t></w:r>'
            "</w:fldSimple></w:p>",
            "word-field", "15/3/2023",
        ),
        (
            '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/>'
            "</w:docPartObj></w:sdtPr><w:sdtContent><w:p><w:r><w:t>Mục 1 ... 2</w:t></w:r></w:p>"
            "</w:sdtContent></w:sdt>",
            "word-lost-contents", "",
        ),
    ],
)  # fmt: skip
def test_what_is_lost_is_told_once_with_its_paragraph(inner: str, code: str, left: str) -> None:
    made = document("Một", "Hai")
    put(made, inner)
    put(made, "<w:p><w:r><w:t>Cuối</w:t></w:r></w:p>")
    found = read(made)
    assert [block for block in found.body.split("\n\n") if block not in ("Một", "Hai", "Cuối")] == (
        [left] if left else []
    )
    (problem,) = found.problems
    assert (problem.code, problem.severity) == (code, Severity.WARNING)
    assert problem.where.file == FILE
    assert problem.where.line in (2, 3)


def test_many_of_a_kind_are_one_warning() -> None:
    made = document("Một")
    for _ in range(3):
        put(made, run("<w:object/>"))
    assert read(made).problems == (
        Problem("word-lost-object", Where(FILE, 2), {"count": 3}, Severity.WARNING),
    )


def test_a_deleted_paragraph_mark_joins_two_paragraphs() -> None:
    made = document()
    put(made, "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>một </w:t></w:r></w:p>")
    put(made, "<w:p><w:r><w:t>hai</w:t></w:r></w:p>")
    assert body(made) == ["một hai"]


def test_headers_footers_and_comments_are_told() -> None:
    made = document("Một")
    made.sections[0].header.paragraphs[0].text = "SỞ KHOA HỌC"
    made.add_comment(made.paragraphs[0].runs, "xem lại", author="A")
    assert losses(made) == {"word-lost-header": 1, "word-lost-comment": 1}


def test_a_page_number_is_not_missed() -> None:
    made = document("Một")
    made.sections[0].footer.paragraphs[0].text = "- 3 -"
    assert losses(made) == {}


def test_a_placeholder_is_nobodys_text() -> None:
    made = document("Một")
    put(
        made,
        "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent><w:p><w:r>"
        "<w:t>Bấm vào đây</w:t></w:r></w:p></w:sdtContent></w:sdt>",
    )
    put(made, "<w:sdt><w:sdtContent><w:p><w:r><w:t>hai</w:t></w:r></w:p></w:sdtContent></w:sdt>")
    assert body(made) == ["Một", "hai"]


# What it says of itself


def entries(found: word.Document) -> list[tuple[str, object, int]]:
    return [(entry.name, entry.value, entry.number) for entry in found.entries]


def test_lines_at_the_top() -> None:
    made = document(
        "Tiêu đề: Hội nghị: bàn về cải cách",
        "",
        "THỂ LOẠI : Tin",
        "ngay dang: 15/03/2023 08:00",
        "Căn cứ: NĐ 63/2010",
        "Căn cứ: NĐ 92/2017",
        "Ngày 15/3: Sở mở hội nghị",
        "Nguồn: không còn là dữ liệu",
    )
    found = read(made)
    assert entries(found) == [
        ("Tiêu đề", "Hội nghị: bàn về cải cách", 1),
        ("THỂ LOẠI", "Tin", 2),
        ("ngay dang", "15/03/2023 08:00", 3),
        ("Căn cứ", ["NĐ 63/2010", "NĐ 92/2017"], 4),
    ]
    assert found.body.startswith("Ngày 15/3: Sở mở hội nghị\n\nNguồn:")
    assert (found.body_line, found.place(5), found.place(7), found.place(2)) == (5, 6, 7, 2)


def test_lines_in_one_paragraph_and_a_slip_of_the_hand() -> None:
    made = document()
    paragraph = made.add_paragraph("Tiêu đề: Một")
    paragraph.add_run().add_break()
    paragraph.add_run("Tác gải: Bà A")
    made.add_paragraph("Nội dung bài.")
    assert entries(read(made)) == [("Tiêu đề", "Một", 1), ("Tác gải", "Bà A", 1)]


def test_quotes_around_a_value_are_not_part_of_it() -> None:
    made = document("title: “Hội nghị”", 'source: "Sở"', "Tóm tắt: “Một” và “hai”", "Nội dung.")
    assert [value for _, value, _ in entries(read(made))] == ["Hội nghị", "Sở", "“Một” và “hai”"]


def test_a_table_at_the_top() -> None:
    made = document()
    table = made.add_table(2, 2)
    for cell, text in zip(table._cells, ["Tiêu đề:", "Một", "Tác giả", "Ông B, bà C"], strict=True):
        cell.text = text
    made.add_paragraph("Nội dung bài.")
    found = read(made)
    assert entries(found) == [("Tiêu đề", "Một", 1), ("Tác giả", "Ông B, bà C", 3)]
    assert found.body == "Nội dung bài."


def test_a_table_of_other_things_is_text() -> None:
    made = document()
    table = made.add_table(2, 2)
    for cell, text in zip(table._cells, ["STT", "Tên", "1", "Bà C"], strict=True):
        cell.text = text
    assert read(made).entries == ()
    assert read(made).body.startswith("| STT |")


def test_properties() -> None:
    made = document("Nội dung bài.")
    said = made.core_properties
    said.title, said.author, said.subject = "Tin từ thuộc tính", "Nguyễn Văn A", "Tóm tắt ngắn"
    said.keywords, said.category = "cải cách; tthc", "Tin tức"
    assert entries(read(made)) == [
        ("title", "Tin từ thuộc tính", 0),
        ("authors", "Nguyễn Văn A", 0),
        ("excerpt", "Tóm tắt ngắn", 0),
        ("tags", "cải cách; tthc", 0),
        ("categories", "Tin tức", 0),
    ]


@pytest.mark.parametrize(
    "name", ["Admin", "HP", "python-docx", "Máy tính", "Microsoft Office User"]
)
def test_the_name_of_a_computer_is_no_author(name: str) -> None:
    made = document("Nội dung bài.")
    made.core_properties.author = name
    assert read(made).entries == ()


def test_lines_go_before_properties() -> None:
    made = document("Tiêu đề: Dòng đầu", "Tác giả: Bà C", "Nội dung.")
    made.core_properties.title, made.core_properties.author = "Thuộc tính", "Ông D"
    assert entries(read(made)) == [("Tiêu đề", "Dòng đầu", 1), ("Tác giả", "Bà C", 2)]


def test_the_title_is_the_paragraph_that_looks_like_one() -> None:
    made = document("Thể loại: Tin")
    made.add_paragraph("Hội nghị triển khai", style="Title")
    made.add_paragraph("Nội dung.")
    made.core_properties.title = "Tên của văn bản cũ"
    found = read(made)
    assert entries(found) == [("Thể loại", "Tin", 1), ("title", "Hội nghị triển khai", 2)]
    assert found.body == "Nội dung."


def test_else_the_first_heading() -> None:
    made = document()
    made.add_heading("Hội nghị", 1)
    made.add_paragraph("Nội dung.")
    made.add_heading("Phần hai", 1)
    found = read(made)
    assert entries(found) == [("title", "Hội nghị", 1)]
    assert found.body == "Nội dung.\n\n# Phần hai"


def test_a_heading_among_others_is_no_title() -> None:
    made = document("Lời dẫn")
    made.add_heading("Phần một", 1)
    made.add_heading("Phần hai", 1)
    assert read(made).entries == ()
    assert body(made) == ["Lời dẫn", "# Phần một", "# Phần hai"]


def test_a_title_that_is_said_twice_is_shown_once() -> None:
    made = document("Tiêu đề: Hội nghị triển khai")
    made.add_paragraph("HỘI NGHỊ TRIỂN KHAI", style="Title")
    made.add_paragraph("Nội dung.")
    assert read(made).body == "Nội dung."
    plain = document("Hội nghị triển khai", "Nội dung.")
    plain.core_properties.title = "Hội nghị triển khai"
    assert read(plain).body == "Nội dung."
