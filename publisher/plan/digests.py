"""What decides whether a site holds what it should."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

from publisher import channels
from publisher.model import (
    Article,
    Credit,
    Publication,
    Target,
    digest_of,
)


def wanted_digest(
    article: Article, target: Target, links: Mapping[str, str], credit: Credit | None = None
) -> str:
    """Return the digest of what a site should hold, its links leading to these addresses.

    credit: the source that it states there, if it is a copy; where only a short text is taken,
    that is all that counts.
    """
    if short := target.abilities.short:
        link = credit.url if credit else ""
        said = channels.message(article, target.name, short, link)
        beside = (channels.title_of(article), channels.cover_of(article)) if short.titled else ()
        return digest_of("short", said, *beside)
    own, here = article.post.categories, target.categories_of(article.post)
    defaults = () if own else target.categories
    # What few sites have changes the digest only where they have it.
    more: dict[str, object] = {"categories": here} if own and here != own else {}
    if target.author:
        more["author"] = target.author
    if credit:
        more["credit"] = [credit.text, credit.url]
    parts = (article.digest, target.editor, defaults, sorted(links.items()))
    return digest_of(*parts, *([more] if more else ()))


def live(publication: Publication) -> bool:
    """Return whether a publication was not withdrawn."""
    return not publication.withdrawn


def same_title(title: str) -> str:
    """Return what titles that differ by escapes, spaces or case have in common."""
    return " ".join(html.unescape(title).split()).casefold()


def letters(markup: str) -> str:
    """Return the letters and digits that a reader sees, so that markup does not matter."""
    text = re.sub(r"<!--.*?-->|<[^>]*>", " ", markup, flags=re.DOTALL)
    return re.sub(r"\W+", "", html.unescape(text)).casefold()
