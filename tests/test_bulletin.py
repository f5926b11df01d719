"""The bulletin of a period: what is in it, how it looks, its issue, the site, the mail."""

from __future__ import annotations

import base64
import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pytest
import requests
from PIL import Image

from publisher import i18n
from publisher.model import Event
from publisher.reports import pdf as pdf_room
from publisher.reports.printed.content import Form, Grid, Picture, Text
from publisher.reports.printed.flow import blocks_of, points_of, prose_of, shortened
from tests.faults import FaultProxy, Rule
from tests.listeners import Postbox, postbox
from tests.office import Office, Ran
from tests.printed import CONFIG, SITE, TEXT, item, office_in, published, write_and_publish
from tests.wordpress import WordPress

MARCH = ("bulletin", "--month", "2023-03")


@pytest.fixture(autouse=True)
def vietnamese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "")
    i18n.use("vi")


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """An office with three items, all in March's period."""
    office = office_in(tmp_path)
    write_and_publish(office, ["2023/bai-1", "2023/bai-2", "2023/bai-3"])
    return office


def made(office: Office, *more: str, month: str = "2023-03") -> Any:
    ran = office.run("bulletin", "--month", month, "--json", *more)
    assert ran.status == 0, ran.err + ran.out
    return ran.json


def written(office: Office, name: str, *more: str) -> Path:
    path = office.folder / name
    ran = office.run(*MARCH, "-o", str(path), *more)
    assert ran.status == 0, ran.err + ran.out
    return path


def activities(office: Office, year: str = "2023") -> Any:
    return office.run("report", "--year", year, "--json").json["activities"]


def words_of(path: Path) -> str:
    """Return all words of a Word document, those in tables too."""
    document = docx.Document(str(path))
    found = document.element.body.iter(
        "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}t"
    )
    return " ".join("".join(t.text or "" for t in found).replace("\u00a0", " ").split())


# What is in it


def test_it_has_what_was_published_in_the_period_and_nothing_else(office: Office) -> None:
    published(
        office,
        item("2023/truoc", "Trước kỳ", "2023-02-14"),
        item("2023/dau", "Ngày đầu", "2023-02-15"),
        item("2023/cuoi", "Ngày cuối", "2023-03-14"),
        item("2023/sau", "Sau kỳ", "2023-03-15"),
        item("2023/hen", "Hẹn giờ", status="future", event=Event.SCHEDULED),
        item("2023/nhap", "Bản nháp", status="draft", event=Event.DRAFTED),
        item("2023/go", "Đã gỡ"),
        item("2023/go", "Đã gỡ", status="trash", event=Event.WITHDRAWN),
        replace(item("2023/go2", "Sẽ gỡ"), event=Event.WITHDRAWAL_ASKED),
    )
    titles = {each["title"] for each in made(office)["items"]}
    assert {"Ngày đầu", "Ngày cuối"} < titles and len(titles) == 5
    assert not titles & {"Trước kỳ", "Sau kỳ", "Hẹn giờ", "Bản nháp", "Đã gỡ", "Sẽ gỡ"}


def test_an_item_on_two_sites_stands_there_once_with_the_wanted_address(tmp_path: Path) -> None:
    second = '[sites.trung-tam]\nkind = "wordpress"\nurl = "https://tt.example"\nuser = "b"\n'
    office = office_in(tmp_path, second)
    here = item("tin", "Một tin")
    published(office, here, replace(here, site="trung-tam", url="https://tt.example/tin/"))
    (only,) = made(office)["items"]
    assert only["url"] == f"{SITE}/tin/"
    office.configure(CONFIG + second + '[bulletin]\nsite = "trung-tam"\n')
    (only,) = made(office)["items"]
    assert only["url"] == "https://tt.example/tin/"


def test_items_are_grouped_by_theme_in_the_office_s_order_or_by_kind(office: Office) -> None:
    published(
        office,
        item("a", "Rà soát", theme="ra-soat"),
        item("b", "Cho cán bộ", theme="can-bo", kind="bai"),
        item("c", "Không chủ đề", theme=""),
    )
    by_theme = [each["chapter"] for each in made(office)["items"]]
    assert by_theme == [
        "",
        "Truyền thông đến công chức, viên chức",
        "Quá trình và kết quả rà soát thủ tục hành chính",
        *["Hoạt động và kết quả kiểm soát thủ tục hành chính"] * 2,
        "Tin, bài khác",
    ]
    by_kind = [each["chapter"] for each in made(office, "--by", "kind")["items"]]
    assert by_kind == ["", "Tin", "Tin", "Tin", "Tin", "Bài"]
    office.configure(CONFIG + '[bulletin]\nthemes = ["ra-soat"]\n')
    assert made(office)["items"][1]["title"] == "Rà soát"


