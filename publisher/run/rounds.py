"""The rounds of one run: plan, apply, and plan again until nothing is left to do."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from publisher import plan as planning
from publisher.apply import Hands, Outcome, Site, apply
from publisher.errors import SiteError
from publisher.model import (
    Article,
    Memory,
    Problem,
    RemotePost,
    Severity,
    State,
    Where,
)
from publisher.plan import Action, ActionKind, Choice, Plan
from publisher.run.announcing import announce
from publisher.run.channels import learned
from publisher.run.clocks import ahead, difference, put_off
from publisher.run.office import Find, Office, differs
from publisher.run.reading import Reading

if TYPE_CHECKING:
    from publisher.log import Log

_SENDING = (ActionKind.CREATE, ActionKind.UPDATE, ActionKind.WITHDRAW)

ROUNDS = 4
"""Plans of one run at most: a post, its copies and the link to it, then what these needed."""


@dataclass(slots=True)
class Result:
    """What a run did, and what a person should know of it.

    unreachable: why a site could not even be asked, by its name. recorded: files of the
    activities that the log was told of. waits: the keys of posts that wait for each site that
    was left alone. held: posts (site, key) that were due and not tried, as was asked.
    """

    outcomes: list[Outcome] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unreachable: dict[str, Problem] = field(default_factory=dict)
    interrupted: bool = False
    recorded: set[str] = field(default_factory=set)
    waits: dict[str, tuple[str, ...]] = field(default_factory=dict)
    held: set[tuple[str, str]] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person wants of a run; ``drafts`` are keys that are not to be published yet.

    at_once: whatever the hours and limits of the sites are.
    """

    keys: Collection[str]
    choice: Choice
    expect: Callable[[int], None]
    tell: Callable[[Outcome], None]
    stop: threading.Event
    mode: str
    drafts: Collection[str] = ()
    hold: Callable[[Action], bool] = lambda _: False
    at_once: bool = False


def make_plan(
    office: Office,
    reading: Reading,
    memory: Memory,
    asks: Mapping[str, Find],
    choice: Choice,
    keys: Collection[str] = (),
    drafts: Collection[str] = (),
    *,
    at_once: bool = False,
    tried: Collection[tuple[str, str]] = (),
) -> tuple[Plan, dict[str, Problem], list[Outcome]]:
    """Ask the sites what must be asked, and plan.

    asks: how to look up posts on each of them.
    drafts: keys of posts that are wanted as drafts on these sites. at_once: whatever the hours
    and limits are. tried: (site, key) of posts that had their turn in this run.
    Return the plan, why a site could not be asked, and an outcome for each post that
    waits on such a site.
    """
    config, now = office.config, office.now()
    targets = [config.target(name) for name in asks]
    articles, present = reading.articles, reading.present
    order = planning.Order(drafts, at_once, keys, tried)
    survey = planning.Survey(articles, present, memory, targets, now, order)
    seen: dict[str, Sequence[RemotePost]] = {}
    failed: dict[str, Problem] = {}
    unsent: list[Outcome] = []
    for name, find in asks.items():
        mine = [q for q in survey.questions if q.site == name and (not keys or q.key in keys)]
        ids = [q.id for q in mine if q.id]
        slugs = [slug for q in mine for slug in q.slugs]
        try:
            seen[name] = find(ids, slugs) if mine else ()
        except SiteError as error:
            failed[name] = error.problems[0]
            unsent += [
                Outcome(
                    ActionKind.UPDATE if q.id else ActionKind.CREATE,
                    name,
                    q.key,
                    State.NOT_SENT,
                    remote_id=q.id,
                    problem=error.problems[0],
                )
                for q in mine
            ]
    plan = survey.plan(seen, choice)
    if not reading.knows_all(memory):
        kept = tuple(p for p in plan.problems if p.code != "file-missing")
        plan = replace(plan, problems=kept)
    if keys:
        plan = replace(plan, actions=tuple(a for a in plan.actions if a.key in keys))
    return plan, failed, unsent


def rounds(
    office: Office,
    log: Log,
    reading: Reading,
    sites: dict[str, Site],
    result: Result,
    wishes: Wishes,
) -> None:
    """Plan and apply until a plan is empty: a new post is a new target for links."""
    from publisher.run.loading import loader  # here: a plan alone needs no pictures

    targets = {name: office.config.target(name) for name in sites}
    run_id = number = 0
    tried: set[tuple[str, str]] = set()
    clocks: dict[str, timedelta] = {}
    homes = {target.home.site for target in targets.values() if target.home}
    admitted: set[str] = set()
    while True:
        plan, unasked, unsent = make_plan(
            office,
            reading,
            log.memory(),
            {name: site.find for name, site in sites.items()},
            wishes.choice,
            wishes.keys,
            wishes.drafts,
            at_once=wishes.at_once,
            tried=tried,
        )
        for name in unasked:
            sites.pop(name).close()
        result.unreachable |= unasked
        result.outcomes += unsent
        for outcome in unsent:
            wishes.tell(outcome)
        _noted(result, plan, first=number == 0)
        due = [a for a in plan.actions if _acts(a) and (a.site, a.key) not in tried]
        held = {(a.site, a.key) for a in due if wishes.hold(a)}
        result.held |= held
        tried |= held
        due = [a for a in due if (a.site, a.key) not in held]
        if wishes.stop.is_set() or not due:
            if held and not wishes.stop.is_set() and _goes_on(plan, {site for site, _ in held}):
                continue
            break
        wanted = {(a.site, a.key) for a in due}
        due = _admitted(office, due, sites, result, wishes, clocks, admitted)
        tried |= wanted - {(a.site, a.key) for a in due}
        due = _by_both_clocks(due, clocks, office.now(), result)
        if not due:
            break
        number += 1
        wishes.expect(len(due))
        run_id = run_id or log.start_run(wishes.mode)
        hands = Hands(
            log,
            run_id,
            loader(office.config, reading),
            office.now,
            wishes.tell,
            wishes.stop,
            clocks,
        )
        outcomes = apply(replace(plan, actions=tuple(due)), sites, targets, hands)
        result.outcomes += outcomes
        tried |= {(o.site, o.key) for o in outcomes if o.state is not State.DONE}
        left = {site for site, _ in held} | {o.site for o in outcomes if _of_its_own(o)}
        more = number < ROUNDS and _leads_on(reading.articles, outcomes, homes)
        if not more and not _goes_on(plan, left):
            break
    _forget_waits(result)
    announce(office, reading, sites, result.unreachable)
    flush(sites, result)
    result.interrupted = wishes.stop.is_set()
    if run_id:
        counts: dict[str, int] = {}
        for outcome in result.outcomes:
            counts[outcome.state.value] = counts.get(outcome.state.value, 0) + 1
        failed = any(o.state is not State.DONE for o in result.outcomes)
        log.finish_run(run_id, int(failed), counts)


