"""The folder, read, checked and rendered."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from publisher import checks, posts, render
from publisher.activities import Activity, is_activity, read_activity
from publisher.config import Config
from publisher.errors import ContentError
from publisher.model import (
    Article,
    Memory,
    Post,
    Problem,
    Severity,
    SourceFile,
    Status,
    Where,
)
from publisher.run.cards import with_cards
from publisher.run.checking import check_rules, told
from publisher.run.galleries import hang
from publisher.run.inspecting import Inspector
from publisher.run.kept import Kept
from publisher.run.words import Words
from publisher.sources import Folders, Found

if TYPE_CHECKING:
    from publisher.images import Card

LABELS = render.Labels("Tác giả", "Nguồn", "Căn cứ", back="Trở lại nội dung")
"""Words that stand on the website itself, which is Vietnamese whatever the clerk reads."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the folder holds: posts that can be read, articles without error, all problems.

    present: keys of all files, those with errors too. unread: whether a file could not be
    read, so that an ``id`` in it is not known. found: all files. activities: those posts
    that are sent to no site, without those that have errors. cards: share cards by digest.
    """

    folders: Folders
    posts: tuple[Post, ...]
    articles: tuple[Article, ...]
    problems: tuple[Problem, ...]
    present: frozenset[str]
    unread: bool
    found: tuple[Found, ...] = ()
    activities: tuple[Activity, ...] = ()
    cards: Mapping[str, Card] = field(default_factory=dict)


def read(
    config: Config,
    published: Collection[str] = (),
    today: date | None = None,
    kept: Kept | None = None,
) -> Reading:
    """Read, check and render every post of the folder. Raise ContentError without a folder.

    published: keys that stand on a site already; they keep a slug that two posts want.
    today: the day to check a post by that has no date; None leaves that out. kept: what
    earlier readings made, for those that come again and again.
    """
    folders = Folders(
        config.base, config.posts, config.media_folder, config.state / "cache" / "digests.json"
    )
    rules, kept = post_rules(config), kept or Kept()
    found = folders.scan()
    documents = Words(folders, config.state / "cache" / "words.json")
    inspector = Inspector(folders, config)
    read_posts: list[tuple[Found, Post]] = []
    problems: list[Problem] = []
    present: set[str] = set()
    shown: dict[str, Mapping[str, SourceFile]] = {}
    unhung: set[str] = set()
    for file in found:
        try:
            if file.is_word:
                post, wrong = documents.parse(file, rules)
            else:
                post, wrong = kept.parse(folders.read(file), file.key, file.file, rules)
        except ContentError as error:
            post, wrong = None, list(error.problems)
        problems += wrong
        present.add(post.key if post else file.key)
        if post:
            post, shown[file.key], wrong = hang(post, file.path, folders, inspector)
            wrong = _lenient(post, wrong)
            # Two posts may show the same folder.
            problems += [problem for problem in wrong if problem not in problems]
            if any(problem.severity is Severity.ERROR for problem in wrong):
                unhung.add(post.file)
            read_posts.append((file, post))
    # A post with errors takes no address from another; its text is read for more of them.
    bad = unhung | {p.where.file for p in problems if p.severity is Severity.ERROR}
    web = [(file, post) for file, post in read_posts if not is_activity(post)]
    wrong = checks.check(
        (post for _, post in web if post.file not in bad),
        published,
        check_rules(config, today),
        (post for _, post in web if post.file in bad),
    )
    problems += wrong
    bad |= {p.where.file for p in wrong if p.severity is Severity.ERROR}
    # A link to a post that has errors is not dead: it is set when they are mended.
    keys = {file.key: file.key for file in found}
    keys |= {file.key: post.key for file, post in read_posts}
    articles: list[Article] = []
    for file, post in web:
        finder = _finder(documents, file, shown[file.key], inspector)
        article, wrong = _render(folders, keys, file, post, finder, kept)
        problems += wrong
        if article and post.file not in bad:
            articles.append(article)
    held: list[Activity] = []
    for file, post in read_posts:
        if is_activity(post):
            finder = _finder(documents, file, shown[file.key], inspector)
            activity, wrong = read_activity(post, finder)
            problems += wrong
            held += [activity] if activity and post.file not in bad else []
    articles, cards, wrong = with_cards(articles, config)
    problems += wrong
    folders.save()
    inspector.save()
    documents.save()
    problems = [*documents.placed(problems), *documents.lost(), *folders.strays()]
    return Reading(
        folders,
        tuple(post for _, post in read_posts),
        tuple(articles),
        tuple(sorted(told(problems, config), key=lambda p: (p.where, p.severity, p.code))),
        frozenset(present),
        len(read_posts) < len(found),
        tuple(found),
        tuple(held),
        cards,
    )


def post_rules(config: Config) -> posts.Rules:
    """Return what the data of posts may say, in an office of this config."""
    return posts.Rules(
        config.themes,
        tuple(config.sites),
        config.schedule.timezone,
        config.schedule.default_time,
    )


def _finder(
    documents: Words, file: Found, shown: Mapping[str, SourceFile], inspector: Inspector
) -> Callable[[str], SourceFile | None]:
    """Return what finds the files of a post; ``shown``: those that its gallery found."""
    return lambda path: inspector.looked_at(shown.get(path) or documents.picture(file, path))


def _render(
    folders: Folders,
    keys: Mapping[str, str],
    file: Found,
    post: Post,
    find_file: Callable[[str], SourceFile | None],
    kept: Kept,
) -> tuple[Article | None, list[Problem]]:
    def find_post(href: str) -> str | None:
        key = folders.post_key(file.path, href)
        return keys.get(key) if key else None

    article, problems = kept.render(post, find_file, find_post, LABELS)
    return article, _lenient(post, problems)


def _lenient(post: Post, problems: Iterable[Problem]) -> list[Problem]:
    """Return the problems of a post; what is still being written holds nobody up."""
    if post.status is not Status.DRAFT:
        return list(problems)
    return [replace(p, severity=Severity.WARNING) for p in problems]


def guard(reading: Reading, memory: Memory, config: Config) -> None:
    """Raise ContentError when all posts are gone at once: the share may not be mounted."""
    if memory.publications and not reading.present:
        params = {"count": len(memory.publications)}
        where = Where(reading.folders.shown(config.posts))
        raise ContentError(Problem("folder-empty", where, params))
