"""Conferences and courses on the sites that have a calendar for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time

from publisher.apply import Noticeboard, Site
from publisher.config import Config
from publisher.errors import SiteError
from publisher.model import NO_SITE, Gathering, Kind, Post, Problem, Status
from publisher.run.office import Office
from publisher.run.reading import Reading

_KINDS = (Kind.HOI_NGHI, Kind.TAP_HUAN)


def announce(
    office: Office, reading: Reading, sites: Mapping[str, Site], unreachable: dict[str, Problem]
) -> None:
    """Tell the sites what is held when and where; unreachable is told who could not be.

    Only what everybody may know leaves the files: title, kind, date, place and unit. While a
    file is on its way, what was told before still stands.
    """
    if reading.arriving:
        return
    for name, site in sites.items():
        if isinstance(site, Noticeboard):
            try:
                site.announce(list(_gatherings(office, reading, name)))
            except SiteError as error:
                unreachable[name] = error.problems[0]


def _gatherings(office: Office, reading: Reading, site: str) -> Iterator[Gathering]:
    now = office.now()
    held = [activity.post for activity in reading.activities]
    held.sort(key=lambda post: post.key)
    for post in held:
        if post.kind in _KINDS and post.date and _is_public(post, site, now):
            begins = _begins(post.date, office.config)
            yield Gathering(post.key, post.title, post.kind, begins, post.place, post.unit)


def _is_public(post: Post, site: str, now: datetime) -> bool:
    if post.status is Status.DRAFT or (post.sites and site not in (*post.sites, NO_SITE)):
        return False
    if post.embargo and post.embargo > now:
        return False
    return post.expire is None or post.expire > now


def _begins(moment: datetime, config: Config) -> date | datetime:
    """Return the day alone where its author wrote no time of day, as far as one can tell."""
    local = moment.astimezone(config.schedule.timezone)
    unsaid = local.time() in (time(0), config.schedule.default_time)
    return local.date() if unsaid else moment
