"""Pictures, files and share cards on their way to a site: looked at first, sent once."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from publisher.config import load
from publisher.run import read
from tests.drawn import photo, saved
from tests.films import PLACE, film
from tests.office import Office
from tests.test_attachments import PDF
from tests.test_attachments import office as document

NAMED = '[organisation]\nname = "Sở Khoa học và Công nghệ"\n'


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path / "co-quan")


def store(office: Office, name: str, data: bytes) -> Path:
    path = office.folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def told(office: Office, *codes: str) -> list[dict[str, Any]]:
    """Return what a check says, of the codes that begin so."""
    return [p for p in office.run("check", "--format", "json").json if p["code"].startswith(codes)]


def media(office: Office) -> list[str]:
    return sorted(path.name for path in (office.folder / ".publisher/preview/media").iterdir())


def page(office: Office, slug: str) -> str:
    return (office.folder / f".publisher/preview/bai/{slug}/index.html").read_text("utf-8")


# Looked at before anything is sent


def test_a_broken_picture_is_told_by_a_check_with_the_line_that_shows_it(office: Office) -> None:
    whole = saved(photo(300, 200), "JPEG")
    store(office, "posts/hỏng.jpg", whole[: len(whole) // 2])
    store(office, "posts/giả.png", b"MZ no picture")
    store(office, "media/vẽ.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    store(office, "media/to.png", saved(Image.new("1", (20_000, 10_000)), "PNG"))
    office.post(
        "a.md",
        "Đoạn đầu.\n\n![Một](hỏng.jpg)\n\n![Hai](giả.png)\n\n![Ba](vẽ.svg)",
        title="Ảnh hỏng",
        featured_image="media/to.png",
    )
    office.post("b.md", title="Bài lành")
    found = told(office, "picture")
    assert [(p["line"], p["code"]) for p in found] == [
        (6, "picture-too-big"),
        (11, "picture-broken"),
        (13, "picture-broken"),
        (15, "picture-format"),
    ]
    assert all(p["file"] == "posts/a.md" and p["severity"] == "error" for p in found)
    assert "posts/hỏng.jpg" in found[1]["message"]
    assert office.run("check").status == 4
    assert [o["key"] for o in office.publish()] == ["b"]


def test_what_is_wrong_is_told_once_and_goes_when_it_is_mended(office: Office) -> None:
    path = store(office, "media/a.jpg", saved(photo(200, 100), "JPEG")[:900])
    office.post("a.md", "![x](a.jpg)\n\n![y](a.jpg)", title="Một")
    office.post("b.md", "![z](a.jpg)", title="Hai")
    assert [p["file"] for p in told(office, "picture")] == ["posts/a.md", "posts/b.md"]
    assert told(office, "picture") == told(office, "picture")  # out of the memory too
    path.write_bytes(saved(photo(200, 100), "JPEG"))
    assert told(office, "picture") == []


def test_a_draft_is_warned_only(office: Office) -> None:
    store(office, "media/a.jpg", b"\xff\xd8\xff no picture")
    office.post("a.md", "![x](a.jpg)", title="Một", status="draft")
    assert [p["severity"] for p in told(office, "picture")] == ["warning"]


def test_a_second_look_opens_no_picture_and_forgets_those_that_are_gone(office: Office) -> None:
    for number in range(3):
        office.picture(f"media/{number}.jpg", (60, 40), f"#0000{number}0")
        office.post(f"{number}.md", f"![x]({number}.jpg)", title=f"Bài {number}")
    cache = office.folder / ".publisher/cache/files.json"
    assert told(office, "picture") == []
    known = json.loads(cache.read_text("utf-8"))
    assert len(known["files"]) == 3
    # What the memory says is believed: no file is opened to know it.
    for seen in known["files"].values():
        seen["problems"] = [["picture-broken", {"reason": "damaged"}, "error"]]
    cache.write_text(json.dumps(known), "utf-8")
    assert len(told(office, "picture-broken")) == 3
    (office.folder / "posts/0.md").unlink()
    told(office)
    assert len(json.loads(cache.read_text("utf-8"))["files"]) == 2
    for damage in ("", "{}", "[]", '{"made": [1, 1600], "files": {"a": 3}}'):
        cache.write_text(damage, "utf-8")
        assert told(office, "picture") == []


def test_pages_that_are_left_out_are_told(office: Office) -> None:
    pages = [Image.new("RGB", (60, 40), c) for c in ("red", "green")]
    store(office, "media/q.tif", saved(pages[0], "TIFF", save_all=True, append_images=pages[1:]))
    office.post("a.md", "![Quyết định](q.tif)", title="Một")
    (found,) = told(office, "picture")
    assert (found["code"], found["severity"], found["line"]) == ("picture-pages", "warning", 8)
    assert "2" in found["message"] and "media/q.tif" in found["message"]
    assert [o["state"] for o in office.publish()] == ["done"]


# Files


BODY = """\
Xem [mẫu đơn](mẫu.docx) trước.

