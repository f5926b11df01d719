"""Galleries that name a folder: which files of it are their pictures."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from publisher.model import SourceFile
from publisher.sources.names import as_counted, ending, folded, is_hidden
from publisher.sources.places import Places
from publisher.text import fold

_CAPTIONS = frozenset({"chu thich", "chuthich", "captions", "caption"})
_CAPTION_ENDINGS = (".yaml", ".yml", ".txt")


@dataclass(frozen=True, slots=True)
class Shelf:
    """Pictures that a gallery means by a folder or a pattern, in the order people count.

    captions: path and bytes of the file beside them that tells of them, if there is one.
    awaited: files of the folder that are still being copied, as people know them.
    """

    folder: str
    pattern: str
    files: tuple[SourceFile, ...]
    captions: tuple[str, bytes] | None = None
    awaited: tuple[str, ...] = ()


def folders_of(places: Places, post: Path, written: str) -> list[Path]:
    """Return the folders that a path from a post may mean, beside it first."""
    bare = written.removeprefix("/")
    starts = [(post.parent, written, places.posts), (post.parent, written, places.media)]
    for root, name in ((places.media, "media"), (places.posts, "posts")):
        below = "" if bare == name else bare.removeprefix(f"{name}/")
        starts += [(root, below, root)] if written else []
    found = (places.reach(start, src or ".", root) for start, src, root in starts)
    return [path for path in dict.fromkeys(found) if path and places.is_folder(path)]


def shelf_of(
    places: Places,
    folder: Path,
    pattern: str,
    endings: Collection[str],
    source: Callable[[Path], SourceFile | None],
    captions: Callable[[Path], bytes | None],
    passes: Callable[[Path], bool],
) -> Shelf:
    """Return the pictures of a folder that fit a pattern.

    endings: of the files that are pictures. source: a file, its digest "" while it is being
    copied. captions: bytes of a file, None while it is being copied. passes: whether a file
    is to be passed over, such as a conflict copy.
    """
    root = places.media if places.is_inside(folder, places.media) else places.posts
    wanted = folded(pattern)
    files: list[SourceFile] = []
    told: tuple[str, bytes] | None = None
    awaited: list[str] = []
    for entry in sorted(places.listing(folder).values(), key=lambda e: as_counted(e.name)):
        path = folder / entry.name
        if is_hidden(entry.name) or not entry.is_file or not places.is_inside(path, root):
            continue
        if passes(path):
            continue
        end = ending(entry.name)
        if end in endings and fnmatchcase(folded(entry.name), wanted):
            files += filter(None, [source(path)])
        elif end in _CAPTION_ENDINGS and fold(path.stem) in _CAPTIONS:
            data = captions(path)
            if data is None:
                awaited.append(places.shown(path))
            else:
                told = places.shown(path), data
    awaited += [file.path for file in files if not file.digest]
    return Shelf(places.shown(folder), pattern, tuple(files), told, tuple(awaited))
