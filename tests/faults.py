"""A reverse proxy on loopback that makes the network before a real site fail on purpose.

::

    with FaultProxy(site.url) as proxy:
        rule = proxy.add(Rule("lose", "POST", r"/wp/v2/posts$"))
        ...  # publish to proxy.url: the post is made, the answer never comes
        assert rule.hit.is_set()

Addresses in answers are those of the site itself, not of the proxy.
"""

from __future__ import annotations

import contextlib
import http.client
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

Action = Literal["drop", "lose", "fail", "refuse", "delay", "strip_authorization", "redirect"]

_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "host"}
"""Headers that hold for one connection only, and those written anew."""


@dataclass
class Rule:
    """What to do to which requests; of several that match, the first added is used.

    action: "drop" closes the connection, the site sees nothing; "lose" lets the site do the
        work and closes without an answer; "fail" lets the site do the work and answers with
        ``status``; "refuse" answers with ``status`` and ``headers``, the site sees nothing;
        "delay" lets the site do the work and answers after ``seconds``;
        "strip_authorization" takes the Authorization header away, as some servers do;
        "redirect" answers with ``status`` and sends the client to ``location``.
    method, path: regular expressions; the whole method, any part of the path with its query.
    times: how many requests it strikes, None for all. skip: how many it lets pass first.
    hit: set as soon as it struck, before it waits or answers.
    """

    action: Action
    method: str = ".*"
    path: str = ""
    times: int | None = 1
    skip: int = 0
    status: int = 500
    headers: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0
    location: str = ""
    hit: threading.Event = field(default_factory=threading.Event)

    def strikes(self, method: str, path: str) -> bool:
        """Return whether this request is one to strike, and count it."""
        if not re.fullmatch(self.method, method) or not re.search(self.path, path):
            return False
        if self.skip:
            self.skip -= 1
            return False
        if self.times is None:
            return True
        self.times -= 1
        return self.times >= 0


class Request(NamedTuple):
    """A request that came: status as the client was told, done as the site said (0: never)."""

    method: str
    path: str
    status: int
    done: int


class _Answer(NamedTuple):
    """Status, headers and body of an answer."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes = b'{"code": "fault", "message": "Made to fail"}'


class FaultProxy:
    """A proxy in front of ``target``, from entering the context to leaving it.

    weather: given method and path, what strikes a request that no rule strikes.
    url: its address. requests: what came, in the order in which it was answered.
    """

    def __init__(
        self, target: str, weather: Callable[[str, str], Rule | None] = lambda _method, _path: None
    ) -> None:
        self.requests: list[Request] = []
        self._weather = weather
        self._target = urlsplit(target).netloc
        self._rules: list[Rule] = []
        self._lock = threading.Lock()
        self._closing = threading.Event()
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"  # connections stay open, as on a real server

            def __getattr__(self, name: str) -> object:
                if name.startswith("do_"):
                    return self.relay
                raise AttributeError(name)

            def relay(self) -> None:
                proxy._relay(self)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Keep quiet: the requests are kept for the tests to look at."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )

    def __enter__(self) -> FaultProxy:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def add(self, rule: Rule) -> Rule:
        """Put a rule behind those that are there; return it, to look at its ``hit``."""
        with self._lock:
            self._rules.append(rule)
        return rule

    def clear(self) -> None:
        """Take all rules away: from now on everything passes."""
        with self._lock:
            self._rules.clear()

    def _rule(self, method: str, path: str) -> Rule | None:
        with self._lock:
            rule = next((rule for rule in self._rules if rule.strikes(method, path)), None)
            return rule or self._weather(method, path)

    def _relay(self, client: BaseHTTPRequestHandler) -> None:
        length = int(client.headers.get("Content-Length") or 0)
        body = client.rfile.read(length)
        if len(body) < length:  # the client is gone: a site would wait for the rest in vain
            client.close_connection = True
            return
        rule = self._rule(client.command, client.path)
        action = rule.action if rule else ""
        answer: _Answer | None = None
        done = 0
        if rule and action in ("refuse", "redirect"):
            answer = _Answer(rule.status, list(rule.headers.items()))
            if rule.location:
                answer.headers.append(("Location", rule.location))
        elif action != "drop":
            answer = self._forward(client, body, without_authorization=action.startswith("strip"))
            done = answer.status
        if rule and action == "fail":
            answer = _Answer(rule.status, list(rule.headers.items()))
        if action == "lose":
            answer = None
        with self._lock:
            status = answer.status if answer else 0
            self.requests.append(Request(client.command, client.path, status, done))
        if rule:
            rule.hit.set()
        if rule and action == "delay":
            self._closing.wait(rule.seconds)
        if answer:
            self._send(client, answer)
        else:
            client.close_connection = True

    def _forward(
        self, client: BaseHTTPRequestHandler, body: bytes, *, without_authorization: bool
    ) -> _Answer:
        """Send a request on to the site; return what it answers, 502 when it cannot."""
        headers = {
            name: value
            for name, value in client.headers.items()
            if name.lower() not in _HOP
            and not (without_authorization and name.lower() == "authorization")
        }
        site = http.client.HTTPConnection(self._target, timeout=120)
        try:
            site.request(client.command, client.path, body or None, headers)
            reply = site.getresponse()
            kept = [(n, v) for n, v in reply.getheaders() if n.lower() not in _HOP]
            return _Answer(reply.status, kept, reply.read())
        except (OSError, http.client.HTTPException):
            return _Answer(502, [])
        finally:
            site.close()

    @staticmethod
    def _send(client: BaseHTTPRequestHandler, answer: _Answer) -> None:
        with contextlib.suppress(ConnectionError):  # the client has given up
            client.send_response_only(answer.status)
            for name, value in answer.headers:
                client.send_header(name, value)
            client.send_header("Content-Length", str(len(answer.body)))
            client.end_headers()
            if client.command != "HEAD":
                client.wfile.write(answer.body)
