"""What the plan decides about time: posting hours, limits, embargoes, last days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from publisher.model import (
    Article,
    Attempt,
    Event,
    Memory,
    Publication,
    RemotePost,
    Status,
    Target,
    digest_of,
)
from publisher.plan import EXPIRED, Action, ActionKind, Choice, Plan, Question, plan, survey
from publisher.timetable import Hours, Timetable
from tests.test_plan import SITE, article, begun, published, remote

HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)
MONDAY = datetime(2023, 3, 13, 9, tzinfo=UTC)
SUNDAY = MONDAY - DAY
OPENS = datetime(2023, 3, 13, 7, 30, tzinfo=UTC)
OFFICE = Timetable((Hours(frozenset(range(5)), time(7, 30), time(17)),))
CLOSED = Target(SITE, timetable=OFFICE)
LIMITED = Target(SITE, timetable=Timetable(per_hour=2))
HANDED_OVER = Target(SITE, schedule="wordpress", timetable=OFFICE)


def made(key: str = "tin", **post: Any) -> Article:
    """A post of its own title; dates as given, as soon as possible when not."""
    return article(key, **{"title": f"Tin {key}", "date": None, **post})


def there(post: Article, number: int = 7, **values: Any) -> RemotePost:
    shown = post.post.not_before or SUNDAY
    return remote(post, id=str(number), shown_at=shown, **values)


def both(
    posts: Article | Iterable[Article],
    target: Target,
    now: datetime,
    log: Iterable[Publication] = (),
    site: Iterable[RemotePost] = (),
    unsettled: Iterable[Attempt] = (),
    recent: Iterable[datetime] = (),
    choice: Choice = Choice.ASK,
    **order: Any,
) -> tuple[list[Question], list[Action], Plan]:
    """Both steps of planning."""
    posts = [posts] if isinstance(posts, Article) else list(posts)
    memory = Memory(
        {(SITE, row.key): row for row in log},
        unsettled={(SITE, attempt.key): attempt for attempt in unsettled},
        recent={SITE: tuple(recent)},
    )
    keys = {post.key for post in posts} | {row.key for row in log}
    drafts = order.pop("drafts", ())
    asked, certain = survey(posts, keys, memory, [target], now, drafts, **order)
    seen = {SITE: list(site)}
    return asked, certain, plan(
        posts, keys, memory, [target], now, seen, choice, drafts, **order
    )  # fmt: skip


def told(actions: Iterable[Action]) -> dict[str, tuple[str, str, datetime | None]]:
    """Kind, reason and due of each key's action."""
    return {a.key: (a.kind.value, a.reason, a.due) for a in actions}


def one(made: tuple[list[Question], list[Action], Plan]) -> Action:
    (action,) = made[2].actions
    return action


FRIDAY_NIGHT = datetime(2023, 3, 10, 20, tzinfo=UTC)
SATURDAY = FRIDAY_NIGHT + DAY


@pytest.mark.parametrize(
    ("post", "now", "expected"),
    [
        ({}, MONDAY, ("create", "new", None)),
        ({}, SUNDAY, ("wait", "hours", OPENS)),
        ({"date": SATURDAY}, SUNDAY, ("wait", "hours", OPENS)),
        ({"date": SUNDAY + HOUR}, SUNDAY, ("wait", "date", OPENS)),
        ({"date": MONDAY}, SUNDAY, ("wait", "date", MONDAY)),
        ({"urgent": True}, SUNDAY, ("create", "new", None)),
        ({"urgent": True, "date": MONDAY - 3 * HOUR}, SUNDAY,
         ("wait", "date", MONDAY - 3 * HOUR)),
        ({"embargo": MONDAY}, SUNDAY, ("wait", "embargo", MONDAY)),
        ({"embargo": MONDAY, "urgent": True}, SUNDAY, ("wait", "embargo", MONDAY)),
        ({"embargo": SUNDAY + HOUR, "date": SATURDAY}, SUNDAY, ("wait", "embargo", OPENS)),
        ({"embargo": SUNDAY + HOUR, "date": MONDAY}, SUNDAY, ("wait", "date", MONDAY)),
        ({"embargo": SATURDAY}, MONDAY, ("create", "new", SATURDAY)),
    ],
)  # fmt: skip
def test_a_new_post_waits_for_its_time_unasked(
    post: dict[str, Any], now: datetime, expected: tuple[str, str, datetime | None]
) -> None:
    asked, certain, final = both(made(**post), CLOSED, now)
    assert told(final.actions)["tin"] == expected
    if expected[0] == "wait":
        assert asked == []
        assert told(certain) == told(final.actions)


def test_strict_sites_have_no_hours_for_urgent_posts_either() -> None:
    strict = Target(SITE, timetable=replace(OFFICE, urgent_any_time=False))
    assert one(both(made(urgent=True), strict, SUNDAY)).due == OPENS


