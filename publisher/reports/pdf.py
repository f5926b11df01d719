"""PDF: made by LibreOffice from the DOCX document, or by WeasyPrint from the HTML page."""

from __future__ import annotations

import importlib
import os
import platform
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from publisher.errors import DocumentError
from publisher.model import Problem

_SECONDS = 180  # a first start with a new profile takes a while on old computers


def pdf(document: bytes, page: Callable[[], str] | None) -> bytes:
    """Return a DOCX document as PDF.

    page: makes its HTML page, for where there is no LibreOffice; None when there is no page
    that says the same. Raise DocumentError when neither program is there, or when LibreOffice
    fails.
    """
    if program := office_program():
        return _by_office(program, document)
    if page is None:
        raise DocumentError(Problem("pdf-program"))
    try:
        # Not found, or its libraries (Pango) are not there.
        weasyprint: Any = importlib.import_module("weasyprint")
    except (ImportError, OSError) as error:
        raise DocumentError(Problem("pdf-program")) from error
    made: bytes = weasyprint.HTML(string=page(), url_fetcher=_fetch_nothing).write_pdf()
    return made


def office_program() -> Path | None:
    """Return LibreOffice's program: on the path, or where its installer puts it."""
    for name in ("soffice", "libreoffice"):
        if found := shutil.which(name):
            return Path(found)
    return next((path for path in _usual_places() if path.is_file()), None)


def _usual_places() -> Iterator[Path]:
    if platform.system() == "Windows":
        for variable in ("ProgramFiles", "ProgramW6432", "ProgramFiles(x86)"):
            if folder := os.environ.get(variable):
                # The .com waits for the end, which the .exe leaves to chance.
                yield Path(folder) / "LibreOffice" / "program" / "soffice.com"
    elif platform.system() == "Darwin":
        yield Path("/Applications/LibreOffice.app/Contents/MacOS/soffice")


def _by_office(program: Path, document: bytes) -> bytes:
    # A profile of its own: one that a person has open would take the request and not answer.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        here = Path(folder)
        source = here / "report.docx"
        source.write_bytes(document)
        command = [
            str(program),
            f"-env:UserInstallation={(here / 'profile').as_uri()}",
            "--headless",
            "--norestore",
            "--convert-to",
            "pdf",
            "--outdir",
            str(here),
            str(source),
        ]
        with (here / "said.txt").open("w+b") as said:
            # Not through a pipe: it would stay open for as long as a child of a child lives.
            try:
                subprocess.run(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=said,
                    stderr=said,
                    timeout=_SECONDS,
                    check=False,
                )
            except subprocess.TimeoutExpired as error:
                params = {"program": str(program), "seconds": _SECONDS}
                raise DocumentError(Problem("pdf-slow", params=params)) from error
            except OSError as error:
                raise _failed(program, error.strerror or str(error)) from error
        made = source.with_suffix(".pdf")
        if not made.is_file():
            raise _failed(program, (here / "said.txt").read_text("utf-8", "replace").strip())
        return made.read_bytes()


def _failed(program: Path, error: str) -> DocumentError:
    return DocumentError(Problem("pdf-failed", params={"program": str(program), "error": error}))


def _fetch_nothing(url: str, *_args: object, **_kwargs: object) -> dict[str, Any]:
    raise ValueError(f"not fetched: {url}")  # the page has all within itself
