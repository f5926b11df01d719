"""The web server: waitress on a socket of our own."""

from __future__ import annotations

import copy
import logging
import os
import socket
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask

from publisher.errors import ConfigError
from publisher.model import Problem

EXTENSION = "publisher-requests"
"""Under this name an app says what it takes."""

_THREADS = 8
_LARGEST = 1024 * 1024  # bytes of a request; what is larger than a form gets a page up to here
_HEAD = 32 * 1024
_IDLE = 60  # seconds
_CONNECTIONS = 200
_FINISH = 5.0  # seconds


@dataclass(frozen=True, slots=True)
class Manners:
    """What an app takes.

    largest: bytes of a request, by its path and its Cookie header, asked before its body is
    read. refusal: headers and page for one that is larger.
    """

    largest: Callable[[str, str], int]
    refusal: Callable[[], tuple[Mapping[str, str], bytes]]


class Server:
    """Serves an app on an address until it is told to stop.

    port: 0 for any that is free. proxy: the address of a proxy whose word is taken for who
    asks and whether TLS carried it, "" for none. Raise ConfigError when the port is taken.
    """

    def __init__(self, app: Flask, host: str, port: int, proxy: str = "") -> None:
        from waitress.server import create_server

        self._socket = _bound(host, port)
        self.port: int = self._socket.getsockname()[1]
        trusted: dict[str, Any] = {"trusted_proxy": proxy} if proxy else {}
        if proxy:
            trusted["trusted_proxy_headers"] = {"x-forwarded-for", "x-forwarded-proto"}
        self._map: dict[int, Any] = {}
        self._left: dict[int, Any] = {}
        self._lock = threading.Lock()
        self._running = threading.Event()
        self._ended = threading.Event()
        self._server = create_server(
            app,
            map=self._map,
            sockets=[self._socket],
            threads=_THREADS,
            ident="",
            clear_untrusted_proxy_headers=True,
            max_request_body_size=_LARGEST,
            max_request_header_size=_HEAD,
            channel_timeout=_IDLE,
            connection_limit=_CONNECTIONS,
            expose_tracebacks=False,
            **trusted,
        )
        # Many who ask at once are no fault that the window of the desk must tell of.
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        if manners := app.extensions.get(EXTENSION):
            self._server.channel_class = _channel(manners)

    def run(self) -> None:
        """Serve until :meth:`close` or Ctrl-C; pages that are being made get a few seconds."""
        self._running.set()
        try:
            self._server.run()
        finally:
            with self._lock:  # whoever wakes it has done so, before what wakes it is closed
                self._running.clear()
            self._server.task_dispatcher.shutdown(timeout=_FINISH)
            self._end()
            self._ended.set()

    def close(self) -> None:
        """Stop serving; called from any thread. Pages that are being made are waited for."""
        with self._lock:
            running = self._running.is_set()
            if running:
                self._server.trigger.pull_trigger(self._stop)
        if running:
            self._ended.wait(_FINISH + 1)
        else:
            self._end()

    def _stop(self) -> None:
        """Let the loop of the server end: it goes on as long as it has something to look at."""
        self._left = dict(self._map)
        self._map.clear()

    def _end(self) -> None:
        from waitress.wasyncore import close_all

        self._map.update(self._left)
        close_all(self._map)
        self._socket.close()


def _channel(manners: Manners) -> Any:
    """Return waitress's class of connections, with requests that are as large as they may be."""
    from waitress.channel import HTTPChannel
    from waitress.parser import HTTPRequestParser
    from waitress.utilities import RequestEntityTooLarge

    class TooLarge(RequestEntityTooLarge):  # type: ignore[misc]
        def to_response(self, ident: str | None = None) -> tuple[str, list[Any], bytes]:
            del ident  # nobody need know which server this is
            headers, page = manners.refusal()
            return f"{self.code} {self.reason}", list(headers.items()), page

    class Parser(HTTPRequestParser):  # type: ignore[misc]
        adj: Any
        error: Any

        def parse_header(self, header_plus: bytes) -> None:
            super().parse_header(header_plus)
            largest = manners.largest(self.path, self.headers.get("COOKIE", ""))
            self.adj = copy.copy(self.adj)
            self.adj.max_request_body_size = max(_LARGEST, largest)

        def received(self, data: bytes) -> int:
            consumed: int = super().received(data)
            if isinstance(self.error, RequestEntityTooLarge):
                self.error = TooLarge("")
            return consumed

    class Channel(HTTPChannel):  # type: ignore[misc]
        parser_class = Parser

    return Channel


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        if os.name == "posix":
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        else:  # or two programs could have one port on Windows
            exclusive = getattr(socket, "SO_EXCLUSIVEADDRUSE", 0)
            bound.setsockopt(socket.SOL_SOCKET, exclusive, 1)
        bound.bind((host, port))
        bound.listen(128)
    except OSError as error:
        bound.close()
        params = {"host": host, "port": port, "error": error.strerror or str(error)}
        raise ConfigError(Problem("desk-port", params=params)) from error
    return bound
