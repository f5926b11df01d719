"""The three-way diff: what the folder wants, what the log remembers, what the site says.

Pure: no clock, no disk, no network. A plan is made in two steps, because asking a site
costs time: :func:`survey` says which posts must be looked at there (none for unchanged
ones), :func:`plan` decides with the answers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from publisher.model import Article, Event, Memory, Problem, Publication, Severity, Target, Where
from publisher.plan.answers import Answers
from publisher.plan.case import Case, event_of
from publisher.plan.digests import live, wanted_digest
from publisher.plan.renames import renames
from publisher.plan.values import Action, ActionKind, Choice, Plan, Question, Seen

__all__ = [
    "Action",
    "ActionKind",
    "Choice",
    "Plan",
    "Question",
    "Seen",
    "plan",
    "survey",
    "wanted_digest",
]

_NO_CHOICE = ("slug-taken", "public", "withdrawn")
"""Conflicts that stay: somebody else's post, or one that a draft would take from its readers."""


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
        known, renamed = renames(articles, present, here)
        published = {
            key: p.url for key, p in known.items() if live(p) and p.status == "publish" and p.url
        }
        ours = {
            p.remote_id
            for key, p in here.items()
            if p.event is not Event.IMPORTED or key in renamed.values()
        }
        answers = None if seen is None else Answers(seen.get(target.name, ()))
        for article in articles:
            case = Case(
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
            elif live(publication) and key not in present and key not in renamed.values():
                params = {"key": key, "site": target.name, "title": publication.title}
                yield None, Problem("file-missing", Where(), params, Severity.WARNING)


def _withdrawal(publication: Publication) -> Action:
    return Action(
        ActionKind.WITHDRAW,
        publication.site,
        publication.key,
        "asked",
        event=Event.WITHDRAWN,
        publication=publication,
    )


def _choose(action: Action, choice: Choice) -> Action:
    """Return what a person's choice makes of a conflict; anything else unchanged."""
    if action.kind is not ActionKind.CONFLICT or choice is Choice.ASK:
        return action
    if action.reason in _NO_CHOICE:
        return action
    if choice is Choice.OVERWRITE:
        new = action.reason == "gone"
        had = action.publication
        event = event_of(action.status, first=new or (had is not None and had.status != "publish"))
        kind = ActionKind.CREATE if new else ActionKind.UPDATE
        return replace(action, kind=kind, event=event)
    if action.reason in ("gone", "trashed"):
        return replace(action, kind=ActionKind.KEEP, event=Event.WITHDRAWN)
    return replace(action, kind=ActionKind.KEEP, event=Event.KEPT_SITE)
