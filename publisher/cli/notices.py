"""``notice``: who is told of what happens, and whether messages arrive."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from gettext import gettext as _

import click

from publisher import credentials, messages, notify
from publisher.cli.commands import Group
from publisher.cli.exits import Exit
from publisher.cli.output import print_json, problem_json, show_problem, table
from publisher.cli.program import Settings
from publisher.config import Config
from publisher.errors import ConfigError, NoticeError
from publisher.model import Problem
from publisher.notify import Mail, Message
from publisher.service.sending import MAIL, Ways, ways_of

PING = "ping"
_SECONDS = 40.0
"""The longest that all channels together may take for a test."""


@click.group(cls=Group, help=_("Say who is told what happens, and try it."))
def notice() -> None:
    """Hold the commands about messages to people."""


@notice.command("list", help=_("Show the channels, and whether each has its address."))
@click.option("--json", "as_json", is_flag=True, help=_("Print JSON for machines."))
@click.pass_context
def list_(ctx: click.Context, as_json: bool) -> None:
    """Show the channels of config.toml; their addresses are never shown."""
    settings: Settings = ctx.obj
    config = settings.load()
    ways = ways_of(config, os.environ)
    names = _names(config)
    if as_json:
        rows = {name: {"service": _service(name, config, ways), **_json(name, ways)}
                for name in names}  # fmt: skip
        print_json(rows)
        return
    if not names:
        click.echo(_("Nobody is told: config.toml names no channel under [notices]."))
        return
    table(
        [(name, _service(name, config, ways), _state(name, config, ways)) for name in names],
        (_("Channel"), _("Service"), _("Address")),
    )


def _json(name: str, ways: Ways) -> dict[str, object]:
    problem = _missing(name, ways)
    return {"problem": problem_json(problem) if problem else None}


def _names(config: Config) -> tuple[str, ...]:
    """Return all that can be tried, as config.toml names it."""
    wanted = config.notices
    mail = (MAIL,) if wanted.mail else ()
    return (*wanted.channels, *mail, *((PING,) if wanted.ping else ()))


def _service(name: str, config: Config, ways: Ways) -> str:
    if name == MAIL and config.notices.mail:
        return _("Mail by {host}").format(host=config.notices.mail.host)
    if name == PING:
        return _("Dead-man's switch")
    try:
        return notify.service(name, ways.channels[name]) if name in ways.channels else ""
    except NoticeError:
        return ""


def _state(name: str, config: Config, ways: Ways) -> str:
    problem = _missing(name, ways) or (_no_ping(config) if name == PING else None)
    if problem:
        return messages.message(problem)
    mail = config.notices.mail
    if name == MAIL and mail:
        return ", ".join(mail.to) or _("for the authors alone")
    return _("kept")


def _missing(name: str, ways: Ways) -> Problem | None:
    if name in ways.channels:
        try:
            notify.check(name, ways.channels[name])
        except NoticeError as error:
            return error.problems[0]
    return ways.missing.get(name)


def _no_ping(config: Config) -> Problem | None:
    if credentials.find(credentials.PING, config.state, os.environ):
        return None
    return Problem("notice-missing", params={"name": PING})


@notice.command(
    "login", help=_("Ask for the address of a channel (or the password of mail) and keep it.")
)
@click.argument("name", metavar=_("NAME"))
@click.option(
    "--in-file",
    is_flag=True,
    help=_("Keep it in a file, for a service that runs while nobody is logged on."),
)
@click.pass_context
def login(ctx: click.Context, name: str, in_file: bool) -> None:
    """Keep an address in the keyring or, where there is none, in a file only its owner reads."""
    settings: Settings = ctx.obj
    config = settings.load()
    mail = config.notices.mail
    if name not in (*config.notices.channels, *((MAIL,) if mail else ()), PING):
        raise ConfigError(_unknown(name, config))
    if name == MAIL and mail:
        click.echo(_("The password of {user} at the mail server.").format(user=mail.user))
        secret = click.prompt(_("Password"), hide_input=True).strip()
    else:
        click.echo(_explained(name))
        secret = click.prompt(_("Address (not shown)"), hide_input=True).strip()
    place = credentials.PING if name == PING else credentials.of_notice(name)
    if name not in (MAIL, PING):
        notify.check(name, secret)
        click.echo(_("Service: {service}").format(service=notify.service(name, secret)))
    kept = credentials.keep(place, secret, config.state, in_file=in_file)
    if kept == "keyring":
        click.echo(_("Kept in this computer's keyring."))
    else:
        click.echo(_("Kept in {file}, which only you can read.").format(file=kept))
    if name == PING and not config.notices.ping:
        click.echo(_("It is used when config.toml has under [notices]: ping = true"))
    click.echo(_("Try it: publisher notice test {name}").format(name=name))


def _explained(name: str) -> str:
    if name == PING:
        return _(
            "The address that healthchecks.io, or a server of that kind, shows for a check:\n"
            "  https://hc-ping.com/UUID"
        )
    examples = [
        (_("Telegram group"), "tgram://BOT_TOKEN/CHAT_ID"),
        (_("Zalo bot"), "zalo://BOT_TOKEN/CHAT_ID"),
        (_("Teams (a workflow of the channel)"), "workflows://HOST/WORKFLOW/SIGNATURE"),
        (_("Mail by another server"), "mailtos://USER:PASSWORD@HOST?from=A@HOST&to=B@HOST"),
        (_("A web service of your own"), "jsons://HOST/PATH"),
    ]
    lines = [f"  {what}:\n    {address}" for what, address in examples]
    more = _("In a password, write @ as %40, / as %2F. More: https://appriseit.com/services/")
    return "\n".join([_("The address of a channel looks like this:"), *lines, more])


def _unknown(name: str, config: Config) -> Problem:
    mail = (MAIL,) if config.notices.mail else ()
    choices = ", ".join((*config.notices.channels, *mail, PING))
    return Problem("notice-unknown", params={"name": name, "choices": choices})


@notice.command("test", help=_("Send a test message to each channel, and say which arrived."))
@click.argument("name", metavar=_("[NAME]"), default="")
@click.option("--json", "as_json", is_flag=True, help=_("Print JSON for machines."))
@click.pass_context
def test(ctx: click.Context, name: str, as_json: bool) -> None:
    """Try the channels side by side."""
    settings: Settings = ctx.obj
    config = settings.load()
    names = _names(config)
    if name and name not in names:
        raise ConfigError(_unknown(name, config))
    if not names:
        click.echo(_("Nobody is told: config.toml names no channel under [notices]."))
        return
    ways = ways_of(config, os.environ)
    chosen = [name] if name else list(names)
    made = notify.within(_SECONDS, {n: partial(_tried, n, config, ways) for n in chosen})
    late = {n: Problem("notice-late", params={"name": n, "seconds": int(_SECONDS)}) for n in chosen}
    answers: Mapping[str, Problem | None] = {**late, **made}
    if as_json:
        print_json({n: problem_json(p) if p else None for n, p in answers.items()})
    else:
        for n, problem in answers.items():
            if problem:
                show_problem(problem)
            else:
                click.echo(_("{name}: sent. Look whether it is there.").format(name=n))
    if any(answers.values()):
        ctx.exit(Exit.FAILED)


def _tried(name: str, config: Config, ways: Ways) -> Problem | None:
    """Return why a test message did not get through, None when it did."""
    message = Message(*messages.trial(name))
    try:
        if name in ways.missing:
            return ways.missing[name]
        if name == PING:
            if missing := _no_ping(config):
                return missing
            address = credentials.find(credentials.PING, config.state, os.environ)
            notify.ping(address, "log", message.body)
        elif name == MAIL and ways.mail and config.notices.mail:
            to = config.notices.mail.to or (ways.mail.sender,)
            problems: list[Problem | None] = []
            now = datetime.now(config.schedule.timezone)
            notify.deliver(
                ways.mail, [Mail(to, message)], now, lambda _number, p: problems.append(p)
            )
            return problems[0]
        else:
            notify.send(name, ways.channels[name], message)
    except (ConfigError, NoticeError) as error:
        return error.problems[0]
    return None
