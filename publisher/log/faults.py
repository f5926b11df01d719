"""What a database says when it can't, turned into Problems."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from publisher.errors import LogError
from publisher.model import Problem

_SQLITE = {
    sqlite3.SQLITE_BUSY: "log-locked",
    sqlite3.SQLITE_LOCKED: "log-locked",
    sqlite3.SQLITE_READONLY: "log-read-only",
    sqlite3.SQLITE_FULL: "log-disk-full",
    sqlite3.SQLITE_CANTOPEN: "log-unreachable",
    sqlite3.SQLITE_IOERR: "log-unreachable",
    sqlite3.SQLITE_PERM: "log-unreachable",
}
# https://www.postgresql.org/docs/current/errcodes-appendix.html
_POSTGRESQL = {
    "25006": "log-read-only",
    "42501": "log-read-only",
    "53100": "log-disk-full",
    "55P03": "log-locked",
    "40P01": "log-locked",
}
# No connection, wrong account, no such database or schema, the server is shutting down.
_POSTGRESQL_UNREACHABLE = ("08", "28", "3D", "3F", "57P")
_DETAIL_LENGTH = 200


@contextmanager
def reporting(place: str) -> Iterator[None]:
    """Given the log's place as people know it, raise LogError instead of database errors."""
    try:
        yield
    except PoolTimeoutError as error:
        raise LogError(Problem("log-locked", params={"log": place, "detail": ""})) from error
    except DBAPIError as error:
        detail = next(iter(str(error.orig).splitlines()), "")[:_DETAIL_LENGTH]
        params = {"log": place, "detail": detail}
        raise LogError(Problem(_code(error), params=params)) from error


def _code(error: DBAPIError) -> str:
    origin = error.orig
    if isinstance(origin, sqlite3.Error):
        # The low byte is the kind of error, the rest says where it was met.
        # Errors that Python itself raises (text that is not UTF-8) carry no number.
        return _SQLITE.get(getattr(origin, "sqlite_errorcode", 0) & 0xFF, "log-broken")
    state: str | None = getattr(origin, "sqlstate", None)
    if state is None:  # no answer at all, or an answer that its driver can't read
        return "log-unreachable" if isinstance(error, OperationalError) else "log-broken"
    if state.startswith(_POSTGRESQL_UNREACHABLE):
        return "log-unreachable"
    return _POSTGRESQL.get(state, "log-broken")
