"""Start servers for the tests, and end them and all their children again."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

_LEASH = """
exec 3<&0 </dev/null
(trap "" INT TERM; read line <&3; kill -s "$0" 0; sleep 5; kill -s KILL 0) &
exec "$@" 3<&-
"""
"""Become the server; a shell beside it ends the session when its input closes, that is when
the process at the other end is no more (a death signal would not reach PHP's workers)."""


class StartError(Exception):
    """A server ended early or did not answer in time; the message ends with its log."""


def free_port() -> int:
    """Return a loopback port that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def running(
    command: Sequence[str],
    log: Path,
    ready: Callable[[], bool],
    *,
    env: Mapping[str, str] | None = None,
    user: str | None = None,
    stop: signal.Signals = signal.SIGTERM,
    seconds: float = 60,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server until the block ends; enter the block once ``ready()`` is true.

    The server gets a session of its own and is ended with everything in it, by the signal
    ``stop`` on which it ends in good order; so it is as well when this process is killed.
    Raise StartError when it ends early or is not ready after ``seconds``.
    """
    with log.open("ab") as output:
        server = subprocess.Popen(
            ["sh", "-c", _LEASH, stop.name[3:], *command],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env={**os.environ, **(env or {})},
            user=user,
        )
    try:
        deadline = time.monotonic() + seconds
        while not ready():
            if server.poll() is not None or time.monotonic() > deadline:
                tail = log.read_text(encoding="utf-8", errors="replace")[-2000:]
                raise StartError(f"{command[0]} did not start:\n{tail}")
            time.sleep(0.05)
        if server.poll() is not None:  # somebody else answered in its place
            raise StartError(f"{command[0]} ended with status {server.returncode}")
        yield server
    finally:
        _end(server, stop)


def _end(server: subprocess.Popen[bytes], stop: signal.Signals) -> None:
    """Ask a server and its children to stop, then make them."""
    for kind in (stop, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, kind)
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(timeout=10)
    if server.stdin:
        server.stdin.close()
