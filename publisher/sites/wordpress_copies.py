"""What a WordPress site shows of a copy besides its text: under whose name, and of what."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

from publisher.errors import RefusedError, SiteError
from publisher.model import RemotePost
from publisher.sites.rest import Rest
from publisher.sites.wordpress_items import RAW, post_of
from publisher.sites.wordpress_listing import user_id

CANONICAL = (
    "_yoast_wpseo_canonical",
    "rank_math_canonical_url",
    "_seopress_robots_canonical",
    "_genesis_canonical_uri",
    "_aioseo_canonical_url",
    "canonical_url",
)
"""Where plugins for search engines keep ``rel="canonical"`` of a post.

WordPress has no field for it: its theme names the post's own address. A key is used only where
the site offers it over REST (``register_post_meta`` with ``show_in_rest``).
"""


def with_canonical(
    rest: Rest, post: RemotePost, offered: object, url: str, categories: object
) -> RemotePost:
    """Name the address of an item's home as the canonical one, where the site lets us.

    offered: ``meta`` of the post as it was answered. categories: of the post, sent once more:
    an update without them gives a post that has none the site's default one. Return the post as
    it is then. In a request of its own: a site that refuses a field of a new post has made the
    post by then. The line at the end of the text states the source in any case, so a refusal
    is no reason to stop.
    """
    meta = offered if isinstance(offered, dict) else {}
    key = next((key for key in CANONICAL if key in meta), "")
    if not key or meta[key] == url:
        return post
    try:
        answer = rest.call(
            "POST",
            f"/wp/v2/posts/{post.id}",
            "update",
            params={"_fields": RAW},
            body={"meta": {key: url}, "categories": categories},
            details={"id": post.id},
        )
        return rest.read(post_of, answer.data, "update", writing=True)
    except SiteError:
        return post


class Byline:
    """The account that the posts of a site are shown under, looked up once.

    wanted: its name, or its number; "" for the account that sends them.
    """

    def __init__(self, rest: Rest, wanted: str) -> None:
        self.wanted = wanted
        self._rest = rest
        self._lock = threading.Lock()
        self._found: str | None = None
        self._lacks: tuple[str, ...] = ()

    def id(self, me: Callable[[], Mapping[str, Any]]) -> str:
        """Return the id of the account, "" to leave posts to the one that sends them."""
        if not self.wanted:
            return ""
        with self._lock:
            if self._found is None:
                self._look(me())
            return self._found or ""

    def lacks(self, me: Mapping[str, Any]) -> tuple[str, ...]:
        """Return codes of why posts can't be shown under it; me: of /wp/v2/users/me."""
        self.id(lambda: me)
        return self._lacks

    def _look(self, me: Mapping[str, Any]) -> None:
        granted = me.get("capabilities")
        others = isinstance(granted, dict) and bool(granted.get("edit_others_posts"))
        own = self.wanted in (str(me.get("id", "")), str(me.get("username", "")))
        self._found = ""
        if own or not others:
            self._lacks = () if own else ("author-right",)
            return
        self._found = self.wanted
        if not self.wanted.isdecimal():
            try:
                self._found = user_id(self._rest, self.wanted)
            except RefusedError:  # a plugin keeps the accounts to itself
                self._found = ""
        if not self._found:
            self._lacks = ("author-hidden",)
