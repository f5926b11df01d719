"""The click classes of our commands: placeholders in the language of the rest."""

from __future__ import annotations

from gettext import gettext as _
from typing import Any

import click


class Command(click.Command):
    """A command whose usage line is in the clerk's language."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("options_metavar", _("[OPTIONS]"))
        super().__init__(*args, **kwargs)


class Group(click.Group):
    """A group of such commands."""

    command_class = Command

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("options_metavar", _("[OPTIONS]"))
        kwargs.setdefault("subcommand_metavar", _("COMMAND [ARGUMENTS]..."))
        super().__init__(*args, **kwargs)
