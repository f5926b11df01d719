"""What a report says: a frozen year, counted by hand (see tests/reported.py), in every word."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from publisher import config, periods
from publisher.model import Event, Period, Publication
from publisher.reports import words
from publisher.reports.composing import compose
from publisher.reports.content import (
    Content,
    Form,
    Profile,
    Table,
    Value,
    heading_number,
    shown,
)
from publisher.tally import Activities, tally
from tests.reported import ISSUE, LABELS, ZONE, content, due, figures, moment


@pytest.fixture(scope="module")
def year() -> Content:
    return content()


def paragraphs(made: Content, key: str) -> tuple[str, ...]:
    return next(section.paragraphs for section in made.sections if section.key == key)


def rows(made: Content, key: str) -> list[tuple[Value, ...]]:
    table = made.table(key)
    assert table is not None
    return [*table.rows, *([table.total] if table.total else [])]


def of(*publications: Publication, period: Period | None = None) -> Content:
    counted = tally(publications, period or periods.year(2023), ZONE)
    return compose(counted, None, ISSUE, LABELS, ZONE)


def test_the_summary_says_it_as_such_reports_do(year: Content) -> None:
    assert year.summary == (
        "Trong kỳ báo cáo (từ ngày 15/12/2022 đến ngày 14/12/2023; số liệu chốt đến hết ngày "
        "10/12/2023), Sở Khoa học và Công nghệ đã đăng tải 30 tin, bài, gồm: 14 tin, 9 bài, "
        "4 hình ảnh, 3 video, kèm theo 61 ảnh; tổ chức 4 hội nghị (310 lượt người tham dự), "
        "2 lớp tập huấn, bồi dưỡng (95 lượt người tham dự); phát hành 1 ấn phẩm (1.500 bản); "
        "thực hiện 1 lượt phát thanh."
    )


def test_it_is_compared_with_the_same_period_a_year_before(year: Content) -> None:
    assert paragraphs(year, "summary")[1] == (
        "So với cùng kỳ năm trước (từ ngày 15/12/2021 đến ngày 14/12/2022): tin, bài tăng 10 "
        "(từ 20 lên 30, tăng 50%); hoạt động khác tăng 5 (từ 3 lên 8, tăng 166,7%)."
    )


def test_channels_units_and_items_on_two_sites_are_told(year: Content) -> None:
    assert paragraphs(year, "web") == (
        "Số tin, bài đăng tải theo kênh: Trang thông tin điện tử của Sở: 26 tin, bài; "
        "Trang thông tin điện tử của Trung tâm: 4 tin, bài.",
        "30 lượt đăng nêu trên là của 28 tin, bài khác nhau; tin, bài đăng trên nhiều trang "
        "được tính theo từng trang.",
        "Theo phòng, đơn vị cung cấp: Chi cục TĐC: 4; TT TT&UD: 15; Văn phòng: 10; "
        "chưa ghi đơn vị: 1.",
    )


def test_themes_stand_in_the_order_of_the_plan(year: Content) -> None:
    first, *listed = paragraphs(year, "themes")
    assert first.endswith(":")
    assert listed == [
        "- Truyền thông đến công chức, viên chức: 3 tin, bài, 2 hoạt động khác;",
        "- Địa chỉ tiếp nhận, xử lý phản ánh, kiến nghị: 6 tin, bài, 1 hoạt động khác;",
        "- Công khai, minh bạch thủ tục hành chính: 8 tin, bài;",
        "- Mô hình, cách làm hay: 3 tin, bài, 1 hoạt động khác;",
        "- Quá trình và kết quả rà soát thủ tục hành chính: 4 tin, bài;",
        "- Lấy ý kiến người dân qua hệ thống điện tử: 1 tin, bài, 1 hoạt động khác;",
        "- Hoạt động và kết quả kiểm soát thủ tục hành chính: 4 tin, bài, 2 hoạt động khác;",
        "- Khẩu hiệu “Chung tay cải cách thủ tục hành chính”: 1 tin, bài, 1 hoạt động khác.",
    ]


def test_the_share_of_the_plan_is_told(year: Content) -> None:
    first, *listed = paragraphs(year, "targets")
    assert "4 chỉ tiêu của kế hoạch năm 2023" in first
    assert "2 chỉ tiêu đã hoàn thành" in first
    assert listed == [
        "- Tổng số tin, bài: thực hiện 30/40, đạt 75%;",
        "- Bài: thực hiện 9/12, đạt 75%;",
        "- Hội nghị: thực hiện 4/4, đạt 100%;",
        "- Mô hình, cách làm hay: thực hiện 3/2, đạt 150%.",
    ]
    assert rows(year, "targets")[0] == ("Tổng số tin, bài", 40, 30, 30, 75.0)


def test_what_stands_beside_the_figures_is_told(year: Content) -> None:
    expected, late, backdated, corrected, withdrawn, verified = paragraphs(year, "figures")
    assert expected == (
        "Ước đến ngày 14/12/2023: thực hiện thêm 2 tin, bài; cả kỳ ước đạt 32 tin, bài, "
        "8 hoạt động khác."
    )
    assert late.startswith("Có 1 mục thuộc kỳ này nhưng ghi nhận sau ngày chốt số liệu")
    assert backdated.startswith("Trong tổng số có 1 tin, bài ghi lùi ngày")
    assert corrected.startswith("Đã chỉnh sửa sau khi đăng 2 tin, bài với 3 lượt;")
    assert withdrawn.startswith("Đã gỡ 1 tin, bài, không tính vào số liệu")
    assert verified == (
        "Số liệu được đối chiếu với trang thông tin điện tử lúc 09 giờ 00 phút ngày 10/12/2023: "
        "29 mục khớp, 1 mục không khớp, được ghi chú tại Phụ lục."
    )


def test_every_breakdown_adds_up_to_the_total(year: Content) -> None:
    for table in year.breakdowns[:7]:
        counts = [row[1] for row in table.rows]
        assert sum(n for n in counts if isinstance(n, int)) == table.total[1] == 30, table.key
    crossed = year.table("theme-months")
    assert crossed
    for row in (*crossed.rows, crossed.total):
        assert sum(n for n in row[1:-1] if isinstance(n, int)) == row[-1]


def test_kinds_are_compared_line_by_line(year: Content) -> None:
    assert rows(year, "kinds") == [
        ("Tin", 14, 46.7, 12, 2),
        ("Bài", 9, 30.0, 8, 1),
        ("Hình ảnh", 4, 13.3, 0, 4),
        ("Video", 3, 10.0, 0, 3),
        ("Tổng cộng", 30, 100.0, 20, 10),
    ]
    assert rows(year, "activity-kinds") == [
        ("Hội nghị", 4, 310, None, 3, 1),
        ("Tập huấn, bồi dưỡng", 2, 95, None, 0, 2),
        ("Ấn phẩm", 1, None, 1500, 0, 1),
        ("Phát thanh", 1, None, None, 0, 1),
        ("Tổng cộng", 8, 405, 1500, 3, 5),
    ]


def test_months_without_items_are_told(year: Content) -> None:
    months = year.table("months")
    assert months
    assert [row[:2] for row in months.rows] == [
        ("12/2022", 1), ("01/2023", 2), ("02/2023", 3), ("03/2023", 4), ("04/2023", 2),
        ("05/2023", 3), ("06/2023", 2), ("07/2023", 0), ("08/2023", 4), ("09/2023", 3),
        ("10/2023", 3), ("11/2023", 2), ("12/2023", 1),
    ]  # fmt: skip
    chart = year.charts[0]
    assert chart.values == (1, 2, 3, 4, 2, 3, 2, 0, 4, 3, 3, 2, 1)
    assert "07/2023: 0; 08/2023: 4;" in chart.alt


def test_the_annex_lists_every_item_with_its_remarks(year: Content) -> None:
    assert [(t.key, len(t.rows)) for annex in year.annexes for t in annex.tables] == [
        ("items", 30), ("pending", 2), ("late", 1), ("withdrawn", 1), ("failed", 1),
        ("activities", 8), ("theme-months", 8),
    ]  # fmt: skip
    listed = rows(year, "items")
    assert listed[0] == (
        1,
        date(2022, 12, 20),
        "Công khai địa chỉ tiếp nhận phản ánh, kiến nghị",
        "Tin",
        "Địa chỉ tiếp nhận, xử lý phản ánh, kiến nghị",
        "Trần Thị Lan",
        "Trang thông tin điện tử của Sở",
        "https://so-khcn.example.vn/tin-01/",
        1,
        "",
    )
    remarks = {row[0]: row[9] for row in listed if row[9]}
    assert remarks == {
        2: "Đã sửa 2 lần",
        6: "Đã sửa 1 lần",
        13: "Không còn trên trang",
        17: "Ghi lùi ngày, thực tế đăng ngày 29/06/2023",
    }
    assert rows(year, "withdrawn")[0][9] == "Lý do gỡ: Trùng nội dung với tin đã đăng"


def test_the_day_of_a_late_sending_is_that_of_the_office() -> None:
    at = moment("30/6/2023", 2)  # still 29/6 in UTC
    sent = Publication(
        "so-khcn", "a", Event.PUBLISHED, status="publish", shown_at=moment("20/6/2023"), at=at
    )
    assert rows(of(sent), "items")[0][9] == "Ghi lùi ngày, thực tế đăng ngày 30/06/2023"


def test_royalties_are_no_part_of_what_leaves_the_house(year: Content) -> None:
    inside = {t.key for s in year.sections for t in s.tables}
    inside |= {t.key for annex in year.annexes for t in annex.tables}
    assert not any(key.startswith("royalty") for key in inside)
    counted = figures()
    assert rows(year, "royalty-authors")[-1][3] == due(counted).total == 5_680_000
    assert compose(counted, None, ISSUE, LABELS, ZONE).royalties == ()


def test_an_empty_period_is_said_so_and_shows_no_table() -> None:
    made = of()
    assert made.summary == (
        "Trong kỳ báo cáo (từ ngày 15/12/2022 đến ngày 14/12/2023), Sở Khoa học và Công nghệ "
        "chưa đăng tải tin, bài và chưa tổ chức hoạt động truyền thông nào."
    )
    assert [section.key for section in made.sections] == ["summary"]
    assert (made.annexes, made.charts) == ((), ())


def test_a_year_without_log_is_not_compared_with_nothing() -> None:
    counted = figures()
    assert counted.before
    none = replace(counted.before, total=0, activities=Activities())
    made = compose(replace(counted, before=none), None, ISSUE, LABELS, ZONE)
    assert paragraphs(made, "summary")[1] == (
        "Nhật ký đăng bài không có số liệu cùng kỳ năm trước để so sánh."
    )
    kinds = made.table("kinds")
    assert kinds
    assert [column.head for column in kinds.columns] == ["Thể loại", "Số tin, bài", "Tỷ lệ (%)"]


def test_fewer_than_before_is_a_decrease() -> None:
    counted = figures()
    assert counted.before
    more = replace(counted.before, total=40)
    made = compose(replace(counted, before=more), None, ISSUE, LABELS, ZONE)
    assert "tin, bài giảm 10 (từ 40 xuống 30, giảm 25%)" in paragraphs(made, "summary")[1]
    same = replace(counted.before, total=30)
    made = compose(replace(counted, before=same), None, ISSUE, LABELS, ZONE)
    assert "số tin, bài không thay đổi (30)" in paragraphs(made, "summary")[1]


def test_figures_that_nobody_verified_are_said_so() -> None:
    made = compose(replace(figures(), verified=None), None, ISSUE, LABELS, ZONE)
    assert paragraphs(made, "figures")[-1] == (
        "Số liệu chưa được đối chiếu với trang thông tin điện tử."
    )


@pytest.mark.parametrize(
    ("period", "name"),
    [
        (periods.year(2023), "năm 2023"),
        (periods.quarter(2023, 1), "quý I năm 2023"),
        (periods.quarter(2023, 4), "quý IV năm 2023"),
        (periods.half(2023, 1), "6 tháng đầu năm 2023"),
        (periods.half(2023, 2), "6 tháng cuối năm 2023"),
        (periods.nine_months(2023), "9 tháng đầu năm 2023"),
        (periods.month(2023, 1), "tháng 1 năm 2023"),
        (
            Period(date(2023, 3, 1), date(2023, 3, 5)),
            "từ ngày 01/03/2023 đến ngày 05/03/2023",
        ),
    ],
)
def test_periods_have_the_names_of_the_decree(period: Period, name: str) -> None:
    assert words.period(period) == name


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (1234567, Form.NUMBER, "1.234.567"),
        (91.7, Form.PERCENT, "91,7"),
        (100.0, Form.PERCENT, "100,0"),
        (3, Form.CHANGE, "+3"),
        (-1200, Form.CHANGE, "-1.200"),
        (0, Form.CHANGE, "0"),
        (Decimal("2.5"), Form.DECIMAL, "2,5"),
        (Decimal("2.50"), Form.DECIMAL, "2,5"),
        (Decimal("10"), Form.DECIMAL, "10"),
        (372_500, Form.MONEY, "372.500"),
        (date(2023, 3, 5), Form.DATE, "05/03/2023"),
        (None, Form.NUMBER, ""),
        (("a", "b"), Form.LINKS, "a; b"),
    ],
)
def test_values_look_vietnamese(value: Value, form: Form, text: str) -> None:
    assert shown(value, form) == text


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2023, 1, 5), "ngày 05 tháng 01 năm 2023"),
        (date(2023, 2, 11), "ngày 11 tháng 02 năm 2023"),
        (date(2023, 3, 9), "ngày 09 tháng 3 năm 2023"),
        (date(2023, 12, 31), "ngày 31 tháng 12 năm 2023"),
    ],
)
def test_days_below_10_and_months_1_and_2_get_a_zero(day: date, text: str) -> None:
    assert words.long_day(day) == text


@pytest.mark.parametrize(
    ("number", "line"),
    [
        ("5", "Số: 05/BC-SKHCN"),
        ("125", "Số: 125/BC-SKHCN"),
        ("05", "Số: 05/BC-SKHCN"),
        ("5a", "Số: 5a/BC-SKHCN"),
        ("", "Số:         /BC-SKHCN"),
    ],
)
def test_numbers_below_10_get_a_zero(number: str, line: str) -> None:
    assert replace(ISSUE, number=number).number_line == line


def test_what_the_office_left_out_is_left_open() -> None:
    made = content(replace(ISSUE, profile=Profile()))
    assert made.issue.place_and_day.startswith("……")
    assert made.opening.startswith("Cơ quan báo cáo kết quả")


@pytest.mark.parametrize(
    ("start", "numbers"),
    [
        ("", ["I", "II"]),
        ("7", ["7.1", "7.2"]),
        ("7.", ["7.1", "7.2"]),
        ("VII", ["1", "2"]),
        ("2.3", ["2.3.1", "2.3.2"]),
        ("g", ["g.1", "g.2"]),
    ],
)
def test_headings_continue_the_numbers_of_the_other_report(start: str, numbers: list[str]) -> None:
    assert [heading_number(start, n) for n in (1, 2)] == numbers


PROFILES = """
[organisation]
name = "Sở A"
place = "Tỉnh A"
signer = "Người cũ"
recipients = ["Như trên"]

[[organisation.profile]]
since = 01/07/2025
name = "Sở B"
place = "Thành phố B"

[[organisation.profile]]
since = "01/01/2024"
signer = "Người mới"
"""


def test_the_profile_is_that_of_the_day_of_the_report(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(PROFILES.replace("01/07/2025", "2025-07-01"), encoding="utf-8")
    office = config.load(file).organisation
    days = [date(2023, 12, 31), date(2024, 1, 1), date(2025, 6, 30), date(2025, 7, 1)]
    assert [(p.name, p.place, p.signer) for p in map(office.on, days)] == [
        ("Sở A", "Tỉnh A", "Người cũ"),
        ("Sở A", "Tỉnh A", "Người mới"),
        ("Sở A", "Tỉnh A", "Người mới"),
        ("Sở B", "Thành phố B", "Người mới"),
    ]
    assert office.on(days[-1]).recipients == ("Như trên",)


def test_tables_have_a_value_for_every_column(year: Content) -> None:
    tables: list[Table] = [
        *year.breakdowns,
        *(t for annex in year.annexes for t in annex.tables),
        *year.royalties,
    ]
    for table in tables:
        for row in (*table.rows, *([table.total] if table.total else [])):
            assert len(row) == len(table.columns), table.key
