"""The scheduler: what is due when, who is left alone how long, and a loop that nothing stops."""

from __future__ import annotations

import json
import threading
import time as time_module
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from publisher import config, run, service
from publisher.abilities import WEBSITE
from publisher.apply import Outcome, Site
from publisher.errors import (
    AlreadyRunningError,
    ConfigError,
    NotSentError,
    RefusedError,
    SiteError,
)
from publisher.model import Draft, Problem, RemotePost, SiteInfo, State
from publisher.plan import ActionKind
from publisher.run import Health, LastJob, LastTick, Level, Pulse, Rest, Result
from publisher.service import Crew, Signals, Tick, jobs, resting
from publisher.service.jobs import Daily
from tests.office import Office

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
BERLIN = ZoneInfo("Europe/Berlin")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NOW = datetime(2026, 11, 24, 8, 12, tzinfo=ZONE)


# Daily jobs

NIGHTLY = {"backup": Daily(time(1, 0)), "verify": Daily(time(2, 0))}


def at(hour: int, minute: int = 0, day: int = 24) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("last", "now", "expected"),
    [
        ({"backup": at(1), "verify": at(2)}, at(8), []),
        ({"backup": at(1, day=23), "verify": at(2, day=23)}, at(0, 59), []),
        ({"backup": at(1, day=23), "verify": at(2, day=23)}, at(1, 0), ["backup"]),
        ({"backup": at(1, day=23), "verify": at(2, day=23)}, at(8), ["backup", "verify"]),
        # Ten days asleep: once each.
        ({"backup": at(1, day=14), "verify": at(2, day=14)}, at(8), ["backup", "verify"]),
        # The clock was set back an hour: what was done at 02:00 is not done at 02:00 again.
        ({"backup": at(1), "verify": at(2, 1)}, at(2, 0), []),
        # It was years ahead: what was done then does not count.
        (dict.fromkeys(NIGHTLY, datetime(2031, 1, 1, tzinfo=UTC)), at(8), ["backup", "verify"]),
        ({}, at(8), ["backup", "verify"]),
    ],
)
def test_a_job_is_due_once_when_its_time_has_passed(
    last: dict[str, datetime], now: datetime, expected: list[str]
) -> None:
    assert jobs.due(NIGHTLY, last, now) == expected


@given(
    st.lists(st.timedeltas(timedelta(0), timedelta(days=3)), max_size=60),
    st.timedeltas(timedelta(0), timedelta(days=2)),
    st.sampled_from([ZONE, BERLIN]),
)
def test_however_it_is_woken_a_job_is_done_once_for_its_times_that_passed(
    naps: list[timedelta], start: timedelta, zone: ZoneInfo
) -> None:
    times = {"verify": Daily(time(2, 30))}
    now = datetime(2026, 10, 24, tzinfo=UTC) + start  # summer time ends in Berlin on the 25th
    last = {"verify": now}
    for nap in naps:
        before, now = now, now + nap
        held = {
            day
            for number in range(-1, 4)
            for day in [(before + number * DAY).astimezone(zone).date()]
            if before < datetime.combine(day, time(2, 30), zone).astimezone(UTC) <= now
        }
        due = jobs.due(times, last, now.astimezone(zone))
        assert due == (["verify"] if held else [])
        if due:
            last["verify"] = now


@given(st.timedeltas(timedelta(0), timedelta(days=400)), st.timedeltas(-DAY, timedelta(0)))
def test_a_clock_set_back_by_up_to_a_day_repeats_nothing(start: timedelta, back: timedelta) -> None:
    now = NOW + start
    assert jobs.due(NIGHTLY, dict.fromkeys(NIGHTLY, now), now + back) == []


def test_a_job_of_working_days_is_held_on_those_alone() -> None:
    times = {"digest": Daily(time(16, 30), lambda day: day.weekday() < 5)}
    friday = at(16, 31, day=20)
    assert jobs.due(times, {"digest": friday}, at(20, 0, day=22)) == []
    assert jobs.due(times, {"digest": friday}, at(16, 30, day=23)) == ["digest"]
    assert jobs.due({"digest": Daily(time(16, 30), lambda _: False)}, {}, NOW) == []


