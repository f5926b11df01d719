"""Channels of social networks on loopback: servers that keep what they are sent.

They answer in the shapes that the documentation of each API shows; none of them was recorded
from a real account. What a colleague does there by hand is a method of its own.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

Reply = tuple[int, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: fields of its query and form, JSON of its body, files by their fields."""

    method: str
    path: str
    fields: dict[str, str]
    data: dict[str, Any]
    files: dict[str, tuple[str, bytes]]
    headers: Mapping[str, str]


@dataclass
class Loopback:
    """A server on loopback. asked: all requests that came. refusals: answers given instead."""

    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    refusals: list[Reply] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, asked: Asked) -> Reply:
        raise NotImplementedError

    def changing(self) -> list[str]:
        """Return the paths of requests that could change something."""
        return [a.path for a in self.asked if a.method != "GET"]


@contextmanager
def running(server: Loopback) -> Iterator[None]:
    """Serve until the context is left."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._do()

        def do_POST(self) -> None:
            self._do()

        def do_DELETE(self) -> None:
            self._do()

        def _do(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            asked = _asked(self.command, self.path, body, dict(self.headers))
            with server.lock:
                server.asked.append(asked)
                reading = asked.method == "GET"
                refusal = server.refusals.pop(0) if server.refusals and not reading else None
                status, data = refusal or server.answer(asked)
            content = json.dumps(data).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Keep quiet."""

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.url = f"http://127.0.0.1:{httpd.server_port}"
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield
    finally:
        httpd.shutdown()
        httpd.server_close()
        thread.join()


def _asked(method: str, target: str, body: bytes, headers: Mapping[str, str]) -> Asked:
    parts = urlsplit(target)
    fields = dict(parse_qsl(parts.query, keep_blank_values=True))
    data: dict[str, Any] = {}
    files: dict[str, tuple[str, bytes]] = {}
    kind = headers.get("Content-Type", "")
    if kind.startswith("application/json"):
        data = json.loads(body)
    elif kind.startswith("application/x-www-form-urlencoded"):
        fields |= {k: v[0] for k, v in parse_qs(body.decode(), keep_blank_values=True).items()}
    elif kind.startswith("multipart/"):
        whole = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + body, policy=HTTP)
        for part in whole.iter_parts():
            name = str(part.get_param("name", header="content-disposition"))
            content = part.get_payload(decode=True)
            assert isinstance(content, bytes)
            if part.get_filename():
                files[name] = (str(part.get_filename()), content)
            else:
                fields[name] = content.decode()
    return Asked(method, parts.path, fields, data, files, headers)


def _utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@dataclass
class Telegram(Loopback):
    """The Bot API with one channel, @so_khcn. messages: text or caption by number."""

    token: str = "111:AAA-bot-token"
    messages: dict[int, dict[str, Any]] = field(default_factory=dict)
    member: dict[str, Any] = field(
        default_factory=lambda: {"status": "administrator", "can_post_messages": True}
    )
    old: bool = False
    number: int = 10

    def texts(self) -> list[str]:
        """Return what subscribers read, albums once."""
        return [m["said"] for m in self.messages.values() if m["said"]]

    def answer(self, asked: Asked) -> Reply:
        prefix, _, method = asked.path.rpartition("/")
        if prefix != f"/bot{self.token}":
            return _no(401, "Unauthorized")
        if method == "getMe":
            return 200, {"ok": True, "result": {"id": 111, "is_bot": True, "username": "so_bot"}}
        if asked.fields.get("chat_id") != "@so_khcn":
            return _no(400, "Bad Request: chat not found")
        if method == "getChat":
            chat = {"id": -100123, "type": "channel", "title": "Sở KH&CN", "username": "so_khcn"}
            return 200, {"ok": True, "result": chat}
        if method == "getChatMember":
            return 200, {"ok": True, "result": self.member}
        return self._written(method, asked)

    def _written(self, method: str, asked: Asked) -> Reply:
        said = asked.fields.get("text", asked.fields.get("caption", ""))
        if method == "sendMediaGroup":
            media = json.loads(asked.fields["media"])
            if not 2 <= len(media) <= 10:
                return _no(400, "Bad Request: wrong number of media")
            assert {m["media"].removeprefix("attach://") for m in media} == set(asked.files)
            captions = [m.get("caption", "") for m in media]
            if max(map(_utf16, captions)) > 1024:
                return _no(400, "Bad Request: message caption is too long")
            return 200, {"ok": True, "result": [self._sent(c, photo=True) for c in captions]}
        if method == "sendPhoto" and "photo" in asked.files:
            if _utf16(said) > 1024:
                return _no(400, "Bad Request: message caption is too long")
            return 200, {"ok": True, "result": self._sent(said, photo=True)}
        if method == "sendMessage":
            if _utf16(said) > 4096:
                return _no(400, "Bad Request: message is too long")
            return 200, {"ok": True, "result": self._sent(said, photo=False)}
        number = int(asked.fields.get("message_id", "0"))
        found = self.messages.get(number)
        if method == "deleteMessage":
            if found is None:
                return _no(400, "Bad Request: message to delete not found")
            if self.old:
                return _no(400, "Bad Request: message can't be deleted for everyone")
            del self.messages[number]
            return 200, {"ok": True, "result": True}
        if found is None:
            return _no(400, "Bad Request: message to edit not found")
        if found["photo"] != (method == "editMessageCaption"):
            return _no(400, "Bad Request: there is no text in the message to edit")
        if found["said"] == said:
            return _no(400, "Bad Request: message is not modified: specified new message content")
        found["said"] = said
        return 200, {"ok": True, "result": self._shown(number)}

    def _sent(self, said: str, *, photo: bool) -> dict[str, Any]:
        self.number += 1
        self.messages[self.number] = {"said": said, "photo": photo}
        return self._shown(self.number)

    def _shown(self, number: int) -> dict[str, Any]:
        chat = {"id": -100123, "type": "channel", "title": "Sở KH&CN", "username": "so_khcn"}
        at = int(datetime.now(UTC).timestamp())
        return {"message_id": number, "date": at, "chat": chat}


