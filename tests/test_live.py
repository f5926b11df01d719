"""The pages of ``publisher preview`` and ``publisher guide``, over HTTP."""

from __future__ import annotations

import hashlib
import http.client
import io
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import lxml.html
import pytest
from PIL import Image

from publisher import config, i18n, messages
from publisher.errors import ConfigError
from publisher.live import Desk, Frame, Guide, LocalServer, Watcher, guide_text
from tests.office import Office

PATIENCE = 20.0  # seconds that an awaited event may take on a busy machine


class Client:
    """A browser without a window: what it gets, header by header."""

    def __init__(self, server: LocalServer) -> None:
        self.server = server

    def ask(
        self, path: str, method: str = "GET", **headers: str
    ) -> tuple[http.client.HTTPResponse, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=PATIENCE)
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, quote(path, safe="/?&=%"), headers=named)
            answer = connection.getresponse()
            return answer, answer.read()
        finally:
            connection.close()

    def page(self, path: str, status: int = 200) -> lxml.html.HtmlElement:
        answer, body = self.ask(path)
        assert answer.status == status
        return lxml.html.fromstring(body.decode())

    def version(self, path: str) -> str:
        (version,) = self.page(path, self.ask(path)[0].status).xpath(
            "//meta[@name='version']/@content"
        )
        return str(version)

    @contextmanager
    def waiting(self, path: str, version: str) -> Iterator[http.client.HTTPResponse]:
        """Listen to the changes of a page, as its script does."""
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=PATIENCE)
        connection.request("GET", f"/thay-doi?trang={quote(quote(path))}&ban={version}")
        yield connection.getresponse()
        connection.close()


@contextmanager
def serving(server: LocalServer) -> Iterator[Client]:
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield Client(server)
    finally:
        server.shutdown()
        thread.join(PATIENCE)
        server.server_close()


def desk_of(office: Office) -> Desk:
    path = office.folder / "config.toml"
    words = i18n.words("vi")
    return Desk(
        path,
        lambda: config.load(path),
        lambda: datetime.now(UTC),
        messages.kinds(words),
        "vi",
    )


@pytest.fixture(autouse=True)
def vietnamese() -> Iterator[None]:
    i18n.use("vi")
    yield


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path / "Phòng Hành chính & 100% #1")


@pytest.fixture
def client(office: Office) -> Iterator[Client]:
    desk = desk_of(office)
    with serving(LocalServer(desk.answer, Watcher(desk.look))) as client:
        yield client


def text_of(page: lxml.html.HtmlElement) -> str:
    return " ".join(str(page.text_content()).split())


FULL: dict[str, Any] = {
    "excerpt": "Tóm tắt.", "authors": ["Văn phòng"], "source": "Văn phòng", "unit": "Văn phòng",
}  # fmt: skip


class TestIndex:
    def test_posts_stand_in_groups_with_what_is_wrong_with_them(
        self, office: Office, client: Client
    ) -> None:
        office.post("xong.md", title="Bài đã xong", **FULL)
        office.post("nhap.md", title="Bài nháp", status="draft", **FULL)
        office.post("hen.md", title="Bài hẹn giờ", **{**FULL, "date": "15/03/2099 08:00"})
        office.post("loi.md", title="Bài lỗi", **{**FULL, "kind": "tinn"})
        office.file("posts/hong.md", "---\ntitle: Một: hai\n---\nNội dung.\n")
        page = client.page("/")
        groups = {
            str(section.xpath("string(h2)")): [str(a.text) for a in section.xpath(".//li/a")]
            for section in page.xpath("//main/section")
        }
        assert groups.pop("Cần sửa")[:2] != []
        assert groups == {
            "Sẵn sàng": ["Bài đã xong"],
            "Chờ đến giờ đăng": ["Bài hẹn giờ"],
            "Bản nháp": ["Bài nháp"],
        }
        bad = page.xpath("//section[h2='Cần sửa']//li")
        assert len(bad) == 2
        assert all(re.search(r"\d lỗi", text_of(one)) for one in bad)
        assert "15/03/2099 08:00" in text_of(page)

    def test_an_empty_folder_says_what_to_do(self, client: Client) -> None:
        assert "publisher new" in text_of(client.page("/"))

    def test_a_missing_folder_is_named(self, office: Office, client: Client) -> None:
        (office.folder / "posts").rmdir()
        page = client.page("/")
        assert page.xpath("//section[contains(@class, 'summary')]//a[@href='#p1']")
        assert "posts" in text_of(page.xpath("//li[@id='p1']")[0])

    def test_wrong_settings_are_shown_until_they_are_mended(
        self, office: Office, client: Client
    ) -> None:
        office.post("xong.md", title="Bài đã xong")
        office.configure("[images]\nlongest_sid = 5\n")
        assert "longest_side" in text_of(client.page("/"))
        office.configure("")
        assert "Bài đã xong" in text_of(client.page("/"))


