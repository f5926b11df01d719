"""``report -o``: the whole program makes each document of a published year."""

from __future__ import annotations

import json
from pathlib import Path

import docx
import pytest

from publisher.reports import pdf as pdf_room
from tests.office import Office

SETTINGS = """
[organisation]
name = "Sở Khoa học và Công nghệ"
parent = "Ủy ban nhân dân tỉnh Mẫu Sơn"
symbol = "BC-SKHCN"
place = "Mẫu Sơn"
signer_title = ["GIÁM ĐỐC"]
signer = "Nguyễn Văn Mẫu"

[[organisation.profile]]
since = 2025-07-01
name = "Sở mới"

[sites.so]
kind = "preview"
label = "Trang thông tin điện tử của Sở"
"""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    office = Office(tmp_path_factory.mktemp("office") / "van-phong")
    office.configure(SETTINGS)
    for number, kind in enumerate(("tin", "tin", "bai"), start=1):
        office.post(f"{number}.md", title=f"Bài số {number}", kind=kind, authors=["Trần Thị Lan"])
    assert office.run("publish").status == 0
    return office


def report(office: Office, *arguments: str) -> str:
    ran = office.run("report", "--year", "2023", *arguments)
    assert (ran.status, ran.err) == (0, "")
    return ran.out


def refused(office: Office, *arguments: str) -> str:
    ran = office.run("report", "--year", "2023", *arguments)
    assert ran.status == 2
    return ran.err


def words(file: Path) -> str:
    document = docx.Document(str(file))
    cells = [
        p.text for t in document.tables for row in t.rows for c in row.cells for p in c.paragraphs
    ]
    return "\n".join([*(p.text for p in document.paragraphs), *cells])


def test_the_ending_of_the_file_says_the_form(office: Office) -> None:
    file = office.folder / "bao-cao.docx"
    said = report(office, "-o", str(file), "--number", "5", "--dated", "11/12/2023")
    assert said == f"Đã ghi: {file}\n"
    written = words(file)
    assert "đã đăng tải 3 tin, bài, gồm: 2 tin, 1 bài" in written
    assert "Số: 05/BC-SKHCN" in written
    assert "Mẫu Sơn, ngày 11 tháng 12 năm 2023" in written
    assert "Trang thông tin điện tử của Sở" in written


def test_the_report_of_a_later_day_bears_the_new_name(office: Office) -> None:
    file = office.folder / "sau.docx"
    report(office, "-o", str(file), "--dated", "01/07/2025")
    assert "SỞ MỚI" in words(file)


def test_a_second_report_takes_the_place_of_the_first(office: Office) -> None:
    file = office.folder / "hai-lan.docx"
    file.write_bytes(b"old")
    report(office, "-o", str(file), "--part", "section", "--heading", "7")
    assert words(file).startswith("7. Công tác")


@pytest.mark.parametrize("form", ["xlsx", "html", "csv", "md", "json"])
def test_every_form_is_made(office: Office, form: str) -> None:
    file = office.folder / f"bao-cao.{form}"
    report(office, "-o", str(file))
    assert file.stat().st_size > 100


def test_forms_of_text_go_to_the_screen_too(office: Office) -> None:
    assert json.loads(report(office, "--format", "json"))["total"] == 3
    assert "3 tin, bài" in report(office, "--format", "md")
    assert '<html lang="vi"' in report(office, "--format", "html")


def test_figures_stay_on_the_screen_when_nothing_is_asked(office: Office) -> None:
    assert report(office) == report(office, "--format", "text")


def test_a_file_that_is_held_by_another_program_is_said_so(office: Office) -> None:
    folder = office.folder / "thu-muc.docx"
    (folder / "x").mkdir(parents=True)
    ran = office.run(
        "report", "--year", "2023", "--format", "docx", "-o", str(folder / "x" / "no" / "a.docx")
    )
    assert ran.status == 4
    assert "Không ghi được tệp" in ran.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-o", "bao-cao.doc"], ".docx, .xlsx, .html, .pdf, .csv, .md, .json"),
        (["--format", "docx"], "-o bao-cao.docx"),
        (["--format", "csv", "--part", "annex"], "--part"),
        (["-o", "a.docx", "--part", "royalties"], "[royalties]"),
        (["-o", "a.docx", "--dated", "hôm qua"], "15/12/2022"),
    ],
)
def test_options_that_do_not_go_together_are_told(
    office: Office, arguments: list[str], said: str
) -> None:
    assert said in refused(office, *arguments)


def test_a_template_is_filled_in(office: Office) -> None:
    own = docx.Document()
    own.add_paragraph("Của cơ quan: {{tong_so}} tin, bài.")
    template = office.folder / "mau.docx"
    own.save(str(template))
    file = office.folder / "theo-mau.docx"
    report(office, "-o", str(file), "--template", str(template))
    assert words(file).startswith("Của cơ quan: 3 tin, bài.")
    assert "--template" in refused(
        office, "-o", "a.docx", "--template", str(template), "--part", "full"
    )
    assert "--template" in refused(office, "-o", "a.html", "--template", str(template))


def test_a_template_with_a_slip_names_what_may_stand_there(office: Office) -> None:
    own = docx.Document()
    own.add_paragraph("{{tongso}}")
    template = office.folder / "mau-sai.docx"
    own.save(str(template))
    ran = office.run("report", "--year", "2023", "-o", "a.docx", "--template", str(template))
    assert ran.status == 1
    assert "chỗ điền mà chương trình không biết: tongso" in ran.err
    assert "tong_so" in ran.err


def test_what_the_settings_do_not_say_is_told(tmp_path: Path) -> None:
    bare = Office(tmp_path / "van-phong")
    file = bare.folder / "trong.docx"
    said = report(bare, "-o", str(file))
    assert "name, parent, symbol, place, signer_title, signer" in said
    assert "chưa đăng tải tin, bài" in words(file)


def test_without_libreoffice_it_is_said_what_to_do(
    office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert pdf_room.office_program() is None
    ran = office.run("report", "--year", "2023", "-o", str(tmp_path / "a.pdf"))
    assert ran.status == 1
    assert "cần có LibreOffice" in ran.err
    assert not (tmp_path / "a.pdf").exists()
