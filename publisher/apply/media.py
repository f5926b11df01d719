"""Media items: each is sent once to a site, however many posts show it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import replace

from publisher.apply.ahead import Ahead
from publisher.apply.bench import Bench
from publisher.errors import NotSentError, PublisherError, SiteError
from publisher.model import Article, Attempt, Media, Problem, RemoteMedia, State


class Shelf:
    """The media of one site: what it has, and what this run sends there."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._items: dict[str, Future[RemoteMedia]] = {}
        self._found: dict[str, RemoteMedia] = {}
        self._looked: frozenset[str] = frozenset()
        # One beyond those on their way, on each core, is enough for nobody to wait.
        depth = max(1, bench.site.connections) + (os.cpu_count() or 1)
        self._ahead = Ahead(bench.hands.load, depth)

    def look(self, items: Iterable[Media]) -> None:
        """Look on the site for those items that the log does not know, all at once.

        It finds what was sent when the answer was lost, or the log.
        """
        site = self._bench.site
        digests = list(dict.fromkeys(item.digest for item in items))
        digests = [d for d in digests if (site.name, d) not in self._bench.memory.media]
        with suppress(SiteError):  # then each item is looked for when its turn comes
            self._found = site.find_media(digests) if digests else {}
            self._looked = frozenset(digests)

    @contextmanager
    def preparing(self, items: Iterable[Media]) -> Iterator[None]:
        """Make items ready while others are sent, in this order; some may never be."""
        site, known = self._bench.site.name, self._bench.memory.media
        self._ahead.begin(
            i for i in items if (site, i.digest) not in known and i.digest not in self._found
        )
        try:
            yield
        finally:
            self._ahead.close()

    def of(self, article: Article) -> dict[str, RemoteMedia]:
        """Return the site's media of an article by digest, those that were missing sent."""
        return {item.digest: self.item(item) for item in article.media}

    def has(self, article: Article) -> bool:
        """Return whether the site has all media of an article, as far as is known now."""
        site, known = self._bench.site.name, self._bench.memory.media
        items = (self._items.get(i.digest) for i in article.media if (site, i.digest) not in known)
        return all(future is not None and future.done() for future in items)

    def item(self, item: Media) -> RemoteMedia:
        """Return what the site has of an item; several posts that show it wait for one upload."""
        if known := self._bench.memory.media.get((self._bench.site.name, item.digest)):
            return known
        # A task never waits for one that has not begun: whoever comes first does the work.
        with self._bench.lock:
            mine = item.digest not in self._items
            future = self._items.setdefault(item.digest, Future())
        if mine:
            try:
                future.set_result(self._upload(item))
            except BaseException as error:  # whatever it is, nobody may wait for ever
                future.set_exception(error)
        return future.result()

    def _upload(self, item: Media) -> RemoteMedia:
        if self._bench.halted:
            raise PublisherError(Problem("interrupted"))
        if self._bench.down:
            raise NotSentError(self._bench.down)
        log, run_id = self._bench.hands.log, self._bench.hands.run_id
        attempt = Attempt(self._bench.site.name, item.digest, "upload", item.digest, item.name)
        if found := self._standing(item.digest):
            attempt_id = log.started(run_id, replace(attempt, action="adopt"))
            if not found.whole:
                part = found
                found = self._bench.settled(attempt_id, lambda: self._bench.site.complete(part))
            log.finished(run_id, attempt_id, State.DONE, media=found, remote_id=found.id)
            return found
        upload = self._ahead.take(item)
        attempt_id = log.started(run_id, replace(attempt, name=upload.filename))
        media = self._bench.settled(attempt_id, lambda: self._bench.site.upload(upload))
        log.finished(
            run_id,
            attempt_id,
            State.DONE,
            media=media,
            size=len(upload.content),
            remote_id=media.id,
            url=media.url,
        )
        return media

    def _standing(self, digest: str) -> RemoteMedia | None:
        """Return what stands on the site though the log knows nothing of it."""
        if digest not in self._looked:
            return self._bench.site.find_media([digest]).get(digest)
        return self._found.get(digest)
