"""What people decided of posts: dates that are moved, contents that are approved or sent back.

The file of a post is never written. A moved date holds as long as the file has the date that it
had when somebody moved it; a verdict, as long as the content is the one that was judged.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from publisher.model import Article, Decision, Memory, Post, Ruling, digest_of

APPROVAL = "approval"
"""Why a post waits: no editor has approved its content yet."""

RETURNED = "returned"
"""Why a post waits: an editor sent it back to its author."""


class Rulings:
    """The decisions about the posts of a folder, under the names that these have today.

    A file that got another name before it was published is recognised by its content.
    """

    def __init__(
        self, articles: Iterable[Article], present: Collection[str], memory: Memory
    ) -> None:
        self._moves, self._verdicts = memory.moves, memory.verdicts
        orphans: dict[str, str] = {}
        decided = [*memory.verdicts.values(), *memory.moves.values()]
        for made in sorted(decided, key=lambda each: each.id):
            if made.digest and made.key not in present:
                orphans[made.digest] = made.key
        self._before: Mapping[str, str] = {
            article.key: orphans[digest]
            for article in (articles if orphans else ())
            for digest in (article.digest, article.content)
            if digest in orphans
        }

    def newest_move(self, site: str, key: str, before: str = "") -> Decision | None:
        """Return the newest decision about the date of a post on a site.

        before: the key that the post had, as the log knows it.
        """
        if not self._moves:  # few offices move many
            return None
        for name in (key, before, self._before.get(key, "")):
            if name and (made := self._moves.get((site, name))):
                return made
        return None

    def verdict(self, article: Article, before: str = "") -> Decision | None:
        """Return the newest verdict on the content of an article as it is now."""
        for name in (article.key, before, self._before.get(article.key, "")):
            made = self._verdicts.get(name) if name else None
            if made is not None:
                return made if made.digest == article.content else None
        return None


def holds(made: Decision | None, post: Post) -> bool:
    """Return whether a decision gives a post another date than its file does."""
    if made is None or made.ruling is not Ruling.MOVED or made.moment is None:
        return False
    return made.against == post.date and made.moment != post.date


def is_dropped(made: Decision | None, post: Post) -> bool:
    """Return whether the author changed the date in the file after somebody moved the post."""
    if made is None or made.ruling is not Ruling.MOVED:
        return False
    return made.against != post.date and made.moment != post.date


def moved_post(post: Post, made: Decision | None) -> Post:
    """Return a post with the date that a decision gives it."""
    return replace(post, date=made.moment) if made and holds(made, post) else post


def moved_article(article: Article, made: Decision) -> Article:
    """Return an article with the date that a decision gives it, and the digest of that."""
    assert made.moment is not None  # it moves a post somewhere
    digest = moved_digest(article.digest, made.moment)
    return replace(article, post=moved_post(article.post, made), digest=digest)


def moved_digest(digest: str, moment: datetime) -> str:
    """Return the digest of an article that is shown with another date than its file has."""
    return digest_of(digest, "moved", moment.astimezone(UTC).isoformat())
