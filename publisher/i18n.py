"""The language of the words that people read. gettext: English in the source, Vietnamese shown."""

from __future__ import annotations

import gettext
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

DOMAIN = "publisher"
LOCALES = Path(__file__).parent / "locale"
LANGUAGES = ("vi", "en")
DEFAULT = "vi"


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
    os.environ["LANGUAGE"] = language
    gettext.bindtextdomain(DOMAIN, LOCALES)
    gettext.textdomain(DOMAIN)


def words(language: str) -> Callable[[str], str]:
    """Return the gettext of one language, whatever the clerk reads: for pages of a website."""
    return gettext.translation(DOMAIN, LOCALES, [language], fallback=True).gettext


def N_(message: str) -> str:  # noqa: N802  # the name that extraction tools look for
    """Mark a message for the catalogue; it is translated where it is shown."""
    return message
