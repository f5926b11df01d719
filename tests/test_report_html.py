"""The report as one page: in itself, and in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from lxml import etree, html
from playwright.sync_api import Browser, Page

from publisher.model import Event, Publication
from publisher.reports.charts import Bar, Said, columns, rows
from publisher.reports.composing import compose
from publisher.reports.content import Content, Part
from publisher.reports.html import page
from publisher.tally import tally
from tests import reported

SVG = {"s": "http://www.w3.org/2000/svg"}


@pytest.fixture(scope="module")
def year() -> Content:
    return reported.content()


@pytest.fixture(scope="module")
def full(year: Content) -> str:
    return page(year, Part.FULL)


def parsed(text: str) -> Any:
    return html.fromstring(text)


def words(text: str) -> str:
    return " ".join(parsed(text).text_content().split())


# What it says


def test_it_is_in_vietnamese_and_says_who_reports_what(full: str) -> None:
    tree = parsed(full)
    assert tree.get("lang") == "vi"
    assert " ".join(tree.find(".//h1").text_content().split()) == (
        "BÁO CÁO Kết quả truyền thông hỗ trợ công tác kiểm soát thủ tục hành chính năm 2023"
    )
    said = words(full)
    assert "Số: 05/BC-SKHCN" in said
    assert "Mẫu Sơn, ngày 11 tháng 12 năm 2023" in said
    assert "đã đăng tải 30 tin, bài, gồm: 14 tin, 9 bài, 4 hình ảnh, 3 video" in said
    assert "kèm theo./." in said
    assert "Nơi nhận: - Như trên;" in said


def test_every_heading_can_be_reached_from_the_top(full: str) -> None:
    tree = parsed(full)
    links = [a.get("href") for a in tree.iterfind(".//nav//a")]
    assert len(links) == 9
    for link in links:
        assert tree.get_element_by_id(link.removeprefix("#")).tag == "h2"
    levels = [int(h.tag[1]) for h in tree.iter("h1", "h2", "h3")]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_the_annex_lists_every_item_with_its_link(full: str) -> None:
    table = parsed(full).get_element_by_id("t-items")
    lines = table.findall("tbody/tr")
    assert len(lines) == 30
    assert lines[0].find("td/a").get("href") == "https://so-khcn.example.vn/tin-01/"
    assert [cell.get("scope") for cell in table.findall("thead/tr/th")] == ["col"] * 10
    assert lines[0].find("th").get("scope") == "row"


def test_the_parts(year: Content) -> None:
    section = page(year, Part.SECTION, "7")
    assert "7. Công tác truyền thông hỗ trợ" in words(section)
    assert "7.2. Đăng tải tin, bài" in words(section)
    assert "Nơi nhận" not in section and 'id="t-items"' not in section
    annex = page(year, Part.ANNEX)
    assert 'id="t-items"' in annex and "Nơi nhận" not in annex
    royalties = page(year, Part.ROYALTIES)
    assert 'id="t-royalty-authors"' in royalties
    for part in (section, annex, page(year, Part.FULL)):
        assert "royalty" not in part


def test_nothing_was_published() -> None:
    figures = tally([], reported.PERIOD, reported.ZONE)
    content = compose(figures, None, reported.ISSUE, reported.LABELS, reported.ZONE)
    for part in Part:
        assert "<svg xmlns" not in page(content, part)
    assert "chưa đăng tải tin, bài" in words(page(content, Part.FULL))


# What it is made of


def test_it_fetches_nothing_and_runs_nothing(full: str) -> None:
    tree = parsed(full)
    assert not tree.xpath("//script | //iframe | //img | //object | //*[@style]")
    assert not tree.xpath("//@*[starts-with(name(), 'on')]")
    assert [link.get("rel") for link in tree.iter("link")] == ["icon"]
    (policy,) = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    style = tree.findtext(".//style")
    assert style is not None and "url(" not in style and "@import" not in style


def test_titles_are_text_whatever_they_hold() -> None:
    title = '<script>alert(1)</script> & “ngoặc” "kép"'
    rows = [
        Publication(
            site="a",
            key=str(number),
            event=Event.PUBLISHED,
            status="publish",
            title=title,
            kind="tin",
            theme='<b>\\"; }',
            url=url,
            shown_at=reported.moment("01/3/2023"),
            at=reported.moment("01/3/2023"),
        )
        for number, url in enumerate(("javascript:alert(1)", 'https://a.example/"><script>'))
    ]
    figures = tally(rows, reported.PERIOD, reported.ZONE)
    content = compose(figures, None, reported.ISSUE, reported.LABELS, reported.ZONE)
    full = page(content, Part.FULL)
    tree = parsed(full)
    assert not tree.xpath("//script")
    items = tree.get_element_by_id("t-items")
    assert [th.text for th in items.findall("tbody/tr/th")] == [title, title]
    assert [a.get("href") for a in items.iter("a")] == ['https://a.example/"><script>']
    assert '<b>\\"; }' in [th.text for th in tree.get_element_by_id("t-themes").iter("th")]


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours ``#rrggbb`` (WCAG 2.1, 1.4.3)."""

    def luminance(colour: str) -> float:
        parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
        red, green, blue = (
            part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_colours_can_be_told_apart_in_light_and_in_dark() -> None:
    style = (files("publisher") / "static" / "base.css").read_text("utf-8")
    light, dark = (
        dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", part))
        for part in re.findall(r":root \{(.*?)\}", style, re.DOTALL)[:2]
    )
    for colours in (light, {**light, **dark}):
        for text, ground in (
            ("ink", "ground"), ("ink", "wash"), ("quiet", "ground"), ("link", "ground"),
            ("link", "wash"), ("on-deep", "deep"), ("on-focus", "focus"), ("quiet", "wash"),
            ("kind", "kind-ground"), ("on-notice", "notice"), ("error", "ground"),
            ("error", "error-ground"), ("warn", "warn-ground"), ("good", "good-ground"),
        ):  # fmt: skip
            assert contrast(colours[text], colours[ground]) >= 4.5, (text, ground)
        assert contrast(colours["edge"], colours["ground"]) >= 3


# Charts


def test_a_chart_says_in_words_what_it_shows(full: str) -> None:
    months, themes = parsed(full).findall(".//figure")
    for figure in (months, themes):
        chart = figure.find(".//svg")
        assert chart.get("role") == "img"
        names = [figure.get_element_by_id(i) for i in chart.get("aria-labelledby").split()]
        assert [name.tag for name in names] == ["title", "desc"]
    assert "03/2023: 4" in months.findtext(".//desc")
    assert "Mô hình, cách làm hay: 3" in themes.findtext(".//desc")


def chart_of(*values: int) -> etree._Element:
    bars = [Bar(str(n), value) for n, value in enumerate(values, start=1)]
    return etree.fromstring(columns(bars, Said("a", "Tiêu đề", "Mô tả")))


def heights(chart: etree._Element) -> list[int]:
    return [int(bar.get("height", "")) for bar in chart.findall("s:rect", SVG)]


def test_columns_are_as_high_as_their_numbers() -> None:
    chart = chart_of(0, 5, 10, 1234)
    assert heights(chart_of(1, 2, 4)) == [38, 75, 150]
    assert len(heights(chart)) == 3  # nothing is drawn of nothing
    assert [text.text for text in chart.findall("s:text", SVG)][::2] == ["0", "5", "10", "1.234"]


def test_a_year_fits_and_more_months_make_the_chart_wider() -> None:
    assert chart_of(*[1] * 13).get("width") == "100%"
    assert chart_of(*[1] * 36).get("width") == str(36 * 26)


def test_lying_bars_carry_whole_labels() -> None:
    label = "Công khai, minh bạch thủ tục hành chính & <kết quả> giải quyết hồ sơ"
    chart = etree.fromstring(rows([Bar(label, 3), Bar("b", 0)], Said("b", "T", "M")))
    lines = [text.text for text in chart.findall("s:text", SVG)]
    assert len(lines) == 3
    assert " ".join(str(line) for line in lines[:2]) == label
    assert [bar.get("width") for bar in chart.findall("s:rect", SVG)] == ["86%"]


def test_no_bars_make_no_chart() -> None:
    said = Said("a", "", "")
    assert columns([], said) == rows([], said) == ""
    assert heights(chart_of(0, 0)) == []


# In a browser


@pytest.fixture
def file(tmp_path: Path, full: str) -> str:
    path = tmp_path / "báo cáo.html"
    path.write_text(full, "utf-8")
    return path.as_uri()


@pytest.fixture(params=["light", "dark"])
def browser_page(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(color_scheme=request.param)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("width", [320, 375, 1280])
def test_it_fits_phones_and_desks(browser_page: Page, file: str, width: int) -> None:
    said: list[str] = []
    browser_page.on("console", lambda message: said.append(message.text))
    browser_page.on("request", lambda request: said.append(request.url))
    browser_page.set_viewport_size({"width": width, "height": 800})
    browser_page.goto(file)
    assert browser_page.evaluate("document.documentElement.scrollWidth") <= width
    assert said == [file]  # nothing else asked for, nothing that the policy refused
    styled = browser_page.evaluate("getComputedStyle(document.querySelector('.masthead')).color")
    assert styled == "rgb(255, 255, 255)"
    cut = browser_page.evaluate(
        """() => [...document.querySelectorAll('.chart text')].filter(text => {
            const box = text.getBoundingClientRect();
            const page = document.documentElement.clientWidth;
            return box.right > page + 1 || box.left < 0;
        }).map(text => text.textContent)"""
    )
    assert cut == []


def test_a_row_of_a_broad_table_becomes_a_block_on_a_phone(browser_page: Page, file: str) -> None:
    browser_page.set_viewport_size({"width": 375, "height": 800})
    browser_page.goto(file)
    head = browser_page.evaluate(
        "getComputedStyle(document.querySelector('#t-items tbody th'), '::before').content"
    )
    assert head == '"Tiêu đề: "'
    browser_page.set_viewport_size({"width": 1280, "height": 800})
    head = browser_page.evaluate(
        "getComputedStyle(document.querySelector('#t-items tbody th'), '::before').content"
    )
    assert head == "none"


def test_it_prints_upright_and_its_annex_across(browser_page: Page, file: str) -> None:
    browser_page.goto(file)
    pdf = browser_page.pdf(prefer_css_page_size=True)
    sizes = [
        tuple(round(float(number)) for number in box.split())[2:]
        for box in re.findall(rb"/MediaBox\s*\[([^\]]+)\]", pdf)
    ]
    assert set(sizes) <= {(595, 842), (596, 842), (842, 595), (842, 596)}
    upright = [width < height for width, height in sizes]
    assert upright[0] and not upright[6 if len(upright) > 6 else -2]


def test_many_months_can_be_scrolled_to(browser_page: Page, tmp_path: Path, year: Content) -> None:
    chart = year.charts[0]
    labels = tuple(f"{n % 12 + 1:02}/{2020 + n // 12}" for n in range(40))
    long = replace(chart, labels=labels, values=tuple(range(40)))
    sections = tuple(
        replace(s, charts=(long,) if s.key == "web" else s.charts) for s in year.sections
    )
    path = tmp_path / "dai.html"
    path.write_text(page(replace(year, sections=sections), Part.FULL), "utf-8")
    browser_page.set_viewport_size({"width": 375, "height": 800})
    browser_page.goto(path.as_uri())
    assert browser_page.evaluate("document.documentElement.scrollWidth") <= 375
    inside = browser_page.evaluate("document.querySelector('.drawing').scrollWidth")
    assert inside >= 40 * 26
