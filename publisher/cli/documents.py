"""``report -o``: which document is wanted, and where it goes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from gettext import gettext as _
from pathlib import Path
from typing import Any, TypeVar

import click

from publisher import run
from publisher.cli.issuing import day_of
from publisher.config import Config
from publisher.errors import ContentError
from publisher.model import Problem, Where

_F = TypeVar("_F", bound=Callable[..., Any])
_BINARY = ("docx", "xlsx", "pdf")
_PAGED = ("docx", "pdf", "html", "md")


def document_options(command: _F) -> _F:
    """Give a command the options by which a document is chosen; see :func:`wished`."""
    for option in (
        click.option(
            "--dated",
            metavar=_("DAY"),
            help=_("Date of the document; today when it is not given."),
        ),
        click.option(
            "--number", metavar=_("NUMBER"), default="", help=_("Number of the document.")
        ),
        click.option(
            "--heading",
            metavar=_("NUMBER"),
            default="",
            help=_("With --part section: the number of its heading, such as 7 or IV.2."),
        ),
        click.option(
            "--template",
            metavar=_("FILE"),
            type=click.Path(path_type=Path, dir_okay=False, exists=True),
            help=_("A Word document of your own to be filled in, for docx and pdf."),
        ),
        click.option(
            "--part",
            type=click.Choice([part.value for part in run.Part]),
            help=_(
                "The whole report (full), a section to paste into another report, the annexes, "
                "or what the authors are due."
            ),
        ),
        click.option(
            "-o",
            "--output",
            metavar=_("FILE"),
            type=click.Path(path_type=Path, dir_okay=False),
            help=_("Into this file; its ending says the format."),
        ),
        click.option(
            "--format",
            "form",
            type=click.Choice(["text", "json", *run.FORMATS]),
            help=_("Form of the report; text, on the screen, when it is not named."),
        ),
    ):
        command = option(command)
    return command


def form_of(given: dict[str, Any]) -> str:
    """Return the form that is wanted. Raise UsageError when options do not go together."""
    form, output = given["form"], given["output"]
    if not form:
        form = output.suffix.lower().lstrip(".") if output else "text"
        form = "html" if form == "htm" else form
    if form not in ("text", "json", *run.FORMATS) or (form == "text" and output):
        endings = ", ".join(f".{name}" for name in (*run.FORMATS, "json"))
        raise click.UsageError(_("Name the file with one of these endings: {endings}.").format(
            endings=endings
        ))  # fmt: skip
    if form in _BINARY and not output:
        raise click.UsageError(
            _("Say where the file goes, such as: -o report.{form}").format(form=form)
        )
    if form not in _PAGED and (given["part"] or given["heading"]):
        raise click.UsageError(
            _("--part and --heading are for {forms} only.").format(forms=", ".join(_PAGED))
        )
    if given["template"] and form not in ("docx", "pdf"):
        raise click.UsageError(_("--template is for docx and pdf only."))
    if given["template"] and given["part"]:
        raise click.UsageError(_("With --template the placeholders say what goes where."))
    return str(form)


def write_document(
    config: Config, report: run.Report, form: str, given: dict[str, Any], today: date
) -> None:
    """Make the document and write it. Raise ContentError, DocumentError, UsageError."""
    part = run.Part(given["part"] or run.Part.FULL)
    if part is run.Part.ROYALTIES and report.royalties is None:
        raise click.UsageError(
            _("Royalties are switched off: see [royalties] enabled in config.toml.")
        )
    dated = day_of(given["dated"], config) or today
    template = given["template"]
    wish = run.Wish(
        form,
        dated,
        part,
        number=given["number"].strip(),
        start=given["heading"].strip(),
        template=(template.name, _read(template)) if template else None,
    )
    put(run.document(config, report, wish), given["output"])
    if form not in ("docx", "pdf") or not given["output"]:
        return
    lacking = run.missing(config, dated) if part in (run.Part.FULL, run.Part.ROYALTIES) else ()
    if lacking and not template:
        click.echo(
            _("Left open in it, as [organisation] of config.toml does not say: {keys}").format(
                keys=", ".join(lacking)
            )
        )
    if report.royalties and part is run.Part.FULL:
        click.echo(_("What the authors are due is not in it: --part royalties"))


def put(content: bytes, output: Path | None) -> None:
    """Write a file and say so, or print it. Raise ContentError when it can't be written."""
    if output is None:
        click.echo(content.decode("utf-8-sig"), nl=not content.endswith(b"\n"))
        return
    try:
        output.write_bytes(content)
    except OSError as error:  # on Windows also while it is open in Word
        params = {"error": error.strerror or str(error)}
        raise ContentError(Problem("file-unwritable", Where(str(output)), params)) from error
    click.echo(_("Written: {file}").format(file=output))


def _read(template: Path) -> bytes:
    try:
        return template.read_bytes()
    except OSError as error:
        params = {"error": error.strerror or str(error)}
        raise ContentError(Problem("file-unreadable", Where(str(template)), params)) from error
