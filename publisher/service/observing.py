"""What a wake-up of the scheduler showed, as the notices want to know it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import timedelta

from publisher.apply import Outcome
from publisher.model import Memory, Problem, Severity, State, Verdict, Verification
from publisher.notices import Kind, Line, Observation, Trouble
from publisher.plan import Action, ActionKind
from publisher.run import Result
from publisher.service.resting import LOCKING
from publisher.service.ticks import Tick

SERVICE = "service"
FILES = "files"
GONE = "gone"
TOKENS = "tokens"
_ELSEWHERE = ("log-verify-differs",)
"""Troubles that are told item by item instead: see :func:`gone`."""
_WRITING = timedelta(hours=1)
"""A file with mistakes is told so late: who writes it is not finished yet."""
_ACTING = (ActionKind.CREATE, ActionKind.UPDATE, ActionKind.ADOPT, ActionKind.WITHDRAW)


def observation(tick: Tick, sites: Collection[str]) -> Observation:
    """Given a wake-up and the names of all sites, return what it says of troubles and news."""
    troubles = [_of_service(p) for p in tick.problems if p.code not in _ELSEWHERE]
    if tick.result is None:  # nothing is known of folder and sites
        return Observation(tick.at, tuple(troubles), looked=frozenset({SERVICE}))
    result = tick.result
    down = {name: rest.problem for name, rest in tick.resting.items()} | result.unreachable
    troubles += [_of_site(name, problem, result) for name, problem in down.items()]
    known = {(action.site, action.key): action for action in result.actions}
    for outcome in result.outcomes:
        if _failed(outcome) and outcome.site not in down:
            troubles.append(_of_post(outcome, known.get((outcome.site, outcome.key))))
    troubles += [_of_token(p) for p in result.problems if p.code == "token-expiring"]
    troubles += _of_files(result)
    well = [name for name in sites if name not in down]
    looked = {SERVICE, FILES, TOKENS, *(_reach(name) for name in sites), *(_posts(n) for n in well)}
    return Observation(
        tick.at,
        tuple({trouble.id: trouble for trouble in troubles}.values()),
        tuple(_happened(result, known)),
        frozenset(looked),
        frozenset(_unsure(tick, result)),
    )


def _reach(site: str) -> str:
    return f"reach:{site}"


def _posts(site: str) -> str:
    return f"posts:{site}"


def _post_id(site: str, key: str) -> str:
    return f"post:{site}:{key}"


def _failed(outcome: Outcome) -> bool:
    problem = outcome.problem
    return outcome.state is not State.DONE and problem is not None and problem.code != "interrupted"


def _of_service(problem: Problem) -> Trouble:
    id_ = f"service:{problem.code}:{problem.where.file}"
    kind = Kind.FAILURE if problem.severity is Severity.ERROR else Kind.HAND
    return Trouble(id_, SERVICE, Line(kind, problem), problem.code)


def _of_token(problem: Problem) -> Trouble:
    site = str(problem.params["site"])
    return Trouble(f"token:{site}", TOKENS, Line(Kind.HAND, problem, site=site), problem.code)


def _of_site(name: str, problem: Problem, result: Result) -> Trouble:
    # What asks for the same to be done, waiting, is one trouble whatever the error is today.
    lasting = problem.code in LOCKING or problem.code.startswith("password-")
    params = {"waits": len(result.waits.get(name, ()))}
    line = Line(Kind.FAILURE, problem, site=name, params=params)
    return Trouble(f"site:{name}", _reach(name), line, problem.code if lasting else "")


def _of_post(outcome: Outcome, action: Action | None) -> Trouble:
    problem = outcome.problem
    assert problem is not None
    kind = Kind.HAND if outcome.action is ActionKind.CONFLICT else Kind.FAILURE
    line = Line(kind, problem, _title(outcome.key, action), outcome.site, outcome.key, _url(action))
    return Trouble(_post_id(outcome.site, outcome.key), _posts(outcome.site), line, problem.code)


def _of_files(result: Result) -> Iterator[Trouble]:
    """Yield a trouble for each file with errors: the first of them stands for all."""
    first: dict[str, Problem] = {}
    for problem in result.problems:
        if problem.severity is Severity.ERROR and problem.where.file:
            first.setdefault(problem.where.file, problem)
    for file, problem in first.items():
        yield Trouble(f"file:{file}", FILES, Line(Kind.HAND, problem), patience=_WRITING)


def _happened(result: Result, known: dict[tuple[str, str], Action]) -> Iterator[Line]:
    for outcome in result.outcomes:
        action = known.get((outcome.site, outcome.key))
        if outcome.state is not State.DONE or action is None:
            continue
        title = _title(outcome.key, action)
        if outcome.action is ActionKind.WITHDRAW:
            had = action.publication
            params = {"reason": had.reason if had else "", "why": outcome.reason}
            yield Line(Kind.WITHDRAWN, None, title, outcome.site, outcome.key, params=params)
        elif _appeared(outcome, action):
            yield Line(Kind.PUBLISHED, None, title, outcome.site, outcome.key, outcome.url)


def _appeared(outcome: Outcome, action: Action) -> bool:
    """Return whether visitors can see the post now who could not before."""
    if outcome.action is ActionKind.CREATE:
        return action.status == "publish"
    return outcome.reason in ("published-by-site", "missed-schedule", "asked-back")


def _unsure(tick: Tick, result: Result) -> Iterator[str]:
    """Yield posts that were due and of which this run can't tell how they fare."""
    done = {(o.site, o.key) for o in result.outcomes if o.state is State.DONE}
    waiting = {(site, key) for site, keys in result.waits.items() for key in keys}
    due = {(a.site, a.key) for a in result.actions if a.kind in _ACTING}
    for site, key in (due - done) | waiting | set(tick.held):
        yield _post_id(site, key)


def gone(memory: Memory, looks: Mapping[tuple[str, str], Verification]) -> Iterator[Trouble]:
    """Yield what the last verification did not find as visitors should see it."""
    for place, row in memory.publications.items():
        look = looks.get(place)
        if look is None or look.publication_id != row.id or row.withdrawn:
            continue
        if look.verdict in (Verdict.GONE, Verdict.HIDDEN, Verdict.FOREIGN, Verdict.LINK):
            params = {"verdict": look.verdict.value}
            line = Line(Kind.GONE, None, row.title, row.site, row.key, row.url, params=params)
            yield Trouble(f"gone:{row.site}:{row.key}", GONE, line, look.verdict.value)


def _title(key: str, action: Action | None) -> str:
    if action and action.article:
        return action.article.post.title
    return (action.publication.title if action and action.publication else "") or key


def _url(action: Action | None) -> str:
    return action.publication.url if action and action.publication else ""
