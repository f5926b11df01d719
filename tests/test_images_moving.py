"""Moving pictures keep moving."""

from __future__ import annotations

import pytest
from PIL import Image, ImageSequence

from publisher.images import SUFFIXES, prepare
from tests.drawn import (
    RED,
    exif,
    film,
    is_near,
    problem,
    saved,
    shown,
)


def frames_of(content: bytes) -> list[tuple[Image.Image, int]]:
    return [
        (frame.convert("RGBA"), int(frame.info.get("duration", 0)))
        for frame in ImageSequence.Iterator(shown(content))
    ]


@pytest.mark.parametrize(("kind", "suffix"), [("GIF", ".gif"), ("WEBP", ".webp"), ("PNG", ".png")])
@pytest.mark.parametrize("longest_side", [1600, 120])
def test_a_moving_picture_still_moves(kind: str, suffix: str, longest_side: int) -> None:
    done = prepare(film(kind), longest_side=longest_side)
    frames = frames_of(done.content)
    assert done.suffix == suffix
    assert [time for _, time in frames] == [100, 200, 300, 400]
    assert shown(done.content).info["loop"] == 3
    scale = done.width / 240
    for i, (frame, _) in enumerate(frames):
        assert frame.size == (done.width, done.height)
        middle = (int((40 * i + 20) * scale), int(40 * scale))
        assert is_near(frame.getpixel(middle), RED, by=40)
        assert is_near(frame.getpixel((int(230 * scale), int(10 * scale))), (255, 255, 255))


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_a_small_moving_picture_keeps_its_very_pixels(kind: str) -> None:
    options = {"GIF": {"comment": b"GhiChuRieng"}, "WEBP": {"xmp": b"GhiChuRieng"}}
    data = film(kind, **options.get(kind, {"exif": exif()}))
    done = prepare(data)
    assert len(done.content) < len(data)
    assert b"GhiChuRieng" not in done.content and b"MayAnhCuaToi" not in done.content
    for (one, _), (other, _) in zip(frames_of(data), frames_of(done.content), strict=True):
        assert one.tobytes() == other.tobytes()


def test_holes_in_a_moving_picture_stay_holes() -> None:
    frames = []
    for i in range(3):
        frame = Image.new("RGBA", (240, 160), (0, 0, 0, 0))
        frame.paste((*RED, 255), (80 * i, 0, 80 * i + 80, 160))
        frames.append(frame)
    data = saved(frames[0], "GIF", save_all=True, append_images=frames[1:], disposal=2)
    for i, (frame, _) in enumerate(frames_of(prepare(data, longest_side=60).content)):
        alphas = [frame.getchannel("A").getpixel((x, 20)) for x in (10, 30, 50)]
        assert alphas == [255 if x == i else 0 for x in range(3)]


@pytest.mark.parametrize("longest_side", [1600, 120])
def test_a_png_keeps_the_picture_that_stands_for_its_film(longest_side: int) -> None:
    done = prepare(film("PNG", default_image=True, duration=[100, 200, 300]), longest_side=120)
    again = prepare(done.content, longest_side=longest_side)
    assert [time for _, time in frames_of(again.content)[1:]] == [100, 200, 300]
    assert getattr(shown(again.content), "default_image", False)


@pytest.mark.skipif(".avif" not in SUFFIXES, reason="this Pillow has no AVIF")
def test_a_moving_avif_becomes_webp() -> None:
    done = prepare(film("AVIF", speed=10))
    assert done.suffix == ".webp"
    assert len(frames_of(done.content)) == 4


def test_frames_count_together() -> None:
    found = problem(film("GIF", 50), max_pixels=240 * 160)
    assert found.code == "picture-too-big"
    assert found.params == {"width": 240, "height": 160, "frames": 50, "limit": 384_000}
