"""``approve`` and ``move``: what an editor decides of posts; the log has it, no file is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, tzinfo
from gettext import gettext as _
from gettext import ngettext
from typing import Any, TypeVar

import click

from publisher import messages, run
from publisher.cli.commands import Command
from publisher.cli.output import local, print_json
from publisher.cli.program import Settings
from publisher.cli.publishing import chosen_sites, move_json
from publisher.config import Config
from publisher.model import Decision, Ruling
from publisher.posts import parse_date
from publisher.run import Office, Pending
from publisher.text import nfc

_F = TypeVar("_F", bound=Callable[..., Any])
_LONGEST = 500  # letters of a reason


def _named(command: _F) -> _F:
    return click.option(
        "--as",
        "person",
        metavar=_("NAME"),
        default="",
        help=_("Who decides, for the log; the account of this computer when it is not named."),
    )(command)


def _office(settings: Settings, config: Config, person: str) -> Office:
    office = settings.by_hand(config)
    return replace(office, person=" ".join(nfc(person).split()) or office.person)


def _reason(text: str) -> str:
    return " ".join(nfc(text).split())[:_LONGEST]


@click.command(
    cls=Command,
    help=_("Approve posts as their files are now, send them back, or list what waits for it."),
)
@click.argument("keys", nargs=-1, metavar=_("[KEY]..."))
@click.option("--list", "listing", is_flag=True, help=_("Show what waits for approval."))
@click.option("--return", "back", is_flag=True, help=_("Send back to the author; needs --note."))
@click.option("--note", metavar=_("TEXT"), default="", help=_("What is kept in the log with it."))
@_named
@click.option("--json", "as_json", is_flag=True, help=_("Print JSON for machines."))
@click.pass_context
def approve(
    ctx: click.Context,
    keys: tuple[str, ...],
    listing: bool,
    back: bool,
    note: str,
    person: str,
    as_json: bool,
) -> None:
    """Judge posts, or list those that nobody judged."""
    settings: Settings = ctx.obj
    if listing == bool(keys):
        raise click.UsageError(_("Name the posts to approve, or give --list."))
    note = _reason(note)
    if back and not note:
        raise click.UsageError(_("Say with --note what the author is to change."))
    config = settings.load()
    zone = config.schedule.timezone
    if listing:
        found = run.pending(run.look(settings.office(config)))
        if as_json:
            print_json([_pending_json(each, zone) for each in found])
        else:
            _show_pending(found, zone, on=config.editorial.approval)
        return
    ruling = Ruling.RETURNED if back else Ruling.APPROVED
    contents = dict.fromkeys((run.key_of(config, key) for key in keys), "")
    made = run.judge(_office(settings, config, person), contents, ruling, note)
    if as_json:
        print_json([_decision_json(each, zone) for each in made])
        return
    for each in made:
        click.echo(f"{messages.event(each.ruling.value)}: {each.key}  ({each.title})")
    if not made:
        click.echo(_("This was decided already; nothing changed."))
    elif not back:
        click.echo(_("The next run sends it; at once: publisher publish"))


def _pending_json(each: Pending, zone: tzinfo) -> dict[str, object]:
    return {
        "key": each.article.key,
        "title": each.article.post.title,
        "file": each.article.post.file,
        "digest": each.article.content,
        "sites": list(each.sites),
        "due": each.due.astimezone(zone).isoformat() if each.due else None,
        "published": each.stands is not None,
        "returned": each.verdict.reason if each.verdict else None,
    }


def _show_pending(found: tuple[Pending, ...], zone: tzinfo, *, on: bool) -> None:
    if not found:
        words = (
            _("No post waits for approval.") if on else _("In this office posts need no approval.")
        )
        click.echo(words)
        return
    waiting = ngettext("{n} post waits for approval:", "{n} posts wait for approval:", len(found))
    click.echo(waiting.format(n=len(found)))
    for each in found:
        click.echo(f"  {each.article.key}  {each.article.post.title}")
        sites = ", ".join(messages.site(name) for name in each.sites)
        state = _("a change of what stands there") if each.stands else _("new")
        due = f"; {local(each.due, zone)}" if each.due else ""
        click.echo(f"    {sites}: {state}{due}")
        if each.verdict:
            told = _("Sent back by {person}: {note}")
            click.echo("    " + told.format(person=each.verdict.person, note=each.verdict.reason))
    click.echo(_("To approve one: publisher approve KEY"))


@click.command(
    cls=Command,
    help=_("Give a post another date than its file has; the file stays as it is."),
)
@click.argument("key", metavar=_("KEY"))
@click.argument("to", required=False, metavar=_("[DATE]"))
@click.option("--back", is_flag=True, help=_("Take the date of the file again."))
@click.option("--reason", metavar=_("TEXT"), default="", help=_("Why; it is kept in the log."))
@click.option(
    "--site",
    "names",
    metavar=_("SITE"),
    multiple=True,
    help=_("Only on this site; may be repeated."),
)
@_named
@click.option("--json", "as_json", is_flag=True, help=_("Print JSON for machines."))
@click.pass_context
def move(
    ctx: click.Context,
    key: str,
    to: str | None,
    back: bool,
    reason: str,
    names: tuple[str, ...],
    person: str,
    as_json: bool,
) -> None:
    """Move a post, and print how it stands now."""
    settings: Settings = ctx.obj
    if back == bool(to):
        raise click.UsageError(_("Say to which day, or give --back."))
    reason = _reason(reason)
    if not (reason or back):
        raise click.UsageError(_("Say why with --reason."))
    config = settings.load()
    names = chosen_sites(config, names)
    zone = config.schedule.timezone
    moment = _moment(to, zone) if to else None
    office = _office(settings, config, person)
    made = run.move(office, [run.key_of(config, key)], moment, names, reason)
    if as_json:
        print_json([_decision_json(each, zone) for each in made])
        return
    for each in made:
        shown = each.moment or each.against
        click.echo(
            _("{site}: now {when} (the file says {dated})").format(
                site=messages.site(each.site),
                when=local(shown, zone) or _("“as soon as possible”"),
                dated=local(each.against, zone) or _("“as soon as possible”"),
            )
        )
    click.echo(_("The file stays as it is; this is in the log. To see it: publisher calendar"))


def _moment(text: str, zone: tzinfo) -> datetime | date:
    """Return the instant that somebody wrote, or the day when no time of day is in it."""
    moment = parse_date(text, zone)
    if moment is None:
        raise click.BadParameter(_('Write a day such as 15/12/2022, or "15/12/2022 08:00".'))
    other = parse_date(text, zone, moment.replace(hour=1).time())
    return moment if other == moment else moment.date()


def _decision_json(made: Decision, zone: tzinfo) -> dict[str, object]:
    return {
        "ruling": made.ruling.value,
        "site": made.site,
        "key": made.key,
        "digest": made.digest,
        **(move_json(made, zone) or {}),
    }
