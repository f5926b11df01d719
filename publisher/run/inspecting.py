"""Every picture and file that posts show, opened before anything is sent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any

from publisher import attachments
from publisher.config import Config
from publisher.errors import ContentError, PublisherError
from publisher.model import Problem, Severity, SourceFile, Use
from publisher.sources import Folders

_LOOKED = 1
"""Raise it when a look finds other things than before: then every file is opened again."""

_MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a look at a file found: problems, and what a picture says of itself."""

    problems: tuple[Problem, ...]
    caption: str = ""


class Inspector:
    """Looks at files, each content once: what was found is remembered for the next run.

    The memory is a file of the state folder that may be deleted at any time.
    """

    def __init__(self, folders: Folders, config: Config) -> None:
        self._folders = folders
        self._limit = config.media.limit_mb
        self._longest_side = config.images.longest_side
        self._cache = config.state / "cache" / "files.json"
        self._key = [_LOOKED, self._longest_side]
        self._stored: Mapping[str, Any] | None = None
        self._used: dict[str, _Seen] = {}

    def looked_at(self, file: SourceFile | None) -> SourceFile | None:
        """Return a file with how it is shown, and with what is wrong with it.

        One that has to be waited for, whose digest is "", is not opened.
        """
        if file is None:
            return None
        use = attachments.use_of(file.path)
        if use is None and _is_picture(file.path):
            use = Use.PICTURE
        problems = self._seen(file, use).problems if file.digest else ()
        return replace(file, use=use, problems=problems)

    def caption(self, file: SourceFile) -> str:
        """Return what a picture's own file says that it shows, or ""."""
        return self._seen(file, Use.PICTURE).caption if file.digest else ""

    def learn(self, other: Inspector) -> None:
        """Take over what another one remembers."""
        found = {key: other._remembered(key) for key in other._known()}
        self._used |= {key: seen for key, seen in found.items() if seen}

    def save(self, *, whole: bool) -> None:
        """Remember what was found; without a place to write, do without.

        whole: whether every file was asked about, so that the others can be forgotten.
        """
        if not self._used and not whole:
            return
        known = self._known()
        if self._used.keys() == known.keys() if whole else self._used.keys() <= known.keys():
            return
        files = {key: _stored(seen) for key, seen in self._used.items()}
        stored = {"made": self._key, "files": files if whole else {**known, **files}}
        fresh = self._cache.with_name(f"{self._cache.name}.new")
        try:
            self._cache.parent.mkdir(parents=True, exist_ok=True)
            fresh.write_text(json.dumps(stored, ensure_ascii=False), encoding="utf-8")
            fresh.replace(self._cache)
        except OSError:
            with suppress(OSError):
                fresh.unlink()

    def _known(self) -> Mapping[str, Any]:
        if self._stored is None:
            self._stored = {}
            # Without a memory, or with one that is not ours, every file is opened once more.
            with suppress(OSError, ValueError, TypeError, KeyError):
                stored = json.loads(self._cache.read_text(encoding="utf-8"))
                if stored["made"] == self._key and isinstance(stored["files"], dict):
                    self._stored = stored["files"]
        return self._stored

    def _remembered(self, key: str) -> _Seen | None:
        try:
            return _restored(self._known()[key])
        except (ValueError, TypeError, KeyError, AttributeError):
            return None

    def _seen(self, file: SourceFile, use: Use | None) -> _Seen:
        attached = use not in (None, Use.PICTURE)
        if attached and (large := self._too_large(file)):
            return _Seen((large,))
        # What an attachment must be depends on its ending; a picture is what it is.
        ending = PurePosixPath(file.path).suffix.lower() if attached else ""
        key = f"{file.digest}{ending}"
        seen = self._used.get(key) or self._remembered(key)
        if seen is None:
            try:
                data = self._folders.bytes_read(file)
            except ContentError as error:  # it may be well again next time
                return _Seen(error.problems)
            seen = self._attachment(data, file.path) if attached else self._picture(data)
        self._used[key] = seen
        return seen

    def _too_large(self, file: SourceFile) -> Problem | None:
        size = self._folders.size(file)
        if size <= self._limit * _MEGABYTE:
            return None
        params = {"path": file.path, "size": -(-size // _MEGABYTE), "limit": self._limit}
        return Problem("attachment-large", params=params)

    def _picture(self, data: bytes) -> _Seen:
        try:
            from publisher import images  # here: what was looked at before needs no Pillow

            found = images.inspect(data, longest_side=self._longest_side)
        except PublisherError as error:
            return _Seen(error.problems)
        if found.pages == 1:
            return _Seen((), found.description)
        pages = Problem("picture-pages", params={"pages": found.pages}, severity=Severity.WARNING)
        return _Seen((pages,), found.description)

    def _attachment(self, data: bytes, path: str) -> _Seen:
        try:
            return _Seen(attachments.inspect(data, path))
        except PublisherError as error:
            return _Seen(error.problems)


def _is_picture(path: str) -> bool:
    from publisher import images

    return images.is_supported(path)


def _stored(seen: _Seen) -> dict[str, object]:
    problems = [[p.code, dict(p.params), p.severity.value] for p in seen.problems]
    return {"problems": problems, "caption": seen.caption}


def _restored(stored: Mapping[str, Any]) -> _Seen:
    problems = (
        Problem(str(code), params=dict(params), severity=Severity(severity))
        for code, params, severity in stored["problems"]
    )
    return _Seen(tuple(problems), str(stored["caption"]))
