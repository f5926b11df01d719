"""Whether addresses on other websites answer: the only room that follows links of posts.

The addresses come from posts, which may come from anybody, so nothing is asked of machines
within the network (RFC 1918 and the like) unless the settings name them, and nothing is ever
sent but HEAD and GET without any secret.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError

from publisher import __version__

AT_ONCE = 4
TIMEOUT = (5.0, 10.0)
"""Seconds to connect, and to wait for an answer."""
HOPS = 5
"""Redirects that are followed at most."""
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_AGENT = f"publisher/{__version__} (link check)"


@dataclass(frozen=True, slots=True)
class Fault:
    """Why an address is no good.

    reason: "status" (answered, but 4xx), "server" (5xx), "timeout", "unreachable",
    "certificate", "redirects", "private" or "form". status: of HTTP, 0 for no answer.
    """

    reason: str
    status: int = 0


class _PrivateError(HTTPError):
    """The connection would have gone into a network that is not public."""


def probe(
    urls: Iterable[str],
    trusted: Collection[str] = (),
    timeout: tuple[float, float] = TIMEOUT,
) -> dict[str, Fault]:
    """Given addresses, try each once and return those that are no good.

    trusted: names of hosts that may be asked though they are not public, those of the
    office's own sites. timeout: seconds to connect, and to wait for an answer.
    """
    wanted = dict.fromkeys(url.partition("#")[0] for url in urls)
    hosts = frozenset(host.casefold() for host in trusted)
    with ThreadPoolExecutor(AT_ONCE, "links") as pool:
        found = pool.map(lambda url: _try(url, hosts, timeout), wanted)
        return {url: fault for url, fault in zip(wanted, found, strict=True) if fault}


def _try(url: str, trusted: frozenset[str], timeout: tuple[float, float]) -> Fault | None:
    """Follow one address to its end."""
    with requests.Session() as session:
        session.headers["User-Agent"] = _AGENT
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        seen: set[str] = set()
        for _ in range(HOPS + 1):
            if url in seen:
                break
            seen.add(url)
            answer = _ask(session, url, trusted, timeout)
            if isinstance(answer, str):
                url = answer
            else:
                return answer
        return Fault("redirects")


def _ask(
    session: requests.Session, url: str, trusted: frozenset[str], timeout: tuple[float, float]
) -> Fault | str | None:
    """Return what is wrong with an address, where it leads on to, or None when it is good."""
    try:
        parts = urlsplit(url)
        host, _port = (parts.hostname or "").casefold(), parts.port
    except ValueError:
        return Fault("form")
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc:
        return Fault("form")
    own = host in trusted
    if not own and _is_private_name(host):
        return Fault("private")
    session.trust_env = not own
    proxied = session.trust_env and bool(get_environ_proxies(url))
    session.mount(f"{parts.scheme}://", HTTPAdapter() if own or proxied else _PublicOnly())
    try:
        # Some servers know no HEAD, or refuse it; GET is asked then, its body left unread.
        for method in ("HEAD", "GET"):
            with session.request(
                method, url, timeout=timeout, allow_redirects=False, stream=True
            ) as answer:
                status, location = answer.status_code, answer.headers.get("Location", "")
            if status in _REDIRECTS and location:
                return urljoin(url, location).partition("#")[0]
            if status < 400:
                return None
    except (requests.RequestException, HTTPError, ValueError) as error:
        return _why(error)
    # Who asks for a login, or turns robots away, is there.
    if status in (401, 403, 407, 429):
        return None
    return Fault("server" if status >= 500 else "status", status)


def _why(error: BaseException) -> Fault:
    chain: list[BaseException] = []
    cause: object = error
    while isinstance(cause, BaseException) and cause not in chain:
        chain.append(cause)
        nested = next((arg for arg in cause.args if isinstance(arg, BaseException)), None)
        cause = getattr(cause, "reason", None) or nested or cause.__cause__ or cause.__context__
    if any(isinstance(e, _PrivateError) for e in chain):
        return Fault("private")
    if isinstance(error, requests.exceptions.SSLError):
        return Fault("certificate")
    if isinstance(error, requests.Timeout):
        return Fault("timeout")
    if isinstance(error, ValueError):  # requests' own errors of form are ValueErrors too
        return Fault("form")
    return Fault("unreachable")


def _is_private_name(host: str) -> bool:
    """Return whether a host can be known to be private without asking for its address."""
    if "." not in host and ":" not in host:
        return True  # "intranet", "localhost"
    if host.rstrip(".").endswith((".local", ".localhost", ".internal", ".lan", ".home.arpa")):
        return True
    try:
        return not _is_public(host)
    except ValueError:
        return False


def _is_public(address: str) -> bool:
    """Return whether an IP address is of the public Internet. Raise ValueError if it is none."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
    return (mapped or ip).is_global and not ip.is_multicast


class _Guarded(HTTPConnection):
    """A connection to the public Internet alone, whatever a name turns out to mean.

    The address is looked at after the name was resolved and before a byte is sent, so that a
    name that means another machine the second time gains nothing.
    """

    def _new_conn(self) -> socket.socket:
        known = socket.getaddrinfo(self._dns_host, self.port, type=socket.SOCK_STREAM)
        if not all(_is_public(str(found[4][0])) for found in known):
            raise _PrivateError(self.host)
        made = super()._new_conn()
        if not _is_public(str(made.getpeername()[0])):
            made.close()
            raise _PrivateError(self.host)
        return made


class _GuardedTls(_Guarded, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Guarded


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _GuardedTls


class _PublicOnly(HTTPAdapter):
    """Makes connections to the public Internet alone."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}
