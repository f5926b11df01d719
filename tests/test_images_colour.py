"""Whatever colours a picture is made of, browsers get sRGB."""

from __future__ import annotations

import struct
import zlib

import pytest
from PIL import Image

from publisher.images import prepare
from tests.drawn import (
    GREEN,
    RED,
    Colour,
    chart,
    display_p3,
    is_near,
    linear_grey,
    patch,
    red_ink_for_cyan,
    same_pixels,
    saved,
    shown,
    srgb,
)


def seen(data: bytes) -> object:
    done = prepare(data)
    return shown(done.content).convert("RGB").getpixel((32, 32))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_a_wide_colour_profile_becomes_srgb(kind: str) -> None:
    data = patch("RGB", (200, 100, 80), kind, icc_profile=display_p3(), quality=95)
    # Display P3 (200, 100, 80) in sRGB, by the matrices of both spaces.
    assert is_near(seen(data), (216, 96, 73), by=5)


def test_alpha_outlives_a_colour_profile() -> None:
    data = patch("RGBA", (200, 100, 80, 90), "PNG", icc_profile=display_p3())
    pixel = shown(prepare(data).content).getpixel((32, 32))
    assert is_near(pixel, (216, 96, 73), by=5)
    assert isinstance(pixel, tuple) and pixel[3] == 90


def test_srgb_pixels_are_not_touched_whatever_the_profile_is_called() -> None:
    data = saved(chart(300, 200), "PNG", icc_profile=srgb())
    assert same_pixels(prepare(data).content, data)


def test_a_grey_profile_becomes_srgb_and_stays_grey() -> None:
    data = patch("L", 55, "JPEG", icc_profile=linear_grey())
    done = prepare(data)
    assert shown(done.content).mode == "L"
    assert is_near(seen(data), (128, 128, 128), by=4)


@pytest.mark.parametrize("profile", [b"no profile at all", display_p3()[:200], b""])
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_broken_profile_is_ignored(kind: str, profile: bytes) -> None:
    data = patch("RGB", RED, kind, icc_profile=profile, quality=95)
    assert is_near(seen(data), RED, by=3)


def test_a_profile_of_another_colour_space_is_ignored() -> None:
    data = patch("RGB", RED, "JPEG", icc_profile=red_ink_for_cyan(), quality=95)
    assert is_near(seen(data), RED, by=3)


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_printing_inks_become_light(kind: str) -> None:
    assert is_near(seen(patch("CMYK", (0, 0, 0, 0), kind)), (255, 255, 255), by=3)
    assert is_near(seen(patch("CMYK", (255, 0, 0, 0), kind)), (0, 255, 255), by=3)
    assert is_near(seen(patch("CMYK", (0, 0, 0, 255), kind)), (0, 0, 0), by=3)


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_a_printing_profile_is_honoured(kind: str) -> None:
    data = patch("CMYK", (255, 0, 0, 0), kind, icc_profile=red_ink_for_cyan())
    red, green, blue = shown(prepare(data).content).convert("RGB").getpixel((32, 32))  # type: ignore[misc]
    assert red > 150 > 100 > max(green, blue)


def png16(width: int, height: int, channels: int, samples: list[int]) -> bytes:
    """Return a PNG of 16 bits a sample (1 channel grey, 3 colour), which Pillow can't write."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + check

    row = width * channels
    lines = b"".join(
        b"\0" + struct.pack(f">{row}H", *samples[y * row : (y + 1) * row]) for y in range(height)
    )
    head = struct.pack(">IIBBBBB", width, height, 16, 0 if channels == 1 else 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(lines))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("longest_side", [1600, 32])
@pytest.mark.parametrize(("channels", "sample"), [(1, [32896]), (3, [51400, 25700, 2570])])
def test_sixteen_bits_become_eight(channels: int, sample: list[int], longest_side: int) -> None:
    done = prepare(png16(64, 64, channels, sample * 64 * 64), longest_side=longest_side)
    pixel = shown(done.content)
    if pixel.mode == "I;16":  # the file was kept
        assert pixel.getpixel((9, 9)) == sample[0]
        return
    expected = (128, 128, 128) if channels == 1 else (200, 100, 10)
    assert is_near(pixel.convert("RGB").getpixel((9, 9)), expected, by=2)


def test_sixteen_bit_grey_keeps_its_range() -> None:
    ramp = [x * 65535 // 255 for x in range(256)] * 8
    picture = shown(prepare(png16(256, 8, 1, ramp), longest_side=128).content).convert("L")
    dark, middle, light = (picture.getpixel((x, 2)) for x in (0, 64, 127))
    assert isinstance(dark, int) and isinstance(middle, int) and isinstance(light, int)
    assert dark < 4 and 125 < middle < 133 and light > 251


@pytest.mark.parametrize(
    ("mode", "colour", "expected"),
    [
        ("1", 1, (255, 255, 255)),
        ("L", 77, (77, 77, 77)),
        ("P", 3, None),
        ("I;16", 32896, (128, 128, 128)),
        ("LAB", (137, 128, 128), (128, 128, 128)),
        ("YCbCr", (128, 128, 128), (128, 128, 128)),
        ("RGBX", (200, 100, 10, 0), (200, 100, 10)),
    ],
)
def test_every_kind_of_pixel_can_be_shown(
    mode: str, colour: object, expected: Colour | None
) -> None:
    picture = Image.new(mode, (64, 64), colour)  # type: ignore[arg-type]
    if mode == "P":
        picture.putpalette([0, 0, 0] * 3 + [20, 200, 20])
        expected = GREEN
    assert expected is not None
    assert is_near(seen(saved(picture, "TIFF")), expected, by=3)


@pytest.mark.parametrize("mode", ["I", "F"])
def test_measured_values_are_stretched_to_what_can_be_seen(mode: str) -> None:
    picture = Image.new(mode, (64, 64), 1000)
    picture.paste(5000, (0, 0, 64, 32))
    done = shown(prepare(saved(picture, "TIFF")).content).convert("L")
    assert [done.getpixel((9, y)) for y in (9, 50)] == [255, 0]
