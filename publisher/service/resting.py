"""Back-off: which sites are left alone, and until when; which posts of a site that is well."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from publisher.apply import Outcome
from publisher.model import Problem, State
from publisher.plan import ActionKind
from publisher.run import Rest, Result

_MINUTE = timedelta(minutes=1)
_STEP, _LIMIT = 1 * _MINUTE, 30 * _MINUTE
_LOCK_STEP, _LOCK_LIMIT = 15 * _MINUTE, 60 * _MINUTE
_ASKED_LIMIT = 6 * 60 * _MINUTE
"""The longest pause that a site can ask for with Retry-After."""

# Trying again soon helps nobody here, and many wrong log-ins lock an account.
LOCKING = frozenset(
    {"site-auth", "site-tls", "site-role", "site-forbidden", "site-redirect", "site-address"}
)
_WHOLE_SITE = LOCKING - {"site-forbidden"} | {
    "site-dns",
    "site-unreachable",
    "site-timeout",
    "site-reset",
    "site-server-error",
    "site-maintenance",
    "site-rate-limited",
    "site-not-found",
    "site-not-wordpress",
    "site-insecure",
}

Item = tuple[str, str]
"""A site and the key of a post."""


def delay(problem: Problem, failures: int, draw: Callable[[], float], now: datetime) -> timedelta:
    """Return how long to leave alone what failed so many times in a row.

    1, 2, 4 ... 30 minutes; 15, 30, 60 where another try can do harm. A site that asks for a
    longer pause with Retry-After gets it. draw: a number in [0, 1); a tenth of the time is
    drawn at random, so that offices do not all come at once.
    """
    step, limit = _limits(problem)
    doubled: timedelta = min(limit, step * 2 ** min(failures - 1, 10))
    return max(doubled * (0.95 + 0.1 * draw()), _asked_by(problem, now))


def _limits(problem: Problem) -> tuple[timedelta, timedelta]:
    """Return the first pause and the longest."""
    locking = problem.code in LOCKING or problem.code.startswith("password-")
    return (_LOCK_STEP, _LOCK_LIMIT) if locking else (_STEP, _LIMIT)


def _asked_by(problem: Problem, now: datetime) -> timedelta:
    """Return the pause that a Retry-After asks for (RFC 9110, 10.2.3), zero when it is none."""
    header = str(problem.params.get("retry_after", ""))
    if header.isdecimal():
        return min(timedelta(seconds=min(int(header), 10**6)), _ASKED_LIMIT)
    try:
        until = parsedate_to_datetime(header)
    except ValueError:
        return timedelta(0)
    until = until.astimezone(UTC) if until.tzinfo else until.replace(tzinfo=UTC)
    return min(until - now, _ASKED_LIMIT)


def lasts(rest: Rest, now: datetime) -> bool:
    """Return whether what rests is to be left alone now.

    No rest is longer than the longest that is given: a clock that was set back ends it.
    """
    longest = _limits(rest.problem)[1] * 1.05
    left = rest.until - now
    return timedelta(0) < left <= max(longest, _asked_by(rest.problem, now))


def after(
    rests: Mapping[str, Rest],
    items: Mapping[Item, Rest],
    result: Result,
    now: datetime,
    draw: Callable[[], float],
) -> tuple[dict[str, Rest], dict[Item, Rest]]:
    """Given what a run did, return the sites and the posts that are left alone from now on.

    A site rests when it could not be asked, or when all that was sent to it failed in a way
    that speaks of the site as a whole. What failed while other posts went through is that
    post's own trouble: it alone is held. One post that failed before does not stop the site.
    """
    resting_sites = {name: rest for name, rest in rests.items() if name in result.waits}
    held_items = {item: rest for item, rest in items.items() if item[0] in result.waits}
    held_items |= {item: items[item] for item in result.held if item in items}
    failed = [o for o in result.outcomes if o.state is not State.DONE and _counts(o)]
    for outcome in failed:
        if outcome.site in result.unreachable or outcome.problem is None:
            continue
        item = (outcome.site, outcome.key)
        held_items[item] = _again(items.get(item), outcome.problem, now, draw)
    for name, problem in {**_down(result, failed, items), **result.unreachable}.items():
        resting_sites[name] = _again(rests.get(name), problem, now, draw)
    return resting_sites, held_items


def _counts(outcome: Outcome) -> bool:
    return outcome.problem is not None and outcome.problem.code != "interrupted"


def _down(result: Result, failed: list[Outcome], items: Mapping[Item, Rest]) -> dict[str, Problem]:
    """Return the sites of which nothing but failures came, each with the first of them."""
    found: dict[str, Problem] = {}
    well = {
        o.site
        for o in result.outcomes
        if o.state is State.DONE and o.action not in (ActionKind.ADOPT, ActionKind.RECORD)
    }
    for name in dict.fromkeys(outcome.site for outcome in failed):
        mine = [o for o in failed if o.site == name and o.problem]
        whole = [o.problem for o in mine if o.problem and o.problem.code in _WHOLE_SITE]
        known = len(mine) == 1 and (name, mine[0].key) in items
        if whole and len(whole) == len(mine) and name not in well and not known:
            found[name] = whole[0]
    return found


def _again(before: Rest | None, problem: Problem, now: datetime, draw: Callable[[], float]) -> Rest:
    failures = before.failures + 1 if before else 1
    since = before.since if before else now
    return Rest(problem, since, now + delay(problem, failures, draw, now), failures)
