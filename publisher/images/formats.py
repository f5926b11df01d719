"""What a file is by its first bytes, and how it is opened without being trusted.

The plug-ins are used directly, not through ``Image.open``: that one's limit on pixels is a
global of the process, and it only warns where we refuse.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import PurePath
from typing import IO

from PIL import Image, ImageFile, features
from PIL.AvifImagePlugin import AvifImageFile
from PIL.BmpImagePlugin import BmpImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.TiffImagePlugin import TiffImageFile
from PIL.WebPImagePlugin import WebPImageFile
from pillow_heif import HeifImageFile

from publisher.errors import PictureError
from publisher.model import Problem

AVIF = features.check("avif")
MAX_PIXELS = 100_000_000
"""Width times height that is opened at most: more is an attack, or a poster for printing."""

# The memory of pixels is kept for the next picture, 64 MB at most. Otherwise each asks the
# system for all of it anew, which takes a tenth of the time. Blocks of about the same size fit
# pictures of any.
_memory = Image.core  # type: ignore[attr-defined]
_memory.set_block_size(1024 * 1024)
_memory.set_blocks_max(64)

_SUFFIXES = {
    ".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".gif", ".tif", ".tiff", ".bmp",
    ".heic", ".heif", ".hif",
}  # fmt: skip
SUFFIXES = frozenset(_SUFFIXES | ({".avif"} if AVIF else set()))
"""Endings of files that may hold a picture that we can use."""

_OPENERS: dict[str, Callable[[IO[bytes]], ImageFile.ImageFile]] = {
    "JPEG": JpegImageFile,
    "PNG": PngImageFile,
    "GIF": GifImageFile,
    "WebP": WebPImageFile,
    "TIFF": TiffImageFile,
    "BMP": BmpImageFile,
    "HEIC": HeifImageFile,
}
if AVIF:
    _OPENERS["AVIF"] = AvifImageFile

_SIGNATURES = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"II+\0", "TIFF"),
    (b"MM\0+", "TIFF"),
    (b"BM", "BMP"),
    (b"%PDF", "PDF"),
    (b"8BPS", "PSD"),
    (b"\0\0\1\0", "ICO"),
    (b"\xd7\xcd\xc6\x9a", "WMF"),
    (b"PK\3\4", "ZIP"),
    (b"\xff\x0a", "JPEG XL"),
    (b"\0\0\0\x0cJXL ", "JPEG XL"),
    (b"\0\0\0\x0cjP  ", "JPEG 2000"),
    (b"\xff\x4f\xff\x51", "JPEG 2000"),
)
_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
# Drawings and screen pages have sharp edges, which JPEG would smear.
_BETTER_AS_PNG = {"SVG", "PDF", "EMF", "WMF", "ICO", "PSD"}


def is_supported(name: str) -> bool:
    """Tell by its ending, in any case, whether a file may hold a picture that we can use."""
    return PurePath(name).suffix.lower() in SUFFIXES


def format_of(data: bytes) -> str:
    """Return the name of the format that data is in, "" when it is none that we know."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WebP"
    if data[4:8] == b"ftyp":
        return _boxed_format(data)
    if data[:4] == b"\1\0\0\0" and data[40:44] == b" EMF":
        return "EMF"
    for signature, name in _SIGNATURES:
        if data.startswith(signature):
            return name
    return "SVG" if b"<svg" in data[:1000] else ""


def _boxed_format(data: bytes) -> str:
    """Return the format of an ISO base media file: its brands stand in its first box."""
    box = data[8 : min(int.from_bytes(data[:4], "big"), 200)]
    brands = {box[i : i + 4] for i in range(0, len(box), 4) if i != 4}
    if brands & {b"avif", b"avis"}:
        return "AVIF"
    return "HEIC" if brands & _HEIF_BRANDS else "MP4"


def opened(data: bytes, max_pixels: int) -> tuple[str, ImageFile.ImageFile]:
    """Given a file's bytes, return its format and the picture, header read, pixels not yet.

    max_pixels: width times height that is still accepted.
    Raise PictureError: picture-broken, picture-format, picture-too-big.
    """
    name = format_of(data)
    if name in _OPENERS:
        with reading():
            if name == "WebP":  # its decoder takes the memory as soon as it is made
                check_size(_webp_size(data), max_pixels)
            picture = _OPENERS[name](BytesIO(data))
            check_size(picture.size, max_pixels)
        return name, picture
    if name:
        save_as = "PNG" if name in _BETTER_AS_PNG else "JPEG"
        raise PictureError(Problem("picture-format", params={"format": name, "save_as": save_as}))
    raise broken("not-a-picture" if data.strip(b"\0") else "empty")


def check_size(size: tuple[int, int], max_pixels: int, frames: int = 1) -> None:
    """Raise PictureError (picture-too-big) for more pixels than allowed, in all frames."""
    width, height = size
    if width * height * frames > max_pixels:
        params = {"width": width, "height": height, "frames": frames, "limit": max_pixels}
        raise PictureError(Problem("picture-too-big", params=params))


def broken(reason: str) -> PictureError:
    """Return the error for a file that shows no picture: empty, not-a-picture or damaged."""
    return PictureError(Problem("picture-broken", params={"reason": reason}))


@contextmanager
def reading() -> Iterator[None]:
    """Turn whatever a decoder raises on damaged data into PictureError (picture-broken)."""
    try:
        yield
    except (PictureError, MemoryError):
        raise
    except Exception as error:
        # Besides OSError and SyntaxError, decoders let struct, zlib, lookup, value and type
        # errors of their own parsing through.
        raise broken("damaged") from error


def _webp_size(data: bytes) -> tuple[int, int]:
    """Return width and height from a WebP header (RFC 9649, sections 2.5 to 2.7)."""
    kind = data[12:16]
    if kind == b"VP8X":
        return _u24(data, 24) + 1, _u24(data, 27) + 1
    if kind == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return _u24(data, 26) & 0x3FFF, _u24(data, 28) & 0x3FFF


def _u24(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 3], "little")
