"""``bulletin`` and ``leaflet``: what the office hands out of what it published."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from gettext import gettext as _
from gettext import ngettext
from pathlib import Path
from typing import Any

import click

from publisher import messages, run
from publisher.cli.commands import Command
from publisher.cli.exits import Exit
from publisher.cli.output import as_text, meter, problem_json, show_problems
from publisher.cli.program import Settings
from publisher.cli.publishing import (
    exit_status,
    known_sites,
    outcome_json,
    outcome_line,
    summary,
)
from publisher.cli.reporting import chosen, period_options
from publisher.config import Config
from publisher.errors import ConfigError
from publisher.model import Problem
from publisher.plan import Choice
from publisher.posts import parse_date
from publisher.run import Arrival, Delivery, Issued, MadeBulletin, Printed, Result


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
@click.option(
    "--issue", is_flag=True, help=_("Note in the log that it is issued; the report counts it.")
)
@click.option(
    "--again",
    metavar=_("TEXT"),
    default="",
    help=_("With --issue: why an issue that went out is corrected; it is kept in the log."),
)
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
        _dated(given["dated"], config),
        given["by"] or "",
        given["full"],
        run.key_of(config, given["lead"]) if given["lead"] else "",
    )
    made = run.bulletin(office, order)
    said = _Said(made, quiet=given["as_json"])
    said.problems(made.problems)
    if given["output"]:
        made = _written(office, made, form, given, said)
    elif not (given["site"] or given["mail"]):
        said.summary()
    status: Exit | None = None
    if given["site"]:
        status = _posted(office, made, given, said)
    if given["mail"]:
        status = _mailed(office, made, given["resend"], said) or status
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
        raise _bad_ending(run.BULLETIN_FORMS)
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


def _bad_ending(forms: Sequence[str]) -> click.UsageError:
    endings = ", ".join(f".{name}" for name in forms)
    return click.UsageError(
        _("Name the file with one of these endings: {endings}.").format(endings=endings)
    )


def _dated(text: str | None, config: Config) -> date | None:
    if not text:
        return None
    zone = config.schedule.timezone
    moment = parse_date(text, zone)
    if moment is None:
        raise click.BadParameter(_("Write a day such as 15/12/2022."))
    return moment.astimezone(zone).date()


class _Said:
    """What is told while a bulletin is made: at once to people, at the end to machines."""

    def __init__(self, made: MadeBulletin, *, quiet: bool) -> None:
        self.made = made
        self.quiet = quiet
        self._values: dict[str, object] = {}
        self._problems: list[Problem] = []

    def line(self, text: str) -> None:
        if not self.quiet:
            click.echo(text)

    def problems(self, problems: Sequence[Problem]) -> None:
        self._problems += problems
        if not self.quiet:
            show_problems(problems)

    def add(self, name: str, value: object) -> None:
        self._values[name] = value

    def summary(self) -> None:
        """Show what would be in it, and how to go on."""
        said = self.made.bulletin
        count = len(list(said.stories))
        items = ngettext("{n} item", "{n} items", count).format(n=count)
        self.line(f"{said.title} ({said.period}): {items}")
        if said.lead:
            self.line(f"  {_('First')}: {said.lead.title}")
        for chapter in said.chapters:
            self.line(f"  {chapter.title}")
            for story in chapter.stories:
                self.line(f"    {story.day:%d/%m/%Y}  {story.title}")
        if self.made.is_issued:
            self.line(_("It was issued as it is."))
        elif self.made.issued and not self.made.issued.withdrawn:
            self.line(_("It was issued, but says something else now."))
        else:
            self.line(_("It was not issued."))
        name = f"ban-tin-{self.made.key.rpartition('/')[2]}"
        self.line(_("To make the file: -o {name}.docx; to issue it: --issue -o {name}.pdf").format(
            name=name
        ))  # fmt: skip

    def json(self) -> None:
        """Print all of it."""
        said = self.made.bulletin
        items = [
            {"key": story.key, "title": story.title, "day": story.day.isoformat(),
             "url": story.url, "chapter": title}
            for title, stories in _chapters(self.made)
            for story in stories
        ]  # fmt: skip
        values = {
            "key": self.made.key,
            "number": said.number,
            "title": said.title,
            "issued": self.made.is_issued,
            "items": items,
            **self._values,
            "problems": [problem_json(problem) for problem in self._problems],
        }
        click.echo(as_text(values))


def _chapters(made: MadeBulletin) -> Sequence[tuple[str, Sequence[Any]]]:
    said = made.bulletin
    first = [("", (said.lead,))] if said.lead else []
    return [*first, *((chapter.title, chapter.stories) for chapter in said.chapters)]


def _written(
    office: run.Office, made: MadeBulletin, form: str, given: dict[str, Any], said: _Said
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
    said.line(_issued(issued, row.title))
    said.add("issue", issued.value)
    said.made = replace(made, issued=row)
    return said.made


def _issued(issued: Issued, title: str) -> str:
    words = {
        Issued.NEW: _("Issued, and noted in the log: {title}"),
        Issued.CORRECTED: _("Corrected in the log, counted once as before: {title}"),
        Issued.SAME: _("Issued before as it is; the log stays as it was: {title}"),
    }
    return words[issued].format(title=title)


def _posted(
    office: run.Office, made: MadeBulletin, given: dict[str, Any], said: _Said
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


def _mailed(
    office: run.Office, made: MadeBulletin, again: Sequence[str], said: _Said
) -> Exit | None:
    from publisher.service.sending import MAIL, ways_of

    ways = ways_of(office.config, os.environ)
    if ways.mail is None:
        raise ConfigError(Problem("mail-not-set"))
    if MAIL in ways.missing:
        raise ConfigError(ways.missing[MAIL])
    deliveries = run.mail_bulletin(
        office, made, ways.mail, again, lambda delivery: said.line(_delivery_line(delivery))
    )
    counts = dict.fromkeys(Arrival, 0)
    for delivery in deliveries:
        counts[delivery.arrival] += 1
    failed = counts[Arrival.REFUSED] + counts[Arrival.NOT_SENT]
    said.line(
        _("Letters sent: {sent}; had it before: {had}; not sent: {failed}; not known: {unknown}.")
        .format(
            sent=counts[Arrival.SENT], had=counts[Arrival.HAD], failed=failed,
            unknown=counts[Arrival.UNKNOWN],
        )
    )  # fmt: skip
    said.problems(_of_the_server(deliveries))
    if counts[Arrival.UNKNOWN]:
        said.line(_("To those not known it is not sent by itself a second time: --resend ADDRESS"))
    said.add("mail", [_delivery_json(delivery) for delivery in deliveries])
    if counts[Arrival.NOT_SENT] and not counts[Arrival.SENT]:
        return Exit.UNREACHABLE
    return Exit.FAILED if failed or counts[Arrival.UNKNOWN] else None


def _of_the_server(deliveries: Sequence[Delivery]) -> list[Problem]:
    """Return what is wrong with the mail server, once; that of one address has its own line."""
    found: list[Problem] = []
    for delivery in deliveries:
        problem = delivery.problem
        if problem and delivery.arrival is not Arrival.REFUSED and problem not in found:
            found.append(problem)
    return found


def _delivery_line(delivery: Delivery) -> str:
    line = f"{_ARRIVALS[delivery.arrival]()}: {delivery.address}"
    if delivery.problem and delivery.arrival is Arrival.REFUSED:
        line += f"  ({delivery.problem.params.get('reason', '')})"
    return line


_ARRIVALS: dict[Arrival, Callable[[], str]] = {
    Arrival.SENT: lambda: _("sent"),
    Arrival.HAD: lambda: _("has it"),
    Arrival.UNKNOWN: lambda: _("not known whether it arrived"),
    Arrival.REFUSED: lambda: _("not taken by the server"),
    Arrival.NOT_SENT: lambda: _("not sent"),
}


def _delivery_json(delivery: Delivery) -> dict[str, object]:
    problem = delivery.problem
    return {
        "address": delivery.address,
        "state": delivery.arrival.value,
        "message": messages.message(problem) if problem else "",
    }


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
@click.option(
    "--issue", is_flag=True, help=_("Note in the log that it is issued; the report counts it.")
)
@click.option(
    "--again",
    metavar=_("TEXT"),
    default="",
    help=_("With --issue: why an issue that went out is corrected; it is kept in the log."),
)
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
        raise _bad_ending(run.LEAFLET_FORMS)
    if issue != bool(copies):
        raise click.UsageError(_("--issue and --copies go together: --issue --copies 500"))
    if again and not issue:
        raise click.UsageError(_("--again goes with --issue."))
    config = settings.load()
    office = settings.by_hand(config)
    made = run.leaflet(office, run.key_of(config, key), _dated(dated, config))
    content, cut = run.leaflet_document(made, form, size.upper())
    show_problems([*made.problems, *cut])
    output = output or run.output_of(made, size)
    if not (issue and copies):
        run.write(content, output)
        click.echo(_("Written: {file}").format(file=output))
        return
    issued = run.issue_leaflet(office, made, Printed(content, output, again.strip()), copies)
    click.echo(_("Written: {file}").format(file=output))
    click.echo(_issued(issued, made.leaflet.story.title))
