"""Private data taken out of a picture file without touching a pixel.

Each function copies what draws the picture and nothing else, and stops where the picture
ends: phones append films, and editors leave old pixels, behind it.
A file that is not built as its format says is not taken apart.
"""

from __future__ import annotations

import re
from io import BytesIO

_PNG_KEPT = {b"IHDR", b"PLTE", b"tRNS", b"acTL", b"fcTL", b"fdAT", b"IDAT", b"IEND"}
_WEBP_KEPT = {b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF"}
_WEBP_PRIVATE_FLAGS = 0x20 | 0x08 | 0x04  # VP8X: ICC profile, EXIF, XMP
# A marker that is neither a stuffed byte nor a restart, nor only fills.
_END_OF_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)
_GIF_LOOPS = {b"NETSCAPE2.0", b"ANIMEXTS1.0"}


def stripped(name: str, data: bytes) -> bytes | None:
    """Return the file without private data; None when its format can't be kept as it is."""
    strip = {"JPEG": _jpeg, "PNG": _png, "WebP": _webp, "GIF": _gif}.get(name)
    try:
        return strip(data) if strip else None
    except (ValueError, IndexError):
        return None


class _Reader:
    """Bytes taken from the front; asking for more than there are is a ValueError."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.at = 0

    def take(self, count: int) -> bytes:
        piece = self._data[self.at : self.at + count]
        if len(piece) != count:
            raise ValueError("the file ends too early")
        self.at += count
        return piece

    def scan(self) -> bytes:
        """Take the coded pixels of a JPEG scan, up to the marker that ends it."""
        end = _END_OF_SCAN.search(self._data, self.at)
        if end is None:
            raise ValueError("a scan without an end")
        return self.take(end.start() - self.at)


def _jpeg(data: bytes) -> bytes:
    """Keep tables, frames and scans, JFIF without its thumbnail, Adobe (ITU-T T.81, B.1)."""
    reader, out = _Reader(data), BytesIO()
    out.write(reader.take(2))
    while True:
        if reader.take(1) != b"\xff":
            raise ValueError("no marker where one must be")
        marker = reader.take(1)[0]
        while marker == 0xFF:
            marker = reader.take(1)[0]
        if marker == 0xD9:
            out.write(b"\xff\xd9")
            return out.getvalue()
        length = int.from_bytes(reader.take(2), "big")
        if length < 2:
            raise ValueError("a segment without a length")
        body = _kept_segment(marker, reader.take(length - 2))
        if body is not None:
            out.write(bytes((0xFF, marker)) + (len(body) + 2).to_bytes(2, "big") + body)
        if marker == 0xDA:
            out.write(reader.scan())


def _kept_segment(marker: int, body: bytes) -> bytes | None:
    if marker == 0xE0:
        # 12 bytes of JFIF, then a thumbnail whose width and height become 0.
        return body[:12] + b"\0\0" if body.startswith(b"JFIF\0") and len(body) >= 14 else None
    if marker == 0xEE:
        return body[:12] if body.startswith(b"Adobe") else None
    return None if 0xE0 <= marker <= 0xEF or marker == 0xFE else body


def _png(data: bytes) -> bytes:
    """Keep the chunks that draw, animation included (PNG third edition, section 5)."""
    reader, out = _Reader(data), BytesIO()
    out.write(reader.take(8))
    kind = b""
    while kind != b"IEND":
        head = reader.take(8)
        kind = head[4:]
        body = reader.take(int.from_bytes(head[:4], "big") + 4)  # and its CRC
        if kind in _PNG_KEPT:
            out.write(head + body)
    return out.getvalue()


def _webp(data: bytes) -> bytes:
    """Keep the chunks that draw, and say so in the flags (RFC 9649, section 2.7)."""
    reader, out = _Reader(data), BytesIO()
    end = int.from_bytes(reader.take(12)[4:8], "little") + 8
    while reader.at < end:
        head = reader.take(8)
        size = int.from_bytes(head[4:], "little")
        body = reader.take(size + size % 2)
        if head[:4] == b"VP8X":
            body = bytes((body[0] & ~_WEBP_PRIVATE_FLAGS,)) + body[1:]
        if head[:4] in _WEBP_KEPT:
            out.write(head + body)
    chunks = out.getvalue()
    return b"RIFF" + (len(chunks) + 4).to_bytes(4, "little") + b"WEBP" + chunks


def _gif(data: bytes) -> bytes:
    """Keep frames, their timing and the loop (GIF89a, sections 17 to 27)."""
    reader, out = _Reader(data), BytesIO()
    head = reader.take(13)
    out.write(head + reader.take(_colour_table(head[10])))
    timing = b""
    while True:
        kind = reader.take(1)
        if kind == b";":
            out.write(kind)
            return out.getvalue()
        if kind == b",":
            place = reader.take(9)
            table = reader.take(_colour_table(place[8]))
            out.write(timing + kind + place + table + reader.take(1) + _sub_blocks(reader))
            timing = b""
        elif kind == b"!":
            label = reader.take(1)
            body = _sub_blocks(reader)
            if label == b"\xf9":
                timing = kind + label + body
            elif label == b"\xff" and body[1:12] in _GIF_LOOPS and body[12:14] == b"\3\1":
                out.write(kind + label + body[:16] + b"\0")
        else:
            raise ValueError("no block where one must be")


def _colour_table(flags: int) -> int:
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _sub_blocks(reader: _Reader) -> bytes:
    out = BytesIO()
    while True:
        size = reader.take(1)
        out.write(size + reader.take(size[0]))
        if size == b"\0":
            return out.getvalue()
