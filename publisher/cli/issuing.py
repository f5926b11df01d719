"""What ``bulletin`` and ``leaflet`` have in common: days, files, and what is told of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from gettext import gettext as _
from typing import Any, TypeVar

import click

from publisher.config import Config
from publisher.posts import parse_date
from publisher.run import Issued

_F = TypeVar("_F", bound=Callable[..., Any])


def issue_options(command: _F) -> _F:
    """Give a command the options by which what it makes becomes an item of the log."""
    for option in (
        click.option(
            "--again",
            metavar=_("TEXT"),
            default="",
            help=_("With --issue: why an issue that went out is corrected; it is kept in the log."),
        ),
        click.option(
            "--issue",
            is_flag=True,
            help=_("Note in the log that it is issued; the report counts it."),
        ),
    ):
        command = option(command)
    return command


def bad_ending(forms: Sequence[str]) -> click.UsageError:
    """Return what is said of a file that no program could open."""
    endings = ", ".join(f".{name}" for name in forms)
    return click.UsageError(
        _("Name the file with one of these endings: {endings}.").format(endings=endings)
    )


def day_of(text: str | None, config: Config) -> date | None:
    """Return the day that a person wrote, None for none. Raise BadParameter."""
    if not text:
        return None
    zone = config.schedule.timezone
    moment = parse_date(text, zone)
    if moment is None:
        raise click.BadParameter(_("Write a day such as 15/12/2022."))
    return moment.astimezone(zone).date()


def issued_line(issued: Issued, title: str) -> str:
    """Return what issuing amounted to."""
    words = {
        Issued.NEW: _("Issued, and noted in the log: {title}"),
        Issued.CORRECTED: _("Corrected in the log, counted once as before: {title}"),
        Issued.SAME: _("Issued before as it is; the log stays as it was: {title}"),
    }
    return words[issued].format(title=title)
