"""What a post becomes: figures, links, tables, and above all what does not get through."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.model import (
    Article,
    GalleryItem,
    Kind,
    Post,
    Problem,
    RemoteMedia,
    Severity,
    SourceFile,
    Where,
    digest_of,
)
from publisher.render import Labels, fill, render

LABELS = Labels("Tác giả", "Nguồn", "Căn cứ", "Trở lại nội dung")
FILES = ("anh.jpg", "ảnh hội nghị.jpg", "hinh/b.PNG", "ảnh #1.jpg", "50%.jpg", "ba_ra (1).jpg")
POSTS = {"bai-khac.md": "bai-khac", "../2023/bài khác.md": "2023/bài khác", "la.md": "a#b%c"}


def find(path: str) -> SourceFile | None:
    return SourceFile(f"posts/{path}", digest_of(path)) if path in FILES else None


def rendered(body: str = "", **fields: Any) -> tuple[Article | None, list[Problem]]:
    said: dict[str, Any] = {"key": "khoa", "file": "posts/khoa.md", "title": "Tiêu đề"}
    return render(Post(**{**said, "body": body, "body_line": 5, **fields}), find, POSTS.get, LABELS)


def article(body: str = "", **fields: Any) -> Article:
    made, problems = rendered(body, **fields)
    assert made, problems
    assert [problem for problem in problems if problem.code != "html-removed"] == []
    return made


def html(body: str) -> str:
    return article(body).html


def img(path: str, alt: str) -> str:
    return f'<img src="picture:{digest_of(path)}" alt="{alt}">'


def codes(problems: list[Problem]) -> list[tuple[str, int]]:
    return [(p.code, p.where.line) for p in problems]


# Pictures


def test_a_picture_alone_becomes_a_figure_with_its_title_as_caption() -> None:
    shown = html('![Ảnh](anh.jpg "Quang cảnh")')
    assert shown == f"<figure>{img('anh.jpg', 'Ảnh')}<figcaption>Quang cảnh</figcaption></figure>"


def test_a_picture_without_title_has_no_caption() -> None:
    assert html("![Ảnh](anh.jpg)") == f"<figure>{img('anh.jpg', 'Ảnh')}</figure>"


def test_pictures_in_one_paragraph_become_a_figure_each() -> None:
    shown = html('![a](anh.jpg) ![b](hinh/b.PNG "B")\n![c](anh.jpg)')
    assert shown.count("<figure>") == 3
    assert "<p>" not in shown


def test_a_picture_among_words_stays_there() -> None:
    assert html("Nút ![lưu](anh.jpg) này") == f"<p>Nút {img('anh.jpg', 'lưu')} này</p>"


def test_a_linked_picture_becomes_a_figure_with_its_link() -> None:
    shown = html('[![a](anh.jpg "T")](https://example.vn)')
    assert shown == (
        f'<figure><a href="https://example.vn">{img("anh.jpg", "a")}</a>'
        "<figcaption>T</figcaption></figure>"
    )


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ("ảnh hội nghị.jpg", "ảnh hội nghị.jpg"),
        ("<ảnh hội nghị.jpg>", "ảnh hội nghị.jpg"),
        ("ảnh%20hội%20nghị.jpg", "ảnh hội nghị.jpg"),
        ("%E1%BA%A3nh%20h%E1%BB%99i%20ngh%E1%BB%8B.jpg", "ảnh hội nghị.jpg"),
        (unicodedata.normalize("NFD", "ảnh hội nghị.jpg"), "ảnh hội nghị.jpg"),
        ("anh.jpg?x=1#y", "anh.jpg"),
        ("ảnh #1.jpg", "ảnh #1.jpg"),
        ("50%.jpg", "50%.jpg"),
        ("hinh\\b.PNG", "hinh/b.PNG"),
        ("ba_ra (1).jpg", "ba_ra (1).jpg"),
    ],
)
def test_a_path_is_understood_however_it_is_written(written: str, path: str) -> None:
    assert [p.digest for p in article(f"![x]({written})").pictures] == [digest_of(path)]


def test_raw_html_pictures_are_pictures_too() -> None:
    shown = html('<figure><img src="anh.jpg" alt="A" onerror="x()"><figcaption>C</figcaption>'
                 "</figure>")  # fmt: skip
    assert shown == f"<figure>{img('anh.jpg', 'A')}<figcaption>C</figcaption></figure>"


def test_each_picture_is_listed_once_as_it_first_appears() -> None:
    made = article(
        '![một](anh.jpg "Chú thích") và\n\n![hai](anh.jpg)\n\n![ba](hinh/b.PNG)',
        gallery=(GalleryItem("ảnh hội nghị.jpg", "bốn", "Bốn"), GalleryItem("anh.jpg", "năm")),
        featured_image="ba_ra (1).jpg",
    )
    listed = [(p.path, p.name, p.alt, p.caption) for p in made.pictures]
    assert listed == [
        ("posts/anh.jpg", "anh", "một", "Chú thích"),
        ("posts/hinh/b.PNG", "b", "ba", ""),
        ("posts/ảnh hội nghị.jpg", "anh-hoi-nghi", "bốn", "Bốn"),
        ("posts/ba_ra (1).jpg", "ba-ra-1", "", ""),
    ]
    assert made.featured == digest_of("ba_ra (1).jpg")


def test_the_first_picture_is_featured_when_none_is_named() -> None:
    assert article("![a](hinh/b.PNG)\n\n![b](anh.jpg)").featured == digest_of("hinh/b.PNG")
    assert article("Không có ảnh").featured == ""


def test_a_gallery_stands_after_the_body() -> None:
    gallery = (GalleryItem("anh.jpg", 'a "b"', "Chú <thích>"), GalleryItem("hinh/b.PNG", "c"))
    assert article("Chữ", gallery=gallery).html == (
        '<p>Chữ</p>\n<figure class="gallery"><figure>'
        f"{img('anh.jpg', 'a &quot;b&quot;')}<figcaption>Chú &lt;thích&gt;</figcaption></figure>\n"
        f"<figure>{img('hinh/b.PNG', 'c')}</figure>\n</figure>"
    )


# Problems


def test_all_problems_come_at_once_each_with_its_line() -> None:
    body = (
        "![a](thieu.jpg)\n\n![b](https://vnexpress.net/x.jpg)\n\nXem [c](mat.md#muc) và\n"
        "lại ![d](thieu.jpg)\n\n![e](data:image/png;base64,AAAA)\n\n![f](C:\\Users\\Lan\\f.jpg)\n"
    )
    made, problems = rendered(
        body,
        gallery=(GalleryItem("het.jpg"),),
        featured_image="http://a.vn/b.jpg",
        lines={"gallery": 3, "featured_image": 4},
    )
    assert made is None
    assert codes(problems) == [
        ("picture-missing", 5),
        ("picture-remote", 7),
        ("picture-missing", 10),
        ("picture-embedded", 12),
        ("picture-missing", 14),
        ("link-dead", 9),
        ("picture-missing", 3),
        ("picture-remote", 4),
    ]
    assert problems[0] == Problem(
        "picture-missing", Where("posts/khoa.md", 5), {"path": "thieu.jpg"}
    )
    assert problems[4].params == {"path": "C:\\Users\\Lan\\f.jpg"}


def test_a_picture_whose_path_is_part_of_another_is_found_on_its_own_line() -> None:
    _, problems = rendered("![a](anh.jpg)\n\n![b](xa.jpg)\n\n![c](a.jpg)")
    assert codes(problems) == [("picture-missing", 7), ("picture-missing", 9)]


@pytest.mark.parametrize("address", ["picture:abc", "post:khac", "javascript:alert(1)"])
def test_no_author_can_write_our_own_addresses(address: str) -> None:
    made, problems = rendered(f'<a href="{address}">x</a> <a href="{address.upper()}">y</a>')
    assert made
    assert made.html == "<p>x y</p>"
    assert made.links == ()
    assert [(p.code, p.severity) for p in problems] == [("link-refused", Severity.WARNING)] * 2
    made, problems = rendered(f'<img src="{address}">')
    assert made is None
    assert codes(problems) == [("picture-missing", 5)]


def test_a_link_to_a_file_that_is_not_there_holds_the_post_back() -> None:
    made, problems = rendered("Xem [mẫu đơn](mau%20thieu.pdf) này")
    assert made is None
    assert problems == [
        Problem("attachment-missing", Where("posts/khoa.md", 5), {"path": "mau%20thieu.pdf"})
    ]


def test_a_link_that_leads_nowhere_is_taken_away_with_a_warning() -> None:
    made, problems = rendered("Xem [trang thiếu](thieu.vn/trang) này")
    assert made
    assert made.html == "<p>Xem trang thiếu này</p>"
    assert problems == [
        Problem(
            "link-relative",
            Where("posts/khoa.md", 5),
            {"link": "thieu.vn/trang"},
            Severity.WARNING,
        )
    ]


def test_an_address_that_is_none_is_told_as_it_was_written() -> None:
    _, problems = rendered("![a](http://[::1)\n\n![b](thieu.jpg)")
    assert [p.params["path"] for p in problems] == ["http://[::1", "thieu.jpg"]


def test_a_post_nested_beyond_reason_is_a_problem_and_no_crash() -> None:
    made, problems = rendered(">" * 2000 + " x")
    assert made is None
    assert problems == [Problem("nesting-too-deep", Where("posts/khoa.md"))]


def test_control_characters_that_word_leaves_are_taken_away() -> None:
    made = article(
        "một\vhai\x00 \x1bb&#27;a", authors=("A\x02",), gallery=(GalleryItem("anh.jpg", "\v"),)
    )
    assert "<p>một hai ba</p>" in made.html
    assert "Tác giả: A." in made.html


# Links


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("bai-khac.md", "post:bai-khac"),
        ("bai-khac.md#phan-2", "post:bai-khac#phan-2"),
        ("../2023/bài khác.md", "post:2023/bài khác"),
        ("../2023/b%C3%A0i%20kh%C3%A1c.md#x", "post:2023/bài khác#x"),
        ("la.md", "post:a%23b%25c"),
        ("https://example.vn/a.md", "https://example.vn/a.md"),
        ("#muc", "#muc"),
        ("/gioi-thieu/", "/gioi-thieu/"),
        ("mailto:a@example.vn", "mailto:a@example.vn"),
        ("tel:+84254123456", "tel:+84254123456"),
    ],
)
def test_links(written: str, address: str) -> None:
    assert html(f"[x]({written})") == f'<p><a href="{address}">x</a></p>'


def test_the_keys_of_linked_posts_are_listed_once() -> None:
    made = article("[a](bai-khac.md) [b](la.md) [c](bai-khac.md#x)")
    assert made.links == ("bai-khac", "a#b%c")


# What does not get through


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ("a<script>alert(1)</script>b", "<p>ab</p>"),
        ("<style>p { color: red }</style>\n\nx", "<p>x</p>"),
        ('<p onclick="alert(1)">x</p>', "<p>x</p>"),
        ('<iframe src="https://a.vn">thay thế</iframe>\n\nx', "<p>x</p>"),
        ('<form action="/"><input name="a">x</form>', "x"),
        ("<svg><a href='javascript:x'><text>y</text></a></svg>x", "<p>x</p>"),
        ("<!-- wp:html -->x<!-- /wp:html -->", "<p>x</p>"),
        ('<p style="text-align: center; background: url(x)">x</p>',
         '<p style="text-align:center">x</p>'),
        ('<p style="position:fixed" class="wp-image-7">x</p>', "<p>x</p>"),
        ("x\n{: onclick='alert(1)' .popup }", "<p>x</p>"),
        ("[x](https://a.vn){: target=_blank onfocus=alert(1) }",
         '<p><a href="https://a.vn">x</a></p>'),
        ("`<script>` & <b>đậm</b>", "<p><code>&lt;script&gt;</code> &amp; <b>đậm</b></p>"),
    ],
)  # fmt: skip
def test_raw_html_is_sanitised(written: str, left: str) -> None:
    assert html(written) == left


def test_what_is_taken_out_whole_is_named_with_its_line() -> None:
    _, problems = rendered("Trước.\n\n<iframe src='https://a.vn'></iframe>\n\n<script>x</script>")
    assert [(p.code, p.where.line, p.params["tag"]) for p in problems] == [
        ("html-removed", 7, "iframe"),
        ("html-removed", 9, "script"),
    ]


@pytest.mark.parametrize("name", ["alt", "title"])
def test_no_attribute_can_hold_a_block_comment(name: str) -> None:
    shown = html(f'x <img src="anh.jpg" {name}="<!-- wp:html --><script>a</script>"> y')
    assert "<!--" not in shown
    assert "<script" not in shown
    assert "&lt;!-- wp:html --&gt;" in shown


PIECES = st.lists(
    st.sampled_from(
        [
            *("<", ">", '"', "'", "&", "<!--", "-->", "<p>", "</p>", "<b>", "</table>", "<td>"),
            *("<script>", "</script>", "<svg>", "<style>", "<noscript>", "<a href=", "<img src="),
            *("javascript:", "picture:x", "post:x", " onload=", "[a](", ")", "![", "](anh.jpg)"),
            *("\n", "\n\n", "- ", "> ", "|", "|-|", "```", "[^1]", "[^1]: ", "# ", "*", "_", "ữ"),
            *("{: ", "}", "*[a]: ", "&lt;", "&#58;", "\\", "\t", "    ", "1. ", "<details>"),
        ]
    ),
    max_size=25,
).map("".join)


@given(PIECES)
def test_whatever_is_written_nothing_dangerous_comes_out(body: str) -> None:
    made, _ = rendered(body)
    if made is None:
        return
    without_words = re.findall(r"<[^>]*>", made.html)
    assert "<!--" not in made.html
    assert made.html.count("<") == len(without_words)
    for tag in without_words:
        assert not re.match(r"</?(script|style|svg|noscript|iframe|h1|form)\b", tag)
        assert not re.search(r"\son\w+=", re.sub(r'"[^"]*"', '""', tag))
        assert not re.search(r'(href|src)="\s*(javascript|data|picture:x|post:x)', tag)


# Structure


def test_the_body_never_has_an_h1() -> None:
    assert html("# Một\n\n## Hai\n\n###### Sáu") == "<h2>Một</h2>\n<h3>Hai</h3>\n<h6>Sáu</h6>"
    assert html("## Hai\n\n### Ba") == "<h2>Hai</h2>\n<h3>Ba</h3>"


def test_a_table_has_a_head_whose_cells_say_what_they_head() -> None:
    shown = html("| A | B |\n|---|:-:|\n| 1 | 2 |").replace("\n", "")
    assert shown == (
        '<table><thead><tr><th scope="col">A</th><th scope="col" style="text-align:center">B</th>'
        '</tr></thead><tbody><tr><td>1</td><td style="text-align:center">2</td></tr></tbody>'
        "</table>"
    )


def test_the_first_row_of_a_raw_table_becomes_its_head() -> None:
    shown = html("<table><tr><td>A</td><td colspan=2>B</td></tr><tr><td>1</td></tr></table>")
    assert '<thead><tr><th scope="col">A</th><th colspan="2" scope="colgroup">B' in shown
    assert "<tbody><tr><td>1</td></tr></tbody>" in shown


def test_a_head_takes_the_rows_that_its_cells_span() -> None:
    rows = "<tr><td rowspan=2>A</td><td>B</td></tr><tr><td>C</td></tr><tr><td>1</td></tr>"
    shown = html(f"<table>{rows}</table>")
    assert shown.index("C</th>") < shown.index("</thead>") < shown.index("<td>1")


def test_row_headers_stay_in_their_rows() -> None:
    shown = html("<table><tr><th>A</th><td>1</td></tr><tr><th>B</th><td>2</td></tr></table>")
    assert "<thead>" not in shown
    assert shown.count('<th scope="row">') == 2


@pytest.mark.parametrize(
    ("written", "tag"),
    [
        ("Bảng:\n| a | b |\n|---|---|\n| 1 | 2 |", "<table>"),
        ("Gồm:\n- một\n- hai", "<ul>"),
        ("Gồm:\n1. một\n2. hai", "<ol>"),
    ],
)
def test_a_list_or_table_may_follow_a_line_of_text(written: str, tag: str) -> None:
    shown = html(written)
    assert shown.startswith("<p>")
    assert tag in shown
    assert shown.count("<p>") == 1


def test_code_keeps_its_lines_as_they_are() -> None:
    shown = html("```\na\n- b\n| c |\n|---|\n```")
    assert shown == "<pre><code>a\n- b\n| c |\n|---|\n</code></pre>"


def test_lines_of_one_paragraph_are_joined() -> None:
    assert html("một\nhai\n*ba*\n*bốn*") == "<p>một hai <em>ba</em> <em>bốn</em></p>"
    assert html("một  \nhai") == "<p>một<br>hai</p>"


def test_footnotes_have_names_that_wordpress_keeps_and_speak_the_language_of_the_site() -> None:
    shown = html("Chữ[^1].\n\n[^1]: Ghi chú.")
    assert 'href="#fn-1"' in shown
    assert 'id="fn-1"' in shown
    assert 'aria-label="Trở lại nội dung"' in shown
    assert "Jump back" not in shown


def test_one_post_leaves_nothing_in_the_next() -> None:
    article("Chữ[^1] TTHC.\n\n[^1]: Ghi chú.\n\n*[TTHC]: Thủ tục hành chính")
    assert html("TTHC [^1]") == "<p>TTHC [^1]</p>"


def test_text_is_the_words_alone() -> None:
    made = article(
        "## Mục\n\nMột **hai**ba[^1]\n- bốn\n\n| a | b |\n|---|---|\n| c | d |\n\nx<br>y\n\n"
        "[^1]: Năm\n",
        authors=("A",),
    )
    assert made.text == "Mục Một haiba bốn a b c d x y Năm"


# The last lines


def test_credits_are_the_last_lines() -> None:
    made = article(
        "Chữ",
        authors=("Nguyễn A & B", "Trần <C>"),
        source="Báo Bà Rịa - Vũng Tàu.",
        legal=("NĐ 63/2010/NĐ-CP", "QĐ 4077/QĐ-UBND"),
    )
    assert made.html == (
        '<p>Chữ</p>\n<p class="legal">Căn cứ: NĐ 63/2010/NĐ-CP; QĐ 4077/QĐ-UBND.</p>\n'
        '<p class="byline">Tác giả: Nguyễn A &amp; B, Trần &lt;C&gt;. '
        "Nguồn: Báo Bà Rịa - Vũng Tàu.</p>"
    )
    assert made.text == "Chữ"
    assert article("Chữ", source="C").html == '<p>Chữ</p>\n<p class="byline">Nguồn: C.</p>'


# Slug and digest


def test_the_slug_is_the_authors_or_comes_from_the_title() -> None:
    assert article().slug == "tieu-de"
    assert article(slug="rieng").slug == "rieng"


def test_the_digest_is_of_what_is_sent_and_of_nothing_else() -> None:
    base = article("![a](anh.jpg)\n\nChữ\n- một\n")
    same: list[dict[str, Any]] = [
        {"key": "khac", "file": "posts/khac.md", "body_line": 9},
        {"sites": ("mot-trang",)},
        {"body": "![a](anh.jpg)\r\n\r\nChữ\r\n- một\r\n"},
    ]
    other: list[dict[str, Any]] = [
        {"title": "Khác"},
        {"slug": "tieu-de"},
        {"excerpt": "Tóm tắt"},
        {"body": "![b](anh.jpg)\n\nChữ\n- một\n"},
        {"categories": ("Tin",)},
        {"tags": ("TTHC",)},
        {"featured_image": "hinh/b.PNG"},
        {"date": datetime(2023, 3, 15, tzinfo=UTC)},
        {"kind": Kind.BAI},
        {"theme": "ra-soat"},
        {"authors": ("A",)},
        {"unit": "Văn phòng"},
        {"source": "C"},
        {"legal": ("NĐ",)},
        {"gallery": (GalleryItem("anh.jpg"),)},
    ]

    def digest(fields: Mapping[str, Any]) -> str:
        return article(**{"body": "![a](anh.jpg)\n\nChữ\n- một\n", **fields}).digest

    assert {digest(f) for f in same} == {base.digest}
    assert len({base.digest, *(digest(f) for f in other)}) == len(other) + 1


def test_the_same_instant_has_the_same_digest_in_every_zone() -> None:
    hanoi = datetime(2023, 3, 15, 8, tzinfo=timezone(timedelta(hours=7)))
    assert article(date=hanoi).digest == article(date=hanoi.astimezone(UTC)).digest


def test_the_digest_is_the_same_in_every_process() -> None:
    code = (
        "from tests.test_render import article\n"
        'print(article(\'| a | b |\\n|:-:|--:|\\n| 1 | 2 |\\n\\n![x](anh.jpg "y")[^1]\\n\\n'
        "<ol start=3 reversed id=z lang=vi><li>a</ol>\\n\\n[^1]: b', tags=('x', 'y')).digest)"
    )
    digests = set()
    for seed in ("1", "2", "3"):
        done = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            cwd=Path(__file__).parents[1],
            env={**os.environ, "PYTHONHASHSEED": seed},
        )
        digests.add(done.stdout)
    assert len(digests) == 1


# Filling in addresses


def test_fill_puts_the_addresses_of_a_site_in() -> None:
    made = article("![a](anh.jpg)\n\n[b](bai-khac.md#c) [d](la.md) [*e* f](../2023/bài khác.md)")
    media = {digest_of("anh.jpg"): RemoteMedia("12", "https://a.vn/x.jpg?a=1&b=2", 800, 600)}
    links = {"bai-khac": "https://a.vn/?p=1&q=2", "a#b%c": "https://a.vn/la/"}
    assert fill(made.html, media, links) == (
        '<figure><img src="https://a.vn/x.jpg?a=1&amp;b=2" width="800" height="600" '
        'class="wp-image-12" alt="a"></figure>\n'
        '<p><a href="https://a.vn/?p=1&amp;q=2#c">b</a> <a href="https://a.vn/la/">d</a> '
        "<em>e</em> f</p>"
    )


def test_fill_says_no_size_that_is_not_known() -> None:
    media = {digest_of("anh.jpg"): RemoteMedia("a-b", "../x.jpg")}
    shown = fill(html("![a](anh.jpg)"), media, {})
    assert shown == '<figure><img src="../x.jpg" alt="a"></figure>'


def test_fill_leaves_words_about_addresses_alone() -> None:
    shown = html('`<img src="picture:x">` [a](https://a.vn "post:b") post:c')
    assert fill(shown, {}, {"b": "x", "c": "x"}) == shown
