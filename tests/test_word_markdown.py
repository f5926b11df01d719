"""Whatever stands in Word comes out of Markdown as it was written."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml.html import HtmlElement

from publisher.render.markup import sanitise, to_html
from publisher.text import nfc
from publisher.word.blocks import Block, Break, Cell, Inline, NoteMark, Paragraph, Span, Table
from publisher.word.markdown import write

# What people type, and all that Markdown or HTML could take for its own.
TEXT = st.text(
    st.sampled_from("ab1Đề ế.!?,:;-+=#*_`~|\\[](){}<>&\"'/^%$@ áẵ–…“”•") | st.characters(
        codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co", "Zl", "Zp", "Zs", "Cf", "Mn")
    ),
    max_size=24,
).map(nfc)  # fmt: skip
MARKS = st.frozensets(st.sampled_from(["b", "i", "u", "s", "sup", "sub"]), max_size=3)
SPANS = st.lists(st.builds(Span, TEXT, MARKS), min_size=1, max_size=5)


def html_of(*blocks: Block, **notes: list[Paragraph]) -> HtmlElement:
    lines = [line for line, _ in write(blocks, notes)]
    assert not any("\n" in line for line in lines)
    return sanitise(to_html("\n".join(lines)))


def said(text: str) -> str:
    return " ".join(text.split())


def words(element: HtmlElement) -> str:
    return said(str(element.text_content()))


def written(spans: list[Span]) -> str:
    return said("".join(span.text for span in spans))


@given(TEXT)
@example("1. Mục")
@example("1) Mục")
@example("- gạch đầu dòng")
@example("+ cộng")
@example("# thăng")
@example("> trích")
@example("~~~ rào")
@example("---")
@example("===")
@example("| a | b |")
@example("{: .x}")
@example("*[ab]: x")
@example("[^1]: x")
@example("&lt; &amp; &copy;")
@example("<script>alert(1)</script>")
@settings(max_examples=100, deadline=None)
def test_a_paragraph(text: str) -> None:
    root = html_of(Paragraph([Span(text)]))
    assert words(root) == said(text)
    assert [e.tag for e in root] == (["p"] if text.strip() else [])
    assert len(root) == 0 or len(root[0]) == 0


@given(st.sampled_from(["h1", "h2", "h3", "h6"]), TEXT.filter(str.strip))
@example("h2", "Ngôn ngữ C#")
@example("h1", "#")
@settings(max_examples=100, deadline=None)
def test_a_heading(role: str, text: str) -> None:
    root = html_of(Paragraph([Span(text)], role=role))
    assert words(root) == said(text)
    assert [e.tag for e in root] == [role]


@given(SPANS)
@settings(max_examples=100, deadline=None)
def test_words_keep_their_looks(spans: list[Span]) -> None:
    root = html_of(Paragraph(list[Inline](spans)))
    assert words(root) == written(spans)
    tags = {"strong": "b", "em": "i", "u": "u", "del": "s", "sup": "sup", "sub": "sub"}
    for tag, mark in tags.items():
        shown = said(" ".join(str(e.text_content()) for e in root.iter(tag)))
        meant = said(" ".join(span.text for span in spans if mark in span.marks))
        assert re.sub(r"\s", "", shown) == re.sub(r"\s", "", meant), tag


@given(st.lists(SPANS, min_size=1, max_size=4), st.data())
@settings(max_examples=100, deadline=None)
def test_a_list(items: list[list[Span]], data: st.DataObject) -> None:
    level = 0
    paragraphs: list[Paragraph] = []
    for spans in items:
        if written(spans):
            level = data.draw(st.integers(0, level + 1)) if paragraphs else 0
            paragraphs.append(Paragraph(list[Inline](spans), role="ul", level=level))
    root = html_of(*paragraphs)
    assert words(root) == said(" ".join(p.text for p in paragraphs))
    assert len(list(root.iter("li"))) == len(paragraphs)
    for paragraph, item in zip(paragraphs, root.iter("li"), strict=True):
        assert len(list(item.iterancestors("ul"))) == paragraph.level + 1


@given(st.lists(st.lists(SPANS, min_size=2, max_size=2), min_size=2, max_size=4))
@settings(max_examples=100, deadline=None)
def test_a_table(rows: list[list[list[Span]]]) -> None:
    table = Table([[Cell([Paragraph(list[Inline](spans))]) for spans in row] for row in rows])
    root = html_of(table)
    cells = [words(cell) for cell in root.iter("td", "th")]
    assert cells == [written(spans) for row in rows for spans in row]
    assert root.find(".//thead") is not None


@given(st.lists(SPANS, min_size=3, max_size=3))
@settings(max_examples=100, deadline=None)
def test_a_table_with_merged_cells(texts: list[list[Span]]) -> None:
    one, two, three = (Cell([Paragraph(list[Inline](spans))]) for spans in texts)
    one.columns = 2
    root = html_of(Table([[one], [two, three]]), Paragraph([Span("Sau bảng")]))
    assert [words(cell) for cell in root.iter("td", "th")] == [written(s) for s in texts]
    assert root[-1].tag == "p"
    assert next(root.iter("td")).get("colspan") == "2"


@given(TEXT.filter(str.strip), TEXT)
@settings(max_examples=100, deadline=None)
def test_a_link_and_a_note(text: str, note: str) -> None:
    spans: list[Inline] = [
        Span("Hay!"),
        Span(text, href="https://skhcn.gov.vn/a b/(c)?d=e*f_g&h=[i]"),
        Span("!"),
        NoteMark("1"),
    ]
    root = html_of(Paragraph(spans), **{"1": [Paragraph([Span(note or "x")])]})
    links = [a for a in root.iter("a") if a.get("href", "").startswith("https:")]
    assert [words(a) for a in links] == [said(text)]
    assert links[0].get("href") == "https://skhcn.gov.vn/a%20b/%28c%29?d=e%2Af%5Fg&h=%5Bi%5D"
    assert root.find(".//sup/a[@class='footnote-ref']") is not None
    if said(note):
        assert said(note) in words(root)


def test_a_break_within_a_paragraph() -> None:
    root = html_of(Paragraph([Span("một"), Break(), Span("- hai")]))
    assert len(list(root.iter("br"))) == 1
    assert words(root) == "một- hai"


@pytest.mark.parametrize(
    ("before", "after"), [("ul", "ul"), ("ol", "ul"), ("ul", "ol"), ("ol", "ol")]
)
def test_two_lists_stay_two(before: str, after: str) -> None:
    root = html_of(
        Paragraph([Span("một")], role=before, list_id="1"),
        Paragraph([Span("hai")], role=before, list_id="1", start=2),
        Paragraph([Span("ba")], role=after, list_id="2", start=1),
    )
    assert [e.tag for e in root] == ([before] if before == after == "ul" else [before, after])


def test_a_list_begins_with_its_number() -> None:
    root = html_of(
        Paragraph([Span("ba")], role="ol", list_id="1", start=3),
        Paragraph([Span("giữa")]),
        Paragraph([Span("bốn")], role="ol", list_id="1", start=4),
    )
    assert [ol.get("start") for ol in root.iter("ol")] == ["3", "4"]


def test_each_line_knows_its_paragraph() -> None:
    lines = write(
        [
            Paragraph([Span("một")], number=1),
            Paragraph([Span("hai")], number=2, align="center"),
            Table([[Cell([Paragraph([Span("ba")], number=3)])]], number=3),
            Paragraph([Span("bốn")], number=4),
        ],
        {},
    )
    shown = [(line, number) for line, number in lines if line]
    assert shown == [
        ("một", 1),
        ("hai", 2),
        ('{: style="text-align:center" }', 2),
        ("| ba |", 3),
        ("| --- |", 3),
        ("bốn", 4),
    ]
