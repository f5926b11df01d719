"""What the plan makes of sites that can't do it all: not be asked, not edit, not take back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from publisher.abilities import ABILITIES, FACEBOOK, TELEGRAM, Abilities
from publisher.model import (
    Article,
    Attempt,
    Decision,
    Event,
    Memory,
    Origin,
    Post,
    Publication,
    RemotePost,
    Ruling,
    Target,
)
from publisher.plan import Action, Choice, plan, survey, wanted_digest

SITE, HOME = "kenh", "so-khcn"
NOW = datetime(2026, 11, 24, 1, tzinfo=UTC)
LINK = "https://so.example/mot-tin/"
ORIGIN = Origin(HOME, "Sở KH&CN", "Nguồn", "Đăng lại từ")
FIXED = replace(TELEGRAM, edit=False)
ASKED_BUT_FIXED = replace(FACEBOOK, edit=False)


def target(abilities: Abilities) -> Target:
    return Target(SITE, home=ORIGIN, abilities=abilities)


def article(said: str = "Lời đăng", **post: Any) -> Article:
    values: dict[str, Any] = {"title": "Một tin", "social": {"": said}, **post}
    made = Post("tin", "posts/tin.md", **values)
    return Article(made, "<p>Chữ</p>", "Chữ", (), "", (), "mot-tin", f"của {said}")


AT_HOME = Publication(
    HOME, "tin", Event.PUBLISHED, "7", LINK, "publish", "mot-tin", "Một tin",
    shown_at=NOW - timedelta(days=9), digest="x", article_digest="của Lời đăng",
)  # fmt: skip


def digest(made: Article, abilities: Abilities) -> str:
    from publisher.model import Credit

    return wanted_digest(made, target(abilities), {}, Credit("Nguồn", "Sở KH&CN", LINK))


def row(made: Article | None = None, abilities: Abilities = TELEGRAM, **values: Any) -> Publication:
    """What the log says once a channel was sent an article an hour ago."""
    made = made or article()
    there = remote(made)
    known: dict[str, Any] = {
        "event": Event.PUBLISHED,
        "remote_id": "11",
        "url": "https://t.me/so/11",
        "status": "publish",
        "slug": "mot-tin",
        "title": "Một tin",
        "shown_at": NOW - timedelta(hours=1),
        "digest": digest(made, abilities),
        "article_digest": made.digest,
        "fingerprint": there.fingerprint,
    }
    return Publication(site=SITE, key="tin", **{**known, **values})


def remote(made: Article | None = None, **values: Any) -> RemotePost:
    said = (made or article()).post.social[""]
    known: dict[str, Any] = {
        "id": "11",
        "url": "https://t.me/so/11",
        "status": "publish",
        "slug": LINK,
        "title": "",
        "content": f"{said}\n\n{LINK}",
        "excerpt": "",
        "shown_at": NOW - timedelta(hours=1),
        "modified_at": NOW - timedelta(hours=1),
        "dated_by_site": True,
    }
    return RemotePost(**{**known, **values})


def sent(made: Article | None = None, action: str = "create", **values: Any) -> Attempt:
    made = made or article()
    known: dict[str, Any] = {
        "digest": digest(made, TELEGRAM),
        "name": LINK,
        "title": "Một tin",
        "sent": remote(made).text_digest,
        "at": NOW - timedelta(hours=2),
    }
    return Attempt(SITE, "tin", action, **{**known, **values})


def decided(
    made: Article | None,
    abilities: Abilities,
    *rows: Publication,
    attempt: Attempt | None = None,
    seen: Sequence[RemotePost] = (),
    choice: Choice = Choice.ASK,
) -> Action:
    articles = [made] if made else []
    memory = Memory(
        {(r.site, r.key): r for r in rows},
        unsettled={(SITE, "tin"): attempt} if attempt else {},
    )
    made_plan = plan(articles, ["tin"], memory, [target(abilities)], NOW, {SITE: seen}, choice)
    (action,) = made_plan.actions
    return action


def questions(made: Article, abilities: Abilities, *rows: Publication) -> list[tuple[str, ...]]:
    memory = Memory({(r.site, r.key): r for r in rows})
    asked, _ = survey([made], ["tin"], memory, [target(abilities)], NOW)
    return [(question.id, *question.slugs) for question in asked]


def told(action: Action) -> tuple[str, str]:
    return action.kind.value, action.reason


def test_every_kind_of_site_declares_what_it_can_do() -> None:
    for kind, abilities in ABILITIES.items():
        assert (abilities.short is None) == (kind in ("wordpress", "preview"))


# A new post


def test_it_waits_for_the_website() -> None:
    assert told(decided(article(), TELEGRAM)) == ("wait", "home")
    away = replace(AT_HOME, event=Event.WITHDRAWN, status="trash")
    assert told(decided(article(), TELEGRAM, away)) == ("wait", "home")
    assert told(decided(article(), TELEGRAM, AT_HOME)) == ("create", "new")


def test_only_what_can_be_asked_is_asked_and_by_the_link() -> None:
    assert questions(article(), TELEGRAM, AT_HOME) == []
    assert questions(article(), FACEBOOK, AT_HOME) == [("", LINK)]


def test_a_link_of_another_item_is_no_form_of_this_one() -> None:
    other = remote(id="12", slug=LINK.replace("/mot-tin/", "/mot-tin-2"))
    address = replace(AT_HOME, url=LINK.replace("/mot-tin/", "/mot-tin"))
    assert told(decided(article(), FACEBOOK, address, seen=[other])) == ("create", "new")


# An answer that was lost


def test_what_can_be_looked_up_is_recognised_or_sent_again() -> None:
    there = decided(article(), FACEBOOK, AT_HOME, attempt=sent(), seen=[remote()])
    assert told(there) == ("adopt", "unsettled")
    assert told(decided(article(), FACEBOOK, AT_HOME, attempt=sent())) == ("create", "new")


@pytest.mark.parametrize(
    ("choice", "wanted", "event"),
    [
        (Choice.ASK, "conflict", None),
        (Choice.KEEP_SITE, "keep", Event.ADOPTED),
        (Choice.OVERWRITE, "create", Event.PUBLISHED),
    ],
)
def test_what_can_not_be_looked_up_is_asked_of_a_person(
    choice: Choice, wanted: str, event: Event | None
) -> None:
    action = decided(article(), TELEGRAM, AT_HOME, attempt=sent(), choice=choice)
    assert told(action) == (wanted, "uncertain")
    assert action.event is event
    if choice is Choice.KEEP_SITE:
        assert action.remote
        assert action.remote.shown_at == NOW - timedelta(hours=2)


def test_what_was_sent_counts_as_it_was_sent() -> None:
    action = decided(article("Lời mới"), TELEGRAM, AT_HOME, attempt=sent(), choice=Choice.KEEP_SITE)
    assert action.digest == digest(article(), TELEGRAM)
    assert action.article_digest == ""


def test_a_lost_answer_is_asked_of_a_person_though_its_time_is_over() -> None:
    over = article(expire=NOW - timedelta(hours=1))
    assert told(decided(over, TELEGRAM, AT_HOME, attempt=sent())) == ("conflict", "uncertain")


def test_an_edit_of_which_nobody_knows_is_sent_again() -> None:
    edited = sent(article("Lời mới"), "update")
    for made in (article(), article("Lời mới")):
        assert decided(made, TELEGRAM, AT_HOME, row(), attempt=edited).kind.value == "update"


# Changes


def test_a_changed_text_is_an_edit_where_there_are_edits() -> None:
    new = article("Lời mới")
    assert told(decided(new, TELEGRAM, AT_HOME, row())) == ("update", "edited-file")
    assert told(decided(new, FACEBOOK, AT_HOME, row(), seen=[remote()])) == (
        "update", "edited-file",
    )  # fmt: skip


def test_other_words_alone_are_an_edit_too_and_an_editor_approves_them() -> None:
    new = replace(article("Lời mới"), digest=article().digest)  # websites have nothing new
    had = row()
    assert told(decided(new, TELEGRAM, AT_HOME, had)) == ("update", "edited-file")
    there = row(abilities=FACEBOOK)
    assert told(decided(new, FACEBOOK, AT_HOME, there, seen=[remote()])) == (
        "update", "edited-file",
    )  # fmt: skip
    careful = replace(target(TELEGRAM), approval=True)
    for judged, wanted in ((article(), ("wait", "approval")), (new, ("update", "edited-file"))):
        verdict = Decision(Ruling.APPROVED, "", "tin", "Một tin", judged.content)
        memory = Memory({(r.site, r.key): r for r in (AT_HOME, had)}, verdicts={"tin": verdict})
        made = plan([new], ["tin"], memory, [careful], NOW, {SITE: []})
        assert [told(action) for action in made.actions] == [wanted]


@pytest.mark.parametrize(
    ("abilities", "seen"), [(FIXED, []), (ASKED_BUT_FIXED, [remote()])], ids=["blind", "seen"]
)
def test_what_can_not_be_changed_is_told_until_somebody_settles_it(
    abilities: Abilities, seen: list[RemotePost]
) -> None:
    new = article("Lời mới")
    action = decided(new, abilities, AT_HOME, row(), seen=seen)
    assert told(action) == ("conflict", "fixed")
    assert decided(new, abilities, AT_HOME, row(), seen=seen, choice=Choice.OVERWRITE) == action
    kept = decided(new, abilities, AT_HOME, row(), seen=seen, choice=Choice.KEEP_SITE)
    assert (told(kept), kept.event) == (("keep", "fixed"), Event.KEPT_SITE)
    settled = row(event=Event.KEPT_SITE, digest=kept.digest)
    assert told(decided(new, abilities, AT_HOME, settled)) == ("keep", "unchanged")


def test_a_message_whose_number_nobody_knows_is_changed_by_hand() -> None:
    assert told(decided(article("Mới"), TELEGRAM, AT_HOME, row(remote_id=""))) == (
        "conflict", "fixed",
    )  # fmt: skip


def test_what_the_channel_does_not_show_changes_nothing() -> None:
    other = replace(article(), html="<p>Khác</p>", digest="khác")
    assert told(decided(other, TELEGRAM, AT_HOME, row())) == ("keep", "unchanged")


def test_it_stays_as_it_is_when_the_website_took_the_item_away() -> None:
    away = replace(AT_HOME, event=Event.WITHDRAWN, status="trash")
    assert told(decided(article("Lời mới"), TELEGRAM, away, row())) == ("keep", "unchanged")


# Taking away, and back


ASKED: dict[str, Any] = {"event": Event.WITHDRAWAL_ASKED, "reason": "Sai"}


@pytest.mark.parametrize(
    ("abilities", "hours", "wanted"),
    [(TELEGRAM, 47, "withdraw"), (TELEGRAM, 48, "conflict"), (FACEBOOK, 4800, "withdraw")],
)
def test_some_channels_delete_for_a_time_only(
    abilities: Abilities, hours: int, wanted: str
) -> None:
    had = row(shown_at=NOW - timedelta(hours=hours), **ASKED)
    assert decided(None, abilities, had).kind.value == wanted


def test_a_person_deletes_what_is_too_old() -> None:
    had = row(shown_at=NOW - timedelta(days=9), **ASKED)
    gone = decided(None, TELEGRAM, had, choice=Choice.OVERWRITE)
    assert (gone.kind.value, gone.event) == ("keep", Event.WITHDRAWN)
    stays = decided(None, TELEGRAM, had, choice=Choice.KEEP_SITE)
    assert (stays.kind.value, stays.event) == ("keep", Event.KEPT_SITE)


def test_what_expired_too_late_may_stay_when_a_person_says_so() -> None:
    over = article(expire=NOW - timedelta(hours=1))
    old: dict[str, Any] = {"shown_at": NOW - timedelta(days=9)}
    assert told(decided(over, TELEGRAM, AT_HOME, row(**old))) == ("conflict", "withdraw-late")
    stays = row(event=Event.KEPT_SITE, **old)
    assert told(decided(over, TELEGRAM, AT_HOME, stays)) == ("keep", "expired")


@pytest.mark.parametrize("abilities", [TELEGRAM, FACEBOOK], ids=["blind", "seen"])
def test_what_is_asked_back_is_made_anew(abilities: Abilities) -> None:
    had = row(event=Event.RESTORATION_ASKED, status="trash", reason="Đã sửa")
    action = decided(article(), abilities, AT_HOME, had)
    assert (told(action), action.event) == (("create", "asked-back"), Event.RESTORED)


@pytest.mark.parametrize("abilities", [TELEGRAM, FACEBOOK], ids=["blind", "seen"])
def test_what_was_never_taken_away_is_not_made_twice(abilities: Abilities) -> None:
    had = row(event=Event.RESTORATION_ASKED, status="publish")
    action = decided(article(), abilities, AT_HOME, had, seen=[remote()])
    assert told(action) == ("adopt", "same")
