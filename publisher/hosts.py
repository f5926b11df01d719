"""Host names: which of them can only mean this machine."""

from __future__ import annotations

import ipaddress


def is_loopback(host: str) -> bool:
    """Return whether host is this machine: localhost, *.localhost, 127.0.0.0/8 or ::1.

    Plain http is allowed to such a host alone.
    """
    host = host.lower().rstrip(".")
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
