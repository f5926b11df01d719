"""Posts, pictures and other files of the two folders, as a reading of them asks for."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from publisher import word
from publisher.errors import ContentError
from publisher.model import Problem, Severity, SourceFile, Where
from publisher.sources import disk, ground, scanning
from publisher.sources.digests import Digests, tells
from publisher.sources.ground import Listed
from publisher.sources.looks import Looks
from publisher.sources.names import ending, folded, is_unfinished, original_of
from publisher.sources.places import Names, Places
from publisher.sources.scanning import POSTS, Found, Scan
from publisher.sources.settling import Settling, mark_of
from publisher.sources.shelves import Shelf, folders_of, shelf_of

POST_LIMIT = 1024 * 1024
WORD_LIMIT = 100 * 1024 * 1024
"""Bytes of a Word document, its pictures included."""
PICTURE_LIMIT = 200 * 1024 * 1024


@dataclass(slots=True)
class Watch:
    """On what answers depend: folders whose names were looked through.

    shown: files, as people know them, that were found there. sure: whether that is all: what
    the system refused may be allowed without a sign of it.
    """

    asked: set[Path] = field(default_factory=set)
    shown: set[str] = field(default_factory=set)
    sure: bool = True


class Folders:
    """posts/ and media/ in one reading; the memory of digests lasts longer.

    base: the folder of config.toml, from which paths are shown to people.
    cache: a JSON file that may be deleted at any time. settling: what earlier readings saw;
    without it every file is taken that does not change while it is read.
    """

    def __init__(
        self, base: Path, posts: Path, media: Path, cache: Path, settling: Settling | None = None
    ) -> None:
        self.posts = posts
        self.media = media
        self._places = Places(base, posts, media)
        self._ground: dict[str, Listed] = {}
        self._watch = Watch()
        self._doubtful: set[Path] = set()
        self.mistaken: Callable[[Path], None] = lambda _: None
        self._digests = Digests(cache)
        self._looks = Looks(settling)
        self._scan = Scan()
        self._paths: dict[str, Path] = {}
        self._sources: dict[Path, SourceFile | None] = {}
        self._embedded: dict[str, tuple[Path, str]] = {}
        self._passed: dict[str, Problem] = {}
        self._online: set[str] = set()

    def shown(self, path: Path) -> str:
        """Return a path as people know it: from config.toml's folder, with "/"."""
        return self._places.shown(path)

    # What earlier readings found out

    def survey(self, folders: Iterable[str]) -> Mapping[str, Listed]:
        """List folders (absolute) and mark their files, before anything of them is read.

        Return those that are there.
        """
        for name in folders:
            with suppress(OSError, ValueError):
                listed = self._ground[name] = ground.listed(name, self._looks.saw)
                if listed is not ground.ABSENT:
                    self._places.know(Path(name), listed.entries)
        return self._ground

    def ground(self) -> Mapping[str, Listed]:
        """Return every folder of this reading, with marks by which a change is noticed.

        What was read without a mark that was taken before has none.
        """
        known: dict[Path, Names] = {**self._places.known, **dict.fromkeys(self._places.absent, ())}
        for folder, names in known.items():
            if str(folder) not in self._ground:
                with suppress(OSError):
                    listed = ground.listed(str(folder))
                    self._ground[str(folder)] = self._reviewed(folder, names, listed)
        return self._ground

    def _reviewed(self, folder: Path, names: Names, now: Listed) -> Listed:
        """Given a folder as it is by now, return what can be said of it as it was read."""
        marks, sure = {}, now.entries == names
        for name, mark in now.marks.items():
            before = self._looks.mark(os.path.join(str(folder), name))  # noqa: PTH118
            if before is None or before == mark:
                marks[name] = mark
            else:
                sure = False
        return Listed(now.entries, now.names if sure else "", now.whole if sure else "", marks)

    def watch(self, watch: Watch | None) -> Watch:
        """Return what notes from now on what the answers rest on: more of the same, if given."""
        self._watch = watch or Watch()
        self._places.asked = self._watch.asked
        return self._watch

    @property
    def settles(self) -> bool:
        """Whether files are compared with what earlier readings saw of them."""
        return self._looks.settles

    def are_still(self, files: Iterable[str]) -> bool:
        """Return whether files, as people know them, stand still since the last reading."""
        if not self.settles:
            return True
        with suppress(OSError):
            paths = [self._path(file) for file in files]
            # Each is asked about, so that all of them are remembered.
            still = [path is not None and self._looks.is_still(path) for path in paths]
            return all(still)
        return False

    # Posts

    def scan(self) -> list[Found]:
        """Return every post below posts/, by key.

        Raise ContentError when it is not there, AwayError when a folder in it can't be listed.
        """
        self._looks.begin((self.posts, self.media))
        self._scan = scanning.scan(self._places)
        return self._scan.found

    @property
    def others(self) -> frozenset[str]:
        """The keys of files that the scan passed over though they are there."""
        return frozenset(self._scan.others)

    def is_still(self, found: Found) -> bool:
        """Return whether a post stands still; without a memory of earlier readings it does."""
        if not self.settles:
            return True
        try:
            return self._looks.is_still(found.path)
        except OSError:
            return True  # what is wrong with it is told when it is read

    def read(self, found: Found) -> bytes:
        """Return a post's bytes.

        Raise ContentError when it can't be read or is too long, and with a warning when it has
        to be waited for: file-arriving, file-online. Raise AwayError when the share is gone.
        """
        if found.is_placeholder:
            raise _online(found.file, found.file)
        try:
            stat = self._looks.status(found.path)
            if disk.is_online_only(stat):
                raise _online(found.file, found.file)
            limit = WORD_LIMIT if found.is_word else POST_LIMIT
            if stat.st_size > limit:
                problem = Problem("post-long", Where(found.file), {"limit": limit // 1024})
                raise ContentError(problem)
            with disk.opened(found.path) as file:
                data = file.read(limit + 1)
        except OSError as error:
            raise self._unread(found.file, found.path, error, gone_waits=True) from error
        if len(data) != stat.st_size:
            raise _arriving(found.file)
        return data

    def stamp(self, found: Found) -> tuple[int, int] | None:
        """Return a post's size (bytes) and time of change (ns), None when they tell nothing.

        A file that was written within the clock's grain of now could change again unseen.
        """
        try:
            stat = self._looks.status(found.path)
        except OSError:
            return None
        return mark_of(stat) if tells(stat) else None

    def post_key(self, post: Path, href: str) -> str | None:
        """Return the key of the post that a link from another post means, or None."""
        path = self._places.lookup(post.parent, href, self.posts) or self._places.lookup(
            self.posts, href.removeprefix("/").removeprefix("posts/"), self.posts
        )
        return scanning.key_of(self._places, path) if path and ending(path.name) in POSTS else None

    # Pictures and other files

    def picture(self, post: Path, src: str) -> SourceFile | None:
        """Return the picture that a post shows as ``src``, or None.

        It is looked for beside the post, then below media/; case and the form of Vietnamese
        marks do not matter. Nothing outside posts/ and media/ is ever found. Its digest is ""
        as long as it has to be waited for.
        """
        path = self._find_picture(post, src)
        return self._source(path) if path else None

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
        places = [(folder, "*") for folder in folders_of(self._places, post, written.rstrip("/"))]
        if not places:
            if tail and not any(c in tail for c in "*?["):
                return None
            places = [(folder, tail) for folder in folders_of(self._places, post, head)]
        shelves = [
            shelf_of(
                self._places, folder, pattern, endings, self._source, self._captions, self._passes
            )
            for folder, pattern in places
        ]
        filled = next((shelf for shelf in shelves if shelf.files), None)
        return filled or (shelves[0] if shelves else Shelf(head or written, tail or "*", ()))

    def embedded(self, found: Found, name: str, picture: word.Embedded) -> SourceFile:
        """Return a picture within a Word document, as one that lies in a folder of its name."""
        shown = f"{found.file}/{name}"
        self._embedded[shown] = (found.path, picture.part)
        return SourceFile(shown, picture.digest)

    def size(self, file: SourceFile) -> int:
        """Return the bytes of a file that :meth:`picture` gave, 0 when it is gone."""
        try:
            path = self._path(file.path)
            return disk.status(path).st_size if path else 0
        except OSError:
            return 0

    def _path(self, shown: str) -> Path | None:
        """Return where a file is, also one that was found by an earlier reading."""
        for root in (self.posts, self.media):
            below = shown.removeprefix(f"{self.shown(root)}/")
            if shown not in self._paths and below != shown:
                found = self._places.lookup(root, below, root)
                self._paths |= {shown: found} if found else {}
        return self._paths.get(shown)

    def is_online(self, file: SourceFile) -> bool:
        """Return whether a file has to be waited for because it lies in the cloud alone."""
        return file.path in self._online

    def picture_bytes(self, picture: SourceFile) -> bytes:
        """Return the bytes of a picture that :meth:`picture` or :meth:`embedded` gave.

        Raise ContentError when it is gone, too large, in the cloud alone, or changed since.
        """
        where = Where(picture.path)
        if picture.path in self._embedded:
            path, part = self._embedded[picture.path]
            try:
                with disk.opened(path) as document:
                    data = word.member(document, part, picture.path)
            except OSError as error:
                raise self._unread(picture.path, path, error) from error
            if hashlib.sha256(data).hexdigest() != picture.digest:
                raise ContentError(Problem("file-changing", where))
            return data
        place = self._path(picture.path)
        if place is None:
            raise ContentError(Problem("file-changing", where))
        path = place
        try:
            stat = disk.status(path)
            if stat.st_size > PICTURE_LIMIT:
                params = {"limit": PICTURE_LIMIT // 1024 // 1024}
                raise ContentError(Problem("picture-large", where, params))
            if disk.is_online_only(stat):
                raise _online(picture.path, picture.path)
            with disk.opened(path) as file:
                data = file.read()
        except OSError as error:
            raise self._unread(picture.path, path, error) from error
        if hashlib.sha256(data).hexdigest() != picture.digest:
            # It may be the memory that is wrong, after a copy that kept size and time.
            self._digests.forget(path)
            self._digests.save()
            self.mistaken(path.parent)
            raise ContentError(Problem("file-changing", where))
        return data

    def bytes_read(self, picture: SourceFile) -> bytes:
        """Return the bytes of a picture as they were read, or else as :meth:`picture_bytes`."""
        data = self._digests.content(picture.digest)
        return self.picture_bytes(picture) if data is None else data

    # The reading as a whole

    def passed_over(self) -> list[Problem]:
        """Return what was passed over."""
        return [*self._scan.problems, *self._passed.values()]

    def strays(self) -> list[str]:
        """Return the documents below posts/, as people know them, that no post asked for."""
        used = set(self._paths.values()) if self._scan.strays else ()
        return [self.shown(path) for path in self._scan.strays if path not in used]

    def moved(self) -> frozenset[str]:
        """Return files that changed since they were read, as people know them.

        Only those are looked at that were changed lately anyway.
        """
        return frozenset(map(self.shown, self._looks.moved()))

    def media_is_away(self) -> bool:
        """Return whether media/ is gone or empty, though files below it were read before."""
        empty = not self._places.listing(self.media)
        return empty and self._digests.knows_below(self.media)

    def check(self) -> None:
        """Raise AwayError when posts/ went away while it was read."""
        if self._scan.found:
            self._check(self.posts)

    def _check(self, root: Path) -> None:
        try:
            if not disk.listing(root):
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        except OSError as error:
            raise disk.away(self.shown(root), error) from error

    def save(self) -> None:
        """Remember what was read for the next reading, which ends this one."""
        self._looks.end()
        self.remember()

    def learn(self, other: Folders) -> None:
        """Take over the digests that another memory holds."""
        self._digests.learn(other._digests)

    def remember(self) -> None:
        """Remember the digests."""
        self._digests.save()

    # Within

    def _source(self, path: Path) -> SourceFile | None:
        if path not in self._sources:
            self._sources[path] = self._seen(path)
        self._watch.sure = self._watch.sure and path not in self._doubtful
        if found := self._sources[path]:
            self._watch.shown.add(found.path)
        return found

    def _seen(self, path: Path) -> SourceFile | None:
        shown = self.shown(path)
        try:
            stat = self._looks.status(path)
            digest = self._digests.known(path, stat)
            if not self._looks.is_still(path):
                digest = ""
            elif not digest and disk.is_online_only(stat):
                self._online.add(shown)
            elif not digest:
                digest = self._digests.read(path, stat)
        except OSError as error:
            if disk.is_away(error):
                self._check(self._root_of(path))
            self._doubtful.add(path)
            if not disk.is_in_use(error):
                return None
            digest = ""
        self._paths[shown] = path
        return SourceFile(shown, digest)

    def _captions(self, path: Path) -> bytes | None:
        """Return the bytes of a file of captions, None when it has to be waited for."""
        with suppress(OSError):
            stat = self._looks.status(path)
            if not self._looks.is_still(path) or disk.is_online_only(stat):
                return None
            self._watch.shown.add(self.shown(path))
            with disk.opened(path) as file:
                return file.read(POST_LIMIT)
        self._watch.sure = False
        return None

    def _passes(self, path: Path) -> bool:
        """Return whether a file of a gallery's folder is passed over, which is told."""
        names = self._places.listing(path.parent)
        original = original_of(path.name, lambda name: folded(name) in names)
        if not original and not is_unfinished(path.name):
            return False
        shown = self.shown(path)
        self._watch.sure = False  # it is told by each reading
        if all(problem.where.file != shown for problem in self._scan.problems):
            self._passed[shown] = scanning.passed_over(path, shown, original)
        return True

    def _find_picture(self, post: Path, src: str) -> Path | None:
        src = src.replace("\\", "/")
        bare = src.removeprefix("/")
        lookup = self._places.lookup
        return (
            lookup(post.parent, src, self.posts, self.media)
            or lookup(self.media, bare.removeprefix("media/"), self.media)
            or lookup(self.posts, bare.removeprefix("posts/"), self.posts)
        )

    def _unread(
        self, file: str, path: Path, error: OSError, *, gone_waits: bool = False
    ) -> ContentError:
        """Return what it means that a file can't be read. Raise AwayError when all can't."""
        if disk.is_in_use(error) or (gone_waits and isinstance(error, FileNotFoundError)):
            return _arriving(file)
        if disk.is_away(error):
            self._check(self._root_of(path))
        return disk.unreadable(file, error)

    def _root_of(self, path: Path) -> Path:
        return self.media if path.is_relative_to(self.media) else self.posts


def _arriving(file: str) -> ContentError:
    return ContentError(Problem("file-arriving", Where(file), severity=Severity.WARNING))


def _online(file: str, path: str) -> ContentError:
    return ContentError(Problem("file-online", Where(file), {"path": path}, Severity.WARNING))
