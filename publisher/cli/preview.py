"""``preview`` and ``guide``: pages of this computer, and drafts on a site."""

from __future__ import annotations

import threading
import webbrowser
from collections.abc import Callable
from datetime import UTC, datetime
from gettext import gettext as _

import click

from publisher import messages, run
from publisher.apply import Outcome
from publisher.cli.commands import Command
from publisher.cli.posts import published
from publisher.cli.program import Settings
from publisher.cli.publishing import exit_status, known_sites, outcome_line, show_result
from publisher.config import Config
from publisher.errors import ConfigError, ContentError
from publisher.i18n import language
from publisher.live import Answer, Desk, Frame, Guide, LocalServer, Watcher, guide_text
from publisher.model import Event, Problem, State
from publisher.plan import Choice
from publisher.posts import suggest

_port = click.option(
    "--port",
    metavar=_("NUMBER"),
    type=click.IntRange(0, 65535),
    default=0,
    help=_("Port of the local address; one that is free when it is not named."),
)
_no_browser = click.option(
    "--no-browser", is_flag=True, help=_("Only print the address; open no browser.")
)


@click.command(
    cls=Command,
    help=_(
        "Show posts as they will look, with what is to be mended, and again whenever a file is "
        "saved. All posts, or the one of FILE."
    ),
)
@click.argument("file", required=False, metavar=_("[FILE]"))
@click.option(
    "--on",
    "site",
    metavar=_("SITE"),
    help=_("Put the post on this site as a draft, and show it there."),
)
@click.option("--overwrite", is_flag=True, help=_("With --on: replace what was edited there."))
@_port
@_no_browser
@click.pass_context
def preview(
    ctx: click.Context,
    file: str | None,
    site: str | None,
    overwrite: bool,
    port: int,
    no_browser: bool,
) -> None:
    """Serve until Ctrl-C; with --on, send a draft and end."""
    settings: Settings = ctx.obj
    if site and not file:
        raise click.UsageError(_("Say which post: publisher preview FILE --on SITE"))
    if overwrite and not site:
        raise click.UsageError(_("--overwrite belongs to --on."))
    config = settings.load()
    if site and file:
        known_sites(config, (site,))
        _draft(ctx, config, run.key_of(config, file), site, overwrite, no_browser)
        return
    desk = Desk(
        settings.config,
        settings.load,
        lambda: datetime.now(UTC),
        messages.kinds(),
        language(),
        published(settings, config),
    )
    page = "/"
    if file:
        key = run.key_of(config, file)
        page = desk.page_of(key)
        if not page:
            params = {"key": key, "meant": suggest(key, desk.keys())}
            raise ContentError(Problem("key-not-found", params=params))
    _serve(desk.answer, Watcher(desk.look), port, page, no_browser)


def _tell_draft(outcome: Outcome) -> None:
    """Print what became of a draft: nobody is to think that it was published."""
    if outcome.state is State.DONE:
        words = messages.event(Event.DRAFTED.value)
        click.echo(f"{messages.state(outcome.state.value)}: {words}  {outcome.site}  {outcome.key}")
    else:
        click.echo(outcome_line(outcome))


def _draft(
    ctx: click.Context, config: Config, key: str, site: str, overwrite: bool, no_browser: bool
) -> None:
    settings: Settings = ctx.obj
    choice = Choice.OVERWRITE if overwrite else Choice.ASK
    drafted = run.draft(
        settings.by_hand(config),
        key,
        site,
        choice=choice,
        tell=_tell_draft,
    )
    result = drafted.result
    show_result(result, config)
    if drafted.link:
        click.echo(
            _("The draft, for people who are logged in there: {url}").format(url=drafted.link)
        )
        if not no_browser:
            _open(drafted.link)
    if status := exit_status(result):
        ctx.exit(status)


@click.command(cls=Command, help=_("Show the guide for authors in the browser."))
@click.option("--print", "as_text", is_flag=True, help=_("Print it here, as text."))
@_port
@_no_browser
@click.pass_context
def guide(ctx: click.Context, as_text: bool, port: int, no_browser: bool) -> None:
    """Serve the guide until Ctrl-C, or print it."""
    if as_text:
        click.echo(guide_text())
        return
    settings: Settings = ctx.obj
    try:
        config = settings.load()
    except ConfigError:  # the guide helps to write it
        config = Config()
    pages = Guide(Frame(config, {}, language(), desk=False))
    _serve(pages.alone, Watcher(lambda: ""), port, "/", no_browser)


def _serve(
    answer: Callable[[str], Answer | None],
    watcher: Watcher,
    port: int,
    page: str,
    no_browser: bool,
) -> None:
    with LocalServer(answer, watcher, port) as server:
        address = server.url + page.removeprefix("/")
        click.echo(_("Open in the browser: {url}").format(url=address))
        click.echo(_("Stop with Ctrl-C."))
        if not no_browser:
            _open(address)
        try:
            server.serve_forever()
        except KeyboardInterrupt:  # the ordinary end of it
            click.echo(_("Stopped."))


def _open(address: str) -> None:
    """Open the browser; one that keeps us waiting must not hold up the pages."""
    threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
