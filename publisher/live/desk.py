"""The pages of the posts: all of them on one, and each as it will look, with its problems."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from gettext import gettext as _
from pathlib import Path
from urllib.parse import quote

from publisher import messages, run
from publisher.config import Config
from publisher.errors import PublisherError
from publisher.live.answers import Answer, Frame, asset
from publisher.live.guide import Guide
from publisher.live.shelf import Sheet, Shelf, Standing, shelf
from publisher.model import (
    Problem,
    Severity,
)
from publisher.run.showing import Showing
from publisher.sites.preview_pages import shown
from publisher.sources import Found

POSTS = "/bai/"
_MEDIA = "/media/"


@dataclass(frozen=True, slots=True)
class Told:
    """A problem in words. line: as it stands in the file, "" when there is none."""

    code: str
    severity: Severity
    where: str
    number: int
    what: str
    advice: str
    line: str


@dataclass(frozen=True, slots=True)
class _View:
    """The folder as it was at one look."""

    seen: str
    config: Config
    reading: run.Reading | None
    shelf: Shelf
    frame: Frame
    guide: Guide


class Desk:
    """Answers with pages that are always those of the files as they are now.

    path: of config.toml. load: reads it. now: the clock. published: keys that the log knows.
    kinds: labels by code. lang: of the words around the posts. Nothing but caches is written.
    """

    def __init__(
        self,
        path: Path,
        load: Callable[[], Config],
        now: Callable[[], datetime],
        kinds: Mapping[str, str],
        lang: str,
        published: Collection[str] = (),
    ) -> None:
        self._path = path
        self._load = load
        self._now = now
        self._kinds = kinds
        self._lang = lang
        self._published = published
        self._config = load()
        self._lock = threading.Lock()
        self._view: _View | None = None
        self._showing = Showing(self._config.state / "cache" / "preview", _MEDIA)

    def look(self) -> str:
        """Return a digest of all that the pages are made of, by size and time of change."""
        config = self._config
        return run.snapshot((self._path, config.posts, config.media_folder))

    def answer(self, path: str) -> Answer | None:
        """Return the page, picture or style at a path, None when there is nothing."""
        if path.startswith(_MEDIA):
            found = self._showing.file(path.removeprefix(_MEDIA))
            return Answer(200, *found, lasting=True) if found else None
        if known := asset(path):
            return known
        try:
            return self._page(path)
        except Exception as error:  # our own mistake: the page comes back when the file changes
            said = {"error": f"{type(error).__name__}: {error}"}
            return Frame(self._config, self._kinds, self._lang).page("fault.html", said, 500)

    def _page(self, path: str) -> Answer:
        view = self._now_seen()
        if answer := view.guide.answer(path):
            return answer
        if path in ("/", "/index.html"):
            return self._index(view)
        sheet = view.shelf.sheets.get(path.removeprefix(POSTS))
        if sheet and path.startswith(POSTS):
            return self._post(view, sheet)
        return view.frame.page("away.html", {}, 404)

    def keys(self) -> list[str]:
        """Return the keys of all files, by which people may name them."""
        return sorted(self._now_seen().shelf.sheets)

    def page_of(self, key: str) -> str:
        """Return the path of a post's page, "" when no file has this key."""
        view = self._now_seen()
        by_id = {s.post.key: s.key for s in view.shelf.sheets.values() if s.post}
        found = key if key in view.shelf.sheets else by_id.get(key, "")
        return address(found) if found else ""

    def _now_seen(self) -> _View:
        """Read the folder again when something in it changed."""
        with self._lock:  # several pages that ask at once wait for one reading
            seen = self.look()
            if self._view is None or self._view.seen != seen:
                self._view = self._read(seen)
            return self._view

    def _read(self, seen: str) -> _View:
        reading, problems = None, Shelf({}, ())
        try:
            self._config = self._load()
            now = self._now()
            today = now.astimezone(self._config.schedule.timezone).date()
            reading = run.read(self._config, self._published, today, editing=True)
            problems = shelf(reading, now)
        except PublisherError as error:  # config.toml or the folder: shown until it is mended
            problems = Shelf({}, tuple(error.problems))
        frame = Frame(self._config, self._kinds, self._lang)
        return _View(seen, self._config, reading, problems, frame, Guide(frame))

    def _index(self, view: _View) -> Answer:
        groups = [
            (standing, _heading(standing), _note(standing), view.shelf.of(standing))
            for standing in Standing
        ]
        context = {
            "groups": [group for group in groups if group[3]],
            "total": messages.count_of(len(view.shelf.sheets)),
            "problems": _told(view.shelf.problems, ()),
            "read": view.reading is not None,
            "address": address,
        }
        return view.frame.page("index.html", context)

    def _post(self, view: _View, sheet: Sheet) -> Answer:
        context: dict[str, object] = {"sheet": sheet, "tag": _tag(sheet.standing)}
        lines = self._lines(view, sheet)
        article, reading = sheet.article, view.reading
        if article is None and sheet.post and reading:
            article = self._showing.article(reading, sheet.post)
        if article is None or reading is None:
            return view.frame.page("broken.html", {**context, "told": _told(sheet.problems, lines)})
        there = self._showing.media(article)
        pictures, failed = self._showing.ready(view.config, reading, there)
        links = {s.post.key: address(s.key) for s in view.shelf.sheets.values() if s.post}
        record = self._showing.record(view.config, article, pictures, links, self._now())
        context |= {
            "told": _told([*sheet.problems, *failed], lines),
            "pictures": [(item.path, pictures.get(item.digest)) for item in there],
            "size": _size,
            **shown(record, record.content),
        }
        return view.frame.page("post.html", context)

    def _lines(self, view: _View, sheet: Sheet) -> Sequence[str]:
        """Return the lines of a file, to show those that problems are about."""
        if view.reading is None or not sheet.file.lower().endswith(".md"):
            return ()
        found = _found(view.reading, sheet)
        try:
            return view.reading.folders.read(found).decode("utf-8-sig", "replace").splitlines()
        except PublisherError:
            return ()


