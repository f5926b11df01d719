"""The folders: the only room that reads posts/ and media/. It never writes there."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from publisher import word
from publisher.errors import ContentError
from publisher.model import Problem, Severity, SourceFile, Where
from publisher.text import fold, nfc

POST_LIMIT = 1024 * 1024
WORD_LIMIT = 100 * 1024 * 1024
"""Bytes of a Word document, its pictures included."""
POSTS = (".md", ".docx")
"""Endings of the files that are posts."""
NEARLY_POSTS = frozenset({".doc", ".docm", ".dot", ".dotx", ".odt", ".rtf", ".pdf", ".wps"})
"""Endings of documents that are often meant as posts and can't be read."""
PICTURE_LIMIT = 200 * 1024 * 1024
_CAPTIONS = frozenset({"chu thich", "chuthich", "captions", "caption"})
_CAPTION_ENDINGS = (".yaml", ".yml", ".txt")
_SETTLED = 2.0
"""Seconds after which a file's time of change is trusted to tell of the next change."""


@dataclass(frozen=True, slots=True)
class Found:
    """A post on disk: its key, its place, its path as people know it (``posts/a/b.md``)."""

    key: str
    path: Path
    file: str

    @property
    def is_word(self) -> bool:
        """Whether it is a Word document."""
        return self.path.suffix.lower() == ".docx"