def test_the_newest_with_a_picture_comes_first_or_the_one_that_is_named(office: Office) -> None:
    published(office, item("moi", "Mới nhất, không ảnh", "2023-03-14"))
    assert made(office)["items"][0]["key"] == "2023/bai-3"
    assert made(office, "--lead", "moi")["items"][0]["key"] == "moi"
    ran = office.run(*MARCH, "--lead", "2023/bai-4")
    assert ran.status == 4 and "2023/bai-" in ran.err


def test_without_items_it_says_what_to_do(office: Office) -> None:
    ran = office.run("bulletin", "--month", "2023-07")
    assert ran.status == 4
    assert "Từ 15/06/2023 đến 14/07/2023 chưa đăng tin, bài nào" in ran.err
    assert "→" in ran.err


def test_what_is_lacking_is_told(tmp_path: Path) -> None:
    office = Office(tmp_path / "o")
    office.configure(f'[sites.so-khcn]\nkind = "wordpress"\nurl = "{SITE}"\nuser = "b"\n')
    published(office, item("mat-tep", "Tệp đã mất"))
    codes = {problem["code"] for problem in made(office)["problems"]}
    assert codes == {"bulletin-name", "bulletin-feedback", "bulletin-no-file"}


def test_a_file_ahead_of_its_site_is_told(office: Office) -> None:
    office.post("moi.md", title="Bản mới")
    published(office, item("moi", "Bản cũ", article_digest="khac"))
    problems = made(office)["problems"]
    assert [problem["code"] for problem in problems] == ["bulletin-ahead"]
    assert problems[0]["file"] == "posts/moi.md"


def test_words_come_from_the_log_where_the_file_is_gone(office: Office) -> None:
    content = f"<!-- wp:paragraph --><p>{TEXT}</p><!-- /wp:paragraph -->"
    published(office, item("mat-tep", "Tệp đã mất", "2023-03-14", content=content))
    assert "Sáng 15/3, Sở Khoa học" in written(office, "b.txt", "--lead", "mat-tep").read_text(
        "utf-8"
    )


# Texts made fit for paper


def test_an_article_becomes_paragraphs_pictures_and_tables() -> None:
    html = (
        "<p>Một <strong>hai</strong><br>ba</p><!-- x --><h2>Mục</h2><ol><li>Nộp</li><li>Nhận</li>"
        '</ol><figure><img src="picture:ab" alt=""><figcaption>Chú thích</figcaption></figure>'
        "<table><thead><tr><th>A</th><th>B</th></tr></thead><tbody><tr><td>1</td></tr></tbody>"
        '</table><video src="media:cd"></video>'
        '<p>Mức phí<sup><a class="footnote-ref" href="#fn-1">1</a></sup> như cũ.</p>'
        '<div class="footnote"><hr><ol><li><p>Theo Thông tư. <a class="footnote-backref" '
        'href="#fnref-1">↩</a></p></li></ol></div><p class="byline">Tác giả: A.</p>'
    )
    blocks = blocks_of(html)
    text, heading, first, second, picture, grid, marked, foot, note = blocks
    assert isinstance(text, Text) and text.words == "Một hai\nba"
    assert [run.bold for run in text.runs] == [False, True, False, False]
    assert isinstance(heading, Text) and heading.form is Form.HEADING
    assert isinstance(first, Text) and isinstance(second, Text)
    assert [(first.number, first.words), (second.number, second.words)] == [(1, "Nộp"), (2, "Nhận")]
    assert picture == Picture("ab", "Chú thích")
    assert grid == Grid((("A", "B"), ("1", "")), 1)
    assert isinstance(marked, Text) and marked.words == "Mức phí như cũ."
    assert [run.text for run in marked.runs if run.note] == ["1"]
    assert isinstance(foot, Text) and (foot.words, foot.form) == ("1. Theo Thông tư.", Form.NOTE)
    assert isinstance(note, Text) and note.form is Form.NOTE
    assert "Theo Thông tư" not in prose_of(blocks)


