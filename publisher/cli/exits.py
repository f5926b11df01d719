"""Exit statuses: what scripts and the task scheduler are told."""

from __future__ import annotations

from enum import IntEnum

from publisher.errors import (
    AlreadyRunningError,
    ConfigError,
    ContentError,
    PublisherError,
    SiteError,
)


class Exit(IntEnum):
    """How a command ended; documented in README.md, not to be renumbered."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    CONFIG = 3
    CONTENT = 4
    UNREACHABLE = 5
    RUNNING = 6
    INTERRUPTED = 130


def exit_of(error: PublisherError) -> Exit:
    """Return the status of an error that ended a command."""
    for kind, status in (
        (ConfigError, Exit.CONFIG),
        (ContentError, Exit.CONTENT),
        (SiteError, Exit.UNREACHABLE),
        (AlreadyRunningError, Exit.RUNNING),
    ):
        if isinstance(error, kind):
            return status
    return Exit.FAILED