@dataclass(frozen=True, slots=True)
class Shelf:
    """Pictures that a gallery means by a folder or a pattern, in the order people count.

    captions: path and bytes of the file beside them that tells of them, if there is one.
    """

    folder: str
    pattern: str
    files: tuple[SourceFile, ...]
    captions: tuple[str, bytes] | None = None


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
        self._embedded: dict[str, tuple[Path, str]] = {}
        self._strays: list[Path] = []
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
        self._strays = []
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
            elif path.suffix.lower() in POSTS and self._inside(path, self.posts):
                yield path
            elif path.suffix.lower() in NEARLY_POSTS:
                self._strays.append(path)

    def _found(self, path: Path) -> Found:
        return Found(self._key(path), path, self.shown(path))

    def _key(self, path: Path) -> str:
        below = path.relative_to(self.posts)
        if below.stem.lower() == "index" and len(below.parts) > 1:
            return _text(below.parent)
        return _text(below.with_suffix(""))

    def read(self, found: Found) -> bytes:
        """Return a post's bytes. Raise ContentError when it can't be read or is too long."""
        try:
            limit = WORD_LIMIT if found.is_word else POST_LIMIT
            if found.path.stat().st_size > limit:
                problem = Problem("post-long", Where(found.file), {"limit": limit // 1024})
                raise ContentError(problem)
            if not found.path.is_file():  # a pipe would be waited for without end
                raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
            return found.path.read_bytes()
        except OSError as error:
            raise _unreadable(found.file, error) from error

    def stamp(self, found: Found) -> tuple[int, int] | None:
        """Return a post's size (bytes) and time of change (ns), None when they tell nothing.

        A file that was written within the clock's grain of now could change again unseen.
        """
        try:
            stat = found.path.stat()
        except OSError:
            return None
        settled = time.time() - stat.st_mtime > _SETTLED
        return (stat.st_size, stat.st_mtime_ns) if settled else None

    def post_key(self, post: Path, href: str) -> str | None:
        """Return the key of the post that a link from another post means, or None."""
        path = self._lookup(post.parent, href, self.posts) or self._lookup(
            self.posts, href.removeprefix("/").removeprefix("posts/"), self.posts
        )
        return self._key(path) if path and path.suffix.lower() in POSTS else None

    def picture(self, post: Path, src: str) -> SourceFile | None:
        """Return the picture that a post shows as ``src``, or None.

        It is looked for beside the post, then below media/; case and the form of Vietnamese
        marks do not matter. Nothing outside posts/ and media/ is ever found.
        """
        path = self._find_picture(post, src)
        return self._source(path) if path else None

    def _source(self, path: Path) -> SourceFile | None:
        try:
            digest = self._digest(path)
        except OSError:
            return None
        shown = self.shown(path)
        self._paths[shown] = path
        return SourceFile(shown, digest)

    def size(self, file: SourceFile) -> int:
        """Return the bytes of a file that :meth:`picture` gave, 0 when it is gone."""
        try:
            return self._paths[file.path].stat().st_size
        except (OSError, KeyError):
            return 0

    def shelf(self, post: Path, written: str, endings: Collection[str]) -> Shelf | None:
        """Return the pictures of a folder (``ảnh``) or a pattern in one (``ảnh/*.jpg``).

        None when neither is meant, but one picture. A shelf without files says where was
        looked. endings: of the files that are pictures, lower case.
        """
        written = written.replace("\\", "/")
        if self._find_picture(post, written):
            return None
        # "ảnh/" and "ảnh" are a folder; after the last "/" may stand a pattern.
        head, _, tail = written.rpartition("/")
        places = [(folder, "*") for folder in self._folders_of(post, written.rstrip("/"))]
        if not places:
            if tail and not any(c in tail for c in "*?["):
                return None
            places = [(folder, tail) for folder in self._folders_of(post, head)]
        shelves = [self._shelf(folder, pattern, endings) for folder, pattern in places]
        filled = next((shelf for shelf in shelves if shelf.files), None)
        return filled or (shelves[0] if shelves else Shelf(head or written, tail or "*", ()))

    def _folders_of(self, post: Path, written: str) -> list[Path]:
        """Return the folders that a path from a post may mean, beside it first."""
        bare = written.removeprefix("/")
        starts = [(post.parent, written, self.posts), (post.parent, written, self.media)]
        for root, name in ((self.media, "media"), (self.posts, "posts")):
            below = "" if bare == name else bare.removeprefix(f"{name}/")
            starts += [(root, below, root)] if written else []
        found = (self._reach(start, src or ".", root) for start, src, root in starts)
        return [path for path in dict.fromkeys(found) if path and path.is_dir()]

    def _shelf(self, folder: Path, pattern: str, endings: Collection[str]) -> Shelf:
        wanted = nfc(pattern).casefold()
        files: list[SourceFile] = []
        captions: tuple[str, bytes] | None = None
        for name in sorted(self._listing(folder).values(), key=_as_counted):
            path = folder / name
            if name.startswith((".", "~")) or not path.is_file():
                continue
            root = self.media if self._inside(folder, self.media) else self.posts
            if not self._inside(path, root):
                continue
            ending = path.suffix.lower()
            if ending in endings and fnmatchcase(nfc(name).casefold(), wanted):
                files += filter(None, [self._source(path)])
            elif ending in _CAPTION_ENDINGS and fold(path.stem) in _CAPTIONS:
                with suppress(OSError), path.open("rb") as file:
                    captions = self.shown(path), file.read(POST_LIMIT)
        return Shelf(self.shown(folder), pattern, tuple(files), captions)

    def embedded(self, found: Found, name: str, picture: word.Embedded) -> SourceFile:
        """Return a picture within a Word document, as one that lies in a folder of its name."""
        shown = f"{found.file}/{name}"
        self._embedded[shown] = (found.path, picture.part)
        return SourceFile(shown, picture.digest)

    def strays(self) -> list[Problem]:
        """Return a warning for each document below posts/ that is no post and in none."""
        used = set(self._paths.values())
        return [
            Problem(
                "post-form",
                Where(self.shown(path)),
                {"suffix": path.suffix.lower()},
                Severity.WARNING,
            )
            for path in self._strays
            if path not in used
        ]

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
        """Return the bytes of a picture that :meth:`picture` or :meth:`embedded` gave.

        Raise ContentError when it is gone, too large, or changed since.
        """
        where = Where(picture.path)
        if picture.path in self._embedded:
            path, part = self._embedded[picture.path]
            try:
                with path.open("rb") as document:
                    data = word.member(document, part, picture.path)
            except OSError as error:
                raise _unreadable(picture.path, error) from error
            if hashlib.sha256(data).hexdigest() != picture.digest:
                raise ContentError(Problem("file-changing", where))
            return data
        path = self._paths[picture.path]
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
        path = self._reach(start, src, root)
        return path if path and path.is_file() else None

    def _reach(self, start: Path, src: str, root: Path) -> Path | None:
        """Follow ``src`` from ``start``, comparing names as Windows does; stay below root."""
        wanted = PurePosixPath(src)
        if wanted.is_absolute() or any(":" in part for part in wanted.parts[:1]):
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
        return path if self._inside(path, root) else None

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


def _as_counted(name: str) -> list[tuple[int, str]]:
    """Return a key that sorts "ảnh 2" before "ảnh 10"."""
    parts = re.split(r"([0-9]+)", nfc(name).casefold())
    # Every second part is a number; one of thousands of digits is no number to anybody.
    return [(int(p[-18:]) if i % 2 else 0, p) for i, p in enumerate(parts)]


def _text(path: Path) -> str:
    """Return a path with "/", in NFC; what is no text in a name (an old zip's) becomes "?"."""
    return nfc(path.as_posix().encode("utf-8", "replace").decode())


def _unreadable(file: str, error: OSError) -> ContentError:
    said = error.strerror or type(error).__name__
    return ContentError(Problem("file-unreadable", Where(file), {"error": said}))
