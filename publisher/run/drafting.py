"""A post as a draft on a real site, to be seen there before it is published."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from publisher.apply import Outcome
from publisher.errors import ConfigError, ContentError
from publisher.model import Article, Problem, Where
from publisher.plan import Choice
from publisher.run.guarding import guard
from publisher.run.office import Office, opened_sites, own_log
from publisher.run.publishing import check_keys, published_keys
from publisher.run.reading import Reading, read
from publisher.run.rounds import Result, Wishes, rounds


@dataclass(frozen=True, slots=True)
class Drafted:
    """What a run did about a draft, and the address at which people with an account see it.

    link: "" when the post does not stand on the site as a draft.
    """

    result: Result
    link: str


def draft(
    office: Office,
    key: str,
    name: str,
    *,
    choice: Choice = Choice.ASK,
    tell: Callable[[Outcome], None] = lambda _: None,
) -> Drafted:
    """Put a post on the site ``name`` as a draft, or bring the draft there up to date.

    The same post of the site is published later by :func:`publisher.run.publish`.
    Raise ConfigError for a site that has no drafts; ContentError for a post that
    has errors, or that is not for this site.
    """
    config = office.config
    abilities = config.sites[name].abilities
    if not abilities.drafts:
        code = "draft-channel" if abilities.short else "draft-preview"
        raise ConfigError(Problem(code, params={"site": name, "key": key}))
    with own_log(office) as log, opened_sites(office, [name]) as (sites, failed):
        memory = log.memory()
        reading = read(config, published_keys(memory))
        guard(reading, memory, office, [key])
        check_keys([key], reading, memory)
        article = _article(reading, key)
        if article.post.sites and name not in article.post.sites:
            raise ContentError(
                Problem("draft-other-site", article.post.where("sites"), {"site": name})
            )
        own = [p for p in reading.problems if p.where.file == article.post.file]
        result = Result(problems=own, unreachable=dict(failed))
        wishes = Wishes([key], choice, lambda _: None, tell, threading.Event(), "draft", [key])
        rounds(office, log, reading, sites, result, wishes)
        # What the plan says of the other posts is not asked for here.
        result.problems = [p for p in result.problems if p.where.file in ("", article.post.file)]
        row = log.memory().publications.get((name, key))
    link = preview_link(row.url) if row and row.status == "draft" else ""
    return Drafted(result, link)


def _article(reading: Reading, key: str) -> Article:
    """Return the article of a key. Raise ContentError with what is wrong when it is none."""
    for article in reading.articles:
        if article.key == key:
            return article
    named = {post.file for post in reading.posts if post.key == key}
    files = named or {found.file for found in reading.found if found.key == key}
    wrong = [problem for problem in reading.problems if problem.where.file in files]
    where = Where(next(iter(files), ""))
    raise ContentError(*wrong, Problem("draft-broken", where, {"key": key}))


def preview_link(url: str) -> str:
    """Given the address that WordPress gives a draft, return that of its preview.

    WordPress shows it to people who are logged in and may edit the post
    (``get_preview_post_link`` adds the same to a draft's ``?p=ID``).
    """
    parts = urlsplit(url)
    query = "&".join(filter(None, (parts.query, "preview=true")))
    return urlunsplit(parts._replace(query=query))
