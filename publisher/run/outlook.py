"""How things stand, told without asking any site."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from publisher import plan as planning
from publisher.model import Event, Memory, Problem
from publisher.plan import Action, ActionKind
from publisher.run.guarding import guard
from publisher.run.office import Office, log_of
from publisher.run.publishing import published_keys
from publisher.run.reading import Reading, read
from publisher.run.recording import actions_of, agenda_of
from publisher.sources import Folders

if TYPE_CHECKING:
    from publisher.log.entries import Entry
    from publisher.log.entries import Run as LastRun


@dataclass(frozen=True, slots=True)
class Outlook:
    """How things stand, by folder and log alone.

    published: items that stand on sites. due: (site, key) of what a run would look at or send.
    failures: acts that failed and that nothing mended since. reading, memory: what all this
    was made of.
    """

    published: int
    due: tuple[tuple[str, str], ...]
    waiting: tuple[Action, ...]
    failures: tuple[Entry, ...]
    last_run: LastRun | None
    problems: tuple[Problem, ...]
    reading: Reading
    memory: Memory


def look(office: Office) -> Outlook:
    """Return how things stand; no site is asked."""
    with log_of(office) as log:
        memory = log.memory()
        failures, last_run = tuple(log.failures()), log.last_run()
    reading = read(office.config, published_keys(memory))
    guard(reading, memory, office)
    targets = [office.config.target(name) for name in office.config.sites]
    asked, certain = planning.survey(
        reading.articles, reading.present, memory, targets, office.now()
    )
    due = [(q.site, q.key) for q in asked]
    due += [(a.site, a.key) for a in certain if a.kind is ActionKind.WITHDRAW]
    off_web = actions_of(agenda_of(reading, memory, office.now()))
    due += [(a.site, a.key) for a in off_web if a.kind is ActionKind.RECORD]
    return Outlook(
        published(memory),
        tuple(due),
        (
            *(a for a in certain if a.kind is ActionKind.WAIT or a.reason == "scheduled"),
            *(a for a in off_web if a.kind is ActionKind.WAIT),
        ),
        failures,
        last_run,
        reading.problems,
        reading,
        memory,
    )


def look_at_log(office: Office) -> Outlook:
    """Return how things stand by the log alone, while the folder can't be read."""
    with log_of(office) as log:
        memory = log.memory()
        failures, last_run = tuple(log.failures()), log.last_run()
    config = office.config
    unread = Folders(
        config.base, config.posts, config.media_folder, config.state / "cache" / "digests.json"
    )
    reading = Reading(unread, (), (), (), frozenset(), unread=True)
    return Outlook(published(memory), (), (), failures, last_run, (), reading, memory)


_SENT = (Event.PUBLISHED, Event.UPDATED, Event.RESTORED)


def last_sent(office: Office) -> dict[str, datetime]:
    """Return when something was last published or corrected on each site, by the log."""
    with log_of(office) as log:
        rows = (row for row in log.publications() if row.event in _SENT)
        return {row.site: row.at for row in rows if row.at}  # the newest row comes last


def published(memory: Memory) -> int:
    """Return how many items stand on sites."""
    return sum(
        row.status == "publish" and not row.withdrawn for row in memory.publications.values()
    )
