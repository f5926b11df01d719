"""Several new posts in one request: the same posts, each once, whatever happens on the way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from publisher.apply import Outcome
from publisher.apply.queue import Queue
from publisher.model import Article, Post, State
from publisher.plan import Action, ActionKind
from tests.faults import FaultProxy, Rule
from tests.killing import agrees, killed, needs_sigkill
from tests.office import Office
from tests.test_wordpress import behaving
from tests.wordpress import WordPress

TITLES = [f'Tin {n}: "Đổi mới" \\ A&B' for n in range(8)]
TEXT = "Câu có \\ và 'nháy', <b>thẻ</b>, 😀.\n\n| a | b |\n|---|---|\n| 1 | 2 |"


def office_of(folder: Path, site: WordPress, number: int, *, url: str = "") -> Office:
    """Return an office with so many new posts."""
    office = Office(folder)
    office.wordpress(site, url=url, connections=1)
    for n, title in enumerate(TITLES[:number]):
        office.post(f"{n}.md", TEXT, title=title, tags=["cải cách"])
    return office


@pytest.fixture
def proxy(clean_wordpress: WordPress) -> Iterator[FaultProxy]:
    with FaultProxy(clean_wordpress.url) as started:
        yield started


def sent(proxy: FaultProxy) -> list[str]:
    """Return what was asked to make posts."""
    paths = [r.path.partition("?")[0] for r in proxy.requests if r.method == "POST"]
    return [path.rpartition("/")[2] for path in paths if not path.endswith("/tags")]


def stands_once(office: Office, site: WordPress, number: int) -> None:
    assert sorted(p["title"]["raw"] for p in site.posts()) == TITLES[:number]
    agrees(office, site)


def states(outcomes: list[dict[str, Any]]) -> list[str]:
    return sorted(outcome["state"] for outcome in outcomes)


def test_they_are_the_same_posts(
    tmp_path: Path, clean_wordpress: WordPress, proxy: FaultProxy
) -> None:
    office = office_of(tmp_path / "cùng", clean_wordpress, 8, url=proxy.url)
    assert states(office.publish()) == ["done"] * 8
    assert sent(proxy) == ["v1", "v1"]
    together = clean_wordpress.posts()
    agrees(office, clean_wordpress)
    clean_wordpress.empty()
    proxy.add(Rule("refuse", "POST", "/batch/v1", times=None, status=404))
    office = office_of(tmp_path / "lẻ", clean_wordpress, 8, url=proxy.url)
    assert states(office.publish()) == ["done"] * 8
    assert sent(proxy)[2:] == ["v1", *["posts"] * 8]  # a site that takes none is asked once
    agrees(office, clean_wordpress)
    for one, other in zip(together, clean_wordpress.posts(), strict=True):
        for field in ("title", "content", "excerpt", "slug", "status", "date_gmt", "author"):
            assert one[field] == other[field]
        assert len(one["tags"]) == len(other["tags"]) == 1


@pytest.mark.parametrize("action", ["lose", "fail", "drop"])
def test_what_became_of_each_is_found_out_later(
    tmp_path: Path, clean_wordpress: WordPress, proxy: FaultProxy, action: Any
) -> None:
    office = office_of(tmp_path, clean_wordpress, 8, url=proxy.url)
    proxy.add(Rule(action, "POST", "/batch/v1"))
    found = states(office.publish())
    assert found == ["done"] * 5 + ["unknown"] * 3  # the others go on, one by one
    assert sent(proxy) == ["v1", *["posts"] * 5]
    assert states(office.publish()) == ["done"] * 3
    stands_once(office, clean_wordpress, 8)


def test_one_that_is_refused_does_not_stop_the_others(
    tmp_path: Path, clean_wordpress: WordPress, proxy: FaultProxy
) -> None:
    php = (
        "add_filter('rest_pre_insert_post', fn ($post) => str_contains($post->post_title ?? '',"
        " 'Tin 1') ? new WP_Error('no', 'Cấm', array('status' => 400)) : $post);"
    )
    office = office_of(tmp_path, clean_wordpress, 8, url=proxy.url)
    with behaving(clean_wordpress, php):
        outcomes = {o["key"]: o for o in office.publish()}
    assert outcomes.pop("1")["state"] == "refused"
    assert states(list(outcomes.values())) == ["done"] * 7
    assert sent(proxy) == ["v1", "v1"]
    assert states(office.publish()) == ["done"]
    stands_once(office, clean_wordpress, 8)


def test_the_site_keeps_every_date_that_it_was_handed(
    tmp_path: Path, clean_wordpress: WordPress
) -> None:
    office = Office(tmp_path)
    office.wordpress(clean_wordpress, schedule="wordpress", connections=4)
    for n in range(12):
        office.post(f"{n}.md", title=f"Tin số {n}", date=f"15/03/2096 08:{n:02}")
    assert states(office.publish()) == ["done"] * 12
    assert {post["status"] for post in clean_wordpress.posts()} == {"future"}
    events = clean_wordpress.wp("cron", "event", "list", "--fields=hook", "--format=csv")
    assert events.split().count("publish_future_post") == 12


@needs_sigkill
def test_killed_at_every_point(tmp_path: Path, wordpress71: WordPress) -> None:
    point, reached = 0, True
    while reached:
        point += 1
        wordpress71.empty()
        office = office_of(tmp_path / str(point), wordpress71, 3)
        reached = killed(office, point, "publish")
        assert office.run("publish").status == 0
        stands_once(office, wordpress71, 3)
    # A run begins and ends, a tag is made; three posts are begun, sent and ended together.
    assert point == 2 * (2 + 3 + 3) + 1


# The order in which they go


class Site:
    """A site that takes several posts; only what the queue asks of it."""

    name, connections, together = "so-khcn", 1, 25

    def create_all(self) -> None:
        raise AssertionError


def action(key: str, *links: str, html: str = "", kind: ActionKind = ActionKind.CREATE) -> Action:
    article = Article(Post(key, "", key), html, "", (), "", links, key, "")
    return Action(kind, "so-khcn", key, "", article=article)


def queue(acts: list[Action], connections: int = 1, missing: str = "") -> Queue:
    site: Any = Site()
    site.connections = connections
    return Queue(acts, site, lambda article: article.key != missing)


def drained(waiting: Queue, seconds: float = 0.1, state: State = State.DONE) -> list[str]:
    """Return the keys of each group, until none is left; each took so long."""
    groups = []
    while group := waiting.take():
        outcomes = [Outcome(a.kind, a.site, a.key, state) for a in group]
        waiting.took(outcomes, seconds)
        groups.append("".join(a.key for a in group))
    return groups


def many(keys: str = "abcdefghij") -> list[Action]:
    return [action(key) for key in keys]


def test_a_few_go_first_then_as_many_as_the_site_manages() -> None:
    assert drained(queue(many())) == ["abc", "defghij"]
    assert drained(queue(many()), seconds=7) == ["abc", "de", "f", "g", "h", "i", "j"]
    assert drained(queue(many()), state=State.UNKNOWN) == ["abc", *"defghij"]
    assert drained(queue(many("abcd"), connections=4)) == [*"abcd"]


def test_few_go_on_each_connection_before_it_is_known_what_the_site_manages() -> None:
    waiting = queue(many("abcdefghijklmnop"), connections=2)
    first, second = waiting.take(), waiting.take()
    assert (len(first), len(second)) == (3, 3)
    waiting.took([Outcome(a.kind, a.site, a.key, State.DONE) for a in first], 0.1)
    assert len(waiting.take()) == 8


def test_a_site_that_failed_once_gets_one_at_a_time_whatever_came_of_the_others() -> None:
    waiting = queue(many(), connections=2)
    first, second = waiting.take(), waiting.take()
    waiting.took([Outcome(a.kind, a.site, a.key, State.UNKNOWN) for a in first], 60.0)
    waiting.took([Outcome(a.kind, a.site, a.key, State.DONE) for a in second], 0.1)
    assert len(waiting.take()) == 1


@pytest.mark.parametrize(
    ("acts", "groups"),
    [
        ([action("a"), action("b"), action("c", "b"), action("d")], ["ab", "cd"]),
        ([action("a"), action("b", kind=ActionKind.UPDATE), *many("cd")], ["a", "b", "cd"]),
        ([action("a", html="x" * 200_000), action("b", html="x" * 200_000)], ["a", "b"]),
        ([action("a"), action("x"), action("b")], ["a", "x", "b"]),
    ],
    ids=["after what it links to", "only new ones", "not too large", "when its pictures are there"],
)
def test_what_goes_together(acts: list[Action], groups: list[str]) -> None:
    assert drained(queue(acts, missing="x")) == groups
