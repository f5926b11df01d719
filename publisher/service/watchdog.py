"""What systemd is told of the service: that it is ready, alive, reloading, stopping.

The protocol is that of sd_notify(3): lines in a datagram to the socket ``$NOTIFY_SOCKET``.
Where there is none (a terminal, Windows, a container), nothing is sent.
"""

from __future__ import annotations

import contextlib
import os
import socket
import time
from collections.abc import Callable, Mapping

_MICROSECONDS = 1_000_000
_SHARE = 4
"""A quarter of the time is waited between two signs of life: half is what systemd advises."""


class Watchdog:
    """Tells the service manager how the service is.

    environ: where the manager says how it wants to be told. clock: monotonic seconds.
    """

    def __init__(
        self, environ: Mapping[str, str], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._address = _address(environ.get("NOTIFY_SOCKET", ""))
        self._clock = clock
        self._pause = _pause(environ)
        self._next = 0.0

    def ready(self) -> None:
        """Say that the service works, after its start or after it read its settings anew."""
        self._send("READY=1")

    def alive(self) -> None:
        """Say that the service does not hang. To be called often; few calls send anything."""
        if self._pause and self._clock() >= self._next:
            self._next = self._clock() + self._pause
            self._send("WATCHDOG=1")

    def reloading(self) -> None:
        """Say that the settings are read anew; :meth:`ready` says that this is done."""
        # The instant is asked for by units of Type=notify-reload, and by the same clock.
        self._send(f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}")

    def stopping(self) -> None:
        """Say that the service ends as soon as the item in hand is done."""
        self._send("STOPPING=1")

    def status(self, text: str) -> None:
        """Say in one line what goes on; ``systemctl status`` shows it."""
        self._send(f"STATUS={' '.join(text.split())}")

    def _send(self, message: str) -> None:
        # A manager that does not listen must not stop the service.
        if self._address:
            with (
                contextlib.suppress(OSError),
                socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender,
            ):
                sender.settimeout(1)
                sender.sendto(message.encode(), self._address)


def _address(written: str) -> str:
    """Return the address of a socket: ``@name`` is one that lies in no folder (Linux)."""
    if not written.startswith(("/", "@")) or not hasattr(socket, "AF_UNIX"):
        return ""
    return f"\0{written[1:]}" if written.startswith("@") else written


def _pause(environ: Mapping[str, str]) -> float:
    """Return the seconds between two signs of life, 0.0: none are wanted of this process."""
    wanted = environ.get("WATCHDOG_USEC", "")
    if environ.get("WATCHDOG_PID", str(os.getpid())) != str(os.getpid()):
        return 0.0
    return int(wanted) / _MICROSECONDS / _SHARE if wanted.isdecimal() else 0.0
