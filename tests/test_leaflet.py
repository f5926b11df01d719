"""The leaflet of a post: one page, a code that can be read, nothing left out in silence."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import docx
import pytest
import zxingcpp
from PIL import Image

from publisher import i18n
from publisher.model import Event
from publisher.reports import pdf as pdf_room
from publisher.reports.printed import qr
from publisher.reports.printed.content import Leaflet, Publisher, Story
from publisher.reports.printed.docx_leaflet import PAPERS, fit
from tests.office import Office
from tests.printed import CONFIG, SITE, TEXT, item, office_in, published

KEY = "2023/mot-cua"
LONG = (
    "Rà soát, đơn giản hóa quy định về cấp phép sử dụng thiết bị bức xạ trong y tế, kết quả bước "
    "đầu và những việc cần làm tiếp trong quý II năm 2023 trên địa bàn toàn tỉnh"
)


@pytest.fixture(autouse=True)
def vietnamese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "")
    i18n.use("vi")


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = office_in(tmp_path)
    office.picture("posts/2023/anh.jpg", (900, 600), "teal")
    body = f"{TEXT}\n\n![Bộ phận Một cửa](anh.jpg)\n\n- Nộp hồ sơ trực tuyến;\n- Nhận tại nhà."
    office.post(f"{KEY}.md", body, title="Bốn việc cần biết khi nộp hồ sơ", excerpt="Tóm tắt.")
    published(office, item(KEY, "Bốn việc cần biết khi nộp hồ sơ"))
    return office


@pytest.fixture
def no_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """No LibreOffice, which takes seconds to say how many pages there are."""
    monkeypatch.setattr(pdf_room, "office_program", lambda: None)


def made(office: Office, name: str, *more: str, key: str = KEY) -> Path:
    path = office.folder / name
    ran = office.run("leaflet", key, "-o", str(path), *more)
    assert ran.status == 0, ran.err + ran.out
    return path


def seen(path: Path, poppler: Callable[..., str], dpi: int = 150) -> Image.Image:
    """Return the only page of a PDF as somebody sees it."""
    assert "Pages:           1\n" in poppler("pdfinfo", str(path))
    stem = path.with_suffix("")
    poppler("pdftoppm", "-r", str(dpi), "-png", "-singlefile", str(path), str(stem))
    with Image.open(stem.with_suffix(".png")) as picture:
        return picture.convert("RGB")


def activities(office: Office) -> Any:
    return office.run("report", "--year", "2023", "--json").json["activities"]


@pytest.mark.parametrize(("size", "points"), [("A5", "419.5"), ("A4", "595.3")])
def test_it_is_one_page_whose_code_leads_to_the_item(
    office: Office, poppler: Callable[..., str], size: str, points: str
) -> None:
    path = made(office, "t.pdf", "--size", size)
    assert poppler("pdfinfo", str(path)).split("Page size:")[1].split()[0].startswith(points[:3])
    page = seen(path, poppler)
    (code,) = zxingcpp.read_barcodes(page)
    assert (code.text, code.format) == (f"{SITE}/{KEY}/", zxingcpp.BarcodeFormat.QRCode)
    words = " ".join(poppler("pdftotext", "-layout", str(path), "-").split())
    for said in (
        "ỦY BAN NHÂN DÂN TỈNH",
        "SỞ KHOA HỌC VÀ CÔNG NGHỆ",
        "Bốn việc cần biết",
        "Tóm tắt.",
        "Nộp hồ sơ trực tuyến",
        "Nhận tại nhà",
        "so-khcn.example/2023/mot-cua",
        "0254 3852421",
        "Chung tay cải cách thủ tục hành chính",
    ):
        assert said in words, said


def test_addresses_of_any_length_can_be_read(office: Office, poppler: Callable[..., str]) -> None:
    url = f"{SITE}/tin/{'nang-cao-chat-luong-giai-quyet-' * 8}cuoi/?p=1&lang=vi#muc"
    office.post("xa.md", TEXT, title="Địa chỉ dài")
    published(office, item("xa", "Địa chỉ dài", url=url))
    path = made(office, "t.pdf", key="xa")
    (code,) = zxingcpp.read_barcodes(seen(path, poppler))
    assert code.text == url


def test_the_code_is_no_smaller_than_a_telephone_needs() -> None:
    url = f"{SITE}/2023/03/{'a' * 90}/"
    modules = Image.open(io.BytesIO(qr.code(url))).width / 10
    assert PAPERS["A5"].code / modules > 0.4  # mm


@pytest.mark.usefixtures("no_pages")
def test_a_picture_keeps_its_shape(office: Office) -> None:
    document = docx.Document(str(made(office, "t.docx")))
    shapes = {s._inline.docPr.get("descr"): s.width / s.height for s in document.inline_shapes}
    assert shapes["Bộ phận Một cửa"] == pytest.approx(1.5, rel=0.01)


@pytest.mark.parametrize("size", ["A5", "A4"])
def test_what_does_not_fit_is_shortened_and_told(
    office: Office, poppler: Callable[..., str], size: str
) -> None:
    office.picture("posts/cao.jpg", (700, 1000))
    points = "\n".join(f"- Việc thứ {n}: {TEXT[:150]}" for n in range(1, 7))
    body = f"{TEXT * 3}\n\n![Ảnh](cao.jpg)\n\n{points}"
    office.post("dai.md", body, title=LONG, excerpt=TEXT * 8)
    published(office, item("dai", LONG))
    path = office.folder / "t.pdf"
    ran = office.run("leaflet", "dai", "-o", str(path), "--size", size)
    assert ran.status == 0
    assert f"Phần chữ không vừa khổ {size}" in ran.out
    page = seen(path, poppler)
    (code,) = zxingcpp.read_barcodes(page)
    assert code.text == f"{SITE}/dai/"
    words = " ".join(poppler("pdftotext", "-layout", str(path), "-").split())
    assert "Chung tay cải cách thủ tục hành chính" in words


@pytest.mark.parametrize("size", ["A5", "A4"])
@pytest.mark.parametrize("length", [0, 1, 4, 12])
@pytest.mark.parametrize("title", ["Ngắn", LONG, LONG * 3])
def test_what_is_measured_never_says_less_than_it_must(size: str, length: int, title: str) -> None:
    story = Story("k", title, date(2023, 3, 1), "Tin", "", TEXT * length)
    points = tuple(f"Ý thứ {n}" for n in range(5))
    found = fit(Leaflet(story, "", points, Publisher("Sở")), PAPERS[size])
    kept = found.leaflet
    assert kept.story.title == title or "title" in found.cut
    assert kept.story.short == story.short or "text" in found.cut
    assert kept.points == points or "points" in found.cut
    assert set(found.cut) <= {"title", "text", "points"}


def test_few_words_are_set_larger() -> None:
    story = Story("k", "Ngắn", date(2023, 3, 1), "Tin", "", TEXT)
    large = fit(Leaflet(story, "", (), Publisher("Sở")), PAPERS["A5"])
    full = fit(Leaflet(story, "", (TEXT,) * 4, Publisher("Sở")), PAPERS["A5"])
    assert large.text > full.text == PAPERS["A5"].text


def test_it_is_named_after_its_post(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(office.folder)
    ran = office.run("leaflet", f"posts/{KEY}.md")
    assert ran.out == "Đã ghi: to-roi-mot-cua-a5.pdf\n"
    assert (office.folder / "to-roi-mot-cua-a5.pdf").read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("chua-dang", "chưa đăng trên trang nào"),
        ("xem-truoc", "mới có trên trang xem trước"),
        ("da-go", "chưa đăng trên trang nào"),
        ("khong-co", "khong-co"),
    ],
)
def test_without_an_address_there_is_no_leaflet(office: Office, key: str, said: str) -> None:
    office.post("chua-dang.md", title="Chưa đăng")
    published(
        office,
        item("xem-truoc", "Xem trước", url="bai/xem-truoc/index.html"),
        item("da-go", "Đã gỡ"),
        item("da-go", "Đã gỡ", status="trash", event=Event.WITHDRAWN),
    )
    path = office.folder / "t.pdf"
    ran = office.run("leaflet", key, "-o", str(path))
    assert ran.status == 4 and said in ran.err and not path.exists()


@pytest.mark.usefixtures("no_pages")
def test_copies_are_counted_once(office: Office) -> None:
    path = str(office.folder / "t.docx")
    issue = ("leaflet", KEY, "-o", path, "--dated", "20/03/2023", "--issue", "--copies")
    assert "ghi vào nhật ký" in office.run(*issue, "500").out
    assert "nhật ký giữ nguyên" in office.run(*issue, "500").out
    found = activities(office)
    assert (found["by"]["kind"], found["copies"]) == ({"an-pham": 1}, {"an-pham": 500})
    assert f"{SITE}/{KEY}/" in str(found)
    ran = office.run(*issue, "800")
    assert ran.status == 4 and "--again" in ran.err
    assert "đính chính" in office.run(*issue, "800", "--again", "In thêm 300 bản").out
    assert activities(office)["copies"] == {"an-pham": 800}
    ran = office.run("plan", "--json")
    assert "an-pham" not in ran.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--issue"], "--copies 500"),
        (["--copies", "5"], "--copies 500"),
        (["-o", "t.html"], ".pdf, .docx"),
        (["--again", "x"], "--again"),
        (["--size", "A3"], "A3"),
    ],
)
def test_options_that_do_not_go_together_are_told(
    office: Office, arguments: list[str], said: str
) -> None:
    ran = office.run("leaflet", KEY, *arguments)
    assert ran.status == 2 and said in ran.err


def test_without_libreoffice_it_is_a_word_document_or_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    ran = office.run("leaflet", KEY, "-o", str(office.folder / "t.pdf"))
    assert ran.status == 1 and "LibreOffice" in ran.err
    assert made(office, "t.docx").stat().st_size > 1000


@pytest.mark.usefixtures("no_pages")
def test_the_words_of_the_office_stand_for_those_of_the_program(office: Office) -> None:
    office.configure(CONFIG + '[bulletin]\nfeedback = ["Tổng đài 1022, nhánh 2"]\n')
    document = docx.Document(str(made(office, "t.docx")))
    xml = document.sections[0].footer._element.xml
    assert "Tổng đài 1022, nhánh 2" in re.sub(r"<[^>]+>", "", xml)
