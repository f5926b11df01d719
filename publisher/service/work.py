"""The work of each wake-up: settings looked at, posts published, daily jobs done."""

from __future__ import annotations

import os
import platform
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from publisher import __version__, mishaps, periods, run
from publisher.apply import Outcome
from publisher.errors import AlreadyRunningError, ConfigError, LogError, PublisherError
from publisher.model import Problem, Severity, Span, Verdict, Where
from publisher.plan import Action
from publisher.run import LastJob, LastTick, Office, Pulse, Rest, Result, Settling
from publisher.service import jobs, resting, watching
from publisher.service.crew import Crew, Herald
from publisher.service.signals import Signals
from publisher.service.ticks import Tick

BACKUP, VERIFY, DIGEST = "backup", "verify", "digest"
_BLOCKED = timedelta(minutes=30)
"""So long a command by hand may take before its standing in the way is worth a word."""
_KNOWN = timedelta(days=7)
"""So long what a verification found is not written into the log again."""
_AGAIN = timedelta(minutes=30)
"""After so long a daily job that the log hindered is tried again."""


class Work:
    """What a service does at its wake-ups, and all that it remembers between them.

    load: reads the settings anew; raises ConfigError. draw: a number in [0, 1).
    settling: which files stand still; None: all do.
    """

    def __init__(
        self,
        office: Office,
        load: Callable[[], Office],
        crew: Crew,
        signals: Signals,
        draw: Callable[[], float],
        settling: Settling | None,
    ) -> None:
        self.office = office
        self._load = load
        self._crew = crew
        self._signals = signals
        self._draw = draw
        self._settling = settling
        self._rests: dict[str, Rest] = {}
        self._held: dict[resting.Item, Rest] = {}
        self._acts: dict[resting.Item, tuple[str, str]] = {}
        self._blocked: datetime | None = None
        self._mistakes: dict[str, Problem] = {}
        self._hindered: dict[str, tuple[datetime, tuple[Problem, ...]]] = {}
        self._seen = watching.look(office.config)
        self._wrong: tuple[Problem, ...] = ()  # with config.toml as it is now
        self._works = run.working_days(office.config)
        self._herald: Herald = crew.herald(office)
        self._pulse = self._first_pulse()

    @property
    def every(self) -> int:
        """Seconds between two wake-ups."""
        return self.office.config.schedule.every

    def begin(self) -> None:
        """Say that the service begins."""
        self._write()
        self._safely(self._herald.started)
        self._crew.watchdog.ready()

    def end(self) -> None:
        """Say that the service ended in good order."""
        self._crew.watchdog.stopping()
        self._safely(self._herald.stopped)
        self._write(busy="", busy_since=None, next=None, ended=self._now())

    def tick(self) -> None:
        """Do the work of one wake-up. Nothing that goes wrong in it leaves here."""
        start = self._now()
        self._write(busy="scan", busy_since=start)
        self._safely(lambda: self._herald.begin())
        self._look_at_settings()
        result, problems = self._scan()
        problems += self._daily()
        problems += self._wrong
        if not result and self._blocked and not problems:
            problems += self._in_the_way()
        tick = Tick(start, result, tuple(problems), self._rests, self._held)
        counts: dict[str, int] = {}
        for outcome in result.outcomes if result else ():
            counts[outcome.state.value] = counts.get(outcome.state.value, 0) + 1
        # Whoever hears of it may look here at once.
        self._write(
            last=LastTick(start, self._now(), counts),
            resting=dict(self._rests),
            held=dict(self._held),
            waits=dict(result.waits) if result else self._pulse.waits,
            problems=tick.problems,
        )
        self._safely(lambda: self._herald.tick(tick))
        self._safely(lambda: self._crew.show(tick))
        following = self._now() + timedelta(seconds=self.every)
        self._write(busy="", busy_since=None, next=following)
        self._crew.watchdog.alive()

    # Publishing

    def _scan(self) -> tuple[Result | None, list[Problem]]:
        now = self._now()
        rests = {n: r for n, r in self._rests.items() if resting.lasts(r, now)}
        held = {item: r for item, r in self._held.items() if resting.lasts(r, now)}

        def hold(action: Action) -> bool:
            # A file that was changed, or another answer of the site, is tried at once.
            item = (action.site, action.key)
            return item in held and self._acts.get(item) == _act(action)

        try:
            result = run.publish(
                self.office,
                expect=lambda _count: self._crew.watchdog.alive(),
                tell=self._tell,
                stop=self._signals.stop,
                mode="run",
                without=list(rests),
                hold=hold,
                settling=self._settling,
            )
        except AlreadyRunningError:
            self._blocked = self._blocked or now
            return None, []
        except Exception as error:
            self._blocked = None
            return None, self._told(error)
        self._blocked = None
        self._acts |= {(a.site, a.key): _act(a) for a in result.actions}
        self._rests, self._held = resting.after(
            self._rests, self._held, result, self._now(), self._draw
        )
        self._acts = {item: act for item, act in self._acts.items() if item in self._held}
        return result, []

    def _tell(self, outcome: Outcome) -> None:
        self._crew.watchdog.alive()
        self._safely(lambda: self._crew.tell(outcome))

    def _in_the_way(self) -> list[Problem]:
        """Return the trouble that somebody keeps the log for very long."""
        if self._blocked and self._now() - self._blocked > _BLOCKED:
            return [Problem("log-kept", params={"log": str(self.office.config.log_url)})]
        return []

    # Daily jobs

    def times(self) -> dict[str, jobs.Daily]:
        """Return the daily jobs of this office, with their times."""
        schedule = self.office.config.schedule
        wanted = {
            BACKUP: jobs.Daily(schedule.backup_at) if schedule.backup_at else None,
            VERIFY: jobs.Daily(schedule.verify_at) if schedule.verify_at else None,
            DIGEST: jobs.Daily(schedule.digest_at, self._works) if schedule.digest_at else None,
        }
        return {name: job for name, job in wanted.items() if job}

    def _daily(self) -> list[Problem]:
        """Do the daily jobs that are due; return what they, and those before, found wrong."""
        found: list[Problem] = []
        acts: Mapping[str, Callable[[], list[Problem]]] = {
            BACKUP: self._maintain,
            VERIFY: self._verify,
            DIGEST: self._digest,
        }
        for name in self._due():
            if self._signals.stop.is_set():
                break
            self._write(busy=name, busy_since=self._now())
            try:
                problems = acts[name]()
            except AlreadyRunningError:
                continue  # somebody is at work with the log: at the next wake-up
            except LogError as error:
                self._hindered[name] = (self._now(), error.problems)
                continue
            except Exception as error:
                problems = self._told(error)
            self._job_done(name, LastJob(self._now(), problems=tuple(problems)))
        for name in self.times():
            if name in self._hindered:
                found += self._hindered[name][1]
            else:
                found += self._pulse.jobs[name].problems
        return found

    def _due(self) -> list[str]:
        """Return the jobs that are due; one that the log hindered is tried again in a while."""
        times, now = self.times(), self._local()
        self._hindered = {
            name: (when, problems)
            for name, (when, problems) in self._hindered.items()
            if timedelta(0) <= now - when < _AGAIN
        }
        for name in times:
            if name not in self._pulse.jobs:  # waited for from now on
                self._job_done(name, LastJob(now, held=False))
        last = {name: job.at for name, job in self._pulse.jobs.items()}
        return [name for name in jobs.due(times, last, now) if name not in self._hindered]

    def _job_done(self, name: str, job: LastJob) -> None:
        self._write(jobs={**self._pulse.jobs, name: job})

    def _maintain(self) -> list[Problem]:
        return list(run.maintain(self.office, self._crew.watchdog.alive).problems)

    def _verify(self) -> list[Problem]:
        config = self.office.config
        period = run.closed(config, periods.of(Span.YEAR, self._local().date()))
        made = run.verify(self.office, period, tell=lambda _row, _look: self._crew.watchdog.alive())
        wrong = [
            look
            for _row, look in made.looks
            if look.verdict not in (Verdict.SOUND, Verdict.UNREACHABLE, Verdict.CLOSED)
        ]
        if not wrong:
            return []
        params = {"count": len(wrong), "total": len(made.looks)}
        return [Problem("log-verify-differs", params=params, severity=Severity.WARNING)]

    def _digest(self) -> list[Problem]:
        self._safely(lambda: self._herald.day(self._local()))
        return []

    # Settings

    def _look_at_settings(self) -> None:
        """Read config.toml anew when it changed or somebody asks; let sites be tried again."""
        asked, seen = self._signals.reload_asked(), watching.look(self.office.config)
        if seen.config != self._seen.config or asked:
            self._reload()
        elif seen.secrets != self._seen.secrets:
            self._rests, self._held = {}, {}
        self._seen = seen

    def _reload(self) -> None:
        self._crew.watchdog.reloading()
        try:
            fresh = self._load()
        except ConfigError as error:
            first = Problem("config-kept", Where(self.office.config.file))
            self._wrong = (first, *error.problems)
        except Exception as error:
            self._wrong = tuple(self._told(error))
        else:
            self._take(fresh)
        self._crew.watchdog.ready()

    def _take(self, fresh: Office) -> None:
        ours, theirs = self.office.config, fresh.config
        if (ours.state, ours.log_url) != (theirs.state, theirs.log_url):
            # Its lock and its file are held for life.
            self._wrong = (Problem("config-restart", Where(ours.file)),)
            return
        self._wrong = ()
        self.office, self._rests, self._held = fresh, {}, {}
        self._works = run.working_days(fresh.config)
        self._herald = self._crew.herald(fresh)

    # What is remembered, and said

    def _first_pulse(self) -> Pulse:
        config, now = self.office.config, self._now()
        before = run.read_pulse(config)
        if before and not self._changed_since(before.written):
            # Started again and again, a service must not lock an account by wrong log-ins.
            self._rests = {
                name: rest
                for name, rest in before.resting.items()
                if name in config.sites
                and rest.problem.code in resting.LOCKING
                and resting.lasts(rest, now)
            }
        return Pulse(
            os.getpid(),
            platform.node(),
            __version__,
            now,
            now,
            self.every,
            resting=dict(self._rests),
            jobs=before.jobs if before else {},
        )

    def _changed_since(self, moment: datetime) -> bool:
        stamps = (self._seen.config, *self._seen.secrets)
        return any(changed / 1e9 >= moment.timestamp() for _size, changed in stamps)

    def _write(self, **changes: object) -> None:
        changed = {**changes, "written": self._now(), "every": self.every}
        self._pulse = replace(self._pulse, **changed)  # type: ignore[arg-type]
        run.write_pulse(self.office.config, self._pulse)

    def _told(self, error: Exception) -> list[Problem]:
        """Return what people are told of an error; one of our own is written down, once."""
        if isinstance(error, PublisherError):
            return list(error.problems)
        place = traceback.extract_tb(error.__traceback__)[-1]
        known = f"{type(error).__name__} {place.filename} {place.lineno}"
        if known not in self._mistakes:
            file = ""
            with suppress(OSError):
                file = str(mishaps.report(error, self.office.config.state / "reports"))
            params = {"error": f"{type(error).__name__}: {error}"[:200], "file": file}
            self._mistakes[known] = Problem("service-mistake", params=params)
        return [self._mistakes[known]]

    def _safely(self, act: Callable[[], None]) -> None:
        """Do what others are asked for; their mistakes are written down, and no more."""
        try:
            act()
        except Exception as error:
            self._told(error)

    def _now(self) -> datetime:
        return self.office.now()

    def _local(self) -> datetime:
        return self._now().astimezone(self.office.config.schedule.timezone)


def _act(action: Action) -> tuple[str, str]:
    return action.kind.value, action.digest
