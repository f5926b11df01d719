"""The settings of config.toml, each with its default, and what their values may be."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, time
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    field_validator,
)
from pydantic_core import PydanticCustomError

from publisher.config.reporting import Date, ReportSettings, RoyaltySettings, Section
from publisher.hosts import is_loopback
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


class Profile(Section):
    """Who issues a report, as its title block and its signature say (Nghị định 30/2020/NĐ-CP).

    parent: the body above. symbol: what stands after the number, ``BC-SKHCN``. place: where it
    is dated. signer_title: lines, such as ``KT. GIÁM ĐỐC`` and ``PHÓ GIÁM ĐỐC``. recipients:
    who gets copies (Nơi nhận). addressees: whom it is sent up to (Kính gửi). archive: who
    keeps it, ``VT, VP``.
    """

    name: _Text = ""
    parent: _Text = ""
    symbol: _Text = ""
    place: _Text = ""
    signer_title: tuple[_Text, ...] = ()
    signer: _Text = ""
    recipients: tuple[_Text, ...] = ()
    addressees: tuple[_Text, ...] = ()
    archive: _Text = ""


class DatedProfile(Profile):
    """A profile from a day on; what it leaves out stays as it is always."""

    since: Date


class Organisation(Profile):
    """Who publishes. Names change with mergers, so none is written in the program.

    profile: what changed, and when. logo: a picture file for share cards, below the folder of
    config.toml. phones, emails, email_domains: the office's own, which posts may show.
    """

    slogan: _Text = "Chung tay cải cách thủ tục hành chính"
    logo: _Folder | None = None
    phones: tuple[_Text, ...] = ()
    emails: tuple[_Text, ...] = ()
    email_domains: tuple[_Text, ...] = ()
    profile: tuple[DatedProfile, ...] = ()

    def on(self, day: date) -> Profile:
        """Return the profile of a day: what is always so, and all that had changed by then."""
        values = self.model_dump(include=set(Profile.model_fields))
        for changed in sorted(self.profile, key=lambda p: p.since):
            if changed.since <= day:
                values |= changed.model_dump(exclude={"since"}, exclude_unset=True)
        return Profile(**values)


class Paths(Section):
    """Folders; relative ones are below the folder of config.toml."""

    posts: _Folder = Path("posts")
    media: _Folder = Path("media")
    state: _Folder = Path(".publisher")


class Images(Section):
    """How pictures are made ready: pixels of the longest side, quality of JPEG and WebP.

    share_card: whether a card is drawn for posts without a picture; None is "when there is the
    name of an organisation to put on it".
    """

    longest_side: int = Field(default=1600, ge=200, le=10000)
    quality: int = Field(default=82, ge=30, le=95)
    format: Literal["jpeg", "webp"] = "jpeg"
    share_card: bool | None = None


class Media(Section):
    """Documents, films and recordings that posts offer: their largest size, megabytes."""

    limit_mb: int = Field(default=64, ge=1, le=200)


class Checks(Section):
    """How posts are checked.

    ignore: codes of warnings that are not told. laws: a file of the office's own entries for
    the catalogue of laws, below the folder of config.toml.
    """

    ignore: tuple[_Text, ...] = ()
    laws: _Folder | None = None


class Schedule(Section):
    """When: the time zone of dates, the time of a date without one, seconds between scans."""

    timezone: Annotated[ZoneInfo, BeforeValidator(_zone)] = ZoneInfo("Asia/Ho_Chi_Minh")
    default_time: Annotated[time, BeforeValidator(_clock)] = time(0, 0)
    every: int = Field(default=60, ge=5, le=86400)


class LogSettings(Section):
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


class SiteSettings(Section):
    """One site. url and user belong to WordPress, folder to the preview.

    label: what reports call it, such as "Trang thông tin điện tử của Sở".
    """

    kind: Literal["wordpress", "preview"]
    url: Annotated[str, AfterValidator(_url)] | None = None
    user: _Text = ""
    folder: _Folder | None = None
    label: _Text = ""
    editor: Literal["blocks", "classic"] = "blocks"
    schedule: Literal["publisher", "wordpress"] = "publisher"
    connections: int = Field(default=4, ge=1, le=16)
    timeout: float = Field(default=60.0, ge=5, le=600)
    categories: tuple[_Text, ...] = ()


class Config(Section):
    """The whole of config.toml, with every default filled in.

    base: the folder it lies in; file: its name as people know it.
    """

    organisation: Organisation = Organisation()
    paths: Paths = Paths()
    sites: Mapping[str, SiteSettings] = Field(default_factory=dict)
    images: Images = Images()
    media: Media = Media()
    checks: Checks = Checks()
    themes: Mapping[str, _Text] = Field(default_factory=lambda: dict(THEMES))
    schedule: Schedule = Schedule()
    log: LogSettings = LogSettings()
    report: ReportSettings = ReportSettings()
    royalties: RoyaltySettings = RoyaltySettings()
    base: Path = Path()
    file: str = "config.toml"

    @property
    def posts(self) -> Path:
        """The folder of posts, absolute."""
        return self.base / self.paths.posts

    @property
    def media_folder(self) -> Path:
        """The folder of shared pictures, absolute."""
        return self.base / self.paths.media

    @property
    def draws_cards(self) -> bool:
        """Whether posts without a picture get a share card."""
        wanted = self.images.share_card
        return bool(self.organisation.name) if wanted is None else wanted

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
