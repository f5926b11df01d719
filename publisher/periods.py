"""Reporting periods (Nghị định 09/2019/NĐ-CP, Điều 12). Pure.

Month, quarter, half year and year cut the calendar on the 14th: every day belongs to exactly
one of each. Nine months are a part of the year, by practice up to 14/9.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from publisher.model import Period, Span

_DAY = timedelta(days=1)
_MONTHS = {Span.MONTH: 1, Span.QUARTER: 3, Span.HALF: 6, Span.NINE_MONTHS: 9, Span.YEAR: 12}


def month(year: int, number: int) -> Period:
    """Return a month's period: 15th of the month before to its 14th."""
    return _ending(Span.MONTH, year, number)


def quarter(year: int, number: int) -> Period:
    """Return a quarter's period: 15th of the month before it to 14th of its last month."""
    return _ending(Span.QUARTER, year, number)


def half(year: int, number: int) -> Period:
    """Return the first half's period, 15/12 to 14/6, or the second's, 15/6 to 14/12."""
    return _ending(Span.HALF, year, number)


def nine_months(year: int) -> Period:
    """Return the period of nine months: 15/12 of the year before to 14/9."""
    return _ending(Span.NINE_MONTHS, year, 0)


def year(number: int) -> Period:
    """Return a year's period: 15/12 of the year before to 14/12."""
    return _ending(Span.YEAR, number, 0)


def of(span: Span, day: date) -> Period:
    """Return the month, quarter, half or year to which a day belongs. Raise ValueError."""
    if span in (Span.DAYS, Span.NINE_MONTHS):
        raise ValueError("these do not cover every day once")
    # The month of reports that a day lies in, counted from year 0.
    months = day.year * 12 + day.month - 1 + (day.day >= 15)
    here, months_in = divmod(months, 12)
    number = 0 if span is Span.YEAR else months_in // _MONTHS[span] + 1
    return _ending(span, here, number)


def _ending(span: Span, year: int, number: int) -> Period:
    """Return the period of a span; ``number`` is 0 for those that begin with the year."""
    length = _MONTHS[span]
    end = length * max(number, 1)
    if number < 0 or end > 12:
        raise ValueError(f"no {span} {number}")
    begin = end - length  # 0 is the December before
    first = date(year - 1, 12, 15) if begin == 0 else date(year, begin, 15)
    return Period(first, date(year, end, 14), span, number)


def closed(period: Period, day: int, month: int) -> Period:
    """Return a period with the close on this day of each year, if that lies within it.

    The office closes its data before the period ends when the report is due earlier (the
    plan: before 14/12); Nghị định 09/2019/NĐ-CP, Điều 8 wants a working day between the two.
    """
    for year in range(period.last.year, period.first.year - 1, -1):
        close = date(year, month, day)
        if period.first <= close < period.last:
            return replace(period, close=close)
    return period


def missed(shown: date, known: date, period: Period, closed: Callable[[Period], Period]) -> bool:
    """Return whether an item came too late for every report before that of ``period``.

    shown: the day it shows, before the period; known: the day on which it came to be known.
    closed: gives a period its close. The reports are those of the same span, of years before
    nine months. An item is so counted once, in the first report that could know it.
    """
    span = Span.YEAR if period.span is Span.NINE_MONTHS else period.span
    report = closed(of(span, shown))
    while report.last < period.first:
        if report.close is None or known <= report.close:
            return False
        report = closed(of(span, report.last + _DAY))
    return True


def year_before(period: Period) -> Period:
    """Return the same period a year earlier, without its close."""
    if period.span is not Span.DAYS:
        return _ending(period.span, period.year - 1, period.number)
    return Period(_a_year_earlier(period.first), _a_year_earlier(period.last))


def _a_year_earlier(day: date) -> date:
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)
