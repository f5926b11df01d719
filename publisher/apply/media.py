"""Media items: each is sent once to a site, however many posts show it."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from dataclasses import replace

from publisher.apply.bench import Bench
from publisher.errors import NotSentError, PublisherError
from publisher.model import Article, Attempt, Media, Problem, RemoteMedia, State, Upload


class Shelf:
    """The media of one site: what it has, and what this run sends there."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._items: dict[str, Future[RemoteMedia]] = {}
        # WordPress fails when two uploads make the month's folder at once: one goes first.
        self._first_upload = threading.Lock()
        self._uploaded = threading.Event()

    def of(self, article: Article) -> dict[str, RemoteMedia]:
        """Return the site's media of an article by digest, those that were missing sent."""
        return {item.digest: self.item(item) for item in article.media}

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
        if self._bench.hands.stop.is_set():
            raise PublisherError(Problem("interrupted"))
        if self._bench.down:
            raise NotSentError(self._bench.down)
        log, run_id = self._bench.hands.log, self._bench.hands.run_id
        attempt = Attempt(self._bench.site.name, item.digest, "upload", item.digest, item.name)
        # A look costs little beside an upload; it finds what was sent when the answer was
        # lost, or the log.
        if found := self._bench.site.find_media(item.digest):
            attempt_id = log.started(run_id, replace(attempt, action="adopt"))
            log.finished(run_id, attempt_id, State.DONE, media=found, remote_id=found.id)
            return found
        upload = self._bench.hands.load(item)
        attempt_id = log.started(run_id, replace(attempt, name=upload.filename))
        media = self._bench.settled(attempt_id, lambda: self._sent(upload))
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

    def _sent(self, upload: Upload) -> RemoteMedia:
        if self._uploaded.is_set():
            return self._bench.site.upload(upload)
        with self._first_upload:
            media = self._bench.site.upload(upload)
            self._uploaded.set()
            return media
