"""The report as CSV and as Markdown."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from typing import Any

import markdown as library
import pytest
from lxml import html

from publisher.model import Event, Publication
from publisher.reports.composing import compose
from publisher.reports.content import Content, Part
from publisher.reports.csv import table
from publisher.reports.markdown import text
from publisher.reports.tables import Labels
from publisher.tally import Figures, tally
from tests import reported


@pytest.fixture(scope="module")
def figures() -> Figures:
    return reported.figures()


@pytest.fixture(scope="module")
def year() -> Content:
    return reported.content()


def lines(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))


def strange(titles: tuple[str, ...], **more: str) -> Figures:
    """Return the figures of items with these titles."""

    def rows() -> Iterator[Publication]:
        for number, title in enumerate(titles):
            yield Publication(
                site="a",
                key=str(number),
                event=Event.PUBLISHED,
                status="publish",
                title=title,
                kind="tin",
                shown_at=reported.moment("01/3/2023"),
                at=reported.moment("01/3/2023"),
                **more,  # type: ignore[arg-type]
            )

    return tally(rows(), reported.PERIOD, reported.ZONE)


# CSV


def test_excel_in_vietnam_opens_it_by_double_click(figures: Figures) -> None:
    data = table(figures, reported.LABELS)
    assert data.startswith(b"\xef\xbb\xbfNh\xc3\xb3m;Ng\xc3\xa0y;")
    assert data.count(b"\n") == data.count(b"\r\n") == 1 + 30 + 8


def test_one_row_for_each_item_and_each_activity(figures: Figures) -> None:
    found = lines(table(figures, reported.LABELS))
    assert Counter(line["Nhóm"] for line in found) == {"Tin, bài": 30, "Hoạt động": 8}
    assert Counter(line["Thể loại"] for line in found)["Bài"] == 9
    assert sum(int(line["Số ảnh"]) for line in found) == 61
    first = found[0]
    assert first["Ngày"] == "2022-12-20"  # not 20/12/2022, which is read by each region's rule
    assert first["Tiêu đề"] == "Công khai địa chỉ tiếp nhận phản ánh, kiến nghị"
    assert first["Trang"] == "Trang thông tin điện tử của Sở"
    assert first["Đường dẫn"] == "https://so-khcn.example.vn/tin-01/"
    assert first["Kết quả đối chiếu"] == "Khớp"
    held = found[30]
    assert (held["Thể loại"], held["Lượt người tham dự"]) == ("Hội nghị", "120")
    assert (held["Địa điểm"], held["Đường dẫn"], held["Số bản"]) == ("Hội trường Sở", "", "")


@pytest.mark.parametrize("title", ["=1+1", "+84", "-5", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_no_title_becomes_a_formula(title: str) -> None:
    (line,) = lines(table(strange((title,), url=title), reported.LABELS))
    assert line["Tiêu đề"] == f"'{title}"
    assert line["Đường dẫn"] == f"'{title}"


def test_separators_quotes_and_lines_stay_within_their_cell() -> None:
    title = 'a;b,c "d"\ne'
    (line,) = lines(table(strange((title,), unit="x;y"), reported.LABELS))
    assert (line["Tiêu đề"], line["Phòng, đơn vị"]) == (title, "x;y")


def test_nothing_counted_is_only_a_head() -> None:
    data = table(tally([], reported.PERIOD, reported.ZONE), Labels({}, {}))
    assert data.decode("utf-8-sig").count("\r\n") == 1


# Markdown


def shown(markdown: str) -> Any:
    """Return Markdown as others show it."""
    return html.fromstring(library.markdown(markdown, extensions=["tables"]))


def test_the_section_is_numbered_below_its_heading(year: Content) -> None:
    tree = shown(text(year, Part.SECTION, "7"))
    (top,) = tree.iter("h2")
    assert top.text == ("7. Công tác truyền thông hỗ trợ công tác kiểm soát thủ tục hành chính")
    numbers = [heading.text.split()[0] for heading in tree.iter("h3")]
    assert numbers == ["7.1.", "7.2.", "7.3.", "7.4.", "7.5.", "7.6."]


def test_tables_and_lists_are_tables_and_lists(year: Content) -> None:
    tree = shown(text(year, Part.SECTION))
    tables = {t.find("thead/tr/th").text: t for t in tree.iter("table")}
    assert list(tables) == [
        "Tháng", "Thể loại", "Trang", "Hình thức", "Nội dung", "Chỉ tiêu của kế hoạch",
    ]  # fmt: skip
    months = [[cell.text for cell in row] for row in tables["Tháng"].findall("tbody/tr")]
    assert months[3] == ["03/2023", "4"]  # the chart's numbers, where nothing can be drawn
    assert tables["Thể loại"].findall("tbody/tr")[-1].find("td/strong").text == "Tổng cộng"
    themes = next(ul for ul in tree.iter("ul"))
    assert len(themes.findall("li")) == 8
    assert themes.find("li").text.startswith("Truyền thông đến công chức, viên chức: 3 tin, bài")


def test_the_whole_has_head_signature_and_annexes(year: Content) -> None:
    full = text(year, Part.FULL)
    tree = shown(full)
    assert tree.findtext(".//h1") == (
        "BÁO CÁO: Kết quả truyền thông hỗ trợ công tác kiểm soát thủ tục hành chính năm 2023"
    )
    assert "Số: 05/BC-SKHCN" in full
    assert "./.\n" in full
    assert "**Nguyễn Văn Mẫu**" in full
    links = [a.get("href") for a in tree.iter("a")]
    assert "https://so-khcn.example.vn/tin-01/" in links
    headings = [heading.text for heading in tree.iter("h3")]
    assert headings[0] == "I. Kết quả chung"
    assert headings[-1].startswith("Phụ lục III.")
    assert "nhuận bút" not in full.casefold()
    assert "Tổng hợp nhuận bút theo tác giả" in text(year, Part.ROYALTIES)


@pytest.mark.parametrize(
    "title",
    [
        "a | b",
        "*đậm* _nghiêng_ `mã`",
        "[chữ](https://a.example)",
        "<b>x</b>",
        "\\| ~~gạch~~ &amp; R&D",
    ],
)
def test_titles_mean_nothing_but_themselves(title: str) -> None:
    content = compose(strange((title,)), None, reported.ISSUE, reported.LABELS, reported.ZONE)
    tree = shown(text(content, Part.ANNEX))
    row = next(t for t in tree.iter("table")).find("tbody/tr")
    assert len(row) == 9
    assert row[2].text_content() == title
    assert not row[2].findall(".//*")


def test_only_web_addresses_are_links() -> None:
    found = strange(("a",), url="javascript:alert(1)")
    content = compose(found, None, reported.ISSUE, reported.LABELS, reported.ZONE)
    assert not list(shown(text(content, Part.ANNEX)).iter("a"))
