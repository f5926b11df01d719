"""The web server: on this machine, for this machine, answers to GET and nothing else."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from publisher.errors import ConfigError
from publisher.live.answers import Answer
from publisher.live.watching import Watcher
from publisher.model import Problem
from publisher.text import nfc

HOST = "127.0.0.1"
EVENTS = "/thay-doi"
# A browser has six connections to one server, and a page must not hold its own for ever:
# after so many seconds it asks again, after so many milliseconds.
_HELD = 5.0
_RETRY = 1000
_IDLE = 60.0  # seconds that a quiet connection is kept
_POLICY = (
    "default-src 'none'; img-src 'self' data:; media-src 'self'; style-src 'self'; "
    "script-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_log = logging.getLogger(__name__)


class LocalServer(ThreadingHTTPServer):
    """Serves pages on 127.0.0.1 until it is told to stop.

    answer: the page of a path (decoded, NFC). watcher: told about by pages that want to know
    when they changed. port: 0 for any that is free. Raise ConfigError when it is taken.
    """

    daemon_threads = True
    # On Windows this would let two programs have one port.
    allow_reuse_address = os.name == "posix"

    def __init__(
        self, answer: Callable[[str], Answer | None], watcher: Watcher, port: int = 0
    ) -> None:
        self.answer = answer
        self.watcher = watcher
        try:
            super().__init__((HOST, port), _Handler)
        except OSError as error:
            said = error.strerror or str(error)
            problem = Problem("preview-port", params={"port": port, "error": said})
            raise ConfigError(problem) from error
        self.port: int = self.server_address[1]
        self.url = f"http://{HOST}:{self.port}/"

    def shutdown(self) -> None:
        """Stop serving; called from another thread than the one that serves."""
        self.watcher.close()
        super().shutdown()

    def server_close(self) -> None:
        """Let go of the port, and of those who wait for changes."""
        self.watcher.close()
        super().server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002
        """Note what went wrong with one connection: mostly a browser that went away."""
        _log.debug("a request broke off", exc_info=True)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "publisher"
    sys_version = ""
    timeout = _IDLE
    server: LocalServer

    def do_GET(self) -> None:  # the name that http.server calls
        allowed = {f"{HOST}:{self.server.port}", f"localhost:{self.server.port}"}
        hosts = self.headers.get_all("Host", [])
        # Another host name means a page elsewhere that had its name lead here (DNS rebinding).
        if len(hosts) != 1 or hosts[0].lower() not in allowed:
            self._send(_plain(421, "Misdirected Request"))
            return
        parts = urlsplit(self.path)
        if parts.path == EVENTS and self.command == "GET":
            self._events(parts.query)
        else:
            self._send(self._answer(parts.path))

    def do_HEAD(self) -> None:
        self.do_GET()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("do_"):  # every other method
            return self._refuse
        raise AttributeError(name)

    def _refuse(self) -> None:
        self.close_connection = True  # what follows may be the body of what is refused
        self._send(_plain(405, "Method Not Allowed"), {"Allow": "GET, HEAD"})

    def _answer(self, path: str) -> Answer:
        try:
            found = self.server.answer(nfc(unquote(path, errors="strict")))
        except UnicodeDecodeError:
            return _plain(400, "Bad Request")
        except Exception as error:  # a page that fails must not take the others with it
            _log.debug("no page for %s", path, exc_info=True)
            return _plain(500, f"{type(error).__name__}: {error}")
        return found or _plain(404, "Not Found")

    def _events(self, query: str) -> None:
        """Tell a page once that it is out of date (text/event-stream of the HTML standard)."""
        given = parse_qs(query)
        path, version = (given.get(name, [""])[0] for name in ("trang", "ban"))
        self.close_connection = True
        self._head(200, "text/event-stream; charset=utf-8", {"Connection": "close"})
        self.wfile.write(f"retry: {_RETRY}\n\n".encode())
        watcher, until = self.server.watcher, time.monotonic() + _HELD
        seen = watcher.look()
        while not watcher.closed:
            if self._answer(path).version != version:
                self.wfile.write(b"event: change\ndata:\n\n")
                return
            before, seen = seen, watcher.wait(seen, until - time.monotonic())
            if seen == before:
                return

    def _send(self, answer: Answer, headers: dict[str, str] | None = None) -> None:
        size = {"Content-Length": str(len(answer.body))}
        if answer.lasting:
            size["Cache-Control"] = "private, max-age=31536000, immutable"
        self._head(answer.status, answer.mime, {**size, **(headers or {})})
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def _head(self, status: int, mime: str, headers: dict[str, str]) -> None:
        self.send_response(status)
        common = {
            "Content-Type": mime,
            "Content-Security-Policy": _POLICY,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cache-Control": "no-store",
        }
        for name, value in {**common, **headers}.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Write each request to the log of the program, which ``-v`` shows."""
        _log.debug(format, *args)


def _plain(status: int, text: str) -> Answer:
    return Answer(status, "text/plain; charset=utf-8", f"{text}\n".encode())
