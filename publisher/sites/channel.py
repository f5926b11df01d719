"""What all channels have in common: their address, their errors, and what they don't have."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from publisher.errors import NotSentError, RefusedError, SiteError, UnknownError
from publisher.model import RemoteMedia, RemotePost, Upload
from publisher.sites.http import Answer, Http

NEVER = datetime.fromtimestamp(0, UTC)
"""The date of what a channel does not date."""

_SAID_LENGTH = 300


class Channel:
    """A channel of a social network, as far as all are alike: neither terms nor a library.

    name: NAME of [sites.NAME]. url: the address of its API. account: the page, account or
    channel. sleep, draw, pause: see Http.
    """

    editor = "text"
    connections = 1  # posts appear in their order, and no limit of a channel is tried out

    def __init__(
        self,
        name: str,
        url: str,
        account: str,
        *,
        timeout: float = 60.0,
        sleep: Callable[[float], None] = time.sleep,
        draw: Callable[[], float] = random.random,
        **more: Any,
    ) -> None:
        self.name = name
        self.account = account
        self._sleep = sleep
        self._http = Http(
            name, url, account, "", connections=1, timeout=timeout, sleep=sleep, draw=draw, **more
        )

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r}, {self._http.url!r}, {self.account!r}, '***')"

    def published(
        self, first: datetime, until: datetime, *, author: str = "", category: str = ""
    ) -> list[RemotePost]:
        """Raise RefusedError: what stood there before us is not counted as ours."""
        raise RefusedError(self._http.problem("channel-no-history"))

    def answers(self, url: str) -> str:
        """Return "": pages of social networks answer programs otherwise than people."""
        return ""

    def find_media(self, digests: Sequence[str]) -> dict[str, RemoteMedia]:
        """Return nothing: there is no library."""
        return {}

    def complete(self, media: RemoteMedia) -> RemoteMedia:
        """Return it as it is."""
        return media

    def terms(self, taxonomy: str, names: Sequence[str]) -> dict[str, str]:
        """Return nothing: there are no terms."""
        return {}

    def create_term(self, taxonomy: str, name: str) -> str:
        """Raise RefusedError: there are no terms."""
        raise RefusedError(self._http.problem("site-refused", wp_message="", action="create_term"))

    def upload(self, upload: Upload) -> RemoteMedia:
        """Raise RefusedError: pictures go with the post."""
        raise RefusedError(self._http.problem("site-refused", wp_message="", action="upload"))

    def _deleted(self, remote_id: str) -> RemotePost:
        """Return what is left of a post that was deleted, which can't come back."""
        return RemotePost(remote_id, "", "trash", "", "", "", "", NEVER, NEVER, dated_by_site=True)

    def flush(self) -> None:
        """Do nothing: every call is done when it returns."""

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _failed(
        self, code: str, answer: Answer, said: object, *, reading: bool, **more: object
    ) -> SiteError:
        """Return the error of an answer: code, and what the channel said in its own words.

        An answer that says no, whatever for, changed nothing; a broken one may have.
        """
        params: dict[str, object] = {
            "status": answer.status,
            "wp_code": "",
            "wp_message": str(said or "")[:_SAID_LENGTH],
            **more,
        }
        problem = self._http.problem(code, **params)
        if code not in ("site-server-error", "site-answer"):
            return RefusedError(problem)
        return NotSentError(problem) if reading else UnknownError(problem)

    def _field(self, data: Mapping[str, Any], name: str, answer: Answer, *, reading: bool) -> str:
        """Return a field that a good answer has. Raise SiteError for one that is none."""
        value = data.get(name)
        if not isinstance(value, str | int) or value == "":
            raise self._failed("site-answer", answer, "", reading=reading)
        return str(value)
