"""Attacks by what is handed in, and by what a post holds when it is shown."""

from __future__ import annotations

import http.client
import io
import os
import unicodedata
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import html
from playwright.sync_api import Browser

from publisher.sources import safe_parts
from publisher.web import gate
from tests.desks import PASSWORDS, Running, serving, words_of
from tests.office import Office
from tests.test_web_drop import TEXT, files_below, hand_in, photo, save, tray_of

READER, AUTHOR, EDITOR = PASSWORDS
RTL = "\u202e"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = Office(tmp_path / "Phòng Hành chính")
    office.post("2023/03/bài.md", title="Bài", slug="bai")
    return office


@pytest.fixture
def desk(office: Office) -> Iterator[Running]:
    with serving(office, accounts=True) as running:
        yield running


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, Office]]:
    """A desk for what is refused: nothing of it remains."""
    office = Office(tmp_path_factory.mktemp("bàn") / "Phòng Hành chính")
    with serving(office, accounts=True) as running:
        yield running, office


# Names


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("../../config.toml", ("config.toml",)),
        ("..\\..\\Windows\\win.ini", ("Windows", "win.ini")),
        ("/etc/passwd", ("etc", "passwd")),
        ("C:\\Users\\lan\\bài.md", ("C-", "Users", "lan", "bài.md")),
        ("\\\\server\\share\\bài.md", ("server", "share", "bài.md")),
        ("\\\\?\\C:\\bài.md", ("-", "C-", "bài.md")),
        ("bài.md\0.jpg", ("bài.md.jpg",)),
        ("a\r\nb.md", ("ab.md",)),
        (f"ảnh{RTL}gpj.exe", ("ảnhgpj.exe",)),
        ("ảnh\u200b\u2066.md", ("ảnh.md",)),
        ("con.md", ("con_.md",)),
        ("NUL", ("NUL_",)),
        ("com1.tar.md", ("com1_.tar.md",)),
        ("COM¹.md", ("COM¹_.md",)),
        ("aux .md", ("aux_.md",)),
        ("bài.md. . .", ("bài.md",)),
        ("bài.md::$DATA", ("bài.md--$DATA",)),
        ("a:b*c?.md", ("a-b-c-.md",)),
        ("..", ()), ("...", ()), ("./.", ()), ("", ()), ("///", ()), ("\u202e", ()),
        ("a/b/c/d/e/f/g/h/i.md", ("d", "e", "f", "g", "h", "i.md")),
        (unicodedata.normalize("NFD", "bài.md"), ("bài.md",)),
    ],
)  # fmt: skip
def test_names_lead_down_only_and_every_system_takes_them(
    written: str, parts: tuple[str, ...]
) -> None:
    kept = tuple(p for p in parts if p != "-")
    assert safe_parts(written) == kept


def test_long_names_are_cut_and_keep_their_ending() -> None:
    (name,) = safe_parts("ệ" * 400 + ".docx")
    assert name.endswith(".docx")
    assert len(name) <= 120 and len(name.encode()) <= 255


@pytest.mark.parametrize(
    "name",
    [
        "bài.md", "../../../bài.md", "..\\..\\..\\bài.md", "/tmp/bài.md", "C:\\bài.md",
        "\\\\máy\\chung\\bài.md",
        "....//....//bài.md", "%2e%2e/bài.md", "a/../../../bài.md", "bài.md\0", f"{RTL}bài.md",
    ],
)  # fmt: skip
def test_nothing_is_written_outside_the_folders(
    desk: Running, office: Office, tmp_path: Path, name: str
) -> None:
    client = desk.signed_in(AUTHOR)
    folders = ("2023/04", "../../..", "/etc", "..\\..", "C:\\", "\0")
    for folder in folders if name == "bài.md" else folders[:2]:
        save(client, tray_of(hand_in(client, (name, TEXT), folder=folder)))
    ours = [office.folder / name for name in ("posts", "media", ".publisher")]
    outside = {
        path
        for path in tmp_path.rglob("*")
        if path.is_file() and not any(path.is_relative_to(folder) for folder in ours)
    }
    assert outside == {office.folder / "config.toml"}


