"""Pixels: every mode made plain, sRGB, the right way up, the right size."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO

from PIL import ExifTags, Image, ImageChops, ImageCms

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_PROFILE_SPACE = {"L": "GRAY", "RGB": "RGB ", "CMYK": "CMYK"}
_NOT_SHOWN = ("CMYK", "LAB")  # no screen shows these as they are
_PROFILES = 16  # that are kept: the photos of an office come from few cameras
_SIXTEEN_BIT = {"I;16", "I;16L", "I;16B", "I;16N"}
# Levels of 255: profiles that all mean sRGB differ by this much in rounding.
_SAME_COLOUR = 2


def fitted(size: tuple[int, int], longest_side: int) -> tuple[int, int]:
    """Return size reduced so that its longest side is at most ``longest_side`` pixels."""
    longest = max(size)
    if longest <= longest_side:
        return size
    width, height = (max(1, round(side * longest_side / longest)) for side in size)
    return width, height


def orientation(picture: Image.Image) -> int:
    """Return the EXIF orientation (tag 0x0112), 1 to 8; 1 when there is none to trust."""
    try:
        value = picture.getexif().get(ExifTags.Base.Orientation)
    except Exception:  # damaged EXIF raises anything; the pixels are still good
        return 1
    return value if isinstance(value, int) and value in _TURNS else 1


def plain(picture: Image.Image) -> Image.Image:
    """Return the picture as L, LA, RGB, RGBA, CMYK or LAB; alpha only where it is used."""
    if picture.mode in _SIXTEEN_BIT:
        return picture.convert("I").point(lambda value: value * (1 / 257), None).convert("L")
    if picture.mode in ("I", "F"):
        return _stretched(picture)
    if picture.has_transparency_data:
        return _without_idle_alpha(picture)
    if picture.mode in ("L", "RGB", "CMYK", "LAB"):
        return picture
    return picture.convert("L" if picture.mode == "1" else "RGB")


def _without_idle_alpha(picture: Image.Image) -> Image.Image:
    grey = picture.mode in ("1", "L", "LA", "La")
    picture = picture.convert("LA" if grey else "RGBA")
    if picture.getchannel("A").getextrema() == (255, 255):
        return picture.convert("L" if grey else "RGB")
    return picture


def _stretched(picture: Image.Image) -> Image.Image:
    """Return 32-bit grey as L: it has no white of its own, so its lightest value is white."""
    low, high = (float(value) for value in picture.getextrema() if isinstance(value, int | float))
    scale = 255 / (high - low) if high > low else 1.0
    floating = picture.convert("F")
    return floating.point(lambda value: value * scale + -low * scale, None).convert("L")


class Colours:
    """The way from a picture's own colours to sRGB, found once and used for every frame."""

    def __init__(self, picture: Image.Image, mode: str) -> None:
        """Given a picture with its embedded profile, and the plain mode of its pixels."""
        self.changes = mode in _NOT_SHOWN
        icc = picture.info.get("icc_profile")
        self._transform = _to_srgb(icc if isinstance(icc, bytes) else b"", mode.removesuffix("A"))
        self.changes = self.changes or self._transform is not None

    def applied(self, picture: Image.Image) -> Image.Image:
        """Return the plain picture in sRGB, its alpha as it was."""
        if not self.changes:
            return picture
        alpha = picture.getchannel("A") if picture.mode in ("LA", "RGBA") else None
        grey = picture.mode in ("L", "LA")
        base = picture if alpha is None else picture.convert("L" if grey else "RGB")
        colour = base.convert("RGB") if self._transform is None else self._transform.apply(base)
        done = colour.convert("L") if grey else colour
        if alpha is not None:
            done.putalpha(alpha)
        return done


@lru_cache(_PROFILES)
def _to_srgb(icc: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """Return the way of pixels from a profile to sRGB, None when they need none or it is broken.

    Threads may use one at the same time; two could not read one profile at once.
    """
    profile = _profile(icc, mode)
    if profile is None:
        return None
    try:
        transform = ImageCms.ImageCmsTransform(
            profile,
            ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")),
            mode,
            "RGB",
            ImageCms.Intent.RELATIVE_COLORIMETRIC,
            flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except ImageCms.PyCMSError:
        return None  # a broken profile is as good as none
    return None if mode not in _NOT_SHOWN and _is_idle(transform, mode) else transform


def _profile(icc: bytes, mode: str) -> ImageCms.ImageCmsProfile | None:
    """Return the embedded profile when it can be read and speaks of pixels like these."""
    if mode == "LAB":
        return ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    if not icc or mode not in _PROFILE_SPACE:
        return None
    try:
        profile = ImageCms.ImageCmsProfile(BytesIO(icc))
    except (OSError, ValueError):
        return None
    return profile if profile.profile.xcolor_space == _PROFILE_SPACE[mode] else None


def _is_idle(transform: ImageCms.ImageCmsTransform, mode: str) -> bool:
    """Tell whether a transform leaves colours as they are, whatever the profile is called."""
    steps = range(0, 256, 51)
    cube = bytes(level for r in steps for g in steps for b in steps for level in (r, g, b))
    probe = Image.frombytes("RGB", (len(cube) // 3, 1), cube)
    if mode == "L":
        probe = probe.convert("L")
    moved = ImageChops.difference(transform.apply(probe), probe.convert("RGB"))
    return max(level for level, count in enumerate(_levels(moved)) if count) <= _SAME_COLOUR


def _levels(picture: Image.Image) -> list[int]:
    """Return how often each level 0 to 255 occurs, all bands together."""
    histogram = picture.histogram()
    return [sum(histogram[level::256]) for level in range(256)]


def is_flat(picture: Image.Image) -> bool:
    """Tell drawings, charts and screen pages from photos, in plain pixels.

    In flat art most pixels repeat their left neighbour; in a photo, noise keeps them apart.
    """
    width, height = picture.size
    same = seen = 0
    for y in range(0, height, max(1, height // 200)):
        row = picture.crop((0, y, width, y + 1))
        moved = ImageChops.difference(
            row.crop((1, 0, width, 1)), row.crop((0, 0, width - 1, 1))
        ).split()
        most = moved[0]
        for band in moved[1:]:
            most = ImageChops.lighter(most, band)
        same += most.histogram()[0]
        seen += width - 1
    return same * 2 >= seen


def turned(picture: Image.Image, way: int) -> Image.Image:
    """Return the picture the right way up, given its EXIF orientation, 1 to 8."""
    return picture.transpose(_TURNS[way]) if way in _TURNS else picture


def reduced(
    picture: Image.Image,
    size: tuple[int, int],
    box: tuple[float, float, float, float] | None = None,
) -> Image.Image:
    """Return the picture at ``size`` pixels.

    box: the part of a JPEG, decoded at less than its full size, that is to be seen.
    """
    if picture.size == size:
        return picture
    # Lanczos takes a third longer: it shows in a drawing, not in a photo, of which the decoder
    # left less than twice the size.
    sharp = Image.Resampling.BICUBIC if box else Image.Resampling.LANCZOS
    return picture.resize(size, sharp, box)