def _no(status: int, description: str, **parameters: object) -> Reply:
    return status, {
        "ok": False,
        "error_code": status,
        "description": description,
        **({"parameters": parameters} if parameters else {}),
    }


def too_many(seconds: int) -> Reply:
    """The Bot API's answer to too many messages."""
    return _no(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


def graph_error(
    code: int, message: str = "Message describing the error", subcode: int = 0
) -> Reply:
    """An error as the Graph API answers it."""
    error: dict[str, object] = {
        "message": message,
        "type": "OAuthException",
        "code": code,
        "fbtrace_id": "EJplcsCHuLu",
    }
    return 400, {"error": {**error, **({"error_subcode": subcode} if subcode else {})}}


@dataclass
class Facebook(Loopback):
    """The Graph API with one Page, 1234567890. posts: by id, the newest last."""

    token: str = "EAAB-page-token"
    page: str = "1234567890"
    posts: dict[str, dict[str, Any]] = field(default_factory=dict)
    photos: dict[str, bytes] = field(default_factory=dict)
    expires_at: int = 0
    scopes: list[str] = field(
        default_factory=lambda: ["pages_manage_posts", "pages_read_engagement"]
    )
    number: int = 100

    def texts(self) -> list[str]:
        """Return what visitors read."""
        return [post["message"] for post in self.posts.values()]

    def edit(self, text: str) -> None:
        """Change the newest post, as a person does it on the page."""
        self.posts[list(self.posts)[-1]]["message"] = text

    def by_hand(self, link: str, text: str = "") -> None:
        """Share a link, as a person does it on the page."""
        self._made(text, link, [])

    def answer(self, asked: Asked) -> Reply:
        if asked.fields.get("access_token") != self.token:
            return graph_error(190, "Invalid OAuth access token.")
        version, _, path = asked.path.lstrip("/").partition("/")
        assert version == "v26.0"
        if path == "debug_token":
            seen = {"is_valid": True, "expires_at": self.expires_at, "scopes": self.scopes}
            return 200, {"data": {"type": "PAGE", "data_access_expires_at": 0, **seen}}
        if path == self.page:
            return 200, {"id": self.page, "name": "Sở KH&CN", "link": "https://fb.example/so"}
        if path == f"{self.page}/photos":
            assert asked.fields["published"] == "false"
            self.number += 1
            self.photos[str(self.number)] = asked.files["source"][1]
            return 200, {"id": str(self.number)}
        if path == f"{self.page}/feed":
            media = [v for k, v in sorted(asked.fields.items()) if k.startswith("attached_media")]
            photos = [json.loads(item)["media_fbid"] for item in media]
            assert set(photos) <= set(self.photos)
            id_ = self._made(asked.fields["message"], asked.fields.get("link", ""), photos)
            return 200, {"id": id_}
        if path == f"{self.page}/published_posts":
            return 200, {"data": [self._shown(id_) for id_ in reversed(self.posts)], "paging": {}}
        return self._on_post(path, asked)

    def _made(self, message: str, link: str, photos: list[str]) -> str:
        self.number += 1
        id_ = f"{self.page}_{self.number}"
        at = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S}+0000"
        self.posts[id_] = {"message": message, "link": link, "photos": photos, "at": at}
        return id_

    def _on_post(self, id_: str, asked: Asked) -> Reply:
        if id_ not in self.posts:
            return graph_error(100, "Unsupported request. Object does not exist.", 33)
        if asked.method == "GET":
            return 200, self._shown(id_)
        if asked.method == "DELETE":
            del self.posts[id_]
        else:
            self.posts[id_]["message"] = asked.fields["message"]
        return 200, {"success": True}

    def _shown(self, id_: str) -> dict[str, Any]:
        post = self.posts[id_]
        shown: dict[str, Any] = {
            "id": id_,
            "created_time": post["at"],
            "permalink_url": f"https://www.facebook.com/so/posts/{id_}",
            "is_published": True,
        }
        if post["message"]:
            shown["message"] = post["message"]
        if post["link"]:
            shown["attachments"] = {"data": [{"unshimmed_url": post["link"]}]}
        return shown


