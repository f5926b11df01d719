"""What is decided about one article on one site."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from publisher.model import (
    Attempt,
    Event,
    Publication,
    RemotePost,
    Status,
)
from publisher.plan import blind
from publisher.plan.answers import Answers
from publisher.plan.case import EXPIRED, HOME, SHOWN, Case, event_of
from publisher.plan.digests import letters, live, same_title
from publisher.plan.values import Action, ActionKind, Question


def decide(case: Case) -> Action | Question | None:
    """Return what is to be done, what must be asked first, or None for another site's.

    What no editor approved is not sent; what stands on the site, or may, is looked at all the
    same when that is due.
    """
    if not case.unapproved:
        return _decided(case)
    asked = bool(case.unsettled) or case.overdue
    decision = _decided(case if asked else replace(case, seen=None))
    if decision is None or (asked and isinstance(decision, Question)):
        return decision
    if isinstance(decision, Question):
        return waiting(case)
    had, remote = case.publication, decision.remote
    if decision.kind not in (ActionKind.CREATE, ActionKind.UPDATE, ActionKind.WAIT):
        return decision
    if had and case.overdue and remote and remote.status == "publish":
        return case.action(
            ActionKind.ADOPT,
            "published-by-site",
            remote=remote,
            event=Event.PUBLISHED,
            digest=had.digest,
            article_digest=had.article_digest,
        )
    return waiting(case)


def _decided(case: Case) -> Action | Question | None:
    if not case.for_this_site:
        return None
    had, draft = case.publication, case.article.post.status is Status.DRAFT
    if case.expired and not case.drafting and (had or not draft):
        return _past(case, had)
    if draft and not case.drafting:
        return case.action(ActionKind.KEEP, "draft")
    if case.drafting and had and (wrong := _beyond_drafting(had)):
        return case.action(ActionKind.CONFLICT, wrong)
    if case.drafting and case.embargoed:  # not even a draft leaves the office
        return case.action(ActionKind.WAIT, "embargo", due=case.article.post.embargo)
    return _known(case, had) if had else _new(case)


def _past(case: Case, had: Publication | None) -> Action | Question | None:
    """Decide about a post whose last instant is over."""
    if had is None and case.unsettled:  # is it there after all?
        return _new(case)
    if had and had.event in (Event.WITHDRAWAL_ASKED, Event.WITHDRAWN, Event.IMPORTED):
        return _known(case, had)
    if had and had.event is Event.RESTORATION_ASKED and case.unsettled:  # the same
        return _asked_back(case, had)
    if had is None or not live(had) or had.status == "draft":
        return case.action(ActionKind.KEEP, EXPIRED)
    gone = blind.withdrawal(had, case.target, case.now, EXPIRED)
    return replace(gone, key=case.article.key, due=case.article.post.expire)


def _known(case: Case, had: Publication) -> Action | Question | None:
    if had.event is Event.WITHDRAWAL_ASKED:
        return None  # planned with the others that have no file any more
    if had.event is Event.WITHDRAWN:
        return _keep(case, "withdrawn")
    if had.event is Event.RESTORATION_ASKED:
        return _asked_back(case, had)
    if case.kept:
        return _keep(case, "unchanged")  # what was chosen holds until the file says more
    draft = had.status == "draft"  # to be published, or to be looked at once more
    if draft and (case.held or case.awaits_home) and not case.unsettled:
        return waiting(case)
    if had.digest == case.wanted and not (case.overdue or draft or case.unsettled):
        if had.shares != case.article.post.shares:  # the site shows nothing of them
            return _noted(case)
        return _keep(case, "scheduled" if had.status == "future" else "unchanged")
    if case.ahead and had.status == "publish":
        return case.action(ActionKind.WAIT, "published-already")
    if case.target.abilities.short and not case.link:  # it leads to what is not there any more
        return _keep(case, "unchanged")
    if not case.target.abilities.look_up:
        return blind.unseen(case, had)
    again = case.unsettled if case.unsettled and case.unsettled.action == "create" else None
    if case.seen is None:
        slugs = (again.name,) if again else ()
        return Question(case.target.name, case.article.key, had.remote_id, slugs)
    remote = case.seen.by_id.get(had.remote_id)
    if remote is None and again:  # it was made anew, and the answer was lost
        return _new(case)
    if remote is None:
        return case.action(ActionKind.CONFLICT, "gone")
    if remote.status == "trash":
        return case.action(ActionKind.CONFLICT, "trashed", remote=remote)
    if had.event is Event.IMPORTED:  # it stood there before us: never overwritten unasked
        return _found(case, remote)
    return _looked_at(case, had, remote)


def _looked_at(case: Case, had: Publication, remote: RemotePost) -> Action:
    """Decide about a post that stands on the site, by what the site holds."""
    untouched = had.fingerprint in _fingerprints(remote, had)
    hidden = remote.status not in SHOWN and remote.status != had.status
    if case.drafting and remote.status in SHOWN:  # somebody published it there
        return case.action(ActionKind.CONFLICT, "public", remote=remote)
    sent = case.unsettled if case.unsettled and case.unsettled.action == "update" else None
    if sent and not untouched and remote.text_digest == sent.sent:
        return _arrived(case, sent, remote)
    if not untouched or hidden or had.event is Event.KEPT_SITE:
        return case.action(ActionKind.CONFLICT, "edited", remote=remote)
    status = case.status()
    if had.digest == case.wanted and remote.status == status:
        if case.drafting and not case.unsettled:
            return _keep(case, "unchanged")
        published = remote.status == "publish" != had.status and not case.unsettled
        event = Event.PUBLISHED if published else Event.ADOPTED
        reason = "published-by-site" if published else "unsettled"
        return case.action(ActionKind.ADOPT, reason, remote=remote, event=event)
    if not case.target.abilities.edit:
        return blind.fixed(case, remote)
    event = event_of(status, first=had.status != "publish")
    reason = "edited-file" if case.edited(had) else "links"
    if had.status == "draft" != status:
        reason = "drafted"
    elif had.digest == case.wanted:
        reason = "missed-schedule"
    return case.action(ActionKind.UPDATE, reason, remote=remote, event=event)


def _asked_back(case: Case, had: Publication) -> Action | Question:
    """Decide about a withdrawn post that a person wants to stand there again."""
    if case.waits:
        return waiting(case)
    again = case.unsettled if case.unsettled and case.unsettled.action == "create" else None
    if not case.target.abilities.look_up:
        return _new(case) if again else blind.asked_back(case, had)
    if case.seen is None:
        slugs = (again.name,) if again else ()
        return Question(case.target.name, case.article.key, had.remote_id, slugs)
    remote = case.seen.by_id.get(had.remote_id)
    if remote is None and again:  # it was made anew, and the answer was lost
        return _new(case)
    if remote is None and not case.target.abilities.trash:
        return blind.asked_back(case, replace(had, status="trash"))
    status = case.status()
    event = Event.RESTORED if status == "publish" else event_of(status, first=True)
    if remote is None:
        return case.action(ActionKind.CONFLICT, "gone", event=event)
    shown = remote.status in SHOWN
    sent = case.unsettled
    if sent and shown and remote.text_digest == sent.sent:
        return _arrived(case, sent, remote)
    # A site without a trash, and a person who takes a post out of one, make it a draft.
    resting = remote.status in ("trash", "draft")
    if remote.fingerprint != had.fingerprint or not (shown or resting):
        return case.action(ActionKind.CONFLICT, "edited", remote=remote, event=event)
    if shown:  # somebody was quicker; what the file says today follows
        known = {"digest": had.digest, "article_digest": had.article_digest}
        return case.action(ActionKind.ADOPT, "same", remote=remote, event=Event.ADOPTED, **known)
    if case.expired:  # it can't stand there any more; what was sent did not arrive
        return case.action(ActionKind.KEEP, EXPIRED)
    return case.action(ActionKind.UPDATE, "asked-back", remote=remote, event=event)


def _noted(case: Case) -> Action:
    event = Event.RENAMED if case.renamed_from else Event.NOTED
    return case.action(ActionKind.KEEP, "shares", event=event)


def _keep(case: Case, reason: str) -> Action:
    had = case.publication
    if not had or not case.renamed_from:
        return case.action(ActionKind.KEEP, reason)
    # A new name changes nothing about what a person decided of the post.
    decided = had.event in (Event.WITHDRAWN, Event.KEPT_SITE)
    event = had.event if decided else Event.RENAMED
    return case.action(ActionKind.KEEP, "renamed", event=event, digest=had.digest)


def _new(case: Case) -> Action | Question:
    if (case.held or case.waits) and not case.unsettled:
        return waiting(case)
    if not case.target.abilities.look_up:
        return _unasked(case)
    if case.seen is None:
        return Question(case.target.name, case.article.key, slugs=_slugs(case))
    matches = _matches(case, case.seen, _slugs(case))
    titles = {same_title(case.article.post.title)}
    if case.unsettled:
        titles.add(same_title(case.unsettled.title))
    by_link = case.target.abilities.short is not None
    same = [r for r in matches if by_link or same_title(r.title) in titles]
    if same:
        return _found(case, max(same, key=lambda r: r.modified_at))
    taken = [r for r in _matches(case, case.seen, (case.slug,)) if r.status != "trash"]
    if taken:
        return case.action(ActionKind.CONFLICT, "slug-taken", remote=taken[0])
    return _made(case)


def _unasked(case: Case) -> Action:
    """Decide about a post that the log does not know, on a site that can't be asked."""
    if case.unsettled and case.unsettled.action == "create":
        return blind.uncertain(case, case.unsettled)
    return _made(case)


