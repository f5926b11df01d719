"""Pictures written, with nothing in the file but the picture."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from tempfile import TemporaryFile
from typing import Any

from PIL import Image

_FILE_TYPES = {
    "JPEG": (".jpg", "image/jpeg"),
    "PNG": (".png", "image/png"),
    "GIF": (".gif", "image/gif"),
    "WebP": (".webp", "image/webp"),
}


@dataclass(frozen=True, slots=True)
class Prepared:
    """A picture ready for a website. width, height: pixels. suffix: with its dot."""

    content: bytes
    suffix: str
    mime: str
    width: int
    height: int

    @classmethod
    def of(cls, name: str, content: bytes, size: tuple[int, int]) -> Prepared:
        """Given a file in a format (JPEG, PNG, GIF, WebP), return it with its file type."""
        suffix, mime = _FILE_TYPES[name]
        return cls(content, suffix, mime, *size)


def jpeg(picture: Image.Image, quality: int) -> Prepared:
    """Return an L, RGB or YCbCr picture as JPEG, 4:2:0. The picture is left ``bare``.

    Neither progressive nor with tables of its own: for a twentieth of the bytes both together
    would take five times as long, a fifth of all the time that a photo takes.
    """
    content = _written(bare(picture), quality=quality, subsampling="4:2:0")
    return Prepared.of("JPEG", content, picture.size)


def _written(picture: Image.Image, **options: Any) -> bytes:
    try:
        # Into a real file Pillow writes without holding up the other threads.
        with TemporaryFile() as file:
            picture.save(file, "JPEG", **options)
            file.seek(0)
            return file.read()
    except OSError:  # no room there
        out = BytesIO()
        picture.save(out, "JPEG", **options)
        return out.getvalue()


def png(picture: Image.Image) -> Prepared:
    """Return a picture as PNG. The picture is left ``bare``."""
    out = BytesIO()
    # Pillow's "optimize" takes five times as long to save a twentieth.
    bare(picture).save(out, "PNG")
    return Prepared.of("PNG", out.getvalue(), picture.size)


def webp(picture: Image.Image, quality: int, *, lossless: bool) -> Prepared:
    """Return a picture as WebP; exact when ``lossless``. The picture is left ``bare``."""
    out = BytesIO()
    # Without loss, quality is only the effort spent, which must not depend on config.toml.
    bare(picture).save(out, "WEBP", quality=80 if lossless else quality, lossless=lossless)
    return Prepared.of("WebP", out.getvalue(), picture.size)


def bare(picture: Image.Image) -> Image.Image:
    """Take all but its pixels from a picture, and return it.

    Some writers copy comments and profiles out of ``info``.
    """
    picture.info.clear()
    return picture
