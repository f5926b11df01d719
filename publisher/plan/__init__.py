"""The three-way diff: what the folder wants, what the log remembers, what the site says.

Pure: no clock, no disk, no network. A plan is made in two steps, because asking a site
costs time: :func:`survey` says which posts must be looked at there (none for unchanged
ones), :func:`plan` decides with the answers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from publisher.model import Article, Event, Memory, Problem, Publication, Severity, Target, Where
from publisher.plan import blind
from publisher.plan.answers import Answers
from publisher.plan.case import EXPIRED, Case, event_of
from publisher.plan.deciding import decide
from publisher.plan.digests import live, wanted_digest
from publisher.plan.renames import renames
from publisher.plan.rulings import (
    APPROVAL,
    RETURNED,
    Rulings,
    holds,
    is_dropped,
    moved_article,
    moved_post,
)
from publisher.plan.turns import Line
from publisher.plan.values import Action, ActionKind, Choice, Plan, Question, Seen
from publisher.timetable import Timetable

__all__ = [
    "APPROVAL",
    "EXPIRED",
    "RETURNED",
    "Action",
    "ActionKind",
    "Choice",
    "Plan",
    "Question",
    "Rulings",
    "Seen",
    "holds",
    "is_dropped",
    "moved_article",
    "moved_post",
    "plan",
    "renames",
    "survey",
    "upcoming",
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
    *,
    at_once: bool = False,
    keys: Collection[str] = (),
    tried: Collection[tuple[str, str]] = (),
) -> tuple[list[Question], list[Action]]:
    """Return the posts that must be looked at before :func:`plan` can decide.

    drafts: keys of posts that are wanted as drafts on these sites, not to be published.
    at_once: whatever the hours and limits of the sites. keys: who may take a place within the
    limits, () for all. tried: (site, key) of posts that this run has sent already, or tried to.
    Also return the actions that are certain without a look: what waits, is kept, withdrawn.
    """
    asked: list[Question] = []
    certain: list[Action] = []
    order = _Order(drafts, at_once, keys, tried)
    for decision, _ in _decisions(articles, present, memory, targets, now, None, order):
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
    *,
    at_once: bool = False,
    keys: Collection[str] = (),
    tried: Collection[tuple[str, str]] = (),
) -> Plan:
    """Return what is to be done.

    present: keys of all files in the folder, also of those that have errors and are no
    article. seen: the answers to what :func:`survey` asks; a site that is not in it is left out.
    The others as :func:`survey` has them, which must be given the same.
    """
    actions: list[Action] = []
    problems: list[Problem] = []
    asked = [target for target in targets if target.name in seen]
    order = _Order(drafts, at_once, keys, tried)
    for decision, problem in _decisions(articles, present, memory, asked, now, seen, order):
        if isinstance(decision, Action):
            actions.append(_permitted(_choose(decision, choice)))
        if problem:
            problems.append(problem)
    actions.sort(key=lambda a: (a.site, not _hurries(a), a.due is not None, a.due or now, a.key))
    return Plan(tuple(actions), tuple(problems))


def upcoming(
    articles: Iterable[Article],
    present: Collection[str],
    memory: Memory,
    targets: Sequence[Target],
    now: datetime,
) -> tuple[list[Action], list[Action | Question]]:
    """Return all that is to appear for the first time, as it is foreseen without asking a site.

    due: when it may go, None for never. reason: what it waits for, "new" for nothing. Also
    return what :func:`survey` says of the other posts that have a file.
    """
    articles = list(articles)
    order = _Order((), False, (), ())
    foreseen: list[Action] = []
    others: list[Action | Question] = []
    known = _Known(articles, present, memory)
    # A copy follows its home, whose turn is found first.
    for target in sorted(targets, key=lambda target: target.home is not None):
        cases = list(_cases(articles, target, memory, now, known, None, order))
        if target.home:
            at = {a.key: a.due for a in foreseen if a.site == target.home.site}
            cases = [
                replace(c, foreseen=at.get(c.article.key)) if c.awaits_home else c for c in cases
            ]
        for case in order.line(target, memory, now, cases).placed(cases):
            if case.first:
                due = case.turn.release
                reason = "new" if due is not None and due <= now else case.waits_for
                foreseen.append(case.action(ActionKind.WAIT, reason, due=due))
            elif decision := decide(case):
                others.append(decision)
    return foreseen, others


@dataclass(frozen=True, slots=True)
class _Order:
    """What a run is asked for."""

    drafts: Collection[str]
    at_once: bool
    keys: Collection[str]
    tried: Collection[tuple[str, str]]

    def line(self, target: Target, memory: Memory, now: datetime, cases: Iterable[Case]) -> Line:
        """Return the line of a site; the places of posts that are put off are free."""
        anew = {case.publication.key for case in cases if case.first and case.publication}
        promised = (
            p.shown_at
            for (site, key), p in memory.publications.items()
            if site == target.name and p.status == "future" and live(p) and key not in anew
        )
        taken = [*memory.recent.get(target.name, ()), *filter(None, promised)]
        timetable = Timetable() if self.at_once else target.timetable
        tried = {key for site, key in self.tried if site == target.name}
        return Line(timetable, taken, now, self.keys, tried)


class _Known:
    """What the log says of each site, found when it is asked for."""

    def __init__(
        self, articles: Sequence[Article], present: Collection[str], memory: Memory
    ) -> None:
        self._articles = articles
        self._present = present
        self._here: dict[str, dict[str, Publication]] = {}
        for (site, key), publication in memory.publications.items():
            self._here.setdefault(site, {})[key] = publication
        self._matches: dict[str, tuple[dict[str, Publication], dict[str, str]]] = {}
        self.rulings = Rulings(articles, present, memory)

    def here(self, site: str) -> Mapping[str, Publication]:
        """Return the publications of a site by the keys that the log has."""
        return self._here.get(site, {})

    def matches(self, site: str) -> tuple[Mapping[str, Publication], Mapping[str, str]]:
        """Return what :func:`renames` says of a site."""
        if site not in self._matches:
            self._matches[site] = renames(self._articles, self._present, self.here(site))
        return self._matches[site]


def _hurries(action: Action) -> bool:
    """Return whether it goes before the others; what waits is shown as it comes."""
    sent = action.kind is not ActionKind.WAIT
    return sent and action.article is not None and action.article.post.urgent


def _decisions(
    articles: Iterable[Article],
    present: Collection[str],
    memory: Memory,
    targets: Sequence[Target],
    now: datetime,
    seen: Seen | None,
    order: _Order,
) -> Iterator[tuple[Action | Question | None, Problem | None]]:
    articles = list(articles)
    known = _Known(articles, present, memory)
    for target in targets:
        here, (_, renamed) = known.here(target.name), known.matches(target.name)
        answers = None if seen is None else Answers(seen.get(target.name, ()))
        cases = list(_cases(articles, target, memory, now, known, answers, order))
        line = order.line(target, memory, now, cases)
        for (case, decision), problem in line.settled((c, decide(c)) for c in line.placed(cases)):
            yield decision, case.problem()
            if problem:
                yield None, problem
        for key, publication in here.items():
            if publication.event is Event.WITHDRAWAL_ASKED:
                yield blind.withdrawal(publication, target, now, "asked"), None
            elif not publication.has_file:  # it never had one
                continue
            elif publication.event is Event.RESTORATION_ASKED:
                if key not in present and key not in renamed.values():
                    params = {"key": key, "site": target.name, "title": publication.title}
                    yield None, Problem("restore-missing", Where(), params, Severity.WARNING)
            elif live(publication) and key not in present and key not in renamed.values():
                params = {"key": key, "site": target.name, "title": publication.title}
                yield None, Problem("file-missing", Where(), params, Severity.WARNING)


def _cases(
    articles: Iterable[Article],
    target: Target,
    memory: Memory,
    now: datetime,
    known: _Known,
    answers: Answers | None,
    order: _Order,
) -> Iterator[Case]:
    """Yield every article as a case of this site."""
    own, renamed = known.matches(target.name)
    at_home = known.matches(target.home.site)[0] if target.home else {}
    published = {
        key: p.url for key, p in own.items() if live(p) and p.status == "publish" and p.url
    }
    ours = {
        p.remote_id
        for (site, key), p in memory.publications.items()
        if site == target.name and (p.event is not Event.IMPORTED or key in renamed.values())
    }
    for article in articles:
        old = renamed.get(article.key, "")
        made = known.rulings.newest_move(target.name, article.key, old)
        move = made if holds(made, article.post) else None
        yield Case(
            article=moved_article(article, move) if move else article,
            target=target,
            publication=own.get(article.key),
            renamed_from=old,
            unsettled=memory.unsettled.get((target.name, article.key))
            or memory.unsettled.get((target.name, old)),
            links={k: published[k] for k in article.links if k in published},
            now=now,
            ours=ours,
            seen=answers,
            drafting=article.key in order.drafts,
            at_home=at_home.get(article.key),
            content=article.digest,
            move=move,
            dropped=made if is_dropped(made, article.post) else None,
            verdict=known.rulings.verdict(article, old),
        )


def _permitted(action: Action) -> Action:
    """Return an action; what no editor approved is not sent, whatever was chosen."""
    if not action.barred or action.kind not in (ActionKind.CREATE, ActionKind.UPDATE):
        return action
    return replace(action, kind=ActionKind.WAIT, reason=APPROVAL, event=None)


def _choose(action: Action, choice: Choice) -> Action:
    """Return what a person's choice makes of a conflict; anything else unchanged."""
    if action.kind is not ActionKind.CONFLICT or choice is Choice.ASK:
        return action
    if action.reason in _NO_CHOICE:
        return action
    if decided := blind.chosen(action, overwrite=choice is Choice.OVERWRITE):
        return decided
    if choice is Choice.OVERWRITE:
        new = action.reason == "gone"
        had = action.publication
        event = event_of(action.status, first=new or (had is not None and had.status != "publish"))
        kind = ActionKind.CREATE if new else ActionKind.UPDATE
        return replace(action, kind=kind, event=action.event or event)
    if action.remote is None or action.remote.status == "trash":  # away already
        return replace(action, kind=ActionKind.KEEP, event=Event.WITHDRAWN)
    return replace(action, kind=ActionKind.KEEP, event=Event.KEPT_SITE)
