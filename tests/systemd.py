"""A real systemd in namespaces of its own: units are started under it, this machine is not.

It is the first process of its own tree of processes, with its own /run and its own folder for
units. Needs Linux, root and a control group of the second version.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_SYSTEMD = Path("/lib/systemd/systemd")

_BOOT = """
set -e
echo $$ > "$1/cgroup.procs"
exec unshare --pid --mount --uts --ipc --cgroup --fork --kill-child --mount-proc sh -ec '
  mount --make-rprivate /
  umount -R /sys/fs/cgroup
  mount -t cgroup2 cgroup2 /sys/fs/cgroup
  mount -t tmpfs tmpfs /run
  mount -t tmpfs tmpfs /etc/systemd/system
  for name in default basic sysinit shutdown multi-user network-online remote-fs; do
    printf "[Unit]\\nDescription=%s\\nDefaultDependencies=no\\n" $name \
      > /etc/systemd/system/$name.target
  done
  exec env -i container=test SYSTEMD_UNIT_PATH=/etc/systemd/system PATH=/usr/sbin:/usr/bin \
    /lib/systemd/systemd --system --unit=default.target --log-target=console --show-status=no
'
"""


@dataclass(frozen=True, slots=True)
class Systemd:
    """The running systemd. pid: of its first process, as this machine counts."""

    pid: int

    def run(
        self, *command: str | Path, env: Mapping[str, str] | None = None, timeout: float = 120
    ) -> subprocess.CompletedProcess[str]:
        """Run a command in its world."""
        enter = ["nsenter", "-t", str(self.pid), "-m", "-p", "-u", "-i", "-C", "--"]
        return subprocess.run(
            [*enter, *map(str, command)],
            capture_output=True,
            text=True,
            check=False,
            timeout=timeout,
            env={**os.environ, "SYSTEMD_UNIT_PATH": "/etc/systemd/system", **(env or {})},
        )

    def show(self, unit: str, name: str) -> str:
        """Return a property of a unit."""
        return self.run("systemctl", "show", unit, "-P", name).stdout.strip()

    def within(self, unit: str, *command: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a command as root in the folders that a service sees."""
        return self.run("nsenter", "-t", self.show(unit, "MainPID"), "-m", "--", *command)


def missing() -> str:
    """Return why there can be none here, "" when there can."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return "A systemd of our own needs Linux and root"
    if not _SYSTEMD.exists():
        return "The tests of the unit need systemd: run tests/install.py"
    if not shutil.which("unshare") or not shutil.which("nsenter"):
        return "A systemd of our own needs unshare and nsenter (util-linux)"
    return ""


def forbids() -> str:
    """Return what this machine does not let us do, whatever is installed; "" when it does."""
    if _cgroup() is None:
        return "A systemd of our own needs a control group of the second version"
    tried = subprocess.run(
        ["unshare", "--mount", "--pid", "--fork", "true"], capture_output=True, check=False
    )
    if tried.returncode:
        return f"A systemd of our own needs namespaces: {tried.stderr.decode().strip()}"
    return ""


@contextlib.contextmanager
def running_systemd(log: Path) -> Iterator[Systemd]:
    """Boot a systemd, and end it with all that runs under it. Raise RuntimeError."""
    groups = _cgroup()
    assert groups is not None
    group = groups / f"publisher-tests-{os.getpid()}"
    group.mkdir()
    with log.open("wb") as output:
        outer = subprocess.Popen(
            ["sh", "-c", _BOOT, "sh", str(group)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield Systemd(_booted(outer, log))
    finally:
        # The signal that it can't refuse: its children end with it, as its namespace does.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(outer.pid, signal.SIGKILL)
        outer.wait(timeout=10)
        _remove(group)


def _booted(outer: subprocess.Popen[bytes], log: Path) -> int:
    children = Path(f"/proc/{outer.pid}/task/{outer.pid}/children")
    deadline = time.monotonic() + 30
    while outer.poll() is None and time.monotonic() < deadline:
        if found := children.read_text(encoding="ascii").split():
            systemd = Systemd(int(found[0]))
            if systemd.run("systemctl", "is-active", "default.target").stdout == "active\n":
                return systemd.pid
        time.sleep(0.1)
    raise RuntimeError(log.read_text(encoding="utf-8", errors="replace")[-2000:])


def _remove(group: Path) -> None:
    """Remove a control group and those in it; the last process may be on its way out."""
    deadline = time.monotonic() + 10
    while group.exists() and time.monotonic() < deadline:
        for folder in sorted((p for p in group.rglob("*") if p.is_dir()), reverse=True):
            with contextlib.suppress(OSError):
                folder.rmdir()
        with contextlib.suppress(OSError):
            group.rmdir()
        time.sleep(0.05)


def _cgroup() -> Path | None:
    """Return where the second version of control groups is mounted."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/mounts").read_text(encoding="utf-8").splitlines():
            _device, place, kind, *_rest = line.split()
            if kind == "cgroup2" and os.access(place, os.W_OK):
                return Path(place)
    return None


def analyse(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Ask systemd-analyze about unit files, offline."""
    command: Sequence[str] = ["systemd-analyze", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)
