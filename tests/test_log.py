"""The publication log on SQLite and on a real PostgreSQL: chain, memory, refusals."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

import publisher.log
from publisher.errors import LogError
from publisher.log import Log, open_log
from publisher.log.chain import GENESIS, row_hash
from publisher.log.database import LOCK_SPACE
from publisher.log.remembering import REVISIONS
from publisher.log.schema import metadata
from publisher.model import Attempt, Event, Memory, Problem, Publication, RemoteMedia, State

TABLES = ("runs", "attempts", "publications", "media")
NOON = datetime(2023, 3, 15, 5, 0, tzinfo=UTC)
POST = Publication(
    site="so-khcn",
    key="2023/cai-cach",
    event=Event.PUBLISHED,
    remote_id="7",
    url="http://127.0.0.1/cai-cach/",
    title="Chung tay cải cách thủ tục hành chính",
    content="<p>Đẩy mạnh cải cách</p>",
)
CREATE = Attempt("so-khcn", "2023/cai-cach", "create", digest="d1", name="cai-cach", title="Tin")
UPLOAD = Attempt("so-khcn", "a" * 64, "upload", name="anh-aaaa.jpg")
PICTURE = RemoteMedia("31", "http://127.0.0.1/anh-aaaa.jpg", 1600, 900)


class Clock:
    """A clock that moves one second each time somebody looks."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


@dataclass
class Place:
    """Where a log of a test stands, and a way in for somebody who means harm."""

    url: str

    @contextmanager
    def tampering(self, *tables: str) -> Iterator[Connection]:
        """Open the database past the log, the tables' triggers out of action."""
        engine = create_engine(self.url)
        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(text("SET session_replication_role = replica"))
            else:
                query = "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'"
                for name, table in connection.execute(text(query)).all():
                    if table in tables:
                        connection.execute(text(f"DROP TRIGGER {name}"))
            yield connection
        engine.dispose()

    @contextmanager
    def plain(self) -> Iterator[Connection]:
        """Open the database past the log, everything as it is."""
        engine = create_engine(self.url)
        try:
            with engine.begin() as connection:
                yield connection
        finally:
            engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """Each kind of database in turn, empty."""
    if request.param == "sqlite":
        yield Place(f"sqlite:///{(tmp_path / 'Nhật ký' / 'log.db').as_posix()}")
        return
    url = make_url(request.getfixturevalue("postgres_url"))
    schema = f"log_{uuid.uuid4().hex}"
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    own = url.update_query_dict({"options": f"-csearch_path={schema}"})
    yield Place(own.render_as_string(hide_password=False))
    with engine.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    engine.dispose()


@pytest.fixture
def log(place: Place) -> Iterator[Log]:
    """A new log in that database."""
    opened = open_log(place.url, Clock())
    yield opened
    opened.close()


@pytest.fixture
def opener(place: Place) -> Iterator[Callable[[], Log]]:
    """A way to open the same log again, as another program would."""
    opened: list[Log] = []

    def again() -> Log:
        opened.append(open_log(place.url, Clock()))
        return opened[-1]

    yield again
    for each in opened:
        each.close()


def publish(log: Log, run: int, *keys: str) -> None:
    """Publish posts without pictures, as apply does."""
    for key in keys:
        attempt = log.started(run, replace(CREATE, key=key, name=key))
        log.finished(run, attempt, State.DONE, publication=replace(POST, key=key))


def whole_run(log: Log, *keys: str) -> int:
    """Publish posts and one picture in a run of their own."""
    run = log.start_run("publish")
    publish(log, run, *keys)
    upload = log.started(run, UPLOAD)
    log.finished(run, upload, State.DONE, media=PICTURE, size=1234)
    log.finish_run(run, 0, {"done": len(keys)})
    return run


def complaints(log: Log) -> list[tuple[str, object, object]]:
    """Return what verify finds as (code, table, id or last id)."""
    return [
        (p.code, p.params["table"], p.params.get("id", p.params.get("last"))) for p in log.verify()
    ]


