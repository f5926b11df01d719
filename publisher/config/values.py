"""Single values of config.toml: names, times of day, texts."""

from __future__ import annotations

import re
from datetime import time
from typing import Annotated

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from publisher.text import nfc

NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
"""What a site, a theme or a channel may be called."""


def fail(code: str, **params: object) -> PydanticCustomError:
    """Return the error that becomes a Problem of this code."""
    return PydanticCustomError(code, code, params)


def clock(value: object) -> object:
    """Return a time of day. TOML has its own (08:00:00); people write "08:00" or "8h30"."""
    if isinstance(value, str) and (m := re.fullmatch(r"(\d{1,2})[:h](\d{2})?", value.strip())):
        hour, minute = int(m[1]), int(m[2] or 0)
        if hour < 24 and minute < 60:
            return time(hour, minute)
    if isinstance(value, time):
        return value
    raise fail("config-clock", value=str(value))


def clock_or_never(value: object) -> object:
    """Return a time of day, None for "" or false: never."""
    return None if value in ("", False) else clock(value)


def _nfc(value: str) -> str:
    return nfc(value.strip())


Text = Annotated[str, AfterValidator(_nfc)]
