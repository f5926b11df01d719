"""Today: what went out, what is due, what needs a hand, and the year against the plan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from flask import render_template

from publisher import periods, run
from publisher.model import Event, Problem, Severity, Span, State
from publisher.plan import Action
from publisher.web.archive import Wanted
from publisher.web.desk import Desk
from publisher.web.rights import Right, Route
from publisher.web.sheets import Sheet, View

_SHOWN = 10  # lines of a list; the rest is counted
_OUT = (Event.PUBLISHED.value, Event.RECORDED.value)
_LATEST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Trouble:
    """What needs a hand, of one post or of no single one. site: where an act failed, else ""."""

    problems: tuple[Problem, ...]
    sheet: Sheet | None = None
    site: str = ""


@dataclass(frozen=True, slots=True)
class Wait:
    """A post that waits, and where."""

    sheet: Sheet
    action: Action
    sites: tuple[str, ...]


def routes(desk: Desk) -> list[Route]:
    """Return the addresses of this room."""

    def today() -> str:
        view, now = desk.board.view(), desk.now()
        config = view.config
        day = now.astimezone(config.schedule.timezone).date()
        monday = day - timedelta(days=day.weekday())
        zone = config.schedule.timezone
        out = Wanted(whats=_OUT, state=State.DONE.value, first=day)
        before = replace(out, first=monday, last=day - timedelta(days=1))
        due = view.lists.due
        waiting = sorted(_waiting(view), key=lambda wait: wait.action.due or _LATEST)
        troubles = list(_troubles(view))
        health = run.health(config, now)
        year = run.closed(config, periods.of(Span.YEAR, day))
        figures = desk.board.report(year).figures
        return render_template(
            "today.html",
            day=day,
            now_out=desk.archive.find(out, zone, _SHOWN),
            now_count=desk.archive.count(out, zone),
            earlier=desk.archive.find(before, zone, _SHOWN),
            earlier_count=desk.archive.count(before, zone),
            monday=monday,
            due=due,
            waiting=waiting,
            troubles=troubles,
            pending=view.pending,
            shown=_SHOWN,
            health=health,
            pulse=health.pulse if health.running else None,
            last_run=view.look.last_run,
            figures=figures,
            reminder=run.reminder(config, day),
            config=config,
            away=view.away,
            empty=not view.sheets and not view.away,
            jobs=desk.worker.under_way(),
            whole=next((p for p in figures.progress if p.target.group == "total"), None),
        )

    return [Route("/", "today", today, Right.SEE)]


def _waiting(view: View) -> Iterator[Wait]:
    """Yield what waits, once for all sites on which it waits for the same."""
    for sheet in view.lists.waiting:
        alike: dict[tuple[str, bool, datetime | None], list[Action]] = {}
        for action in sheet.waiting:
            alike.setdefault((action.reason, action.barred, action.due), []).append(action)
        for actions in alike.values():
            yield Wait(sheet, actions[0], tuple(action.site for action in actions))


def _troubles(view: View) -> Iterator[Trouble]:
    """Yield what needs a hand: failed acts, conflicts, posts with errors, then the rest."""
    for entry in view.look.failures:
        if entry.problem:
            yield Trouble((entry.problem,), view.sheets.get(entry.key), entry.site)
    for sheet in view.lists.held:
        for site, problem in sheet.held:
            yield Trouble((problem,), sheet, site)
    for sheet in view.lists.wrong:
        yield Trouble(_errors(sheet.problems), sheet)
    for problem in _errors(view.strays):
        yield Trouble((problem,))


def _errors(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    return tuple(problem for problem in problems if problem.severity is Severity.ERROR)
