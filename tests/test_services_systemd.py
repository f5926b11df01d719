"""The service under a real systemd: it starts, is shut in, reloads, hangs, stops, is removed."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import publisher
from publisher.config import load
from publisher.service import systemd as units
from publisher.service.definition import define
from tests.office import Office
from tests.systemd import Systemd

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="systemd is of Linux")

UNIT = "publisher.service"


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    """An office in a place that a service sees, with a name that is hard to write."""
    folder = Path(tempfile.mkdtemp(prefix='Sở %n 100% “KH” "CN" $HOME \\', dir="/srv"))
    office = Office(folder / "tin bài")
    office.configure("[schedule]\nevery = 5\n")
    office.post("a.md", title="Bài đầu tiên")
    yield office
    shutil.rmtree(folder)


def _publisher(systemd: Systemd, office: Office, *arguments: str) -> str:
    config = ["--config", str(office.folder / "config.toml"), "--lang", "en"]
    done = systemd.run(sys.executable, "-P", "-m", "publisher", *config, *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _until(true: Callable[[], bool], what: str, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


def _pulse(office: Office) -> dict[str, Any]:
    path = office.folder / ".publisher" / "service.json"
    try:
        values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return values


@pytest.fixture(scope="module")
def installed(systemd: Systemd, office: Office) -> Iterator[Office]:
    # Only root is sure to be able to read this interpreter; it is root without any capability.
    said = _publisher(systemd, office, "service", "install", "--system", "--user", "root")
    assert "The service runs now." in said
    yield office  # what a failed test leaves running ends with this systemd


def test_it_starts_and_publishes(systemd: Systemd, installed: Office) -> None:
    assert systemd.show(UNIT, "ActiveState") == "active"
    assert systemd.show(UNIT, "UnitFileState") == "enabled"
    page = installed.folder / ".publisher" / "preview" / "index.html"
    _until(page.exists, "nothing was published")
    _until(lambda: _pulse(installed).get("last") is not None, "no first look")
    said = _publisher(systemd, installed, "service", "status", "--system")
    assert "is set up, and starts by itself." in said
    assert f"(process {systemd.show(UNIT, 'MainPID')})" in said
    again = _publisher(systemd, installed, "service", "install", "--system", "--user", "root")
    assert again.startswith("As it was:")
    assert systemd.show(UNIT, "NRestarts") == "0"


def test_it_is_shut_in(systemd: Systemd, installed: Office) -> None:
    def writes(path: str | Path) -> bool:
        return systemd.within(UNIT, "touch", path).returncode == 0

    assert writes(installed.folder / ".publisher" / "x")
    assert not writes(installed.folder / "posts" / "x")
    assert not writes(installed.folder / "config.toml")
    assert not writes("/usr/x")
    assert not writes("/etc/x")
    # Its own, unless the program itself lies below /tmp: then it must see that, and may only read.
    below = [Path(each).is_relative_to("/tmp") for each in (sys.prefix, publisher.__file__)]
    own = f"/tmp/{uuid.uuid4()}"
    assert writes(own) is not any(below)
    assert systemd.run("ls", own).returncode != 0
    assert systemd.within(UNIT, "ls", "/dev/vda", "/dev/kmsg").returncode != 0
    status = Path(f"/proc/{_outer(systemd)}/status").read_text(encoding="ascii")
    said = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    assert said["CapEff"].strip("0") == said["CapBnd"].strip("0") == ""
    assert (said["NoNewPrivs"], said["Seccomp"], said["Umask"]) == ("1", "2", "0077")


def _outer(systemd: Systemd) -> int:
    """Return the number of the service's process as this machine counts."""
    wanted = systemd.show(UNIT, "MainPID")
    for status in Path("/proc").glob("[0-9]*/status"):
        lines = status.read_text(encoding="ascii", errors="replace").splitlines()
        numbers = next((line.split()[1:] for line in lines if line.startswith("NSpid:")), [])
        if len(numbers) > 1 and numbers[-1] == wanted:
            return int(numbers[0])
    raise AssertionError("the service has no process")


def test_it_reads_its_settings_anew(systemd: Systemd, installed: Office) -> None:
    _until(lambda: _pulse(installed).get("every") == 5, "no first look")
    pid = systemd.show(UNIT, "MainPID")
    installed.configure("[schedule]\nevery = 7\n")
    assert systemd.run("systemctl", "reload", UNIT).returncode == 0
    _until(lambda: _pulse(installed).get("every") == 7, "the settings were not read anew")
    _until(lambda: systemd.show(UNIT, "ActiveState") == "active", "still reloading")
    assert systemd.show(UNIT, "MainPID") == pid


