"""The texts of a post as checks read them: with their lines, and without what is no prose."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from publisher.model import Post, Where

# What is hidden keeps its length, so that places and lines stay true; no text holds this
# character, and it is neither a letter, a digit nor white space.
HIDDEN = "\ue000"

_FENCE = re.compile(r"^(`{3,}|~{3,})[^\n]*\n.*?^\1[`~]*[ \t]*$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"(?<!`)(`+)(?!`)(?:[^\n]|\n(?!\s*\n)){1,400}?(?<!`)\1(?!`)")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
# Each kind of address, and what no text with one lacks. A number to call and an address to
# write to are shown to the reader, or are one click away, so they are not hidden.
_ADDRESSES = (
    (
        "](",
        re.compile(r"\]\(\s*(?!<?(?:mailto|tel):)(<[^>\n]*>|[^\s()]*(?:\([^\s()]*\)[^\s()]*)*)"),
    ),
    ("]:", re.compile(r"^ {0,3}\[[^\]\n]+\]:[ \t]*(\S+)", re.MULTILINE)),
    ("://", re.compile(r"((?:https?|ftp)://[^\s<>\"'”’»|]*[^\s<>\"'”’»|.,;:!?)])")),
    ("www.", re.compile(r"(www\.[^\s<>\"'”’»|]*[^\s<>\"'”’»|.,;:!?)])")),
    ("<", re.compile(r"(<[a-zA-Z/][^<>\n]*>)")),
)


@dataclass(frozen=True, slots=True)
class Passage:
    """A text of a post. key: of the front matter, or "" for the body.

    raw: as written. markup: without code and comments. prose: without addresses and tags
    either. shown: all that a reader meets, code too. All four have the same length.
    """

    post: Post
    key: str
    raw: str
    markup: str
    prose: str
    shown: str

    def where(self, at: int) -> Where:
        """Return the place of the character ``at``."""
        if self.key:
            return self.post.where(self.key if self.key in self.post.lines else "")
        return Where(self.post.file, self.post.body_line + self.raw.count("\n", 0, at))


def body_of(post: Post) -> Passage:
    """Return the body of a post."""
    raw = post.body
    seen = _hide(_COMMENT, raw) if "<!--" in raw else raw
    markup = seen
    if "```" in raw or "~~~" in raw:
        markup = _hide(_FENCE, markup)
    if "`" in markup:
        markup = _hide(_CODE, markup)
    prose = _without_addresses(markup)
    shown = prose if markup is seen else _without_addresses(seen)
    return Passage(post, "", raw, markup, prose, shown)


def fields_of(post: Post) -> Iterator[Passage]:
    """Yield the texts of the front matter that readers are shown."""
    texts = [("title", post.title), ("excerpt", post.excerpt), ("source", post.source)]
    texts += [("authors", name) for name in post.authors]
    texts += [("legal", entry) for entry in post.legal]
    texts += [("gallery", text) for item in post.gallery for text in (item.alt, item.caption)]
    for key, text in texts:
        if text:
            prose = _without_addresses(text)
            yield Passage(post, key, text, text, prose, prose)


def _without_addresses(text: str) -> str:
    for mark, pattern in _ADDRESSES:
        if mark in text:
            text = pattern.sub(_blank_address, text)
    return text


def _hide(pattern: re.Pattern[str], text: str) -> str:
    return pattern.sub(lambda found: _blank(found[0]), text)


def _blank_address(found: re.Match[str]) -> str:
    before = found[0][: found.start(1) - found.start()]
    return before + _blank(found[1])


def _blank(text: str) -> str:
    if "\n" not in text:
        return HIDDEN * len(text)
    return "\n".join(HIDDEN * len(line) for line in text.split("\n"))