class TestPost:
    def test_a_post_looks_as_on_the_preview_site(self, office: Office, client: Client) -> None:
        body = "Đoạn **đậm**.\n\n| A | B |\n|---|---|\n| 1 | 2 |\n\n[Bài hai](hai.md)"
        office.post("một.md", body, title="Bài một", **FULL)
        office.post("hai.md", title="Bài hai", status="draft", **FULL)
        page = client.page("/bai/một")
        assert page.xpath("string(//article//h1)") == "Bài một"
        assert page.xpath("string(//article//strong)") == "đậm"
        assert len(page.xpath("//article//div[@class='table']//tr")) == 2
        (link,) = page.xpath("//article//a[.='Bài hai']/@href")
        assert client.page(str(link)).xpath("string(//article//h1)") == "Bài hai"
        assert "Không có gì phải sửa." in text_of(page)

    @pytest.mark.parametrize(
        "front", [{"status": "draft"}, {"date": "15/03/2099 08:00"}, {"sites": ["preview"]}]
    )
    def test_it_is_shown_whatever_its_time(
        self, office: Office, client: Client, front: dict[str, Any]
    ) -> None:
        office.post("tin.md", "Nội dung.", title="Tin", **{**FULL, **front})
        assert client.page("/bai/tin").xpath("string(//article//h1)") == "Tin"

    def test_each_problem_leads_to_its_line_and_to_what_to_write(
        self, office: Office, client: Client
    ) -> None:
        text = "---\ntitle: Sở KH&CN: kết quả\nkind: tinn\n---\nNội dung.\n"
        office.file("posts/sai.md", text)
        page = client.page("/bai/sai")
        links = page.xpath("//section[contains(@class, 'summary')]//a")
        assert len(links) >= 2
        for link in links:
            (target,) = page.xpath(f"//*[@id='{str(link.get('href'))[1:]}']")
            assert text_of(link) in text_of(target)
        told = text_of(page.xpath("//li[@id='p1']")[0])
        assert "Dòng 2" in told
        assert 'title: "Sở KH&CN: kết quả"' in told
        assert page.xpath("string(//li[@id='p1']//pre)").strip() == "title: Sở KH&CN: kết quả"
        assert "Traceback" not in text_of(page)

    @pytest.mark.parametrize(
        "broken", [b"\xff\xfe\x00\x01", b"---\n", b"", b"---\n: : :\n- [\n---\n", b"---\n---\n"]
    )
    def test_a_broken_post_shows_its_problems_and_recovers(
        self, office: Office, client: Client, broken: bytes
    ) -> None:
        path = office.folder / "posts" / "bài.md"
        path.write_bytes(broken)
        page = client.page("/bai/bài")
        assert page.xpath("//section[contains(@class, 'summary')]//a")
        assert "Traceback" not in text_of(page)
        office.post("bài.md", title="Đã sửa", **FULL)
        assert client.page("/bai/bài").xpath("string(//article//h1)") == "Đã sửa"

    def test_a_post_with_errors_is_shown_as_far_as_it_can_be(
        self, office: Office, client: Client
    ) -> None:
        body = "Câu còn lại.\n\n![Ảnh](không-có.jpg)\n\n[Bài khác](không-có.md)"
        office.post("tin.md", body, title="Tin", **FULL)
        page = client.page("/bai/tin")
        assert "Câu còn lại." in text_of(page.xpath("//article")[0])
        assert [str(src)[:10] for src in page.xpath("//article//img/@src")] == ["data:image"]
        assert page.xpath("//article//a") == []
        assert len(page.xpath("//ul[@class='errors']//a")) == 2

    def test_what_an_author_writes_stays_text(self, office: Office, client: Client) -> None:
        office.post("x.md", "<script>alert(1)</script>", title='<script>alert("2")</script>')
        office.file("posts/y.md", "---\ntitle: <img src=x onerror=alert(3)>: a\n---\n")
        for path in ("/", "/bai/x", "/bai/y"):
            page = client.page(path)
            assert [str(s.get("src")) for s in page.xpath("//script")] == ["/live.js"]
            assert page.xpath("//*[@onerror]") == []


