"""The REST API of a WordPress site: where it is, and calls that succeed or say why not."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode

from publisher.errors import NotSentError, RefusedError, SiteError, UnknownError
from publisher.sites.http import Answer, Http
from publisher.sites.rest_errors import error_of, target_of

_INDEX = (
    "name,gmt_offset,timezone_string,namespaces,authentication,image_sizes,image_size_threshold"
)
_PAGE = 100  # items, the most that the REST API gives at a time
_LIST = 4000  # characters of a list in an address; servers take about 8,000 in all
_T = TypeVar("_T")


class Rest:
    """The REST API of one site, safe to share between threads.

    The first call finds out where it is: pretty permalinks serve it at /wp-json/, plain
    ones at ?rest_route=/ only.
    """

    def __init__(self, http: Http) -> None:
        self._http = http
        self._lock = threading.Lock()
        self._plain = False
        self._index: Mapping[str, Any] | None = None

    def index(self) -> Mapping[str, Any]:
        """Return what the site says of itself, empty when it closes that to the account.

        Raise RefusedError (site-not-wordpress, site-redirect, ...) or NotSentError.
        """
        with self._lock:
            if self._index is not None:
                return self._index
            failed: list[SiteError] = []
            for plain, path in ((False, "/wp-json/"), (True, "/")):
                query = {"rest_route": "/"} if plain else {}
                answer = self._http.request(
                    "GET", self._http.url + path, params={**query, "_fields": _INDEX}
                )
                # A plugin may close the API to strangers: its "no" proves the API too.
                if "namespaces" in answer.fields or answer.code.startswith("rest_"):
                    self._plain = plain
                    self._index = {} if answer.code else answer.fields
                    return self._index
                elsewhere = target_of(answer) not in ("", self._http.url)
                if answer.status in (401, 403, 429) or answer.status >= 500 or elsewhere:
                    failed.append(error_of(self._http, answer, "about", reading=True))
            problem = self._http.problem("site-not-wordpress", status=answer.status)
            raise failed[0] if failed else RefusedError(problem)

    def call(
        self,
        method: str,
        route: str,
        action: str,
        *,
        params: Mapping[str, str] | None = None,
        body: Mapping[str, object] | None = None,
        form: Mapping[str, str] | None = None,
        file: tuple[str, bytes, str] | None = None,
        accept: Collection[str] = (),
        details: Mapping[str, object] | None = None,
    ) -> Answer:
        """Return a successful answer with JSON, or one whose error code is in accept.

        action, details: for the words that people read, see error_of. The rest as for
        Http.request. Raise SiteError.
        """
        index = self.index()
        address, query = f"{self._http.url}/wp-json{route}", dict(params or {})
        if self._plain:
            address, query = f"{self._http.url}/", {"rest_route": route, **query}
        answer = self._http.request(method, address, params=query, body=body, form=form, file=file)
        if _succeeded(answer) or (answer.code and answer.code in accept):
            return answer
        if answer.status == 401 and index.get("authentication") == []:
            details = {**(details or {}), "reason": "passwords-off"}
        raise error_of(self._http, answer, action, details, reading=method == "GET")

    def batch(
        self,
        route: str,
        action: str,
        bodies: Sequence[Mapping[str, object]],
        *,
        params: Mapping[str, str],
    ) -> list[Answer | SiteError] | None:
        """POST several bodies to a route in one request (``POST /batch/v1``, WordPress 5.6).

        Return for each what :meth:`call` would return or raise; None, and nothing is done, when
        the site does not take several. Raise SiteError for what is the same for all.
        """
        path = f"{route}?{urlencode(params)}"
        requests = [{"method": "POST", "path": path, "body": body} for body in bodies]
        try:
            answer = self.call("POST", "/batch/v1", action, body={"requests": requests})
        except RefusedError as error:
            if error.problems[0].code in ("site-auth", "site-rate-limited"):
                raise
            return None
        answers = self.read(
            lambda data: _parts(data, len(bodies)), answer.data, action, writing=True
        )
        if all(one.code == "rest_batch_not_allowed" for one in answers):
            return None
        return [
            one if _succeeded(one) else error_of(self._http, one, action, reading=False)
            for one in answers
        ]

    def items(self, route: str, action: str, params: Mapping[str, str]) -> list[Mapping[str, Any]]:
        """Return all items of a collection, oldest first, page after page."""
        items: list[Mapping[str, Any]] = []
        order = {"orderby": "id", "order": "asc", "per_page": str(_PAGE)}
        page = pages = 1
        while page <= pages:
            query = {**order, **params, "page": str(page)}
            answer = self.call("GET", route, action, params=query)
            items += self.read(lambda data: [dict(item) for item in data], answer.data, action)
            pages = self.read(int, answer.headers.get("X-WP-TotalPages", "1"), action)
            page += 1
        return items

    def read(
        self, reader: Callable[[Any], _T], data: object, action: str, *, writing: bool = False
    ) -> _T:
        """Return what reader makes of data; raise SiteError for what WordPress never says."""
        try:
            return reader(data)
        except (KeyError, TypeError, ValueError) as error:
            problem = self._http.problem("site-answer", action=action, status=200)
            raise (UnknownError if writing else NotSentError)(problem) from error


def _succeeded(answer: Answer) -> bool:
    return 200 <= answer.status < 300 and answer.data is not None


def _parts(data: Mapping[str, Any], number: int) -> list[Answer]:
    """Return the answers in that of a batch. Raise ValueError when it has not so many."""
    parts = [
        Answer(int(part["status"]), dict(part.get("headers") or {}), b"", part["body"])
        for part in data["responses"]
    ]
    if len(parts) != number:
        raise ValueError(len(parts))
    return parts


def batches(values: Iterable[str]) -> list[list[str]]:
    """Return values, each once, in lists that one page and one address can hold."""
    done: list[list[str]] = []
    room = 0
    for value in dict.fromkeys(values):
        room -= len(value) + 3  # a comma is written %2C
        if not done or room < 0 or len(done[-1]) == _PAGE:
            done.append([])
            room = _LIST - len(value)
        done[-1].append(value)
    return done
