"""What is wrong between the posts of a folder, and all that is wrong within each."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator

from publisher.checks.rules import NO_RULES, Looked, Rules
from publisher.model import Post, Problem, Severity, Status
from publisher.text import slugify


def check(
    posts: Iterable[Post],
    published: Container[str] = (),
    rules: Rules = NO_RULES,
    broken: Iterable[Post] = (),
    look: Callable[[Post], Looked] | None = None,
    slug_of: Callable[[Post], str] = lambda post: post.slug or slugify(post.title),
) -> list[Problem]:
    """Given all posts of the folder, return what is wrong between and within them.

    broken: posts that have errors already; of them only the text is checked, since what
    seems missing may be what could not be read. look: what :func:`publisher.checks.looker`
    makes of the rules, if that is there already. slug_of: the slug that a post asks for.

    Of several posts with one key, or with one slug on the same site, the first stands: one
    whose key is among the published ones, then one that is no draft, then by date and file.
    """
    posts = list(posts)
    if look is None:
        from publisher.checks.within import looker  # here: a reading may know what it would find

        look = looker(rules)
    looked = [look(post) for post in posts]
    return [
        *_taken(posts, published, "key-taken", "id", lambda post: post.key.casefold()),
        *_taken(posts, published, "slug-taken", "slug", slug_of),
        *(problem for lacking, _ in looked for problem in lacking),
        *(problem for _, within in looked for problem in within),
        *(problem for post in broken for problem in look(post)[1]),
    ]


def _by_date(post: Post) -> tuple[bool, float, str]:
    at = post.date.timestamp() if post.date else float("inf")
    # Without the ending, "bài" comes before "bài - Copy", which somebody made of it.
    return (post.status is Status.DRAFT, at, post.file.rpartition(".")[0])


def _taken(
    posts: Iterable[Post],
    published: Container[str],
    code: str,
    key: str,
    value_of: Callable[[Post], str],
) -> Iterator[Problem]:
    wanting: dict[str, list[Post]] = {}
    for post in posts:
        wanting.setdefault(value_of(post), []).append(post)
    for value, all_ in wanting.items():
        if len(all_) < 2:  # as nearly always: nothing need be known of them
            continue
        all_.sort(key=lambda post: (post.key not in published, *_by_date(post)))
        for place, post in enumerate(all_):
            holder = next((o for o in all_[:place] if key == "id" or _meet(o, post)), None)
            if holder:
                where = post.where(key if key in post.lines else "title")
                # A draft is not sent, so its address can still be settled.
                draft = key == "slug" and post.status is Status.DRAFT
                severity = Severity.WARNING if draft else Severity.ERROR
                yield Problem(code, where, {"value": value, "other": holder.file}, severity)


def _meet(one: Post, other: Post) -> bool:
    """Return whether two posts go to one site; a post that names none goes to all."""
    return not one.sites or not other.sites or not set(one.sites).isdisjoint(other.sites)
