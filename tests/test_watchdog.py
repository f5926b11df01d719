"""What systemd hears of the service, over a real datagram socket."""

from __future__ import annotations

import os
import socket
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from publisher.service.watchdog import Watchdog

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="systemd is of Linux")


class Manager:
    """The end of the socket that systemd has."""

    def __init__(self, address: str) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(f"\0{address[1:]}" if address.startswith("@") else address)
        self.socket.setblocking(False)
        self.environ = {"NOTIFY_SOCKET": address}

    def heard(self) -> list[str]:
        """Return the datagrams that came since it was last asked."""
        messages = []
        while True:
            try:
                messages.append(self.socket.recv(4096).decode())
            except BlockingIOError:
                return messages


@pytest.fixture(params=["folder", "abstract"])
def manager(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Manager]:
    address = f"@publisher-{uuid.uuid4()}" if request.param == "abstract" else "Sở %n"
    if request.param == "folder":
        address = str(tmp_path / address)
    manager = Manager(address)
    yield manager
    manager.socket.close()


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_what_is_said(manager: Manager) -> None:
    watchdog = Watchdog(manager.environ)
    watchdog.ready()
    watchdog.status("Đăng 3 bài\nWATCHDOG=1")
    watchdog.reloading()
    watchdog.stopping()
    ready, status, reloading, stopping = manager.heard()
    assert (ready, stopping) == ("READY=1", "STOPPING=1")
    assert status == "STATUS=Đăng 3 bài WATCHDOG=1"  # a text can't say more than a text
    kind, instant = reloading.split("\n")
    assert kind == "RELOADING=1"
    assert instant.startswith("MONOTONIC_USEC=")


def test_a_sign_of_life_four_times_as_often_as_wanted(manager: Manager) -> None:
    clock = Clock()
    watchdog = Watchdog({**manager.environ, "WATCHDOG_USEC": "40000000"}, clock)
    for _second in range(41):
        watchdog.alive()
        clock.now += 1
    assert manager.heard() == ["WATCHDOG=1"] * 5


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"WATCHDOG_USEC": "0"},
        {"WATCHDOG_USEC": "soon"},
        {"WATCHDOG_USEC": "1000", "WATCHDOG_PID": "1"},
    ],
    ids=["not asked for", "nought", "no number", "asked of another process"],
)
def test_no_sign_of_life_that_nobody_asked_for(manager: Manager, environ: dict[str, str]) -> None:
    watchdog = Watchdog({**manager.environ, **environ})
    watchdog.alive()
    assert manager.heard() == []
    watchdog.ready()
    assert manager.heard() == ["READY=1"]


def test_one_that_is_asked_of_this_process(manager: Manager) -> None:
    wanted = {"WATCHDOG_USEC": "1000", "WATCHDOG_PID": str(os.getpid())}
    Watchdog({**manager.environ, **wanted}).alive()
    assert manager.heard() == ["WATCHDOG=1"]


@pytest.mark.parametrize("address", ["", "/no/such/socket", "@nobody", "relative", "vsock:2:1"])
def test_a_manager_that_does_not_listen_does_not_matter(address: str) -> None:
    watchdog = Watchdog({"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "1000"})
    watchdog.ready()
    watchdog.alive()
    watchdog.stopping()


def test_a_manager_that_reads_nothing_does_not_hold_the_service_up(manager: Manager) -> None:
    watchdog = Watchdog(manager.environ)
    blocked = Path("/proc/sys/net/unix/max_dgram_qlen").read_text(encoding="ascii")
    for _number in range(int(blocked) + 1):
        watchdog.ready()
    watchdog.status("still here")
    assert manager.heard()[0] == "READY=1"
