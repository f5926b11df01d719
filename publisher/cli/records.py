"""``status``, ``log`` and ``report``: what was done, and what it amounts to."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime, tzinfo
from gettext import gettext as _
from gettext import ngettext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from publisher import messages, periods, run
from publisher.cli.commands import Command, Group
from publisher.cli.exits import Exit
from publisher.cli.output import counted, local, print_json, show_problem, table
from publisher.cli.program import Settings
from publisher.config import Config
from publisher.errors import ContentError
from publisher.model import Period, Problem, Publication, Where
from publisher.posts import parse_date
from publisher.tally import Figures, tally

if TYPE_CHECKING:
    from publisher.log.entries import Entry


@click.command(
    cls=Command,
    help=_("Show what waits, what failed and when the report is due."),
)
@click.option("--json", "as_json", is_flag=True, help=_("Print JSON for machines."))
@click.pass_context
def status(ctx: click.Context, as_json: bool) -> None:
    """Look at folder and log only; no site is asked."""
    settings: Settings = ctx.obj
    config = settings.load()
    zone = config.schedule.timezone
    state = run.look(settings.office(config))
    days = (_deadline(config) - datetime.now(zone).date()).days
    last = state.last_run
    if as_json:
        print_json(
            {
                "published": state.published,
                "due": [{"site": site, "key": key} for site, key in state.due],
                "waiting": [
                    {"site": a.site, "key": a.key, "due": a.due.isoformat() if a.due else None}
                    for a in state.waiting
                ],
                "failures": [_entry_json(entry) for entry in state.failures],
                "last_run": last.started_at.isoformat() if last else None,
                "days_to_deadline": days,
            }
        )
        return
    click.echo(_("Published: {count}.").format(count=state.published))
    if last:
        click.echo(_("Last run: {when}.").format(when=local(last.started_at, zone)))
    click.echo(_("To be sent now: {count}.").format(count=len(state.due)))
    for site, key in state.due:
        click.echo(f"  {site}  {key}")
    click.echo(_("Waiting for their time: {waiting}.").format(waiting=len(state.waiting)))
    for action in sorted(state.waiting, key=lambda a: a.due or datetime.max.replace(tzinfo=UTC)):
        click.echo(f"  {local(action.due, zone)}  {action.site}  {action.key}")
    if state.failures:
        click.echo(_("Failed, and not mended since: {count}.").format(count=len(state.failures)))
        for entry in state.failures:
            click.echo(f"  {local(entry.at, zone)}  {entry.site}  {entry.key}")
            if entry.problem:
                show_problem(entry.problem)
    if state.problems:
        click.echo(_("In the files: {problems}.").format(problems=counted(state.problems)))
        click.echo(_("See them with: publisher check"))
    click.echo(
        ngettext(
            "{n} day left until the report is due.", "{n} days left until the report is due.", days
        ).format(n=days)
    )


def _deadline(config: Config) -> date:
    """Return the next day on which the report is due."""
    day, month = (int(part) for part in config.report.deadline.split("/"))
    today = datetime.now(config.schedule.timezone).date()
    this_year = date(today.year, month, day)
    return this_year if this_year >= today else date(today.year + 1, month, day)


@click.group(
    cls=Group,
    help=_("Show, export or prove the publication log."),
)
def log() -> None:
    """Hold the commands that read the log."""


@log.command("list", help=_("Show the newest entries of the log."))
@click.option(
    "-n",
    "limit",
    metavar=_("NUMBER"),
    type=click.IntRange(1),
    default=50,
    help=_("How many entries."),
)
@click.option("--site", metavar=_("SITE"), default="", help=_("Only of this site."))
@click.option("--key", metavar=_("KEY"), default="", help=_("Only of this post."))
@click.option("--json", "as_json", is_flag=True, help=_("Print JSON for machines."))
@click.pass_context
def log_list(ctx: click.Context, limit: int, site: str, key: str, as_json: bool) -> None:
    """Print entries, newest first."""
    settings: Settings = ctx.obj
    config = settings.load()
    with run.log_of(settings.office(config)) as opened:
        entries = opened.entries(limit, site=site, key=run.key_of(config, key) if key else "")
    if as_json:
        print_json([_entry_json(entry) for entry in entries])
        return
    if not entries:
        click.echo(_("The log is empty: nothing was published yet."))
        return
    table(
        [
            (
                local(entry.at, config.schedule.timezone),
                entry.site,
                messages.event(entry.what),
                messages.state(entry.state),
                entry.name or entry.key if entry.action == "upload" else entry.key,
                entry.url,
            )
            for entry in entries
        ],
        [_("When"), _("Site"), _("What"), _("State"), _("Post"), _("Address")],
    )


def _entry_json(entry: Entry) -> dict[str, object]:
    return {
        "at": entry.at.isoformat(),
        "run": entry.run_id,
        "site": entry.site,
        "key": entry.key,
        "what": entry.what,
        "state": entry.state,
        "title": entry.title,
        "remote_id": entry.remote_id,
        "url": entry.url,
        "message": messages.message(entry.problem) if entry.problem else "",
    }


_COLUMNS = (
    "at", "site", "key", "event", "title", "kind", "theme", "unit", "authors", "source",
    "shown_at", "url", "status", "pictures", "reason",
)  # fmt: skip


@log.command(
    "export",
    help=_("Write all publications, as CSV for Excel or as JSON."),
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "json"]),
    default="csv",
    help=_("csv for Excel, json for machines."),
)
@click.option(
    "-o",
    "--output",
    metavar=_("FILE"),
    type=click.Path(path_type=Path, dir_okay=False),
    help=_("Into this file."),
)
@click.pass_context
def log_export(ctx: click.Context, form: str, output: Path | None) -> None:
    """Export every row of the publications, oldest first."""
    settings: Settings = ctx.obj
    config = settings.load()
    zone = config.schedule.timezone
    with run.log_of(settings.office(config)) as opened:
        rows = [_row(publication, zone) for publication in opened.publications()]
    if form == "json":
        text = json.dumps(rows, ensure_ascii=False, indent=2) + "\n"
    else:
        buffer = io.StringIO(newline="")
        writer = csv.DictWriter(buffer, _COLUMNS)
        writer.writeheader()
        writer.writerows({name: _cell(value) for name, value in row.items()} for row in rows)
        text = buffer.getvalue()
    if output is None:
        click.echo(text, nl=False)
        return
    # Excel takes a file for UTF-8 only when it begins with a byte-order mark.
    encoding = "utf-8-sig" if form == "csv" else "utf-8"
    try:
        output.write_bytes(text.encode(encoding))
    except OSError as error:
        params = {"error": error.strerror or str(error)}
        raise ContentError(Problem("file-unwritable", Where(str(output)), params)) from error
    click.echo(_("Written: {file}").format(file=output))


def _row(row: Publication, zone: tzinfo) -> dict[str, object]:
    values: dict[str, object] = {name: getattr(row, name) for name in _COLUMNS}
    values["event"] = row.event.value
    values["authors"] = ", ".join(row.authors)
    values["at"] = row.at.astimezone(zone).isoformat() if row.at else ""
    values["shown_at"] = row.shown_at.astimezone(zone).isoformat() if row.shown_at else ""
    return values


def _cell(value: object) -> object:
    """Return a cell that Excel shows as text: one that begins like a formula is disarmed."""
    risky = isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t"))
    return f"'{value}" if risky else value


@log.command("verify", help=_("Prove that nobody changed the log."))
@click.pass_context
def log_verify(ctx: click.Context) -> None:
    """Walk the chains of hashes, and print where they break."""
    settings: Settings = ctx.obj
    with run.log_of(settings.office()) as opened:
        problems = opened.verify()
        heads = opened.heads()
    for problem in problems:
        show_problem(problem)
    if problems:
        ctx.exit(Exit.FAILED)
    click.echo(_("The log is as it was written."))
    rows = [(messages.log_table(name), number, end[:16]) for name, (number, end) in heads.items()]
    table(rows, [_("What"), _("Rows"), _("Hash of the last row")], right=1)


def _day(text: str, zone: tzinfo) -> date:
    moment = parse_date(text, zone)
    if moment is None:
        raise click.BadParameter(_("Write a day such as 15/12/2022."))
    return moment.astimezone(zone).date()


@click.command(
    cls=Command,
    help=_("Count what was published in a year or between two days."),
)
@click.option(
    "--year",
    metavar=_("YEAR"),
    type=click.IntRange(2000, 2100),
    help=_("From 15/12 before to 14/12."),
)
@click.option("--from", "first", metavar=_("DAY"), help=_("First day, such as 15/12/2022."))
@click.option("--to", "last", metavar=_("DAY"), help=_("Last day, included."))
@click.option("--json", "as_json", is_flag=True, help=_("Print JSON for machines."))
@click.pass_context
def report(
    ctx: click.Context, year: int | None, first: str | None, last: str | None, as_json: bool
) -> None:
    """Print the figures of a period."""
    settings: Settings = ctx.obj
    config = settings.load()
    zone = config.schedule.timezone
    if year and (first or last):
        raise click.UsageError(_("Give either --year, or --from and --to."))
    if year:
        period = periods.year(year)
    elif first and last:
        period = Period(_day(first, zone), _day(last, zone))
        if period.last < period.first:
            raise click.UsageError(_("The last day lies before the first."))
    else:
        raise click.UsageError(_("Say which period: --year 2023, or --from and --to."))
    with run.log_of(settings.office(config)) as opened:
        figures = tally(opened.publications(), period, zone)
    if as_json:
        print_json(_figures_json(figures))
    else:
        _show_figures(figures, config)


def _figures_json(figures: Figures) -> dict[str, object]:
    period = figures.period
    return {
        "period": {"from": period.first.isoformat(), "to": period.last.isoformat()},
        "total": figures.total,
        "posts": figures.posts,
        "by": figures.by,
        "pictures": figures.pictures,
        "corrected": figures.corrected,
        "withdrawn": [
            {"site": p.site, "key": p.key, "title": p.title, "reason": p.reason}
            for p in (item.publication for item in figures.withdrawn)
        ],
    }


def _show_figures(figures: Figures, config: Config) -> None:
    period = figures.period
    words = _("Published from {first} to {last}: {total}")
    first, last = (f"{day:%d/%m/%Y}" for day in (period.first, period.last))
    click.echo(words.format(first=first, last=last, total=figures.total))
    if figures.posts != figures.total:
        click.echo(
            _("These are {posts} different posts; one on two sites counts twice.").format(
                posts=figures.posts
            )
        )
    if not figures.total:
        click.echo(_("Nothing was published in these days. See: publisher status"))
    labels = {
        "kind": messages.kinds(),
        "theme": dict(config.themes),
        "month": {month: f"{month[5:]}/{month[:4]}" for month in figures.by["month"]},
    }
    orders = {"kind": list(messages.kinds()), "theme": list(config.themes)}
    for name, counted_by in figures.by.items():
        if not counted_by:
            continue
        # In the plan's own order where it has one.
        order = [code for code in orders.get(name, []) if code in counted_by]
        counts = {code: counted_by[code] for code in dict.fromkeys([*order, *counted_by])}
        click.echo()
        click.echo(click.style(messages.field(name), bold=True))
        known = labels.get(name, {})
        table(
            [
                (f"  {known.get(code, code) or _('(not given)')}", count)
                for code, count in counts.items()
            ],
            right=1,
        )
    click.echo()
    click.echo(
        _("Pictures: {pictures}. Corrected after publishing: {corrected}.").format(
            pictures=figures.pictures, corrected=figures.corrected
        )
    )
    if figures.withdrawn:
        click.echo(_("Withdrawn, not counted: {count}").format(count=len(figures.withdrawn)))
        for item in figures.withdrawn:
            row = item.publication
            click.echo(f"  {row.title} ({row.site}): {row.reason}")
