"""A file → its Post, or all that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from publisher.model import Post, Priority, Problem, Where
from publisher.posts import matter as matters
from publisher.posts.fields import CODES, FrontMatter
from publisher.posts.names import key_of, meant
from publisher.posts.rules import Rules


def parse(data: bytes, key: str, file: str, rules: Rules) -> tuple[Post | None, list[Problem]]:
    """Given a file's bytes, its key and its path as people know it, return its Post.

    The problems name the file's lines, all of them at once. With an error among them the
    Post holds what could be read, good for finding further problems but not for publishing;
    it is None when the data at the top can't be read at all.
    """
    matter = matters.read(data, file)
    return _post_of(matter, key, rules) if matter.whole else (None, matter.problems)


def compose(
    entries: Iterable[tuple[str, Any, int]],
    body: str,
    body_line: int,
    key: str,
    file: str,
    rules: Rules,
) -> tuple[Post | None, list[Problem]]:
    """Given data that did not come as front matter, and Markdown, return the Post of both.

    entries: a name as its author wrote it, its value (text or a list of text), and the line
    (0: none in particular). body_line: of the body's first line. The rest is as in
    :func:`parse`.
    """
    found = [matters.Entry(*entry) for entry in entries]
    return _post_of(matters.Matter(file, found, body, body_line, whole=True), key, rules)


def _post_of(matter: matters.Matter, key: str, rules: Rules) -> tuple[Post | None, list[Problem]]:
    problems, file = matter.problems, matter.file
    named, lines = _rename(matter)
    try:
        front = FrontMatter.model_validate(named, context=rules)
    except ValidationError as error:
        # A key with a problem is not reported once more, nor ``titel:`` as a missing title.
        told = matter.unsure | {str(p.params.get("meant")) for p in problems}
        wrong = error.errors(include_url=False)
        problems += [_invalid(e, lines, file) for e in wrong if str(e["loc"][0]) not in told]
        bad = {str(e["loc"][0]) for e in wrong}
        rest = {name: value for name, value in named.items() if name not in bad}
        front = FrontMatter.model_validate({"title": file, **rest}, context=rules)
    problems.sort(key=lambda p: p.where)
    given = front.model_dump(exclude={"id"}, exclude_none=True)
    given["gallery"] = front.gallery
    given["sites"] = front.sites or rules.default_sites
    given["urgent"] = given.pop("priority", None) is Priority.URGENT
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
