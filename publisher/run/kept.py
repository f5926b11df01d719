"""What was read and rendered before, for whoever reads the folder again and again."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from publisher import checks, posts, render
from publisher.model import Article, Post, Problem, SourceFile

_Parsed = tuple[Post | None, list[Problem]]
_Rendered = tuple[Article | None, list[Problem]]


@dataclass(frozen=True, slots=True)
class _Answers:
    """A rendered post, with what the folder answered when it was rendered."""

    post: Post
    files: dict[str, SourceFile | None]
    posts: dict[str, str | None]
    result: _Rendered


@dataclass(slots=True)
class Kept:
    """Results by file; one is used again as long as all that it was made from is the same."""

    _parsed: dict[str, tuple[object, _Parsed]] = field(default_factory=dict)
    _rendered: dict[str, _Answers] = field(default_factory=dict)
    _rules: checks.Rules | None = None
    _checked: dict[str, tuple[Post, list[Problem]]] = field(default_factory=dict)

    def parse(self, data: bytes, key: str, file: str, rules: posts.Rules) -> _Parsed:
        """Return what :func:`publisher.posts.parse` does."""
        made_from = (data, key, rules)
        known = self._parsed.get(file)
        if known is None or known[0] != made_from:
            known = self._parsed[file] = made_from, posts.parse(data, key, file, rules)
        post, problems = known[1]
        return post, list(problems)

    def render(
        self,
        post: Post,
        find_file: Callable[[str], SourceFile | None],
        find_post: Callable[[str], str | None],
        labels: render.Labels,
    ) -> _Rendered:
        """Return what :func:`publisher.render.render` does."""
        known = self._rendered.get(post.file)
        if (
            known is None
            or known.post != post
            or any(find_file(src) != answer for src, answer in known.files.items())
            or any(find_post(href) != answer for href, answer in known.posts.items())
        ):
            known = self._rendered[post.file] = _render(post, find_file, find_post, labels)
        article, problems = known.result
        return article, list(problems)

    def checker(
        self, rules: checks.Rules
    ) -> Callable[[Post, Callable[[Post], list[Problem]]], list[Problem]]:
        """Return the ``within`` of :func:`publisher.checks.check` under these rules."""
        if rules != self._rules:
            self._rules, self._checked = rules, {}

        def within(post: Post, look: Callable[[Post], list[Problem]]) -> list[Problem]:
            known = self._checked.get(post.file)
            if known is None or known[0] != post:
                known = self._checked[post.file] = post, look(post)
            return known[1]

        return within

    def keep(self, files: Collection[str]) -> None:
        """Forget all but these files."""
        tables: tuple[dict[str, Any], ...] = (self._parsed, self._rendered, self._checked)
        for table in tables:
            for gone in table.keys() - files:
                del table[gone]


def _render(
    post: Post,
    find_file: Callable[[str], SourceFile | None],
    find_post: Callable[[str], str | None],
    labels: render.Labels,
) -> _Answers:
    files: dict[str, SourceFile | None] = {}
    others: dict[str, str | None] = {}

    def file(src: str) -> SourceFile | None:
        files[src] = find_file(src)
        return files[src]

    def other(href: str) -> str | None:
        others[href] = find_post(href)
        return others[href]

    return _Answers(post, files, others, render.render(post, file, other, labels))
