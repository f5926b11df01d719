"""How things look in a terminal, and as JSON for machines."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, tzinfo
from gettext import gettext as _
from gettext import ngettext
from typing import Any, Protocol

import click

from publisher import messages
from publisher.model import Problem, Severity


def show_problem(problem: Problem, *, err: bool = False) -> None:
    """Print a problem as ``file:line: error: what`` and, below it, what to do."""
    where = problem.where.file
    if where and problem.where.line:
        where = f"{where}:{problem.where.line}"
    error = problem.severity is Severity.ERROR
    label = click.style(_("error"), fg="red", bold=True) if error else _warning()
    start = f"{where}: {label}" if where else label
    click.echo(f"{start}: {messages.message(problem)}", err=err)
    if advice := messages.hint(problem):
        click.echo(f"    → {advice}", err=err)


def _warning() -> str:
    return click.style(_("warning"), fg="yellow", bold=True)


def show_problems(problems: Iterable[Problem], *, err: bool = False) -> None:
    """Print problems, errors last, so that they stand where the eye is."""
    for problem in sorted(problems, key=lambda p: p.severity is Severity.ERROR):
        show_problem(problem, err=err)


def counted(problems: Sequence[Problem]) -> str:
    """Return how many errors and warnings there are, in words."""
    errors = sum(1 for p in problems if p.severity is Severity.ERROR)
    warnings = len(problems) - errors
    return ", ".join(
        (
            ngettext("{n} error", "{n} errors", errors).format(n=errors),
            ngettext("{n} warning", "{n} warnings", warnings).format(n=warnings),
        )
    )


def problem_json(problem: Problem) -> dict[str, object]:
    """Return a problem as machines read it."""
    return {
        "file": problem.where.file,
        "line": problem.where.line,
        "code": problem.code,
        "severity": problem.severity.value,
        "message": messages.message(problem),
        "hint": messages.hint(problem),
    }


def as_text(value: object) -> str:
    """Return a value as JSON, Vietnamese letters as they are."""
    return json.dumps(value, ensure_ascii=False, indent=2)


def print_json(value: object) -> None:
    """Print a value as JSON."""
    click.echo(as_text(value))


def table(rows: Sequence[Sequence[object]], heads: Sequence[str] = (), right: int = -1) -> None:
    """Print columns; column ``right`` holds numbers and is aligned so."""
    texts = [[str(cell) for cell in row] for row in ([heads] if heads else []) + list(rows)]
    if not texts:
        return
    widths = [max(len(row[column]) for row in texts) for column in range(len(texts[0]))]
    for number, row in enumerate(texts):
        cells = [
            cell.rjust(width) if column == right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        line = "  ".join(cells).rstrip()
        click.echo(click.style(line, bold=True) if heads and number == 0 else line)


def local(moment: datetime | None, zone: tzinfo) -> str:
    """Return an instant as people write it here: ``15/03/2023 08:00``."""
    return f"{moment.astimezone(zone):%d/%m/%Y %H:%M}" if moment else ""


class Meter(Protocol):
    """Told of progress: so many steps more; one step done, and the line that says which."""

    def expect(self, steps: int) -> None: ...  # noqa: D102

    def step(self, line: str) -> None: ...  # noqa: D102


class _Lines:
    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet

    def expect(self, steps: int) -> None:
        pass

    def step(self, line: str) -> None:
        if line and not self._quiet:
            click.echo(line)


class _Bar:
    def __init__(self) -> None:
        self._bar: Any = None
        self._lines: list[str] = []

    def expect(self, steps: int) -> None:
        if self._bar is None:
            self._bar = click.progressbar(length=steps, label=_("Sending"))
            self._bar.__enter__()
        else:
            self._bar.length += steps

    def step(self, line: str) -> None:
        if line:
            self._lines.append(line)
        if self._bar:
            self._bar.update(1)

    def end(self) -> None:
        if self._bar:
            self._bar.__exit__(None, None, None)
        for line in self._lines:
            click.echo(line)


@contextmanager
def meter(*, quiet: bool) -> Iterator[Meter]:
    """Show progress: a bar on a terminal, a line for each step elsewhere, nothing if quiet."""
    if quiet or not sys.stdout.isatty():
        yield _Lines(quiet=quiet)
        return
    bar = _Bar()
    try:
        yield bar
    finally:
        bar.end()
