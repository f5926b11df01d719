"""Moving pictures: every frame goes the way of a still one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from PIL import Image, ImageFile

from publisher.errors import PictureError
from publisher.images import pixels
from publisher.images.encode import Prepared, bare
from publisher.images.formats import check_size, opened, reading
from publisher.images.strip import stripped

_WRITERS = {"GIF": "GIF", "PNG": "PNG", "WebP": "WebP", "AVIF": "WebP"}
# Frames are decoded one at a time, so that all of them may have more pixels than one may.
_DECODED = 10


@dataclass(frozen=True, slots=True)
class _Film:
    """What was seen on going once through all frames; durations in milliseconds."""

    durations: tuple[int, ...]
    clear: bool


def moves(name: str, picture: ImageFile.ImageFile) -> bool:
    """Tell whether an opened file holds several frames (pages of a TIFF are none).

    Raise PictureError (picture-broken).
    """
    with reading():
        return name in _WRITERS and _count(picture) > 1


def prepare(
    name: str,
    picture: ImageFile.ImageFile,
    data: bytes,
    longest_side: int,
    quality: int,
    max_pixels: int,
) -> Prepared:
    """Given an opened animation and its bytes, return the file to put on a website.

    Raise PictureError: picture-broken; picture-too-big when all frames together have ten
    times ``max_pixels``, or more than that after they were reduced.
    """
    check_size(picture.size, max_pixels * _DECODED, _count(picture))
    size = pixels.fitted(picture.size, longest_side)
    film = _film(picture)
    way = pixels.orientation(picture)
    colours = pixels.Colours(picture, "RGB")
    if size == picture.size and way == 1 and not colours.changes:
        content = stripped(name, data)
        if content and _same(picture, film, content):
            return Prepared.of(name, content, size)
    check_size(size, max_pixels, len(film.durations))

    frames = []
    for frame in _frames(picture):
        done = pixels.turned(colours.applied(pixels.reduced(frame, size)), way)
        frames.append(bare(_hard_edged(done) if name == "GIF" else done))
    writer, out = _WRITERS[name], BytesIO()
    options = _options(picture, film, quality)[writer]
    frames[0].save(out, writer, save_all=True, append_images=frames[1:], **options)
    return Prepared.of(writer, out.getvalue(), frames[0].size)


def check(picture: ImageFile.ImageFile, longest_side: int, max_pixels: int) -> None:
    """Decode an opened animation, frame by frame. Raise PictureError as ``prepare`` does."""
    check_size(picture.size, max_pixels * _DECODED, _count(picture))
    film = _film(picture)
    size = pixels.fitted(picture.size, longest_side)
    if size != picture.size:
        check_size(size, max_pixels, len(film.durations))


def _count(picture: ImageFile.ImageFile) -> int:
    return int(getattr(picture, "n_frames", 1))


def _frames(picture: ImageFile.ImageFile) -> Iterator[Image.Image]:
    """Yield each frame as the viewer shows it, RGB or RGBA."""
    for number in range(_count(picture)):
        picture.seek(number)
        picture.load()
        yield pixels.plain(picture.convert("RGBA"))


def _film(picture: ImageFile.ImageFile) -> _Film:
    """Decode every frame once. Raise PictureError (picture-broken) when one is damaged."""
    durations, clear = [], False
    with reading():
        for frame in _frames(picture):
            durations.append(int(picture.info.get("duration", 0)))
            clear = clear or frame.mode == "RGBA"
    return _Film(tuple(durations), clear)


def _options(picture: ImageFile.ImageFile, film: _Film, quality: int) -> dict[str, dict[str, Any]]:
    """Return what each writer needs to show the same movement."""
    # A GIF that says nothing of a loop is played once.
    loop = {"loop": picture.info["loop"]} if "loop" in picture.info else {}
    times = list(film.durations)
    still = bool(getattr(picture, "default_image", False))
    return {
        # Where there are holes, each frame wipes the one before it; else it covers it.
        "GIF": {"duration": times, "disposal": 2 if film.clear else 1, **loop},
        "PNG": {"duration": times[still:], "default_image": still, **loop},
        "WebP": {"duration": times, "quality": quality, "allow_mixed": True, **loop},
    }


def _hard_edged(frame: Image.Image) -> Image.Image:
    """Return the frame with no half-transparent pixels: GIF knows none."""
    if frame.mode == "RGBA":
        frame.putalpha(frame.getchannel("A").point([0] * 128 + [255] * 128))
    return frame


def _same(picture: ImageFile.ImageFile, film: _Film, content: bytes) -> bool:
    """Tell whether a file shows the same frames for the same time."""
    try:
        other = opened(content, picture.width * picture.height)[1]
        if _film(other) != film:
            return False
    except PictureError:
        return False
    pairs = zip(_frames(picture), _frames(other), strict=True)
    return all(one.tobytes() == two.tobytes() for one, two in pairs)
