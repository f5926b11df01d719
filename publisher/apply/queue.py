"""Acts in their order, handed out one by one or, where a site takes several posts, together."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence

from publisher.apply.protocols import Outcome, Several, Site
from publisher.model import Article, State
from publisher.plan import Action, ActionKind

_PATIENCE = 5.0  # seconds that one request may take; web servers give up after thirty
_TRIAL = 3
_ROOM = 300_000  # characters of all texts in a request; nginx takes a megabyte unless told


class Queue:
    """What is still to be done on one site. Safe to share between threads.

    at_hand: whether all that a post shows is on the site. The first posts that go together are
    few on each connection: they tell how long the site takes, and whether it takes several at
    all. Were it to fail each time, only they would have to be looked for.
    """

    def __init__(
        self, acts: Sequence[Action], site: Site, at_hand: Callable[[Article], bool]
    ) -> None:
        self._waiting = deque(acts)
        self._several = site if isinstance(site, Several) else None
        self._at_hand = at_hand
        self._share = -(-len(acts) // max(1, site.connections))  # nobody is to be idle
        self._manages = _TRIAL
        self._lock = threading.Lock()

    def take(self) -> list[Action]:
        """Return the next acts, more than one for new posts only; none when all were taken."""
        with self._lock:
            if not self._waiting:
                return []
            group = [self._waiting.popleft()]
            room, keys = _ROOM - _length(group[0]), {group[0].key}
            most = self._most() if self._goes_along(group[0], set()) else 1
            while len(group) < most and self._waiting:
                following = self._waiting[0]
                room -= _length(following)
                if room < 0 or not self._goes_along(following, keys):
                    break
                group.append(self._waiting.popleft())
                keys.add(following.key)
            return group

    def took(self, group: Sequence[Outcome], seconds: float) -> None:
        """Learn from what became of posts that were taken together, and how long that took."""
        with self._lock:
            if len(group) < 2:
                return
            if any(outcome.state in (State.DONE, State.REFUSED) for outcome in group):
                self._manages = max(1, int(_PATIENCE * len(group) / max(seconds, 1e-3)))
            else:
                self._several = None

    def _most(self) -> int:
        """Return how many posts the next request may carry."""
        if self._several is None:
            return 1
        return min(self._several.together, self._share, self._manages)

    def _goes_along(self, action: Action, before: set[str]) -> bool:
        """Return whether a post can be sent with others, and not after one of these.

        It is sent after one that it links to: only then is that one's address known.
        """
        article = action.article
        return (
            action.kind is ActionKind.CREATE
            and article is not None
            and before.isdisjoint(article.links)
            and self._at_hand(article)
        )


def _length(action: Action) -> int:
    return len(action.article.html) if action.article else 0
