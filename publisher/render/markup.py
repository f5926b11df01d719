"""Markdown → sanitised HTML, and HTML ⇄ tree."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from typing import cast

import lxml.html
import nh3
from lxml import etree
from lxml.html import HtmlElement
from markdown import Markdown
from markdown.preprocessors import Preprocessor

from publisher.text import nfc

DEPTH = 80  # nobody reads a list of twenty levels
EXTENSIONS = ("tables", "footnotes", "attr_list", "sane_lists", "abbr", "fenced_code")

# What an author may write. WordPress lets its "author" role store every one of these tags, so
# nothing that passes here is lost there.
TAGS = frozenset({
    "a", "abbr", "b", "blockquote", "br", "caption", "cite", "code", "dd", "del", "details",
    "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6",
    "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "samp", "small",
    "span", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead",
    "tr", "u", "ul", "var",
})  # fmt: skip
# Their text is not meant to be read either, so it goes with them.
REMOVED_WHOLE = frozenset({
    "embed", "iframe", "math", "noembed", "noframes", "noscript", "object", "option",
    "plaintext", "script", "select", "style", "svg", "template", "textarea", "title", "xmp",
})  # fmt: skip
ATTRIBUTES: Mapping[str, frozenset[str]] = {
    "*": frozenset({"lang", "dir", "id"}),
    "a": frozenset({"href"}),
    "abbr": frozenset({"title"}),
    "details": frozenset({"open"}),
    "img": frozenset({"src", "alt", "title"}),
    "ol": frozenset({"start", "reversed"}),
    "td": frozenset({"colspan", "rowspan", "style"}),
    "th": frozenset({"colspan", "rowspan", "scope", "style"}),
} | {tag: frozenset({"style"}) for tag in ("p", "h1", "h2", "h3", "h4", "h5", "h6")}
# A class can borrow the look or the script of a theme, so only our own footnotes keep theirs.
CLASSES: Mapping[str, frozenset[str]] = {
    "a": frozenset({"footnote-ref", "footnote-backref"}),
    "div": frozenset({"footnote"}),
}
# "picture:" and "post:" are ours alone: they are set after sanitising, never by an author.
SCHEMES = frozenset({"http", "https", "mailto", "tel"})
SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)

_CLEANER = nh3.Cleaner(
    tags=set(TAGS),
    clean_content_tags=set(REMOVED_WHOLE),
    attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
    allowed_classes={tag: set(names) for tag, names in CLASSES.items()},
    url_schemes=set(SCHEMES),
    filter_style_properties={"text-align"},
    link_rel=None,  # no link opens a window, so there is no opener to hide
    strip_comments=True,
)
_TAG = re.compile(r"<([a-zA-Z][a-zA-Z0-9]*)")
# What no HTML may hold.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_TOO_DEEP = etree.XPath(f"boolean(.//*[ancestor::*[{DEPTH}]])")
_VOID = frozenset({"br", "hr", "img"})
_BULLET = re.compile(r"[-*+] +\S")
_FIRST = re.compile(r"1[.)] +\S")
_ITEM = re.compile(r"(?:[-*+]|\d+[.)])\s")
_RULE_CELL = r"\s*:?-+:?\s*"
_TABLE_RULE = re.compile(rf"\|?{_RULE_CELL}(?:\|{_RULE_CELL})+\|?|\|{_RULE_CELL}\|")


class _Breaks(Preprocessor):
    """Lets a list or a table follow a line of text, as people write it in Word.

    Markdown proper wants an empty line there; without one the table comes out as raw pipes.
    """

    def run(self, lines: list[str]) -> list[str]:
        result: list[str] = []
        inside = False  # within a paragraph that already is a list, a table or a quote
        for line, following in zip(lines, [*lines[1:], ""], strict=True):
            blank = not line.strip()
            table = "|" in line and bool(_TABLE_RULE.fullmatch(following.strip()))
            starts = table or bool(_BULLET.match(line) or _FIRST.match(line))
            if starts and not inside and result and result[-1].strip():
                result.append("")
            begun = starts or bool(_ITEM.match(line)) or line.startswith((">", " ", "\t"))
            inside = not blank and (inside or begun)
            result.append(line)
        return result


_local = threading.local()


def _markdown() -> Markdown:
    # Building one takes longer than using it, and it is not safe between threads.
    engine = cast("Markdown | None", getattr(_local, "engine", None))
    if engine is None:
        # WordPress' kses takes the colon of "#fn:1" for a scheme and removes it; the arrow's
        # variation selector keeps it from becoming an emoji.
        notes = {"SEPARATOR": "-", "BACKLINK_TEXT": "&#8617;&#xFE0E;"}
        engine = Markdown(extensions=list(EXTENSIONS), extension_configs={"footnotes": notes})
        # After fenced code (25) and raw HTML (20) are out of the way.
        engine.preprocessors.register(_Breaks(engine), "line-breaks", 12)
        _local.engine = engine
    engine.reset()
    return engine


def printable(text: str) -> str:
    """Return text in NFC without control characters; Word's line break (VT) becomes a space."""
    return _CONTROL.sub("", nfc(text).replace("\v", " ").replace("\f", " "))


def to_html(markdown: str) -> str:
    """Return the HTML of Markdown text, raw HTML in it untouched: not safe yet."""
    return _markdown().convert(markdown)


def removed_whole(html: str) -> set[str]:
    """Return the names of the elements that :func:`sanitise` takes out with their content."""
    return {tag.lower() for tag in _TAG.findall(html)} & REMOVED_WHOLE


def sanitise(html: str) -> HtmlElement:
    """Return the tree (a div around it) of what the allow-lists above leave of HTML.

    Raise RecursionError for elements within elements more than ``DEPTH`` deep.
    """
    root = _parse(_CONTROL.sub("", _CLEANER.clean(html)))  # "&#27;" is a character by now
    if _TOO_DEEP(root):
        # Below 256 libxml2 would drop the words without a sound.
        raise RecursionError
    return root


def lost(html: str, root: HtmlElement, tag: str, name: str) -> list[str]:
    """Return the addresses that sanitising took from elements of one kind, in their order."""
    before = [e.get(name, "") for e in _parse(html).iter(tag)]
    after = list(root.iter(tag))
    if len(before) == len(after):
        return [b for b, a in zip(before, after, strict=True) if name not in a.attrib]
    # Some went with what stood around them: those whose scheme says why are told of.
    schemes = ((address, SCHEME.match(address)) for address in before)
    return [address for address, m in schemes if m and m[1].lower() not in SCHEMES]


def serialise(root: HtmlElement) -> str:
    """Return the HTML inside a tree, no "<" or ">" in it but those of tags."""
    # XML form, as only it escapes "<" within attributes: an alt text must not be able to hold
    # a block comment. An empty text keeps <td></td> from becoming <td/>.
    for element in root.iter():
        if element.text is None and not len(element) and element.tag not in _VOID:
            element.text = ""
    whole = etree.tostring(root, encoding="unicode")
    return whole[whole.index(">") + 1 : -len("</div>")].replace("/>", ">").strip()


def _parse(html: str) -> HtmlElement:
    return lxml.html.fragment_fromstring(html, create_parent="div")
