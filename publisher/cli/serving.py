"""``run``: publishing by itself."""

from __future__ import annotations

import logging
import os
import sys
import threading
from contextlib import ExitStack
from datetime import UTC, datetime
from gettext import gettext as _

import click

from publisher import messages, service
from publisher.apply import Outcome
from publisher.cli.commands import Command
from publisher.cli.exits import Exit
from publisher.cli.listening import desk_options
from publisher.cli.output import local, show_problem
from publisher.cli.program import Settings
from publisher.cli.publishing import outcome_line, summary
from publisher.config import Config
from publisher.errors import PublisherError
from publisher.model import Problem, Severity, State
from publisher.run import Office
from publisher.service import Crew, Signals, Tick, logfile
from publisher.service.telling import Herald
from publisher.service.watchdog import Watchdog


@click.command(cls=Command, help=_("Publish by itself until it is stopped."))
@click.option("--web", is_flag=True, help=_("Serve the desk in the browser as well."))
@desk_options
@click.pass_context
def run(
    ctx: click.Context, *, web: bool, host: str | None, port: int | None, no_browser: bool
) -> None:
    """Publish what is due, again and again, until Ctrl-C."""
    settings: Settings = ctx.obj
    if not web and (host or port is not None or no_browser):
        raise click.UsageError(_("--host, --port and --no-browser belong to --web."))
    config = settings.load()
    words = _("Looking every {every} seconds for posts that are due. Stop with Ctrl-C.")
    words = words.format(every=config.schedule.every)
    click.echo(words)
    _log(config).info(words)
    screen = Screen(config, verbose=settings.verbose)

    def load() -> Office:
        fresh = settings.load()
        if fresh != screen.config:
            _log(fresh)
        screen.config = fresh
        return settings.office(fresh)

    def herald(office: Office) -> Herald:
        return Herald(office, os.environ, screen.complain)

    crew = Crew(herald, Watchdog(os.environ), screen.show, screen.tell)
    signals = Signals()
    try:
        with ExitStack() as stack:
            stack.enter_context(service.listening(signals, _stopping, Exit.INTERRUPTED))
            if web:
                from publisher.cli.desk import opened_desk

                browser = not no_browser and sys.stdout.isatty()
                desk = opened_desk(settings, host, port, browser=browser)
                server = stack.enter_context(desk)
                thread = threading.Thread(target=server.run, name="desk", daemon=True)
                thread.start()
            service.serve(load, crew, signals)
    except PublisherError as error:
        for problem in error.problems:
            _note(problem)
        raise
    finally:
        _logger.info(_("Stopped."))
        logfile.take_down()


_logger = logging.getLogger(logfile.LOGGER)


def _log(config: Config) -> logging.Logger:
    return logfile.set_up(config, config.schedule.timezone)


def _stopping() -> None:
    # From within a signal: the log file may be in the midst of a line.
    click.echo(_("Stopping after what is being sent now ..."), err=True)


def _note(problem: Problem) -> None:
    """Write a problem into the log file; whoever called shows it."""
    where = f"{problem.where.file}: " if problem.where.file else ""
    lines = [f"{where}{messages.message(problem)}"]
    if advice := messages.hint(problem):
        lines.append(f"→ {advice}")
    error = problem.severity is Severity.ERROR
    _logger.log(logging.ERROR if error else logging.WARNING, "\n".join(lines))


class Screen:
    """What is printed in the course of weeks: each thing once, with its time, until it changes."""

    def __init__(self, config: Config, *, verbose: bool) -> None:
        self.config = config
        self._verbose = verbose
        self._summary = ""
        self._problems: set[str] = set()
        self._resting: list[str] = []

    def tell(self, outcome: Outcome) -> None:
        """Print an outcome, at once."""
        if line := outcome_line(outcome, verbose=self._verbose):
            click.echo(line)
            done = outcome.state is State.DONE
            _logger.log(logging.INFO if done else logging.WARNING, line)
        if outcome.problem:
            _note(outcome.problem)

    def complain(self, problem: Problem) -> None:
        """Print why a message to people did not arrive."""
        self._problem(datetime.now(UTC), problem)

    def show(self, tick: Tick) -> None:
        """Print what is new of a wake-up."""
        for problem in tick.problems:
            if _said(problem) not in self._problems:
                self._problem(tick.at, problem)
        if self._problems and not tick.problems:
            self._line(tick.at, _("What was wrong is mended."))
        self._problems = {_said(problem) for problem in tick.problems}
        for name, rest in tick.resting.items():
            if name not in self._resting:
                self._problem(tick.at, rest.problem)
                self._line(tick.at, messages.resting(name, rest, self.config.schedule.timezone))
        for name in self._resting:
            if name not in tick.resting:
                self._line(tick.at, _("Site {site}: the way in is free again.").format(site=name))
        self._resting = list(tick.resting)
        if tick.result is None:
            return
        now = summary(tick.result)
        if tick.result.outcomes or now != self._summary:
            self._summary = now
            self._line(tick.at, now)

    def _problem(self, at: datetime, problem: Problem) -> None:
        self._line(at, "", err=True)
        show_problem(problem, err=True)
        _note(problem)

    def _line(self, at: datetime, words: str, *, err: bool = False) -> None:
        if words:
            _logger.info(words)
        when = local(at, self.config.schedule.timezone)
        click.echo(f"{when}  {words}".rstrip(), err=err)


def _said(problem: Problem) -> str:
    # What a person reads: params that differ from time to time, such as seconds, do not count.
    return f"{problem.code} {problem.where}"
