"""Posts for tests of the checks: a text, and what is told of it."""

from __future__ import annotations

from datetime import UTC, datetime

from publisher.checks import NO_RULES, Rules, check
from publisher.model import GalleryItem, Kind, Post, Problem

LINES = {
    name: number
    for number, name in enumerate(
        ("title", "kind", "theme", "date", "excerpt", "authors", "source", "legal", "gallery"),
        start=2,
    )
}


def post(
    body: str = "Nội dung.",
    *,
    title: str = "Bài a",
    excerpt: str = "Tóm tắt.",
    day: str = "2023-03-01",
    source: str = "Văn phòng Sở",
    legal: tuple[str, ...] = (),
    gallery: tuple[GalleryItem, ...] = (),
) -> Post:
    """Return a post that lacks nothing; its body begins on line 20."""
    return Post(
        "a", "posts/a.md", title, body=body, kind=Kind.TIN, theme="can-bo",
        date=datetime.fromisoformat(day).replace(tzinfo=UTC) if day else None,
        excerpt=excerpt, authors=("Văn phòng Sở",), source=source, legal=legal,
        gallery=gallery, body_line=20, lines=LINES if day else {**LINES, "date": 0},
    )  # fmt: skip


def told(made: Post | str, rules: Rules = NO_RULES) -> list[tuple[str, int]]:
    """Return code and line of all that is told of a post, or of a body."""
    return [(p.code, p.where.line) for p in problems(made, rules)]


def problems(made: Post | str, rules: Rules = NO_RULES) -> list[Problem]:
    """Return what is told of a post, or of a body, in the order of its lines."""
    found = check([post(made) if isinstance(made, str) else made], rules=rules)
    wanted = [p for p in found if p.code != "field-wanted"]
    return sorted(wanted, key=lambda p: (p.where.line, p.code))
