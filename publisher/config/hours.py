"""Hours and days off as people write them: "mon-fri 07:30-17:00", "T2-T6 7h30-17h", "CN 8h-11h"."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Annotated

from pydantic import BeforeValidator

from publisher.config.values import fail
from publisher.posts import parse_date
from publisher.text import fold
from publisher.timetable import Hours

_EXAMPLE = "mon-fri 07:30-17:00"
_CODES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MIDNIGHT = 24 * 60  # in minutes
_LONGEST = timedelta(days=366)

# Folded: without marks and case. "thu" alone is Thursday, "thu 5" and "thu nam" are thứ năm.
_NAMES = {
    **{code: number for number, code in enumerate(_CODES)},
    "monday": 0, "tuesday": 1, "wednesday": 2, "thursday": 3, "friday": 4, "saturday": 5,
    "sunday": 6, "tues": 1, "thur": 3, "thurs": 3,
    "thu hai": 0, "thu ba": 1, "thu tu": 2, "thu nam": 3, "thu sau": 4, "thu bay": 5,
    "cn": 6, "chu nhat": 6,
}  # fmt: skip
_EVERY_DAY = ("daily", "every day", "hang ngay", "moi ngay", "ca tuan")
_DASH = r"\s*(?:[-–—]|\bden\b|\bto\b)\s*"
_AND = r"\s*(?:[,;&+]|\bva\b|\band\b)\s*"
_CLOCK = r"(\d{1,2})\s*(?:[:hg]|gio)(?:\s*(\d{2}))?"
_SPAN = re.compile(rf"{_CLOCK}{_DASH}{_CLOCK}", re.ASCII)
_BARE = _SPAN.pattern.replace("(\\d", "(?:\\d")
_WINDOW = re.compile(rf"(.*?)[\s:,]*({_BARE}(?:{_AND}{_BARE})*)", re.ASCII)


def window(value: object) -> tuple[Hours, ...]:
    """Return the hours of one line: some days, then one or more times "from-to".

    What can't be read, or runs over midnight, is refused with what to write instead.
    """
    written = " ".join(fold(value).split()) if isinstance(value, str) else ""
    found = _WINDOW.fullmatch(written)
    spans = [_minutes(*m.groups()) for m in _SPAN.finditer(found[2])] if found else []
    days = _days(found[1]) if found else frozenset()
    clear = bool(spans) and all(opens != closes <= _MIDNIGHT > opens for opens, closes in spans)
    if not days or not clear:
        example = f"mon-fri {_said(spans)}" if clear and found and not found[1] else _EXAMPLE
        raise fail("config-hours", value=str(value), example=example)
    for opens, closes in spans:
        if closes < opens:
            evening = f"{_named(days)} {_said([(opens, _MIDNIGHT)])}"
            morning = f"{_named({(d + 1) % 7 for d in days})} {_said([(0, closes)])}"
            raise fail("config-hours-night", value=value, evening=evening, morning=morning)
    return tuple(Hours(days, _time(opens), _time(closes)) for opens, closes in spans)


def _minutes(*clocks: str | None) -> tuple[int, int]:
    opens, closes = (
        int(hour or 0) * 60 + int(minute or 0) if int(minute or 0) < 60 else _MIDNIGHT + 1
        for hour, minute in (clocks[:2], clocks[2:])
    )
    return opens, closes or _MIDNIGHT


def _time(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60)


def _said(spans: Collection[tuple[int, int]]) -> str:
    return ", ".join(
        "-".join(f"{clock // 60:02}:{clock % 60:02}" for clock in span) for span in spans
    )


def _days(written: str) -> frozenset[int]:
    """Return weekday numbers, none for what is not understood."""
    written = re.sub(r"^tu (?=thu|t\d)", "", written.strip())  # "từ thứ 2 đến thứ 6"
    if written in _EVERY_DAY:
        return frozenset(range(7))
    days: set[int] = set()
    counted = False  # after "thứ 2" a number alone is a day as well
    for item in re.split(_AND, written):
        ends: list[int] = []
        for name in re.split(_DASH, item):
            number = re.fullmatch(r"(t|thu)? ?([2-7])", name)
            counted = counted or bool(number and number[1])
            if number and counted:
                ends.append(int(number[2]) - 2)
            elif name in _NAMES:
                ends.append(_NAMES[name])
            else:
                return frozenset()
        if len(ends) > 2:
            return frozenset()
        first, last = ends[0], ends[-1]
        days |= {(first + step) % 7 for step in range((last - first) % 7 + 1)}
    return frozenset(days)


def _named(days: Collection[int]) -> str:
    """Return days as they are written: "mon-fri", "mon,wed"."""
    ordered = sorted(days)
    if len(ordered) > 2 and ordered == list(range(ordered[0], ordered[-1] + 1)):
        return f"{_CODES[ordered[0]]}-{_CODES[ordered[-1]]}"
    return ",".join(_CODES[day] for day in ordered)


def _windows(value: object) -> object:
    return [value] if isinstance(value, str) else value


Windows = Annotated[
    tuple[Annotated[tuple[Hours, ...], BeforeValidator(window)], ...], BeforeValidator(_windows)
]
"""Lines of hours; each line may hold several."""


@dataclass(frozen=True, slots=True)
class Days:
    """Days off: from the first to the last, both included."""

    first: date
    last: date


def days_off(value: object) -> Days:
    """Return the days of "02/01/2027" or "28/01/2028-03/02/2028"."""
    if isinstance(value, Days):
        return value
    if isinstance(value, date):  # TOML has days of its own
        day = value.date() if isinstance(value, datetime) else value
        return Days(day, day)
    found = next(_read(value), None) if isinstance(value, str) else None
    if found is None:
        raise fail("config-date", value=str(value))
    if found.last < found.first or found.last - found.first > _LONGEST:
        raise fail("config-days", value=value)
    return found


def _read(written: str) -> Iterator[Days]:
    cuts = [(0, 0), *(match.span() for match in re.finditer(r"\s*(?:[-–—]|đến)\s*", written))]
    for start, end in cuts:
        sides = [written[:start] or written[end:], written[end:]]
        moments = [parse_date(side, UTC) for side in sides]
        if all(moments):
            first, last = (moment.date() for moment in moments if moment)
            yield Days(first, last)


DaysOff = Annotated[Days, BeforeValidator(days_off)]


@dataclass(frozen=True, slots=True)
class Closed:
    """The days off of an office: its own ones, and the public holidays if they count."""

    own: tuple[Days, ...] = ()
    holidays: bool = False

    def __contains__(self, day: object) -> bool:
        if not isinstance(day, date):
            return False
        if any(days.first <= day <= days.last for days in self.own):
            return True
        return self.holidays and day in public_holidays(day.year)


@lru_cache(maxsize=32)
def public_holidays(year: int) -> frozenset[date]:
    """Return the public holidays of Viet Nam (Bộ luật Lao động 2019, Điều 112).

    With the days that are off in lieu of one on a weekend, or swapped for a Saturday.
    """
    # Loaded here: commands that need no calendar start sooner without it.
    from holidays import country_holidays

    return frozenset(country_holidays("VN", years=year))