@pytest.mark.skipif(os.name != "posix", reason="links need a right on Windows")
def test_a_folder_that_leads_elsewhere_is_not_followed(
    desk: Running, office: Office, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "nơi khác"
    elsewhere.mkdir()
    (office.folder / "posts" / "lối").symlink_to(elsewhere)
    client = desk.signed_in(AUTHOR)
    tray = tray_of(hand_in(client, ("bài.md", TEXT), folder="lối"))
    assert "không được nhận" in words_of(client.get(tray).text)
    save(client, tray)
    assert list(elsewhere.iterdir()) == []
    # Or if the link came between the look and the saving.
    tray = tray_of(hand_in(client, ("bài.md", TEXT), folder="lối-2"))
    (office.folder / "posts" / "lối-2").symlink_to(elsewhere)
    assert "chưa lưu được" in words_of(save(client, tray))
    assert list(elsewhere.iterdir()) == []


def test_files_of_systems_are_passed_over(desk: Running) -> None:
    client = desk.signed_in(AUTHOR)
    tray = tray_of(
        hand_in(
            client, ("bài.md", TEXT), ("~$bài.docx", b"x"), ("Thumbs.db", b"x"),
            ("__MACOSX/._bài.md", b"x"), (".git/config", b"x"), ("@eaDir/a.jpg", photo()),
        )
    )  # fmt: skip
    assert "Đã kiểm tra 1 tệp" in words_of(client.get(tray).text)


# Content


def archive(**parts: bytes | str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, data in parts.items():
            opened.writestr(name.replace("__", "/").replace("_xml", ".xml"), data)
    return made.getvalue()


def word(body: str = "<w:p/>", before: str = "", **more: str) -> bytes:
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    document = (
        f'<?xml version="1.0"?>{before}<w:document xmlns:w="{space}">'
        f"<w:body>{body}</w:body></w:document>"
    )
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="xml" ContentType="application/vnd.openxmlformats-officedocument.'
        'wordprocessingml.document.main+xml"/></Types>'
    )
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        'relationships/officeDocument" Target="word/document.xml"/></Relationships>'
    )
    parts: dict[str, bytes | str] = {
        "[Content_Types]_xml": types, "_rels__.rels": relations, "word__document_xml": document,
    }  # fmt: skip
    return archive(**{**parts, **more})


ENTITY = '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
LAUGHS = '<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
SVG = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'

