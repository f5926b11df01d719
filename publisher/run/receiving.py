"""Files that people hand in: looked at beside the folders, then saved into posts/ and media/."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import IO

from publisher import attachments, images, posts, word
from publisher.config import Config, laws_file
from publisher.errors import ContentError, PublisherError
from publisher.model import NO_SITE, Attempt, Problem, Severity, State, Where
from publisher.run.arrivals import LACKING
from publisher.run.office import Office, log_of
from publisher.run.reading import Reading, read
from publisher.sources import (
    PICTURE_LIMIT,
    POST_LIMIT,
    POSTS,
    WORD_LIMIT,
    Folders,
    folded,
    is_of_system,
    is_unfinished,
    safe_parts,
)
from publisher.text import nfc

_MEGABYTE = 1024 * 1024
_CAPTIONS = frozenset({".txt"})
_BLOCK = 1024 * 1024
_LONGEST = 200  # characters of a path below posts/: Windows takes 260 for the whole


class Fate(StrEnum):
    """What becomes of a file.

    ``new``: nothing stands in its way. ``same``: it is there already, byte for byte.
    ``other``: another one is there. ``refused``: it is not taken. ``saved``, ``kept``: after
    saving, itself or the one of before. ``failed``: it could not be saved.
    """

    NEW = "new"
    SAME = "same"
    OTHER = "other"
    REFUSED = "refused"
    SAVED = "saved"
    KEPT = "kept"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Item:
    """One file that was handed in.

    name: as it was sent. file: where it goes, as people know it (``posts/2023/a.md``), "" when
    nowhere. staged: where it lies meanwhile. key: of a post, "" for other files. there: SHA-256
    of the file that is there already, "" for none; standing: where that one lies.
    """

    name: str
    fate: Fate
    file: str = ""
    staged: Path = Path()
    target: Path = Path()
    key: str = ""
    title: str = ""
    size: int = 0
    digest: str = ""
    there: str = ""
    problems: tuple[Problem, ...] = ()

    @property
    def is_post(self) -> bool:
        """Whether it is a text of its own."""
        return self.target.suffix.lower() in POSTS


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
    looked = _checked(config, items, place, published, today)
    return tuple(_beside(item) for item in looked)


def save(office: Office, items: Sequence[Item], chosen: Iterable[str]) -> tuple[Item, ...]:
    """Save what was handed in, pictures first, and write into the log who did it.

    chosen: files that may take the place of the one that is there. Each is written under a
    name that nobody reads and then renamed, so that a scheduler sees whole files only. Raise
    LogError when that can't be written down; the files of before stay then.
    """
    may_replace = frozenset(chosen)
    wanted = [i for i in items if _is_wanted(i, may_replace)]
    done: dict[str, Item] = {}
    if wanted:
        with log_of(office) as log:
            run_id = log.start_run("drop")
            for item in sorted(wanted, key=lambda i: i.is_post):
                action = "drop" if item.is_post else "drop-file"
                key = item.key or item.file
                attempt = Attempt(NO_SITE, key, action, item.digest, item.file, item.title)
                started = log.started(run_id, attempt)
                saved = _save(office.config, item)
                good = saved.fate is Fate.SAVED
                problem = None if good else saved.problems[-1]
                state = State.DONE if good else State.REFUSED
                log.finished(run_id, started, state, problem=problem)
                done[item.file] = saved
            failed = sum(1 for one in done.values() if one.fate is not Fate.SAVED)
            log.finish_run(run_id, int(bool(failed)), {"saved": len(done) - failed})
    return tuple(done.get(item.file) or _left(item) for item in items)


def discard(place: Path) -> None:
    """Forget what was handed in."""
    shutil.rmtree(place, ignore_errors=True)


def _is_wanted(item: Item, may_replace: frozenset[str]) -> bool:
    return item.fate is Fate.NEW or (item.fate is Fate.OTHER and item.file in may_replace)


def _left(item: Item) -> Item:
    return replace(item, fate=Fate.KEPT) if item.fate is Fate.OTHER else item


# Looking


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
    known = ending in POSTS or images.is_supported(parts[-1]) or ending in _CAPTIONS
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
    if not _is_inside(target, root):
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
    there = _digest(target)
    fate = Fate.NEW if not there else Fate.SAME if there == digest else Fate.OTHER
    key = below.with_suffix("").as_posix() if target.suffix.lower() in POSTS else ""
    return Item(name, fate, shown, path, target, key, "", size, digest, there)


def _shown(config: Config, path: Path) -> str:
    try:
        return path.relative_to(config.base).as_posix()
    except ValueError:
        return path.as_posix()


def _is_inside(path: Path, root: Path) -> bool:
    """Return whether a path, all links followed, lies below a folder."""
    try:
        return path.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError, ValueError):
        return False


def _limit(target: Path, config: Config) -> int:
    ending = target.suffix.lower()
    if ending == ".docx":
        return WORD_LIMIT
    if ending == ".md" or ending in _CAPTIONS:
        return POST_LIMIT
    return PICTURE_LIMIT if images.is_supported(target.name) else config.media.limit_mb * _MEGABYTE


def _copy(data: IO[bytes], path: Path, limit: int) -> tuple[int, str]:
    """Write bytes into a file, hardly more than so many; return how many, and their digest."""
    size, digest = 0, hashlib.sha256()
    with path.open("wb") as file:
        while block := data.read(_BLOCK):
            size += len(block)
            if size > limit:
                break
            digest.update(block)
            file.write(block)
    return size, digest.hexdigest()


def _digest(path: Path) -> str:
    """Return the digest of a file that is there, "" when there is none."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return ""
    except OSError:  # a folder of that name, or one that may not be read: in the way all the same
        return "-"


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