class TestPictures:
    def test_they_are_shown_as_they_will_be_published(self, office: Office, client: Client) -> None:
        exif = Image.Exif()
        exif[0x010F] = "Máy ảnh riêng"
        office.picture("media/ảnh to.jpg", (3000, 2000), exif=exif)
        office.post("tin.md", "![Ảnh](<ảnh to.jpg>)", title="Tin", **FULL)
        page = client.page("/bai/tin")
        (source,) = page.xpath("//article//img/@src")
        answer, data = client.ask(str(source))
        shown = Image.open(io.BytesIO(data))
        assert (answer.getheader("Content-Type"), shown.size) == ("image/jpeg", (1600, 1067))
        assert dict(shown.getexif()) == {}
        assert "1600 × 1067" in text_of(page)
        # Made ready once: the second time it comes from the cache, the same to the byte.
        fresh = desk_of(office)
        with serving(LocalServer(fresh.answer, Watcher(fresh.look))) as again:
            again.page("/bai/tin")
            assert again.ask(str(source))[1] == data

    def test_a_changed_picture_has_another_address(self, office: Office, client: Client) -> None:
        office.picture("media/a.jpg", colour="navy")
        office.post("tin.md", "![Ảnh](a.jpg)", title="Tin", **FULL)
        before = client.page("/bai/tin").xpath("//article//img/@src")
        office.picture("media/a.jpg", colour="darkred")
        assert client.page("/bai/tin").xpath("//article//img/@src") != before

    def test_a_picture_that_is_none_is_a_problem_of_the_post(
        self, office: Office, client: Client
    ) -> None:
        (office.folder / "media" / "a.jpg").write_bytes(b"not a picture at all")
        office.post("tin.md", "![Ảnh](a.jpg)", title="Tin", **FULL)
        page = client.page("/bai/tin")
        assert "không phải là ảnh" in text_of(
            page.xpath("//section[contains(@class, 'summary')]")[0]
        )

    def test_nothing_outside_is_ever_given(self, office: Office, client: Client) -> None:
        office.file("bí mật.txt", "mật")
        for path in (
            "/media/../config.toml", "/media/..%2f..%2fconfig.toml", "/bai/../config.toml",
            "/media/%2e%2e/config.toml", "/huong-dan/pictures/../huong-dan.md", "/../../etc/passwd",
            "/media//etc/passwd", "/bai/..%5c..%5cconfig", "/huong-dan/pictures/%2e%2e%2f",
        ):  # fmt: skip
            answer, body = client.ask(path)
            assert answer.status == 404, path
            assert b"kind" not in body or b"<!DOCTYPE" in body


