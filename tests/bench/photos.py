"""Photos as phones take them, drawn from a seed: for measuring, not for looking at.

What matters is what a codec sees: detail at every scale, hard edges, lettering, the fine
soft grain of a sensor, EXIF with a place and an orientation, often the profile Display P3.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw

from tests.drawn import display_p3, exif, srgb

SIZES = {12: (4032, 3024), 24: (6000, 4000)}
"""Width and height by megapixels."""

_SEED = 20231214
_ORIENTATIONS = (1, 1, 6, 1, 8, 1, 3, 1)
_PROFILES = (display_p3, display_p3, srgb, None)


def photo(megapixels: int, number: int) -> Image.Image:
    """Return the photo of this number, as the sensor saw it."""
    width, height = SIZES[megapixels]
    draw = random.Random(_SEED + 1000 * megapixels + number)
    light = _clouds(draw, width, height, 3, 0.64)
    tint = [_clouds(draw, width // 8, height // 8, 2, 0.4) for _ in range(2)]
    done = Image.merge("YCbCr", [light, *(t.resize(light.size) for t in tint)]).convert("RGB")
    pen = ImageDraw.Draw(done)
    for _ in range(60):
        _thing(draw, pen, done, light)
    return ImageChops.add(done, _grain(draw, width, height), 1, -4)


def store(folder: Path, wanted: Iterable[tuple[int, int]]) -> list[Path]:
    """Write JPEG files for pairs of megapixels and number; those that are there stay."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for megapixels, number in wanted:
        path = folder / f"{megapixels}-{number:03}.jpg"
        if not path.exists():
            profile = _PROFILES[number % len(_PROFILES)]
            fresh = path.with_suffix(".new")
            photo(megapixels, number).save(
                fresh,
                "JPEG",
                quality=95,
                exif=exif(_ORIENTATIONS[number % len(_ORIENTATIONS)]),
                icc_profile=profile() if profile else None,
            )
            fresh.replace(path)
        paths.append(path)
    return paths


def _clouds(
    draw: random.Random, width: int, height: int, first: int, persistence: float
) -> Image.Image:
    """Return noise of every scale, each half as large as the one before and weaker."""
    done = Image.new("L", (width, height), 128)
    strength, side = 0.75, first
    while side < width * 0.9:
        rows = max(2, side * height // width)
        level = Image.frombytes("L", (side, rows), draw.randbytes(side * rows))
        level = level.resize((width, height), Image.Resampling.BICUBIC)
        level = level.point([round((value - 128) * strength) + 128 for value in range(256)])
        done = ImageChops.add(done, level, 1, -128)
        strength, side = strength * persistence, side * 2
    return done


def _thing(
    draw: random.Random, pen: ImageDraw.ImageDraw, done: Image.Image, light: Image.Image
) -> None:
    """Put something into the scene: a surface with its own texture, or a sign with words."""
    width, height = done.size
    size = draw.randrange(height // 12, height // 4)
    x, y = draw.randrange(width - size), draw.randrange(height - size)
    colour = (draw.randrange(256), draw.randrange(256), draw.randrange(256))
    if draw.random() < 0.4:
        pen.rectangle((x, y, x + size * 2, y + size // 2), colour)
        ink = (255, 255, 255) if sum(colour) < 380 else (15, 15, 15)
        pen.text((x + 20, y + size // 8), "CAI CACH HANH CHINH", ink, font_size=size // 6)
        return
    patch = light.crop((x, y, x + size, y + size)).transpose(Image.Transpose.ROTATE_90)
    surface = Image.blend(
        Image.new("RGB", patch.size, colour), Image.merge("RGB", [patch] * 3), 0.35
    )
    shape = Image.new("L", patch.size, 0)
    corners = [(draw.randrange(size), draw.randrange(size)) for _ in range(5)]
    ImageDraw.Draw(shape).polygon(corners, fill=255)
    done.paste(surface, (x, y), shape)


def _grain(draw: random.Random, width: int, height: int) -> Image.Image:
    """Return what is left of a sensor's noise: soft, for every colour was guessed from others."""
    side = 1024
    tile = Image.frombytes("RGB", (side, side), draw.randbytes(side * side * 3))
    tile = tile.resize((side * 4 // 3, side * 4 // 3), Image.Resampling.BICUBIC)
    tile = tile.point([level // 36 for level in range(256)] * 3)
    grain = Image.new("RGB", (width, height))
    for x in range(0, width, tile.width):
        for y in range(0, height, tile.height):
            grain.paste(tile, (x, y))
    return grain
