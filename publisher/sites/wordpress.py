"""A WordPress site over its REST API (``/wp/v2``), with an application password.

Measured on WordPress 6.1 and 7.1; what is surprising there is said where it matters.
"""

from __future__ import annotations

import html
import random
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from typing import Any, ParamSpec
from urllib.parse import urljoin

from publisher.abilities import WEBSITE
from publisher.errors import RefusedError, SiteError
from publisher.model import Credit, Draft, RemoteMedia, RemotePost, Severity, SiteInfo, Upload
from publisher.sites.http import Answer, Http
from publisher.sites.rest import Rest, batches
from publisher.sites.wordpress_copies import Byline, with_canonical
from publisher.sites.wordpress_items import (
    MEDIA,
    RAW,
    RENDERED,
    body_of,
    exact_name,
    media_slug,
    post_of,
    same_name,
    timezone_of,
)
from publisher.sites.wordpress_listing import published, user_id
from publisher.sites.wordpress_media import Uploads

_Given = ParamSpec("_Given")
_STATUSES = "publish,future,draft,pending,private,trash"  # "any" would leave the trash out
_REDIRECTS = 5
_TOGETHER = 25  # requests in a batch, unless the site's own code allows more
_TRASHED = "__trashed"
_SLUG_FORMS = ("", "-2", "-3", _TRASHED, f"-2{_TRASHED}", f"-3{_TRASHED}")
_CAN = {
    "publish": "publish_posts",
    "upload": "upload_files",
    "categories": "manage_categories",
    "tags": "edit_posts",  # to make a tag, the right to use one is enough
}


