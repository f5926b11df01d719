"""``publisher run --web``: desk and scheduler in one process."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.desks import Client, words_of
from tests.office import Office
from tests.test_service_process import EVERY, Serving

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Windows has no such signals")


def started(office: Office, *options: str) -> Serving:
    command = [sys.executable, "-m", "publisher", "--config", str(office.folder / "config.toml")]
    return Serving(
        subprocess.Popen(
            [*command, "run", "--web", "--port", "0", *options],
            env={**os.environ, **office.environ, "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )
    )


def test_one_process_publishes_and_shows_it(tmp_path: Path) -> None:
    office = Office(tmp_path / "own")
    office.configure(EVERY)
    serving = started(office)
    try:
        found = re.search(r"(http://\S+?:\d+)(/\S+)", serving.until("http://"))
        assert found is not None
        client = Client(found[1])
        assert client.get(found[2]).status_code == 303
        assert client.get("/healthz").text == "ok\n"
        assert "Bộ hẹn giờ đang chạy" in words_of(client.get("/").text)
        # The scheduler takes what lies in the folder; the desk shows it.
        office.post("2023/03/bài.md", title="Bài tự đăng", slug="bai")
        serving.until("2023/03/bài")
        until = time.monotonic() + 30
        while "đã đăng" not in (page := words_of(client.get("/bai/2023/03/bài").text)):
            assert time.monotonic() < until, page
            time.sleep(0.2)
        # The desk publishes beside it, under the same lock.
        done = words_of(client.done(client.post("/go/2023/03/bài", data={"reason": "Thử"})))
        assert "xong" in done and "lỗi" not in done
        serving.process.send_signal(signal.SIGTERM)
        assert serving.ended(40) == 0
        assert not list((office.folder / ".publisher").glob("desk.html"))
    finally:
        serving.process.kill()


def test_a_port_that_is_taken_ends_it_before_it_begins(tmp_path: Path) -> None:
    office = Office(tmp_path / "own")
    office.configure(EVERY)
    serving = started(office)
    try:
        found = re.search(r"http://\S+?:(\d+)/", serving.until("http://"))
        assert found is not None
        other = Office(tmp_path / "other")
        done = other.run("run", "--web", "--port", found[1], "--no-browser")
        assert done.status == 3 and found[1] in done.err
    finally:
        serving.process.kill()


def test_options_of_the_desk_belong_to_it(tmp_path: Path) -> None:
    done = Office(tmp_path / "own").run("run", "--port", "8601")
    assert done.status == 2 and "--web" in done.err
