"""Reporting periods of Nghị định 09/2019/NĐ-CP, Điều 12: where they begin, end and close."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher import periods
from publisher.model import Period, Span

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
DAY = timedelta(days=1)
days = st.dates(date(1990, 1, 1), date(2100, 1, 1))


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        (periods.month(2023, 1), date(2022, 12, 15), date(2023, 1, 14)),
        (periods.month(2023, 3), date(2023, 2, 15), date(2023, 3, 14)),
        (periods.month(2023, 12), date(2023, 11, 15), date(2023, 12, 14)),
        (periods.quarter(2023, 1), date(2022, 12, 15), date(2023, 3, 14)),
        (periods.quarter(2023, 2), date(2023, 3, 15), date(2023, 6, 14)),
        (periods.quarter(2023, 3), date(2023, 6, 15), date(2023, 9, 14)),
        (periods.quarter(2023, 4), date(2023, 9, 15), date(2023, 12, 14)),
        (periods.half(2023, 1), date(2022, 12, 15), date(2023, 6, 14)),
        (periods.half(2023, 2), date(2023, 6, 15), date(2023, 12, 14)),
        (periods.nine_months(2023), date(2022, 12, 15), date(2023, 9, 14)),
        (periods.year(2023), date(2022, 12, 15), date(2023, 12, 14)),
    ],
)
def test_the_days_of_each_period(period: Period, first: date, last: date) -> None:
    assert (period.first, period.last, period.year) == (first, last, 2023)
    assert first in period and last in period
    assert first - DAY not in period and last + DAY not in period


@pytest.mark.parametrize(
    ("make", "number"),
    [(periods.month, 0), (periods.month, 13), (periods.quarter, 5), (periods.half, 3)],
)
def test_there_is_no_thirteenth_month(make: Callable[[int, int], Period], number: int) -> None:
    if number:
        with pytest.raises(ValueError, match="no "):
            make(2023, number)
    else:  # 0 stands for the periods that begin with the year
        assert make(2023, number).first == date(2022, 12, 15)


MAKERS: dict[Span, tuple[Callable[[int, int], Period], int]] = {
    Span.MONTH: (periods.month, 12),
    Span.QUARTER: (periods.quarter, 4),
    Span.HALF: (periods.half, 2),
    Span.YEAR: (lambda year, _number: periods.year(year), 1),
}


@pytest.mark.parametrize("span", MAKERS)
@given(moment=st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_every_instant_belongs_to_exactly_one(span: Span, moment: datetime) -> None:
    make, many = MAKERS[span]
    day = moment.astimezone(ZONE).date()
    all_of = [
        make(year, number)
        for year in range(day.year - 1, day.year + 3)
        for number in range(1, many + 1)
    ]
    holding = [period for period in all_of if day in period]
    assert len(holding) == 1
    assert periods.of(span, day) == holding[0]


@pytest.mark.parametrize("span", MAKERS)
@given(day=days)
def test_one_begins_the_day_after_the_one_before_ends(span: Span, day: date) -> None:
    here = periods.of(span, day)
    assert periods.of(span, here.first - DAY).last == here.first - DAY
    assert periods.of(span, here.last + DAY).first == here.last + DAY


@given(days)
def test_quarters_are_made_of_months_halves_of_quarters_years_of_halves(day: date) -> None:
    for small, large in (
        (Span.MONTH, Span.QUARTER), (Span.QUARTER, Span.HALF), (Span.HALF, Span.YEAR),
    ):  # fmt: skip
        inner, outer = periods.of(small, day), periods.of(large, day)
        assert outer.first <= inner.first <= inner.last <= outer.last
        assert inner.year == outer.year


@pytest.mark.parametrize("span", [Span.DAYS, Span.NINE_MONTHS])
def test_some_spans_do_not_cover_every_day_once(span: Span) -> None:
    with pytest.raises(ValueError, match="once"):
        periods.of(span, date(2023, 3, 15))


# The close


@pytest.mark.parametrize(
    ("period", "close"),
    [
        (periods.year(2023), date(2023, 12, 10)),
        (periods.half(2023, 2), date(2023, 12, 10)),
        (periods.quarter(2023, 4), date(2023, 12, 10)),
        (periods.month(2023, 12), date(2023, 12, 10)),
        (periods.half(2023, 1), None),
        (periods.quarter(2023, 1), None),
        (periods.nine_months(2023), None),
    ],
)
def test_data_close_in_the_periods_that_have_the_day(period: Period, close: date | None) -> None:
    closed = periods.closed(period, 10, 12)
    assert closed.close == close
    assert closed.counted_to == (close or period.last)
    assert closed.last == period.last


def test_a_close_on_the_last_day_is_none() -> None:
    assert periods.closed(periods.year(2023), 14, 12).close is None


def test_a_close_in_the_december_before_is_of_that_december() -> None:
    assert periods.closed(periods.year(2023), 20, 12).close == date(2022, 12, 20)


# The year before


def test_the_same_period_a_year_before() -> None:
    assert periods.year_before(periods.quarter(2023, 2)) == periods.quarter(2022, 2)
    assert periods.year_before(periods.nine_months(2023)) == periods.nine_months(2022)
    closed = periods.closed(periods.year(2023), 10, 12)
    assert periods.year_before(closed) == periods.year(2022)


def test_a_year_before_a_leap_day() -> None:
    leap = Period(date(2024, 2, 1), date(2024, 2, 29))
    assert periods.year_before(leap) == Period(date(2023, 2, 1), date(2023, 2, 28))


# What comes too late


def _closed(period: Period) -> Period:
    return periods.closed(period, 10, 12)


def reports_of(span: Span, shown: date, known: date) -> list[Period]:
    """Return the reports that count an item: its own if in time, else the ones that take it."""
    found = []
    report = _closed(periods.of(span, shown))
    for _ in range(60):
        in_time = report.close is None or known <= report.close
        own = shown in report
        if in_time and (own or periods.missed(shown, known, report, _closed)):
            found.append(report)
        report = _closed(periods.of(span, report.last + DAY))
    return found


@pytest.mark.parametrize("span", MAKERS)
@given(shown=days, late=st.integers(-30, 1200))
def test_however_late_an_item_comes_one_report_counts_it(
    span: Span, shown: date, late: int
) -> None:
    assert len(reports_of(span, shown, shown + late * DAY)) == 1


def test_what_was_sent_after_the_close_is_the_next_years() -> None:
    (report,) = reports_of(Span.YEAR, date(2023, 12, 1), date(2023, 12, 12))
    assert report.year == 2024
    (report,) = reports_of(Span.YEAR, date(2023, 12, 1), date(2023, 12, 10))
    assert report.year == 2023
    (report,) = reports_of(Span.QUARTER, date(2023, 12, 1), date(2023, 12, 12))
    assert report == periods.quarter(2024, 1)


def test_nine_months_take_what_was_too_late_for_the_year_before() -> None:
    nine = periods.nine_months(2024)
    assert periods.missed(date(2023, 12, 1), date(2023, 12, 12), nine, _closed)
    assert not periods.missed(date(2023, 12, 1), date(2023, 12, 9), nine, _closed)
