"""What a channel is sent: a short text, its link, and the pictures that come with it."""

from __future__ import annotations

from publisher import channels
from publisher.apply.bench import Bench
from publisher.errors import PublisherError
from publisher.model import Article, Draft, Problem
from publisher.plan import Action, ActionKind


def draft_of(action: Action, article: Article, bench: Bench) -> Draft:
    """Return the draft of an item for a channel. Raise PublisherError when it can't be made."""
    target = bench.target
    short = target.abilities.short
    assert short is not None
    link = action.credit.url if action.credit else ""
    new = action.kind is ActionKind.CREATE
    # They are not sent again: what is corrected later is the text.
    pictures = channels.pictures_of(article, short) if new else ()
    digest = channels.cover_of(article) if short.cover else ""
    home = target.home.site if target.home else ""
    cover = bench.memory.media.get((home, digest))
    if short.cover and cover is None:
        params = {"site": target.name, "home": home}
        raise PublisherError(Problem("channel-no-picture", article.post.where(), params))
    return Draft(
        title=channels.title_of(article) if short.titled else "",
        content=channels.message(article, target.name, short, link),
        excerpt="",
        slug=action.slug,
        status=action.status,
        date=bench.hands.now_on(action.site),
        categories=(),
        tags=(),
        featured_media="",
        article=article,
        credit=action.credit,
        link=link,
        pictures=tuple(bench.hands.load(picture) for picture in pictures),
        cover=cover.url if cover else "",
    )
