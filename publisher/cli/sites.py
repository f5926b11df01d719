"""``site``: which sites there are, whether they answer, and their passwords."""

from __future__ import annotations

import os
from datetime import datetime
from gettext import gettext as _

import click

from publisher import credentials, run
from publisher.cli import columns, site_table
from publisher.cli.commands import Group
from publisher.cli.exits import Exit
from publisher.cli.output import local, print_json, show_problem
from publisher.cli.program import Settings
from publisher.cli.publishing import chosen_sites, known_sites
from publisher.config import Config
from publisher.i18n import N_
from publisher.model import SiteInfo

_LOGINS = {
    "wordpress": (
        N_("Make one in WordPress: Users, Profile, Application Passwords, as the user {user}."),
        N_("Application password"),
        False,
    ),
    "facebook": (
        N_(
            "Take the page access token of the page {user} from the Meta app, with the "
            "permissions pages_manage_posts and pages_read_engagement."
        ),
        N_("Page access token"),
        False,
    ),
    "zalo": (
        N_(
            "Take both from the Zalo app that the account {user} let in: its secret key, and the "
            "refresh token of the account."
        ),
        N_("Secret key"),
        True,
    ),
    "telegram": (
        N_(
            "Take the token from @BotFather; the bot must be an administrator of {user} who may "
            "post messages."
        ),
        N_("Bot token"),
        False,
    ),
}
"""Where a secret is to be had, what it is called, and whether a refresh token goes with it."""


@click.group(
    cls=Group,
    help=_("List and check the sites, or keep a site's password."),
)
def site() -> None:
    """Hold the commands about sites."""


_KINDS = {
    "wordpress": "WordPress",
    "preview": N_("preview site"),
    "facebook": "Facebook",
    "zalo": "Zalo",
    "telegram": "Telegram",
}


@site.command(
    "list",
    help=_("Show the sites of config.toml; none of them is asked."),
)
@click.option("--json", "as_json", is_flag=True, help=_("Print JSON for machines."))
@click.pass_context
def list_sites(ctx: click.Context, as_json: bool) -> None:
    """Print what config.toml and the log say of each site."""
    settings: Settings = ctx.obj
    config = settings.load()
    sent = run.last_sent(settings.office(config))
    if as_json:
        print_json({name: _site_json(config, name, sent.get(name)) for name in config.sites})
        return
    heads = (_("Site"), _("Kind of site"), _("Name"), _("Address"), _("Group"), _("Last published"))
    rows = [
        (
            name,
            _kind(config, name),
            said.label,
            said.url or "",
            ", ".join(config.groups_of(name)),
            local(sent.get(name), config.schedule.timezone),
        )
        for name, said in config.sites.items()
    ]
    columns.show(heads, rows, (_("Name"), _("Address")))


def _kind(config: Config, name: str) -> str:
    said = config.sites[name]
    words = _(_KINDS[said.kind])
    return _("{kind}, experimental").format(kind=words) if said.abilities.experimental else words


def _site_json(config: Config, name: str, sent: datetime | None) -> dict[str, object]:
    said = config.sites[name]
    return {
        "kind": said.kind,
        "label": said.label,
        "url": said.url or "",
        "groups": config.groups_of(name),
        "default": said.by_default,
        "republishes": said.republishes,
        "experimental": said.abilities.experimental,
        "last_published": sent.isoformat() if sent else None,
    }


