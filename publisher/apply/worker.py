"""The acts of one run on one site."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from typing import Any

from publisher import blocks, render
from publisher.apply.bench import Bench
from publisher.apply.media import Shelf
from publisher.apply.protocols import Hands, Outcome, Several, Site
from publisher.apply.queue import Queue
from publisher.apply.rows import at, conflict, only_recorded, publication_of, targets_first
from publisher.apply.short import draft_of
from publisher.apply.terms import Terms
from publisher.errors import LogError, PublisherError, RefusedError, SiteError
from publisher.model import (
    Article,
    Attempt,
    Draft,
    Ending,
    Memory,
    Problem,
    RemoteMedia,
    RemotePost,
    State,
    Target,
)
from publisher.plan import Action, ActionKind, wanted_digest

_GONE = frozenset({"site-gone", "preview-gone"})  # what a site says of a post it does not have


@dataclass(frozen=True, slots=True)
class _Step:
    """An act that can begin. draft: what is written, None for what is withdrawn."""

    action: Action
    attempt: Attempt
    draft: Draft | None = None


class Worker:
    """Carries out the actions of a plan that are for its site."""

    def __init__(self, site: Site, target: Target, memory: Memory, hands: Hands) -> None:
        self._bench = Bench(site, target, memory, hands)
        self._terms = Terms(self._bench)
        self._shelf = Shelf(self._bench)
        self._addresses: dict[str, str] = {}  # of the posts that this run published
        # WordPress keeps all that it has still to publish in one option, without a lock: two
        # posts that are handed over at once make it forget one of them.
        self._short = target.abilities.short is not None
        in_turn = target.schedule == "wordpress"
        self._turn: AbstractContextManager[object] = threading.Lock() if in_turn else nullcontext()

    def run(self, actions: Sequence[Action]) -> list[Outcome]:
        """Carry out actions and return their outcomes."""
        outcomes = [self._tell(self._recorded(a)) for a in actions if only_recorded(a)]
        outcomes += [self._tell(conflict(a)) for a in actions if a.kind is ActionKind.CONFLICT]
        acts = [
            a
            for a in actions
            if a.kind in (ActionKind.CREATE, ActionKind.UPDATE, ActionKind.WITHDRAW)
        ]
        if not acts:
            return outcomes
        acts = targets_first(acts)
        written = [a.article for a in acts if a.article and a.kind is not ActionKind.WITHDRAW]
        if self._short:  # it takes neither terms nor media before the post itself
            written = []
        self._terms.find(written)
        self._shelf.look(item for article in written for item in article.media)
        # Nothing of a post is sent that can't be sent whole.
        sent = [article for article in written if self._terms.all_there(article)]
        queue = Queue(acts, self._bench.site, self._shelf.has)
        with (
            self._shelf.preparing(item for article in sent for item in article.media),
            ThreadPoolExecutor(max(1, self._bench.site.connections)) as pool,
        ):
            futures = []
            for act in acts:
                if act.article and act.kind is not ActionKind.WITHDRAW and not self._short:
                    for item in act.article.media if self._terms.all_there(act.article) else ():
                        pool.submit(self._shelf.item, item)
                futures.append(pool.submit(self._next, queue))
            told = [outcome for future in futures for outcome in future.result()]
        places = {act.key: number for number, act in enumerate(acts)}
        return outcomes + sorted(told, key=lambda outcome: places[outcome.key])

    def _next(self, queue: Queue) -> list[Outcome]:
        """Do what is next in the queue, and tell what became of it."""
        since = time.monotonic()
        try:
            found = [self._step(action) for action in queue.take()]
            steps = [step for step in found if isinstance(step, _Step)]
            ends = iter(self._done(steps) if steps else ())
        except LogError:
            self._bench.unwritten = True  # what can't be written down must not be done
            raise
        outcomes = [next(ends) if isinstance(one, _Step) else one for one in found]
        queue.took(outcomes, time.monotonic() - since)
        return [self._tell(outcome) for outcome in outcomes]

    def _tell(self, outcome: Outcome) -> Outcome:
        with self._bench.lock:
            self._bench.hands.tell(outcome)
        return outcome

    def _recorded(self, action: Action) -> Outcome:
        """Write down what needs no request: a post found, renamed, or chosen to be kept."""
        self._bench.hands.log.record(
            self._bench.hands.run_id, publication_of(action, action.remote, self._bench.target)
        )
        remote, had = action.remote, action.publication
        url = remote.url if remote else had.url if had else ""
        remote_id = remote.id if remote else had.remote_id if had else ""
        return self._ended(action, State.DONE, url=url, remote_id=remote_id)

    def _step(self, action: Action) -> _Step | Outcome:
        """Return an act with all that it needs, or the outcome of one that can't be begun."""
        if self._bench.halted:
            return self._ended(action, State.SKIPPED, problem=Problem("interrupted"))
        if self._bench.down:
            return self._ended(action, State.NOT_SENT, problem=self._bench.down)
        if action.kind is ActionKind.WITHDRAW:
            assert action.publication is not None
            title = action.publication.title
            return _Step(action, Attempt(action.site, action.key, "withdraw", title=title))
        article = action.article
        assert article is not None
        try:
            action = self._linked(action, article)
            draft = self._ready(action, article)
        except LogError:
            raise
        except SiteError as error:
            return self._failed(action, error)
        except PublisherError as error:
            problem = at(action, error.problems[0])
            return self._ended(action, State.NOT_SENT, problem=problem)
        attempt = Attempt(
            action.site,
            action.key,
            action.kind.value,
            action.digest,
            draft.link or draft.slug,
            draft.title or draft.article.post.title,
            draft.text_digest,
        )
        return _Step(action, attempt, draft)

    def _ended(self, action: Action, state: State, **more: Any) -> Outcome:
        return Outcome(action.kind, action.site, action.key, state, reason=action.reason, **more)

    def _failed(self, action: Action, error: SiteError) -> Outcome:
        problem = error.problems[0]
        if error.state is State.UNKNOWN and self._nobody_can_look(action):
            params = {"site": action.site, "key": action.key}
            problem = Problem("conflict-uncertain", params=params)
        return self._ended(action, error.state, problem=at(action, problem))

    def _ready(self, action: Action, article: Article) -> Draft:
        """Return the draft of an article, all that it shows sent before."""
        if self._short:
            return draft_of(action, article, self._bench)
        return self._draft(action, article, self._terms.of(article), self._shelf.of(article))

    def _nobody_can_look(self, action: Action) -> bool:
        """Return whether the next run can't find out by itself what became of an act."""
        new = action.kind is ActionKind.CREATE
        return new and not self._bench.target.abilities.look_up

    def _linked(self, action: Action, article: Article) -> Action:
        """Add the links to posts that were published since the plan was made."""
        new = {key: self._addresses[key] for key in article.links if key in self._addresses}
        links = {**action.links, **new}
        digest = wanted_digest(article, self._bench.target, links, action.credit)
        return replace(action, links=links, digest=digest)

    def _done(self, steps: Sequence[_Step]) -> list[Outcome]:
        """Do acts with one request between their rows of the log; return their outcomes."""
        log, run_id = self._bench.hands.log, self._bench.hands.run_id
        begun = log.begun(run_id, [step.attempt for step in steps])
        with self._turn:
            answers = self._bench.answers(len(steps), lambda: self._asked(steps))
        endings, outcomes = [], []
        for step, attempt_id, answer in zip(steps, begun, answers, strict=True):
            action = step.action
            if isinstance(answer, SiteError):
                endings.append(Ending(attempt_id, answer.state, answer.problems[0]))
                outcomes.append(self._failed(action, answer))
                continue
            row = publication_of(action, answer, self._bench.target)
            endings.append(
                Ending(
                    attempt_id,
                    State.DONE,
                    publication=row,
                    remote_id=row.remote_id,
                    url=row.url,
                )
            )
            outcomes.append(self._ended(action, State.DONE, url=row.url, remote_id=row.remote_id))
            if step.draft and row.status == "publish":
                self._addresses[action.key] = row.url
        log.ended(run_id, endings)
        return outcomes

    def _asked(self, steps: Sequence[_Step]) -> Sequence[RemotePost | SiteError | None]:
        """Ask the site; return its answer to each act, None for a post that it has not."""
        site, (first, *more) = self._bench.site, steps
        if more:
            assert isinstance(site, Several)
            return site.create_all([step.draft for step in steps if step.draft])
        action = first.action
        if first.draft is None:
            return [self._withdrawn(action)]
        if action.kind is ActionKind.CREATE:
            return [site.create(first.draft)]
        had = action.remote or action.publication
        assert had is not None
        remote_id = had.id if isinstance(had, RemotePost) else had.remote_id
        return [site.update(remote_id, first.draft)]

    def _withdrawn(self, action: Action) -> RemotePost | None:
        assert action.publication is not None
        try:
            return self._bench.site.withdraw(action.publication.remote_id)
        except RefusedError as error:
            if error.problems[0].code in _GONE:  # somebody was quicker
                return None
            raise

    def _draft(
        self,
        action: Action,
        article: Article,
        terms: Mapping[str, tuple[str, ...]],
        media: Mapping[str, RemoteMedia],
    ) -> Draft:
        html = render.fill(article.html, media, action.links)
        if action.credit:
            html = render.credited(html, action.credit)
        had = action.publication
        shown = had.shown_at if had and had.status != "draft" else None
        date = article.post.not_before or shown or self._bench.hands.now_on(action.site)
        return Draft(
            title=article.post.title,
            content=blocks.from_html(html) if self._bench.site.editor == "blocks" else html,
            excerpt=article.post.excerpt,
            slug=action.slug,
            status=action.status,
            date=date,
            categories=terms["categories"],
            tags=terms["tags"],
            featured_media=media[article.featured].id if article.featured else "",
            article=article,
            credit=action.credit,
        )
