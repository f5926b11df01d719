"""A post as the site will show it: for the live preview and for the desk.

Not named by the room's own face: it loads what the preview site's pages are made with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from publisher import render
from publisher.config import Config
from publisher.model import (
    ACTIVITIES,
    Article,
    Draft,
    Media,
    Post,
    Problem,
    RemoteMedia,
    SourceFile,
)
from publisher.run.loading import loader
from publisher.run.pictures import Pictures, Shown
from publisher.run.reading import LABELS, Reading
from publisher.sites.preview import record_of
from publisher.sites.preview_store import Image, Record

__all__ = ["Showing", "Shown"]

# What stands in the place of a picture that can't be used.
_NO_PICTURE = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 3'%3E"
    "%3Cpath d='M0 0h16v3H0z' fill='%23b3261e' fill-opacity='.15'/%3E%3C/svg%3E"
)
_MISSING = SourceFile("", "0" * 64)


class Showing:
    """Posts with their pictures, ready to be looked at. Threads may share it.

    folder: where pictures are kept that were made ready; it may be deleted at any time.
    media: the address below which a page finds them.
    """

    def __init__(self, folder: Path, media: str) -> None:
        self._pictures = Pictures(folder)
        self._media = media

    def file(self, filename: str) -> tuple[str, bytes] | None:
        """Return the media type and bytes of a picture that ready() gave, else None."""
        return self._pictures.file(filename)

    def article(self, reading: Reading, post: Post) -> Article | None:
        """Return a post, one with errors as far as it can be shown: without what is missing."""
        whole = next((a for a in reading.articles if a.post.file == post.file), None)
        if whole or not post.title or post.kind in ACTIVITIES:
            return whole
        path = next(found.path for found in reading.found if found.file == post.file)
        article, _problems = render.render(
            post, lambda src: reading.folders.picture(path, src) or _MISSING, lambda _: "", LABELS
        )
        return article

    def media(self, article: Article) -> list[Media]:
        """Return the pictures and files of an article that are there."""
        return [item for item in article.media if item.digest != _MISSING.digest]

    def ready(
        self, config: Config, reading: Reading, items: Sequence[Media]
    ) -> tuple[dict[str, Shown], list[Problem]]:
        """Make pictures and files ready; return them by digest, and why some can't be used."""

        def original(item: Media) -> bytes:
            if item.digest in reading.cards:
                return b""  # drawn, so there is no file in the folder
            return reading.folders.picture_bytes(SourceFile(item.path, item.digest))

        settings = config.images
        how = f"{settings.longest_side}-{settings.quality}-{settings.format}"
        return self._pictures.ready(items, loader(config, reading), original, how)

    def record(
        self,
        config: Config,
        article: Article,
        pictures: Mapping[str, Shown],
        links: Mapping[str, str],
        now: datetime,
    ) -> Record:
        """Return what the pages of a preview site show. links: addresses of posts, by key."""
        media = {item.digest: RemoteMedia(item.digest, _NO_PICTURE) for item in article.media}
        for digest, one in pictures.items():
            address = f"{self._media}{one.filename}"
            media[digest] = RemoteMedia(digest, address, one.width, one.height)
        # To the day: a page that no file changed must look the same a minute later.
        today = now.astimezone(config.schedule.timezone)
        post = article.post
        draft = Draft(
            title=post.title,
            content=render.fill(article.html, media, links),
            excerpt=post.excerpt,
            slug=article.slug,
            status="publish",
            date=post.not_before or today.replace(hour=0, minute=0, second=0, microsecond=0),
            categories=post.categories,
            tags=post.tags,
            featured_media=article.featured,
            article=article,
        )
        first = pictures.get(article.featured)
        image = Image(first.filename, "", "", first.width, first.height) if first else None
        return record_of(draft, "1", article.slug, image, draft.date)
