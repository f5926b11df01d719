"""The publication log: append-only, hash-chained, in SQLite or PostgreSQL.

Importing this package is cheap: the database library is loaded when a log is opened.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from publisher.log.entries import Entry, Run
from publisher.log.remembering import ids_of, recall, told_since

if TYPE_CHECKING:
    from publisher.log.store import Log
else:

    def __getattr__(name: str) -> object:
        """Load the class Log when somebody asks for it."""
        if name == "Log":
            from publisher.log.store import Log

            return Log
        raise AttributeError(name)


__all__ = ["Entry", "Log", "Run", "ids_of", "open_log", "recall", "told_since"]


def open_log(
    url_or_path: str | Path,
    now: Callable[[], datetime],
    *,
    patience: float = 10.0,
    person: str = "",
) -> Log:
    """Given a file or a database URL, return its log, made or brought up to date.

    now: the clock, aware instants. patience: seconds to wait while somebody else writes.
    person: who acts, written with each run; "" for nobody by name.
    A log that can only be read opens as well; the first write to it then fails.
    Raise LogError when it can't be opened, made, or is newer than this program.
    """
    from publisher.log.database import open_database
    from publisher.log.store import Log

    return Log(open_database(url_or_path, patience), now, person)
