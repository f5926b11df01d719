"""Channels: Telegram, Zalo, Teams, webhooks, ... through apprise.

A channel is one address that holds its secrets, so nothing that apprise says is passed on.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from publisher.errors import NoticeError
from publisher.hosts import is_loopback
from publisher.model import Problem
from publisher.notify.hush import hushed
from publisher.notify.message import Message

if TYPE_CHECKING:
    from apprise import AppriseAsset, NotifyBase

SECONDS = 20.0
"""The longest that one channel may take."""

_STATUS = re.compile(r"\berror=(\d{3})\b")


def service(name: str, url: str) -> str:
    """Return what service an address belongs to, such as ``Telegram``. Raise NoticeError."""
    with hushed():
        return str(_service(name, url).service_name)


def check(name: str, url: str) -> None:
    """Raise NoticeError when an address is not understood, or would send in clear."""
    with hushed():
        _service(name, url)


def send(name: str, url: str, message: Message) -> None:
    """Send a message to the channel of that name. Raise NoticeError when it was not taken."""
    from apprise import Apprise, NotifyFormat, NotifyType

    with hushed() as heard:
        channel = Apprise(asset=_asset())
        channel.add(_service(name, url))
        try:
            done = channel.notify(
                body=message.body,
                title=message.header,
                notify_type=NotifyType(message.severity),
                body_format=NotifyFormat.TEXT,
            )
        except Exception as error:  # whatever a plug-in raises may hold the address
            raise _failed(name, type(error).__name__) from None
    if not done:
        raise _reason(name, heard)


def _asset() -> AppriseAsset:
    from apprise import AppriseAsset

    return AppriseAsset(
        app_id="publisher",
        app_desc="publisher",
        async_mode=False,
        storage_mode="memory",
        service_timeout=SECONDS,
        http_redirects=False,
    )


def _service(name: str, url: str) -> NotifyBase:
    """Return apprise's own form of an address."""
    from apprise import Apprise, NotifyBase, OverflowMode

    try:
        found = Apprise.instantiate(url, asset=_asset())
    except Exception:  # its text may hold the address
        found = None
    if not isinstance(found, NotifyBase):
        raise NoticeError(Problem("notice-address", params={"name": name}))
    if not _safe(found, url):
        raise NoticeError(Problem("notice-insecure", params={"name": name}))
    if found.overflow_mode is OverflowMode.UPSTREAM:
        # One message too long for its channel is cut, not refused and not sent as five.
        found.overflow_mode = OverflowMode.TRUNCATE
    return found


def _safe(found: NotifyBase, url: str) -> bool:
    """Return whether an address keeps its secrets on the way, or never leaves this machine."""
    if is_loopback(str(found.host or "")):
        return True
    if not found.verify_certificate:
        return False
    if getattr(found, "secure_mode", "") == "insecure":  # of mail
        return False
    plain: str | tuple[str, ...] | None = found.protocol
    schema = url.partition("://")[0].strip().lower()
    in_clear = schema in ((plain,) if isinstance(plain, str) else plain or ())
    return bool(found.secure) or not found.secure_protocol or not in_clear


def _reason(name: str, heard: list[str]) -> NoticeError:
    """Return why a channel did not take a message, from what apprise muttered."""
    said = " ".join(heard)
    if status := _STATUS.search(said):
        params = {"name": name, "status": int(status[1])}
        return NoticeError(Problem("notice-refused", params=params))
    if re.search("connection error|time", said, re.IGNORECASE):
        return NoticeError(Problem("notice-unreachable", params={"name": name}))
    return _failed(name, "")


def _failed(name: str, error: str) -> NoticeError:
    return NoticeError(Problem("notice-failed", params={"name": name, "error": error}))
