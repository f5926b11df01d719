"""The log itself: what the program writes to it and asks of it."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, select

from publisher import __version__
from publisher.errors import LogError
from publisher.log import chain, copies, reading
from publisher.log.chain import append, heads_text
from publisher.log.database import Database
from publisher.log.entries import Entry, Run
from publisher.log.remembering import instant_text, publication_of
from publisher.log.rows import (
    LIGHT,
    WITH_FACTS,
    detail_text,
    facts_of,
    json_text,
    values_of,
)
from publisher.log.schema import (
    TABLES,
    attempts,
    decisions,
    facts,
    publications,
    runs,
    verifications,
)
from publisher.log.schema import media as media_table
from publisher.model import (
    Attempt,
    Decision,
    Ending,
    Memory,
    Problem,
    Publication,
    RemoteMedia,
    State,
    Verification,
)


class Log:
    """An open publication log. Threads may share it; each method is one transaction.

    Every method may raise LogError; what it was to write is then not written.
    """

    def __init__(self, database: Database, now: Callable[[], datetime], person: str = "") -> None:
        self._database = database
        self._now = now
        self._person = person

    def exclusive(self) -> AbstractContextManager[None]:
        """Hold the only place at this log, as :meth:`Database.exclusive` says."""
        return self._database.exclusive()

    def start_run(self, mode: str) -> int:
        """Note that a run begins (mode: publish, withdraw, ...) and return its id."""
        with self._database.writing() as connection:
            values = {
                "event": reading.STARTED,
                "started_id": None,
                "version": __version__,
                "host": platform.node(),
                "mode": mode,
                "exit_status": None,
                "counts": "",
                "heads": heads_text(connection),
                "person": self._person or None,
            }
            return append(connection, runs, self._now(), values)

    def finish_run(self, run_id: int, exit_status: int, counts: Mapping[str, int]) -> None:
        """Note how a run ended; the row also seals the ends of the other tables."""
        with self._database.writing() as connection:
            of = (runs.c.version, runs.c.host, runs.c.mode, runs.c.person)
            query = select(*of).where(runs.c.id == run_id)
            row = connection.execute(query).first()
            if row is None:
                raise _missing("runs", run_id)
            values = {
                "event": reading.FINISHED,
                "started_id": run_id,
                "version": row.version,
                "host": row.host,
                "mode": row.mode,
                "exit_status": exit_status,
                "counts": json_text(dict(counts)),
                "heads": heads_text(connection),
                "person": row.person,
            }
            append(connection, runs, self._now(), values)

    def started(self, run_id: int, attempt: Attempt) -> int:
        """Note that an act begins and return its id; it is on disk before this returns."""
        return self.begun(run_id, [attempt])[0]

    def begun(self, run_id: int, acts: Sequence[Attempt]) -> list[int]:
        """Note that acts begin together and return their ids, as :meth:`started`."""
        with self._database.writing() as connection:
            now = self._now()
            return [append(connection, attempts, now, _began(run_id, act)) for act in acts]

    def finished(
        self,
        run_id: int,
        attempt_id: int,
        state: State,
        *,
        problem: Problem | None = None,
        publication: Publication | None = None,
        media: RemoteMedia | None = None,
        size: int = 0,
        remote_id: str = "",
        url: str = "",
    ) -> None:
        """Note how an act ended, and what now stands on the site, in one transaction.

        attempt_id: what started() gave, in this run or, for an act whose end was unknown, in
        an earlier one. media: the picture that an upload made, ``size`` its bytes as sent;
        site, digest and file name are those of the act.
        """
        ending = Ending(attempt_id, state, problem, publication, media, size, remote_id, url)
        self.ended(run_id, [ending])

    def ended(self, run_id: int, endings: Sequence[Ending]) -> None:
        """Note how acts ended that one answer told of, as :meth:`finished`: all or none."""
        with self._database.writing() as connection:
            now = self._now()
            for ending in endings:
                _end(connection, now, run_id, ending)

    def record(self, run_id: int, publication: Publication) -> None:
        """Note what no request was needed for: renamed, kept, adopted, withdrawal asked."""
        common = {"run_id": run_id, "attempt_id": None}
        with self._database.writing() as connection:
            _add(connection, self._now(), common, publication)

    def decide(self, run_id: int, made: Sequence[Decision]) -> None:
        """Note what a person decided; who and when is the run's and the log's own to say."""
        with self._database.writing() as connection:
            now = self._now()
            for each in made:
                values: dict[str, str | int | None] = {
                    "run_id": run_id,
                    "site": each.site,
                    "key": each.key,
                    "ruling": each.ruling.value,
                    "title": each.title,
                    "digest": each.digest,
                    "moment": instant_text(each.moment) if each.moment else None,
                    "against": instant_text(each.against) if each.against else None,
                    "reason": each.reason,
                }
                append(connection, decisions, now, values)

    def decisions(self) -> list[Decision]:
        """Return all that people decided, oldest first."""
        with self._database.reading() as connection:
            return reading.decided(connection)

    def verified(self, run_id: int, looks: Sequence[Verification]) -> None:
        """Note what was found when publications were looked up on their sites."""
        with self._database.writing() as connection:
            now = self._now()
            for look in looks:
                values: dict[str, str | int | None] = {
                    "run_id": run_id,
                    "publication_id": look.publication_id,
                    "site": look.site,
                    "key": look.key,
                    "verdict": look.verdict.value,
                    "detail": look.detail,
                }
                append(connection, verifications, now, values)

    def verifications(self) -> dict[tuple[str, str], Verification]:
        """Return the newest look at each publication, by site and key."""
        with self._database.reading() as connection:
            return reading.verifications(connection)

    def memory(self) -> Memory:
        """Return what the plan needs, publications without their content."""
        with self._database.reading() as connection:
            return reading.memory(connection, self._now())

    def content(self, publication_id: int) -> str:
        """Return what the site held, raw, when that row of publications was written."""
        query = select(publications.c.content).where(publications.c.id == publication_id)
        with self._database.reading() as connection:
            text = connection.execute(query).scalar()
        if text is None:
            raise _missing("publications", publication_id)
        return str(text)

    def publications(
        self, since: datetime | None = None, until: datetime | None = None
    ) -> Iterator[Publication]:
        """Return all rows in order, without content; written from since on, before until."""
        p = publications.c
        query = select(*LIGHT).select_from(WITH_FACTS).order_by(p.id).limit(chain.PAGE)
        if since is not None:
            query = query.where(p.at >= instant_text(since))
        if until is not None:
            query = query.where(p.at < instant_text(until))
        last = 0
        while True:
            # A page at a time: who reads slowly must not keep others from writing.
            with self._database.reading() as connection:
                page = connection.execute(query.where(p.id > last)).all()
            if not page:
                return
            for row in page:
                yield publication_of(row)
            last = page[-1].id

    def entries(self, limit: int | None = None, *, site: str = "", key: str = "") -> list[Entry]:
        """Return history, newest first, of one site or one key when they are given."""
        with self._database.reading() as connection:
            return reading.entries(connection, limit, site, key)

    def since(self, mark: reading.Mark) -> tuple[list[Entry], list[Entry], reading.Mark]:
        """Return history after a mark, oldest first, the acts under way, and the next mark.

        mark: (0, 0, 0) for all, then what the last call gave.
        """
        with self._database.reading() as connection:
            return reading.since(connection, mark)

    def failures(self) -> list[Entry]:
        """Return, oldest first, the acts that failed and that nothing later made good."""
        with self._database.reading() as connection:
            return reading.failures(connection)

    def last_run(self) -> Run | None:
        """Return the run that started last, None when there was none."""
        with self._database.reading() as connection:
            return reading.last_run(connection)

    def heads(self) -> dict[str, tuple[int, str]]:
        """Return each table's last id and hash: written down elsewhere, they prove the log."""
        with self._database.reading() as connection:
            return {table.name: chain.head(connection, table) for table in TABLES}

    def verify(self) -> list[Problem]:
        """Return a Problem for every row that was changed, removed or cut off."""
        return chain.verify(self._database)

    def backup(self, folder: Path, now: datetime) -> copies.Copy:
        """Copy a log that is in a file into a folder, as :func:`publisher.log.copies.copy`.

        now: the office's clock. Raise LogError for one on a server: its own tools copy that.
        """
        heads = self.heads()
        with self._database.file() as source:
            return copies.copy(source, folder, now, heads)

    def prune(self, folder: Path) -> tuple[Path, ...]:
        """Delete the copies in a folder that are too old, and return them."""
        return copies.prune(folder)

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()


