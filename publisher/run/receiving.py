"""Files that people hand in: put beside the folders and looked at, before anything is saved."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import IO

from publisher import attachments, images
from publisher.config import Config
from publisher.errors import ContentError
from publisher.model import Problem, Where
from publisher.run.handed import BLOCK, Fate, Item, digest_at, is_inside
from publisher.run.vetting import CAPTIONS, checked
from publisher.sources import (
    PICTURE_LIMIT,
    POST_LIMIT,
    POSTS,
    WORD_LIMIT,
    folded,
    is_of_system,
    is_unfinished,
    safe_parts,
)
from publisher.text import nfc

_MEGABYTE = 1024 * 1024
_LONGEST = 200  # characters of a path below posts/: Windows takes 260 for the whole


def receive(
    config: Config,
    files: Iterable[tuple[str, IO[bytes]]],
    folder: str,
    place: Path,
    published: Iterable[str],
    today: date,
) -> tuple[Item, ...]:
    """Put files into a folder of their own, look at them, and say what would become of each.

    files: names as they were sent, with folders perhaps, and their bytes. folder: below posts/
    (and media/, when no post is among them) where they are to go. place: an empty folder beside
    the log. published: keys that the log knows. today: for the checks of texts. Nothing outside
    ``place`` is written. Raise ContentError when it can't be written.
    """
    below = safe_parts(folder)
    named = [(name, safe_parts(name), data) for name, data in files if name]
    has_post = any(parts and _ending(parts[-1]) in POSTS for _, parts, _ in named)
    root = config.posts if has_post else config.media_folder
    kind = "posts" if has_post else "media"
    items: list[Item] = []
    taken: set[str] = set()
    for name, parts, data in named:
        if is_of_system(_written(name)):
            continue  # nobody meant to hand it in
        item = _refusal(name, parts)
        if item is None:
            path = _spelled(root, (*below, *parts))
            item = _staged(name, path, root, kind, place, data, config)
            if item.fate is not Fate.REFUSED and folded(item.file) in taken:
                item = _refused(name, Problem("drop-twice", Where(item.file)))
            taken.add(folded(item.file))
        items.append(item)
    looked = checked(config, items, place, published, today)
    return tuple(_beside(item) for item in looked)


def _ending(name: str) -> str:
    return Path(name).suffix.lower()


def _written(name: str) -> tuple[str, ...]:
    parts = nfc(name).replace("\\", "/").split("/")
    return tuple(part for part in parts if part.strip(" ."))


def _refused(name: str, problem: Problem, **more: object) -> Item:
    return replace(
        Item(name, Fate.REFUSED, problems=(problem,)),
        **more,  # type: ignore[arg-type]
    )


def _refusal(name: str, parts: tuple[str, ...]) -> Item | None:
    """Return why a file is not even kept to be looked at, by its name."""
    if not parts:
        return _refused(name, Problem("drop-name"))
    ending = _ending(parts[-1])
    known = ending in POSTS or images.is_supported(parts[-1]) or ending in CAPTIONS
    if is_unfinished(parts[-1]) or not (known or attachments.use_of(parts[-1])):
        return _refused(name, Problem("drop-kind", params={"suffix": ending or parts[-1]}))
    return None


def _spelled(root: Path, parts: tuple[str, ...]) -> Path:
    """Return a path below a folder, with names as they are spelt there already."""
    path = root
    for part in parts:
        names: Mapping[str, str] = {}
        with suppress(OSError):
            names = {folded(name): name for name in os.listdir(path)}  # noqa: PTH208
        path = path / names.get(folded(part), part)
    return path


def _staged(
    name: str, target: Path, root: Path, kind: str, place: Path, data: IO[bytes], config: Config
) -> Item:
    below = target.relative_to(root)
    shown = _shown(config, target)
    if not is_inside(target, root):
        return _refused(name, Problem("drop-name"))
    if len(below.as_posix()) > _LONGEST:
        return _refused(name, Problem("drop-long", Where(shown), {"limit": _LONGEST}))
    path = place / kind / below
    limit = _limit(target, config)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        size, digest = _copy(data, path, limit)
    except OSError as error:
        params = {"error": error.strerror or type(error).__name__}
        raise ContentError(Problem("file-unwritable", Where(shown), params)) from error
    if size > limit:
        path.unlink(missing_ok=True)
        large = {"limit": max(1, limit // _MEGABYTE)}
        return _refused(name, Problem("drop-large", Where(shown), large))
    there = digest_at(target)
    fate = Fate.NEW if not there else Fate.SAME if there == digest else Fate.OTHER
    key = below.with_suffix("").as_posix() if target.suffix.lower() in POSTS else ""
    return Item(name, fate, shown, path, target, key, "", size, digest, there)


def _shown(config: Config, path: Path) -> str:
    try:
        return path.relative_to(config.base).as_posix()
    except ValueError:
        return path.as_posix()


def _limit(target: Path, config: Config) -> int:
    ending = target.suffix.lower()
    if ending == ".docx":
        return WORD_LIMIT
    if ending == ".md" or ending in CAPTIONS:
        return POST_LIMIT
    return PICTURE_LIMIT if images.is_supported(target.name) else config.media.limit_mb * _MEGABYTE


def _copy(data: IO[bytes], path: Path, limit: int) -> tuple[int, str]:
    """Write bytes into a file, hardly more than so many; return how many, and their digest."""
    size, digest = 0, hashlib.sha256()
    with path.open("wb") as file:
        while block := data.read(BLOCK):
            size += len(block)
            if size > limit:
                break
            digest.update(block)
            file.write(block)
    return size, digest.hexdigest()


def _beside(item: Item) -> Item:
    """Refuse a post whose name is taken by one of another kind: both would be the same post."""
    if item.fate is not Fate.NEW or not item.is_post:
        return item
    stem = folded(item.target.stem)
    names: Iterable[str] = ()
    with suppress(OSError):
        names = os.listdir(item.target.parent)  # noqa: PTH208
    for name in names:
        other = Path(name)
        if other.suffix.lower() in POSTS and folded(other.stem) == stem:
            problem = Problem("drop-beside", Where(item.file), {"other": name})
            return replace(item, fate=Fate.REFUSED, problems=(*item.problems, problem))
    return item
