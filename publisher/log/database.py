"""One database behind one face: how SQLite and PostgreSQL are opened, locked and migrated."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from publisher.errors import AlreadyRunningError, LogError
from publisher.log.faults import reporting
from publisher.log.remembering import REVISIONS
from publisher.model import Problem

LOCK_SPACE = 0x70_75_62  # our half of PostgreSQL's advisory locks; the schema is the other
_PLACE_SPACE = LOCK_SPACE + 1  # of the lock that a publisher holds for a whole run
_PLACE = "(:space, hashtext(current_schema()))"
# A computer that lost its power says no farewell: the server asks for it after a minute.
_NOTICE_SOON = (
    "tcp_keepalives_idle = 60",
    "tcp_keepalives_interval = 10",
    "tcp_keepalives_count = 3",
)


class Database:
    """Reads that hold nobody up, writes one at a time whoever makes them."""

    def __init__(self, engine: Engine, place: str) -> None:
        self.place = place
        self._engine = engine
        self._reader = engine
        if engine.dialect.name == "postgresql":
            # One snapshot for all queries of a read; SQLite gives that anyway.
            self._reader = engine.execution_options(isolation_level="REPEATABLE READ")
        self._writer = engine.execution_options(writes=True)
        self._lock = Lock()  # threads queue here, not in the database's polling wait
        self._held: Connection | None = None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Return a connection that sees one state of the log. Raise LogError."""
        with reporting(self.place), self._reader.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Return a connection whose work is committed at the end. Raise LogError."""
        with reporting(self.place), self._lock, self._begun() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(
                    text("SELECT pg_advisory_xact_lock(:space, hashtext(current_schema()))"),
                    {"space": LOCK_SPACE},
                )
            yield connection

    @contextmanager
    def file(self) -> Iterator[sqlite3.Connection]:
        """Return the connection to a log that is a SQLite file. Raise LogError."""
        if self._engine.dialect.name != "sqlite":
            raise LogError(Problem("log-backup-server", params={"log": self.place}))
        with reporting(self.place), self._lock, self._engine.connect() as connection:
            plain = connection.connection.driver_connection
            assert isinstance(plain, sqlite3.Connection)
            yield plain

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Hold the only place at a log on a database server. Raise AlreadyRunningError.

        The place belongs to a connection, and all writing goes through that one: when the
        server ends it, and somebody else may have the place, nothing can be written any more.
        With SQLite there is nothing to do: a lock beside the file serves all computers.
        """
        if self._engine.dialect.name != "postgresql":
            yield
            return
        with reporting(self.place), self._writer.connect() as connection:
            for setting in _NOTICE_SOON:
                connection.execute(text(f"SET {setting}"))
            place = {"space": _PLACE_SPACE}
            taken = connection.execute(text(f"SELECT pg_try_advisory_lock{_PLACE}"), place).scalar()
            connection.commit()
            if not taken:
                raise AlreadyRunningError(Problem("log-taken", params={"log": self.place}))
            self._held = connection
            try:
                yield
            finally:
                self._held = None
                with suppress(DBAPIError):
                    if not connection.invalidated:
                        connection.execute(text(f"SELECT pg_advisory_unlock{_PLACE}"), place)
                # Closed for good: a connection back in the pool could keep the place.
                connection.invalidate()

    @contextmanager
    def _begun(self) -> Iterator[Connection]:
        if self._held is None:
            with self._writer.begin() as connection:
                yield connection
            return
        if self._held.invalidated:  # it would be made anew, without the place
            params = {"log": self.place, "detail": ""}
            raise LogError(Problem("log-unreachable", params=params))
        with self._held.begin():
            yield self._held

    def close(self) -> None:
        """Let go of files and connections."""
        self._engine.dispose()


def open_database(url_or_path: str | Path, patience: float) -> Database:
    """Given a file or URL, return the database with the newest tables in it.

    patience: seconds to wait while somebody else writes. Raise LogError.
    """
    url = _url(url_or_path)
    place = url.database if url.get_backend_name() == "sqlite" else url.render_as_string()
    database = Database(_engine(url, patience, place or ""), place or "")
    try:
        _migrate(database)
    except BaseException:
        database.close()
        raise
    return database


def _url(url_or_path: str | Path) -> URL:
    if isinstance(url_or_path, Path) or "://" not in url_or_path:
        return URL.create("sqlite", database=str(url_or_path))
    scheme = url_or_path.partition("://")[0]
    # A URL that can't be read is not shown: it may hold a password.
    unknown = LogError(Problem("log-address", params={"scheme": scheme}))
    try:
        url = make_url(url_or_path)
    except (ArgumentError, ValueError):
        raise unknown from None
    if url.drivername in {"postgres", "postgresql"}:
        return url.set(drivername="postgresql+psycopg")
    if url.drivername not in {"sqlite", "postgresql+psycopg"} or not url.database:
        raise unknown
    if url.database == ":memory:":  # gone with the program: not a log
        raise unknown
    return url


def _engine(url: URL, patience: float, place: str) -> Engine:
    if url.get_backend_name() == "sqlite":
        return _sqlite(url, patience, place)
    try:
        # READ COMMITTED: after the wait for the lock the last row is the newest one.
        engine = create_engine(url, isolation_level="READ COMMITTED", pool_pre_ping=True)
    except ImportError as error:
        raise LogError(Problem("log-driver", params={"log": place})) from error

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _record: object) -> None:
        connection.execute(f"SET lock_timeout = {int(patience * 1000)}")
        connection.commit()

    return engine


def _sqlite(url: URL, patience: float, place: str) -> Engine:
    if not url.query:
        try:
            Path(place).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            params = {"log": place, "detail": error.strerror or ""}
            raise LogError(Problem("log-unreachable", params=params)) from error
    engine = create_engine(url, connect_args={"timeout": patience})

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # BEGIN is ours, see begin()
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = FULL")
        # WAL needs shared memory, which a network share has not. TRUNCATE keeps the journal
        # file in its place: virus scanners on Windows hold files that come and go.
        connection.execute("PRAGMA journal_mode = TRUNCATE")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A write lock from the start: what is read before the insert can't grow old.
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _migrate(database: Database) -> None:
    with database.reading() as connection:
        if _is_newest(connection, database.place):
            return
    # Only a new or an old log pays for loading alembic.
    from alembic import command
    from alembic.config import Config

    config = Config()
    folder = str(Path(__file__).with_name("migrations"))
    config.set_main_option("script_location", folder.replace("%", "%%"))
    with database.writing() as connection:
        if not _is_newest(connection, database.place):  # nobody else was quicker
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def _is_newest(connection: Connection, place: str) -> bool:
    """Return whether the tables are this program's. Raise LogError when they are newer."""
    if not inspect(connection).has_table("alembic_version"):
        return False
    version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if version is not None and version not in REVISIONS:
        raise LogError(Problem("log-newer", params={"log": place, "version": version}))
    return bool(version == REVISIONS[-1])
