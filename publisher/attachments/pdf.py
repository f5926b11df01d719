"""What a PDF tells of its author, found without taking the file apart."""

from __future__ import annotations

import codecs
import re
import zlib
from collections.abc import Iterator

from publisher.text import nfc, words

_READ = 4 * 1024 * 1024  # bytes that are unpacked at most of one stream: it may be a bomb
_PACKED = 50  # streams that are looked into
_AUTHOR = re.compile(
    rb"/Author\s*(?:\(((?:[^()\\]|\\.){0,2000})\)|<([0-9A-Fa-f\s]{0,4000})>)", re.DOTALL
)
_CREATOR = re.compile(rb"<dc:creator>.{0,200}?<rdf:li[^>]*>([^<]{1,500})</rdf:li>", re.DOTALL)
# ISO 32000-1, 7.5.7: objects, the file's properties too, may be packed together.
_OBJECTS = re.compile(rb"/ObjStm\b[^>]{0,300}>>\s*stream\r?\n")
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r?\n|.)", re.DOTALL)
_LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def authors(data: bytes) -> tuple[str, ...]:
    """Given a PDF's bytes, return the names of its authors, [] when it tells none."""
    found: dict[str, None] = {}
    for piece in (data, *_packed(data)):
        for literal, digits in _AUTHOR.findall(piece):
            raw = _literal(literal) if literal else bytes.fromhex(_even(digits))
            found[words(nfc(_text(raw)))] = None
        for name in _CREATOR.findall(piece):
            found[words(nfc(name.decode(errors="replace")))] = None
    return tuple(name for name in found if name)


def _packed(data: bytes) -> Iterator[bytes]:
    for number, begin in enumerate(_OBJECTS.finditer(data)):
        if number == _PACKED:
            return
        try:
            yield zlib.decompressobj().decompress(data[begin.end() :], _READ)
        except zlib.error:
            continue


def _even(digits: bytes) -> str:
    text = re.sub(rb"\s", b"", digits).decode("ascii")
    return text + "0" * (len(text) % 2)


def _literal(body: bytes) -> bytes:
    """Return the bytes that a string in brackets means (ISO 32000-1, 7.3.4.2)."""

    def meant(found: re.Match[bytes]) -> bytes:
        escape = found[1]
        if escape.isdigit():
            return bytes((int(escape, 8) & 0xFF,))
        return b"" if escape.endswith(b"\n") else _LETTERS.get(escape, escape)

    return _ESCAPE.sub(meant, body)


def _text(raw: bytes) -> str:
    """Return a text string: UTF-16 or UTF-8 with a mark, else one byte for each letter."""
    if raw.startswith(codecs.BOM_UTF16_BE):
        return raw[2:].decode("utf-16-be", "replace")
    return raw.removeprefix(codecs.BOM_UTF8).decode(errors="replace")
