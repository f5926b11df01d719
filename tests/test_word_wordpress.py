"""A Word document on a real WordPress: published once, updated in place, pictures once."""

from __future__ import annotations

import io
import re
from pathlib import Path

import docx
import pytest
import requests
from PIL import Image

from tests.documents import document, picture, put_picture, save
from tests.office import Office
from tests.wordpress import WordPress


@pytest.fixture
def office(tmp_path: Path, clean_wordpress: WordPress) -> Office:
    office = Office(tmp_path / "Phòng Hành chính")
    office.wordpress(clean_wordpress)
    return office


def test_a_document_is_published_once_and_updated_in_place(
    office: Office, clean_wordpress: WordPress
) -> None:
    site = clean_wordpress
    path = office.folder / "posts" / "2023" / "Hội nghị.docx"
    made = document(
        "Tiêu đề: Hội nghị triển khai",
        "Thể loại: Tin",
        "Chủ đề: ket-qua",
        "Ngày đăng: 15/03/2023 08:00",
        "Chuyên mục: Cải cách hành chính",
        "Sáng 15/3, Sở mở hội nghị.",
    )
    made.add_heading("Kết quả", 2)
    made.add_paragraph("một", style="List Bullet")
    made.add_paragraph("hai", style="List Bullet")
    table = made.add_table(2, 2)
    for cell, text in zip(table._cells, ["STT", "Tên", "1", "Bà A"], strict=True):
        cell.text = text
    put_picture(made, picture("red", (640, 480), "JPEG"), "Toàn cảnh hội nghị")
    made.add_paragraph("Hình 1. Hội nghị", style="Caption")
    put_picture(made, picture("blue", (320, 200)), "Biểu đồ kết quả")
    save(made, path)

    assert [(o["action"], o["state"]) for o in office.publish()] == [("create", "done")]
    assert office.publish() == []
    (post,) = site.posts()
    content = post["content"]["raw"]
    assert post["title"]["raw"] == "Hội nghị triển khai"
    assert "<!-- wp:heading -->" in content
    assert "<!-- wp:list -->" in content
    assert "<!-- wp:table" in content
    assert content.count("<!-- wp:image") == 2
    assert "Hình 1. Hội nghị" in content
    media = {item["alt_text"]: item["source_url"] for item in site.media()}
    assert set(media) == {"Toàn cảnh hội nghị", "Biểu đồ kết quả"}
    shown = requests.get(media["Toàn cảnh hội nghị"], timeout=10).content
    assert Image.open(io.BytesIO(shown)).size == (640, 480)

    # A colleague opens it in Word, and adds a paragraph and a picture at the top.
    again = docx.Document(str(path))
    first = next(p for p in again.paragraphs if p.text.startswith("Sáng"))
    first.insert_paragraph_before("Đoạn mới ở đầu bài.")
    place = first.insert_paragraph_before()
    place.add_run().add_picture(io.BytesIO(picture("green", (200, 100))))
    next(place._p.iter("{*}docPr")).set("descr", "Ảnh mới")
    again.save(str(path))
    assert [(o["action"], o["state"]) for o in office.publish()] == [("update", "done")]
    (after,) = site.posts()
    assert after["id"] == post["id"]
    assert after["slug"] == post["slug"]
    assert "Đoạn mới ở đầu bài." in after["content"]["raw"]
    assert after["content"]["raw"].count("<!-- wp:image") == 3
    assert len(site.media()) == 3
    assert {*media.values()} < {item["source_url"] for item in site.media()}

    # Turned into Markdown, it is the same post still, word for word.
    assert office.run("import", str(path)).status == 0
    path.unlink()
    assert office.publish() == []
    (last,) = site.posts()
    assert last == after
    assert len(site.media()) == 3
    address = requests.get(last["link"], timeout=10).text
    assert re.search(r"<figcaption[^>]*>Hình 1\. Hội nghị</figcaption>", address)
