"""Whether the scheduler does its work: for ``status``, and for whoever asks by a machine."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from publisher.config import Config
from publisher.model import Problem, Severity
from publisher.run.holding import SERVICE_LOCK, is_held
from publisher.run.pulse import Pulse, read_pulse

_LATE = timedelta(minutes=10)
_LONG = timedelta(hours=2)
"""Nothing that the scheduler does takes so long, but for a first run with very many posts."""


class Level(StrEnum):
    """How well the scheduler does: as it should; in part; not at all."""

    OK = "ok"
    DEGRADED = "degraded"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Health:
    """How the scheduler does, and why not better. pulse: what it last wrote of itself."""

    level: Level
    reasons: tuple[Problem, ...]
    running: bool
    pulse: Pulse | None


def health(config: Config, now: datetime) -> Health:
    """Return how the scheduler of a config does; neither log nor sites are asked.

    Down: it does not run, or gave no sign of life for long. Degraded: a site is left alone,
    or something keeps it from working as it should.
    """
    pulse = read_pulse(config)
    if not is_held(config.state / SERVICE_LOCK):
        return Health(Level.DOWN, (Problem("service-stopped"),), False, pulse)
    if pulse is None:  # it has just begun
        return Health(Level.OK, (), True, None)
    if pulse.busy and pulse.busy_since:
        silent = now - pulse.busy_since > _LONG
        params = {"pid": pulse.pid, "host": pulse.host, "minutes": _minutes(now, pulse.busy_since)}
    else:
        silent = now - pulse.written > pulse.every * timedelta(seconds=3) + _LATE
        params = {"pid": pulse.pid, "host": pulse.host, "minutes": _minutes(now, pulse.written)}
    if silent:
        return Health(Level.DOWN, (Problem("service-silent", params=params),), True, pulse)
    reasons = [rest.problem for rest in pulse.resting.values()]
    reasons += [problem for problem in pulse.problems if problem.severity is Severity.ERROR]
    level = Level.DEGRADED if reasons else Level.OK
    return Health(level, tuple(reasons), True, pulse)


def _minutes(now: datetime, since: datetime) -> int:
    return round((now - since).total_seconds() / 60)
