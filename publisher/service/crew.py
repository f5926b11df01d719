"""Who works with the scheduler: what it needs of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from publisher.apply import Outcome
from publisher.run import Office
from publisher.service.ticks import Tick


class Herald(Protocol):
    """Tells people by mail and the like. No call raises."""

    def started(self) -> None:
        """Hear that the service begins."""
        ...

    def stopped(self) -> None:
        """Hear that the service ended in good order."""
        ...

    def begin(self) -> None:
        """Hear that a wake-up begins."""
        ...

    def tick(self, tick: Tick) -> None:
        """Hear of one wake-up."""
        ...

    def day(self, now: datetime) -> None:
        """Send the message of the day."""
        ...


class Watchdog(Protocol):
    """What the service manager is told."""

    def ready(self) -> None:
        """Say that the service works."""
        ...

    def alive(self) -> None:
        """Say that it does not hang."""
        ...

    def reloading(self) -> None:
        """Say that the settings are read anew."""
        ...

    def stopping(self) -> None:
        """Say that it ends."""
        ...


@dataclass(frozen=True, slots=True)
class Crew:
    """Who works with the scheduler.

    herald: makes the herald of an office, again when config.toml changed. show: given each
    tick, when it is over. tell: given each outcome, at once.
    """

    herald: Callable[[Office], Herald]
    watchdog: Watchdog
    show: Callable[[Tick], None]
    tell: Callable[[Outcome], None]