def test_now_is_whatever_the_hours_and_limits_but_not_date_and_embargo() -> None:
    full = Target(SITE, timetable=replace(OFFICE, per_hour=1))
    posts = [made("a"), made("b"), made("c", date=MONDAY), made("d", embargo=MONDAY)]
    _, _, final = both(posts, full, SUNDAY, recent=[SUNDAY], at_once=True)
    assert told(final.actions) == {
        "a": ("create", "new", None),
        "b": ("create", "new", None),
        "c": ("wait", "date", MONDAY),
        "d": ("wait", "embargo", MONDAY),
    }


def test_an_hour_takes_so_many_the_urgent_first() -> None:
    posts = [
        made("a", date=SATURDAY), made("b"), made("c", date=SUNDAY),
        made("d", date=MONDAY + HOUR / 2), made("u", date=MONDAY - MINUTE, urgent=True),
    ]  # fmt: skip
    asked, _, final = both(posts, LIMITED, MONDAY)
    assert [a.key for a in final.actions if a.kind is ActionKind.CREATE] == ["u", "b"]
    assert told(final.actions)["a"] == ("wait", "limit", MONDAY + HOUR)
    assert told(final.actions)["c"] == ("wait", "limit", MONDAY + HOUR)
    assert told(final.actions)["d"] == ("wait", "date", MONDAY + 2 * HOUR)
    assert {q.key for q in asked} >= {"u", "b"}


def test_a_full_hour_asks_the_site_nothing() -> None:
    taken = [MONDAY - 50 * MINUTE, MONDAY - 10 * MINUTE]
    posts = [made("a"), made("b"), made("c")]
    asked, certain, final = both(posts, LIMITED, MONDAY, recent=taken)
    assert asked == []
    assert (
        told(certain)
        == told(final.actions)
        == {
            "a": ("wait", "limit", MONDAY + 10 * MINUTE),
            "b": ("wait", "limit", MONDAY + 50 * MINUTE),
            "c": ("wait", "limit", MONDAY + 70 * MINUTE),
        }
    )


def test_what_is_on_the_site_or_a_conflict_takes_nobodys_place() -> None:
    """Else two that nobody decides about would hold up all the others for ever."""
    same, other = made("a"), made("b")
    site = [there(same, 1), there(other, 2, content="<p>Của người khác</p>")]
    posts = [same, other, made("c"), made("d"), made("e")]
    _, _, final = both(posts, LIMITED, MONDAY, site=site)
    kinds = {a.key: a.kind.value for a in final.actions}
    assert kinds == {"a": "adopt", "b": "conflict", "c": "create", "d": "create", "e": "wait"}


def test_what_had_its_turn_takes_no_second_place() -> None:
    posts = [made("a"), made("b"), made("c"), made("d")]
    _, _, final = both(posts, LIMITED, MONDAY, tried={(SITE, "a"), (SITE, "b")})
    assert {a.key for a in final.actions if a.kind is ActionKind.CREATE} >= {"c", "d"}


def test_of_named_posts_none_waits_for_the_others() -> None:
    posts = [made("a"), made("b"), made("c")]
    asked, _, final = both(posts, LIMITED, MONDAY, keys=["c"])
    assert {q.key for q in asked} == {"c"}
    assert told(final.actions)["c"] == ("create", "new", None)
    full = both(posts, LIMITED, MONDAY, keys=["c"], recent=[MONDAY, MONDAY])
    assert told(full[2].actions)["c"] == ("wait", "limit", MONDAY + HOUR)


def test_corrections_withdrawals_and_choices_wait_for_no_hours() -> None:
    had = made("sua")
    edited = made("sua", words="Chữ đúng")
    conflict = made("xung-dot")
    gone = published(made("go"), event=Event.WITHDRAWAL_ASKED)
    rows = [published(had, there(had, 1)), gone, published(conflict, there(conflict, 2))]
    site = [there(had, 1)]
    posts = [edited, made("go"), made("xung-dot", words="Mới")]
    full = Target(SITE, timetable=replace(OFFICE, per_hour=1))
    _, _, final = both(posts, full, SUNDAY, rows, site, recent=[SUNDAY], choice=Choice.OVERWRITE)
    assert {a.key: (a.kind.value, a.reason) for a in final.actions} == {
        "sua": ("update", "edited-file"),
        "go": ("withdraw", "asked"),
        "xung-dot": ("create", "gone"),
    }


def test_a_lost_create_is_looked_for_at_night_and_sent_again_by_day() -> None:
    post = made()
    lost = begun("create", post, CLOSED)
    asked, _, final = both(post, CLOSED, SUNDAY, unsettled=[lost])
    assert [q.key for q in asked] == ["tin"]
    assert told(final.actions)["tin"] == ("wait", "hours", OPENS)
    _, _, final = both(post, CLOSED, SUNDAY, site=[there(post)], unsettled=[lost])
    assert one((asked, [], final)).kind is ActionKind.ADOPT
    _, _, final = both(post, CLOSED, MONDAY, unsettled=[lost])
    assert one((asked, [], final)).kind is ActionKind.CREATE


