"""``service``: the publisher set up so that this computer runs it by itself, for good."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from gettext import gettext as _
from pathlib import Path
from typing import Any

import click

from publisher import credentials, i18n, run
from publisher.cli.commands import Group
from publisher.cli.exits import Exit
from publisher.cli.output import local, print_json, problem_json, show_problem
from publisher.cli.program import Settings
from publisher.config import Config
from publisher.errors import ServiceError
from publisher.model import Problem, Severity, Where
from publisher.service import systemd, windows
from publisher.service.definition import NAME, Definition, Standing, define

_WINDOWS = os.name == "nt"


@click.group(cls=Group, help=_("Let it run by itself for good, as a service."))
def service() -> None:
    """Hold the commands about the service."""


def _name(_ctx: click.Context, _param: click.Parameter, value: str) -> str:
    if not value.replace("-", "").replace("_", "").isalnum() or not value.isascii():
        raise click.BadParameter(_("Only letters, digits, - and _ can stand in a name."))
    return value


def _where(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say which service is meant."""
    name = click.option(
        "--name",
        default=NAME,
        callback=_name,
        metavar=_("NAME"),
        help=_("Name of the service, where one computer has several of them."),
    )
    system = click.option(
        "--system",
        is_flag=True,
        help=_("Also while nobody is logged on; needs the rights of an administrator."),
    )
    return name(system(command))


def _user(command: Callable[..., Any]) -> Callable[..., Any]:
    words = _("With --system: the account that the service runs as.")
    return click.option("--user", default="", metavar=_("ACCOUNT"), help=words)(command)


@service.command("install", help=_("Set the service up for this folder, and start it."))
@_where
@_user
@click.option("--no-start", is_flag=True, help=_("Set it up only; say how it is started."))
@click.option("--overwrite", is_flag=True, help=_("Also when its unit file was edited by hand."))
@click.pass_context
def install(
    ctx: click.Context, name: str, system: bool, user: str, no_start: bool, overwrite: bool
) -> None:
    """Write the unit or register the task; say what is to be done next."""
    settings: Settings = ctx.obj
    config = settings.load()
    definition = _define(config, name, system, user)
    for problem in [*_passwords(config, definition), *_owners(config, definition)]:
        show_problem(problem)
    if _WINDOWS:
        windows.register(definition)
        click.echo(_("The task “{name}” was registered and started.").format(name=name))
        return
    _need_systemd(definition)
    units = systemd.folder(system, os.environ)
    changed = systemd.write(definition, units, overwrite=overwrite)
    path = units / f"{name}.service"
    click.echo((_("Written: {file}") if changed else _("As it was: {file}")).format(file=path))
    steps = [["daemon-reload"], ["enable", name], ["restart" if changed else "start", name]]
    if no_start or not systemd.is_running():
        click.echo(_("To start it, now and always:"))
        for step in steps:
            click.echo(f"  {_systemctl(system, step)}")
    else:
        for step in steps:
            systemd.systemctl(system, *step)
        click.echo(_("The service runs now."))
    if system:
        click.echo(_("It starts with the computer."))
    else:
        click.echo(_("It starts when you log on. To let it run while nobody is logged on:"))
        click.echo("  loginctl enable-linger")
    click.echo(_("How it fares: {command}").format(command=_command("status", name, system)))


@service.command("remove", help=_("Stop the service and take away what “install” set up."))
@_where
@click.option("--overwrite", is_flag=True, help=_("Also when its unit file was edited by hand."))
@click.pass_context
def remove(ctx: click.Context, name: str, system: bool, overwrite: bool) -> None:
    """Remove the unit or the task of this folder; posts, log and settings stay."""
    settings: Settings = ctx.obj
    definition = define(settings.load(), name, language=i18n.language(), system=system)
    if _WINDOWS:
        windows.delete(definition)
        click.echo(_("The task “{name}” was ended and deleted.").format(name=name))
        return
    _need_root(definition)
    units = systemd.folder(system, os.environ)
    path = systemd.check(definition, units, overwrite=overwrite)
    if systemd.is_running():
        systemd.systemctl(system, "disable", "--now", name)
    systemd.erase(definition, units, overwrite=overwrite)
    click.echo(_("Removed: {file}").format(file=path))
    if systemd.is_running():
        systemd.systemctl(system, "daemon-reload")
    click.echo(_("Posts, settings and the log of publications stay as they are."))


@service.command("status", help=_("Say whether the service is set up, runs and does its work."))
@_where
@click.option("--json", "as_json", is_flag=True, help=_("Print JSON for machines."))
@click.option("--quiet", is_flag=True, help=_("Print nothing; the exit status says it."))
@click.pass_context
def status(ctx: click.Context, name: str, system: bool, as_json: bool, quiet: bool) -> None:
    """Tell how the service is; end with 0 when it does its work, else with 1."""
    settings: Settings = ctx.obj
    config = settings.load()
    found = run.health(config, datetime.now(UTC))
    if not quiet:
        standing = _standing(name, system)
        if as_json:
            print_json(_json(standing, found))
        else:
            definition = define(config, name, language=i18n.language(), system=system)
            _tell(standing, found, definition, config)
    if found.level is run.Level.DOWN:
        ctx.exit(Exit.FAILED)


