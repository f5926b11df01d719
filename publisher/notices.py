"""What people are told, and when: from what was seen to messages, never a flood.

One trouble is told when it has lasted a while, again every day, and its end once. Messages of
a kind keep a distance, and so many go out in an hour at most; what is more waits and is then
summed up. Nothing here knows words, clocks or channels.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from publisher.model import Problem


class Kind(StrEnum):
    """What a message is about; in the order in which they matter.

    failure: the program could not do its work. gone: what was published is not there any
    more. hand: a person must decide or mend something. reminder: troubles that are still
    there after a day. summary: of several kinds, because too many messages would go out.
    """

    FAILURE = "failure"
    GONE = "gone"
    HAND = "hand"
    RECOVERY = "recovery"
    DEADLINE = "deadline"
    BEHIND = "behind"
    WITHDRAWN = "withdrawn"
    REMINDER = "reminder"
    PUBLISHED = "published"
    SUMMARY = "summary"


class Severity(StrEnum):
    """How a message is marked where a channel has colours or signs."""

    FAILURE = "failure"
    WARNING = "warning"
    SUCCESS = "success"
    INFO = "info"


_SEVERITIES = {
    Kind.FAILURE: Severity.FAILURE,
    Kind.GONE: Severity.FAILURE,
    Kind.REMINDER: Severity.WARNING,
    Kind.HAND: Severity.WARNING,
    Kind.DEADLINE: Severity.WARNING,
    Kind.BEHIND: Severity.WARNING,
    Kind.RECOVERY: Severity.SUCCESS,
    Kind.PUBLISHED: Severity.SUCCESS,
}

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
_TOGETHER = timedelta(hours=20)
"""A reminder also tells of troubles that were told so long ago: their turn is near."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing in a message: a trouble, or something that happened.

    kind: what it is of, in a message that mixes them. since, until: of a trouble. params:
    numbers of a deadline or target, as the faces word them.
    """

    kind: Kind
    problem: Problem | None = None
    title: str = ""
    site: str = ""
    key: str = ""
    url: str = ""
    since: datetime | None = None
    until: datetime | None = None
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Notice:
    """One message, without words."""

    kind: Kind
    at: datetime
    lines: tuple[Line, ...]

    @property
    def severity(self) -> Severity:
        """How bad the worst of it is."""
        if self.kind is not Kind.SUMMARY:
            return _SEVERITIES.get(self.kind, Severity.INFO)
        found = {_SEVERITIES.get(line.kind, Severity.INFO) for line in self.lines}
        return next(severity for severity in Severity if severity in found)


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that is wrong now, and stays wrong until it is mended.

    id: the same as long as it is the same trouble. scope: what must have been looked at to
    know that it is over. sort: another sort asks for something else to be done, so it is told
    anew. patience: how long it must last before it is told, None for the usual.
    """

    id: str
    scope: str
    line: Line
    sort: str = ""
    patience: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Observation:
    """What was seen at one moment.

    looked: scopes in which every trouble would have been seen. unclear: ids of troubles of
    which nothing can be said all the same.
    """

    at: datetime
    troubles: tuple[Trouble, ...] = ()
    happened: tuple[Line, ...] = ()
    looked: frozenset[str] = frozenset()
    unclear: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Rules:
    """How patient and how chatty the office wants it."""

    patience: timedelta = timedelta(minutes=5)
    group: timedelta = timedelta(minutes=15)
    per_hour: int = 12


@dataclass(frozen=True, slots=True)
class Ongoing:
    """A trouble that is remembered.

    since: when it was first seen; sort_since: when it became of this sort. told: when it was
    told last, None never; told_sort: of which sort it was then. until: when it was seen to
    be over; its end is told when it has been over for a while.
    """

    trouble: Trouble
    since: datetime
    sort_since: datetime
    told: datetime | None = None
    told_sort: str = ""
    until: datetime | None = None

    @property
    def line(self) -> Line:
        """Its line, with how long it lasts or lasted."""
        return replace(self.trouble.line, since=self.since, until=self.until)


@dataclass(frozen=True, slots=True)
class State:
    """What is remembered between two moments.

    waiting: what happened and is not told yet. sent: when messages of the last hour went out.
    last: when a kind was told last.
    """

    troubles: Mapping[str, Ongoing] = field(default_factory=dict)
    waiting: tuple[Line, ...] = ()
    sent: tuple[datetime, ...] = ()
    last: Mapping[Kind, datetime] = field(default_factory=dict)


