"""``plan`` and ``publish``: what is done on the sites."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, tzinfo
from functools import partial
from gettext import gettext as _
from gettext import ngettext
from typing import Any

import click

from publisher import messages, run
from publisher.apply import Outcome
from publisher.cli.commands import Command
from publisher.cli.exits import Exit
from publisher.cli.output import counted, local, meter, print_json, problem_json, show_problems
from publisher.cli.program import Settings
from publisher.config import Config
from publisher.errors import ConfigError
from publisher.model import Decision, Problem, Severity, State
from publisher.plan import EXPIRED, Action, ActionKind, Choice
from publisher.run import Result

_REMIND = 15
"""Working days before the deadline from which every run speaks of it."""


_NEVER = ("expire-missed", "expire-withdrawn", "embargo-published")
"""Warnings of posts with which a run had nothing to do: it never will, unless somebody acts."""

_now_option = click.option(
    "--now",
    "at_once",
    is_flag=True,
    help=_("Whatever the posting hours and limits are; a date or embargo ahead still holds."),
)


@click.command(cls=Command, help=_("Show what publishing would do now; change nothing."))
@click.argument("keys", nargs=-1, metavar=_("[KEY]..."))
@_now_option
@click.option("--json", "as_json", is_flag=True, help=_("Print JSON for machines."))
@click.option("--all", "everything", is_flag=True, help=_("Show posts that stay as they are too."))
@click.pass_context
def plan(
    ctx: click.Context, keys: tuple[str, ...], at_once: bool, as_json: bool, everything: bool
) -> None:
    """Plan and print the actions."""
    settings: Settings = ctx.obj
    config = settings.load()
    office = settings.office(config)
    named = [run.key_of(config, key) for key in keys]
    result = run.plan(office, named, at_once=at_once, everything=everything)
    shown = [
        action
        for action in result.actions
        if everything or action.kind is not ActionKind.KEEP or (action.event and not as_json)
    ]
    if as_json:
        print_json(
            {
                "actions": [_action_json(action, config.schedule.timezone) for action in shown],
                "problems": [problem_json(problem) for problem in _told(result)],
            }
        )
    else:
        show_problems(_worth_telling(result))
        for action in shown:
            click.echo(_action_line(action, office.now().astimezone(config.schedule.timezone)))
        if not shown and not result.unreachable:
            click.echo(_("Nothing changed: there is nothing to do."))
    if status := _trouble(result):
        ctx.exit(status)


def _told(result: Result) -> list[Problem]:
    return [*result.problems, *result.unreachable.values()]


def _trouble(result: Result) -> Exit | None:
    if any(p.code.startswith("password-") for p in result.unreachable.values()):
        return Exit.CONFIG
    if result.unreachable:
        return Exit.UNREACHABLE
    if any(problem.severity is Severity.ERROR for problem in result.problems):
        return Exit.CONTENT
    return None


def _action_json(action: Action, zone: tzinfo) -> dict[str, object]:
    due = action.due.astimezone(zone).isoformat() if action.due else None
    return {
        "action": action.kind.value,
        "site": action.site,
        "key": action.key,
        "due": due,
        "reason": messages.reason(action.reason),
        "code": action.reason,
        "moved": move_json(action.move, zone),
    }


def move_json(made: Decision | None, zone: tzinfo) -> dict[str, object] | None:
    """Return what gave a post another date, as machines read it."""
    if made is None:
        return None
    return {
        "from": made.against.astimezone(zone).isoformat() if made.against else None,
        "to": made.moment.astimezone(zone).isoformat() if made.moment else None,
        "person": made.person,
        "at": made.at.astimezone(zone).isoformat() if made.at else None,
        "reason": made.reason,
    }


def _action_line(action: Action, now: datetime) -> str:
    """Return what is planned, in a line; now: as the office's clock shows it."""
    words = f"{messages.action(action.kind.value)}  {messages.site(action.site)}  {action.key}"
    why = messages.reason(action.reason)
    if action.kind is ActionKind.WAIT:
        due = action.due.astimezone(now.tzinfo) if action.due else None
        why = messages.waiting(action.reason, due, now.date())
    if action.move and action.kind is not ActionKind.KEEP:
        assert now.tzinfo is not None  # the office's
        why += "; " + messages.moved(action.move, partial(_local, zone=now.tzinfo))
    return f"{words}  ({why})"


