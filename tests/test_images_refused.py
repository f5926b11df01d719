"""Pictures that can't be used, and why."""

from __future__ import annotations

import random
import struct
import warnings
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from publisher.errors import PictureError
from publisher.images import prepare
from tests.drawn import (
    exif,
    film,
    photo,
    problem,
    saved,
    scene,
    shown,
)


def png_header(width: int, height: int) -> bytes:
    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    start = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + body
    idat = b"IDAT" + zlib.compress(bytes(1000))
    return b"".join(
        (start, struct.pack(">I", zlib.crc32(body)), struct.pack(">I", len(idat) - 4), idat,
         struct.pack(">I", zlib.crc32(idat)), b"\0\0\0\0IEND\xae\x42\x60\x82")
    )  # fmt: skip


def bomb(kind: str) -> tuple[bytes, tuple[int, int]]:
    """Return a small file whose header claims a huge picture, and the size that it claims."""
    small = bytearray(saved(Image.new("RGB", (8, 8)), kind))
    if kind == "PNG":
        return png_header(50_000, 50_000), (50_000, 50_000)
    if kind == "JPEG":
        at = small.index(b"\xff\xc0") + 5
        small[at : at + 4] = struct.pack(">HH", 50_000, 50_000)
    elif kind == "GIF":
        small[6:10] = struct.pack("<HH", 50_000, 50_000)
    elif kind == "BMP":
        small[18:26] = struct.pack("<ii", 50_000, 50_000)
    elif kind == "TIFF":
        for tag in (256, 257):
            at = small.index(struct.pack("<HH", tag, 4)) + 8
            small[at : at + 4] = struct.pack("<I", 50_000)
    else:  # 14 bits each is all that the smallest WebP can claim
        at = small.index(b"VP8 ") + 14
        small[at : at + 4] = struct.pack("<HH", 16_383, 16_383)
        return bytes(small), (16_383, 16_383)
    return bytes(small), (50_000, 50_000)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP"])
def test_a_bomb_is_refused_by_its_header(kind: str) -> None:
    data, (width, height) = bomb(kind)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = problem(data)
    assert found.code == "picture-too-big"
    assert found.params == {"width": width, "height": height, "frames": 1, "limit": 100_000_000}


def test_every_webp_header_is_read() -> None:
    for options in ({"lossless": True}, {"exif": exif()}, {"quality": 50}):
        found = problem(saved(Image.new("RGB", (300, 200)), "WEBP", **options), max_pixels=59_999)
        assert (found.params["width"], found.params["height"]) == (300, 200)


def test_the_limit_itself_is_accepted() -> None:
    data = saved(Image.new("RGB", (300, 200)), "PNG")
    assert prepare(data, max_pixels=60_000).width == 300
    assert problem(data, max_pixels=59_999).code == "picture-too-big"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF"])
@pytest.mark.parametrize("part", [0.02, 0.3, 0.6, 0.95])
def test_a_file_cut_short_is_damaged(kind: str, part: float) -> None:
    data = saved(scene(), kind)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = problem(data[: int(len(data) * part)])
    assert (found.code, found.params) == ("picture-broken", {"reason": "damaged"})


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_a_moving_picture_cut_short_is_damaged(kind: str) -> None:
    data = film(kind)
    assert problem(data[: len(data) * 3 // 4]).params == {"reason": "damaged"}


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (bytes(5000), "empty"),
        ("# Đây là văn bản đổi tên thành .jpg".encode(), "not-a-picture"),
        (b"BMI is text that begins like a picture", "damaged"),
        (b"\xff\xd8\xff", "damaged"),
        (b"RIFF\x00\x00\x00\x00WEBP", "damaged"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "damaged"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", "damaged"),
    ],
)
def test_what_shows_no_picture_is_refused(data: bytes, reason: str) -> None:
    found = problem(data)
    assert (found.code, found.params) == ("picture-broken", {"reason": reason})


@pytest.mark.parametrize(
    ("start", "name", "save_as"),
    [
        (b"\0\0\0\x18ftypmp42\0\0\0\0isommp42", "MP4", "JPEG"),
        (b"%PDF-1.7\n", "PDF", "PNG"),
        (b"<?xml version='1.0'?>\n<svg xmlns='http://www.w3.org/2000/svg'>", "SVG", "PNG"),
        (b"8BPS\0\1", "PSD", "PNG"),
        (b"\1\0\0\0" + bytes(36) + b" EMF", "EMF", "PNG"),
        (b"\0\0\0\x0cJXL \r\n\x87\n", "JPEG XL", "JPEG"),
        (b"PK\3\4\x14\0", "ZIP", "JPEG"),
    ],
)
def test_a_format_that_is_not_used_is_named(start: bytes, name: str, save_as: str) -> None:
    found = problem(start + bytes(100))
    assert found.code == "picture-format"
    assert found.params == {"format": name, "save_as": save_as}


@settings(max_examples=80, deadline=None)
@given(
    kind=st.sampled_from(["JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF"]),
    seed=st.integers(0, 10_000),
    hits=st.integers(1, 8),
)
def test_damage_gives_a_picture_or_a_picture_error(kind: str, seed: int, hits: int) -> None:
    data, rng = bytearray(saved(photo(60, 40), kind)), random.Random(seed)
    for _ in range(hits):
        data[rng.randrange(min(len(data), rng.choice((60, 600, 10**6))))] = rng.randrange(256)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            done = prepare(bytes(data), max_pixels=1_000_000)
        except PictureError:
            return
        assert shown(done.content).size == (done.width, done.height)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_give_a_picture_error(data: bytes) -> None:
    with pytest.raises(PictureError):
        prepare(data)
