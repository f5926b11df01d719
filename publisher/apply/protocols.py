"""What the engine needs of a site and of the log, and what it says of its acts."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from publisher.abilities import Abilities
from publisher.errors import SiteError
from publisher.model import (
    Attempt,
    Draft,
    Ending,
    Gathering,
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

    name: of the site in config.toml. abilities: what it can do; what it can't is not asked of
    it. editor: form of the content, "blocks" or "classic". connections: how many calls may run
    at once.
    """

    name: str
    abilities: Abilities
    editor: str
    connections: int

    def about(self) -> SiteInfo:
        """Prove the account and return what the site says of itself."""
        ...

    def software(self) -> str:
        """Return what the site runs on, with its version if it tells; no error is raised."""
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

    def find_media(self, digests: Sequence[str]) -> dict[str, RemoteMedia]:
        """Return, by digest, the media that were uploaded with one of these, whoever did it."""
        ...

    def complete(self, media: RemoteMedia) -> RemoteMedia:
        """Make whole what an upload left that broke off, as far as that is possible."""
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


@runtime_checkable
class Noticeboard(Protocol):
    """A site that shows the conferences and courses of the office beside its posts."""

    def announce(self, gatherings: Sequence[Gathering]) -> None:
        """Show these from the next flush on, and no others. Raise a SiteError."""
        ...


@runtime_checkable
class Several(Protocol):
    """A site that takes several new posts in one request.

    together: how many at most, 1 once it turned out that it does not.
    """

    together: int

    def create_all(self, drafts: Sequence[Draft]) -> list[RemotePost | SiteError]:
        """Create posts; return each as the site holds it, or why it was not created.

        Raise a SiteError where that is the same for all.
        """
        ...


class Log(Protocol):
    """The publication log, as the engine writes it; every call is one transaction."""

    def memory(self) -> Memory:
        """Return what the plan must know."""
        ...

    def started(self, run_id: int, attempt: Attempt) -> int:
        """Commit that an act begins; return the id of the row."""
        ...

    def begun(self, run_id: int, acts: Sequence[Attempt]) -> list[int]:
        """Commit that acts begin together; return the ids of their rows."""
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

    def ended(self, run_id: int, endings: Sequence[Ending]) -> None:
        """Commit how acts ended that one answer told of."""
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
    wants to stop; what is in hand is finished, the rest is left. ahead: by how much our clock
    is ahead of that of a site, by its name.
    """

    log: Log
    run_id: int
    load: Callable[[Media], Upload]
    now: Callable[[], datetime]
    tell: Callable[[Outcome], None]
    stop: threading.Event
    ahead: Mapping[str, timedelta] = field(default_factory=dict)

    def now_on(self, site: str) -> datetime:
        """Return the time by the clock of a site, never later than by ours."""
        return self.now() - max(self.ahead.get(site, timedelta(0)), timedelta(0))
