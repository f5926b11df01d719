"""Which daily jobs are due: a pure function of aware instants."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

_DAY = timedelta(days=1)
_LOOK_BACK = 31
"""Days to look back for one on which a job is held; Tết takes about ten."""


def _every_day(_day: date) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Daily:
    """A job with a time of day, by the office's clock. on: whether it is held on a day."""

    at: time
    on: Callable[[date], bool] = _every_day


def due(times: Mapping[str, Daily], last: Mapping[str, datetime], now: datetime) -> list[str]:
    """Given when each job ran last, return those that are due, in the order of their times.

    now: aware, in the office's zone. A job is due once when its time of day has passed since
    it ran, however many of them passed. A job that never ran is due. A last run that lies
    ahead was made before the clock was set back: up to a day ahead it counts, so nothing is
    done twice; beyond that it came from a clock that was wrong, and counts for nothing.
    """
    zone = now.tzinfo or UTC
    found: list[tuple[datetime, str]] = []
    for name, job in times.items():
        slot = _latest(job, now, zone)
        if slot is None:
            continue
        ran = last.get(name)
        if ran is None or ran - now > _DAY or ran.astimezone(UTC) < slot:
            found.append((slot, name))
    return [name for _slot, name in sorted(found)]


def following(job: Daily, now: datetime) -> datetime | None:
    """Return the next instant after now at which a job is held, None when there is none soon."""
    zone = now.tzinfo or UTC
    today = now.date()
    for number in range(_LOOK_BACK + 1):
        day = today + number * _DAY
        slot = datetime.combine(day, job.at, zone).astimezone(UTC)
        if slot > now and job.on(day):
            return slot.astimezone(zone)
    return None


def _latest(job: Daily, now: datetime, zone: tzinfo) -> datetime | None:
    """Return the last instant, not after now, at which a job was to be held."""
    today = now.date()
    for number in range(_LOOK_BACK + 1):
        day = today - number * _DAY
        # Compared in UTC: within one zone Python compares the faces of the clocks, which
        # show the same hour twice where summer time ends.
        slot = datetime.combine(day, job.at, zone).astimezone(UTC)
        if slot <= now and job.on(day):
            return slot
    return None
