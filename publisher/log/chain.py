"""The hash chain: each row carries the hash of the row before, so a change shows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, select

from publisher.log.database import Database
from publisher.log.remembering import instant_text
from publisher.log.schema import TABLES, runs
from publisher.model import Problem

GENESIS = "0" * 64  # stands before the first row
PAGE = 2000  # rows read in one go: a page holds no lock while it is worked on
_encode = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=repr
).encode

Head = tuple[int, str]
_NO_ROW: Head = (0, GENESIS)


def row_hash(row: Mapping[str, object]) -> str:
    """Given a row, return the SHA-256 (hex) over prev_hash and its other columns.

    The other columns are one JSON object: keys sorted, no white space, UTF-8. NULLs are left
    out, so that a column added by a later version leaves the hash of old rows as it was.
    """
    rest = {k: v for k, v in row.items() if v is not None and k not in ("prev_hash", "hash")}
    return hashlib.sha256(f"{row['prev_hash']}\n{_encode(rest)}".encode()).hexdigest()


def head(connection: Connection, table: Table) -> Head:
    """Return id and hash of the table's last row, (0, GENESIS) when it has none."""
    query = select(table.c.id, table.c.hash).order_by(table.c.id.desc()).limit(1)
    row = connection.execute(query).first()
    return (row.id, row.hash) if row else _NO_ROW


def append(
    connection: Connection, table: Table, at: datetime, values: Mapping[str, str | int | None]
) -> int:
    """Add a row at the end of the chain and return its id. The connection holds the lock."""
    last, prev_hash = head(connection, table)
    row: dict[str, str | int | None] = {
        "id": last + 1,
        "at": instant_text(at),
        "prev_hash": prev_hash,
    }
    for name, value in values.items():
        row[name] = _storable(value) if isinstance(value, str) else value
    connection.execute(table.insert(), row | {"hash": row_hash(row)})
    return last + 1


def _storable(value: str) -> str:
    """Return text that every database takes: no NUL (PostgreSQL), no half of a pair."""
    return value.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def heads_text(connection: Connection) -> str:
    """Return the last rows of the other tables as JSON: a row of runs ties them together."""
    return _encode({t.name: head(connection, t) for t in TABLES if t is not runs})


def _pages(database: Database, table: Table, end: int) -> Iterator[list[Row[Any]]]:
    """Return the rows up to ``end`` in order of id, a page at a time. Raise LogError."""
    last: int | None = None
    query = select(table).where(table.c.id <= end).order_by(table.c.id).limit(PAGE)
    while True:
        with database.reading() as connection:
            # From the very first row on, even one that was slipped in below 1.
            after = query if last is None else query.where(table.c.id > last)
            page = list(connection.execute(after))
        if not page:
            return
        yield page
        last = page[-1].id


def verify(database: Database) -> list[Problem]:
    """Return a Problem for every row that is changed, missing, or cut off an end.

    Linear, a page of rows in memory. Raise LogError when the tables can't be read at all.
    Rows at the end of a log whose run never finished can be cut off unnoticed: heads()
    written down elsewhere is the remedy.
    """
    with database.reading() as connection:  # what is added from now on is not looked at
        ends = {table.name: head(connection, table)[0] for table in TABLES}
    problems: list[Problem] = []
    known: dict[str, dict[int, str]] = {table.name: {} for table in TABLES}
    needed = {table.name: 0 for table in TABLES}
    for table in TABLES:  # runs first: they know the heads of the others
        walk = _Walk(table, known[table.name])
        names = table.c.keys()
        for page in _pages(database, table, ends[table.name]):
            for row in page:
                values = dict(zip(names, row, strict=True))
                if walk.step(values):  # a row that is not sound proves nothing
                    _note_needed(table, values, known, needed)
        problems += walk.problems
    problems += [
        Problem("log-tail-cut", params={"table": name, "last": ends[name], "expected": need})
        for name, need in needed.items()
        if ends[name] < need
    ]
    return problems


class _Walk:
    """A walk along one chain, from the first row to the last."""

    def __init__(self, table: Table, known: Mapping[int, str]) -> None:
        self.problems: list[Problem] = []
        self.last, self._hash = _NO_ROW
        self._table = table.name
        self._known = known
        self._blamed = 0

    def step(self, row: Mapping[str, Any]) -> bool:
        """Take the next row; return whether it is what was written."""
        id_, gap = row["id"], row["id"] - self.last - 1
        sound = bool(row_hash(row) == row["hash"] and id_ > 0)
        if gap > 0:
            params = {"table": self._table, "id": self.last + 1, "count": gap}
            self.problems.append(Problem("log-row-missing", params=params))
        if not sound or self._known.get(id_, row["hash"]) != row["hash"]:
            self._blame(id_)
        elif gap == 0 and row["prev_hash"] != self._hash:
            # This row is whole, so the one before was changed and given a fitting hash.
            self._blame(max(self.last, 1))
        self.last, self._hash = id_, row["hash"]
        return sound

    def _blame(self, id_: int) -> None:
        if self._blamed != id_:
            params = {"table": self._table, "id": id_}
            self.problems.append(Problem("log-row-changed", params=params))
            self._blamed = id_


def _note_needed(
    table: Table,
    row: Mapping[str, Any],
    known: Mapping[str, dict[int, str]],
    needed: dict[str, int],
) -> None:
    """Note which rows of other tables must be there because this one speaks of them."""
    if table is not runs:
        needed["runs"] = max(needed["runs"], row["run_id"])
        needed["attempts"] = max(needed["attempts"], row.get("attempt_id") or 0)
        needed["publications"] = max(needed["publications"], row.get("publication_id") or 0)
        return
    for name, (id_, hash_) in json.loads(row["heads"]).items():
        if id_:
            known[name].setdefault(id_, hash_)
            needed[name] = max(needed[name], id_)