# Back-off

DOWN = Problem("site-unreachable", params={"site": "so-khcn"})
AUTH = Problem("site-auth", params={"site": "so-khcn"})


def middle() -> float:
    return 0.5


def failing(
    problem: Problem, times: int, now: datetime = NOW, draw: Callable[[], float] = middle
) -> list[timedelta]:
    """The pauses of a site that fails whenever it is tried."""
    rests: dict[str, Rest] = {}
    pauses = []
    for _ in range(times):
        result = Result(unreachable={"so-khcn": problem})
        rests, _held = resting.after(rests, {}, result, now, draw)
        pauses.append(rests["so-khcn"].until - now)
        now = rests["so-khcn"].until
    return pauses


def test_a_site_that_is_down_is_left_alone_longer_and_longer() -> None:
    assert [p / MINUTE for p in failing(DOWN, 8)] == [1, 2, 4, 8, 16, 30, 30, 30]


def test_where_another_try_can_lock_an_account_it_is_long_at_once() -> None:
    missing = Problem("password-missing")
    for problem in (AUTH, missing, Problem("site-tls")):
        assert [p / MINUTE for p in failing(problem, 4)] == [15, 30, 60, 60]


@pytest.mark.parametrize(
    ("header", "minutes"),
    [
        ("600", 10),
        ("5", 1),
        (NOW.astimezone(UTC).strftime("%a, %d %b %Y %H:%M:%S GMT").replace("01:12", "01:40"), 28),
        ("sớm", 1),
        ("9" * 30, 360),
    ],
)
def test_a_site_gets_the_pause_that_it_asks_for(header: str, minutes: int) -> None:
    busy = Problem("site-rate-limited", params={"retry_after": header})
    (pause,) = failing(busy, 1)
    assert pause == minutes * MINUTE


@given(st.integers(1, 500), st.floats(0, 1, exclude_max=True), st.sampled_from([DOWN, AUTH]))
def test_a_pause_is_drawn_within_bounds(failures: int, draw: float, problem: Problem) -> None:
    pause = resting.delay(problem, failures, lambda: draw, NOW)
    longest = 60 if problem is AUTH else 30
    assert MINUTE * 0.95 <= pause <= longest * MINUTE * 1.05


def test_since_is_when_it_began_and_success_ends_it() -> None:
    first, _ = resting.after({}, {}, Result(unreachable={"a": DOWN}), NOW, middle)
    later = NOW + 5 * MINUTE
    second, _ = resting.after(first, {}, Result(unreachable={"a": DOWN}), later, middle)
    assert (second["a"].since, second["a"].failures) == (NOW, 2)
    assert resting.after(second, {}, Result(), later, middle) == ({}, {})


def test_a_site_that_was_not_asked_keeps_its_rest() -> None:
    rests, _ = resting.after({}, {}, Result(unreachable={"a": DOWN}), NOW, middle)
    waiting = Result(waits={"a": ("tin",)})
    assert resting.after(rests, {}, waiting, NOW + MINUTE / 2, middle)[0] == rests


def outcome(
    key: str, problem: Problem | None, site: str = "a", state: State = State.UNKNOWN
) -> Outcome:
    return Outcome(ActionKind.CREATE, site, key, state if problem else State.DONE, problem=problem)


BROKEN = Problem("site-server-error")


def test_one_bad_post_does_not_stop_its_site() -> None:
    """A post at which the site fails is held alone, once it is known by others that pass."""
    result = Result([outcome("xấu", BROKEN), outcome("tốt", None)])
    rests, held = resting.after({}, {}, result, NOW, middle)
    assert (set(rests), set(held)) == (set(), {("a", "xấu")})
    # Alone in its run it looks like the site's trouble, but it is known by now.
    rests, held = resting.after({}, held, Result([outcome("xấu", BROKEN)]), NOW, middle)
    assert (set(rests), held["a", "xấu"].failures) == (set(), 2)


