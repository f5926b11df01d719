"""The posts in order, and what is asked of them again and again: counted once for a view."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from publisher.text import fold

if TYPE_CHECKING:
    from publisher.web.sheets import Sheet

_SEARCHES = 64
_EARLIEST = datetime.min.replace(tzinfo=UTC)
_LATEST = datetime.max.replace(tzinfo=UTC)
_WAITING = "waiting"


class Lists:
    """Threads may share it.

    newest: all posts, the newest first. counts: how many stand how. authors: their names.
    due, waiting, wrong, held: posts that the next run would turn to; that wait for their time;
    that have errors; that the scheduler could not send.
    """

    def __init__(self, sheets: Iterable[Sheet]) -> None:
        everything = sorted(sheets, key=lambda s: s.key)
        self.newest = sorted(everything, key=lambda s: s.when or _EARLIEST, reverse=True)
        self.counts = Counter(sheet.standing for sheet in everything)
        self.authors = sorted({a for s in everything for a in s.authors}, key=fold)
        self.due = [s for s in everything if s.standing.value == "due"]
        self.waiting = [s for s in everything if s.waiting]
        self.wrong = [s for s in everything if s.problems and s.errors]
        self.held = [s for s in everything if s.held]
        self._lock = threading.Lock()
        self._found: dict[tuple[tuple[str, str], ...], Sequence[Sheet]] = {}

    def search(self, given: Mapping[str, str]) -> Sequence[Sheet]:
        """Return the posts that somebody looks for: q, standing, site, theme, author.

        The newest come first; of what waits for its time, the next.
        """
        wanted = {name: value for name, value in given.items() if value}
        if not wanted:
            return self.newest
        key = tuple(sorted(wanted.items()))
        with self._lock:
            if key not in self._found:
                if len(self._found) >= _SEARCHES:
                    del self._found[next(iter(self._found))]
                self._found[key] = self._search(wanted)
            return self._found[key]

    def _search(self, wanted: Mapping[str, str]) -> Sequence[Sheet]:
        text, standing = fold(wanted.get("q", "")), wanted.get("standing", "")
        site, theme, author = (wanted.get(name, "") for name in ("site", "theme", "author"))
        found = [
            sheet
            for sheet in self.newest
            if text in sheet.folded
            and (not standing or standing == sheet.standing)
            and (not site or site in sheet.sites)
            and (not theme or theme == sheet.theme)
            and (not author or author in sheet.authors)
        ]
        if standing == _WAITING:
            return sorted(found, key=lambda s: (s.when or _LATEST, s.key))
        return found
