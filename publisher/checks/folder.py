"""What is wrong between the posts of a folder, and all that is wrong within each."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator

from publisher.checks.laws import Catalogue, check_laws
from publisher.checks.letters import check_letters
from publisher.checks.passages import body_of, fields_of
from publisher.checks.personal import Known, check_personal
from publisher.checks.rules import NO_RULES, Rules
from publisher.checks.structure import check_gallery, check_structure
from publisher.checks.wording import check_wording
from publisher.model import Post, Problem, Severity, Status, Where
from publisher.text import slugify

Look = Callable[[Post], list[Problem]]
"""What looks through the text of a post."""

# TT 24/2011/TT-BTTTT (Dublin Core) asks creator, date and description of every item, and
# recommends its source; kind and theme are what the yearly report counts by.
_WANTED = ("theme", "kind", "date", "excerpt", "authors", "source")


def check(
    posts: Iterable[Post],
    published: Collection[str] = (),
    rules: Rules = NO_RULES,
    broken: Iterable[Post] = (),
    within: Callable[[Post, Look], list[Problem]] = lambda post, look: look(post),
) -> list[Problem]:
    """Given all posts of the folder, return what is wrong between and within them.

    broken: posts that have errors already; of them only the text is checked, since what
    seems missing may be what could not be read. within: given a post and what looks through
    its text, returns what that finds, or found before under the same rules.

    Of several posts with one key, or with one slug on the same site, the first stands: one
    whose key is among the published ones, then one that is no draft, then by date and file.
    """
    posts = sorted(posts, key=lambda post: (post.key not in published, *_by_date(post)))
    catalogue, known = Catalogue.of(rules.laws), Known.of(rules)

    def look(post: Post) -> list[Problem]:
        return list(_within(post, rules, catalogue, known))

    return [
        *_taken(posts, "key-taken", "id", lambda post: post.key.casefold()),
        *_taken(posts, "slug-taken", "slug", lambda post: post.slug or slugify(post.title)),
        *(problem for post in posts for problem in (*_lacking(post), *_timing(post))),
        *(problem for post in (*posts, *broken) for problem in within(post, look)),
    ]


def _lacking(post: Post) -> Iterator[Problem]:
    """Yield what a post does not have."""
    if post.status is not Status.DRAFT:
        for key in _WANTED:
            if key not in post.lines or not getattr(post, key):
                params = {"key": key, "reason": key}
                yield Problem("field-wanted", _where(post, key), params, Severity.WARNING)
    if not post.body.strip() and not post.gallery:
        yield Problem("body-empty", post.where(), {}, Severity.WARNING)


def _within(post: Post, rules: Rules, catalogue: Catalogue, known: Known) -> Iterator[Problem]:
    """Yield what is wrong with the text of one post."""
    body = body_of(post)
    passages = [*fields_of(post), body]
    yield from check_structure(body)
    yield from check_gallery(post)
    yield from check_wording(post, passages, rules.slogan)
    yield from check_letters(post, passages)
    yield from check_personal(passages, known)
    if catalogue:
        yield from check_laws(passages, catalogue, rules.today)


def _timing(post: Post) -> Iterator[Problem]:
    """Yield what the author may not expect of the times that were written."""
    if post.embargo and post.date and post.embargo > post.date:
        since = f"{post.embargo:%H:%M %d/%m/%Y}"
        yield Problem("embargo-late", post.where("embargo"), {"since": since}, Severity.WARNING)


def _by_date(post: Post) -> tuple[bool, float, str]:
    at = post.date.timestamp() if post.date else float("inf")
    # Without the ending, "bài" comes before "bài - Copy", which somebody made of it.
    return (post.status is Status.DRAFT, at, post.file.rpartition(".")[0])


def _where(post: Post, key: str) -> Where:
    """Return the line on which a key was left empty, else the file."""
    return post.where(key if key in post.lines else "")


def _taken(
    posts: Iterable[Post], code: str, key: str, value_of: Callable[[Post], str]
) -> Iterator[Problem]:
    holders: dict[str, list[Post]] = {}
    for post in posts:
        value = value_of(post)
        others = holders.setdefault(value, [])
        holder = next((o for o in others if key == "id" or _meet(o, post)), None)
        others.append(post)
        if holder:
            where = post.where(key if key in post.lines else "title")
            # A draft is not sent, so its address can still be settled.
            draft = key == "slug" and post.status is Status.DRAFT
            severity = Severity.WARNING if draft else Severity.ERROR
            yield Problem(code, where, {"value": value, "other": holder.file}, severity)


def _meet(one: Post, other: Post) -> bool:
    """Return whether two posts go to one site; a post that names none goes to all."""
    return not one.sites or not other.sites or not set(one.sites).isdisjoint(other.sites)
