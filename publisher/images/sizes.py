"""Smaller copies of a picture that is ready: what a browser chooses from (``srcset``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PIL import Image

from publisher.images import animation, formats, pixels
from publisher.images.encode import Prepared, jpeg, png, webp
from publisher.images.formats import MAX_PIXELS, reading

# Between two sizes that differ by little it is as sharp as Lanczos, in a third of the time.
_FILTER = Image.Resampling.HAMMING
# Halving blurs a little, for a tenth of the time: this sharpens again.
_OF_A_HALF = Image.Resampling.BICUBIC


@dataclass(frozen=True, slots=True)
class Frame:
    """What a copy must fit into. width, height: pixels, 0 for any.

    crop: cut it to this shape. across, down: which part is kept then: "left", "center" or
    "right", and "top", "center" or "bottom".
    """

    width: int
    height: int
    crop: bool = False
    across: str = "center"
    down: str = "center"


@dataclass(frozen=True, slots=True)
class Cut:
    """A part of a picture (left, top, right, bottom) and the size that it is shown at."""

    box: tuple[int, int, int, int]
    size: tuple[int, int]


def cut(size: tuple[int, int], frame: Frame) -> Cut | None:
    """Return what a picture of this size gives to a frame, None when it gives no smaller one.

    As WordPress reckons it (``image_resize_dimensions``), to the pixel.
    """
    width, height = size
    if not frame.width and not frame.height:
        return None
    if width < (frame.width or width + 1) and height < (frame.height or height + 1):
        return None
    if not frame.crop:
        limits = [
            limit / side for limit, side in zip((frame.width, frame.height), size, strict=True)
            if limit
        ]  # fmt: skip
        ratio = min(1.0, *limits)
        shown = (max(1, _rounded(width * ratio)), max(1, _rounded(height * ratio)))
        return None if _alike(shown, size) else Cut((0, 0, width, height), shown)
    across, down = min(frame.width, width), min(frame.height, height)
    across = across or _rounded(down * width / height)
    down = down or _rounded(across * height / width)
    if _alike((across, down), size):
        return None
    ratio = max(across / width, down / height)
    kept = (_rounded(across / ratio), _rounded(down / ratio))
    left = _start(width - kept[0], frame.across == "left", frame.across == "right")
    top = _start(height - kept[1], frame.down == "top", frame.down == "bottom")
    return Cut((left, top, left + kept[0], top + kept[1]), (across, down))


def copies(
    content: bytes, frames: Mapping[str, Frame], *, quality: int = 82
) -> dict[str, Prepared]:
    """Given a prepared picture's file, return a copy in its format for each frame it can fill.

    quality: of JPEG and WebP, 1 to 95. A GIF and what moves have none.
    Raise PictureError (picture-broken, picture-format, picture-too-big).
    """
    name, picture = formats.opened(content, MAX_PIXELS)
    wanted = {key: found for key, frame in frames.items() if (found := cut(picture.size, frame))}
    if not wanted or name not in ("JPEG", "PNG", "WebP") or animation.moves(name, picture):
        return {}
    with reading():
        if picture.mode == "RGB":
            picture.draft("YCbCr", picture.size)  # as a JPEG holds it; others have no draft
        picture.load()
    whole = picture if name == "JPEG" else pixels.plain(picture)
    exact = b"VP8L" in content[:64]
    halves = [whole]  # each half as large as the one before
    done: dict[Cut, Prepared] = {}
    for found in wanted.values():
        if found in done:
            continue
        small = _small(halves, found)
        if name == "JPEG":
            done[found] = jpeg(small, quality)
        else:
            done[found] = png(small) if name == "PNG" else webp(small, quality, lossless=exact)
    return {key: done[found] for key, found in wanted.items()}


def _small(halves: list[Image.Image], found: Cut) -> Image.Image:
    """Return what a cut shows, made of the smallest half that is larger; one more may be made."""
    left, top, right, bottom = found.box
    times = min((right - left) // found.size[0], (bottom - top) // found.size[1]).bit_length() - 1
    while len(halves) <= times:
        halves.append(halves[-1].reduce(2))
    box = tuple(edge / 2**times for edge in found.box)
    return halves[times].resize(found.size, _OF_A_HALF if times else _FILTER, box)


def _rounded(value: float) -> int:
    """Return the nearest whole number; a half goes up, as in PHP."""
    return int(value + 0.5)


def _alike(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return abs(one[0] - other[0]) <= 1 and abs(one[1] - other[1]) <= 1


def _start(rest: int, first: bool, last: bool) -> int:
    return 0 if first else rest if last else rest // 2
