"""The sites, asked all at once whether they are there and what our accounts may do."""

from __future__ import annotations

import threading
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from queue import Empty, SimpleQueue
from time import monotonic

from publisher.apply import Site
from publisher.config import Config
from publisher.errors import SiteError
from publisher.model import Problem, Severity, SiteInfo, Where
from publisher.run import clocks
from publisher.run.channels import expires_soon, learned
from publisher.run.office import Office, differs, opened_sites

PATIENCE = 20.0
"""Seconds after which a site that has not answered is told as such; it stops no other."""

_RENEW = timedelta(days=21)
"""A certificate that ends sooner is told of: offices need time to buy one."""


@dataclass(frozen=True, slots=True)
class SiteCheck:
    """What one site said of itself, None when it did not, and what is wrong with it.

    ahead: by how much our clock is ahead of its own, None where it does not tell.
    left: how long its certificate still holds, None without one. software: what it runs on.
    """

    name: str
    info: SiteInfo | None
    problems: tuple[Problem, ...] = ()
    ahead: timedelta | None = None
    left: timedelta | None = None
    software: str = ""

    @property
    def fault(self) -> Problem | None:
        """The first thing that keeps posts from it, None when they can go there."""
        return next((p for p in self.problems if p.severity is Severity.ERROR), None)


def check_sites(
    office: Office, names: Collection[str] = (), patience: float = PATIENCE
) -> dict[str, SiteCheck]:
    """Prove the account on each site, all at the same time; () for all sites.

    patience: seconds for all of them together.
    """
    wanted = list(names or office.config.sites)
    answers: SimpleQueue[SiteCheck] = SimpleQueue()
    with opened_sites(office, wanted) as (sites, failed):
        found = {name: SiteCheck(name, None, (problem,)) for name, problem in failed.items()}
        for site in sites.values():
            # One that hangs is left behind: no pool, which would wait for it at the end.
            threading.Thread(
                target=lambda site=site: answers.put(_asked(office, site)), daemon=True
            ).start()
        until = monotonic() + patience
        while len(found) < len(wanted):
            try:
                answer = answers.get(timeout=max(0.0, until - monotonic()))
            except Empty:
                break
            found[answer.name] = answer
    return {name: found.get(name) or _silent(office.config, name, patience) for name in wanted}


def _silent(config: Config, name: str, patience: float) -> SiteCheck:
    params = {"site": name, "seconds": round(patience), "url": config.sites[name].url or ""}
    return SiteCheck(name, None, (Problem("site-slow", params=params),))


def _asked(office: Office, site: Site) -> SiteCheck:
    before = office.now()
    try:
        info = site.about()
    except SiteError as error:
        return SiteCheck(site.name, None, error.problems)
    learned(office.config, info)
    software = site.software()
    now = office.now()
    ahead = clocks.ahead(info, before) if info.clock else None
    left = info.certificate - now if info.certificate else None
    return SiteCheck(
        site.name,
        info,
        tuple(_noticed(office.config, site.name, info, now, ahead, left)),
        ahead,
        left,
        software,
    )


def _noticed(
    config: Config,
    name: str,
    info: SiteInfo,
    now: datetime,
    ahead: timedelta | None,
    left: timedelta | None,
) -> list[Problem]:
    """Return what people should know of a site that lets us in."""
    zone = config.schedule.timezone
    found = list(info.problems)
    if config.sites[name].abilities.experimental:
        params: dict[str, object] = {"site": name}
        found.append(Problem("site-experimental", Where(), params, Severity.WARNING))
    if expiring := expires_soon(config, name, info.expires, now):
        found.append(expiring)
    if info.can and "publish" not in info.can:
        found.append(Problem("site-role", params={"site": name, "user": info.user}))
    if info.timezone and differs(zone, info.timezone, now):
        params = {"site": name, "theirs": info.timezone, "ours": str(zone)}
        found.append(Problem("site-timezone", Where(), params, Severity.WARNING))
    if ahead is not None and (wrong := clocks.difference(name, ahead, now, zone)):
        found.append(wrong)
    if left is not None and left < _RENEW and info.certificate:
        ends = f"{info.certificate.astimezone(zone):%d/%m/%Y}"
        params = {"site": name, "days": left.days, "ends": ends}
        found.append(Problem("site-certificate", Where(), params, Severity.WARNING))
    return found
