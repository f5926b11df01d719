"""Requests against real sockets: what is sent again, what never is, and what is said of it."""

from __future__ import annotations

import base64
import contextlib
import datetime as dt
import logging
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from publisher import __version__
from publisher.errors import NotSentError, RefusedError, SiteError, UnknownError
from publisher.hosts import is_loopback
from publisher.sites import connections, http
from publisher.sites.http import Http

PASSWORD = "abcd EFGH ijkl mnop"


@dataclass
class Seen:
    """One request as it came; connection: which socket it came over."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    connection: int


Act = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Server:
    """A server that does what its script says, one act per request, the last one for ever."""

    script: list[Act]
    url: str = ""
    seen: list[Seen] = field(default_factory=list)
    connections: int = 0
    free: threading.Event = field(default_factory=threading.Event)


def answer(
    status: int = 200, body: bytes = b'{"ok": true}', **headers: str
) -> Callable[[BaseHTTPRequestHandler], None]:
    def act(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response_only(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return act


def hang_up(handler: BaseHTTPRequestHandler) -> None:
    handler.close_connection = True


def break_off(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response_only(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b"{")
    handler.close_connection = True


@contextlib.contextmanager
def serving(*script: Act, tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    server = Server(list(script))
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            super().setup()
            with lock:
                server.connections += 1
                self.number = server.connections

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            with lock:
                server.seen.append(
                    Seen(self.command, self.path, dict(self.headers), body, self.number)
                )
                act = server.script.pop(0) if len(server.script) > 1 else server.script[0]
            act(self)

        do_POST = do_GET  # noqa: N815

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            pass

    class Listener(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            """Keep quiet: clients hang up on purpose here."""

    listener = Listener(("127.0.0.1", 0), Handler)
    if tls:
        listener.socket = tls.wrap_socket(
            listener.socket, server_side=True, do_handshake_on_connect=False
        )
    server.url = f"http{'s' if tls else ''}://127.0.0.1:{listener.server_port}"
    thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.free.set()
        listener.shutdown()
        listener.server_close()
        thread.join()


class Waits(list[float]):
    """Remembers pauses instead of making them."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


@pytest.fixture
def waits() -> Waits:
    return Waits()


def client(url: str, waits: Waits | None = None, **settings: Any) -> Http:
    settings.setdefault("draw", lambda: 1.0)
    return Http(
        "so-khcn", url, "bientập", PASSWORD, sleep=Waits() if waits is None else waits, **settings
    )


@contextlib.contextmanager
def failing(kind: type[SiteError], code: str) -> Iterator[dict[str, Any]]:
    """Expect exactly this error; yield its params, filled in afterwards."""
    params: dict[str, Any] = {}
    with pytest.raises(SiteError) as caught:
        yield params
    assert type(caught.value) is kind
    assert caught.value.problems[0].code == code
    params.update(caught.value.problems[0].params)


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_question_is_asked_again_while_the_site_is_busy(status: int, waits: Waits) -> None:
    with serving(answer(status), answer(status), answer()) as server:
        assert client(server.url, waits).request("GET", server.url).data == {"ok": True}
    assert waits == [0.5, 1.0]


def test_pauses_grow_but_are_drawn_at_random(waits: Waits) -> None:
    draws = iter([0.0, 0.5, 0.25])
    with serving(answer(500)) as server:
        answered = client(server.url, waits, draw=lambda: next(draws)).request("GET", server.url)
    assert answered.status == 500
    assert waits == [0.0, 0.5, 0.5]
    assert len(server.seen) == http.TRIES


def test_a_question_is_asked_again_when_the_connection_breaks(waits: Waits) -> None:
    with serving(hang_up, break_off, answer()) as server:
        assert client(server.url, waits).request("GET", server.url).status == 200
    assert len(server.seen) == 3


def test_a_question_without_an_answer_changed_nothing() -> None:
    with serving(hang_up) as server, failing(NotSentError, "site-reset"):
        client(server.url).request("GET", server.url)


@pytest.mark.parametrize("broken", [hang_up, break_off])
def test_a_write_that_broke_is_unknown_and_never_sent_again(broken: Act, waits: Waits) -> None:
    with serving(broken, answer()) as server, failing(UnknownError, "site-reset") as params:
        client(server.url, waits).request("POST", server.url, body={"title": "Tin"})
    assert len(server.seen) == 1
    assert waits == []
    assert params["site"] == "so-khcn"


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_write_that_the_server_failed_is_not_sent_again(status: int) -> None:
    with serving(answer(status, Retry_After="1"), answer()) as server:
        answered = client(server.url).request("POST", server.url, body={})
    assert answered.status == status
    assert len(server.seen) == 1


