"""``schema``: what the data at the top of a post may be, for editors."""

from __future__ import annotations

import json
from gettext import gettext as _
from pathlib import Path

import click

from publisher import messages, posts
from publisher.cli.commands import Command
from publisher.cli.program import Settings
from publisher.errors import ContentError
from publisher.model import Problem, Where
from publisher.run.reading import post_rules


@click.command(
    cls=Command, help=_("Print the JSON Schema of the data at the top of posts, for editors.")
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar=_("FILE"),
    help=_("Write it to this file instead."),
)
@click.option(
    "--draft",
    type=click.Choice(list(posts.DRAFTS)),
    default="2020-12",
    help=_("Draft of JSON Schema; 7 for editors that do not know the newest one."),
)
@click.pass_context
def schema(ctx: click.Context, output: Path | None, draft: str) -> None:
    """Print the schema with the themes and sites of this office."""
    settings: Settings = ctx.obj
    rules = post_rules(settings.load())
    labels = {name: messages.field(name) for name in posts.NAMES}
    made = posts.json_schema(rules, labels, messages.kinds(), draft)
    text = json.dumps(made, ensure_ascii=False, indent=2) + "\n"
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        # PowerShell's ">" would write UTF-16, which editors do not expect of JSON.
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        params = {"error": error.strerror or str(error)}
        raise ContentError(Problem("file-unwritable", Where(str(output)), params)) from error
    click.echo(_("Made: {file}").format(file=output))