def _admitted(
    office: Office,
    due: list[Action],
    sites: dict[str, Site],
    result: Result,
    wishes: Wishes,
    clocks: dict[str, timedelta],
    admitted: set[str],
) -> list[Action]:
    """Prove the account on each site before anything is sent there, once in a run.

    Return the actions whose sites let us in; the others become outcomes. A site that shows
    other times than the files mean gets a warning, and so does one with another clock.
    clocks: told by how much ours is ahead of that of each site. admitted: told who let us in.
    """
    refused: dict[str, Problem] = {}
    for name in dict.fromkeys(a.site for a in due if a.kind in _SENDING):
        if name in admitted:
            continue
        zone, now = office.config.schedule.timezone, office.now()
        try:
            info = sites[name].about()
        except SiteError as error:
            refused[name] = error.problems[0]
            continue
        learned(office.config, info)
        clocks[name] = ahead(info, now)
        result.problems += info.problems
        if wrong := difference(name, clocks[name], now, zone):
            result.problems.append(wrong)
        if info.can and "publish" not in info.can:
            refused[name] = Problem("site-role", params={"site": name, "user": info.user})
            continue
        admitted.add(name)
        if differs(zone, info.timezone, now):
            params = {"site": name, "theirs": info.timezone, "ours": str(zone)}
            result.problems.append(Problem("site-timezone", Where(), params, Severity.WARNING))
    for action in due:
        if action.site in refused and action.kind in _SENDING:
            problem = refused[action.site]
            outcome = Outcome(action.kind, action.site, action.key, State.NOT_SENT, problem=problem)
            result.outcomes.append(outcome)
            wishes.tell(outcome)
    result.unreachable |= refused
    return [a for a in due if a.site not in refused or a.kind not in _SENDING]


def _by_both_clocks(
    due: list[Action], clocks: Mapping[str, timedelta], now: datetime, result: Result
) -> list[Action]:
    """Return the actions that are due by the clocks of their sites too; the others wait."""
    waits = {(a.site, a.key): wait for a in due if (wait := put_off(a, clocks, now))}
    result.actions = [waits.get((a.site, a.key), a) for a in result.actions]
    return [a for a in due if (a.site, a.key) not in waits]


def _noted(result: Result, plan: Plan, *, first: bool) -> None:
    """Keep what a plan says: the first one all, a later one when that waits which still does."""
    if first:
        result.problems += [p for p in plan.problems if p not in result.problems]
        result.actions = list(plan.actions)
        return
    waits = {(a.site, a.key): a for a in plan.actions if a.kind is ActionKind.WAIT}
    _forget_waits(result)
    result.actions = [
        waits.get((a.site, a.key), a) if a.kind is ActionKind.WAIT else a for a in result.actions
    ]


def _forget_waits(result: Result) -> None:
    """Leave out what waited and had its turn after all."""
    tried = {(o.site, o.key) for o in result.outcomes}
    result.actions = [
        a for a in result.actions if a.kind is not ActionKind.WAIT or (a.site, a.key) not in tried
    ]


def _goes_on(plan: Plan, left: Collection[str]) -> bool:
    """Return whether a post waits for a place on a site where one was left by another."""
    return any(
        a.kind is ActionKind.WAIT and a.reason == "limit" and a.site in left for a in plan.actions
    )


def _of_its_own(outcome: Outcome) -> bool:
    """Return whether an act failed for a reason of its own, so that the next may do better."""
    if outcome.problem is None or outcome.state not in (State.REFUSED, State.NOT_SENT):
        return False
    code = outcome.problem.code
    if outcome.state is State.NOT_SENT:
        return not code.startswith("site-")
    return code not in ("site-auth", "site-rate-limited")


def flush(sites: Mapping[str, Site], result: Result) -> None:
    """Let the sites finish, also when nothing changed: an earlier run may have been cut off."""
    for name, site in sites.items():
        try:
            site.flush()
        except SiteError as error:
            result.unreachable[name] = error.problems[0]


def _acts(action: Action) -> bool:
    if action.kind in (ActionKind.KEEP, ActionKind.WAIT):
        return action.event is not None
    return True


def _leads_on(
    articles: Iterable[Article], outcomes: Iterable[Outcome], homes: Collection[str]
) -> bool:
    """Return whether what was done may call for more.

    An adopted post, one that others link to, one on a site that others have copies from.
    """
    done = [outcome for outcome in outcomes if outcome.state is State.DONE]
    found = any(o.action is ActionKind.ADOPT or o.reason == "unsettled" for o in done)
    linked = {link for article in articles for link in article.links}
    return found or any(o.key in linked or o.site in homes for o in done)
