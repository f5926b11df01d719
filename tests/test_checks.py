"""What is wrong between the posts of a folder, and what each of them lacks."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.checks import check
from publisher.model import GalleryItem, Kind, Post, Problem, Severity, Status

_LINES = {
    name: number
    for number, name in enumerate(
        ("title", "kind", "theme", "date", "excerpt", "authors", "source", "slug", "id"), start=2
    )
}


def post(key: str, title: str = "", day: int = 1, **more: object) -> Post:
    """Return a post that lacks nothing."""
    values: dict[str, object] = {
        "body": "Nội dung.",
        "kind": Kind.TIN,
        "theme": "can-bo",
        "date": datetime(2023, 3, day, tzinfo=UTC),
        "excerpt": "Tóm tắt.",
        "authors": ("Văn phòng Sở",),
        "source": "Văn phòng Sở",
        "lines": _LINES,
        **more,
    }
    return Post(key, f"posts/{key}.md", title or f"Bài {key}", **values)  # type: ignore[arg-type]


def brief(problems: list[Problem]) -> list[tuple[str, str, int, str]]:
    return [(p.code, p.where.file, p.where.line, p.severity.value) for p in problems]


def test_posts_that_lack_nothing() -> None:
    assert check([post("a"), post("b"), post("2023/a")]) == []
    assert check([]) == []


@pytest.mark.parametrize("key", ["theme", "date", "excerpt", "authors", "source"])
def test_what_is_wanted_and_left_empty_is_named_on_its_line(key: str) -> None:
    empty: dict[str, Any] = {key: {"date": None, "authors": ()}.get(key, "")}
    (problem,) = check([post("a", **empty)])
    assert brief([problem]) == [("field-wanted", "posts/a.md", _LINES[key], "warning")]
    assert problem.params == {"key": key, "reason": key}


@pytest.mark.parametrize("key", ["theme", "kind", "date", "excerpt", "authors", "source"])
def test_what_is_wanted_and_not_there_is_named_for_the_file(key: str) -> None:
    lines = {name: line for name, line in _LINES.items() if name != key}
    assert brief(check([post("a", lines=lines)])) == [("field-wanted", "posts/a.md", 0, "warning")]


def test_a_draft_may_lack_everything_but_a_text() -> None:
    draft = Post("a", "posts/a.md", "Bài", status=Status.DRAFT)
    assert brief(check([draft])) == [("body-empty", "posts/a.md", 0, "warning")]


def test_pictures_alone_are_a_post() -> None:
    assert check([post("a", body=" \n", gallery=(GalleryItem("a.png", "Phòng họp"),))]) == []
    assert brief(check([post("a", body=" \n")])) == [("body-empty", "posts/a.md", 0, "warning")]


def test_one_key_in_two_files() -> None:
    one, other = post("lich", "Một", day=1), post("LICH", "Hai", day=2)
    (problem,) = check([other, one])
    assert brief([problem]) == [("key-taken", "posts/LICH.md", _LINES["id"], "error")]
    assert problem.params == {"value": "lich", "other": "posts/lich.md"}


def test_one_address_of_two_posts() -> None:
    one = post("a", "Lịch tiếp dân", day=2)
    other = post("b", "LỊCH TIẾP DÂN", day=1, lines={**_LINES, "slug": 9})
    (problem,) = check([one, other])
    assert brief([problem]) == [("slug-taken", "posts/a.md", _LINES["slug"], "error")]
    assert problem.params == {"value": "lich-tiep-dan", "other": "posts/b.md"}


def test_an_address_that_comes_from_the_title_is_reported_there() -> None:
    lines = {name: line for name, line in _LINES.items() if name not in ("slug", "id")}
    one, other = post("a", "Lịch", lines=lines), post("b", "Khác", slug="lich", day=2, lines=lines)
    assert brief(check([one, other])) == [("slug-taken", "posts/b.md", _LINES["title"], "error")]


def test_of_three_posts_with_one_address_two_are_held_back() -> None:
    posts = [post(key, "Lịch", day=day) for key, day in (("c", 1), ("a", 1), ("b", 3))]
    assert {p.where.file for p in check(posts)} == {"posts/b.md", "posts/c.md"}


def test_the_post_that_is_published_keeps_its_address() -> None:
    old, new = post("a", "Lịch", day=1), post("b", "Lịch", day=2)
    assert [p.where.file for p in check([old, new])] == ["posts/b.md"]
    assert [p.where.file for p in check([old, new], {"b"})] == ["posts/a.md"]


def test_posts_for_different_sites_may_share_an_address() -> None:
    one = post("a", "Lịch", sites=("so-khcn",))
    other = post("b", "Lịch", day=2, sites=("trung-tam",))
    assert check([one, other]) == []
    both = post("c", "Lịch", day=3)  # names no site, so it goes to all
    assert [p.where.file for p in check([one, other, both])] == ["posts/c.md"]


def test_a_draft_takes_no_address_from_a_post_that_is_ready() -> None:
    draft = post("a", "Lịch", day=1, status=Status.DRAFT)
    ready = post("b", "Lịch", day=2)
    assert brief(check([draft, ready])) == [("slug-taken", "posts/a.md", _LINES["slug"], "warning")]


def test_a_post_without_a_date_comes_last() -> None:
    lines = {name: line for name, line in _LINES.items() if name != "date"}
    undated = post("a", "Lịch", date=None, lines=lines)
    problems = check([undated, post("b", "Lịch", day=31)])
    assert [p.where.file for p in problems if p.code == "slug-taken"] == ["posts/a.md"]


@given(
    st.lists(
        st.builds(
            lambda key, title, day, sites, status: post(
                key, title, day, sites=sites, status=status
            ),
            st.sampled_from(["a", "A", "b", "c/d"]),
            st.sampled_from(["Lịch", "LỊCH", "Khác"]),
            st.integers(1, 3),
            st.sampled_from([(), ("s",), ("t",), ("s", "t")]),
            st.sampled_from(Status),
        ),
        max_size=6,
    )
)
def test_the_posts_that_are_left_never_collide(posts: list[Post]) -> None:
    held: list[str] = [
        p.where.file for p in check(posts) if p.severity is Severity.ERROR
    ]  # files of one name stand for one post each
    left = [p for p in posts if p.file not in held and p.status is Status.READY]
    for index, one in enumerate(left):
        for other in left[:index]:
            if one.file == other.file:
                continue
            assert one.key.casefold() != other.key.casefold()
            apart = one.sites and other.sites and not set(one.sites) & set(other.sites)
            assert apart or one.title.casefold() != other.title.casefold()


@given(st.permutations([post(k, "Lịch", day=d) for k, d in (("a", 2), ("b", 1), ("c", 1))]))
def test_the_order_in_which_files_are_found_does_not_matter(posts: list[Post]) -> None:
    assert {p.where.file for p in check(posts)} == {"posts/a.md", "posts/c.md"}
