"""A picture looked at before anything is sent: whether it opens, and what it says of itself."""

from __future__ import annotations

from dataclasses import dataclass

from publisher.errors import PictureError
from publisher.images import animation, formats, pixels
from publisher.images.description import description
from publisher.images.formats import MAX_PIXELS, reading
from publisher.images.strip import stripped

# A JPEG is decoded at an eighth: that reads every byte in half the time.
_EIGHTH = 8
_ON_ITS_SIDE = (5, 6, 7, 8)  # values of Exif's Orientation (Exif 2.32, 4.6.4)


@dataclass(frozen=True, slots=True)
class Inspection:
    """What was found. pages: of a TIFF, whose first one alone is used; description: "" or text."""

    pages: int
    description: str


def inspect(data: bytes, *, longest_side: int = 1600, max_pixels: int = MAX_PIXELS) -> Inspection:
    """Given a picture file's bytes, return what it says of itself, once it is known to open.

    A JPEG that is whole, marker by marker, is not decoded: where its coded pixels are damaged
    a decoder draws something all the same. Every other file is.
    longest_side, max_pixels: as ``prepare`` is given. Raise PictureError as ``prepare`` would:
    picture-broken, picture-format, picture-too-big.
    """
    name, picture = formats.opened(data, max_pixels)
    said = description(picture)
    if animation.moves(name, picture):
        animation.check(picture, longest_side, max_pixels)
        return Inspection(1, said)
    with reading():
        pages = int(getattr(picture, "n_frames", 1)) if name == "TIFF" else 1
        if name == "JPEG":
            if stripped(name, data) is not None:
                return Inspection(1, said)
            width, height = picture.size
            picture.draft(None, (width // _EIGHTH, height // _EIGHTH))
        picture.load()
    return Inspection(pages, said)


def size_of(data: bytes) -> tuple[int, int]:
    """Return width and height of a picture the right way up, pixels; (0, 0) for none."""
    try:
        _name, picture = formats.opened(data, MAX_PIXELS)
        turned = pixels.orientation(picture) in _ON_ITS_SIDE
    except PictureError:
        return 0, 0
    width, height = picture.size
    return (height, width) if turned else (width, height)
