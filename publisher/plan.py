"""The three-way diff: what the folder wants, what the log remembers, what the site says.

Pure: no clock, no disk, no network. A plan is made in two steps, because asking a site
costs time: :func:`survey` says which posts must be looked at there (none for unchanged
ones), :func:`plan` decides with the answers.
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from publisher.model import (
    Article,
    Attempt,
    Event,
    Memory,
    Problem,
    Publication,
    RemotePost,
    Severity,
    Status,
    Target,
    Where,
    digest_of,
)


class ActionKind(StrEnum):
    """What is to be done with a post on a site."""

    CREATE = "create"
    UPDATE = "update"
    ADOPT = "adopt"
    WITHDRAW = "withdraw"
    WAIT = "wait"
    CONFLICT = "conflict"
    KEEP = "keep"


class Choice(StrEnum):
    """What to do about a conflict: leave it, take the site's version, or the file's."""

    ASK = "ask"
    KEEP_SITE = "keep_site"
    OVERWRITE = "overwrite"


@dataclass(frozen=True, slots=True)
class Action:
    """One post on one site, and what is to be done.

    due: when (aware), for what waits. reason: a code that a face words. event: what the log
    is told when it is done. digest: of what the site then holds; article_digest: of the
    article in it, "" when that is not known. links: addresses of the posts it links to, by
    key, where known. remote: what the site holds now, if looked at.
    """

    kind: ActionKind
    site: str
    key: str
    reason: str
    due: datetime | None = None
    event: Event | None = None
    article: Article | None = None
    publication: Publication | None = None
    remote: RemotePost | None = None
    digest: str = ""
    article_digest: str = ""
    slug: str = ""
    status: str = "publish"
    links: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Question:
    """A post that must be looked at on its site: by id when known there, else by slug."""

    site: str
    key: str
    id: str = ""
    slug: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """Actions in the order in which they are to be done, and what a person should know."""

    actions: tuple[Action, ...]
    problems: tuple[Problem, ...] = ()


Seen = Mapping[str, Sequence[RemotePost]]
"""What each site answered, by site name."""


def survey(
    articles: Iterable[Article],
    present: Collection[str],
    memory: Memory,
    targets: Sequence[Target],
    now: datetime,
) -> tuple[list[Question], list[Action]]:
    """Return the posts that must be looked at before :func:`plan` can decide.

    Also return the actions that are certain without a look: what waits, is kept, withdrawn.
    """
    asked: list[Question] = []
    certain: list[Action] = []
    for decision, _ in _decisions(articles, present, memory, targets, now, None):
        if isinstance(decision, Question):
            asked.append(decision)
        elif decision:
            certain.append(decision)
    return asked, certain


def plan(
    articles: Iterable[Article],
    present: Collection[str],
    memory: Memory,
    targets: Sequence[Target],
    now: datetime,
    seen: Seen,
    choice: Choice = Choice.ASK,
) -> Plan:
    """Return what is to be done.

    present: keys of all files in the folder, also of those that have errors and are no
    article. seen: the answers to what :func:`survey` asks; a site that is not in it is left out.
    """
    actions: list[Action] = []
    problems: list[Problem] = []
    asked = [target for target in targets if target.name in seen]
    for decision, problem in _decisions(articles, present, memory, asked, now, seen):
        if isinstance(decision, Action):
            actions.append(_choose(decision, choice))
        if problem:
            problems.append(problem)
    actions.sort(key=lambda a: (a.site, a.due is not None, a.due or now, a.key))
    return Plan(tuple(actions), tuple(problems))


def _decisions(
    articles: Iterable[Article],
    present: Collection[str],
    memory: Memory,
    targets: Sequence[Target],
    now: datetime,
    seen: Seen | None,
) -> Iterator[tuple[Action | Question | None, Problem | None]]:
    articles = list(articles)
    for target in targets:
        here = {k: p for (site, k), p in memory.publications.items() if site == target.name}
        known, renamed = _renames(articles, present, here)
        published = {
            key: p.url for key, p in known.items() if _live(p) and p.status == "publish" and p.url
        }
        ours = {p.remote_id for p in here.values()}
        answers = None if seen is None else _Answers(seen.get(target.name, ()))
        for article in articles:
            case = _Case(
                article=article,
                target=target,
                publication=known.get(article.key),
                renamed_from=renamed.get(article.key, ""),
                unsettled=memory.unsettled.get((target.name, article.key)),
                links={k: published[k] for k in article.links if k in published},
                now=now,
                ours=ours,
                seen=answers,
            )
            yield case.decide(), case.problem()
        for key, publication in here.items():
            if publication.event is Event.WITHDRAWAL_ASKED:
                yield _withdrawal(publication), None
            elif _live(publication) and key not in present and key not in renamed.values():
                params = {"key": key, "site": target.name, "title": publication.title}
                yield None, Problem("file-missing", Where(), params, Severity.WARNING)


def wanted_digest(article: Article, target: Target, links: Mapping[str, str]) -> str:
    """Return the digest of what a site should hold, its links leading to these addresses."""
    defaults = () if article.post.categories else target.categories
    return digest_of(article.digest, target.editor, defaults, sorted(links.items()))


def _live(publication: Publication) -> bool:
    return publication.event is not Event.WITHDRAWN


def _withdrawal(publication: Publication) -> Action:
    return Action(
        ActionKind.WITHDRAW,
        publication.site,
        publication.key,
        "asked",
        event=Event.WITHDRAWN,
        publication=publication,
    )


def _renames(
    articles: Sequence[Article], present: Collection[str], here: Mapping[str, Publication]
) -> tuple[dict[str, Publication], dict[str, str]]:
    """Match posts that the log does not know with publications whose file is gone.

    Return the publications by the keys of today, and the old key of each renamed one.
    """
    known = {key: p for key, p in here.items() if key in present}
    orphans = {key: p for key, p in here.items() if key not in present}
    renamed: dict[str, str] = {}
    if not orphans:
        return known, renamed
    by_digest = {p.article_digest: key for key, p in orphans.items() if p.article_digest}
    by_slug = {p.slug: key for key, p in orphans.items() if p.slug}
    strangers = [article for article in articles if article.key not in here]
    # All matches by content come first: a slug alone is the weaker sign.
    for index, of in ((by_digest, _digest_of), (by_slug, _slug_of)):
        for article in strangers:
            old = index.get(of(article), "")
            if old and article.key not in renamed and old not in renamed.values():
                renamed[article.key] = old
                known[article.key] = orphans[old]
    return known, renamed


def _digest_of(article: Article) -> str:
    return article.digest


def _slug_of(article: Article) -> str:
    return article.slug


@dataclass(frozen=True, slots=True)
class _Case:
    """One article on one site, with all that decides about it."""

    article: Article
    target: Target
    publication: Publication | None
    renamed_from: str
    unsettled: Attempt | None
    links: Mapping[str, str]
    now: datetime
    ours: Collection[str]
    seen: _Answers | None

    @property
    def wanted(self) -> str:
        """Digest of what this site should hold."""
        return wanted_digest(self.article, self.target, self.links)

    @property
    def slug(self) -> str:
        """The author's slug; else the one it has on the site, so that addresses stay."""
        had = self.publication.slug if self.publication else ""
        return self.article.post.slug or had or self.article.slug

    def action(self, kind: ActionKind, reason: str, **more: object) -> Action:
        values: dict[str, object] = {
            "due": self.article.post.date,
            "article": self.article,
            "publication": self.publication,
            "digest": self.wanted,
            "article_digest": self.article.digest,
            "slug": self.slug,
            "links": self.links,
            **more,
        }
        return Action(kind, self.target.name, self.article.key, reason, **values)  # type: ignore[arg-type]

    def problem(self) -> Problem | None:
        """Return a warning about a wish that can't be granted by publishing."""
        post, had = self.article.post, self.publication
        if had and _live(had) and had.status == "publish" and self._for_this_site:
            params = {"site": self.target.name}
            if post.status is Status.DRAFT:
                return Problem("draft-published", post.where("status"), params, Severity.WARNING)
            if self._ahead and had.digest != self.wanted:
                return Problem("date-published", post.where("date"), params, Severity.WARNING)
        return None

    @property
    def _for_this_site(self) -> bool:
        return not self.article.post.sites or self.target.name in self.article.post.sites

    @property
    def _ahead(self) -> bool:
        date = self.article.post.date
        return date is not None and date > self.now

    def decide(self) -> Action | Question | None:
        if not self._for_this_site:
            return None
        if self.article.post.status is Status.DRAFT:
            return self.action(ActionKind.KEEP, "draft")
        return self._known(self.publication) if self.publication else self._new()

    def _known(self, had: Publication) -> Action | Question | None:
        if had.event is Event.WITHDRAWAL_ASKED:
            return None  # planned with the others that have no file any more
        if had.event is Event.WITHDRAWN:
            return self._keep("withdrawn")
        overdue = had.status == "future" and had.shown_at is not None and had.shown_at <= self.now
        if had.digest == self.wanted and not overdue and not self.unsettled:
            return self._keep("scheduled" if had.status == "future" else "unchanged")
        if self._ahead and had.status == "publish":
            return self.action(ActionKind.WAIT, "published-already")
        if self.seen is None:
            return Question(self.target.name, self.article.key, id=had.remote_id)
        remote = self.seen.by_id.get(had.remote_id)
        if remote is None:
            return self.action(ActionKind.CONFLICT, "gone")
        if remote.status == "trash":
            return self.action(ActionKind.CONFLICT, "trashed", remote=remote)
        return self._looked_at(had, remote)

    def _looked_at(self, had: Publication, remote: RemotePost) -> Action:
        """Decide about a post that stands on the site, by what the site holds."""
        holds = had.digest if remote.fingerprint == had.fingerprint else ""
        if self.unsettled and remote.text_digest == self.unsettled.sent:
            holds = self.unsettled.digest  # the update arrived, its answer did not
        if not holds or had.event is Event.KEPT_SITE:
            return self.action(ActionKind.CONFLICT, "edited", remote=remote)
        status = self._status()
        if holds == self.wanted and remote.status == status:
            published = remote.status == "publish" and had.status == "future"
            event = Event.PUBLISHED if published else Event.ADOPTED
            reason = "published-by-site" if published else "unsettled"
            return self.action(ActionKind.ADOPT, reason, remote=remote, event=event)
        event = Event.UPDATED
        if status == "future":
            event = Event.SCHEDULED
        elif had.status == "future":
            event = Event.PUBLISHED
        reason = "edited-file" if had.article_digest != self.article.digest else "links"
        if holds == self.wanted:
            reason = "missed-schedule"
        return self.action(ActionKind.UPDATE, reason, remote=remote, event=event, status=status)

    def _keep(self, reason: str) -> Action:
        if self.renamed_from:
            return self.action(ActionKind.KEEP, "renamed", event=Event.RENAMED)
        return self.action(ActionKind.KEEP, reason)

    def _new(self) -> Action | Question:
        hand_over = self.target.schedule == "wordpress"
        if self._ahead and not hand_over and not self.unsettled:
            return self.action(ActionKind.WAIT, "date")
        if self.seen is None:
            slug = self.unsettled.name if self.unsettled and self.unsettled.name else self.slug
            return Question(self.target.name, self.article.key, slug=slug)
        matches = self._matches(self.seen)
        titles = {_same(self.article.post.title)}
        if self.unsettled:
            titles.add(_same(self.unsettled.title))
        same = [r for r in matches if _same(r.title) in titles]
        if same:
            return self._found(max(same, key=lambda r: r.modified_at))
        if any(r.status != "trash" for r in matches):
            return self.action(ActionKind.CONFLICT, "slug-taken", remote=matches[0])
        if self._ahead and not hand_over:  # the unsettled create did not happen after all
            return self.action(ActionKind.WAIT, "date")
        status = self._status()
        event = Event.SCHEDULED if status == "future" else Event.PUBLISHED
        return self.action(ActionKind.CREATE, "new", event=event, status=status)

    def _found(self, remote: RemotePost) -> Action:
        """Decide about a post that stands on the site, but that the log does not know."""
        if remote.status == "trash":
            return self.action(ActionKind.CONFLICT, "trashed", remote=remote)
        if self.unsettled and self.unsettled.sent == remote.text_digest:
            # Ours, though the answer never came: taken as it stands. What the file says
            # today is written to it by the update that follows when the digests differ.
            was = self.unsettled.digest
            now = self.article.digest if was == self.wanted else ""
            event = Event.ADOPTED
            sent = {"digest": was, "article_digest": now}
            return self.action(ActionKind.ADOPT, "unsettled", remote=remote, event=event, **sent)
        if _letters(remote.content) == _letters(self.article.html):
            return self.action(ActionKind.ADOPT, "same", remote=remote, event=Event.ADOPTED)
        return self.action(ActionKind.CONFLICT, "exists", remote=remote)

    def _matches(self, seen: _Answers) -> list[RemotePost]:
        slugs = {self.slug}
        if self.unsettled and self.unsettled.name:
            slugs.add(self.unsettled.name)
        found = {r.id: r for slug in slugs for r in seen.by_slug.get(slug, ())}
        return [r for r in found.values() if r.id not in self.ours]

    def _status(self) -> str:
        return "future" if self._ahead and self.target.schedule == "wordpress" else "publish"


