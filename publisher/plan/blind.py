"""What is decided where a site can't do all that is wished: not be asked, not take back.

What can't be known is never guessed: a person looks, and says what is there.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from publisher.model import Attempt, Event, Publication, RemotePost, Target
from publisher.plan.case import Case
from publisher.plan.values import Action, ActionKind

UNCERTAIN = "uncertain"
"""Sent, the answer never came, and nobody but a person can see whether it arrived."""

FIXED = "fixed"
"""The file says more, and what was sent can't be changed there."""

LATE = "withdraw-late"
"""The site takes nothing away that has stood there so long."""


def unseen(case: Case, had: Publication) -> Action:
    """Decide about a change to what stands on a site that can't be asked.

    An edit is sent again when its answer was lost: it says the same twice.
    """
    if case.unsettled and case.unsettled.action == "create":
        return uncertain(case, case.unsettled)
    if not had.remote_id or not case.target.abilities.edit:
        return fixed(case)
    reason = "edited-file" if case.edited(had) else "unsettled"
    return case.action(ActionKind.UPDATE, reason, event=Event.UPDATED)


def fixed(case: Case, remote: RemotePost | None = None) -> Action:
    """Return that what stands there stays as it is, whatever the file says."""
    return case.action(ActionKind.CONFLICT, FIXED, remote=remote)


def uncertain(case: Case, sent: Attempt) -> Action:
    """Return the conflict of a post that may or may not stand there.

    remote: what stands there if it does, as it was sent; nobody can tell its number.
    """
    began = sent.at or case.now
    remote = RemotePost("", "", "publish", case.slug, sent.title, "", "", began, began)
    now = case.article.digest if sent.digest == case.wanted else ""
    known = {"digest": sent.digest, "article_digest": now}
    return case.action(ActionKind.CONFLICT, UNCERTAIN, remote=remote, **known)


def asked_back(case: Case, had: Publication) -> Action:
    """Decide about a post that is wanted again where what was taken away is gone for good."""
    if had.status == "publish":  # it was not taken away yet
        known = {"digest": had.digest, "article_digest": had.article_digest}
        return case.action(ActionKind.ADOPT, "same", event=Event.ADOPTED, **known)
    return case.action(ActionKind.CREATE, "asked-back", event=Event.RESTORED)


def withdrawal(had: Publication, target: Target, now: datetime, reason: str) -> Action:
    """Return that a publication is taken away, or that a person must do it by hand."""
    within = target.abilities.withdraw_within
    old = within is not None and had.shown_at is not None and now - had.shown_at >= within
    late = old or not had.remote_id
    if late and had.event is Event.KEPT_SITE:  # a person said that it may stay
        return Action(ActionKind.KEEP, had.site, had.key, reason, publication=had)
    return Action(
        ActionKind.CONFLICT if late else ActionKind.WITHDRAW,
        had.site,
        had.key,
        LATE if late else reason,
        event=None if late else Event.WITHDRAWN,
        publication=had,
    )


def chosen(action: Action, *, overwrite: bool) -> Action | None:
    """Return what a person's choice makes of such a conflict, None for any other.

    overwrite: what the file asks for is to be, which may have been done by hand.
    """
    if action.reason == UNCERTAIN and overwrite:  # it is not there
        event = action.event or Event.PUBLISHED
        digest = action.article.digest if action.article else ""
        return replace(action, kind=ActionKind.CREATE, event=event, article_digest=digest)
    if action.reason == UNCERTAIN:
        return replace(action, kind=ActionKind.KEEP, event=Event.ADOPTED)
    if action.reason == LATE:
        event = Event.WITHDRAWN if overwrite else Event.KEPT_SITE
        return replace(action, kind=ActionKind.KEEP, event=event)
    if action.reason == FIXED:
        kept = replace(action, kind=ActionKind.KEEP, event=Event.KEPT_SITE)
        return action if overwrite else kept
    return None
