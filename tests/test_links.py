"""Links to other websites, tried against real local servers."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from publisher.links import AT_ONCE, HOPS, Fault, probe
from tests.office import Office

QUICK = (2.0, 0.5)


class Pages(ThreadingHTTPServer):
    """A website whose answers are in its addresses: /404, /to/..., /slow. It notes requests."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.asked: list[tuple[str, str]] = []
        self.headers: list[Any] = []
        self.inside = 0
        self.most = 0
        self.lock = threading.Lock()
        self.stop = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Answer(BaseHTTPRequestHandler):
    server: Pages

    def do_HEAD(self) -> None:
        site = self.server
        with site.lock:
            site.asked.append((self.command, self.path))
            site.headers.append(self.headers)
            site.inside += 1
            site.most = max(site.most, site.inside)
        path = self.path.strip("/")
        if path == "slow":
            site.stop.wait(10)
        if path.startswith("busy"):
            site.stop.wait(0.05)
        status = int(path[:3]) if path[:3].isdecimal() else 200
        if path == "only-get" and self.command == "HEAD":
            status = 405
        target = ""
        if path.startswith("to/"):
            status, target = 302, path.removeprefix("to/")
        if path.startswith("count/"):
            status, target = 301, f"/count/{int(path.removeprefix('count/')) + 1}"
        with site.lock:
            site.inside -= 1
        self.send_response(status)
        if target:
            self.send_header("Location", target)
        self.send_header("Set-Cookie", "a=b")
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_HEAD  # noqa: N815

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[Pages]:
    with Pages() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.stop.set()
        server.shutdown()


def tried(site: Pages, *paths: str) -> dict[str, Fault]:
    urls = [f"{site.url}/{path}" for path in paths]
    found = probe(urls, {"127.0.0.1"}, QUICK)
    return {url.removeprefix(f"{site.url}/"): fault for url, fault in found.items()}


def test_good_and_bad_answers(site: Pages) -> None:
    good = ("200", "204", "only-get", "to//200", "to//to//only-get", "401", "403", "429", "a#b")
    bad = tried(site, *good, "404", "410", "500", "503", "to//404")
    assert bad == {
        "404": Fault("status", 404), "410": Fault("status", 410), "500": Fault("server", 500),
        "503": Fault("server", 503), "to//404": Fault("status", 404),
    }  # fmt: skip


def test_each_address_is_asked_once_without_its_fragment_body_or_cookies(site: Pages) -> None:
    assert tried(site, "a#1", "a#2", "a", "to//a") == {}
    assert sorted(site.asked) == [("HEAD", "/a"), ("HEAD", "/a"), ("HEAD", "/to//a")]
    assert not [h for h in site.headers if h.get("Cookie") or h.get("Authorization")]
    site.asked.clear()
    assert tried(site, "only-get") == {}
    assert site.asked == [("HEAD", "/only-get"), ("GET", "/only-get")]


def test_redirects_that_go_round_and_that_never_end(site: Pages) -> None:
    assert tried(site, "to//to//a", "count/1") == {"count/1": Fault("redirects")}
    assert len([path for _, path in site.asked if path.startswith("/count")]) == HOPS + 1
    assert tried(site, "to/itself") == {"to/itself": Fault("redirects")}


def test_a_server_that_does_not_answer(site: Pages) -> None:
    begun = time.monotonic()
    assert tried(site, "slow") == {"slow": Fault("timeout")}
    assert time.monotonic() - begun < 5


def test_few_at_once(site: Pages) -> None:
    assert tried(site, *(f"busy/{n}" for n in range(20))) == {}
    assert 1 < site.most <= AT_ONCE


def test_nobody_there() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    urls = [f"http://127.0.0.1:{port}/", "http://khong-co.invalid/"]
    assert probe(urls, {"127.0.0.1"}, QUICK) == {url: Fault("unreachable") for url in urls}


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "localhost", "LOCALHOST", "10.0.0.1", "192.168.1.1", "172.16.0.1",
        "169.254.169.254", "0.0.0.0", "[::1]", "[::ffff:127.0.0.1]", "[fd00::1]", "[fe80::1]",
        "2130706433", "0x7f000001", "127.1", "intranet", "may-in.local", "100.64.0.1", "224.0.0.1",
    ],
)  # fmt: skip
def test_the_network_within_is_not_asked(host: str, site: Pages) -> None:
    url = f"http://{host}:{site.server_port}/200"
    assert probe([url], timeout=QUICK) == {url: Fault("private")}
    assert site.asked == []


def test_a_redirect_into_the_network_within_is_not_followed(site: Pages) -> None:
    inside = f"http://localhost:{site.server_port}/200"
    assert tried(site, f"to/{inside}") == {f"to/{inside}": Fault("private")}
    assert [path for _, path in site.asked] == [f"/to/{inside}"]
    assert tried(site, "to/file:///etc/passwd") == {"to/file:///etc/passwd": Fault("form")}


def test_a_name_that_turns_out_to_mean_this_machine(
    site: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolve = socket.getaddrinfo

    def rebound(host: Any, *args: Any, **kwargs: Any) -> Any:
        return resolve("127.0.0.1" if host == "vidu.example" else host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", rebound)
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    url = f"http://vidu.example:{site.server_port}/200"
    assert probe([url], timeout=QUICK) == {url: Fault("private")}
    assert site.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "ftp://vidu.vn/", "https://", "https://a:b@vidu.vn/", "http://[1/",
        "https://vidu.vn:99999/", "javascript:alert(1)",
    ],
)  # fmt: skip
def test_what_is_no_address_of_a_page(url: str) -> None:
    assert probe([url], timeout=QUICK) == {url: Fault("form")}


# The command


@pytest.fixture
def office(tmp_path: Path, site: Pages) -> Office:
    """An office one of whose sites is the local one, so that its host may be asked."""
    made = Office(tmp_path / "office")
    made.configure(
        f'[sites.so-khcn]\nkind = "wordpress"\nurl = "{site.url}"\nuser = "a"\n'
        '[checks]\nignore = ["field-wanted"]\n'
    )
    return made


def test_the_check_tries_links_only_when_asked_and_warns(office: Office, site: Pages) -> None:
    office.post(
        "a.md", f"A\n\n[Trang một]({site.url}/404)\n\n[Trang hai]({site.url}/200)", title="A"
    )
    ran = office.run("check", "--format", "json")
    assert (ran.status, ran.json, site.asked) == (0, [], [])
    ran = office.run("check", "--links", "--format", "json")
    assert ran.status == 0
    (problem,) = ran.json
    assert (problem["code"], problem["severity"]) == ("link-broken", "warning")
    assert problem["line"] == 10
    assert problem["message"] == (
        f"Liên kết dẫn đến trang không tồn tại (máy chủ trả lời 404): {site.url}/404"
    )
    assert office.run("check", "--links", "--strict").status == 4


def test_without_a_network_that_is_one_warning(office: Office) -> None:
    office.post(
        "a.md", "[Trang một](http://mot.invalid/) [Trang hai](http://hai.invalid/)", title="A"
    )
    ran = office.run("check", "--links", "--format", "json")
    assert ran.status == 0
    assert [p["code"] for p in ran.json] == ["links-offline"]
