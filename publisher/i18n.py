"""The language of the words that people read. gettext: English in the source, Vietnamese shown."""

from __future__ import annotations

import gettext
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

DOMAIN = "publisher"
LOCALES = Path(__file__).parent / "locale"
LANGUAGES = ("vi", "en")
DEFAULT = "vi"

_process = DEFAULT
_asked: ContextVar[str] = ContextVar("language", default="")


class _Catalogues:
    """The folder of catalogues for whoever is spoken to now.

    gettext asks for it with every message, so that one process can speak to several people in
    several languages at once. English stands in the source: there is no catalogue of it.
    """

    def __fspath__(self) -> str:
        return str(LOCALES if language() == DEFAULT else LOCALES / language())


def chosen(arguments: Sequence[str], environ: Mapping[str, str]) -> str:
    """Return the language of ``--lang``, else of PUBLISHER_LANG, else Vietnamese.

    It must be known before the commands are loaded, since their help is text too.
    """
    wanted = environ.get("PUBLISHER_LANG", "")
    for index, argument in enumerate(arguments):
        if argument == "--lang" and index + 1 < len(arguments):
            wanted = arguments[index + 1]
        elif argument.startswith("--lang="):
            wanted = argument.removeprefix("--lang=")
    return wanted if wanted in LANGUAGES else DEFAULT


def use(language: str) -> None:
    """Make gettext speak a language, in click's own messages too, which share its domain."""
    global _process
    _process = language
    # The only language that there is a catalogue of; whether it is used: see _Catalogues.
    os.environ["LANGUAGE"] = DEFAULT
    gettext.bindtextdomain(DOMAIN, _Catalogues())
    gettext.textdomain(DOMAIN)


def language() -> str:
    """Return the language that gettext speaks here: of a request, else of the process."""
    return _asked.get() or _process


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak a language within, in this thread alone; after :func:`use`."""
    token = _asked.set(language if language in LANGUAGES else DEFAULT)
    try:
        yield
    finally:
        _asked.reset(token)


def words(language: str) -> Callable[[str], str]:
    """Return the gettext of one language, whatever the clerk reads: for pages of a website."""
    return gettext.translation(DOMAIN, LOCALES, [language], fallback=True).gettext


def N_(message: str) -> str:  # noqa: N802  # the name that extraction tools look for
    """Mark a message for the catalogue; it is translated where it is shown."""
    return message
