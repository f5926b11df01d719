"""The three-way diff: what the folder wants, what the log remembers, what the site says.

Pure: no clock, no disk, no network. A plan is made in two steps, because asking a site
costs time: :func:`survey` says which posts must be looked at there (none for unchanged
ones), :func:`plan` decides with the answers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from publisher.model import (
    NO_SITE,
    Article,
    Attempt,
    Event,
    Memory,
    Problem,
    Publication,
    Severity,
    Target,
    Where,
)
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
from publisher.plan.turns import Decision, Line
from publisher.plan.values import Action, ActionKind, Choice, Plan, Question, Seen
from publisher.timetable import Timetable

__all__ = [
    "APPROVAL",
    "EXPIRED",
    "RETURNED",
    "Action",
    "ActionKind",
    "Choice",
    "Order",
    "Plan",
    "Question",
    "Rulings",
    "Seen",
    "Survey",
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
    order = Order(drafts, at_once, keys, tried)
    made = Survey(articles, present, memory, targets, now, order)
    return made.questions, made.certain


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
    asked = [target for target in targets if target.name in seen]
    order = Order(drafts, at_once, keys, tried)
    return Survey(articles, present, memory, asked, now, order).plan(seen, choice)


_Told = tuple[Action | Question | None, Problem | None]


class Survey:
    """Both steps of a plan, for the same posts: what :func:`survey` and :func:`plan` say.

    What is certain without a look is decided once. questions: posts that must be looked at.
    certain: what needs no look.
    """

    def __init__(
        self,
        articles: Iterable[Article],
        present: Collection[str],
        memory: Memory,
        targets: Sequence[Target],
        now: datetime,
        order: Order,
    ) -> None:
        articles = list(articles)
        self._now = now
        self._present = present
        self._known = _Known(articles, present, memory)
        self._decided: list[tuple[Target, Line, list[Decision], list[_Told]]] = []
        self.questions: list[Question] = []
        self.certain: list[Action] = []
        for target in targets:
            cases = list(_cases(articles, target, memory, now, self._known, order))
            line = order.line(target, memory, now, cases)
            decided: list[Decision] = [(case, decide(case)) for case in line.placed(cases)]
            told = list(self._told(target, line, decided))
            self._decided.append((target, line, decided, told))
            for decision, _ in told:
                if isinstance(decision, Question):
                    self.questions.append(decision)
                elif decision:
                    self.certain.append(decision)

    def plan(self, seen: Seen, choice: Choice) -> Plan:
        """Return what is to be done; seen: answers by site, and a site without is left out."""
        actions: list[Action] = []
        problems: list[Problem] = []
        for target, line, decided, told in self._decided:
            if target.name not in seen:
                continue
            if any(isinstance(decision, Question) for _, decision in decided):
                answers = Answers(seen[target.name])
                again = [
                    _answered(case, answers) if isinstance(decision, Question) else (case, decision)
                    for case, decision in decided
                ]
                told = list(self._told(target, line, again))
            for decision, problem in told:
                if isinstance(decision, Action):
                    actions.append(_permitted(_choose(decision, choice)))
                if problem:
                    problems.append(problem)
        now = self._now
        actions.sort(
            key=lambda a: (a.site, not _hurries(a), a.due is not None, a.due or now, a.key)
        )
        return Plan(tuple(actions), tuple(problems), self._at_rest())

    def _at_rest(self) -> frozenset[str]:
        """Return what :attr:`Plan.at_rest` holds."""
        every: set[str] = set()
        others = {*self._known.here(NO_SITE)}
        for _, _, decided, _ in self._decided:
            for case, decision in decided:
                if decision is not None:
                    every.add(case.article.key)
                if not case.rests(decision):
                    others.add(case.article.key)
        return frozenset(every - others)

    def _told(self, target: Target, line: Line, decided: list[Decision]) -> Iterator[_Told]:
        """Yield what comes of what is decided on one site, and what is without a file."""
        _, renamed = self._known.matches(target.name)
        present, now = self._present, self._now
        for (case, decision), problem in line.settled(decided):
            yield decision, case.problem()
            if problem:
                yield None, problem
        for key, publication in self._known.here(target.name).items():
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


def _answered(case: Case, answers: Answers) -> Decision:
    looked = replace(case, seen=answers)
    return looked, decide(looked)


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
    order = Order((), False, (), ())
    foreseen: list[Action] = []
    others: list[Action | Question] = []
    known = _Known(articles, present, memory)
    # A copy follows its home, whose turn is found first.
    for target in sorted(targets, key=lambda target: target.home is not None):
        cases = list(_cases(articles, target, memory, now, known, order))
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
class Order:
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
        self._unsettled = memory.unsettled
        self.rulings = Rulings(articles, present, memory)

    def here(self, site: str) -> Mapping[str, Publication]:
        """Return the publications of a site by the keys that the log has."""
        return self._here.get(site, {})

    def matches(self, site: str) -> tuple[Mapping[str, Publication], Mapping[str, str]]:
        """Return what :func:`renames` says of a site."""
        if site not in self._matches:
            self._matches[site] = renames(self._articles, self._present, self.here(site))
        return self._matches[site]

    def lost(self, site: str) -> Mapping[str, Attempt]:
        """Return the creates without a known end whose files are gone, by what they were named."""
        return {
            sent.name: sent
            for (where, key), sent in self._unsettled.items()
            if where == site and sent.action == "create" and key not in self._present
        }


def _hurries(action: Action) -> bool:
    """Return whether it goes before the others; what waits is shown as it comes."""
    sent = action.kind is not ActionKind.WAIT
    return sent and action.article is not None and action.article.post.urgent


def _cases(
    articles: Iterable[Article],
    target: Target,
    memory: Memory,
    now: datetime,
    known: _Known,
    order: Order,
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
    } | memory.beside.get(target.name, frozenset())
    lost = known.lost(target.name)
    for article in articles:
        old = renamed.get(article.key, "")
        made = known.rulings.newest_move(target.name, article.key, old)
        move = made if holds(made, article.post) else None
        case = Case(
            article=moved_article(article, move) if move else article,
            target=target,
            publication=own.get(article.key),
            renamed_from=old,
            unsettled=memory.unsettled.get((target.name, article.key))
            or memory.unsettled.get((target.name, old)),
            links={k: published[k] for k in article.links if k in published},
            now=now,
            ours=ours,
            seen=None,
            drafting=article.key in order.drafts,
            at_home=at_home.get(article.key),
            content=article.digest,
            move=move,
            dropped=made if is_dropped(made, article.post) else None,
            verdict=known.rulings.verdict(article, old),
        )
        if lost and case.publication is None and case.unsettled is None:
            # Sent under another name, which its file had then: known by the address.
            case = replace(case, unsettled=lost.get(case.link or case.slug))
        yield case


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
