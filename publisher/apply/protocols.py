"""What the engine needs of a site and of the log, and what it says of its acts."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from publisher.model import (
    Attempt,
    Draft,
    Media,
    Memory,
    Problem,
    Publication,
    RemoteMedia,
    RemotePost,
    SiteInfo,
    State,
    Upload,
)
from publisher.plan import ActionKind


class Site(Protocol):
    """A place where posts are published. Every call may raise a SiteError, nothing else.

    name: of the site in config.toml. editor: form of the content, "blocks" or "classic".
    connections: how many calls may run at once.
    """

    name: str
    editor: str
    connections: int

    def about(self) -> SiteInfo:
        """Prove the account and return what the site says of itself."""
        ...

    def find(self, ids: Sequence[str] = (), slugs: Sequence[str] = ()) -> list[RemotePost]:
        """Return the posts, in every status and the trash too, with these ids or slugs.

        A slug also means its ``-2``, ``-3`` and ``__trashed`` forms.
        """
        ...

    def published(
        self, first: datetime, until: datetime, *, author: str = "", category: str = ""
    ) -> list[RemotePost]:
        """Return what visitors see, whoever put it there, dated from first on, before until.

        author: an account or the name shown; category: a name; "" for all.
        """
        ...

    def answers(self, url: str) -> str:
        """Return "" when a visitor is shown this address, else what is said, such as 404."""
        ...

    def find_media(self, digest: str) -> RemoteMedia | None:
        """Return the picture whose file name carries this digest, or None."""
        ...

    def terms(self, taxonomy: str, names: Sequence[str]) -> dict[str, str]:
        """Return the ids of those terms that exist; taxonomy: "categories" or "tags"."""
        ...

    def create_term(self, taxonomy: str, name: str) -> str:
        """Create a term and return its id; one that exists meanwhile is as good."""
        ...

    def upload(self, upload: Upload) -> RemoteMedia:
        """Send a picture or an attachment."""
        ...

    def create(self, draft: Draft) -> RemotePost:
        """Create a post and return it as the site holds it."""
        ...

    def update(self, remote_id: str, draft: Draft) -> RemotePost:
        """Change a post, out of the trash too, and return it as the site holds it."""
        ...

    def withdraw(self, remote_id: str) -> RemotePost:
        """Put a post into the trash, from which it can be brought back."""
        ...

    def flush(self) -> None:
        """Finish what can wait to the end of a run."""
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...


class Log(Protocol):
    """The publication log, as the engine writes it; every call is one transaction."""

    def memory(self) -> Memory:
        """Return what the plan must know."""
        ...

    def started(self, run_id: int, attempt: Attempt) -> int:
        """Commit that an act begins; return the id of the row."""
        ...

    def finished(
        self,
        run_id: int,
        attempt_id: int,
        state: State,
        *,
        problem: Problem | None = None,
        publication: Publication | None = None,
        media: RemoteMedia | None = None,
        size: int = 0,
        remote_id: str = "",
        url: str = "",
    ) -> None:
        """Commit how an act ended, with what stands on the site since."""
        ...

    def record(self, run_id: int, publication: Publication) -> None:
        """Commit what is known of a post without an act on the site."""
        ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one action."""

    action: ActionKind
    site: str
    key: str
    state: State
    url: str = ""
    remote_id: str = ""
    problem: Problem | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Hands:
    """What the engine works with besides the plan.

    load: a media item made ready for upload; raises PublisherError. now: the clock.
    tell: called with every outcome, from one thread at a time. stop: set when the person
    wants to stop; what is in hand is finished, the rest is left.
    """

    log: Log
    run_id: int
    load: Callable[[Media], Upload]
    now: Callable[[], datetime]
    tell: Callable[[Outcome], None]
    stop: threading.Event
