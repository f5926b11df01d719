"""Copies of a log in a SQLite file: made while it is open, proven, and kept for two years."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from publisher.errors import LogError
from publisher.log.chain import GENESIS
from publisher.log.schema import TABLES
from publisher.model import Problem

_DAYS, _MONTHS = 14, 24
_NAME = re.compile(r"log-(\d{4}-\d{2}-\d{2})\.sqlite3")

Heads = dict[str, tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of the log, and in what the log itself is not what the copy before holds."""

    file: Path
    problems: tuple[Problem, ...]


def copy(source: sqlite3.Connection, folder: Path, now: datetime, heads: Heads) -> Copy:
    """Copy an open log to ``folder/log-YYYY-MM-DD.sqlite3``, proven before it has that name.

    now: the office's clock. heads: the ends of the log's tables, which the copy must have.
    Raise LogError when it can't be written, or is not what the log is.
    """
    target = folder / f"log-{now:%Y-%m-%d}.sqlite3"
    fresh = folder / f"{target.name}.new"
    with _reporting(folder):
        folder.mkdir(parents=True, exist_ok=True)
        problems = tuple(_behind(source, folder, target))
        fresh.unlink(missing_ok=True)
        with closing(sqlite3.connect(fresh)) as made:
            source.backup(made)
        with closing(_opened(fresh)) as made:
            sound = made.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
            same = all(_head(made, name) == end for name, end in heads.items())
        if not (sound and same):
            raise LogError(Problem("log-backup", params={"folder": str(folder), "error": "?"}))
        _to_disk(fresh)
        fresh.replace(target)
    return Copy(target, problems)


def prune(folder: Path) -> tuple[Path, ...]:
    """Delete the copies that are too old, and return them. Raise LogError.

    Kept are the newest fourteen, and the first of each of the newest 24 months that have one.
    """
    days = dict(_copies(folder))
    gone = sorted(set(days) - to_keep(days))
    with _reporting(folder):
        for day in gone:
            days[day].unlink(missing_ok=True)
    return tuple(days[day] for day in gone)


def to_keep(days: Iterable[date]) -> set[date]:
    """Return the days whose copies are kept; counted, so that a wrong clock deletes nothing."""
    ordered = sorted(days)
    firsts: dict[tuple[int, int], date] = {}
    for day in ordered:
        firsts.setdefault((day.year, day.month), day)
    return {*ordered[-_DAYS:], *list(firsts.values())[-_MONTHS:]}


def _copies(folder: Path) -> list[tuple[date, Path]]:
    """Return the copies in a folder, oldest first; only what looks like one of ours."""
    found: list[tuple[date, Path]] = []
    with _reporting(folder):
        for path in folder.iterdir():
            if match := _NAME.fullmatch(path.name):
                try:
                    found.append((date.fromisoformat(match[1]), path))
                except ValueError:
                    continue
    return sorted(found)


def _behind(source: sqlite3.Connection, folder: Path, but: Path) -> Iterator[Problem]:
    """Yield what the log lacks of what it was when it was last copied."""
    older = [path for _day, path in _copies(folder) if path != but]
    if not older:
        return
    try:
        with closing(_opened(older[-1])) as before:
            ends = {table.name: _head(before, table.name) for table in TABLES}
    except sqlite3.Error:
        return  # a copy that can't be read says nothing of the log
    for name, (id_, hash_) in ends.items():
        # The name is of our schema.
        query = f"SELECT hash FROM {name} WHERE id = ?"  # noqa: S608
        row = source.execute(query, (id_,)).fetchone() if id_ else None
        if id_ and (row is None or row[0] != hash_):
            params = {"table": name, "id": id_, "copy": older[-1].name}
            yield Problem("log-not-of-backup", params=params)


def _head(connection: sqlite3.Connection, name: str) -> tuple[int, str]:
    query = f"SELECT id, hash FROM {name} ORDER BY id DESC LIMIT 1"  # noqa: S608
    try:
        row = connection.execute(query).fetchone()
    except sqlite3.OperationalError:  # a table that is younger than the copy
        row = None
    return (row[0], row[1]) if row else (0, GENESIS)


def _opened(path: Path) -> sqlite3.Connection:
    """Open a copy to read it; nothing is made beside it."""
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)


def _to_disk(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


@contextmanager
def _reporting(folder: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        params = {"folder": str(folder), "error": said}
        raise LogError(Problem("log-backup", params=params)) from error
