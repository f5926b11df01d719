"""What is said of whole days: public holidays, days without posts, ends of periods, deadlines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from publisher import periods
from publisher.config import Config
from publisher.model import Period, Span, Target


class MarkKind(StrEnum):
    """What is said of a whole day: a public holiday, the office's own day off, ..."""

    HOLIDAY = "holiday"
    DAY_OFF = "day-off"
    CLOSED = "closed"
    DEADLINE = "deadline"
    CLOSE = "close"
    PERIOD = "period"


@dataclass(frozen=True, slots=True)
class Mark:
    """Something about a day.

    name: of the holiday, in Vietnamese. sites: those that get no new posts. periods: of
    reports, which end on this day.
    """

    kind: MarkKind
    name: str = ""
    sites: tuple[str, ...] = ()
    periods: tuple[Period, ...] = ()


def almanac(
    config: Config, targets: Sequence[Target], dates: Sequence[date]
) -> Mapping[date, tuple[Mark, ...]]:
    """Given days, return what is said of each, for these sites."""
    # Loaded here: commands that need no calendar start sooner without it.
    from holidays import country_holidays

    years = sorted({day.year for day in dates})
    holidays = country_holidays("VN", years=years, language="vi")
    return {day: tuple(_marks_of(day, config, targets, holidays)) for day in dates}


def _marks_of(
    day: date, config: Config, targets: Sequence[Target], holidays: Mapping[date, str]
) -> Iterator[Mark]:
    off = [t for t in targets if day in t.timetable.days_off]
    if day in holidays:
        yield Mark(MarkKind.HOLIDAY, holidays[day])
    elif day in config.own_days_off or day in config.report.days_off:
        yield Mark(MarkKind.DAY_OFF)
    closed = [t.name for t in targets if t in off or not _has_hours(t, day)]
    if closed:
        yield Mark(MarkKind.CLOSED, sites=tuple(closed))
    ending = tuple(_ending(day))
    if ending:
        yield Mark(MarkKind.PERIOD, periods=ending)
    if _same_day(day, config.report.close):
        yield Mark(MarkKind.CLOSE)
    if _same_day(day, config.report.deadline):
        yield Mark(MarkKind.DEADLINE)


def _has_hours(target: Target, day: date) -> bool:
    hours = target.timetable.hours
    return not hours or any(day.weekday() in some.days for some in hours)


def _same_day(day: date, of_year: str) -> bool:
    """Return whether a day is this day of the year, as ``14/12``."""
    return bool(of_year) and (day.day, day.month) == tuple(int(n) for n in of_year.split("/"))


def _ending(day: date) -> Iterator[Period]:
    """Yield the periods of reports (Nghị định 09/2019/NĐ-CP, Điều 12) that end on a day."""
    spans = (Span.MONTH, Span.QUARTER, Span.HALF, Span.YEAR)
    ending = [periods.of(span, day) for span in spans]
    for period in (*ending[:3], periods.nine_months(day.year), *ending[3:]):
        if period.last == day:
            yield period
