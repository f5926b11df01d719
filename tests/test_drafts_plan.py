"""What the plan decides about posts that stand on a site as drafts, as tables."""

from __future__ import annotations

from collections.abc import Iterable
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
)
from publisher.plan import Action, Choice, Question, plan, survey
from tests.test_plan import (
    AHEAD,
    HANDED_OVER,
    NOW,
    OVERWRITE,
    SITE,
    TARGET,
    article,
    begun,
    published,
    remote,
)

TIN, EDITED = article(), article(words="Chữ mới")
DRAFT = article(status=Status.DRAFT)
LATER = article(date=AHEAD)
UNDATED = article(date=None)


def there(made: Article = TIN, **values: Any) -> RemotePost:
    """A draft as the site holds it: its address is not the one that readers will have."""
    return remote(made, **{"status": "draft", "url": "https://so.example/?p=7", **values})


def row(made: Article = TIN, **values: Any) -> Publication:
    """What the log says of it."""
    return published(made, there(made), **{"event": Event.DRAFTED, **values})


def decided(
    made: Article,
    log: Iterable[Publication] = (),
    site: Iterable[RemotePost] = (),
    *,
    drafting: bool,
    unsettled: Iterable[Attempt] = (),
    target: Target = TARGET,
    choice: Choice = Choice.ASK,
) -> Action:
    memory = Memory(
        {(SITE, known.key): known for known in log},
        unsettled={(SITE, attempt.key): attempt for attempt in unsettled},
    )
    drafts = {made.key} if drafting else ()
    keys, seen = {made.key}, {SITE: list(site)}
    (action,) = plan([made], keys, memory, [target], NOW, seen, choice, drafts).actions
    return action


def said(action: Action) -> tuple[str, str, str, str]:
    event = action.event.value if action.event else ""
    return action.kind.value, action.reason, event, action.status


@pytest.mark.parametrize("made", [TIN, DRAFT, LATER, UNDATED], ids=["due", "draft", "later", ""])
@pytest.mark.parametrize("target", [TARGET, HANDED_OVER], ids=["ours", "handed-over"])
def test_a_draft_is_made_whatever_the_file_says_of_its_time(made: Article, target: Target) -> None:
    action = decided(made, drafting=True, target=target)
    assert said(action) == ("create", "new", "drafted", "draft")


@pytest.mark.parametrize(
    ("made", "log", "site", "expected"),
    [
        (TIN, row(), there(), ("keep", "unchanged", "", "draft")),
        (EDITED, row(), there(), ("update", "edited-file", "drafted", "draft")),
        (DRAFT, row(DRAFT), there(DRAFT), ("keep", "unchanged", "", "draft")),
        # Somebody edited it there, sent it for review, threw it away.
        (TIN, row(), there(content="<p>Sửa</p>"), ("conflict", "edited", "", "draft")),
        (EDITED, row(), there(title="Tên khác"), ("conflict", "edited", "", "draft")),
        (TIN, row(), there(status="pending"), ("conflict", "edited", "", "draft")),
        (TIN, row(), there(status="trash"), ("conflict", "trashed", "", "draft")),
        (TIN, row(), None, ("conflict", "gone", "", "draft")),
        # Readers have it: a draft would take it from them.
        (TIN, row(), there(status="publish"), ("conflict", "public", "", "draft")),
        (TIN, row(), there(status="future"), ("conflict", "public", "", "draft")),
        (TIN, published(), remote(), ("conflict", "public", "", "draft")),
        (EDITED, published(), remote(), ("conflict", "public", "", "draft")),
        (TIN, published(status="future"), None, ("conflict", "public", "", "draft")),
        (TIN, row(event=Event.WITHDRAWN, status="trash"), None,
         ("conflict", "withdrawn", "", "draft")),
        # What the log does not know.
        (TIN, None, remote(), ("conflict", "public", "", "draft")),
        (TIN, None, remote(EDITED), ("conflict", "public", "", "draft")),
        (TIN, None, there(EDITED), ("conflict", "exists", "", "draft")),
        (TIN, None, remote(title="Bài khác"), ("conflict", "slug-taken", "", "draft")),
    ],
)  # fmt: skip
def test_a_draft_that_is_wanted_again(
    made: Article,
    log: Publication | None,
    site: RemotePost | None,
    expected: tuple[str, str, str, str],
) -> None:
    action = decided(made, filter(None, [log]), filter(None, [site]), drafting=True)
    assert said(action) == expected


@pytest.mark.parametrize(
    ("made", "log", "site", "target", "expected"),
    [
        (TIN, row(), there(), TARGET, ("update", "drafted", "published", "publish")),
        (EDITED, row(), there(), TARGET, ("update", "drafted", "published", "publish")),
        (UNDATED, row(UNDATED), there(UNDATED), TARGET,
         ("update", "drafted", "published", "publish")),
        # The file still says draft, or its time has not come: it stays what it is.
        (DRAFT, row(DRAFT), None, TARGET, ("keep", "draft", "", "publish")),
        (LATER, row(LATER), None, TARGET, ("wait", "date", "", "publish")),
        (LATER, row(LATER), there(LATER), HANDED_OVER,
         ("update", "drafted", "scheduled", "future")),
        # Somebody was there.
        (TIN, row(), there(content="<p>Sửa</p>"), TARGET, ("conflict", "edited", "", "publish")),
        (TIN, row(), there(status="trash"), TARGET, ("conflict", "trashed", "", "publish")),
        (TIN, row(), None, TARGET, ("conflict", "gone", "", "publish")),
        (TIN, row(), there(status="publish"), TARGET,
         ("adopt", "published-by-site", "published", "publish")),
        (EDITED, row(), there(status="publish"), TARGET,
         ("update", "drafted", "published", "publish")),
        (TIN, row(event=Event.WITHDRAWN, status="trash"), None, TARGET,
         ("keep", "withdrawn", "", "publish")),
        # A person took a published post back, and the clerk left it so.
        (TIN, row(event=Event.KEPT_SITE), None, TARGET, ("keep", "unchanged", "", "publish")),
    ],
)  # fmt: skip
def test_publishing_what_stands_there_as_a_draft(
    made: Article,
    log: Publication,
    site: RemotePost | None,
    target: Target,
    expected: tuple[str, str, str, str],
) -> None:
    action = decided(made, [log], filter(None, [site]), drafting=False, target=target)
    assert said(action) == expected


