"""What is wrong with posts that can be read: Posts → all Problems at once. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator

from publisher.model import Post, Problem, Severity, Status, Where
from publisher.text import slugify

# TT 24/2011/TT-BTTTT asks creator, date, description of every item; NĐ 43/2011 its source;
# a theme is what the yearly report counts by.
_WANTED = ("theme", "kind", "date", "excerpt", "authors", "source")


def check(posts: Iterable[Post], published: Collection[str] = ()) -> list[Problem]:
    """Given all posts of the folder, return what is wrong between and within them.

    Of several posts with one key, or with one slug on the same site, the first stands: one
    whose key is among the published ones, then one that is no draft, then by date and file.
    """
    posts = sorted(posts, key=lambda post: (post.key not in published, *_by_date(post)))
    return [
        *_taken(posts, "key-taken", "id", lambda post: post.key.casefold()),
        *_taken(posts, "slug-taken", "slug", lambda post: post.slug or slugify(post.title)),
        *(
            Problem("field-wanted", _where(post, key), {"key": key}, Severity.WARNING)
            for post in posts
            if post.status is not Status.DRAFT
            for key in _WANTED
            if key not in post.lines or not getattr(post, key)
        ),
        *(
            Problem("body-empty", post.where(), {}, Severity.WARNING)
            for post in posts
            if not post.body.strip() and not post.gallery
        ),
    ]


def _by_date(post: Post) -> tuple[bool, float, str]:
    at = post.date.timestamp() if post.date else float("inf")
    return (post.status is Status.DRAFT, at, post.file)


def _where(post: Post, key: str) -> Where:
    """Return the line on which a key was left empty, else the file."""
    return post.where(key if key in post.lines else "")


def _taken(
    posts: Iterable[Post], code: str, key: str, value_of: Callable[[Post], str]
) -> Iterator[Problem]:
    holders: dict[str, list[Post]] = {}
    for post in posts:
        value = value_of(post)
        others = holders.setdefault(value, [])
        holder = next((o for o in others if key == "id" or _meet(o, post)), None)
        others.append(post)
        if holder:
            where = post.where(key if key in post.lines else "title")
            # A draft is not sent, so its address can still be settled.
            draft = key == "slug" and post.status is Status.DRAFT
            severity = Severity.WARNING if draft else Severity.ERROR
            yield Problem(code, where, {"value": value, "other": holder.file}, severity)


def _meet(one: Post, other: Post) -> bool:
    """Return whether two posts go to one site; a post that names none goes to all."""
    return not one.sites or not other.sites or not set(one.sites).isdisjoint(other.sites)
