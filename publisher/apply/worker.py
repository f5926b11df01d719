"""The acts of one run on one site."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace

from publisher import blocks, render
from publisher.apply.bench import Bench
from publisher.apply.media import Shelf
from publisher.apply.protocols import Hands, Outcome, Site
from publisher.apply.rows import at, conflict, only_recorded, publication_of, targets_first
from publisher.apply.short import draft_of
from publisher.apply.terms import Terms
from publisher.errors import LogError, PublisherError, RefusedError, SiteError
from publisher.model import (
    Article,
    Attempt,
    Draft,
    Memory,
    Problem,
    Publication,
    RemoteMedia,
    RemotePost,
    State,
    Target,
)
from publisher.plan import Action, ActionKind, wanted_digest

_GONE = frozenset({"site-gone", "preview-gone"})  # what a site says of a post it does not have


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
        with (
            self._shelf.preparing(item for article in sent for item in article.media),
            ThreadPoolExecutor(max(1, self._bench.site.connections)) as pool,
        ):
            futures = []
            for act in acts:
                if act.article and act.kind is not ActionKind.WITHDRAW and not self._short:
                    for item in act.article.media if self._terms.all_there(act.article) else ():
                        pool.submit(self._shelf.item, item)
                futures.append(pool.submit(self._told, act))
            return outcomes + [future.result() for future in futures]

    def _told(self, action: Action) -> Outcome:
        return self._tell(self._act(action))

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
        return Outcome(
            action.kind, action.site, action.key, State.DONE, url, remote_id, reason=action.reason
        )

    def _act(self, action: Action) -> Outcome:
        outcome = Outcome(action.kind, action.site, action.key, State.SKIPPED, reason=action.reason)
        if self._bench.halted:
            return replace(outcome, problem=Problem("interrupted"))
        if self._bench.down:
            return replace(outcome, state=State.NOT_SENT, problem=self._bench.down)
        try:
            if action.kind is ActionKind.WITHDRAW:
                row = self._withdraw(action)
            else:
                article = action.article
                assert article is not None
                action = self._linked(action, article)
                row = self._write(action, self._ready(action, article))
                if row.status == "publish":
                    self._addresses[action.key] = row.url
        except SiteError as error:
            problem = error.problems[0]
            if error.state is State.UNKNOWN and self._nobody_can_look(action):
                problem = Problem("conflict-uncertain", params={"site": action.site})
            return replace(outcome, state=error.state, problem=at(action, problem))
        except LogError:
            self._bench.unwritten = True  # what can't be written down must not be done
            raise
        except PublisherError as error:
            return replace(outcome, state=State.NOT_SENT, problem=at(action, error.problems[0]))
        return replace(outcome, state=State.DONE, url=row.url, remote_id=row.remote_id)

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

    def _withdraw(self, action: Action) -> Publication:
        assert action.publication is not None
        remote_id = action.publication.remote_id
        attempt = Attempt(action.site, action.key, "withdraw", title=action.publication.title)

        def withdraw() -> RemotePost | None:
            try:
                return self._bench.site.withdraw(remote_id)
            except RefusedError as error:
                if error.problems[0].code in _GONE:  # somebody was quicker
                    return None
                raise

        return self._logged(attempt, withdraw, action)

    def _write(self, action: Action, draft: Draft) -> Publication:
        attempt = Attempt(
            action.site,
            action.key,
            action.kind.value,
            action.digest,
            draft.link or draft.slug,
            draft.title or draft.article.post.title,
            draft.text_digest,
        )
        if action.kind is ActionKind.CREATE:
            return self._logged(attempt, lambda: self._bench.site.create(draft), action)
        had = action.remote or action.publication
        assert had is not None
        remote_id = had.id if isinstance(had, RemotePost) else had.remote_id
        return self._logged(attempt, lambda: self._bench.site.update(remote_id, draft), action)

    def _logged(
        self, attempt: Attempt, act: Callable[[], RemotePost | None], action: Action
    ) -> Publication:
        """Do an act between its two rows of the log; return what then stands on the site."""
        log, run_id = self._bench.hands.log, self._bench.hands.run_id
        attempt_id = log.started(run_id, attempt)
        with self._turn:
            remote = self._bench.settled(attempt_id, act)
        row = publication_of(action, remote, self._bench.target)
        log.finished(
            run_id,
            attempt_id,
            State.DONE,
            publication=row,
            remote_id=row.remote_id,
            url=row.url,
        )
        return row

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