def test_a_site_at_which_all_fails_rests_as_a_whole() -> None:
    result = Result([outcome("một", BROKEN), outcome("hai", BROKEN), outcome("ba", None, "b")])
    rests, held = resting.after({}, {}, result, NOW, middle)
    assert set(rests) == {"a"}
    rests, held = resting.after(rests, held, result, NOW + MINUTE, middle)
    assert rests["a"].failures == 2


def test_what_a_site_refuses_is_held_and_the_site_is_not() -> None:
    refused = Problem("site-forbidden")
    result = Result([outcome("tin", refused, state=State.REFUSED)])
    rests, held = resting.after({}, {}, result, NOW, middle)
    assert (set(rests), set(held)) == (set(), {("a", "tin")})
    # As long as it is held it stays so; when it is done or gone, nothing is left of it.
    again = Result(held={("a", "tin")})
    assert resting.after({}, held, again, NOW, middle)[1] == held
    assert resting.after({}, held, Result(), NOW, middle)[1] == {}


def test_to_be_interrupted_is_no_failure() -> None:
    stopped = outcome("tin", Problem("interrupted"), state=State.SKIPPED)
    assert resting.after({}, {}, Result([stopped]), NOW, middle) == ({}, {})


@given(st.timedeltas(timedelta(-400), timedelta(400)), st.sampled_from([DOWN, AUTH]))
def test_no_rest_outlasts_a_clock_that_was_set_back(jump: timedelta, problem: Problem) -> None:
    rest = Rest(problem, NOW, NOW + resting.delay(problem, 9, middle, NOW), 9)
    now = NOW + jump
    if resting.lasts(rest, now):
        assert timedelta(0) < rest.until - now <= 63 * MINUTE


# The state file


def pulse(**changes: object) -> Pulse:
    whole = Pulse(
        4711,
        "máy-văn-thư",
        "1.0",
        NOW,
        NOW + HOUR,
        60,
        LastTick(NOW, NOW + MINUTE, {"done": 2}),
        NOW + HOUR,
        resting={"so-khcn": Rest(DOWN, NOW, NOW + MINUTE, 3)},
        held={("a", "tin/một"): Rest(BROKEN, NOW, NOW + MINUTE, 1)},
        waits={"so-khcn": ("một", "hai")},
        jobs={"verify": LastJob(NOW, problems=(AUTH,)), "backup": LastJob(NOW, held=False)},
        problems=(DOWN,),
    )
    return replace(whole, **changes)  # type: ignore[arg-type]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path / "phòng")


def settings_of(office: Office) -> config.Config:
    return config.load(office.folder / "config.toml")


def test_the_state_file_says_what_was_written(office: Office) -> None:
    settings = settings_of(office)
    settings.state.mkdir()
    assert run.read_pulse(settings) is None
    run.write_pulse(settings, pulse())
    assert run.read_pulse(settings) == pulse()
    assert [path.name for path in settings.state.iterdir()] == ["service.json"]


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '{"format": 99}', '{"format": 1}', '{"format": 1, "pid": "x"}', "\0"],
)
def test_a_state_file_that_is_broken_or_foreign_is_none(office: Office, text: str) -> None:
    settings = settings_of(office)
    office.file(".publisher/service.json", text)
    assert run.read_pulse(settings) is None
    assert run.health(settings, NOW).level is Level.DOWN
    assert office.run("status").status == 0


