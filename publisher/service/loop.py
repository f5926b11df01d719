"""The loop: wakes at an interval, until it is stopped. What is done then is in ``work``.

``schedule`` only wakes it: what is due is decided from aware instants, so a wake-up that comes
late, early or twice changes nothing.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from schedule import Scheduler

from publisher import run
from publisher.config import Config
from publisher.errors import AlreadyRunningError
from publisher.model import Problem
from publisher.run import Office
from publisher.service.crew import Crew
from publisher.service.signals import Signals
from publisher.service.work import Work

_NAP = 1.0
"""Seconds between two looks at the clock. Windows ends no wait for a signal."""
_GRACE = 2.0
"""Seconds to wait for the place: whoever asks whether a service runs holds it for a moment."""


def serve(
    load: Callable[[], Office],
    crew: Crew,
    signals: Signals,
    *,
    draw: Callable[[], float] = random.random,
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """Publish now and then again and again, until it is asked to stop.

    load: reads the settings; called again when they changed. draw: a number in [0, 1).
    clock: seconds that only go up.

    Raise ConfigError when the settings are wrong from the start, AlreadyRunningError when
    another service has this place.
    """
    office = load()
    with _alone(office):
        work = Work(office, load, crew, signals, draw, run.Settling(clock))
        work.begin()
        try:
            _turn(work, crew, signals)
        finally:
            work.end()


def _turn(work: Work, crew: Crew, signals: Signals) -> None:
    scheduler = Scheduler()
    every = _arm(scheduler, work)
    work.tick()
    while not signals.stop.is_set():
        if signals.wait(min(_NAP, every)) and not signals.stop.is_set():
            scheduler.run_all()  # somebody asked for something
        # The clock that schedule goes by is the computer's own, which people set.
        if every != work.every or (scheduler.idle_seconds or 0.0) > every:
            every = _arm(scheduler, work)
        scheduler.run_pending()
        crew.watchdog.alive()


def _arm(scheduler: Scheduler, work: Work) -> int:
    scheduler.clear()
    scheduler.every(work.every).seconds.do(work.tick)
    return work.every


@contextmanager
def _alone(office: Office) -> Iterator[None]:
    """Hold the place of the service for its life. Raise AlreadyRunningError with who has it."""
    config = office.config
    try:
        with run.hold(config.state / run.SERVICE_LOCK, _GRACE):
            yield
    except AlreadyRunningError as error:
        raise AlreadyRunningError(_who(config)) from error


def _who(config: Config) -> Problem:
    pulse = run.read_pulse(config)
    if pulse is None or pulse.ended:
        return Problem("service-running")
    since = pulse.started.astimezone(config.schedule.timezone)
    params = {"pid": pulse.pid, "host": pulse.host, "since": f"{since:%d/%m/%Y %H:%M}"}
    return Problem("service-running-there", params=params)
