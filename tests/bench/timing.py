"""Programs run and timed: wall clock, processor, and the most memory they had."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds of wall clock, seconds of processor, and megabytes at most."""

    seconds: float
    processor: float
    peak: float


def took(command: Sequence[str], folder: Path, environ: Mapping[str, str] | None = None) -> Took:
    """Run a program to its end, in a folder. Raise SystemExit with what it said if it failed."""
    begin = time.perf_counter()
    with subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, **(environ or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout is not None
        said = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - begin
    if process.returncode:
        sys.exit(f"{command[-1]} ended with {process.returncode}: {said[-500:]}")
    return Took(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def quickest(ways: Mapping[str, Callable[[], Took]], rounds: int) -> dict[str, Took]:
    """Let ways take turns, so that all meet the same machine; return the quickest of each."""
    taken: dict[str, list[Took]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            taken[name].append(way())
    return {name: min(each, key=lambda one: one.seconds) for name, each in taken.items()}
