"""Pictures drawn for tests, colour profiles built by hand, and how alike two pictures are."""

from __future__ import annotations

import random
import struct
from functools import cache
from io import BytesIO

import pytest
from PIL import ExifTags, Image, ImageChops, ImageCms, ImageDraw, ImageMath, PngImagePlugin

from publisher.errors import PictureError
from publisher.images import prepare
from publisher.model import Problem

RED, GREEN, BLUE, GREY = (230, 20, 20), (20, 200, 20), (20, 20, 230), (128, 128, 128)
Colour = tuple[int, int, int]


def photo(width: int, height: int, seed: int = 1) -> Image.Image:
    """Return what looks like a photo to a codec: clouds, edges, lettering, grain."""
    rng = random.Random(seed)
    scene = Image.new("RGB", (width, height), (128, 128, 128))
    strength, side = 0.5, 4
    while side < max(width, height):
        rows = max(2, side * height // width)
        clouds = Image.frombytes("RGB", (side, rows), rng.randbytes(side * rows * 3))
        clouds = clouds.resize((width, height), Image.Resampling.BICUBIC)
        clouds = clouds.point([int(level * strength) for level in range(256)] * 3)
        scene = ImageChops.add(scene, clouds, 1, int(-128 * strength))
        strength, side = strength * 0.55, side * 2
    draw = ImageDraw.Draw(scene)
    for _ in range(30):
        x, y, size = rng.randrange(width), rng.randrange(height), rng.randrange(4, 12)
        colour = (rng.randrange(256), rng.randrange(256), rng.randrange(256))
        draw.ellipse((x, y, x + width // size, y + height // size), fill=colour)
        draw.text((y, x), "Cải cách hành chính", fill=(10, 10, 10), font_size=max(8, height // 30))
    grain = Image.frombytes("RGB", (width, height), rng.randbytes(width * height * 3))
    return ImageChops.add(scene, grain.point([level // 40 for level in range(256)] * 3), 1, -3)


@cache
def scene() -> Image.Image:
    return photo(640, 480)


def chart(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """Return a bar chart: flat areas, sharp edges, a caption."""
    drawing = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(drawing)
    for i, colour in enumerate(("#b71c1c", "#0d47a1", "#1b5e20", "#e65100")):
        left = width * (2 * i + 1) // 10
        draw.rectangle((left, height * (i + 1) // 6, left + width // 10, height * 4 // 5), colour)
    draw.text((width // 10, height * 5 // 6), "Kết quả", fill="black", font_size=height // 12)
    return drawing.convert(mode, palette=Image.Palette.ADAPTIVE)


def saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    """Return the picture as a file of that kind."""
    out = BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def private(kind: str, size: tuple[int, int] = (300, 200)) -> bytes:
    """Return a photo of that kind, saved small, with all that such a file can tell."""
    picture = photo(*size)
    xmp = b"<x:xmpmeta>GhiChuRieng</x:xmpmeta>"
    everything: dict[str, object] = {"exif": exif(), "icc_profile": srgb()}
    if kind == "JPEG":
        data = saved(picture, kind, quality=40, xmp=xmp, comment=b"GhiChuRieng", **everything)
        iptc = b"Photoshop 3.0\x008BIMGhiChuRieng"
        thumbnail = b"JFXX\0\x13" + bytes((1, 1)) + b"GhiChuRieng"
        for marker, body in ((0xED, iptc), (0xE0, thumbnail), (0xE2, b"FPXR\0GhiChuRieng")):
            segment = struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body
            data = data[:20] + segment + data[20:]
    elif kind == "PNG":
        text = PngImagePlugin.PngInfo()
        text.add_text("Comment", "GhiChuRieng")
        text.add_itxt("XML:com.adobe.xmp", xmp.decode(), zip=True)
        text.add(b"prVt", b"GhiChuRieng")
        data = saved(chart(*size), kind, pnginfo=text, dpi=(300, 300), **everything)
    elif kind == "WEBP":
        data = saved(picture, kind, quality=20, xmp=xmp, **everything)
    elif kind == "TIFF":
        data = saved(picture, kind, description="GhiChuRieng", **everything)
    else:
        data = saved(picture, kind, comment=b"GhiChuRieng")
    return data + b"GhiChuRieng: a film behind the picture"


def film(kind: str, count: int = 4, **options: object) -> bytes:
    """Return squares that wander over a white ground, each for its own time."""
    frames = []
    for i in range(count):
        frame = chart(240, 160)
        left, top = 40 * i % 240, 20 + i // 6
        frame.paste(RED, (left, top, left + 40, top + 40))
        frames.append(frame)
    times = [100 * (i + 1) for i in range(count)]
    options = {"duration": times, "loop": 3, "save_all": True, **options}
    return saved(frames[0], kind, append_images=frames[1:], **options)


def patch(mode: str, colour: object, kind: str, **options: object) -> bytes:
    picture = Image.new(mode, (64, 64), colour)  # type: ignore[arg-type]
    return saved(picture, kind, **options)


def problem(data: bytes, max_pixels: int = 100_000_000) -> Problem:
    """Return the one problem that a file has."""
    with pytest.raises(PictureError) as caught:
        prepare(data, max_pixels=max_pixels)
    (found,) = caught.value.problems
    return found


def shown(content: bytes) -> Image.Image:
    """Return the picture that a file shows."""
    picture = Image.open(BytesIO(content))
    picture.load()
    return picture


def is_near(pixel: object, colour: Colour, by: int = 12) -> bool:
    assert isinstance(pixel, tuple)
    return all(abs(one - two) <= by for one, two in zip(pixel[:3], colour, strict=True))


def same_pixels(one: bytes, other: bytes) -> bool:
    a, b = shown(one).convert("RGBA"), shown(other).convert("RGBA")
    return a.size == b.size and a.tobytes() == b.tobytes()


def ssim(one: Image.Image, other: Image.Image) -> float:
    """Return the structural similarity of two pictures' brightness, 1.0 when they are equal.

    Wang et al. 2004, with windows of 8 by 8 pixels that stand side by side.
    """
    a, b = (picture.convert("L").convert("F") for picture in (one, other))

    def mean_product(x: Image.Image, y: Image.Image) -> Image.Image:
        product: Image.Image = ImageMath.lambda_eval(lambda v: v["x"] * v["y"], x=x, y=y)
        return product.reduce(8)

    windows: Image.Image = ImageMath.lambda_eval(
        lambda v: (
            ((2 * v["a"] * v["b"] + 6.5025) * (2 * (v["ab"] - v["a"] * v["b"]) + 58.5225))
            / (
                (v["a"] * v["a"] + v["b"] * v["b"] + 6.5025)
                * (v["aa"] - v["a"] * v["a"] + v["bb"] - v["b"] * v["b"] + 58.5225)
            )
        ),
        a=a.reduce(8),
        b=b.reduce(8),
        aa=mean_product(a, a),
        bb=mean_product(b, b),
        ab=mean_product(a, b),
    )
    values: tuple[float, ...] = struct.unpack(f"{len(windows.tobytes()) // 4}f", windows.tobytes())
    return sum(values) / len(values)


def exif(orientation: int = 1) -> Image.Exif:
    """Return EXIF as a phone writes it: make, place, orientation."""
    data = Image.Exif()
    data[ExifTags.Base.Make] = "MayAnhCuaToi"
    data[ExifTags.Base.Orientation] = orientation
    place = data.get_ifd(ExifTags.IFD.GPSInfo)
    place[ExifTags.GPS.GPSLatitudeRef] = "N"
    place[ExifTags.GPS.GPSLatitude] = (10.0, 30.0, 15.25)
    return data


def srgb() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def display_p3() -> bytes:
    """Return an RGB profile with the primaries of Display P3 and a gamma of 2.2."""
    primaries = {
        b"rXYZ": (0.5151, 0.2412, -0.0011),
        b"gXYZ": (0.2920, 0.6922, 0.0419),
        b"bXYZ": (0.1571, 0.0666, 0.7841),
    }
    tags = {tag: b"XYZ \0\0\0\0" + _fixed(*xyz) for tag, xyz in primaries.items()}
    return _profile(b"mntr", b"RGB ", b"XYZ ", tags | dict.fromkeys(_CURVES, _gamma(2.2)))


def linear_grey() -> bytes:
    """Return a grey profile whose levels are amounts of light."""
    return _profile(b"mntr", b"GRAY", b"XYZ ", {b"kTRC": _gamma(1.0)})


def red_ink_for_cyan() -> bytes:
    """Return a printing profile in which cyan ink is red, to be told from plain arithmetic."""
    grid = b"".join(
        bytes((30, 128, 128) if k or m or y else (128, 200, 190) if c else (255, 128, 128))
        for c in (0, 1)
        for m in (0, 1)
        for y in (0, 1)
        for k in (0, 1)
    )
    identity = _fixed(1, 0, 0, 0, 1, 0, 0, 0, 1)
    line = bytes(range(256))
    table = b"mft1\0\0\0\0" + bytes((4, 3, 2, 0)) + identity + line * 4 + grid + line * 3
    return _profile(b"prtr", b"CMYK", b"Lab ", {b"A2B0": table})


_CURVES = (b"rTRC", b"gTRC", b"bTRC")


def _gamma(value: float) -> bytes:
    return b"curv\0\0\0\0" + struct.pack(">IHxx", 1, round(value * 256))


def _fixed(*numbers: float) -> bytes:
    return struct.pack(f">{len(numbers)}i", *(round(number * 65536) for number in numbers))


def _profile(kind: bytes, space: bytes, pcs: bytes, tags: dict[bytes, bytes]) -> bytes:
    """Return an ICC profile, version 2.4 (ICC.1:2001-04, section 6)."""
    tags = {b"wtpt": b"XYZ \0\0\0\0" + _fixed(0.9642, 1.0, 0.8249), **tags}
    start = 128 + 4 + 12 * len(tags)
    table, body = struct.pack(">I", len(tags)), b""
    for tag, data in tags.items():
        table += tag + struct.pack(">II", start + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    head = struct.pack(">I4sI", start + len(body), bytes(4), 0x02400000) + kind + space + pcs
    head += struct.pack(">6H", 2023, 1, 1, 0, 0, 0) + b"acsp" + bytes(28)
    head += _fixed(0.9642, 1.0, 0.8249)
    return head.ljust(128, b"\0") + table + body
