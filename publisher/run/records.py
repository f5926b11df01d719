"""What is known of one post, as plain values: put into the notes, and taken out as it was."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields
from datetime import UTC, datetime, tzinfo
from functools import partial
from typing import Any

from publisher.deferred import deferred_of, restored
from publisher.model import (
    Article,
    Attachment,
    GalleryItem,
    Kind,
    Picture,
    Post,
    Problem,
    Severity,
    SourceFile,
    Status,
    Use,
    Where,
)
from publisher.sources import Row

Looked = tuple[list[Problem], list[Problem]]
"""What a post lacks, and what is wrong within its text."""


_NEVER = "never"


@dataclass(slots=True)
class Record:
    """What is known of a post, and what it was made from.

    made_from: digest of the bytes of its file, "" where that does not tell. written: the
    gallery as its author wrote it; that of the post has the pictures of folders. hung: what is
    wrong with those. files, posts: what the folder said of the files that it names, and of the
    posts that it links to: the key of that file, and of that post. rules, looked: by which
    rules its text was looked through, and what was found. asked, shown: folders (absolute)
    that were looked through for all this, and files (as people know them) that it rests on;
    asked is None when nobody may rely on it without asking again.
    """

    made_from: str
    post: Post
    parsed: list[Problem]
    written: tuple[GalleryItem, ...] = ()
    hung: list[Problem] = field(default_factory=list)
    files: Mapping[str, SourceFile | None] = field(default_factory=dict)
    posts: Mapping[str, tuple[str, str | None]] = field(default_factory=dict)
    article: Article | None = None
    rendered: list[Problem] = field(default_factory=list)
    rules: str = _NEVER
    looked: Looked = field(default_factory=lambda: ([], []))
    asked: Sequence[str] | None = None
    shown: Sequence[str] = ()


_text = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_TUPLES = {"categories", "tags", "authors", "legal", "sites", "evidence", "shares"}
_INSTANTS = {"date", "embargo", "expire"}
_DEFAULTS = {f.name: f.default for f in fields(Post) if f.default is not MISSING}
_LATE = sorted(deferred_of(Post))
_KINDS = {kind.value: kind for kind in Kind}
_LIGHT = ("featured", "links", "slug", "digest")


def packed(record: Record, zone: tzinfo) -> Row | None:
    """Return a record as values, None when they would not give the same again.

    zone: of the office, in which most instants are.
    """
    try:
        return _packed(record, zone)
    except (TypeError, ValueError):  # what JSON has no form for
        return None


def _packed(record: Record, zone: tzinfo) -> Row | None:
    post, article = record.post, record.article
    values = _post_values(post, zone)
    rest: dict[str, Any] = {"post": {n: values.pop(n) for n in _LATE if n in values}}
    light: dict[str, Any] | None = None
    if article is not None:
        light = {name: getattr(article, name) for name in _LIGHT}
        rest |= {
            "html": article.html,
            "text": article.text,
            "pictures": [[p.path, p.digest, p.name, p.alt, p.caption] for p in article.pictures],
            "attachments": [[a.path, a.digest, a.name, a.title] for a in article.attachments],
        }
    facts = [
        record.asked is not None,
        record.made_from,
        values,
        _problems(record.parsed, post.file),
        [[item.path, item.alt, item.caption] for item in record.written],
        _problems(record.hung, post.file),
        light,
        _problems(record.rendered, post.file),
        record.posts,
        record.rules,
        _problems(record.looked[0], post.file),
        _problems(record.looked[1], post.file),
    ]
    files = {path: _file_values(found) for path, found in record.files.items()}
    asked = None if record.asked is None else [list(record.asked), list(record.shown)]
    # Whatever would not come back the same is found out anew by each reading.
    if not _comes_back(record, zone):
        return None
    return (_text(facts), _text(asked), _text(files), zlib.compress(_text(rest).encode(), 1))


def _comes_back(record: Record, zone: tzinfo) -> bool:
    """Return whether what may be of any type is of one that JSON has: the rest is by its type."""
    post, article = record.post, record.article
    shown = [problem for file in record.files.values() if file for problem in file.problems]
    problems = [*record.parsed, *record.hung, *record.rendered, *shown]
    problems += [*record.looked[0], *record.looked[1]]
    if problems and repr(_restored(json.loads(_text(_problems(problems, ""))), "")) != repr(
        problems
    ):
        return False
    instants = [at for name in _INSTANTS if (at := getattr(post, name))]
    same = all(repr(_instant(_instant_text(at, zone), zone)) == repr(at) for at in instants)
    return same and not (article and article.card)


def unpacked(file: str, facts: list[Any], rest: bytes, zone: tzinfo) -> Record:
    """Return the record of a file, without the answers about files and what they rest on."""
    (
        sure, made_from, values, parsed, written, hung, light, rendered, posts, rules, lacking,
        within,
    ) = facts  # fmt: skip
    values["file"] = file
    values.setdefault("social", {})
    post = restored(Post, _post_fields(values, zone), partial(_post_rest, rest))
    article = None
    if light is not None:
        light["links"] = tuple(light["links"])
        light["post"], light["card"] = post, None
        article = restored(Article, light, partial(_content, rest))
    return Record(
        made_from,
        post,
        _restored(parsed, file),
        tuple(GalleryItem(*item) for item in written),
        _restored(hung, file),
        {},
        {href: (at, key) for href, (at, key) in posts.items()},
        article,
        _restored(rendered, file),
        rules,
        (_restored(lacking, file), _restored(within, file)),
        () if sure else None,
    )


def files_of(answers: str) -> dict[str, SourceFile | None]:
    """Return the answers about files."""
    return {path: _file(values) for path, values in json.loads(answers).items()}


def _post_values(post: Post, zone: tzinfo) -> dict[str, Any]:
    values = {
        name: value
        for name, default in _DEFAULTS.items()
        if (value := getattr(post, name)) != default
    }
    values |= {"key": post.key, "title": post.title, "lines": dict(post.lines)}
    if post.social:
        values["social"] = dict(post.social)
    for name in _INSTANTS:
        if name in values:
            values[name] = _instant_text(values[name], zone)
    if post.gallery:
        values["gallery"] = [[item.path, item.alt, item.caption] for item in post.gallery]
    return values


def _post_fields(values: dict[str, Any], zone: tzinfo) -> dict[str, Any]:
    if "kind" in values:
        values["kind"] = _KINDS[values["kind"]]
    if "status" in values:
        values["status"] = Status(values["status"])
    for name in _TUPLES & values.keys():
        values[name] = tuple(values[name])
    for name in _INSTANTS & values.keys():
        values[name] = _instant(values[name], zone)
    if "gallery" in values:
        values["gallery"] = tuple(GalleryItem(*item) for item in values["gallery"])
    return values


def _instant_text(at: datetime, zone: tzinfo) -> str:
    return (at.replace(tzinfo=None) if at.tzinfo is zone else at).isoformat()


def _instant(text: str, zone: tzinfo) -> datetime:
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=zone)


def _problems(problems: Sequence[Problem], file: str) -> list[Any]:
    """Return problems as values; most are in the post's own file."""
    return [
        [p.code, p.where.line, dict(p.params), p.severity.value]
        + ([] if p.where.file == file else [p.where.file])
        for p in problems
    ]


