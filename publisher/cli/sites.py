"""``site check`` and ``site login``: whether the sites answer, and their passwords."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from gettext import gettext as _

import click

from publisher import credentials, run
from publisher.cli.commands import Group
from publisher.cli.exits import Exit
from publisher.cli.output import print_json, problem_json, show_problem
from publisher.cli.program import Settings
from publisher.cli.publishing import known_sites
from publisher.config import Config
from publisher.model import Problem, Severity, SiteInfo


@click.group(
    cls=Group,
    help=_("Check the sites, or keep a site's password."),
)
def site() -> None:
    """Hold the commands about sites."""


@site.command(
    "check",
    help=_("Ask each site whether it is there and what the account may do."),
)
@click.argument("names", nargs=-1, metavar=_("[SITE]..."))
@click.option("--all", "everything", is_flag=True, help=_("All sites, as when none is named."))
@click.option("--json", "as_json", is_flag=True, help=_("Print JSON for machines."))
@click.pass_context
def check(ctx: click.Context, names: tuple[str, ...], everything: bool, as_json: bool) -> None:
    """Prove the accounts and print what the sites say of themselves."""
    settings: Settings = ctx.obj
    config = settings.load()
    known_sites(config, names)
    answers = run.check_sites(settings.office(config), () if everything else names)
    if as_json:
        print_json({name: _json(answer) for name, answer in answers.items()})
    else:
        for name, answer in answers.items():
            _show(name, answer, config)
    problems = [answer for answer in answers.values() if isinstance(answer, Problem)]
    if any(problem.code.startswith("password-") for problem in problems):
        ctx.exit(Exit.CONFIG)
    if problems:
        ctx.exit(Exit.UNREACHABLE)


def _json(answer: SiteInfo | Problem) -> dict[str, object]:
    if isinstance(answer, Problem):
        return problem_json(answer)
    return {
        "url": answer.url,
        "title": answer.title,
        "software": answer.software,
        "timezone": answer.timezone,
        "user": answer.user,
        "roles": answer.roles,
        "can": sorted(answer.can),
        "upload_limit": answer.upload_limit,
    }


def _show(name: str, answer: SiteInfo | Problem, config: Config) -> None:
    if isinstance(answer, Problem):
        show_problem(answer)
        return
    click.echo(
        _("{name}: all is well. {title}, {software}, {url}").format(
            name=name, title=answer.title, software=answer.software, url=answer.url
        )
    )
    if answer.user:
        rights = {
            "publish": _("publish"),
            "upload": _("upload pictures"),
            "categories": _("create categories"),
            "tags": _("create tags"),
        }
        may = [words for code, words in rights.items() if code in answer.can]
        may_not = [words for code, words in rights.items() if code not in answer.can]
        click.echo(
            _("  The account {user} may: {may}.").format(user=answer.user, may=", ".join(may))
        )
        if may_not:
            click.echo(_("  It may not: {may_not}.").format(may_not=", ".join(may_not)))
    if answer.upload_limit:
        megabytes = answer.upload_limit // 1024 // 1024
        click.echo(_("  Largest upload: {size} MB.").format(size=megabytes))
    zone = config.schedule.timezone
    if answer.timezone and run.differs(zone, answer.timezone, datetime.now(UTC)):
        params = {"site": name, "theirs": answer.timezone, "ours": str(zone)}
        show_problem(Problem("site-timezone", params=params, severity=Severity.WARNING))


@site.command(
    "login",
    help=_("Ask for a site's application password, prove it and keep it."),
)
@click.argument("name", metavar=_("SITE"))
@click.option("--no-check", is_flag=True, help=_("Keep it without asking the site."))
@click.pass_context
def login(ctx: click.Context, name: str, no_check: bool) -> None:
    """Keep a password in the keyring or, where there is none, in a file only its owner reads."""
    settings: Settings = ctx.obj
    config = settings.load()
    known_sites(config, (name,))
    user = config.sites[name].user
    if config.sites[name].kind != "wordpress":
        click.echo(_("{name} needs no password.").format(name=name))
        return
    click.echo(
        _(
            "Make one in WordPress: Users, Profile, Application Passwords, as the user {user}."
        ).format(user=user)
    )
    secret = click.prompt(_("Application password"), hide_input=True).strip()
    if not no_check:
        environ = {**os.environ, credentials.variable(name): secret}
        answer = run.check_sites(settings.office(config, environ), [name])[name]
        if isinstance(answer, Problem):
            show_problem(answer)
            click.echo(_("The password was not kept."))
            ctx.exit(Exit.UNREACHABLE)
        _show(name, answer, config)
    place = credentials.store(name, user, secret, config.state)
    if place == "keyring":
        click.echo(_("Kept in this computer's keyring."))
    else:
        click.echo(_("Kept in {file}, which only you can read.").format(file=place))
