"""Titles, excerpts, typing and the slogan: how a text is written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from publisher.checks.letters import is_word
from publisher.checks.passages import Passage
from publisher.model import Post, Problem, Severity, Where
from publisher.text import unmarked

TITLE_LENGTH = 120
"""Characters of a title; lists of posts and search engines cut off what is longer."""
EXCERPT_LENGTH = 300
"""Characters of an excerpt; it is one or two sentences that stand in lists of posts."""

# Each begins with the character that is rare in a text, so that most of it is passed over.
_SLIPS = {
    "spaces": re.compile(r"  (?:(?<=[^\W\d_]  )|(?<=[^\W\d_]{2}[,.;:!?]  )) *(?=\w)"),
    "before": re.compile(r" (?<=[^\W\d_] )[,;:.!?](?=\s|$)"),
    "after": re.compile(r"[,;](?<=[^\W\d_]{2}[,;])(?=[^\W\d_]{2})"),
    "twice": re.compile(r",,+|;;+|\.\.(?<=\w\.\.)(?![./])|\?[?!]{2,}|![?!]{2,}"),
}
_ENTITY = re.compile(r"&#?\w+$")
_LETTERS = 3  # that may differ where nothing else says that the slogan is meant
_AROUND = 25  # characters to each side of a slip that are shown
_QUOTED = re.compile(r"[“\"‘«]([^“”\"‘’«»\n|]{12,120})[”\"’»]")
_END = re.compile(r"[“”\"‘’«».:;!?|\n]")
_NAMED = re.compile(r"khẩu hiệu:?\s+([^\W\d_][^.;!?|\n“\"]{11,120})", re.IGNORECASE)


def check_wording(post: Post, passages: Sequence[Passage], slogan: str) -> Iterator[Problem]:
    """Yield what is written badly in the passages of one post."""
    yield from _title(post)
    if len(post.excerpt) > EXCERPT_LENGTH:
        yield _warning("excerpt-long", post.where("excerpt"),
                       length=len(post.excerpt), limit=EXCERPT_LENGTH)  # fmt: skip
    told: set[str] = set()
    for passage in passages:
        for reason, pattern in _SLIPS.items():
            if reason not in told and (found := _slip(pattern, passage.prose)):
                told.add(reason)
                yield _warning("typing-slip", passage.where(found.start()),
                               reason=reason, **_mended(reason, passage.raw, found))  # fmt: skip
        if slogan:
            for at, written in _missed(passage.prose, slogan).items():
                yield _warning("slogan", passage.where(at), value=written, fixed=slogan)


def _warning(code: str, where: Where, /, **params: object) -> Problem:
    return Problem(code, where, params, Severity.WARNING)


def _title(post: Post) -> Iterator[Problem]:
    title = post.title
    if len(title) > TITLE_LENGTH:
        yield _warning("title-long", post.where("title"), length=len(title), limit=TITLE_LENGTH)
    letters = [c for c in title if c.isalpha()]
    if len(letters) > 11 and " " in title and all(c.isupper() for c in letters):
        yield _warning("title-capitals", post.where("title"), fixed=_lowered(title))


def _lowered(title: str) -> str:
    """Return a title in small letters; what is no Vietnamese word, as UBND, stays."""
    parts = (
        word.lower() if is_word(word.strip(".,;:!?()“”\"'").lower()) else word
        for word in title.split()
    )
    lowered = " ".join(parts)
    return lowered[:1].upper() + lowered[1:]


def _slip(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    for found in pattern.finditer(text):
        if found[0] != ";" or not _ENTITY.search(text[max(0, found.start() - 9) : found.start()]):
            return found
    return None


def _mended(reason: str, text: str, found: re.Match[str]) -> dict[str, object]:
    """Return the words around a slip, as written and as they should be."""
    before = text[: found.start()].rpartition("\n")[2][-_AROUND:]
    after = text[found.end() :].partition("\n")[0][:_AROUND]
    # From a whole word to a whole word.
    before = before.partition(" ")[2] if len(before) == _AROUND else before
    after = after.rpartition(" ")[0] if len(after) == _AROUND else after
    instead = {
        "spaces": " ",
        "before": found[0].lstrip(),
        "after": f"{found[0]} ",
        "twice": found[0][0],
    }[reason]
    written, fixed = f"{before}{found[0]}{after}", f"{before}{instead}{after}"
    return {"value": written.strip(), "fixed": fixed.strip()}


def _missed(text: str, slogan: str) -> dict[int, str]:
    """Return what was meant to be the slogan, but is not it, by its place."""
    wanted = _wanted(slogan)
    start = " ".join(wanted[:2])
    lower = text.casefold()
    # Where it is quoted or called the slogan, or begins a sentence, a word may lack as well.
    candidates = [(found.start(1), found[1], True) for found in _QUOTED.finditer(text)]
    if "khẩu hiệu" in lower:
        candidates += [(found.start(1), found[1], True) for found in _NAMED.finditer(text)]
    at = lower.find(start) if len(lower) == len(text) else -1
    while at >= 0:
        said = _END.split(text[at : at + 2 * len(slogan)], maxsplit=1)[0]
        candidates.append((at, said, text[at].isupper()))
        at = lower.find(start, at + 1)
    missed: dict[int, str] = {}
    for at, said, whole in candidates:
        written = _near(_plain(said), wanted, len(slogan) // 4 if whole else _LETTERS)
        if written:
            missed[at] = " ".join(said.split()[: len(written)]).rstrip('.,;:!?”"’»*_')
    return missed


def _plain(text: str) -> list[str]:
    """Return the words of a text, without marks of Markdown, signs and capitals."""
    return re.findall(r"\w+", text.casefold())


def _near(said: list[str], wanted: list[str], limit: int) -> list[str]:
    """Return the first words that are nearly the wanted ones, [] for those or others."""
    count = len(wanted)
    if said[:count] == wanted:
        return []
    folded = [_bare(word) for word in wanted]
    shared = set(folded) & {_bare(word) for word in said[: count + 1]}
    if len(shared) * 8 < count * 5:
        return []
    target = " ".join(folded)
    best, length = limit + 1, 0
    for words in range(max(1, count - 2), min(len(said), count + 1) + 1):
        other = " ".join(map(_bare, said[:words]))
        if abs(len(other) - len(target)) < best:
            best, length = min((best, length), (_distance(other, target), words))
    return said[:length]


_bare = lru_cache(maxsize=4096)(unmarked)
_wanted = lru_cache(maxsize=16)(_plain)


def _distance(one: str, other: str) -> int:
    """Return the edit distance of two texts: letters to insert, delete or replace."""
    row = list(range(len(other) + 1))
    for index, letter in enumerate(one, start=1):
        last, row[0] = row[0], index
        for place, wanted in enumerate(other, start=1):
            last, row[place] = (
                row[place],
                min(row[place] + 1, row[place - 1] + 1, last + (letter != wanted)),
            )
    return row[-1]
