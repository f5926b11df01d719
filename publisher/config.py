"""config.toml → Config: the only room that reads it. All its errors come at once."""

from __future__ import annotations

import difflib
import ipaddress
import re
import tomllib
from collections.abc import Mapping
from datetime import date, time
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
)
from pydantic_core import PydanticCustomError

from publisher.errors import ConfigError
from publisher.model import Problem, Target, Where
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


_SECRET = re.compile(r"pass|pwd|token|secret|mat_?khau|mật_?khẩu")


def load(path: Path) -> Config:
    """Given the path of config.toml, return its Config. Raise ConfigError with all problems."""
    file = path.name
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeError as error:
        raise ConfigError(Problem("encoding", Where(file, 1))) from error
    except OSError as error:
        raise ConfigError(Problem("config-not-found", params={"file": str(path)})) from error
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(_toml_problem(error, text, file)) from error
    # These two are not for people to set.
    problems = [_unknown((key,), text, file) for key in ("base", "file") if key in values]
    problems += [
        Problem("config-name", Where(file, _line((section, name), text)), {"value": name})
        for section in ("sites", "themes")
        if isinstance(values.get(section), dict)
        for name in values[section]
        if not SITE_NAME.fullmatch(name)
    ]
    problems += _incomplete(values, text, file)
    try:
        config = Config.model_validate({**values, "base": path.parent.resolve(), "file": file})
    except ValidationError as error:
        problems += [_problem(e, text, file) for e in error.errors(include_url=False)]
    if problems:
        raise ConfigError(*sorted(problems, key=lambda p: p.where))
    # Nothing configured: a site that needs nothing, so that the first run shows something.
    sites = config.sites or {"preview": SiteSettings(kind="preview")}
    return config.model_copy(update={"sites": sites, "themes": config.themes or dict(THEMES)})


def _incomplete(values: Mapping[str, Any], text: str, file: str) -> list[Problem]:
    """Return what the WordPress sites lack: without url and user nothing can be sent."""
    sites = values.get("sites")
    return [
        Problem(
            "config-missing",
            Where(file, _line(("sites", name), text)),
            {"name": wanted, "section": f"sites.{name}"},
        )
        for name, site in (sites.items() if isinstance(sites, dict) else ())
        if isinstance(site, dict) and site.get("kind") == "wordpress"
        for wanted in ("url", "user")
        if site.get(wanted, "") == ""
    ]


def _is_secret(name: str) -> bool:
    return bool(_SECRET.search(nfc(name).lower().replace("-", "_").replace(" ", "_")))


def _toml_problem(error: tomllib.TOMLDecodeError, text: str, file: str) -> Problem:
    found = re.search(r"at line (\d+)", str(error))
    line = int(found[1]) if found else text.count("\n") + 1
    lines = text.split("\n")
    written = lines[min(line, len(lines)) - 1].strip()
    name = written.partition("=")[0].strip().strip("\"'")
    if _is_secret(name):  # its value is not shown
        return Problem("config-secret", Where(file, line), {"name": name})
    if "\\" in written:
        return _backslash(written, Where(file, line))
    return Problem("toml", Where(file, line), {"line": written})


def _backslash(written: str, where: Where) -> Problem:
    fixed = written.replace("\\", "/")
    return Problem("toml-backslash", where, {"line": written, "fixed": fixed})


def _problem(error: Mapping[str, Any], text: str, file: str) -> Problem:
    # pydantic names the branch of a union too; only keys of the file are wanted.
    loc = tuple(str(part) for part in error["loc"])
    code, context = str(error["type"]), dict(error.get("ctx") or {})
    if code == "extra_forbidden":
        return _unknown(loc, text, file)
    where = Where(file, _line(loc, text))
    key = ".".join(loc)
    value = str(error.get("input"))
    if code == "toml-backslash":
        return _backslash(text.split("\n")[where.line - 1].strip(), where)
    if code.startswith("config-"):
        return Problem(code, where, {"key": key, "section": key, **context})
    if code == "literal_error":
        choices = str(context.get("expected", "")).replace("'", "").replace(" or ", ", ")
        return Problem("config-choice", where, {"key": key, "value": value, "choices": choices})
    if code in ("greater_than_equal", "less_than_equal"):
        limit = context.get("ge", context.get("le"))
        params = {"key": key, "value": value, "limit": limit, "low": "ge" in context}
        return Problem("config-range", where, params)
    if code == "missing":
        params = {"name": loc[-1], "section": ".".join(loc[:-1])}
        return Problem("config-missing", Where(file, _line(loc[:-1], text)), params)
    return Problem("config-value", where, {"key": key, "value": value})


def _unknown(loc: tuple[str, ...], text: str, file: str) -> Problem:
    where = Where(file, _line(loc, text))
    name = loc[-1]
    if _is_secret(name):
        return Problem("config-secret", where, {"name": name})
    model: type[BaseModel] = Config
    if len(loc) > 1:
        model = SiteSettings if loc[0] == "sites" else Config.model_fields[loc[0]].default.__class__
    choices = [field for field in model.model_fields if field not in ("base", "file")]
    close = difflib.get_close_matches(name, choices, n=1, cutoff=0.6)
    params = {"key": ".".join(loc), "meant": close[0] if close else "", "choices": choices}
    return Problem("config-unknown", where, {**params, "choices": ", ".join(choices)})


def _line(loc: tuple[str, ...], text: str) -> int:
    """Return the line of a key (of the nearest section when it is not there); 1 at worst."""
    section: tuple[str, ...] = ()
    best, depth = 1, 0
    for number, line in enumerate(text.split("\n"), start=1):
        if header := re.match(rf"\s*\[\[?({_DOTTED})\]", line):
            section = here = _parts(header[1])
        elif key := re.match(rf"({_DOTTED})=", line):
            here = (*section, *_parts(key[1]))
        else:
            continue
        if len(here) > depth and loc[: len(here)] == here:
            best, depth = number, len(here)
    return best


_NAME = r"\"[^\"]*\"|'[^']*'|[\w-]+"
_DOTTED = rf"\s*(?:{_NAME})\s*(?:\.\s*(?:{_NAME})\s*)*"


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in re.findall(_NAME, dotted))