class _Answers:
    """What one site answered, by id and by the slugs that a post may have been sent with."""

    def __init__(self, seen: Sequence[RemotePost]) -> None:
        self.by_id = {remote.id: remote for remote in seen}
        self.by_slug: dict[str, list[RemotePost]] = {}
        for remote in seen:
            # A slug that was taken gets "-2"; the trash adds "__trashed".
            untrashed = re.sub(r"__trashed(-\d+)?$", "", remote.slug)
            for slug in {remote.slug, untrashed, re.sub(r"-\d+$", "", untrashed)}:
                self.by_slug.setdefault(slug, []).append(remote)


def _same(title: str) -> str:
    return " ".join(html.unescape(title).split()).casefold()


def _letters(markup: str) -> str:
    """Return the letters and digits that a reader sees, so that markup does not matter."""
    text = re.sub(r"<!--.*?-->|<[^>]*>", " ", markup, flags=re.DOTALL)
    return re.sub(r"\W+", "", html.unescape(text)).casefold()


def _choose(action: Action, choice: Choice) -> Action:
    """Return what a person's choice makes of a conflict; anything else unchanged."""
    if action.kind is not ActionKind.CONFLICT or choice is Choice.ASK:
        return action
    if action.reason == "slug-taken":  # somebody else's post: no choice may touch it
        return action
    if choice is Choice.OVERWRITE:
        if action.reason == "gone":
            return replace(action, kind=ActionKind.CREATE, event=Event.PUBLISHED)
        return replace(action, kind=ActionKind.UPDATE, event=Event.UPDATED)
    if action.reason in ("gone", "trashed"):
        return replace(action, kind=ActionKind.KEEP, event=Event.WITHDRAWN)
    return replace(action, kind=ActionKind.KEEP, event=Event.KEPT_SITE)
