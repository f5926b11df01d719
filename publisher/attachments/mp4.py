"""Films and recordings of the MP4 family without what they tell of person, place and time.

ISO/IEC 14496-12: a file is boxes within boxes. What is private is overwritten where it stands
and its box renamed ``free``, which players skip: nothing moves, so every offset stays right.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

# What a player needs. All else is user data, texts, places, thumbnails of telephones, or
# something that a player must skip because it can't know it.
_KEPT_IN_FILE = frozenset({
    b"ftyp", b"moov", b"mdat", b"moof", b"mfra", b"sidx", b"ssix", b"styp", b"wide",
})  # fmt: skip
_KEPT_IN_MOVIE = frozenset({b"mvhd", b"trak", b"mvex", b"iods", b"pssh"})
_KEPT_IN_TRACK = frozenset({
    b"tkhd", b"edts", b"mdia", b"tref", b"tapt", b"load", b"clip", b"matt", b"txas", b"trgr",
})  # fmt: skip
_KEPT_IN_MEDIA = frozenset({b"mdhd", b"hdlr", b"minf", b"elng"})
_PRIVATE = frozenset({b"udta", b"meta", b"uuid"})
# Tracks that are seen, heard or read. Others ("meta", "camm") are a log of the device: where
# it was, each second, which faces it saw.
_SHOWN = frozenset({
    b"vide", b"soun", b"text", b"sbtl", b"subt", b"subp", b"clcp", b"tmcd", b"hint", b"pict",
    b"auxv", b"odsm", b"sdsm",
})  # fmt: skip
_TIMES = {b"mvhd": (4, 16), b"tkhd": (4, 16), b"mdhd": (4, 16)}


@dataclass(frozen=True, slots=True)
class _Box:
    """A box: its kind, where its bytes begin, where its content begins and ends."""

    kind: bytes
    start: int
    body: int
    end: int


def without_private_data(data: bytes) -> bytes:
    """Given a film's bytes, return as many bytes, those that tell of its making made zero.

    Raise ValueError for a file that is not built as it should be, or that is cut off.
    """
    film = bytearray(data)
    top = list(_boxes(film, 0, len(film)))
    movies = [box for box in top if box.kind == b"moov"]
    if len(movies) != 1:
        raise ValueError("no movie, or several")
    stored = [(box.body, box.end) for box in top if box.kind == b"mdat"]
    fragments = [box for box in top if box.kind == b"moof"]
    for box in _inside(film, movies[0]):
        if box.kind == b"cmov":
            raise ValueError("a compressed movie")
        if box.kind == b"trak":
            _clean_track(film, box, stored, fragmented=bool(fragments))
        elif box.kind == b"mvhd":
            _forget_times(film, box)
        elif box.kind not in _KEPT_IN_MOVIE:
            _free(film, box)
    for fragment in fragments:
        for box in _inside(film, fragment):
            within = list(_inside(film, box)) if box.kind == b"traf" else []
            for part in (box, *within):
                if part.kind in _PRIVATE:
                    _free(film, part)
    for box in top:
        if box.kind not in _KEPT_IN_FILE:
            _free(film, box)
    return bytes(film)


def codecs(data: bytes) -> list[str]:
    """Return the four-letter names of how the tracks are coded, [] for a damaged file."""
    film = bytearray(data)
    try:
        return [
            box.kind.decode("latin-1")
            for movie in _boxes(film, 0, len(film))
            if movie.kind == b"moov"
            for track in _inside(film, movie)
            if track.kind == b"trak" and (table := _find(film, track, b"mdia", b"minf", b"stbl"))
            for listed in _inside(film, table)
            if listed.kind == b"stsd"
            for box in _boxes(film, listed.body + 8, listed.end)
        ]
    except ValueError:
        return []


def _boxes(film: bytearray, start: int, end: int) -> Iterator[_Box]:
    while start + 8 <= end:
        size = int.from_bytes(film[start : start + 4], "big")
        kind, body = bytes(film[start + 4 : start + 8]), start + 8
        if size == 1:
            size, body = int.from_bytes(film[start + 8 : start + 16], "big"), start + 16
        elif size == 0:
            size = end - start  # the last one
        if start + size > end or start + size < body:
            raise ValueError("a box that is larger than what it stands in")
        yield _Box(kind, start, body, start + size)
        start += size
    film[start:end] = bytes(end - start)  # too short for a box


def _inside(film: bytearray, box: _Box) -> Iterator[_Box]:
    return _boxes(film, box.body, box.end)


def _find(film: bytearray, box: _Box, *path: bytes) -> _Box | None:
    for kind in path:
        found = next((part for part in _inside(film, box) if part.kind == kind), None)
        if found is None:
            return None
        box = found
    return box


def _free(film: bytearray, box: _Box) -> None:
    film[box.start + 4 : box.start + 8] = b"free"
    film[box.body : box.end] = bytes(box.end - box.body)


def _forget_times(film: bytearray, box: _Box) -> None:
    """Make zero when it was made and changed: two numbers of 4 bytes, of 8 in version 1."""
    size = 16 if film[box.body : box.body + 1] == b"\1" else 8
    end = min(box.body + 4 + size, box.end)
    film[box.body + 4 : end] = bytes(max(0, end - box.body - 4))


def _clean_track(
    film: bytearray, track: _Box, stored: list[tuple[int, int]], *, fragmented: bool
) -> None:
    handler = _find(film, track, b"mdia", b"hdlr")
    if handler is None:
        raise ValueError("a track that does not say what it is")
    if bytes(film[handler.body + 8 : handler.body + 12]) not in _SHOWN:
        if fragmented:
            raise ValueError("a log of the device that is spread over the file")
        table = _find(film, track, b"mdia", b"minf", b"stbl")
        for start, end in _samples(film, table) if table else ():
            if not any(first <= start and end <= last for first, last in stored):
                raise ValueError("samples that lie outside of what is stored")
            film[start:end] = bytes(end - start)
        _free(film, track)
        return
    for box in _inside(film, track):
        if box.kind == b"tkhd":
            _forget_times(film, box)
        elif box.kind == b"mdia":
            for part in _inside(film, box):
                if part.kind == b"mdhd":
                    _forget_times(film, part)
                elif part.kind not in _KEPT_IN_MEDIA:
                    _free(film, part)
        elif box.kind not in _KEPT_IN_TRACK:
            _free(film, box)


def _samples(film: bytearray, table: _Box) -> Iterator[tuple[int, int]]:
    """Yield where each chunk of a track begins and ends (ISO/IEC 14496-12, 8.7)."""
    boxes = {box.kind: box for box in _inside(film, table)}
    offsets = _numbers(film, boxes[b"co64"], 8, 8) if b"co64" in boxes else (
        _numbers(film, boxes[b"stco"], 8, 4) if b"stco" in boxes else []
    )  # fmt: skip
    if b"stz2" in boxes or (offsets and not {b"stsz", b"stsc"} <= boxes.keys()):
        raise ValueError("tables of a form that is not used for such tracks")
    if not offsets:
        return
    size = int.from_bytes(film[boxes[b"stsz"].body + 4 : boxes[b"stsz"].body + 8], "big")
    sizes = [] if size else _numbers(film, boxes[b"stsz"], 12, 4)
    runs = _numbers(film, boxes[b"stsc"], 8, 4)
    firsts = [*runs[0::3], len(offsets) + 1]
    at = 0
    for (first, following), count in zip(pairwise(firsts), runs[1::3], strict=False):
        for offset in offsets[first - 1 : following - 1]:
            length = size * count if size else sum(sizes[at : at + count])
            at += count
            yield offset, offset + length


def _numbers(film: bytearray, box: _Box, skipped: int, width: int) -> list[int]:
    body = bytes(film[box.body + skipped : box.end])
    return [
        int.from_bytes(body[at : at + width], "big")
        for at in range(0, len(body) - width + 1, width)
    ]
