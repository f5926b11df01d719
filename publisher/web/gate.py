"""What stands before every page: host, origin, session, token, rights; and after it: headers."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Flask, Response, abort, g, redirect, request, url_for
from werkzeug.http import parse_cookie
from werkzeug.wrappers import Response as AnyResponse

from publisher import i18n
from publisher.hosts import is_loopback
from publisher.people import People, Role
from publisher.web.fresh import came
from publisher.web.rights import MAY, Right
from publisher.web.sessions import Session, Sessions, is_id, new_id

LARGEST = 64 * 1024
"""Bytes of a form: a reason of a withdrawal is the longest text that any holds."""

LARGEST_DROP = 300 * 1024 * 1024
"""Bytes of all files that are handed in at once."""

MOST_DROPPED = 300
"""Files that are handed in at once."""

DROP = "/nop-bai"
"""Where files are handed in: no other address takes more than a form."""

_LANGUAGE = "publisher-lang"
_SECURE = "__Host-publisher"
SAFE = ("GET", "HEAD")
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
        "img-src 'self' data:; frame-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not "no-referrer": with that a browser would call the origin of our own forms "null".
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
        "microphone=(), midi=(), payment=(), usb=()"
    ),
}
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Doors:
    """By which addresses the desk is reached.

    port: on this machine. public: the address that people elsewhere use, "" when nobody does.
    """

    port: int
    public: str = ""

    def hosts(self) -> frozenset[str]:
        """Return the values of the Host header that mean us."""
        return self.own() | ({_host(self.public)} if self.public else set())

    def own(self) -> frozenset[str]:
        """Return those that mean this machine alone."""
        names = ("127.0.0.1", "localhost", "[::1]")
        return frozenset(name if self.port == 80 else f"{name}:{self.port}" for name in names)

    def origins(self) -> frozenset[str]:
        """Return the values of the Origin header that mean us."""
        own = frozenset(f"http://{host}" for host in self.own())
        return own | ({_origin(self.public)} if self.public else set())


@dataclass(frozen=True, slots=True)
class Gate:
    """Guards an app. rights: what each endpoint asks for; what is not in it opens to nobody."""

    doors: Callable[[], Doors]
    sessions: Sessions
    people: People
    rights: Mapping[str, Right]

    def put(self, app: Flask) -> None:
        """Stand before and after every page of an app."""
        app.before_request(self._before)
        app.after_request(self._after)
        app.teardown_request(_silence)

    def sign_in(self, response: AnyResponse, id_: str) -> None:
        """Let a response carry a session's id; the id of before is worth nothing."""
        self.sessions.end(g.id)
        self._set(response, self._cookie(), id_)

    def sign_out(self, response: AnyResponse) -> None:
        """End the session, here and in the browser."""
        self.sessions.end(g.id)
        self._set(response, self._cookie(), new_id())

    def largest(self, path: str, cookies: str) -> int:
        """Return how many bytes a request may bring: many only to hand in files, if one may."""
        if path != DROP:
            return LARGEST
        known = parse_cookie(cookies)
        names = (f"publisher-{self.doors().port}", _SECURE)
        sessions = [self.sessions.find(known[n]) for n in names if is_id(known.get(n, ""))]
        allowed = any(s is not None and Right.DROP in MAY[s.role] for s in sessions)
        return LARGEST_DROP + LARGEST if allowed else LARGEST

    def _before(self) -> AnyResponse | None:
        g.id, g.new, g.session, g.rights, g.token = "", False, None, frozenset(), ""
        came()
        hosts = request.headers.getlist("Host")
        # Another name means a page elsewhere that had its name lead here (DNS rebinding).
        if len(hosts) != 1 or hosts[0].lower() not in self.doors().hosts():
            return Response("Misdirected Request\n", 421, mimetype="text/plain")
        self._speak()
        self._recognise()
        if request.endpoint is None or request.routing_exception is not None:
            return None  # Flask says that there is no such page, or no such method
        if request.path == DROP and Right.DROP in g.rights:
            request.max_content_length = LARGEST_DROP + LARGEST
            request.max_form_parts = MOST_DROPPED + 10
            # Werkzeug holds a block of 64 KB of a file, and what was left of the one before,
            # against the limit of what stands in memory: binary files would go beyond it.
            request.max_form_memory_size = 4 * LARGEST
        if request.method not in SAFE:
            self._prove()
        return self._let_in(self.rights.get(request.endpoint))

    def _let_in(self, right: Right | None) -> AnyResponse | None:
        """Let somebody in who may; send to the way in who is nobody yet; refuse others: 403."""
        here = right is Right.HERE and self.is_here()
        if right is Right.OPEN or here or right in g.rights:
            return None
        if g.session is None and right in MAY[Role.EDITOR] and request.method in SAFE:
            back = request.full_path.rstrip("?")
            return redirect(url_for("sign_in", back=None if back == "/" else back), 303)
        return abort(403)

    def _speak(self) -> None:
        wanted = request.args.get("lang", "")
        g.chosen = wanted if wanted in i18n.LANGUAGES else ""
        language = g.chosen or request.cookies.get(_LANGUAGE, "")
        g.speaking = i18n.speaking(language if language in i18n.LANGUAGES else i18n.DEFAULT)
        g.speaking.__enter__()

    def _recognise(self) -> None:
        """Find out who asks; whoever removed an account or changed it ends its sessions."""
        id_ = request.cookies.get(self._cookie(), "")
        g.new = not is_id(id_)
        g.id = new_id() if g.new else id_
        g.token = self.sessions.token(g.id)
        session = None if g.new else self.sessions.find(g.id)
        if session and not session.is_local and not self._still(session):
            self.sessions.end(g.id)
            session = None
        g.session = session
        g.rights = MAY[session.role] if session else frozenset()

    def _still(self, session: Session) -> bool:
        account = self.people.find(session.person)
        return account is not None and account.stamp == session.stamp

    def _prove(self) -> None:
        """Refuse what was not sent from a form of ours: 403. What is too large: 413."""
        fetched, origin = (request.headers.get(n) for n in ("Sec-Fetch-Site", "Origin"))
        foreign = fetched not in (None, "same-origin") or (
            origin is not None and origin.lower() not in self.doors().origins()
        )
        if foreign or not self.sessions.is_token(g.id, request.form.get("token", "")) or g.new:
            _log.warning("a form of elsewhere was refused: %s", request.endpoint)
            g.forged = True
            abort(403)

    def _after(self, response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store"
        if self._is_secure():
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        if g.get("new") and request.endpoint != "style" and response.status_code != 421:
            names = [c.partition("=")[0] for c in response.headers.getlist("Set-Cookie")]
            if self._cookie() not in names:
                self._set(response, self._cookie(), g.id)
        if g.get("chosen"):
            self._set(response, _LANGUAGE, g.chosen)
        return response

    def _cookie(self) -> str:
        # Ports of one machine share their cookies; over TLS nobody but this host can set it.
        return _SECURE if self._is_secure() else f"publisher-{self.doors().port}"

    def _set(self, response: AnyResponse, name: str, value: str) -> None:
        secure = self._is_secure()
        response.set_cookie(name, value, httponly=True, samesite="Lax", secure=secure)

    def _is_secure(self) -> bool:
        """Return whether TLS carried the request, if only as far as the proxy."""
        public = self.doors().public
        by_name = public.startswith("https:") and request.host.lower() == _host(public)
        return request.is_secure or by_name

    def is_here(self) -> bool:
        """Return whether somebody at this machine asks, and not by way of a proxy."""
        direct = request.host.lower() in self.doors().own()
        return direct and is_loopback(request.remote_addr or "")


def _host(url: str) -> str:
    """Return what the Host header says of an address: without the port that goes by itself."""
    parts = urlsplit(url)
    usual = {"https": 443, "http": 80}.get(parts.scheme)
    name = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
    return name if parts.port in (None, usual) else f"{name}:{parts.port}"


def _origin(url: str) -> str:
    return f"{urlsplit(url).scheme}://{_host(url)}"


def _silence(_error: BaseException | None) -> None:
    speaking = g.pop("speaking", None)
    if speaking is not None:
        speaking.__exit__(None, None, None)
