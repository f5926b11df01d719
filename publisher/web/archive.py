"""The log's history, made ready to be searched: a copy in the cache, read on from where it was.

The log itself has no column for what people type into a search, and none can be added to rows
that are sealed. The copy may be deleted at any time.
"""

from __future__ import annotations

import sqlite3
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from publisher import __version__, run
from publisher.log import Entry
from publisher.run import Office
from publisher.text import fold
from publisher.web.fresh import Once
from publisher.web.heads import Heads

if TYPE_CHECKING:
    from pydantic import TypeAdapter

COUNTED = 20_000
"""Lines that are counted, at most."""

_BESIDE = ("upload", "term", "drop-file")
"""Acts that a post brings with it: pictures sent or handed in, categories made."""

_MADE = 1
"""Raise it when a line is kept otherwise than before: then all are read again."""
_READ = ("attempts", "publications", "decisions")
"""Tables of the log that the history is made of."""
_SLICE = 5000
_COUNTS = 200  # searches that are remembered until the log grows
_TABLES = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT);
CREATE TABLE IF NOT EXISTS lines (
  id INTEGER PRIMARY KEY, begun INTEGER, run_id INTEGER, at TEXT, site TEXT, key TEXT,
  what TEXT, state TEXT, beside INTEGER, person TEXT, folded TEXT);
CREATE TABLE IF NOT EXISTS entries (id INTEGER PRIMARY KEY, entry TEXT);
CREATE INDEX IF NOT EXISTS ix_order ON lines (begun, run_id, at, id);
CREATE INDEX IF NOT EXISTS ix_key ON lines (key);
CREATE INDEX IF NOT EXISTS ix_at ON lines (at);
"""

Mark = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines of the history somebody wants; "" and None: any.

    text: as people write it, with marks or without. key: of one post. whats: one of these.
    everything: uploads and terms too.
    """

    text: str = ""
    key: str = ""
    site: str | None = None
    what: str = ""
    whats: tuple[str, ...] = ()
    state: str = ""
    person: str = ""
    first: date | None = None
    last: date | None = None
    everything: bool = False


class Archive:
    """Threads may share it.

    office: whose log it is. heads: of that log. folder: where the copy is kept.
    """

    def __init__(self, office: Callable[[], Office], heads: Heads, folder: Path) -> None:
        self._office = office
        self._heads = heads
        self._path = folder / "history.sqlite3"
        self._once: Once[object] = Once()
        self._lock = threading.Lock()
        self._seen: object = None
        self._counts: dict[object, int] = {}
        self._found: dict[object, list[int]] = {}
        self._values: tuple[list[str], list[str], list[str]] | None = None

    def find(self, wanted: Wanted, zone: ZoneInfo, limit: int, skipped: int = 0) -> list[Entry]:
        """Return some lines that are wanted, newest first. Raise LogError. zone: of the days."""
        self._read()
        where, values = _where(wanted, zone)
        order = "ORDER BY begun DESC, run_id DESC, at DESC, id DESC LIMIT ? OFFSET ?"
        query = f"SELECT id FROM lines {where} {order}"  # noqa: S608 - values are bound
        name = (where, *values, limit, skipped)
        with self._lock:
            ids = self._found.get(name)
        with self._opened() as database:
            if ids is None:
                ids = [row[0] for row in database.execute(query, (*values, limit, skipped))]
                with self._lock:
                    if len(self._found) >= _COUNTS:
                        self._found.clear()
                    self._found[name] = ids
            marks = ",".join("?" * len(ids))
            found = f"SELECT id, entry FROM entries WHERE id IN ({marks})"  # noqa: S608
            entries = dict(database.execute(found, ids))
        return [_entries().validate_json(entries[id_]) for id_ in ids if id_ in entries]

    def count(self, wanted: Wanted, zone: ZoneInfo) -> int:
        """Return how many lines are wanted, :data:`COUNTED` for more. Raise LogError."""
        self._read()
        where, values = _where(wanted, zone)
        name = (where, *values)
        with self._lock:
            if (known := self._counts.get(name)) is not None:
                return known
        query = f"SELECT COUNT(*) FROM (SELECT 1 FROM lines {where} LIMIT {COUNTED})"  # noqa: S608
        with self._opened() as database:
            number = int(database.execute(query, values).fetchone()[0])
        with self._lock:
            if len(self._counts) >= _COUNTS:
                self._counts.clear()
            self._counts[name] = number
        return number

    def values(self) -> tuple[list[str], list[str], list[str]]:
        """Return the sites, events and people that the history names. Raise LogError."""
        self._read()
        with self._lock:
            if self._values is not None:
                return self._values
        with self._opened() as database:
            sites, whats, people = (
                sorted(row[0] for row in database.execute(query))
                for query in (
                    "SELECT DISTINCT site FROM lines",
                    "SELECT DISTINCT what FROM lines WHERE beside = 0",
                    "SELECT DISTINCT person FROM lines WHERE person <> ''",
                )
            )
        with self._lock:
            self._values = sites, whats, people
            return self._values

    # The copy

    def _read(self) -> None:
        self._once.look(self._follow)

    def _follow(self) -> object:
        """Add to the copy what the log has more; begin again when it is another log."""
        office, heads = self._office(), self._heads.now()
        made = f"{_MADE} {__version__} {office.config.log_url}"
        seen = made, str([heads[name] for name in _READ])
        if seen == self._seen and self._path.exists():
            return seen
        with run.log_of(office) as log, self._opened() as database, database:
            mark = self._mark(database, seen, tuple(heads[name][0] for name in _READ))
            found, begun, (one, two, three) = log.since(mark)
            of_begun = "SELECT id FROM lines WHERE begun"
            database.execute(f"DELETE FROM entries WHERE id IN ({of_begun})")  # noqa: S608
            database.execute("DELETE FROM lines WHERE begun")
            for start in range(0, len(found), _SLICE):
                _add(database, found[start : start + _SLICE], begun=0)
            _add(database, begun, begun=1)
            known = {"made": made, "ends": seen[1], "mark": f"{one} {two} {three}"}
            database.executemany("REPLACE INTO meta VALUES (?, ?)", known.items())
        with self._lock:
            self._seen, self._values = seen, None
            self._counts.clear()
            self._found.clear()
        return seen

    def _mark(
        self, database: sqlite3.Connection, seen: tuple[str, str], ends: tuple[int, ...]
    ) -> Mark:
        """Return how far the copy goes; emptied first when it is not a copy of this log."""
        known = dict(database.execute("SELECT name, value FROM meta"))
        with suppress(KeyError, ValueError):
            one, two, three = (int(text) for text in known["mark"].split())
            behind = all(a <= b for a, b in zip((one, two, three), ends, strict=True))
            other = (one, two, three) == ends and known["ends"] != seen[1]
            if known["made"] == seen[0] and behind and not other:
                return one, two, three
        return self._empty(database)

    def _empty(self, database: sqlite3.Connection) -> Mark:
        for table in ("lines", "entries", "meta"):
            database.execute(f"DELETE FROM {table}")  # noqa: S608
        return 0, 0, 0

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        database = self._connection()
        with closing(database):
            yield database

    def _connection(self) -> sqlite3.Connection:
        try:
            return _connected(self._path)
        except (sqlite3.Error, OSError):
            pass
        with suppress(OSError):  # damaged, it is made anew
            self._path.unlink(missing_ok=True)
            with suppress(sqlite3.Error):
                return _connected(self._path)
        # No place to write in: for as long as the desk runs, elsewhere.
        self._path = Path(tempfile.mkdtemp(prefix="publisher-desk-")) / self._path.name
        return _connected(self._path)


