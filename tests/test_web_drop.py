"""Handing in: files dragged or chosen in a real browser, looked at, saved whole, written down."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from publisher import run
from tests.desks import PASSWORDS, Client, Running, serving, words_of
from tests.office import Office
from tests.test_web_pages import LOOKS, look_at

READER, AUTHOR, EDITOR = PASSWORDS
TEXT = "---\ntitle: Kết quả rà soát quý I\n---\n\nĐã rà soát 35 thủ tục.\n\n![Họp](ảnh/họp.jpg)\n"
BROKEN = "---\ntitle: Sở KH&CN: kết quả\nkind: tinn\n---\n\nNội dung.\n"


def photo(colour: str = "teal") -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (320, 200), colour).save(made, "JPEG")
    return made.getvalue()


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = Office(tmp_path / "Phòng Hành chính")
    office.post("2023/03/tờ-trình.md", title="Tờ trình", slug="to-trinh")
    return office


@pytest.fixture
def desk(office: Office) -> Iterator[Running]:
    with serving(office, accounts=True) as running:
        yield running


def hand_in(
    client: Client, *files: tuple[str, bytes | str], folder: str = "2023/04"
) -> requests.Response:
    sent: list[Any] = [("files", (name, data)) for name, data in files]
    return client.post("/nop-bai", data={"folder": folder}, files=sent)


def tray_of(answer: requests.Response) -> str:
    assert answer.status_code == 303, words_of(answer.text)
    return answer.headers["Location"]


def save(client: Client, tray: str, *replacing: str) -> str:
    answer = client.post(f"{tray}/luu", data={"replace": list(replacing)})
    assert answer.status_code == 303
    return client.get(tray).text


def files_below(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


# What is found, before anything is saved


def test_nothing_is_saved_before_somebody_says_so(desk: Running, office: Office) -> None:
    before = files_below(office.folder / "posts")
    client = desk.signed_in(AUTHOR)
    tray = tray_of(hand_in(client, ("bài.md", TEXT), ("ảnh/họp.jpg", photo())))
    said = words_of(client.get(tray).text)
    assert "Chưa lưu gì" in said and "posts/2023/04/bài.md" in said
    assert "posts/2023/04/ảnh/họp.jpg" in said
    assert files_below(office.folder / "posts") == before
    assert client.post(f"{tray}/bo").status_code == 303
    assert client.get(tray).status_code == 404
    assert files_below(office.folder / "posts") == before
    assert files_below(office.folder / ".publisher" / "drop") == set()


def test_problems_are_told_with_their_lines(desk: Running) -> None:
    client = desk.signed_in(AUTHOR)
    said = words_of(client.get(tray_of(hand_in(client, ("lỗi.md", BROKEN)))).text)
    assert "posts/2023/04/lỗi.md, dòng 2" in said
    assert "Có phải ý bạn là “tin”?" in said
    assert "còn lỗi thì chưa đăng" in said


def test_pictures_and_posts_that_the_folder_has_are_not_missed(
    desk: Running, office: Office
) -> None:
    office.file("posts/2023/04/ảnh/họp.jpg", "").write_bytes(photo())
    client = desk.signed_in(AUTHOR)
    text = f"{TEXT}\nXem [tờ trình](../03/tờ-trình.md) và ![x](không-có.jpg).\n"
    said = words_of(client.get(tray_of(hand_in(client, ("bài.md", text)))).text)
    assert "không-có.jpg" in said
    assert "Không tìm thấy ảnh: ảnh" not in said and "../03" not in said


def test_a_post_that_is_handed_in_is_saved_shown_and_written_down(
    desk: Running, office: Office
) -> None:
    client = desk.signed_in(AUTHOR)
    tray = tray_of(hand_in(client, ("bài.md", TEXT), ("ảnh/họp.jpg", photo())))
    page = save(client, tray)
    assert "Đã lưu 2 tệp" in words_of(page)
    posts = office.folder / "posts" / "2023" / "04"
    assert (posts / "bài.md").read_text(encoding="utf-8") == TEXT
    assert (posts / "ảnh" / "họp.jpg").read_bytes() == photo()
    assert files_below(office.folder / ".publisher" / "drop") == set()
    assert 'href="/bai/2023/04/b%C3%A0i"' in page
    history = words_of(client.get("/bai/2023/04/bài").text)
    assert "nộp bài" in history and AUTHOR in history
    with run.log_of(desk.desk.office()) as log:
        assert log.verify() == []
        assert log.last_run() is None  # no site was asked
    # Asked for again, nothing more is done.
    assert "Đã lưu 2 tệp" in words_of(save(client, tray))


def test_pictures_alone_go_where_pictures_are_shared(desk: Running, office: Office) -> None:
    client = desk.signed_in(AUTHOR)
    made, pixels = io.BytesIO(), random.Random(1).randbytes(600 * 400 * 3)
    Image.frombytes("RGB", (600, 400), pixels).save(made, "PNG")  # larger than any buffer
    save(client, tray_of(hand_in(client, ("họp.jpg", photo()), ("ảnh.png", made.getvalue()))))
    folder = office.folder / "media" / "2023" / "04"
    assert (folder / "họp.jpg").is_file()
    assert (folder / "ảnh.png").read_bytes() == made.getvalue()


def test_whole_documents_of_word_are_taken(desk: Running, office: Office) -> None:
    import docx

    made, document = io.BytesIO(), docx.Document()
    document.add_heading("Hội nghị tổng kết", 0)
    document.add_paragraph("Sáng nay, Sở đã tổ chức hội nghị.")
    document.save(made)
    client = desk.signed_in(AUTHOR)
    save(client, tray_of(hand_in(client, ("Hội nghị.docx", made.getvalue()))))
    assert "Hội nghị tổng kết" in words_of(client.get("/bai/2023/04/Hội nghị").text)


# What is there already


def test_the_same_file_is_not_saved_again(desk: Running, office: Office) -> None:
    text = (office.folder / "posts/2023/03/tờ-trình.md").read_bytes()
    client = desk.signed_in(AUTHOR)
    tray = tray_of(hand_in(client, ("TỜ-TRÌNH.md", text), folder="2023/03"))
    page = words_of(client.get(tray).text)
    assert "giống hệt" in page and "Không có gì để lưu" in page


def test_another_file_of_that_name_is_shown_and_asked_about(desk: Running, office: Office) -> None:
    path = office.folder / "posts/2023/03/tờ-trình.md"
    old = path.read_text(encoding="utf-8")
    new = old.replace("Tờ trình", "Tờ trình đã sửa")
    client = desk.signed_in(AUTHOR)
    tray = tray_of(hand_in(client, ("tờ-trình.md", new), folder="2023/03"))
    page = client.get(tray).text
    assert "<del>" in page and "<ins>" in page and "Thay bản cũ" in page
    assert "giữ nguyên bản cũ" in words_of(save(client, tray))
    assert path.read_text(encoding="utf-8") == old
    tray = tray_of(hand_in(client, ("tờ-trình.md", new), folder="2023/03"))
    assert "đã lưu" in words_of(save(client, tray, "posts/2023/03/tờ-trình.md"))
    assert path.read_text(encoding="utf-8") == new


def test_what_changed_since_it_was_compared_stays(desk: Running, office: Office) -> None:
    path = office.folder / "posts/2023/03/tờ-trình.md"
    client = desk.signed_in(AUTHOR)
    tray = tray_of(hand_in(client, ("tờ-trình.md", "---\ntitle: A\n---\n\nB.\n"), folder="2023/03"))
    path.write_text("---\ntitle: Người khác vừa sửa\n---\n\nC.\n", encoding="utf-8")
    assert "vừa bị sửa" in words_of(save(client, tray, "posts/2023/03/tờ-trình.md"))
    assert "Người khác" in path.read_text(encoding="utf-8")
    tray = tray_of(hand_in(client, ("mới.md", "---\ntitle: A\n---\n\nB.\n")))
    office.post("2023/04/mới.md", title="Ai đó nhanh tay hơn")
    assert "vừa bị sửa" in words_of(save(client, tray))
    assert "nhanh tay" in (office.folder / "posts/2023/04/mới.md").read_text(encoding="utf-8")
    assert not [f for f in files_below(office.folder / "posts") if f.endswith(".tmp")]


def test_one_post_is_not_two_files(desk: Running) -> None:
    client = desk.signed_in(AUTHOR)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
    tray = tray_of(hand_in(client, ("tờ-trình.docx", made.getvalue()), folder="2023/03"))
    assert "không được nhận" in words_of(client.get(tray).text)


def test_a_tray_is_its_persons_own(desk: Running) -> None:
    tray = tray_of(hand_in(desk.signed_in(AUTHOR), ("bài.md", TEXT)))
    other = desk.signed_in(EDITOR)
    assert other.get(tray).status_code == 404
    assert other.post(f"{tray}/luu").status_code == 404


def test_nothing_chosen_is_told(desk: Running) -> None:
    answer = desk.signed_in(AUTHOR).post("/nop-bai", data={"folder": "2023/04"})
    assert answer.status_code == 422
    assert "ít nhất một tệp" in words_of(answer.text)


# In a browser


@pytest.fixture
def page(chromium: Browser, desk: Running) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 375, "height": 740})
    opened = context.new_page()
    opened.goto(desk.desk.new_link())
    yield opened
    context.close()


DRAG = """([zone, files]) => {
  const data = new DataTransfer();
  for (const [name, bytes] of files) {
    data.items.add(new File([new Uint8Array(bytes)], name));
  }
  for (const name of ["dragenter", "dragover", "drop"]) {
    const event = new DragEvent(name, {dataTransfer: data, bubbles: true, cancelable: true});
    document.querySelector(zone).dispatchEvent(event);
  }
}"""


def test_files_can_be_dragged_and_pages_fit(
    page: Page, desk: Running, office: Office, axe: str
) -> None:
    office.post("2023/04/cũ.md", title="Bản cũ")
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{desk.url}/nop-bai")
    page.get_by_label("Lưu vào thư mục nào").fill("2023/04")
    files = [
        ["lỗi.md", list(BROKEN.encode())], ["họp.jpg", list(photo())],
        ["cũ.md", list("---\ntitle: Bản mới\n---\n\nNội dung.\n".encode())],
        ["tệp lạ.exe", [77, 90, 144, 0]],
    ]  # fmt: skip
    page.evaluate(DRAG, [".zone", files])
    expect(page.get_by_role("heading", name="Đã kiểm tra 4 tệp")).to_be_visible()
    page.get_by_text("Xem chỗ khác").click()
    look_at(page, axe, "tray")
    page.get_by_role("button", name="Lưu vào thư mục").click()
    expect(page.get_by_role("heading", name="Đã lưu 2 tệp")).to_be_visible()
    look_at(page, axe, "saved", LOOKS[:1])
    assert "Bản cũ" in (office.folder / "posts/2023/04/cũ.md").read_text(encoding="utf-8")
    assert said == []


def test_a_plain_form_does_it_without_script(
    chromium: Browser, desk: Running, office: Office, tmp_path: Path
) -> None:
    whole = tmp_path / "Bài của Lan"
    (whole / "ảnh").mkdir(parents=True)
    (whole / "bài.md").write_text(TEXT, encoding="utf-8")
    (whole / "ảnh" / "họp.jpg").write_bytes(photo())
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{desk.url}/nop-bai")
    page.locator("#name").fill(AUTHOR)
    page.locator("#password").fill(PASSWORDS[AUTHOR][1])
    page.locator("main button").first.click()
    page.locator("#whole").set_input_files(whole)
    page.locator("#folder").fill("2023/05")
    page.get_by_role("button", name="Gửi và kiểm tra").click()
    page.get_by_role("button", name="Lưu vào thư mục").click()
    expect(page.get_by_role("heading", name="Đã lưu 2 tệp")).to_be_visible()
    saved = office.folder / "posts" / "2023" / "05" / "Bài của Lan"
    assert files_below(saved) == {"bài.md", "ảnh/họp.jpg"}
    page.get_by_role("link", name="Kết quả rà soát quý I").click()
    expect(page.get_by_role("heading", name="Bài sẽ hiện trên trang")).to_be_visible()
    context.close()
