"""When a site may get new posts: hours, days off, and so many in an hour."""

from __future__ import annotations

import time as clock
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from publisher.plan.releases import Wish, releases
from publisher.timetable import Hours, Timetable

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
BERLIN = ZoneInfo("Europe/Berlin")  # 26/03/2023 02:00 → 03:00, 29/10/2023 03:00 → 02:00
HAVANA = ZoneInfo("America/Havana")  # 12/03/2023 00:00 → 01:00: a day that begins at one
APIA = ZoneInfo("Pacific/Apia")  # 30/12/2011 was left out
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)

WORKDAYS, EVERY_DAY = frozenset(range(5)), frozenset(range(7))
OFFICE = (Hours(WORKDAYS, time(7, 30), time(17)),)
TET = frozenset(date(2023, 1, 20) + timedelta(days=n) for n in range(7))


def at(text: str, zone: ZoneInfo = VIETNAM, fold: int = 0) -> datetime:
    return datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=zone, fold=fold)


@pytest.mark.parametrize(
    ("hours", "asked", "opens"),
    [
        ((), "18/03/2023 03:00", "18/03/2023 03:00"),
        (OFFICE, "15/03/2023 07:29", "15/03/2023 07:30"),
        (OFFICE, "15/03/2023 07:30", "15/03/2023 07:30"),
        (OFFICE, "15/03/2023 16:59", "15/03/2023 16:59"),
        (OFFICE, "15/03/2023 17:00", "16/03/2023 07:30"),
        (OFFICE, "17/03/2023 17:00", "20/03/2023 07:30"),
        (OFFICE, "19/01/2023 17:00", "27/01/2023 07:30"),
        (OFFICE, "23/01/2023 09:00", "27/01/2023 07:30"),
        ((*OFFICE, Hours(frozenset({5}), time(8), time(11))),
         "17/03/2023 18:00", "18/03/2023 08:00"),
        ((Hours(EVERY_DAY, time(13), time(17)), Hours(EVERY_DAY, time(7), time(11))),
         "15/03/2023 11:00", "15/03/2023 13:00"),
        ((Hours(EVERY_DAY, time(20), time(0)),), "15/03/2023 23:59", "15/03/2023 23:59"),
        ((Hours(EVERY_DAY, time(20), time(0)),), "16/03/2023 00:00", "16/03/2023 20:00"),
    ],
)  # fmt: skip
def test_the_first_open_instant(hours: tuple[Hours, ...], asked: str, opens: str) -> None:
    timetable = Timetable(hours, TET, zone=VIETNAM)
    assert timetable.opens(at(asked)) == at(opens)


NIGHT = (Hours(EVERY_DAY, time(2, 30), time(4)),)


@pytest.mark.parametrize(
    ("zone", "hours", "asked", "opens"),
    [
        # 02:30 was left out: the clock went from 02:00 to 03:00, which is within the hours.
        (BERLIN, NIGHT, at("26/03/2023 01:00", BERLIN), at("26/03/2023 03:00", BERLIN)),
        (BERLIN, NIGHT, at("29/10/2023 01:00", BERLIN), at("29/10/2023 02:30", BERLIN)),
        # 02:10 for the second time is before 02:30, though 02:30 was there once.
        (BERLIN, NIGHT, at("29/10/2023 02:10", BERLIN, 1), at("29/10/2023 02:30", BERLIN, 1)),
        (HAVANA, (Hours(EVERY_DAY, time(0), time(2)),), at("11/03/2023 12:00", HAVANA),
         datetime(2023, 3, 12, 5, tzinfo=UTC)),
        (APIA, (Hours(frozenset({4}), time(8), time(9)),), at("29/12/2011 12:00", APIA),
         at("06/01/2012 08:00", APIA)),
        # A day off that the clock's change begins: nothing on it.
        (BERLIN, (), at("25/03/2023 00:00", BERLIN), at("27/03/2023 00:00", BERLIN)),
    ],
)  # fmt: skip
def test_hours_are_what_the_clock_of_the_office_shows(
    zone: ZoneInfo, hours: tuple[Hours, ...], asked: datetime, opens: datetime
) -> None:
    off = frozenset({date(2023, 3, 25), date(2023, 3, 26)}) if not hours else frozenset[date]()
    # UTC, because within one zone Python compares what clocks show.
    found = Timetable(hours, off, zone=zone).opens(asked.astimezone(UTC))
    assert found == opens.astimezone(UTC)