def test_one_that_hangs_is_started_anew(systemd: Systemd, installed: Office) -> None:
    faster = "[Service]\nWatchdogSec=3\nRestartSec=100ms\nTimeoutAbortSec=1\n"
    folder = f"/etc/systemd/system/{UNIT}.d"
    script = f"mkdir -p {folder} && printf '%s' '{faster}' > {folder}/test.conf"
    assert systemd.run("sh", "-c", script).returncode == 0
    systemd.run("systemctl", "daemon-reload")
    assert systemd.run("systemctl", "restart", UNIT).returncode == 0
    signs = {""}
    for _sign in range(4):  # they come in time, though more than the three seconds pass
        _until(lambda: _sign_of_life(systemd) not in signs, "no sign of life")
        signs.add(_sign_of_life(systemd))
    assert systemd.show(UNIT, "NRestarts") == "0"
    pid = systemd.show(UNIT, "MainPID")
    assert systemd.run("kill", "-STOP", pid).returncode == 0
    _until(lambda: systemd.show(UNIT, "NRestarts") == "1", "nobody noticed")
    _until(lambda: systemd.show(UNIT, "ActiveState") == "active", "not started anew")
    assert systemd.show(UNIT, "MainPID") != pid


def _sign_of_life(systemd: Systemd) -> str:
    return systemd.show(UNIT, "WatchdogTimestampMonotonic")


def test_it_stops_in_good_order_and_is_removed(systemd: Systemd, installed: Office) -> None:
    _until(lambda: _pulse(installed).get("last") is not None, "no first look")
    assert systemd.run("systemctl", "stop", UNIT).returncode == 0
    assert systemd.show(UNIT, "Result") == "success"
    assert systemd.show(UNIT, "ExecMainStatus") == "0"
    assert _pulse(installed)["ended"]
    systemd.run("systemctl", "start", UNIT)
    said = _publisher(systemd, installed, "service", "remove", "--system")
    assert said.startswith(f"Removed: /etc/systemd/system/{UNIT}")
    assert systemd.show(UNIT, "LoadState") == "not-found"
    assert systemd.show(UNIT, "ActiveState") == "inactive"
    links = systemd.run("find", "/etc/systemd/system", "-name", UNIT).stdout
    assert links == ""
    assert (installed.folder / ".publisher" / "log.sqlite3").exists()


_MANAGER = """\
[Service]
User=daemon
Type=notify
Delegate=yes
RuntimeDirectory=clerk
Environment=XDG_RUNTIME_DIR=/run/clerk SYSTEMD_UNIT_PATH={folder}
ExecStart=/lib/systemd/systemd --user --unit=publisher.service
"""


def test_a_unit_of_a_user_starts_without_privileges(systemd: Systemd, office: Office) -> None:
    """What a user's own manager may not do must not keep the service from starting."""
    definition = define(load(office.folder / "config.toml"), language="vi")
    units.write(definition, office.folder)
    path = office.folder / UNIT
    lines = path.read_text(encoding="utf-8").splitlines()
    command = "ExecStart=/bin/sh -c 'systemd-notify --ready; while sleep 1; do :; done'"
    lines = [command if line.startswith("ExecStart=") else line for line in lines]
    # The interpreter of the tests may be closed to others, so a shell stands for it.
    lines = ["NotifyAccess=all" if line.startswith("WatchdogSec=") else line for line in lines]
    folder = f"/run/units-{os.getpid()}"
    systemd.run("mkdir", folder)
    for name, text in {
        UNIT: "\n".join(lines),
        "basic.target": "[Unit]\n",
        "shutdown.target": "[Unit]\nDefaultDependencies=no\n",
    }.items():
        systemd.run("cp", _written(office.folder, name, text), folder)
    manager = _written(office.folder, "clerk.service", _MANAGER.format(folder=folder))
    systemd.run("cp", manager, "/etc/systemd/system/clerk.service")
    systemd.run("systemctl", "daemon-reload")
    assert systemd.run("systemctl", "start", "clerk.service").returncode == 0
    try:
        ask = ["setpriv", "--reuid=daemon", "--regid=daemon", "--clear-groups", "systemctl"]
        env = {"XDG_RUNTIME_DIR": "/run/clerk"}

        def state() -> str:
            asked = systemd.run(*ask, "--user", "is-active", UNIT, env=env)
            return asked.stdout.strip()

        _until(lambda: state() in ("active", "failed"), "it neither starts nor fails")
        shown = systemd.run(*ask, "--user", "show", UNIT, env=env).stdout
        assert state() == "active", [s for s in shown.splitlines() if "Exec" in s or "Res" in s]
    finally:
        systemd.run("systemctl", "kill", "-s", "KILL", "clerk.service")


def _written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path