def test_a_draft_keeps_its_post_and_takes_the_address_of_its_newest_title() -> None:
    known = row(slug="ten-tam")
    action = decided(TIN, [known], [there(slug="ten-tam")], drafting=False)
    assert action.publication == known
    assert action.slug == "tin-mot"
    assert decided(EDITED, [published(slug="cu")], [remote()], drafting=False).slug == "cu"


def test_an_unknown_create_of_a_draft_is_looked_for_first() -> None:
    unsettled = [begun("create", TIN)]
    for drafting in (True, False):
        action = decided(TIN, (), [there()], drafting=drafting, unsettled=unsettled)
        assert said(action)[:3] == ("adopt", "unsettled", "adopted")
        assert action.remote == there()
        action = decided(TIN, (), [], drafting=drafting, unsettled=unsettled)
        assert said(action)[:2] == ("create", "new")
    # Taken as it stands, it is a draft like any other, so publishing goes on from there.
    adopted = row(event=Event.ADOPTED)
    action = decided(TIN, [adopted], [there()], drafting=False)
    assert said(action) == ("update", "drafted", "published", "publish")


def test_an_unknown_update_of_a_draft_is_recognised() -> None:
    unsettled = [begun("update", EDITED)]
    action = decided(EDITED, [row()], [there(EDITED)], drafting=True, unsettled=unsettled)
    assert said(action) == ("adopt", "unsettled", "adopted", "draft")
    # The update was the one that published it.
    now_public = there(EDITED, status="publish", url="https://so.example/tin-mot/")
    action = decided(EDITED, [row()], [now_public], drafting=False, unsettled=unsettled)
    assert said(action) == ("adopt", "unsettled", "adopted", "publish")
    # It did not arrive.
    action = decided(EDITED, [row()], [there()], drafting=False, unsettled=unsettled)
    assert said(action) == ("update", "drafted", "published", "publish")


@pytest.mark.parametrize(
    ("log", "site", "drafting", "expected"),
    [
        (row(), there(content="<p>Sửa</p>"), True, ("update", "edited", "drafted", "draft")),
        (row(), there(status="trash"), True, ("update", "trashed", "drafted", "draft")),
        (row(), None, True, ("create", "gone", "drafted", "draft")),
        (row(), there(content="<p>Sửa</p>"), False, ("update", "edited", "published", "publish")),
        (row(), None, False, ("create", "gone", "published", "publish")),
        # No choice makes a draft of what readers have.
        (published(), None, True, ("conflict", "public", "", "draft")),
        (None, remote(EDITED), True, ("conflict", "public", "", "draft")),
        (row(event=Event.WITHDRAWN, status="trash"), None, True,
         ("conflict", "withdrawn", "", "draft")),
    ],
)  # fmt: skip
def test_overwriting(
    log: Publication | None,
    site: RemotePost | None,
    drafting: bool,
    expected: tuple[str, str, str, str],
) -> None:
    action = decided(
        TIN, filter(None, [log]), filter(None, [site]), drafting=drafting, choice=OVERWRITE
    )
    assert said(action) == expected


def test_a_draft_is_looked_at_when_it_is_wanted_but_no_more_than_any_other_when_it_is_not() -> None:
    def asked(made: Article, log: Publication, drafts: Iterable[str]) -> list[Question]:
        memory = Memory({(SITE, log.key): log})
        questions, _ = survey([made], {made.key}, memory, [TARGET], NOW, set(drafts))
        return questions

    look = [Question(SITE, "tin", id="7")]
    assert asked(TIN, row(), ["tin"]) == look  # its link must be right
    assert asked(TIN, row(), []) == look  # it is due
    assert asked(DRAFT, row(DRAFT), []) == []
    assert asked(LATER, row(LATER), []) == []
    assert asked(TIN, published(), ["khac"]) == []


def test_an_address_that_only_a_draft_has_is_no_target_of_links() -> None:
    other = article("hai", links=["tin"], title="Tin hai")
    memory = Memory({(SITE, "tin"): row()})
    made = plan([TIN, other], {"tin", "hai"}, memory, [TARGET], NOW, {SITE: [there()]})
    assert [action.links for action in made.actions if action.key == "hai"] == [{}]


def test_a_withdrawal_that_is_asked_for_comes_before_a_draft() -> None:
    memory = Memory({(SITE, "tin"): row(event=Event.WITHDRAWAL_ASKED)})
    made = plan([TIN], {"tin"}, memory, [TARGET], NOW, {SITE: [there()]}, drafts={"tin"})
    assert sorted(action.kind.value for action in made.actions) == ["conflict", "withdraw"]


def test_a_renamed_draft_is_the_same_post() -> None:
    moved = article("moi")
    memory = Memory({(SITE, "tin"): row()})
    made = plan([moved], {"moi"}, memory, [TARGET], NOW, {SITE: [there()]})
    (action,) = made.actions
    assert said(action) == ("update", "drafted", "published", "publish")
    assert action.publication is not None
    assert action.publication.remote_id == "7"
