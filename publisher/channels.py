"""The short text of an item on a channel, and the pictures that come with it."""

from __future__ import annotations

import re

from publisher.abilities import Short
from publisher.model import Article, Kind, Picture, Post
from publisher.text import words

_OWN_LENGTH = 300
"""Characters that are taken from the item itself where its author wrote no short text."""

_TITLE_LENGTH = 145
"""Of /v2.0/article/create: 150 characters; one of exactly 150 was refused."""

_LINK_LENGTH = 120
_GAP = "\n\n"
_SENTENCE_END = re.compile(r"[.!?…][\"”’)\]]*(?=\s)")


def text_of(article: Article, site: str, short: Short) -> str:
    """Return what a channel says of an item, without its link: never longer than it may be.

    The author's own words for the site or the channel (``social:``), those for all, else the
    excerpt or the first sentences, below the title where that has no place of its own.
    """
    post = article.post
    own = _own(post, site, short)
    if own:
        return own
    said = post.excerpt or _beginning(article.text)
    if short.titled:
        return said or post.title
    return _GAP.join(filter(None, (post.title, said)))


def message(article: Article, site: str, short: Short, link: str) -> str:
    """Return the whole text that is sent: what is said, cut at a word, and the link to it."""
    most = short.with_pictures if pictures_of(article, short) else short.limit
    if not short.titled:  # then the link has a place of its own too
        most -= length(_GAP + link)
    return f"{cut(text_of(article, site, short), most)}{_GAP}{link}"


def title_of(article: Article) -> str:
    """Return the title where it has a place of its own."""
    return cut(article.post.title, _TITLE_LENGTH)


def without(text: str, link: str) -> str:
    """Return a text that was made by :func:`message`, without its link."""
    return text.removesuffix(f"{_GAP}{link}")


def pictures_of(article: Article, short: Short) -> tuple[Picture, ...]:
    """Return the pictures that are sent with the text.

    A photo item shows its pictures; any other is shown by its link, whose card the channel
    makes of the item's page on the website.
    """
    if article.post.kind is not Kind.ANH:
        return ()
    return article.pictures[: short.pictures]


def cover_of(article: Article) -> str:
    """Return the digest of the picture that stands for an item, "" when there is none."""
    if article.featured:
        return article.featured
    if article.pictures:
        return article.pictures[0].digest
    return article.card.digest if article.card else ""


def cut(text: str, most: int) -> str:
    """Return a text of at most so many characters, shortened at a word with "…"."""
    if length(text) <= most:
        return text
    kept = text
    while length(kept) > most - 1:
        # By a whole character: half of one that UTF-16 writes as two is none.
        kept = kept[: len(kept) - max(1, (length(kept) - most + 1) // 2)]
    at = max((m.start() for m in re.finditer(r"\s", text[: len(kept) + 1])), default=0)
    return f"{(kept[:at] if at else kept).rstrip(' ,;:–-')}…"


def length(text: str) -> int:
    """Return the length of a text as channels count it: in UTF-16, an emoji is two."""
    return len(text.encode("utf-16-le")) // 2


def too_long(article: Article, site: str, short: Short) -> tuple[int, int] | None:
    """Return how long the author's own words are and may be, None when they are not cut.

    An address of usual length is kept free for the link.
    """
    most = short.with_pictures if pictures_of(article, short) else short.limit
    most -= 0 if short.titled else _LINK_LENGTH
    own = length(_own(article.post, site, short))
    return (own, most) if own > most else None


def _own(post: Post, site: str, short: Short) -> str:
    return next((post.social[k] for k in (site, short.channel, "") if post.social.get(k)), "")


def _beginning(text: str) -> str:
    """Return the first sentences of an item, as many as are short; else its first words."""
    ends = [m.end() for m in _SENTENCE_END.finditer(f"{text} ")]
    fitting = [end for end in ends if end <= _OWN_LENGTH]
    return words(text[: fitting[-1]]) if fitting else cut(words(text), _OWN_LENGTH)
