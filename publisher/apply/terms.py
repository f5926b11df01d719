"""Terms: categories and tags are found or created, each once, before posts are sent."""

from __future__ import annotations

from collections.abc import Iterable

from publisher.apply.bench import Bench
from publisher.errors import PublisherError, SiteError
from publisher.model import Article, Attempt, Problem, State


class Terms:
    """The terms of one site that the posts of this run want."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._ids: dict[tuple[str, str], str | Problem] = {}

    def _wanted(self, article: Article) -> dict[str, tuple[str, ...]]:
        post = article.post
        return {"categories": self._bench.target.categories_of(post), "tags": post.tags}

    def find(self, articles: Iterable[Article]) -> None:
        """Find or create the terms of all posts, each once, before posts are sent."""
        wanted: dict[str, dict[str, None]] = {"categories": {}, "tags": {}}
        for article in articles:
            for taxonomy, names in self._wanted(article).items():
                wanted[taxonomy].update(dict.fromkeys(names))
        for taxonomy, all_names in wanted.items():
            try:
                found = self._bench.site.terms(taxonomy, list(all_names)) if all_names else {}
            except SiteError as error:
                self._bench.down = error.problems[0]
                return
            for name in all_names:
                self._ids[taxonomy, name] = found.get(name) or self._create(taxonomy, name)

    def _create(self, taxonomy: str, name: str) -> str | Problem:
        log, run_id = self._bench.hands.log, self._bench.hands.run_id
        attempt = Attempt(self._bench.site.name, f"{taxonomy}/{name}", "term", name=name)
        attempt_id = log.started(run_id, attempt)
        try:
            term = self._bench.settled(
                attempt_id, lambda: self._bench.site.create_term(taxonomy, name)
            )
        except SiteError as error:
            return error.problems[0]
        log.finished(run_id, attempt_id, State.DONE, remote_id=term)
        return term

    def all_there(self, article: Article) -> bool:
        """Return whether every term of an article was found or created."""
        return all(
            isinstance(self._ids.get((taxonomy, name)), str)
            for taxonomy, names in self._wanted(article).items()
            for name in names
        )

    def of(self, article: Article) -> dict[str, tuple[str, ...]]:
        """Return the ids of an article's terms. Raise PublisherError when one is missing."""
        ids: dict[str, tuple[str, ...]] = {}
        for taxonomy, names in self._wanted(article).items():
            terms = [self._ids[taxonomy, name] for name in names]
            for name, term in zip(names, terms, strict=True):
                if isinstance(term, Problem):
                    where = article.post.where(taxonomy)
                    params = {**term.params, "taxonomy": taxonomy, "name": name}
                    # The account may not make terms; any other reason says it better itself.
                    code = "term-failed" if term.code == "site-forbidden" else term.code
                    raise PublisherError(Problem(code, where, params))
            ids[taxonomy] = tuple(term for term in terms if isinstance(term, str))
        return ids
