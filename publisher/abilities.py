"""What the kinds of sites can do: declared once, asked by whoever plans, sends or checks.

A channel of a social network takes a short text that leads to the item on a website. What it
can't do is planned around and said to people; nobody else asks of which kind a site is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Short:
    """The short text that a channel takes in place of the whole item.

    channel: what posts call it in ``social:``. limit: characters at most, as the channel counts
    them (in UTF-16), the link included. with_pictures: the same where pictures come with it.
    pictures: how many may come with it. cover: whether it can't be without a picture, which it
    takes from the website by its address. titled: whether the title has a place of its own.
    """

    channel: str
    limit: int
    with_pictures: int
    pictures: int
    cover: bool = False
    titled: bool = False


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a kind of site can do; a website with WordPress can do it all.

    look_up: what stands there can be asked for. edit: what was sent can be changed.
    withdraw_within: how long after it appeared something can be taken away, None for always.
    trash: what was taken away can come back. drafts: something can be there unseen. schedule: it
    waits for a date by itself. library: pictures are sent once, and shown in many posts.
    terms: there are categories and tags. history: it lists what stood there before us.
    short: for channels, None for websites. experimental: no real account was ever tried.
    """

    look_up: bool = True
    edit: bool = True
    withdraw_within: timedelta | None = None
    trash: bool = True
    drafts: bool = True
    schedule: bool = True
    library: bool = True
    terms: bool = True
    history: bool = True
    short: Short | None = None
    experimental: bool = False


WEBSITE = Abilities()
"""A website with WordPress."""

PREVIEW = Abilities(drafts=False)
"""The preview site: all of it is unseen by visitors, so it has no drafts."""

FACEBOOK = Abilities(
    trash=False,
    drafts=False,
    schedule=False,
    library=False,
    terms=False,
    history=False,
    # 63,206 is what a post may have by everybody's account, though no page of Meta's says so;
    # longer ones than this are no short text.
    short=Short("facebook", 5000, 5000, 10),
    experimental=True,
)
"""A Page by the Graph API: developers.facebook.com/docs/pages-api/posts."""

ZALO = Abilities(
    trash=False,
    drafts=False,
    schedule=False,
    library=False,
    terms=False,
    history=False,
    # description of /v2.0/article/create: 300 characters; one of exactly 300 was refused.
    short=Short("zalo", 290, 290, 0, cover=True, titled=True),
    experimental=True,
)
"""An Official Account by the article API: developers.zalo.me/docs/official-account."""

TELEGRAM = Abilities(
    look_up=False,
    withdraw_within=timedelta(hours=48),  # deleteMessage
    trash=False,
    drafts=False,
    schedule=False,
    library=False,
    terms=False,
    history=False,
    short=Short("telegram", 4096, 1024, 10),  # sendMessage, sendPhoto, sendMediaGroup
    experimental=True,
)
"""A channel by the Bot API: core.telegram.org/bots/api."""

ABILITIES: Mapping[str, Abilities] = {
    "wordpress": WEBSITE,
    "preview": PREVIEW,
    "facebook": FACEBOOK,
    "zalo": ZALO,
    "telegram": TELEGRAM,
}
"""By the ``kind`` of a site in config.toml."""

CHANNELS = tuple(kind for kind, abilities in ABILITIES.items() if abilities.short)
"""Kinds of sites that are no websites."""
