"""What the preview site remembers: one JSON file for each post and picture, in a folder."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from publisher.errors import NotSentError, UnknownError
from publisher.model import Problem
from publisher.text import file_stem, nfc

# The address of another post in stored content, as ``PreviewSite`` writes it there.
_POST_LINK = re.compile(r'href="\.\./\.\./bai/([^/"]+)/index\.html')
# https://learn.microsoft.com/windows/win32/fileio/naming-a-file: no folder may have these names.


@dataclass(frozen=True, slots=True)
class Image:
    """A file in the site's folder; ``filename`` is below ``media/``, sizes are pixels.

    drawn: a share card, which lists show but not the page whose title it repeats.
    """

    filename: str
    alt: str = ""
    caption: str = ""
    width: int = 0
    height: int = 0
    drawn: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """A post as stored.

    shown_at, modified_at: aware. content: addresses of pictures and of other posts in it are
    relative to the post's own page. summary: what its card shows. canonical: address of the
    item that a copy was made of.
    links: folder names of the posts it links to. digest: SHA-256 (hex) of the stored file.
    """

    id: str
    status: str
    slug: str
    title: str
    content: str
    excerpt: str
    shown_at: datetime
    modified_at: datetime
    summary: str = ""
    kind: str = ""
    theme: str = ""
    unit: str = ""
    authors: tuple[str, ...] = ()
    source: str = ""
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    featured_media: str = ""
    image: Image | None = None
    canonical: str = ""
    links: tuple[str, ...] = field(default=(), compare=False)
    digest: str = field(default="", compare=False)

    @property
    def folder(self) -> str:
        """The name of its folder below ``bai/``."""
        return file_stem(self.slug)


class Store:
    """The files below ``folder/data`` and ``folder/media``, and an index of the posts.

    The index (every record without its content) is read once and kept: the publisher's lock
    keeps other writers out. Raise NotSentError when a file can't be read or written,
    UnknownError when it may have been.
    """

    def __init__(self, site: str, folder: Path) -> None:
        self.site = site
        self.folder = folder
        self._index: dict[str, Record] = {}
        self._slugs: dict[str, str] = {}
        self._terms: dict[str, dict[str, str]] = {"categories": {}, "tags": {}}
        self._is_read = False

    # Posts

    def index(self) -> Mapping[str, Record]:
        """Return every post by id, with empty content."""
        if not self._is_read:
            for taxonomy, names in self.table("terms.json").items():
                self._remember_terms(taxonomy, names)
            for path in self._list(self.folder / "data" / "posts"):
                if record := self.read(path.stem):
                    self._remember(record)
            self._is_read = True
        return self._index

    def read(self, id_: str) -> Record | None:
        """Return one post as it stands on disk, None when there is no such post."""
        # An id comes from a log that may be another site's: it must not lead out of the folder.
        path = self._record(id_)
        data = self._read(path) if id_.isdecimal() else None
        if data is None:
            return None
        try:
            raw = json.loads(data)
            for key in ("authors", "categories", "tags"):
                raw[key] = tuple(raw[key])
            for key in ("shown_at", "modified_at"):
                raw[key] = datetime.fromisoformat(raw[key])
            raw["image"] = Image(**raw["image"]) if raw["image"] else None
            return _derived(Record(**raw), data)
        except (ValueError, TypeError, KeyError) as error:
            raise NotSentError(self._problem("preview-read", path, error)) from error

    def save(self, record: Record) -> Record:
        """Write a post, whole or not at all; return it as stored."""
        raw = asdict(record)
        del raw["links"], raw["digest"]
        for key in ("shown_at", "modified_at"):
            raw[key] = raw[key].isoformat()
        data = _json(raw)
        before = self.index().get(record.id)
        self.write(self._record(record.id), data)
        if before and self._slugs.get(before.slug) == record.id:
            del self._slugs[before.slug]
        stored = _derived(record, data)
        self._remember(stored)
        return stored

    def new_id(self) -> str:
        """Return an id that no post has had, not even one whose file is gone."""
        path = self.folder / "data" / "last_id"
        counted = (self._read(path) or b"").decode(errors="replace").strip()
        last = max([int(id_) for id_ in self.index()], default=0)
        new = str(max(last, int(counted) if counted.isdecimal() else 0) + 1)
        # After a power cut the posts themselves still tell.
        self.write(path, new.encode(), durable=False)
        return new

    def holder(self, slug: str) -> str:
        """Return the id of the post that has this slug, "" when it is free."""
        self.index()
        return self._slugs.get(slug, "")

    def matching(self, pattern: re.Pattern[str]) -> Iterable[str]:
        """Return the ids of the posts whose whole slug matches."""
        self.index()
        return [id_ for slug, id_ in self._slugs.items() if pattern.fullmatch(slug)]

    def _remember(self, record: Record) -> None:
        self._index[record.id] = replace(record, content="")
        self._slugs[record.slug] = record.id
        self._remember_terms("categories", record.categories)
        self._remember_terms("tags", record.tags)

    def _record(self, id_: str) -> Path:
        return self.folder / "data" / "posts" / f"{id_}.json"

    # Pictures

    def image(self, digest: str) -> Image | None:
        """Return the picture with this digest, None when it, or its file, is not there."""
        path = self.folder / "data" / "media" / f"{digest}.json"
        data = self._read(path)
        if data is None:
            return None
        try:
            image = Image(**json.loads(data))
        except (ValueError, TypeError) as error:
            raise NotSentError(self._problem("preview-read", path, error)) from error
        return image if (self.folder / "media" / image.filename).is_file() else None

    def save_image(self, digest: str, image: Image, content: bytes) -> None:
        """Write a picture's bytes, then its record: a record always has its picture."""
        self.write(self.folder / "media" / image.filename, content)
        self.write(self.folder / "data" / "media" / f"{digest}.json", _json(asdict(image)))

    # Terms

    def term(self, taxonomy: str, name: str) -> str:
        """Return the term of "categories" or "tags" as it is spelled here, "" for none.

        Case makes no difference, as in WordPress.
        """
        self.index()
        return self._terms[taxonomy].get(nfc(name).casefold(), "")

    def add_term(self, taxonomy: str, name: str) -> None:
        """Remember a term that no post has yet."""
        self.index()
        table = self.table("terms.json")
        self.save_table("terms.json", {**table, taxonomy: [*table.get(taxonomy, []), name]})
        self._remember_terms(taxonomy, [name])

    def _remember_terms(self, taxonomy: str, names: Iterable[str]) -> None:
        for name in names:
            self._terms[taxonomy].setdefault(nfc(name).casefold(), name)

    # Files

    def table(self, name: str) -> dict[str, Any]:
        """Return the table in ``data/NAME``, empty when absent or damaged."""
        try:
            read = json.loads(self._read(self.folder / "data" / name) or b"{}")
        except ValueError:
            return {}
        return read if isinstance(read, dict) else {}

    def save_table(self, name: str, table: Mapping[str, object]) -> None:
        """Write ``data/NAME``."""
        self.write(self.folder / "data" / name, _json(table))

    def write_page(self, path: Path, content: bytes) -> None:
        """Write a page if its bytes change. It can be made again: no waiting for the disk."""
        if self._read(path) != content:
            self.write(path, content, durable=False)

    def write(self, path: Path, content: bytes, *, durable: bool = True) -> None:
        """Replace a file in one step. ``durable``: survive a power cut as well as a crash."""
        temporary = path.with_name(path.name + ".tmp")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with temporary.open("wb") as file:
                file.write(content)
                if durable:
                    file.flush()
                    os.fsync(file.fileno())
        except OSError as error:
            raise NotSentError(self._problem("preview-write", path, error)) from error
        try:
            temporary.replace(path)
        except PermissionError as error:
            raise NotSentError(self._problem("preview-write", path, error)) from error
        except OSError as error:  # a network share may answer so after it has done it
            raise UnknownError(self._problem("preview-write", path, error)) from error

    def remove(self, path: Path) -> None:
        """Delete a page and its folder, if nothing else is in there."""
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise NotSentError(self._problem("preview-write", path, error)) from error
        for parent in path.relative_to(self.folder).parents[:-1]:
            try:
                (self.folder / parent).rmdir()
            except OSError:
                return

    def _read(self, path: Path) -> bytes | None:
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise NotSentError(self._problem("preview-read", path, error)) from error

    def _list(self, folder: Path) -> list[Path]:
        try:
            return [path for path in folder.iterdir() if path.suffix == ".json"]
        except FileNotFoundError:
            return []
        except OSError as error:
            raise NotSentError(self._problem("preview-read", folder, error)) from error

    def _problem(self, code: str, path: Path, error: Exception) -> Problem:
        reason = getattr(error, "strerror", None) or str(error)
        return Problem(code, params={"site": self.site, "path": str(path), "error": reason})


def _derived(record: Record, data: bytes) -> Record:
    links = tuple(dict.fromkeys(_POST_LINK.findall(record.content)))
    return replace(record, links=links, digest=hashlib.sha256(data).hexdigest())


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
