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
    RECORD = "record"  # an activity, told to the log alone


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
    """A post that must be looked at on its site: by id when known there, by slug, or by both."""

    site: str
    key: str
    id: str = ""
    slugs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """Actions in the order in which they are to be done, and what a person should know."""

    actions: tuple[Action, ...]
    problems: tuple[Problem, ...] = ()


_SHOWN = ("publish", "future")
_NO_CHOICE = ("slug-taken", "public", "withdrawn")
"""Conflicts that stay: somebody else's post, or one that a draft would take from its readers."""

Seen = Mapping[str, Sequence[RemotePost]]
"""What each site answered, by site name."""


def survey(
    articles: Iterable[Article],
    present: Collection[str],
    memory: Memory,
    targets: Sequence[Target],
    now: datetime,
    drafts: Collection[str] = (),
) -> tuple[list[Question], list[Action]]:
    """Return the posts that must be looked at before :func:`plan` can decide.

    drafts: keys of posts that are wanted as drafts on these sites, not to be published.
    Also return the actions that are certain without a look: what waits, is kept, withdrawn.
    """
    asked: list[Question] = []
    certain: list[Action] = []
    for decision, _ in _decisions(articles, present, memory, targets, now, None, drafts):
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
    drafts: Collection[str] = (),
) -> Plan:
    """Return what is to be done.

    present: keys of all files in the folder, also of those that have errors and are no
    article. seen: the answers to what :func:`survey` asks; a site that is not in it is left out.
    """
    actions: list[Action] = []
    problems: list[Problem] = []
    asked = [target for target in targets if target.name in seen]
    for decision, problem in _decisions(articles, present, memory, asked, now, seen, drafts):
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
    drafts: Collection[str],
) -> Iterator[tuple[Action | Question | None, Problem | None]]:
    articles = list(articles)
    for target in targets:
        here = {k: p for (site, k), p in memory.publications.items() if site == target.name}
        known, renamed = _renames(articles, present, here)
        published = {
            key: p.url for key, p in known.items() if _live(p) and p.status == "publish" and p.url
        }
        ours = {
            p.remote_id
            for key, p in here.items()
            if p.event is not Event.IMPORTED or key in renamed.values()
        }
        answers = None if seen is None else _Answers(seen.get(target.name, ()))
        for article in articles:
            case = _Case(
                article=article,
                target=target,
                publication=known.get(article.key),
                renamed_from=renamed.get(article.key, ""),
                unsettled=memory.unsettled.get((target.name, article.key))
                or memory.unsettled.get((target.name, renamed.get(article.key, ""))),
                links={k: published[k] for k in article.links if k in published},
                now=now,
                ours=ours,
                seen=answers,
                drafting=article.key in drafts,
            )
            yield case.decide(), case.problem()
        for key, publication in here.items():
            if publication.event is Event.WITHDRAWAL_ASKED:
                yield _withdrawal(publication), None
            elif publication.event is Event.IMPORTED:  # it never had a file
                continue
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
    live = {key: p for key, p in orphans.items() if p.slug and _live(p)}
    by_slug = {p.slug: key for key, p in live.items() if p.event is not Event.IMPORTED}
    imported = {_name(p.title, p.slug): key for key, p in live.items() if p.event is Event.IMPORTED}
    strangers = [article for article in articles if article.key not in here]
    # All matches by content come first: a slug alone is the weaker sign.
    for index, of in ((by_digest, _digest_of), (imported, _name_of), (by_slug, _slug_of)):
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


def _name_of(article: Article) -> str:
    return _name(article.post.title, article.slug)


