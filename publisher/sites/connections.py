"""Connections that know whether a request began to leave, and when not to be used again."""

from __future__ import annotations

import ssl
import time
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

WRITE_TIMEOUT = 60.0  # seconds for one block of a body to leave, however slow the line
IDLE_LIMIT = 3.0  # seconds; Apache closes a quiet connection after 5, the shortest default

sending: ContextVar[bool] = ContextVar("sending", default=False)
"""Whether the request of this thread began to leave; whoever makes one sets it to False."""

shown: ContextVar[datetime | None] = ContextVar("shown", default=None)
"""Until when the certificate holds that this thread's new connection was shown."""


class _Connection(HTTPConnection):
    """A connection that knows whether a request began to leave, and how long it was quiet."""

    _quiet_since = 0.0

    @property
    def is_connected(self) -> bool:
        # A server drops a quiet connection without a word. A write that meets that moment
        # ends as "unknown" though nothing happened, so such a connection is not used again.
        quiet = time.monotonic() - self._quiet_since
        return quiet < IDLE_LIMIT and super().is_connected

    def endheaders(self, *args: Any, **kwargs: Any) -> None:
        if self.sock is None:
            self.connect()
        # The time-out for connecting would otherwise rule over the sending of the body.
        self.sock.settimeout(WRITE_TIMEOUT)
        sending.set(True)
        super().endheaders(*args, **kwargs)

    def getresponse(self) -> urllib3.HTTPResponse:  # type: ignore[override]
        response = super().getresponse()
        self._quiet_since = time.monotonic()
        return response


class _TlsConnection(_Connection, HTTPSConnection):
    def connect(self) -> None:
        super().connect()
        tls: Any = self.sock
        ends = (tls.getpeercert() or {}).get("notAfter")
        if isinstance(ends, str):
            shown.set(datetime.fromtimestamp(ssl.cert_time_to_seconds(ends), UTC))


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


_POOLS = {"http": _Pool, "https": _TlsPool}


class Adapter(HTTPAdapter):
    """An adapter whose pools are made of connections that can be trusted."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make the pools of direct connections."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        """Return the pools of connections through a proxy."""
        manager = super().proxy_manager_for(proxy, **kwargs)
        manager.pool_classes_by_scheme = _POOLS
        return manager
