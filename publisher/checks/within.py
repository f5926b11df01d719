"""What is wrong with one post, whatever the others are."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from publisher.checks.laws import Catalogue, check_laws
from publisher.checks.letters import check_letters
from publisher.checks.passages import body_of, fields_of
from publisher.checks.personal import Known, check_personal
from publisher.checks.rules import Looked, Rules
from publisher.checks.structure import check_gallery, check_structure
from publisher.checks.wording import check_wording
from publisher.model import Post, Problem, Severity, Status, Where

# TT 24/2011/TT-BTTTT (Dublin Core) asks creator, date and description of every item, and
# recommends its source; kind and theme are what the yearly report counts by.
_WANTED = ("theme", "kind", "date", "excerpt", "authors", "source")


def looker(rules: Rules) -> Callable[[Post], Looked]:
    """Return what looks through one post after another under these rules."""
    catalogue, known = Catalogue.of(rules.laws), Known.of(rules)

    def look(post: Post) -> Looked:
        lacking = [*_lacking(post), *_timing(post)]
        return lacking, list(_within(post, rules, catalogue, known))

    return look


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


def _where(post: Post, key: str) -> Where:
    """Return the line on which a key was left empty, else the file."""
    return post.where(key if key in post.lines else "")