def _local(moment: datetime, zone: tzinfo) -> str:
    return local(moment, zone)


@click.command(
    cls=Command,
    help=_("Publish what is due; all posts, or those whose KEYS are named."),
)
@click.argument("keys", nargs=-1, metavar=_("[KEY]..."))
@click.option("--keep-site", is_flag=True, help=_("In a conflict, keep what stands on the site."))
@click.option("--overwrite", is_flag=True, help=_("In a conflict, send what the file says."))
@_now_option
@click.option("--json", "as_json", is_flag=True, help=_("Print JSON for machines."))
@click.pass_context
def publish(
    ctx: click.Context,
    keys: tuple[str, ...],
    keep_site: bool,
    overwrite: bool,
    at_once: bool,
    as_json: bool,
) -> None:
    """Publish, show progress, and end with a summary."""
    settings: Settings = ctx.obj
    if keep_site and overwrite:
        raise click.UsageError(_("--keep-site and --overwrite exclude each other."))
    choice = Choice.KEEP_SITE if keep_site else Choice.OVERWRITE if overwrite else Choice.ASK
    config = settings.load()
    with meter(quiet=as_json) as progress, interruptible() as stop:
        result = run.publish(
            settings.by_hand(config),
            keys=[run.key_of(config, key) for key in keys],
            choice=choice,
            expect=progress.expect,
            tell=lambda o: progress.step(outcome_line(o, verbose=settings.verbose)),
            stop=stop,
            at_once=at_once,
        )
    if as_json:
        print_json(
            {
                "outcomes": [outcome_json(outcome) for outcome in result.outcomes],
                "problems": [problem_json(problem) for problem in _told(result)],
            }
        )
    else:
        show_result(result, config)
    if status := exit_status(result):
        ctx.exit(status)


@contextmanager
def interruptible() -> Iterator[threading.Event]:
    """Let the first Ctrl-C end the run after the acts in hand, and the second at once."""
    stop = threading.Event()

    def ask(_number: int, _frame: Any) -> None:
        if stop.is_set():
            # An exception would wait for the answers that nobody wants to wait for. Nothing is
            # lost: what is being sent is in the log, and the next run looks for it.
            os._exit(Exit.INTERRUPTED)
        stop.set()
        click.echo(_("Stopping after what is being sent now ..."), err=True)

    before = signal.signal(signal.SIGINT, ask)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)


def outcome_line(outcome: Outcome, *, verbose: bool = False) -> str:
    """Return what became of an action, in a line or two; "" for what nobody needs to read."""
    done = outcome.state is State.DONE
    if done and outcome.reason == "links" and not verbose:
        return ""  # a link set in a post that stands there already; the summary counts these
    words = f"{messages.state(outcome.state.value)}: {messages.action(outcome.action.value)}"
    line = f"{words}  {messages.site(outcome.site)}  {outcome.key}"
    asked = outcome.action is ActionKind.WITHDRAW and outcome.reason != EXPIRED
    if outcome.action is not ActionKind.CREATE and not asked:
        line = f"{line}  ({messages.reason(outcome.reason)})"
    gone = done and outcome.action is ActionKind.WITHDRAW
    return f"{line}\n    {outcome.url}" if outcome.url and not gone else line


def outcome_json(outcome: Outcome) -> dict[str, object]:
    """Return an outcome as machines read it."""
    problem = outcome.problem
    return {
        "action": outcome.action.value,
        "site": outcome.site,
        "key": outcome.key,
        "state": outcome.state.value,
        "url": outcome.url,
        "remote_id": outcome.remote_id,
        "message": _sentence(problem) if problem else messages.reason(outcome.reason),
        "code": problem.code if problem else "",
    }