def draft(post: Article) -> tuple[Publication, RemotePost]:
    site = there(post, status="draft")
    return published(post, site, event=Event.DRAFTED), site


def test_a_draft_on_the_site_is_published_in_its_turn() -> None:
    row, site = draft(made())
    asked, _, final = both(made(), CLOSED, SUNDAY, [row], [site])
    assert asked == []
    assert told(final.actions)["tin"] == ("wait", "hours", OPENS)
    action = one(both(made(), CLOSED, MONDAY, [row], [site]))
    assert (action.kind, action.event) == (ActionKind.UPDATE, Event.PUBLISHED)


def test_a_post_under_embargo_is_not_even_a_draft() -> None:
    post = made(embargo=MONDAY, status=Status.DRAFT)
    asked, certain, final = both(post, CLOSED, SUNDAY, drafts=["tin"])
    assert asked == []
    assert told(certain) == told(final.actions) == {"tin": ("wait", "embargo", MONDAY)}
    assert one(both(post, CLOSED, MONDAY, drafts=["tin"])).kind is ActionKind.CREATE
    no_hours = made(status=Status.DRAFT)  # a draft appears to nobody
    assert one(both(no_hours, CLOSED, SUNDAY, drafts=["tin"])).kind is ActionKind.CREATE


@pytest.mark.parametrize(
    ("post", "expected", "status"),
    [
        ({"date": MONDAY}, ("create", "new", MONDAY), "future"),
        ({"date": SUNDAY + HOUR}, ("wait", "date", OPENS), ""),
        ({"date": SUNDAY + HOUR, "urgent": True}, ("create", "new", SUNDAY + HOUR), "future"),
        ({"date": MONDAY, "embargo": SUNDAY + HOUR}, ("wait", "date", MONDAY), ""),
        ({"date": MONDAY, "embargo": SATURDAY}, ("create", "new", MONDAY), "future"),
        ({}, ("wait", "hours", OPENS), ""),
    ],
)  # fmt: skip
def test_a_site_is_handed_over_only_what_its_hours_allow(
    post: dict[str, Any], expected: tuple[str, str, datetime], status: str
) -> None:
    asked, _, final = both(made(**post), HANDED_OVER, SUNDAY)
    assert told(final.actions)["tin"] == expected
    if status:
        assert one((asked, [], final)).status == status
    else:
        assert asked == []


def test_what_a_site_will_publish_itself_has_its_place() -> None:
    target = replace(HANDED_OVER, timetable=Timetable(per_hour=1))
    first = made("a", date=MONDAY)
    row = published(first, there(first, status="future"), event=Event.SCHEDULED)
    posts = [first, made("b", date=MONDAY), made("c", date=MONDAY + 2 * HOUR)]
    asked, _, final = both(posts, target, SUNDAY, [row])
    assert [q.key for q in asked] == ["c"]
    assert told(final.actions) == {
        "a": ("keep", "scheduled", MONDAY),
        "b": ("wait", "date", MONDAY + HOUR),
        "c": ("create", "new", MONDAY + 2 * HOUR),
    }


def test_a_date_moved_to_closed_hours_is_taken_back_from_the_site() -> None:
    first = made(date=MONDAY)
    site = there(first, status="future")
    row = published(first, site, event=Event.SCHEDULED)
    night = made(date=MONDAY + 12 * HOUR)
    action = one(both(night, HANDED_OVER, SUNDAY, [row], [site]))
    assert (action.kind, action.status, action.reason) == (ActionKind.UPDATE, "draft", "moved")
    later = made(date=MONDAY + HOUR)
    action = one(both(later, HANDED_OVER, SUNDAY, [row], [site]))
    assert (action.kind, action.status) == (ActionKind.UPDATE, "future")
    secret = made(date=MONDAY, embargo=MONDAY + 12 * HOUR)
    action = one(both(secret, HANDED_OVER, SUNDAY, [row], [site]))
    assert (action.kind, action.status) == (ActionKind.UPDATE, "draft")
    # The site was quicker: what everybody can read is not hidden for its date.
    shown = [replace(site, status="publish")]
    action = one(both(night, HANDED_OVER, MONDAY + MINUTE, [row], shown))
    assert action.status != "draft"


EXPIRES = MONDAY + HOUR