def _began(run_id: int, attempt: Attempt) -> dict[str, str | int | None]:
    """Return the row that says that an act begins."""
    return {
        "run_id": run_id,
        "started_id": None,
        "site": attempt.site,
        "key": attempt.key,
        "action": attempt.action,
        "state": reading.STARTED,
        "digest": attempt.digest,
        "name": attempt.name,
        "title": attempt.title,
        "sent": attempt.sent,
        "remote_id": "",
        "url": "",
        "code": "",
        "detail": "",
    }


def _end(connection: Connection, now: datetime, run_id: int, ending: Ending) -> None:
    """Add the row that says how an act ended, and those of what stands on the site since."""
    a = attempts.c
    of = (a.site, a.key, a.action, a.digest, a.name, a.title, a.sent)
    row = connection.execute(select(*of).where(a.id == ending.attempt_id)).first()
    if row is None:
        raise _missing("attempts", ending.attempt_id)
    publication, media = ending.publication, ending.media
    what = publication or media
    closing: dict[str, str | int | None] = row._asdict() | {
        "run_id": run_id,
        "started_id": ending.attempt_id,
        "state": ending.state.value,
        "remote_id": ending.remote_id or (_id_of(what) if what else ""),
        "url": ending.url or (what.url if what else ""),
        "code": ending.problem.code if ending.problem else "",
        "detail": detail_text(ending.problem),
    }
    closing_id = append(connection, attempts, now, closing)
    common = {"run_id": run_id, "attempt_id": closing_id}
    if publication is not None:
        _add(connection, now, common, publication)
    if media is not None:
        picture = _picture_values(row.site, row.key, row.name, media, ending.size)
        append(connection, media_table, now, common | picture)


def _add(
    connection: Connection,
    now: datetime,
    common: Mapping[str, int | None],
    publication: Publication,
) -> None:
    """Add a publication, and what it has beside the usual."""
    id_ = append(connection, publications, now, {**common, **values_of(publication)})
    if more := facts_of(publication):
        more = {"run_id": common["run_id"], "publication_id": id_, **more}
        append(connection, facts, now, more)


def _id_of(what: Publication | RemoteMedia) -> str:
    return what.remote_id if isinstance(what, Publication) else what.id


def _picture_values(
    site: str, digest: str, name: str, picture: RemoteMedia, size: int
) -> dict[str, str | int | None]:
    return {
        "site": site,
        "digest": digest,
        "name": name,
        "remote_id": picture.id,
        "url": picture.url,
        "width": picture.width,
        "height": picture.height,
        "bytes": size,
    }


def _missing(table: str, id_: int) -> LogError:
    return LogError(Problem("log-row-missing", params={"table": table, "id": id_, "count": 1}))
