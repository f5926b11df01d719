"""Letters on their way: to every channel at once, put off and tried again when one fails."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from publisher import credentials, messages, notify
from publisher.config import Config
from publisher.errors import ConfigError, NoticeError
from publisher.model import Problem
from publisher.notify import Mail, MailServer, Message
from publisher.service.book import Letter, Pause

MAIL = "mail"
SECONDS = 30.0
"""The longest that all ways together may keep the scheduler waiting."""

_MINUTE = timedelta(minutes=1)
_LONGEST = timedelta(hours=1)
_KEPT = timedelta(days=2)
"""A letter that nobody took for so long is given up: what it tells is stale."""
_MOST = 200
"""Letters that wait at most; the oldest go first."""


@dataclass(frozen=True, slots=True)
class Ways:
    """How people are reached. channels: addresses by name. missing: why one can't be used."""

    channels: Mapping[str, str] = field(default_factory=dict, repr=False)
    mail: MailServer | None = None
    missing: Mapping[str, Problem] = field(default_factory=dict)


def ways_of(config: Config, environ: Mapping[str, str]) -> Ways:
    """Return how the people of an office are reached; secrets are looked up now."""
    channels: dict[str, str] = {}
    missing: dict[str, Problem] = {}
    for name in config.notices.channels:
        try:
            channels[name] = _secret(name, config, environ)
        except ConfigError as error:
            missing[name] = error.problems[0]
    mail, password = config.notices.mail, ""
    if mail and mail.user:
        try:
            password = _secret(MAIL, config, environ)
        except ConfigError as error:
            missing[MAIL] = error.problems[0]
    name = config.organisation.name
    if not mail:
        return Ways(channels, None, missing)
    server = MailServer(mail.host, mail.port, mail.user, password, mail.sender, name)
    return Ways(channels, server, missing)


def _secret(name: str, config: Config, environ: Mapping[str, str]) -> str:
    if found := credentials.find(credentials.of_notice(name), config.state, environ):
        return found
    raise ConfigError(Problem("notice-missing", params={"name": name}))


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of letters: those that are left, ways that are left alone, what went wrong.

    problems: why a way did not work, by its name. refused: why single letters were not taken,
    which are not sent again.
    """

    letters: tuple[Letter, ...]
    pauses: Mapping[str, Pause]
    problems: Mapping[str, Problem]
    refused: tuple[Problem, ...]


@dataclass(slots=True)
class _Trip:
    """One way, the piles that go it, and what is known so far of how they fare."""

    piles: list[list[Letter]]
    problem: Problem | None = None
    over: list[Letter] = field(default_factory=list)
    refused: list[Problem] = field(default_factory=list)


def send(ways: Ways, letters: Sequence[Letter], pauses: Mapping[str, Pause], now: datetime) -> Sent:
    """Send what can be sent. Letters that a reader could not get before go as one.

    now: aware, in the office's zone.
    """
    letters = [letter for letter in letters if now - letter.at < _KEPT]
    trips: dict[str, _Trip] = {}
    for way in dict.fromkeys(letter.way for letter in letters):
        # A pause that a clock set back has made too long is over.
        if way not in pauses or not timedelta() < pauses[way].until - now <= _LONGEST:
            mine = [letter for letter in letters if letter.way == way]
            trips[way] = _Trip(_piles(mine) if way in pauses else [[letter] for letter in mine])
    calls = {way: partial(_travel, ways, way, trip, now) for way, trip in trips.items()}
    ended = notify.within(SECONDS, calls)
    for way, trip in trips.items():
        if way not in ended:
            trip.problem = Problem("notice-late", params={"name": way, "seconds": int(SECONDS)})
    over = {id(letter) for trip in trips.values() for letter in trip.over}
    failed = {way: trip.problem for way, trip in trips.items() if trip.problem}
    return Sent(
        tuple([letter for letter in letters if id(letter) not in over][-_MOST:]),
        {
            **{way: pause for way, pause in pauses.items() if way not in trips},
            **{way: _again(pauses.get(way), now) for way in failed},
        },
        failed,
        tuple(problem for trip in trips.values() for problem in trip.refused),
    )


def _piles(letters: Sequence[Letter]) -> list[list[Letter]]:
    found: dict[tuple[str, ...], list[Letter]] = {}
    for letter in letters:
        found.setdefault(letter.to, []).append(letter)
    return list(found.values())


def _again(before: Pause | None, now: datetime) -> Pause:
    """Return the next pause: 1, 2, 4 ... 60 minutes."""
    failures = before.failures + 1 if before else 1
    return Pause(failures, now + min(_LONGEST, _MINUTE * 2 ** min(failures - 1, 10)))


def _travel(ways: Ways, way: str, trip: _Trip, now: datetime) -> bool:
    """Take the piles of one way to their readers; nothing is raised."""
    try:
        if way in ways.missing:
            raise NoticeError(ways.missing[way])
        if way == MAIL and ways.mail is not None:
            mails = [Mail(pile[0].to, _message(pile)) for pile in trip.piles]
            notify.deliver(ways.mail, mails, now, partial(_mailed, trip))
        elif way in ways.channels:
            for pile in trip.piles:
                notify.send(way, ways.channels[way], _message(pile))
                trip.over += pile
        else:  # config.toml no longer names it
            trip.over += [letter for pile in trip.piles for letter in pile]
    except NoticeError as error:
        trip.problem = error.problems[0]
    except Exception as error:  # what it says may hold an address
        trip.problem = Problem("notice-broken", params={"error": type(error).__name__})
    return True


def _mailed(trip: _Trip, number: int, problem: Problem | None) -> None:
    if problem is None or problem.params.get("final"):
        trip.over += trip.piles[number]
    if problem is not None and problem.params.get("final"):
        trip.refused.append(problem)
    elif problem is not None:
        trip.problem = problem


def _message(pile: Sequence[Letter]) -> Message:
    subject, body = messages.combined([(letter.subject, letter.body) for letter in pile])
    return Message(subject, body, pile[-1].severity)