def _made(case: Case) -> Action:
    """Return that a post is made which does not stand there, if its time has come."""
    if case.expired and not case.drafting:  # the unsettled create did not happen after all
        return case.action(ActionKind.KEEP, EXPIRED)
    if case.waits:
        return waiting(case)
    return case.action(ActionKind.CREATE, "new", event=event_of(case.status(), first=True))


def waiting(case: Case) -> Action:
    """Return what a post does whose time has not come; for its home it waits without a date."""
    reason = case.waits_for
    return case.action(ActionKind.WAIT, reason, **({"due": None} if reason == HOME else {}))


def _found(case: Case, remote: RemotePost) -> Action:
    """Decide about a post that stands on the site, but that the log does not know."""
    if remote.status == "trash":
        return case.action(ActionKind.CONFLICT, "trashed", remote=remote)
    if case.unsettled and case.unsettled.sent == remote.text_digest:
        return _arrived(case, case.unsettled, remote)
    shown = remote.status in SHOWN
    if shown and case.drafting:
        return case.action(ActionKind.CONFLICT, "public", remote=remote)
    if shown and letters(remote.content) in _texts(case):
        return case.action(ActionKind.ADOPT, "same", remote=remote, event=Event.ADOPTED)
    return case.action(ActionKind.CONFLICT, "exists", remote=remote)


