"""What stands on a WordPress site, whoever put it there: lists of posts, with their authors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from publisher.errors import RefusedError
from publisher.model import RemotePost
from publisher.sites.rest import Rest, batches
from publisher.sites.wordpress_items import RAW, RENDERED, exact_name, post_of, same_name

_DAY = timedelta(days=1)


def published(
    rest: Rest, first: datetime, until: datetime, author: str, category: str
) -> list[RemotePost]:
    """Return what the site shows with a date from ``first`` on, before ``until``.

    author: id of a user, category: id of a term, "" for all. ``GET /wp/v2/posts`` takes
    after and before in the site's own time, whatever their offset says: a day more is asked
    for at both ends. A post that the account may not edit comes as visitors see it.
    """
    wanted = {
        "status": "publish",
        "after": _site_time(first - _DAY),
        "before": _site_time(until + _DAY),
        **({"author": author} if author else {}),
        **({"categories": category} if category else {}),
    }
    items: dict[str, Mapping[str, Any]] = {}
    for context, fields in (("edit", RAW), ("view", RENDERED)):
        query = {**wanted, "context": context, "_fields": f"{fields},author"}
        for item in rest.items("/wp/v2/posts", "list", query):
            items.setdefault(str(item.get("id")), item)
    posts = [
        (rest.read(post_of, item, "list"), str(item.get("author") or "")) for item in items.values()
    ]
    posts = [(post, user) for post, user in posts if first <= post.shown_at < until]
    names = _names(rest, [user for _, user in posts])
    found = [replace(post, author=names.get(user, "")) for post, user in posts]
    return sorted(found, key=lambda post: (post.shown_at, int(post.id)))


def user_id(rest: Rest, wanted: str) -> str:
    """Return the id of the user with this account, slug or name shown, "" when there is none."""
    found: list[Mapping[str, Any]] = []
    for query in ({"search": wanted}, {"slug": wanted.casefold()}):
        found += rest.items("/wp/v2/users", "list", {**query, "_fields": "id,name,slug"})
    for key in ("slug", "name"):
        for user in found:
            if same_name(str(user.get(key, ""))) == same_name(wanted):
                return str(user["id"])
    me = rest.call("GET", "/wp/v2/users/me", "list", params={"context": "edit"}).fields
    return str(me["id"]) if same_name(str(me.get("username", ""))) == same_name(wanted) else ""


def _names(rest: Rest, ids: list[str]) -> dict[str, str]:
    """Return the names shown of users; none where a plugin keeps them to itself."""
    names: dict[str, str] = {}
    for batch in batches(user for user in ids if user):
        query = {"include": ",".join(batch), "_fields": "id,name"}
        try:
            users = rest.items("/wp/v2/users", "list", query)
        except RefusedError:
            return names
        names |= {str(user["id"]): exact_name(str(user.get("name", ""))) for user in users}
    return names


def _site_time(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}"
