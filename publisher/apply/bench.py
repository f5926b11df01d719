"""What all acts of one run on one site share: the site, the log, whether to go on."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from publisher.apply.protocols import Hands, Site
from publisher.errors import SiteError
from publisher.model import Memory, Problem, State, Target

_T = TypeVar("_T")


class Bench:
    """One run on one site. ``down``: why nothing more can be sent there, once that is known."""

    def __init__(self, site: Site, target: Target, memory: Memory, hands: Hands) -> None:
        self.site = site
        self.target = target
        self.memory = memory
        self.hands = hands
        self.down: Problem | None = None
        self.lock = threading.Lock()

    def settled(self, attempt_id: int, act: Callable[[], _T]) -> _T:
        """Do an act; when it fails, commit how before the error goes on."""
        try:
            return act()
        except SiteError as error:
            problem = error.problems[0]
            self.hands.log.finished(self.hands.run_id, attempt_id, error.state, problem=problem)
            if error.state is State.NOT_SENT or problem.code == "site-auth":
                self.down = problem  # the rest of the run would only wait for the same answer
            raise
