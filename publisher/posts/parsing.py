"""A file → its Post, or all that is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from publisher.model import Post, Problem, Severity, Where
from publisher.posts import matter as matters
from publisher.posts.fields import CODES, FrontMatter, Rules
from publisher.posts.names import key_of, meant


def parse(data: bytes, key: str, file: str, rules: Rules) -> tuple[Post | None, list[Problem]]:
    """Given a file's bytes, its key and its path as people know it, return its Post.

    With an error the Post is None; the problems name the file's lines, all of them at once.
    """
    matter = matters.read(data, file)
    problems = matter.problems
    if not matter.whole:
        return None, problems
    named, lines = _rename(matter)
    front = None
    try:
        front = FrontMatter.model_validate(named, context=rules)
    except ValidationError as error:
        # A key with a problem is not reported once more, nor ``titel:`` as a missing title.
        told = matter.unsure | {str(p.params.get("meant")) for p in problems}
        problems += [
            _invalid(e, lines, file)
            for e in error.errors(include_url=False)
            if str(e["loc"][0]) not in told
        ]
    problems.sort(key=lambda p: p.where)
    if front is None or any(p.severity is Severity.ERROR for p in problems):
        return None, problems
    given = front.model_dump(exclude={"id"}, exclude_none=True)
    given["gallery"] = front.gallery
    post = Post(
        key=front.id or key,
        file=file,
        body=matter.body,
        body_line=matter.body_line,
        lines=lines,
        **given,
    )
    return post, problems


def _rename(matter: matters.Matter) -> tuple[dict[str, Any], dict[str, int]]:
    """Give the keys their English names; report unknown ones and those written twice."""
    named: dict[str, Any] = {}
    lines: dict[str, int] = {}
    for written, value, line in matter.entries:
        key = key_of(written)
        if not key:
            matter.fail("key-unknown", line, key=written, meant=meant(written))
        elif key in lines:
            matter.fail("key-twice", line, key=written, first=lines[key])
        else:
            lines[key] = line
            if value not in ("", "~", "null", [], {}):
                named[key] = value
    return named, lines


def _invalid(error: Mapping[str, Any], lines: Mapping[str, int], file: str) -> Problem:
    key = str(error["loc"][0])
    params = {"key": key, **error.get("ctx", {})}
    code = error["type"] if error["type"] in CODES else "value-type"
    if error["type"] == "missing":
        code = f"{key}-missing"
    return Problem(code, Where(file, lines.get(key, 1)), params)
