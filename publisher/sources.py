"""The folders: the only room that reads posts/ and media/. It never writes there."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from publisher.errors import ContentError
from publisher.model import Problem, SourceFile, Where
from publisher.text import nfc

POST_LIMIT = 1024 * 1024
PICTURE_LIMIT = 200 * 1024 * 1024
_SETTLED = 2.0
"""Seconds after which a file's time of change is trusted to tell of the next change."""


@dataclass(frozen=True, slots=True)
class Found:
    """A post on disk: its key, its place, its path as people know it (``posts/a/b.md``)."""

    key: str
    path: Path
    file: str


class Folders:
    """posts/ and media/, with a memory of digests so that unchanged pictures are not read.

    base: the folder of config.toml, from which paths are shown to people.
    cache: a JSON file that may be deleted at any time.
    """

    def __init__(self, base: Path, posts: Path, media: Path, cache: Path) -> None:
        self.base = base
        self.posts = posts
        self.media = media
        self._cache = cache
        self._names: dict[Path, dict[str, str]] = {}
        self._paths: dict[str, Path] = {}
        self._digests: dict[str, tuple[int, int, str]] = {}
        self._dirty = False
        try:
            stored = json.loads(cache.read_text(encoding="utf-8"))
            self._digests = {k: (int(s), int(t), str(d)) for k, (s, t, d) in stored.items()}
        except (OSError, ValueError, TypeError, AttributeError):
            self._digests = {}  # no cache yet, or not ours: everything is read once more

    def scan(self) -> list[Found]:
        """Return every post below posts/, by key.

        Raise ContentError when it is not there, or a folder in it can't be opened.
        """
        if not self.posts.is_dir():
            raise ContentError(Problem("folder-missing", Where(self.shown(self.posts))))
        found = [self._found(path) for path in self._walk(self.posts)]
        return sorted(found, key=lambda f: f.key)

    def _walk(self, folder: Path) -> Iterator[Path]:
        try:
            entries = sorted(os.scandir(folder), key=lambda e: e.name)
        except OSError as error:  # its posts would seem to be gone
            raise _unreadable(self.shown(folder), error) from error
        for entry in entries:
            # Hidden files, Word's lock files and editors' back-ups are nobody's posts.
            if entry.name.startswith((".", "~")):
                continue
            path = Path(entry.path)
            if entry.is_dir(follow_symlinks=False):
                yield from self._walk(path)
            elif path.suffix.lower() == ".md" and self._inside(path, self.posts):
                yield path

    def _found(self, path: Path) -> Found:
        return Found(self._key(path), path, self.shown(path))

    def _key(self, path: Path) -> str:
        below = path.relative_to(self.posts)
        if below.name.lower() == "index.md" and len(below.parts) > 1:
            return _text(below.parent)
        return _text(below.with_suffix(""))

    def read(self, found: Found) -> bytes:
        """Return a post's bytes. Raise ContentError when it can't be read or is too long."""
        try:
            if found.path.stat().st_size > POST_LIMIT:
                problem = Problem("post-long", Where(found.file), {"limit": POST_LIMIT // 1024})
                raise ContentError(problem)
            if not found.path.is_file():  # a pipe would be waited for without end
                raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
            return found.path.read_bytes()
        except OSError as error:
            raise _unreadable(found.file, error) from error

    def post_key(self, post: Path, href: str) -> str | None:
        """Return the key of the post that a link from another post means, or None."""
        path = self._lookup(post.parent, href, self.posts) or self._lookup(
            self.posts, href.removeprefix("/").removeprefix("posts/"), self.posts
        )
        return self._key(path) if path and path.suffix.lower() == ".md" else None

    def picture(self, post: Path, src: str) -> SourceFile | None:
        """Return the picture that a post shows as ``src``, or None.

        It is looked for beside the post, then below media/; case and the form of Vietnamese
        marks do not matter. Nothing outside posts/ and media/ is ever found.
        """
        path = self._find_picture(post, src)
        if path is None:
            return None
        try:
            digest = self._digest(path)
        except OSError:
            return None
        shown = self.shown(path)
        self._paths[shown] = path
        return SourceFile(shown, digest)

    def _find_picture(self, post: Path, src: str) -> Path | None:
        src = src.replace("\\", "/")
        bare = src.removeprefix("/")
        return (
            self._lookup(post.parent, src, self.posts)
            or self._lookup(post.parent, src, self.media)
            or self._lookup(self.media, bare.removeprefix("media/"), self.media)
            or self._lookup(self.posts, bare.removeprefix("posts/"), self.posts)
        )

    def picture_bytes(self, picture: SourceFile) -> bytes:
        """Return the bytes of a picture that :meth:`picture` found.

        Raise ContentError when it is gone, too large, or changed since.
        """
        path = self._paths[picture.path]
        where = Where(picture.path)
        try:
            if path.stat().st_size > PICTURE_LIMIT:
                params = {"limit": PICTURE_LIMIT // 1024 // 1024}
                raise ContentError(Problem("picture-large", where, params))
            data = path.read_bytes()
        except OSError as error:
            raise _unreadable(picture.path, error) from error
        if hashlib.sha256(data).hexdigest() != picture.digest:
            # It may be the memory that is wrong, after a copy that kept size and time.
            self._dirty |= self._digests.pop(str(path), None) is not None
            self.save()
            raise ContentError(Problem("file-changing", where))
        return data

    def shown(self, path: Path) -> str:
        """Return a path as people know it: from config.toml's folder, with "/"."""
        try:
            return _text(path.relative_to(self.base))
        except ValueError:
            return _text(path)

    def _inside(self, path: Path, root: Path) -> bool:
        try:
            return path.resolve().is_relative_to(root.resolve())
        except (OSError, RuntimeError):  # links in a circle
            return False

    def _lookup(self, start: Path, src: str, root: Path) -> Path | None:
        """Follow ``src`` from ``start``, comparing names as Windows does; stay below root."""
        wanted = PurePosixPath(src)
        if wanted.is_absolute() or not wanted.parts or ":" in wanted.parts[0]:
            return None
        path = start
        for part in wanted.parts:
            if part == "..":
                path = path.parent
                continue
            name = self._listing(path).get(nfc(part).casefold())
            if name is None:
                return None
            path = path / name
        return path if self._inside(path, root) and path.is_file() else None

    def _listing(self, folder: Path) -> Mapping[str, str]:
        if folder not in self._names:
            try:
                names = sorted(path.name for path in folder.iterdir())
            except OSError:
                names = []
            self._names[folder] = {nfc(name).casefold(): name for name in names}
        return self._names[folder]

    def _digest(self, path: Path) -> str:
        stat = path.stat()
        known = self._digests.get(str(path))
        if known and known[:2] == (stat.st_size, stat.st_mtime_ns):
            return known[2]
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        # A file written within the clock's grain of now could change again unseen.
        if time.time() - stat.st_mtime > _SETTLED:
            self._digests[str(path)] = (stat.st_size, stat.st_mtime_ns, digest)
            self._dirty = True
        return digest

    def save(self) -> None:
        """Remember the digests for the next run; without a place to write, do without."""
        if not self._dirty:
            return
        fresh = self._cache.with_name(f"{self._cache.name}.new")
        try:
            self._cache.parent.mkdir(parents=True, exist_ok=True)
            fresh.write_text(json.dumps(self._digests), encoding="utf-8")
            fresh.replace(self._cache)
        except OSError:
            with suppress(OSError):
                fresh.unlink()


def _text(path: Path) -> str:
    """Return a path with "/", in NFC; what is no text in a name (an old zip's) becomes "?"."""
    return nfc(path.as_posix().encode("utf-8", "replace").decode())


def _unreadable(file: str, error: OSError) -> ContentError:
    said = error.strerror or type(error).__name__
    return ContentError(Problem("file-unreadable", Where(file), {"error": said}))
