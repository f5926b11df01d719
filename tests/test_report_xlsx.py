"""The workbook of a report: read by openpyxl, and worked out anew by LibreOffice."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from publisher import periods
from publisher.model import Event, Publication
from publisher.reports.composing import compose
from publisher.reports.tables import Labels
from publisher.reports.xlsx import workbook
from publisher.reports.xlsx.sheet import MAX_LINKS, Sheet, Styles
from publisher.tally import Figures, Target, tally
from publisher.tally.figures import Extras
from tests import reported

pytestmark = pytest.mark.filterwarnings("ignore:.*not supported and will be removed")

Convert = Callable[[Path, str], Path]

SHEETS = [
    "Tổng hợp", "Biểu đồ", "Danh sách tin, bài", "Hoạt động", "Nội dung × tháng", "Chỉ tiêu",
    "Nhuận bút", "Nhuận bút từng bài", "Cần lưu ý",
]  # fmt: skip


def made(figures: Figures, labels: Labels = reported.LABELS, *, paid: bool = True) -> bytes:
    due = reported.due(figures) if paid else None
    content = compose(figures, due, reported.ISSUE, labels, reported.ZONE)
    return workbook(content, figures, labels)


def opened(data: bytes, *, values: bool = True) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(data), data_only=values)


@pytest.fixture(scope="module")
def year() -> bytes:
    return made(reported.figures())


def rows(sheet: Worksheet) -> list[list[object]]:
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def table(sheet: Worksheet, head: str) -> list[list[object]]:
    """Return the rows below a head, up to an empty one."""
    lines = iter(rows(sheet))
    next(line for line in lines if head in line)
    found = []
    for line in lines:
        if all(value is None for value in line):
            break
        found.append(line)
    return found


def numbers(sheet: Worksheet, head: str) -> dict[object, object]:
    return {line[0]: line[1] for line in table(sheet, head)}


# What stands in it


def test_it_has_every_sheet_in_this_order(year: bytes) -> None:
    assert opened(year).sheetnames == SHEETS


def test_what_there_is_nothing_of_has_no_sheet() -> None:
    figures = tally([], reported.PERIOD, reported.ZONE)
    book = opened(made(figures, paid=False))
    assert book.sheetnames == ["Tổng hợp", "Danh sách tin, bài", "Hoạt động", "Cần lưu ý"]
    assert numbers(book["Tổng hợp"], "Số liệu chung")["Tin, bài, hình ảnh đã đăng"] == 0
    assert rows(book["Danh sách tin, bài"])[-1][0] == "Chưa có tin, bài nào."


def test_the_figures_are_those_counted_by_hand(year: bytes) -> None:
    sheet = opened(year)["Tổng hợp"]
    whole = numbers(sheet, "Số liệu chung")
    assert whole["Tin, bài, hình ảnh đã đăng"] == 30
    assert whole["Tin, bài khác nhau (đăng trên nhiều trang chỉ tính một)"] == 28
    assert whole["Ảnh kèm theo"] == 61
    assert whole["Tin, bài đã sửa sau khi đăng"] == 2
    assert whole["Số lần sửa"] == 3
    assert whole["Hội nghị, tập huấn và hoạt động khác"] == 8
    assert whole["Lượt người tham dự"] == 405
    assert whole["Số bản phát hành"] == 1500
    assert whole["Ước đến 14/12/2023"] == 2
    assert whole["Tính vào kỳ sau"] == 1
    assert whole["Ghi lùi ngày"] == 1
    assert whole["Đã gỡ"] == 1
    assert whole["Không khớp khi đối chiếu"] == 1
    kinds = numbers(sheet, "Thể loại")
    assert kinds == {"Tin": 14, "Bài": 9, "Hình ảnh": 4, "Video": 3, "Tổng cộng": 30}
    months = numbers(sheet, "Tháng")
    assert months[datetime(2023, 3, 1)] == 4  # noqa: DTZ001
    assert months[datetime(2023, 7, 1)] == 0  # noqa: DTZ001
    assert numbers(sheet, "Kiểm tra") == {"Các bảng trên cộng lại bằng tổng số tin, bài": "Khớp"}


def test_items_have_real_dates_links_and_numbers(year: bytes) -> None:
    sheet = opened(year)["Danh sách tin, bài"]
    items = table(sheet, "STT")
    assert len(items) == 30
    assert items[0][:5] == [
        1,
        datetime(2022, 12, 20),  # noqa: DTZ001
        "Công khai địa chỉ tiếp nhận phản ánh, kiến nghị",
        "Tin",
        "Địa chỉ tiếp nhận, xử lý phản ánh, kiến nghị",
    ]
    day, address = sheet["B4"], sheet["I4"]
    assert day.number_format == "dd/mm/yyyy"
    assert address.hyperlink is not None
    assert address.hyperlink.target == "https://so-khcn.example.vn/tin-01/"
    assert sheet["C4"].alignment.wrap_text


@pytest.mark.parametrize("name", ["Danh sách tin, bài", "Hoạt động", "Cần lưu ý"])
def test_a_list_is_frozen_filtered_and_printed_with_its_head(year: bytes, name: str) -> None:
    sheet = opened(year)[name]
    assert sheet.freeze_panes == "A4"
    assert sheet.auto_filter.ref.startswith("A3:")
    assert sheet.print_title_rows == "$3:$3"
    setup = sheet.page_setup
    assert (setup.paperSize, setup.orientation) == (9, "landscape")
    fitted = sheet.sheet_properties.pageSetUpPr
    assert fitted is not None and fitted.fitToPage and setup.fitToHeight == 0


def test_targets(year: bytes) -> None:
    lines = table(opened(year)["Chỉ tiêu"], "Kế hoạch năm")
    assert lines == [
        ["Tổng số tin, bài", 40, 30, 30, 0.75, 10],
        ["Bài", 12, 9, 9, 0.75, 3],
        ["Hội nghị", 4, 4, 4, 1, 0],
        ["Mô hình, cách làm hay", 2, 3, 3, 1.5, 0],
    ]


def test_royalties_only_when_they_are_switched_on(year: bytes) -> None:
    due = reported.due(reported.figures())
    authors = table(opened(year)["Nhuận bút"], "Ký nhận")
    assert [(line[1], line[2], line[3]) for line in authors[:-1]] == [
        (author.author, author.items, author.amount) for author in due.authors
    ]
    assert authors[-1][3] == due.total
    assert "Nhuận bút" not in opened(made(reported.figures(), paid=False)).sheetnames


def test_what_needs_a_look_says_whether_it_counts_and_why(year: bytes) -> None:
    lines = table(opened(year)["Cần lưu ý"], "Giải thích")
    told = [(line[1], line[2], line[8]) for line in lines]
    assert told == [
        ("Ước đến 14/12/2023", "Không", "Đăng sau ngày chốt số liệu 10/12/2023"),
        ("Ước đến 14/12/2023", "Không", "Đăng sau ngày chốt số liệu 10/12/2023"),
        ("Tính vào kỳ sau", "Không", "Thực tế ghi nhận ngày 12/12/2023"),
        ("Ghi lùi ngày", "Có", "Thực tế ghi nhận ngày 29/06/2023"),
        ("Không khớp khi đối chiếu", "Có", "Không còn trên trang"),
        ("Đã gỡ", "Không", "Trùng nội dung với tin đã đăng"),
    ]


def test_charts_are_excels_own_and_carry_their_numbers(year: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(year)) as archive:
        charts = [archive.read(f"xl/charts/chart{n}.xml").decode() for n in (1, 2)]
    assert '<c:barDir val="col"/>' in charts[0]
    assert "Số tin, bài theo tháng đăng" in charts[0]
    assert '<c:barDir val="bar"/>' in charts[1]
    assert "Số tin, bài theo nội dung truyền thông" in charts[1]
    cached = re.findall(r"<c:v>(\d+)</c:v>", charts[0].split("<c:val>")[1])
    assert cached == [str(n) for n in (1, 2, 3, 4, 2, 3, 2, 0, 4, 3, 3, 2, 1)]


# What Excel works out


def formulas(data: bytes) -> dict[tuple[str, str], str]:
    return {
        (sheet.title, cell.coordinate): str(cell.value)
        for sheet in opened(data, values=False).worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }


def recalculated(data: bytes, convert: Convert, folder: Path) -> Workbook:
    """Return the workbook with every value of a formula left to LibreOffice."""
    target = folder / "so-lieu.xlsx"
    with zipfile.ZipFile(io.BytesIO(data)) as had, zipfile.ZipFile(target, "w") as bare:
        for name in had.namelist():
            content = had.read(name)
            if name.startswith("xl/worksheets/sheet"):
                content = re.sub(rb"</f><v>[^<]*</v>", b"</f>", content)
            bare.writestr(name, content)
    return openpyxl.load_workbook(convert(convert(target, "ods"), "xlsx"), data_only=True)


def assert_formulas_give_the_values(data: bytes, convert: Convert, folder: Path) -> None:
    said, worked_out = opened(data), recalculated(data, convert, folder)
    for (sheet, cell), formula in formulas(data).items():
        expected, found = said[sheet][cell].value, worked_out[sheet][cell].value
        place = f"{sheet}!{cell} {formula}"
        assert found is not None, place
        if isinstance(expected, str):
            assert found == expected, place
        else:
            assert float(str(found)) == pytest.approx(float(str(expected))), place


def test_excels_own_counting_gives_the_same_figures(
    year: bytes, libreoffice: Convert, tmp_path: Path
) -> None:
    assert len(formulas(year)) > 150
    assert_formulas_give_the_values(year, libreoffice, tmp_path)


HOSTILE = (
    '=HYPERLINK("https://xau.example","bấm")',
    "+84 254 000",
    "-1+1",
    "@SUM(A1:A9)",
    "\t=1+1",
    "<b>đậm</b> & “ngoặc”",
    "1/2",
    "https://example.vn/khong-phai-lien-ket",
    "dòng một\nhai\x0b\x00",
)
"""Titles that a spreadsheet may take for something else."""


def hostile() -> Iterator[Publication]:
    """Yield items whose words are patterns, numbers or twins to COUNTIF."""
    authors = ("Lan", "LAN", "La*", "L?n", "~Lan", "12", "012", "1/2", ">5", "TRUE", "=Lan", "")
    units = ("Phòng *", "Phòng A", "phòng a", "<>", "Chưa ghi", "", "3,5", "Đ" * 300)
    for number in range(96):
        author = authors[number % len(authors)]
        yield Publication(
            site=("a", "b")[number % 2],
            key=str(number),
            event=Event.PUBLISHED,
            status="publish",
            title=HOSTILE[number % len(HOSTILE)],
            kind=("tin", "bai")[number % 2],
            theme=("mot", "hai", "ba", "chưa-có")[number % 4],
            unit=units[number % len(units)],
            authors=(author,) if author else (),
            url=("javascript:alert(1)", "https://a.example/%22?x=1&y=2", "")[number % 3],
            pictures=number % 4,
            shown_at=reported.moment(f"{number % 28 + 1}/{number % 12 + 1}/2023"),
            at=reported.moment(f"{number % 28 + 1}/{number % 12 + 1}/2023"),
        )


TWINS = Labels(
    themes={"mot": "Một *", "hai": "Trùng tên", "ba": "Trùng tên"},
    sites={"a": "Trang A?", "b": "trang a?"},
)


def test_patterns_numbers_and_twins_are_counted_right(libreoffice: Convert, tmp_path: Path) -> None:
    figures = tally(
        hostile(),
        periods.year(2023),
        reported.ZONE,
        extras=Extras(targets=(Target("themes", "mot", 10), Target("total", "", 100))),
    )
    assert figures.total > 80
    assert_formulas_give_the_values(made(figures, TWINS), libreoffice, tmp_path)


def test_no_title_becomes_a_formula_or_a_link() -> None:
    figures = tally(hostile(), periods.year(2023), reported.ZONE)
    sheet = opened(made(figures, TWINS), values=False)["Danh sách tin, bài"]
    items = [row for row in sheet.iter_rows(min_row=4) if row[0].value is not None]
    assert {row[2].data_type for row in items} == {"s"}
    assert {row[2].hyperlink for row in items} == {None}
    assert {str(row[2].value) for row in items} >= {HOSTILE[0], "-1+1", "1/2", HOSTILE[5]}
    links = {row[8].hyperlink.target for row in items if row[8].hyperlink}
    assert links == {"https://a.example/%22?x=1&y=2"}


def test_no_row_is_higher_than_excel_allows() -> None:
    item = reported.figures().items[0]
    long = replace(item, publication=replace(item.publication, title="chữ " * 9_000))
    sheet = opened(made(replace(reported.figures(), items=(long,))))["Danh sách tin, bài"]
    assert len(str(sheet["C4"].value)) == 32_767
    height = sheet.row_dimensions[4].height
    assert height is not None and 400 < height <= 409


def test_addresses_beyond_what_excel_takes_stay_as_text() -> None:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"constant_memory": True})
    sheet = Sheet(book, Styles(book), "Danh sách", (40,))
    for number in range(MAX_LINKS + 3):
        sheet.line((f"https://a.example/{number}",), ("link",))
    book.close()
    with zipfile.ZipFile(file) as archive:
        written = archive.read("xl/worksheets/sheet1.xml")
    assert written.count(b"<row ") == MAX_LINKS + 3
    assert written.count(b"<hyperlink ") == MAX_LINKS


def test_it_prints_on_a4(year: bytes, libreoffice: Convert, tmp_path: Path) -> None:
    source = tmp_path / "so-lieu.xlsx"
    source.write_bytes(year)
    pdf = libreoffice(source, "pdf").read_bytes()
    boxes = {
        tuple(round(float(n)) for n in box.split())
        for box in re.findall(rb"/MediaBox\s*\[([^\]]+)\]", pdf)
    }
    assert boxes >= {(0, 0, 595, 842), (0, 0, 842, 595)}
