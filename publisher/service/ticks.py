"""What one wake-up of the scheduler was, for everybody who must hear of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from publisher.model import Problem
from publisher.run import Rest, Result

__all__ = ["Rest", "Tick"]


@dataclass(frozen=True, slots=True)
class Tick:
    """One wake-up: when it was, what was done, and what kept it from being done.

    result: None when no run could be made; ``problems`` then say why, and when there are none
    somebody else is at work with the log, which is no trouble. problems: those of the service
    itself (a log that can't be opened, an own mistake, config.toml with mistakes, what the
    last backup or verification found); each is in every tick until it is mended. Those of
    sites and posts are in the result. resting: the sites left alone after it, and held: the
    posts (site, key) of other sites; both failed before and are tried again later, so a tick
    without an outcome of theirs does not mean that they are well.
    """

    at: datetime
    result: Result | None
    problems: tuple[Problem, ...] = ()
    resting: Mapping[str, Rest] = field(default_factory=dict)
    held: Mapping[tuple[str, str], Rest] = field(default_factory=dict)