def test_a_slow_answer_to_a_write_is_unknown() -> None:
    with serving(hang_up) as server:

        def never(_: BaseHTTPRequestHandler) -> None:
            server.free.wait()

        server.script[:] = [never]
        with failing(UnknownError, "site-timeout") as params:
            client(server.url, timeout=0.1).request("POST", server.url, body={})
        assert params["seconds"] == 0.1
        with failing(NotSentError, "site-timeout"):
            client(server.url, timeout=0.1).request("GET", server.url)
    assert [seen.method for seen in server.seen] == ["POST", "GET"]


def test_a_write_that_came_too_often_is_sent_again_after_the_pause(waits: Waits) -> None:
    with serving(answer(429, Retry_After="7"), answer(201)) as server:
        assert client(server.url, waits).request("POST", server.url, body={"a": 1}).status == 201
    assert waits == [7.0]
    assert [seen.body for seen in server.seen] == [b'{"a": 1}'] * 2


def test_a_pause_may_be_a_date(waits: Waits) -> None:
    until = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=30)
    with serving(answer(503, Retry_After=format_datetime(until, usegmt=True)), answer()) as server:
        client(server.url, waits).request("GET", server.url)
    assert 20 < waits[0] <= 30


@pytest.mark.parametrize("pause", ["3600", "Fri, 31 Dec 2399 23:59:59 GMT"])
def test_a_long_pause_is_not_waited_for(pause: str, waits: Waits) -> None:
    with serving(answer(429, Retry_After=pause)) as server:
        assert client(server.url, waits).request("POST", server.url, body={}).status == 429
    assert waits == []
    assert len(server.seen) == 1


def test_a_pause_that_nobody_understands_is_our_own(waits: Waits) -> None:
    with serving(answer(429, Retry_After="soon"), answer()) as server:
        client(server.url, waits).request("GET", server.url)
    assert waits == [0.5]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_closed_port_is_tried_again_and_nothing_was_sent(method: str, waits: Waits) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    with failing(NotSentError, "site-unreachable") as params:
        client(url, waits).request(method, url)
    assert waits == [0.5, 1.0, 2.0]
    assert params["url"] == url


def test_a_name_that_does_not_exist(waits: Waits) -> None:
    with failing(NotSentError, "site-dns") as params:
        client("https://name.invalid", waits).request("POST", "https://name.invalid/", body={})
    assert params["host"] == "name.invalid"


def test_a_server_without_encryption_behind_https() -> None:
    with serving(answer()) as server:
        url = server.url.replace("http:", "https:")
        with failing(NotSentError, "site-tls"):
            client(url).request("POST", url, body={})
    assert server.seen == []


def test_a_certificate_that_nobody_vouches_for(tmp_path: Path) -> None:
    x509 = pytest.importorskip("cryptography.x509")
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "server.pem"
    file.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    with serving(answer(), tls=context) as server, failing(NotSentError, "site-tls") as params:
        client(server.url).request("POST", server.url, body={})
    assert server.seen == []
    assert "self-signed" in params["reason"]


def test_connections_are_kept_alive() -> None:
    with serving(answer()) as server:
        site = client(server.url)
        for _ in range(3):
            site.request("POST", server.url, body={})
        site.close()
    assert server.connections == 1


def test_a_connection_that_was_quiet_is_not_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(answer(), hang_up, answer(201)) as server:
        site = client(server.url)
        site.request("GET", server.url)
        with failing(UnknownError, "site-reset"):  # what a server's own time-out looks like
            site.request("POST", server.url, body={})
        site.request("GET", server.url)
        before = server.connections
        monkeypatch.setattr(connections, "IDLE_LIMIT", 0.0)
        assert site.request("POST", server.url, body={}).status == 201
        site.close()
    assert server.connections == before + 1


def test_no_more_connections_than_allowed() -> None:
    busy, most = 0, 0
    lock = threading.Lock()

    def act(handler: BaseHTTPRequestHandler) -> None:
        nonlocal busy, most
        with lock:
            busy += 1
            most = max(most, busy)
        threading.Event().wait(0.05)  # long enough for the others to come, if they may
        with lock:
            busy -= 1
        answer()(handler)

    with serving(act) as server, ThreadPoolExecutor(6) as pool:
        site = client(server.url, connections=2)
        list(pool.map(lambda _: site.request("GET", server.url), range(6)))
        site.close()
    assert most == 2


