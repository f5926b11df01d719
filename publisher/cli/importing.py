"""``import``: a Word document becomes Markdown."""

from __future__ import annotations

from datetime import UTC, datetime
from gettext import gettext as _
from pathlib import Path

import click

from publisher.cli.commands import Command
from publisher.cli.output import show_problems
from publisher.cli.program import Settings
from publisher.run.importing import import_word


@click.command(
    "import",
    cls=Command,
    help=_("Turn a Word document into Markdown for good. The document itself is left alone."),
)
@click.argument(
    "file", type=click.Path(path_type=Path, dir_okay=False, exists=True), metavar=_("FILE.docx")
)
@click.option(
    "--into",
    default="",
    metavar=_("FOLDER"),
    help=_("The folder below posts/ in which the post's own folder is made."),
)
@click.pass_context
def import_(ctx: click.Context, file: Path, into: str) -> None:
    """Write index.md and the pictures, and say what to do next."""
    settings: Settings = ctx.obj
    config = settings.load()
    now = datetime.now(UTC).astimezone(config.schedule.timezone)
    imported = import_word(config, file, into, now)
    show_problems(imported.problems)
    for path in imported.files:
        click.echo(_("Made: {file}").format(file=path))
    if imported.twin:
        click.echo(
            _(
                "Now move {file} out of the folder of posts: as long as both are there, they are "
                "two files of one post, which is an error."
            ).format(file=file)
        )
    click.echo(_("Then run: publisher check"))
