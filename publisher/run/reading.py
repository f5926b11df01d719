"""The folder, read, checked and rendered."""

from __future__ import annotations

from collections.abc import (
    Callable,
    Collection,
    Container,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache as cache_of
from pathlib import PurePosixPath
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
from publisher.run.arrivals import Arrivals, copies, originals, without_media
from publisher.run.cards import with_cards
from publisher.run.checking import check_rules, told
from publisher.run.galleries import hang
from publisher.run.inspecting import Inspector
from publisher.run.kept import FindPost, Kept
from publisher.run.making import made_by
from publisher.run.parts import Known, read_in_parts
from publisher.run.records import Record
from publisher.run.words import Words
from publisher.sources import AwayError, Folders, Found, Notes, Settling

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
    made: PDF files that the program makes itself, by digest.
    arriving: keys of posts that wait for another reading: they are being written or copied, or
    a file that they show is. resting: keys of posts that nobody need look at, which are not
    among the posts and the articles: they stand as they should.
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
    arriving: frozenset[str] = frozenset()
    made: Mapping[str, Callable[[], bytes]] = field(default_factory=dict)
    resting: frozenset[str] = frozenset()

    def knows_all(self, memory: Memory) -> bool:
        """Return whether the keys of all files are known.

        If not, what seems missing may be a file that can't be read yet, or one under a new name.
        """
        return not self.unread and self.arriving <= {key for _, key in memory.publications}


def read(
    config: Config,
    published: Container[str] = (),
    today: date | None = None,
    settling: Settling | None = None,
    *,
    editing: bool = False,
    kept: Kept | None = None,
) -> Reading:
    """Read, check and render every post of the folder.

    published: keys that stand on a site already; they keep a slug that two posts want.
    today: the day to check a post by that has no date; None leaves that out. settling: what
    earlier readings saw; then a file is taken only when it stood still since. editing: take a
    document that is open in Word as it was saved last. kept: what parses and renders, and knows
    what earlier readings did.

    Raise ContentError without a folder, or when one went away while it was read.
    """
    kept = kept or Kept()
    known, found = _begin(config, kept, settling)
    if read_in_parts(config, kept.unknown(found), known_of, _read_part, today):
        known, found = _begin(config, kept, settling)
    return _read(config, known, found, kept, settling, published, today, editing=editing)


def known_of(config: Config, settling: Settling | None = None) -> Known:
    """Return what is known to a reading of a folder. settling: what earlier ones saw."""
    cache = config.state / "cache"
    folders = Folders(
        config.base, config.posts, config.media_folder, cache / "digests.json", settling
    )
    notes = Notes(cache / "reading.sqlite3", made_by(config, post_rules(config)))
    return Known(folders, Inspector(folders, config), notes)


def _begin(config: Config, kept: Kept, settling: Settling | None) -> tuple[Known, list[Found]]:
    known = known_of(config, settling)
    kept.begin(known.folders, known.notes, config.schedule.timezone)
    return known, known.folders.scan()


def _read_part(config: Config, files: Collection[str], today: date | None) -> None:
    """Read these files of the folder, so that what they say is known to the next reading."""
    kept = Kept()
    known, found = _begin(config, kept, None)
    _read(config, known, found, kept, None, (), today, only=frozenset(files))


def _read(
    config: Config,
    known: Known,
    every: Sequence[Found],
    kept: Kept,
    settling: Settling | None,
    published: Container[str],
    today: date | None,
    *,
    editing: bool = False,
    only: Collection[str] | None = None,
) -> Reading:
    """Read what was found, or ``only`` some of it. The rest is as in :func:`read`."""
    folders, inspector, rules = known.folders, known.inspector, post_rules(config)
    found = every if only is None else [file for file in every if file.file in only]
    documents = Words(folders, config.state / "cache" / "words.json")
    arrivals = Arrivals(folders, settling)
    read_posts: list[tuple[Found, Post]] = []
    problems: list[Problem] = []
    # What cannot be read may have another key, which an "id" in it says.
    present, unread = set(folders.others), False
    shown: dict[str, Mapping[str, SourceFile]] = {}
    still: dict[str, Record] = {}
    unhung: set[str] = set()

    def take(file: Found) -> None:
        nonlocal problems, unread
        post: Post | None = None
        if arrivals.look(file, editing=editing):
            if not arrivals.waits(file) and (record := kept.still(file)):
                still[file.file] = record
                post, wrong = record.post, record.parsed
                arrivals.rests(file, record.shown)
            else:
                post, wrong = _parse(file, folders, documents, kept, rules, arrivals)
            problems += wrong
        present.add(post.key if post else file.key)
        unread = unread or post is None
        if post:
            arrivals.knows(file, post)
            if file.file in still:
                shown[file.key], wrong = {}, still[file.file].hung
            else:
                kept.watch(post.file)
                post, shown[file.key], wrong = hang(post, file, folders, inspector, arrivals)
                kept.hung(post, wrong)
            wrong = arrivals.softened(file, _lenient(post, wrong))
            # Two posts may show the same folder.
            problems += [problem for problem in wrong if problem not in problems]
            if any(problem.severity is Severity.ERROR for problem in wrong):
                unhung.add(post.file)
            read_posts.append((file, post))

    for file in found:
        if not kept.resting(file):
            take(file)
    if woken := kept.wake((post for _, post in read_posts), originals(read_posts)):
        for file in found:
            if file.file in woken:
                take(file)
        read_posts.sort(key=lambda each: each[0].key)
    resting = {file.file: key for file in found if (key := kept.resting(file))}
    present |= set(resting.values())
    # A post with errors takes no address from another; its text is read for more of them.
    twice = {p.where.file for p in folders.passed_over() if p.severity is Severity.ERROR}
    bad = unhung | twice | {p.where.file for p in problems if p.severity is Severity.ERROR}
    settled = [(file, post) for file, post in read_posts if not arrivals.is_moving(file)]
    web = [(file, post) for file, post in settled if not is_activity(post)]
    looker = cache_of(lambda: checks.looker(check_rules(config, today)))
    if not kept.knows_any:
        looker()  # with nothing to look through, too, the file of laws must be sound
    wrong = checks.check(
        (post for _, post in web if post.file not in bad),
        published,
        broken=(post for _, post in web if post.file in bad),
        look=kept.look(today, lambda post: looker()(post)),
        slug_of=kept.slug_of,
    )
    problems += [*wrong, *copies(web)]
    bad |= {p.where.file for p in wrong if p.severity is Severity.ERROR}
    # A link to a post that has errors is not dead: it is set when they are mended.
    keys = {file.key: resting.get(file.file, file.key) for file in every}
    keys |= {file.key: post.key for file, post in read_posts}
    articles: list[Article] = []
    held: list[Activity] = []
    for file, post in read_posts:  # those that wait too, so that their pictures are known by then
        article, activity = None, None
        record = still.get(file.file)
        if record and not is_activity(post) and kept.is_linked(record, _links(folders, keys, file)):
            article, wrong = record.article, record.rendered
        else:
            find = arrivals.finder(file, documents.finder(file, shown[file.key], inspector))
            if is_activity(post):
                activity, wrong = read_activity(post, find)
            else:
                article, wrong = kept.render(post, find, _links(folders, keys, file), LABELS)
        problems += arrivals.softened(file, _lenient(post, wrong))
        if post.file not in bad:
            articles += [article] if article else []
            held += [activity] if activity else []
    arrivals.settle(found)
    waiting = {file.file for file in found if arrivals.waits(file)}
    articles = [article for article in articles if article.post.file not in waiting]
    articles, cards, wrong = with_cards(articles, config)
    problems = documents.placed([*problems, *wrong])
    problems += [*documents.lost(), *folders.passed_over(), *_strays(folders, kept)]
    problems = arrivals.told(problems)
    if folders.media_is_away() and (gone := without_media(problems, folders)):
        raise ContentError(gone)
    folders.save()
    inspector.save(whole=not (still or resting))
    documents.save()
    kept.keep(found, waiting)
    return Reading(
        folders,
        tuple(post for file, post in settled if not arrivals.is_moving(file)),
        tuple(articles),
        tuple(sorted(told(problems, config), key=lambda p: (p.where, p.severity, p.code))),
        frozenset(present),
        unread,
        tuple(found),
        tuple(activity for activity in held if activity.post.file not in waiting),
        cards,
        arrivals.keys,
        resting=frozenset(resting.values()),
    )


def _strays(folders: Folders, kept: Kept) -> Iterator[Problem]:
    """Yield a warning for each document below posts/ that is neither a post nor in one."""
    strays = folders.strays()
    shown = kept.shown_of(strays)
    for file in strays:
        if file not in shown:
            params: dict[str, object] = {"suffix": PurePosixPath(file).suffix.lower()}
            yield Problem("post-form", Where(file), params, Severity.WARNING)


def _parse(
    file: Found,
    folders: Folders,
    documents: Words,
    kept: Kept,
    rules: posts.Rules,
    arrivals: Arrivals,
) -> tuple[Post | None, list[Problem]]:
    """Return the post that a file is, and what is wrong with it that nobody waits for."""
    try:
        if file.is_word:
            post, wrong = documents.parse(file, rules)
        else:
            post, wrong = kept.parse(folders.read(file), file.key, file.file, rules)
    except AwayError:
        raise
    except ContentError as error:
        return None, [] if arrivals.unread(file, error.problems) else list(error.problems)
    return post, wrong


def post_rules(config: Config) -> posts.Rules:
    """Return what the data of posts may say, in an office of this config."""
    return posts.Rules(
        config.themes,
        tuple(config.sites),
        config.schedule.timezone,
        config.schedule.default_time,
        config.groups,
        config.default_sites if len(config.default_sites) < len(config.sites) else (),
    )


def _links(folders: Folders, keys: Mapping[str, str], file: Found) -> FindPost:
    """Return what finds the posts that links in a file mean."""

    def find_post(href: str) -> tuple[str, str | None]:
        key = folders.post_key(file.path, href)
        return key or "", keys.get(key) if key else None

    return find_post


def _lenient(post: Post, problems: Iterable[Problem]) -> list[Problem]:
    """Return the problems of a post; what is still being written holds nobody up."""
    if post.status is not Status.DRAFT:
        return list(problems)
    return [replace(p, severity=Severity.WARNING) for p in problems]