@pytest.mark.parametrize(
    ("text", "most", "short"),
    [
        ("Ngắn thôi.", 20, "Ngắn thôi."),
        ("Câu một dài. Câu hai cũng dài hơn nữa.", 25, "Câu một dài."),
        ("Một câu rất dài không có dấu chấm nào", 20, "Một câu rất dài…"),
        ("Ngày 15.3 tại TP. Vũng Tàu khai mạc hội nghị", 30, "Ngày 15.3 tại TP. Vũng Tàu…"),
        ("", 10, ""),
    ],
)
def test_texts_are_cut_between_sentences_or_words(text: str, most: int, short: str) -> None:
    assert shortened(text, most) == short


def test_the_points_of_an_article_are_its_first_list_else_its_headings() -> None:
    listed = "<h2>A</h2><p>x</p><ul><li>Nộp;</li><li>Nhận.</li></ul><ul><li>Khác</li></ul>"
    assert points_of(blocks_of(listed)) == ("Nộp", "Nhận", "Khác")
    assert points_of(blocks_of("<h2>Một</h2><p>x</p><h2>Hai</h2><p>y</p>")) == ("Một", "Hai")
    assert points_of(blocks_of("<h2>Một</h2><p>x</p>")) == ()


# The document


@pytest.fixture
def no_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """No LibreOffice, which takes seconds to say on which page an item stands."""
    monkeypatch.setattr(pdf_room, "office_program", lambda: None)


@pytest.mark.usefixtures("no_pages")
def test_the_document_says_who_when_what_and_where_to_turn(office: Office) -> None:
    said = words_of(written(office, "b.docx", "--dated", "16/03/2023", "--number", "3"))
    for words in (
        "ỦY BAN NHÂN DÂN TỈNH · SỞ KHOA HỌC VÀ CÔNG NGHỆ",
        "BẢN TIN CẢI CÁCH HÀNH CHÍNH",
        "“Chung tay cải cách thủ tục hành chính”",
        "Số 03/2023",
        "Tháng 3 năm 2023",
        "Phát hành 16/03/2023",
        "TRONG SỐ NÀY",
        "HOẠT ĐỘNG VÀ KẾT QUẢ KIỂM SOÁT THỦ TỤC HÀNH CHÍNH",
        "02/03/2023 · Tin · Nguyễn Văn A · Văn phòng Sở",
        "Xem tại: so-khcn.example/2023/bai-2",
        "Quang cảnh hội nghị",
        "TIẾP NHẬN PHẢN ÁNH, KIẾN NGHỊ",
        "Điện thoại: 0254 3852421",
        "Gồm 3 tin, bài, hình ảnh đăng từ 15/02/2023 đến 14/03/2023.",
    ):
        assert words in said, words


@pytest.mark.usefixtures("no_pages")
def test_pictures_keep_their_shape_and_say_what_they_show(office: Office) -> None:
    office.picture("posts/cao.jpg", (600, 900))
    office.post("cao.md", f"{TEXT}\n\n![Biểu đồ](cao.jpg)", title="Ảnh đứng")
    published(office, item("cao", "Ảnh đứng", "2023-03-14"))
    document = docx.Document(str(written(office, "b.docx")))
    shapes = {}
    for shape in document.inline_shapes:
        described = shape._inline.docPr
        shapes[described.get("descr")] = shape.width / shape.height
    assert shapes["Biểu đồ"] == pytest.approx(2 / 3, rel=0.01)
    assert shapes["Quang cảnh"] == pytest.approx(1.5, rel=0.01)


@pytest.mark.usefixtures("no_pages")
def test_webp_and_moving_pictures_are_printed_too(office: Office) -> None:
    folder = office.folder / "posts"
    Image.new("RGB", (800, 500), "green").save(folder / "xanh.webp")
    Image.new("P", (300, 200)).save(
        folder / "dong.gif", save_all=True, append_images=[Image.new("P", (300, 200), 5)]
    )
    for name, ending in (("xanh", "webp"), ("dong", "gif")):
        office.post(f"{name}.md", f"{TEXT}\n\n![{name}]({name}.{ending})", title=name)
        published(office, item(name, name))
    document = docx.Document(str(written(office, "b.docx")))
    described = {shape._inline.docPr.get("descr") for shape in document.inline_shapes}
    assert {"xanh", "dong"} < described


