"""What all acts of one run on one site share: the site, the log, whether to go on."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

from publisher.apply.protocols import Hands, Site
from publisher.errors import SiteError
from publisher.model import Memory, Problem, State, Target

_T = TypeVar("_T")
_STRIKES = 3
"""Time-outs in a row, after which a site gets nothing more in this run."""


class Bench:
    """One run on one site. ``down``: why nothing more can be sent there, once that is known.

    unwritten: whether the log could not be written.
    """

    def __init__(self, site: Site, target: Target, memory: Memory, hands: Hands) -> None:
        self.site = site
        self.target = target
        self.memory = memory
        self.hands = hands
        self.down: Problem | None = None
        self.unwritten = False
        self.lock = threading.Lock()
        self._strikes = 0

    @property
    def halted(self) -> bool:
        """Whether nothing more is to be begun."""
        return self.unwritten or self.hands.stop.is_set()

    def settled(self, attempt_id: int, act: Callable[[], _T]) -> _T:
        """Do an act; when it fails, commit how before the error goes on."""
        try:
            answer = act()
        except SiteError as error:
            problem = error.problems[0]
            self.hands.log.finished(self.hands.run_id, attempt_id, error.state, problem=problem)
            self._failed(error)
            raise
        self._strikes = 0
        return answer

    def answers(
        self, number: int, act: Callable[[], Sequence[_T | SiteError]]
    ) -> Sequence[_T | SiteError]:
        """Do so many acts with one call; return for each the answer, or why there is none."""
        try:
            answers = act()
        except SiteError as error:
            self._failed(error)
            return [error] * number
        errors = [answer for answer in answers if isinstance(answer, SiteError)]
        for each in errors:
            self._failed(each)
        if not errors:
            self._strikes = 0
        return answers

    def _failed(self, error: SiteError) -> None:
        """Find out whether the rest of the run would only wait for the same answer."""
        problem = error.problems[0]
        # One post alone can make a site hang; several in a row speak of the site.
        self._strikes = self._strikes + 1 if problem.code == "site-timeout" else 0
        if (
            error.state is State.NOT_SENT
            or problem.code in ("site-auth", "site-rate-limited")
            or self._strikes == _STRIKES
        ):
            self.down = problem
