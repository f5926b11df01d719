"""HTTP to one site: kept-alive connections, careful retries, and errors that can be trusted.

The publisher's promise rests on one distinction: was a request that changes something
certainly not carried out, or may it have been? It is made here, and nowhere else.
"""

from __future__ import annotations

import base64
import json
import random
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from requests.auth import AuthBase
from urllib3.exceptions import NameResolutionError

from publisher import __version__
from publisher.errors import NotSentError, RefusedError, SiteError, UnknownError
from publisher.hosts import is_loopback
from publisher.model import Problem
from publisher.sites.connections import Adapter, sending, shown

CONNECT_TIMEOUT = 10.0  # seconds
TRIES = 4
BACKOFF_BASE = 0.5  # seconds; doubled at each try, then drawn at random ("full jitter")
BACKOFF_CAP = 8.0
RETRY_AFTER_CAP = 60.0  # a site that asks for a longer pause is left alone for this run
_OLDEST = 10**8  # seconds; an older answer of a cache tells nothing
BUSY = frozenset({429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Answer:
    """What a site answered. data: the JSON of its body, None when that is something else."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    data: Any

    @property
    def fields(self) -> Mapping[str, Any]:
        """The body as an object, empty when it is something else."""
        return self.data if isinstance(self.data, dict) else {}

    @property
    def clock(self) -> datetime | None:
        """The site's own time as it answered (RFC 9110, 6.6.1), None when it does not tell.

        A cache on the way says how many seconds ago that was (RFC 9111, 5.1).
        """
        try:
            sent = parsedate_to_datetime(self.headers.get("Date", ""))
        except ValueError:
            return None
        age = self.headers.get("Age", "")
        since = timedelta(seconds=min(int(age), _OLDEST) if age.isdecimal() else 0)
        return (sent if sent.tzinfo else sent.replace(tzinfo=UTC)) + since

    @property
    def code(self) -> str:
        """The error code of the REST API (``rest_cannot_create``), "" when there is none."""
        return str(self.fields.get("code", "")) if self.status >= 400 else ""


class _Basic(AuthBase):
    """Basic authentication in UTF-8 that does not show its password; empty: none at all."""

    def __init__(self, user: str = "", password: str = "") -> None:
        self._user = user
        self._password = password

    def __repr__(self) -> str:
        return f"_Basic({self._user!r}, '***')"

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._user:
            pair = base64.b64encode(f"{self._user}:{self._password}".encode()).decode()
            request.headers["Authorization"] = f"Basic {pair}"
        return request


class Http:
    """Requests to one site. Safe to share between threads.

    site: the name in config.toml. url: the site's address. timeout: seconds to wait for an
    answer. sleep, draw: waiting and a number in [0, 1), given by tests. pause: the seconds that
    an answer asks for before the next try, None when it does not.

    certificate: until when that of the site's server holds (aware), None before it was shown.
    """

    def __init__(
        self,
        site: str,
        url: str,
        user: str,
        password: str,
        *,
        connections: int = 4,
        timeout: float = 60.0,
        sleep: Callable[[float], None] = time.sleep,
        draw: Callable[[], float] = random.random,
        pause: Callable[[Answer], float | None] = lambda answer: _pause(
            answer.headers.get("Retry-After", "")
        ),
    ) -> None:
        self.site = site
        self.url = url.rstrip("/")
        self.user = user
        self._auth = _Basic(user, password)
        self._timeout = timeout
        self._sleep = sleep
        self._draw = draw
        self._pause = pause
        self._refusal = self._address_problem()
        if self._refusal and self._refusal.code == "site-address":
            self.url = ""  # it may hold a password
        self.certificate: datetime | None = None
        self._slots = threading.BoundedSemaphore(max(1, connections))
        self._session = requests.Session()
        self._session.headers.update(
            {"User-Agent": f"publisher/{__version__}", "Accept": "application/json"}
        )
        # Every request proves itself; a cookie could only make two of them differ.
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        # What is meant for this machine must not travel to a proxy.
        self._session.trust_env = not is_loopback(urlsplit(self.url).hostname or "")
        adapter = Adapter(pool_connections=2, pool_maxsize=max(1, connections))
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)

    def close(self) -> None:
        """Close every connection."""
        self._session.close()

    def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        body: Mapping[str, object] | None = None,
        form: Mapping[str, str] | None = None,
        file: tuple[str, bytes, str] | None = None,
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
        headers: Mapping[str, str] | None = None,
        anonymous: bool = False,
    ) -> Answer:
        """Send one request and return the answer, whatever its status.

        body is sent as JSON; form with file or files, by the names of their fields (name, bytes,
        MIME type), as multipart/form-data. headers: more of them.
        A GET is tried again after any passing fault. Anything else is tried again only when
        the site can't have acted on it: no connection was made, or it answered 429.
        Raise RefusedError (an address that must not be used), NotSentError (no connection;
        for a GET, no answer either) or UnknownError (the connection broke later).
        """
        if self._refusal:
            raise RefusedError(self._refusal)
        request = requests.Request(
            method,
            url,
            params=params,
            json=body,
            data=form,
            files={"file": file} if file else files,
            headers=headers,
            auth=_Basic() if anonymous else self._auth,
        )
        reading = method == "GET"
        for number in range(1, TRIES + 1):
            asked: float | None = None
            try:
                with self._slots:
                    answer = self._send(request)
            except SiteError as error:
                if number == TRIES or not _passing(error, reading):
                    raise
            else:
                busy = answer.status in BUSY if reading else answer.status == 429
                if not busy or number == TRIES:
                    return answer
                asked = self._pause(answer)
                if asked is not None and asked > RETRY_AFTER_CAP:
                    return answer
            self._sleep(self._backoff(number) if asked is None else asked)
        raise AssertionError("the last try returns or raises")

    def problem(self, code: str, **params: object) -> Problem:
        """Return a Problem with the site, its address and the account among its params."""
        return Problem(
            code, params={"site": self.site, "url": self.url, "user": self.user, **params}
        )

    def _send(self, request: requests.Request) -> Answer:
        """Send a request once. Raise NotSentError or UnknownError when no answer comes."""
        sending.set(False)
        shown.set(None)
        try:
            prepared = self._session.prepare_request(request)
            if isinstance(prepared.body, bytes):
                # A stream leaves in blocks, so that a time-out is for each of them.
                prepared.body = BytesIO(prepared.body)  # type: ignore[assignment]
            settings = self._session.merge_environment_settings(
                prepared.url or self.url, {}, None, None, None
            )
            response = self._session.send(
                prepared,
                timeout=(CONNECT_TIMEOUT, self._timeout),
                allow_redirects=False,
                **settings,
            )
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            raise self._broken(error, request.method == "GET") from error
        if request.url.startswith(f"{self.url}/"):
            self.certificate = shown.get() or self.certificate
        content = response.content
        return Answer(response.status_code, response.headers, content, _parsed(content))

    def _broken(self, error: Exception, reading: bool) -> SiteError:
        """Return what a request without an answer is known to have done."""
        causes = list(_causes(error))
        if not sending.get():
            if any(isinstance(cause, NameResolutionError | socket.gaierror) for cause in causes):
                host = urlsplit(self.url).hostname
                return NotSentError(self.problem("site-dns", host=host))
            for cause in causes:
                if isinstance(cause, ssl.SSLError):
                    reason = getattr(cause, "verify_message", "") or cause.reason or str(cause)
                    return NotSentError(self.problem("site-tls", reason=reason))
            return NotSentError(self.problem("site-unreachable", reason=str(causes[-1])))
        slow = (requests.Timeout, urllib3.exceptions.TimeoutError, TimeoutError)
        if any(isinstance(cause, slow) for cause in causes):
            problem = self.problem("site-timeout", seconds=self._timeout)
        else:
            problem = self.problem("site-reset", reason=str(causes[-1]))
        # Asking changes nothing, so nothing about it can be unknown.
        return NotSentError(problem) if reading else UnknownError(problem)

    def _backoff(self, number: int) -> float:
        return self._draw() * min(BACKOFF_CAP, BACKOFF_BASE * 2.0 ** (number - 1))

    def _address_problem(self) -> Problem | None:
        try:
            parts = urlsplit(self.url)
            host, _ = parts.hostname or "", parts.port
        except ValueError:
            return Problem("site-address", params={"site": self.site, "user": self.user})
        plain = not (parts.username or parts.password or parts.query or parts.fragment)
        if parts.scheme not in ("http", "https") or not host or not plain:
            return Problem("site-address", params={"site": self.site, "user": self.user})
        if parts.scheme == "http" and not is_loopback(host):
            return self.problem("site-insecure")
        return None


def _passing(error: SiteError, reading: bool) -> bool:
    """Return whether another try is safe and may help.

    A slow site is not asked again: each further try would cost the whole time-out.
    """
    codes = {"site-dns", "site-unreachable"} | ({"site-reset"} if reading else set())
    return error.problems[0].code in codes


def _pause(header: str) -> float | None:
    """Return the seconds that Retry-After asks for (RFC 9110, 10.2.3), None: it does not."""
    if header.isdecimal():
        return float(header)
    try:
        until = parsedate_to_datetime(header)
    except ValueError:
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return max(0.0, (until - datetime.now(UTC)).total_seconds())


def _parsed(content: bytes) -> Any:
    """Return the JSON in content, None when it holds none.

    Themes saved with a byte order mark put it before every answer: it is skipped.
    """
    try:
        return json.loads(content.decode("utf-8-sig"))
    except ValueError:
        return None


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and what led to it, the first cause last."""
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        # Through a proxy, urllib3 keeps what led to a fault of TLS among its arguments alone.
        inner = cause.args[0] if cause.args and isinstance(cause.args[0], Exception) else None
        cause = cause.__cause__ or cause.__context__ or inner