def test_a_picture_that_cannot_be_used_does_not_stop_the_rest(office: Office) -> None:
    path = office.picture("posts/hong.jpg", (800, 600))
    office.post("hong.md", f"{TEXT}\n\n![Hỏng](hong.jpg)", title="Ảnh hỏng")
    path.write_bytes(path.read_bytes()[:900])
    published(office, item("hong", "Ảnh hỏng"))
    said = made(office)
    assert len(said["items"]) == 4
    assert [(p["code"], p["file"]) for p in said["problems"]] == [
        ("bulletin-file-broken", "posts/hong.md")
    ]


@pytest.mark.usefixtures("no_pages")
def test_whole_texts_are_printed_when_asked(office: Office) -> None:
    body = "Đoạn đầu.\n\n## Mục nhỏ\n\nĐoạn hai.\n\n- Ý một\n- Ý hai\n\n|A|B|\n|-|-|\n|1|2|"
    office.post("dai.md", body, title="Bài dài", excerpt="Tóm tắt của bài.")
    published(office, item("dai", "Bài dài"))
    short = words_of(written(office, "ngan.docx"))
    whole = words_of(written(office, "dai.docx", "--full"))
    assert "Tóm tắt của bài." in short and "Mục nhỏ" not in short
    for words in ("Tóm tắt của bài.", "Mục nhỏ", "Đoạn hai.", "Ý hai"):
        assert words in whole
    office.configure(CONFIG + "[bulletin]\nfull = true\n")
    assert "Mục nhỏ" in words_of(written(office, "cau-hinh.docx"))


def test_the_pages_of_the_contents_are_right_in_word_and_pdf(
    office: Office, libreoffice: Callable[[Path, str], Path], poppler: Callable[..., str]
) -> None:
    long = "Rà soát, đơn giản hóa quy định về cấp phép sử dụng thiết bị bức xạ trong y tế"
    for number in range(1, 41):
        key = f"2023/tin-{number}"
        office.post(f"{key}.md", TEXT, title=f"{long}, lần thứ {number}")
        published(office, item(key, f"{long}, lần thứ {number}"))
    path = written(office, "b.docx")
    shown = dict(re.findall(r"lần thứ (\d+)\s*PAGEREF tin\d+ \\h\s*(\d+)", _with_fields(path)))
    assert len(shown) == 40
    again = libreoffice(path, "pdf")
    pages = poppler("pdftotext", "-layout", str(again), "-").split("\f")
    for number, page in shown.items():
        body = " ".join(pages[int(page) - 1].split())
        assert f"lần thứ {number} 01/03/2023" in body, (number, page)


def _with_fields(path: Path) -> str:
    """Return the words of a document with what its fields say and are."""
    kind = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    body = docx.Document(str(path)).element.body
    texts = (e.text or "" for e in body.iter(f"{kind}t", f"{kind}instrText"))
    return " ".join(" ".join(texts).replace("\u00a0", " ").split())


@pytest.mark.usefixtures("libreoffice")
def test_no_title_is_parted_from_its_text(office: Office, poppler: Callable[..., str]) -> None:
    write_and_publish(office, [f"2023/them-{n}" for n in range(17)])
    pages = poppler("pdftotext", "-layout", str(written(office, "b.pdf")), "-").split("\f")
    assert len(pages) > 4
    for page in pages[:-1]:
        lines = [line.strip() for line in page.splitlines() if line.strip()]
        *_rest, last, foot = lines
        assert foot.startswith("Bản tin Cải cách hành chính – Số 01/2023")
        assert not last.startswith("Hội nghị quán triệt lần") or "....." in last
        assert not last.isupper()