HOSTILE: dict[str, tuple[str, bytes | str]] = {
    "entity": ("bài.docx", word("<w:p><w:r><w:t>&x;</w:t></w:r></w:p>", ENTITY)),
    "laughs": ("bài.docx", word("<w:p><w:r><w:t>&b;</w:t></w:r></w:p>", LAUGHS)),
    "macro": ("bài.docx", word(**{"word__vbaProject.bin": "macro"})),
    "no document": ("bài.docx", b"PK\3\4 not really"),
    "exe as word": ("bài.docx", b"MZ\x90\0" + b"\0" * 200),
    "html as word": ("bài.docx", "<html><script>alert(1)</script></html>"),
    "exe as text": ("bài.md", b"MZ\x90\0" + b"\0" * 200),
    "pdf as text": ("bài.md", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"),
    "svg": ("ảnh.svg", SVG),
    "svg as photo": ("ảnh.jpg", SVG),
    "html as photo": ("ảnh.png", "<html><script>alert(1)</script></html>"),
    "zip as photo": ("ảnh.jpg", archive(a="b")),
    "exe as paper": ("tệp.pdf", b"MZ\x90\0" + b"\0" * 200),
    "html as paper": ("tệp.pdf", "<html><script>alert(1)</script></html>"),
    "program": ("chạy.exe", b"MZ"),
    "script": ("chạy.js", "alert(1)"),
    "page": ("trang.html", "<script>alert(1)</script>"),
    "zip": ("tất cả.zip", archive(a="b")),
    "double": ("ảnh.jpg.exe", photo()),
    "turned": (f"ảnh{RTL}gpj.exe", photo()),
    "huge picture": (
        "ảnh.png",
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\1\x86\xa0\0\1\x86\xa0\x08\2\0\0\0" + b"\0" * 50,
    ),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_what_is_dangerous_or_is_not_what_it_says_is_refused(
    shared: tuple[Running, Office], case: str
) -> None:
    desk, office = shared
    before = files_below(office.folder / "posts") | files_below(office.folder / "media")
    client = desk.signed_in(AUTHOR)
    tray = tray_of(hand_in(client, HOSTILE[case]))
    page = client.get(tray).text
    assert "không được nhận" in words_of(page)
    assert "root:" not in page and "<script>alert" not in page
    save(client, tray)
    assert files_below(office.folder / "posts") | files_below(office.folder / "media") == before


def test_a_bomb_of_zeros_is_not_unpacked(desk: Running, office: Office) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("[Content_Types].xml", "<Types/>")
        with opened.open("word/document.xml", "w", force_zip64=True) as part:
            for _ in range(700):
                part.write(b"\0" * 1_000_000)
    client = desk.signed_in(AUTHOR)
    tray = tray_of(hand_in(client, ("bài.docx", made.getvalue())))
    assert "không được nhận" in words_of(client.get(tray).text)


def test_names_are_text_on_the_page(desk: Running) -> None:
    client = desk.signed_in(AUTHOR)
    name = '"><img src=x onerror=alert(1)>.md'
    tree = html.fromstring(client.get(tray_of(hand_in(client, (name, TEXT)))).text)
    assert tree.xpath("//img") == []
    assert not [n for e in tree.iter() for n in e.attrib if str(n).lower().startswith("on")]


# How much


def test_a_file_that_is_too_large_is_refused_and_the_others_are_taken(
    desk: Running, office: Office
) -> None:
    client = desk.signed_in(AUTHOR)
    tray = tray_of(hand_in(client, ("dài.md", "x" * 1_100_000), ("bài.md", TEXT)))
    said = words_of(client.get(tray).text)
    assert "lớn hơn 1 MB" in said
    assert "Đã lưu 1 tệp" in words_of(save(client, tray))
    assert not (office.folder / "posts/2023/04/dài.md").exists()


def test_too_many_files_are_refused(desk: Running) -> None:
    client = desk.signed_in(AUTHOR)
    files = [(f"{n}.md", "x") for n in range(gate.MOST_DROPPED + 1)]
    answer = hand_in(client, *files)
    assert answer.status_code == 422
    assert "nhiều lần" in words_of(answer.text)
    assert hand_in(client, *files, *files).status_code == 413


@pytest.mark.parametrize("who", [None, READER])
def test_large_requests_are_read_of_those_alone_who_may_hand_in(
    desk: Running, who: str | None
) -> None:
    client = desk.signed_in(who) if who else desk.client()
    client.get("/")
    cookie = "; ".join(f"{c.name}={c.value}" for c in client.session.cookies)
    connection = http.client.HTTPConnection("127.0.0.1", desk.desk.doors.port, timeout=20)
    connection.putrequest("POST", "/nop-bai")
    connection.putheader("Cookie", cookie)
    connection.putheader("Content-Length", str(20_000_000))
    connection.putheader("Content-Type", "multipart/form-data; boundary=x")
    connection.endheaders()
    answer = connection.getresponse()  # before a byte of it was sent
    assert answer.status == 413
    page = answer.read().decode()
    assert '<html lang="vi">' in page and "quá lớn" in words_of(page)
    assert "default-src 'none'" in str(answer.headers["Content-Security-Policy"])
    connection.close()


def test_not_even_those_who_may_can_send_without_end(desk: Running) -> None:
    client = desk.signed_in(AUTHOR)
    connection = http.client.HTTPConnection("127.0.0.1", desk.desk.doors.port, timeout=20)
    connection.putrequest("POST", "/nop-bai")
    cookie = "; ".join(f"{c.name}={c.value}" for c in client.session.cookies)
    connection.putheader("Cookie", cookie)
    connection.putheader("Content-Length", str(gate.LARGEST_DROP + 10_000_000))
    connection.putheader("Content-Type", "multipart/form-data; boundary=x")
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()


def test_what_lies_in_trays_is_bounded(desk: Running, office: Office) -> None:
    client = desk.signed_in(AUTHOR)
    trays = [tray_of(hand_in(client, ("bài.md", TEXT))) for _ in range(5)]
    assert [client.get(tray).status_code for tray in trays] == [404, 404, 200, 200, 200]
    lying = list((office.folder / ".publisher" / "drop").iterdir())
    assert len(lying) == 3


# Foreign forms


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}], ids=str
)
def test_files_of_another_page_are_refused(desk: Running, headers: dict[str, str]) -> None:
    client = desk.signed_in(AUTHOR)
    files: list[Any] = [("files", ("bài.md", TEXT))]
    answer = client.post("/nop-bai", data={"folder": ""}, files=files, headers=headers)
    assert answer.status_code == 403
    answer = client.post("/nop-bai", token="0" * 64, data={"folder": ""}, files=files)
    assert answer.status_code == 403