def _checked(
    config: Config, items: Sequence[Item], place: Path, published: Iterable[str], today: date
) -> Iterator[Item]:
    """Yield items with what is wrong with them; what is not what its name says is refused."""
    texts = [item for item in items if item.is_post and item.fate is not Fate.REFUSED]
    found: dict[str, list[Problem]] = {}
    reading: Reading | None = None
    if texts:
        reading = read(_config(config, place), tuple(published), today, editing=True)
        real = Folders(
            config.base, config.posts, config.media_folder, config.state / "cache" / "digests.json"
        )
        targets = {_staged_name(item, place): item for item in texts}
        for problem in reading.problems:
            item = targets.get(problem.where.file)
            if item and not _is_there(problem, item, real):
                found.setdefault(item.file, []).append(_placed(problem, item))
    named = {p.file: p for p in reading.posts} if reading else {}
    for item in items:
        if item.fate is Fate.REFUSED:
            yield item
            continue
        own = tuple(found.get(item.file, ()))
        strange = _strange(item)
        if strange:
            yield replace(item, fate=Fate.REFUSED, problems=strange)
            continue
        post = named.get(_staged_name(item, place))
        title, key = (post.title, post.key) if post else ("", item.key)
        yield replace(item, title=title, key=key, problems=own)


def _config(config: Config, place: Path) -> Config:
    """Return the settings under which what lies in a place is read, and nothing else."""
    paths = config.paths.model_copy(
        update={"posts": Path("posts"), "media": config.media_folder, "state": Path("state")}
    )
    checks = config.checks.model_copy(update={"laws": laws_file(config)})
    return config.model_copy(update={"base": place, "paths": paths, "checks": checks})


def _staged_name(item: Item, place: Path) -> str:
    return item.staged.relative_to(place).as_posix() if item.file else ""


def _placed(problem: Problem, item: Item) -> Problem:
    return replace(problem, where=Where(item.file, problem.where.line))


def _is_there(problem: Problem, item: Item, real: Folders) -> bool:
    """Return whether what a post lacks lies in the office's own folders."""
    name = LACKING.get(problem.code)
    if name is None:
        return False
    wanted = str(problem.params[name])
    if problem.code == "link-dead":
        return real.post_key(item.target, wanted) is not None
    if problem.code == "gallery-empty":
        shelf = real.shelf(item.target, wanted, images.SUFFIXES)
        return bool(shelf and shelf.files)
    return real.picture(item.target, wanted) is not None


def _strange(item: Item) -> tuple[Problem, ...]:
    """Return why a file is not what its name says, or is dangerous to whoever opens it."""
    where = Where(item.file)
    try:
        data = item.staged.read_bytes()
        if images.is_supported(item.target.name):
            images.inspect(data)
            return ()
        if item.target.suffix.lower() == ".docx":
            word.read(data, item.file, posts.key_of, posts.meant)
            return ()
        if item.is_post or item.target.suffix.lower() in _CAPTIONS:
            return (Problem("drop-not-text", where),) if _is_binary(data) else ()
        found = attachments.inspect(data, item.file)
        wrong = tuple(p for p in found if p.severity is Severity.ERROR)
    except PublisherError as error:
        wrong = error.problems
    except OSError as error:
        params = {"error": error.strerror or type(error).__name__}
        wrong = (Problem("file-unreadable", where, params),)
    return tuple(replace(p, where=Where(item.file, p.where.line)) for p in wrong)


def _is_binary(data: bytes) -> bool:
    """Return whether bytes are no text; UTF-16, which Notepad writes, is told by its mark."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    return b"\0" in data or data.startswith((b"%PDF", b"PK\3\4", b"\xff\xd8\xff", b"MZ\x90"))


# Saving


def _save(config: Config, item: Item) -> Item:
    """Put one file in its place, if that still is as it was when somebody looked at it."""
    root = config.posts if item.target.is_relative_to(config.posts) else config.media_folder
    fresh = item.target.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        if not _is_inside(item.target, root):
            return _failed(item, Problem("drop-name", Where(item.file)))
        item.target.parent.mkdir(parents=True, exist_ok=True)
        if _digest(item.staged) != item.digest:
            return _failed(item, Problem("drop-changed", Where(item.file)))
        with item.staged.open("rb") as source, fresh.open("xb") as file:
            shutil.copyfileobj(source, file, _BLOCK)
            file.flush()
            os.fsync(file.fileno())
        if _digest(item.target) != item.there:
            return _failed(item, Problem("drop-changed", Where(item.file)))
        place = _over if item.there else _anew
        place(fresh, item.target)
    except FileExistsError:
        return _failed(item, Problem("drop-changed", Where(item.file)))
    except OSError as error:
        params = {"error": error.strerror or type(error).__name__}
        return _failed(item, Problem("file-unwritable", Where(item.file), params))
    finally:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
    return replace(item, fate=Fate.SAVED)


def _failed(item: Item, problem: Problem) -> Item:
    return replace(item, fate=Fate.FAILED, problems=(*item.problems, problem))


def _over(fresh: Path, target: Path) -> None:
    fresh.replace(target)


def _anew(fresh: Path, target: Path) -> None:
    """Give a file its name unless something has that name by now. Raise FileExistsError."""
    if os.name == "nt":
        fresh.rename(target)  # Windows refuses what is taken
        return
    try:
        os.link(fresh, target)
    except FileExistsError:
        raise
    except OSError:  # a share without links: between these two calls somebody could come
        if target.exists():
            raise FileExistsError(target) from None
        fresh.rename(target)
