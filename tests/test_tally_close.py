"""Reports that close early: what counts, what is expected, what falls into the next one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher import periods
from publisher.model import NO_SITE, Event, Period, Publication, Verdict, Verification
from publisher.tally import BREAKDOWNS, Extras, Figures, Item, Scope, Target, tally

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NO_EXTRAS = Extras()


def at(text: str) -> datetime:
    return datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=ZONE)


def closed(period: Period) -> Period:
    return periods.closed(period, 10, 12)


YEAR = closed(periods.year(2023))


def missed_by(period: Period) -> Callable[[date, date], bool]:
    return lambda shown, known: periods.missed(shown, known, period, closed)


def row(
    key: str, shown: str, sent: str, event: Event = Event.PUBLISHED, **more: object
) -> Publication:
    values: dict[str, object] = {
        "site": "so-khcn", "status": "publish", "kind": "tin", "theme": "can-bo",
        "shown_at": at(shown), "at": at(sent), **more,
    }  # fmt: skip
    return Publication(str(values.pop("site")), key, event, **values)  # type: ignore[arg-type]


def count(*rows: Publication, period: Period = YEAR, extras: Extras = NO_EXTRAS) -> Figures:
    return tally(rows, period, ZONE, missed=missed_by(period), extras=extras)


def keys(items: Sequence[Item]) -> list[str]:
    return [item.publication.key for item in items]


IN_TIME = row("a", "09/12/2023 08:00", "09/12/2023 08:00")
SCHEDULED = row(
    "b", "12/12/2023 08:00", "08/12/2023 08:00", Event.SCHEDULED, status="future"
)  # fmt: skip
AFTER = row("c", "12/12/2023 08:00", "12/12/2023 08:00")
BACK = row("d", "05/12/2023 08:00", "11/12/2023 00:30")
NEXT = row("e", "15/12/2023 08:00", "15/12/2023 08:00")


def test_a_report_counts_up_to_its_close_and_says_what_it_leaves() -> None:
    figures = count(IN_TIME, SCHEDULED, AFTER, BACK, NEXT)
    assert figures.total == 1 and keys(figures.items) == ["a"]
    assert keys(figures.pending) == ["b"]
    assert keys(figures.late) == ["d", "c"]
    assert figures.carried == ()


def test_the_next_report_counts_what_was_too_late() -> None:
    figures = count(IN_TIME, SCHEDULED, AFTER, BACK, NEXT, period=closed(periods.year(2024)))
    assert keys(figures.items) == ["d", "c", "e"]
    assert keys(figures.carried) == ["d", "c"]
    assert figures.by["month"] == {"2023-12": 3}


def test_the_last_minute_of_the_close_is_the_offices() -> None:
    last = row("f", "10/12/2023 23:59", "10/12/2023 23:59")
    first = row("g", "11/12/2023 00:00", "11/12/2023 00:00")
    figures = count(last, first)
    assert (keys(figures.items), keys(figures.late)) == (["f"], ["g"])


def test_what_the_site_shows_by_now_was_known_at_the_close() -> None:
    shown = row("b", "12/12/2023 08:00", "12/12/2023 09:00")
    figures = count(SCHEDULED, shown)
    assert (figures.total, keys(figures.pending), figures.late) == (0, ["b"], ())


def test_without_a_close_the_date_shown_decides() -> None:
    figures = count(IN_TIME, AFTER, BACK, SCHEDULED, period=periods.year(2023))
    assert keys(figures.items) == ["d", "a", "c"]
    assert (keys(figures.pending), figures.late) == (["b"], ())


def test_what_waits_in_the_folder_is_expected() -> None:
    waiting = row("w", "13/12/2023 08:00", "01/01/2023 08:00", Event.SCHEDULED, status="future")
    figures = count(IN_TIME, extras=Extras(waiting=[waiting]))
    assert (figures.total, keys(figures.pending)) == (1, ["w"])


def test_what_waits_and_stands_already_is_counted_once() -> None:
    again = row("a", "13/12/2023 08:00", "01/01/2023 08:00", Event.SCHEDULED, status="future")
    figures = count(IN_TIME, extras=Extras(waiting=[again]))
    assert (figures.total, figures.pending) == (1, ())


@pytest.mark.parametrize("event", [Event.IMPORTED, Event.ADOPTED])
def test_what_stood_on_the_site_before_us_is_never_late_nor_backdated(event: Event) -> None:
    figures = count(row("old", "01/03/2023 08:00", "05/01/2024 08:00", event))
    assert (figures.total, figures.late, figures.backdated) == (1, (), ())


# Dates that are set back


@pytest.mark.parametrize(
    ("shown", "flagged"),
    [("01/03/2023 07:00", True), ("01/03/2023 08:00", False), ("02/03/2023 07:00", False),
     ("09/03/2023 08:00", False)],
)  # fmt: skip
def test_a_date_more_than_a_day_before_the_sending_is_told(shown: str, flagged: bool) -> None:
    figures = count(row("a", shown, "02/03/2023 08:00"))
    assert figures.total == 1
    assert keys(figures.backdated) == (["a"] if flagged else [])


def test_a_date_set_back_by_a_correction_is_told() -> None:
    figures = count(
        row("a", "20/03/2023 08:00", "20/03/2023 08:00"),
        row("a", "01/02/2023 08:00", "21/03/2023 08:00", Event.UPDATED),
    )
    (item,) = figures.backdated
    assert (item.day, item.sent) == (date(2023, 2, 1), at("20/03/2023 08:00"))


def test_a_draft_on_the_site_is_sent_when_it_is_published() -> None:
    figures = count(
        row("a", "01/03/2023 08:00", "01/03/2023 08:00", Event.DRAFTED, status="draft"),
        row("a", "01/03/2023 08:00", "20/03/2023 08:00", Event.PUBLISHED),
    )
    assert keys(figures.backdated) == ["a"]


# Activities


def activity(key: str, shown: str, sent: str, kind: str, **more: object) -> Publication:
    values = {"site": NO_SITE, "status": "recorded", "kind": kind, **more}
    return row(key, shown, sent, Event.RECORDED, **values)


def test_activities_are_counted_apart() -> None:
    figures = count(
        IN_TIME,
        activity("h1", "01/03/2023 08:00", "02/03/2023 08:00", "hoi-nghi", participants=40),
        activity("h2", "01/04/2023 08:00", "02/04/2023 08:00", "hoi-nghi", participants=50),
        activity("t", "01/05/2023 08:00", "02/05/2023 08:00", "an-pham", copies=500),
        activity("late", "01/12/2023 08:00", "11/12/2023 08:00", "tap-huan"),
        row("gone", "01/06/2023 08:00", "02/06/2023 08:00", Event.RECORDED, site=NO_SITE,
            status="recorded", kind="tap-huan"),
        row("gone", "01/06/2023 08:00", "03/06/2023 08:00", Event.WITHDRAWN, site=NO_SITE,
            status="withdrawn", kind="tap-huan"),
    )  # fmt: skip
    assert (figures.total, figures.posts, figures.by["kind"]) == (1, 1, {"tin": 1})
    off_web = figures.activities
    assert off_web.total == 3
    assert off_web.by["kind"] == {"an-pham": 1, "hoi-nghi": 2}
    assert off_web.by["month"] == {"2023-03": 1, "2023-04": 1, "2023-05": 1}
    assert (off_web.participants, off_web.copies) == ({"hoi-nghi": 90}, {"an-pham": 500})
    assert (keys(off_web.late), keys(off_web.withdrawn)) == (["late"], ["gone"])


# Targets, comparison, verification


def test_targets_are_measured_over_the_year_so_far() -> None:
    rows = (
        row("a", "01/02/2023 08:00", "01/02/2023 08:00"),
        row("b", "01/05/2023 08:00", "01/05/2023 08:00", theme="ra-soat", kind="bai"),
        row("c", "01/08/2023 08:00", "01/08/2023 08:00"),
        activity("h", "02/05/2023 08:00", "02/05/2023 08:00", "hoi-nghi"),
    )
    quarter = periods.quarter(2023, 2)
    so_far = Period(periods.year(2023).first, quarter.last)
    targets = [
        Target("total", "", 8), Target("kinds", "bai", 3), Target("kinds", "hoi-nghi", 1),
        Target("themes", "can-bo", 6), Target("themes", "khau-hieu", 2),
    ]  # fmt: skip
    figures = tally(rows, quarter, ZONE, extras=Extras(year=Scope(so_far), targets=targets))
    assert [(p.target.code, p.done, p.in_period, p.percent) for p in figures.progress] == [
        ("", 2, 1, 25.0), ("bai", 1, 1, 33.3), ("hoi-nghi", 1, 1, 100.0),
        ("can-bo", 1, 0, 16.7), ("khau-hieu", 0, 0, 0.0),
    ]  # fmt: skip


def test_more_than_was_planned_is_more_than_a_hundred() -> None:
    rows = [row(str(n), "01/02/2023 08:00", "01/02/2023 08:00") for n in range(3)]
    figures = count(*rows, extras=Extras(targets=[Target("total", "", 2)]))
    assert figures.progress[0].percent == 150.0


def test_the_same_days_a_year_before() -> None:
    rows = (
        row("a", "01/02/2023 08:00", "01/02/2023 08:00"),
        row("b", "01/02/2022 08:00", "01/02/2022 08:00"),
        row("c", "01/03/2022 08:00", "01/03/2022 08:00", kind="bai"),
    )
    extras = Extras(year_before=Scope(closed(periods.year(2022))))
    figures = count(*rows, extras=extras)
    assert figures.before is not None
    assert (figures.total, figures.before.total) == (1, 2)
    assert figures.before.by["kind"] == {"bai": 1, "tin": 1}
    assert figures.before.before is None


def test_months_without_items_are_named_too() -> None:
    figures = count(row("a", "01/02/2023 08:00", "01/02/2023 08:00"))
    assert figures.months == ("2022-12", *(f"2023-{n:02}" for n in range(1, 13)))
    assert figures.theme_months == {"can-bo": {"2023-02": 1}}


def test_what_was_verified_is_told_with_the_time() -> None:
    rows = [
        row(key, "01/02/2023 08:00", "01/02/2023 08:00", id=n) for n, key in enumerate("abcd", 1)
    ]
    looks = {
        ("so-khcn", key): Verification("so-khcn", key, n, verdict, at=at(when))
        for key, n, verdict, when in (
            ("a", 1, Verdict.SOUND, "09/12/2023 09:00"),
            ("b", 2, Verdict.GONE, "09/12/2023 09:01"),
            ("c", 1, Verdict.SOUND, "09/12/2023 09:02"),  # of a row that is not the newest
        )
    }
    figures = count(*rows, extras=Extras(verifications=looks))
    assert figures.verified is not None
    assert (figures.verified.sound, figures.verified.failed, figures.verified.unchecked) == (
        1,
        1,
        2,
    )
    assert (figures.verified.first, figures.verified.last) == (
        at("09/12/2023 09:00"), at("09/12/2023 09:01"),
    )  # fmt: skip
    assert keys(figures.failed) == ["b"]
    assert count(*rows).verified is None


# Any log at all

_kinds = st.sampled_from(["tin", "bai", "anh"])
_sent = st.integers(0, 900).map(lambda n: datetime(2021, 12, 1, 9, tzinfo=ZONE) + timedelta(days=n))
_rows = st.builds(
    lambda key, kind, sent, ago, event: Publication(
        "so-khcn",
        key,
        event,
        status="publish",
        kind=kind,
        shown_at=sent - timedelta(days=ago),
        at=sent,
    ),
    st.sampled_from("abcdef"),
    _kinds,
    _sent,
    st.sampled_from([0, 0, 1, 5, 40, 500]),
    st.sampled_from([Event.PUBLISHED, Event.UPDATED, Event.IMPORTED, Event.ADOPTED]),
)
_logs = st.lists(_rows, max_size=14)


def _in_order(rows: Sequence[Publication]) -> list[Publication]:
    return sorted(rows, key=lambda r: r.at or at("01/01/2000 00:00"))


@given(_logs)
def test_reports_in_a_row_count_everything_once(rows: Sequence[Publication]) -> None:
    rows = _in_order(rows)
    forever = Period(date(2000, 1, 1), date(2100, 1, 1))
    whole = tally(rows, forever, ZONE)
    found: list[str] = []
    for year in range(2018, 2027):
        period = closed(periods.year(year))
        figures = tally(rows, period, ZONE, missed=missed_by(period))
        found += [*keys(figures.items), *keys(figures.pending)]
    assert sorted(found) == sorted(keys(whole.items))


@given(_logs)
def test_every_breakdown_of_a_closed_report_adds_up(rows: Sequence[Publication]) -> None:
    figures = count(*_in_order(rows))
    assert {name: sum(figures.by[name].values()) for name in BREAKDOWNS} == dict.fromkeys(
        BREAKDOWNS, figures.total
    )
    assert sum(sum(months.values()) for months in figures.theme_months.values()) == figures.total
    assert set(figures.by["month"]) <= set(figures.months)
    assert set(keys(figures.carried)) <= set(keys(figures.items))
    assert set(keys(figures.backdated)) <= set(keys(figures.items))
    beside = [
        keys(part) for part in (figures.items, figures.pending, figures.late, figures.withdrawn)
    ]
    together = [key for part in beside for key in part]
    assert len(together) == len(set(together))