# A post, shown

EVIL = """---
title: Bài <script>alert(1)</script>
---

<script>document.body.id = "hit"</script>

<img src="x" onerror="document.body.id='hit'">

<iframe src="https://evil.example/"></iframe>
<object data="https://evil.example/"></object>
<form action="https://evil.example/"><input name="a"><button>Gửi</button></form>
<svg onload="document.body.id='hit'"><script>alert(1)</script></svg>
<style>body { background: url(https://evil.example/a.png) }</style>
<base href="https://evil.example/">
<meta http-equiv="refresh" content="0; url=https://evil.example/">

[một](javascript:document.body.id='hit') [hai](data:text/html,<script>alert(1)</script>)
[ba](vbscript:x)
"""


def test_a_post_can_do_nothing_where_it_is_shown(
    desk: Running, office: Office, chromium: Browser
) -> None:
    office.file("posts/2023/03/ác.md", EVIL)
    client = desk.signed_in(EDITOR)
    answer = client.get("/xem-bai/2023/03/ác")
    assert answer.status_code == 200
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "sandbox" in policy
    assert "script-src" not in policy and "allow-scripts" not in policy
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    tree = html.fromstring(answer.text)
    for path in ("//script", "//iframe", "//object", "//form", "//base", "//style"):
        assert tree.xpath(path) == [], path
    assert tree.xpath("//meta[@http-equiv]") == []
    assert not [n for e in tree.iter() for n in e.attrib if str(n).lower().startswith("on")]
    found: Any = tree.xpath("//@href")
    hrefs = [str(h).lower() for h in found]
    assert not [h for h in hrefs if h.startswith(("javascript:", "vbscript:", "data:text"))]

    page = chromium.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(desk.desk.new_link())
    page.goto(f"{desk.url}/bai/2023/03/%C3%A1c")
    page.locator("iframe").scroll_into_view_if_needed()
    frame = page.frame_locator("iframe")
    frame.locator("article").wait_for()
    assert frame.locator("body").get_attribute("id") is None
    sandbox = page.locator("iframe").get_attribute("sandbox") or ""
    assert "allow-scripts" not in sandbox and "allow-top-navigation" not in sandbox
    assert [url for url in asked if "evil" in url] == []
    page.close()


def test_files_of_posts_are_shown_as_what_they_are(desk: Running, office: Office) -> None:
    office.file("posts/2023/03/ảnh.jpg", "").write_bytes(photo())
    office.file("posts/2023/03/có-ảnh.md", "---\ntitle: Có ảnh\n---\n\n![Ảnh](ảnh.jpg)\n")
    client = desk.signed_in(READER)
    page = client.get("/xem-bai/2023/03/có-ảnh").text
    sources: Any = html.fromstring(page).xpath("//img/@src")
    source = sources[0]
    answer = client.get(str(source))
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert desk.client().get(str(source)).status_code == 303
    for name in ("../../config.toml", "%2e%2e/config.toml", "..%2f..%2fconfig.toml", "x.json"):
        assert client.get(f"/site/media/{name}").status_code == 404
