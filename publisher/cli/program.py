"""The root command. Subcommands are loaded when they are called, so that help is quick."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING

import click

from publisher import __version__
from publisher.cli.commands import Group
from publisher.i18n import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from publisher.config import Config
    from publisher.run import Office


_PATIENCE = 30.0
"""Seconds that a command waits for the service; most of its wake-ups take less."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The options that stand before the command."""

    config: Path
    verbose: bool

    def load(self) -> Config:
        """Read config.toml. Raise ConfigError with all that is wrong in it."""
        from publisher import config

        return config.load(self.config)

    def office(
        self, config: Config | None = None, environ: Mapping[str, str] | None = None
    ) -> Office:
        """Return the office of this config, with the real clock, sites and secrets."""
        import os
        from datetime import UTC, datetime

        from publisher import i18n, messages, run

        page_words = i18n.words(i18n.DEFAULT)  # the website is Vietnamese, whoever runs this
        return run.office(
            config or self.load(),
            environ or os.environ,
            lambda: datetime.now(UTC),
            page_words,
            messages.kinds(page_words),
        )

    def by_hand(self, config: Config | None = None) -> Office:
        """Return the office for a command that a person gave, who can wait for the service.

        The log names the computer's account.
        """
        from dataclasses import replace

        from publisher.people import account_name

        def waiting() -> None:
            words = _("The service is at work just now; waiting for it ...")
            click.echo(words, err=True)

        office = self.office(config)
        return replace(office, patience=_PATIENCE, waiting=waiting, person=account_name())


def _commands() -> Mapping[str, tuple[str, str]]:
    """Return where each command is, and its line of help."""
    return {
        "new": ("posts", _("Make the file of a new post, with notes on how to fill it in.")),
        "check": ("posts", _("Check all posts and say what is to be mended.")),
        "schema": ("schema", _("Print the JSON Schema of posts' data, for editors.")),
        "import": ("importing", _("Turn a Word document into Markdown for good.")),
        "preview": ("preview", _("Show posts in the browser as they will look.")),
        "plan": ("publishing", _("Show what publishing would do now; change nothing.")),
        "publish": ("publishing", _("Publish what is due.")),
        "withdraw": ("withdrawing", _("Take a post from its sites; its file and history stay.")),
        "restore": ("withdrawing", _("Bring a withdrawn post back to its sites.")),
        "approve": ("deciding", _("Approve posts, where an editor must see each first.")),
        "move": ("deciding", _("Give a post another date; its file stays as it is.")),
        "run": ("serving", _("Publish by itself until it is stopped.")),
        "web": ("desk", _("Show the desk in the browser: see and steer all of it.")),
        "user": ("desk", _("Say who may use the desk from elsewhere, and as what.")),
        "status": ("records", _("Show what waits, what failed and when the report is due.")),
        "calendar": ("calendar", _("Show what goes out in the coming weeks, also as .ics.")),
        "log": ("records", _("Show, export or prove the publication log.")),
        "report": ("reporting", _("Count what was published in a period.")),
        "bulletin": ("bulletins", _("Make the bulletin of a period, issue it, hand it out.")),
        "leaflet": ("leaflets", _("Make the leaflet of a post, with a QR code that leads to it.")),
        "verify": ("reporting", _("Look up on the sites whether what was counted is there.")),
        "service": ("services", _("Let it run by itself for good, as a service.")),
        "site": ("sites", _("Check the sites, or keep a site's password.")),
        "notice": ("notices", _("Say who is told what happens, and try it.")),
        "guide": ("preview", _("Show the guide for authors in the browser.")),
    }


_HOISTED = ("--config", "--lang")


class _Program(Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(_commands())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _commands():
            return None
        module = importlib.import_module(f"publisher.cli.{_commands()[cmd_name][0]}")
        # "import" can't be the name of a function.
        found = getattr(module, cmd_name, None) or getattr(module, f"{cmd_name}_")
        command: click.Command = found
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section(_("Commands")):
            formatter.write_dl([(name, words) for name, (_module, words) in _commands().items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in _commands():
            import difflib

            close = difflib.get_close_matches(args[0], _commands(), n=1)
            words = _("There is no command “{name}”.").format(name=args[0])
            if close:
                words += " " + _("Did you mean “{meant}”?").format(meant=close[0])
            ctx.fail(words)
        return super().resolve_command(ctx, args)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, _hoisted(args))


def _hoisted(args: Sequence[str]) -> list[str]:
    """Put the options of the program before the command, wherever they were typed."""
    front: list[str] = []
    rest: list[str] = []
    left = iter(args)
    for arg in left:
        if arg == "--":
            rest += [arg, *left]
        elif arg in ("-v", "--verbose"):
            front.append(arg)
        elif arg in _HOISTED:
            front += [arg, *([value] if (value := next(left, None)) is not None else [])]
        elif arg.startswith(tuple(f"{name}=" for name in _HOISTED)):
            front.append(arg)
        else:
            rest.append(arg)
    return front + rest


@click.group(
    cls=_Program,
    help=_("Publish a folder of posts to websites, keep a log of it, and count it."),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--config",
    "path",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("config.toml"),
    envvar="PUBLISHER_CONFIG",
    metavar=_("FILE"),
    help=_("The file of settings; config.toml when it is not named."),
)
@click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    help=_("Language of the messages: vi (when it is not named) or en."),
)
@click.option("-v", "--verbose", is_flag=True, help=_("Show more of what is done."))
@click.version_option(__version__, help=_("Show the version and end."))
@click.pass_context
def program(ctx: click.Context, path: Path, lang: str | None, verbose: bool) -> None:
    """Keep the options for the command; the language was chosen before this was loaded."""
    del lang
    if verbose:
        import logging

        from publisher.masking import Formatter

        requests = logging.getLogger("urllib3.connectionpool")
        requests.setLevel(logging.DEBUG)
        screen = logging.StreamHandler()
        screen.setFormatter(Formatter("%(message)s"))
        requests.addHandler(screen)
        ctx.call_on_close(lambda: requests.removeHandler(screen))
    ctx.obj = Settings(path, verbose)
