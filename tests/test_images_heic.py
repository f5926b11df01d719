"""HEIC from telephones, WebP by config, pages of a TIFF, and what a picture says of itself."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pillow_heif
import pytest
from PIL import ExifTags, Image

from publisher.errors import PictureError
from publisher.images import inspect, is_supported, prepare
from tests.drawn import RED, chart, photo, saved, scene


def exif(orientation: int = 1, **texts: str) -> Image.Exif:
    """Return what a telephone writes: where it was, which one it is, and texts by tag."""
    found = Image.Exif()
    found[ExifTags.Base.Orientation] = orientation
    found[ExifTags.Base.Make] = "DienThoaiRieng"
    found.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (10.0, 46.0, 37.0)})
    for name, text in texts.items():
        found[ExifTags.Base[name]] = text
    return found


def heic(picture: Image.Image, orientation: int = 1, **save: Any) -> bytes:
    out = BytesIO()
    pillow_heif.from_pillow(picture).save(
        out, quality=90, exif=exif(orientation).tobytes(), xmp=b"<x>GhiChuRieng</x>", **save
    )
    return out.getvalue()


def shown(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data))


def near(colour: Any, other: tuple[int, ...]) -> bool:
    return all(abs(a - b) < 24 for a, b in zip(colour, other, strict=True))


@pytest.mark.parametrize("name", ["IMG_0001.HEIC", "a.heif", "a.hif"])
def test_names_of_telephone_pictures(name: str) -> None:
    assert is_supported(name)


def test_a_telephone_picture_becomes_a_jpeg_without_its_secrets() -> None:
    data = heic(scene())
    assert b"DienThoaiRieng" in data and b"GhiChuRieng" in data
    ready = prepare(data, longest_side=400)
    assert (ready.suffix, ready.mime, ready.width, ready.height) == (".jpg", "image/jpeg", 400, 300)
    assert b"DienThoaiRieng" not in ready.content and b"GhiChuRieng" not in ready.content
    assert not shown(ready.content).getexif()
    assert prepare(data, longest_side=400) == ready


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_telephone_picture_is_the_right_way_up(orientation: int) -> None:
    # Drawn upright, then laid as a sensor lies; the file says how to turn it back.
    upright = Image.new("RGB", (320, 200), "white")
    upright.paste(RED, (0, 0, 80, 60))
    back = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
    laid = upright.transpose(Image.Transpose(back[orientation])) if orientation > 1 else upright
    ready = prepare(heic(laid, orientation), output="webp")
    assert (ready.width, ready.height) == (320, 200)
    done = shown(ready.content).convert("RGB")
    assert near(done.getpixel((30, 20)), RED)
    assert near(done.getpixel((290, 180)), (255, 255, 255))


def test_a_burst_shows_the_picture_that_the_telephone_shows() -> None:
    burst = pillow_heif.from_pillow(Image.new("RGB", (64, 64), "white"))
    for colour in ("red", "blue"):
        burst.add_from_pillow(Image.new("RGB", (64, 64), colour))
    out = BytesIO()
    burst.save(out, primary_index=1, quality=90)
    done = shown(prepare(out.getvalue()).content).convert("RGB")
    assert near(done.getpixel((32, 32)), (255, 0, 0))


def test_broken_and_huge_telephone_pictures_are_refused() -> None:
    data = heic(photo(320, 240))
    for cut in (30, 200, len(data) // 2, len(data) - 50):
        with pytest.raises(PictureError) as caught:
            prepare(data[:cut])
        assert caught.value.problems[0].code == "picture-broken"
    with pytest.raises(PictureError) as caught:
        prepare(data, max_pixels=10_000)
    assert caught.value.problems[0].code == "picture-too-big"


def test_pillow_does_not_learn_heic_by_it() -> None:
    prepare(heic(photo(64, 64)))
    assert ".heic" not in Image.registered_extensions()


# WebP by config


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "BMP", "AVIF"])
def test_a_photo_becomes_webp_where_that_is_asked_for(kind: str) -> None:
    data = saved(scene(), kind)
    ready = prepare(data, longest_side=500, output="webp")
    assert (ready.suffix, ready.width) == (".webp", 500)
    assert shown(ready.content).format == "WEBP"
    jpeg = prepare(data, longest_side=500)
    assert jpeg.suffix == ".jpg" and len(ready.content) < len(jpeg.content)


def test_a_drawing_becomes_webp_without_losing_a_pixel() -> None:
    drawing = chart(600, 400)
    ready = prepare(saved(drawing, "PNG"), output="webp")
    assert ready.suffix == ".webp"
    assert shown(ready.content).convert("RGB").tobytes() == drawing.tobytes()
    assert prepare(saved(drawing, "PNG")).suffix == ".png"


def test_holes_stay_holes_in_webp() -> None:
    ring = Image.new("RGBA", (200, 200), (0, 0, 0, 0))
    ring.paste((255, 0, 0, 255), (50, 50, 150, 150))
    done = shown(prepare(saved(ring, "PNG"), output="webp").content).convert("RGBA")
    assert done.getpixel((5, 5)) == (0, 0, 0, 0) or done.getchannel("A").getpixel((5, 5)) == 0
    assert done.getpixel((100, 100)) == (255, 0, 0, 255)


def test_webp_is_never_larger_than_the_file_itself() -> None:
    tiny = saved(Image.new("RGB", (4, 4), "red"), "PNG")
    grainy = saved(photo(300, 200), "JPEG", quality=15)
    for data in (tiny, grainy):
        assert len(prepare(data, output="webp").content) <= len(data)


def test_moving_pictures_keep_moving_in_their_own_format() -> None:
    frames = [Image.new("RGB", (40, 40), c) for c in ("red", "green", "blue")]
    data = saved(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=100)
    ready = prepare(data, output="webp")
    assert ready.suffix == ".gif"


# A look before anything is sent


def test_pages_of_a_tiff_are_counted() -> None:
    pages = [Image.new("RGB", (60, 40), c) for c in ("red", "green", "blue")]
    data = saved(pages[0], "TIFF", save_all=True, append_images=pages[1:])
    assert inspect(data).pages == 3
    assert near(shown(prepare(data).content).convert("RGB").getpixel((5, 5)), (255, 0, 0))
    assert inspect(saved(pages[0], "TIFF")).pages == 1


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP", "AVIF"])
def test_a_look_finds_what_is_cut_off(kind: str) -> None:
    data = saved(photo(400, 300), kind)
    assert inspect(data).description == ""
    with pytest.raises(PictureError) as caught:
        inspect(data[: len(data) * 2 // 3])
    assert caught.value.problems[0].code == "picture-broken"


def _xmp(text: str, lang: str = "x-default") -> bytes:
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:description><rdf:Alt>'
        f'<rdf:li xml:lang="{lang}">{text}</rdf:li></rdf:Alt></dc:description>'
        "</rdf:Description></rdf:RDF></x:xmpmeta>"
    ).encode()


def _iptc(caption: bytes, *more: bytes) -> bytes:
    """Return a JPEG whose Photoshop block holds an IPTC caption."""
    datasets = b"".join(
        b"\x1c" + place + len(value).to_bytes(2, "big") + value
        for place, value in [(b"\x01\x5a", one) for one in more] + [(b"\x02\x78", caption)]
    )
    block = b"8BIM\x04\x04\0\0" + len(datasets).to_bytes(4, "big") + datasets
    block += b"\0" * (len(block) % 2)
    segment = b"Photoshop 3.0\0" + block
    data = saved(Image.new("RGB", (16, 16)), "JPEG")
    return data[:2] + b"\xff\xed" + (len(segment) + 2).to_bytes(2, "big") + segment + data[2:]


def _tagged(text: bytes) -> bytes:
    """Return a JPEG with an EXIF ImageDescription of these bytes, whatever they mean."""
    marker = "#" * len(text)
    described = exif(ImageDescription=marker)
    data = saved(Image.new("RGB", (16, 16)), "JPEG", exif=described)
    assert marker.encode() in data
    return data.replace(marker.encode(), text)


@pytest.mark.parametrize(
    ("data", "caption"),
    [
        (_tagged("Hội nghị tập huấn".encode()), "Hội nghị tập huấn"),
        (_tagged("Hội nghị".encode("cp1258", "ignore") + b" t\xeap hu\xe2n"), "Hi ngh têp huân"),
        (_tagged(b"OLYMPUS DIGITAL CAMERA"), ""),
        (_tagged(b"Hoi\x00\x07 nghi   lan 2"), "Hoi nghi lan 2"),
        (_tagged(b"   "), ""),
        (_iptc("Hội nghị".encode(), b"\x1b%G"), "Hội nghị"),
        (_iptc("Hội nghị".encode()), "Hội nghị"),
        (_iptc(b"H\xf4\xf2i nghi\xf2"), "Hội nghị"),
        (_iptc(b"x" * 5000), "x" * 1000),
        (saved(Image.new("RGB", (9, 9)), "JPEG", xmp=_xmp("Lễ &amp; hội")), "Lễ & hội"),
        (saved(Image.new("RGB", (9, 9)), "JPEG", xmp=b"<x:xmpmeta><not well formed"), ""),
        (saved(Image.new("RGB", (9, 9)), "WEBP", xmp=_xmp("Lễ hội", "vi")), "Lễ hội"),
    ],
)  # fmt: skip
def test_what_a_picture_says_of_itself_is_its_caption(data: bytes, caption: str) -> None:
    assert inspect(data).description == caption
    assert b"Photoshop" not in prepare(data).content and b"xmpmeta" not in prepare(data).content


def test_windows_titles_are_read_and_xmp_goes_first() -> None:
    told = exif(ImageDescription="Of EXIF")
    told[ExifTags.Base.XPTitle] = "Tiêu đề\0".encode("utf-16-le")
    data = saved(Image.new("RGB", (9, 9)), "JPEG", exif=told)
    assert inspect(data).description == "Of EXIF"
    data = saved(Image.new("RGB", (9, 9)), "JPEG", exif=told, xmp=_xmp("Của XMP"))
    assert inspect(data).description == "Của XMP"
    del told[ExifTags.Base.ImageDescription]
    data = saved(Image.new("RGB", (9, 9)), "JPEG", exif=told)
    assert inspect(data).description == "Tiêu đề"


def test_entities_of_an_xmp_packet_are_not_followed() -> None:
    evil = (
        b'<!DOCTYPE x [<!ENTITY a "GhiChuRieng"><!ENTITY f SYSTEM "file:///etc/hostname">]>'
        + _xmp("&a;&f;")
    )
    data = saved(Image.new("RGB", (9, 9)), "JPEG", xmp=evil)
    assert inspect(data).description == ""
