"""What a picture file tells of people must not leave the house."""

from __future__ import annotations

import struct

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import ExifTags

from publisher.images import prepare
from tests.drawn import (
    chart,
    photo,
    private,
    same_pixels,
    saved,
    scene,
    shown,
    ssim,
)

SECRETS = (b"MayAnhCuaToi", b"GhiChuRieng", b"xmpmeta", b"Exif\0", b"eXIf", b"EXIF", b"acsp")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "GIF"])
@pytest.mark.parametrize("longest_side", [1600, 100])
def test_nothing_private_is_left(kind: str, longest_side: int) -> None:
    data = private(kind)
    assert b"GhiChuRieng" in data
    done = prepare(data, longest_side=longest_side)
    for secret in SECRETS:
        assert secret not in done.content
    picture = shown(done.content)
    assert not picture.getexif() and not picture.getexif().get_ifd(ExifTags.IFD.GPSInfo)
    told = {"exif", "xmp", "icc_profile", "comment", "photoshop", "XML:com.adobe.xmp", "Comment"}
    assert told.isdisjoint(picture.info)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_small_file_keeps_its_very_pixels(kind: str) -> None:
    data = private(kind)
    done = prepare(data)
    assert len(done.content) < len(data)
    assert same_pixels(done.content, data)


def test_a_progressive_jpeg_with_restarts_keeps_its_very_pixels() -> None:
    data = saved(scene(), "JPEG", quality=30, progressive=True, restart_marker_rows=1)
    done = prepare(data)
    assert same_pixels(done.content, data)
    assert len(done.content) <= len(data)


def test_a_thumbnail_in_the_jfif_header_goes() -> None:
    plain = saved(scene(), "JPEG", quality=30)
    assert plain[2:4] == b"\xff\xe0"
    body = plain[6:18] + bytes((2, 2)) + b"GhiChuRieng!"  # 2 x 2 pixels of 3 bytes
    data = plain[:4] + struct.pack(">H", len(body) + 2) + body + plain[20:]
    done = prepare(data)
    assert b"GhiChuRieng" not in done.content
    assert same_pixels(done.content, plain)


def test_a_jpeg_in_plain_rgb_keeps_the_mark_that_says_so() -> None:
    data = saved(scene(), "JPEG", quality=30, keep_rgb=True)
    done = prepare(data)
    picture = shown(done.content)
    assert ssim(picture, scene()) > 0.8
    assert same_pixels(done.content, data) or len(done.content) < len(data)


@settings(max_examples=25, deadline=None)
@given(
    kind=st.sampled_from(["JPEG", "PNG", "WEBP", "GIF"]),
    quality=st.integers(1, 95),
    size=st.tuples(st.integers(1, 90), st.integers(1, 90)),
    drawing=st.booleans(),
)
@example(kind="WEBP", quality=95, size=(13, 29), drawing=False)
def test_a_picture_that_needs_no_change_never_grows(
    kind: str, quality: int, size: tuple[int, int], drawing: bool
) -> None:
    picture = chart(*size) if drawing and min(size) > 12 else photo(*size)
    data = saved(picture, kind, quality=quality, optimize=True)
    done = prepare(data)
    assert len(done.content) <= len(data)
    again = prepare(done.content)
    assert again.content == done.content  # no copy of a copy


def test_a_heavy_jpeg_is_made_lighter() -> None:
    data = saved(scene(), "JPEG", quality=100, subsampling=0)
    done = prepare(data)
    assert len(done.content) < len(data) / 3
    assert ssim(shown(done.content), scene()) > 0.97