# --- what is written comes back -------------------------------------------------------------


def test_a_new_log_is_empty_and_sound(log: Log) -> None:
    assert log.memory() == Memory()
    assert log.verify() == []
    assert log.last_run() is None
    assert log.entries() == log.failures() == []
    assert {head[0] for head in log.heads().values()} == {0}


def test_a_publication_is_remembered_by_another_program(
    log: Log, opener: Callable[[], Log]
) -> None:
    run = whole_run(log, POST.key)
    memory = opener().memory()
    stored = memory.publications[POST.site, POST.key]
    assert replace(stored, id=0, run_id=0, at=None) == replace(POST, content="")
    assert stored.run_id == run
    assert stored.at is not None
    assert stored.at.utcoffset() == timedelta(0)
    assert log.content(stored.id) == POST.content
    assert memory.media == {(UPLOAD.site, UPLOAD.key): PICTURE}
    assert memory.unsettled == {}


def test_memory_keeps_the_newest_of_each_site_and_key(log: Log) -> None:
    run = log.start_run("publish")
    publish(log, run, "mot", "hai")
    log.record(run, replace(POST, key="mot", event=Event.UPDATED, title="Mới"))
    log.record(run, replace(POST, key="mot", site="trung-tam", title="Nơi khác"))
    titles = {name: p.title for name, p in log.memory().publications.items()}
    assert titles == {
        ("so-khcn", "mot"): "Mới",
        ("so-khcn", "hai"): POST.title,
        ("trung-tam", "mot"): "Nơi khác",
    }


def test_a_renamed_post_leaves_its_old_key(log: Log) -> None:
    run = log.start_run("publish")
    publish(log, run, "cu")
    log.record(run, replace(POST, key="moi", event=Event.RENAMED, previous_key="cu"))
    log.record(run, replace(POST, key="moi", event=Event.UPDATED))
    assert set(log.memory().publications) == {(POST.site, "moi")}
    publish(log, run, "cu")  # another post takes the name that is free now
    assert set(log.memory().publications) == {(POST.site, "moi"), (POST.site, "cu")}


def test_a_post_renamed_there_and_back_is_under_its_first_key(log: Log) -> None:
    run = log.start_run("publish")
    publish(log, run, "a")
    log.record(run, replace(POST, key="b", event=Event.RENAMED, previous_key="a"))
    log.record(run, replace(POST, key="a", event=Event.RENAMED, previous_key="b"))
    assert set(log.memory().publications) == {(POST.site, "a")}


def test_publications_come_in_order_and_by_the_time_they_were_written(log: Log) -> None:
    run = log.start_run("publish")
    publish(log, run, "mot", "hai", "ba")
    rows = list(log.publications())
    assert [row.key for row in rows] == ["mot", "hai", "ba"]
    assert [row.id for row in rows] == [1, 2, 3]
    second = rows[1].at
    assert [row.key for row in log.publications(since=second)] == ["hai", "ba"]
    assert [row.key for row in log.publications(until=second)] == ["mot"]


def test_the_log_can_be_written_while_its_publications_are_read(log: Log) -> None:
    run = log.start_run("publish")
    publish(log, run, "mot", "hai")
    reading = log.publications()
    next(reading)
    publish(log, run, "ba")
    assert log.verify() == []


def test_a_run_tells_how_it_ended(log: Log) -> None:
    run = log.start_run("publish")
    begun = log.last_run()
    assert begun is not None
    assert (begun.id, begun.mode, begun.finished_at, begun.exit_status) == (
        run, "publish", None, None,
    )  # fmt: skip
    log.finish_run(run, 1, {"done": 3, "refused": 1})
    ended = log.last_run()
    assert ended is not None
    assert ended.exit_status == 1
    assert ended.counts == {"done": 3, "refused": 1}
    assert ended.finished_at is not None
    assert ended.finished_at > ended.started_at


