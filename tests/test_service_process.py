"""The service as a process of its own: its signals, its death, its being alone."""

from __future__ import annotations

import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from publisher import config, run
from publisher.errors import AlreadyRunningError, LogError
from publisher.log import open_log
from tests.faults import FaultProxy, Rule
from tests.office import Office
from tests.wordpress import WordPress

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Windows has no such signals")

EVERY = '[schedule]\nevery = 5\nbackup_at = ""\nverify_at = ""\ndigest_at = ""\n'
RUNNING, DONE = 6, 0


class Serving:
    """``publisher run`` as a process; its lines are read as they come."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.lines: list[str] = []
        self._fresh: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.lines.append(line)
            self._fresh.put(line)

    def until(self, words: str, seconds: float = 120) -> str:
        """Wait for a line with these words and return it."""
        end = time.monotonic() + seconds
        while True:
            try:
                line = self._fresh.get(timeout=max(0.01, end - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"no {words!r} in {''.join(self.lines)}") from None
            if words in line:
                return line

    def ended(self, seconds: float = 30) -> int:
        """Wait for its end and return its status."""
        status = self.process.wait(timeout=seconds)
        self._reader.join(5)
        return status


@contextmanager
def serving(office: Office, **environ: str) -> Iterator[Serving]:
    """Run the service of an office; it is gone when the block ends."""
    command = [sys.executable, "-m", "publisher", "--config", str(office.folder / "config.toml")]
    process = subprocess.Popen(
        [*command, "run"],
        env={**os.environ, **office.environ, **environ},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    try:
        yield Serving(process)
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = Office(tmp_path / "Phòng Hành chính")
    office.configure(EVERY)
    return office


FIRST = "Không có gì thay đổi"


def test_term_ends_a_service_that_waits_within_a_second_or_two(office: Office) -> None:
    with serving(office) as service:
        service.until(FIRST)
        status = office.run("status", "--json").json["service"]
        assert (status["running"], status["pid"]) == (True, service.process.pid)
        assert status["host"] == socket.gethostname()
        begun = time.monotonic()
        service.process.terminate()
        assert service.ended() == DONE
        assert time.monotonic() - begun < 5
    status = office.run("status", "--json").json["service"]
    assert (status["running"], status["level"]) == (False, "down")
    assert status["ended"]
    assert "đã dừng lúc" in office.run("status").out


def test_term_finishes_the_item_in_hand(office: Office, wordpress71: WordPress) -> None:
    wordpress71.empty()
    with FaultProxy(wordpress71.url) as proxy:
        office.wordpress(wordpress71, url=proxy.url, connections=1)
        for number in range(5):
            office.post(f"tin-{number}.md", title=f"Tin {number}")
        # Three posts are in hand: the first request carries so many.
        rule = proxy.add(Rule("delay", "POST", "/batch/v1", seconds=2))
        with serving(office) as service:
            assert rule.hit.wait(120)
            service.process.terminate()
            assert service.ended() == DONE
        assert len(wordpress71.posts()) == 3
        assert [o["state"] for o in office.publish()] == ["done", "done"]
        assert office.plan() == []


def test_hup_reads_the_settings_anew_and_mistakes_in_them_keep_the_old(office: Office) -> None:
    path = office.folder / "config.toml"
    good = path.read_text("utf-8").replace("every = 5", "every = 3600")
    path.write_text(good, "utf-8")
    with serving(office) as service:
        service.until(FIRST)
        path.write_text(good.replace("every = 3600", 'every = "mãi"'), "utf-8")
        service.process.send_signal(signal.SIGHUP)
        service.until("vẫn dùng thiết lập cũ")
        service.until("config.toml:2")
        level = office.run("--config", str(path), "status").status
        assert level == 3  # this command can't read it; the service goes on
        path.write_text(good.replace("every = 3600", "every = 5"), "utf-8")
        service.process.send_signal(signal.SIGHUP)
        service.until("đã hết")
        assert office.run("status", "--json").json["service"]["level"] == "ok"
        service.process.terminate()
        assert service.ended() == DONE


def test_changed_settings_are_noticed_without_a_signal(office: Office) -> None:
    with serving(office) as service:
        service.until(FIRST)
        path = office.folder / "config.toml"
        path.write_text(path.read_text("utf-8") + "\n[sites]\n", "utf-8")
        path.write_text(path.read_text("utf-8") + "\nkhông phải toml\n", "utf-8")
        service.until("vẫn dùng thiết lập cũ", 30)


def test_a_second_one_is_told_who_is_there_and_a_killed_one_leaves_the_place(
    office: Office,
) -> None:
    with serving(office) as first:
        first.until(FIRST)
        with serving(office) as second:
            assert second.ended() == RUNNING
            said = "".join(second.lines)
        for word in ("đang tự chạy sẵn", str(first.process.pid), socket.gethostname()):
            assert word in said
        first.process.kill()
        first.ended()
        assert "bị ngắt đột ngột" in office.run("status").out
        with serving(office) as third:
            third.until(FIRST)
            assert office.run("status", "--json").json["service"]["pid"] == third.process.pid


def test_killed_in_the_middle_it_goes_on_where_it_was(
    office: Office, wordpress71: WordPress
) -> None:
    wordpress71.empty()
    with FaultProxy(wordpress71.url) as proxy:
        office.wordpress(wordpress71, url=proxy.url, connections=1)
        for number in range(5):
            office.post(f"tin-{number}.md", title=f"Tin {number}")
        rule = proxy.add(Rule("delay", "POST", "/batch/v1", seconds=5, skip=1))
        with serving(office) as service:
            assert rule.hit.wait(120)
            service.process.kill()
            service.ended()
        with serving(office) as service:
            _until_published(office, 5)
    titles = sorted(post["title"]["raw"] for post in wordpress71.posts())
    assert titles == [f"Tin {number}" for number in range(5)]
    assert office.plan() == []


def _until_published(office: Office, count: int) -> None:
    end = time.monotonic() + 120
    while office.run("status", "--json").json["published"] < count:
        assert time.monotonic() < end
        time.sleep(0.5)


def _until_it_looked_again(settings: config.Config) -> None:
    before, end = _looked(settings), time.monotonic() + 120
    while _looked(settings) == before:
        assert time.monotonic() < end
        time.sleep(0.2)


def _looked(settings: config.Config) -> datetime | None:
    pulse = run.read_pulse(settings)
    return pulse.last.end if pulse and pulse.last else None


def test_a_command_by_hand_waits_for_the_service(office: Office, wordpress71: WordPress) -> None:
    wordpress71.empty()
    with FaultProxy(wordpress71.url) as proxy:
        office.wordpress(wordpress71, url=proxy.url, connections=1)
        office.post("một.md", title="Tin một")
        rule = proxy.add(Rule("delay", "POST", "/wp/v2/posts", seconds=4))
        with serving(office) as service:
            assert rule.hit.wait(120)
            ran = office.run("publish")  # at work just now
            assert ran.status == DONE
            assert "xin chờ" in ran.err
            assert office.run("publish").status == DONE  # between two looks
            service.process.terminate()
            assert service.ended() == DONE
    assert len(wordpress71.posts()) == 1


def test_a_service_waits_for_a_command_by_hand(office: Office) -> None:
    office.post("tin.md", title="Tin một")
    settings = config.load(office.folder / "config.toml")
    with serving(office) as service:
        with run.locked(settings, 30):
            for _ in range(2):  # in vain
                _until_it_looked_again(settings)
            assert "lỗi:" not in "".join(service.lines)
        service.until("Đã làm")
        service.process.terminate()
        assert service.ended() == DONE
    assert "lỗi:" not in "".join(service.lines)


# Two computers


def two(tmp_path: Path, log: str) -> tuple[Office, Office]:
    """Two offices, each with its own folder of state, and one log."""
    offices = []
    for name in ("máy một", "máy hai"):
        office = Office(tmp_path / name)
        office.configure(f'[log]\nurl = "{log}"')
        office.post("tin.md", title="Tin một")
        offices.append(office)
    return offices[0], offices[1]


def test_one_file_of_a_log_on_a_share_has_one_place(tmp_path: Path) -> None:
    log = tmp_path / "chung" / "log.sqlite3"
    first, second = two(tmp_path, f"sqlite:///{log.as_posix()}")
    with run.locked(config.load(first.folder / "config.toml")):
        ran = second.run("publish")
        assert ran.status == RUNNING
        assert "đang chạy" in ran.err
    assert second.run("publish").status == DONE


@pytest.fixture
def own_database(postgres_url: str) -> Iterator[str]:
    """The URL of an empty database, as one writes it into config.toml."""
    import psycopg  # not there where PostgreSQL is left out

    name = f"nhat_ky_{uuid.uuid4().hex}"
    admin = postgres_url.replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
        yield admin.replace("/publisher?", f"/{name}?")
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def now() -> datetime:
    return datetime.now(UTC)


def test_a_log_on_a_server_has_one_place_for_all_computers(
    tmp_path: Path, own_database: str
) -> None:
    first, second = two(tmp_path, own_database)
    log = open_log(config.load(first.folder / "config.toml").log_url, now)
    with log.exclusive():
        ran = second.run("publish")
        assert ran.status == RUNNING
        assert "máy khác" in ran.err
        assert second.run("plan").status == DONE  # looking is always possible
        log.finish_run(log.start_run("publish"), 0, {})  # whoever has the place can write
    log.close()
    assert second.run("publish").status == DONE
    assert second.run("publish").status == DONE  # the place was given back


def test_whoever_lost_the_place_on_the_server_can_write_no_more(
    tmp_path: Path, own_database: str
) -> None:
    import psycopg

    first, second = two(tmp_path, own_database)
    log = open_log(config.load(first.folder / "config.toml").log_url, now)
    with log.exclusive():
        run_id = log.start_run("publish")
        with psycopg.connect(own_database, autocommit=True) as admin:
            admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        assert second.run("publish").status == DONE  # the other computer has the place now
        for _ in range(2):
            with pytest.raises(LogError):
                log.finish_run(run_id, 0, {})
    log.close()
    with pytest.raises(AlreadyRunningError):
        _twice(own_database)


def _twice(url: str) -> None:
    one = open_log(url.replace("postgresql:", "postgresql+psycopg:"), now)
    other = open_log(url.replace("postgresql:", "postgresql+psycopg:"), now)
    try:
        with one.exclusive(), other.exclusive():
            pass
    finally:
        one.close()
        other.close()
