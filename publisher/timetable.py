"""When a site may get new posts: hours of the week, days off, and how many in an hour.

All instants are aware. Hours are those that the clock of the office shows: an hour that is
shown twice in autumn is open twice, one that is left out in spring is not there. An hour ends
before its last minute begins: 17:00 is no longer within 07:30-17:00.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

HORIZON = timedelta(days=400)
"""How far ahead an open hour is looked for: what is not open within a year never is."""

_MIDNIGHT = time(0)
_DAY = timedelta(days=1)
_EVERY_DAY = frozenset(range(7))


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours of some weekdays, such as "mon-fri 07:30-17:00".

    days: weekday numbers, Monday is 0. closes is later than opens; midnight as closes is the
    end of the day (24:00).
    """

    days: frozenset[int]
    opens: time
    closes: time

    def __contains__(self, shown: datetime) -> bool:
        """Return whether a wall-clock time lies in these hours."""
        if shown.weekday() not in self.days:
            return False
        clock = shown.time()
        return self.opens <= clock and (clock < self.closes or self.closes == _MIDNIGHT)


_ALWAYS = (Hours(_EVERY_DAY, _MIDNIGHT, _MIDNIGHT),)


@dataclass(frozen=True, slots=True)
class Timetable:
    """When a site may get new posts.

    hours: () is always. days_off: days without posts, whatever the hours. per_hour: never more
    than this in any 60 minutes, 0 is no limit. zone: of hours and days. urgent_any_time:
    whether urgent posts ignore hours and days off; per_hour holds for them too.
    """

    hours: tuple[Hours, ...] = ()
    days_off: Container[date] = frozenset()
    per_hour: int = 0
    zone: tzinfo = UTC
    urgent_any_time: bool = True

    def is_open(self, moment: datetime) -> bool:
        """Return whether an aware instant lies in the hours and on no day off."""
        shown = moment.astimezone(self.zone)
        if shown.date() in self.days_off:
            return False
        return not self.hours or any(shown in hours for hours in self.hours)

    def opens(self, moment: datetime) -> datetime | None:
        """Return the first instant, not before ``moment``, that is open; None for never.

        moment: aware. What is not open within HORIZON counts as never.
        """
        if moment.tzinfo is None:
            raise ValueError("a moment without a time zone")
        if self.is_open(moment):
            return moment
        day = moment.astimezone(self.zone).date()
        for _ in range(HORIZON.days):
            for change in sorted(self._changes(day)):
                if change > moment and self.is_open(change):
                    return change
            day += _DAY
        return None

    def _changes(self, day: date) -> Iterator[datetime]:
        """Return the instants of a day, in UTC, at which a closed site may open."""
        if day in self.days_off:
            return
        begins = {h.opens for h in self.hours or _ALWAYS if day.weekday() in h.days}
        if not begins:
            return
        for clock in begins:
            for fold in (0, 1):
                yield datetime.combine(day, clock, self.zone).replace(fold=fold).astimezone(UTC)
        first = datetime.combine(day, _MIDNIGHT, self.zone)
        last = datetime.combine(day + _DAY, _MIDNIGHT, self.zone)
        if first.utcoffset() != last.utcoffset():
            yield self._shift(first.astimezone(UTC), last.astimezone(UTC))

    def _shift(self, before: datetime, after: datetime) -> datetime:
        """Return the second between two instants at which the zone's clocks are changed."""
        offset = after.astimezone(self.zone).utcoffset()
        while after - before > timedelta(seconds=1):
            middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
            if middle.astimezone(self.zone).utcoffset() == offset:
                after = middle
            else:
                before = middle
        return after
