"""Plan and publish."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from publisher import plan as planning
from publisher import posts
from publisher.apply import Hands, Outcome, Site, apply
from publisher.errors import ContentError, SiteError
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
from publisher.run.loading import loader
from publisher.run.office import Office, differs, locked, log_of, opened_sites
from publisher.run.reading import Reading, guard, read
from publisher.run.recording import actions_of, agenda_of, record

if TYPE_CHECKING:
    from publisher.log import Log

_SENDING = (ActionKind.CREATE, ActionKind.UPDATE, ActionKind.WITHDRAW)

ROUNDS = 3
"""Plans of one run at most: a post, then the link to it, then a link that a link needed."""


@dataclass(slots=True)
class Result:
    """What a run did, and what a person should know of it.

    unreachable: why a site could not even be asked, by its name. recorded: files of the
    activities that the log was told of.
    """

    outcomes: list[Outcome] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unreachable: dict[str, Problem] = field(default_factory=dict)
    interrupted: bool = False
    recorded: set[str] = field(default_factory=set)


def published_keys(memory: Memory) -> frozenset[str]:
    """Return the keys of all posts that the log knows."""
    return frozenset(key for _, key in memory.publications)


def make_plan(
    office: Office,
    reading: Reading,
    memory: Memory,
    sites: Mapping[str, Site],
    choice: Choice,
    keys: Collection[str] = (),
    drafts: Collection[str] = (),
) -> tuple[Plan, dict[str, Problem], list[Outcome]]:
    """Ask the sites what must be asked, and plan.

    drafts: keys of posts that are wanted as drafts on these sites.
    Return the plan, why a site could not be asked, and an outcome for each post that
    waits on such a site.
    """
    config, now = office.config, office.now()
    targets = [config.target(name) for name in sites]
    asked, _ = planning.survey(reading.articles, reading.present, memory, targets, now, drafts)
    seen: dict[str, Sequence[RemotePost]] = {}
    failed: dict[str, Problem] = {}
    unsent: list[Outcome] = []
    for name, site in sites.items():
        mine = [q for q in asked if q.site == name and (not keys or q.key in keys)]
        ids = [q.id for q in mine if q.id]
        slugs = [slug for q in mine for slug in q.slugs]
        try:
            seen[name] = site.find(ids, slugs) if mine else ()
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
    plan = planning.plan(
        reading.articles, reading.present, memory, targets, now, seen, choice, drafts
    )
    if reading.unread:  # what seems missing may be the file that can't be read
        kept = tuple(p for p in plan.problems if p.code != "file-missing")
        plan = replace(plan, problems=kept)
    if keys:
        plan = replace(plan, actions=tuple(a for a in plan.actions if a.key in keys))
    return plan, failed, unsent


def plan(office: Office, keys: Collection[str] = ()) -> Result:
    """Return what a run would do now; nothing is changed anywhere."""
    with log_of(office) as log, opened_sites(office) as (sites, failed):
        memory = log.memory()
        reading = read(office.config, published_keys(memory))
        guard(reading, memory, office.config)
        check_keys(keys, reading, memory)
        made, unasked, unsent = make_plan(office, reading, memory, sites, Choice.ASK, keys)
        off_web = agenda_of(reading, memory, office.now(), keys)
    problems = [*reading.problems, *made.problems, *off_web.problems]
    actions = [*made.actions, *actions_of(off_web)]
    return Result(unsent, actions, problems, {**failed, **unasked})


def publish(
    office: Office,
    *,
    keys: Collection[str] = (),
    choice: Choice = Choice.ASK,
    expect: Callable[[int], None] = lambda _: None,
    tell: Callable[[Outcome], None] = lambda _: None,
    stop: threading.Event | None = None,
    mode: str = "publish",
) -> Result:
    """Publish what is due. One run: lock, load, check, render, plan, apply.

    expect: told how many acts a plan holds. tell: told every outcome. stop: set it to end
    the run after the acts in hand.
    """
    stop = stop or threading.Event()
    with (
        locked(office.config),
        log_of(office) as log,
        opened_sites(office) as (sites, failed),
    ):
        memory = log.memory()
        reading = read(office.config, published_keys(memory))
        guard(reading, memory, office.config)
        check_keys(keys, reading, memory)
        result = Result(problems=list(reading.problems), unreachable=dict(failed))
        wishes = Wishes(keys, choice, expect, tell, stop, mode)
        rounds(office, log, reading, sites, result, wishes)
        if not stop.is_set():
            # Read again: what became of a post on a site decides whether it is an activity.
            off_web = agenda_of(reading, log.memory(), office.now(), keys)
            result.problems += off_web.problems
            result.recorded |= {entry.file for entry in off_web.entries}
            result.actions += actions_of(off_web)
            result.outcomes += record(log, off_web, tell)
    return result


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person wants of a run; ``drafts`` are keys that are not to be published yet."""

    keys: Collection[str]
    choice: Choice
    expect: Callable[[int], None]
    tell: Callable[[Outcome], None]
    stop: threading.Event
    mode: str
    drafts: Collection[str] = ()


