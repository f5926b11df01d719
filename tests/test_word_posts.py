"""A Word document among the posts: checked, published, edited, and turned into Markdown."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from docx.document import Document

from publisher.errors import ContentError
from publisher.sources import Folders
from tests.documents import bytes_of, document, picture, put, put_picture, read, run, save, xml
from tests.office import Office

HEAD = (
    "Tiêu đề: Hội nghị triển khai",
    "Thể loại: Tin",
    "Chủ đề: ket-qua",
    "Ngày đăng: 15/03/2023 08:00",
    "Tóm tắt: Sở mở hội nghị.",
    "Tác giả: Bà A",
    "Nguồn: Trung tâm",
    "Căn cứ: Nghị định số 63/2010/NĐ-CP",
)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """An office with a preview site."""
    office = Office(tmp_path / "Phòng Hành chính")
    office.configure('[sites.xem-truoc]\nkind = "preview"\n')
    return office


def article(*text: str) -> Document:
    return document(*HEAD, *text)


def shown(office: Office) -> list[dict[str, Any]]:
    """Return the posts that stand on the preview site."""
    folder = office.folder / ".publisher" / "xem-truoc" / "data" / "posts"
    return [json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.json"))]


def problems(office: Office) -> list[tuple[str, int, str]]:
    found = office.run("check", "--format", "json").json
    return [(p["file"], p["line"], p["code"]) for p in found]


def test_a_document_is_published_once(office: Office) -> None:
    path = office.folder / "posts" / "2023" / "hội nghị.docx"
    made = article("Nội dung hội nghị.")
    put_picture(made, picture("red", (640, 480)), "Toàn cảnh hội nghị")
    made.add_paragraph("Hình 1. Hội nghị", style="Caption")
    save(made, path)
    assert problems(office) == []
    assert [(o["key"], o["state"]) for o in office.publish()] == [("2023/hội nghị", "done")]
    assert office.publish() == []
    (post,) = shown(office)
    assert post["title"] == "Hội nghị triển khai"
    assert "Nội dung hội nghị." in post["content"]
    assert re.search(r'<img src="[^"]+" [^>]*alt="Toàn cảnh hội nghị"', post["content"])
    assert "<figcaption>Hình 1. Hội nghị</figcaption>" in post["content"]

    put(made, run("<w:t>Đoạn thêm.</w:t>"))
    save(made, path)
    assert [o["action"] for o in office.publish()] == ["update"]
    (post,) = shown(office)
    assert "Đoạn thêm." in post["content"]
    media = office.folder / ".publisher" / "xem-truoc" / "media"
    assert len([p for p in media.rglob("*") if p.is_file()]) == 1


def test_a_saved_document_with_the_same_words_changes_nothing(office: Office) -> None:
    path = save(article("Nội dung."), office.folder / "posts" / "tin.docx")
    office.publish()
    made = article("Nội dung.")
    made.core_properties.revision = 9
    made.paragraphs[-1].runs[0].text = "Nội "
    made.paragraphs[-1].add_run("dung.")
    save(made, path)
    assert office.publish() == []


def test_problems_name_the_paragraph(office: Office) -> None:
    made = document("Tiêu đề: Hội nghị", "", "Ngày đăng: hôm qua", "Thể loại: Tin", "Đoạn một.", "")
    paragraph = made.add_paragraph("Xem ")
    link = made.part.relate_to("khong-co.docx", "http://schemas.openxmlformats.org/officeDocument/"
                               "2006/relationships/hyperlink", is_external=True)  # fmt: skip
    paragraph._p.append(
        xml(f'<w:hyperlink r:id="{link}"><w:r><w:t>bài khác</w:t></w:r></w:hyperlink>')
    )
    put(made, run("<w:object/>"))
    save(made, office.folder / "posts" / "tin.docx")
    found = problems(office)
    assert ("posts/tin.docx", 2, "date-form") in found
    assert ("posts/tin.docx", 6, "word-lost-object") in found
    assert [line for _, line, code in found if code.startswith(("attachment", "link"))] == [5]
    text = office.run("check").out
    assert "posts/tin.docx:2:" in text
    assert "Đối tượng nhúng" in text


def test_a_document_without_a_title_is_told(office: Office) -> None:
    save(document("Chỉ có nội dung."), office.folder / "posts" / "tin.docx")
    assert ("posts/tin.docx", 1, "title-missing") in problems(office)
    assert office.publish() == []


def test_a_broken_document_stops_no_other(office: Office) -> None:
    (office.folder / "posts" / "hong.docx").write_bytes(b"PK\x03\x04 hong")
    (office.folder / "posts" / "~$cu.docx").write_bytes(b"\x05khoa")
    save(article("Nội dung."), office.folder / "posts" / "tin.docx")
    assert [(f, c) for f, _, c in problems(office)] == [("posts/hong.docx", "word-broken")]
    assert [o["key"] for o in office.publish()] == ["tin"]


def test_two_files_of_one_name_are_one_too_many(office: Office) -> None:
    save(article("Nội dung."), office.folder / "posts" / "tin.docx")
    office.post("tin.md", title="Tin khác")
    assert [(f, c) for f, _, c in problems(office) if c == "key-taken"] == [
        ("posts/tin.md", "key-taken")
    ]
    assert [o["key"] for o in office.publish()] == ["tin"]
    assert len(shown(office)) == 1


def test_documents_that_are_nearly_posts_are_told(office: Office) -> None:
    for name in ("cu.doc", "mo.odt", "a.rtf", "van-ban.pdf", "anh.jpg", "ghi-chu.txt", "b.xlsx"):
        (office.folder / "posts" / name).write_bytes(b"x")
    assert problems(office) == [
        (f"posts/{name}", 0, "post-form") for name in ("a.rtf", "cu.doc", "mo.odt", "van-ban.pdf")
    ]
    assert "lưu thành .docx" in office.run("check").out


def test_links_between_documents_and_markdown(office: Office) -> None:
    office.post("mot.md", "Xem [bài hai](hai.docx).", title="Bài một")
    save(article("Nội dung hai."), office.folder / "posts" / "hai.docx")
    office.publish()
    one = next(post for post in shown(office) if post["title"] == "Bài một")
    two = next(post for post in shown(office) if post["title"] != "Bài một")
    (address,) = re.findall(r'href="([^"]+)"', one["content"])
    assert two["slug"] in address


def test_a_folder_of_its_own_and_a_picture_from_outside(office: Office) -> None:
    office.picture("media/bia.png")
    made = document(*HEAD, "Ảnh đại diện: bia.png", "Nội dung.")
    save(made, office.folder / "posts" / "2023" / "hoi-nghi" / "index.docx")
    assert problems(office) == []
    assert [o["key"] for o in office.publish()] == ["2023/hoi-nghi"]
    assert [o["key"] for o in office.publish("posts/2023/hoi-nghi/index.docx")] == []


def test_an_unchanged_document_is_not_opened_again(office: Office) -> None:
    path = save(article("Nội dung."), office.folder / "posts" / "tin.docx")
    os.utime(path, (1_600_000_000, 1_600_000_000))
    office.publish()
    size = path.stat().st_size
    path.write_bytes(b"\0" * size)
    os.utime(path, (1_600_000_000, 1_600_000_000))
    assert problems(office) == []
    os.utime(path, (1_600_000_001, 1_600_000_001))
    assert [code for _, _, code in problems(office)] == ["word-broken"]


def test_what_was_lost_is_told_again_from_memory(office: Office) -> None:
    made = article("Nội dung.")
    put(made, run("<w:object/>"))
    path = save(made, office.folder / "posts" / "tin.docx")
    os.utime(path, (1_600_000_000, 1_600_000_000))
    assert problems(office) == problems(office) == [("posts/tin.docx", 10, "word-lost-object")]


def test_a_picture_that_changed_under_the_hand_is_not_sent(tmp_path: Path) -> None:
    (tmp_path / "posts").mkdir()
    folders = Folders(tmp_path, tmp_path / "posts", tmp_path / "media", tmp_path / "cache")
    made = document("Nội dung")
    put_picture(made, picture("red"))
    save(made, tmp_path / "posts" / "tin.docx")
    (found,) = folders.scan()
    (name,) = (pictures := read(folders.read(found)).pictures)
    source = folders.embedded(found, name, pictures[name])
    assert source.path == "posts/tin.docx/anh-1.png"
    assert folders.picture_bytes(source) == picture("red")
    other = document("Nội dung")
    put_picture(other, picture("blue"))
    save(other, found.path)
    with pytest.raises(ContentError) as caught:
        folders.picture_bytes(source)
    assert [p.code for p in caught.value.problems] == ["file-changing"]


# import


def full() -> Document:
    made = article("Mở đầu với *sao* và <b>.")
    made.add_heading("Mục một", 2)
    for text in ("một", "hai"):
        made.add_paragraph(text, style="List Bullet")
    table = made.add_table(2, 2)
    for cell, text in zip(table._cells, ["STT", "Tên | gọi", "1", "Bà A"], strict=True):
        cell.text = text
    put_picture(made, picture("red"), 'Ảnh "đỏ"')
    made.add_paragraph("Hình 1. Ảnh", style="Caption")
    put_picture(made, picture("blue", kind="JPEG"), "Ảnh xanh")
    made.core_properties.keywords = "cải cách; thủ tục"
    return made


def test_an_imported_document_stays_the_same_post(office: Office) -> None:
    path = save(full(), office.folder / "posts" / "2023" / "tin.docx")
    office.publish()
    (before,) = shown(office)
    ran = office.run("import", str(path))
    assert ran.status == 0
    folder = office.folder / "posts" / "2023" / "tin"
    assert sorted(p.name for p in folder.iterdir()) == ["anh-1.png", "anh-2.jpg", "index.md"]
    assert "index.md" in ran.out
    assert "chuyển" in ran.out
    assert path.exists()
    # Both are there: an error, and nothing new anywhere.
    assert ("posts/2023/tin/index.md", "key-taken") in {(f, c) for f, _, c in problems(office)}
    assert office.publish() == []
    path.unlink()
    assert problems(office) == []
    assert office.publish() == []
    assert shown(office) == [before]


def test_an_imported_document_elsewhere_is_recognised(office: Office) -> None:
    path = save(full(), office.folder / "posts" / "tin.docx")
    office.publish()
    (before,) = shown(office)
    assert office.run("import", str(path), "--into", "posts/2023/03").status == 0
    index = office.folder / "posts" / "2023" / "03" / "hoi-nghi-trien-khai" / "index.md"
    assert index.exists()
    path.unlink()
    office.publish()
    (after,) = shown(office)
    assert (after["id"], after["content"]) == (before["id"], before["content"])


def test_a_document_from_outside_goes_where_its_date_says(office: Office, tmp_path: Path) -> None:
    path = save(full(), tmp_path / "tải về" / "Tin.docx")
    assert office.run("import", str(path)).status == 0
    folder = office.folder / "posts" / "2023" / "03" / "hoi-nghi-trien-khai"
    assert (
        (folder / "index.md")
        .read_text("utf-8")
        .startswith('---\ntitle: "Hội nghị triển khai"\nkind: "Tin"\ntheme: "ket-qua"\n')
    )
    assert problems(office) == []
    assert [o["state"] for o in office.publish()] == ["done"]


def test_nothing_is_overwritten(office: Office, tmp_path: Path) -> None:
    path = save(full(), tmp_path / "Tin.docx")
    office.run("import", str(path))
    index = office.folder / "posts" / "2023" / "03" / "hoi-nghi-trien-khai" / "index.md"
    index.write_text("của tôi", encoding="utf-8")
    ran = office.run("import", str(path))
    assert ran.status == 4
    assert "Chỗ này đã có nội dung" in ran.err + ran.out
    assert index.read_text("utf-8") == "của tôi"


@pytest.mark.parametrize("into", ["../ngoai", "/tmp/ngoai", "posts/../ngoai"])
def test_nothing_is_written_outside_of_the_posts(office: Office, tmp_path: Path, into: str) -> None:
    path = save(full(), tmp_path / "Tin.docx")
    before = sorted(tmp_path.rglob("*"))
    assert office.run("import", str(path), "--into", into).status == 4
    assert sorted(tmp_path.rglob("*")) == before


def test_what_can_not_be_imported(office: Office, tmp_path: Path) -> None:
    other = tmp_path / "tin.odt"
    other.write_bytes(b"x")
    assert office.run("import", str(other)).status == 4
    broken = tmp_path / "tin.docx"
    broken.write_bytes(bytes_of(full())[:-100])
    assert office.run("import", str(broken)).status == 4
    assert list((office.folder / "posts").iterdir()) == []


def test_an_import_tells_what_it_left_out(office: Office, tmp_path: Path) -> None:
    made = full()
    put(made, run("<w:object/>"))
    ran = office.run("import", str(save(made, tmp_path / "Tin.docx")))
    assert "Đối tượng nhúng" in ran.out
    assert ran.status == 0
