"""The log file of the service: what stands in it, what never does, and what it survives."""

from __future__ import annotations

import base64
import json
import logging
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from publisher import config as settings
from publisher import i18n
from publisher.config import Config
from publisher.service import logfile
from tests.office import Office

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
LINE = re.compile(r"\d\d/\d\d/\d{4} \d\d:\d\d:\d\d  (lỗi|cảnh báo|ghi chú|chi tiết) +\S.*")


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    i18n.use("vi")
    yield
    logfile.take_down()


def _config(folder: Path, text: str = "") -> Config:
    (folder / "config.toml").write_text(text, encoding="utf-8")
    return settings.load(folder / "config.toml")


def _lines(config: Config) -> list[str]:
    return logfile.path_of(config).read_text(encoding="utf-8").splitlines()


def test_a_line_has_date_level_and_words(tmp_path: Path) -> None:
    config = _config(tmp_path)
    log = logfile.set_up(config, HANOI)
    log.info("Đã đăng 1 bài: “Một cửa”")
    log.warning("trang chậm")
    log.error("\x1b[31mkhông vào được trang %s\x1b[0m", "so-khcn")
    logging.getLogger("urllib3.connectionpool").warning("Retrying")
    lines = _lines(config)
    assert all(LINE.fullmatch(line) for line in lines)
    assert [line[21:] for line in lines] == [
        "ghi chú   Đã đăng 1 bài: “Một cửa”",
        "cảnh báo  trang chậm",
        "lỗi       không vào được trang so-khcn",
        "cảnh báo  Retrying",
    ]


def test_the_clock_is_that_of_the_office(tmp_path: Path) -> None:
    config = _config(tmp_path)
    log = logfile.set_up(config, HANOI)
    record = log.makeRecord("publisher", logging.INFO, "", 0, "nửa đêm", (), None)
    record.created = 1678813200.0  # 14/03/2023 17:00 UTC
    log.handle(record)
    assert _lines(config) == ["15/03/2023 00:00:00  ghi chú   nửa đêm"]


def test_nothing_can_pass_for_another_line(tmp_path: Path) -> None:
    config = _config(tmp_path)
    log = logfile.set_up(config, HANOI)
    log.info("tên bài\n15/03/2023 00:00:00  lỗi       giả\r\nhết\u2028\x07\x00")
    try:
        raise ValueError("hai\ndòng")
    except ValueError:
        log.exception("lỗi của chương trình")
    lines = _lines(config)
    assert [bool(LINE.fullmatch(line)) for line in lines[:4]] == [True, False, False, True]
    assert lines[2] == "    hết???"
    assert all(line.startswith("    ") for line in lines[4:])
    assert lines[-2:] == ["    ValueError: hai", "    dòng"]


def test_a_full_file_makes_way(tmp_path: Path) -> None:
    config = _config(tmp_path, "[service]\nlog_size_mb = 1\nlog_keep = 2\n")
    log = logfile.set_up(config, HANOI)
    for number in range(1200):
        log.info("%05d %s", number, "ă" * 2000)
    folder = logfile.path_of(config).parent
    names = sorted(path.name for path in folder.iterdir())
    assert names == ["publisher.log", "publisher.log.1", "publisher.log.2"]
    assert all(path.stat().st_size <= 1024 * 1024 + 5000 for path in folder.iterdir())
    numbers = [
        int(line[31:36])
        for name in reversed(names)
        for line in (folder / name).read_text(encoding="utf-8").splitlines()
    ]
    assert numbers == list(range(numbers[0], 1200))  # only the oldest are gone


@pytest.mark.skipif(sys.platform == "win32", reason="a folder in the way stands for Windows")
def test_a_file_that_is_held_is_written_on(tmp_path: Path) -> None:
    config = _config(tmp_path, "[service]\nlog_size_mb = 1\nlog_keep = 1\n")
    log = logfile.set_up(config, HANOI)
    held = logfile.path_of(config).with_name("publisher.log.1") / "held"
    held.mkdir(parents=True)
    for number in range(700):
        log.info("%05d %s", number, "a" * 2000)
    assert [int(line[31:36]) for line in _lines(config)] == list(range(700))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full is a full disk")