def observe(state: State, seen: Observation, rules: Rules) -> tuple[State, tuple[Notice, ...]]:
    """Given what is remembered and what is seen now, return what to remember and to tell."""
    now = seen.at
    state = _not_ahead(state, now)
    troubles = _remembered(state.troubles, seen, now)
    waiting = (*state.waiting, *seen.happened)
    sent = tuple(at for at in state.sent if now - at < HOUR)
    due = [
        (kind, lines, ids)
        for kind, lines, ids in _due(troubles, waiting, rules, now)
        if kind not in state.last or now - state.last[kind] >= rules.group
    ]
    slots = rules.per_hour - len(sent)
    if slots <= 0:
        due = []
    kinds = [kind for kind, _lines, _ids in due]
    if due and len(due) > slots:
        due = [*due[: slots - 1], _summed_up(due[slots - 1 :])]
    notices = tuple(Notice(kind, now, lines) for kind, lines, _ids in due)
    told = {id_ for _kind, _lines, ids in due for id_ in ids}
    return (
        State(
            dict(_told(troubles, told, now)),
            tuple(line for line in waiting if line.kind not in kinds),
            (*sent, *(now for _ in notices)),
            {**state.last, **dict.fromkeys(kinds, now)},
        ),
        notices,
    )


STEPS = (15, 10, 5, 3, 2, 1, 0)
"""Working days before the report is due on which people are told."""


def step(working_days: int) -> int | None:
    """Return the last of the STEPS that was reached, None when the first lies ahead."""
    return min((days for days in STEPS if days >= working_days), default=None)


def without(state: State, ids: Iterable[str]) -> State:
    """Return the state without these troubles, as if nobody had ever heard of them."""
    gone = set(ids)
    return replace(state, troubles={i: o for i, o in state.troubles.items() if i not in gone})


def _not_ahead(state: State, now: datetime) -> State:
    """Bring instants that a clock set back has put into the future back to now."""
    return State(
        {
            id_: replace(
                o,
                since=min(o.since, now),
                sort_since=min(o.sort_since, now),
                told=min(o.told, now) if o.told else None,
                until=min(o.until, now) if o.until else None,
            )
            for id_, o in state.troubles.items()
        },
        state.waiting,
        tuple(min(at, now) for at in state.sent),
        {kind: min(at, now) for kind, at in state.last.items()},
    )


def _remembered(
    known: Mapping[str, Ongoing], seen: Observation, now: datetime
) -> dict[str, Ongoing]:
    """Return the troubles after a look: new ones, those that go on, those that are over."""
    here = {trouble.id: trouble for trouble in seen.troubles}
    found: dict[str, Ongoing] = {}
    for id_, old in known.items():
        if id_ in here:
            new = here.pop(id_)
            since = old.sort_since if new.sort == old.trouble.sort else now
            # Back before its end was told: it never ended.
            found[id_] = replace(old, trouble=new, sort_since=since, until=None)
        elif old.trouble.scope not in seen.looked or id_ in seen.unclear:
            found[id_] = old
        elif old.told:  # else nobody heard of it, and nobody need hear of its end
            found[id_] = replace(old, until=old.until or now)
    found |= {id_: Ongoing(trouble, now, now) for id_, trouble in here.items()}
    return found


_Due = tuple[Kind, tuple[Line, ...], tuple[str, ...]]


def _due(
    troubles: Mapping[str, Ongoing], waiting: Iterable[Line], rules: Rules, now: datetime
) -> Iterator[_Due]:
    """Yield what could be told now, by kind, with the ids of its troubles."""
    news: dict[Kind, list[tuple[Line, str]]] = {kind: [] for kind in Kind}
    old: list[tuple[datetime, Line, str]] = []
    for id_, o in troubles.items():
        patience = rules.patience if o.trouble.patience is None else o.trouble.patience
        if o.until:
            if now - o.until >= rules.patience:
                news[Kind.RECOVERY].append((replace(o.line, kind=Kind.RECOVERY), id_))
        elif o.told is None or o.told_sort != o.trouble.sort:
            if now - (o.since if o.told is None else o.sort_since) >= patience:
                news[o.line.kind].append((o.line, id_))
        else:
            old.append((o.told, o.line, id_))
    for line in waiting:
        news[line.kind].append((line, ""))
    if any(now - told >= DAY for told, _line, _id in old):
        near = [(line, id_) for told, line, id_ in old if now - told >= _TOGETHER]
        news[Kind.REMINDER] = near
    for kind, pairs in news.items():
        if pairs:
            lines, ids = zip(*pairs, strict=True)
            yield kind, lines, tuple(id_ for id_ in ids if id_)


def _summed_up(due: Sequence[_Due]) -> _Due:
    lines = tuple(line for _kind, lines, _ids in due for line in lines)
    return Kind.SUMMARY, lines, tuple(id_ for _kind, _lines, ids in due for id_ in ids)


def _told(
    troubles: Mapping[str, Ongoing], told: Collection[str], now: datetime
) -> Iterator[tuple[str, Ongoing]]:
    """Yield what is remembered after the messages: an end that was told is forgotten."""
    for id_, o in troubles.items():
        if id_ not in told:
            yield id_, o
        elif o.until is None:
            yield id_, replace(o, told=now, told_sort=o.trouble.sort)
