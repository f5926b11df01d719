"""A picture looked at before anything is sent: whether it opens, and what it says of itself."""

from __future__ import annotations

from dataclasses import dataclass

from publisher.images import animation, formats
from publisher.images.description import description
from publisher.images.formats import MAX_PIXELS, reading

# A JPEG is decoded at an eighth: that takes a tenth of the time and reads every byte.
_EIGHTH = 8


@dataclass(frozen=True, slots=True)
class Inspection:
    """What was found. pages: of a TIFF, whose first one alone is used; description: "" or text."""

    pages: int
    description: str


def inspect(data: bytes, *, longest_side: int = 1600, max_pixels: int = MAX_PIXELS) -> Inspection:
    """Given a picture file's bytes, decode it and return what it says of itself.

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
            width, height = picture.size
            picture.draft(None, (width // _EIGHTH, height // _EIGHTH))
        picture.load()
    return Inspection(pages, said)
