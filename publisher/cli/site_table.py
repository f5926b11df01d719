"""What ``site check`` found, as a table, as a card for each site, and as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from gettext import gettext as _
from gettext import ngettext

import click

from publisher.cli import columns
from publisher.cli.output import problem_json, show_problem
from publisher.config import Config
from publisher.model import SiteInfo
from publisher.run import SiteCheck

_GRAIN = timedelta(seconds=5)  # an answer needs time: less than this is no difference


def result(check: SiteCheck) -> str:
    """Return in one word how a site is."""
    if check.fault:
        return _("faulty")
    return _("look") if check.problems else _("fine")


def show_table(checks: Mapping[str, SiteCheck], config: Config) -> None:
    """Print a line for each site, and below what is wrong; cards where lines are too short."""
    heads = (
        _("Site"),
        _("Result"),
        _("Group"),
        _("Address"),
        _("Software"),
        _("Account"),
        _("May"),
        _("Time zone"),
        _("Clock"),
        _("Certificate until"),
    )
    # The first is known from config.toml, the second told of below when it is another.
    spare = (_("Address"), _("Time zone"), _("Software"))
    columns.show(heads, [_row(check, config) for check in checks.values()], spare)
    for check in checks.values():
        if check.problems:
            click.echo()
            click.echo(click.style(check.name, bold=True))
        for problem in check.problems:
            show_problem(problem)


def _row(check: SiteCheck, config: Config) -> tuple[str, ...]:
    settings, info = config.sites[check.name], check.info
    address = settings.url or (info.url if info else "")
    known = _known(info, config) if info else ("", "", "")
    return (
        check.name,
        result(check),
        ", ".join(config.groups_of(check.name)),
        address,
        check.software,
        *known,
        _clock(check.ahead),
        _certificate(check, config),
    )


def _known(info: SiteInfo, config: Config) -> tuple[str, ...]:
    account = f"{info.user} ({', '.join(info.roles)})" if info.roles else info.user
    lacks = rights(info, config, may=False)
    may = _("all but: {rights}").format(rights=", ".join(lacks)) if lacks else _("everything")
    return account, may if info.user and info.can else "", info.timezone


def rights(info: SiteInfo, config: Config, *, may: bool) -> list[str]:
    """Return in words what an account may do on a site, or what it may not."""
    known = {"publish": _("publish"), "upload": _("upload pictures")}
    if config.sites[info.name].abilities.terms:
        known |= {"categories": _("create categories"), "tags": _("create tags")}
    return [words for code, words in known.items() if (code in info.can) is may]


def _clock(ahead: timedelta | None) -> str:
    if ahead is None:
        return ""
    seconds = round(abs(ahead).total_seconds())
    if abs(ahead) <= _GRAIN:
        return _("same")
    size = (
        ngettext("{n} second", "{n} seconds", seconds).format(n=seconds)
        if seconds < 120
        else ngettext("{n} minute", "{n} minutes", seconds // 60).format(n=seconds // 60)
    )
    # Of the site's clock, as seen from here.
    return (_("{time} slow") if ahead > timedelta(0) else _("{time} fast")).format(time=size)


def _certificate(check: SiteCheck, config: Config) -> str:
    if check.left is None or check.info is None or check.info.certificate is None:
        return ""
    ends = check.info.certificate.astimezone(config.schedule.timezone)
    left = ngettext("{n} day", "{n} days", check.left.days).format(n=check.left.days)
    return f"{ends:%d/%m/%Y} ({left})"


def as_json(check: SiteCheck, config: Config) -> dict[str, object]:
    """Return what is known of a site as machines read it; a fault stands at the top."""
    info, settings = check.info, config.sites[check.name]
    said: dict[str, object] = problem_json(check.fault) if check.fault else {}
    if info:
        said |= {
            "url": info.url,
            "title": info.title,
            "software": check.software,
            "timezone": info.timezone,
            "user": info.user,
            "roles": info.roles,
            "can": sorted(info.can),
            "upload_limit": info.upload_limit,
            "clock_seconds": -check.ahead.total_seconds() if check.ahead is not None else None,
            "certificate": info.certificate.isoformat() if info.certificate else None,
            "certificate_days": check.left.days if check.left is not None else None,
        }
    state = "faulty" if check.fault else "look" if check.problems else "fine"
    return {
        **said,
        "result": state,
        "kind": settings.kind,
        "groups": config.groups_of(check.name),
        "republishes": settings.republishes,
        "problems": [problem_json(problem) for problem in check.problems],
    }