def test_what_never_opens_is_never_and_a_moment_has_a_zone() -> None:
    class Always:
        def __contains__(self, day: object) -> bool:
            return True

    assert Timetable(OFFICE, Always()).opens(at("15/03/2023 08:00")) is None
    assert releases(
        [Wish("a", None, False)], Timetable((), Always()), (), at("15/03/2023 08:00")
    ) == {"a": None}
    with pytest.raises(ValueError, match="time zone"):
        Timetable().opens(datetime(2023, 3, 15))  # noqa: DTZ001


_MOMENTS = st.integers(0, 365 * 24 * 3600).map(
    lambda second: datetime(2023, 1, 1, tzinfo=UTC) + timedelta(seconds=second)
)
_CLOCKS = st.times().map(lambda t: t.replace(microsecond=0))


@st.composite
def timetables(draw: st.DrawFn) -> Timetable:
    hours = []
    for _ in range(draw(st.integers(0, 3))):
        opens, closes = sorted(draw(st.tuples(_CLOCKS, _CLOCKS)))
        assume(opens != closes)
        if draw(st.booleans()):
            closes = time(0)
        days = draw(st.frozensets(st.integers(0, 6), min_size=1))
        hours.append(Hours(days, opens, closes))
    off = draw(st.frozensets(st.dates(date(2023, 1, 1), date(2023, 12, 31)), max_size=30))
    zone = draw(st.sampled_from([VIETNAM, BERLIN, HAVANA]))
    return Timetable(
        tuple(hours), off, draw(st.integers(0, 4)), zone, urgent_any_time=draw(st.booleans())
    )


@given(timetables(), _MOMENTS, _MOMENTS)
def test_opens_is_open_never_early_monotone_and_the_same_twice(
    timetable: Timetable, one: datetime, other: datetime
) -> None:
    first, second = sorted((one, other))
    opens, later = timetable.opens(first), timetable.opens(second)
    assert opens is not None
    assert later is not None
    assert first <= opens <= later
    assert timetable.is_open(opens)
    assert timetable.opens(opens) == opens
    if second < opens:
        assert not timetable.is_open(second)
        assert later == opens


_WISHES = st.lists(
    st.builds(
        Wish,
        st.text("abcdef", min_size=1, max_size=4),
        st.none() | _MOMENTS,
        st.booleans(),
    ),
    max_size=25,
    unique_by=lambda wish: wish.key,
)
_NEAR = st.lists(st.integers(-70, 0), max_size=6)


def crowded(instants: Sequence[datetime], per_hour: int) -> bool:
    """Whether there are more than so many within any 60 minutes."""
    ordered = sorted(instants)
    return any(b - a < HOUR for a, b in zip(ordered, ordered[per_hour:], strict=False))


@settings(max_examples=150)
@given(timetables(), _WISHES, _NEAR, _MOMENTS)
@example(
    Timetable(OFFICE, TET, 2, VIETNAM),
    [Wish("a", None, False)],
    [-5, -59],
    at("15/03/2023 16:00").astimezone(UTC),
)
def test_releases_keep_hours_limits_and_order(
    timetable: Timetable, wishes: list[Wish], minutes: list[int], now: datetime
) -> None:
    recent = [now + number * MINUTE for number in minutes]
    made = releases(wishes, timetable, recent, now)
    assert made.keys() == {wish.key for wish in wishes}  # nobody is forgotten
    for wish in wishes:
        release = made[wish.key]
        assert release is not None
        assert release >= max(now, wish.not_before or now)
        assert timetable.is_open(release) or (wish.urgent and timetable.urgent_any_time)
        # What held it back is gone: without the others it would not have gone later.
        alone = releases([wish], timetable, recent, now)[wish.key]
        assert alone is not None
        assert alone <= release
    instants = [instant for instant in made.values() if instant]
    limit = timetable.per_hour
    if limit and not crowded(recent, limit):
        assert not crowded([*recent, *instants], limit)
    urgent = releases([w for w in wishes if w.urgent], timetable, recent, now)
    if timetable.urgent_any_time:  # they never wait for one that does not hurry
        assert {w.key: made[w.key] for w in wishes if w.urgent and not w.not_before} == {
            w.key: urgent[w.key] for w in wishes if w.urgent and not w.not_before
        }


