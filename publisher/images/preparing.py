"""A picture as it goes to a website: reduced, upright, in sRGB, with nothing private in it."""

from __future__ import annotations

from typing import Literal

from PIL import ImageFile

from publisher.errors import PictureError
from publisher.images import animation, formats, pixels
from publisher.images.encode import Prepared, jpeg, png, webp
from publisher.images.formats import MAX_PIXELS, reading
from publisher.images.strip import stripped

# What phones save: photos, or made as photos are, so that nothing exact is left in them.
_PHOTOS = ("JPEG", "HEIC")

# A lossy copy of a copy loses detail: it must save a tenth of the bytes to be worth it, and
# enough of them. A tiny picture would shrink a little each time.
_WORTH_IT = 0.9
_ENOUGH = 1024
# JPEG blurs the edges of a drawing: only for one that holds so much of a photo.
_WORTH_BLURRING = 0.3


def prepare(
    data: bytes,
    *,
    longest_side: int = 1600,
    quality: int = 82,
    output: Literal["jpeg", "webp"] = "jpeg",
    max_pixels: int = MAX_PIXELS,
) -> Prepared:
    """Given a picture file's bytes, return the file to put on a website.

    longest_side: pixels; a larger picture is reduced, a smaller one never enlarged.
    quality: of JPEG and WebP, 1 to 95. max_pixels: width times height that is still opened.
    output "jpeg": JPEG, PNG, WebP and animated GIF keep their format, but a PNG photo becomes
    JPEG; HEIC becomes JPEG, TIFF, BMP, AVIF and a reduced still GIF become JPEG or PNG, an
    animated AVIF WebP. output "webp": every still picture becomes WebP, but for one whose own
    file is smaller; moving ones as above.
    A picture that needs no change of its pixels never grows.
    Raise PictureError: picture-broken, picture-format, picture-too-big.
    """
    name, picture = formats.opened(data, max_pixels)
    if animation.moves(name, picture):
        return animation.prepare(name, picture, data, longest_side, quality, max_pixels)
    return _prepare_still(name, picture, data, longest_side, quality, output)


def _prepare_still(
    name: str,
    picture: ImageFile.ImageFile,
    data: bytes,
    longest_side: int,
    quality: int,
    output: str,
) -> Prepared:
    size = pixels.fitted(picture.size, longest_side)
    resized = size != picture.size
    with reading():
        # A JPEG can be decoded at 1/2, 1/4 or 1/8, never below the size that is wanted.
        drafted = picture.draft(None, size) if resized and name == "JPEG" else None
        picture.load()
    way = pixels.orientation(picture)
    done = pixels.plain(picture)
    drawn = name not in _PHOTOS and pixels.is_flat(done)
    colours = pixels.Colours(picture, done.mode)
    done = pixels.reduced(done, size, drafted[1] if drafted else None)
    done = pixels.turned(colours.applied(done), way)

    kept = None
    if not (resized or colours.changes or way != 1):
        kept = _kept(name, picture, data)
    clear = done.mode in ("LA", "RGBA")
    if output == "webp" or name == "WebP":
        # A WebP says with a chunk of its own that its pixels are exact.
        exact = name != "WebP" or b"VP8L" in (stripped(name, data) or data)[:64]
        return _better(webp(done, quality, lossless=drawn and exact), kept)
    if name in _PHOTOS and not clear:
        return _better(jpeg(done, quality), kept)
    if name == "GIF" and kept:
        return kept
    best = min(filter(None, (png(done), kept)), key=lambda one: len(one.content))
    if clear:
        return best
    return _better(jpeg(done, quality), best, _WORTH_BLURRING if drawn else _WORTH_IT)


def _better(lossy: Prepared, kept: Prepared | None, worth: float = _WORTH_IT) -> Prepared:
    if kept is None:
        return lossy
    least = _ENOUGH if kept.suffix == lossy.suffix else 0
    room = min(len(kept.content) * worth, len(kept.content) - least)
    return lossy if len(lossy.content) <= room else kept


def _kept(name: str, picture: ImageFile.ImageFile, data: bytes) -> Prepared | None:
    """Return the file without private data when it still shows the same pixels."""
    content = stripped(name, data)
    if content is None:
        return None
    try:
        _, again = formats.opened(content, picture.width * picture.height)
        with reading():
            again.load()
    except PictureError:
        return None
    same = pixels.plain(again).tobytes() == pixels.plain(picture).tobytes()
    return Prepared.of(name, content, picture.size) if same else None
