"""WebM films without the tags that a telephone's recorder leaves: place, person, time, device."""

from __future__ import annotations

import re

# A SimpleTag of Matroska (RFC 9559, section 5.1.8.1.2): its name, perhaps its language, then
# its text, each with a size before it. Anything else that looks so is too unlikely to matter.
_NAME = rb"\x45\xa3[\x80-\xfe][A-Za-z][\w./-]*"
_TEXT = rb"\x44\x87(?:([\x80-\xfe])|([\x40-\x7f].))"
_TAG = re.compile(_NAME + rb".{0,24}?" + _TEXT, re.DOTALL)


def without_tags(data: bytes) -> bytes:
    """Given a film's bytes, return as many bytes, the texts of its tags blank."""
    film = bytearray(data)
    for found in _TAG.finditer(data):
        short, long = found.groups()
        size = short[0] & 0x7F if short else int.from_bytes(long, "big") & 0x3FFF
        end = min(found.end() + size, len(film))
        film[found.end() : end] = b" " * (end - found.end())
    return bytes(film)
