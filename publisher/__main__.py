"""``publisher``: sets up language and streams, runs the command, and words what went wrong."""

from __future__ import annotations

import gc
import os
import sys
import warnings
from collections.abc import Sequence
from gettext import gettext as _
from pathlib import Path

from publisher import i18n


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit status; nothing but SystemExit leaves here."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # a program without a console on Windows (pythonw)
            nowhere = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  # kept open
            setattr(sys, name, nowhere)
    for stream in (sys.stdout, sys.stderr):
        # Output into a file or a pipe is in the code page of old on Windows otherwise.
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(encoding="utf-8", errors="replace")
    # What Pillow mutters about a damaged picture is said in our own words, or does not matter.
    warnings.filterwarnings("ignore", module="PIL")
    # A folder of thousands of posts is values that all stay: looking through them for cycles,
    # as often as Python does, takes longer than planning.
    gc.set_threshold(100_000, 20, 100)
    i18n.use(i18n.chosen(given, os.environ))
    import click

    from publisher.cli import Exit, program

    try:
        status = program.main(given, prog_name="publisher", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return Exit.USAGE
    except (click.Abort, KeyboardInterrupt):
        click.echo(_("Stopped."), err=True)
        return Exit.INTERRUPTED
    except Exception as error:  # whatever it is, no traceback reaches the screen
        return _failed(error)
    return status if isinstance(status, int) else Exit.DONE


def _failed(error: Exception) -> int:
    import click

    from publisher import mishaps
    from publisher.cli.exits import Exit, exit_of
    from publisher.cli.output import show_problem
    from publisher.errors import PublisherError

    if isinstance(error, PublisherError):
        for problem in error.problems:
            show_problem(problem, err=True)
        return exit_of(error)
    place = mishaps.report(error)
    click.echo(_("The program made a mistake of its own: {error}").format(error=error), err=True)
    click.echo(
        _("Nothing was sent without a record. Please pass on this file: {file}").format(file=place),
        err=True,
    )
    return Exit.FAILED


if __name__ == "__main__":
    sys.exit(main())
