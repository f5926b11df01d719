"""``bulletin``: what the office hands out of what it published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from gettext import gettext as _
from pathlib import Path
from typing import Any

import click

from publisher import run
from publisher.cli.commands import Command
from publisher.cli.exits import Exit
from publisher.cli.issuing import bad_ending, day_of, issue_options, issued_line
from publisher.cli.letters import mailed
from publisher.cli.output import meter
from publisher.cli.program import Settings
from publisher.cli.publishing import (
    exit_status,
    known_sites,
    outcome_json,
    outcome_line,
    summary,
)
from publisher.cli.reporting import chosen, period_options
from publisher.cli.telling import Telling
from publisher.model import Problem
from publisher.plan import Choice
from publisher.run import MadeBulletin, Printed, Result


@click.command(
    cls=Command,
    help=_(
        "Make the bulletin of a period from what was published in it: a file, an item of the "
        "log, a post on a site, a letter to everybody on the list."
    ),
)
@period_options
@click.option(
    "-o",
    "--output",
    metavar=_("FILE"),
    type=click.Path(path_type=Path, dir_okay=False),
    help=_("Into this file; its ending says the format: docx, pdf, html or txt."),
)
@click.option("--full/--short", default=None, help=_("Print the items whole, or their excerpts."))
@click.option(
    "--by",
    type=click.Choice(["theme", "kind"]),
    help=_("Group the items by theme or by kind."),
)
@click.option("--lead", metavar=_("KEY"), default="", help=_("The item that stands first."))
@click.option(
    "--number",
    metavar=_("NUMBER"),
    type=click.IntRange(1, 999),
    default=None,
    help=_("Number of the issue; the next one of the year when it is not given."),
)
@click.option("--dated", metavar=_("DAY"), help=_("Date of the issue; today when it is not given."))
@issue_options
@click.option(
    "--to-site", "site", metavar=_("SITE"), help=_("Post the issue on this site, as PDF.")
)
@click.option("--keep-site", is_flag=True, help=_("In a conflict, keep what stands on the site."))
@click.option("--overwrite", is_flag=True, help=_("In a conflict, send what the file says."))
@click.option("--mail", is_flag=True, help=_("Send the issue to those of the list who lack it."))
@click.option(
    "--resend",
    metavar=_("ADDRESS"),
    multiple=True,
    help=_("With --mail: also to this address, of which it is not known; may be repeated."),
)
@click.option("--json", "as_json", is_flag=True, help=_("Print JSON for machines."))
@click.pass_context
def bulletin(ctx: click.Context, /, **given: Any) -> None:
    """Make a bulletin, and hand it out in the ways that are asked for."""
    settings: Settings = ctx.obj
    form = _form(given)
    config = settings.load()
    period = chosen(config, given)
    if period is None:
        raise click.UsageError(_("Say which period: --month 2023-03, or --from and --to."))
    known_sites(config, (given["site"],) if given["site"] else ())
    websites = [name for name, s in config.sites.items() if s.kind in ("wordpress", "preview")]
    if given["site"] and given["site"] not in websites:
        raise click.UsageError(
            _("--to-site takes a website: {sites}").format(sites=", ".join(websites))
        )
    office = settings.by_hand(config)
    order = run.Order(
        replace(period, close=None),
        given["number"] or 0,
        day_of(given["dated"], config),
        given["by"] or "",
        given["full"],
        run.key_of(config, given["lead"]) if given["lead"] else "",
    )
    made = run.bulletin(office, order)
    said = Telling(made, quiet=given["as_json"])
    said.problems(made.problems)
    if given["output"]:
        made = _written(office, made, form, given, said)
    elif not (given["site"] or given["mail"]):
        said.summary()
    status: Exit | None = None
    if given["site"]:
        status = _posted(office, made, given, said)
    if given["mail"]:
        status = mailed(office, made, given["resend"], said) or status
    if given["as_json"]:
        said.json()
    if status:
        ctx.exit(status)


def _form(given: dict[str, Any]) -> str:
    """Return the form of the file. Raise UsageError when options do not go together."""
    output: Path | None = given["output"]
    form = output.suffix.lower().lstrip(".") if output else ""
    form = "html" if form == "htm" else form
    if output and form not in run.BULLETIN_FORMS:
        raise bad_ending(run.BULLETIN_FORMS)
    if given["issue"] and not output:
        raise click.UsageError(
            _("Say where the issue is kept, such as: --issue -o bulletin-2023-03.pdf")
        )
    if given["again"] and not given["issue"]:
        raise click.UsageError(_("--again goes with --issue."))
    if given["resend"] and not given["mail"]:
        raise click.UsageError(_("--resend goes with --mail."))
    if given["keep_site"] and given["overwrite"]:
        raise click.UsageError(_("--keep-site and --overwrite exclude each other."))
    return form


def _written(
    office: run.Office, made: MadeBulletin, form: str, given: dict[str, Any], said: Telling
) -> MadeBulletin:
    """Write the file, and issue it if asked; return the bulletin as the log now has it."""
    output, again = given["output"], given["again"].strip()
    row = run.row_of_bulletin(office.config, made)
    if given["issue"]:  # before minutes are spent on it
        run.check_issue(row, made.issued, again)
    content, problems = run.bulletin_document(made, form)
    said.problems(problems)
    if not given["issue"]:
        run.write(content, output)
        said.line(_("Written: {file}").format(file=output))
        return made
    issued = run.issue_bulletin(office, made, Printed(content, output, again))
    said.line(_("Written: {file}").format(file=output))
    said.line(issued_line(issued, row.title))
    said.add("issue", issued.value)
    said.made = replace(made, issued=row)
    return said.made


def _posted(
    office: run.Office, made: MadeBulletin, given: dict[str, Any], said: Telling
) -> Exit | None:
    choice = Choice.KEEP_SITE if given["keep_site"] else Choice.ASK
    choice = Choice.OVERWRITE if given["overwrite"] else choice
    with meter(quiet=said.quiet) as progress:
        result: Result = run.post_bulletin(
            office, made, given["site"], choice, progress.expect,
            lambda o: progress.step(outcome_line(o)),
        )  # fmt: skip
    failed = [o.problem for o in result.outcomes if o.problem]
    said.problems([*result.problems, *result.unreachable.values(), *_unlike(failed, result)])
    said.line(summary(result))
    said.add("outcomes", [outcome_json(outcome) for outcome in result.outcomes])
    return exit_status(result)


def _unlike(failed: Sequence[Problem], result: Result) -> list[Problem]:
    told = [*result.problems, *result.unreachable.values()]
    return [problem for problem in failed if problem not in told]
