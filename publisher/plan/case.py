"""One article on one site, and what is decided about it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from publisher import channels
from publisher.model import (
    ACTIVITIES,
    Article,
    Attempt,
    Credit,
    Decision,
    Event,
    Problem,
    Publication,
    Ruling,
    Severity,
    Status,
    Target,
)
from publisher.plan.answers import Answers
from publisher.plan.digests import live, wanted_digest
from publisher.plan.rulings import APPROVAL, RETURNED, moved_digest
from publisher.plan.values import Action, ActionKind

EXPIRED = "expired"
"""Why a post is withdrawn by itself, or never published; the log has it as the reason."""

HOME = "home"
"""Why a copy waits: the item does not stand on its home site yet."""

SHOWN = ("publish", "future")
_STANDING = (
    Event.PUBLISHED,
    Event.UPDATED,
    Event.ADOPTED,
    Event.RENAMED,
    Event.NOTED,
    Event.RESTORED,
)
_LENGTHS = ("length", "limit")


@dataclass(frozen=True, slots=True)
class Turn:
    """When a post that nobody has seen yet may go to its site, None for never.

    look: whether it may be now, so that the site is asked. open: whether the hours are.
    """

    release: datetime | None = None
    look: bool = True
    open: bool = True


@dataclass(frozen=True)
class Case:
    """One article on one site, with all that decides about it.

    at_home: what stands on the site that this one has copies from. foreseen: when it will.
    content: digest of the article as its file has it. move: what gave it another date than
    that. dropped: what did before the author changed the date. verdict: on its content.
    """

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
    turn: Turn = Turn()
    at_home: Publication | None = None
    foreseen: datetime | None = None
    content: str = ""
    move: Decision | None = None
    dropped: Decision | None = None
    verdict: Decision | None = None

    @cached_property
    def wanted(self) -> str:
        """Digest of what this site should hold."""
        return wanted_digest(self.article, self.target, self.links, self.credit)

    @property
    def link(self) -> str:
        """The address at home that a channel leads to, "" when it does not stand there."""
        return self.credit.url if self.credit and self.target.abilities.short else ""

    @property
    def text(self) -> str:
        """What a channel is sent, with its link."""
        short = self.target.abilities.short
        assert short is not None
        return channels.message(self.article, self.target.name, short, self.link)

    def _too_long(self) -> tuple[int, int] | None:
        short = self.target.abilities.short
        return channels.too_long(self.article, self.target.name, short) if short else None

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
            "due": self.article.post.not_before,
            "article": self.article,
            "publication": self.publication,
            "digest": self.wanted,
            "article_digest": self.article.digest,
            "slug": self.slug,
            "status": self.status(),
            "links": self.links,
            "credit": self.credit,
            "move": self.move,
            "barred": self.unapproved,
            "sent_as": self._sent_as,
            **more,
        }
        return Action(kind, self.target.name, self.article.key, reason, **values)  # type: ignore[arg-type]

    @property
    def _sent_as(self) -> str:
        sent = self.unsettled
        return sent.key if sent and sent.key != self.article.key else ""

    def rests(self, decision: object) -> bool:
        """Return whether a decision on it stands, as :attr:`Plan.at_rest` says."""
        post, had = self.article.post, self.publication
        told = self.renamed_from or self.unsettled or self.move or self.dropped or self.verdict
        if decision is None:
            return had is None and not told
        if had is None or told or not isinstance(decision, Action):
            return False
        kept = decision.kind is ActionKind.KEEP and decision.reason == "unchanged"
        stands = had.event in _STANDING and had.status == "publish" and had.digest == self.wanted
        dated = post.status is Status.READY and not (post.expire or self.ahead or self.embargoed)
        # Others may change what it links to, and a card shows a picture that is not in the folder.
        alone = not (self.article.links or self.article.card or self.drafting)
        return kept and stands and dated and alone and not decision.event and not self.problem()

    def problem(self) -> Problem | None:
        """Return a warning about a wish that can't be granted by publishing."""
        post, had = self.article.post, self.publication
        if not self.for_this_site or self.drafting:
            return None
        code, key = "", ""
        more: dict[str, object] = {}
        if had and live(had) and had.status == "publish":
            if post.status is Status.DRAFT:
                code, key = "draft-published", "status"
            elif self.embargoed:
                code, key = "embargo-published", "embargo"
            elif self.ahead and had.digest != self.wanted:
                code, key = "date-published", "date"
            elif self.credit and not self.credit.url and self.at_home:
                code, key, more = "copy-alone", "sites", {"home": self.at_home.site}
        elif had and had.event is Event.WITHDRAWN:
            if had.reason == EXPIRED and post.status is Status.READY and not self.expired:
                code, key = "expire-withdrawn", "expire"
        elif self.expired and post.status is Status.READY and not (had and had.status == "future"):
            code, key = "expire-missed", "expire"
        elif self.awaits_home and self.target.home and not self._wanted_on(self.target.home.site):
            code, key, more = "channel-alone", "sites", {"home": self.target.home.site}
        elif not had and (lengths := self._too_long()):
            code, key, more = "social-long", "social", dict(zip(_LENGTHS, lengths, strict=True))
        if not code and self.dropped and (had is None or had.status in ("draft", "future")):
            code, key, more = "move-dropped", "date", self._told_of(self.dropped)
        if not code:
            return None
        params = {"site": self.target.name, **more}
        return Problem(code, post.where(key), params, Severity.WARNING)

    def _told_of(self, made: Decision) -> dict[str, object]:
        moment = made.moment.astimezone(self.target.timetable.zone) if made.moment else None
        return {"moment": f"{moment:%d/%m/%Y %H:%M}" if moment else "", "person": made.person}

    @property
    def unapproved(self) -> bool:
        """Whether an editor must approve what the file says before the site may have it."""
        if not self.target.approval or self.drafting:
            return False
        if self.article.post.kind in ACTIVITIES:  # the page of what a person issued
            return False
        if self.verdict and self.verdict.ruling is Ruling.APPROVED:
            return False
        had = self.publication
        if had is None or had.status == "draft":
            return True
        if had.status == "future" and self.embargoed:  # it is taken back, so that nobody sees it
            return False
        if self.target.abilities.short:  # its text may be another, though the item is the same
            return had.digest != self.wanted
        same = {self.article.digest, self.content}
        if had.shown_at:  # another date alone is no other content
            same.add(moved_digest(self.content, had.shown_at))
        return had.article_digest not in same

    def edited(self, had: Publication) -> bool:
        """Whether the file says something else, and not only what its links lead to."""
        if self.target.abilities.short:
            return had.digest != self.wanted
        return had.article_digest != self.article.digest

    @property
    def overdue(self) -> bool:
        """Whether the site should have published it by itself."""
        had = self.publication
        if had is None or had.status != "future" or had.shown_at is None:
            return False
        return had.shown_at <= self.now

    @property
    def for_this_site(self) -> bool:
        """Whether the author wants it here."""
        return self._wanted_on(self.target.name)

    def _wanted_on(self, site: str) -> bool:
        return not self.article.post.sites or site in self.article.post.sites

    @cached_property
    def is_copy(self) -> bool:
        """Whether it is another site's item, which the author wants there as well."""
        if self.target.abilities.short:  # it leads there, whoever put it there
            return self.target.home is not None
        return self.target.home is not None and self._wanted_on(self.target.home.site)

    @cached_property
    def credit(self) -> Credit | None:
        """The source that a copy states; nothing as long as its home never had it."""
        origin, had = self.target.home, self.at_home
        if origin is None or had is None or not self.is_copy:
            return None
        standing = live(had) and had.status == "publish"
        if not standing and not had.withdrawn:
            return None
        lead = origin.again if self.article.post.source else origin.lead
        return Credit(lead, origin.name, had.url if standing else "")

    @property
    def awaits_home(self) -> bool:
        """Whether its home must have it first: its address there is the source."""
        if not self.is_copy or self.drafting or self.foreseen:
            return False
        return self.credit is None or not self.credit.url

    @cached_property
    def due(self) -> datetime | None:
        """Before what it may not appear, in UTC: clocks that are changed show times twice."""
        due = max(filter(None, (self.article.post.not_before, self.foreseen)), default=None)
        return due.astimezone(UTC) if due else None

    @property
    def ahead(self) -> bool:
        """Whether its date or embargo has not come."""
        return self.due is not None and self.due > self.now

    @property
    def embargoed(self) -> bool:
        """Whether nothing of it may leave the office yet."""
        embargo = self.article.post.embargo
        return embargo is not None and embargo > self.now

    @property
    def expired(self) -> bool:
        """Whether its last instant is over."""
        expire = self.article.post.expire
        return expire is not None and expire <= self.now

    @property
    def hands_over(self) -> bool:
        """Whether the site itself waits for the date; what is embargoed never leaves us."""
        if self.awaits_home or self.foreseen:
            return False
        return self.ahead and self.target.schedule == "wordpress" and not self.embargoed

    @property
    def first(self) -> bool:
        """Whether it would appear for the first time, and so waits for its turn."""
        had, post = self.publication, self.article.post
        if had and (had.status not in ("draft", "future") or not live(had)):
            return False
        if post.status is Status.DRAFT or self.drafting or self.expired or not self.for_this_site:
            return False
        if self.awaits_home or self.unapproved:  # it takes no place in the line
            return False
        if had is None:
            return True
        if self.kept or had.event is Event.WITHDRAWAL_ASKED:
            return False
        moved = had.shown_at != self.due and had.digest != self.wanted
        return had.status == "draft" or moved

    @property
    def kept(self) -> bool:
        """Whether a person chose the site's version, and the file says no more since."""
        had = self.publication
        if had is None or had.event is not Event.KEPT_SITE:
            return False
        if self.target.abilities.short:
            return had.digest == self.wanted
        return had.article_digest == self.article.digest

    @property
    def waits_for(self) -> str:
        """Why it waits: a code that a face words."""
        if self.unapproved:
            return RETURNED if self.verdict else APPROVAL
        post = self.article.post
        if post.not_before and post.not_before > self.now:
            return "embargo" if post.not_before == post.embargo else "date"
        if self.awaits_home or self.ahead:
            return HOME
        return "limit" if self.turn.open else "hours"

    @property
    def waits(self) -> bool:
        """Whether its time has not come, or its home's turn, whatever the hours say."""
        return self.awaits_home or (self.ahead and not self.hands_over and not self.drafting)

    @property
    def held(self) -> bool:
        """Whether others have their turn before it, or the hours are over."""
        return self.first and not self.turn.look

    def status(self) -> str:
        """Return the status with which it would be sent now."""
        if self.drafting:
            return "draft"
        return "future" if self.hands_over else "publish"


def event_of(status: str, *, first: bool) -> Event:
    """Return what the log is told when a post was sent with a status."""
    unseen = {"future": Event.SCHEDULED, "draft": Event.DRAFTED}
    return unseen.get(status, Event.PUBLISHED if first else Event.UPDATED)