def rounds(
    office: Office,
    log: Log,
    reading: Reading,
    sites: dict[str, Site],
    result: Result,
    wishes: Wishes,
) -> None:
    """Plan and apply until a plan is empty: a new post is a new target for links."""
    targets = {name: office.config.target(name) for name in sites}
    run_id = 0
    tried: set[tuple[str, str]] = set()
    for number in range(ROUNDS):
        memory = log.memory()
        plan, unasked, unsent = make_plan(
            office, reading, memory, sites, wishes.choice, wishes.keys, wishes.drafts
        )
        for name in unasked:
            sites.pop(name).close()
        result.unreachable |= unasked
        result.outcomes += unsent
        for outcome in unsent:
            wishes.tell(outcome)
        if number == 0:
            result.problems += plan.problems
            result.actions = list(plan.actions)
        due = [a for a in plan.actions if _acts(a) and (a.site, a.key) not in tried]
        if not due or wishes.stop.is_set():
            break
        if number == 0:
            wanted = {(a.site, a.key) for a in due}
            due = _admitted(office, due, sites, result, wishes)
            tried |= wanted - {(a.site, a.key) for a in due}
            if not due:
                break
        wishes.expect(len(due))
        run_id = run_id or log.start_run(wishes.mode)
        hands = Hands(
            log, run_id, loader(office.config, reading), office.now, wishes.tell, wishes.stop
        )
        outcomes = apply(replace(plan, actions=tuple(due)), sites, targets, hands)
        result.outcomes += outcomes
        tried |= {(o.site, o.key) for o in outcomes if o.state is not State.DONE}
        if not _leads_on(reading.articles, outcomes):
            break
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
) -> list[Action]:
    """Prove the account on each site before anything is sent there.

    Return the actions whose sites let us in; the others become outcomes. A site that shows
    other times than the files mean gets a warning.
    """
    refused: dict[str, Problem] = {}
    for name in dict.fromkeys(a.site for a in due if a.kind in _SENDING):
        zone, now = office.config.schedule.timezone, office.now()
        try:
            info = sites[name].about()
        except SiteError as error:
            refused[name] = error.problems[0]
            continue
        if info.can and "publish" not in info.can:
            refused[name] = Problem("site-role", params={"site": name, "user": info.user})
        elif differs(zone, info.timezone, now):
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


def check_keys(keys: Collection[str], reading: Reading, memory: Memory) -> None:
    """Raise ContentError for keys that neither the folder nor the log knows."""
    known = reading.present | published_keys(memory)
    unknown = [key for key in keys if key not in known]
    if unknown:
        raise ContentError(
            *(
                Problem(
                    "key-not-found", params={"key": k, "meant": posts.suggest(k, sorted(known))}
                )
                for k in unknown
            )
        )


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


def _leads_on(articles: Iterable[Article], outcomes: Iterable[Outcome]) -> bool:
    """Return whether what was done may call for more: an adopted post, one that others link to."""
    done = [outcome for outcome in outcomes if outcome.state is State.DONE]
    found = any(o.action is ActionKind.ADOPT or o.reason == "unsettled" for o in done)
    linked = {link for article in articles for link in article.links}
    return found or any(outcome.key in linked for outcome in done)
