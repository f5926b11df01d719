"""A bulletin by mail: to each reader of the list a letter of its own, and never a second one."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from publisher.config import Config
from publisher.errors import ContentError, NoticeError
from publisher.model import Problem, Where
from publisher.notify import Inline, Mail, MailServer, Message, deliver
from publisher.reports.printed import letter
from publisher.reports.printed.content import Bulletin, Photo
from publisher.run.bulletins import MadeBulletin
from publisher.run.holding import hold
from publisher.run.issuing import write
from publisher.run.office import Office
from publisher.run.posting import check_issued

_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\]+")
_NAMED = re.compile(r"[^<>]*<([^<>]+)>")
_LOCK = "bulletin-mail.lock"
_BOOK = "bulletin-mail.json"
_DROPS = 3
"""Lost connections after which the rest is left for another time."""

_LEAVE = "Thư gửi theo danh sách nhận bản tin; muốn thôi nhận, xin trả lời thư này."


class Arrival(StrEnum):
    """What became of the letter to one reader.

    had: sent by an earlier run. unknown: the connection was lost while it was handed in.
    """

    SENT = "sent"
    HAD = "had"
    UNKNOWN = "unknown"
    REFUSED = "refused"
    NOT_SENT = "not_sent"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One reader and what became of the letter. problem: why it was not taken."""

    address: str
    arrival: Arrival
    problem: Problem | None = None


def recipients(config: Config) -> tuple[str, ...]:
    """Return the addresses that get the bulletin, each once.

    Raise ContentError with every line of the list that holds none, or when there is no list.
    """
    settings = config.bulletin
    found = list(settings.recipients)
    if settings.recipients_file:
        path = config.base / settings.recipients_file
        found += _listed(path, settings.recipients_file.as_posix())
    if not found:
        raise ContentError(Problem("mail-list-empty", Where(config.file)))
    once: dict[str, str] = {}
    for address in found:
        once.setdefault(address.casefold(), address)
    return tuple(once.values())


def _listed(path: Path, shown: str) -> Iterator[str]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeError as error:
        raise ContentError(Problem("encoding", Where(shown, 1))) from error
    except OSError as error:
        params = {"error": error.strerror or str(error)}
        raise ContentError(Problem("file-unreadable", Where(shown), params)) from error
    wrong: list[Problem] = []
    found: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        written = line.partition("#")[0].strip(" \t,;")
        if not written:
            continue
        named = _NAMED.fullmatch(written)
        address = (named[1] if named else written).strip()
        if address.isascii() and _ADDRESS.fullmatch(address):
            found.append(address)
        else:
            wrong.append(Problem("mail-list-line", Where(shown, number), {"line": written}))
    if wrong:
        raise ContentError(*wrong)
    yield from found


def mail_bulletin(
    office: Office,
    made: MadeBulletin,
    server: MailServer,
    again: Collection[str] = (),
    tell: Callable[[Delivery], None] = lambda _: None,
) -> list[Delivery]:
    """Send an issued bulletin to those of the list who do not have it yet.

    again: addresses that get it though it is not known whether they have it. One address that
    the server does not take stops no other. Who has it is written down before and after each
    letter, so a letter whose end is not known is never sent a second time unasked. Raise
    ContentError for a bulletin that was not issued as it is, and AlreadyRunningError while
    another one is sent.
    """
    check_issued(made)
    config = office.config
    readers = recipients(config)
    with hold(config.state / _LOCK):
        book = _Book(config.state / _BOOK, made.key)
        post = _Post(office, made.bulletin, server, book, tell)
        wanted = {address.casefold() for address in again}
        for address in readers:
            state = book.of(address)
            if state == _SENT:
                post.note(Delivery(address, Arrival.HAD))
            elif state == _SENDING and address.casefold() not in wanted:
                post.note(Delivery(address, Arrival.UNKNOWN))
            else:
                post.left.append(address)
        post.send()
        return post.deliveries


_SENT, _SENDING = "sent", "sending"


class _Book:
    """Who has a bulletin: a file of the state folder."""

    def __init__(self, path: Path, key: str) -> None:
        self._path = path
        self._all: dict[str, dict[str, str]] = {}
        if path.exists():
            try:
                self._all = json.loads(path.read_text(encoding="utf-8"))
                self._mine = self._all.setdefault(key, {})
            except (OSError, ValueError, AttributeError) as error:
                # Whoever has it would get it again.
                params = {"file": str(path)}
                raise ContentError(Problem("mail-book-broken", params=params)) from error
        self._mine = self._all.setdefault(key, {})

    def of(self, address: str) -> str:
        return str(self._mine.get(address.casefold(), ""))

    def set(self, address: str, state: str) -> None:
        """Write down how far a letter is, "" when it is not under way any more."""
        if state:
            self._mine[address.casefold()] = state
        else:
            self._mine.pop(address.casefold(), None)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(self._all, ensure_ascii=False, indent=1, sort_keys=True)
        write(text.encode(), self._path)


class _Post:
    """One sending: what is left of it, and what became of the rest."""

    def __init__(
        self,
        office: Office,
        said: Bulletin,
        server: MailServer,
        book: _Book,
        tell: Callable[[Delivery], None],
    ) -> None:
        self._office, self._server, self._book, self._tell = office, server, book, tell
        self._said = said
        self.left: list[str] = []
        self.deliveries: list[Delivery] = []

    def note(self, delivery: Delivery) -> None:
        self.deliveries.append(delivery)
        self._tell(delivery)

    def send(self) -> None:
        """Send what is left, over a new connection where one was lost."""
        drops = 0
        while self.left:
            batch, before = list(self.left), len(self.deliveries)
            try:
                self._over_one_connection(batch)
                return
            except NoticeError as error:
                problem = error.problems[0]
            for address in batch:
                if address in self.left and self._book.of(address) == _SENDING:
                    self.left.remove(address)
                    self.note(Delivery(address, Arrival.UNKNOWN, problem))
            drops += 1
            if len(self.deliveries) == before or drops == _DROPS:
                for address in self.left:
                    self.note(Delivery(address, Arrival.NOT_SENT, problem))
                return

    def _over_one_connection(self, batch: Sequence[str]) -> None:
        config = self._office.config
        mails = _mails(self._said, batch)
        now = self._office.now().astimezone(config.schedule.timezone)

        def begin(number: int) -> None:
            self._book.set(batch[number], _SENDING)

        def tell(number: int, problem: Problem | None) -> None:
            address = batch[number]
            self.left.remove(address)
            self._book.set(address, "" if problem else _SENT)
            arrival = Arrival.REFUSED if problem else Arrival.SENT
            self.note(Delivery(address, arrival, problem))

        deliver(self._server, mails, now, tell, begin=begin, pause=config.bulletin.pause)


def _mails(said: Bulletin, addresses: Iterable[str]) -> list[Mail]:
    """Return the letters: the same one, but nobody sees who else gets it."""
    publisher = said.publisher
    said = replace(said, publisher=replace(publisher, imprint=(*publisher.imprint, _LEAVE)))
    subject = " – ".join(filter(None, (said.title, publisher.name)))
    message = Message(subject, letter.text(said))
    page = letter.page(said, lambda photo: f"cid:{_name(photo)}")
    pictures = tuple(
        Inline(_name(photo), photo.content, photo.mime)
        for photo in {p.digest: p for p in said.photos}.values()
        if f"cid:{_name(photo)}" in page
    )
    return [Mail((address,), message, page, pictures, listed=True) for address in addresses]


def _name(photo: Photo) -> str:
    return f"{photo.digest[:24]}@ban-tin"
