"""Smaller copies of a picture: which, how large, and what they show."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from publisher.errors import PictureError
from publisher.images import Frame, copies, cut
from tests.drawn import BLUE, GREY, RED, chart, film, is_near, photo, saved, shown, ssim

WHOLE = (0, 0, 1600, 1200)


@pytest.mark.parametrize(
    ("size", "frame", "box", "shown_at"),
    [
        ((1600, 1200), Frame(1024, 1024), WHOLE, (1024, 768)),
        ((1600, 1200), Frame(768, 0), WHOLE, (768, 576)),
        ((1600, 1200), Frame(0, 300), WHOLE, (400, 300)),
        ((1600, 1200), Frame(2048, 1000), WHOLE, (1333, 1000)),
        ((1600, 1200), Frame(150, 150, crop=True), (200, 0, 1400, 1200), (150, 150)),
        ((1600, 1200), Frame(150, 150, True, "left"), (0, 0, 1200, 1200), (150, 150)),
        ((1600, 1200), Frame(150, 150, True, "right"), (400, 0, 1600, 1200), (150, 150)),
        ((1200, 1600), Frame(150, 150, True, "left", "top"), (0, 0, 1200, 1200), (150, 150)),
        ((1200, 1600), Frame(150, 150, True, "left", "bottom"), (0, 400, 1200, 1600), (150, 150)),
        ((600, 300), Frame(400, 400, crop=True), (100, 0, 500, 300), (400, 300)),
        ((1600, 3), Frame(300, 300), (0, 0, 1600, 3), (300, 1)),
    ],
)
def test_what_a_frame_is_given(
    size: tuple[int, int],
    frame: Frame,
    box: tuple[int, int, int, int],
    shown_at: tuple[int, int],
) -> None:
    found = cut(size, frame)
    assert found and (found.box, found.size) == (box, shown_at)


@pytest.mark.parametrize(
    ("size", "frame"),
    [
        ((1600, 1200), Frame(2048, 2048)),
        ((1600, 1200), Frame(1600, 1200)),
        ((1600, 1200), Frame(1599, 0)),  # the same to the eye
        ((150, 151), Frame(150, 150, crop=True)),
        ((1600, 1200), Frame(0, 0)),
        ((100, 80), Frame(150, 150, crop=True)),
    ],
)
def test_a_frame_that_gets_no_copy(size: tuple[int, int], frame: Frame) -> None:
    assert cut(size, frame) is None


SIDES = st.integers(1, 4000)
LIMITS = st.integers(0, 3000)


@given(st.tuples(SIDES, SIDES), LIMITS, LIMITS, st.booleans())
def test_a_copy_fits_its_frame_and_is_never_larger(
    size: tuple[int, int], width: int, height: int, crop: bool
) -> None:
    found = cut(size, Frame(width, height, crop))
    if found is None:
        return
    across, down = found.size
    # WordPress accepts one pixel more: it rounds a side that has no limit of its own.
    assert 1 <= across <= min(size[0], width or size[0]) + 1
    assert 1 <= down <= min(size[1], height or size[1]) + 1
    left, top, right, bottom = found.box
    assert 0 <= left < right <= size[0] and 0 <= top < bottom <= size[1]
    assert right - left >= across and bottom - top >= down


FRAMES = {"thumbnail": Frame(60, 60, crop=True), "medium": Frame(200, 200), "x": Frame(200, 0)}


@pytest.mark.parametrize(
    ("data", "suffix"),
    [
        (saved(photo(400, 300), "JPEG"), ".jpg"),
        (saved(photo(400, 300).convert("L"), "JPEG"), ".jpg"),
        (saved(chart(400, 300), "PNG"), ".png"),
        (saved(chart(400, 300, "P"), "PNG"), ".png"),
        (saved(photo(400, 300), "WEBP"), ".webp"),
    ],
)
def test_copies_keep_the_format(data: bytes, suffix: str) -> None:
    done = copies(data, FRAMES)
    assert {name: (c.width, c.height, c.suffix) for name, c in done.items()} == {
        "thumbnail": (60, 60, suffix),
        "medium": (200, 150, suffix),
        "x": (200, 150, suffix),
    }
    assert all(shown(c.content).size == (c.width, c.height) for c in done.values())


def test_a_copy_shows_the_part_that_is_kept() -> None:
    picture = Image.new("RGB", (300, 100), RED)
    picture.paste(GREY, (100, 0, 200, 100))
    picture.paste(BLUE, (200, 0, 300, 100))
    frames = {side: Frame(50, 50, True, side) for side in ("left", "center", "right")}
    done = copies(saved(picture, "PNG"), frames)
    seen = {side: shown(copy.content).getpixel((25, 25)) for side, copy in done.items()}
    assert all(is_near(seen[s], c) for s, c in {"left": RED, "center": GREY, "right": BLUE}.items())


@pytest.mark.parametrize("frame", [Frame(101, 0), Frame(150, 150, True, "left"), Frame(0, 35)])
def test_a_copy_is_as_good_as_one_made_at_once(frame: Frame) -> None:
    whole = photo(801, 601)
    found = cut(whole.size, frame)
    assert found
    best = whole.resize(found.size, Image.Resampling.LANCZOS, found.box)
    copy = shown(copies(saved(whole, "PNG"), {"x": frame})["x"].content)
    assert ssim(best, copy) > 0.98


def test_transparency_stays_clear() -> None:
    picture = Image.new("RGBA", (400, 300), (*RED, 0))
    picture.paste((*BLUE, 255), (0, 0, 200, 300))
    done = shown(copies(saved(picture, "PNG"), FRAMES)["medium"].content).convert("RGBA")
    assert done.getchannel("A").getextrema() == (0, 255)


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_what_moves_has_no_copies(kind: str) -> None:
    assert copies(film(kind), FRAMES) == {}


def test_no_copy_says_who_took_the_picture() -> None:
    data = saved(photo(400, 300), "JPEG", comment=b"GhiChuRieng")
    assert b"GhiChuRieng" in data
    assert all(b"GhiChuRieng" not in copy.content for copy in copies(data, FRAMES).values())


def test_a_broken_picture_is_no_picture() -> None:
    with pytest.raises(PictureError) as caught:
        copies(saved(photo(400, 300), "JPEG")[:900], FRAMES)
    assert caught.value.problems[0].code == "picture-broken"
