"""What is asked of the log, as queries over a connection."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select

from publisher.log.entries import Entry, Run
from publisher.log.rows import LIGHT, WITH_FACTS, instant, problem_of, publication_of
from publisher.log.schema import attempts, media, publications, runs
from publisher.log.schema import verifications as looks
from publisher.model import (
    Attempt,
    Event,
    Memory,
    Publication,
    RemoteMedia,
    State,
    Verdict,
    Verification,
)

STARTED = "started"
FINISHED = "finished"
# Sent twice, a create or an upload leaves two of a thing; an update whose end is unknown
# would look like a person's edit.
_UNCERTAIN = ("create", "update", "upload")
_FAILED = (State.REFUSED.value, State.NOT_SENT.value, State.UNKNOWN.value)
_later = attempts.alias("later")
_closing = attempts.alias("closing")
_adoption = publications.alias("adoption")


def memory(connection: Connection) -> Memory:
    """Return what the plan needs to know: publications, media, acts without a known end."""
    return Memory(_publications(connection), _media(connection), _unsettled(connection))


def _publications(connection: Connection) -> dict[tuple[str, str], Publication]:
    newest = select(func.max(publications.c.id)).group_by(publications.c.site, publications.c.key)
    query = (
        select(*LIGHT)
        .select_from(WITH_FACTS)
        .where(publications.c.id.in_(newest))
        .order_by(publications.c.id)
    )
    found = {(row.site, row.key): publication_of(row) for row in connection.execute(query)}
    renames = select(publications.c.id, publications.c.site, publications.c.previous_key).where(
        publications.c.previous_key != ""
    )
    for id_, site, previous in connection.execute(renames):
        old = found.get((site, previous))
        if old is not None and old.id < id_:  # a new post may have taken the old key since
            del found[site, previous]
    return found


def _media(connection: Connection) -> dict[tuple[str, str], RemoteMedia]:
    m = media.c
    query = select(m.site, m.digest, m.remote_id, m.url, m.width, m.height).order_by(m.id)
    return {
        (site, digest): RemoteMedia(remote_id, url, width, height)
        for site, digest, remote_id, url, width, height in connection.execute(query)
    }


def _unsettled(connection: Connection) -> dict[tuple[str, str], Attempt]:
    a = attempts.c
    ended = select(_closing.c.id).where(
        _closing.c.started_id == a.id, _closing.c.state != State.UNKNOWN.value
    )
    query = (
        select(a.site, a.key, a.action, a.digest, a.name, a.title, a.sent, a.id)
        .where(
            a.state == STARTED,
            a.action.in_(_UNCERTAIN),
            ~ended.exists(),
            ~_done_later(),
            ~_adopted_since(),
        )
        .order_by(a.id)
    )
    return {(row.site, row.key): Attempt(*row) for row in connection.execute(query)}


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
            _adoption.c.key == attempts.c.key,
            # Runs are numbered in order, which a clock that is set back can't upset.
            _adoption.c.run_id >= attempts.c.run_id,
            _adoption.c.event == Event.ADOPTED.value,
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
    """Return history, newest first: acts that ended, acts that never did, notes."""
    a, p = attempts.c, publications.c
    acts = _acts().where(
        or_(
            a.started_id.is_not(None),
            ~select(_closing.c.id).where(_closing.c.started_id == a.id).exists(),
        )
    )
    notes = (
        select(*LIGHT).select_from(WITH_FACTS).where(p.attempt_id.is_(None)).order_by(p.id.desc())
    )
    if site:
        acts, notes = acts.where(a.site == site), notes.where(p.site == site)
    if key:
        acts, notes = acts.where(a.key == key), notes.where(p.key == key)
    found = [_act(row) for row in connection.execute(acts.limit(limit))]
    found += [_note(publication_of(row)) for row in connection.execute(notes.limit(limit))]
    found.sort(key=lambda entry: (entry.run_id, entry.at), reverse=True)
    return found[:limit]


def failures(connection: Connection) -> list[Entry]:
    """Return, oldest first, the last end of each act that failed and was not made good."""
    a = attempts.c
    newest = (
        select(func.max(a.id)).where(a.started_id.is_not(None)).group_by(a.site, a.key, a.action)
    )
    # A term that a later run did not try to make again was there, or was not wanted any more.
    ran_again = select(runs.c.id).where(runs.c.id > a.run_id, runs.c.event == STARTED).exists()
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
            a.remote_id, a.url, p.url.label("shown_url"), a.code, a.detail, p.id,
        )
        .select_from(attempts.outerjoin(publications, p.attempt_id == a.id))
        .order_by(a.id.desc())
    )  # fmt: skip


def _act(row: Sequence[Any]) -> Entry:
    (
        at, run_id, site, key, event, action, state, name, title, remote_id, url, shown_url,
        code, detail, publication_id,
    ) = row  # fmt: skip
    return Entry(
        instant(at), run_id, site, key, event or action, state, action, name, title, remote_id,
        shown_url or url, problem_of(code, detail), publication_id or 0,
    )  # fmt: skip


def _note(p: Publication) -> Entry:
    assert p.at is not None  # every row of the log has its instant
    return Entry(
        p.at, p.run_id, p.site, p.key, p.event.value, State.DONE.value, "", p.slug, p.title,
        p.remote_id, p.url, None, p.id,
    )  # fmt: skip


def last_run(connection: Connection) -> Run | None:
    """Return the run that started last, None when there was none."""
    end = runs.alias("finished")
    query = (
        select(
            runs.c.id, runs.c.mode, runs.c.version, runs.c.host, runs.c.at.label("started_at"),
            end.c.at.label("finished_at"), end.c.exit_status, end.c.counts,
        )
        .select_from(
            runs.outerjoin(end, and_(end.c.started_id == runs.c.id, end.c.event == FINISHED))
        )
        .where(runs.c.event == STARTED)
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
    )  # fmt: skip
