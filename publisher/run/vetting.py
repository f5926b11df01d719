"""What is wrong with files that people hand in: said before anything is saved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from publisher import attachments, images, posts, word
from publisher.config import Config, laws_file
from publisher.errors import PublisherError
from publisher.model import Problem, Severity, Where
from publisher.run.arrivals import LACKING
from publisher.run.handed import Fate, Item
from publisher.run.reading import Reading, read
from publisher.sources import Folders

CAPTIONS = frozenset({".txt"})
"""Endings of files that hold the words of a picture."""


def checked(
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
        if item.is_post or item.target.suffix.lower() in CAPTIONS:
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
