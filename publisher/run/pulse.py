"""What the scheduler says of itself: a file in the state folder, for whoever asks how it is."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from publisher.config import Config
from publisher.model import Problem, Severity, Where

_FORMAT = 1
_TRIES = 5
"""On Windows a file that somebody reads can't be replaced; reading takes a moment."""


@dataclass(frozen=True, slots=True)
class Rest:
    """A site, or a post, that is left alone for a while.

    since: when it first failed. until: when it is tried again. failures: how many times in a
    row it failed.
    """

    problem: Problem
    since: datetime
    until: datetime
    failures: int


@dataclass(frozen=True, slots=True)
class LastTick:
    """The last wake-up that ended. counts: outcomes by state."""

    start: datetime
    end: datetime
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LastJob:
    """The last time a daily job was done, or when it was first waited for (``held`` false)."""

    at: datetime
    held: bool = True
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Pulse:
    """The scheduler as it last wrote of itself; ``ended`` when it stopped in good order.

    busy: what it does at the moment ("scan", "verify", ...), "" when it waits; busy_since:
    since when. waits: keys of posts that wait for a resting site. problems: what keeps it from
    working as it should.
    """

    pid: int
    host: str
    version: str
    started: datetime
    written: datetime
    every: int
    last: LastTick | None = None
    next: datetime | None = None
    busy: str = ""
    busy_since: datetime | None = None
    ended: datetime | None = None
    resting: Mapping[str, Rest] = field(default_factory=dict)
    held: Mapping[tuple[str, str], Rest] = field(default_factory=dict)
    waits: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    jobs: Mapping[str, LastJob] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


def pulse_file(config: Config) -> Path:
    """Return the path of the file."""
    return config.state / "service.json"


def write_pulse(config: Config, pulse: Pulse) -> None:
    """Write the file as a whole. A disk that is full does not matter to the work itself."""
    path = pulse_file(config)
    fresh = path.with_name(f"{path.name}.new")
    with suppress(OSError):
        fresh.write_text(json.dumps(_json(pulse), ensure_ascii=False, indent=1), encoding="utf-8")
        for number in range(_TRIES):
            try:
                fresh.replace(path)
                return
            except PermissionError:
                if number == _TRIES - 1:
                    raise
                time.sleep(0.05)


def read_pulse(config: Config) -> Pulse | None:
    """Return what the file says; None when there is none, or none that can be understood."""
    try:
        values = json.loads(pulse_file(config).read_text(encoding="utf-8"))
        return _pulse(values) if values["format"] == _FORMAT else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def login_noted(config: Config) -> None:
    """Leave word that a password was kept: a scheduler that waits with a site tries again."""
    with suppress(OSError):
        config.state.mkdir(parents=True, exist_ok=True)
        login_file(config).write_text(f"{os.getpid()} {time.time_ns()}\n", encoding="utf-8")


def login_file(config: Config) -> Path:
    """Return the path of the file that changes whenever a password is kept."""
    return config.state / "login.txt"


def _json(pulse: Pulse) -> dict[str, object]:
    last = pulse.last
    return {
        "format": _FORMAT,
        "pid": pulse.pid,
        "host": pulse.host,
        "version": pulse.version,
        "started": _text(pulse.started),
        "written": _text(pulse.written),
        "every": pulse.every,
        "last": last
        and {"start": _text(last.start), "end": _text(last.end), "counts": dict(last.counts)},
        "next": _text(pulse.next),
        "busy": pulse.busy,
        "busy_since": _text(pulse.busy_since),
        "ended": _text(pulse.ended),
        "resting": {name: _rest_json(rest) for name, rest in pulse.resting.items()},
        "held": [
            {"site": site, "key": key, **_rest_json(rest)}
            for (site, key), rest in pulse.held.items()
        ],
        "waits": {name: list(keys) for name, keys in pulse.waits.items()},
        "jobs": {
            name: {
                "at": _text(job.at),
                "held": job.held,
                "problems": [_problem_json(problem) for problem in job.problems],
            }
            for name, job in pulse.jobs.items()
        },
        "problems": [_problem_json(problem) for problem in pulse.problems],
    }


def _pulse(values: Mapping[str, Any]) -> Pulse:
    started, written = _instant(values["started"]), _instant(values["written"])
    if started is None or written is None:
        raise ValueError("a time is missing")
    last = values["last"]
    return Pulse(
        int(values["pid"]),
        str(values["host"]),
        str(values["version"]),
        started,
        written,
        int(values["every"]),
        LastTick(_moment(last["start"]), _moment(last["end"]), dict(last["counts"]))
        if last
        else None,
        _instant(values["next"]),
        str(values["busy"]),
        _instant(values["busy_since"]),
        _instant(values["ended"]),
        {str(name): _rest(rest) for name, rest in values["resting"].items()},
        {(str(rest["site"]), str(rest["key"])): _rest(rest) for rest in values["held"]},
        {str(name): tuple(map(str, keys)) for name, keys in values["waits"].items()},
        {
            str(name): LastJob(
                _moment(job["at"]), bool(job["held"]), tuple(map(_problem, job["problems"]))
            )
            for name, job in values["jobs"].items()
        },
        tuple(map(_problem, values["problems"])),
    )


def _rest_json(rest: Rest) -> dict[str, object]:
    return {
        "since": _text(rest.since),
        "until": _text(rest.until),
        "failures": rest.failures,
        "problem": _problem_json(rest.problem),
    }


def _rest(values: Mapping[str, Any]) -> Rest:
    return Rest(
        _problem(values["problem"]),
        _moment(values["since"]),
        _moment(values["until"]),
        int(values["failures"]),
    )


def _problem_json(problem: Problem) -> dict[str, object]:
    where = problem.where
    return {
        "code": problem.code,
        "file": where.file,
        "line": where.line,
        "params": {
            name: value if isinstance(value, str | int | float) else str(value)
            for name, value in problem.params.items()
        },
        "severity": problem.severity.value,
    }


def _problem(values: Mapping[str, Any]) -> Problem:
    return Problem(
        str(values["code"]),
        Where(str(values["file"]), int(values["line"])),
        dict(values["params"]),
        Severity(values["severity"]),
    )


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _instant(text: str | None) -> datetime | None:
    return _moment(text) if text else None


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("not an instant")
    return moment