def test_entries_tell_what_happened_newest_first(log: Log) -> None:
    run = log.start_run("publish")
    publish(log, run, "mot")
    refused = log.started(run, replace(CREATE, key="hai"))
    problem = Problem("site-refused", params={"status": 403, "said": "Không được phép"})
    log.finished(run, refused, State.REFUSED, problem=problem)
    log.record(run, replace(POST, key="mot", event=Event.KEPT_SITE))
    log.started(run, replace(CREATE, key="ba"))
    entries = log.entries()
    assert [(e.what, e.key, e.state) for e in entries] == [
        ("create", "ba", "started"),
        ("kept_site", "mot", "done"),
        ("create", "hai", "refused"),
        ("published", "mot", "done"),
    ]
    assert entries[2].problem == problem
    assert entries[3].url == POST.url
    assert log.entries(2) == entries[:2]
    assert log.entries(key="mot") == [entries[1], entries[3]]
    assert log.entries(site="trung-tam") == []


def test_a_failure_is_told_until_it_is_made_good(log: Log) -> None:
    run = log.start_run("publish")
    for _ in range(2):
        attempt = log.started(run, CREATE)
        log.finished(run, attempt, State.NOT_SENT, problem=Problem("site-unreachable"))
    assert [(e.key, e.state) for e in log.failures()] == [(CREATE.key, "not_sent")]
    publish(log, run, CREATE.key)
    assert log.failures() == []


def test_a_failure_is_made_good_by_adoption(log: Log) -> None:
    run = log.start_run("publish")
    log.finished(run, log.started(run, CREATE), State.UNKNOWN)
    log.record(log.start_run("publish"), replace(POST, event=Event.ADOPTED))
    assert log.failures() == []


def test_what_was_found_before_says_nothing_of_what_was_sent_after_it(log: Log) -> None:
    run = log.start_run("publish")
    log.record(run, replace(POST, event=Event.ADOPTED))
    update = replace(CREATE, action="update")
    log.finished(run, log.started(run, update), State.UNKNOWN)
    assert [a.action for a in log.memory().unsettled.values()] == ["update"]
    assert [(e.key, e.state) for e in log.failures()] == [(CREATE.key, "unknown")]


def test_an_act_is_made_good_under_the_name_that_its_file_has_since(log: Log) -> None:
    run = log.start_run("publish")
    log.finished(run, log.started(run, CREATE), State.UNKNOWN)
    found = replace(POST, event=Event.ADOPTED, key="khác", previous_key=CREATE.key)
    log.record(log.start_run("publish"), found)
    assert log.memory().unsettled == {}
    assert log.failures() == []


def test_long_and_odd_parameters_stay_readable(log: Log) -> None:
    run = log.start_run("publish")
    params = {"body": "lỗi " * 3000, "status": 500, "path": Path("bài.md"), "none": None}
    log.finished(
        run, log.started(run, CREATE), State.UNKNOWN, problem=Problem("site-failed", params=params)
    )
    problem = log.failures()[0].problem
    assert problem is not None
    assert str(problem.params["body"]).startswith("lỗi lỗi")
    assert len(json.dumps(dict(problem.params), ensure_ascii=False)) <= 2000
    assert problem.params["status"] == 500
    assert problem.params["path"] == "bài.md"


_texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
_instants = st.datetimes(
    min_value=datetime(1900, 1, 1),  # noqa: DTZ001 - Hypothesis wants the bounds naive
    timezones=st.just(UTC),
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    publication=st.builds(
        Publication,
        site=_texts,
        key=_texts,
        event=st.sampled_from(Event),
        remote_id=_texts,
        url=_texts,
        status=_texts,
        slug=_texts,
        title=_texts,
        kind=_texts,
        theme=_texts,
        unit=_texts,
        authors=st.lists(_texts, max_size=3).map(tuple),
        source=_texts,
        pictures=st.integers(0, 500),
        shown_at=st.none() | _instants,
        digest=_texts,
        article_digest=_texts,
        fingerprint=_texts,
        reason=_texts,
        previous_key=_texts,
        content=_texts,
    )
)
def test_any_publication_comes_back_as_it_was(log: Log, publication: Publication) -> None:
    run = log.start_run("publish")
    log.record(run, publication)
    last, _ = log.heads()["publications"]
    stored = list(log.publications())[-1]
    assert stored.id == last
    back = replace(stored, content=log.content(last), id=0, run_id=0, at=None)
    assert back == publication
    assert log.verify() == []


