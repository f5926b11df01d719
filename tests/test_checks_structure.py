"""Headings, links, tables and pictures that everybody can use."""

from __future__ import annotations

import pytest

from publisher.checks import external_links
from publisher.model import GalleryItem, Severity
from tests.checked import post, problems, told


@pytest.mark.parametrize(
    "body",
    [
        "## A\n\n### B\n\n## C\n\n### D\n\n#### E\n\n## F",
        "# A\n\n## B\n\n### C",  # render moves them all down by one
        "A\n\n## B ##\n\nC\n===\n\nD",
        "```\n#### mã\n```\n\n`# mã`",
        "| A |\n|---|\n| # |\n\n- a\n- b\n\n---\n\nHết.",
        "<!--\n#### ghi chú\n-->",
    ],
)
def test_headings_in_order(body: str) -> None:
    assert told(body) == []


@pytest.mark.parametrize(
    ("body", "line", "fixed"),
    [
        ("### A", 20, "## A"),
        ("## A\n\n#### B **b**", 22, "### B **b**"),
        ("# A\n\n### B", 22, "## B"),
        ("Một\n===\n\n### B", 23, "## B"),
        ("## A\n\n<h4>B</h4>", 22, "### <h4>B</h4>"),
        ("## A\n\n### B\n\n##### C\n\n###### D", 24, "#### C"),
    ],
)
def test_a_heading_that_leaves_out_a_level(body: str, line: int, fixed: str) -> None:
    (problem, *_) = problems(body)
    assert (problem.code, problem.where.line) == ("heading-skipped", line)
    assert problem.params["fixed"] == fixed
    assert problem.severity is Severity.WARNING


@pytest.mark.parametrize("body", ["##", "## ", "## **", "## A\n\n### #", "<h2> </h2>"])
def test_a_heading_without_words(body: str) -> None:
    assert [code for code, _ in told(body)] == ["heading-empty"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("tại đây", "vague"), ("Tại\nđây", "vague"), ("**TẠI ĐÂY**", "vague"),
        ("xem thêm...", "vague"), ("Xem thêm »", "vague"), ("here", "vague"), ("", "empty"),
        (" ", "empty"), ("https://vidu.vn/a", "bare"), ("www.vidu.vn", "bare"),
    ],
)  # fmt: skip
def test_words_of_a_link_that_do_not_say_where_it_leads(text: str, reason: str) -> None:
    for body in (f"Mở [{text}](https://vidu.vn/a) ra.", f"Mở [{text}][1].\n\n[1]: https://vidu.vn"):
        assert [(p.code, p.params["reason"]) for p in problems(body)] == [("link-text", reason)]


@pytest.mark.parametrize(
    "body",
    [
        "[Thủ tục của Sở](https://vidu.vn/a) và [xem thêm về thủ tục](b.md)",
        "[![Quầy tiếp nhận hồ sơ](a.png)](https://vidu.vn)",
        "Chú thích[^1](xem cuối bài).\n\n[^1]: tại đây",
        "`[tại đây](a.md)` và \\[tại đây](a.md)",
        '<a id="dau"></a> <a href="https://vidu.vn">Trang của tỉnh</a>',
        "Trang dichvucong.vidu.vn của tỉnh.",
        "[1]: https://vidu.vn/a\n\nXem [trang của tỉnh][1] và [số].",
    ],
)
def test_links_that_say_where_they_lead(body: str) -> None:
    assert told(body) == []


def test_a_bare_address_in_the_text_is_told_with_what_to_write() -> None:
    (problem,) = problems("Một.\nTrang https://vidu.vn/a, và <https://vidu.vn/b>")[:1]
    assert (problem.code, problem.where.line) == ("link-text", 21)
    assert problem.params["link"] == "https://vidu.vn/a"
    assert len(problems("Trang https://vidu.vn/a, và <https://vidu.vn/b>")) == 2


@pytest.mark.parametrize("head", ["|  |  |", "| | |", "|||", " | "])
def test_a_table_without_names_of_its_columns(head: str) -> None:
    assert told(f"Bảng:\n\n{head}\n|---|---|\n| a | b |") == [("table-header", 22)]


def test_a_table_may_have_an_empty_corner() -> None:
    assert told("|  | Tin |\n|---|---:|\n| Tháng 1 | 5 |") == []


@pytest.mark.parametrize(
    ("picture", "code"),
    [
        ("![](a.png)", "alt-missing"), ("![ ](<a b.png>)", "alt-missing"),
        ('<img src="a.png">', "alt-missing"), ("<img src='a.png' alt=''>", "alt-missing"),
        ("![][anh]\n\n[anh]: a.png", "alt-missing"), ("![IMG_0123](a.png)", "alt-name"),
        ("![anh1](anh1.png)", "alt-name"), ("![a.JPG](a.png)", "alt-name"),
        ("![z4123 (2)](a.png)", "alt-name"), ("![quay-tiep-nhan](quay-tiep-nhan.png)", "alt-name"),
        ("![Hình 1](a.png)", "alt-name"),
    ],
)  # fmt: skip
def test_a_picture_that_is_not_described(picture: str, code: str) -> None:
    assert told(f"Một.\n\n{picture}") == [(code, 22)]


@pytest.mark.parametrize(
    "picture",
    [
        '![Quầy tiếp nhận](a.png "Chú thích")', "![Ảnh Bác Hồ](a.png)", "`![](a.png)`",
        '<img alt="Quầy tiếp nhận" src="a.png">', "![quầy tiếp nhận](quầy tiếp nhận.png)",
    ],
)  # fmt: skip
def test_a_picture_that_is_described(picture: str) -> None:
    assert told(picture) == []


def test_what_to_write_names_the_picture_as_it_was_written() -> None:
    (problem,) = problems("![](<ảnh/quầy 1.png>)")
    assert problem.params["path"] == "quầy 1.png"
    assert problem.params["link"] == "<ảnh/quầy 1.png>"


def test_pictures_of_a_gallery() -> None:
    gallery = (GalleryItem("a.png", "Phòng họp"), GalleryItem("b.png"), GalleryItem("c.png", "c"))
    assert told(post(gallery=gallery)) == [("alt-missing", 10), ("alt-name", 10)]


def test_the_links_to_other_websites_with_their_lines() -> None:
    body = (
        "[A](https://vidu.vn/a_(b)?x=1&amp;y=2#c)\n<https://vidu.vn/b>\n[C][1] `[d](http://d.vn)`\n"
        '<a href="http://vidu.vn/e">E</a> [F](b.md) [G](mailto:a@vidu.vn) ![H](h.png)\n\n'
        "[1]: https://vidu.vn/c"
    )
    assert sorted((link.where.line, link.url) for link in external_links(post(body))) == [
        (20, "https://vidu.vn/a_(b)?x=1&y=2#c"),
        (21, "https://vidu.vn/b"),
        (23, "http://vidu.vn/e"),
        (25, "https://vidu.vn/c"),
    ]
