"""Pictures and files as they will be published, each made ready once and kept in the cache."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

from publisher import images
from publisher.errors import PublisherError
from publisher.model import Media, Problem, Upload


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture or file made ready: file name and media type as sent to a site.

    width, height: pixels, 0 when it has none. before, after: bytes of the file as it lies in
    the folder (0: it is drawn), and as it will be sent. was_wide, was_high: pixels in the
    folder.
    """

    filename: str
    mime: str
    width: int
    height: int
    before: int
    after: int
    was_wide: int
    was_high: int


class Pictures:
    """Pictures and files made ready for a browser.

    folder: where they are kept; it may be deleted at any time. Without a place to write to
    they are kept in memory.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, Shown] = {}
        self._kept: dict[str, bytes] = {}

    def ready(
        self,
        items: Iterable[Media],
        load: Callable[[Media], Upload],
        original: Callable[[Media], bytes],
        settings: str,
    ) -> tuple[dict[str, Shown], list[Problem]]:
        """Return pictures and files by digest, and why some can't be used.

        load: makes one ready; raises PublisherError. original: the file as it lies in the
        folder.
        settings: what else the result depends on; another text makes them anew.
        """
        wanted = {item.digest: item for item in items}
        failed: list[Problem] = []

        def one(item: Media) -> Shown | None:
            try:
                return self._one(item, load, original, settings)
            except PublisherError as error:
                failed.extend(error.problems)
                return None

        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            shown = dict(zip(wanted, pool.map(one, wanted.values()), strict=True))
        return {digest: one for digest, one in shown.items() if one}, failed

    def file(self, filename: str) -> tuple[str, bytes] | None:
        """Return the media type and bytes of a picture that ready() gave, else None."""
        shown = self._known.get(filename)
        if shown is None:
            return None
        if filename in self._kept:
            return shown.mime, self._kept[filename]
        try:
            return shown.mime, (self._folder / filename).read_bytes()
        except OSError:  # the cache was emptied meanwhile
            del self._known[filename]
            return None

    def _one(
        self,
        item: Media,
        load: Callable[[Media], Upload],
        original: Callable[[Media], bytes],
        settings: str,
    ) -> Shown:
        facts = self._folder / f"{item.digest}-{settings}.json"
        stored = _stored(facts)
        if stored and (self._folder / stored.filename).is_file():
            self._known[stored.filename] = stored
            return stored
        upload = load(item)
        data = original(item)
        was_wide, was_high = images.size_of(data) if upload.width else (0, 0)
        shown = Shown(
            f"{settings}-{upload.filename}",
            upload.mime,
            upload.width,
            upload.height,
            len(data),
            len(upload.content),
            was_wide,
            was_high,
        )
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            _write(self._folder / shown.filename, upload.content)
            _write(facts, json.dumps(asdict(shown)).encode())
        except OSError:
            self._kept[shown.filename] = upload.content
        self._known[shown.filename] = shown
        return shown


def _stored(path: Path) -> Shown | None:
    try:
        values: Mapping[str, object] = json.loads(path.read_text(encoding="utf-8"))
        return Shown(**values)  # type: ignore[arg-type]
    except (OSError, ValueError, TypeError):
        return None


def _write(path: Path, data: bytes) -> None:
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    fresh.write_bytes(data)
    fresh.replace(path)
