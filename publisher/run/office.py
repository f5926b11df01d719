"""Where the program works: config, clock, lock, log, sites, opened and closed here."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from publisher.apply import Site
from publisher.config import Config
from publisher.errors import AlreadyRunningError, ConfigError, SiteError
from publisher.log import open_log
from publisher.model import Problem, SiteInfo, Where
from publisher.sources import POSTS
from publisher.text import nfc

if TYPE_CHECKING:
    from publisher.log import Log


@dataclass(frozen=True, slots=True)
class Office:
    """Where the program works: its config, the clock, secrets, the words of its pages.

    open_site: makes the site of a name; raises ConfigError when a secret is missing.
    """

    config: Config
    now: Callable[[], datetime]
    open_site: Callable[[str], Site]


def office(
    config: Config,
    environ: Mapping[str, str],
    now: Callable[[], datetime],
    translate: Callable[[str], str],
    kinds: Mapping[str, str],
) -> Office:
    """Return the office that works with the real sites of a config.

    translate, kinds: the words of the preview site's pages; labels of the kinds by code.
    """

    def open_site(name: str) -> Site:
        settings = config.sites[name]
        if settings.kind == "preview":
            from publisher.sites.preview import PreviewSite

            return PreviewSite(
                name,
                config.preview_folder(name),
                themes=config.themes,
                kinds=kinds,
                organisation=config.organisation.name,
                slogan=config.organisation.slogan,
                timezone=config.schedule.timezone,
                translate=translate,
            )
        from publisher import credentials
        from publisher.sites.wordpress import WordPressSite

        return WordPressSite(
            name,
            settings.url or "",
            settings.user,
            credentials.password(name, settings.user, config.state, environ),
            editor=settings.editor,
            connections=settings.connections,
            timeout=settings.timeout,
        )

    return Office(config, now, open_site)


@contextmanager
def locked(config: Config) -> Iterator[None]:
    """Hold the only place at this log. Raise AlreadyRunningError when it is taken."""
    from filelock import FileLock, Timeout

    try:
        config.state.mkdir(parents=True, exist_ok=True)
        lock = FileLock(config.state / "publisher.lock", timeout=0)
        with lock:
            yield
    except Timeout as error:
        raise AlreadyRunningError(Problem("already-running", Where(str(config.state)))) from error


@contextmanager
def log_of(office: Office) -> Iterator[Log]:
    """Open the publication log of an office, and close it."""
    log = open_log(office.config.log_url, office.now)
    try:
        yield log
    finally:
        log.close()


@contextmanager
def opened_sites(
    office: Office, names: Collection[str] = ()
) -> Iterator[tuple[dict[str, Site], dict[str, Problem]]]:
    """Open the sites (all, or those named); also return why one could not be opened."""
    sites: dict[str, Site] = {}
    failed: dict[str, Problem] = {}
    try:
        for name in names or office.config.sites:
            try:
                sites[name] = office.open_site(name)
            except (ConfigError, SiteError) as error:
                failed[name] = error.problems[0]
        yield sites, failed
    finally:
        for site in sites.values():
            site.close()


def check_sites(office: Office, names: Collection[str] = ()) -> dict[str, SiteInfo | Problem]:
    """Prove each site's account; return what it says of itself, or why it does not."""
    answers: dict[str, SiteInfo | Problem] = {}
    with opened_sites(office, names) as (sites, failed):
        answers |= failed
        for name, site in sites.items():
            try:
                answers[name] = site.about()
            except SiteError as error:
                answers[name] = error.problems[0]
    return answers


def key_of(config: Config, written: str) -> str:
    """Return the key that a person means: the key itself, or the path of its file."""
    text = nfc(written).replace("\\", "/")
    path = Path(text)
    if path.is_absolute():
        try:
            text = path.relative_to(config.posts).as_posix()
        except ValueError:
            return text
    text = text.removeprefix("./").removeprefix(f"{config.paths.posts.as_posix()}/")
    for ending in POSTS:
        if text.lower().endswith(ending):
            text = text[: -len(ending)]
            break
    return text.removesuffix("/index")


def differs(ours: ZoneInfo, theirs: str, now: datetime) -> bool:
    """Return whether a site's time zone, an IANA name or ``UTC+7``, shows other times now."""
    try:
        offset = now.astimezone(ZoneInfo(theirs)).utcoffset()
    except (ZoneInfoNotFoundError, ValueError):
        found = re.fullmatch(r"UTC([+-])(\d{1,2})(?::(\d{2}))?", theirs)
        if not found:
            return False
        size = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
        offset = -size if found[1] == "-" else size
    return offset != now.astimezone(ours).utcoffset()
