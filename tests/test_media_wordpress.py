"""Every form of picture, and every file, on the real WordPress: what is served, and to whom."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import requests
from PIL import ExifTags, Image
from playwright.sync_api import Browser, Page

from tests.drawn import chart, saved, scene
from tests.films import PLACE, film, webm
from tests.office import Office
from tests.test_attachments import PDF
from tests.test_attachments import office as document
from tests.test_images_heic import heic
from tests.wordpress import WordPress

SECRETS = (b"DienThoaiRieng", b"GhiChuRieng", b"xmpmeta", b"GPS", b"Exif\0\0", b"Photoshop 3.0")


def _exif() -> Image.Exif:
    found = Image.Exif()
    found[ExifTags.Base.Make] = "DienThoaiRieng"
    found[ExifTags.Base.Artist] = "GhiChuRieng"
    found.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (10.0, 46.0, 37.0)})
    return found


def _private(kind: str, picture: Image.Image, **save: Any) -> bytes:
    """Return a picture of a kind with all that such a file can tell."""
    more: dict[str, Any] = {"exif": _exif()} if kind != "BMP" else {}
    if kind in ("JPEG", "WEBP", "AVIF", "PNG"):
        more["xmp"] = b"<x:xmpmeta>GhiChuRieng</x:xmpmeta>"
    return saved(picture, kind, **(more | save))


def _frames() -> dict[str, Any]:
    steps = [Image.new("RGB", (600, 400), c) for c in ("red", "green", "blue")]
    return {"save_all": True, "append_images": steps, "duration": 200, "loop": 0}


# File name → its bytes, and what is to be served: type, width, height.
PICTURES: dict[str, tuple[bytes, str, tuple[int, int]]] = {
    "ảnh jpeg.JPG": (_private("JPEG", scene()), "image/jpeg", (600, 450)),
    "cmyk.jpg": (_private("JPEG", scene().convert("CMYK")), "image/jpeg", (600, 450)),
    "ảnh chụp.png": (_private("PNG", scene()), "image/jpeg", (600, 450)),
    "biểu đồ.png": (_private("PNG", chart(900, 600)), "image/png", (600, 400)),
    "trong suốt.png": (
        _private("PNG", chart(400, 300).convert("RGBA").point([0] * 100 + [255] * 924)),
        "image/png",
        (400, 300),
    ),
    "xám 16.png": (saved(Image.new("I;16", (300, 200), 30000), "PNG"), "image/png", (300, 200)),
    "ảnh.webp": (_private("WEBP", scene()), "image/webp", (600, 450)),
    "động.gif": (saved(Image.new("RGB", (600, 400)), "GIF", **_frames()), "image/gif", (600, 400)),
    "tĩnh.gif": (saved(chart(300, 200, "P"), "GIF"), "image/gif", (300, 200)),
    "quét.tif": (_private("TIFF", scene()), "image/jpeg", (600, 450)),
    "cũ.bmp": (_private("BMP", scene()), "image/jpeg", (600, 450)),
    "mới.avif": (_private("AVIF", scene()), "image/jpeg", (600, 450)),
    "IMG_0001.HEIC": (heic(scene(), 6), "image/jpeg", (450, 600)),
}


@pytest.fixture
def office(tmp_path: Path, clean_wordpress: WordPress) -> Office:
    made = Office(tmp_path / "co-quan")
    made.configure("[images]\nlongest_side = 600\n")
    made.wordpress(clean_wordpress, "author")
    return made


def _store(office: Office, name: str, data: bytes) -> None:
    path = office.folder / "media" / name
    path.write_bytes(data)


def _library(site: WordPress) -> dict[str, dict[str, Any]]:
    """Return what the media library holds, by the ASCII beginning of the file name."""
    items = site.rest("GET", "wp/v2/media", "editor", params={"per_page": 100}).json()
    found = {}
    for item in items:
        name = re.match(r"(.*)-[0-9a-f]{16}\.\w+$", item["source_url"].rpartition("/")[2])
        assert name, item["source_url"]
        found[name[1]] = item
    assert len(found) == len(items)
    return found


def _served(url: str) -> bytes:
    answer = requests.get(url, timeout=30)
    answer.raise_for_status()
    return answer.content


def test_every_form_of_picture_is_served_small_clean_and_right(
    office: Office, clean_wordpress: WordPress
) -> None:
    from publisher.text import slugify

    for name, (data, _, _) in PICTURES.items():
        _store(office, name, data)
    body = "\n\n".join(f"![{name}](<{name}>)" for name in PICTURES)
    office.post("a.md", body, title="Mọi dạng ảnh")
    assert [(o["state"], o["message"]) for o in office.publish()] == [("done", "bài mới")]
    library = _library(clean_wordpress)
    assert len(library) == len(PICTURES)
    for name, (_, mime, size) in PICTURES.items():
        item = library[slugify(Path(name).stem)]
        details = item["media_details"]
        assert (item["mime_type"], (details["width"], details["height"])) == (mime, size), name
        files = {item["source_url"]: size} | {
            one["source_url"]: (one["width"], one["height"]) for one in details["sizes"].values()
        }
        assert len(files) > 1, name  # WordPress made smaller ones, so it could open it
        for url, wanted in files.items():
            served = _served(url)
            assert [secret for secret in SECRETS if secret in served] == [], url
            picture = Image.open(BytesIO(served))
            picture.load()
            assert picture.size == wanted, url
            assert not dict(picture.getexif()), url
        assert item["alt_text"] == name
    first = Image.open(BytesIO(_served(library["dong"]["source_url"])))
    assert getattr(first, "n_frames", 1) >= 3  # it still moves
    turned = Image.open(BytesIO(_served(library["img-0001"]["source_url"]))).convert("RGB")
    upright = scene().transpose(Image.Transpose.ROTATE_270).resize(turned.size)
    for point in ((40, 40), (400, 60), (60, 540), (410, 560)):
        assert all(
            abs(a - b) < 70
            for a, b in zip(turned.getpixel(point), upright.getpixel(point), strict=True)  # type: ignore[arg-type]
        )
    assert office.plan() == []


def test_webp_is_taken_by_both(office: Office, clean_wordpress: WordPress) -> None:
    office.configure('[images]\nlongest_side = 600\nformat = "webp"\n')
    _store(office, "a.jpg", PICTURES["ảnh jpeg.JPG"][0])
    _store(office, "b.png", PICTURES["biểu đồ.png"][0])
    office.post("a.md", "![Một](a.jpg)\n\n![Hai](b.png)", title="WebP")
    assert [o["state"] for o in office.publish()] == ["done"]
    for item in _library(clean_wordpress).values():
        assert item["mime_type"] == "image/webp"
        assert Image.open(BytesIO(_served(item["source_url"]))).format == "WEBP"
        assert item["media_details"]["sizes"]


def test_a_share_card_is_the_featured_picture(office: Office, clean_wordpress: WordPress) -> None:
    office.configure('[organisation]\nname = "Sở Khoa học và Công nghệ"\n')
    office.post("a.md", title="Lịch tiếp công dân")
    assert [o["state"] for o in office.publish()] == ["done"]
    (item,) = _library(clean_wordpress).values()
    (post,) = clean_wordpress.rest("GET", "wp/v2/posts", "editor").json()
    assert post["featured_media"] == item["id"]
    assert item["alt_text"] == "Lịch tiếp công dân"
    details = item["media_details"]
    assert (item["mime_type"], details["width"], details["height"]) == ("image/png", 1200, 630)
    assert "<img" not in post["content"]["rendered"]
    assert office.plan() == [] and office.publish() == []


FILES = {
    "phụ lục.pdf": (PDF, "application/pdf"),
    "mẫu.docx": (document(), ""),
    "biểu.xlsx": (document("a.xlsx"), ""),
    "công văn.odt": (document("a.odt"), ""),
    "phim.mp4": (film(), "video/mp4"),
    "iphone.mov": (film(fast=True), "video/quicktime"),
    "màn hình.webm": (webm(), "video/webm"),
    "nghe.mp3": (
        b"ID3\x03\0\0\0\0\0\x0a" + bytes(10) + b"\xff\xfb\x90\x64" + bytes(400),
        "audio/mpeg",
    ),
}
OFFER = """\
Xem [mẫu đơn](mẫu.docx) và [biểu](biểu.xlsx) trong bài.