def _texts(case: Case) -> Iterator[str]:
    """Yield the text as a site may hold it: as it stands in the file, and with its source."""
    if case.target.abilities.short:
        yield letters(case.text)
        return
    yield letters(case.article.html)
    if case.credit:
        yield letters(case.article.html) + letters(case.credit.text)


def _arrived(case: Case, sent: Attempt, remote: RemotePost) -> Action:
    """Take what was sent as it stands, though the answer never came.

    What the file says today is written by the update that follows when the digests differ.
    """
    now = case.article.digest if sent.digest == case.wanted else ""
    known = {"digest": sent.digest, "article_digest": now}
    return case.action(ActionKind.ADOPT, "unsettled", remote=remote, event=Event.ADOPTED, **known)


def _slugs(case: Case) -> tuple[str, ...]:
    """Return the slugs under which it may stand on the site: today's, and one sent earlier.

    A channel has none: what stands there is known by the address that it leads to.
    """
    sent = case.unsettled.name if case.unsettled else ""
    own = case.link if case.target.abilities.short else case.slug
    return tuple(dict.fromkeys(filter(None, (own, sent))))


def _matches(case: Case, seen: Answers, slugs: Iterable[str]) -> list[RemotePost]:
    found = {r.id: r for slug in slugs for r in seen.by_slug.get(slug, ())}
    if case.target.abilities.short:  # an address is the same or another one, it has no forms
        found = {id_: r for id_, r in found.items() if r.slug in slugs}
    return [r for r in found.values() if r.id not in case.ours]


def _beyond_drafting(had: Publication) -> str:
    """Return why a post can't be made a draft, "" when it can: people can see it, or could."""
    if had.withdrawn or had.event is Event.WITHDRAWAL_ASKED:
        return "withdrawn"
    return "public" if had.status in SHOWN else ""


def _fingerprints(remote: RemotePost, had: Publication) -> tuple[str, ...]:
    """Return the fingerprints that a post may have had before it was published on its site.

    WordPress gives a post without a category its default one when its time comes, or when
    somebody publishes a draft there.
    """
    if had.status in ("future", "draft") and remote.status == "publish":
        return (remote.fingerprint, replace(remote, categories=()).fingerprint)
    return (remote.fingerprint,)
