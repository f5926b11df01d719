"""Exit statuses: what scripts and the task scheduler are told."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from publisher.errors import PublisherError


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
    # Loaded here, as all that --help can do without.
    from publisher.errors import AlreadyRunningError, ConfigError, ContentError, SiteError

    for kind, status in (
        (ConfigError, Exit.CONFIG),
        (ContentError, Exit.CONTENT),
        (SiteError, Exit.UNREACHABLE),
        (AlreadyRunningError, Exit.RUNNING),
    ):
        if isinstance(error, kind):
            return status
    return Exit.FAILED
