"""``web`` and ``user``: the desk in the browser, and who may use it."""

from __future__ import annotations

import os
import signal
import threading
import time
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from gettext import gettext as _
from html import escape
from pathlib import Path
from typing import Any

import click

from publisher.cli.commands import Command, Group
from publisher.cli.listening import desk_options
from publisher.cli.output import table
from publisher.cli.program import Settings
from publisher.config import Config
from publisher.errors import ConfigError
from publisher.hosts import is_loopback
from publisher.model import Problem
from publisher.people import People, Role, people_file, weak
from publisher.web import Desk, Doors, Server, create
from publisher.web.words import role as role_label

_TRIES = 3  # of a password that is too weak
_FINISH = 30.0  # seconds that an act in hand is waited for when the desk stops


@click.command(
    cls=Command,
    help=_("Show the desk in the browser: what is due, what went out, what needs a hand."),
)
@desk_options
@click.pass_context
def web(ctx: click.Context, host: str | None, port: int | None, no_browser: bool) -> None:
    """Serve until Ctrl-C."""
    with opened_desk(ctx.obj, host, port, browser=not no_browser) as server:
        click.echo(_("Stop with Ctrl-C."))
        before = signal.signal(signal.SIGTERM, _stop)
        try:
            server.run()
        finally:
            signal.signal(signal.SIGTERM, before)
    click.echo(_("Stopped."))


@contextmanager
def opened_desk(
    settings: Settings, host: str | None, port: int | None, *, browser: bool
) -> Iterator[Server]:
    """Make a desk and its server, say where it is, and close both in the end.

    Raise ConfigError when it would be open to people whom nobody let in, or has no port.
    """
    config = settings.load()
    host = host or config.web.host
    local = is_loopback(host)
    desk = Desk(
        settings.config,
        settings.load,
        settings.office,
        lambda: datetime.now(UTC),
        time.monotonic,
        local=local,
        tell=lambda link: click.echo(_("Open in the browser: {url}").format(url=link)),
    )
    _may_open(config, desk.people, local)
    server = Server(
        create(desk),
        host,
        config.web.port if port is None else port,
        config.web.trusted_proxy if config.web.public_url else "",
    )
    doorway: Path | None = None
    try:
        desk.doors = Doors(server.port, config.web.public_url or "")
        if config.web.public_url:
            click.echo(_("The desk for everybody: {url}").format(url=config.web.public_url))
        if local:
            link = desk.new_link()
            click.echo(_("Open in the browser: {url}").format(url=link))
            click.echo(_("The link lets one browser in, once: pass it on to nobody."))
            if browser:
                # Windows shows nobody the command lines of others.
                doorway = _doorway(config, link) if os.name == "posix" else None
                address = doorway.as_uri() if doorway else link
                threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
        threading.Thread(target=desk.warm, daemon=True).start()
        yield server
    finally:
        server.close()
        desk.close(_FINISH)
        if doorway:
            with suppress(OSError):
                doorway.unlink(missing_ok=True)


def _doorway(config: Config, link: str) -> Path | None:
    """Write a page that leads to the one-time link, for its owner's eyes alone.

    The browser's command line, which everybody at this computer can read, then names a file
    and not the link itself. None when it can't be written.
    """
    path = config.state / "desk.html"
    page = f'<!DOCTYPE html><meta http-equiv="refresh" content="0; url={escape(link)}">\n'
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(page)
    except OSError:
        return None
    return path.resolve()


def _stop(_number: int, _frame: Any) -> None:
    raise KeyboardInterrupt


def _may_open(config: Config, people: People, local: bool) -> None:
    """Raise ConfigError when the desk would be open to people whom nobody let in."""
    problems = []
    if not local and not config.web.public_url:
        problems.append(Problem("desk-https"))
    if not (local and not config.web.public_url) and not people.all():
        problems.append(Problem("desk-nobody"))
    if problems:
        raise ConfigError(*problems)


@click.group(cls=Group, help=_("Say who may use the desk from elsewhere, and as what."))
def user() -> None:
    """Hold the commands for accounts."""


@user.command("add", help=_("Give somebody an account; the password is asked for."))
@click.argument("name", metavar=_("NAME"))
@click.option(
    "--role",
    "role_code",
    type=click.Choice([role.value for role in Role]),
    default=Role.READER.value,
    help=_("reader sees all, author may also hand in posts, editor may also publish."),
)
@click.pass_context
def add(ctx: click.Context, name: str, role_code: str) -> None:
    """Add an account."""
    people = _people(ctx)
    people.check_new(name)
    account = people.add(name, Role(role_code), _password(name))
    click.echo(
        _("{name} may use the desk now, as {role}.").format(
            name=account.name, role=role_label(account.role.value)
        )
    )


@user.command("list", help=_("Show who has an account, and as what."))
@click.pass_context
def list_(ctx: click.Context) -> None:
    """Print the accounts."""
    accounts = _people(ctx).all()
    if not accounts:
        click.echo(_("Nobody has an account. Make one: publisher user add NAME --role editor"))
        return
    table([[a.name, role_label(a.role.value)] for a in accounts], [_("Name"), _("Role")])


@user.command(
    "remove", help=_("Take somebody's account away; whoever is signed in is out at once.")
)
@click.argument("name", metavar=_("NAME"))
@click.pass_context
def remove(ctx: click.Context, name: str) -> None:
    """Remove an account."""
    account = _people(ctx).remove(name)
    click.echo(_("{name} may not use the desk any more.").format(name=account.name))


@user.command("password", help=_("Give somebody a new password, which is asked for."))
@click.argument("name", metavar=_("NAME"))
@click.pass_context
def password(ctx: click.Context, name: str) -> None:
    """Change a password."""
    people = _people(ctx)
    account = people.change(people.named(name).name, _password(name))
    click.echo(_("{name} has a new password, and must sign in anew.").format(name=account.name))


def _people(ctx: click.Context) -> People:
    settings: Settings = ctx.obj
    return People(people_file(settings.load().state))


def _password(name: str) -> str:
    """Ask for a password twice, unseen; again when it is too weak. Raise ConfigError."""
    from publisher.cli.output import show_problem

    problem = None
    for _try in range(_TRIES):
        given: str = click.prompt(
            _("Password (at least 10 letters; several words are best)"),
            hide_input=True,
            confirmation_prompt=_("The same once more"),
        )
        problem = weak(name, given)
        if problem is None:
            return given
        show_problem(problem, err=True)
    raise ConfigError(*([problem] if problem else []))