def test_a_full_disk_costs_lines_and_nothing_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = _config(tmp_path)
    path = logfile.path_of(config)
    path.parent.mkdir(parents=True)
    path.symlink_to("/dev/full")
    log = logfile.set_up(config, HANOI)
    for number in range(5):
        log.info("mất %d", number)
    said = capsys.readouterr().err
    assert said.count("\n") == 1  # once, not for each line
    assert str(path) in said
    path.unlink()  # room again
    log.info("còn")
    assert [line[31:] for line in _lines(config)] == ["còn"]
    assert capsys.readouterr().err == ""


def test_a_folder_that_can_not_be_made_is_told_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = _config(tmp_path)
    config.state.write_text("a file in the way", encoding="utf-8")
    log = logfile.set_up(config, HANOI)
    log.info("một")
    log.info("hai")
    assert capsys.readouterr().err.count("\n") == 1
    config.state.unlink()
    log.info("ba")
    assert [line[31:] for line in _lines(config)] == ["ba"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not delete what is open")
def test_a_folder_that_somebody_deleted_comes_back(tmp_path: Path) -> None:
    config = _config(tmp_path)
    log = logfile.set_up(config, HANOI)
    log.info("một")
    shutil.rmtree(config.state)
    log.info("hai")
    assert [line[31:] for line in _lines(config)] == ["hai"]


def test_set_up_again_after_the_settings_changed(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    first.mkdir()
    second.mkdir()
    logfile.set_up(_config(first), HANOI).info("một")
    log = logfile.set_up(_config(second), HANOI)
    log.info("hai")
    assert [line[31:] for line in _lines(_config(first))] == ["một"]
    assert [line[31:] for line in _lines(_config(second))] == ["hai"]


def test_many_threads_write_whole_lines(tmp_path: Path) -> None:
    config = _config(tmp_path)
    log = logfile.set_up(config, HANOI)

    def write(name: int) -> None:
        for _number in range(50):
            log.info("%d %s", name, "x" * 500)

    threads = [threading.Thread(target=write, args=(name,)) for name in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lines = _lines(config)
    assert len(lines) == 400
    assert all(re.fullmatch(r"\d x{500}", line[31:]) for line in lines)


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such bits")
def test_only_the_owner_reads_it_under_the_service(tmp_path: Path) -> None:
    config = _config(tmp_path)
    old = os.umask(0o077)  # as the unit says
    try:
        logfile.set_up(config, HANOI).info("một")
    finally:
        os.umask(old)
    assert logfile.path_of(config).stat().st_mode & 0o077 == 0


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no TERM")
def test_what_run_shows_stands_in_the_file(tmp_path: Path) -> None:
    office = Office(tmp_path / "office")
    site = 'kind = "wordpress"\nurl = "http://127.0.0.1:9"\nuser = "lan"\n'
    office.configure(f"[schedule]\nevery = 5\n[sites.so-khcn]\n{site}")
    office.post("a.md", title="Bài thử")
    secret = "mat khau cua so"
    command = [sys.executable, "-m", "publisher", "--config", str(office.folder / "config.toml")]
    environ = {**os.environ, "PUBLISHER_PASSWORD_SO_KHCN": secret}
    pulse = office.folder / ".publisher" / "service.json"
    with subprocess.Popen(
        [*command, "-v", "run"],
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    ) as running:
        deadline = time.monotonic() + 60
        while not pulse.exists() or not json.loads(pulse.read_text(encoding="utf-8"))["resting"]:
            assert running.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.1)
        running.terminate()
        shown = running.communicate(timeout=30)[0]
    text = (office.folder / ".publisher/logs/publisher.log").read_text(encoding="utf-8")
    assert running.returncode == 0
    for part in ("127.0.0.1:9", "đăng bài  so-khcn  a", "không vào được"):
        assert part in shown
        assert part in text
    assert text.splitlines()[-1].endswith("Đã dừng.")
    for form in (secret, base64.b64encode(f"lan:{secret}".encode()).decode()):
        assert form not in shown + text
