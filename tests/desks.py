"""A desk for tests: the real app behind the real server, and clients that speak HTTP to it."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

import requests

from publisher import config as configs
from publisher import i18n, messages, run
from publisher.config import Config
from publisher.people import People, Role, people_file
from publisher.web import Desk, Doors, Server, create
from tests.office import Office

PASSWORDS = {
    "Trần Văn Minh": (Role.READER, "mùa thu Hà Nội 1946"),
    "Lê Thị Hoa": (Role.AUTHOR, "con đò bến cũ lá bay"),
    "Nguyễn Thị Lan": (Role.EDITOR, "ba cây chụm lại nên núi"),
}
"""Accounts of every role."""


@dataclass
class Seconds:
    """A clock that only moves when it is told to."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Client:
    """A browser without a window: keeps cookies, follows nothing by itself."""

    url: str
    session: requests.Session = field(default_factory=requests.Session)

    def get(self, path: str, **more: Any) -> requests.Response:
        return self._send("GET", path, **more)

    def post(self, path: str, *, token: str | None = None, **more: Any) -> requests.Response:
        """Send a form of the desk: with the token of this session, unless another is given."""
        data = dict(more.pop("data", {}))
        data["token"] = self.token() if token is None else token
        return self._send("POST", path, data=data, **more)

    def _send(self, method: str, path: str, **more: Any) -> requests.Response:
        address = self.url + path
        return self.session.request(method, address, allow_redirects=False, timeout=20, **more)

    def token(self) -> str:
        # A page that is not there is the cheapest that has a form, for whoever is signed in.
        pages = (self.get(path).text for path in ("/khong-co", "/vao"))
        found = (re.search(r'name="token" value="([0-9a-f]+)"', page) for page in pages)
        return next(match[1] for match in found if match)

    def sign_in(self, name: str, password: str = "", **more: Any) -> requests.Response:
        data = {"name": name, "password": password or PASSWORDS[name][1]}
        return self.post("/vao", data=data, **more)

    def done(self, answer: requests.Response, patience: float = 60.0) -> str:
        """Return the page of a job that an answer led to, when it has ended."""
        assert answer.status_code == 303, answer.text[:500]
        path = urlsplit(answer.headers["Location"]).path
        until = time.monotonic() + patience
        while (page := self.get(path).text) and 'http-equiv="refresh"' in page:
            assert time.monotonic() < until, page
            time.sleep(0.1)  # as the page itself looks again
        return page


@dataclass
class Running:
    """A desk that serves; ``said``: the links that it showed at the machine."""

    desk: Desk
    url: str
    seconds: Seconds
    said: list[str]

    def client(self) -> Client:
        return Client(self.url)

    def local(self) -> Client:
        """Return a client that the one-time link let in."""
        client = self.client()
        path = self.desk.new_link().removeprefix(self.url)
        assert client.get(path).status_code == 303
        return client

    def signed_in(self, name: str) -> Client:
        """Return a client with a session, as after a right password: proving one takes long."""
        account = self.desk.people.named(name)
        client = self.client()
        session = self.desk.sessions.begin(account.name, account.role, account.stamp)
        cookie = f"publisher-{self.desk.doors.port}"
        client.session.cookies.set(cookie, session, domain="127.0.0.1", path="/")
        return client


@cache
def _accounts() -> str:
    """Return the file of accounts: hashing takes long, on purpose."""
    with TemporaryDirectory() as folder:
        people = People(people_file(Path(folder)))
        for name, (role, password) in PASSWORDS.items():
            people.add(name, role, password)
        return people_file(Path(folder)).read_text(encoding="utf-8")


def words_of(page: str) -> str:
    """Return the text of a page."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


@contextmanager
def serving(
    office: Office,
    *,
    accounts: bool = False,
    public: str = "",
    local: bool = True,
    opened: Callable[[Config], run.Office] | None = None,
    environ: Mapping[str, str] | None = None,
) -> Iterator[Running]:
    """Serve the desk of an office on a free port."""
    i18n.use("vi")
    path = Path(office.folder) / "config.toml"
    words = i18n.words("vi")

    def make(config: Config) -> run.Office:
        secrets = environ or office.environ
        return run.office(config, secrets, lambda: datetime.now(UTC), words, messages.kinds(words))

    seconds, said = Seconds(), list[str]()
    desk = Desk(
        path, lambda: configs.load(path), opened or make, lambda: datetime.now(UTC), seconds,
        local=local, tell=said.append,
    )  # fmt: skip
    if accounts:
        stored = people_file(desk.config().state)
        stored.parent.mkdir(exist_ok=True)
        stored.touch(0o600)
        stored.write_text(_accounts(), encoding="utf-8")
    server = Server(create(desk), "127.0.0.1", 0, "127.0.0.1" if public else "")
    desk.doors = Doors(server.port, public)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield Running(desk, f"http://127.0.0.1:{server.port}", seconds, said)
    finally:
        server.close()
        thread.join(10)
        desk.worker.close(10)
