"""Plan → Outcomes. Writes the intent to the log before each act on a site, its end after.

The engine owns the two protocols that it needs, :class:`Site` and :class:`Log`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol, TypeVar

from publisher import blocks, render
from publisher.errors import LogError, NotSentError, PublisherError, RefusedError, SiteError
from publisher.model import (
    Article,
    Attempt,
    Draft,
    Event,
    Media,
    Memory,
    Problem,
    Publication,
    RemoteMedia,
    RemotePost,
    SiteInfo,
    State,
    Target,
    Upload,
    Where,
)
from publisher.plan import Action, ActionKind, Plan, wanted_digest

_T = TypeVar("_T")
_GONE = frozenset({"site-gone", "preview-gone"})  # what a site says of a post it does not have


class Site(Protocol):
    """A place where posts are published. Every call may raise a SiteError, nothing else.

    name: of the site in config.toml. editor: form of the content, "blocks" or "classic".
    connections: how many calls may run at once.
    """

    name: str
    editor: str
    connections: int

    def about(self) -> SiteInfo:
        """Prove the account and return what the site says of itself."""
        ...

    def find(self, ids: Sequence[str] = (), slugs: Sequence[str] = ()) -> list[RemotePost]:
        """Return the posts, in every status and the trash too, with these ids or slugs.

        A slug also means its ``-2``, ``-3`` and ``__trashed`` forms.
        """
        ...

    def published(
        self, first: datetime, until: datetime, *, author: str = "", category: str = ""
    ) -> list[RemotePost]:
        """Return what visitors see, whoever put it there, dated from first on, before until.

        author: an account or the name shown; category: a name; "" for all.
        """
        ...

    def answers(self, url: str) -> str:
        """Return "" when a visitor is shown this address, else what is said, such as 404."""
        ...

    def find_media(self, digest: str) -> RemoteMedia | None:
        """Return the picture whose file name carries this digest, or None."""
        ...

    def terms(self, taxonomy: str, names: Sequence[str]) -> dict[str, str]:
        """Return the ids of those terms that exist; taxonomy: "categories" or "tags"."""
        ...

    def create_term(self, taxonomy: str, name: str) -> str:
        """Create a term and return its id; one that exists meanwhile is as good."""
        ...

    def upload(self, upload: Upload) -> RemoteMedia:
        """Send a picture or an attachment."""
        ...

    def create(self, draft: Draft) -> RemotePost:
        """Create a post and return it as the site holds it."""
        ...

    def update(self, remote_id: str, draft: Draft) -> RemotePost:
        """Change a post, out of the trash too, and return it as the site holds it."""
        ...

    def withdraw(self, remote_id: str) -> RemotePost:
        """Put a post into the trash, from which it can be brought back."""
        ...

    def flush(self) -> None:
        """Finish what can wait to the end of a run."""
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...


class Log(Protocol):
    """The publication log, as the engine writes it; every call is one transaction."""

    def memory(self) -> Memory:
        """Return what the plan must know."""
        ...

    def started(self, run_id: int, attempt: Attempt) -> int:
        """Commit that an act begins; return the id of the row."""
        ...

    def finished(
        self,
        run_id: int,
        attempt_id: int,
        state: State,
        *,
        problem: Problem | None = None,
        publication: Publication | None = None,
        media: RemoteMedia | None = None,
        size: int = 0,
        remote_id: str = "",
        url: str = "",
    ) -> None:
        """Commit how an act ended, with what stands on the site since."""
        ...

    def record(self, run_id: int, publication: Publication) -> None:
        """Commit what is known of a post without an act on the site."""
        ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one action."""

    action: ActionKind
    site: str
    key: str
    state: State
    url: str = ""
    remote_id: str = ""
    problem: Problem | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Hands:
    """What the engine works with besides the plan.

    load: a media item made ready for upload; raises PublisherError. now: the clock.
    tell: called with every outcome, from one thread at a time. stop: set when the person
    wants to stop; what is in hand is finished, the rest is left.
    """

    log: Log
    run_id: int
    load: Callable[[Media], Upload]
    now: Callable[[], datetime]
    tell: Callable[[Outcome], None]
    stop: threading.Event