class WordPressSite:
    """One WordPress site, safe to share between threads.

    name: NAME of [sites.NAME]. url: its address, https (http to this machine only).
    editor: "blocks" or "classic". connections: how many calls may run at once. timeout:
    seconds to wait for an answer. author: account (or its number) that posts are shown under,
    "" for the one that sends them. sleep, draw: see Http.

    Nothing is sent before the first call. Every call may raise SiteError: RefusedError or
    NotSentError when nothing changed on the site, UnknownError when that is not certain.
    """

    abilities = WEBSITE

    def __init__(
        self,
        name: str,
        url: str,
        user: str,
        password: str,
        *,
        editor: str = "blocks",
        connections: int = 4,
        timeout: float = 60.0,
        author: str = "",
        sleep: Callable[[float], None] = time.sleep,
        draw: Callable[[], float] = random.random,
    ) -> None:
        self.name = name
        self.editor = editor
        self.connections = connections
        self.together = _TOGETHER
        self._http = Http(
            name,
            url,
            user,
            password,
            connections=connections,
            timeout=timeout,
            sleep=sleep,
            draw=draw,
        )
        self._rest = Rest(self._http)
        self._uploads = Uploads(self._http, self._rest, connections)
        self._byline = Byline(self._rest, author)
        self._lock = threading.Lock()
        self._terms: dict[str, dict[str, str]] = {}

    def __repr__(self) -> str:
        http = self._http
        return f"WordPressSite({self.name!r}, {http.url!r}, {http.user!r}, '***')"

    def about(self) -> SiteInfo:
        """Return what the site is, and what the account may do there.

        ``GET /wp/v2/users/me?context=edit`` proves the password: a public list is given to
        a wrong one too. The REST API does not tell the limit of an upload.
        """
        index = self._rest.index()
        answer = self._me()
        me = answer.fields
        capabilities = me.get("capabilities")
        granted = capabilities if isinstance(capabilities, dict) else {}
        return SiteInfo(
            name=self.name,
            url=self._http.url,
            title=html.unescape(str(index.get("name", ""))),
            timezone=self._rest.read(timezone_of, index, "about"),
            user=str(me.get("username") or self._http.user),
            roles=tuple(me.get("roles") or ()),
            can=frozenset(deed for deed, needed in _CAN.items() if granted.get(needed)),
            clock=answer.clock,
            certificate=self._http.certificate,
            problems=tuple(
                replace(
                    self._http.problem(code, author=self._byline.wanted),
                    severity=Severity.WARNING,
                )
                for code in self._byline.lacks(me)
            ),
        )

    def software(self) -> str:
        """Return "WordPress", with the version if its feed tells it."""
        try:
            answer = self._http.request(
                "GET", f"{self._http.url}/", params={"feed": "rss2"}, anonymous=True
            )
        except SiteError:
            return "WordPress"
        found = re.search(rb"wordpress\.org/\?v=([\w.-]+)", answer.body)
        return f"WordPress {found[1].decode()}" if found else "WordPress"

    def find(self, ids: Sequence[str] = (), slugs: Sequence[str] = ()) -> list[RemotePost]:
        """Return the posts in any status with one of these ids, or slugs or their forms.

        WordPress adds -2 to a slug that is taken, and __trashed to that of a trashed post.
        A post that the account may not edit is left out of ``context=edit``: a second look
        sees the published ones, as visitors do (texts rendered, not raw).
        """
        numbers = [i for i in ids if i.isdecimal()]
        forms = [slug + form for slug in slugs for form in _SLUG_FORMS]
        look = {"context": "edit", "status": _STATUSES, "_fields": RAW}
        posts = [*self._looked(look, "include", numbers), *self._looked(look, "slug", forms)]
        seen = {post.id for post in posts} | {post.slug for post in posts}
        numbers = [i for i in numbers if i not in seen]
        forms = [form for form in forms if form not in seen and not form.endswith(_TRASHED)]
        look = {"context": "view", "status": "publish", "_fields": RENDERED}
        posts += [*self._looked(look, "include", numbers), *self._looked(look, "slug", forms)]
        return list({post.id: post for post in reversed(posts)}.values())[::-1]

    def published(
        self, first: datetime, until: datetime, *, author: str = "", category: str = ""
    ) -> list[RemotePost]:
        """Return what visitors see (GET /wp/v2/posts), dated from first on, before until."""
        user = user_id(self._rest, author) if author else ""
        if author and not user:
            raise RefusedError(self._http.problem("author-unknown", name=author))
        term = self.terms("categories", [category]).get(category, "") if category else ""
        if category and not term:
            raise RefusedError(self._http.problem("category-unknown", name=category))
        return published(self._rest, first, until, user, term)

    def answers(self, url: str) -> str:
        """Return "" when a visitor is shown this address, else the status or the fault."""
        try:
            for _ in range(_REDIRECTS):
                answer = self._http.request("GET", url, anonymous=True)
                if not 300 <= answer.status < 400:
                    break
                url = urljoin(url, answer.headers.get("Location", ""))
        except SiteError as error:
            return error.problems[0].code
        return "" if 200 <= answer.status < 300 else str(answer.status)

    def find_media(self, digests: Sequence[str]) -> dict[str, RemoteMedia]:
        """Return the media that were uploaded with these digests, whoever did it.

        The slug is made of the digest and stands before WordPress touches a picture, so
        it is found also when the upload broke off, or was renamed to ``-scaled``.
        """
        wanted = {media_slug(digest) + form: digest for digest in digests for form in ("", "-2")}
        found: dict[str, RemoteMedia] = {}
        for batch in batches(wanted):
            query = {"slug": ",".join(batch), "_fields": f"{MEDIA},slug"}
            for item in self._rest.items("/wp/v2/media", "find_media", query):
                slug, media = self._rest.read(self._uploads.found, item, "find_media")
                if digest := wanted.get(slug):
                    found.setdefault(digest, media)
        return found

    def complete(self, media: RemoteMedia) -> RemoteMedia:
        """Have the site make the sizes of a picture that an upload left without."""
        return self._uploads.complete(media)

    def terms(self, taxonomy: str, names: Sequence[str]) -> dict[str, str]:
        """Return the ids of those terms that exist, by name.

        All are listed once: a search of WordPress is blind to the case of Vietnamese
        letters, and to names that it stores with ``&amp;``.
        """
        with self._lock:
            if taxonomy not in self._terms:
                self._terms[taxonomy] = self._known_terms(taxonomy)
            known = self._terms[taxonomy]
            pairs = [(n, known.get(exact_name(n)) or known.get(same_name(n))) for n in names]
        return {name: term for name, term in pairs if term}

    def create_term(self, taxonomy: str, name: str) -> str:
        """Make a term (POST /wp/v2/TAXONOMY) and return its id; one that exists will do."""
        answer = self._rest.call(
            "POST",
            f"/wp/v2/{taxonomy}",
            "create_term",
            body={"name": name},
            accept={"term_exists"},
            details={"taxonomy": taxonomy, "name": name},
        )
        term = self._rest.read(_term_id, answer, "create_term", writing=True)
        with self._lock:
            if taxonomy in self._terms:
                self._terms[taxonomy][exact_name(name)] = term
        return term

    def upload(self, upload: Upload) -> RemoteMedia:
        """Send a picture with its texts, and its sizes where the site takes them."""
        return self._uploads.send(upload)

    def create(self, draft: Draft) -> RemotePost:
        """Make a post (POST /wp/v2/posts)."""
        return self._write("/wp/v2/posts", "create", self._body(draft), credit=draft.credit)

    def create_all(self, drafts: Sequence[Draft]) -> list[RemotePost | SiteError]:
        """Make posts in one request; where the site does not take that, one after the other."""
        bodies = [self._body(draft) for draft in drafts]
        fields = f"{RAW},meta" if any(draft.credit for draft in drafts) else RAW
        answers = self._rest.batch("/wp/v2/posts", "create", bodies, params={"_fields": fields})
        if answers is None:
            self.together = 1
            return [_tried(self.create, draft) for draft in drafts]
        return [
            answer if isinstance(answer, SiteError)
            else _tried(self._written, answer, "create", body, draft.credit)
            for draft, body, answer in zip(drafts, bodies, answers, strict=True)
        ]  # fmt: skip

    def update(self, remote_id: str, draft: Draft) -> RemotePost:
        """Write over a post (POST /wp/v2/posts/ID); one in the trash comes back."""
        route = f"/wp/v2/posts/{remote_id}"
        post = self._write(route, "update", self._body(draft), remote_id, draft.credit)
        if re.fullmatch(re.escape(draft.slug) + r"(-\d+)?", post.slug):
            return post
        # A post that leaves the trash takes its old slug, whatever was asked for.
        return self._write(route, "update", {"slug": draft.slug}, remote_id)

    def withdraw(self, remote_id: str) -> RemotePost:
        """Put a post in the trash (DELETE /wp/v2/posts/ID), or make it a draft without one."""
        route, details = f"/wp/v2/posts/{remote_id}", {"id": remote_id}
        answer = self._rest.call(
            "DELETE",
            route,
            "withdraw",
            params={"_fields": RAW},
            accept={"rest_already_trashed", "rest_trash_not_supported"},
            details=details,
        )
        if answer.code == "rest_trash_not_supported":
            return self._write(route, "withdraw", {"status": "draft"}, remote_id)
        if answer.code:
            look = {"context": "edit", "_fields": RAW}
            answer = self._rest.call("GET", route, "withdraw", params=look, details=details)
        return self._rest.read(post_of, answer.data, "withdraw", writing=True)

    def flush(self) -> None:
        """Do nothing: every call is done when it returns."""

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _body(self, draft: Draft) -> dict[str, object]:
        author = self._byline.id(lambda: self._me().fields)
        return {**body_of(draft), **({"author": int(author)} if author else {})}

    def _write(
        self,
        route: str,
        action: str,
        body: Mapping[str, object],
        remote_id: str = "",
        credit: Credit | None = None,
    ) -> RemotePost:
        answer = self._rest.call(
            "POST",
            route,
            action,
            params={"_fields": f"{RAW},meta" if credit else RAW},
            body=body,
            details={"id": remote_id},
        )
        return self._written(answer, action, body, credit)

    def _written(
        self, answer: Answer, action: str, body: Mapping[str, object], credit: Credit | None
    ) -> RemotePost:
        """Return the post that was written, with what a request of its own must add."""
        post = self._rest.read(post_of, answer.data, action, writing=True)
        if credit is None:
            return post
        offered = answer.fields.get("meta")
        return with_canonical(self._rest, post, offered, credit.url, body.get("categories", []))

    def _me(self) -> Answer:
        params = {"context": "edit"}
        return self._rest.call("GET", "/wp/v2/users/me", "about", params=params)

    def _looked(
        self, look: Mapping[str, str], field: str, values: Sequence[str]
    ) -> Iterator[RemotePost]:
        """Return the posts with one of these values, asked for on all connections."""
        queries = [{**look, field: ",".join(batch)} for batch in batches(values)]
        with ThreadPoolExecutor(max(1, self.connections)) as pool:
            for posts in pool.map(self._posts, queries):
                yield from posts

    def _posts(self, params: Mapping[str, str]) -> list[RemotePost]:
        try:
            items = self._rest.items("/wp/v2/posts", "find", params)
        except RefusedError as error:
            if error.problems[0].code == "site-forbidden":
                self._me()  # a wrong password is a better reason, and raises it
            raise
        return [self._rest.read(post_of, item, "find") for item in items]

    def _known_terms(self, taxonomy: str) -> dict[str, str]:
        """Return the ids of all terms by exact name, and by name without case."""
        fields = {"_fields": "id,name,parent"}
        items = self._rest.items(f"/wp/v2/{taxonomy}", "terms", fields)
        items.sort(key=lambda item: bool(item.get("parent")))
        pairs = [(str(item.get("name", "")), str(item.get("id", ""))) for item in items]
        known: dict[str, str] = {}
        for key in (exact_name, same_name):
            for name, term in pairs:
                known.setdefault(key(name), term)
        return known


def _tried(
    act: Callable[_Given, RemotePost], *args: _Given.args, **kwargs: _Given.kwargs
) -> RemotePost | SiteError:
    try:
        return act(*args, **kwargs)
    except SiteError as error:
        return error


def _term_id(answer: Answer) -> str:
    fields: Mapping[str, Any] = answer.fields
    return str(fields["data"]["term_id"] if answer.code else fields["id"])
