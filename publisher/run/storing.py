"""What people handed in, saved into posts/ and media/, and written into the log."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from publisher.config import Config
from publisher.model import NO_SITE, Attempt, Problem, State, Where
from publisher.run.handed import BLOCK, Fate, Item, digest_at, is_inside
from publisher.run.office import Office, log_of


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


def _save(config: Config, item: Item) -> Item:
    """Put one file in its place, if that still is as it was when somebody looked at it."""
    root = config.posts if item.target.is_relative_to(config.posts) else config.media_folder
    fresh = item.target.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        if not is_inside(item.target, root):
            return _failed(item, Problem("drop-name", Where(item.file)))
        item.target.parent.mkdir(parents=True, exist_ok=True)
        if digest_at(item.staged) != item.digest:
            return _failed(item, Problem("drop-changed", Where(item.file)))
        with item.staged.open("rb") as source, fresh.open("xb") as file:
            shutil.copyfileobj(source, file, BLOCK)
            file.flush()
            os.fsync(file.fileno())
        if digest_at(item.target) != item.there:
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