def test_without_libreoffice_a_pdf_says_what_to_do_and_word_leaves_the_pages_open(
    office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert pdf_room.office_program() is None
    path = office.folder / "b.pdf"
    ran = office.run(*MARCH, "-o", str(path), "--issue")
    assert ran.status == 1 and "LibreOffice" in ran.err and not path.exists()
    assert activities(office)["total"] == 0
    ran = office.run(*MARCH, "-o", str(office.folder / "b.docx"))
    assert ran.status == 0 and "Ctrl+A rồi F9" in ran.out


def test_one_item_needs_no_contents(tmp_path: Path) -> None:
    office = office_in(tmp_path)
    write_and_publish(office, ["mot"])
    assert "TRONG SỐ NÀY" not in words_of(written(office, "b.docx"))


# The page for mail


def test_the_page_is_safe_for_mail_programs(office: Office) -> None:
    office.post("la.md", TEXT, title='Tên <script>alert(1)</script> & "dấu"')
    published(office, item("la", "Tên lạ"))
    page = written(office, "b.html").read_text("utf-8")
    assert page.startswith("<!DOCTYPE html>") and '<html lang="vi">' in page
    assert "<script" not in page and "&lt;script&gt;" in page
    assert 'width="640"' in page and "max-width:640px" in page
    assert "prefers-color-scheme: dark" in page
    assert 'name="color-scheme"' in page
    images = re.findall(r"<img[^>]*>", page)
    assert images and all('alt="' in image and 'width="' in image for image in images)
    sources = re.findall(r'<img[^>]*src="data:image/jpeg;base64,([^"]+)"', page)
    assert len(sources) == len(images)
    with Image.open(io.BytesIO(base64.b64decode(sources[0]))) as picture:
        assert picture.size == (900, 600)
    assert not re.search(r'(?:href|src)="(?!https://so-khcn|data:)', page)


# The issue


def test_an_issue_is_an_item_of_the_log_once(office: Office) -> None:
    said = made(office, "-o", str(office.folder / "b.txt"), "--issue", "--dated", "16/03/2023")
    assert (said["issue"], said["issued"]) == ("new", True)
    assert activities(office)["by"]["kind"] == {"ban-tin": 1}
    (entry, *_rest) = office.run("log", "list", "--json").json
    assert (entry["what"], entry["site"], entry["key"]) == ("issued", "", "ban-tin/2023-03")
    again = made(office, "-o", str(office.folder / "b.txt"), "--issue")
    assert again["issue"] == "same"
    other = made(office, "-o", str(office.folder / "b.html"), "--issue", "--by", "kind", "--full")
    assert other["issue"] == "same"
    assert len(office.run("log", "list", "--key", "ban-tin/2023-03", "--json").json) == 1
    assert made(office)["issued"]


def test_its_numbers_go_on_by_themselves_and_begin_anew_each_year(office: Office) -> None:
    published(office, item("thang-4", "Tháng 4", "2023-04-01"), item("t1", "2024", "2024-01-02"))
    issue = ("--issue", "-o", str(office.folder / "b.txt"))
    assert made(office, *issue)["number"] == "01/2023"
    assert made(office, month="2023-04")["number"] == "02/2023"
    assert made(office, *issue, month="2023-04")["number"] == "02/2023"
    assert made(office, month="2024-01")["number"] == "01/2024"
    assert made(office)["number"] == "01/2023"
    ran = office.run("bulletin", "--month", "2024-01", "--number", "2", *issue)
    assert ran.status == 0
    ran = office.run("bulletin", "--quarter", "2023-2", "--number", "2", *issue)
    assert ran.status == 4 and "Số 02/2023 đã dùng" in ran.err


def test_the_first_number_can_be_set_for_its_year(office: Office) -> None:
    office.configure(CONFIG + '[bulletin]\nnumber_start = "4/2023"\n')
    published(office, item("t1", "2024", "2024-01-02"))
    assert made(office)["number"] == "04/2023"
    assert made(office, month="2024-01")["number"] == "01/2024"
    office.configure(CONFIG + '[bulletin]\nnumber_start = "tư"\n')
    ran = office.run(*MARCH)
    assert ran.status == 3 and "số bản tin" in ran.err


def test_what_was_issued_changes_only_with_a_reason_and_counts_once(office: Office) -> None:
    issue = ("--issue", "-o", str(office.folder / "b.txt"), "--dated", "16/03/2023")
    made(office, *issue)
    before = (office.folder / "b.txt").read_bytes()
    published(office, item("them", "Thêm một tin"))
    ran = office.run(*MARCH, *issue)
    assert ran.status == 4 and "--again" in ran.err
    assert (office.folder / "b.txt").read_bytes() == before
    assert made(office, *issue, "--again", "Sót một tin")["issue"] == "corrected"
    assert made(office)["issued"] and made(office)["number"] == "01/2023"
    assert activities(office)["by"]["kind"] == {"ban-tin": 1}


def test_nothing_is_logged_when_the_file_cannot_be_written(office: Office) -> None:
    ran = office.run(*MARCH, "--issue", "-o", str(office.folder / "khong" / "co" / "b.txt"))
    assert ran.status == 4 and "Không ghi được tệp" in ran.err
    assert not made(office)["issued"]
    assert office.run("log", "list", "--key", "ban-tin/2023-03", "--json").json == []


def test_a_file_of_the_folder_keeps_its_key(office: Office) -> None:
    office.post("ban-tin/2023-03.md", title="Tự làm", kind="bản tin")
    ran = office.run(*MARCH, "--issue", "-o", str(office.folder / "b.txt"))
    assert ran.status == 4 and "posts/ban-tin/2023-03" in ran.err


def test_an_issue_has_no_file_in_posts_and_nobody_misses_one(office: Office) -> None:
    made(office, "--issue", "-o", str(office.folder / "b.txt"))
    office.configure(
        CONFIG.replace("wordpress", "preview")
        .replace('user = "bientap"', "")
        .replace(f'url = "{SITE}"', "")
    )
    ran = office.run("plan", "--json")
    assert "ban-tin" not in ran.out


def test_a_withdrawn_issue_is_not_counted_and_can_be_issued_anew(office: Office) -> None:
    issue = ("--issue", "-o", str(office.folder / "b.txt"), "--dated", "16/03/2023")
    made(office, *issue)
    assert office.run("withdraw", "ban-tin/2023-03", "--reason", "In lỗi").status == 0
    assert activities(office)["total"] == 0
    assert not made(office)["issued"]
    assert made(office, *issue)["issue"] == "new"
    assert activities(office)["total"] == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-o", "b.xlsx"], ".docx, .pdf, .html, .txt"),
        (["--issue"], "--issue -o"),
        (["--again", "x"], "--again"),
        (["--resend", "a@b.example"], "--resend"),
        (["--dated", "hôm qua", "-o", "b.txt"], "15/12/2022"),
    ],
)
def test_options_that_do_not_go_together_are_told(
    office: Office, arguments: list[str], said: str
) -> None:
    ran = office.run(*MARCH, *arguments)
    assert ran.status == 2 and said in ran.err


