"""Galleries that name a folder, and the captions beside their pictures, through the program."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from PIL import ExifTags, Image

from publisher.config import load
from publisher.model import GalleryItem, Severity
from publisher.posts import Caption, read_captions
from publisher.run import read
from tests.office import Office


@pytest.fixture
def office(tmp_path: Path) -> Office:
    made = Office(tmp_path / "co-quan")
    for number, colour in ((10, "navy"), (2, "teal"), (1, "olive")):
        made.picture(f"posts/2023/ảnh/Ảnh {number}.jpg", (80, 60), colour)
    return made


def gallery(office: Office, written: object, **front: Any) -> list[tuple[str, str, str]]:
    """Return name, alt and caption of each picture that a gallery shows."""
    office.post("2023/bai.md", title="Hội nghị", gallery=written, **front)
    reading = read(load(office.folder / "config.toml"))
    (post,) = reading.posts
    held = [p for p in reading.problems if p.severity is Severity.ERROR]
    assert held == [], held
    (article,) = reading.articles
    assert article.html.count("<img") == len(post.gallery)
    return [(Path(item.path).name, item.alt, item.caption) for item in post.gallery]


def problems(office: Office, written: object) -> list[tuple[str, str, int]]:
    """Return file, code and line of the errors, and of the warnings about captions."""
    office.post("2023/bai.md", title="Hội nghị", gallery=written)
    told = office.run("check", "--format", "json").json
    return [
        (p["file"], p["code"], p["line"])
        for p in told
        if p["severity"] == "error" or p["code"].startswith("captions")
    ]


COUNTED = ["Ảnh 1.jpg", "Ảnh 2.jpg", "Ảnh 10.jpg"]


@pytest.mark.parametrize(
    "written",
    ["ảnh/*.jpg", "ảnh", "ảnh/", "ẢNH/*.JPG", "ảnh/Ảnh *", "ảnh\\*.jpg", "./ảnh/*",
     "2023/ảnh", "posts/2023/ảnh/*.jp?g*"],
)  # fmt: skip
def test_a_folder_or_a_pattern_shows_its_pictures_as_people_count(
    office: Office, written: str
) -> None:
    written = written.replace("*.jp?g*", "*.j?g")
    assert [name for name, _, _ in gallery(office, written)] == COUNTED


def test_a_pattern_picks_and_other_files_are_no_pictures(office: Office) -> None:
    office.picture("posts/2023/ảnh/phác thảo.png", (80, 60))
    office.picture("posts/2023/ảnh/.ẩn.jpg", (80, 60))
    office.file("posts/2023/ảnh/ghi chép.txt", "không phải ảnh")
    office.file("posts/2023/ảnh/Thumbs.db", "x")
    assert [n for n, _, _ in gallery(office, "ảnh/*.png")] == ["phác thảo.png"]
    assert [n for n, _, _ in gallery(office, "ảnh/Ảnh ?.jpg")] == COUNTED[:2]
    assert [n for n, _, _ in gallery(office, "ảnh/Ảnh [12].jpg")] == COUNTED[:2]
    assert len(gallery(office, "ảnh")) == 4


def test_folders_in_media_and_single_pictures_stand_side_by_side(office: Office) -> None:
    office.picture("media/lễ/b.jpg", (80, 60), "red")
    office.picture("media/lễ/a.jpg", (80, 60), "green")
    shown = gallery(office, ["media/lễ", {"path": "ảnh/Ảnh 2.jpg", "alt": "Hai"}, "lễ/b.*"])
    assert [n for n, _, _ in shown] == ["a.jpg", "b.jpg", "Ảnh 2.jpg", "b.jpg"]


def test_a_picture_whose_name_looks_like_a_pattern_is_itself(office: Office) -> None:
    office.picture("posts/2023/ảnh/Ảnh [1].jpg", (80, 60), "red")
    office.picture("posts/2023/50% & #1?.jpg".replace("?", "_"), (80, 60), "green")
    assert [n for n, _, _ in gallery(office, "ảnh/Ảnh [1].jpg")] == ["Ảnh [1].jpg"]
    shown = gallery(office, "*.jpg")
    assert len(shown) == 1 and shown[0][0].startswith("50%")


def test_a_folder_without_pictures_is_named_with_its_line(office: Office) -> None:
    (office.folder / "posts/2023/trống").mkdir()
    for written in ("trống", "trống/*.jpg", "không có/", "ảnh/*.bmp"):
        ((file, code, line),) = problems(office, written)
        assert (file, code, line) == ("posts/2023/bai.md", "gallery-empty", 6)
    told = office.run("--lang", "vi", "check").out
    assert "posts/2023/ảnh (*.bmp)" in told


def test_nothing_outside_posts_and_media_is_ever_shown(office: Office) -> None:
    office.picture("riêng tư/a.jpg", (80, 60))
    (office.folder / "posts/2023/lối tắt").symlink_to(office.folder / "riêng tư")
    for written in ("../../riêng tư", "../../riêng tư/*.jpg", str(office.folder / "riêng tư"),
                    "lối tắt", "lối tắt/*", "../../../*"):  # fmt: skip
        codes = {code for _, code, _ in problems(office, written)}
        assert codes and codes <= {"gallery-empty", "picture-missing"}


# Captions


def test_captions_lie_beside_the_pictures(office: Office) -> None:
    office.file(
        "posts/2023/ảnh/chú thích.yaml",
        "# ghi chú\n"
        'Ảnh 1.jpg: "Khai mạc: 8 giờ"\n'
        "ảnh 2.JPG:\n  mô tả: Đại biểu ngồi kín hội trường\n  chú thích: Toàn cảnh\n"
        "Ảnh 10: Bế mạc\n",
    )
    assert gallery(office, "ảnh") == [
        ("Ảnh 1.jpg", "Khai mạc: 8 giờ", "Khai mạc: 8 giờ"),
        ("Ảnh 2.jpg", "Đại biểu ngồi kín hội trường", "Toàn cảnh"),
        ("Ảnh 10.jpg", "Bế mạc", "Bế mạc"),
    ]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("captions.yaml", "Ảnh 1.jpg: Khai mạc"),
        ("Captions.yml", "Ảnh 1.jpg: Khai mạc"),
        ("CHÚ THÍCH.txt", "# dòng ghi chú\n\nẢnh 1.jpg = Khai mạc\n"),
        ("chu thich.txt", "Ảnh 1.jpg\tKhai mạc"),
        ("chú thích.txt", "Ảnh 1.jpg: Khai mạc"),
    ],
)
def test_the_file_of_captions_may_be_called_so(office: Office, name: str, text: str) -> None:
    office.file(f"posts/2023/ảnh/{name}", text)
    assert gallery(office, "ảnh")[0] == ("Ảnh 1.jpg", "Khai mạc", "Khai mạc")


def test_a_caption_for_no_picture_is_told_once_however_many_posts_show_the_folder(
    office: Office,
) -> None:
    office.file("posts/2023/ảnh/chú thích.yaml", "Ảnh 1.jpg: Một\nẢnh 11.jpg: x\n")
    office.post("2023/khac.md", title="Bài khác", gallery="ảnh")
    assert problems(office, "ảnh") == [("posts/2023/ảnh/chú thích.yaml", "captions-unknown", 2)]
    assert "Ảnh 10.jpg" in office.run("--lang", "vi", "check").out  # what it may have meant


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Ảnh 1.jpg: &a Một\nẢnh 2.jpg: *a\n", 1),
        ("a: &a [x, x]\nb: &b [*a, *a]\n", 1),
        ("Ảnh 1.jpg: !!python/object/apply:os.system [id]\n", 1),
        ("Ảnh 1.jpg: Một\nẢnh 2.jpg: [1, 2]\n", 2),
        ("Ảnh 1.jpg:\n  mô tả: x\n  lạ: y\n", 1),
        ("- Ảnh 1.jpg\n", 1),
        ("chỉ có chữ", 1),
        ("Ảnh 1.jpg: 'không đóng\n", None),
        ("{" * 5000, 1),
        ("? [a, b]\n: c\n", 1),
        ("a: \x07b\n", 1),
    ],
)
def test_hostile_or_broken_captions_hold_the_post_and_name_the_line(
    office: Office, text: str, line: int | None
) -> None:
    office.file("posts/2023/ảnh/chú thích.yaml", text)
    (found,) = [p for p in problems(office, "ảnh") if p[1] == "captions-form"]
    assert found[0] == "posts/2023/ảnh/chú thích.yaml"
    assert line is None or found[2] == line
    assert office.publish() == []


def test_captions_in_an_old_encoding_are_named(office: Office) -> None:
    path = office.file("posts/2023/ảnh/chú thích.yaml", "")
    path.write_bytes("Ảnh 1.jpg: Hội nghị".encode("utf-16"))  # Notepad's "Unicode"
    assert gallery(office, "ảnh")[0][2] == "Hội nghị"
    path.write_bytes(b"\xc8nh 1.jpg: H\xe9i ngh\xde")  # TCVN3
    assert ("posts/2023/ảnh/chú thích.yaml", "encoding", 1) in problems(office, "ảnh")


def test_captions_are_read_without_a_folder_too() -> None:
    found, wrong = read_captions(b"a.jpg: X\n1: Y\n", "c.yaml", ["A.JPG", "1.png"])
    assert found == {"a.jpg": Caption(caption="X"), "1.png": Caption(caption="Y")}
    assert wrong == []


def test_a_picture_without_a_caption_says_itself_what_it_shows(office: Office) -> None:
    said = Image.Exif()
    said[ExifTags.Base.ImageDescription] = "Le khai mac"
    office.picture("posts/2023/ảnh/Ảnh 1.jpg", (80, 60), exif=said)
    office.picture("posts/2023/ảnh/Ảnh 2.jpg", (80, 60), "teal", exif=said)
    office.file("posts/2023/ảnh/captions.yaml", "Ảnh 2.jpg: Của tệp chú thích")
    assert gallery(office, "ảnh")[:2] == [
        ("Ảnh 1.jpg", "Le khai mac", "Le khai mac"),
        ("Ảnh 2.jpg", "Của tệp chú thích", "Của tệp chú thích"),
    ]


def test_a_gallery_of_a_folder_is_published_once_and_grows(office: Office) -> None:
    office.post("2023/bai.md", title="Hội nghị", gallery="ảnh/*.jpg")
    assert [o["state"] for o in office.publish()] == ["done"]
    assert office.plan() == []
    office.picture("posts/2023/ảnh/Ảnh 3.jpg", (80, 60), "maroon")
    assert [(o["action"], o["state"]) for o in office.publish()] == [("update", "done")]
    page = next(office.folder.glob(".publisher/preview/bai/*/index.html")).read_text("utf-8")
    order = [page.index(f"anh-{number}-") for number in (1, 2, 3, 10)]
    assert order == sorted(order)
    assert office.plan() == []


def test_a_large_folder_is_looked_through_quickly_the_second_time(office: Office) -> None:
    for number in range(60):
        office.picture(f"media/bộ/{number}.jpg", (400, 300), f"#{number:02x}{number:02x}44")
    office.post("2023/bai.md", title="Hội nghị", gallery="media/bộ")
    config = load(office.folder / "config.toml")
    read(config)
    started = time.perf_counter()
    assert len(read(config).posts[0].gallery) == 60
    assert time.perf_counter() - started < 2


def test_gallery_items_of_one_picture_are_left_as_they_are(office: Office) -> None:
    office.post("2023/bai.md", title="H", gallery=[{"path": "ảnh/Ảnh 1.jpg", "alt": "A"}])
    (post,) = read(load(office.folder / "config.toml")).posts
    assert post.gallery == (GalleryItem("ảnh/Ảnh 1.jpg", "A"),)