def test_text_that_no_database_takes_is_kept_as_well_as_can_be(log: Log) -> None:
    run = log.start_run("publish")
    log.record(run, replace(POST, title="Một\0hai\ud800ba"))
    assert next(log.publications()).title == "Một\ufffdhai?ba"
    assert log.verify() == []


# --- acts whose end is not known ------------------------------------------------------------


def test_an_act_without_an_end_is_unsettled(log: Log, opener: Callable[[], Log]) -> None:
    run = log.start_run("publish")
    create, upload = log.started(run, CREATE), log.started(run, UPLOAD)
    log.started(run, replace(CREATE, key="khac", action="withdraw"))
    assert opener().memory().unsettled == {
        (CREATE.site, CREATE.key): replace(CREATE, id=create),
        (UPLOAD.site, UPLOAD.key): replace(UPLOAD, id=upload),
    }


@pytest.mark.parametrize("state", [State.DONE, State.REFUSED, State.NOT_SENT, State.SKIPPED])
def test_an_end_that_is_known_settles(log: Log, state: State) -> None:
    run = log.start_run("publish")
    attempt = log.started(run, CREATE)
    log.finished(run, attempt, State.UNKNOWN)
    assert (CREATE.site, CREATE.key) in log.memory().unsettled
    later = log.start_run("publish")
    log.finished(later, attempt, state)
    assert log.memory().unsettled == {}


def test_a_later_act_that_is_done_settles(log: Log) -> None:
    run = log.start_run("publish")
    log.started(run, CREATE)
    publish(log, run, "khac")
    assert set(log.memory().unsettled) == {(CREATE.site, CREATE.key)}
    again = log.started(run, CREATE)
    log.finished(run, again, State.DONE)
    assert log.memory().unsettled == {}


def test_a_post_found_on_the_site_settles(log: Log) -> None:
    log.started(log.start_run("publish"), CREATE)
    later = log.start_run("publish")
    log.record(later, replace(POST, event=Event.WITHDRAWAL_ASKED))
    assert (CREATE.site, CREATE.key) in log.memory().unsettled
    log.record(later, replace(POST, event=Event.ADOPTED))
    assert log.memory().unsettled == {}


def test_an_act_is_not_settled_by_what_was_there_before(log: Log) -> None:
    whole_run(log, CREATE.key)
    run = log.start_run("publish")
    log.started(run, CREATE)
    log.started(run, UPLOAD)
    assert len(log.memory().unsettled) == 2