def _found(reading: run.Reading, sheet: Sheet) -> Found:
    return next(found for found in reading.found if found.key == sheet.key)


def address(key: str) -> str:
    """Return the path of the page of a file's key."""
    return POSTS + quote(key)


def _told(problems: Sequence[Problem], lines: Sequence[str]) -> list[Told]:
    """Put problems into words, errors first, then by line."""
    ordered = sorted(problems, key=lambda p: (p.severity is not Severity.ERROR, p.where))
    return [
        Told(
            problem.code,
            problem.severity,
            problem.where.file,
            problem.where.line,
            messages.message(problem),
            messages.hint(problem),
            _line(lines, problem.where.line),
        )
        for problem in ordered
    ]


def _line(lines: Sequence[str], number: int) -> str:
    return lines[number - 1].strip() if 0 < number <= len(lines) else ""


def _size(number: int) -> str:
    """Return bytes as people write them here: ``1,4 MB``."""
    if number < 1000 * 1000:
        return f"{max(1, round(number / 1000))} KB"
    return f"{number / 1_000_000:.1f} MB".replace(".", ",")


def _heading(standing: Standing) -> str:
    return {
        Standing.MEND: _("To be mended"),
        Standing.READY: _("Ready"),
        Standing.WAITING: _("Waiting for their time"),
        Standing.DRAFT: _("Drafts"),
    }[standing]


def _note(standing: Standing) -> str:
    return {
        Standing.MEND: _("They are not published as long as they have errors."),
        Standing.READY: _("Published already, or by the next: publisher publish"),
        Standing.WAITING: _("They are published when their time has come."),
        Standing.DRAFT: _("Nobody else sees them. When one is done, write: status: ready"),
    }[standing]


def _tag(standing: Standing) -> str:
    return {
        Standing.MEND: _("To be mended"),
        Standing.READY: _("Ready"),
        Standing.WAITING: _("Waiting"),
        Standing.DRAFT: _("Draft"),
    }[standing]
