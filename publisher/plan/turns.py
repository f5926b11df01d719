"""Whose turn it is: when posts that nobody has seen yet may go to a site.

Corrections, withdrawals and what is recognised on a site wait for no hours and take no
place: a mistake that everybody can read must not stand until Monday.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from publisher.model import Event, Problem, Severity
from publisher.plan.case import Case, Turn
from publisher.plan.releases import Wish, releases
from publisher.plan.values import Action, ActionKind, Question
from publisher.timetable import Timetable

Decision = tuple[Case, Action | Question | None]


@dataclass(frozen=True, slots=True)
class Line:
    """Those who wait in line for one site.

    taken: instants at which posts appeared there, or will. keys: who is in line, () for all.
    tried: who had a turn in this run, and needs no second place.
    """

    timetable: Timetable
    taken: Sequence[datetime]
    now: datetime
    keys: Collection[str] = ()
    tried: Collection[str] = ()

    def placed(self, cases: Iterable[Case]) -> list[Case]:
        """Return cases, those that nobody has seen yet with their turns.

        As long as there is a place, all that could have it are looked at: what stands on the
        site already, or is a conflict, leaves its place to the next.
        """
        cases = list(cases)
        times = self._times(case for case in cases if case.first)
        free = any(at is not None and at <= self.now for at in times.values())
        is_open = self.timetable.is_open(self.now)
        return [
            replace(c, turn=self._turn(c, times, is_open, free)) if c.first else c for c in cases
        ]

    def _turn(
        self, case: Case, times: Mapping[str, datetime | None], is_open: bool, free: bool
    ) -> Turn:
        key, tried = case.article.key, case.article.key in self.tried
        if case.hands_over:
            due = case.due
            at = self._opens(case, due) if tried and due else times.get(key)
            return Turn(at, due is not None and at == due)
        if case.ahead:
            return Turn(times.get(key), look=False)
        may = is_open or (case.article.post.urgent and self.timetable.urgent_any_time)
        if tried:
            return Turn(self.now, may, may)
        return Turn(times.get(key), key in times and may and free, may)

    def _opens(self, case: Case, moment: datetime) -> datetime | None:
        """Return from when on the hours alone let a post go."""
        if case.article.post.urgent and self.timetable.urgent_any_time:
            return moment
        return self.timetable.opens(moment)

    def settled(self, decided: Iterable[Decision]) -> list[tuple[Decision, Problem | None]]:
        """Return what is decided once the sites have answered: who goes, who waits."""
        decided = list(decided)
        times = self._times(c for c, d in decided if c.first and (not c.turn.look or _sends(d)))
        return [self._settle(case, decision, times) for case, decision in decided]

    def _settle(
        self,
        case: Case,
        decision: Action | Question | None,
        times: dict[str, datetime | None],
    ) -> tuple[Decision, Problem | None]:
        if not case.first or not isinstance(decision, Action):
            return (case, decision), None
        key = case.article.key
        at = times.get(key, case.turn.release)
        if _sends(decision):
            public = decision.remote is not None and decision.remote.status == "publish"
            if public or (case.turn.look and (key in self.tried or self._granted(case, at))):
                return (case, decision), None
            if case.publication and case.publication.status == "future":
                # The site would show it at a time that is not meant any more.
                back = replace(decision, status="draft", event=Event.DRAFTED, reason="moved")
                return (case, back), None
            decision = replace(decision, kind=ActionKind.WAIT, event=None, reason=case.waits_for)
        if decision.kind is not ActionKind.WAIT:
            return (case, decision), None
        post = case.article.post
        problem = None
        if post.expire and (at is None or at >= post.expire):
            params = {"site": case.target.name, "expire": post.expire}
            problem = Problem("expire-first", post.where("expire"), params, Severity.WARNING)
        return (case, replace(decision, due=at)), problem

    def _granted(self, case: Case, at: datetime | None) -> bool:
        if at is None:
            return False
        return at == case.due if case.hands_over else at <= self.now

    def _times(self, cases: Iterable[Case]) -> dict[str, datetime | None]:
        wishes = [
            Wish(case.article.key, case.due, case.article.post.urgent)
            for case in cases
            if case.article.key not in self.tried
            and (not self.keys or case.article.key in self.keys)
        ]
        return releases(wishes, self.timetable, self.taken, self.now)


def _sends(decision: Action | Question | None) -> bool:
    return isinstance(decision, Action) and decision.kind in (ActionKind.CREATE, ActionKind.UPDATE)
