"""What readings of the folder found out, in one SQLite file that may be deleted at any time."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, TypeVar

_T = TypeVar("_T")

Row = tuple[str | bytes, ...]
"""The values of one key: text, or bytes."""

_TABLES = {
    "folders": ("names", "whole", "marks"),
    "posts": ("facts", "needs", "answers", "rest"),
    "resting": ("post", "slug"),
    "plans": ("by", "at", "told", "settled"),
}
_PATIENCE = 2.0
"""Seconds to wait for another program that reads the same folder."""


class Notes:
    """Tables of plain values by key: of folders, of posts, of those that rest, of the last plan.

    Of a file that is damaged, or made in another way, nothing is told. made: a text that says
    in which way these are made.
    """

    def __init__(self, file: Path, made: str) -> None:
        self._file = file
        self._made = made
        self._version = 0
        self._is_sound = True

    def read(self, use: Callable[[Reader], _T]) -> _T | None:
        """Return what is made of one state of the notes; None without any that can be used.

        use: may raise what comes of values that are not as they were written.
        """
        self._version, self._is_sound = 0, True
        return self._read(use)

    def read_again(self, use: Callable[[Reader], _T]) -> _T | None:
        """Return what :meth:`read` does, None also when somebody has written since."""
        return self._read(use, self._version)

    def _read(self, use: Callable[[Reader], _T], version: int | None = None) -> _T | None:
        if not self._file.exists():
            return None
        try:
            with closing(self._connected()) as connection:
                connection.execute("BEGIN")
                about = dict(connection.execute("SELECT name, value FROM about"))
                if about.get("made") != self._made:
                    return None
                if version is not None and about["version"] != str(version):
                    return None
                found = use(Reader(connection))
                self._version = int(about["version"])
                return found
        except sqlite3.OperationalError:  # locked, or no table yet
            return None
        except (ValueError, TypeError, LookupError, AttributeError):
            self._is_sound = False  # it is written anew
            return None
        except sqlite3.DatabaseError:
            with suppress(OSError):
                self._file.unlink()
            return None

    def write(
        self,
        rows: Mapping[str, Mapping[str, Row]],
        gone: Mapping[str, Iterable[str]],
    ) -> None:
        """Write rows by table and key; without a place to write, do without.

        gone: keys by table that are not known any more. When another program has written since
        these notes were read, nothing is: its rows and ours may not fit together.
        """
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with closing(self._connected()) as connection:
                connection.execute("BEGIN IMMEDIATE")
                about = self._about(connection)
                if about.get("made") != self._made or not self._is_sound:
                    self._begin(connection)
                elif about.get("version") != str(self._version):
                    return
                self._put(connection, rows, gone)
                self._version += 1
                values = [("made", self._made), ("version", str(self._version))]
                connection.executemany("INSERT OR REPLACE INTO about VALUES (?, ?)", values)
                connection.execute("COMMIT")
                self._is_sound = True
        except (sqlite3.Error, OSError, ValueError):
            self._version = 0

    def _connected(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._file, timeout=_PATIENCE, isolation_level=None)
        # Nothing here is missed when the power fails, but a torn file would have to be noticed.
        connection.execute("PRAGMA synchronous = NORMAL")
        return connection

    def _about(self, connection: sqlite3.Connection) -> dict[str, str]:
        try:
            return dict(connection.execute("SELECT name, value FROM about"))
        except sqlite3.OperationalError:  # no table yet
            return {}

    def _begin(self, connection: sqlite3.Connection) -> None:
        connection.execute("DROP TABLE IF EXISTS about")
        connection.execute("CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL)")
        for table, columns in _TABLES.items():
            connection.execute(f"DROP TABLE IF EXISTS {table}")
            wanted = ", ".join(f"{column} NOT NULL" for column in columns)
            connection.execute(f"CREATE TABLE {table} (key TEXT PRIMARY KEY, {wanted})")

    def _put(
        self,
        connection: sqlite3.Connection,
        rows: Mapping[str, Mapping[str, Row]],
        gone: Mapping[str, Iterable[str]],
    ) -> None:
        for table, keys in gone.items():
            delete = f"DELETE FROM {table} WHERE key = ?"  # noqa: S608 - names of ours
            connection.executemany(delete, [(key,) for key in keys])
        for table, values in rows.items():
            marks = ", ".join("?" * (len(_TABLES[table]) + 1))
            connection.executemany(
                f"INSERT OR REPLACE INTO {table} VALUES ({marks})",  # noqa: S608
                [(key, *row) for key, row in values.items()],
            )


class Reader:
    """Reads one state of the notes."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def all(self, table: str, *columns: str, but: Collection[str] = ()) -> list[tuple[Any, ...]]:
        """Return the key and these columns of every row. but: keys of rows that are left out."""
        query = f"SELECT key, {', '.join(columns)} FROM {table}"  # noqa: S608 - names of ours
        if not but:
            return self._connection.execute(query).fetchall()
        query += " WHERE key NOT IN (SELECT value FROM json_each(?))"
        return self._connection.execute(query, (json.dumps([*but]),)).fetchall()

    def one(self, table: str, column: str, key: str) -> Any:
        """Return a column of one row. Raise LookupError without it."""
        query = f"SELECT {column} FROM {table} WHERE key = ?"  # noqa: S608 - names of ours
        found = self._connection.execute(query, (key,)).fetchone()
        if found is None:
            raise LookupError(key)
        return found[0]