# On a site


def on_site(office: Office, *more: str) -> Ran:
    return office.run(*MARCH, "--to-site", "so-khcn", *more)


def bulletins(site: WordPress) -> list[dict[str, Any]]:
    return [p for p in site.posts(status="publish") if "Bản tin" in p["title"]["rendered"]]


@pytest.fixture
def site(wordpress71: WordPress) -> WordPress:
    wordpress71.empty()
    return wordpress71


@pytest.fixture
def online(site: WordPress, tmp_path: Path) -> Office:
    return online_at(site, tmp_path)


def online_at(site: WordPress, folder: Path) -> Office:
    office = Office(folder / "van-phong")
    office.configure(CONFIG.partition("[sites")[0])
    office.wordpress(site)
    office.picture("posts/mot.jpg", (900, 600), "navy")
    office.post("mot.md", f"{TEXT}\n\n![Quang cảnh](mot.jpg)", title="Tin một", date="01/03/2023")
    office.post("hai.md", TEXT, title="Tin hai", date="02/03/2023")
    assert {o["state"] for o in office.publish()} == {"done"}
    return office


def test_it_is_posted_once_with_its_pdf_and_counted_once(
    tmp_path: Path, clean_wordpress: WordPress
) -> None:
    online = online_at(clean_wordpress, tmp_path)
    ran = on_site(online)
    assert ran.status == 4 and "chưa phát hành" in ran.err
    ran = on_site(online, "--issue", "-o", str(online.folder / "b.pdf"), "--dated", "16/03/2023")
    assert ran.status == 0, ran.err + ran.out
    (post,) = bulletins(clean_wordpress)
    shown = post["content"]["rendered"]
    (address,) = set(re.findall(r'href="([^"]+\.pdf)"', shown))
    assert requests.get(address, timeout=30).content.startswith(b"%PDF-")
    assert "Tin một" in shown and "Tin hai" in shown
    assert shown.count("<a href") >= 3  # both items and the file
    media = len(clean_wordpress.media())
    again = on_site(online)
    assert again.status == 0 and "Không có gì" in again.out
    (same,) = bulletins(clean_wordpress)
    assert (same["modified"], len(clean_wordpress.media())) == (post["modified"], media)
    figures = online.run("report", "--year", "2023", "--json").json
    assert (figures["total"], figures["activities"]["by"]["kind"]) == (2, {"ban-tin": 1})
    evidence = json.dumps(figures["activities"], ensure_ascii=False)
    assert "b.pdf" in evidence and post["link"] in evidence
    plan = online.run("plan", "--json").json
    assert plan["actions"] == [] and "ban-tin" not in json.dumps(plan)
    ran = online.run("withdraw", "ban-tin/2023-03", "--reason", "In lỗi")
    assert ran.status == 0
    assert bulletins(clean_wordpress) == []