class TestServer:
    def test_only_this_machine_by_its_own_name(self, client: Client) -> None:
        port = client.server.port
        for good in (f"127.0.0.1:{port}", f"localhost:{port}", f"LOCALHOST:{port}"):
            assert client.ask("/", Host=good)[0].status == 200
        for bad in ("evil.example", f"evil.example:{port}", "127.0.0.1", f"127.0.0.1:{port}.x", ""):
            answer, body = client.ask("/", Host=bad)
            assert answer.status == 421, bad
            assert b"<html" not in body
        assert client.server.server_address[0] == "127.0.0.1"

    def test_only_get(self, client: Client) -> None:
        for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"):
            answer, _ = client.ask("/", method)
            assert (answer.status, answer.getheader("Allow")) == (405, "GET, HEAD")
        answer, body = client.ask("/", "HEAD")
        assert (answer.status, body) == (200, b"")

    def test_every_page_forbids_what_it_does_not_need(self, client: Client) -> None:
        for path in ("/", "/style.css", "/live.js", "/khong-co", "/huong-dan/"):
            answer, _ = client.ask(path)
            policy = answer.getheader("Content-Security-Policy") or ""
            assert policy.startswith("default-src 'none'")
            assert "unsafe" not in policy
            assert "http" not in policy
            assert answer.getheader("X-Content-Type-Options") == "nosniff"
            assert answer.getheader("Cross-Origin-Resource-Policy") == "same-origin"
            assert "publisher/" not in (answer.getheader("Server") or "")

    def test_a_path_that_is_no_text_is_refused(self, client: Client) -> None:
        assert client.ask("/bai/%ff")[0].status == 400

    def test_a_port_that_is_taken_is_said(self, client: Client) -> None:
        with pytest.raises(ConfigError) as caught:
            LocalServer(lambda path: None, Watcher(lambda: ""), client.server.port)
        assert caught.value.problems[0].code == "preview-port"


class TestChanges:
    def test_a_saved_post_is_told_to_its_page(self, office: Office, client: Client) -> None:
        office.post("tin.md", "Trước.", title="Tin", **FULL)
        with client.waiting("/bai/tin", client.version("/bai/tin")) as events:
            office.post("tin.md", "Sau.", title="Tin", **FULL)
            assert self.told(events)
        assert "Sau." in text_of(client.page("/bai/tin"))

    def test_a_saved_picture_too(self, office: Office, client: Client) -> None:
        office.picture("media/a.jpg", colour="navy")
        office.post("tin.md", "![Ảnh](a.jpg)", title="Tin", **FULL)
        with client.waiting("/bai/tin", client.version("/bai/tin")) as events:
            office.picture("media/a.jpg", colour="darkred")
            assert self.told(events)

    def test_a_page_that_looks_the_same_is_left_in_peace(
        self, office: Office, client: Client
    ) -> None:
        office.post("tin.md", title="Tin", **FULL)
        index, page = client.version("/"), client.version("/bai/tin")
        office.post("khác.md", title="Khác", **FULL)
        with client.waiting("/", index) as events:
            assert self.told(events)
        assert client.version("/bai/tin") == page

    def test_a_page_that_was_away_hears_of_it_at_once(self, office: Office, client: Client) -> None:
        office.post("tin.md", title="Tin", **FULL)
        with client.waiting("/bai/tin", "0123456789abcdef") as events:
            assert self.told(events)

    def test_a_renamed_file_comes_back(self, office: Office, client: Client) -> None:
        path = office.post("tin.md", title="Tin", **FULL)
        away = path.rename(path.with_name("khác.md"))
        gone = client.page("/bai/tin", 404)
        (version,) = gone.xpath("//meta[@name='version']/@content")
        with client.waiting("/bai/tin", str(version)) as events:
            away.rename(path)
            assert self.told(events)

    def test_the_server_stops_though_somebody_waits(self, office: Office) -> None:
        desk = desk_of(office)
        server = LocalServer(desk.answer, Watcher(desk.look))
        with serving(server) as client, client.waiting("/", client.version("/")) as events:
            server.shutdown()
            assert b"event:" not in events.read()

    @staticmethod
    def told(events: http.client.HTTPResponse) -> bool:
        return b"event: change\n" in events.read()


