"""Pictures made fit for a website: size, the right way up, file format, names."""

from __future__ import annotations

import warnings
from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import ExifTags, Image, ImageFile

from publisher.images import SUFFIXES, is_supported, prepare
from tests.drawn import (
    BLUE,
    GREEN,
    GREY,
    RED,
    chart,
    display_p3,
    exif,
    film,
    is_near,
    patch,
    photo,
    private,
    saved,
    scene,
    shown,
    srgb,
    ssim,
)


@pytest.mark.parametrize(
    ("width", "height", "expected"),
    [
        (1000, 500, (400, 200)),
        (500, 1000, (200, 400)),
        (401, 301, (400, 300)),
        (400, 400, (400, 400)),
        (399, 10, (399, 10)),
        (4000, 3, (400, 1)),
        (1, 1, (1, 1)),
    ],
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP"])
def test_the_longest_side_is_reduced_and_never_enlarged(
    kind: str, width: int, height: int, expected: tuple[int, int]
) -> None:
    done = prepare(saved(photo(width, height), kind), longest_side=400)
    assert (done.width, done.height) == expected == shown(done.content).size


@pytest.mark.parametrize("width", [3250, 4032])
def test_a_reduced_photo_looks_like_the_best_reduction(width: int) -> None:
    data = saved(photo(width, width * 3 // 4), "JPEG", quality=93)
    done = prepare(data)
    best = shown(data).resize((done.width, done.height), Image.Resampling.LANCZOS)
    assert done.width == 1600
    assert ssim(best, shown(done.content)) >= 0.98
    blurred = best.reduce(2).resize(best.size)
    assert ssim(best, blurred) < 0.98  # the measure would notice


# Which side of the scene the first row and the first column are (EXIF 2.32, 4.6.4)

SIDES = {
    1: ("top", "left"),
    2: ("top", "right"),
    3: ("bottom", "right"),
    4: ("bottom", "left"),
    5: ("left", "top"),
    6: ("right", "top"),
    7: ("right", "bottom"),
    8: ("left", "bottom"),
}
OPPOSITE = {"top": "bottom", "bottom": "top", "left": "right", "right": "left"}
SCENE = {
    frozenset(("top", "left")): RED,
    frozenset(("top", "right")): GREEN,
    frozenset(("bottom", "left")): BLUE,
    frozenset(("bottom", "right")): GREY,
}


def stored(orientation: int) -> Image.Image:
    """Return the scene of four colours, upright 80 x 60, as a camera stores it."""
    row, column = SIDES[orientation]
    width, height = (80, 60) if row in ("top", "bottom") else (60, 80)
    picture = Image.new("RGB", (width, height))
    for y, side_y in ((0, row), (height // 2, OPPOSITE[row])):
        for x, side_x in ((0, column), (width // 2, OPPOSITE[column])):
            corner = SCENE[frozenset((side_y, side_x))]
            picture.paste(corner, (x, y, x + width // 2, y + height // 2))
    return picture


@pytest.mark.parametrize("orientation", SIDES)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("longest_side", [80, 40])
def test_the_picture_stands_upright(kind: str, orientation: int, longest_side: int) -> None:
    data = saved(stored(orientation), kind, exif=exif(orientation), quality=95)
    done = prepare(data, longest_side=longest_side)
    assert (done.width, done.height) == (longest_side, longest_side * 3 // 4)
    picture = shown(done.content).convert("RGB")
    right, bottom = done.width - 3, done.height - 3
    assert is_near(picture.getpixel((2, 2)), RED)
    assert is_near(picture.getpixel((right, 2)), GREEN)
    assert is_near(picture.getpixel((2, bottom)), BLUE)
    assert is_near(picture.getpixel((right, bottom)), GREY)
    assert picture.getexif().get(ExifTags.Base.Orientation) is None


@pytest.mark.parametrize("broken", [b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0zzzz"])
def test_broken_exif_is_no_reason_to_refuse(broken: bytes) -> None:
    data = saved(stored(1), "JPEG", exif=broken)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert is_near(shown(prepare(data).content).getpixel((2, 2)), RED)


@pytest.mark.parametrize(
    ("picture", "kind", "suffix"),
    [
        (photo(640, 480), "JPEG", ".jpg"),
        (chart(640, 480), "JPEG", ".jpg"),
        (photo(640, 480), "PNG", ".jpg"),
        (photo(640, 480).convert("L"), "PNG", ".jpg"),
        (chart(640, 480), "PNG", ".png"),
        (chart(640, 480, "P"), "PNG", ".png"),
        (photo(640, 480), "WEBP", ".webp"),
        (photo(640, 480), "TIFF", ".jpg"),
        (chart(640, 480, "1"), "TIFF", ".png"),
        (photo(640, 480), "BMP", ".jpg"),
        (chart(640, 480), "BMP", ".png"),
        (chart(640, 480), "GIF", ".gif"),
    ],
)
@pytest.mark.parametrize("longest_side", [1600, 320])
def test_the_format_follows_what_the_picture_shows(
    picture: Image.Image, kind: str, suffix: str, longest_side: int
) -> None:
    done = prepare(saved(picture, kind), longest_side=longest_side)
    if kind == "GIF" and longest_side == 320:
        suffix = ".png"  # 256 colours are too few for a reduced picture
    names = {".jpg": "JPEG", ".png": "PNG", ".webp": "WEBP", ".gif": "GIF"}
    assert done.suffix == suffix
    assert shown(done.content).format == names[suffix]
    assert done.mime == f"image/{names[suffix].lower()}"


@pytest.mark.skipif(".avif" not in SUFFIXES, reason="this Pillow has no AVIF")
def test_avif_becomes_what_every_browser_shows() -> None:
    picture = photo(160, 120)
    done = prepare(saved(picture, "AVIF", speed=10))
    assert done.suffix == ".jpg"
    assert ssim(shown(done.content), picture) > 0.9


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("longest_side", [1600, 100])
def test_transparency_is_kept(kind: str, longest_side: int) -> None:
    picture = photo(300, 200).convert("RGBA")
    picture.paste((0, 0, 0, 0), (0, 0, 150, 200))
    done = prepare(saved(picture, kind), longest_side=longest_side)
    alpha = shown(done.content).getchannel("A")
    assert alpha.getpixel((5, 5)) == 0
    assert alpha.getpixel((done.width - 5, 5)) == 255


def test_a_transparent_palette_colour_is_kept() -> None:
    picture = chart(300, 200, "P")
    done = prepare(saved(picture, "PNG", transparency=picture.getpixel((0, 0))), longest_side=100)
    alpha = shown(done.content).convert("RGBA").getchannel("A")
    assert alpha.getpixel((1, 1)) == 0
    assert alpha.getextrema() == (0, 255)


def test_transparency_that_hides_nothing_does_not_make_a_photo_a_png() -> None:
    assert prepare(saved(scene().convert("RGBA"), "PNG")).suffix == ".jpg"


def test_colour_does_not_bleed_out_of_transparent_pixels() -> None:
    picture = Image.new("RGBA", (400, 400), (*RED, 0))
    picture.paste((*BLUE, 255), (0, 0, 201, 400))
    done = shown(prepare(saved(picture, "PNG"), longest_side=100).content)
    edge = done.getpixel((50, 50))
    assert isinstance(edge, tuple) and 0 < edge[3] < 255
    assert is_near(edge, BLUE, by=20)


def test_a_framed_photo_is_not_taken_for_a_drawing() -> None:
    picture = Image.new("RGB", (1000, 480), "black")
    picture.paste(scene(), (180, 0))
    picture.paste("black", (500, 0, 1000, 480))
    assert prepare(saved(picture, "PNG")).suffix == ".jpg"


def test_a_lossless_drawing_in_webp_stays_lossless() -> None:
    done = prepare(
        saved(chart(640, 480), "WEBP", lossless=True, icc_profile=srgb()), longest_side=320
    )
    picture = chart(640, 480).resize((320, 240), Image.Resampling.LANCZOS)
    assert shown(done.content).convert("RGB").tobytes() == picture.tobytes()


@pytest.mark.parametrize(
    "name",
    ["ảnh hội nghị.JPG", "a.jpeg", "a.PNG", "x/y.webp", "a.b.Gif", "q.TIFF", "q.tif", "q.bmp"],
)
def test_names_of_pictures(name: str) -> None:
    assert is_supported(name)


@pytest.mark.parametrize("name", ["a.pdf", "a.svg", "jpg", ".jpg.txt", "a.jpg.md", "a", ""])
def test_names_of_other_files(name: str) -> None:
    assert not is_supported(name)


def test_the_same_bytes_give_the_same_bytes_in_any_thread() -> None:
    inputs = [private("JPEG", (900, 700)), private("PNG"), private("WEBP"), film("GIF")]
    inputs.append(patch("RGB", (200, 100, 80), "JPEG", icc_profile=display_p3()))
    expected = [prepare(data, longest_side=200) for data in inputs]
    before = (Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES)
    with ThreadPoolExecutor(4) as pool:
        again = pool.map(lambda data: prepare(data, longest_side=200), inputs * 4)
        assert list(again) == expected * 4
    assert before == (Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES)


def test_pillows_global_limit_is_not_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    data = saved(scene(), "JPEG")
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert prepare(data, longest_side=100).width == 100
