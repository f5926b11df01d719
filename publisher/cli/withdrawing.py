"""``withdraw`` and ``restore``: what a person asks of posts by name, with a reason."""

from __future__ import annotations

from collections.abc import Callable
from gettext import gettext as _

import click

from publisher import run
from publisher.cli.commands import Command
from publisher.cli.output import meter, print_json
from publisher.cli.program import Settings
from publisher.cli.publishing import (
    chosen_sites,
    exit_status,
    outcome_json,
    outcome_line,
    show_result,
)
from publisher.run import Result

_OPTIONS = (
    click.argument("keys", nargs=-1, required=True, metavar=_("KEY...")),
    click.option(
        "--reason", metavar=_("TEXT"), required=True, help=_("Why; it is kept in the log.")
    ),
    click.option(
        "--site",
        "names",
        metavar=_("SITE"),
        multiple=True,
        help=_("Only on this site; may be repeated."),
    ),
    click.option("--json", "as_json", is_flag=True, help=_("Print JSON for machines.")),
)


def _wish(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the arguments of a wish about posts: which, why, where."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@click.command(
    cls=Command,
    help=_("Take posts from their sites into the trash; files and history stay."),
)
@_wish
@click.pass_context
def withdraw(
    ctx: click.Context, keys: tuple[str, ...], reason: str, names: tuple[str, ...], as_json: bool
) -> None:
    """Withdraw posts and print what became of it."""
    _by_wish(ctx, run.withdraw, keys, reason, names, as_json=as_json)


def _by_wish(
    ctx: click.Context,
    act: Callable[..., Result],
    keys: tuple[str, ...],
    reason: str,
    names: tuple[str, ...],
    *,
    as_json: bool,
) -> None:
    """Do what a person asks of posts by name, and print what became of it."""
    settings: Settings = ctx.obj
    if not reason.strip():
        raise click.UsageError(_("Say why with --reason."))
    config = settings.load()
    names = chosen_sites(config, names)
    with meter(quiet=as_json) as progress:
        result = act(
            settings.by_hand(config),
            [run.key_of(config, key) for key in keys],
            reason.strip(),
            names,
            lambda outcome: progress.step(outcome_line(outcome)),
        )
    if as_json:
        print_json({"outcomes": [outcome_json(outcome) for outcome in result.outcomes]})
    else:
        show_result(result, config)
    if status := exit_status(result):
        ctx.exit(status)


@click.command(
    cls=Command,
    help=_("Bring withdrawn posts back to their sites, as their files are today."),
)
@_wish
@click.pass_context
def restore(
    ctx: click.Context, keys: tuple[str, ...], reason: str, names: tuple[str, ...], as_json: bool
) -> None:
    """Restore posts and print what became of it."""
    _by_wish(ctx, run.restore, keys, reason, names, as_json=as_json)
