"""``calendar``: the coming weeks, as text for the terminal and as a file for Outlook or Google."""

from __future__ import annotations

import os
import shutil
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, tzinfo
from gettext import gettext as _
from gettext import ngettext
from itertools import groupby
from pathlib import Path

import click

from publisher import messages, run
from publisher.cli.commands import Command
from publisher.cli.output import local, print_json
from publisher.cli.program import Settings
from publisher.cli.publishing import chosen_sites, move_json
from publisher.config import Config
from publisher.errors import ContentError
from publisher.messages import calendar as words
from publisher.model import Problem, Where
from publisher.posts import parse_date
from publisher.run import Day, Forecast, Happening, Mark, MarkKind, What

_WIDEST = 100
"""Columns beyond which a line of text is hard to follow."""

_INDENT = 2
_COLOURS = {
    What.PUBLISHED: "green",
    What.RECORDED: "green",
    What.EXPIRE: "yellow",
    What.WITHDRAW: "yellow",
    What.HELD: "red",
    What.APPROVAL: "yellow",
    What.DRAFT: "bright_black",
}


@click.command(
    cls=Command,
    help=_("Show by weeks and days what goes out, what waits and why; no site is asked."),
)
@click.option(
    "--weeks",
    metavar=_("NUMBER"),
    type=click.IntRange(1, 53),
    default=4,
    help=_("How many weeks; 4 when it is not said."),
)
@click.option(
    "--from", "first", metavar=_("DAY"), help=_("A day of the first week; else this week.")
)
@click.option(
    "--site",
    "names",
    metavar=_("SITE"),
    multiple=True,
    help=_("Only of this site; may be repeated."),
)
@click.option(
    "--ics",
    metavar=_("FILE"),
    type=click.Path(path_type=Path, dir_okay=False),
    help=_("Write a file that Outlook, Google and telephones take into their calendars."),
)
@click.option("--json", "as_json", is_flag=True, help=_("Print JSON for machines."))
@click.pass_context
def calendar(
    ctx: click.Context,
    weeks: int,
    first: str | None,
    names: tuple[str, ...],
    ics: Path | None,
    as_json: bool,
) -> None:
    """Forecast, and show or write it."""
    settings: Settings = ctx.obj
    config = settings.load()
    names = chosen_sites(config, names)
    office, zone = settings.office(config), config.schedule.timezone
    if ics:
        _check_name(ics)
    today = office.now().astimezone(zone).date()
    made = run.forecast(office, _day(first, zone) if first else today, weeks, names)
    if ics:
        count = _write(made, config, ics)
    if as_json:
        print_json(_json(made, zone))
    elif ics:
        said = ngettext("{n} entry", "{n} entries", count).format(n=count)
        click.echo(_("Written: {file} ({entries})").format(file=ics, entries=said))
        click.echo(_("Open it in Outlook, or import it in Google Calendar; again after changes."))
    else:
        _show(made, config, names or tuple(config.sites), today)


def _day(text: str, zone: tzinfo) -> date:
    moment = parse_date(text, zone)
    if moment is None:
        raise click.BadParameter(_("Write a day such as 15/12/2022."))
    return moment.astimezone(zone).date()


# As text


def _show(made: Forecast, config: Config, sites: Sequence[str], today: date) -> None:
    width = min(shutil.get_terminal_size((80, 24)).columns, _WIDEST)
    labels = {words.what(h) for day in made.days for h in day.happenings}
    page = _Page(width, config.schedule.timezone, sites, today, labels)
    for number, week in enumerate(made.weeks):
        if number:
            click.echo()
        click.echo(click.style(words.week(week), bold=True))
        page.week(week)
    page.rest(_("Can never go out as things are:"), [(h, words.never(h)) for h in made.never])
    page.rest(_("Can't be read, so that nobody knows when:"), [(h, "") for h in made.undated])
    click.echo()
    held = {h.key for day in made.days for h in day.happenings if h.what is What.HELD}
    if held or made.undated:
        click.echo(_("To see what is wrong with posts that have errors: publisher check"))
    if not any(day.happenings for day in made.days):
        click.echo(_("Nothing goes out in these weeks. To write a post: publisher new"))
    if made.later:
        click.echo(_("After these weeks: {count} more; see --weeks.").format(count=made.later))
    due = run.reminder(config, today)
    click.echo(messages.reminder(due.due, due.working_days))


