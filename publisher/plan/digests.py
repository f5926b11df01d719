"""What decides whether a site holds what it should."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

from publisher.model import (
    Article,
    Event,
    Publication,
    Target,
    digest_of,
)


def wanted_digest(article: Article, target: Target, links: Mapping[str, str]) -> str:
    """Return the digest of what a site should hold, its links leading to these addresses."""
    defaults = () if article.post.categories else target.categories
    return digest_of(article.digest, target.editor, defaults, sorted(links.items()))


def live(publication: Publication) -> bool:
    """Return whether a publication was not withdrawn."""
    return publication.event is not Event.WITHDRAWN


def same_title(title: str) -> str:
    """Return what titles that differ by escapes, spaces or case have in common."""
    return " ".join(html.unescape(title).split()).casefold()


def letters(markup: str) -> str:
    """Return the letters and digits that a reader sees, so that markup does not matter."""
    text = re.sub(r"<!--.*?-->|<[^>]*>", " ", markup, flags=re.DOTALL)
    return re.sub(r"\W+", "", html.unescape(text)).casefold()
