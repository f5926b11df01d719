"""What is asked of the log, as queries over a connection."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select

from publisher.log import remembering
from publisher.log.entries import Entry, Run
from publisher.log.remembering import decision_of, instant, publication_of
from publisher.log.rows import LIGHT, WITH_FACTS, problem_of
from publisher.log.schema import attempts, decisions, publications, runs
from publisher.log.schema import verifications as looks
from publisher.model import (
    Decision,
    Event,
    Memory,
    State,
    Verdict,
    Verification,
)

Mark = tuple[int, int, int]
"""How far somebody has read: the last ids of attempts, of publications and of decisions."""

STARTED = "started"
FINISHED = "finished"
DROP = "drop"
"""Mode of a run that saves what people handed in; no site is asked in it."""
_FAILED = (State.REFUSED.value, State.NOT_SENT.value, State.UNKNOWN.value)
_later = attempts.alias("later")
_closing = attempts.alias("closing")
_adoption = publications.alias("adoption")
_run = runs.alias("of_run")


def memory(connection: Connection, now: datetime) -> Memory:
    """Return what the plan needs to know: publications, media, acts without a known end."""
    return remembering.memory(connection.exec_driver_sql, now)


def decided(connection: Connection) -> list[Decision]:
    """Return all decisions, oldest first."""
    return [decision_of(r) for r in connection.execute(_decisions().order_by(decisions.c.id))]


def _decisions() -> Select[Any]:
    d = decisions.c
    return select(
        d.ruling, d.site, d.key, d.title, d.digest, d.moment, d.against, d.reason, _run.c.person,
        d.at, d.id, d.run_id,
    ).select_from(decisions.outerjoin(_run, _run.c.id == d.run_id))  # fmt: skip


def _done_later() -> ColumnElement[bool]:
    """Return the condition that a later act on the same thing is known to be done."""
    return (
        select(_later.c.id)
        .where(
            _later.c.site == attempts.c.site,
            _later.c.key == attempts.c.key,
            _later.c.id > attempts.c.id,
            _later.c.state == State.DONE.value,
        )
        .exists()
    )


def _adopted_since() -> ColumnElement[bool]:
    """Return the condition that the thing was found on the site, which needs no act."""
    return (
        select(_adoption.c.id)
        .where(
            _adoption.c.site == attempts.c.site,
            # By a later run, as runs are numbered: a clock that is set back can't upset that. What
            # the same run found before it sent more says nothing of what it sent.
            _adoption.c.run_id > attempts.c.run_id,
            or_(
                and_(
                    _adoption.c.key == attempts.c.key,
                    _adoption.c.event == Event.ADOPTED.value,
                ),
                _adoption.c.previous_key == attempts.c.key,  # under its file's name of today
            ),
        )
        .exists()
    )


def verifications(connection: Connection) -> dict[tuple[str, str], Verification]:
    """Return the newest look at each publication, by site and key."""
    v = looks.c
    query = select(v.site, v.key, v.publication_id, v.verdict, v.detail, v.at).order_by(v.id)
    return {
        (row.site, row.key): Verification(
            row.site, row.key, row.publication_id, Verdict(row.verdict), row.detail,
            instant(row.at),
        )
        for row in connection.execute(query)
    }  # fmt: skip


def entries(connection: Connection, limit: int | None, site: str, key: str) -> list[Entry]:
    """Return history, newest first: acts that ended, acts that never did, notes, decisions."""
    a, p = attempts.c, publications.c
    acts = _acts().where(or_(a.started_id.is_not(None), _open()))
    notes, d = _notes(), decisions.c
    rulings = _decisions().order_by(d.id.desc())
    if site:
        acts, notes = acts.where(a.site == site), notes.where(p.site == site)
        rulings = rulings.where(d.site == site)
    if key:
        acts, notes = acts.where(a.key == key), notes.where(p.key == key)
        rulings = rulings.where(d.key == key)
    found = [_act(row) for row in connection.execute(acts.limit(limit))]
    found += [_note(row) for row in connection.execute(notes.limit(limit))]
    found += [_ruled(decision_of(row)) for row in connection.execute(rulings.limit(limit))]
    found.sort(key=lambda entry: (entry.run_id, entry.at), reverse=True)
    return found[:limit]


def since(connection: Connection, mark: Mark) -> tuple[list[Entry], list[Entry], Mark]:
    """Return what ended after a mark, the acts that have no end yet, and the next mark.

    Rows are only ever added, so whoever reads on needs no row twice.
    """
    a, p = attempts.c, publications.c
    ends = (
        connection.execute(select(func.max(a.id))).scalar() or 0,
        connection.execute(select(func.max(p.id))).scalar() or 0,
        connection.execute(select(func.max(decisions.c.id))).scalar() or 0,
    )
    acts = _acts().where(a.started_id.is_not(None), a.id > mark[0])
    notes = _notes().where(p.id > mark[1])
    found = [_act(row) for row in connection.execute(acts)]
    found += [_note(row) for row in connection.execute(notes)]
    rulings = _decisions().where(decisions.c.id > mark[2]).order_by(decisions.c.id)
    found += [_ruled(decision_of(row)) for row in connection.execute(rulings)]
    found.sort(key=lambda entry: (entry.run_id, entry.at))
    begun = [_act(row) for row in connection.execute(_acts().where(_open()))]
    return found, begun, ends


def _open() -> ColumnElement[bool]:
    """Return the condition that an act began and has no end."""
    ended = select(_closing.c.id).where(_closing.c.started_id == attempts.c.id).exists()
    return and_(attempts.c.started_id.is_(None), ~ended)


def failures(connection: Connection) -> list[Entry]:
    """Return, oldest first, the last end of each act that failed and was not made good."""
    a = attempts.c
    newest = (
        select(func.max(a.id)).where(a.started_id.is_not(None)).group_by(a.site, a.key, a.action)
    )
    # A term that a later run did not try to make again was there, or was not wanted any more.
    ran_again = (
        select(runs.c.id)
        .where(runs.c.id > a.run_id, runs.c.event == STARTED, runs.c.mode != DROP)
        .exists()
    )
    query = _acts().where(
        a.id.in_(newest),
        a.state.in_(_FAILED),
        ~_done_later(),
        ~_adopted_since(),
        or_(a.action != "term", ~ran_again),
    )
    return [_act(row) for row in connection.execute(query)][::-1]


def _acts() -> Select[Any]:
    a, p = attempts.c, publications.c
    return (
        select(
            a.at, a.run_id, a.site, a.key, p.event, a.action, a.state, a.name, a.title,
            a.remote_id, a.url, p.url.label("shown_url"), a.code, a.detail, p.id, _run.c.person,
        )
        .select_from(
            attempts.outerjoin(publications, p.attempt_id == a.id).outerjoin(
                _run, _run.c.id == a.run_id
            )
        )
        .order_by(a.id.desc())
    )  # fmt: skip


def _act(row: Sequence[Any]) -> Entry:
    (
        at, run_id, site, key, event, action, state, name, title, remote_id, url, shown_url,
        code, detail, publication_id, person,
    ) = row  # fmt: skip
    return Entry(
        instant(at), run_id, site, key, event or action, state, action, name, title, remote_id,
        shown_url or url, problem_of(code, detail), publication_id or 0, person or "",
    )  # fmt: skip


def _notes() -> Select[Any]:
    """Return the query for what needed no request: columns of a publication, then the person."""
    p = publications.c
    return (
        select(*LIGHT, _run.c.person)
        .select_from(WITH_FACTS.outerjoin(_run, _run.c.id == p.run_id))
        .where(p.attempt_id.is_(None))
        .order_by(p.id.desc())
    )


def _note(row: Sequence[Any]) -> Entry:
    *columns, person = row
    p = publication_of(columns)
    assert p.at is not None  # every row of the log has its instant
    return Entry(
        p.at, p.run_id, p.site, p.key, p.event.value, State.DONE.value, "", p.slug, p.title,
        p.remote_id, p.url, None, p.id, person or "",
    )  # fmt: skip


def _ruled(made: Decision) -> Entry:
    assert made.at is not None  # every row of the log has its instant
    return Entry(
        made.at, made.run_id, made.site, made.key, made.ruling.value, State.DONE.value,
        title=made.title, person=made.person, decision=made,
    )  # fmt: skip


def last_run(connection: Connection) -> Run | None:
    """Return the run that started last, None when there was none."""
    end = runs.alias("finished")
    query = (
        select(
            runs.c.id, runs.c.mode, runs.c.version, runs.c.host, runs.c.at.label("started_at"),
            end.c.at.label("finished_at"), end.c.exit_status, end.c.counts, runs.c.person,
        )
        .select_from(
            runs.outerjoin(end, and_(end.c.started_id == runs.c.id, end.c.event == FINISHED))
        )
        .where(runs.c.event == STARTED, runs.c.mode != DROP)
        .order_by(runs.c.id.desc())
        .limit(1)
    )  # fmt: skip
    row = connection.execute(query).first()
    if row is None:
        return None
    counts: Mapping[str, int] = json.loads(row.counts) if row.counts else {}
    return Run(
        row.id, row.mode, row.version, row.host, instant(row.started_at),
        instant(row.finished_at) if row.finished_at else None, row.exit_status, counts,
        row.person or "",
    )  # fmt: skip
