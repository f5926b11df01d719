"""``leaflet``: one page of a post, for paper."""

from __future__ import annotations

from gettext import gettext as _
from pathlib import Path

import click

from publisher import run
from publisher.cli.commands import Command
from publisher.cli.issuing import bad_ending, day_of, issue_options, issued_line
from publisher.cli.output import show_problems
from publisher.cli.program import Settings
from publisher.run import Printed


@click.command(
    cls=Command,
    help=_("Make the leaflet of a published post: one page with a QR code that leads to it."),
)
@click.argument("key", metavar=_("KEY"))
@click.option(
    "-o",
    "--output",
    metavar=_("FILE"),
    type=click.Path(path_type=Path, dir_okay=False),
    help=_("Into this file, pdf or docx; in this folder, named after the post, else."),
)
@click.option(
    "--size", type=click.Choice(run.SIZES, case_sensitive=False), default="A5",
    help=_("Size of the paper; A5 when it is not named."),
)  # fmt: skip
@click.option("--dated", metavar=_("DAY"), help=_("Date of the print; today when it is not given."))
@click.option(
    "--copies",
    metavar=_("NUMBER"),
    type=click.IntRange(1, 1_000_000),
    help=_("With --issue: how many copies were printed in all."),
)
@issue_options
@click.pass_context
def leaflet(
    ctx: click.Context,
    key: str,
    output: Path | None,
    size: str,
    dated: str | None,
    copies: int | None,
    issue: bool,
    again: str,
) -> None:
    """Make a leaflet, and issue it if asked."""
    settings: Settings = ctx.obj
    form = output.suffix.lower().lstrip(".") if output else "pdf"
    if form not in run.LEAFLET_FORMS:
        raise bad_ending(run.LEAFLET_FORMS)
    if issue != bool(copies):
        raise click.UsageError(_("--issue and --copies go together: --issue --copies 500"))
    if again and not issue:
        raise click.UsageError(_("--again goes with --issue."))
    config = settings.load()
    office = settings.by_hand(config)
    made = run.leaflet(office, run.key_of(config, key), day_of(dated, config))
    if copies:  # before the time is spent on it
        run.check_leaflet(office, made, copies, again.strip())
    content, cut = run.leaflet_document(made, form, size.upper())
    show_problems([*made.problems, *cut])
    output = output or run.output_of(made, size)
    if not copies:
        run.write(content, output)
        click.echo(_("Written: {file}").format(file=output))
        return
    issued = run.issue_leaflet(office, made, Printed(content, output, again.strip()), copies)
    click.echo(_("Written: {file}").format(file=output))
    click.echo(issued_line(issued, made.leaflet.story.title))