@given(st.data())
def test_a_state_file_with_any_part_missing_is_none(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    settings = config.Config(base=tmp_path_factory.mktemp("state"))
    settings.state.mkdir()
    run.write_pulse(settings, pulse())
    values = json.loads(run.pulse_file(settings).read_text(encoding="utf-8"))
    del values[data.draw(st.sampled_from(sorted(values)))]
    run.pulse_file(settings).write_text(json.dumps(values), encoding="utf-8")
    assert run.read_pulse(settings) is None


# Health


def health(office: Office, written: Pulse, now: datetime, *, running: bool = True) -> Health:
    settings = settings_of(office)
    settings.state.mkdir(exist_ok=True)
    run.write_pulse(settings, written)
    if not running:
        return run.health(settings, now)
    with run.hold(settings.state / run.SERVICE_LOCK):
        return run.health(settings, now)


WELL: dict[str, object] = {"resting": {}, "held": {}, "waits": {}, "problems": ()}


def codes(found: Health) -> list[str]:
    return [problem.code for problem in found.reasons]


def test_health(office: Office) -> None:
    soon = NOW + HOUR + MINUTE
    well = pulse(**WELL)
    assert health(office, well, soon).level is Level.OK
    found = health(office, pulse(), soon)
    assert (found.level, codes(found)) == (Level.DEGRADED, ["site-unreachable", "site-unreachable"])
    found = health(office, well, soon, running=False)
    assert (found.level, codes(found)) == (Level.DOWN, ["service-stopped"])
    found = health(office, well, NOW + 5 * HOUR)  # it hangs
    assert (found.level, codes(found)) == (Level.DOWN, ["service-silent"])
    busy = pulse(**WELL, busy="scan", busy_since=NOW)
    assert health(office, busy, NOW + HOUR).level is Level.OK  # a long first run
    assert health(office, busy, NOW + 5 * HOUR).level is Level.DOWN


# The loop, on a clock of its own


class Herald:
    """Keeps what it is told; fails when it is asked to."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.ticks: list[Tick] = []
        self.days: list[datetime] = []
        self.fails = False

    def _heard(self, word: str) -> None:
        self.said.append(word)
        if self.fails:
            raise RuntimeError("the mail server is on fire")

    def started(self) -> None:
        self._heard("started")

    def begin(self) -> None:
        """Hear that a wake-up begins."""

    def stopped(self) -> None:
        self._heard("stopped")

    def tick(self, tick: Tick) -> None:
        self.ticks.append(tick)
        self._heard("tick")

    def day(self, now: datetime) -> None:
        self.days.append(now)
        self._heard("day")


class Watchdog:
    def __init__(self) -> None:
        self.said: list[str] = []

    def ready(self) -> None:
        self.said.append("ready")

    def alive(self) -> None:
        self.said.append("alive")

    def reloading(self) -> None:
        self.said.append("reloading")

    def stopping(self) -> None:
        self.said.append("stopping")


class Paper:
    """A site that takes everything, or fails as it is told."""

    abilities = WEBSITE
    editor = "classic"
    connections = 1

    def __init__(self, name: str, desk: Desk) -> None:
        self.name = name
        self._desk = desk

    def _asked(self, what: str) -> None:
        self._desk.asked.append((self.name, what, self._desk.now()))
        error = self._desk.down.get(self.name)
        if error:
            raise error

    def about(self) -> SiteInfo:
        self._asked("about")
        return SiteInfo(self.name, "https://a.example", "A", "")

    def find(self, ids: object = (), slugs: object = ()) -> list[RemotePost]:
        self._asked("find")
        return []

    def terms(self, taxonomy: str, names: object) -> dict[str, str]:
        return {}

    def create(self, draft: Draft) -> RemotePost:
        self._asked("create")
        self._desk.made += 1
        return RemotePost(
            str(self._desk.made),
            "https://a.example/1",
            draft.status,
            draft.slug,
            draft.title,
            draft.content,
            draft.excerpt,
            draft.date,
            self._desk.now(),
        )

    def flush(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        """Nothing is open."""


@dataclass
class Desk:
    """A service whose waiting turns the clock on, and what may happen in between.

    events: what happens when the clock passes an instant (minutes after the start).
    """

    office: Office
    clock: time_machine.Traveller
    events: dict[float, Callable[[], object]] = field(default_factory=dict)
    asked: list[tuple[str, str, datetime]] = field(default_factory=list)
    down: dict[str, SiteError] = field(default_factory=dict)
    shown: list[Tick] = field(default_factory=list)
    made: int = 0
    step: float = 1.0
    herald: Herald = field(default_factory=Herald)
    watchdog: Watchdog = field(default_factory=Watchdog)
    signals: Signals = field(default_factory=Signals)

    def now(self) -> datetime:
        return datetime.now(UTC)

    def load(self) -> run.Office:
        return run.Office(settings_of(self.office), self.now, self._site)

    def _site(self, name: str) -> Site:
        site: Any = Paper(name, self)
        return site  # type: ignore[no-any-return]

    def turn(self, minutes: float) -> None:
        """Let it run for some minutes of its clock, then stop it."""
        passed = [0.0]
        pending = dict(sorted(self.events.items()))

        def wait(seconds: float) -> bool:
            seconds = max(seconds, self.step)
            self.clock.shift(seconds)
            passed[0] += seconds / 60
            for moment in [m for m in pending if m <= passed[0]]:
                pending.pop(moment)()
            if passed[0] >= minutes:
                self.signals.ask_stop()
            return False

        self.signals.wait = wait  # type: ignore[method-assign]
        crew = Crew(lambda _office: self.herald, self.watchdog, self.shown.append, lambda _: None)
        service.serve(self.load, crew, self.signals, draw=middle, clock=time_module.time)
        self.signals.stop.clear()

    @property
    def ticks(self) -> list[Tick]:
        return self.shown

    def said(self) -> Pulse:
        found = run.read_pulse(settings_of(self.office))
        assert found is not None
        return found


@pytest.fixture
def desk(office: Office) -> Iterator[Desk]:
    office.configure(
        '[schedule]\nevery = 60\nbackup_at = ""\nverify_at = ""\ndigest_at = ""\n'
        '[sites.a]\nkind = "wordpress"\nurl = "https://a.example"\nuser = "u"\n'
        '[sites.b]\nkind = "wordpress"\nurl = "https://b.example"\nuser = "u"\n'
    )
    with time_machine.travel(NOW, tick=False) as clock:
        yield Desk(office, clock)


def test_it_looks_at_once_and_then_at_its_interval(desk: Desk) -> None:
    desk.turn(5.5)
    assert [(tick.at - NOW) / MINUTE for tick in desk.ticks] == [0, 1, 2, 3, 4, 5]
    assert desk.herald.said == ["started", *["tick"] * 6, "stopped"]
    assert desk.watchdog.said[0] == "ready"
    assert desk.watchdog.said[-1] == "stopping"
    assert desk.watchdog.said.count("alive") > 60  # also between two looks
    assert desk.said().ended == desk.now()


def test_after_a_sleep_of_ten_days_it_looks_once(desk: Desk) -> None:
    desk.events[2.5] = lambda: desk.clock.shift(10 * DAY)
    desk.turn(4)
    assert [(tick.at - NOW) // MINUTE for tick in desk.ticks] == [0, 1, 2, 14402, 14403]


@pytest.mark.parametrize("back", [20 / 60, 60, 60 * 24 * 400])
def test_a_clock_that_is_set_back_stops_nothing(desk: Desk, back: float) -> None:
    desk.events[2.5] = lambda: desk.clock.shift(-back * 60)
    desk.turn(6)
    assert 6 <= len(desk.ticks) <= 7


def test_the_interval_follows_config_toml(desk: Desk) -> None:
    def faster() -> None:
        path = desk.office.folder / "config.toml"
        path.write_text(path.read_text("utf-8").replace("every = 60", "every = 10"), "utf-8")

    desk.events[1.5] = faster
    desk.turn(4)
    assert len(desk.ticks) == 3 + 12
    assert desk.watchdog.said.count("reloading") == 1


def test_settings_with_mistakes_are_told_and_the_old_ones_stay(desk: Desk) -> None:
    path = desk.office.folder / "config.toml"
    good = path.read_text("utf-8")
    desk.events[1.5] = lambda: path.write_text(good.replace("every = 60", 'every = "x"'), "utf-8")
    desk.events[4.5] = lambda: path.write_text(good.replace("every = 60", "every = 30"), "utf-8")
    desk.turn(6.1)
    found = [[problem.code for problem in tick.problems] for tick in desk.ticks]
    wrong = ["config-kept", "config-value"]
    assert found[:5] == [[], [], wrong, wrong, wrong]
    assert found[5:] == [[]] * len(found[5:])
    assert len(found) > 7  # every 30 seconds by now


def test_a_config_that_is_away_for_a_moment_changes_nothing(desk: Desk) -> None:
    path = desk.office.folder / "config.toml"
    desk.events[1.5] = lambda: path.rename(path.with_suffix(".bak"))
    desk.events[2.5] = lambda: path.with_suffix(".bak").rename(path)
    # settings_of() reads it too, so the clerk's office is looked at afterwards.
    desk.turn(4)
    assert [bool(tick.problems) for tick in desk.ticks] == [False, False, True, False, False]


def test_another_place_of_the_log_needs_a_new_start(desk: Desk) -> None:
    path = desk.office.folder / "config.toml"
    good = path.read_text("utf-8")
    desk.events[1.5] = lambda: path.write_text(f'{good}\n[paths]\nstate = "khác"\n', "utf-8")
    desk.turn(3)
    assert [p.code for p in desk.ticks[-1].problems] == ["config-restart"]
    assert not (desk.office.folder / "khác").exists()


def test_whatever_a_herald_does_the_loop_goes_on(desk: Desk) -> None:
    desk.herald.fails = True
    desk.turn(3.5)
    assert len(desk.ticks) == 4
    reports = list((desk.office.folder / ".publisher" / "reports").iterdir())
    assert 1 <= len(reports) <= 3  # each mistake once, not at each look
    assert "on fire" in reports[0].read_text(encoding="utf-8")


def test_an_own_mistake_is_written_down_once_and_the_loop_goes_on(desk: Desk) -> None:
    desk.office.post("tin.md", title="Tin một")
    desk.down["a"] = ZeroDivisionError("in the middle")  # type: ignore[assignment]
    desk.events[3.5] = desk.down.clear
    desk.turn(5.5)
    found = [[problem.code for problem in tick.problems] for tick in desk.ticks]
    assert found == [[], *[["service-mistake"]] * 3, [], []]
    (problem,) = desk.ticks[1].problems
    assert "ZeroDivisionError" in Path(str(problem.params["file"])).read_text(encoding="utf-8")
    assert len(list((desk.office.folder / ".publisher" / "reports").iterdir())) == 1
    assert desk.made == 2


def test_a_site_that_is_down_is_left_alone_and_the_other_goes_on(desk: Desk) -> None:
    desk.office.post("tin.md", title="Tin một")
    desk.down["a"] = NotSentError(DOWN)
    desk.events[20.5] = lambda: desk.office.post("hai.md", title="Tin hai", sites=["b"])
    desk.events[25.5] = desk.down.clear
    desk.turn(40)
    tried = sorted({(when - NOW) // MINUTE for name, _, when in desk.asked if name == "a"})
    assert tried == [1, 2, 4, 8, 16, 32]
    assert desk.made == 3
    first, resting_long = desk.ticks[1], desk.ticks[25]
    assert first.resting["a"].problem.code == "site-unreachable"
    assert resting_long.resting["a"].since == first.at
    assert resting_long.result
    assert resting_long.result.waits == {"a": ("tin",)}
    assert desk.ticks[-1].resting == {}
    assert desk.said().resting == {}


def test_a_new_password_ends_a_rest(desk: Desk) -> None:
    desk.office.post("tin.md", title="Tin một", sites=["a"])
    desk.down["a"] = NotSentError(AUTH)

    def login() -> None:
        desk.down.clear()
        run.login_noted(settings_of(desk.office))

    desk.events[5.5] = login
    desk.turn(8)
    tried = sorted({(when - NOW) // MINUTE for _, _, when in desk.asked})
    assert tried == [1, 6]


def test_a_changed_config_ends_a_rest(desk: Desk) -> None:
    desk.office.post("tin.md", title="Tin một", sites=["a"])
    desk.down["a"] = NotSentError(AUTH)
    path = desk.office.folder / "config.toml"
    desk.events[5.5] = lambda: path.write_text(
        path.read_text("utf-8").replace('user = "u"', 'user = "khác"'), "utf-8"
    )
    desk.turn(8)
    assert sorted({(when - NOW) // MINUTE for _, _, when in desk.asked}) == [1, 6]


def test_a_service_that_is_started_again_and_again_locks_no_account(desk: Desk) -> None:
    desk.clock.shift(DAY)  # config.toml was written before
    desk.office.post("tin.md", title="Tin một", sites=["a"])
    desk.down["a"] = NotSentError(AUTH)
    for _ in range(4):
        desk.turn(3)
    assert len({when for _, what, when in desk.asked if what == "find"}) == 1


def test_what_a_site_refuses_is_not_sent_each_minute(desk: Desk) -> None:
    office = desk.office
    office.post("tin.md", title="Tin một", sites=["a"])
    refused = RefusedError(Problem("site-refused", params={"site": "a"}))
    plain = Paper.create

    def create(self: Paper, draft: Draft) -> RemotePost:
        if desk.down.get("create"):
            desk.asked.append((self.name, "create", desk.now()))
            raise refused
        return plain(self, draft)

    desk.down["create"] = refused
    Paper.create = create  # type: ignore[method-assign]
    try:
        desk.events[20.5] = lambda: office.post("tin.md", "Sửa.", title="Tin một", sites=["a"])
        desk.turn(25)
        tried = [(when - NOW) // MINUTE for _, what, when in desk.asked if what == "create"]
        # The file was changed at 20.5, and stood still by the second look at it: a new try.
        assert tried == [1, 2, 4, 8, 16, 22, 23, 25]
        desk.down.clear()
        desk.turn(30)
    finally:
        Paper.create = plain  # type: ignore[method-assign]
    assert desk.made == 1


def test_a_command_by_hand_is_waited_for_without_a_word(desk: Desk) -> None:
    desk.office.post("tin.md", title="Tin một", sites=["a"])
    settings = settings_of(desk.office)
    by_hand = run.locked(settings)
    by_hand.__enter__()
    desk.events[40.5] = lambda: by_hand.__exit__(None, None, None)
    desk.turn(43)
    found = [[problem.code for problem in tick.problems] for tick in desk.ticks]
    assert found[:30] == [[]] * 30
    assert found[32] == ["log-kept"]  # so long: something hangs
    assert found[-1] == []
    assert desk.ticks[0].result is None
    assert desk.made == 1


# Daily jobs in the loop


@pytest.fixture
def daily(desk: Desk) -> Desk:
    text = (desk.office.folder / "config.toml").read_text("utf-8")
    text = text.replace('backup_at = ""', 'backup_at = "01:00"')
    text = text.replace('verify_at = ""', 'verify_at = "02:00"')
    text = text.replace("every = 60", "every = 3600")
    desk.office.configure(text.replace('digest_at = ""', 'digest_at = "16:30"'))
    desk.step = 60
    return desk


def test_the_jobs_of_some_days(daily: Desk) -> None:
    """From Tuesday to the next Monday: copies each night, the message on working days."""
    daily.turn(6 * 24 * 60)
    copies = sorted(path.name for path in (daily.office.folder / ".publisher/backups").iterdir())
    assert copies == [f"log-2026-11-{day}.sqlite3" for day in range(25, 31)]
    local = [moment.astimezone(ZONE) for moment in daily.herald.days]
    assert [moment.day for moment in local] == [25, 26, 27]  # the 24th is a public holiday
    assert all(time(16, 30) <= moment.time() < time(17, 31) for moment in local)
    ran = daily.said().jobs
    assert ran["verify"].at.astimezone(ZONE).date() == date(2026, 11, 30)
    assert all(not job.problems for job in ran.values())


def test_a_computer_that_is_off_at_night_makes_up_for_it(daily: Desk) -> None:
    for day in range(4):
        daily.clock.move_to(NOW + day * DAY)
        daily.turn(8 * 60)
    copies = sorted(path.name for path in (daily.office.folder / ".publisher/backups").iterdir())
    assert copies == [f"log-2026-11-{day}.sqlite3" for day in (25, 26, 27)]


def test_a_job_that_a_command_by_hand_hinders_is_done_later(daily: Desk) -> None:
    by_hand = run.locked(settings_of(daily.office))
    start = (24 - 8) * 60 - 12  # minutes until midnight
    daily.events[start] = by_hand.__enter__
    daily.events[start + 90] = lambda: by_hand.__exit__(None, None, None)
    daily.turn(start + 170)
    ran = daily.said().jobs["backup"].at.astimezone(ZONE)
    assert time(1, 30) <= ran.time() <= time(2, 31)


def test_a_job_that_fails_is_told_until_it_does_not(daily: Desk) -> None:
    backups = daily.office.file(".publisher/backups", "a file where a folder should be")
    midnight = (24 - 8) * 60 - 12  # in minutes from the start
    daily.events[midnight + 4 * 60] = backups.unlink
    daily.turn(midnight + 8 * 60)
    found: dict[datetime, list[str]] = {
        tick.at.astimezone(ZONE): [p.code for p in tick.problems] for tick in daily.ticks
    }
    assert {tuple(told) for when, told in found.items() if when < at(1, 0, 25)} == {()}
    night = {tuple(told) for when, told in found.items() if at(2, 15, 25) < when < at(4, 0, 25)}
    assert night == {("log-backup",)}
    assert {tuple(told) for when, told in found.items() if when > at(5, 15, 25)} == {()}
    assert [path.name for path in backups.iterdir()] == ["log-2026-11-25.sqlite3"]


# Signals


def test_a_wait_ends_when_somebody_asks() -> None:
    signals = Signals()
    threading.Timer(0.05, signals.ask_reload).start()
    assert signals.wait(30)
    assert signals.reload_asked()
    assert not signals.reload_asked()
    assert not signals.wait(0)


def test_settings_that_are_wrong_from_the_start_end_it(desk: Desk) -> None:
    desk.office.configure("[schedule]\nevery = 1\n")
    with pytest.raises(ConfigError):
        desk.turn(1)


def test_a_second_one_is_told_who_is_there(desk: Desk) -> None:
    settings = settings_of(desk.office)
    settings.state.mkdir()
    run.write_pulse(settings, pulse())
    place = settings.state / run.SERVICE_LOCK
    with run.hold(place), pytest.raises(AlreadyRunningError) as caught:
        desk.turn(1)
    (problem,) = caught.value.problems
    assert problem.code == "service-running-there"
    assert problem.params == {"pid": 4711, "host": "máy-văn-thư", "since": "24/11/2026 08:12"}


def test_the_log_being_away_is_told_and_waited_out(desk: Desk) -> None:
    desk.office.post("tin.md", title="Tin một", sites=["a"])
    log = desk.office.folder / ".publisher" / "log.sqlite3"
    log.mkdir(parents=True)
    desk.events[2.5] = log.rmdir
    desk.turn(5)
    found = [[problem.code for problem in tick.problems] for tick in desk.ticks]
    assert found == [["log-unreachable"]] * 3 + [[]] * 3
    assert desk.made == 1
