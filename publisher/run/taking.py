"""Posts that stood on a site before the publisher came: taken into the log, so they count."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from publisher.errors import ConfigError
from publisher.model import Event, Kind, Period, Problem, Publication, RemotePost
from publisher.run.office import Office, opened_sites, own_log

_PICTURE = re.compile(r"<img\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which posts of a site to take, and what the log is to say of them.

    author: an account or the name shown; category: a name; "" for all. kind, theme, unit: of
    every post, but for the theme of those in a category of ``themes`` (name → theme).
    """

    site: str
    period: Period
    author: str = ""
    category: str = ""
    kind: Kind = Kind.TIN
    theme: str = ""
    unit: str = ""
    themes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken over: rows that are new to the log, and how many it had already."""

    rows: tuple[Publication, ...]
    known: int


def take(office: Office, wanted: Wanted, *, dry_run: bool = False) -> Taken:
    """Take posts that a site shows into the log, each once; nothing is changed on the site.

    Asked twice, it takes nothing the second time. dry_run: write nothing either. Raise
    SiteError when the site can't be asked, ConfigError when it can't be opened.
    """
    config = office.config
    with (
        own_log(office) as log,
        opened_sites(office, [wanted.site]) as (sites, failed),
    ):
        if failed:
            raise ConfigError(*failed.values())
        site = sites[wanted.site]
        zone = config.schedule.timezone
        first = datetime.combine(wanted.period.first, time(), zone)
        until = datetime.combine(wanted.period.last + timedelta(days=1), time(), zone)
        known = {row.remote_id for row in log.publications() if row.site == wanted.site}
        ids = site.terms("categories", list(wanted.themes)) if wanted.themes else {}
        if missing := [name for name in wanted.themes if name not in ids]:
            params = {"site": wanted.site, "name": missing[0]}
            raise ConfigError(Problem("category-unknown", params=params))
        themes = {ids[name]: theme for name, theme in wanted.themes.items()}
        found = site.published(first, until, author=wanted.author, category=wanted.category)
        rows = [_row(post, wanted, themes) for post in found if post.id not in known]
        if rows and not dry_run:
            run_id = log.start_run("import")
            for row in rows:
                log.record(run_id, row)
            log.finish_run(run_id, 0, {"imported": len(rows)})
    return Taken(tuple(rows), len(found) - len(rows))


def _row(post: RemotePost, wanted: Wanted, themes: Mapping[str, str]) -> Publication:
    theme = next((themes[id_] for id_ in post.categories if id_ in themes), wanted.theme)
    return Publication(
        wanted.site,
        # No file can have this key: names that begin with ~ are not read.
        f"~{post.id}/{post.slug}",
        Event.IMPORTED,
        remote_id=post.id,
        url=post.url,
        status=post.status,
        slug=post.slug,
        title=post.title,
        kind=wanted.kind.value,
        theme=theme,
        unit=wanted.unit,
        authors=(post.author,) if post.author else (),
        pictures=_pictures(post),
        shown_at=post.shown_at,
        fingerprint=post.fingerprint,
        content=post.content,
    )


def _pictures(post: RemotePost) -> int:
    """Return how many pictures the text shows; the featured one, if it shows none."""
    return len(_PICTURE.findall(post.content)) or int(bool(post.featured_media.strip("0")))
