"""Posts that a plan need not look at: they stood as they should, and nothing of them changed.

A plan over thousands of posts has nothing to do with nearly all of them. Which these are is
written down with it, and holds for the next one as long as three things do: the file and all that
it shows are as they were (which a reading finds out), the log was told nothing of the post, and
neither the config nor this program is another.
"""

from __future__ import annotations

import json
from datetime import datetime
from functools import cached_property

from publisher.config import Config
from publisher.log import told_since
from publisher.model import Memory, digest_of
from publisher.sources import Row


class Resting:
    """What the posts of a folder that rest depend on beside the folder, by one clock.

    told: how far the log went before it was asked anything else, "" when that can't be told.
    settled: the attempt of the log up to which the end of all is known, 0 when that is not.
    """

    def __init__(self, config: Config, now: datetime) -> None:
        self._config = config
        self._now = now
        self.told = ""
        self.settled = 0

    @cached_property
    def _by(self) -> str:
        targets = [repr(self._config.target(name)) for name in self._config.sites]
        return digest_of(repr(self._config), str(self._config.log_url), targets)

    def woken(self, by: str, at: str, told: str, settled: str) -> frozenset[str] | None:
        """Return the keys that the log was told of since a plan, None when that holds no more.

        by, at, told, settled: of that plan, as :meth:`row` has them; "" each for none.
        """
        found = told_since(self._config.log_url, told)
        if found is None:
            return None
        self.told, keys = found
        if keys is None or by != self._by or datetime.fromisoformat(at) > self._now:
            return None  # another log, other settings, or a clock that was set back
        self.settled = int(settled or 0)
        return keys

    def row(self, memory: Memory) -> Row:
        """Return what is to be written down with a plan. memory: what it was made with."""
        settled = "" if memory.unsettled else str(json.loads(self.told)[0][0])
        return (self._by, self._now.isoformat(), self.told, settled)
