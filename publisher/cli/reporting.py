"""``report`` and ``verify``: what was published amounts to, and whether it is still there."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, tzinfo
from gettext import gettext as _
from typing import Any, TypeVar

import click

from publisher import messages, periods, run
from publisher.cli.commands import Command
from publisher.cli.documents import document_options, form_of, put, write_document
from publisher.cli.exits import Exit
from publisher.cli.figures import figures_json, royalties_json, show_figures, show_royalties
from publisher.cli.output import as_text, local, meter, print_json, problem_json, show_problems
from publisher.cli.program import Settings
from publisher.config import Config
from publisher.model import Period, Publication, Span, Verdict, Verification
from publisher.posts import parse_date

_F = TypeVar("_F", bound=Callable[..., Any])
_PART = re.compile(r"(?:(\d{4})[-/](\d{1,2})|(\d{1,2})[-/](\d{4}))")


def period_options(command: _F) -> _F:
    """Give a command the options by which a period is chosen; see :func:`chosen`."""
    year = click.IntRange(2000, 2100)
    for option in (
        click.option("--to", "last", metavar=_("DAY"), help=_("Last day, included.")),
        click.option("--from", "first", metavar=_("DAY"), help=_("First day, such as 15/12/2022.")),
        click.option(
            "--month", metavar=_("YEAR-MONTH"), help=_("Such as 2023-03: from 15/02 to 14/03.")
        ),
        click.option(
            "--quarter", metavar=_("YEAR-N"), help=_("Such as 2023-1: from 15/12 to 14/03.")
        ),
        click.option(
            "--nine-months", metavar=_("YEAR"), type=year, help=_("From 15/12 before to 14/09.")
        ),
        click.option("--half", metavar=_("YEAR-N"), help=_("Such as 2023-1: from 15/12 to 14/06.")),
        click.option("--year", metavar=_("YEAR"), type=year, help=_("From 15/12 before to 14/12.")),
    ):
        command = option(command)
    return command


def chosen(config: Config, given: dict[str, Any]) -> Period | None:
    """Return the period that the options name, None when they name none. Raise UsageError."""
    zone = config.schedule.timezone
    first, last = given["first"], given["last"]
    named = [name for name in ("year", "nine_months", "half", "quarter", "month") if given[name]]
    if len(named) + bool(first or last) > 1:
        raise click.UsageError(_("Name one period only, or --from and --to."))
    if first or last:
        if not (first and last):
            raise click.UsageError(_("Give both --from and --to."))
        period = Period(_day(first, zone), _day(last, zone))
        if period.last < period.first:
            raise click.UsageError(_("The last day lies before the first."))
        return period
    if not named:
        return None
    return run.closed(config, _named(named[0], given[named[0]]))


def _named(name: str, value: Any) -> Period:
    if name == "year":
        return periods.year(value)
    if name == "nine_months":
        return periods.nine_months(value)
    makers = {
        "half": (periods.half, 2, "2023-1"),
        "quarter": (periods.quarter, 4, "2023-1"),
        "month": (periods.month, 12, "2023-03"),
    }
    make, most, example = makers[name]
    found = _PART.fullmatch(value.strip())
    year, number = (int(found[1] or found[4]), int(found[2] or found[3])) if found else (0, 0)
    if not (2000 <= year <= 2100 and 1 <= number <= most):
        raise click.BadParameter(_("Write --{name} {example}.").format(name=name, example=example))
    return make(year, number)


def _day(text: str, zone: tzinfo) -> date:
    moment = parse_date(text, zone)
    if moment is None:
        raise click.BadParameter(_("Write a day such as 15/12/2022."))
    return moment.astimezone(zone).date()


def _closed(period: Period, text: str, zone: tzinfo) -> Period:
    """Return a period that closes on a day written with its year or without."""
    if re.fullmatch(r"\d{1,2}/\d{1,2}", text.strip()):
        day, month = (int(part) for part in text.strip().split("/"))
        if (period.last.day, period.last.month) == (day, month):
            return replace(period, close=None)
        try:
            closed = periods.closed(replace(period, close=None), day, month)
        except ValueError:
            raise click.BadParameter(_("Write a day such as 10/12/2023.")) from None
        close = closed.close
    else:
        close = _day(text, zone)
    if close == period.last:
        return replace(period, close=None)
    if close is None or close not in period:
        raise click.BadParameter(
            _("The close lies outside the period, {days}.").format(days=messages.days(period))
        )
    return replace(period, close=close)


@click.command(
    cls=Command,
    help=_("Count what was published in a period: a year, a quarter, a month, or any days."),
)
@period_options
@click.option(
    "--close",
    metavar=_("DAY"),
    help=_("Last day whose items are counted; “close” of config.toml when it is not given."),
)
@click.option("--royalties", "pay", is_flag=True, help=_("Show what the authors are due."))
@document_options
@click.option("--json", "as_json", is_flag=True, help=_("Print JSON for machines."))
@click.pass_context
def report(
    ctx: click.Context, /, close: str | None, pay: bool, as_json: bool, **given: Any
) -> None:
    """Print the figures of a period, or make a document of them."""
    settings: Settings = ctx.obj
    form = "json" if as_json else form_of(given)
    config = settings.load()
    zone = config.schedule.timezone
    period = chosen(config, given)
    if period is None:
        raise click.UsageError(_("Say which period: --year 2023, or --from and --to."))
    if close:
        period = _closed(period, close, zone)
    if pay and not config.royalties.enabled:
        raise click.UsageError(
            _("Royalties are switched off: see [royalties] enabled in config.toml.")
        )
    office = settings.office(config)
    made = run.report(office, period)
    if form == "json":
        values = figures_json(made)
        if pay and made.royalties:
            values["royalties"] = royalties_json(made.royalties)
        put(as_text(values).encode(), given["output"])
        return
    if form != "text":
        write_document(config, made, form, given, office.now().astimezone(zone).date())
        return
    show_figures(made, config)
    if pay and made.royalties:
        click.echo()
        show_royalties(made.royalties)


@click.command(
    cls=Command,
    help=_("Look up every counted item on its site: is it still there, as it was logged?"),
)
@period_options
@click.option("--no-links", is_flag=True, help=_("Do not ask for the public addresses."))
@click.option("--json", "as_json", is_flag=True, help=_("Print JSON for machines."))
@click.pass_context
def verify(ctx: click.Context, /, no_links: bool, as_json: bool, **given: Any) -> None:
    """Verify the items of a period, and print what is wrong with them."""
    settings: Settings = ctx.obj
    config = settings.load()
    office = settings.by_hand(config)
    today = office.now().astimezone(config.schedule.timezone).date()
    period = chosen(config, given) or run.closed(config, periods.of(Span.YEAR, today))
    with meter(quiet=as_json) as progress:
        made = run.verify(
            office,
            period,
            links=not no_links,
            expect=progress.expect,
            tell=lambda row, look: progress.step(_wrong(row, look)),
        )
    counts = dict.fromkeys(Verdict, 0)
    for _row, look in made.looks:
        counts[look.verdict] += 1
    if as_json:
        print_json(
            {
                "period": {"from": period.first.isoformat(), "to": period.last.isoformat()},
                "verified_at": office.now().isoformat(),
                "counts": {verdict.value: number for verdict, number in counts.items()},
                "items": [_look_json(row, look) for row, look in made.looks],
                "problems": [problem_json(problem) for problem in made.unreachable.values()],
            }
        )
    else:
        show_problems(made.unreachable.values())
        click.echo(
            _("Looked up at {when}: {period}. Items: {count}; as logged: {sound}.").format(
                when=local(office.now(), config.schedule.timezone),
                period=messages.days(period),
                count=len(made.looks),
                sound=counts[Verdict.SOUND],
            )
        )
    if made.unreachable or counts[Verdict.UNREACHABLE]:
        ctx.exit(Exit.UNREACHABLE)
    if counts[Verdict.SOUND] + counts[Verdict.CLOSED] < len(made.looks):
        ctx.exit(Exit.FAILED)


def _wrong(row: Publication, look: Verification) -> str:
    """Return a line about an item that is not as logged, "" for one that is."""
    if look.verdict is Verdict.SOUND:
        return ""
    words = messages.verdict(look.verdict.value)
    more = f" ({look.detail})" if look.detail else ""
    return f"{words}{more}: {row.title}  {row.site}\n    {row.url}"


def _look_json(row: Publication, look: Verification) -> dict[str, object]:
    return {
        "site": row.site,
        "key": row.key,
        "title": row.title,
        "url": row.url,
        "verdict": look.verdict.value,
        "detail": look.detail,
    }
