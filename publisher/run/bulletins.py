"""The bulletin of a period: what it says, its number, its files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from publisher import posts
from publisher.config import Config
from publisher.errors import ContentError, DocumentError
from publisher.model import (
    NO_SITE,
    WEB_KINDS,
    Kind,
    Period,
    Problem,
    Publication,
    Severity,
    Span,
    digest_of,
)
from publisher.reports import words
from publisher.reports.printed import letter
from publisher.reports.printed.content import Bulletin, Chapter, Photo, Picture, Story
from publisher.run.numbering import key_of_period, next_number
from publisher.run.office import Office
from publisher.run.printing import (
    LONG,
    Press,
    Shelves,
    by_key,
    lacking,
    publisher_of,
    shelves,
)
from publisher.tally import Item

BULLETIN_FORMS = ("docx", "pdf", "html", "txt")
"""Forms of a bulletin, each the ending of its file."""

_SLUG = "so-{number:02}-{year}"
_REST = "Tin, bài khác"
_LARGE = 1280  # pixels of the lead's picture


@dataclass(frozen=True, slots=True)
class Order:
    """Which bulletin is wanted.

    number: 0 for the next one. dated: None for today, or the day on which it was issued.
    by: "theme" or "kind", "" as config.toml says. full: None as it says. lead: key of the item
    that stands first, "" for the program's choice.
    """

    period: Period
    number: int = 0
    dated: date | None = None
    by: str = ""
    full: bool | None = None
    lead: str = ""


@dataclass(frozen=True, slots=True)
class MadeBulletin:
    """A bulletin, and what the log knows of it.

    digest: SHA-256 (hex) of what it says, however it is laid out. issued: the newest row of
    the log, None when it was not issued. rows: what it is made of.
    """

    bulletin: Bulletin
    key: str
    digest: str
    number: int
    year: int
    issued: Publication | None
    rows: tuple[Publication, ...]
    shelves: Shelves
    problems: tuple[Problem, ...]

    @property
    def slug(self) -> str:
        """Its number as the log keeps it."""
        return _SLUG.format(number=self.number, year=self.year)

    @property
    def is_issued(self) -> bool:
        """Whether the log has it as it is now."""
        row = self.issued
        return row is not None and not row.withdrawn and row.digest == self.digest


def bulletin(office: Office, order: Order) -> MadeBulletin:
    """Return the bulletin of a period. Raise ContentError when nothing was published in it."""
    config, period = office.config, order.period
    found = shelves(office, lambda item: item.day in period)
    items = by_key(found.items, config)
    if not items:
        params = {"first": words.day(period.first), "last": words.day(period.last)}
        raise ContentError(Problem("bulletin-empty", params=params))
    key = key_of_period(period)
    issued = found.memory.publications.get((NO_SITE, key))
    number = order.number or next_number(config, found.memory, period.year, key, issued)
    dated = order.dated or _dated(office, issued)
    press = Press(config, found)
    full = config.bulletin.full if order.full is None else order.full
    made = _Layout(press, order.by or config.bulletin.by, full).laid_out(items, order.lead)
    lead, chapters, photos = made
    for item in items:
        press.told(item)
    days = f"từ {words.day(period.first)} đến {words.day(period.last)}"
    name = words.period(period)
    said = Bulletin(
        config.bulletin.name,
        f"{number:02}/{period.year}",
        dated,
        name
        if period.span is not Span.DAYS
        else f"{words.day(period.first)} – {words.day(period.last)}",
        days,
        publisher_of(config, dated, _imprint(config, dated, len(items), days)),
        lead,
        chapters,
        full,
        photos,
    )
    return MadeBulletin(
        said,
        key,
        _digest(said, press, items),
        number,
        period.year,
        issued,
        tuple(item.publication for item in items),
        found,
        (*press.problems, *lacking(config)),
    )


def _dated(office: Office, issued: Publication | None) -> date:
    zone = office.config.schedule.timezone
    if issued and issued.shown_at and not issued.withdrawn:
        return issued.shown_at.astimezone(zone).date()
    return office.now().astimezone(zone).date()


def _imprint(config: Config, dated: date, count: int, days: str) -> Iterator[str]:
    profile = config.organisation.on(dated)
    who = f"Cơ quan phát hành: {profile.name}." if profile.name else ""
    answers = config.bulletin.responsible
    said = f"Chịu trách nhiệm nội dung: {answers.rstrip('.')}." if answers else ""
    if who or said:
        yield " ".join(filter(None, (who, said)))
    yield f"Gồm {count} tin, bài, hình ảnh đăng {days}."


def _digest(said: Bulletin, press: Press, items: Iterable[Item]) -> str:
    """Return the digest of what a bulletin says: not of its order, its form or its cuts."""
    parts = []
    for item in sorted(items, key=lambda i: i.publication.key):
        row = item.publication
        article = press.article(row.key)
        text = article.digest if article else row.fingerprint
        parts.append((row.key, row.title, row.url, item.day.isoformat(), text))
    publisher = said.publisher
    return digest_of(
        "bulletin", said.title, said.dated.isoformat(), said.days, publisher.name,
        publisher.slogan, publisher.feedback, parts,
    )  # fmt: skip


# What stands where


@dataclass(frozen=True, slots=True)
class _Layout:
    """How items are ordered."""

    press: Press
    by: str
    full: bool

    def laid_out(
        self, items: list[Item], wanted: str
    ) -> tuple[Story, tuple[Chapter, ...], tuple[Photo, ...]]:
        """Return the lead, the others by chapters, and all pictures."""
        newest = sorted(items, key=lambda i: (i.day, i.publication.key), reverse=True)
        first = self._lead(newest, wanted)
        photos: dict[str, Photo] = {}
        lead = self._story(first, photos, lead=True)
        chapters: dict[str, list[Story]] = {title: [] for title in self._titles()}
        for item in newest:
            if item is not first:
                title = self._title(item)
                chapters.setdefault(title, []).append(self._story(item, photos))
        made = tuple(Chapter(title, tuple(s)) for title, s in chapters.items() if s)
        return lead, made, tuple(photos.values())

    def _lead(self, newest: list[Item], wanted: str) -> Item:
        if wanted:
            for item in newest:
                if item.publication.key == wanted:
                    return item
            known = sorted(item.publication.key for item in newest)
            params = {"key": wanted, "meant": posts.suggest(wanted, known)}
            raise ContentError(Problem("bulletin-lead", params=params))

        def rank(item: Item) -> tuple[bool, bool]:
            row = item.publication
            return self.press.featured(row.key) is not None, row.kind == Kind.BAI.value

        return max(newest, key=rank)  # the first of the best: the newest

    def _titles(self) -> Iterator[str]:
        config = self.press.config
        if self.by == "kind":
            yield from (words.KINDS[kind] for kind in WEB_KINDS)
        else:
            order = dict.fromkeys((*config.bulletin.themes, *config.themes))
            yield from (config.themes[code] for code in order)
        yield _REST

    def _title(self, item: Item) -> str:
        row = item.publication
        if self.by == "kind":
            return words.KINDS.get(row.kind, _REST)
        return self.press.config.themes.get(row.theme, _REST)

    def _story(self, item: Item, photos: dict[str, Photo], *, lead: bool = False) -> Story:
        press, row = self.press, item.publication
        story = press.story(item, LONG) if lead else press.story(item)
        picture = press.featured(row.key)
        photo = press.photo(picture, row.site, _LARGE if lead else 0) if picture else None
        if photo:
            photos[photo.digest] = photo
        article = press.article(row.key)
        if self.full and article:
            known = {each.digest: each for each in article.pictures}
            for block in story.blocks:
                if isinstance(block, Picture) and block.digest in known:
                    made = press.photo(known[block.digest], row.site, _LARGE)
                    if made:
                        photos.setdefault(made.digest, made)
        return replace(story, photo=photo)


# Files


def bulletin_document(made: MadeBulletin, form: str) -> tuple[bytes, tuple[Problem, ...]]:
    """Return a bulletin as the bytes of a file, and what is to be said of it.

    Raise DocumentError for a PDF where LibreOffice is not there, or fails.
    """
    said = made.bulletin
    if form == "html":
        return letter.page(said, letter.embedded).encode(), ()
    if form == "txt":
        return letter.text(said).encode("utf-8-sig"), ()
    from publisher.reports.pdf import office_program, pdf
    from publisher.reports.printed.docx_bulletin import docx, is_listed

    if form == "pdf":
        return pdf(docx(said, {}), None), ()
    if not is_listed(said):
        return docx(said, {}), ()
    pages: dict[str, int] = {}
    if office_program():
        try:
            pages = _pages(said, pdf(docx(said, {}), None))
        except DocumentError:  # the document itself can be had without it
            pages = {}
    problem = Problem("bulletin-pages", severity=Severity.WARNING)
    return docx(said, pages), () if pages else (problem,)


def _pages(said: Bulletin, made: bytes) -> dict[str, int]:
    """Return the page of every item, {} when they can't all be told."""
    from publisher.reports.printed.pages import headings
    from publisher.text import words as folded

    found: dict[str, int] = {}
    left = iter(headings(made))
    for story in said.stories:
        for title, page in left:
            if folded(title) == folded(story.title):
                found[story.key] = page
                break
    return found if len(found) == len(list(said.stories)) else {}
