"""Share cards for posts that have no picture of their own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from publisher.config import Config
from publisher.errors import PublisherError
from publisher.model import Article, Picture, Problem, Severity, Where, digest_of
from publisher.text import slugify

if TYPE_CHECKING:
    from publisher import images

_NAME_LENGTH = 56  # characters, after "the-" (a card)
_LOGO_LIMIT = 10 * 1024 * 1024


def with_cards(
    articles: Iterable[Article], config: Config
) -> tuple[list[Article], dict[str, images.Card], list[Problem]]:
    """Return the articles, those without a picture with a card, and the cards by digest.

    Problems: the warning logo-unusable, when the logo can't be put on cards. A card is drawn
    only when it is sent.
    """
    articles = list(articles)
    if not config.draws_cards:
        return articles, {}, []
    if config.organisation.logo is None and all(article.featured for article in articles):
        return articles, {}, []
    from publisher import images  # here: most folders have pictures for every post

    logo, problems = _logo(config)
    themes = list(config.themes)
    cards: dict[str, images.Card] = {}
    done: list[Article] = []
    for article in articles:
        if article.featured:
            done.append(article)
            continue
        post = article.post
        card = images.Card(
            title=post.title,
            label=config.themes.get(post.theme, ""),
            organisation=config.organisation.name,
            slogan=config.organisation.slogan,
            colour=themes.index(post.theme) if post.theme in themes else 0,
            logo=logo,
        )
        digest = card.digest
        cards[digest] = card
        name = f"the-{slugify(post.title, _NAME_LENGTH)}"
        shown = Picture("", digest, name, alt=post.title)
        whole = digest_of(article.digest, digest)
        done.append(replace(article, card=shown, featured=digest, digest=whole))
    return done, cards, problems


def _logo(config: Config) -> tuple[bytes, list[Problem]]:
    """Return the logo's file, b"" without one that can be used."""
    written = config.organisation.logo
    if written is None:
        return b"", []
    from publisher import images

    params: dict[str, object] = {"path": written.as_posix()}
    try:
        with (config.base / written).open("rb") as file:
            data = file.read(_LOGO_LIMIT)
        images.inspect(data)
    except OSError:
        params["reason"] = "missing"
    except PublisherError:
        params["reason"] = "broken"
    else:
        return data, []
    return b"", [Problem("logo-unusable", Where(config.file), params, Severity.WARNING)]