def test_a_program_killed_in_an_act_leaves_it_unsettled(place: Place, log: Log) -> None:
    program = """
import sys
from datetime import UTC, datetime
from publisher.log import open_log
from publisher.model import Attempt
log = open_log(sys.argv[1], lambda: datetime.now(UTC))
print(log.started(log.start_run("publish"), Attempt("so-khcn", "bài", "create")), flush=True)
sys.stdin.read()
"""
    with subprocess.Popen(
        [sys.executable, "-c", program, place.url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        number = int(process.stdout.readline())
        process.kill()
    unsettled = log.memory().unsettled
    assert unsettled == {("so-khcn", "bài"): Attempt("so-khcn", "bài", "create", id=number)}
    run = log.last_run()
    assert run is not None
    assert run.finished_at is None
    assert log.verify() == []


def test_a_failure_in_the_middle_of_an_end_writes_none_of_it(log: Log) -> None:
    run = log.start_run("publish")
    attempt = log.started(run, CREATE)
    before = log.heads()
    too_large = 10**30
    with pytest.raises((LogError, OverflowError)):
        log.finished(run, attempt, State.DONE, publication=replace(POST, pictures=too_large))
    assert log.heads() == before
    assert (CREATE.site, CREATE.key) in log.memory().unsettled


def test_an_end_of_an_act_that_never_began_is_refused(log: Log) -> None:
    run = log.start_run("publish")
    with pytest.raises(LogError) as error:
        log.finished(run, 99, State.DONE)
    assert error.value.problems[0].params == {"table": "attempts", "id": 99, "count": 1}
    assert log.heads()["attempts"][0] == 0


# --- append-only, and what verify sees ------------------------------------------------------


@pytest.mark.parametrize("table", TABLES)
def test_rows_can_be_neither_changed_nor_removed(log: Log, place: Place, table: str) -> None:
    whole_run(log, "mot", "hai")
    before = log.heads()
    acts = [f"UPDATE {table} SET at = ''", f"DELETE FROM {table}"]
    if place.url.startswith("sqlite"):
        acts.append(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")
    else:
        acts.append(f"TRUNCATE {table} CASCADE")
    for act in acts:
        with pytest.raises(DBAPIError, match="append-only"), place.plain() as connection:
            connection.execute(text(act))
    assert log.heads() == before
    assert log.verify() == []


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("runs", "exit_status"),
        ("attempts", "state"),
        ("publications", "title"),
        ("publications", "shown_at"),
        ("publications", "pictures"),
        ("publications", "content"),
        ("publications", "at"),
        ("publications", "hash"),
        ("publications", "prev_hash"),
        ("media", "bytes"),
    ],
)
def test_a_changed_row_is_named(log: Log, place: Place, table: str, column: str) -> None:
    whole_run(log, "mot", "hai", "ba")
    whole_run(log, "bon")
    with place.tampering(table) as connection:
        connection.execute(text(f"UPDATE {table} SET {column} = '5' WHERE id = 2"))
    assert complaints(log) == [("log-row-changed", table, 2)]


def test_a_removed_row_is_named(log: Log, place: Place) -> None:
    whole_run(log, "mot", "hai", "ba", "bon")
    with place.tampering("publications") as connection:
        connection.execute(text("DELETE FROM publications WHERE id IN (2, 3)"))
    assert [(p.code, dict(p.params)) for p in log.verify()] == [
        ("log-row-missing", {"table": "publications", "id": 2, "count": 2})
    ]


def test_the_first_row_removed_is_named(log: Log, place: Place) -> None:
    whole_run(log, "mot", "hai")
    with place.tampering("publications") as connection:
        connection.execute(text("DELETE FROM publications WHERE id = 1"))
    assert complaints(log) == [("log-row-missing", "publications", 1)]


@pytest.mark.parametrize("table", ["attempts", "publications", "media"])
def test_rows_cut_off_the_end_are_noticed(log: Log, place: Place, table: str) -> None:
    whole_run(log, "mot", "hai")
    last, _ = log.heads()[table]
    with place.tampering(table) as connection:
        connection.execute(text(f"DELETE FROM {table} WHERE id = {last}"))
    assert complaints(log) == [("log-tail-cut", table, last - 1)]


def test_a_run_cut_off_the_end_is_noticed(log: Log, place: Place) -> None:
    whole_run(log, "mot")
    run = log.start_run("publish")
    publish(log, run, "hai")
    with place.tampering("runs") as connection:
        connection.execute(text(f"DELETE FROM runs WHERE id = {run}"))
    assert complaints(log) == [("log-tail-cut", "runs", run - 1)]


def test_an_emptied_table_is_noticed(log: Log, place: Place) -> None:
    whole_run(log, "mot")
    with place.tampering("publications") as connection:
        connection.execute(text("DELETE FROM publications"))
    assert complaints(log) == [("log-tail-cut", "publications", 0)]


def test_rows_that_changed_places_are_named(log: Log, place: Place) -> None:
    whole_run(log, "mot", "hai", "ba")
    with place.tampering("publications") as connection:
        for before, after in ((1, 99), (2, 1), (99, 2)):
            connection.execute(text(f"UPDATE publications SET id = {after} WHERE id = {before}"))
    assert complaints(log)[:2] == [
        ("log-row-changed", "publications", 1),
        ("log-row-changed", "publications", 2),
    ]


def forge(connection: Connection, id_: int) -> None:
    """Change the title of a publication and give it the hash that fits."""
    query = text(f"SELECT * FROM publications WHERE id = {id_}")
    row = dict(connection.execute(query).mappings().one()) | {"title": "Giả"}
    connection.execute(
        text(f"UPDATE publications SET title = 'Giả', hash = :hash WHERE id = {id_}"),
        {"hash": row_hash(row)},
    )


def test_a_changed_row_with_a_fitting_hash_is_named(log: Log, place: Place) -> None:
    whole_run(log, "mot", "hai", "ba")
    with place.tampering("publications") as connection:
        forge(connection, 2)
    assert complaints(log) == [("log-row-changed", "publications", 2)]


def test_a_changed_last_row_with_a_fitting_hash_is_named(log: Log, place: Place) -> None:
    whole_run(log, "mot", "hai")
    with place.tampering("publications") as connection:
        forge(connection, 2)
    assert complaints(log) == [("log-row-changed", "publications", 2)]


def test_the_hash_of_a_row_never_changes() -> None:
    """A change here would break every log that exists."""
    row = {"id": 1, "at": "2023-03-15T05:00:00.000000Z", "prev_hash": GENESIS, "hash": "",
           "title": "Đổi mới", "pictures": 2, "shown_at": None}  # fmt: skip
    sealed = (
        "0" * 64
        + "\n"
        + '{"at":"2023-03-15T05:00:00.000000Z","id":1,"pictures":2,"title":"Đổi mới"}'
    )
    assert row_hash(row) == hashlib.sha256(sealed.encode("utf-8")).hexdigest()


def test_the_same_acts_give_the_same_hashes_in_both_databases(
    tmp_path: Path, log: Log, place: Place
) -> None:
    other = open_log(tmp_path / "other.db", Clock())
    for each in (log, other):
        run = whole_run(each, "mot", "hai")
        each.record(run, replace(POST, event=Event.ADOPTED, authors=("Bà Ngọ",), shown_at=NOON))
    assert log.heads() == other.heads()
    other.close()


def test_threads_and_programs_keep_one_chain(log: Log, opener: Callable[[], Log]) -> None:
    logs = [log, log, opener(), opener()]
    runs = [each.start_run("publish") for each in logs]

    def work(number: int) -> None:
        publish(logs[number], runs[number], *(f"{number}-{i}" for i in range(8)))

    with ThreadPoolExecutor(len(logs)) as pool:
        list(pool.map(work, range(len(logs))))
    assert log.heads()["attempts"][0] == 64
    assert log.heads()["publications"][0] == 32
    assert len(log.memory().publications) == 32
    assert log.verify() == []


# --- opening, and refusing to ---------------------------------------------------------------


def test_the_migrations_make_the_tables_that_the_program_writes(log: Log, place: Place) -> None:
    with place.plain() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    folder = Path(publisher.log.__file__).parent / "migrations"
    scripts = ScriptDirectory(str(folder))
    assert tuple(s.revision for s in scripts.walk_revisions())[::-1] == REVISIONS


def test_programs_that_open_a_new_log_together_make_it_once(place: Place) -> None:
    with ThreadPoolExecutor(4) as pool:
        logs = list(pool.map(lambda _: open_log(place.url, Clock()), range(4)))
    run = logs[0].start_run("publish")
    publish(logs[1], run, "mot")
    assert all(set(each.memory().publications) == {(POST.site, "mot")} for each in logs)
    for each in logs:
        each.close()


def code_of(action: Callable[[], object]) -> tuple[str, dict[str, object]]:
    """Return code and parameters of the LogError that an action raises."""
    with pytest.raises(LogError) as error:
        action()
    (problem,) = error.value.problems
    return problem.code, dict(problem.params)


def test_a_log_of_a_newer_program_is_refused(log: Log, place: Place) -> None:
    with place.plain() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    code, params = code_of(lambda: open_log(place.url, Clock()))
    assert code == "log-newer"
    assert params["version"] == "9999"


@contextmanager
def somebody_writing(place: Place) -> Iterator[None]:
    """Hold the log as another program does while it writes."""
    with place.plain() as connection:
        if place.url.startswith("sqlite"):
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            lock = "SELECT pg_advisory_xact_lock(:space, hashtext(current_schema()))"
            connection.execute(text(lock), {"space": LOCK_SPACE})
        yield


def test_a_log_that_somebody_else_writes_is_locked(log: Log, place: Place) -> None:
    hasty = open_log(place.url, Clock(), patience=0.1)
    with somebody_writing(place):
        assert code_of(lambda: hasty.start_run("publish"))[0] == "log-locked"
        assert hasty.memory() == Memory()  # reading goes on
    assert hasty.start_run("publish") == 1
    hasty.close()


def test_somebody_else_who_writes_is_waited_for(log: Log, place: Place) -> None:
    with ThreadPoolExecutor(1) as pool:
        with somebody_writing(place):
            waiting = pool.submit(log.start_run, "publish")
        assert waiting.result(timeout=30) == 1


def test_a_log_that_can_only_be_read_is_read(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    log = open_log(path, Clock())
    whole_run(log, "mot")
    log.close()
    sealed = open_log(f"sqlite:///file:{path.as_posix()}?mode=ro&uri=true", Clock())
    assert len(list(sealed.publications())) == 1
    assert sealed.verify() == []
    assert code_of(lambda: sealed.start_run("publish"))[0] == "log-read-only"
    sealed.close()


def test_a_log_in_a_read_only_postgresql_is_read(postgres_url: str) -> None:
    name = f"log_{uuid.uuid4().hex}"
    url = make_url(postgres_url)
    with Place(postgres_url).plain() as connection:
        connection.execute(text(f"CREATE SCHEMA {name}"))
    own = url.update_query_dict({"options": f"-csearch_path={name}"})
    open_log(own.render_as_string(hide_password=False), Clock()).close()
    options = f"-csearch_path={name} -cdefault_transaction_read_only=on"
    sealed_url = url.update_query_dict({"options": options}).render_as_string(hide_password=False)
    sealed = open_log(sealed_url, Clock())
    assert sealed.memory() == Memory()
    assert code_of(lambda: sealed.start_run("publish"))[0] == "log-read-only"
    sealed.close()
    with Place(postgres_url).plain() as connection:
        connection.execute(text(f"DROP SCHEMA {name} CASCADE"))


def test_a_full_disk_is_told_and_nothing_is_half_written(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    log = open_log(path, Clock())
    run = log.start_run("publish")
    attempt = log.started(run, CREATE)
    log.close()

    def small_disk(connection: object, _record: object) -> None:
        connection.execute("PRAGMA max_page_count = 1")  # type: ignore[attr-defined]

    event.listen(Engine, "connect", small_disk)
    try:
        full = open_log(path, Clock())
        before = full.heads()
        large = replace(POST, content="x" * 100_000)
        code, _ = code_of(lambda: full.finished(run, attempt, State.DONE, publication=large))
        assert code == "log-disk-full"
        assert full.heads() == before
        full.close()
    finally:
        event.remove(Engine, "connect", small_disk)


def test_a_file_that_is_no_database_is_broken(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    path.write_bytes(b"Day khong phai la co so du lieu. " * 100)
    code, params = code_of(lambda: open_log(path, Clock()))
    assert code == "log-broken"
    assert params["log"] == str(path)
    assert path.read_bytes().startswith(b"Day khong")


def test_a_damaged_file_is_broken(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    log = open_log(path, Clock())
    whole_run(log, *(f"bai-{i}" for i in range(40)))
    log.close()
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    path.write_bytes(content)
    code, _ = code_of(lambda: open_log(path, Clock()).verify())
    assert code == "log-broken"


def test_a_folder_in_place_of_the_file_is_unreachable(tmp_path: Path) -> None:
    assert code_of(lambda: open_log(tmp_path, Clock()))[0] == "log-unreachable"
    (tmp_path / "file").write_text("x", encoding="utf-8")
    inside = tmp_path / "file" / "log.db"
    assert code_of(lambda: open_log(inside, Clock()))[0] == "log-unreachable"


def test_a_server_that_is_not_there_is_unreachable_and_no_password_is_shown(
    tmp_path: Path,
) -> None:
    url = f"postgresql://publisher:b%C3%AD-m%E1%BA%ADt@/publisher?host={tmp_path.as_posix()}"
    with pytest.raises(LogError) as error:
        open_log(url, Clock())
    assert error.value.problems[0].code == "log-unreachable"
    assert "m%E1%BA%ADt" not in str(error.value)
    assert "bí-mật" not in str(error.value)


@pytest.mark.parametrize(
    "url",
    [
        "mysql://root:secret@host/x",
        "postgresql://u:secret@host:port/x",
        "sqlite://",
        "sqlite:///:memory:",
    ],
)
def test_an_address_of_another_kind_is_refused_without_showing_it(url: str) -> None:
    code, params = code_of(lambda: open_log(url, Clock()))
    assert code == "log-address"
    assert params == {"scheme": url.partition(":")[0]}


def test_importing_the_log_does_not_load_the_database_library() -> None:
    program = "import sys, publisher.log; sys.exit('sqlalchemy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_opening_an_existing_log_does_not_load_the_migrations(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    open_log(path, Clock()).close()
    program = (
        "import sys; from datetime import *; from publisher.log import open_log;"
        "open_log(sys.argv[1], lambda: datetime.now(UTC)).close();"
        "sys.exit('alembic' in sys.modules)"
    )
    finished = subprocess.run([sys.executable, "-c", program, str(path)], check=False)
    assert finished.returncode == 0


def test_memory_has_what_appeared_within_the_last_hour(place: Place) -> None:
    now = NOON

    def later(minutes: int) -> None:
        nonlocal now
        now = NOON + timedelta(minutes=minutes)

    log = open_log(place.url, lambda: now)
    run = log.start_run("publish")

    def sent(key: str, state: State, event: Event = Event.PUBLISHED) -> None:
        begun = log.started(run, replace(CREATE, key=key))
        row = replace(POST, key=key, event=event) if state is State.DONE else None
        log.finished(run, begun, state, publication=row)

    def recent() -> list[float]:
        instants = log.memory().recent.get(POST.site, ())
        return [(instant - NOON).total_seconds() / 60 for instant in instants]

    sent("a", State.DONE)
    later(10)
    sent("b", State.REFUSED)
    sent("c", State.UNKNOWN)  # it may stand there
    sent("d", State.DONE, Event.DRAFTED)
    log.record(run, replace(POST, key="e", event=Event.ADOPTED))
    log.record(run, replace(POST, key="f", event=Event.IMPORTED))
    later(20)
    sent("g", State.DONE)
    log.started(run, replace(CREATE, key="h"))  # and then the power went
    assert recent() == [0, 10, 20, 20]
    later(59)
    assert recent() == [0, 10, 20, 20]
    later(60)
    assert recent() == [10, 20, 20]
    later(80)
    assert recent() == []
    later(-5)  # the clock was set back
    assert recent() == [0, 10, 20, 20]
    sent("i", State.DONE)
    assert recent() == [-5, 0, 10, 20, 20]
    log.close()
