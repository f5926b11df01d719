"""Every decision of the plan, as tables: what is in the folder, the log, on the site."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from publisher.model import (
    Article,
    Attempt,
    Event,
    Memory,
    Post,
    Problem,
    Publication,
    RemotePost,
    Severity,
    Status,
    Target,
    digest_of,
)
from publisher.plan import Action, ActionKind, Choice, Plan, plan, survey, wanted_digest
from publisher.text import slugify

SITE = "so-khcn"
NOW = datetime(2023, 3, 15, 1, tzinfo=UTC)
BEFORE, AHEAD = NOW - timedelta(days=1), NOW + timedelta(days=1)
TARGET = Target(SITE)
HANDED_OVER = Target(SITE, schedule="wordpress")
ASK, KEEP_SITE, OVERWRITE = Choice.ASK, Choice.KEEP_SITE, Choice.OVERWRITE


def article(
    key: str = "tin", words: str = "Chữ", links: Iterable[str] = (), **post: Any
) -> Article:
    """A post of one paragraph, whose digest tells all that is given."""
    said: dict[str, Any] = {"title": "Tin một", "date": BEFORE, **post}
    made = Post(key=key, file=f"posts/{key}.md", **said)
    html = f"<p>{words}</p>"
    slug = made.slug or slugify(made.title)
    digest = digest_of(html, str(sorted(said.items())))
    return Article(made, html, words, (), "", tuple(links), slug, digest)


def remote(made: Article | None = None, **values: Any) -> RemotePost:
    """What the site holds once an article was sent to it."""
    made = made or article()
    said: dict[str, Any] = {
        "id": "7",
        "url": f"https://so.example/{made.slug}/",
        "status": "publish",
        "slug": made.slug,
        "title": made.post.title,
        "content": made.html,
        "excerpt": made.post.excerpt,
        "shown_at": made.post.date or BEFORE,
        "modified_at": BEFORE,
    }
    return RemotePost(**{**said, **values})


def published(
    made: Article | None = None, there: RemotePost | None = None, **values: Any
) -> Publication:
    """What the log says once an article was sent."""
    made = made or article()
    there = there or remote(made)
    said: dict[str, Any] = {
        "site": SITE,
        "key": made.key,
        "event": Event.PUBLISHED,
        "remote_id": there.id,
        "url": there.url,
        "status": there.status,
        "slug": there.slug,
        "title": made.post.title,
        "shown_at": there.shown_at,
        "digest": wanted_digest(made, TARGET, {}),
        "article_digest": made.digest,
        "fingerprint": there.fingerprint,
    }
    return Publication(**{**said, **values})


def begun(action: str, made: Article, target: Target = TARGET) -> Attempt:
    """An act on an article of which no end is known."""
    sent = remote(made).text_digest
    digest = wanted_digest(made, target, {})
    return Attempt(SITE, made.key, action, digest, made.slug, made.post.title, sent)


def planned(
    articles: Article | Iterable[Article],
    log: Iterable[Publication] = (),
    site: Iterable[RemotePost] = (),
    *,
    unsettled: Iterable[Attempt] = (),
    target: Target = TARGET,
    choice: Choice = ASK,
    present: Collection[str] = (),
    now: datetime = NOW,
) -> Plan:
    articles = [articles] if isinstance(articles, Article) else list(articles)
    memory = Memory(
        {(SITE, row.key): row for row in log},
        unsettled={(SITE, attempt.key): attempt for attempt in unsettled},
    )
    keys = {*present, *(a.key for a in articles)}
    return plan(articles, keys, memory, [target], now, {SITE: list(site)}, choice)


def only(made: Plan) -> Action:
    (action,) = made.actions
    return action


def said(made: Plan) -> tuple[str, str, str]:
    """Kind, reason and event of the only action."""
    action = only(made)
    return (action.kind.value, action.reason, action.event.value if action.event else "")


DRAFT, READY = Status.DRAFT, Status.READY
EDITED = article(words="Chữ mới")


@pytest.mark.parametrize(
    ("post", "target", "expected", "status"),
    [
        ({}, TARGET, ("create", "new", "published"), "publish"),
        ({"date": None}, TARGET, ("create", "new", "published"), "publish"),
        ({"date": NOW}, TARGET, ("create", "new", "published"), "publish"),
        ({"sites": (SITE,)}, TARGET, ("create", "new", "published"), "publish"),
        ({"date": AHEAD}, TARGET, ("wait", "date", ""), "publish"),
        ({"date": AHEAD}, HANDED_OVER, ("create", "new", "scheduled"), "future"),
        ({}, HANDED_OVER, ("create", "new", "published"), "publish"),
        ({"status": DRAFT}, TARGET, ("keep", "draft", ""), "publish"),
        ({"status": DRAFT, "date": AHEAD}, HANDED_OVER, ("keep", "draft", ""), "future"),
    ],
)
def test_a_new_post(
    post: dict[str, Any], target: Target, expected: tuple[str, str, str], status: str
) -> None:
    made = planned(article(**post), target=target)
    assert said(made) == expected
    assert only(made).status == status
    assert only(made).due == article(**post).post.date


def test_a_post_of_another_site_is_nothing_here() -> None:
    assert planned(article(sites=("trung-tam",))).actions == ()


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        (article(), ("keep", "unchanged", "")),
        (EDITED, ("update", "edited-file", "updated")),
        (article(tags=("một cửa",)), ("update", "edited-file", "updated")),
        (article(status=DRAFT), ("keep", "draft", "")),
        (article(date=AHEAD), ("wait", "published-already", "")),
    ],
)
def test_a_post_that_stands_on_the_site(file: Article, expected: tuple[str, str, str]) -> None:
    assert said(planned(file, [published()], [remote()])) == expected


@pytest.mark.parametrize(
    ("file", "code", "key"),
    [
        (article(status=DRAFT), "draft-published", "status"),
        (article(date=AHEAD), "date-published", "date"),
    ],
)
def test_a_wish_that_publishing_can_not_grant_is_told(file: Article, code: str, key: str) -> None:
    (problem,) = planned(file, [published()], [remote()]).problems
    where = file.post.where(key)
    assert problem == Problem(code, where, {"site": SITE}, Severity.WARNING)


def test_another_editor_means_another_content() -> None:
    made = planned(article(), [published()], [remote()], target=replace(TARGET, editor="classic"))
    assert said(made) == ("update", "links", "updated")


@pytest.mark.parametrize(
    ("categories", "expected"),
    [((), ("update", "links", "updated")), (("Tin",), ("keep", "unchanged", ""))],
)
def test_default_categories_are_for_posts_that_name_none(
    categories: tuple[str, ...], expected: tuple[str, str, str]
) -> None:
    file = article(categories=categories)
    target = replace(TARGET, categories=("Cải cách",))
    assert said(planned(file, [published(file)], [remote(file)], target=target)) == expected


def test_a_link_is_set_once_its_target_stands_on_the_site() -> None:
    file, other = article(links=["khac"]), article("khac", title="Tin khác")
    there = remote(other, id="8")
    made = planned([file, other], [published(file), published(other, there)], [remote(file)])
    (update, keep) = sorted(made.actions, key=lambda a: a.key, reverse=True)
    assert (update.kind, update.reason, keep.kind) == (ActionKind.UPDATE, "links", ActionKind.KEEP)
    assert update.links == {"khac": there.url}
    for row in (
        published(other, there, event=Event.WITHDRAWN),
        published(other, there, status="future"),
    ):
        made = planned([file], [published(file), row], [remote(file)], present=["khac"])
        assert said(made) == ("keep", "unchanged", "")


# Conflicts, and what a person chooses

GONE: list[RemotePost] = []
TRASHED = [remote(status="trash", slug="tin-mot__trashed")]
CONFLICTS: dict[str, tuple[Article, list[Publication], list[RemotePost]]] = {
    "edited": (EDITED, [published()], [remote(content="<p>Sửa trên trang</p>")]),
    "edited-title": (EDITED, [published()], [remote(title="Tên khác")]),
    "edited-terms": (EDITED, [published()], [remote(categories=("3",))]),
    "edited-date": (EDITED, [published()], [remote(shown_at=AHEAD)]),
    "edited-hidden": (EDITED, [published()], [remote(status="private")]),
    "edited-to-draft": (EDITED, [published()], [remote(status="draft")]),
    "gone": (EDITED, [published()], GONE),
    "trashed": (EDITED, [published()], TRASHED),
    "trashed-unknown": (article(), [], TRASHED),
    "exists": (article(), [], [remote(content="<p>Chữ của người khác</p>")]),
    "exists-draft": (article(), [], [remote(status="draft")]),
    "slug-taken": (article(), [], [remote(title="Bài của phòng khác")]),
}


@pytest.mark.parametrize(
    ("name", "choice", "expected"),
    [
        *(
            (name, ASK, ("conflict", name.split("-")[0], ""))
            for name in CONFLICTS
            if "slug" not in name
        ),
        *((n, KEEP_SITE, ("keep", "edited", "kept_site")) for n in CONFLICTS if n.startswith("ed")),
        *((n, OVERWRITE, ("update", "edited", "updated")) for n in CONFLICTS if n.startswith("ed")),
        ("gone", KEEP_SITE, ("keep", "gone", "withdrawn")),
        ("gone", OVERWRITE, ("create", "gone", "published")),
        ("trashed", KEEP_SITE, ("keep", "trashed", "withdrawn")),
        ("trashed", OVERWRITE, ("update", "trashed", "updated")),
        ("trashed-unknown", KEEP_SITE, ("keep", "trashed", "withdrawn")),
        ("trashed-unknown", OVERWRITE, ("update", "trashed", "updated")),
        ("exists", KEEP_SITE, ("keep", "exists", "kept_site")),
        ("exists", OVERWRITE, ("update", "exists", "updated")),
        ("exists-draft", KEEP_SITE, ("keep", "exists", "kept_site")),
        ("exists-draft", OVERWRITE, ("update", "exists", "updated")),
        # Somebody else's post is not touched, whatever is chosen.
        ("slug-taken", ASK, ("conflict", "slug-taken", "")),
        ("slug-taken", KEEP_SITE, ("conflict", "slug-taken", "")),
        ("slug-taken", OVERWRITE, ("conflict", "slug-taken", "")),
    ],
)
def test_a_conflict_and_what_is_chosen(
    name: str, choice: Choice, expected: tuple[str, str, str]
) -> None:
    file, log, site = CONFLICTS[name]
    made = planned(file, log, site, choice=choice)
    assert said(made) == expected
    assert only(made).remote == (site[0] if site else None)


def test_a_choice_changes_nothing_but_conflicts() -> None:
    for choice in Choice:
        assert said(planned(EDITED, [published()], [remote()], choice=choice))[0] == "update"
        assert said(planned(article(), choice=choice))[0] == "create"
        assert said(planned(article(date=AHEAD), choice=choice))[0] == "wait"


def test_what_is_overwritten_with_a_date_ahead_is_handed_over_again() -> None:
    file = article(date=AHEAD, words="Chữ mới")
    there = remote(file, status="future")
    log = [published(file, there, digest="cũ")]
    edited = planned(
        file, log, [replace(there, title="Khác")], target=HANDED_OVER, choice=OVERWRITE
    )
    assert (said(edited), only(edited).status) == (("update", "edited", "scheduled"), "future")
    gone = planned(file, log, target=HANDED_OVER, choice=OVERWRITE)
    assert (said(gone), only(gone).status) == (("create", "gone", "scheduled"), "future")


def kept(**values: Any) -> Publication:
    """The log after --keep-site: the file is EDITED, the site has words of its own."""
    there = remote(content="<p>Sửa trên trang</p>")
    return published(EDITED, there, event=Event.KEPT_SITE, **values)


def test_what_was_kept_stays_until_the_file_says_more() -> None:
    there = [remote(content="<p>Sửa trên trang</p>")]
    assert said(planned(EDITED, [kept()], there)) == ("keep", "unchanged", "")
    # Another address of a post that it links to is no news from its author.
    assert said(planned(EDITED, [kept(digest="liên kết cũ")], there))[0] == "keep"
    more = article(words="Chữ mới nữa")
    assert said(planned(more, [kept()], there)) == ("conflict", "edited", "")
    assert said(planned(more, [kept()], there, choice=OVERWRITE))[0] == "update"


# A post that the log does not know, but the site does


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        (remote(), ("adopt", "same", "adopted")),
        (remote(slug="tin-mot-2"), ("adopt", "same", "adopted")),
        (remote(content="<!-- wp:p -->\n<p class='x'>Chữ</p>"), ("adopt", "same", "adopted")),
        (remote(title="TIN  một"), ("adopt", "same", "adopted")),
        (remote(status="future", shown_at=AHEAD), ("adopt", "same", "adopted")),
        (
            remote(title="Khác", status="trash", slug="tin-mot__trashed"),
            ("create", "new", "published"),
        ),
        (remote(slug="tin-mot-hai"), ("create", "new", "published")),
    ],
)
def test_a_post_that_only_the_site_knows(there: RemotePost, expected: tuple[str, str, str]) -> None:
    assert said(planned(article(), [], [there])) == expected


def test_of_several_with_the_title_the_newest_is_taken() -> None:
    old, new = remote(id="1", modified_at=BEFORE), remote(id="2", slug="tin-mot-2", modified_at=NOW)
    assert only(planned(article(), [], [old, new])).remote == new


def test_a_post_of_ours_is_not_taken_for_another() -> None:
    one, two = article("a"), article("b")
    made = planned([one, two], [published(one)], [remote(one)])
    assert [(a.key, a.kind.value) for a in made.actions] == [("a", "keep"), ("b", "create")]


def test_a_title_with_escaped_letters_is_the_same() -> None:
    file = article(title="Tin & sự kiện")
    assert said(planned(file, [], [remote(file, title="Tin &amp; sự kiện")]))[0] == "adopt"


# The site waits for the date itself

LATER = article(date=AHEAD)
SCHEDULED = remote(LATER, status="future")
SHOWN = replace(SCHEDULED, status="publish")
SORTED = replace(SHOWN, categories=("1",))  # the site gave it its default category
REVISED = article(date=AHEAD, words="Mới")


@pytest.mark.parametrize(
    ("file", "there", "now", "expected", "status"),
    [
        (LATER, SCHEDULED, NOW, ("keep", "scheduled", ""), "future"),
        (LATER, SORTED, AHEAD, ("adopt", "published-by-site", "published"), "publish"),
        (LATER, SHOWN, AHEAD, ("adopt", "published-by-site", "published"), "publish"),
        (LATER, SCHEDULED, AHEAD, ("update", "missed-schedule", "published"), "publish"),
        (REVISED, SCHEDULED, NOW, ("update", "edited-file", "scheduled"), "future"),
        (REVISED, SCHEDULED, AHEAD, ("update", "edited-file", "published"), "publish"),
        (article(date=NOW), SCHEDULED, NOW, ("update", "edited-file", "published"), "publish"),
        (LATER, replace(SCHEDULED, title="Khác"), AHEAD, ("conflict", "edited", ""), "publish"),
        (LATER, replace(SCHEDULED, status="draft"), AHEAD, ("conflict", "edited", ""), "publish"),
        (LATER, replace(SCHEDULED, status="trash"), AHEAD, ("conflict", "trashed", ""), "publish"),
    ],
)  # fmt: skip
def test_a_post_handed_over_for_later(
    file: Article, there: RemotePost, now: datetime, expected: tuple[str, str, str], status: str
) -> None:
    log = [published(LATER, SCHEDULED, event=Event.SCHEDULED)]
    made = planned(file, log, [there], target=HANDED_OVER, now=now)
    assert said(made) == expected
    assert only(made).status == status


# Acts whose end is unknown


@pytest.mark.parametrize(
    ("file", "there", "expected"),
    [
        (article(), [], ("create", "new", "published")),
        (article(), [remote()], ("adopt", "unsettled", "adopted")),
        (article(), [remote(status="draft")], ("adopt", "unsettled", "adopted")),
        # Changed since: what stands there is taken first, the update comes in the next round.
        (EDITED, [remote()], ("adopt", "unsettled", "adopted")),
        (article(title="Tên mới"), [remote()], ("adopt", "unsettled", "adopted")),
        # A colleague was quicker than the second run.
        (article(), [remote(content="<p>Sửa</p>")], ("conflict", "exists", "")),
        (article(), [remote(title="Bài khác hẳn")], ("conflict", "slug-taken", "")),
        # It may be there although its date was put off since.
        (article(date=AHEAD), [remote()], ("adopt", "unsettled", "adopted")),
        (article(date=AHEAD), [], ("wait", "date", "")),
    ],
)
def test_a_create_whose_end_is_unknown(
    file: Article, there: list[RemotePost], expected: tuple[str, str, str]
) -> None:
    made = planned(file, [], there, unsettled=[begun("create", article())])
    assert said(made) == expected
    if expected[0] == "adopt":
        assert only(made).digest == wanted_digest(article(), TARGET, {})


@pytest.mark.parametrize(
    ("file", "there", "expected"),
    [
        # It arrived.
        (EDITED, remote(EDITED), ("adopt", "unsettled", "adopted")),
        # Changed since: what arrived is noted first, lest a second lost answer hide it.
        (article(words="Nữa"), remote(EDITED), ("adopt", "unsettled", "adopted")),
        # It did not.
        (EDITED, remote(), ("update", "edited-file", "updated")),
        (article(), remote(), ("adopt", "unsettled", "adopted")),
        # Neither: somebody edited it.
        (EDITED, remote(content="<p>Sửa</p>"), ("conflict", "edited", "")),
    ],
)
def test_an_update_whose_end_is_unknown(
    file: Article, there: RemotePost, expected: tuple[str, str, str]
) -> None:
    made = planned(file, [published()], [there], unsettled=[begun("update", EDITED)])
    assert said(made) == expected


def test_an_update_of_terms_alone_is_not_taken_for_done_by_its_words() -> None:
    file = article(tags=("một cửa",))
    lost = [begun("update", file)]
    assert said(planned(file, [published()], [remote()], unsettled=lost))[0] == "update"
    there = [remote(tags=("5",))]
    assert said(planned(file, [published()], there, unsettled=lost))[0] == "adopt"


def test_an_overwrite_that_arrived_is_no_new_conflict() -> None:
    more = article(words="Chữ mới nữa")
    made = planned(more, [kept()], [remote(more)], unsettled=[begun("update", more)])
    assert said(made) == ("adopt", "unsettled", "adopted")


def test_a_post_made_anew_is_looked_for_before_it_is_made_again() -> None:
    # It was gone from the site, its second creation was never answered.
    lost = [begun("create", EDITED)]
    asked, _ = survey([EDITED], ["tin"], _memory([published()], lost), [TARGET], NOW)
    assert [(q.id, q.slugs) for q in asked] == [("7", ("tin-mot",))]
    there = remote(EDITED, id="9")
    made = planned(EDITED, [published()], [there], unsettled=lost)
    assert (said(made), only(made).remote) == (("adopt", "unsettled", "adopted"), there)
    assert said(planned(EDITED, [published()], unsettled=lost))[0] == "create"
    # It stands where it was: that creation was of another name's, long settled.
    made = planned(EDITED, [published(EDITED, remote(EDITED))], [remote(EDITED)], unsettled=lost)
    assert (said(made)[0], only(made).remote) == ("adopt", remote(EDITED))


def test_an_update_is_recognised_though_its_file_was_renamed_since() -> None:
    old, new = article("cu", words="Chữ mới"), article("moi", words="Chữ mới")
    row, lost = published(article("cu")), [begun("update", old)]
    made = planned(new, [row], [remote(old)], unsettled=lost)
    assert (said(made), only(made).digest) == (
        ("adopt", "unsettled", "adopted"),
        wanted_digest(new, TARGET, {}),
    )
    # An edit of a colleague is none of ours, whatever the name of the file.
    made = planned(new, [row], [remote(content="<p>Sửa</p>")], unsettled=lost)
    assert said(made) == ("conflict", "edited", "")


def test_a_title_changed_after_a_lost_create_is_looked_for_by_both_slugs() -> None:
    lost, file = [begun("create", article(title="Tên cũ"))], article(title="Tên mới")
    stranger = remote(article(title="Bài khác"), slug="ten-moi")
    assert said(planned(file, [], [stranger], unsettled=lost)) == ("conflict", "slug-taken", "")
    # Somebody else's post at the old address is in nobody's way.
    stranger = remote(article(title="Bài khác"), slug="ten-cu")
    assert said(planned(file, [], [stranger], unsettled=lost)) == ("create", "new", "published")


def _memory(log: Iterable[Publication], unsettled: Iterable[Attempt] = ()) -> Memory:
    return Memory({(SITE, r.key): r for r in log}, {}, {(SITE, a.key): a for a in unsettled})


# Files that were renamed, deleted, or whose post is withdrawn

OLD = article("cu")


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        (article("moi"), ("keep", "renamed", "renamed")),
        (article("moi", words="Chữ mới"), ("update", "edited-file", "updated")),
        (article("moi", title="Tên mới"), ("create", "new", "published")),
        (article("moi", status=DRAFT), ("keep", "draft", "")),
    ],
)
def test_a_renamed_file_is_known_by_its_digest_or_its_slug(
    file: Article, expected: tuple[str, str, str]
) -> None:
    made = planned(file, [published(OLD)], [remote(OLD)])
    assert said(made) == expected
    known = only(made).publication
    assert (known.remote_id if known else "") == ("" if expected[0] == "create" else "7")
    missing = [p.params["key"] for p in made.problems if p.code == "file-missing"]
    assert missing == (["cu"] if expected[0] == "create" else [])


def test_a_file_that_is_still_there_was_not_renamed() -> None:
    made = planned(article("moi"), [published(OLD)], [remote(OLD)], present=["cu"])
    assert said(made)[0] == "create"


def test_the_same_content_is_a_better_sign_than_the_same_slug() -> None:
    one, two = article("cu-1", slug="dia-chi"), article("cu-2", title="Tin hai")
    log = [published(one), published(two, remote(two, id="8"))]
    same_slug = article("a", title="Tin ba", slug="dia-chi")
    same_content = replace(article("b", title="Tin hai"), slug="dia-chi")
    made = planned([same_slug, same_content], log, [remote(one), remote(two, id="8")])
    ids = {a.key: a.publication.remote_id for a in made.actions if a.publication}
    assert ids == {"a": "7", "b": "8"}


def test_two_files_do_not_take_one_publication() -> None:
    made = planned([article("a"), article("b")], [published(OLD)], [remote(OLD)])
    assert sorted((a.key, a.kind.value) for a in made.actions) == [("a", "keep"), ("b", "create")]


@pytest.mark.parametrize("event", [Event.WITHDRAWN, Event.KEPT_SITE])
def test_what_was_decided_outlives_a_new_name(event: Event) -> None:
    made = planned(article("moi"), [published(OLD, event=event)], [remote(OLD)])
    assert said(made) == ("keep", "renamed", event.value)


def test_a_new_post_is_no_heir_of_a_withdrawn_one_for_its_title_alone() -> None:
    row = published(OLD, event=Event.WITHDRAWN)
    made = planned(article("moi", words="Bài khác, cùng tên"), [row], [])
    assert said(made)[0] == "create"


def test_a_missing_file_is_told_and_its_post_kept() -> None:
    made = planned([], [published()])
    assert made.actions == ()
    (problem,) = made.problems
    assert (problem.code, problem.severity) == ("file-missing", Severity.WARNING)
    assert problem.params == {"key": "tin", "site": SITE, "title": "Tin một"}
    # A file that is there but can't be read is not missing.
    assert planned([], [published()], present=["tin"]).problems == ()
    assert planned([], [published(event=Event.WITHDRAWN)]).problems == ()


@pytest.mark.parametrize("files", [[], [article()], [EDITED], [article(status=DRAFT)]])
def test_a_withdrawal_is_carried_out_whatever_became_of_the_file(files: list[Article]) -> None:
    row = published(event=Event.WITHDRAWAL_ASKED, reason="Đăng nhầm")
    made = planned(files, [row], [])
    acts = [a for a in made.actions if a.kind is not ActionKind.KEEP]
    assert [(a.kind, a.reason, a.event, a.publication) for a in acts] == [
        (ActionKind.WITHDRAW, "asked", Event.WITHDRAWN, row)
    ]


@pytest.mark.parametrize("file", [article(), EDITED, article(title="Tên mới")])
def test_a_withdrawn_post_stays_down(file: Article) -> None:
    row = published(event=Event.WITHDRAWN, status="trash", slug="tin-mot__trashed")
    assert said(planned(file, [row], TRASHED)) == ("keep", "withdrawn", "")


# The survey, the slug, the order


@dataclass(frozen=True)
class Asked:
    file: Article
    log: tuple[Publication, ...] = ()
    unsettled: tuple[Attempt, ...] = ()
    target: Target = TARGET
    now: datetime = NOW


@pytest.mark.parametrize(
    ("case", "question"),
    [
        (Asked(article()), ("", "tin-mot")),
        (Asked(article(slug="dia-chi")), ("", "dia-chi")),
        (
            Asked(article(), unsettled=(begun("create", article(title="Tên cũ")),)),
            ("", "tin-mot", "ten-cu"),
        ),
        (Asked(EDITED, (published(),)), ("7",)),
        (Asked(article(), (published(),), (begun("update", EDITED),)), ("7",)),
        (Asked(LATER, (published(LATER, SCHEDULED),), now=AHEAD), ("7",)),
        # What is certain without a look costs no request.
        (Asked(article(), (published(),)), None),
        (Asked(LATER, (published(LATER, SCHEDULED),)), None),
        (Asked(article(status=DRAFT)), None),
        (Asked(article(status=DRAFT), (published(),)), None),
        (Asked(article(date=AHEAD)), None),
        (Asked(article(date=AHEAD), target=HANDED_OVER), ("", "tin-mot")),
        (Asked(article(date=AHEAD), (published(),)), None),
        (Asked(EDITED, (published(event=Event.WITHDRAWN),)), None),
        (Asked(EDITED, (published(event=Event.WITHDRAWAL_ASKED),)), None),
        (Asked(EDITED, (kept(),)), None),
        (Asked(article("moi"), (published(OLD),)), None),
        (Asked(article(sites=("khac",))), None),
    ],
)
def test_what_is_asked_of_a_site(case: Asked, question: tuple[str, ...] | None) -> None:
    memory = _memory(case.log, case.unsettled)
    asked, _ = survey([case.file], [case.file.key], memory, [case.target], case.now)
    assert [(q.id, *q.slugs) for q in asked] == ([question] if question else [])


def test_the_survey_tells_what_is_certain() -> None:
    files = [article("cho", date=AHEAD), article("nhap", status=DRAFT), article("moi")]
    row = published(article("bo", title="Tin bỏ"), event=Event.WITHDRAWAL_ASKED)
    asked, certain = survey(files, [f.key for f in files], _memory([row]), [TARGET], NOW)
    assert [q.key for q in asked] == ["moi"]
    kinds = {(a.key, a.kind.value) for a in certain}
    assert kinds == {("cho", "wait"), ("nhap", "keep"), ("bo", "withdraw")}


@pytest.mark.parametrize(
    ("post", "slug"),
    [
        ({"title": "Tên mới"}, "tin-mot"),  # an address stays, whatever becomes of the title
        ({"slug": "dia-chi"}, "dia-chi"),  # unless its author says so
    ],
)
def test_the_slug_of_a_post_that_stands_on_the_site(post: dict[str, Any], slug: str) -> None:
    assert only(planned(article(**post), [published()], [remote()])).slug == slug


def test_the_order_is_by_site_then_by_date() -> None:
    files = [
        article("b", date=BEFORE),
        article("a", date=BEFORE, title="Tin hai"),
        article("z", date=BEFORE - timedelta(days=9), title="Tin ba"),
        article("khong-ngay", date=None, title="Tin bốn"),
    ]
    targets = [Target("trung-tam"), TARGET]
    made = plan(files, [f.key for f in files], Memory(), targets, NOW, {SITE: [], "trung-tam": []})
    keys = ["khong-ngay", "z", "a", "b"]
    expected = [(site, key) for site in (SITE, "trung-tam") for key in keys]
    assert [(a.site, a.key) for a in made.actions] == expected


def test_a_site_that_did_not_answer_is_left_out() -> None:
    targets = [Target("trung-tam"), TARGET]
    made = plan([article()], ["tin"], Memory(), targets, NOW, {"trung-tam": []})
    assert [a.site for a in made.actions] == ["trung-tam"]


def test_the_plan_after_everything_was_done_is_empty() -> None:
    files = [article("a"), article("b", title="Tin hai", links=["a"])]
    a = published(files[0])
    links = {"a": a.url}
    b = published(files[1], remote(files[1], id="8"), digest=wanted_digest(files[1], TARGET, links))
    made = planned(files, [a, b])
    assert {action.kind for action in made.actions} == {ActionKind.KEEP}
    assert [action.event for action in made.actions] == [None, None]