def test_a_slow_line_is_not_a_dead_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "CONNECT_TIMEOUT", 0.2)
    picture = bytes(30_000_000)
    got: list[int] = []

    def read_late(listener: socket.socket) -> None:
        peer, _ = listener.accept()
        with peer:
            peer.recv(1)
            threading.Event().wait(0.6)  # the line is full for longer than it took to connect
            peer.settimeout(5)
            got.append(1)
            while got[0] < len(picture) and (part := peer.recv(1_000_000)):
                got[0] += len(part)
            peer.sendall(b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=read_late, args=(listener,))
        thread.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        sent = client(url).request("POST", url, file=("anh.jpg", picture, "image/jpeg"))
        thread.join()
    assert sent.status == 201
    assert got[0] >= len(picture)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_no_redirect_is_followed(method: str, status: int) -> None:
    with serving(answer()) as elsewhere, serving(answer(status, Location=elsewhere.url)) as server:
        assert client(server.url).request(method, server.url).status == status
    assert elsewhere.seen == []


def test_who_asks() -> None:
    with serving(answer(Set_Cookie="session=1")) as server:
        site = client(server.url)
        site.request("GET", server.url)
        site.request("GET", server.url, anonymous=True)
    proved, stranger = (seen.headers for seen in server.seen)
    assert proved["User-Agent"] == f"publisher/{__version__}"
    pair = base64.b64decode(proved["Authorization"].removeprefix("Basic "))
    assert pair.decode() == f"bientập:{PASSWORD}"
    assert "Authorization" not in stranger
    assert "Cookie" not in stranger


def test_this_machine_is_never_reached_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(answer()) as proxy, serving(answer()) as server:
        for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        for name in ("no_proxy", "NO_PROXY"):
            monkeypatch.delenv(name, raising=False)
        client(server.url).request("GET", server.url)
    assert proxy.seen == []
    assert len(server.seen) == 1


def test_a_proxy_that_does_not_let_through_sent_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(answer()) as proxy:  # it knows no CONNECT
        monkeypatch.setenv("https_proxy", proxy.url)
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        with failing(NotSentError, "site-unreachable"):
            client("https://name.invalid").request("POST", "https://name.invalid/", body={})


@pytest.mark.parametrize("url", ["http://skhcn.example", "http://128.0.0.1", "http://[::2]"])
def test_no_password_over_an_open_line(url: str, waits: Waits) -> None:
    with failing(RefusedError, "site-insecure") as params:
        client(url, waits).request("GET", url)
    assert params["url"] == url
    assert waits == []


@pytest.mark.parametrize(
    "url", ["", "skhcn.example", "ftp://x", "https://", "https://u:secret@x", "http://[::1", "a:b"]
)
def test_an_address_that_is_none(url: str) -> None:
    site = client(url)
    with failing(RefusedError, "site-address") as params:
        site.request("GET", url)
    assert "secret" not in repr(params)
    assert "secret" not in site.url


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("localhost", True),
        ("a.localhost", True),
        ("LOCALHOST.", True),
        ("127.8.9.1", True),
        ("::1", True),
        ("localhost.example", False),
        ("notlocalhost", False),
        ("10.0.0.1", False),
        ("::", False),
        ("", False),
    ],
)
def test_what_this_machine_is_called(host: str, local: bool) -> None:
    assert is_loopback(host) is local


@pytest.mark.parametrize(
    ("body", "data"),
    [
        (b'\xef\xbb\xbf{"a": 1}', {"a": 1}),
        (b"<html>", None),
        (b"", None),
        (b"\xff\xfe", None),
        (b"[]", []),
    ],
)
def test_what_is_json(body: bytes, data: object) -> None:
    with serving(answer(body=body)) as server:
        assert client(server.url).request("GET", server.url).data == data


def test_the_password_shows_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    secret = base64.b64encode(f"bientập:{PASSWORD}".encode()).decode()
    shown: list[str] = []
    with serving(hang_up) as server:
        site = client(server.url)
        with pytest.raises(UnknownError) as caught:
            site.request("POST", server.url, body={})
        error: BaseException | None = caught.value
        while error:
            shown += [str(error), repr(error)]
            error = error.__cause__ or error.__context__
        shown += [repr(vars(site)), caplog.text]
    assert server.seen[0].headers["Authorization"] == f"Basic {secret}"
    assert not [text for text in shown if PASSWORD in text or secret in text]