[Phụ lục & "biểu mẫu" -- 2023](phụ%20lục.pdf)

[Công văn](công%20văn.odt)

![Toàn cảnh](phim.mp4 "Hội nghị & 'tập huấn'")

![Màn hình](màn%20hình.webm)

![iPhone](iphone.mov)

![Phát thanh](nghe.mp3 "Bản tin -- sáng")
"""


def _offer(office: Office) -> None:
    for name, (data, _) in FILES.items():
        _store(office, name, data)
    office.post("a.md", OFFER, title="Bài kèm tệp")


@pytest.mark.parametrize("editor", ["blocks", "classic"])
@pytest.mark.parametrize("role", ["author", "editor"])
def test_files_are_in_the_library_and_offered(
    tmp_path: Path, clean_wordpress: WordPress, role: str, editor: str
) -> None:
    office = Office(tmp_path / "co-quan")
    office.wordpress(clean_wordpress, role, editor=editor)
    _offer(office)
    assert [(o["state"], o["message"]) for o in office.publish()] == [("done", "bài mới")]
    library = _library(clean_wordpress)
    assert len(library) == len(FILES)
    for item in library.values():
        assert PLACE not in _served(item["source_url"])
    for name, mime in (("phu-luc", "application/pdf"), ("phim", "video/mp4"),
                       ("man-hinh", "video/webm"), ("nghe", "audio/mpeg")):  # fmt: skip
        assert library[name]["mime_type"] == mime
    assert library["phu-luc"]["title"]["rendered"].startswith("Phụ lục")
    (post,) = clean_wordpress.rest(
        "GET", "wp/v2/posts", "editor", params={"context": "edit"}
    ).json()
    shown = post["content"]["rendered"]
    for item in library.values():
        assert item["source_url"] in shown
    assert shown.count("<video") == 3 and shown.count("<audio") == 1
    assert (shown.count("download") > 0) is (editor == "blocks")
    # What was sent is what is stored: nothing was taken out of it on the way.
    assert office.plan() == []
    assert office.publish() == []


@pytest.fixture
def desk(clean_wordpress: WordPress, chromium: Browser) -> Iterator[Page]:
    """A page of wp-admin, an editor logged in."""
    context = chromium.new_context(viewport={"width": 1280, "height": 1800})
    opened = context.new_page()
    opened.goto(f"{clean_wordpress.url}/wp-login.php")
    opened.fill("#user_login", "editor")
    opened.fill("#user_pass", "editor")
    opened.click("#wp-submit")
    opened.wait_for_url("**/wp-admin/**")
    yield opened
    context.close()


_OPENED = "window.wp?.data?.select('core/block-editor')?.getBlocks().length > 0"
_BLOCKS = """() => wp.data.select('core/block-editor').getBlocks().map(
    block => ({name: block.name, valid: block.isValid, id: block.attributes.id || 0,
               markup: block.originalContent || ''}))"""


def test_the_editor_finds_the_blocks_of_files_valid(
    tmp_path: Path, clean_wordpress: WordPress, desk: Page
) -> None:
    office = Office(tmp_path / "co-quan")
    office.wordpress(clean_wordpress, "editor")
    _offer(office)
    (outcome,) = office.publish()
    desk.goto(f"{clean_wordpress.url}/wp-admin/post.php?post={outcome['remote_id']}&action=edit")
    desk.wait_for_function(_OPENED)
    found = desk.evaluate(_BLOCKS)
    assert [block for block in found if not block["valid"]] == []
    names = [block["name"].removeprefix("core/") for block in found]
    assert names == ["paragraph", "file", "file", "video", "video", "video", "audio"]
    library = {item["id"] for item in _library(clean_wordpress).values()}
    assert all(block["id"] in library for block in found[1:])
