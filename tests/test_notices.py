"""What people are told: in time, once, and never a flood, whatever happens."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher import i18n, messages
from publisher.model import Problem, Where
from publisher.notices import (
    Kind,
    Line,
    Notice,
    Observation,
    Rules,
    Severity,
    State,
    Trouble,
    observe,
    step,
    without,
)
from publisher.service.book import Book, Letter, Pause, read_book, write_book

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
ALL = frozenset({"here"})
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def trouble(
    name: str, kind: Kind = Kind.FAILURE, sort: str = "", code: str = "site-dns"
) -> Trouble:
    problem = Problem(code, params={"site": name, "host": f"{name}.example"})
    return Trouble(name, "here", Line(kind, problem, site=name), sort)


def published(title: str) -> Line:
    return Line(Kind.PUBLISHED, title=title, site="so-khcn", url=f"https://a.example/{title}")


@dataclass
class People:
    """Hear messages; the state goes through JSON each time, as after a restart."""

    folder: Path | None = None
    rules: Rules = field(default_factory=Rules)
    state: State = field(default_factory=State)
    heard: list[Notice] = field(default_factory=list)
    at: datetime = START

    def see(
        self,
        troubles: Iterable[Trouble] = (),
        happened: Iterable[Line] = (),
        looked: frozenset[str] = ALL,
        unclear: frozenset[str] = frozenset(),
    ) -> list[Notice]:
        seen = Observation(self.at, tuple(troubles), tuple(happened), looked, unclear)
        self.state, told = observe(self.state, seen, self.rules)
        if self.folder:
            write_book(self.folder / "notices.json", Book(self.state))
            self.state = read_book(self.folder / "notices.json").state
        self.heard += told
        return list(told)

    def after(
        self, wait: timedelta, troubles: Iterable[Trouble] = (), happened: Iterable[Line] = ()
    ) -> list[Notice]:
        self.at += wait
        return self.see(troubles, happened)


def kinds(told: Sequence[Notice]) -> list[Kind]:
    return [notice.kind for notice in told]


def test_what_is_gone_at_the_next_look_is_not_told() -> None:
    people = People()
    people.see([trouble("a")])
    people.after(MINUTE)
    people.after(HOUR)
    assert people.heard == []


def test_a_lasting_trouble_is_told_once_then_daily_and_its_end_once(tmp_path: Path) -> None:
    people = People(tmp_path)
    people.see([trouble("a")])
    for _ in range(60 * 49):
        people.after(MINUTE, [trouble("a")])
    for _ in range(60):
        people.after(MINUTE)
    assert kinds(people.heard) == [Kind.FAILURE, Kind.REMINDER, Kind.REMINDER, Kind.RECOVERY]
    first, again, _third, end = people.heard
    assert first.at == START + 5 * MINUTE
    assert again.at - first.at == 24 * HOUR
    (line,) = end.lines
    assert (line.since, line.until) == (START, START + 49 * HOUR + MINUTE)


def test_a_site_that_comes_and_goes_is_not_told_each_time() -> None:
    people = People()
    for number in range(60):  # down for three minutes of four
        people.after(MINUTE, [] if number % 4 == 0 else [trouble("a")])
    assert kinds(people.heard) == []
    for _ in range(10):
        people.after(MINUTE, [trouble("a")])
    for number in range(60):
        people.after(MINUTE, [] if number % 4 == 0 else [trouble("a")])
    assert kinds(people.heard) == [Kind.FAILURE]


def test_what_was_not_looked_at_is_neither_over_nor_new() -> None:
    people = People()
    people.see([trouble("a")])
    people.after(10 * MINUTE, [trouble("a")])
    for _ in range(30):
        people.at += MINUTE
        people.see(looked=frozenset())
        people.at += MINUTE
        people.see(unclear=frozenset({"a"}))
    assert kinds(people.heard) == [Kind.FAILURE]


def test_another_remedy_is_told_anew_and_the_end_but_once() -> None:
    people = People()
    for _ in range(20):
        people.after(MINUTE, [trouble("a")])
    for _ in range(40):
        people.after(MINUTE, [trouble("a", sort="site-auth", code="site-auth")])
    for _ in range(40):
        people.after(MINUTE)
    assert kinds(people.heard) == [Kind.FAILURE, Kind.FAILURE, Kind.RECOVERY]
    assert [n.lines[0].problem.code for n in people.heard if n.lines[0].problem] == [
        "site-dns", "site-auth", "site-auth",
    ]  # fmt: skip


def test_posts_of_some_minutes_come_in_one_message() -> None:
    people = People()
    assert len(people.after(MINUTE, happened=[published("1"), published("2")])) == 1
    for number in range(3, 17):
        assert people.after(MINUTE, happened=[published(str(number))]) == []
    (second,) = people.after(MINUTE, happened=[published("17")])
    assert [line.title for line in second.lines] == [str(number) for number in range(3, 18)]


def test_troubles_of_one_day_are_reminded_of_together() -> None:
    people = People()
    everything = [trouble("a")]
    for number in range(180):
        if number == 60:
            everything.append(trouble("b", Kind.HAND))
        people.after(MINUTE, everything)
    people.heard.clear()
    people.after(22 * HOUR, everything)
    (notice,) = people.heard
    assert notice.kind is Kind.REMINDER
    assert {line.site for line in notice.lines} == {"a", "b"}


def test_the_last_message_of_an_hour_sums_up_the_rest() -> None:
    people = People(rules=Rules(timedelta(), MINUTE, 3))
    people.see([trouble("a")])
    people.after(MINUTE, [trouble("a"), trouble("b")])
    everything = [trouble("a"), trouble("b"), trouble("c"), trouble("d", Kind.HAND)]
    (summary,) = people.after(MINUTE, everything, [published("1")])
    assert summary.kind is Kind.SUMMARY and summary.severity is Severity.FAILURE
    assert {line.site for line in summary.lines} == {"c", "d", "so-khcn"}
    assert people.after(30 * MINUTE, [*everything, trouble("e")], [published("2")]) == []
    told = people.after(30 * MINUTE, [*everything, trouble("e")])
    assert [len(notice.lines) for notice in told] == [1, 1]  # nothing was lost


@pytest.mark.parametrize(
    ("days", "told"),
    [(40, None), (16, None), (15, 15), (12, 15), (10, 10), (4, 5), (3, 3), (1, 1), (0, 0)],
)
def test_the_steps_to_the_deadline(days: int, told: int | None) -> None:
    assert step(days) == told


def test_a_trouble_of_a_site_that_is_no_more_is_forgotten() -> None:
    people = People()
    people.see([trouble("a")])
    people.after(10 * MINUTE, [trouble("a")])
    people.state = without(people.state, ["a"])
    people.after(HOUR)
    assert kinds(people.heard) == [Kind.FAILURE]


# Whatever happens

_NAMES = "abcdefgh"
_KINDS = dict(zip(_NAMES, [Kind.FAILURE, Kind.HAND, Kind.GONE] * 3, strict=False))
_TICKS = st.lists(
    st.tuples(
        st.integers(1, 90),  # minutes to the next look
        st.frozensets(st.sampled_from(_NAMES)),  # what is wrong then
        st.integers(0, 3),  # posts that appeared
    ),
    max_size=120,
)


def _most_in_an_hour(heard: Sequence[Notice]) -> int:
    return max(
        (sum(1 for n in heard if first.at <= n.at < first.at + HOUR) for first in heard), default=0
    )


@given(_TICKS, st.integers(2, 8), st.integers(0, 30))
@settings(max_examples=150, deadline=None)
def test_never_more_than_the_limit_and_no_post_is_lost_or_told_twice(
    ticks: list[tuple[int, frozenset[str], int]], limit: int, patience: int
) -> None:
    people = People(rules=Rules(patience * MINUTE, 15 * MINUTE, limit))
    titles: list[str] = []
    for minutes, wrong, posts in ticks:
        fresh = [f"{len(titles) + number}" for number in range(posts)]
        titles += fresh
        people.after(
            minutes * MINUTE,
            [trouble(name, _KINDS[name]) for name in wrong],
            [published(title) for title in fresh],
        )
    for _ in range(5):
        people.after(HOUR)
    assert _most_in_an_hour(people.heard) <= limit
    told = [line.title for n in people.heard for line in n.lines if line.kind is Kind.PUBLISHED]
    assert told == titles
    assert all(notice.lines for notice in people.heard)


@given(_TICKS, st.integers(2, 8))
@settings(max_examples=150, deadline=None)
def test_each_lasting_trouble_is_told_once_a_day_and_its_end_once(
    ticks: list[tuple[int, frozenset[str], int]], limit: int
) -> None:
    people = People(rules=Rules(5 * MINUTE, 15 * MINUTE, limit))
    lasting = [trouble("z")]
    for minutes, wrong, _posts in ticks:
        people.after(minutes * MINUTE, [*lasting, *(trouble(name, _KINDS[name]) for name in wrong)])
    told = [n.at for n in people.heard for line in n.lines if line.site == "z"]
    apart = [later - earlier for earlier, later in pairwise(told)]
    assert all(timedelta(hours=20) <= time <= timedelta(hours=27) for time in apart)
    if people.at - START > 5 * HOUR:
        assert told and told[0] - START <= 5 * HOUR
        assert people.at - told[-1] <= timedelta(hours=27)
    for _ in range(8):  # all is well again
        people.after(HOUR)
    balance = dict.fromkeys([*_NAMES, "z"], 0)
    for notice in people.heard:
        for line in notice.lines:
            over = line.kind is Kind.RECOVERY
            assert not over or balance[line.site], "an end of what nobody was told"
            balance[line.site] = 0 if over else 1
    assert not any(balance.values()), "a trouble was told, and its end was not"


@given(st.lists(st.tuples(st.integers(-3000, 3000), st.frozensets(st.sampled_from("abc")))))
@settings(max_examples=150, deadline=None)
def test_a_clock_that_jumps_makes_no_flood(ticks: list[tuple[int, frozenset[str]]]) -> None:
    people = People(rules=Rules(timedelta(), MINUTE, 3))
    forward = timedelta()
    for minutes, wrong in ticks:
        forward += max(timedelta(), minutes * MINUTE)
        people.after(minutes * MINUTE, [trouble(name) for name in wrong], [published("1")])
    assert len(people.heard) <= 3 * (1 + forward / HOUR)


def test_a_clock_set_back_silences_nothing() -> None:
    people = People()
    people.see([trouble("a")])
    people.after(timedelta(days=300), [trouble("a")])  # a wrong clock, told at once
    people.after(timedelta(days=-300), [trouble("a")])
    people.after(MINUTE, [trouble("a"), trouble("b")])
    people.after(16 * MINUTE, [trouble("a"), trouble("b")])
    people.after(MINUTE)
    people.after(6 * MINUTE)
    assert kinds(people.heard) == [Kind.FAILURE, Kind.FAILURE, Kind.RECOVERY]


def test_a_trouble_that_was_told_by_a_clock_ahead_is_told_again_a_day_later() -> None:
    people = People()
    people.see([trouble("a")])
    people.after(timedelta(days=300), [trouble("a")])
    people.after(timedelta(days=-300), [trouble("a")])
    people.after(23 * HOUR, [trouble("a")])
    assert kinds(people.heard) == [Kind.FAILURE]
    people.after(HOUR, [trouble("a")])
    assert kinds(people.heard) == [Kind.FAILURE, Kind.REMINDER]


def test_the_book_comes_back_as_it_was(tmp_path: Path) -> None:
    people = People()
    people.see([trouble("a")], [published("1")])
    people.after(HOUR, [trouble("a"), trouble("b")])
    letter = Letter("mail", ("a@example.vn",), "Tin", "Bài", "info", START)
    book = Book(people.state, (letter,), {"mail": Pause(2, START)}, {"day": "x"}, START, {"": "1"})
    write_book(tmp_path / "state" / "notices.json", book)
    assert read_book(tmp_path / "state" / "notices.json") == book


@pytest.mark.parametrize("text", ["", "{", "[]", '{"state": 3}', "\x00"])
def test_a_damaged_book_is_a_new_one(tmp_path: Path, text: str) -> None:
    (tmp_path / "notices.json").write_text(text, encoding="utf-8")
    assert read_book(tmp_path / "notices.json") == Book()


# In words


@pytest.fixture
def vietnamese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "")
    i18n.use("vi")


@pytest.mark.usefixtures("vietnamese")
def test_a_trouble_in_words_says_what_since_when_and_what_to_do() -> None:
    line = Line(
        Kind.FAILURE,
        Problem("site-dns", params={"site": "so-khcn", "host": "so-khcn.example"}),
        site="so-khcn",
        since=START,
        params={"waits": 3},
    )
    subject, body = messages.notice(Notice(Kind.FAILURE, START, (line,)), ZONE, {})
    assert subject == ("[publisher] Sự cố: Không tìm thấy địa chỉ của so-khcn: so-khcn.example")
    assert "Từ 08:00 02/03/2026." in body
    assert "Cần làm: " in body and "Đang chờ: 3 bài." in body


@pytest.mark.usefixtures("vietnamese")
def test_an_end_in_words_says_how_long_it_lasted() -> None:
    line = Line(
        Kind.RECOVERY,
        Problem("site-maintenance", params={"site": "so-khcn"}),
        since=START,
        until=START + 150 * MINUTE,
    )
    _subject, body = messages.notice(Notice(Kind.RECOVERY, START, (line,)), ZONE, {})
    assert "Từ 08:00 02/03/2026 đến 10:30 02/03/2026 (2 giờ)." in body


@pytest.mark.usefixtures("vietnamese")
def test_a_long_list_is_cut_and_counted() -> None:
    lines = tuple(published(str(number)) for number in range(24))
    subject, body = messages.notice(Notice(Kind.PUBLISHED, START, lines), ZONE, {})
    assert subject == "[publisher] Đã đăng: 24 bài"
    assert body.count("https://") == 12 and body.endswith("… và 12 mục nữa")


@pytest.mark.usefixtures("vietnamese")
def test_the_deadline_in_words_names_what_is_still_to_be_done() -> None:
    due = date(2026, 12, 14)
    lines = (
        Line(Kind.DEADLINE, params={"due": due.isoformat(), "days": 5}),
        Line(Kind.DEADLINE, params={"group": "kinds", "code": "tin", "planned": 120, "done": 45}),
        Line(Kind.DEADLINE, params={"group": "themes", "code": "x", "planned": 4, "done": 1}),
    )
    subject, body = messages.notice(Notice(Kind.DEADLINE, START, lines), ZONE, {"x": "Chủ đề"})
    assert subject.startswith("[publisher] Báo cáo: Còn 5 ngày làm việc")
    assert "Tin: 45/120, còn thiếu 75" in body and "Chủ đề: 1/4, còn thiếu 3" in body


@pytest.mark.usefixtures("vietnamese")
def test_a_summary_keeps_each_kind_under_its_heading() -> None:
    lines = (
        published("1"),
        Line(Kind.HAND, Problem("encoding", Where("posts/a.md", 3)), since=START),
        Line(Kind.WITHDRAWN, title="Cũ", site="so-khcn", params={"reason": "Sai số liệu"}),
        Line(Kind.GONE, title="Mất", site="so-khcn", params={"verdict": "gone"}, since=START),
    )
    _subject, body = messages.notice(Notice(Kind.SUMMARY, START, lines), ZONE, {})
    order = [body.index(words) for words in ("Không còn như", "Cần xử lý", "Đã gỡ", "Đã đăng")]
    assert order == sorted(order)
    assert "posts/a.md, dòng 3:" in body and "Sai số liệu" in body


@given(st.text(max_size=400), st.text(max_size=400))
@settings(max_examples=60, deadline=None)
def test_no_title_breaks_a_subject(title: str, url: str) -> None:
    line = Line(Kind.PUBLISHED, title=title, key="k", url=url)
    subject, _body = messages.notice(Notice(Kind.PUBLISHED, START, (line,)), ZONE, {})
    assert len(subject) < 160 and not set(subject) & set("\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029")