@settings(max_examples=80)
@given(timetables(), _WISHES, _NEAR, _MOMENTS)
def test_planned_again_at_an_instant_that_was_told_it_comes_true(
    timetable: Timetable, wishes: list[Wish], minutes: list[int], now: datetime
) -> None:
    recent = [now + number * MINUTE for number in minutes]
    told = releases(wishes, timetable, recent, now)
    left = list(wishes)
    for moment in sorted({instant for instant in told.values() if instant}):
        again = releases(left, timetable, recent, moment)
        gone = {key for key, instant in again.items() if instant == moment}
        assert gone == {key for key, instant in told.items() if instant == moment}
        assert again == {wish.key: told[wish.key] for wish in left}
        recent += [moment] * len(gone)
        left = [wish for wish in left if wish.key not in gone]
    assert left == []


NINE = at("15/03/2023 09:00")


def test_urgent_posts_go_first_then_those_that_wait_longest() -> None:
    wishes = [
        Wish("c", NINE - HOUR, False),
        Wish("a", NINE - MINUTE, False),
        Wish("b", NINE - MINUTE, False),
        Wish("u", NINE + 30 * MINUTE, True),
        Wish("z", NINE - 2 * MINUTE, True),
    ]
    made = releases(wishes, Timetable((), per_hour=2), (), NINE)
    told = {key: instant and (instant - NINE) // MINUTE for key, instant in made.items()}
    assert told == {"z": 0, "c": 0, "u": 60, "a": 60, "b": 120}


def test_what_was_promised_for_later_keeps_its_place() -> None:
    promised = [NINE + 90 * MINUTE, NINE + 90 * MINUTE]
    wishes = [Wish("a", None, False), Wish("b", None, False), Wish("c", NINE + 80 * MINUTE, False)]
    made = releases(wishes, Timetable((), per_hour=2), promised, NINE)
    told = {key: instant and (instant - NINE) // MINUTE for key, instant in made.items()}
    assert told == {"a": 0, "b": 0, "c": 150}


def test_a_clock_that_was_years_ahead_once_holds_nobody_up() -> None:
    wrong = [NINE + timedelta(days=900)] * 10
    assert releases([Wish("a", None, False)], Timetable((), per_hour=10), wrong, NINE) == {
        "a": NINE
    }
    set_back = [NINE + 20 * MINUTE] * 10
    made = releases([Wish("a", None, False)], Timetable((), per_hour=10), set_back, NINE)
    assert made == {"a": NINE + 80 * MINUTE}


def test_an_hour_is_an_hour_when_clocks_are_changed() -> None:
    first = at("29/10/2023 02:30", BERLIN)
    wishes = [Wish(key, first, False) for key in "abc"]
    made = releases(wishes, Timetable((), per_hour=1, zone=BERLIN), (), first)
    began = first.astimezone(UTC)
    assert list(made.values()) == [began, began + HOUR, began + 2 * HOUR]


def test_urgent_posts_need_a_place_as_well() -> None:
    night = at("15/03/2023 22:00")
    timetable = Timetable(OFFICE, zone=VIETNAM, per_hour=1)
    wishes = [Wish("a", None, True), Wish("b", None, True), Wish("c", None, False)]
    made = releases(wishes, timetable, (), night)
    assert made == {"a": night, "b": night + HOUR, "c": at("16/03/2023 07:30")}
    strict = Timetable(OFFICE, zone=VIETNAM, per_hour=1, urgent_any_time=False)
    morning = at("16/03/2023 07:30")
    assert releases(wishes, strict, (), night) == {
        "a": morning, "b": morning + HOUR, "c": morning + 2 * HOUR,
    }  # fmt: skip


@pytest.mark.parametrize("per_hour", [0, 10, 500])
def test_ten_thousand_wishes_are_quick(per_hour: int) -> None:
    timetable = Timetable(OFFICE, TET, per_hour, VIETNAM)
    wishes = [
        Wish(str(n), None if n % 2 else NINE + n * 7 * MINUTE, n % 50 == 0) for n in range(10_000)
    ]
    began = clock.process_time()
    made = releases(wishes, timetable, (), NINE)
    assert clock.process_time() - began < 1  # 0.05 s where this was written
    assert None not in made.values()
