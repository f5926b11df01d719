"""From an action to what is written and said of it. No site, no log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from publisher.apply.protocols import Outcome
from publisher.model import Event, Problem, Publication, RemotePost, State, Target, Where
from publisher.plan import EXPIRED, Action, ActionKind


def publication_of(action: Action, remote: RemotePost | None, target: Target) -> Publication:
    """Return the row that says what stands on the site after an action.

    What stands on a channel is no second item of the web: it is counted as what it is there.
    """
    had, article = action.publication, action.article
    assert action.event is not None
    row = (
        replace(had, previous_key="") if had else Publication(action.site, action.key, action.event)
    )
    row = replace(row, event=action.event, key=action.key, digest=action.digest or row.digest)
    if action.event is not Event.WITHDRAWN:  # what stands there has no reason to be away
        row = replace(row, reason="")
    elif action.reason == EXPIRED:  # nobody asked for it but the post itself
        row = replace(row, reason=EXPIRED)
    if had and had.key != action.key:
        row = replace(row, previous_key=had.key)
    elif action.sent_as:
        row = replace(row, previous_key=action.sent_as)
    if article:
        post = article.post
        row = replace(
            row,
            title=post.title,
            kind=target.kind_of(post).value,
            theme=post.theme,
            unit=post.unit,
            authors=post.authors,
            source=post.source,
            shares=post.shares,
            pictures=0 if target.abilities.short else len(article.pictures),
            article_digest=action.article_digest,
        )
    if remote and action.event is Event.WITHDRAWN:
        # Its slug is changed in the trash; the one it had recognises a renamed file.
        row = replace(row, status=remote.status, fingerprint=remote.fingerprint)
    elif remote:
        same = had is not None and had.remote_id == remote.id
        dated = remote.dated_by_site and same and row.shown_at is not None
        row = replace(
            row,
            remote_id=remote.id,
            url=remote.url or row.url if dated else remote.url,
            status=remote.status,
            # A channel has none; this one recognises a renamed file.
            slug=action.slug if target.abilities.short else remote.slug,
            # Nobody can change it there, and not every answer tells it.
            shown_at=row.shown_at if dated else remote.shown_at,
            fingerprint=remote.fingerprint,
            content=remote.content,
        )
    return row


def targets_first(actions: Sequence[Action]) -> list[Action]:
    """Return actions in their order, but each after those that its links lead to.

    Then a link is there when its post is sent; in a circle the next plan sets the last one.
    """
    waiting = {action.key: action for action in actions}
    ordered: list[Action] = []
    for first in actions:
        path, on_path = [first], {first.key}
        while path:
            action = path[-1]
            links = action.article.links if action.article else ()
            before = next((k for k in links if k in waiting and k not in on_path), None)
            if before and action.key in waiting:
                path.append(waiting[before])
                on_path.add(before)
                continue
            if action.key in waiting:
                ordered.append(waiting.pop(action.key))
            path.pop()
    return ordered


def only_recorded(action: Action) -> bool:
    """Return whether an action is done by writing it down: nothing is sent for it."""
    return action.kind in (ActionKind.KEEP, ActionKind.ADOPT) and action.event is not None


def conflict(action: Action) -> Outcome:
    """Return the outcome of a conflict that nobody has decided."""
    remote, had = action.remote, action.publication
    params: dict[str, object] = {"site": action.site, "key": action.key, "slug": action.slug}
    if remote:
        params |= {"url": remote.url, "id": remote.id, "title": remote.title}
    elif had:
        params |= {"url": had.url, "id": had.remote_id, "title": had.title}
    return Outcome(
        action.kind,
        action.site,
        action.key,
        State.SKIPPED,
        remote.url if remote else "",
        remote.id if remote else "",
        at(action, Problem(f"conflict-{action.reason}", params=params)),
        action.reason,
    )


def at(action: Action, problem: Problem) -> Problem:
    """Give a problem that has no place the post's own file."""
    if problem.where.file or not action.article:
        return problem
    return replace(problem, where=Where(action.article.post.file))
