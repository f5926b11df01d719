"""A dead-man's switch: somebody else notices when the pings stop (the ways of Healthchecks).

POST to the address itself says that all is well; ``/start``, ``/fail`` and ``/log`` after its
path say that a run began, that it could not be made, and anything else.
"""

from __future__ import annotations

from typing import Literal
from urllib.parse import urlsplit, urlunsplit

from publisher import __version__
from publisher.errors import NoticeError
from publisher.hosts import is_loopback
from publisher.model import Problem
from publisher.notify.hush import hushed

Event = Literal["start", "success", "fail", "log"]

SECONDS = 10.0
"""The longest that a ping may keep the scheduler waiting."""

_TIMEOUT = (3.0, 5.0)  # seconds: to connect, and for an answer
_BODY = 10_000  # characters that are worth keeping there


def ping(url: str, event: Event, body: str = "") -> None:
    """Ping an address. Raise NoticeError, in which the address is not repeated.

    body: a few words that are shown with the ping.
    """
    import requests

    target = _target(url, event)
    with hushed():
        try:
            with requests.Session() as session:
                # What is meant for this machine must not travel to a proxy.
                session.trust_env = not is_loopback(urlsplit(target).hostname or "")
                response = session.post(
                    target,
                    data=body[:_BODY].encode(),
                    headers={
                        "User-Agent": f"publisher/{__version__}",
                        "Content-Type": "text/plain; charset=utf-8",
                    },
                    timeout=_TIMEOUT,
                    allow_redirects=False,
                    stream=True,  # the answer's words do not matter
                )
                status = response.status_code
        except (requests.RequestException, OSError, ValueError):
            raise NoticeError(Problem("ping-unreachable")) from None
    if status >= 300:
        raise NoticeError(Problem("ping-refused", params={"status": status}))


def _target(url: str, event: Event) -> str:
    try:
        parts = urlsplit(url.strip())
        host, _port = parts.hostname, parts.port
    except ValueError:
        raise NoticeError(Problem("ping-address")) from None
    safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host or ""))
    if not host or not safe:
        raise NoticeError(Problem("ping-address"))
    path = parts.path.rstrip("/")
    if event != "success":
        path = f"{path}/{event}"
    return urlunsplit((parts.scheme, parts.netloc, path, parts.query, ""))