@service.command("show", help=_("Print what “install” would set up; change nothing."))
@_where
@_user
@click.option("--systemd", "form", flag_value="systemd", help=_("The unit file for Linux."))
@click.option("--windows", "form", flag_value="windows", help=_("The task for Windows, as XML."))
@click.option("--container", "form", flag_value="container", help=_("A file to build an image."))
@click.pass_context
def show(ctx: click.Context, name: str, system: bool, user: str, form: str | None) -> None:
    """Print the unit, the task or the Containerfile."""
    if form == "container":
        click.echo(container(), nl=False)
        return
    settings: Settings = ctx.obj
    config = settings.load()
    definition = define(config, name, language=i18n.language(), user=user, system=system)
    if form == "windows" or (form is None and _WINDOWS):
        who = user or windows.account(os.environ)
        definition = define(config, name, language=i18n.language(), user=who, system=system)
        click.echo(windows.task(definition).decode("utf-16"))
    else:
        click.echo(systemd.unit(definition), nl=False)


def container() -> str:
    """Return the Containerfile."""
    return Path(systemd.__file__).with_name("Containerfile").read_text(encoding="utf-8")


def _define(config: Config, name: str, system: bool, user: str) -> Definition:
    """Return the service that is to be installed. Raise ServiceError, or UsageError."""
    if user and not system:
        raise click.UsageError(_("--user belongs to --system."))
    if _WINDOWS:
        user = user or windows.account(os.environ)
    elif system and not user:
        raise click.UsageError(_("With --system, say as whom it runs: --user ACCOUNT."))
    return define(config, name, language=i18n.language(), user=user, system=system)


def _need_systemd(definition: Definition) -> None:
    if not systemd.is_known():
        raise ServiceError(Problem("service-manager"))
    _need_root(definition)
    if definition.user and systemd.number_of(definition.user) is None:
        raise ServiceError(Problem("service-user", Where(), {"user": definition.user}))


def _need_root(definition: Definition) -> None:
    if definition.system and hasattr(os, "geteuid") and os.geteuid() != 0:
        raise ServiceError(Problem("service-root"))


def _passwords(config: Config, definition: Definition) -> list[Problem]:
    """Return a warning for each site whose password the service will not find."""
    keyring = not definition.system or _WINDOWS
    login = "publisher site login {}" if keyring else "publisher site login {} --in-file"
    return [
        Problem(
            "service-password",
            Where(),
            {"site": name, "command": login.format(name)},
            Severity.WARNING,
        )
        for name in definition.sites
        if not credentials.find(
            credentials.of_site(name, config.sites[name].who), config.state, {}, keyring=keyring
        )
    ]


def _owners(config: Config, definition: Definition) -> list[Problem]:
    """Return a warning when what the service writes to belongs to somebody else."""
    number = systemd.number_of(definition.user) if definition.user else None
    if number is None or not config.state.is_dir():
        return []
    paths = [config.state, *config.state.iterdir()]
    if all(path.lstat().st_uid == number for path in paths):
        return []
    params = {"user": definition.user, "folder": str(config.state)}
    return [Problem("service-owner", Where(str(config.state)), params, Severity.WARNING)]


def _standing(name: str, system: bool) -> Standing | None:
    if _WINDOWS:
        return windows.standing(name)
    return systemd.standing(name, systemd.folder(system, os.environ), system=system)


def _systemctl(system: bool, arguments: Sequence[str]) -> str:
    start = "sudo systemctl" if system else "systemctl --user"
    return " ".join([start, *arguments])


def _command(action: str, name: str, system: bool) -> str:
    options = [*(["--system"] if system else []), *([f"--name {name}"] if name != NAME else [])]
    return " ".join(["publisher", "service", action, *options])


def _tell(
    standing: Standing | None, found: run.Health, definition: Definition, config: Config
) -> None:
    zone = config.schedule.timezone
    if standing is None:
        click.echo(_("The service “{name}” is not set up here.").format(name=definition.name))
        if not found.running:
            command = _command("install", definition.name, definition.system)
            click.echo(_("  To set it up: {command}").format(command=command))
    elif standing.mark != definition.mark:
        click.echo(_("“{name}” is a service of another folder.").format(name=definition.name))
        click.echo(_("  Its place: {place}").format(place=standing.place))
    else:
        words = (
            _("The service “{name}” is set up, and starts by itself.")
            if standing.starts
            else _("The service “{name}” is set up, but does not start by itself.")
        )
        click.echo(words.format(name=definition.name))
        click.echo(_("  Its place: {place}").format(place=standing.place))
    pulse = found.pulse
    if found.running and pulse:
        since = local(pulse.started, zone)
        click.echo(_("It runs since {date} (process {pid}).").format(date=since, pid=pulse.pid))
        if pulse.busy and pulse.busy_since:
            click.echo(_("  At work since {date}.").format(date=local(pulse.busy_since, zone)))
        if pulse.last:
            click.echo(_("  Last look: {date}.").format(date=local(pulse.last.end, zone)))
        if pulse.next:
            click.echo(_("  Next look: {date}.").format(date=local(pulse.next, zone)))
    elif found.running:
        click.echo(_("It has just started."))
    elif standing and standing.running:
        click.echo(_("The computer started it, but it does no work yet."))
    for problem in found.reasons:
        show_problem(problem)
    if pulse:
        click.echo(_("What it did: {file}").format(file=_log(config)))


def _log(config: Config) -> Path:
    from publisher.service.logfile import path_of

    return path_of(config)


def _json(standing: Standing | None, found: run.Health) -> dict[str, object]:
    pulse = found.pulse
    return {
        "installed": standing is not None,
        "place": standing.place if standing else None,
        "starts": bool(standing and standing.starts),
        "running": found.running,
        "level": found.level.value,
        "started": pulse.started.isoformat() if pulse and found.running else None,
        "last": pulse.last.end.isoformat() if pulse and pulse.last else None,
        "next": pulse.next.isoformat() if pulse and pulse.next and found.running else None,
        "reasons": [problem_json(problem) for problem in found.reasons],
    }
