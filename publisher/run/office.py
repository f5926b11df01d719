"""Where the program works: config, clock, lock, log, sites, opened and closed here."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from publisher.apply import Site
from publisher.config import Config
from publisher.errors import AlreadyRunningError, ConfigError, SiteError
from publisher.log import open_log
from publisher.model import Problem, RemotePost
from publisher.run.holding import LOCK, SERVICE_LOCK, hold, is_held
from publisher.sources import POSTS
from publisher.text import nfc

if TYPE_CHECKING:
    from publisher.log import Log


Find = Callable[[Sequence[str], Sequence[str]], Sequence[RemotePost]]
"""Looks up posts on a site, by ids and by slugs, as :meth:`Site.find`."""


@dataclass(frozen=True, slots=True)
class Office:
    """Where the program works: its config, the clock, secrets, the words of its pages.

    open_site: makes the site of a name; raises ConfigError when a secret is missing.
    person: who acts, as the log writes it down; "" for the command line and the service.
    patience, waiting: as :func:`locked` takes them. prove: raises what open_site would for want
    of a secret, and loads nothing; where it is missing, a site is opened to see.
    """

    config: Config
    now: Callable[[], datetime]
    open_site: Callable[[str], Site]
    person: str = ""
    patience: float = 0.0
    waiting: Callable[[], None] = lambda: None
    prove: Callable[[str], None] | None = None


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
                organisation=settings.unit or config.organisation.name,
                slogan=config.organisation.slogan,
                timezone=config.schedule.timezone,
                translate=translate,
                url=settings.url or "",
            )
        if settings.abilities.short:
            from publisher.run.channels import channel

            return channel(config, name, environ)
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
            author=settings.author,
        )

    def prove(name: str) -> None:
        settings = config.sites[name]
        if settings.abilities.short:
            open_site(name).close()
        elif settings.kind != "preview":
            from publisher import credentials

            credentials.password(name, settings.user, config.state, environ)

    return Office(config, now, open_site, prove=prove)


@contextmanager
def locked(
    config: Config, patience: float = 0.0, waiting: Callable[[], None] = lambda: None
) -> Iterator[None]:
    """Hold the only place at this log. Raise AlreadyRunningError when it is taken.

    patience: seconds to wait for a scheduler that is at work; anybody else is not waited for.
    waiting: told when that begins. The system frees the place of a program that was killed.
    """
    with ExitStack() as stack:
        for folder in log_folders(config):
            place = folder / LOCK
            try:
                stack.enter_context(hold(place))
            except AlreadyRunningError:
                if not (patience and is_held(config.state / SERVICE_LOCK)):
                    raise
                waiting()
                stack.enter_context(hold(place, patience))
        yield


def log_folders(config: Config) -> tuple[Path, ...]:
    """Return the folders in which there can be but one publisher: the state's, the log's.

    Two computers with a log on a share may have a state each, in a folder of their own.
    """
    log = config.log_url
    beside = log.resolve().parent if isinstance(log, Path) else config.state
    same = beside == config.state.resolve()
    return (config.state,) if same else (config.state, beside)


@contextmanager
def own_log(office: Office) -> Iterator[Log]:
    """Hold the only place at the log, and open it to write. Raise what these two raise.

    On a database server the place is kept there too, for publishers on other computers.
    """
    with (
        locked(office.config, office.patience, office.waiting),
        log_of(office) as log,
        log.exclusive(),
    ):
        yield log


@contextmanager
def log_of(office: Office) -> Iterator[Log]:
    """Open the publication log of an office, and close it."""
    log = open_log(office.config.log_url, office.now, person=office.person)
    try:
        yield log
    finally:
        log.close()


@contextmanager
def opened_sites(
    office: Office, names: Collection[str] | None = None
) -> Iterator[tuple[dict[str, Site], dict[str, Problem]]]:
    """Open the sites (all, or those named); also return why one could not be opened."""
    sites: dict[str, Site] = {}
    failed: dict[str, Problem] = {}
    try:
        for name in office.config.sites if names is None else names:
            try:
                sites[name] = office.open_site(name)
            except (ConfigError, SiteError) as error:
                failed[name] = error.problems[0]
        yield sites, failed
    finally:
        for site in sites.values():
            site.close()


@contextmanager
def asked_sites(office: Office) -> Iterator[tuple[dict[str, Find], dict[str, Problem]]]:
    """Return how to look up posts on each site; it is opened when it is asked first.

    Also return why one could not be opened.
    """
    failed: dict[str, Problem] = {}
    with ExitStack() as stack:

        def opened(name: str) -> Site:
            site = office.open_site(name)
            stack.callback(site.close)
            return site

        asks: dict[str, Find] = {}
        for name in office.config.sites:
            try:
                if office.prove is None:
                    asks[name] = opened(name).find
                else:
                    office.prove(name)
                    asks[name] = _late(name, opened)
            except (ConfigError, SiteError) as error:
                failed[name] = error.problems[0]
        yield asks, failed


def _late(name: str, opened: Callable[[str], Site]) -> Find:
    def find(ids: Sequence[str], slugs: Sequence[str]) -> Sequence[RemotePost]:
        return opened(name).find(ids, slugs)

    return find


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
