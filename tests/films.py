"""Films built by hand: boxes as telephones write them, with all that they tell."""

from __future__ import annotations

import struct

PLACE = b"+10.7769+106.7009/"
MAKER = b"DienThoaiRieng"
LATITUDE = struct.pack(">d", 10.7769)


def box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I", len(body) + 8) + kind + body


def track(
    handler: bytes, chunk: int, sizes: list[int], *more: bytes, coded: bytes = b"avc1"
) -> bytes:
    """Return a track whose samples lie in one chunk at that offset of the file."""
    stsz = struct.pack(f">III{len(sizes)}I", 0, 0, len(sizes), *sizes)
    table = box(
        b"stbl",
        box(b"stsd", struct.pack(">II", 0, 1), box(coded, bytes(16))),
        box(b"stsz", stsz),
        box(b"stsc", struct.pack(">IIIII", 0, 1, 1, len(sizes), 1)),
        box(b"stco", struct.pack(">III", 0, 1, chunk)),
    )
    times = struct.pack(">IIIII", 0, 0xD0D0D0D0, 0xD1D1D1D1, 1000, 5000)
    media = box(
        b"mdia",
        box(b"mdhd", times),
        box(b"hdlr", bytes(8), handler, bytes(13)),
        box(b"minf", table),
    )
    return box(b"trak", box(b"tkhd", times), media, *more)


def film(coded: bytes = b"avc1", *, fast: bool = False) -> bytes:
    """Return a film with a picture track and a log of places, and places in every known box.

    fast: whether its index stands before what is stored.
    """
    picture, log = b"\x11" * 40, LATITUDE * 3
    start = box(b"ftyp", b"isom", bytes(4), b"isommp42")

    def movie(stored: int) -> bytes:
        place = box(b"\xa9xyz", struct.pack(">HH", len(PLACE), 0x15C7), PLACE)
        keys = box(b"keys", bytes(8), box(b"mdta", b"com.apple.quicktime.location.ISO6709"))
        listed = box(b"ilst", box(b"\0\0\0\1", box(b"data", bytes(8), PLACE)))
        return box(
            b"moov",
            box(b"mvhd", struct.pack(">IIIII", 0, 0xD0D0D0D0, 0xD1D1D1D1, 1000, 5000), bytes(80)),
            track(b"vide", stored + 8, [20, 20], box(b"udta", place), coded=coded),
            track(b"meta", stored + 8 + len(picture), [8, 8, 8], coded=b"mebx"),
            box(b"udta", place, box(b"loci", bytes(4), PLACE), box(b"\xa9mak", MAKER)),
            box(b"meta", box(b"hdlr", bytes(8), b"mdta", bytes(12)), keys, listed),
        )

    stored = box(b"mdat", picture, log)
    more = box(b"uuid", b"\xbe\x7a\xcf\xcb" + bytes(12), b"<x:xmpmeta>" + PLACE) + box(
        b"free", MAKER
    )
    if fast:
        at = len(start) + len(movie(0))
        return start + movie(at) + stored + more
    return start + stored + movie(len(start)) + more


def webm() -> bytes:
    """Return the beginning of a WebM with the tags that a telephone leaves."""

    def element(name: bytes, body: bytes) -> bytes:
        return name + bytes((0x80 | len(body),)) + body

    tag = element(b"\x45\xa3", b"LOCATION") + element(b"\x44\x87", PLACE)
    title = element(b"\x45\xa3", b"ARTIST") + element(b"\x44\x87", b"Nguyen Van A")
    tags = element(b"\x73\x73", element(b"\x67\xc8", tag) + element(b"\x67\xc8", title))
    return element(b"\x1a\x45\xdf\xa3", element(b"\x42\x82", b"webm")) + element(
        b"\x12\x54\xc3\x67", tags
    )
