"""The settings of messages to people."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, Field

from publisher.config.reporting import Section
from publisher.config.values import NAME, Text, fail

RESERVED = ("mail", "ping")
"""Names that ``publisher notice login`` uses for the mail server and the ping address."""

_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\]+")


def _channel(value: str) -> str:
    # The address of a channel holds its password, so it is not repeated.
    if "://" in value or "@" in value:
        raise fail("config-secret", name="channels")
    if not NAME.fullmatch(value) or value in RESERVED:
        raise fail("config-name", value=value)
    return value


def _address(value: str) -> str:
    if not (value.isascii() and _ADDRESS.fullmatch(value)):
        raise fail("config-mail", value=value)
    return value


def _host(value: str) -> str:
    if not value or re.search(r"[\s/@:]", value):
        raise fail("config-host", value=value.rsplit("@")[-1])
    return value


_Channel = Annotated[Text, AfterValidator(_channel)]
Address = Annotated[Text, AfterValidator(_address)]


class MailSettings(Section):
    """The office's mail server; its password is kept by ``publisher notice login mail``.

    port: 465 speaks TLS at once, any other must offer STARTTLS. user: "" for a server that
    asks for none. to: who in the office gets the messages; () is nobody.
    """

    host: Annotated[Text, AfterValidator(_host)]
    port: int = Field(default=587, ge=1, le=65535)
    user: Text = ""
    sender: Address = Field(alias="from")
    to: tuple[Address, ...] = ()


class NoticeSettings(Section):
    """Who is told what happens while nobody looks.

    channels: names; the addresses are secrets. group_minutes: two messages of a kind are at
    least so far apart. patience_minutes: how long a trouble lasts before it is told.
    per_hour: messages in an hour at most. ping: whether a dead-man's switch is told of every
    run. authors: mail addresses by the names in posts, for the digest of the day.
    """

    channels: tuple[_Channel, ...] = ()
    group_minutes: int = Field(default=15, ge=1, le=1440)
    patience_minutes: int = Field(default=5, ge=0, le=1440)
    per_hour: int = Field(default=12, ge=2, le=100)
    ping: bool = False
    mail: MailSettings | None = None
    authors: Mapping[Text, Address] = Field(default_factory=dict)
