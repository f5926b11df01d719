"""Vietnamese text: one normal form, slugs, and folding for search."""

from __future__ import annotations

import re
import unicodedata

_D = str.maketrans("đĐ", "dD")


class _Plain(dict[int, str]):
    """What each character is without its marks, found out once: searching asks very often."""

    def __missing__(self, code: int) -> str:
        # đ does not decompose, so it is mapped by hand.
        decomposed = unicodedata.normalize("NFKD", chr(code).translate(_D))
        self[code] = "".join(
            c
            for c in decomposed
            if not unicodedata.combining(c) and unicodedata.category(c) != "Cf"
        )
        return self[code]


_PLAIN = _Plain()
SLUG_LENGTH = 90  # WordPress keeps 200 bytes, but addresses are read by people


def nfc(text: str) -> str:
    """Return text in NFC, the form that every other room expects."""
    return unicodedata.normalize("NFC", text)


def unmarked(text: str) -> str:
    """Return text without Vietnamese marks: ``Kiểm soát đất`` gives ``Kiem soat dat``.

    What Word puts in unseen goes too: soft hyphens and zero-width spaces are dropped, and
    ligatures, raised digits and no-break spaces become the plain characters.
    """
    return text.translate(_PLAIN)


def fold(text: str) -> str:
    """Return the form in which search compares: no marks, no case, single spaces.

    ``hòa`` and ``hoà`` fold to the same word.
    """
    return " ".join(unmarked(text).casefold().split())


def slugify(text: str, length: int = SLUG_LENGTH) -> str:
    """Return an ASCII slug of at most ``length`` characters, cut between words.

    "" when the text holds no letter or digit.
    """
    # Anything else parts words: dropping the dash of "2022–2023" would make one number.
    slug = re.sub(r"[^a-z0-9]+", "-", unmarked(text).casefold()).strip("-")
    if len(slug) <= length:
        return slug
    head = slug[: length + 1].rsplit("-", 1)[0]
    return head if len(head) <= length else slug[:length]


def words(html_free: str) -> str:
    """Return text with every run of white space folded to one space."""
    return " ".join(html_free.split())


_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


def file_stem(slug: str) -> str:
    """Return a slug as the name of a file or folder: Windows refuses ``con``, a word here."""
    return f"{slug}_" if _DEVICES.match(slug) else slug