@pytest.mark.parametrize("event", [Event.PUBLISHED, Event.SCHEDULED, Event.KEPT_SITE])
def test_a_post_is_withdrawn_when_its_time_is_over(event: Event) -> None:
    post = made(date=SATURDAY, expire=EXPIRES)
    status = "future" if event is Event.SCHEDULED else "publish"
    row = published(post, there(post, status=status), event=event)
    before = both(post, CLOSED, EXPIRES - MINUTE, [row])
    assert ActionKind.WITHDRAW not in {a.kind for a in before[2].actions}
    asked, certain, final = both(post, CLOSED, EXPIRES, [row])
    assert asked == []
    assert told(certain) == told(final.actions) == {"tin": ("withdraw", EXPIRED, EXPIRES)}
    assert one((asked, certain, final)).event is Event.WITHDRAWN
    draft = replace(post, post=replace(post.post, status=Status.DRAFT))
    assert one(both(draft, CLOSED, EXPIRES, [row])).kind is ActionKind.WITHDRAW


def codes(made: tuple[list[Question], list[Action], Plan]) -> list[str]:
    return [problem.code for problem in made[2].problems]


def test_a_post_whose_time_was_over_before_it_appeared_never_does() -> None:
    post = made(expire=EXPIRES)
    late = both(post, CLOSED, EXPIRES)
    assert (late[0], told(late[2].actions)) == ([], {"tin": ("keep", EXPIRED, None)})
    assert codes(late) == ["expire-missed"]
    row, site = draft(post)
    assert told(both(post, CLOSED, EXPIRES, [row], [site])[2].actions)["tin"][0] == "keep"
    at_once = both(post, CLOSED, EXPIRES, at_once=True)
    assert told(at_once[2].actions)["tin"][0] == "keep"
    lost = begun("create", post, CLOSED)
    asked, _, found = both(post, CLOSED, EXPIRES, site=[there(post)], unsettled=[lost])
    assert (len(asked), found.actions[0].kind) == (1, ActionKind.ADOPT)
    not_there = both(post, CLOSED, EXPIRES, unsettled=[lost])
    assert told(not_there[2].actions)["tin"][:2] == ("keep", EXPIRED)


def test_hours_that_come_too_late_are_told_in_time() -> None:
    assert codes(both(made(expire=SUNDAY + HOUR), CLOSED, SUNDAY)) == ["expire-first"]
    assert codes(both(made(expire=EXPIRES), CLOSED, SUNDAY)) == []


def test_a_later_last_day_brings_nothing_back() -> None:
    row = published(made(), event=Event.WITHDRAWN, reason=EXPIRED)
    longer = both(made(expire=MONDAY + DAY), CLOSED, EXPIRES, [row])
    assert told(longer[2].actions)["tin"][:2] == ("keep", "withdrawn")
    assert codes(longer) == ["expire-withdrawn"]
    assert codes(both(made(expire=EXPIRES), CLOSED, EXPIRES, [row])) == []
    by_hand = replace(row, reason="sai số liệu")
    assert codes(both(made(expire=MONDAY + DAY), CLOSED, EXPIRES, [by_hand])) == []


def test_an_embargo_on_a_post_that_stands_there_is_told() -> None:
    post = made(date=SATURDAY)
    row = published(post, there(post))
    late = made(date=SATURDAY, embargo=MONDAY + DAY)
    result = both(late, CLOSED, MONDAY, [row])
    assert codes(result) == ["embargo-published"]
    assert result[0] == []  # nor is the text of today sent after it


def test_the_next_plan_at_the_instant_that_was_told_sends_exactly_those() -> None:
    target = Target(SITE, timetable=replace(OFFICE, per_hour=2))
    posts = {key: made(key, date=SATURDAY + n * MINUTE) for n, key in enumerate("abcde")}
    now, sent = SUNDAY, dict[str, datetime]()
    while posts:
        _, _, final = both(posts.values(), target, now, recent=sent.values())
        going = [a.key for a in final.actions if a.kind is ActionKind.CREATE]
        sent |= dict.fromkeys(going, now)
        posts = {key: post for key, post in posts.items() if key not in sent}
        if posts:
            waits = {a.key: a.due for a in final.actions if a.kind is ActionKind.WAIT}
            now = min(due for due in waits.values() if due)
    assert sent == {
        "a": OPENS, "b": OPENS, "c": OPENS + HOUR, "d": OPENS + HOUR, "e": OPENS + 2 * HOUR,
    }  # fmt: skip


def test_hours_and_last_days_are_no_change_of_the_text() -> None:
    """A new line in the front matter sends nothing again; only a later date does."""
    had = made(date=SATURDAY)
    row = published(had, there(had))
    timed = made(date=SATURDAY, urgent=True, expire=MONDAY + DAY, embargo=SATURDAY - DAY)
    timed = replace(timed, digest=had.digest)
    assert told(both(timed, CLOSED, MONDAY, [row])[2].actions)["tin"][:2] == ("keep", "unchanged")
    assert digest_of(timed.digest) == digest_of(had.digest)