def state_of(office: Office) -> dict[str, str]:
    return {
        path.relative_to(office.folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in office.folder.rglob("*")
        if path.is_file() and ".publisher/cache/" not in path.as_posix()
    }


def test_nothing_but_caches_is_written(office: Office) -> None:
    office.picture("media/a.jpg", (2000, 1000))
    office.post("tin.md", "![Ảnh](a.jpg)", title="Tin", **FULL)
    office.publish()
    before = state_of(office)
    desk = desk_of(office)
    with serving(LocalServer(desk.answer, Watcher(desk.look))) as client:
        client.page("/")
        client.page("/bai/tin")
    assert state_of(office) == before


class TestGuide:
    @pytest.fixture
    def alone(self) -> Iterator[Client]:
        guide = Guide(Frame(config.Config(), {}, "vi", desk=False))
        with serving(LocalServer(guide.alone, Watcher(lambda: ""))) as client:
            yield client

    def test_it_is_a_page_with_contents_that_lead_somewhere(self, alone: Client) -> None:
        page = alone.page("/")
        links = [str(href) for href in page.xpath("//main//a/@href")]
        assert len(page.xpath("//nav[@class='contents']//a")) > 8
        for href in links:
            if href.startswith("#"):
                assert page.xpath(f"//*[@id='{href[1:]}']"), href
        assert text_of(page).count("Mục lục") == 1
        assert "Tất cả các bài" not in text_of(page)

    def test_its_pictures_come_with_the_program(self, alone: Client) -> None:
        sources = alone.page("/huong-dan/").xpath("//main//img/@src")
        assert sources
        for source in sources:
            answer, data = alone.ask(str(source))
            assert answer.status == 200
            Image.open(io.BytesIO(data)).verify()

    def test_it_has_no_posts(self, alone: Client) -> None:
        assert alone.ask("/bai/tin")[0].status == 404

    def test_printed_it_is_text(self, office: Office) -> None:
        (office.folder / "config.toml").write_text("sai sai sai", encoding="utf-8")
        ran = office.run("guide", "--print")
        assert (ran.status, ran.out) == (0, guide_text() + "\n")


class TestCommandLine:
    @staticmethod
    @contextmanager
    def running(office: Office, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
        command = [
            sys.executable,
            "-m",
            "publisher",
            "--config",
            str(office.folder / "config.toml"),
        ]
        process = subprocess.Popen(
            [*command, *arguments, "--no-browser"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
        assert process.stdout
        try:
            yield process, process.stdout.readline()
        finally:
            process.kill()
            process.communicate()

    @pytest.mark.parametrize("command", ["preview", "guide"])
    def test_it_serves_until_it_is_interrupted(self, office: Office, command: str) -> None:
        office.post("tin.md", title="Tin", **FULL)
        with self.running(office, command) as (process, line):
            address = re.search(r"http://127\.0\.0\.1:(\d+)/", line)
            assert address, line
            connection = http.client.HTTPConnection("127.0.0.1", int(address[1]), timeout=PATIENCE)
            connection.request("GET", "/")
            assert connection.getresponse().status == 200
            connection.close()
            process.send_signal(getattr(signal, "CTRL_BREAK_EVENT", signal.SIGINT))
            out, _ = process.communicate(timeout=PATIENCE)
            if sys.platform != "win32":
                assert process.returncode == 0
                assert "Traceback" not in out

    def test_it_opens_at_the_post_that_is_named(self, office: Office) -> None:
        office.post("2023/Bài một.md", title="Tin", **FULL)
        path = str(office.folder / "posts" / "2023" / "Bài một.md")
        for written in ("2023/Bài một", "posts/2023/Bài một.md", path):
            with self.running(office, "preview", written) as (_, line):
                assert line.rstrip().endswith("/bai/2023/B%C3%A0i%20m%E1%BB%99t")

    def test_a_post_that_is_not_there_is_said(self, office: Office) -> None:
        office.post("tin-mot.md", title="Tin", **FULL)
        ran = office.run("preview", "tin-mto", "--no-browser")
        assert ran.status == 4
        assert "tin-mot" in ran.err

    def test_options_that_do_not_go_together(self, office: Office) -> None:
        assert office.run("preview", "tin", "--overwrite").status == 2
        assert office.run("preview", "--port", "99999").status == 2
