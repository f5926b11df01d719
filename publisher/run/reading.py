"""The folder, read, checked and rendered; its pictures made ready."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

from publisher import checks, posts, render
from publisher.config import Config
from publisher.errors import ContentError, PublisherError
from publisher.model import (
    Article,
    Memory,
    Picture,
    Post,
    Problem,
    Severity,
    SourceFile,
    Status,
    Upload,
    Where,
)
from publisher.sources import Folders, Found

LABELS = render.Labels("Tác giả", "Nguồn", "Căn cứ", back="Trở lại nội dung")
"""Words that stand on the website itself, which is Vietnamese whatever the clerk reads."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the folder holds: posts that can be read, articles without error, all problems.

    present: keys of all files, those with errors too. unread: whether a file could not be
    read, so that an ``id`` in it is not known.
    """

    folders: Folders
    posts: tuple[Post, ...]
    articles: tuple[Article, ...]
    problems: tuple[Problem, ...]
    present: frozenset[str]
    unread: bool


def read(config: Config, published: Collection[str] = ()) -> Reading:
    """Read, check and render every post of the folder. Raise ContentError without a folder.

    published: keys that stand on a site already; they keep a slug that two posts want.
    """
    folders = Folders(
        config.base, config.posts, config.media, config.state / "cache" / "digests.json"
    )
    rules = posts.Rules(
        config.themes,
        tuple(config.sites),
        config.schedule.timezone,
        config.schedule.default_time,
    )
    found = folders.scan()
    read_posts: list[tuple[Found, Post]] = []
    problems: list[Problem] = []
    present: set[str] = set()
    for file in found:
        try:
            post, wrong = posts.parse(folders.read(file), file.key, file.file, rules)
        except ContentError as error:
            post, wrong = None, list(error.problems)
        problems += wrong
        present.add(post.key if post else file.key)
        if post:
            read_posts.append((file, post))
    wrong = checks.check((post for _, post in read_posts), published)
    problems += wrong
    bad = {p.where.file for p in wrong if p.severity is Severity.ERROR}
    keys = {file.key: post.key for file, post in read_posts}
    articles: list[Article] = []
    for file, post in read_posts:
        article, wrong = _render(folders, keys, file, post)
        problems += wrong
        if article and post.file not in bad:
            articles.append(article)
    folders.save()
    return Reading(
        folders,
        tuple(post for _, post in read_posts),
        tuple(articles),
        tuple(sorted(problems, key=lambda p: (p.where, p.severity, p.code))),
        frozenset(present),
        len(read_posts) < len(found),
    )


def _render(
    folders: Folders, keys: Mapping[str, str], file: Found, post: Post
) -> tuple[Article | None, list[Problem]]:
    def find_post(href: str) -> str | None:
        key = folders.post_key(file.path, href)
        return keys.get(key) if key else None

    article, problems = render.render(
        post, lambda src: folders.picture(file.path, src), find_post, LABELS
    )
    if post.status is Status.DRAFT:  # what is still being written holds nobody up
        problems = [replace(p, severity=Severity.WARNING) for p in problems]
    return article, problems


def guard(reading: Reading, memory: Memory, config: Config) -> None:
    """Raise ContentError when all posts are gone at once: the share may not be mounted."""
    if memory.publications and not reading.present:
        params = {"count": len(memory.publications)}
        where = Where(reading.folders.shown(config.posts))
        raise ContentError(Problem("folder-empty", where, params))


def loader(config: Config, reading: Reading) -> Callable[[Picture], Upload]:
    """Return the function that makes a picture ready, each once for all sites."""
    from publisher import images

    settings = config.images

    def load(picture: Picture) -> Upload:
        source = SourceFile(picture.path, picture.digest)
        data = reading.folders.picture_bytes(source)
        try:
            ready = images.prepare(
                data, longest_side=settings.longest_side, quality=settings.quality
            )
        except PublisherError as error:
            raise type(error)(
                *(replace(p, where=Where(picture.path)) for p in error.problems)
            ) from error
        return Upload(
            digest=picture.digest,
            filename=f"{picture.name}-{picture.digest[:16]}{ready.suffix}",
            content=ready.content,
            mime=ready.mime,
            title=picture.caption or picture.alt or picture.name,
            alt=picture.alt,
            caption=picture.caption,
            width=ready.width,
            height=ready.height,
        )

    return load