def apply(
    plan: Plan, sites: Mapping[str, Site], targets: Mapping[str, Target], hands: Hands
) -> list[Outcome]:
    """Carry out a plan, site by site, and return an outcome for every action that was due.

    What waits or is kept has no outcome, but for what a person chose in a conflict.
    """
    outcomes: list[Outcome] = []
    memory = hands.log.memory()
    for name, site in sites.items():
        actions = [action for action in plan.actions if action.site == name]
        worker = _Worker(site, targets[name], memory, hands)
        outcomes += worker.run(actions)
    return outcomes


class _Worker:
    """The acts of one run on one site."""

    def __init__(self, site: Site, target: Target, memory: Memory, hands: Hands) -> None:
        self.site = site
        self.target = target
        self.memory = memory
        self.hands = hands
        self.down: Problem | None = None
        self._lock = threading.Lock()
        # WordPress keeps all that it has still to publish in one option, without a lock: two
        # posts that are handed over at once make it forget one of them.
        in_turn = target.schedule == "wordpress"
        self._turn: AbstractContextManager[object] = threading.Lock() if in_turn else nullcontext()
        self._media: dict[str, Future[RemoteMedia]] = {}
        self._terms: dict[tuple[str, str], str | Problem] = {}
        self._addresses: dict[str, str] = {}  # of the posts that this run published
        # WordPress fails when two uploads make the month's folder at once: one goes first.
        self._first_upload = threading.Lock()
        self._uploaded = threading.Event()

    def run(self, actions: Sequence[Action]) -> list[Outcome]:
        outcomes = [self._tell(self._recorded(a)) for a in actions if _only_recorded(a)]
        outcomes += [self._tell(_conflict(a)) for a in actions if a.kind is ActionKind.CONFLICT]
        acts = [
            a
            for a in actions
            if a.kind in (ActionKind.CREATE, ActionKind.UPDATE, ActionKind.WITHDRAW)
        ]
        if not acts:
            return outcomes
        self._find_terms(a.article for a in acts if a.article and a.kind is not ActionKind.WITHDRAW)
        with ThreadPoolExecutor(max(1, self.site.connections)) as pool:
            futures = []
            for act in _targets_first(acts):
                if act.article and act.kind is not ActionKind.WITHDRAW:
                    # Nothing of a post is sent that can't be sent whole.
                    for item in act.article.media if self._has_terms(act.article) else ():
                        pool.submit(self._one_media, item)
                futures.append(pool.submit(self._told, act))
            return outcomes + [future.result() for future in futures]

    def _told(self, action: Action) -> Outcome:
        return self._tell(self._act(action))

    def _tell(self, outcome: Outcome) -> Outcome:
        with self._lock:
            self.hands.tell(outcome)
        return outcome

    def _recorded(self, action: Action) -> Outcome:
        """Write down what needs no request: a post found, renamed, or chosen to be kept."""
        self.hands.log.record(self.hands.run_id, self._publication(action, action.remote))
        remote, had = action.remote, action.publication
        url = remote.url if remote else had.url if had else ""
        remote_id = remote.id if remote else had.remote_id if had else ""
        return Outcome(
            action.kind, action.site, action.key, State.DONE, url, remote_id, reason=action.reason
        )

    def _act(self, action: Action) -> Outcome:
        outcome = Outcome(action.kind, action.site, action.key, State.SKIPPED, reason=action.reason)
        if self.hands.stop.is_set():
            return replace(outcome, problem=Problem("interrupted"))
        if self.down:
            return replace(outcome, state=State.NOT_SENT, problem=self.down)
        try:
            if action.kind is ActionKind.WITHDRAW:
                row = self._withdraw(action)
            else:
                article = action.article
                assert article is not None
                terms = self._term_ids(article)
                media = self._all_media(article)
                action = self._linked(action, article)
                row = self._write(action, self._draft(action, article, terms, media))
                if row.status == "publish":
                    self._addresses[action.key] = row.url
        except SiteError as error:
            return replace(outcome, state=error.state, problem=_at(action, error.problems[0]))
        except LogError:
            self.hands.stop.set()  # what can't be written down must not be done
            raise
        except PublisherError as error:
            return replace(outcome, state=State.NOT_SENT, problem=_at(action, error.problems[0]))
        return replace(outcome, state=State.DONE, url=row.url, remote_id=row.remote_id)

    def _linked(self, action: Action, article: Article) -> Action:
        """Add the links to posts that were published since the plan was made."""
        new = {key: self._addresses[key] for key in article.links if key in self._addresses}
        links = {**action.links, **new}
        return replace(action, links=links, digest=wanted_digest(article, self.target, links))

    def _withdraw(self, action: Action) -> Publication:
        assert action.publication is not None
        remote_id = action.publication.remote_id
        attempt = Attempt(action.site, action.key, "withdraw", title=action.publication.title)

        def withdraw() -> RemotePost | None:
            try:
                return self.site.withdraw(remote_id)
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
            draft.slug,
            draft.title,
            draft.text_digest,
        )
        if action.kind is ActionKind.CREATE:
            return self._logged(attempt, lambda: self.site.create(draft), action)
        had = action.remote or action.publication
        assert had is not None
        remote_id = had.id if isinstance(had, RemotePost) else had.remote_id
        return self._logged(attempt, lambda: self.site.update(remote_id, draft), action)

    def _logged(
        self, attempt: Attempt, act: Callable[[], RemotePost | None], action: Action
    ) -> Publication:
        """Do an act between its two rows of the log; return what then stands on the site."""
        log, run_id = self.hands.log, self.hands.run_id
        attempt_id = log.started(run_id, attempt)
        with self._turn:
            remote = self._settled(attempt_id, act)
        row = self._publication(action, remote)
        log.finished(
            run_id,
            attempt_id,
            State.DONE,
            publication=row,
            remote_id=row.remote_id,
            url=row.url,
        )
        return row

    def _settled(self, attempt_id: int, act: Callable[[], _T]) -> _T:
        """Do an act; when it fails, commit how before the error goes on."""
        try:
            return act()
        except SiteError as error:
            problem = error.problems[0]
            self.hands.log.finished(self.hands.run_id, attempt_id, error.state, problem=problem)
            if error.state is State.NOT_SENT or problem.code == "site-auth":
                self.down = problem  # the rest of the run would only wait for the same answer
            raise

    def _publication(self, action: Action, remote: RemotePost | None) -> Publication:
        """Return the row that says what stands on the site after an action."""
        had, article = action.publication, action.article
        assert action.event is not None
        row = (
            replace(had, previous_key="")
            if had
            else Publication(action.site, action.key, action.event)
        )
        row = replace(row, event=action.event, key=action.key, digest=action.digest or row.digest)
        if had and had.key != action.key:
            row = replace(row, previous_key=had.key)
        if article:
            post = article.post
            row = replace(
                row,
                title=post.title,
                kind=post.kind.value,
                theme=post.theme,
                unit=post.unit,
                authors=post.authors,
                source=post.source,
                shares=post.shares,
                pictures=len(article.pictures),
                article_digest=action.article_digest,
            )
        if remote and action.event is Event.WITHDRAWN:
            # Its slug is changed in the trash; the one it had recognises a renamed file.
            row = replace(row, status=remote.status, fingerprint=remote.fingerprint)
        elif remote:
            row = replace(
                row,
                remote_id=remote.id,
                url=remote.url,
                status=remote.status,
                slug=remote.slug,
                shown_at=remote.shown_at,
                fingerprint=remote.fingerprint,
                content=remote.content,
            )
        return row

    # Pictures

    def _all_media(self, article: Article) -> dict[str, RemoteMedia]:
        """Return the site's media of an article by digest, those that were missing sent."""
        return {item.digest: self._one_media(item) for item in article.media}

    def _one_media(self, item: Media) -> RemoteMedia:
        """Return what the site has of an item; several posts that show it wait for one upload."""
        if known := self.memory.media.get((self.site.name, item.digest)):
            return known
        # A task never waits for one that has not begun: whoever comes first does the work.
        with self._lock:
            mine = item.digest not in self._media
            future = self._media.setdefault(item.digest, Future())
        if mine:
            try:
                future.set_result(self._upload(item))
            except BaseException as error:  # whatever it is, nobody may wait for ever
                future.set_exception(error)
        return future.result()

    def _upload(self, item: Media) -> RemoteMedia:
        if self.hands.stop.is_set():
            raise PublisherError(Problem("interrupted"))
        if self.down:
            raise NotSentError(self.down)
        log, run_id = self.hands.log, self.hands.run_id
        attempt = Attempt(self.site.name, item.digest, "upload", item.digest, item.name)
        # A look costs little beside an upload; it finds what was sent when the answer was
        # lost, or the log.
        if found := self.site.find_media(item.digest):
            attempt_id = log.started(run_id, replace(attempt, action="adopt"))
            log.finished(run_id, attempt_id, State.DONE, media=found, remote_id=found.id)
            return found
        upload = self.hands.load(item)
        attempt_id = log.started(run_id, replace(attempt, name=upload.filename))
        media = self._settled(attempt_id, lambda: self._sent(upload))
        log.finished(run_id, attempt_id, State.DONE, media=media, remote_id=media.id, url=media.url)
        return media

    def _sent(self, upload: Upload) -> RemoteMedia:
        if self._uploaded.is_set():
            return self.site.upload(upload)
        with self._first_upload:
            media = self.site.upload(upload)
            self._uploaded.set()
            return media

    # Terms

    def _wanted_terms(self, article: Article) -> dict[str, tuple[str, ...]]:
        post = article.post
        return {"categories": post.categories or self.target.categories, "tags": post.tags}

    def _find_terms(self, articles: Iterable[Article]) -> None:
        """Find or create the terms of all posts, each once, before posts are sent."""
        wanted: dict[str, dict[str, None]] = {"categories": {}, "tags": {}}
        for article in articles:
            for taxonomy, names in self._wanted_terms(article).items():
                wanted[taxonomy].update(dict.fromkeys(names))
        for taxonomy, all_names in wanted.items():
            try:
                found = self.site.terms(taxonomy, list(all_names)) if all_names else {}
            except SiteError as error:
                self.down = error.problems[0]
                return
            for name in all_names:
                self._terms[taxonomy, name] = found.get(name) or self._create_term(taxonomy, name)

    def _create_term(self, taxonomy: str, name: str) -> str | Problem:
        log, run_id = self.hands.log, self.hands.run_id
        attempt = Attempt(self.site.name, f"{taxonomy}/{name}", "term", name=name)
        attempt_id = log.started(run_id, attempt)
        try:
            term = self._settled(attempt_id, lambda: self.site.create_term(taxonomy, name))
        except SiteError as error:
            return error.problems[0]
        log.finished(run_id, attempt_id, State.DONE, remote_id=term)
        return term

    def _has_terms(self, article: Article) -> bool:
        return all(
            isinstance(self._terms.get((taxonomy, name)), str)
            for taxonomy, names in self._wanted_terms(article).items()
            for name in names
        )

    def _term_ids(self, article: Article) -> dict[str, tuple[str, ...]]:
        """Return the ids of an article's terms. Raise PublisherError when one is missing."""
        ids: dict[str, tuple[str, ...]] = {}
        for taxonomy, names in self._wanted_terms(article).items():
            terms = [self._terms[taxonomy, name] for name in names]
            for name, term in zip(names, terms, strict=True):
                if isinstance(term, Problem):
                    where = article.post.where(taxonomy)
                    params = {**term.params, "taxonomy": taxonomy, "name": name}
                    # The account may not make terms; any other reason says it better itself.
                    code = "term-failed" if term.code == "site-forbidden" else term.code
                    raise PublisherError(Problem(code, where, params))
            ids[taxonomy] = tuple(term for term in terms if isinstance(term, str))
        return ids

    # The post itself

    def _draft(
        self,
        action: Action,
        article: Article,
        terms: Mapping[str, tuple[str, ...]],
        media: Mapping[str, RemoteMedia],
    ) -> Draft:
        html = render.fill(article.html, media, action.links)
        had = action.publication
        shown = had.shown_at if had and had.status != "draft" else None
        date = article.post.date or shown or self.hands.now()
        return Draft(
            title=article.post.title,
            content=blocks.from_html(html) if self.site.editor == "blocks" else html,
            excerpt=article.post.excerpt,
            slug=action.slug,
            status=action.status,
            date=date,
            categories=terms["categories"],
            tags=terms["tags"],
            featured_media=media[article.featured].id if article.featured else "",
            article=article,
        )


def _targets_first(actions: Sequence[Action]) -> list[Action]:
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


def _only_recorded(action: Action) -> bool:
    return action.kind in (ActionKind.KEEP, ActionKind.ADOPT) and action.event is not None


def _conflict(action: Action) -> Outcome:
    remote, had = action.remote, action.publication
    params: dict[str, object] = {"site": action.site, "slug": action.slug}
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
        _at(action, Problem(f"conflict-{action.reason}", params=params)),
        action.reason,
    )


def _at(action: Action, problem: Problem) -> Problem:
    """Give a problem that has no place the post's own file."""
    if problem.where.file or not action.article:
        return problem
    return replace(problem, where=Where(action.article.post.file))
