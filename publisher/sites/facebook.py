"""A Facebook Page by the Graph API: built from its documentation, never tried for real.

https://developers.facebook.com/docs/pages-api/posts: publish, change and delete posts of a
Page with a Page access token that has pages_manage_posts and pages_read_engagement.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from publisher.abilities import FACEBOOK
from publisher.errors import RefusedError, SiteError
from publisher.model import Draft, RemotePost, SiteInfo, Upload
from publisher.sites.channel import NEVER, Channel
from publisher.sites.http import Answer

API = "https://graph.facebook.com"

VERSION = "v26.0"
"""Introduced on 29/7/2026; the one before holds until 29/7/2028 (docs/graph-api/changelog)."""

_FIELDS = (
    "id,message,created_time,updated_time,permalink_url,is_published,attachments{unshimmed_url}"
)
_PAGE, _PAGES = "100", 3  # posts of the page that are looked through for a link, newest first

# docs/graph-api/guides/error-handling, and docs/graph-api/overview/rate-limiting for 32, 613.
_AUTH = (102, 190)
_RATE = (4, 17, 32, 341, 613)
_BROKEN = (1, 2)  # "possibly a temporary issue": nobody knows whether it was carried out
_PERMISSION = (3, 10, *range(200, 300))
_NO_OBJECT = 33  # subcode of 100: the object does not exist, or may not be seen


class FacebookSite(Channel):
    """One Page. account: its number or name. token: its Page access token."""

    abilities = FACEBOOK

    def __init__(self, name: str, url: str, account: str, token: str, **more: Any) -> None:
        super().__init__(name, url or API, account, **more)
        self._token = token

    def about(self) -> SiteInfo:
        """Prove the token on the Page, and ask how long it holds (GET /debug_token)."""
        page = self._call("GET", self.account, {"fields": "id,name,link"})
        seen = self._token_says()
        scopes = seen.get("scopes")
        can: frozenset[str] = frozenset()  # unknown
        if isinstance(scopes, list):
            can = frozenset({"publish", "upload"} if "pages_manage_posts" in scopes else {"read"})
        # 0 is "never"; the access to data ends on a day of its own.
        ends = [seen.get(field) for field in ("expires_at", "data_access_expires_at")]
        dates = [datetime.fromtimestamp(end, UTC) for end in ends if isinstance(end, int) and end]
        return SiteInfo(
            name=self.name,
            url=str(page.get("link") or f"https://www.facebook.com/{self.account}"),
            title=str(page.get("name", "")),
            timezone="",
            user=str(page.get("id", self.account)),
            can=can,
            expires=min(dates, default=None),
        )

    def software(self) -> str:
        """Return the name of the service."""
        return f"Facebook Graph API {VERSION}"

    def _token_says(self) -> Mapping[str, Any]:
        """Return what is said of the token, nothing where it may not ask about itself."""
        try:
            answer = self._call("GET", "debug_token", {"input_token": self._token})
        except RefusedError:
            return {}
        data = answer.get("data")
        return data if isinstance(data, dict) else {}

    def find(self, ids: Sequence[str] = (), slugs: Sequence[str] = ()) -> list[RemotePost]:
        """Return the posts with these ids, and those that lead to these addresses.

        GET /{post-id} for each; GET /{page-id}/published_posts for the others, of which the
        newest are looked through.
        """
        found: dict[str, RemotePost] = {}
        for id_ in dict.fromkeys(filter(None, ids)):
            if post := self._look(id_):
                found[post.id] = post
        after = ""
        for _ in range(_PAGES if slugs else 0):
            query = {"fields": _FIELDS, "limit": _PAGE, **({"after": after} if after else {})}
            answer = self._call("GET", f"{self.account}/published_posts", query)
            items = answer.get("data")
            for item in items if isinstance(items, list) else ():
                post = self._read(item)
                if post.slug in slugs:
                    found.setdefault(post.id, post)
            after = _after(answer)
            if not after:
                break
        return list(found.values())

    def create(self, draft: Draft) -> RemotePost:
        """Make a post: pictures unpublished first (/photos), then the post itself (/feed)."""
        form = {"message": draft.content}
        for number, picture in enumerate(draft.pictures):
            photo = json.dumps({"media_fbid": self._photo(picture)})
            form[f"attached_media[{number}]"] = photo
        if not draft.pictures:  # a post has the one or the other
            form["link"] = draft.link
        made = self._call("POST", f"{self.account}/feed", form)
        return self._as_it_stands(str(made["id"]), draft)

    def update(self, remote_id: str, draft: Draft) -> RemotePost:
        """Change the text of a post (POST /{post-id}); its link and pictures stay."""
        self._call("POST", remote_id, {"message": draft.content})
        return self._as_it_stands(remote_id, draft)

    def withdraw(self, remote_id: str) -> RemotePost:
        """Delete a post (DELETE /{post-id}): it can't be brought back."""
        self._call("DELETE", remote_id, {})
        return self._deleted(remote_id)

    def _photo(self, picture: Upload) -> str:
        """Send a picture that nobody sees before the post that shows it; return its id."""
        file = {"source": (picture.filename, picture.content, picture.mime)}
        # The pages of the documentation that could be read do not name alt_text_custom.
        form = {"published": "false", "alt_text_custom": picture.alt}
        return str(self._call("POST", f"{self.account}/photos", form, file)["id"])

    def _as_it_stands(self, id_: str, draft: Draft) -> RemotePost:
        """Return a post as it was taken; as it was sent, when it can't be read just now."""
        try:
            if post := self._look(id_):
                return post
        except SiteError:
            pass  # what was sent arrived, whatever became of the question
        return RemotePost(
            id_, f"https://www.facebook.com/{id_}", "publish", draft.link, "", draft.content, "",
            draft.date, draft.date, dated_by_site=True,
        )  # fmt: skip

    def _look(self, id_: str) -> RemotePost | None:
        try:
            return self._read(self._call("GET", id_, {"fields": _FIELDS}))
        except RefusedError as error:
            if error.problems[0].code == "site-gone":
                return None
            raise

    def _read(self, item: Mapping[str, Any]) -> RemotePost:
        message = str(item.get("message") or "")
        shown_at = _instant(item.get("created_time"))
        return RemotePost(
            id=str(item.get("id", "")),
            url=str(item.get("permalink_url") or f"https://www.facebook.com/{item.get('id', '')}"),
            status="publish" if item.get("is_published", True) else "private",
            slug=_link(message, item.get("attachments")),
            title="",
            content=message,
            excerpt="",
            shown_at=shown_at,
            modified_at=_instant(item.get("updated_time") or item.get("created_time")),
            dated_by_site=True,
        )

    def _call(
        self,
        method: str,
        path: str,
        fields: Mapping[str, str],
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
    ) -> Mapping[str, Any]:
        """Call the API and return what it answers. Raise SiteError."""
        reading = method == "GET"
        sent = {**fields, "access_token": self._token}
        answer = self._http.request(
            method,
            f"{self._http.url}/{VERSION}/{path}",
            params=sent if method != "POST" else None,
            form=sent if method == "POST" else None,
            files=files,
        )
        data, error = answer.fields, answer.fields.get("error")
        whole = "id" in data if path.endswith(("/feed", "/photos")) else bool(data)
        if 200 <= answer.status < 300 and not error and whole:
            return data
        raise self._refused(answer, error if isinstance(error, dict) else {}, reading=reading)

    def _refused(self, answer: Answer, error: Mapping[str, Any], *, reading: bool) -> SiteError:
        said = error.get("error_user_msg") or error.get("message")
        number, status = error.get("code"), answer.status
        code, more = "site-refused", dict[str, object]()
        if number in _AUTH or (status == 401 and not error):
            code, more = "site-auth", {"reason": "token"}
        elif number in _RATE or status == 429:
            code, more = "site-rate-limited", {"retry_after": ""}
        elif number in _PERMISSION:
            code, more = "site-forbidden", {"reason": "channel"}
        elif number == 100 and error.get("error_subcode") == _NO_OBJECT:
            code = "site-gone"
        elif number in _BROKEN or status >= 500:
            code = "site-server-error"
        elif not 400 <= status < 500:
            code = "site-answer"
        elif status == 404 and not error:
            code = "site-not-found"
        return self._failed(code, answer, said, reading=reading, **more)


def _link(message: str, attachments: object) -> str:
    """Return the address that a post leads to: in its last line, else of its attachment."""
    last = message.rstrip().rsplit("\n", 1)[-1].strip()
    if last.startswith(("https://", "http://")):
        return last
    data = attachments.get("data") if isinstance(attachments, dict) else None
    first = data[0] if isinstance(data, list) and data and isinstance(data[0], dict) else {}
    return str(first.get("unshimmed_url") or "")


def _after(answer: Mapping[str, Any]) -> str:
    """Return the cursor of the next page, "" on the last one."""
    paging = answer.get("paging")
    if not isinstance(paging, dict) or not paging.get("next"):
        return ""
    cursors = paging.get("cursors")
    return str(cursors.get("after", "")) if isinstance(cursors, dict) else ""


def _instant(value: object) -> datetime:
    """Return the instant of ``2026-11-24T01:00:00+0000``, the first of all for what is none."""
    try:
        return datetime.strptime(str(value), "%Y-%m-%dT%H:%M:%S%z").astimezone(UTC)
    except ValueError:
        return NEVER
