"""``plan`` and ``publish``: one run over the whole folder."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Container
from dataclasses import replace
from functools import cached_property

from publisher import plan as planning
from publisher import posts
from publisher.apply import Outcome
from publisher.errors import ContentError
from publisher.log import ids_of, recall
from publisher.model import (
    Memory,
    Problem,
)
from publisher.plan import Action, ActionKind, Choice
from publisher.run.channels import expiring
from publisher.run.guarding import guard
from publisher.run.kept import Kept
from publisher.run.office import Office, asked_sites, log_of, opened_sites, own_log
from publisher.run.reading import Reading, read
from publisher.run.recording import actions_of, agenda_of, record
from publisher.run.resting import Resting
from publisher.run.rounds import Result, Wishes, make_plan, rounds
from publisher.sources import Settling


def published_keys(memory: Memory) -> frozenset[str]:
    """Return the keys of all posts that the log knows."""
    return frozenset(key for _, key in memory.publications)


class _Asked(Container[str]):
    """The keys of posts that the log knows, asked for when somebody wants to know of one."""

    def __init__(self, office: Office) -> None:
        self._office = office

    @cached_property
    def _keys(self) -> frozenset[str]:
        return published_keys(remembered(self._office))

    def __contains__(self, key: object) -> bool:
        return key in self._keys


def plan(
    office: Office,
    keys: Collection[str] = (),
    *,
    at_once: bool = False,
    settling: Settling | None = None,
    everything: bool = False,
) -> Result:
    """Return what a run would do now; nothing is changed anywhere.

    at_once, settling: as :func:`publish` takes them. everything: with what is to be done about
    every post that stays as it is, too, which takes longer when there are many.
    """
    narrow = not (keys or at_once or settling or everything)
    rest = Resting(office.config, office.now())
    kept = Kept(rest if narrow else None)
    with asked_sites(office) as (asks, failed):
        reading = read(office.config, _Asked(office), settling=settling, kept=kept)
        linked = {key for article in reading.articles for key in article.links}
        memory = remembered(office, reading.resting - linked, rest.settled)
        if reading.articles:  # what stands on a site may be one of those that rest
            memory = replace(memory, beside=ids_of(office.config.log_url, reading.resting))
        guard(reading, memory, office, keys)
        check_keys(keys, reading, memory)
        made, unasked, unsent = make_plan(
            office, reading, memory, asks, Choice.ASK, keys, at_once=at_once
        )
        off_web = agenda_of(reading, memory, office.now(), keys)
        if asks.keys() == office.config.sites.keys():
            kept.rest(made.at_rest, reading.found, memory)
    problems = [*reading.problems, *made.problems, *off_web.problems]
    problems += expiring(office.config, office.now())
    actions = [*made.actions, *actions_of(off_web)]
    return Result(unsent, actions, problems, {**failed, **unasked})


def remembered(office: Office, but: Collection[str] = (), after: int = 0) -> Memory:
    """Return what the log remembers, without the media on the sites. Raise LogError.

    but: keys of posts that may be left out. after: an attempt up to which the end of all is known.
    """
    memory = recall(office.config.log_url, office.now(), but, after)
    if memory is None:
        with log_of(office) as log:
            memory = log.memory()
    return memory


def publish(
    office: Office,
    *,
    keys: Collection[str] = (),
    choice: Choice = Choice.ASK,
    expect: Callable[[int], None] = lambda _: None,
    tell: Callable[[Outcome], None] = lambda _: None,
    stop: threading.Event | None = None,
    mode: str = "publish",
    without: Collection[str] = (),
    hold: Callable[[Action], bool] = lambda _: False,
    settling: Settling | None = None,
    at_once: bool = False,
) -> Result:
    """Publish what is due. One run: lock, load, check, render, plan, apply.

    expect: told how many acts a plan holds. tell: told every outcome. stop: set it to end
    the run after the acts in hand. without: sites that are left alone. hold: whether an act
    that is due is left for another run. settling: what earlier runs saw of every file; then
    only those are taken that stood still since.
    at_once: whatever the hours and limits of the sites are; dates and embargoes still hold.
    """
    stop = stop or threading.Event()
    names = [name for name in office.config.sites if name not in without]
    with own_log(office) as log, opened_sites(office, names) as (sites, failed):
        memory = log.memory()
        reading = read(office.config, published_keys(memory), settling=settling)
        guard(reading, memory, office, keys)
        check_keys(keys, reading, memory)
        result = Result(problems=list(reading.problems), unreachable=dict(failed))
        result.waits = _waiting(office, reading, memory, without)
        wishes = Wishes(keys, choice, expect, tell, stop, mode, hold=hold, at_once=at_once)
        rounds(office, log, reading, sites, result, wishes)
        # Now, since the sites were asked; one that was renewed is no trouble any more.
        result.problems += expiring(office.config, office.now())
        if not stop.is_set():
            # Read again: what became of a post on a site decides whether it is an activity.
            off_web = agenda_of(reading, log.memory(), office.now(), keys)
            result.problems += off_web.problems
            result.recorded |= {entry.file for entry in off_web.entries}
            result.actions += actions_of(off_web)
            result.outcomes += record(log, off_web, tell)
    return result


def _waiting(
    office: Office, reading: Reading, memory: Memory, names: Collection[str]
) -> dict[str, tuple[str, ...]]:
    """Return the keys of what would be sent to each of these sites, which are not asked."""
    targets = [office.config.target(name) for name in names if name in office.config.sites]
    asked, certain = planning.survey(
        reading.articles, reading.present, memory, targets, office.now()
    )
    due = [(q.site, q.key) for q in asked]
    due += [(a.site, a.key) for a in certain if a.kind is ActionKind.WITHDRAW]
    return {
        target.name: tuple(sorted({key for site, key in due if site == target.name}))
        for target in targets
    }


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
