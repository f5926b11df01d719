"""The scheduler: wakes at an interval and publishes what is due, until it is stopped.

``schedule`` only wakes it; what is due is decided by the plan, from aware instants, so a
wake-up that comes late or twice changes nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from schedule import Scheduler

from publisher.errors import PublisherError
from publisher.model import Problem
from publisher.run import Result

_NAP = 1.0
"""Seconds between two looks at the clock."""


def serve(
    publish: Callable[[], Result],
    every: int,
    stop: threading.Event,
    tell: Callable[[Result], None],
    complain: Callable[[Problem], None],
) -> None:
    """Publish now and then every ``every`` seconds, until ``stop`` is set.

    tell: given the result of each run. complain: given why a run could not be made; the
    next one is tried all the same.
    """

    def once() -> None:
        try:
            tell(publish())
        except PublisherError as error:
            for problem in error.problems:
                complain(problem)

    scheduler = Scheduler()
    scheduler.every(every).seconds.do(once)
    once()
    while not stop.wait(_NAP):
        scheduler.run_pending()