def _name(title: str, slug: str) -> str:
    """Return what a post that stood on the site before us, and its file, have in common."""
    return f"{re.sub(r'-[0-9]+$', '', slug)} {_same(title)}"


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
    drafting: bool

    @property
    def wanted(self) -> str:
        """Digest of what this site should hold."""
        return wanted_digest(self.article, self.target, self.links)

    @property
    def slug(self) -> str:
        """The author's slug; else the one it has on the site, so that addresses stay.

        A draft's address is nobody's yet: it follows the title.
        """
        row = self.publication
        had = row.slug if row and row.status != "draft" else ""
        return self.article.post.slug or had or self.article.slug

    def action(self, kind: ActionKind, reason: str, **more: object) -> Action:
        values: dict[str, object] = {
            "due": self.article.post.date,
            "article": self.article,
            "publication": self.publication,
            "digest": self.wanted,
            "article_digest": self.article.digest,
            "slug": self.slug,
            "status": self._status(),
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

    @property
    def _waits(self) -> bool:
        here = self.target.schedule != "wordpress"
        return self._ahead and here and not self.drafting

    def decide(self) -> Action | Question | None:
        if not self._for_this_site:
            return None
        if self.article.post.status is Status.DRAFT and not self.drafting:
            return self.action(ActionKind.KEEP, "draft")
        had = self.publication
        if self.drafting and had and (wrong := _beyond_drafting(had)):
            return self.action(ActionKind.CONFLICT, wrong)
        return self._known(had) if had else self._new()

    def _known(self, had: Publication) -> Action | Question | None:
        if had.event is Event.WITHDRAWAL_ASKED:
            return None  # planned with the others that have no file any more
        if had.event is Event.WITHDRAWN:
            return self._keep("withdrawn")
        if had.event is Event.KEPT_SITE and had.article_digest == self.article.digest:
            return self._keep("unchanged")  # what was chosen holds until the file says more
        draft = had.status == "draft"  # to be published, or to be looked at once more
        if draft and self._waits:
            return self.action(ActionKind.WAIT, "date")
        overdue = had.status == "future" and had.shown_at is not None and had.shown_at <= self.now
        if had.digest == self.wanted and not (overdue or draft or self.unsettled):
            if had.shares != self.article.post.shares:  # the site shows nothing of them
                return self._noted()
            return self._keep("scheduled" if had.status == "future" else "unchanged")
        if self._ahead and had.status == "publish":
            return self.action(ActionKind.WAIT, "published-already")
        again = self.unsettled if self.unsettled and self.unsettled.action == "create" else None
        if self.seen is None:
            slugs = (again.name,) if again else ()
            return Question(self.target.name, self.article.key, had.remote_id, slugs)
        remote = self.seen.by_id.get(had.remote_id)
        if remote is None and again:  # it was made anew, and the answer was lost
            return self._new()
        if remote is None:
            return self.action(ActionKind.CONFLICT, "gone")
        if remote.status == "trash":
            return self.action(ActionKind.CONFLICT, "trashed", remote=remote)
        if had.event is Event.IMPORTED:  # it stood there before us: never overwritten unasked
            return self._found(remote)
        return self._looked_at(had, remote)

    def _looked_at(self, had: Publication, remote: RemotePost) -> Action:
        """Decide about a post that stands on the site, by what the site holds."""
        untouched = had.fingerprint in _fingerprints(remote, had)
        hidden = remote.status not in _SHOWN and remote.status != had.status
        if self.drafting and remote.status in _SHOWN:  # somebody published it there
            return self.action(ActionKind.CONFLICT, "public", remote=remote)
        sent = self.unsettled if self.unsettled and self.unsettled.action == "update" else None
        if sent and not untouched and remote.text_digest == sent.sent:
            return self._arrived(sent, remote)
        if not untouched or hidden or had.event is Event.KEPT_SITE:
            return self.action(ActionKind.CONFLICT, "edited", remote=remote)
        status = self._status()
        if had.digest == self.wanted and remote.status == status:
            if self.drafting and not self.unsettled:
                return self._keep("unchanged")
            published = remote.status == "publish" != had.status and not self.unsettled
            event = Event.PUBLISHED if published else Event.ADOPTED
            reason = "published-by-site" if published else "unsettled"
            return self.action(ActionKind.ADOPT, reason, remote=remote, event=event)
        event = _event(status, first=had.status != "publish")
        reason = "edited-file" if had.article_digest != self.article.digest else "links"
        if had.status == "draft" != status:
            reason = "drafted"
        elif had.digest == self.wanted:
            reason = "missed-schedule"
        return self.action(ActionKind.UPDATE, reason, remote=remote, event=event)

    def _noted(self) -> Action:
        event = Event.RENAMED if self.renamed_from else Event.NOTED
        return self.action(ActionKind.KEEP, "shares", event=event)

    def _keep(self, reason: str) -> Action:
        had = self.publication
        if not had or not self.renamed_from:
            return self.action(ActionKind.KEEP, reason)
        # A new name changes nothing about what a person decided of the post.
        decided = had.event in (Event.WITHDRAWN, Event.KEPT_SITE)
        event = had.event if decided else Event.RENAMED
        return self.action(ActionKind.KEEP, "renamed", event=event, digest=had.digest)

    def _new(self) -> Action | Question:
        if self._waits and not self.unsettled:
            return self.action(ActionKind.WAIT, "date")
        if self.seen is None:
            return Question(self.target.name, self.article.key, slugs=self._slugs)
        matches = self._matches(self.seen, self._slugs)
        titles = {_same(self.article.post.title)}
        if self.unsettled:
            titles.add(_same(self.unsettled.title))
        same = [r for r in matches if _same(r.title) in titles]
        if same:
            return self._found(max(same, key=lambda r: r.modified_at))
        taken = [r for r in self._matches(self.seen, (self.slug,)) if r.status != "trash"]
        if taken:
            return self.action(ActionKind.CONFLICT, "slug-taken", remote=taken[0])
        if self._waits:  # the unsettled create did not happen after all
            return self.action(ActionKind.WAIT, "date")
        return self.action(ActionKind.CREATE, "new", event=_event(self._status(), first=True))

    def _found(self, remote: RemotePost) -> Action:
        """Decide about a post that stands on the site, but that the log does not know."""
        if remote.status == "trash":
            return self.action(ActionKind.CONFLICT, "trashed", remote=remote)
        if self.unsettled and self.unsettled.sent == remote.text_digest:
            return self._arrived(self.unsettled, remote)
        shown = remote.status in _SHOWN
        if shown and self.drafting:
            return self.action(ActionKind.CONFLICT, "public", remote=remote)
        if shown and _letters(remote.content) == _letters(self.article.html):
            return self.action(ActionKind.ADOPT, "same", remote=remote, event=Event.ADOPTED)
        return self.action(ActionKind.CONFLICT, "exists", remote=remote)

    def _arrived(self, sent: Attempt, remote: RemotePost) -> Action:
        """Take what was sent as it stands, though the answer never came.

        What the file says today is written by the update that follows when the digests differ.
        """
        now = self.article.digest if sent.digest == self.wanted else ""
        known = {"digest": sent.digest, "article_digest": now}
        return self.action(
            ActionKind.ADOPT, "unsettled", remote=remote, event=Event.ADOPTED, **known
        )

    @property
    def _slugs(self) -> tuple[str, ...]:
        """The slugs under which it may stand on the site: today's, and one sent earlier."""
        sent = self.unsettled.name if self.unsettled else ""
        return tuple(dict.fromkeys(filter(None, (self.slug, sent))))

    def _matches(self, seen: _Answers, slugs: Iterable[str]) -> list[RemotePost]:
        found = {r.id: r for slug in slugs for r in seen.by_slug.get(slug, ())}
        return [r for r in found.values() if r.id not in self.ours]

    def _status(self) -> str:
        if self.drafting:
            return "draft"
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


def _beyond_drafting(had: Publication) -> str:
    """Return why a post can't be made a draft, "" when it can: people can see it, or could."""
    if had.event in (Event.WITHDRAWN, Event.WITHDRAWAL_ASKED):
        return "withdrawn"
    return "public" if had.status in _SHOWN else ""


def _event(status: str, *, first: bool) -> Event:
    """Return what the log is told when a post was sent with a status."""
    unseen = {"future": Event.SCHEDULED, "draft": Event.DRAFTED}
    return unseen.get(status, Event.PUBLISHED if first else Event.UPDATED)


def _fingerprints(remote: RemotePost, had: Publication) -> tuple[str, ...]:
    """Return the fingerprints that a post may have had before it was published on its site.

    WordPress gives a post without a category its default one when its time comes, or when
    somebody publishes a draft there.
    """
    if had.status in ("future", "draft") and remote.status == "publish":
        return (remote.fingerprint, replace(remote, categories=()).fingerprint)
    return (remote.fingerprint,)


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
    if action.reason in _NO_CHOICE:
        return action
    if choice is Choice.OVERWRITE:
        new = action.reason == "gone"
        had = action.publication
        event = _event(action.status, first=new or (had is not None and had.status != "publish"))
        kind = ActionKind.CREATE if new else ActionKind.UPDATE
        return replace(action, kind=kind, event=event)
    if action.reason in ("gone", "trashed"):
        return replace(action, kind=ActionKind.KEEP, event=Event.WITHDRAWN)
    return replace(action, kind=ActionKind.KEEP, event=Event.KEPT_SITE)
