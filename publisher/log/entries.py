"""What the log tells people: one line of its history, and one run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from publisher.model import Decision, Problem


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of history.

    what: the Event of the publication that it made, else the action (create, upload, ...).
    state: a State, or "started" for an act that has no end in the log.
    key: of the post; for an upload the picture's digest; for a term ``taxonomy/name``.
    publication_id: of the row in publications, 0 when there is none. person: who asked for
    its run by the web desk, "" for nobody by name. decision: what a person decided, for a line
    that is about that.
    """

    at: datetime
    run_id: int
    site: str
    key: str
    what: str
    state: str
    action: str = ""
    name: str = ""
    title: str = ""
    remote_id: str = ""
    url: str = ""
    problem: Problem | None = None
    publication_id: int = 0
    person: str = ""
    decision: Decision | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """One run: ``finished_at`` and ``exit_status`` are None when it was cut short."""

    id: int
    mode: str
    version: str
    host: str
    started_at: datetime
    finished_at: datetime | None = None
    exit_status: int | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    person: str = ""