def test_a_lost_answer_makes_no_second_post(online: Office, site: WordPress) -> None:
    made(online, "-o", str(online.folder / "b.pdf"), "--issue", "--dated", "16/03/2023")
    with FaultProxy(site.url) as proxy:
        settings = online.folder / "config.toml"
        text = settings.read_text("utf-8").replace(site.url, proxy.url)
        settings.write_text(text, encoding="utf-8")
        lost = proxy.add(Rule("lose", "POST", r"/wp/v2/posts"))
        assert on_site(online).status == 1
        assert lost.hit.is_set()
        lost = proxy.add(Rule("lose", "POST", r"/wp/v2/posts"))
        assert on_site(online).status == 0
        assert not lost.hit.is_set()
    assert len(bulletins(site)) == 1
    pdfs = [m for m in site.media() if m["mime_type"] == "application/pdf"]
    assert len(pdfs) == 1


def test_a_corrected_issue_takes_the_place_of_the_first(online: Office, site: WordPress) -> None:
    issue = ("-o", str(online.folder / "b.docx"), "--issue", "--dated", "16/03/2023")
    made(online, *issue)
    assert on_site(online).status == 0
    (first,) = bulletins(site)
    online.post("ba.md", TEXT, title="Tin ba", date="03/03/2023")
    online.publish()
    # Its items were approved each; who issues it answers for it.
    online.configure(CONFIG.partition("[sites")[0] + "[editorial]\napproval = true\n")
    ran = on_site(online)
    assert ran.status == 4 and "--again" in ran.err
    ran = on_site(online, *issue, "--again", "Sót một tin")
    assert ran.status == 0, ran.err + ran.out
    (second,) = bulletins(site)
    assert (second["id"], second["link"]) == (first["id"], first["link"])
    assert "Tin ba" in second["content"]["rendered"]
    figures = online.run("report", "--year", "2023", "--json").json
    assert (figures["total"], figures["activities"]["total"]) == (3, 1)


# By mail


MAIL = """
[bulletin]
recipients = ["a@so.example"]
recipients_file = "nguoi-nhan.txt"
pause = 0
[notices.mail]
host = "127.0.0.1"
port = {port}
from = "vanphong@so.example"
"""
LIST = "# Danh sách\nNguyễn Văn B <b@so.example>\nc@so.example, \n\nA@so.example\n"


@pytest.fixture
def box() -> Iterator[Postbox]:
    with postbox(None) as box:
        yield box


@pytest.fixture
def issued(office: Office, box: Postbox) -> Office:
    office.configure(CONFIG + MAIL.format(port=box.port))
    office.file("nguoi-nhan.txt", LIST)
    made(office, "--issue", "-o", str(office.folder / "b.txt"), "--dated", "16/03/2023")
    return office


def mailed(office: Office, *more: str) -> tuple[int, dict[str, str]]:
    ran = office.run(*MARCH, "--mail", "--json", *more)
    return ran.status, {each["address"]: each["state"] for each in ran.json["mail"]}


def test_each_reader_gets_one_letter_with_the_page_and_its_pictures(
    issued: Office, box: Postbox
) -> None:
    status, states = mailed(issued)
    assert (status, set(states.values())) == (0, {"sent"})
    assert box.readers == [("a@so.example",), ("b@so.example",), ("c@so.example",)]
    letter = box.letters[0]
    assert letter["To"] == "a@so.example"
    assert letter["Subject"].startswith("Bản tin Cải cách hành chính, số 01/2023")
    assert letter["List-Unsubscribe"] == "<mailto:vanphong@so.example?subject=unsubscribe>"
    plain, page = letter.get_body(("plain",)), letter.get_body(("html",))
    assert plain is not None and page is not None
    assert "Hội nghị quán triệt lần 3" in plain.get_content()
    html = page.get_content()
    wanted = set(re.findall(r'src="cid:([^"]+)"', html))
    parts = {part["Content-ID"].strip("<>"): part for part in letter.walk() if part["Content-ID"]}
    assert wanted and wanted == set(parts)
    assert 'src="data:' not in html
    for part in parts.values():
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        with Image.open(io.BytesIO(content)) as picture:
            picture.load()


