"""Office files: whether they are what they say, and what they tell of people."""

from __future__ import annotations

import html
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO

from publisher.text import nfc, words

_MAIN: Mapping[str, str] = {
    ".docx": "word/document.xml",
    ".xlsx": "xl/workbook.xml",
    ".pptx": "ppt/presentation.xml",
    ".odt": "content.xml",
    ".ods": "content.xml",
    ".odp": "content.xml",
}
SUFFIXES = frozenset(_MAIN)
_READ = 256 * 1024  # bytes of a part that are unpacked at most: it may be a bomb
_TEXT_READ = 32 * 1024 * 1024
_AUTHOR = re.compile(
    r"<(?:\w+:)?(?:creator|lastModifiedBy|Manager|initial-creator)(?:\s[^>]*)?>([^<]+)<"
)
_MACROS = re.compile(r"(.*/)?vbaProject\.bin|Basic/.+|Scripts/.+", re.IGNORECASE)
_TRACKED = re.compile(rb"<w:(?:ins|del|moveFrom|moveTo)\s|<text:changed-region[\s>]")
_COMMENTS = re.compile(r"(word|ppt|xl)/(threaded)?comments.*\.xml", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Properties:
    """What was found: whether the file is whole, holds macros, notes of a review, and names."""

    whole: bool
    macros: bool = False
    review: bool = False
    authors: tuple[str, ...] = ()


def read(data: bytes, suffix: str) -> Properties:
    """Given an Office file's bytes and ending, return what it tells."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as file:
            names = file.namelist()
            if _MAIN[suffix] not in names:
                return Properties(whole=False)
            parts = ("docProps/core.xml", "docProps/app.xml", "meta.xml")
            told = "".join(_part(file, part) for part in parts if part in names)
            found = (words(nfc(html.unescape(name))) for name in _AUTHOR.findall(told))
            return Properties(
                whole=True,
                macros=any(_MACROS.fullmatch(name) for name in names),
                review=_reviewed(file, names, _MAIN[suffix]),
                authors=tuple(dict.fromkeys(filter(None, found))),
            )
    except Exception:  # zip files that are damaged, or locked, raise anything
        return Properties(whole=False)


def _part(file: zipfile.ZipFile, name: str) -> str:
    with file.open(name) as part:
        return part.read(_READ).decode(errors="replace")


def _reviewed(file: zipfile.ZipFile, names: list[str], main: str) -> bool:
    """Tell whether comments or tracked changes are left, which every reader will see."""
    if any(_COMMENTS.fullmatch(name) for name in names):
        return True
    with file.open(main) as part:
        return bool(_TRACKED.search(part.read(_TEXT_READ)))