def _connected(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = not path.exists()
    database = sqlite3.connect(path, timeout=30)
    if fresh:
        database.execute("PRAGMA journal_mode = WAL")
        database.executescript(_TABLES)
    database.execute("PRAGMA synchronous = OFF")  # what is lost is read again
    database.execute("SELECT 1 FROM meta").fetchone()
    return database


@cache
def _entries() -> TypeAdapter[Entry]:
    from pydantic import TypeAdapter

    return TypeAdapter(Entry)


def _add(database: sqlite3.Connection, entries: Sequence[Entry], *, begun: int) -> None:
    last = database.execute("SELECT COALESCE(MAX(id), 0) FROM lines").fetchone()[0]
    numbered = list(enumerate(entries, last + 1))
    database.executemany(
        "INSERT INTO lines VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                id_, begun, e.run_id, _instant(e.at), e.site, e.key, e.what, e.state,
                int(e.action in _BESIDE), e.person, _folded(e),
            )
            for id_, e in numbered
        ),
    )  # fmt: skip
    dump = _entries().dump_json
    lines = ((id_, dump(entry, fallback=str).decode()) for id_, entry in numbered)
    database.executemany("INSERT INTO entries VALUES (?, ?)", lines)


def _folded(entry: Entry) -> str:
    return fold(" ".join((entry.title, entry.key, entry.name, entry.url)))


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _where(wanted: Wanted, zone: ZoneInfo) -> tuple[str, tuple[str, ...]]:
    """Return the condition that lines must meet, and its values."""
    meets: list[tuple[str, Iterable[str]]] = []
    if not wanted.everything:
        meets.append(("beside = 0", ()))
    named = {n: str(getattr(wanted, n)) for n in ("key", "what", "state", "person")}
    meets += [(f"{name} = ?", (value,)) for name, value in named.items() if value]
    if wanted.whats:
        meets.append((f"what IN ({','.join('?' * len(wanted.whats))})", wanted.whats))
    if wanted.site is not None:
        meets.append(("site = ?", (wanted.site,)))
    if wanted.first:
        meets.append(("at >= ?", (_begin(wanted.first, zone),)))
    if wanted.last and wanted.last < date.max:
        meets.append(("at < ?", (_begin(wanted.last + timedelta(days=1), zone),)))
    if text := fold(wanted.text):
        meets.append(("instr(folded, ?)", (text,)))
    where = " AND ".join(condition for condition, _ in meets)
    values = tuple(value for _, some in meets for value in some)
    return f"WHERE {where}" if where else "", values


def _begin(day: date, zone: ZoneInfo) -> str:
    try:
        return _instant(datetime.combine(day, time(), zone))
    except OverflowError:  # the first day that there is
        return ""
