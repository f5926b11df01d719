"""The dead-man's switch: told that a run begins, that it was made, or that it could not be."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import partial

from publisher import credentials, notify
from publisher.config import Config
from publisher.errors import ConfigError, NoticeError
from publisher.model import Problem
from publisher.notify.ping import Event

_SECONDS = 5.0
"""The longest that one ping keeps the scheduler waiting; there are two in a run."""
_APART = 60.0
"""Seconds between two runs that are told of: nobody needs to know more often."""


class Switch:
    """Pings an address at most once a minute, but at once when a run fails that did not before.

    complain: told once what is wrong with the address, until it works again.
    """

    def __init__(
        self, config: Config, environ: Mapping[str, str], complain: Callable[[Problem], None]
    ) -> None:
        self._config = config
        self._environ = environ
        self._complain = complain
        self._address = ""
        self._at = float("-inf")
        self._begun = self._failed = False
        self._wrong = ""

    def begin(self) -> None:
        """Tell that a run begins."""
        self._begun = self._due()
        if self._begun:
            self._ping("start")

    def end(self, trouble: str) -> None:
        """Tell that a run was made, or why it could not be."""
        failed = bool(trouble)
        if self._begun or self._due() or failed is not self._failed:
            self._at = time.monotonic()
            self._ping("fail" if failed else "success", trouble)
        self._begun, self._failed = False, failed

    def leave(self, words: str) -> None:
        """Tell that there will be no more runs."""
        if self._config.notices.ping:
            self._ping("log", words)

    def _due(self) -> bool:
        return self._config.notices.ping and time.monotonic() - self._at >= _APART

    def _ping(self, event: Event, body: str = "") -> None:
        if not self._config.notices.ping:
            return
        made = notify.within(_SECONDS, {"ping": partial(self._try, event, body)})
        problem = made.get("ping", Problem("ping-unreachable"))
        if problem and problem.code != self._wrong:
            self._complain(problem)
        self._wrong = problem.code if problem else ""
        if problem:
            self._address = ""  # somebody may have written it anew

    def _try(self, event: Event, body: str) -> Problem | None:
        try:
            self._address = self._address or self._found()
            notify.ping(self._address, event, body)
        except (ConfigError, NoticeError) as error:
            return error.problems[0]
        except Exception as error:  # what it says may hold the address
            return Problem("notice-broken", params={"error": type(error).__name__})
        return None

    def _found(self) -> str:
        if found := credentials.find(credentials.PING, self._config.state, self._environ):
            return found
        raise ConfigError(Problem("notice-missing", params={"name": "ping"}))
