"""When each of the posts that wait may go to a site: by hours, by limit, in their order.

What may happen is played through from now on, instant by instant. Nothing that comes later
changes what came before, so the same is found again when an instant that was told has come.
"""

from __future__ import annotations

import heapq
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from publisher.timetable import HORIZON, Timetable

HOUR = timedelta(hours=1)
"""Over which ``per_hour`` of a timetable counts."""

_FIRST = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Wish:
    """A post that is to appear for the first time: not before an instant (None: at once)."""

    key: str
    not_before: datetime | None
    urgent: bool


def releases(
    wishes: Iterable[Wish], timetable: Timetable, recent: Sequence[datetime], now: datetime
) -> dict[str, datetime | None]:
    """Return when (UTC) each wish comes true, by its key; None when no open hour is in sight.

    recent: instants at which posts appeared, or will for certain; only those within an hour
    of a release count. Urgent posts come first, then those that are due the longest.
    """
    # In UTC: an hour later in the office's own time may be no hour, or two.
    now = now.astimezone(UTC)
    queue = list(wishes)
    due = {wish.key: _from(wish, now) for wish in queue}
    queue.sort(key=lambda wish: due[wish.key])
    places = _Places(timetable.per_hour, [instant.astimezone(UTC) for instant in recent])
    hours = _Hours(timetable)
    ready: dict[bool, list[tuple[datetime, str]]] = {True: [], False: []}
    released: dict[str, datetime | None] = dict.fromkeys(due)
    moment, arrived = now, 0
    while arrived < len(queue) or ready[True] or ready[False]:
        while arrived < len(queue) and due[queue[arrived].key] <= moment:
            wish = queue[arrived]
            heapq.heappush(ready[wish.urgent], (wish.not_before or _FIRST, wish.key))
            arrived += 1
        follows = due[queue[arrived].key] if arrived < len(queue) else None
        opens: datetime | None = moment
        if ready[True] or ready[False]:
            free = places.free_from(moment)
            if free > moment:
                moment = free
                continue
            opens = moment if ready[True] and timetable.urgent_any_time else hours.opens(moment)
            if opens == moment:
                _, key = heapq.heappop(ready[True] or ready[False])
                released[key] = moment
                places.take(moment)
                continue
        elif follows:
            moment = follows
            continue
        coming = [instant for instant in (opens, follows) if instant]
        if not coming:
            break
        moment = min(coming)
    return released


def _from(wish: Wish, now: datetime) -> datetime:
    return max(wish.not_before.astimezone(UTC), now) if wish.not_before else now


class _Places:
    """How many posts there may still be around an instant."""

    def __init__(self, per_hour: int, taken: Iterable[datetime]) -> None:
        self._limit = per_hour
        self._taken = sorted(taken) if per_hour else []

    def free_from(self, moment: datetime) -> datetime:
        """Return the first instant, not before ``moment``, at which one more is within limits.

        Any 60 minutes with this instant in them lie within the hour before and the hour after.
        """
        while self._limit:
            first = bisect_right(self._taken, moment - HOUR)
            if bisect_left(self._taken, moment + HOUR) - first < self._limit:
                break
            moment = self._taken[first] + HOUR
        return moment

    def take(self, moment: datetime) -> None:
        if self._limit:
            insort(self._taken, moment)


class _Hours:
    """The open hours of a timetable, for instants that never go back."""

    def __init__(self, timetable: Timetable) -> None:
        self._timetable = timetable
        self._asked: datetime | None = None
        self._answer: datetime | None = None

    def opens(self, moment: datetime) -> datetime | None:
        if self._asked is None or moment > (self._answer or self._asked + HORIZON):
            self._asked, self._answer = moment, self._timetable.opens(moment)
        return self._answer