@dataclass
class Zalo(Loopback):
    """The article API and OAuth v4 with one account. articles: by id, the newest last.

    slow: how many looks an article needs until it is taken. access: tokens that are taken.
    """

    app: str = "88001"
    secret: str = "app-secret-key"
    refresh: str = "refresh-0-of-three-months"
    used: list[str] = field(default_factory=list)
    access: str = ""
    life: int = 90000
    articles: dict[str, dict[str, Any]] = field(default_factory=dict)
    making: dict[str, tuple[int, dict[str, Any]]] = field(default_factory=dict)
    slow: int = 0
    number: int = 0

    def texts(self) -> list[str]:
        """Return what followers read."""
        return [article["description"] for article in self.articles.values()]

    def edit(self, text: str) -> None:
        """Change the newest article, as a person does it in the account."""
        self.articles[list(self.articles)[-1]]["description"] = text

    def answer(self, asked: Asked) -> Reply:
        if asked.path == "/v4/oa/access_token":
            return self._renewed(asked)
        if not self.access or asked.headers.get("access_token") != self.access:
            return 200, {"error": -216, "message": "Access token is invalid"}
        path = asked.path.removeprefix("/v2.0/")
        if path == "oa/getoa":
            return 200, _good({"oaid": "4321", "name": "Sở KH&CN"})
        if path in ("article/create", "article/update"):
            return self._sent(asked.data)
        if path == "article/verify":
            return self._verified(str(asked.data["token"]))
        if path == "article/getslice":
            offset, limit = int(asked.fields["offset"]), int(asked.fields["limit"])
            if limit > 10:
                return 200, {"error": -201, "message": "maximum limit is 10"}
            newest = list(reversed(self.articles))[offset : offset + limit]
            return 200, _good({"medias": [self._listed(i) for i in newest], "total": 1})
        id_ = asked.fields.get("id") or str(asked.data.get("id", ""))
        if id_ not in self.articles:
            return 200, {"error": -201, "message": "id is invalid"}
        if path == "article/getdetail":
            return 200, _good(self.articles[id_])
        assert path == "article/remove"
        del self.articles[id_]
        return 200, _good({})

    def _renewed(self, asked: Asked) -> Reply:
        ours = asked.fields["app_id"] == self.app and asked.headers["secret_key"] == self.secret
        if not ours or asked.fields["refresh_token"] != self.refresh:
            said = {"error_name": "Invalid refresh token", "error": -14014}
            return 200, said
        self.used.append(self.refresh)
        self.number += 1
        self.refresh = f"refresh-{self.number}-of-three-months"
        self.access = f"access-{self.number}-of-some-hours"
        tokens = {"access_token": self.access, "refresh_token": self.refresh}
        return 200, {**tokens, "expires_in": str(self.life)}

    def _sent(self, data: dict[str, Any]) -> Reply:
        limits = {"title": 150, "author": 50, "description": 300}
        for name, limit in limits.items():
            if not 0 < _utf16(data[name]) < limit:
                return 200, {"error": -201, "message": f"{name} allow 1 to {limit} characters"}
        if not data["cover"]["photo_url"].startswith(("http://", "https://")):
            return 200, {"error": -201, "message": "photo_url is invalid"}
        if "id" in data and data["id"] not in self.articles:
            return 200, {"error": -201, "message": "id is invalid"}
        self.number += 1
        token = f"token-{self.number}"
        self.making[token] = (self.slow, {"id": data.get("id") or f"bai{self.number}", **data})
        return 200, _good({"token": token})

    def _verified(self, token: str) -> Reply:
        looks, data = self.making[token]
        if looks:
            self.making[token] = (looks - 1, data)
            return 200, {"error": -214, "message": "Media is being processed"}
        at = self.articles.get(data["id"], {}).get("at") or int(datetime.now(UTC).timestamp())
        self.articles[data["id"]] = {**data, "at": at}
        return 200, _good({"id": data["id"]})

    def arrive(self) -> None:
        """Take all that is being made."""
        for token, (_, data) in self.making.items():
            self.making[token] = (0, data)
            self._verified(token)

    def _listed(self, id_: str) -> dict[str, Any]:
        article = self.articles[id_]
        return {
            "id": id_,
            "type": "normal",
            "title": article["title"],
            "status": "show",
            "create_date": article["at"] * 1000,
            "link_view": f"https://zalo.me/s/{id_}",
        }


def _good(data: Mapping[str, Any]) -> dict[str, Any]:
    return {"error": 0, "message": "Success", "data": data}
