"""An office's own document as a template of the report; and one that could harm, refused."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import docx as library
import pytest
from docx.document import Document
from docx.enum.section import WD_ORIENTATION

from publisher.errors import ContentError, DocumentError
from publisher.reports.content import Content
from publisher.reports.docx_template import fill
from tests.reported import content
from tests.test_report_docx import opened, table_after, texts


@pytest.fixture(scope="module")
def year() -> Content:
    return content()


def template(*lines: str) -> Document:
    document = library.Document()
    for line in lines:
        document.add_paragraph(line)
    return document


def data(document: Document) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def test_placeholders_are_filled_in_where_they_stand(year: Content) -> None:
    own = template("Mở đầu {{ co_quan }}, {{so_ky_hieu}}.", "{{tom_tat}}", "{{bang_the_loai}}")
    split = own.add_paragraph("Có ")
    split.add_run("{{tong").bold = True
    split.add_run("_so}}")
    split.add_run(" tin, bài, {{so_hoat_dong}} hoạt động")
    table = own.add_table(1, 2)
    table.cell(0, 0).text = "{{ky_bao_cao}}"
    table.cell(0, 1).text = "{{bang_trang}}"
    own.sections[0].header.paragraphs[0].text = "Báo cáo {{nam}}"
    own.add_paragraph("{{bieu_do_thang}}")
    own.add_paragraph("Hết.")
    made = opened(fill(data(own), "mau.docx", year))
    said = texts(made)
    assert said[0] == "Mở đầu Sở Khoa học và Công nghệ, Số: 05/BC-SKHCN."
    assert year.summary in said
    assert table_after(made, "Số tin, bài theo thể loại")[-1][1] == "30"
    assert "Có 30 tin, bài, 8 hoạt động" in said
    bold = next(p for p in made.paragraphs if p.text.startswith("Có 30"))
    assert [r.text for r in bold.runs if r.bold] == ["30"]
    assert made.sections[0].header.paragraphs[0].text == "Báo cáo 2023"
    assert len(made.inline_shapes) == 1
    assert said[-1] == "Hết."
    assert "{{" not in "\n".join(said)


def test_annexes_of_a_template_lie_and_leave_no_empty_page(year: Content) -> None:
    made = opened(fill(data(template("Trước.", "{{phu_luc}}")), "mau.docx", year))
    turned = [s.orientation == WD_ORIENTATION.LANDSCAPE for s in made.sections]
    assert turned == [False, True, True, True]
    made = opened(fill(data(template("Trước.", "{{phu_luc}}", "Sau.")), "mau.docx", year))
    turned = [s.orientation == WD_ORIENTATION.LANDSCAPE for s in made.sections]
    assert turned == [False, True, True, True, False]
    assert texts(made)[-1] == "Sau."


def test_a_template_without_placeholders_gets_the_section_at_its_end(year: Content) -> None:
    made = opened(fill(data(template("Văn bản của cơ quan.")), "mau.docx", year, "IV"))
    said = texts(made)
    assert said[0] == "Văn bản của cơ quan."
    assert said[1].startswith("IV. Công tác truyền thông")
    assert year.summary in said


def test_an_unknown_placeholder_is_named_with_those_that_are_known(year: Content) -> None:
    with pytest.raises(DocumentError) as caught:
        fill(data(template("{{tom_tat}} {{tong_cong}}")), "mau.docx", year)
    (problem,) = caught.value.problems
    assert problem.code == "template-placeholder"
    assert problem.where.file == "mau.docx"
    assert problem.params["names"] == "tong_cong"
    assert "tong_so" in str(problem.params["known"])


def test_tables_cannot_stand_in_a_header(year: Content) -> None:
    own = template("Nội dung.")
    own.sections[0].header.paragraphs[0].text = "{{bang_trang}}"
    with pytest.raises(DocumentError) as caught:
        fill(data(own), "mau.docx", year)
    assert caught.value.problems[0].params["names"] == "bang_trang"


def changed(source: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """Return a document with one of its parts changed, or a new part."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(source)) as old, zipfile.ZipFile(buffer, "w") as new:
        for part in old.namelist():
            content = old.read(part)
            new.writestr(part, change(content) if part == name else content)
        if name not in old.namelist():
            new.writestr(name, change(b""))
    return buffer.getvalue()


RELATION = (
    '<Relationship Id="rIdX" TargetMode="External" Target="{}" Type="http://schemas.'
    'openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"/></Relationships>'
)


@pytest.mark.parametrize(
    ("name", "change", "code"),
    [
        ("word/vbaProject.bin", lambda _old: b"macro", "word-macro"),
        (
            "word/document.xml",
            lambda old: old.replace(b"?>", b'?><!DOCTYPE x [<!ENTITY a "b">]>', 1),
            "word-unsafe",
        ),
        *(
            (
                "word/_rels/document.xml.rels",
                lambda old, address=address: old.replace(
                    b"</Relationships>", RELATION.format(address).encode()
                ),
                "word-unsafe",
            )
            for address in ("https://xau.example/x.dotm", "file://may-chu/x.dotm", r"\\may\x.dotm")
        ),
        ("../ngoai.xml", lambda _old: b"<x/>", "word-unsafe"),
    ],
)
def test_a_template_that_could_harm_is_refused(
    year: Content, name: str, change: Callable[[bytes], bytes], code: str
) -> None:
    own = changed(data(template("{{tom_tat}}")), name, change)
    with pytest.raises((ContentError, DocumentError)) as caught:
        fill(own, "mau.docx", year)
    assert caught.value.problems[0].code == code


def test_a_template_attached_to_one_on_this_computer_is_taken(year: Content) -> None:
    local = RELATION.format("file:///C:/Users/lan/Normal.dotm").encode()
    own = changed(
        data(template("{{tom_tat}}")),
        "word/_rels/document.xml.rels",
        lambda old: old.replace(b"</Relationships>", local),
    )
    assert year.summary in texts(opened(fill(own, "mau.docx", year)))


def test_no_document_at_all_is_refused(year: Content) -> None:
    with pytest.raises(ContentError) as caught:
        fill(b"Xin chao", "mau.docx", year)
    assert caught.value.problems[0].code == "word-broken"
