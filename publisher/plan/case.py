"""One article on one site, and what is decided about it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from publisher.model import (
    Article,
    Attempt,
    Event,
    Problem,
    Publication,
    RemotePost,
    Severity,
    Status,
    Target,
)
from publisher.plan.answers import Answers
from publisher.plan.digests import letters, live, same_title, wanted_digest
from publisher.plan.values import Action, ActionKind, Question

_SHOWN = ("publish", "future")


@dataclass(frozen=True, slots=True)
class Case:
    """One article on one site, with all that decides about it."""

    article: Article
    target: Target
    publication: Publication | None
    renamed_from: str
    unsettled: Attempt | None
    links: Mapping[str, str]
    now: datetime
    ours: Collection[str]
    seen: Answers | None
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
        """Return an action on this post here, with what every action has."""
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
        if had and live(had) and had.status == "publish" and self._for_this_site:
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
        """Return what is to be done, what must be asked first, or None for another site's."""
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
        event = event_of(status, first=had.status != "publish")
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
        titles = {same_title(self.article.post.title)}
        if self.unsettled:
            titles.add(same_title(self.unsettled.title))
        same = [r for r in matches if same_title(r.title) in titles]
        if same:
            return self._found(max(same, key=lambda r: r.modified_at))
        taken = [r for r in self._matches(self.seen, (self.slug,)) if r.status != "trash"]
        if taken:
            return self.action(ActionKind.CONFLICT, "slug-taken", remote=taken[0])
        if self._waits:  # the unsettled create did not happen after all
            return self.action(ActionKind.WAIT, "date")
        return self.action(ActionKind.CREATE, "new", event=event_of(self._status(), first=True))

    def _found(self, remote: RemotePost) -> Action:
        """Decide about a post that stands on the site, but that the log does not know."""
        if remote.status == "trash":
            return self.action(ActionKind.CONFLICT, "trashed", remote=remote)
        if self.unsettled and self.unsettled.sent == remote.text_digest:
            return self._arrived(self.unsettled, remote)
        shown = remote.status in _SHOWN
        if shown and self.drafting:
            return self.action(ActionKind.CONFLICT, "public", remote=remote)
        if shown and letters(remote.content) == letters(self.article.html):
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

    def _matches(self, seen: Answers, slugs: Iterable[str]) -> list[RemotePost]:
        found = {r.id: r for slug in slugs for r in seen.by_slug.get(slug, ())}
        return [r for r in found.values() if r.id not in self.ours]

    def _status(self) -> str:
        if self.drafting:
            return "draft"
        return "future" if self._ahead and self.target.schedule == "wordpress" else "publish"


def _beyond_drafting(had: Publication) -> str:
    """Return why a post can't be made a draft, "" when it can: people can see it, or could."""
    if had.event in (Event.WITHDRAWN, Event.WITHDRAWAL_ASKED):
        return "withdrawn"
    return "public" if had.status in _SHOWN else ""


def event_of(status: str, *, first: bool) -> Event:
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
