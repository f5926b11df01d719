"""What the plan makes of decisions, as tables: what is sent, what waits, what is looked at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from publisher.model import (
    Article,
    Attempt,
    Decision,
    Event,
    Memory,
    Publication,
    RemotePost,
    Ruling,
    Target,
)
from publisher.plan import Action, Choice, plan, renames, survey, wanted_digest
from publisher.plan.rulings import moved_article
from tests.test_plan import (
    AHEAD,
    BEFORE,
    HANDED_OVER,
    NOW,
    SITE,
    TARGET,
    article,
    begun,
    published,
    remote,
)

TIN, EDITED = article(), article(words="Chữ mới")
LATER = article(date=AHEAD)
STRICT = replace(TARGET, approval=True)
STRICT_SITE = replace(HANDED_OVER, approval=True)
NEXT = AHEAD + timedelta(days=1)


def verdict(made: Article, ruling: Ruling = Ruling.APPROVED) -> Decision:
    return Decision(ruling, "", made.key, digest=made.digest, id=1, run_id=1)


def move(made: Article, to: Any, **values: Any) -> Decision:
    said: dict[str, Any] = {
        "digest": made.digest, "moment": to, "against": made.post.date, "person": "Lan",
        "at": NOW, "id": 1, "run_id": 1, **values,
    }  # fmt: skip
    return Decision(Ruling.MOVED, SITE, made.key, **said)


def decided(
    made: Article,
    log: Publication | None = None,
    site: RemotePost | None = None,
    *,
    target: Target = STRICT,
    verdicts: Iterable[Decision] = (),
    moves: Iterable[Decision] = (),
    unsettled: Iterable[Attempt] = (),
    choice: Choice = Choice.ASK,
    drafting: bool = False,
) -> tuple[Action, int]:
    """Return the action on a post, and how many posts the site is asked for."""
    memory = Memory(
        {(SITE, log.key): log} if log else {},
        unsettled={(SITE, attempt.key): attempt for attempt in unsettled},
        verdicts={each.key: each for each in verdicts},
        moves={(SITE, each.key): each for each in moves},
    )
    drafts = {made.key} if drafting else ()
    asked, _ = survey([made], {made.key}, memory, [target], NOW, drafts)
    seen = {SITE: [site] if site and asked else []}
    (action,) = plan([made], {made.key}, memory, [target], NOW, seen, choice, drafts).actions
    return action, len(asked)


def said(found: tuple[Action, int]) -> tuple[str, str, int]:
    action, asked = found
    return action.kind.value, action.reason, asked


def handed(made: Article, **values: Any) -> Publication:
    return published(made, remote(made, status="future", shown_at=AHEAD),
                     **{"event": Event.SCHEDULED, "shown_at": AHEAD,
                        "digest": wanted_digest(made, STRICT_SITE, {}), **values})  # fmt: skip


@pytest.mark.parametrize(
    ("made", "log", "verdicts", "expected"),
    [
        (TIN, None, [], ("wait", "approval", 0)),
        (TIN, None, [verdict(TIN)], ("create", "new", 1)),
        (TIN, None, [verdict(TIN, Ruling.RETURNED)], ("wait", "returned", 0)),
        (TIN, None, [verdict(EDITED)], ("wait", "approval", 0)),
        (LATER, None, [], ("wait", "approval", 0)),
        (LATER, None, [verdict(LATER)], ("wait", "date", 0)),
        (TIN, published(), [], ("keep", "unchanged", 0)),
        (EDITED, published(), [], ("wait", "approval", 0)),
        (EDITED, published(), [verdict(TIN)], ("wait", "approval", 0)),
        (EDITED, published(), [verdict(EDITED)], ("update", "edited-file", 1)),
        (article(expire=BEFORE), published(), [], ("withdraw", "expired", 0)),
    ],
)
def test_what_waits_for_an_editor(
    made: Article, log: Publication | None, verdicts: list[Decision], expected: Any
) -> None:
    assert said(decided(made, log, remote() if log else None, verdicts=verdicts)) == expected


def test_a_draft_on_the_site_needs_no_approval_but_publishing_it_does() -> None:
    assert said(decided(TIN, drafting=True)) == ("create", "new", 1)
    there = remote(TIN, status="draft")
    row = published(TIN, there, event=Event.DRAFTED)
    assert said(decided(TIN, row, there)) == ("wait", "approval", 0)
    assert said(decided(TIN, row, there, verdicts=[verdict(TIN)]))[:2] == ("update", "drafted")


def test_what_a_person_chose_in_a_conflict_needs_approval_too() -> None:
    lost = begun("create", TIN, STRICT)
    other = remote(TIN, content="<p>Khác hẳn</p>")
    found = decided(EDITED, None, other, unsettled=[lost], choice=Choice.OVERWRITE)
    assert said(found) == ("wait", "approval", 1)
    found = decided(EDITED, None, other, unsettled=[lost], choice=Choice.OVERWRITE,
                    verdicts=[verdict(EDITED)])  # fmt: skip
    assert said(found) == ("update", "exists", 1)


def test_what_may_stand_there_is_looked_for_whatever_was_approved() -> None:
    lost = begun("create", TIN, STRICT)
    assert said(decided(EDITED, None, remote(TIN), unsettled=[lost])) == ("adopt", "unsettled", 1)
    # It did not arrive: what the file says today waits.
    assert said(decided(EDITED, None, None, unsettled=[lost])) == ("wait", "approval", 1)


def test_what_the_site_published_at_its_time_is_noted_as_it_was_handed_over() -> None:
    row = handed(TIN, shown_at=BEFORE)
    there = remote(TIN, status="publish", shown_at=AHEAD)
    found, _ = decided(EDITED, row, there, target=STRICT_SITE)
    assert (found.kind.value, found.event) == ("adopt", Event.PUBLISHED)
    assert (found.digest, found.article_digest) == (row.digest, row.article_digest)


def test_an_embargo_takes_back_what_was_handed_over() -> None:
    held = article(date=AHEAD, embargo=NEXT)
    there = remote(LATER, status="future", shown_at=AHEAD)
    found, _ = decided(held, handed(LATER), there, target=STRICT_SITE)
    assert (found.kind.value, found.status) == ("update", "draft")


# Moves


def test_a_moved_post_has_another_date_and_digest_and_its_second_plan_is_empty() -> None:
    change = move(LATER, BEFORE)
    found, _ = decided(LATER, target=TARGET, moves=[change])
    assert (found.kind.value, found.move) == ("create", change)
    assert found.article is not None and found.article.post.date == BEFORE
    assert found.article_digest != LATER.digest
    sent = moved_article(LATER, change)
    row = published(sent, remote(sent))
    assert row.article_digest == found.article_digest
    assert said(decided(LATER, row, target=TARGET, moves=[change])) == ("keep", "unchanged", 0)
    # Under a new name it is the same post at the same time.
    renamed = replace(LATER, post=replace(LATER.post, key="moi"))
    memory = Memory({(SITE, "tin"): row}, moves={(SITE, "tin"): change})
    _, old = renames([renamed], {"moi"}, {"tin": row})
    assert old == {"moi": "tin"}
    (action,) = plan([renamed], {"moi"}, memory, [TARGET], NOW, {SITE: []}).actions
    assert (action.kind.value, action.event) == ("keep", Event.RENAMED)


@pytest.mark.parametrize(
    ("made", "to", "due"),
    [
        (LATER, NEXT, NEXT),
        (TIN, AHEAD, AHEAD),
        (article(date=None), AHEAD, AHEAD),
        (article(date=AHEAD, embargo=NEXT), AHEAD + timedelta(hours=1), NEXT),  # it still holds
    ],
)
def test_until_when_a_moved_post_waits(made: Article, to: Any, due: Any) -> None:
    found, asked = decided(made, target=TARGET, moves=[move(made, to)])
    assert (found.kind.value, found.due, asked) == ("wait", due, 0)


@pytest.mark.parametrize(
    "change",
    [
        move(LATER, NEXT, against=BEFORE),  # the author changed the date since
        replace(move(LATER, NEXT), ruling=Ruling.MOVED_BACK),
        replace(move(LATER, NEXT), site="trang-khac"),
        replace(move(LATER, NEXT), key="bai-khac", digest=""),
    ],
)
def test_what_moves_nothing(change: Decision) -> None:
    memory = Memory(moves={(change.site, change.key): change})
    made = plan([LATER], {LATER.key}, memory, [TARGET], NOW, {SITE: []})
    (action,) = made.actions
    assert (action.due, action.move) == (AHEAD, None)
    dropped = change.against == BEFORE
    assert [p.code for p in made.problems] == (["move-dropped"] if dropped else [])


def test_a_dropped_move_is_not_told_once_the_post_stands() -> None:
    change = move(TIN, NEXT, against=AHEAD)
    memory = Memory({(SITE, TIN.key): published()}, moves={(SITE, TIN.key): change})
    assert plan([TIN], {TIN.key}, memory, [TARGET], NOW, {SITE: []}).problems == ()


def test_moving_what_was_handed_over_needs_no_second_approval() -> None:
    there = remote(LATER, status="future", shown_at=AHEAD)
    found, _ = decided(
        LATER, handed(LATER), there, target=STRICT_SITE, moves=[move(LATER, NEXT)]
    )  # fmt: skip
    assert (found.kind.value, found.status) == ("update", "future")
    assert found.article is not None and found.article.post.date == NEXT
