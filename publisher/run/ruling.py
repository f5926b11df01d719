"""What people decide of posts: contents approved or sent back, dates moved. All of it is logged."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from publisher.activities import is_activity
from publisher.errors import ConfigError, ContentError
from publisher.model import (
    Article,
    Decision,
    Memory,
    Post,
    Problem,
    Publication,
    Ruling,
    Where,
)
from publisher.plan import APPROVAL, RETURNED, Action, Rulings, holds, moved_post
from publisher.run.guarding import guard
from publisher.run.office import Office, own_log
from publisher.run.outlook import Outlook
from publisher.run.publishing import check_keys, published_keys
from publisher.run.reading import Reading, read


@dataclass(frozen=True, slots=True)
class Pending:
    """A post whose content waits for an editor.

    article: as its file has it. sites: that wait for it. due: when it is to appear, None for at
    once. verdict: how it was sent back, None when nobody judged it yet. stands: what visitors
    see of it meanwhile, None for nothing.
    """

    article: Article
    sites: tuple[str, ...]
    due: datetime | None = None
    verdict: Decision | None = None
    stands: Publication | None = None


def pending(look: Outlook) -> tuple[Pending, ...]:
    """Return what waits for an editor, what is due first first."""
    waiting: dict[str, list[Action]] = {}
    for action in look.waiting:
        if action.reason in (APPROVAL, RETURNED):
            waiting.setdefault(action.key, []).append(action)
    rulings = Rulings(look.reading.articles, look.reading.present, look.memory)
    found = [
        _pending(article, waiting[article.key], rulings)
        for article in look.reading.articles
        if article.key in waiting
    ]
    return tuple(sorted(found, key=lambda p: (p.due.timestamp() if p.due else 0, p.article.key)))


def _pending(article: Article, actions: Sequence[Action], rulings: Rulings) -> Pending:
    rows = [a.publication for a in actions if a.publication and a.publication.status == "publish"]
    before = next((a.publication.key for a in actions if a.publication), "")
    return Pending(
        article,
        tuple(action.site for action in actions),
        min((action.due for action in actions if action.due), default=None),
        rulings.verdict(article, before),
        max((row for row in rows if not row.withdrawn), key=lambda row: row.id, default=None),
    )


def judge(
    office: Office, contents: Mapping[str, str], ruling: Ruling, note: str = ""
) -> list[Decision]:
    """Approve posts by their keys, or send them back to their authors with a note.

    contents: the digest of what the editor saw, by key; "" for whatever the file says now.
    Return the decisions; one that holds already is not made again. Raise ConfigError where posts
    need no approval, ContentError for what is no post that can be published, and for what was
    changed since the editor saw it.
    """
    if not office.config.editorial.approval:
        raise ConfigError(Problem("approve-off"))
    with own_log(office) as log:
        memory = log.memory()
        reading = read(office.config, published_keys(memory))
        guard(reading, memory, office, contents)
        check_keys(contents, reading, memory)
        rulings = Rulings(reading.articles, reading.present, memory)
        articles = {article.key: article for article in reading.articles}
        wrong: list[Problem] = []
        made: list[Decision] = []
        for key, seen in contents.items():
            article = articles.get(key)
            if article is None:
                wrong += _unfit(reading, key)
            elif seen and seen != article.content:
                wrong.append(Problem("approve-changed", article.post.where(), {"key": key}))
            elif not _holds_already(rulings.verdict(article), ruling, note):
                title = article.post.title
                made.append(Decision(ruling, "", key, title, article.content, reason=note))
        if wrong:
            raise ContentError(*wrong)
        if made:
            run_id = log.start_run("approve" if ruling is Ruling.APPROVED else "return")
            log.decide(run_id, made)
            log.finish_run(run_id, 0, {ruling.value: len(made)})
    return made


def _holds_already(verdict: Decision | None, ruling: Ruling, note: str) -> bool:
    return verdict is not None and verdict.ruling is ruling and verdict.reason == note


def _unfit(reading: Reading, key: str) -> Iterator[Problem]:
    """Yield why there is nothing to approve under a key."""
    post = next((post for post in reading.posts if post.key == key), None)
    if post and is_activity(post):
        yield Problem("approve-activity", post.where("kind"), {"key": key})
        return
    files = {post.file} if post else {found.file for found in reading.found if found.key == key}
    yield from (problem for problem in reading.problems if problem.where.file in files)
    yield Problem("approve-broken", Where(next(iter(files), "")), {"key": key})


def move(
    office: Office,
    keys: Sequence[str],
    to: datetime | date | None,
    names: Collection[str] = (),
    reason: str = "",
) -> list[Decision]:
    """Give posts another date than their files have, on all their sites or those named.

    to: an aware instant; a day, on which the time of day is kept; None: the file's date again.
    Only the log is written. Raise ContentError for a post that appeared already, one that is for
    none of these sites, and for a date beyond what embargo, last day or today allow.
    """
    config, now = office.config, office.now()
    with own_log(office) as log:
        memory = log.memory()
        reading = read(config, published_keys(memory))
        guard(reading, memory, office, keys)
        check_keys(keys, reading, memory)
        mover = _Mover(office, reading, memory, names, now)
        for key in keys:
            mover.move(key, to, reason)
        if mover.wrong:
            raise ContentError(*mover.wrong)
        run_id = log.start_run("move")
        log.decide(run_id, mover.made)
        log.finish_run(run_id, 0, {"moved": len(mover.made)})
    return mover.made


class _Mover:
    """Makes the decisions of one act, and gathers what is wrong."""

    def __init__(
        self,
        office: Office,
        reading: Reading,
        memory: Memory,
        names: Collection[str],
        now: datetime,
    ) -> None:
        self.made: list[Decision] = []
        self.wrong: list[Problem] = []
        self._config = office.config
        self._zone = office.config.schedule.timezone
        self._reading = reading
        self._memory = memory
        self._names = names
        self._now = now
        self._rulings = Rulings(reading.articles, reading.present, memory)
        self._digests = {article.key: article.digest for article in reading.articles}

    def move(self, key: str, to: datetime | date | None, reason: str) -> None:
        """Move a post on each of its sites that may still get it."""
        post = next((post for post in self._reading.posts if post.key == key), None)
        if post is None:
            files = [found.file for found in self._reading.found if found.key == key]
            self._refuse("move-unread", Where(next(iter(files), "")), key)
            return
        if is_activity(post):
            self._refuse("move-activity", post.where("kind"), key)
            return
        own = [name for name in self._config.sites if not post.sites or name in post.sites]
        wanted = [name for name in own if not self._names or name in self._names]
        if not wanted:
            sites = ", ".join(post.sites)
            self._refuse("move-other-site", post.where("sites"), key, sites=sites)
            return
        open_ = [name for name in wanted if not self._appeared(name, key)]
        if not open_ or (self._names and len(open_) < len(wanted)):
            gone = next(name for name in wanted if name not in open_)
            self._refuse("move-published", post.where("date"), key, site=gone)
            return
        self.made += filter(None, [self._made(post, name, to, reason) for name in open_])
        if not any(made.key == key for made in self.made) and not self.wrong:
            code = "move-none" if to is None else "move-same"
            self._refuse(code, post.where("date"), key)

    def _made(
        self, post: Post, site: str, to: datetime | date | None, reason: str
    ) -> Decision | None:
        """Return a decision that changes something, None for none; note what forbids it."""
        newest = self._rulings.newest_move(site, post.key)
        holding = newest if holds(newest, post) else None
        current = moved_post(post, newest).date
        digest = self._digests.get(post.key, "")
        back = Decision(
            Ruling.MOVED_BACK, site, post.key, post.title, digest, None, post.date, reason
        )
        if to is None:
            return back if holding else None
        moment = to if isinstance(to, datetime) else self._on(to, current)
        if moment == current:
            return None
        for problem in self._forbidden(post, moment):
            self.wrong += [problem] if problem not in self.wrong else []
        if moment == post.date:
            return back
        return replace(back, ruling=Ruling.MOVED, moment=moment.astimezone(UTC))

    def _on(self, day: date, current: datetime | None) -> datetime:
        clock = self._config.schedule.default_time
        if current:
            clock = current.astimezone(self._zone).time()
        return datetime.combine(day, clock, self._zone)

    def _forbidden(self, post: Post, moment: datetime) -> Iterator[Problem]:
        today = self._now.astimezone(self._zone).date()
        if moment.astimezone(self._zone).date() < today:
            yield Problem("move-past", post.where("date"), {"key": post.key})
        if post.embargo and moment < post.embargo:
            value = self._shown(post.embargo)
            yield Problem("move-embargo", post.where("embargo"), {"key": post.key, "value": value})
        if post.expire and moment >= post.expire:
            value = self._shown(post.expire)
            yield Problem("move-expire", post.where("expire"), {"key": post.key, "value": value})

    def _shown(self, moment: datetime) -> str:
        return f"{moment.astimezone(self._zone):%d/%m/%Y %H:%M}"

    def _appeared(self, site: str, key: str) -> bool:
        row = self._memory.publications.get((site, key))
        return row is not None and (row.withdrawn or row.status not in ("draft", "future"))

    def _refuse(self, code: str, where: Where, key: str, **more: object) -> None:
        self.wrong.append(Problem(code, where, {"key": key, **more}))


def moves_of(
    reading: Reading, memory: Memory, names: Iterable[str]
) -> dict[tuple[str, str], Decision]:
    """Return what gives posts another date than their files have, by (site, key)."""
    if not memory.moves:
        return {}
    rulings = Rulings(reading.articles, reading.present, memory)
    found: dict[tuple[str, str], Decision] = {}
    for name in names:
        for post in reading.posts:
            made = rulings.newest_move(name, post.key)
            if made and holds(made, post):
                found[name, post.key] = made
    return found
