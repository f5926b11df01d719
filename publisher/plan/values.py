"""Actions as values: what is to be done, and what must be asked first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from publisher.model import (
    Article,
    Credit,
    Decision,
    Event,
    Problem,
    Publication,
    RemotePost,
)


class ActionKind(StrEnum):
    """What is to be done with a post on a site."""

    CREATE = "create"
    UPDATE = "update"
    ADOPT = "adopt"
    WITHDRAW = "withdraw"
    WAIT = "wait"
    CONFLICT = "conflict"
    KEEP = "keep"
    RECORD = "record"  # an activity, told to the log alone


class Choice(StrEnum):
    """What to do about a conflict: leave it, take the site's version, or the file's."""

    ASK = "ask"
    KEEP_SITE = "keep_site"
    OVERWRITE = "overwrite"


@dataclass(frozen=True, slots=True)
class Action:
    """One post on one site, and what is to be done.

    due: when (aware), for what waits. reason: a code that a face words. event: what the log
    is told when it is done. digest: of what the site then holds; article_digest: of the
    article in it, "" when that is not known. links: addresses of the posts it links to, by
    key, where known. remote: what the site holds now, if looked at. credit: the source that a
    copy states. move: what gave it another date than its file has. barred: whether what the
    file says may not be sent, because no editor approved it. sent_as: the key under which it was
    sent when the answer was lost, if its file has another name since.
    """

    kind: ActionKind
    site: str
    key: str
    reason: str
    due: datetime | None = None
    event: Event | None = None
    article: Article | None = None
    publication: Publication | None = None
    remote: RemotePost | None = None
    digest: str = ""
    article_digest: str = ""
    slug: str = ""
    status: str = "publish"
    links: Mapping[str, str] = field(default_factory=dict)
    credit: Credit | None = None
    move: Decision | None = None
    barred: bool = False
    sent_as: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A post that must be looked at on its site: by id when known there, by slug, or by both."""

    site: str
    key: str
    id: str = ""
    slugs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """Actions in the order in which they are to be done, and what a person should know.

    at_rest: keys of posts that stand everywhere as they should. Nothing is to be done with them,
    whatever the hour and whatever becomes of other posts, until their file or the log of them
    changes.
    """

    actions: tuple[Action, ...]
    problems: tuple[Problem, ...] = ()
    at_rest: frozenset[str] = frozenset()


Seen = Mapping[str, Sequence[RemotePost]]
"""What each site answered, by site name."""
