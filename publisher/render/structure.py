"""The shape of an article: figures, heading levels, table headers, white space, words.

Text alternatives, heading order and table headers are asked for by TT 32/2017/TT-BTTTT,
Điều 18, and WCAG 2.0.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import cast

from lxml import etree
from lxml.html import HtmlElement

from publisher.text import words

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_ALIGN = re.compile(r"text-align:\s*(left|center|right)\b")
_INLINE = frozenset({
    "a", "abbr", "b", "cite", "code", "del", "dfn", "em", "i", "img", "ins", "kbd", "mark", "q",
    "s", "samp", "small", "span", "strong", "sub", "sup", "u", "var",
})  # fmt: skip
_BREAK = re.compile(r"[ \t]*\n\s*")


def add(parent: HtmlElement, tag: str, text: str = "", **attributes: str) -> HtmlElement:
    """Add an element at the end of another and return it."""
    # Born in the tree: moving one in from outside costs lxml a hundred times as much.
    made = cast("HtmlElement", etree.SubElement(parent, tag, attributes))
    made.text = text or None
    return made


def make_figures(root: HtmlElement) -> None:
    """Replace every paragraph of nothing but pictures by a figure for each, title as caption."""
    for paragraph in list(root.iter("p")):
        parent = paragraph.getparent()
        shown = _pictures_alone(paragraph)
        if parent is None or not shown:
            continue
        for child, img in shown:
            figure = add(paragraph, "figure")
            child.tail = None
            figure.append(child)
            if caption := img.attrib.pop("title", ""):
                add(figure, "figcaption", caption)
            paragraph.addprevious(figure)
            figure.tail = "\n"
        # lxml removes the text after an element with it.
        paragraph.getprevious().tail = paragraph.tail
        parent.remove(paragraph)


def make_player(img: HtmlElement, use: str, address: str, name: str) -> None:
    """Turn a picture whose file is none into what plays it ("video", "audio") or leads to it.

    name: what the link says, and the caption of a player that has none. Within running text
    there is no room for a player, so that becomes a link too.
    """
    outer = img.getparent()
    if outer is not None and outer.tag == "a":  # a link within a link can't be
        outer.drop_tag()
        outer = img.getparent()
    figure = outer if outer is not None and outer.tag == "figure" else None
    img.attrib.clear()
    if figure is not None and use in ("video", "audio"):
        img.tag = use
        img.set("controls", "")
        img.set("src", address)
        if figure.find("figcaption") is None:
            add(figure, "figcaption", name)
        return
    img.tag = "a"
    img.text = name
    img.set("href", address)
    if figure is not None:
        figure.tag = "p"
        if (caption := figure.find("figcaption")) is not None:
            img.text = words(str(caption.text_content())) or name
            figure.remove(caption)


def lone_links(root: HtmlElement) -> None:
    """Make a paragraph of nothing but links to files one paragraph for each of them."""
    for paragraph in list(root.iter("p")):
        parent, links = paragraph.getparent(), list(paragraph)
        said = [paragraph.text, *(link.tail for link in links)]
        alone = links and not any((text or "").strip(" ,;\n") for text in said)
        if parent is None or not alone or not all(map(_offers, links)):
            continue
        for link in links:
            made = add(parent, "p", **{"class": "attachment"})
            paragraph.addprevious(made)
            link.tail = None
            made.append(link)
            made.tail = "\n"
        parent.remove(paragraph)


def _offers(link: HtmlElement) -> bool:
    return link.tag == "a" and link.get("href", "").startswith("media:") and not len(link)


def _pictures_alone(paragraph: HtmlElement) -> list[tuple[HtmlElement, HtmlElement]]:
    """Return the pictures, each with its link if it has one; [] when there are words too."""
    if (paragraph.text or "").strip():
        return []
    shown = []
    for child in paragraph:
        if (child.tail or "").strip():
            return []
        if child.tag == "img":
            shown.append((child, child))
        elif child.tag == "a" and len(child) == 1 and child[0].tag == "img":
            if str(child.text_content()).strip():
                return []
            shown.append((child, child[0]))
        elif child.tag != "br":
            return []
    return shown


def settle(root: HtmlElement, back: str) -> None:
    """Settle all the rest. ``back`` names the arrow that leads back from a footnote."""
    if root.find(".//h1") is not None:  # the title is the page's only h1
        for heading in root.iter(*_HEADINGS[:-1]):
            heading.tag = _HEADINGS[_HEADINGS.index(heading.tag) + 1]
    for table in root.iter("table"):
        _head(table)
    for part in root.iter():
        if "style" in part.attrib:
            align = _ALIGN.match(part.attrib.pop("style"))
            if align:
                part.set("style", f"text-align:{align[1]}")
        if part.get("class") == "footnote-backref":
            part.attrib.pop("title", None)
            if back:
                part.set("aria-label", back)
    _fold(root)


def _head(table: HtmlElement) -> None:
    """Make the first row the head, unless its first cell alone heads the row."""
    body = table.find("tbody")
    if table.find("thead") is None and body is not None and len(body):
        first = list(body[0])
        depth = max((int(_digits(c.get("rowspan", "1"))) for c in first), default=1)
        if depth < len(body) and len({c.tag for c in first}) == 1:
            head = add(table, "thead")
            head.extend(list(body)[:depth])
            body.addprevious(head)
            head.tail = "\n"
    for cell in table.iter("th"):
        if next(cell.iterancestors("thead"), None) is None:
            cell.set("scope", "row")
    for cell in table.iterfind("thead/tr/*"):
        cell.tag = "th"
        cell.set("scope", "colgroup" if int(_digits(cell.get("colspan", "1"))) > 1 else "col")


def _digits(number: str) -> str:
    return number if number.isdecimal() and number.isascii() and len(number) < 4 else "1"


def _fold(parent: HtmlElement) -> None:
    """Fold line breaks in running text to spaces: WordPress makes <br> of them."""
    if parent.tag == "pre":
        return
    if "\n" in (parent.text or ""):
        parent.text = _folded(parent.text, None, next(iter(parent), None))
    for child in parent:
        _fold(child)
        if "\n" in (child.tail or ""):
            child.tail = _folded(child.tail, child, child.getnext())


def _folded(text: str, before: HtmlElement | None, after: HtmlElement | None) -> str:
    blocks = [e for e in (before, after) if e is not None and e.tag not in _INLINE]
    if not text.strip() and blocks:
        return "\n" if blocks[0].tag != "br" else ""
    # After <br> the line has been broken already.
    start = text.lstrip() if before is not None and before.tag == "br" else text
    return _BREAK.sub(" ", start)


def words_of(part: HtmlElement) -> Iterator[str]:
    """Yield the words below an element, apart where the page keeps them apart."""
    if part.tag == "sup" and part.find("a[@class='footnote-ref']") is not None:
        return
    apart = part.tag not in _INLINE
    if apart:
        yield " "
    if part.get("class") != "footnote-backref":
        yield part.text or ""
        for child in part:
            yield from words_of(child)
            yield child.tail or ""
    if apart:
        yield " "