def test_nobody_gets_it_twice_and_newcomers_get_it_later(issued: Office, box: Postbox) -> None:
    mailed(issued)
    issued.file("nguoi-nhan.txt", f"{LIST}moi@so.example\n")
    status, states = mailed(issued)
    assert status == 0
    assert states == {
        "a@so.example": "had", "b@so.example": "had", "c@so.example": "had",
        "moi@so.example": "sent",
    }  # fmt: skip
    assert len(box.letters) == 4


def test_an_address_that_is_not_taken_stops_no_other(issued: Office, box: Postbox) -> None:
    box.refuse = {"b@so.example": "550 No such user"}
    status, states = mailed(issued)
    assert status == 1
    assert states == {
        "a@so.example": "sent", "b@so.example": "refused", "c@so.example": "sent"
    }  # fmt: skip
    box.refuse = {}
    assert mailed(issued) == (
        0, {"a@so.example": "had", "b@so.example": "sent", "c@so.example": "had"}
    )  # fmt: skip


def test_what_a_lost_connection_leaves_open_is_not_sent_again_unasked(
    issued: Office, box: Postbox
) -> None:
    box.drop = {"b@so.example"}
    status, states = mailed(issued)
    assert status != 0
    assert states == {
        "a@so.example": "sent", "b@so.example": "unknown", "c@so.example": "sent"
    }  # fmt: skip
    box.drop = set()
    _, states = mailed(issued)
    assert states["b@so.example"] == "unknown" and len(box.letters) == 2
    _, states = mailed(issued, "--resend", "B@so.example")
    assert states["b@so.example"] == "sent" and len(box.letters) == 3


def test_without_a_server_nothing_is_sent_and_all_is_tried_again(
    issued: Office, box: Postbox
) -> None:
    issued.configure(CONFIG + MAIL.format(port=1))
    status, states = mailed(issued)
    assert status == 5 and set(states.values()) == {"not_sent"}
    issued.configure(CONFIG + MAIL.format(port=box.port))
    assert mailed(issued)[0] == 0 and len(box.letters) == 3


def test_what_was_not_issued_is_not_mailed(office: Office, box: Postbox) -> None:
    office.configure(CONFIG + MAIL.format(port=box.port))
    office.file("nguoi-nhan.txt", LIST)
    ran = office.run(*MARCH, "--mail")
    assert ran.status == 4 and "chưa phát hành" in ran.err and not box.letters


def test_a_bad_line_of_the_list_is_named_and_nobody_gets_anything(
    issued: Office, box: Postbox
) -> None:
    issued.file("nguoi-nhan.txt", f"{LIST}không phải thư\nthư@so.example\n")
    ran = issued.run(*MARCH, "--mail")
    assert ran.status == 4 and not box.letters
    assert "nguoi-nhan.txt:6" in ran.err and "nguoi-nhan.txt:7" in ran.err


def test_a_list_or_a_server_that_is_not_named_is_told(office: Office) -> None:
    made(office, "--issue", "-o", str(office.folder / "b.txt"))
    ran = office.run(*MARCH, "--mail")
    assert ran.status == 3 and "notices.mail" in ran.err
    office.configure(
        CONFIG + '[notices.mail]\nhost = "127.0.0.1"\nport = 1\nfrom = "v@so.example"\n'
    )
    ran = office.run(*MARCH, "--mail")
    assert ran.status == 4 and "recipients_file" in ran.err


def test_a_broken_record_of_letters_sends_nothing(issued: Office, box: Postbox) -> None:
    (issued.folder / ".publisher" / "bulletin-mail.json").write_text("{", encoding="utf-8")
    ran = issued.run(*MARCH, "--mail")
    assert ran.status == 4 and "bulletin-mail.json" in ran.err and not box.letters
