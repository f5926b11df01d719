"""The settings of config.toml, each with its default, and what their values may be."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from datetime import date, time
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    field_validator,
)
from pydantic_core import PydanticCustomError

from publisher.model import Target
from publisher.text import nfc

SITE_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")

# The themes of the plan (Kế hoạch truyền thông 2023, parts I and II); next year's differ.
THEMES: Mapping[str, str] = {
    "can-bo": "Truyền thông đến công chức, viên chức",
    "tiep-nhan-pakn": "Địa chỉ tiếp nhận, xử lý phản ánh, kiến nghị",
    "cong-khai-tthc": "Công khai, minh bạch thủ tục hành chính",
    "mo-hinh-hay": "Mô hình, cách làm hay",
    "ra-soat": "Quá trình và kết quả rà soát thủ tục hành chính",
    "lay-y-kien": "Lấy ý kiến người dân qua hệ thống điện tử",
    "ket-qua": "Hoạt động và kết quả kiểm soát thủ tục hành chính",
    "khau-hieu": "Khẩu hiệu “Chung tay cải cách thủ tục hành chính”",
}


def _fail(code: str, **params: object) -> PydanticCustomError:
    return PydanticCustomError(code, code, params)


def _nfc(value: str) -> str:
    return nfc(value.strip())


_Text = Annotated[str, AfterValidator(_nfc)]


def _zone(value: object) -> ZoneInfo:
    try:
        return ZoneInfo(str(value))
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise _fail("config-timezone", value=str(value)) from error


def _clock(value: object) -> object:
    # TOML has times of its own (08:00:00); people write "08:00" or "8h30".
    if isinstance(value, str) and (m := re.fullmatch(r"(\d{1,2})[:h](\d{2})?", value.strip())):
        hour, minute = int(m[1]), int(m[2] or 0)
        if hour < 24 and minute < 60:
            return time(hour, minute)
    if isinstance(value, time):
        return value
    raise _fail("config-clock", value=str(value))


def _url(value: str) -> str:
    value = value.strip()
    try:
        parts = urlsplit(value)
        host, _port = parts.hostname, parts.port
    except ValueError as error:  # a port that is no number, a bracket left open
        raise _fail("config-url", value=value.rsplit("@")[-1]) from error
    if "@" in parts.netloc:
        raise _fail("config-secret", name="url")
    if parts.scheme not in ("http", "https") or not host:
        raise _fail("config-url", value=value.rsplit("@")[-1])
    if parts.scheme == "http" and not is_loopback(host):
        raise _fail("config-http", value=value, fixed=f"https{value[4:]}")
    return value.rstrip("/")


def _folder(value: Path) -> Path:
    # "D:\tin" is a tab in TOML, which no editor shows and no folder has in its name.
    if any(ord(c) < 32 for c in str(value)):
        raise _fail("toml-backslash")
    return value


_Folder = Annotated[Path, AfterValidator(_folder)]


def _day(value: str) -> str:
    day, _slash, month = value.partition("/")
    try:
        date(2023, int(month), int(day))  # a day that every year has
    except ValueError as error:
        raise ValueError("no day and month") from error
    return value


def is_loopback(host: str) -> bool:
    """Return whether a host name can only mean this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class Organisation(_Section):
    """Who publishes. Names change with mergers, so none is written in the program."""

    name: _Text = ""
    parent: _Text = ""
    slogan: _Text = "Chung tay cải cách thủ tục hành chính"


class Paths(_Section):
    """Folders; relative ones are below the folder of config.toml."""

    posts: _Folder = Path("posts")
    media: _Folder = Path("media")
    state: _Folder = Path(".publisher")


class Images(_Section):
    """How pictures are made ready: pixels of the longest side, JPEG quality."""

    longest_side: int = Field(default=1600, ge=200, le=10000)
    quality: int = Field(default=82, ge=30, le=95)


class Schedule(_Section):
    """When: the time zone of dates, the time of a date without one, seconds between scans."""

    timezone: Annotated[ZoneInfo, BeforeValidator(_zone)] = ZoneInfo("Asia/Ho_Chi_Minh")
    default_time: Annotated[time, BeforeValidator(_clock)] = time(0, 0)
    every: int = Field(default=60, ge=5, le=86400)


class LogSettings(_Section):
    """Where the publication log is: an SQLAlchemy URL; "" is a SQLite file in the state."""

    url: str = ""

    @field_validator("url")
    @classmethod
    def _known(cls, value: str) -> str:
        if value and not value.startswith(("sqlite:///", "postgresql")):
            raise _fail("config-log-url", value=value.split("@")[-1])
        if urlsplit(value).password or "password=" in value:
            raise _fail("config-secret", name="url")
        return value.replace("postgresql://", "postgresql+psycopg://", 1)


class ReportSettings(_Section):
    """The yearly report: the day on which it is due, day and month (before 14/12)."""

    deadline: Annotated[str, AfterValidator(_day)] = "14/12"


class SiteSettings(_Section):
    """One site. url and user belong to WordPress, folder to the preview."""

    kind: Literal["wordpress", "preview"]
    url: Annotated[str, AfterValidator(_url)] | None = None
    user: _Text = ""
    folder: _Folder | None = None
    editor: Literal["blocks", "classic"] = "blocks"
    schedule: Literal["publisher", "wordpress"] = "publisher"
    connections: int = Field(default=4, ge=1, le=16)
    timeout: float = Field(default=60.0, ge=5, le=600)
    categories: tuple[_Text, ...] = ()


class Config(_Section):
    """The whole of config.toml, with every default filled in.

    base: the folder it lies in; file: its name as people know it.
    """

    organisation: Organisation = Organisation()
    paths: Paths = Paths()
    sites: Mapping[str, SiteSettings] = Field(default_factory=dict)
    images: Images = Images()
    themes: Mapping[str, _Text] = Field(default_factory=lambda: dict(THEMES))
    schedule: Schedule = Schedule()
    log: LogSettings = LogSettings()
    report: ReportSettings = ReportSettings()
    base: Path = Path()
    file: str = "config.toml"

    @property
    def posts(self) -> Path:
        """The folder of posts, absolute."""
        return self.base / self.paths.posts

    @property
    def media(self) -> Path:
        """The folder of shared pictures, absolute."""
        return self.base / self.paths.media

    @property
    def state(self) -> Path:
        """The folder of log, caches and preview site, absolute."""
        return self.base / self.paths.state

    @property
    def log_url(self) -> str | Path:
        """The log's SQLAlchemy URL, or the path of its SQLite file."""
        if self.log.url.startswith("sqlite:///"):
            return self.base / self.log.url.removeprefix("sqlite:///")
        return self.log.url or self.state / "log.sqlite3"

    def preview_folder(self, name: str) -> Path:
        """Return the folder of a preview site, absolute."""
        return self.base / (self.sites[name].folder or self.paths.state / name)

    def target(self, name: str) -> Target:
        """Return what the plan must know of a site; a preview takes HTML."""
        site = self.sites[name]
        editor = site.editor if site.kind == "wordpress" else "classic"
        return Target(name, editor, site.schedule, site.categories)
