"""A log that the first version wrote, opened by this one: still proven, and written on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

import publisher.log
from publisher.log import Log, open_log
from publisher.model import NO_SITE, Event, Publication, Verdict, Verification
from tests.test_log import Clock, Place, place

__all__ = ["place"]  # the fixture

# What version 0001 wrote: a post with a picture, withdrawn, and an act that never ended.
OLD: dict[str, list[dict[str, Any]]] = json.loads(
    Path(__file__).with_name("data").joinpath("log-0001.json").read_text(encoding="utf-8")
)
MIGRATIONS = Path(publisher.log.__path__[0]) / "migrations"
MEETING = Publication(
    NO_SITE,
    "2023/hoi-nghi",
    Event.RECORDED,
    status="recorded",
    kind="hoi-nghi",
    shown_at=datetime(2023, 3, 20, tzinfo=UTC),
    place="Hội trường Sở",
    participants=45,
    copies=0,
    evidence=("posts/2023/hoi-nghi.jpg", "https://sokhcn.example/hop"),
)


@pytest.fixture
def old(place: Place) -> Place:
    """A log as the first version left it."""
    if place.url.startswith("sqlite:///"):
        Path(place.url.removeprefix("sqlite:///")).parent.mkdir(parents=True)
    engine = create_engine(place.url)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for table, rows in OLD.items():
            for row in rows:
                names = ", ".join(row)
                values = ", ".join(f":{name}" for name in row)
                connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({values})"), row)
    engine.dispose()
    return place


@pytest.fixture
def log(old: Place) -> Iterator[Log]:
    opened = open_log(old.url, Clock())
    yield opened
    opened.close()


def test_the_old_rows_are_proven_and_as_they_were(log: Log, old: Place) -> None:
    assert log.verify() == []
    with old.plain() as connection:
        for table, rows in OLD.items():
            stored = connection.execute(text(f"SELECT * FROM {table} ORDER BY id")).mappings()
            added = {"person": None} if table == "runs" else {}
            assert [dict(row) for row in stored] == [row | added for row in rows]
    heads = log.heads()
    assert heads["runs"] == (len(OLD["runs"]), OLD["runs"][-1]["hash"])
    assert heads["facts"] == heads["verifications"] == (0, "0" * 64)


def test_the_old_rows_are_read(log: Log) -> None:
    rows = list(log.publications())
    assert [row.event for row in rows] == [
        Event.PUBLISHED, Event.WITHDRAWAL_ASKED, Event.WITHDRAWN,
    ]  # fmt: skip
    assert rows[0].authors == ("Lan", "Minh")
    assert (rows[0].shares, rows[0].evidence, rows[0].participants) == ((), (), 0)
    assert list(log.memory().unsettled) == [("so-khcn", "2023/dang-do")]
    assert log.verifications() == {}


def test_new_rows_follow_and_are_proven_too(log: Log, old: Place) -> None:
    run = log.start_run("record")
    log.record(run, MEETING)
    shared = Publication(
        "so-khcn", "bai", Event.PUBLISHED, authors=("Lan", "Minh"), shares=(60, 40)
    )
    log.record(run, shared)
    log.verified(run, [Verification("so-khcn", "bai", 5, Verdict.GONE, "trash")])
    log.finish_run(run, 0, {"done": 2})
    assert log.verify() == []
    stored = {(row.site, row.key): row for row in log.publications()}
    kept = stored[NO_SITE, "2023/hoi-nghi"]
    assert replace(kept, id=0, run_id=0, at=None) == MEETING
    assert stored["so-khcn", "bai"].shares == (60, 40)
    assert log.memory().publications[NO_SITE, "2023/hoi-nghi"] == kept
    (look,) = log.verifications().values()
    assert (look.verdict, look.detail, look.publication_id) == (Verdict.GONE, "trash", 5)


@pytest.mark.parametrize("table", ["facts", "verifications"])
def test_the_new_tables_are_append_only(log: Log, old: Place, table: str) -> None:
    run = log.start_run("record")
    log.record(run, MEETING)
    log.verified(run, [Verification(NO_SITE, MEETING.key, 4, Verdict.SOUND)])
    for statement in (
        f"UPDATE {table} SET publication_id = 1", f"DELETE FROM {table}",
    ):  # fmt: skip
        with pytest.raises(DBAPIError, match="append-only"), old.plain() as connection:
            connection.execute(text(statement))


@pytest.mark.parametrize(
    ("table", "change"),
    [("facts", "participants = 450"), ("verifications", "verdict = 'sound'")],
)
def test_a_changed_row_of_a_new_table_is_found(
    log: Log, old: Place, table: str, change: str
) -> None:
    run = log.start_run("record")
    log.record(run, MEETING)
    log.verified(run, [Verification(NO_SITE, MEETING.key, 4, Verdict.GONE)])
    with old.tampering(table) as connection:
        connection.execute(text(f"UPDATE {table} SET {change}"))
    assert [(p.code, p.params["table"]) for p in log.verify()] == [("log-row-changed", table)]


def test_who_began_a_run_is_proven_too(log: Log, old: Place) -> None:
    own = open_log(old.url, Clock(), person="Nguyễn Thị Lan")
    run = own.start_run("withdraw")
    own.record(run, MEETING)
    own.finish_run(run, 0, {"done": 1})
    last = own.last_run()
    assert last is not None and last.person == "Nguyễn Thị Lan"
    (entry,) = own.entries(1)
    assert (entry.key, entry.person) == (MEETING.key, "Nguyễn Thị Lan")
    assert [e.person for e in own.entries() if e.run_id < run] == [""] * len(own.entries()[1:])
    own.close()
    assert log.verify() == []
    nobody = log.start_run("publish")
    last = log.last_run()
    assert last is not None and (last.id, last.person) == (nobody, "")
    with old.tampering("runs") as connection:
        connection.execute(text(f"UPDATE runs SET person = 'Trần Văn Minh' WHERE id = {run}"))
    assert [(p.code, p.params["id"]) for p in log.verify()] == [("log-row-changed", run)]


def test_history_is_read_on_from_a_mark(log: Log, old: Place) -> None:
    found, begun, mark = log.since((0, 0, 0))
    assert sorted(found + begun, key=lambda e: (e.run_id, e.at)) == log.entries()[::-1]
    assert [e.key for e in begun] == ["2023/dang-do"]
    assert log.since(mark)[0] == []
    run = log.start_run("record")
    log.record(run, MEETING)
    found, begun, later = log.since(mark)
    assert [e.key for e in found] == [MEETING.key]
    assert [e.key for e in begun] == ["2023/dang-do"]
    assert later > mark


def test_facts_cut_off_the_end_are_missed(log: Log, old: Place) -> None:
    run = log.start_run("record")
    log.record(run, MEETING)
    log.finish_run(run, 0, {"done": 1})
    with old.tampering("facts") as connection:
        connection.execute(text("DELETE FROM facts"))
    assert [(p.code, p.params["table"]) for p in log.verify()] == [("log-tail-cut", "facts")]
