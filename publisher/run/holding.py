"""Places that only one program can hold at a time, by the locks of the operating system."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from publisher.errors import AlreadyRunningError, LogError
from publisher.model import Problem, Where

LOCK = "publisher.lock"
"""The file that whoever writes to a log holds meanwhile."""
SERVICE_LOCK = "service.lock"
"""The file that the scheduler holds for its life."""
_POLL = 0.2
"""Seconds between two tries: a lock on a share is asked of its server each time."""


@contextmanager
def hold(place: Path, patience: float = 0.0) -> Iterator[None]:
    """Hold a lock file. Raise AlreadyRunningError when somebody else does, after patience.

    patience: seconds. The lock is the system's own, so that of a killed program is gone with
    it; the file stays. Raise LogError when the file can't be made.
    """
    from filelock import FileLock, Timeout

    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(place, timeout=patience, poll_interval=_POLL)
        lock.acquire()
    except Timeout as error:
        raise AlreadyRunningError(Problem("already-running", Where(str(place.parent)))) from error
    except OSError as error:
        params = {"folder": str(place.parent), "error": error.strerror or type(error).__name__}
        raise LogError(Problem("folder-unwritable", params=params)) from error
    try:
        yield
    finally:
        lock.release()


def is_held(place: Path) -> bool:
    """Return whether a program holds a lock file at the moment."""
    if not place.exists():
        return False
    try:
        with hold(place):
            return False
    except AlreadyRunningError:
        return True
    except LogError:
        return False
