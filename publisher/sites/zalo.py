"""A Zalo Official Account by its article API: built from its documentation, never tried.

https://developers.zalo.me/docs/official-account (Quản lý nội dung). An article is made in two
steps: ``/v2.0/article/create`` answers a token, ``/v2.0/article/verify`` the article's id once
Zalo has taken its picture. Pictures are taken by their address on the website:
``/v2.0/oa/upload/image`` gives numbers that only messages can use.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from publisher import channels
from publisher.abilities import ZALO
from publisher.errors import RefusedError, SiteError, UnknownError
from publisher.model import Draft, RemotePost, SiteInfo
from publisher.sites.channel import NEVER, Channel
from publisher.sites.http import Answer
from publisher.sites.zalo_tokens import OAUTH, Keys, Vault

API = "https://openapi.zalo.me"

_AUTHOR_LENGTH = 50
_SLICE, _SLICES = 10, 3  # articles of a list (the most it gives), lists that are looked through
_LOOKS = 8  # at an article that is being made
_REST = 3.0  # seconds between them

# Found in programs that use the API; its own list of errors could not be read.
_TOKEN = (-124, -155, -216)
_RATE = (-32, -211)
_PERMISSION = (-209, -224)
_BUSY = -214


class ZaloSite(Channel):
    """One Official Account.

    account: its number (OA ID). app, secret: of the application that the account let in.
    vault: where its tokens are kept.
    """

    abilities = ZALO

    def __init__(
        self, name: str, url: str, account: str, app: str, secret: str, vault: Vault, **more: Any
    ) -> None:
        super().__init__(name, url or API, account, **more)
        self._keys = Keys(self._http, url or OAUTH, app, secret, vault)

    def about(self) -> SiteInfo:
        """Prove the token (GET /v2.0/oa/getoa), which renews it when it must be."""
        data = self._data(self._call("GET", "oa/getoa", reading=True))
        return SiteInfo(
            name=self.name,
            url=f"https://zalo.me/{self.account}",
            title=str(data.get("name") or data.get("display_name") or ""),
            timezone="",
            user=str(data.get("oaid") or data.get("oa_id") or self.account),
            can=frozenset({"publish", "upload"}),
            expires=self._keys.dead_after,
        )

    def software(self) -> str:
        """Return the name of the service."""
        return "Zalo Official Account API"

    def find(self, ids: Sequence[str] = (), slugs: Sequence[str] = ()) -> list[RemotePost]:
        """Return the articles with these ids, and the newest that lead to these addresses.

        GET /v2.0/article/getdetail for each, of those that /v2.0/article/getslice lists.
        """
        found = {post.id: post for id_ in ids if id_ and (post := self._detail(id_))}
        for item in self._listed() if slugs else ():
            id_ = str(item.get("id", ""))
            post = found.get(id_) or self._detail(id_, item)
            if post and post.slug in slugs:
                found[post.id] = post
        return list(found.values())

    def create(self, draft: Draft) -> RemotePost:
        """Make an article that is shown at once."""
        made = self._call("POST", "article/create", body=self._body(draft))
        return self._verified(made, draft)

    def update(self, remote_id: str, draft: Draft) -> RemotePost:
        """Write over an article (POST /v2.0/article/update)."""
        made = self._call("POST", "article/update", body={"id": remote_id, **self._body(draft)})
        return self._verified(made, draft, remote_id)

    def withdraw(self, remote_id: str) -> RemotePost:
        """Delete an article (POST /v2.0/article/remove): it can't be brought back."""
        self._call("POST", "article/remove", body={"id": remote_id})
        return self._deleted(remote_id)

    def _body(self, draft: Draft) -> dict[str, object]:
        said = channels.without(draft.content, draft.link)
        authors = "; ".join(draft.article.post.authors)
        author = authors or (draft.credit.name if draft.credit else draft.article.post.unit)
        return {
            "type": "normal",
            "title": draft.title,
            "author": channels.cut(author or draft.title, _AUTHOR_LENGTH),
            "cover": {"cover_type": "photo", "photo_url": draft.cover, "status": "show"},
            "description": said,
            "body": [
                {"type": "text", "content": said},
                {"type": "text", "content": draft.link},
            ],
            "status": "show",
        }

    def _verified(self, made: Answer, draft: Draft, known: str = "") -> RemotePost:
        """Wait for an article to be taken. Raise UnknownError when that lasts too long."""
        token = self._field(self._data(made), "token", made, reading=False)
        for look in range(_LOOKS):
            if look:
                self._sleep(_REST)
            try:
                answer = self._call("POST", "article/verify", body={"token": token})
            except RefusedError as error:
                if error.problems[0].params.get("wp_code") == str(_BUSY):
                    continue
                if error.problems[0].code in ("site-auth", "site-rate-limited"):
                    raise UnknownError(*error.problems) from error  # it may be taken yet
                raise
            except SiteError as error:
                raise UnknownError(*error.problems) from error
            data = self._data(answer)
            id_ = str(data.get("id") or data.get("article_id") or known)
            if id_:
                return self._as_it_stands(id_, draft)
        raise UnknownError(self._http.problem("channel-processing"))

    def _as_it_stands(self, id_: str, draft: Draft) -> RemotePost:
        """Return an article as it was taken; as it was sent, when it can't be read just now."""
        try:
            item = next((item for item in self._listed(1) if str(item.get("id")) == id_), {})
            if post := self._detail(id_, item):
                return post
        except SiteError:
            pass  # what was sent arrived, whatever became of the question
        return RemotePost(
            id_, "", "publish", draft.link, draft.title, draft.content, "", draft.date,
            draft.date, dated_by_site=True,
        )  # fmt: skip

    def _listed(self, slices: int = _SLICES) -> Iterator[Mapping[str, Any]]:
        """Yield what lists of articles say, the newest first."""
        for number in range(slices):
            query = {"offset": str(number * _SLICE), "limit": str(_SLICE), "type": "normal"}
            answer = self._call("GET", "article/getslice", params=query, reading=True)
            items = self._data(answer).get("medias")
            items = items if isinstance(items, list) else []
            yield from (item for item in items if isinstance(item, dict))
            if len(items) < _SLICE:
                return

    def _detail(self, id_: str, item: Mapping[str, Any] | None = None) -> RemotePost | None:
        """Return an article, None when it is not there. item: what a list said of it."""
        try:
            answer = self._call("GET", "article/getdetail", params={"id": id_}, reading=True)
        except RefusedError as error:
            if error.problems[0].code == "site-refused":  # which code means "gone" is not known
                return None
            raise
        data, item = self._data(answer), item or {}
        description = _plain(data.get("description"))
        texts = list(_texts(data.get("body")))
        link = texts[-1] if texts and texts[-1].startswith(("https://", "http://")) else ""
        ours = texts == [description, link]
        shown_at = _instant(item.get("create_date"))
        return RemotePost(
            id=str(data.get("id") or id_),
            url=str(item.get("link_view") or data.get("link_view") or ""),
            status="publish" if data.get("status") == "show" else "private",
            slug=link,
            title=_plain(data.get("title")),
            content=f"{description}\n\n{link}" if ours else "\n\n".join([description, *texts]),
            excerpt="",
            shown_at=shown_at,
            modified_at=_instant(item.get("update_date") or item.get("create_date")),
            dated_by_site=True,
        )

    def _data(self, answer: Answer) -> Mapping[str, Any]:
        data = answer.fields.get("data")
        return data if isinstance(data, dict) else {}

    def _call(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: Mapping[str, object] | None = None,
        reading: bool = False,
    ) -> Answer:
        """Call the API and return a good answer. Raise SiteError.

        A token that is turned down is renewed, and the call made again: it changed nothing.
        """
        token = self._keys.access()
        for again in (True, False):
            answer = self._http.request(
                method,
                f"{self._http.url}/v2.0/{path}",
                params=params,
                body=body,
                headers={"access_token": token},
            )
            error = answer.fields.get("error")
            if 200 <= answer.status < 300 and error == 0:
                return answer
            if not (again and error in _TOKEN):
                break
            token = self._keys.access(refused=token)
        raise self._refused(answer, error, reading=reading)

    def _refused(self, answer: Answer, error: object, *, reading: bool) -> SiteError:
        said, status = answer.fields.get("message"), answer.status
        code, more = "site-refused", dict[str, object]()
        if error in _TOKEN or status == 401:
            code, more = "site-auth", {"reason": "token"}
        elif error in _RATE or status == 429:
            code, more = "site-rate-limited", {"retry_after": ""}
        elif error in _PERMISSION or status == 403:
            code, more = "site-forbidden", {"reason": "channel"}
        elif status >= 500:
            code = "site-server-error"
        elif not isinstance(error, int) or error == 0:
            code = "site-answer"
        return self._failed(code, answer, said, reading=reading, **{**more, "wp_code": str(error)})


def _texts(body: object) -> Iterator[str]:
    """Yield the paragraphs of an article as text."""
    for part in body if isinstance(body, list) else ():
        if isinstance(part, dict) and part.get("type") == "text":
            yield _plain(part.get("content"))


def _plain(value: object) -> str:
    """Return a text without markup, which Zalo may have put around it."""
    return html.unescape(re.sub(r"<[^>]*>", "", str(value or ""))).strip()


def _instant(value: object) -> datetime:
    """Return the instant of seconds or milliseconds, the first of all for what is none."""
    try:
        seconds = float(str(value))
    except ValueError:
        return NEVER
    return datetime.fromtimestamp(seconds / 1000 if seconds > 1e11 else seconds, UTC)
