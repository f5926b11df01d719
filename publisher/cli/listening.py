"""Options of the commands that serve the desk."""

from __future__ import annotations

from collections.abc import Callable
from gettext import gettext as _
from typing import TypeVar

import click

_Decorated = TypeVar("_Decorated", bound=Callable[..., object])


def desk_options(command: _Decorated) -> _Decorated:
    """Add the options that say where the desk listens."""
    for option in (
        click.option(
            "--no-browser", is_flag=True, help=_("Only print the address; open no browser.")
        ),
        click.option(
            "--port",
            metavar=_("NUMBER"),
            type=click.IntRange(0, 65535),
            default=None,
            help=_("Port to listen on: 8601 when it is not named, 0 for any that is free."),
        ),
        click.option(
            "--host",
            metavar=_("ADDRESS"),
            default=None,
            help=_("Address to listen on; this computer alone when it is not named."),
        ),
    ):
        command = option(command)
    return command
