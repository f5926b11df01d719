"""The addresses on other websites that posts lead to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from publisher.checks.passages import body_of
from publisher.model import Post, Where

_TARGET = re.compile(
    r"\]\(\s*<?(https?://(?:[^\s<>()]|\([^\s<>()]*\))+)"
    r"|^ {0,3}\[[^\]\n]+\]:[ \t]*<?(https?://[^\s<>]+)"
    r"|<(https?://[^\s<>]+)>"
    r"|\bhref\s*=\s*[\"']?(https?://[^\s\"'<>]+)",
    re.MULTILINE | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Link:
    """An address on another website, and where it is written."""

    url: str
    where: Where


def external_links(post: Post) -> Iterator[Link]:
    """Yield what a reader can click on in a post and that leads to another website."""
    body = body_of(post)
    if "://" in body.markup:
        for found in _TARGET.finditer(body.markup):
            url = next(filter(None, found.groups()))
            yield Link(unescape(url), body.where(found.start()))
