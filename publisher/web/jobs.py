"""What takes long: one after the other in the background, looked at on a page of its own."""

from __future__ import annotations

import logging
import queue
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from publisher import mishaps
from publisher.apply import Outcome
from publisher.errors import PublisherError
from publisher.model import Problem
from publisher.run import Result

_KEPT = 100  # jobs whose pages can still be looked at
_log = logging.getLogger(__name__)


class Task(StrEnum):
    """What a job does."""

    LOOK = "look"
    PUBLISH = "publish"
    WITHDRAW = "withdraw"
    PROVE = "prove"


@dataclass(slots=True)
class Job:
    """One job: asked for by a person, for a post ("" when it is about no single one).

    expected: acts in all, as far as known. outcomes: those that are done. result: of a run.
    problems: why it could not be done, or what proving found. report: file of a mistake of our
    own. moved: the site changed after it was looked at, so nothing was done.
    """

    id: str
    task: Task
    key: str
    person: str
    asked: datetime
    started: datetime | None = None
    ended: datetime | None = None
    waits: bool = False
    expected: int = 0
    outcomes: list[Outcome] = field(default_factory=list)
    result: Result | None = None
    problems: tuple[Problem, ...] = ()
    report: str = ""
    moved: bool = False

    @property
    def failed(self) -> bool:
        """Whether it could not be done at all."""
        return bool(self.report) or (self.result is None and bool(self.problems))


class Worker:
    """Does jobs one by one in a thread of its own, which ends with the program."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._jobs: dict[str, Job] = {}
        self._queue: queue.SimpleQueue[tuple[Job, Callable[[Job], None]] | None] = (
            queue.SimpleQueue()
        )
        self._thread = threading.Thread(target=self._work, name="worker-of-the-desk", daemon=True)

    def add(self, task: Task, key: str, person: str, work: Callable[[Job], None]) -> Job:
        """Ask for a job and return it; the same one when it is waiting or under way already."""
        with self._lock:
            for known in self._jobs.values():
                if (known.task, known.key) == (task, key) and known.ended is None:
                    return known
            job = Job(secrets.token_urlsafe(12), task, key, person, self._now())
            self._jobs[job.id] = job
            ended = [each.id for each in self._jobs.values() if each.ended]
            for id_ in ended[: max(0, len(self._jobs) - _KEPT)]:
                del self._jobs[id_]
            if not self._thread.is_alive():
                self._thread.start()
        self._queue.put((job, work))
        return job

    def find(self, id_: str) -> Job | None:
        """Return the job of an id as it is now: a page is not to change while it is made."""
        with self._lock:
            job = self._jobs.get(id_)
        # The end is read before the result, which is there by then.
        return replace(job) if job else None

    def last(self, task: Task) -> Job | None:
        """Return the newest job of a task that ended."""
        with self._lock:
            ended = [job for job in self._jobs.values() if job.task is task and job.ended]
        return ended[-1] if ended else None

    def under_way(self) -> list[Job]:
        """Return the jobs that have not ended."""
        with self._lock:
            return [job for job in self._jobs.values() if job.ended is None]

    def close(self, patience: float) -> None:
        """Take no more jobs, and wait for the one in hand; patience: seconds."""
        self._queue.put(None)
        if self._thread.is_alive():
            self._thread.join(patience)

    def _work(self) -> None:
        while (item := self._queue.get()) is not None:
            job, work = item
            job.started = self._now()
            try:
                work(job)
            except PublisherError as error:
                job.problems = error.problems
            except Exception as error:  # the next job is to be done all the same
                job.report = str(mishaps.report(error))
                _log.exception("a job failed")
            job.ended = self._now()
