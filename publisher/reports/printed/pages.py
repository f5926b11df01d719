"""On which page each heading stands, as LibreOffice set it: read from the PDF that it made."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

# What LibreOffice writes: one flat tree of pages, and an outline of the headings.
_KIDS = re.compile(
    rb"/Type\s*/Pages\b.*?/Kids\s*\[([^\]]*)\]|/Kids\s*\[([^\]]*)\][^>]*/Type\s*/Pages\b", re.DOTALL
)
_OUTLINE = re.compile(rb"/Title\s*<([0-9A-Fa-f]+)>\s*/Dest\s*\[\s*(\d+) 0 R")
_OBJECTS = re.compile(rb"/ObjStm\b[^>]{0,300}>>\s*stream\r?\n")


def headings(pdf: bytes) -> list[tuple[str, int]]:
    """Return every heading with its page, from 1, in order; [] when it can't be told."""
    pieces = [pdf, *_packed(pdf)]
    kids = next((m[1] or m[2] for piece in pieces for m in _KIDS.finditer(piece)), b"")
    pages = {int(n): place for place, n in enumerate(re.findall(rb"(\d+) 0 R", kids), start=1)}
    found: list[tuple[str, int]] = []
    for piece in pieces:
        for title, page in _OUTLINE.findall(piece):
            if int(page) not in pages:
                return []
            found.append(
                (bytes.fromhex(title.decode()).decode("utf-16", "replace"), pages[int(page)])
            )
    return found


def count(pdf: bytes) -> int:
    """Return how many pages a PDF of LibreOffice has."""
    return sum(len(re.findall(rb"/Type\s*/Page\b(?!s)", piece)) for piece in (pdf, *_packed(pdf)))


def _packed(pdf: bytes) -> Iterator[bytes]:
    for begin in _OBJECTS.finditer(pdf):
        try:
            yield zlib.decompressobj().decompress(pdf[begin.end() :])
        except zlib.error:
            continue