@site.command(
    "check",
    help=_("Ask each site whether it is there and what the account may do."),
)
@click.argument("names", nargs=-1, metavar=_("[SITE]..."))
@click.option("--all", "everything", is_flag=True, help=_("All sites, as a table."))
@click.option(
    "--timeout",
    type=click.FloatRange(1, 600),
    default=run.PATIENCE,
    metavar=_("SECONDS"),
    help=_("How long to wait for the sites; one that hangs stops no other."),
)
@click.option("--json", "as_json", is_flag=True, help=_("Print JSON for machines."))
@click.pass_context
def check(
    ctx: click.Context, names: tuple[str, ...], everything: bool, timeout: float, as_json: bool
) -> None:
    """Prove the accounts and print what the sites say of themselves."""
    settings: Settings = ctx.obj
    config = settings.load()
    wanted = () if everything else chosen_sites(config, names)
    checks = run.check_sites(settings.office(config), wanted, timeout)
    if as_json:
        print_json({name: site_table.as_json(check, config) for name, check in checks.items()})
    elif everything:
        site_table.show_table(checks, config)
    else:
        for check in checks.values():
            _show(check, config)
    faults = [check.fault for check in checks.values() if check.fault]
    if any(fault.code.startswith("password-") for fault in faults):
        ctx.exit(Exit.CONFIG)
    if any(check.fault and not check.info for check in checks.values()):
        ctx.exit(Exit.UNREACHABLE)
    if faults:
        ctx.exit(Exit.FAILED)


def _show(check: run.SiteCheck, config: Config) -> None:
    info = check.info
    if info:
        words = _("{name}: all is well. {title}, {software}, {url}")
        if check.problems:
            words = _("{name}: {title}, {software}, {url}")
        click.echo(
            words.format(name=check.name, title=info.title, software=check.software, url=info.url)
        )
        _account(info, config)
    for problem in check.problems:
        show_problem(problem)


def _account(info: SiteInfo, config: Config) -> None:
    if info.user and info.can:
        may = site_table.rights(info, config, may=True)
        may_not = site_table.rights(info, config, may=False)
        if may:
            words = _("  The account {user} may: {may}.")
            click.echo(words.format(user=info.user, may=", ".join(may)))
        if may_not:
            click.echo(_("  It may not: {may_not}.").format(may_not=", ".join(may_not)))
    if info.upload_limit:
        megabytes = info.upload_limit // 1024 // 1024
        click.echo(_("  Largest upload: {size} MB.").format(size=megabytes))
    if info.expires:
        ends = f"{info.expires.astimezone(config.schedule.timezone):%d/%m/%Y}"
        click.echo(_("  Its token holds until {ends}.").format(ends=ends))


@site.command(
    "login",
    help=_("Ask for a site's application password or token, prove it and keep it."),
)
@click.argument("name", metavar=_("SITE"))
@click.option("--no-check", is_flag=True, help=_("Keep it without asking the site."))
@click.option(
    "--in-file",
    is_flag=True,
    help=_("Keep it in a file, for a service that runs while nobody is logged on."),
)
@click.pass_context
def login(ctx: click.Context, name: str, no_check: bool, in_file: bool) -> None:
    """Keep a password in the keyring or, where there is none, in a file only its owner reads."""
    settings: Settings = ctx.obj
    config = settings.load()
    known_sites(config, (name,))
    user, kind = config.sites[name].who, config.sites[name].kind
    if kind == "preview":
        click.echo(_("{name} needs no password.").format(name=name))
        return
    where, what, token_too = _LOGINS[kind]
    click.echo(_(where).format(user=user))
    secret = click.prompt(_(what), hide_input=True).strip()
    token = click.prompt(_("Refresh token"), hide_input=True).strip() if token_too else ""
    renewed = credentials.of_token(name)
    if not no_check:
        environ = {**os.environ, credentials.variable(name): secret}
        if token:  # the check uses it up, and keeps the one that comes for it
            environ[renewed.variable] = token
        answer = run.check_sites(settings.office(config, environ), [name])[name]
        _show(answer, config)
        if answer.info is None:
            click.echo(_("The password was not kept."))
            ctx.exit(Exit.UNREACHABLE)
    place = credentials.store(name, user, secret, config.state, in_file=in_file)
    if token:
        kept = token if no_check else credentials.find(renewed, config.state, {})
        credentials.keep(renewed, kept, config.state, in_file=in_file)
    run.login_noted(config)
    if place == "keyring":
        click.echo(_("Kept in this computer's keyring."))
    else:
        click.echo(_("Kept in {file}, which only you can read.").format(file=place))