def _restored(values: Sequence[Any], file: str) -> list[Problem]:
    if not values:  # of most
        return []
    return [
        Problem(code, Where(elsewhere[0] if elsewhere else file, line), params, Severity(severity))
        for code, line, params, severity, *elsewhere in values
    ]


def _file_values(file: SourceFile | None) -> list[Any] | None:
    if file is None:
        return None
    return [file.path, file.digest, file.use and file.use.value, _problems(file.problems, "")]


def _file(values: Sequence[Any] | None) -> SourceFile | None:
    if values is None:
        return None
    path, digest, use, problems = values
    return SourceFile(path, digest, Use(use) if use else None, tuple(_restored(problems, "")))


def _rest(packed_: bytes) -> dict[str, Any]:
    values: dict[str, Any] = json.loads(zlib.decompress(packed_))
    return values


def _post_rest(packed_: bytes) -> Mapping[str, object]:
    values = _post_fields(_rest(packed_)["post"], UTC)  # no instant is among them
    return {name: _DEFAULTS[name] for name in _LATE if name in _DEFAULTS} | values


def _content(packed_: bytes) -> Mapping[str, object]:
    values = _rest(packed_)
    return {
        "html": values["html"],
        "text": values["text"],
        "pictures": tuple(Picture(*each) for each in values["pictures"]),
        "attachments": tuple(Attachment(*each) for each in values["attachments"]),
    }
