"""The day in short: what went out, what waits, what needs mending; for all, and by author."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from publisher import plan as planning
from publisher.model import Event, Memory, Problem, Publication, Severity
from publisher.plan import Action, ActionKind
from publisher.run.guarding import guard
from publisher.run.office import Office, log_of
from publisher.run.publishing import published_keys
from publisher.run.reading import Reading, read
from publisher.run.reporting import not_counted
from publisher.text import nfc

if TYPE_CHECKING:
    from publisher.log.entries import Entry

_OUT = (Event.PUBLISHED, Event.ADOPTED, Event.RESTORED)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A post that waits for its time, or for an editor; due: None when no time is open to it.

    reason: why it waits, a code. note: what an editor told the author who sent it back.
    """

    title: str
    key: str
    site: str
    due: datetime | None
    reason: str = ""
    note: str = ""

    @property
    def is_judged(self) -> bool:
        """Whether an editor is to say whether it may appear."""
        return self.reason in (planning.APPROVAL, planning.RETURNED)


@dataclass(frozen=True, slots=True)
class Digest:
    """What one reader is told of a day. author: as posts name them; "" for all of them.

    published: what visitors can see since the last digest, oldest first. problems: what is
    wrong with files, and what sites did not take, with the title where that is known.
    """

    author: str
    published: tuple[Publication, ...]
    waiting: tuple[Waiting, ...]
    problems: tuple[tuple[str, Problem], ...]

    @property
    def news(self) -> bool:
        """Whether there is more to say than what waits."""
        return bool(self.published or self.problems)


def digests(office: Office, since: datetime, authors: Iterable[str]) -> tuple[Digest, ...]:
    """Return the digest of all, then one for each of the authors, empty ones left out.

    since: aware, when the last digests were made. Raise LogError, or ContentError without the
    folder.
    """
    config = office.config
    left_out = not_counted(config)
    with log_of(office) as log:
        memory = log.memory()
        rows = [row for row in log.publications(since) if row.site not in left_out]
        failures = [entry for entry in log.failures() if entry.site not in left_out]
    reading = read(config, published_keys(memory))
    guard(reading, memory, office)
    writers = _writers(reading, memory)
    published = tuple(_out(rows, memory))
    waiting = tuple(w for w in _waiting(office, reading, memory) if w.site not in left_out)
    problems = _problems(reading, failures)
    titles = {post.key: post.title for post in reading.posts}
    named = tuple((key, titles.get(key, ""), problem) for key, problem in problems)
    whole = Digest("", published, waiting, tuple((title, p) for _key, title, p in named))
    mine = [
        Digest(
            author,
            tuple(row for row in published if _is_by(author, row.authors)),
            tuple(w for w in waiting if _is_by(author, writers.get(w.key, ()))),
            tuple((title, p) for key, title, p in named if _is_by(author, writers.get(key, ()))),
        )
        for author in authors
    ]
    return tuple(d for d in (whole, *mine) if d.news or d.waiting)


def _is_by(author: str, authors: Sequence[str]) -> bool:
    return _plain(author) in {_plain(name) for name in authors}


def _plain(name: str) -> str:
    return " ".join(nfc(name).casefold().split())


def _writers(reading: Reading, memory: Memory) -> dict[str, tuple[str, ...]]:
    """Return the authors of each key: as the file says, else as the log does."""
    known = {row.key: row.authors for row in memory.publications.values()}
    return known | {post.key: post.authors for post in reading.posts}


def _out(rows: Iterable[Publication], memory: Memory) -> Iterator[Publication]:
    """Yield what appeared and still stands, each once."""
    found = {
        (row.site, row.key): row for row in rows if row.event in _OUT and row.status == "publish"
    }
    for place, row in found.items():
        now = memory.publications.get(place)
        if now is not None and not now.withdrawn:
            yield row


def _waiting(office: Office, reading: Reading, memory: Memory) -> Iterator[Waiting]:
    targets = [office.config.target(name) for name in office.config.sites]
    _asked, certain = planning.survey(
        reading.articles, reading.present, memory, targets, office.now()
    )
    waits = [a for a in certain if a.kind is ActionKind.WAIT or a.reason == "scheduled"]
    rulings = planning.Rulings(reading.articles, reading.present, memory)
    articles = {article.key: article for article in reading.articles}
    for action in sorted(waits, key=_when):
        title = action.article.post.title if action.article else action.key
        verdict = rulings.verdict(articles[action.key]) if action.key in articles else None
        note = verdict.reason if verdict and action.reason == planning.RETURNED else ""
        yield Waiting(title, action.key, action.site, action.due, action.reason, note)


def _when(action: Action) -> float:
    return action.due.timestamp() if action.due else float("inf")


def _problems(reading: Reading, failures: Iterable[Entry]) -> Iterator[tuple[str, Problem]]:
    """Yield what needs mending, by key: errors in files, then what sites did not take."""
    key_of: Mapping[str, str] = {found.file: found.key for found in reading.found}
    key_of = {**key_of, **{post.file: post.key for post in reading.posts}}
    for problem in reading.problems:
        if problem.severity is Severity.ERROR:
            yield key_of.get(problem.where.file, ""), problem
    for entry in failures:
        if entry.problem is not None and entry.action not in ("upload", "term"):
            yield entry.key, entry.problem
