"""``run``: publishing by itself."""

from __future__ import annotations

from datetime import datetime
from gettext import gettext as _

import click

from publisher import run as running
from publisher import service
from publisher.apply import Outcome
from publisher.cli.commands import Command
from publisher.cli.output import show_problem
from publisher.cli.program import Settings
from publisher.cli.publishing import interruptible, outcome_line, summary
from publisher.run import Result


@click.command(cls=Command, help=_("Publish by itself until it is stopped."))
@click.pass_context
def run(ctx: click.Context) -> None:
    """Publish what is due, again and again, until Ctrl-C."""
    settings: Settings = ctx.obj
    config = settings.load()
    zone = config.schedule.timezone
    office = settings.office(config)
    words = _("Looking every {every} seconds for posts that are due. Stop with Ctrl-C.")
    click.echo(words.format(every=config.schedule.every))
    said: set[str] = set()

    def tell(result: Result) -> None:
        # The same trouble is told once, not every minute; a change of it is news again.
        now = summary(result)
        if result.outcomes or now not in said:
            said.clear()
            said.add(now)
            click.echo(f"{datetime.now(zone):%d/%m/%Y %H:%M}  {now}")

    def say(outcome: Outcome) -> None:
        if line := outcome_line(outcome, verbose=settings.verbose):
            click.echo(line)

    with interruptible() as stop:
        service.serve(
            lambda: running.publish(
                office,
                tell=say,
                stop=stop,
                mode="run",
            ),
            config.schedule.every,
            stop,
            tell,
            lambda problem: show_problem(problem, err=True),
        )
