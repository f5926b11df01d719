"""What lies in the folder, file by file: how each post stands and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from publisher.model import Article, Post, Problem, Severity, Status
from publisher.run import Reading


class Standing(StrEnum):
    """How a post stands. ``mend``: it has errors, so it can't be published."""

    MEND = "mend"
    READY = "ready"
    WAITING = "waiting"
    DRAFT = "draft"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One file of the folder; post and article are None as far as it can't be read."""

    key: str
    file: str
    standing: Standing
    post: Post | None
    article: Article | None
    problems: tuple[Problem, ...]

    @property
    def title(self) -> str:
        """The title, or the name of the file when it can't be read."""
        return (self.post.title if self.post else "") or self.file.rpartition("/")[2]

    @property
    def errors(self) -> int:
        """How many problems hold it back."""
        return sum(1 for problem in self.problems if problem.severity is Severity.ERROR)

    @property
    def warnings(self) -> int:
        """How many problems do not."""
        return len(self.problems) - self.errors


@dataclass(frozen=True, slots=True)
class Shelf:
    """All files by key, and the problems that belong to none of them."""

    sheets: Mapping[str, Sheet]
    problems: tuple[Problem, ...]

    def of(self, standing: Standing) -> list[Sheet]:
        """Return the sheets that stand so, the newest first (what waits: the next first)."""
        waiting = standing is Standing.WAITING
        mine = [sheet for sheet in self.sheets.values() if sheet.standing is standing]
        return sorted(mine, key=lambda sheet: (_date(sheet), sheet.key), reverse=not waiting)


def shelf(reading: Reading, now: datetime) -> Shelf:
    """Given what was read, return it file by file; ``now``: an aware instant."""
    posts = {post.file: post for post in reading.posts}
    articles = {article.post.file: article for article in reading.articles}
    files = {found.file for found in reading.found}
    sheets = {}
    for found in reading.found:
        problems = tuple(p for p in reading.problems if p.where.file == found.file)
        post = posts.get(found.file)
        sheets[found.key] = Sheet(
            found.key,
            found.file,
            _standing(post, problems, now),
            post,
            articles.get(found.file),
            problems,
        )
    rest = tuple(p for p in reading.problems if p.where.file not in files)
    return Shelf(sheets, rest)


def _standing(post: Post | None, problems: tuple[Problem, ...], now: datetime) -> Standing:
    if post is None or any(problem.severity is Severity.ERROR for problem in problems):
        return Standing.MEND
    if post.status is Status.DRAFT:
        return Standing.DRAFT
    return Standing.WAITING if post.not_before and post.not_before > now else Standing.READY


def _date(sheet: Sheet) -> float:
    return sheet.post.date.timestamp() if sheet.post and sheet.post.date else float("inf")
