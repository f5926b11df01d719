"""``status`` and ``log``: how things stand, and what was done."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, tzinfo
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from publisher import messages, run
from publisher.cli.commands import Command, Group
from publisher.cli.exits import Exit
from publisher.cli.health import health_json, show_health
from publisher.cli.output import counted, local, print_json, show_problem, table
from publisher.cli.posts import known_theme
from publisher.cli.program import Settings
from publisher.cli.publishing import known_sites, move_json
from publisher.cli.reporting import chosen, period_options
from publisher.errors import ContentError, LogError
from publisher.model import WEB_KINDS, Decision, Kind, Problem, Publication, Where
from publisher.plan import APPROVAL, RETURNED
from publisher.text import nfc

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
    health = run.health(config, datetime.now(UTC))
    if not as_json:
        show_health(health, config)
    state = run.look(settings.office(config))
    due = run.reminder(config, datetime.now(zone).date())
    last = state.last_run
    if as_json:
        print_json(
            {
                "service": health_json(health, config),
                "published": state.published,
                "due": [{"site": site, "key": key} for site, key in state.due],
                "waiting": [
                    {
                        "site": a.site,
                        "key": a.key,
                        "due": a.due.isoformat() if a.due else None,
                        "code": a.reason,
                        "moved": move_json(a.move, zone),
                    }
                    for a in state.waiting
                ],
                "failures": [_entry_json(entry) for entry in state.failures],
                "last_run": last.started_at.isoformat() if last else None,
                "deadline": due.due.isoformat(),
                "days_to_deadline": (due.due - datetime.now(zone).date()).days,
                "working_days_to_deadline": due.working_days,
            }
        )
        return
    click.echo(_("Published: {count}.").format(count=state.published))
    if last:
        click.echo(_("Last run: {when}.").format(when=local(last.started_at, zone)))
    click.echo(_("To be sent now: {count}.").format(count=len(state.due)))
    for site, key in state.due:
        click.echo(f"  {messages.site(site)}  {key}")
    judged = [a for a in state.waiting if a.reason in (APPROVAL, RETURNED)]
    waiting = [a for a in state.waiting if a not in judged]
    if judged:
        said = _("Waiting for an editor's approval: {count}. See: publisher approve --list")
        click.echo(said.format(count=len(judged)))
    click.echo(_("Waiting for their time: {waiting}.").format(waiting=len(waiting)))
    for action in sorted(waiting, key=lambda a: a.due or datetime.max.replace(tzinfo=UTC)):
        line = f"  {local(action.due, zone)}  {messages.site(action.site)}  {action.key}"
        if action.move:
            line += f"  ({messages.moved(action.move, lambda moment: local(moment, zone))})"
        click.echo(line)
    if state.failures:
        click.echo(_("Failed, and not mended since: {count}.").format(count=len(state.failures)))
        for entry in state.failures:
            click.echo(f"  {local(entry.at, zone)}  {entry.site}  {entry.key}")
            if entry.problem:
                show_problem(entry.problem)
    if state.problems:
        click.echo(_("In the files: {problems}.").format(problems=counted(state.problems)))
        click.echo(_("See them with: publisher check"))
    click.echo(messages.reminder(due.due, due.working_days))


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
    heads = [_("When"), _("Site"), _("What"), _("State"), _("Post")]
    rows = [
        [
            local(entry.at, config.schedule.timezone),
            messages.site(entry.site) if entry.site or not entry.decision else _("(all sites)"),
            messages.event(entry.what),
            messages.state(entry.state),
            entry.name or entry.key if entry.action == "upload" else entry.key,
        ]
        for entry in entries
    ]
    if settings.verbose:  # addresses make lines wider than most windows
        heads.append(_("Address"))
        rows = [[*row, entry.url] for row, entry in zip(rows, entries, strict=True)]
    table(rows, heads)


def _entry_json(entry: Entry) -> dict[str, object]:
    return {
        "at": entry.at.isoformat(),
        "run": entry.run_id,
        "person": entry.person,
        "site": entry.site,
        "key": entry.key,
        "what": entry.what,
        "state": entry.state,
        "title": entry.title,
        "remote_id": entry.remote_id,
        "url": entry.url,
        "message": messages.message(entry.problem) if entry.problem else "",
        "reason": entry.decision.reason if entry.decision else "",
    }


_COLUMNS = (
    "at", "site", "key", "event", "title", "kind", "theme", "unit", "authors", "source",
    "shown_at", "url", "status", "pictures", "reason", "place", "participants", "copies",
    "evidence",
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
@click.option(
    "--decisions",
    is_flag=True,
    help=_("What people decided instead: approvals, and dates that were moved."),
)
@click.pass_context
def log_export(ctx: click.Context, form: str, output: Path | None, decisions: bool) -> None:
    """Export every row of the publications, or of the decisions, oldest first."""
    settings: Settings = ctx.obj
    config = settings.load()
    zone = config.schedule.timezone
    with run.log_of(settings.office(config)) as opened:
        if decisions:
            rows = [_ruled(made, zone) for made in opened.decisions()]
        else:
            rows = [_row(publication, zone) for publication in opened.publications()]
    if form == "json":
        text = json.dumps(rows, ensure_ascii=False, indent=2) + "\n"
    else:
        buffer = io.StringIO(newline="")
        writer = csv.DictWriter(buffer, _RULED if decisions else _COLUMNS)
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
    values["evidence"] = "; ".join(row.evidence)
    values["at"] = row.at.astimezone(zone).isoformat() if row.at else ""
    values["shown_at"] = row.shown_at.astimezone(zone).isoformat() if row.shown_at else ""
    return values


_RULED = ("at", "person", "ruling", "site", "key", "title", "moment", "against", "reason", "digest")


def _ruled(made: Decision, zone: tzinfo) -> dict[str, object]:
    values: dict[str, object] = {name: getattr(made, name) for name in _RULED}
    for name in ("at", "moment", "against"):
        moment = getattr(made, name)
        values[name] = moment.astimezone(zone).isoformat() if moment else ""
    return values | {"ruling": made.ruling.value}


def _cell(value: object) -> object:
    """Return a cell that Excel shows as text: one that begins like a formula is disarmed."""
    risky = isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t"))
    return f"'{value}" if risky else value


@log.command("backup", help=_("Copy the log to where it can be taken back from, and prove it."))
@click.pass_context
def log_backup(ctx: click.Context) -> None:
    """Copy the log, print where to, and end with 1 when it is not what was written."""
    settings: Settings = ctx.obj
    config = settings.load()
    if not isinstance(config.log_url, Path):
        raise LogError(Problem("log-backup-server", params={"log": config.log_url}))
    made = run.maintain(settings.by_hand(config))
    for problem in made.problems:
        show_problem(problem)
    click.echo(_("Copied to: {file}").format(file=made.copy))
    if made.removed:
        click.echo(_("Old copies deleted: {count}.").format(count=len(made.removed)))
    if made.same_disk:
        words = _("The copy is on the same disk as the log: when that breaks, both are lost.")
        click.echo(f"{words} " + _("Set [log] backups in config.toml to another disk."))
    if made.problems:
        ctx.exit(Exit.FAILED)


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


@log.command(
    "import",
    help=_("Take posts that stood on a site before this program into the log, so they count."),
)
@click.option(
    "--site", metavar=_("SITE"), required=True, help=_("The site, as config.toml names it.")
)
@period_options
@click.option("--author", metavar=_("USER"), default="", help=_("Only posts of this account."))
@click.option("--category", metavar=_("NAME"), default="", help=_("Only posts of this category."))
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in WEB_KINDS]),
    default=Kind.TIN.value,
    help=_("Kind of these posts."),
)
@click.option("--theme", metavar=_("THEME"), default="", help=_("Theme of these posts."))
@click.option(
    "--theme-of",
    "pairs",
    metavar=_("CATEGORY=THEME"),
    multiple=True,
    help=_("Theme of the posts in this category; may be repeated."),
)
@click.option("--unit", metavar=_("TEXT"), default="", help=_("Unit that these posts are of."))
@click.option("--dry-run", is_flag=True, help=_("Only show what would be taken."))
@click.option("--json", "as_json", is_flag=True, help=_("Print JSON for machines."))
@click.pass_context
def log_import(
    ctx: click.Context,
    /,
    site: str,
    author: str,
    category: str,
    kind: str,
    theme: str,
    pairs: tuple[str, ...],
    unit: str,
    dry_run: bool,
    as_json: bool,
    **given: Any,
) -> None:
    """Take what a site shows in a period into the log, each post once."""
    settings: Settings = ctx.obj
    config = settings.load()
    zone = config.schedule.timezone
    known_sites(config, (site,))
    period = chosen(config, given)
    if period is None:
        raise click.UsageError(_("Say which period: --year 2023, or --from and --to."))
    themes = dict(_pair(text) for text in pairs)
    for code in filter(None, [theme, *themes.values()]):
        known_theme(config, code)
    wanted = run.Wanted(site, period, author, category, Kind(kind), theme, unit, themes)
    taken = run.take(settings.by_hand(config), wanted, dry_run=dry_run)
    if as_json:
        items = [_row(row, zone) for row in taken.rows]
        print_json({"imported": items, "known": taken.known, "dry_run": dry_run})
        return
    for row in taken.rows:
        shown = local(row.shown_at, zone)
        click.echo(f"  {shown}  {config.themes.get(row.theme, '-')}  {row.title}\n    {row.url}")
    words = _("Would be taken: {count}.") if dry_run else _("Taken into the log: {count}.")
    known = _("In the log already: {count}.").format(count=taken.known)
    click.echo(f"{words.format(count=len(taken.rows))} {known}")


def _pair(text: str) -> tuple[str, str]:
    name, equals, theme = text.rpartition("=")
    if not (equals and name.strip() and theme.strip()):
        raise click.BadParameter(_("Write --theme-of CATEGORY=THEME."))
    return nfc(name.strip()), theme.strip()
