"""Files that have another name than their publication: recognised by what they say."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from publisher.model import (
    Article,
    Event,
    Publication,
)
from publisher.plan.digests import live, same_title


def renames(
    articles: Sequence[Article], present: Collection[str], here: Mapping[str, Publication]
) -> tuple[dict[str, Publication], dict[str, str]]:
    """Match posts that the log does not know with publications whose file is gone.

    Return the publications by the keys of today, and the old key of each renamed one.
    """
    known = {key: p for key, p in here.items() if key in present}
    orphans = {key: p for key, p in here.items() if key not in present}
    renamed: dict[str, str] = {}
    if not orphans:
        return known, renamed
    by_digest = {p.article_digest: key for key, p in orphans.items() if p.article_digest}
    standing = {key: p for key, p in orphans.items() if p.slug and live(p)}
    by_slug = {p.slug: key for key, p in standing.items() if p.event is not Event.IMPORTED}
    imported = {
        _name(p.title, p.slug): key for key, p in standing.items() if p.event is Event.IMPORTED
    }
    strangers = [article for article in articles if article.key not in here]
    # All matches by content come first: a slug alone is the weaker sign.
    for index, of in ((by_digest, _digest_of), (imported, _name_of), (by_slug, _slug_of)):
        for article in strangers:
            old = index.get(of(article), "")
            if old and article.key not in renamed and old not in renamed.values():
                renamed[article.key] = old
                known[article.key] = orphans[old]
    return known, renamed


def _digest_of(article: Article) -> str:
    return article.digest


def _slug_of(article: Article) -> str:
    return article.slug


def _name_of(article: Article) -> str:
    return _name(article.post.title, article.slug)


def _name(title: str, slug: str) -> str:
    """Return what a post that stood on the site before us, and its file, have in common."""
    return f"{re.sub(r'-[0-9]+$', '', slug)} {same_title(title)}"