[Phụ lục & biểu mẫu](phụ%20lục.pdf)

![Toàn cảnh](phim.mp4 "Hội nghị")

![Phát thanh](nghe.mp3)
"""


@pytest.fixture
def offered(office: Office) -> Office:
    """An office with one post that offers one file of each use, two from media/."""
    store(office, "posts/phụ lục.pdf", PDF)
    store(office, "media/mẫu.docx", document())
    store(office, "media/phim.mp4", film())
    store(office, "posts/nghe.mp3", b"ID3\x03" + bytes(200) + b"\xff\xfb")
    office.post("a.md", BODY, title="Bài kèm tệp")
    return office


def test_files_are_sent_once_and_offered(offered: Office) -> None:
    assert told(offered, "attachment", "link", "post-form") == []
    assert [o["state"] for o in offered.publish()] == ["done"]
    names = media(offered)
    assert [re.sub(r"-[0-9a-f]{16}", "", name) for name in names] == [
        "mau.docx", "nghe.mp3", "phim.mp4", "phu-luc.pdf"
    ]  # fmt: skip
    shown = page(offered, "bai-kem-tep")
    for name in names:
        assert f'"../../media/{name}"' in shown
    assert re.search(
        r'<p class="attachment"><a href="[^"]+pdf">Phụ lục &amp; biểu mẫu</a></p>', shown
    )
    assert re.search(r'<video controls="" src="[^"]+"></video><figcaption>Hội nghị<', shown)
    assert re.search(r'<audio controls="" src="[^"]+"></audio><figcaption>Phát thanh<', shown)
    assert "media-src 'self' file:" in shown
    assert offered.plan() == []
    offered.post("b.md", "[Cùng phụ lục](phụ%20lục.pdf)", title="Bài hai")
    offered.publish()
    assert media(offered) == names
    counted = offered.run("report", "--year", "2023", "--json").json
    assert counted["total"] == 2
    rows = offered.run("log", "list", "--json").json
    assert {row.get("pictures", 0) for row in rows} == {0}  # a file is no picture


def test_a_film_goes_out_without_its_place(offered: Office) -> None:
    offered.publish()
    (sent,) = (offered.folder / ".publisher/preview/media").glob("phim-*.mp4")
    kept = (offered.folder / "media/phim.mp4").read_bytes()
    assert PLACE in kept and PLACE not in sent.read_bytes()
    assert len(kept) == len(sent.read_bytes())


def test_a_changed_file_is_sent_anew_and_the_link_follows(offered: Office) -> None:
    offered.publish()
    store(offered, "posts/phụ lục.pdf", PDF.replace(b"Catalog", b"Catalug"))
    assert [a["action"] for a in offered.plan()] == ["update"]
    offered.publish()
    assert len([name for name in media(offered) if name.endswith(".pdf")]) == 2
    assert offered.plan() == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("[Phụ lục](thiếu.pdf)", "attachment-missing"),
        ("[Chương trình](cài.exe)", "attachment-format"),
        ("[Tệp nén](tệp.zip)", "attachment-format"),
        ("[Giả](giả.pdf)", "attachment-broken"),
        ("![Phim](cụt.mp4)", "attachment-broken"),
        ("[Phim](to.mp4)", "attachment-large"),
        ("[Có macro](macro.xlsx)", "attachment-macro"),
    ],
)
def test_a_file_that_can_not_be_offered_holds_the_post(
    office: Office, body: str, code: str
) -> None:
    office.configure("[media]\nlimit_mb = 1\n")
    store(office, "media/cài.exe", b"MZ")
    store(office, "media/tệp.zip", b"PK\3\4")
    store(office, "media/giả.pdf", b"MZ\x90 a program")
    store(office, "media/cụt.mp4", film()[:300])
    store(office, "media/to.mp4", film() + bytes(1024 * 1024))
    store(office, "media/macro.xlsx", document("a.xlsx", xl__vbaProject_0bin=b"x"))
    office.post("a.md", f"Dòng đầu.\n\n{body}", title="Một")
    (found,) = told(office, "attachment")
    assert (found["code"], found["severity"], found["line"]) == (code, "error", 10)
    assert office.publish() == []


def test_a_document_of_media_may_be_too_large_for_one_office_only(office: Office) -> None:
    store(office, "media/to.pdf", PDF + bytes(1024 * 1024))
    office.post("a.md", "[To](to.pdf)", title="Một")
    assert told(office, "attachment") == []
    office.configure("[media]\nlimit_mb = 1\n")
    (found,) = told(office, "attachment")
    assert "2 MB" in found["message"] and "1 MB" in found["message"]


def test_what_a_document_tells_of_people_is_told_first(office: Office) -> None:
    store(
        office, "media/a.pdf", PDF.replace(b"startxref", b"<</Author (Nguyen Van A)>>\nstartxref")
    )
    office.post("a.md", "[Phụ lục](a.pdf)", title="Một")
    (found,) = told(office, "attachment")
    assert (found["code"], found["severity"]) == ("attachment-author", "warning")
    assert "Nguyen Van A" in found["message"] and "media/a.pdf" in found["message"]
    assert [o["state"] for o in office.publish()] == ["done"]


def test_a_file_is_no_featured_picture(office: Office) -> None:
    store(office, "media/a.pdf", PDF)
    office.post("a.md", title="Một", featured_image="a.pdf")
    (found,) = told(office, "picture")
    assert (found["code"], found["line"]) == ("picture-format", 6)


def test_nothing_outside_the_folders_is_offered(office: Office) -> None:
    store(office, "riêng tư/mật.pdf", PDF)
    office.post("a.md", "[x](../riêng%20tư/mật.pdf) [y](/etc/hostname)", title="Một")
    assert [p["code"] for p in told(office, "attachment")] == ["attachment-missing"]


# Share cards


def test_a_post_without_a_picture_gets_a_card_that_is_sent_once(office: Office) -> None:
    office.configure(NAMED)
    office.post("a.md", title="Lịch tiếp công dân tháng 3")
    assert [o["state"] for o in office.publish()] == ["done"]
    (name,) = media(office)
    assert re.fullmatch(r"the-lich-tiep-cong-dan-thang-3-[0-9a-f]{16}\.png", name)
    card = Image.open(office.folder / ".publisher/preview/media" / name)
    assert card.size == (1200, 630)
    shown = page(office, "lich-tiep-cong-dan-thang-3")
    assert name not in shown  # it would repeat the title
    assert name in (office.folder / ".publisher/preview/index.html").read_text("utf-8")
    assert office.plan() == []
    assert office.run("report", "--year", "2023", "--json").json["total"] == 1


def test_a_new_title_gives_a_new_card(office: Office) -> None:
    office.configure(NAMED)
    office.post("a.md", title="Lịch tiếp dân")
    office.publish()
    office.post("a.md", title="Lịch tiếp dân mới")
    assert [o["action"] for o in office.publish()] == ["update"]
    assert len(media(office)) == 2
    assert office.plan() == []
    office.post("a.md", "Chỉ đổi chữ.", title="Lịch tiếp dân mới")
    office.publish()
    assert len(media(office)) == 2


def test_a_picture_of_its_own_takes_the_place_of_the_card(office: Office) -> None:
    office.configure(NAMED)
    office.post("a.md", title="Lịch tiếp dân")
    office.publish()
    office.picture("media/a.jpg", (60, 40))
    office.post("a.md", "![x](a.jpg)", title="Lịch tiếp dân")
    office.publish()
    reading = read(load(office.folder / "config.toml"))
    assert reading.articles[0].card is None and not reading.cards
    assert sum(name.startswith("the-") for name in media(office)) == 1


@pytest.mark.parametrize(
    ("config", "cards"),
    [
        ("", 0),
        (NAMED, 1),
        (f"{NAMED}[images]\nshare_card = false\n", 0),
        ("[images]\nshare_card = true\n", 1),
    ],
)
def test_cards_are_drawn_when_there_is_an_office_to_name_or_by_wish(
    office: Office, config: str, cards: int
) -> None:
    office.configure(config)
    office.post("a.md", title="Lịch tiếp dân")
    assert len(read(load(office.folder / "config.toml")).cards) == cards


def test_a_logo_that_can_not_be_used_is_told_and_left_out(office: Office) -> None:
    office.post("a.md", title="Lịch tiếp dân")
    office.configure(f'{NAMED}logo = "media/logo.png"\n')
    (found,) = told(office, "logo")
    assert (found["file"], found["severity"]) == ("config.toml", "warning")
    without = read(load(office.folder / "config.toml")).cards
    store(office, "media/logo.png", b"<svg/>")
    assert len(told(office, "logo")) == 1
    assert read(load(office.folder / "config.toml")).cards == without
    office.picture("media/logo.png", (90, 90), "red")
    assert told(office, "logo") == []
    assert read(load(office.folder / "config.toml")).cards != without
    assert [o["state"] for o in office.publish()] == ["done"]


def test_webp_is_sent_where_the_office_wants_it(office: Office) -> None:
    office.configure('[images]\nformat = "webp"\nlongest_side = 200\n')
    store(office, "media/a.jpg", saved(photo(300, 200), "JPEG"))
    office.post("a.md", "![x](a.jpg)", title="Một")
    office.publish()
    (name,) = media(office)
    assert name.endswith(".webp")
    assert office.plan() == []
