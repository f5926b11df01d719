"""Real servers on loopback that take what the program sends to people: mail, web requests."""

from __future__ import annotations

import email
import email.policy
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


@dataclass
class Postbox:
    """A mail server, and what it took.

    refuse: what it says to an address, such as ``550 No``. drop: for whom it hangs up after it
    got the letter, without a word.
    """

    port: int
    password: str
    letters: list[EmailMessage] = field(default_factory=list)
    readers: list[tuple[str, ...]] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    protected: list[bool] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)
    drop: set[str] = field(default_factory=set)
    connections: int = 0

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, lines: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.connections += 1
        return lines

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self.drop & set(envelope.rcpt_tos):
            assert server.transport is not None
            server.transport.close()
            return "250 OK"
        content = envelope.content
        assert isinstance(content, bytes)
        letter = email.message_from_bytes(content, policy=email.policy.default)
        assert isinstance(letter, EmailMessage)
        self.raw.append(content)
        self.letters.append(letter)
        self.readers.append(tuple(envelope.rcpt_tos))
        self.protected.append(session.ssl is not None)
        return "250 OK"

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        given = data.password.decode() if isinstance(data, LoginPassword) else ""
        return AuthResult(success=given == self.password, handled=False)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def authority(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """Return a certificate for this machine, and the file of the authority that signed it."""
    ca = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("localhost", "127.0.0.1", "0.0.0.0").configure_cert(context)
    path = folder / "authority.pem"
    ca.cert_pem.write_to_path(str(path))
    return context, path


@contextmanager
def postbox(
    tls: ssl.SSLContext | None,
    password: str = "",
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    at_once: bool = False,
) -> Iterator[Postbox]:
    """Run a mail server; with a password nobody may hand in mail without it.

    at_once: TLS from the first byte, in place of STARTTLS.
    """
    box = Postbox(port or free_port(), password)
    controller = Controller(
        box,
        hostname=host,
        port=box.port,
        server_hostname="localhost",
        ssl_context=tls if at_once else None,
        tls_context=None if at_once else tls,
        require_starttls=tls is not None and not at_once,
        authenticator=box.authenticate if password else None,
        auth_required=bool(password),
        auth_require_tls=not at_once,
        decode_data=False,
    )
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


@dataclass
class Web:
    """A web server, and the requests it got: method, path, body. status: what it answers."""

    url: str
    requests: list[tuple[str, str, bytes]] = field(default_factory=list)
    status: int = 200
    wait: threading.Event = field(default_factory=threading.Event)

    @property
    def paths(self) -> list[str]:
        return [path for _method, path, _body in self.requests]

    def json(self, number: int = -1) -> Any:
        return json.loads(self.requests[number][2])


@contextmanager
def web(tls: ssl.SSLContext | None = None) -> Iterator[Web]:
    """Run a web server. Clear its ``wait`` and no answer comes until it is set."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            site.requests.append(("POST", self.path, body))
            site.wait.wait(30)
            try:
                self.send_response(site.status)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"OK")
            except OSError:
                pass  # nobody waits for it any more

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    scheme = "https" if tls else "http"
    site = Web(f"{scheme}://localhost:{server.server_address[1]}")
    site.wait.set()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield site
    finally:
        site.wait.set()
        server.shutdown()
        server.server_close()
        thread.join()
