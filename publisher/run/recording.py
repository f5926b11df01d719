"""Activities: told to the log alone, in the run that publishes the rest."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import TYPE_CHECKING

from publisher.activities import Agenda, agenda, is_activity
from publisher.apply import Outcome
from publisher.model import NO_SITE, Memory, Problem, State
from publisher.plan import Action, ActionKind
from publisher.run.reading import Reading

if TYPE_CHECKING:
    from publisher.log import Log


def agenda_of(
    reading: Reading, memory: Memory, now: datetime, keys: Collection[str] = ()
) -> Agenda:
    """Return what the activities of the folder call for, all of them or those named."""
    web = {post.key: post.file for post in reading.posts if not is_activity(post)}
    made = agenda(reading.activities, reading.present, web, memory.publications, now)
    return Agenda(
        tuple(e for e in made.entries if not keys or e.row.key in keys),
        tuple(row for row in made.waiting if not keys or row.key in keys),
        _problems(made, reading, memory),
    )


def _problems(made: Agenda, reading: Reading, memory: Memory) -> tuple[Problem, ...]:
    """Return its problems; what seems missing may be a file that can't be read yet."""
    sure = reading.knows_all(memory)
    return tuple(p for p in made.problems if sure or p.code != "activity-missing")


def actions_of(made: Agenda) -> list[Action]:
    """Return an agenda as actions, as a plan shows them."""
    return [
        *(
            Action(ActionKind.RECORD, NO_SITE, e.row.key, e.reason, event=e.row.event)
            for e in made.entries
        ),
        *(
            Action(ActionKind.WAIT, NO_SITE, row.key, "date", due=row.shown_at)
            for row in made.waiting
        ),
    ]


def record(log: Log, made: Agenda, tell: Callable[[Outcome], None]) -> list[Outcome]:
    """Write an agenda into the log and return an outcome for each row."""
    if not made.entries:
        return []
    outcomes: list[Outcome] = []
    run_id = log.start_run("record")
    for entry in made.entries:
        log.record(run_id, entry.row)
        outcome = Outcome(
            ActionKind.RECORD, NO_SITE, entry.row.key, State.DONE, reason=entry.reason
        )
        outcomes.append(outcome)
        tell(outcome)
    log.finish_run(run_id, 0, {State.DONE.value: len(outcomes)})
    return outcomes