class _Page:
    """How days and posts look on a terminal of a width."""

    def __init__(
        self, width: int, zone: tzinfo, sites: Sequence[str], today: date, labels: Iterable[str]
    ) -> None:
        self._width = width
        self._zone = zone
        self._sites = sites
        self._today = today
        self._label = max(map(len, labels), default=0)

    def week(self, days: Sequence[Day]) -> None:
        """Print a week; days of which nothing is to be said stand together."""
        for same, group in groupby(days, self._alike):
            some = list(group)
            if same is None:
                for day in some:
                    self._day(day)
            else:
                title = words.day(some[0].date)
                if len(some) > 1:
                    title += f" – {words.day(some[-1].date)}"
                nothing = _("no post") if some[0].date < self._today else _("no post yet")
                self._line(f"{title}: ", "; ".join(self._marks(some[0])) or nothing, dim=True)

    def _alike(self, day: Day) -> tuple[Mark, ...] | None:
        """Return what days have in common that need one line only, None for a day of its own."""
        quiet = all(mark.kind is MarkKind.CLOSED for mark in day.marks)
        return day.marks if quiet and not day.happenings and day.date != self._today else None

    def _marks(self, day: Day) -> list[str]:
        return [words.mark(m, everywhere=set(m.sites) == set(self._sites)) for m in day.marks]

    def _day(self, day: Day) -> None:
        title = words.day(day.date)
        if day.date == self._today:
            title += f" ({_('today')})"
        click.echo(" " * _INDENT + click.style(title, underline=True))
        if day.marks:
            quiet = all(m.kind in (MarkKind.CLOSED, MarkKind.PERIOD) for m in day.marks)
            self._line("  * ", "; ".join(self._marks(day)), colour=None if quiet else "yellow")
        for happening, sites in _together(day.happenings):
            self._happening(happening, sites)
        if not day.happenings and not day.marks:
            self._line("  ", _("no post yet"), dim=True)

    def _happening(self, happening: Happening, sites: Sequence[str]) -> None:
        assert happening.at is not None  # it stands on a day
        label = words.what(happening).ljust(self._label)
        start = f"  {happening.at.astimezone(self._zone):%H:%M}  {label}  "
        title = f"{_('URGENT')}: {happening.title}" if happening.urgent else happening.title
        more = [messages.kind(happening.kind).lower()] if happening.kind else []
        more += [", ".join(sites)] if len(self._sites) > 1 and any(sites) else []
        if why := words.why(happening, lambda moment: local(moment, self._zone)):
            more.append(why)
        if happening.what is What.HELD:
            more.append(happening.file)
        text = f"{title} ({'; '.join(more)})" if more else title
        self._line(start, text, colour=_COLOURS.get(happening.what))

    def rest(self, title: str, lines: Iterable[tuple[Happening, str]]) -> None:
        """Print what stands on no day, each with what is to be said of it."""
        lines = list(lines)
        if not lines:
            return
        click.echo()
        click.echo(click.style(title, bold=True))
        for happening, advice in lines:
            self._line("  ", happening.title, colour="red")
            if advice:
                self._line("    → ", f"{happening.file}: {advice}")

    def _line(self, start: str, text: str, *, colour: str | None = None, dim: bool = False) -> None:
        """Print a line that goes on below its own beginning."""
        start = " " * _INDENT + start
        hang = " " * min(len(start), self._width // 3)
        lines = textwrap.wrap(
            start + text,
            self._width - 1,
            subsequent_indent=hang,
            drop_whitespace=True,
            break_long_words=False,
            break_on_hyphens=False,
        )
        for line in lines:
            click.echo(click.style(line, fg=colour, dim=dim) if colour or dim else line)


def _together(happenings: Iterable[Happening]) -> Iterator[tuple[Happening, list[str]]]:
    """Yield what happens to a post at one instant on several sites once, with the sites."""
    for _same, group in groupby(happenings, lambda h: (h.at, h.what, h.key)):
        some = list(group)
        yield some[0], [happening.site for happening in some]


# As a file


def _check_name(path: Path) -> None:
    """Raise ContentError when a file is no calendar, by its name or by what is in it."""
    if path.suffix.lower() != ".ics":
        params = {"name": path.with_suffix(".ics").name}
        raise ContentError(Problem("calendar-name", Where(str(path)), params))
    try:
        with path.open("rb") as file:
            begins = file.read(64)
    except FileNotFoundError:
        return
    except OSError as error:
        raise _unwritable(path, error) from error
    if begins.strip() and not begins.removeprefix(b"\xef\xbb\xbf").startswith(b"BEGIN:VCALENDAR"):
        params = {"name": path.with_stem(f"{path.stem}-2").name}
        raise ContentError(Problem("calendar-other", Where(str(path)), params))


def _write(made: Forecast, config: Config, path: Path) -> int:
    """Write the file, whole or not at all, and return how many entries it has."""
    from publisher import ics

    zone = config.schedule.timezone
    sites = {name: site.label or name for name, site in config.sites.items()}
    found = list(words.entries(made, config.themes, sites, lambda moment: local(moment, zone)))
    name = config.organisation.name
    title = (
        _("Publishing calendar – {name}").format(name=name) if name else _("Publishing calendar")
    )
    content = ics.calendar(found, title, str(zone), made.now)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        fresh.write_bytes(content)
        fresh.replace(path)
    except OSError as error:  # on Windows also while it is open in Outlook
        fresh.unlink(missing_ok=True)
        raise _unwritable(path, error) from error
    return len(found)


def _unwritable(path: Path, error: OSError) -> ContentError:
    params = {"error": error.strerror or str(error)}
    return ContentError(Problem("file-unwritable", Where(str(path)), params))


# As JSON


def _json(made: Forecast, zone: tzinfo) -> dict[str, object]:
    return {
        "now": made.now.astimezone(zone).isoformat(),
        "from": made.days[0].date.isoformat(),
        "to": made.days[-1].date.isoformat(),
        "days": [
            {
                "date": day.date.isoformat(),
                "week": day.date.isocalendar().week,
                "marks": [
                    {
                        "what": mark.kind.value,
                        "name": mark.name,
                        "sites": list(mark.sites),
                        "periods": [messages.period(period) for period in mark.periods],
                    }
                    for mark in day.marks
                ],
                "items": [_item(happening, zone) for happening in day.happenings],
            }
            for day in made.days
        ],
        "never": [{**_item(h, zone), "message": words.never(h)} for h in made.never],
        "unreadable": [_item(happening, zone) for happening in made.undated],
        "later": made.later,
    }


def _item(happening: Happening, zone: tzinfo) -> dict[str, object]:
    return {
        "what": happening.what.value,
        "at": happening.at.astimezone(zone).isoformat() if happening.at else None,
        "site": happening.site,
        "key": happening.key,
        "title": happening.title,
        "kind": happening.kind,
        "theme": happening.theme,
        "file": happening.file,
        "url": happening.url,
        "urgent": happening.urgent,
        "moved": move_json(happening.moved, zone),
        "message": words.why(happening, lambda moment: local(moment, zone)),
    }
