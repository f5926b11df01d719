"""The HTML of an article → paragraphs, pictures and tables for paper; texts made short. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import lxml.html
from lxml.html import HtmlElement

from publisher.reports.printed.content import Block, Form, Grid, Picture, Run, Text
from publisher.text import words

_BLOCKS = frozenset(
    [
        "address",
        "article",
        "blockquote",
        "div",
        "dl",
        "dd",
        "dt",
        "figure",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "ul",
        "audio",
        "video",
    ]
)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_LEFT_OUT = frozenset(("audio", "video", "hr", "script", "style"))
# A sentence ends before a space and a capital or a figure; not after "TP." or "số 5.".
_END = re.compile(r"(?<=[^\W\d_A-ZĐ]{2}[.!?…])\s+(?=[^\Wa-z_])")
_NO_PROSE = (Form.HEADING, Form.NOTE)
_POINTS = 6
_POINT = 180  # characters


def blocks_of(html: str) -> tuple[Block, ...]:
    """Return what an article's HTML shows, in order; films and sounds are no paper's thing."""
    if not html.strip():
        return ()
    root = lxml.html.fragment_fromstring(html, create_parent="div")
    return tuple(_within(root, Form.TEXT))


def prose_of(blocks: tuple[Block, ...]) -> str:
    """Return what a text says, without headings, captions, tables and its last lines."""
    said = (b for b in blocks if isinstance(b, Text) and b.form not in _NO_PROSE)
    return words(" ".join(block.words for block in said))


def _within(parent: HtmlElement, form: Form) -> Iterator[Block]:
    """Yield the blocks inside an element; loose words become a paragraph."""
    loose: list[Run] = [Run(parent.text)] if parent.text else []
    for child in parent:
        if not isinstance(child.tag, str):  # a comment
            loose += [Run(child.tail)] if child.tail else []
            continue
        if child.tag in _BLOCKS:
            yield from _settled(loose, form)
            loose = []
            yield from _block(child, form)
        else:
            loose += _runs(child, Run(""))
        loose += [Run(child.tail)] if child.tail else []
    yield from _settled(loose, form)


def _block(element: HtmlElement, form: Form) -> Iterator[Block]:
    tag = str(element.tag)
    if tag in _LEFT_OUT:
        return
    if tag in _HEADINGS:
        yield from _within(element, Form.HEADING)
    elif element.get("class") == "footnote":
        yield from _footnotes(element)
    elif tag == "blockquote":
        yield from _within(element, Form.QUOTE)
    elif tag in ("ul", "ol"):
        yield from _list(element, numbered=tag == "ol")
    elif tag == "table":
        yield from _table(element)
    elif tag == "figure" and element.find("figure") is None:
        yield from _figure(element)
    else:
        note = element.get("class") in ("byline", "legal")
        yield from _within(element, Form.NOTE if note else form)


def _list(element: HtmlElement, *, numbered: bool) -> Iterator[Block]:
    form = Form.NUMBER if numbered else Form.BULLET
    for number, item in enumerate(element.iterchildren("li"), start=1):
        for block in _within(item, form):
            if isinstance(block, Text) and block.form is form and not block.number and numbered:
                yield Text(block.runs, form, number)
            else:
                yield block


def _footnotes(element: HtmlElement) -> Iterator[Block]:
    for block in _within(element, Form.NOTE):
        if isinstance(block, Text) and block.number:
            yield Text((Run(f"{block.number}. "), *block.runs), Form.NOTE)
        else:
            yield block


def _figure(element: HtmlElement) -> Iterator[Block]:
    caption = element.find("figcaption")
    text = words(str(caption.text_content())) if caption is not None else ""
    table = element.find("table")
    if table is not None:
        yield from _table(table)
        return
    for img in element.iter("img"):
        if digest := _digest(img):
            yield Picture(digest, text)
            text = ""


def _table(element: HtmlElement) -> Iterator[Block]:
    rows = [
        tuple(words(str(cell.text_content())) for cell in row.iterchildren("td", "th"))
        for row in element.iter("tr")
    ]
    broad = max(map(len, rows), default=0)
    if broad:
        filled = tuple((*row, *("",) * (broad - len(row))) for row in rows)
        yield Grid(filled, len(list(element.iterfind("thead/tr"))))


def _runs(element: HtmlElement, look: Run) -> Iterator[Run]:
    tag = str(element.tag)
    if tag == "br":
        yield Run("\n")
        return
    kind = element.get("class")
    if kind == "footnote-backref":  # paper has no way back
        return
    if kind == "footnote-ref":
        yield Run(words(str(element.text_content())), note=True)
        return
    url = element.get("href", "") if tag == "a" else ""
    look = Run(
        "",
        look.bold or tag in ("strong", "b"),
        look.italic or tag in ("em", "i", "cite"),
        url if url.startswith(("https://", "http://")) else look.url,
    )
    if element.text:
        yield Run(element.text, look.bold, look.italic, look.url)
    for child in element:
        if isinstance(child.tag, str):
            yield from _runs(child, look)
        if child.tail:
            yield Run(child.tail, look.bold, look.italic, look.url)


def _settled(runs: list[Run], form: Form) -> Iterator[Text]:
    """Yield a paragraph of runs with its white space as HTML has it, nothing for none."""
    made: list[Run] = []
    blank = True
    for run in runs:
        text = "\n" if run.text == "\n" else re.sub(r"\s+", " ", run.text)
        text = text.lstrip(" ") if blank else text
        if text:
            made.append(replace(run, text=text))
            blank = text[-1] in " \n"
    while made and not (last := made.pop()).text.rstrip():
        pass
    if made or (runs and any(run.text.strip() for run in runs)):
        made.append(replace(last, text=last.text.rstrip()))
        yield Text(tuple(made), form)


def _digest(img: HtmlElement) -> str:
    scheme, _, digest = str(img.get("src", "")).partition(":")
    return digest if scheme == "picture" else ""


def shortened(text: str, most: int) -> str:
    """Return at most so many characters: whole sentences, or words and an ellipsis."""
    text = words(text)
    if len(text) <= most:
        return text
    head = ""
    for end in _END.finditer(text):
        if end.start() > most:
            break
        head = text[: end.start()]
    if len(head) >= most // 2:
        return head
    return f"{text[:most].rpartition(' ')[0].rstrip(' ,;:.–-(“')}…"


def points_of(blocks: tuple[Block, ...]) -> tuple[str, ...]:
    """Return what an article itself lists: its first list, else its headings.

    A list of one is none, and so is one heading.
    """
    first: list[str] = []
    for block in blocks:
        if isinstance(block, Text) and block.form in (Form.BULLET, Form.NUMBER):
            first.append(block.words)
        elif first:
            break
    if len(first) < 2:
        headings = [b.words for b in blocks if isinstance(b, Text) and b.form is Form.HEADING]
        first = headings if len(headings) > 1 else []
    return tuple(shortened(point.rstrip(" ;.,"), _POINT) for point in first[:_POINTS])
