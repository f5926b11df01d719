"""The settings of config.toml, each with its default, and what their values may be."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
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

from publisher.abilities import ABILITIES, Abilities
from publisher.config.bulletins import BulletinSettings
from publisher.config.hours import Closed, DaysOff, Windows
from publisher.config.noticing import NoticeSettings
from publisher.config.reporting import Date, ReportSettings, RoyaltySettings, Section
from publisher.config.values import Text, clock, clock_or_never, fail
from publisher.hosts import is_loopback
from publisher.model import Origin, Target
from publisher.timetable import Timetable

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


def _zone(value: object) -> ZoneInfo:
    try:
        return ZoneInfo(str(value))
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise fail("config-timezone", value=str(value)) from error


def _url(value: str) -> str:
    value = value.strip()
    try:
        parts = urlsplit(value)
        host, _port = parts.hostname, parts.port
    except ValueError as error:  # a port that is no number, a bracket left open
        raise fail("config-url", value=value.rsplit("@")[-1]) from error
    if "@" in parts.netloc:
        raise fail("config-secret", name="url")
    if parts.scheme not in ("http", "https") or not host:
        raise fail("config-url", value=value.rsplit("@")[-1])
    if parts.scheme == "http" and not is_loopback(host):
        raise fail("config-http", value=value, fixed=f"https{value[4:]}")
    return value.rstrip("/")


def _numbered(value: object) -> object:
    # Pages and channels are numbers or names; a number may be written without quotes.
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _folder(value: Path) -> Path:
    # "D:\tin" is a tab in TOML, which no editor shows and no folder has in its name.
    if any(ord(c) < 32 for c in str(value)):
        raise fail("toml-backslash")
    return value


_Folder = Annotated[Path, AfterValidator(_folder)]


class Profile(Section):
    """Who issues a report, as its title block and its signature say (Nghị định 30/2020/NĐ-CP).

    parent: the body above. symbol: what stands after the number, ``BC-SKHCN``. place: where it
    is dated. signer_title: lines, such as ``KT. GIÁM ĐỐC`` and ``PHÓ GIÁM ĐỐC``. recipients:
    who gets copies (Nơi nhận). addressees: whom it is sent up to (Kính gửi). archive: who
    keeps it, ``VT, VP``.
    """

    name: Text = ""
    parent: Text = ""
    symbol: Text = ""
    place: Text = ""
    signer_title: tuple[Text, ...] = ()
    signer: Text = ""
    recipients: tuple[Text, ...] = ()
    addressees: tuple[Text, ...] = ()
    archive: Text = ""


class DatedProfile(Profile):
    """A profile from a day on; what it leaves out stays as it is always."""

    since: Date


class Organisation(Profile):
    """Who publishes. Names change with mergers, so none is written in the program.

    profile: what changed, and when. logo: a picture file for share cards, below the folder of
    config.toml. phones, emails, email_domains: the office's own, which posts may show.
    """

    slogan: Text = "Chung tay cải cách thủ tục hành chính"
    logo: _Folder | None = None
    phones: tuple[Text, ...] = ()
    emails: tuple[Text, ...] = ()
    email_domains: tuple[Text, ...] = ()
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

    ignore: tuple[Text, ...] = ()
    laws: _Folder | None = None


class Schedule(Section):
    """When: the time zone of dates, the time of a date without one, seconds between scans.

    verify_at, digest_at, backup_at: when ``publisher run`` looks up what was published, sends
    the message of the day, and copies the log; None: never. windows: the hours in which sites
    get new posts that have none of their own, () for always. holidays: whether sites with hours
    get none on public holidays. days_off: the office's own days without posts and without work.
    """

    timezone: Annotated[ZoneInfo, BeforeValidator(_zone)] = ZoneInfo("Asia/Ho_Chi_Minh")
    default_time: Annotated[time, BeforeValidator(clock)] = time(0, 0)
    every: int = Field(default=60, ge=5, le=86400)
    backup_at: Annotated[time | None, BeforeValidator(clock_or_never)] = time(1, 0)
    verify_at: Annotated[time | None, BeforeValidator(clock_or_never)] = time(2, 0)
    digest_at: Annotated[time | None, BeforeValidator(clock_or_never)] = time(16, 30)
    windows: Windows = ()
    holidays: bool = True
    days_off: tuple[DaysOff, ...] = ()


class EditorialSettings(Section):
    """How posts are edited. approval: whether an editor must approve each before it is sent."""

    approval: bool = False


class ServiceSettings(Section):
    """The log file of ``publisher run``: megabytes until a new one begins, how many are kept."""

    log_size_mb: int = Field(default=5, ge=1, le=100)
    log_keep: int = Field(default=10, ge=1, le=100)


class LogSettings(Section):
    """Where the publication log is: an SQLAlchemy URL; "" is a SQLite file in the state.

    backups: the folder of its copies, below that of config.toml; None is one in the state.
    """

    url: str = ""
    backups: _Folder | None = None

    @field_validator("url")
    @classmethod
    def _known(cls, value: str) -> str:
        if value and not value.startswith(("sqlite:///", "postgresql")):
            raise fail("config-log-url", value=value.split("@")[-1])
        if urlsplit(value).password or "password=" in value:
            raise fail("config-secret", name="url")
        return value.replace("postgresql://", "postgresql+psycopg://", 1)


def _public(value: str) -> str:
    value = _url(value)
    if urlsplit(value).path or urlsplit(value).query:
        raise fail("config-public", value=value)
    return value


class WebSettings(Section):
    """The web desk: where it listens, and how people elsewhere reach it.

    public_url: the address that a proxy with HTTPS answers and passes on. trusted_proxy: the
    address from which that proxy speaks to the desk.
    """

    host: Text = "127.0.0.1"
    port: int = Field(default=8601, ge=0, le=65535)
    public_url: Annotated[str, AfterValidator(_public)] | None = None
    trusted_proxy: Text = "127.0.0.1"


class SiteSettings(Section):
    """One site. url and user belong to WordPress, folder to the preview.

    label: what reports call it, such as "Trang thông tin điện tử của Sở". windows: the hours
    in which it gets new posts, None for those of the schedule. per_hour: how many posts appear
    in any 60 minutes at most, 0 for no limit. urgent_any_time: whether urgent posts ignore
    hours and days off.

    unit: whose site it is, "" for the organisation. republishes: the site whose items it has
    copies of; they state it as their source. default: whether posts that name no site go there,
    None for "when it republishes nothing". categories_map: what categories are called there,
    "" for one that it does not have. author: the account that its posts are shown under.

    account, app: of a channel, the page, account or channel, and the application that it let
    in. url: of its API, None for the real one. republishes: the website that it leads to, "" for
    the first.
    """

    kind: Literal["wordpress", "preview", "facebook", "zalo", "telegram"]
    url: Annotated[str, AfterValidator(_url)] | None = None
    user: Text = ""
    folder: _Folder | None = None
    label: Text = ""
    editor: Literal["blocks", "classic"] = "blocks"
    schedule: Literal["publisher", "wordpress"] = "publisher"
    connections: int = Field(default=4, ge=1, le=16)
    timeout: float = Field(default=60.0, ge=5, le=600)
    categories: tuple[Text, ...] = ()
    windows: Windows | None = None
    per_hour: int = Field(default=0, ge=0, le=1000)
    urgent_any_time: bool = True
    unit: Text = ""
    republishes: Text = ""
    default: bool | None = None
    categories_map: Mapping[Text, Text] = Field(default_factory=dict)
    author: Text = ""
    account: Annotated[Text, BeforeValidator(_numbered)] = ""
    app: Annotated[Text, BeforeValidator(_numbered)] = ""

    @property
    def abilities(self) -> Abilities:
        """What a site of its kind can do."""
        return ABILITIES[self.kind]

    @property
    def who(self) -> str:
        """The account that its password or token is of."""
        return self.account if self.abilities.short else self.user

    @property
    def by_default(self) -> bool:
        """Whether posts that name no site go there: nobody is surprised by a copy elsewhere."""
        if self.default is None:
            return not (self.republishes or self.abilities.short)
        return self.default


class Config(Section):
    """The whole of config.toml, with every default filled in.

    groups: sites that posts name together. base: the folder it lies in; file: its name as
    people know it.
    """

    organisation: Organisation = Organisation()
    paths: Paths = Paths()
    sites: Mapping[str, SiteSettings] = Field(default_factory=dict)
    groups: Mapping[str, tuple[Text, ...]] = Field(default_factory=dict)
    images: Images = Images()
    media: Media = Media()
    checks: Checks = Checks()
    themes: Mapping[str, Text] = Field(default_factory=lambda: dict(THEMES))
    schedule: Schedule = Schedule()
    editorial: EditorialSettings = EditorialSettings()
    service: ServiceSettings = ServiceSettings()
    log: LogSettings = LogSettings()
    web: WebSettings = WebSettings()
    report: ReportSettings = ReportSettings()
    royalties: RoyaltySettings = RoyaltySettings()
    notices: NoticeSettings = NoticeSettings()
    bulletin: BulletinSettings = BulletinSettings()
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

    @property
    def backups(self) -> Path:
        """The folder of the log's copies, absolute."""
        return self.base / (self.log.backups or self.paths.state / "backups")

    def preview_folder(self, name: str) -> Path:
        """Return the folder of a preview site, absolute."""
        return self.base / (self.sites[name].folder or self.paths.state / name)

    def target(self, name: str) -> Target:
        """Return what the plan must know of a site; a preview takes HTML."""
        site = self.sites[name]
        editor = site.editor if site.kind == "wordpress" else "classic"
        home = self.home_of(name)
        return Target(
            name,
            editor,
            site.schedule if site.abilities.schedule else "publisher",
            site.categories,
            self.timetable(name),
            {theirs.casefold(): here for theirs, here in site.categories_map.items()},
            self._origin(home) if home else None,
            site.author,
            site.abilities,
            approval=self.editorial.approval,
        )

    def home_of(self, name: str) -> str:
        """Return the website that a site has copies of or leads to, "" for none."""
        site = self.sites[name]
        if site.republishes or not site.abilities.short:
            return site.republishes
        websites = (n for n, s in self.sites.items() if s.kind == "wordpress" and not s.republishes)
        return next(websites, "")

    def _origin(self, name: str) -> Origin:
        # These stand on the website itself, which is Vietnamese whatever the clerk reads.
        return Origin(name, self.owner(name), lead="Nguồn", again="Đăng lại từ")

    def groups_of(self, name: str) -> list[str]:
        """Return the groups that a site is in."""
        return [group for group, members in self.groups.items() if name in members]

    def owner(self, name: str) -> str:
        """Return whose site it is, as people name it."""
        site = self.sites[name]
        return site.unit or self.organisation.name or site.label or name

    @property
    def default_sites(self) -> tuple[str, ...]:
        """The sites of posts that name none."""
        return tuple(name for name, site in self.sites.items() if site.by_default)

    def sites_named(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return sites, each once, for names of sites and of groups."""
        return tuple(dict.fromkeys(s for name in names for s in self.groups.get(name, (name,))))

    @property
    def own_days_off(self) -> Container[date]:
        """The office's own days off, without the public holidays."""
        return Closed(self.schedule.days_off)

    def timetable(self, name: str) -> Timetable:
        """Return when a site may get new posts; public holidays close only one with hours."""
        site, schedule = self.sites[name], self.schedule
        windows = schedule.windows if site.windows is None else site.windows
        return Timetable(
            tuple(hours for line in windows for hours in line),
            Closed(schedule.days_off, schedule.holidays and bool(windows)),
            site.per_hour,
            schedule.timezone,
            site.urgent_any_time,
        )
