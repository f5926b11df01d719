"""Two clocks: this computer's and the site's. A post is due when both say so.

A computer whose clock was set ahead would publish early, and a post that is dated after the
site's own time is put off there instead of shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo

from publisher.model import Problem, Severity, SiteInfo, Where
from publisher.plan import Action, ActionKind

_GRAIN = timedelta(seconds=1)  # of the Date header
_WORTH_TELLING = timedelta(minutes=5)
_FIRST = (ActionKind.CREATE, ActionKind.UPDATE)


def ahead(info: SiteInfo, before: datetime) -> timedelta:
    """Return by how much our clock is ahead of the site's; below zero: it is behind.

    before: our time just before the site was asked. Zero when the site does not tell.
    """
    if info.clock is None:
        return timedelta(0)
    difference = before - info.clock
    return difference if abs(difference) > _GRAIN else timedelta(0)


def difference(site: str, ours: timedelta, now: datetime, zone: tzinfo) -> Problem | None:
    """Return a warning when the clocks differ so much that people should know."""
    if abs(ours) <= _WORTH_TELLING:
        return None
    shown = {
        "ours": f"{now.astimezone(zone):%d/%m/%Y %H:%M}",
        "theirs": f"{(now - ours).astimezone(zone):%d/%m/%Y %H:%M}",
    }
    return Problem("site-clock", Where(), {"site": site, **shown}, Severity.WARNING)


def put_off(action: Action, clocks: Mapping[str, timedelta], now: datetime) -> Action | None:
    """Return what waits for the site's clock in place of an action, None when it may go."""
    behind = clocks.get(action.site, timedelta(0))
    post = action.article.post if action.article else None
    if post is None or action.kind not in _FIRST or action.status != "publish":
        return None
    if post.not_before is None or post.not_before <= now - behind:
        return None
    return replace(action, kind=ActionKind.WAIT, reason="clock", due=post.not_before, event=None)
