"""Counting the log: once per item, in the period of the date that its site shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher import periods
from publisher.model import Event, Kind, Period, Publication
from publisher.tally import BREAKDOWNS, Figures, tally

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
YEAR = periods.year(2023)
IN = datetime(2023, 3, 15, 8, tzinfo=ZONE)


def row(key: str = "a", event: Event = Event.PUBLISHED, **more: object) -> Publication:
    values: dict[str, object] = {
        "status": "publish",
        "kind": "tin",
        "theme": "can-bo",
        "unit": "Văn phòng Sở",
        "authors": ("Lan",),
        "pictures": 1,
        "shown_at": IN,
        "article_digest": "1",
        **more,
    }
    return Publication(str(values.pop("site", "so-khcn")), key, event, **values)  # type: ignore[arg-type]


def count(*rows: Publication, period: Period = YEAR) -> Figures:
    return tally(rows, period, ZONE)


# Periods


def test_a_year_of_reports_runs_from_15_12_to_14_12() -> None:
    assert (YEAR.first, YEAR.last) == (date(2022, 12, 15), date(2023, 12, 14))
    assert date(2022, 12, 15) in YEAR and date(2023, 12, 14) in YEAR
    assert date(2022, 12, 14) not in YEAR and date(2023, 12, 15) not in YEAR


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_every_day_belongs_to_one_year(day: date) -> None:
    years = [number for number in range(day.year - 1, day.year + 3) if day in periods.year(number)]
    assert len(years) == 1


@pytest.mark.parametrize(
    ("shown", "year"),
    [
        (datetime(2022, 12, 14, 23, 59, 59, 999999, ZONE), 2022),
        (datetime(2022, 12, 15, 0, 0, tzinfo=ZONE), 2023),
        (datetime(2023, 12, 14, 23, 59, 59, tzinfo=ZONE), 2023),
        (datetime(2023, 12, 15, 0, 0, tzinfo=ZONE), 2024),
        (datetime(2023, 12, 14, 16, 59, 59, tzinfo=UTC), 2023),  # 23:59:59 here
        (datetime(2023, 12, 14, 17, 0, tzinfo=UTC), 2024),  # midnight here
    ],
)
def test_the_last_second_of_a_period_is_the_offices(shown: datetime, year: int) -> None:
    totals = {
        y: count(row(shown_at=shown), period=periods.year(y)).total for y in range(2021, 2026)
    }
    assert totals == {y: int(y == year) for y in range(2021, 2026)}


# What counts


def test_nothing_is_counted_of_an_empty_log() -> None:
    figures = count()
    assert (figures.total, figures.pictures, figures.corrected) == (0, 0, 0)
    assert figures.by == {name: {} for name in BREAKDOWNS}


def test_every_breakdown_of_a_few_items() -> None:
    figures = count(
        row("a"),
        row("b", kind="bai", theme="", unit="", authors=(), pictures=3),
        row("c", authors=("Lan", "Minh"), shown_at=datetime(2023, 4, 1, tzinfo=ZONE)),
        row("a", site="trung-tam", shown_at=datetime(2023, 3, 31, 17, tzinfo=UTC)),
    )
    assert figures.total == 4
    assert figures.pictures == 6
    assert figures.by == {
        "kind": {"bai": 1, "tin": 3},
        "theme": {"": 1, "can-bo": 3},
        "month": {"2023-03": 2, "2023-04": 2},
        "site": {"so-khcn": 3, "trung-tam": 1},
        "unit": {"": 1, "Văn phòng Sở": 3},
        "author": {"": 1, "Lan": 2, "Lan, Minh": 1},
        "channel": {"": 4},
    }
    assert [(i.publication.site, i.publication.key) for i in figures.items] == [
        ("so-khcn", "a"), ("so-khcn", "b"), ("so-khcn", "c"), ("trung-tam", "a"),
    ]  # fmt: skip


def test_a_correction_is_counted_apart_and_its_item_once() -> None:
    figures = count(
        row(),
        row(event=Event.UPDATED, kind="bai", article_digest="2"),
        row(event=Event.UPDATED, kind="bai", article_digest="3"),
        row("b"),
    )
    assert (figures.total, figures.corrected) == (2, 1)
    assert figures.by["kind"] == {"bai": 1, "tin": 1}
    assert [item.corrections for item in figures.items] == [2, 0]


def test_an_update_that_changed_no_word_corrects_nothing() -> None:
    figures = count(row(), row(event=Event.UPDATED, digest="link set"), row(event=Event.KEPT_SITE))
    assert (figures.total, figures.corrected) == (1, 0)


def test_a_renamed_file_is_the_same_item_with_its_corrections() -> None:
    figures = count(
        row("a"),
        row("a", Event.UPDATED, article_digest="2"),
        row("b", Event.RENAMED, previous_key="a", article_digest="2"),
        row("b", Event.UPDATED, article_digest="3"),
    )
    (item,) = figures.items
    assert (item.publication.key, item.corrections) == ("b", 2)


def test_a_new_post_under_the_old_name_of_a_renamed_one_is_another() -> None:
    figures = count(row("a"), row("b", Event.RENAMED, previous_key="a"), row("a", kind="bai"))
    assert figures.total == 2
    assert figures.by["kind"] == {"bai": 1, "tin": 1}


def test_a_rename_on_one_site_leaves_the_other_alone() -> None:
    figures = count(row("a"), row("a", site="trung-tam"), row("b", Event.RENAMED, previous_key="a"))
    assert figures.by["site"] == {"so-khcn": 1, "trung-tam": 1}


def test_what_was_withdrawn_is_named_and_not_counted() -> None:
    figures = count(
        row("a"),
        row("b"),
        row("b", Event.WITHDRAWAL_ASKED, reason="sai số liệu"),
        row("b", Event.WITHDRAWN, status="trash", reason="sai số liệu"),
    )
    assert figures.total == 1
    (gone,) = figures.withdrawn
    assert (gone.publication.key, gone.publication.reason) == ("b", "sai số liệu")


def test_what_is_to_be_withdrawn_still_stands_on_the_site() -> None:
    figures = count(row("a"), row("a", Event.WITHDRAWAL_ASKED))
    assert (figures.total, figures.withdrawn) == (1, ())


def test_what_was_withdrawn_and_published_again_counts() -> None:
    figures = count(row(), row(event=Event.WITHDRAWN, status="trash"), row())
    assert (figures.total, figures.withdrawn) == (1, ())


@pytest.mark.parametrize("status", ["future", "draft", "pending", "private", "trash", ""])
def test_what_the_site_does_not_show_is_not_counted(status: str) -> None:
    event = Event.SCHEDULED if status == "future" else Event.UPDATED
    figures = count(row(event=event, status=status))
    assert (figures.total, figures.withdrawn) == (0, ())


def test_what_waited_counts_once_it_is_shown() -> None:
    waiting = row(event=Event.SCHEDULED, status="future")
    assert count(waiting).total == 0
    assert count(waiting, row(event=Event.PUBLISHED)).total == 1


def test_an_item_moves_with_the_date_that_its_site_shows() -> None:
    later = datetime(2024, 1, 2, tzinfo=ZONE)
    rows = (row(), row(event=Event.UPDATED, shown_at=later))
    assert count(*rows).total == 0
    assert count(*rows, period=periods.year(2024)).total == 1


def test_a_row_without_a_date_is_not_counted() -> None:
    assert count(row(shown_at=None)).total == 0


# Any log at all

_rows = st.builds(
    lambda key, event, more: row(key, event, **more),
    st.sampled_from("abc"),
    st.sampled_from(Event),
    st.fixed_dictionaries(
        {
            "site": st.sampled_from(["so-khcn", "trung-tam"]),
            "status": st.sampled_from(["publish", "publish", "future", "trash"]),
            "kind": st.sampled_from([kind.value for kind in Kind]),
            "theme": st.sampled_from(["", "can-bo", "ra-soat"]),
            "unit": st.sampled_from(["", "Văn phòng Sở"]),
            "authors": st.sampled_from([(), ("Lan",), ("Lan", "Minh"), ("Minh", "Lan")]),
            "pictures": st.integers(0, 5),
            "previous_key": st.sampled_from(["", "", "", "a", "b"]),
            "article_digest": st.sampled_from(["", "1", "2"]),
            "shown_at": st.none()
            | st.datetimes(
                datetime(2022, 12, 1),  # noqa: DTZ001
                datetime(2024, 1, 15),  # noqa: DTZ001
                timezones=st.sampled_from([ZONE, UTC]),
            ),
        }
    ),
)
_logs = st.lists(_rows, max_size=25)


def _sum(figures: Figures, name: str) -> int:
    return sum(figures.by[name].values())


@given(_logs)
def test_every_breakdown_adds_up_to_the_total(rows: Sequence[Publication]) -> None:
    figures = tally(rows, YEAR, ZONE)
    assert {name: _sum(figures, name) for name in figures.by} == dict.fromkeys(
        BREAKDOWNS, figures.total
    )
    assert all(number > 0 for part in figures.by.values() for number in part.values())
    assert figures.total == len(figures.items)
    assert figures.pictures == sum(item.publication.pictures for item in figures.items)
    assert 0 <= figures.corrected <= figures.total


@given(_logs)
def test_an_item_is_counted_once_and_with_its_last_row(rows: Sequence[Publication]) -> None:
    figures = tally(rows, YEAR, ZONE)
    counted = Counter((i.publication.site, i.publication.key) for i in figures.items)
    assert set(counted.values()) <= {1}
    acts = [r for r in rows if r.event is not Event.RESTORATION_ASKED]  # a wish is none
    last: Mapping[tuple[str, str], Publication] = {(r.site, r.key): r for r in acts}
    for item in (*figures.items, *figures.withdrawn):
        row = item.publication
        newest = last[row.site, row.key]
        # One that was asked back in vain keeps the reason for which it was taken away.
        assert replace(row, reason="") == replace(newest, reason="")
        assert not row.is_page


@given(_logs)
def test_periods_side_by_side_count_everything_once(rows: Sequence[Publication]) -> None:
    whole = tally(rows, Period(date(2000, 1, 1), date(2100, 1, 1)), ZONE)
    parts = [tally(rows, periods.year(year), ZONE) for year in range(2021, 2027)]
    assert sum(part.total for part in parts) == whole.total
    assert sum(part.pictures for part in parts) == whole.pictures
    months: Counter[str] = Counter()
    for part in parts:
        months.update(part.by["month"])
    assert dict(months) == whole.by["month"]


@given(_logs)
def test_sites_count_apart(rows: Sequence[Publication]) -> None:
    both = tally(rows, YEAR, ZONE)
    for site in ("so-khcn", "trung-tam"):
        alone = tally([r for r in rows if r.site == site], YEAR, ZONE)
        assert alone.total == both.by["site"].get(site, 0)


@given(_rows, st.timedeltas(timedelta(0), timedelta(days=400)))
def test_the_month_is_the_offices(publication: Publication, ago: timedelta) -> None:
    if publication.shown_at is None:
        return
    shown = publication.shown_at - ago
    only = tally([row(shown_at=shown)], Period(date(2000, 1, 1), date(2100, 1, 1)), ZONE)
    local = shown.astimezone(ZONE)
    assert only.by["month"] == {f"{local.year:04}-{local.month:02}": 1}