def _sentence(problem: Problem) -> str:
    return f"{messages.message(problem)} {messages.hint(problem)}".strip()


def show_result(result: Result, config: Config) -> None:
    """Print problems, what waits, and the summary of a run."""
    failed = [o.problem for o in result.outcomes if o.problem and o.state is not State.DONE]
    told = _worth_telling(result)
    show_problems([*told, *(p for p in failed if p not in told)])
    for action in result.actions:
        if action.kind is ActionKind.WAIT:
            now = datetime.now(config.schedule.timezone)
            click.echo(_action_line(action, now))
    click.echo(summary(result))
    due = run.reminder(config, datetime.now(config.schedule.timezone).date())
    if due.working_days <= _REMIND:
        click.echo(messages.reminder(due.due, due.working_days))


def _worth_telling(result: Result) -> list[Problem]:
    """Return all errors, but warnings only of posts that this run had to do with.

    Or that it left alone because they, or what they show, are not all there yet.
    """
    touched = result.recorded | {
        action.article.post.file
        for action in result.actions
        if action.article and (action.kind is not ActionKind.KEEP or action.event)
    }
    return [
        problem
        for problem in _told(result)
        if problem.severity is Severity.ERROR
        or not problem.where.file
        or problem.where.file in touched
        or problem.code in run.NAMED
        or problem.code in _NEVER
    ]


def summary(result: Result) -> str:
    """Return the last line of a run: what was done, what was not."""
    done = sum(1 for o in result.outcomes if o.state is State.DONE)
    rest = len(result.outcomes) - done
    waiting = sum(1 for a in result.actions if a.kind is ActionKind.WAIT)
    if not result.outcomes and not result.unreachable:
        words = _("Nothing changed: there is nothing to do.")
    else:
        words = _("Done: {done}. Not done: {rest}.").format(done=done, rest=rest)
        links = sum(1 for o in result.outcomes if not outcome_line(o))
        if links:
            words += " " + ngettext(
                "In {n} of them only a link was set.", "In {n} of them only links were set.", links
            ).format(n=links)
    if waiting:
        words += " " + _("Waiting for their time: {waiting}.").format(waiting=waiting)
    if held := sum(map(len, result.waits.values())) + len(result.held):
        words += " " + _("Failed before, to be tried again later: {held}.").format(held=held)
    if result.problems:
        words += " " + _("In the files: {problems}.").format(problems=counted(result.problems))
    return words


def exit_status(result: Result) -> Exit | None:
    """Return the status of a run, or None when all is well."""
    if result.interrupted:
        return Exit.INTERRUPTED
    trouble = _trouble(result)
    if trouble in (Exit.CONFIG, Exit.UNREACHABLE):
        return trouble
    broken = [o for o in result.outcomes if o.state is not State.DONE]
    if broken and all(o.state is State.NOT_SENT and _no_way(o.problem) for o in broken):
        return Exit.UNREACHABLE
    return Exit.FAILED if broken else trouble


def _no_way(problem: Problem | None) -> bool:
    return problem is not None and problem.code in (
        "site-dns",
        "site-unreachable",
        "site-tls",
        "site-timeout",
    )


def chosen_sites(config: Config, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the sites that names of sites and groups mean. Raise ConfigError for others."""
    known = {*config.sites, *config.groups}
    if unknown := [name for name in names if name not in known]:
        choices = ", ".join([*config.sites, *config.groups])
        raise ConfigError(
            *(Problem("site-unknown", params={"name": n, "choices": choices}) for n in unknown)
        )
    return config.sites_named(names)


def known_sites(config: Config, names: tuple[str, ...]) -> None:
    """Raise ConfigError for names of sites that config.toml does not have."""
    unknown = [name for name in names if name not in config.sites]
    if unknown:
        choices = ", ".join(config.sites)
        raise ConfigError(
            *(Problem("site-unknown", params={"name": n, "choices": choices}) for n in unknown)
        )
