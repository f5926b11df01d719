"""What is printed of published items: who publishes, the texts and the pictures of an item."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from publisher.config import Config
from publisher.errors import PublisherError
from publisher.model import (
    Article,
    Media,
    Memory,
    Picture,
    Problem,
    Publication,
    Severity,
    Upload,
    Where,
)
from publisher.reports import words
from publisher.reports.printed.content import Photo, Publisher, Story
from publisher.reports.printed.flow import blocks_of, prose_of, shortened
from publisher.run.loading import loader
from publisher.run.office import Office, log_of
from publisher.run.publishing import published_keys
from publisher.run.reading import Reading, read
from publisher.run.reporting import not_counted
from publisher.tally import Item, items_of

if TYPE_CHECKING:
    from publisher.log import Log

SHORT, LONG = 300, 480
"""Characters of an item's text where its author gave no excerpt: of most, of the lead."""

_WEB = re.compile(r"https?://", re.IGNORECASE)
_STANDS = "publish"


@dataclass(frozen=True, slots=True)
class Shelves:
    """What is known of everything that was published, and what the folder says of it.

    items: of the newest row of every site and key. texts: of those rows that have no file.
    """

    memory: Memory
    reading: Reading
    items: tuple[Item, ...]
    texts: Mapping[int, str]


def shelves(office: Office, wanted: Callable[[Item], bool]) -> Shelves:
    """Return what stands on the sites that count, as far as it is wanted. Raise LogError."""
    config = office.config
    with log_of(office) as log:
        memory = log.memory()
        reading = read(config, published_keys(memory))
        left_out = not_counted(config)
        items = tuple(
            item
            for item in items_of(log.publications(), (), config.schedule.timezone)
            if item.publication.site not in left_out and _stands(item.publication) and wanted(item)
        )
        known = {article.key for article in reading.articles}
        texts = _texts(log, (i.publication for i in items if i.publication.key not in known))
    return Shelves(memory, reading, items, texts)


def _stands(row: Publication) -> bool:
    asked_away = row.event.value == "withdrawal_asked"
    on_web = bool(row.site) and row.status == _STANDS
    return on_web and not row.withdrawn and not asked_away


def _texts(log: Log, rows: Iterable[Publication]) -> dict[int, str]:
    return {row.id: prose_of(blocks_of(log.content(row.id))) for row in rows}


def by_key(items: Iterable[Item], config: Config) -> list[Item]:
    """Return one item of each key: that of the site whose addresses are printed."""
    websites = [name for name, site in config.sites.items() if site.kind == "wordpress"]
    order = [config.bulletin.site, *websites, *config.sites]
    place = {name: number for number, name in reversed(list(enumerate(order)))}
    found: dict[str, Item] = {}
    for item in items:
        row = item.publication
        other = found.get(row.key)
        rank = place.get(row.site, len(order))
        if other is None or rank < place.get(other.publication.site, len(order)):
            found[row.key] = item
    return list(found.values())


def address(row: Publication) -> str:
    """Return where visitors find an item, "" for one on a preview."""
    return row.url if _WEB.match(row.url) else ""


def publisher_of(config: Config, dated: date, imprint: Iterable[str] = ()) -> Publisher:
    """Return who publishes, as on a day."""
    settings, organisation = config.bulletin, config.organisation
    profile = organisation.on(dated)
    lines = settings.feedback or tuple(
        filter(
            None,
            (
                profile.name,
                _joined("Điện thoại", organisation.phones),
                _joined("Thư điện tử", organisation.emails),
            ),
        )
    )
    return Publisher(
        profile.name,
        profile.parent,
        organisation.slogan,
        lines,
        tuple(imprint),
        site_address(config),
    )


def _joined(label: str, values: Collection[str]) -> str:
    return f"{label}: {', '.join(values)}" if values else ""


def site_address(config: Config) -> str:
    """Return the address of the site that is named on paper, "" for none."""
    names = [config.bulletin.site] if config.bulletin.site else list(config.sites)
    return next((url for name in names if (url := config.sites[name].url)), "") or ""


def lacking(config: Config) -> list[Problem]:
    """Return warnings of what config.toml does not say and a reader would look for."""
    organisation, where = config.organisation, Where(config.file)
    problems: list[Problem] = []
    if not organisation.name:
        problems.append(Problem("bulletin-name", where, {}, Severity.WARNING))
    if not (config.bulletin.feedback or organisation.phones or organisation.emails):
        problems.append(Problem("bulletin-feedback", where, {}, Severity.WARNING))
    return problems


@dataclass(slots=True)
class Press:
    """Makes stories of items; problems: what could not be printed, as warnings."""

    config: Config
    shelves: Shelves
    longest: int = 720
    problems: list[Problem] = field(default_factory=list)
    _photos: dict[tuple[str, int], Photo | None] = field(default_factory=dict)
    _load: Callable[[Media], Upload] | None = None

    def article(self, key: str) -> Article | None:
        """Return the article of a key, None when its file is gone or has errors."""
        return next((a for a in self.shelves.reading.articles if a.key == key), None)

    def story(self, item: Item, length: int = SHORT) -> Story:
        """Return an item without its pictures."""
        row = item.publication
        article = self.article(row.key)
        blocks = blocks_of(article.html) if article else ()
        text = prose_of(blocks) if article else self.shelves.texts.get(row.id, "")
        excerpt = article.post.excerpt if article else ""
        source = article.post.source if article else row.source
        return Story(
            key=row.key,
            title=article.post.title if article else row.title,
            day=item.day,
            kind=words.KINDS.get(row.kind, row.kind),
            theme=self.config.themes.get(row.theme, ""),
            short=excerpt or shortened(text, length),
            url=address(row),
            authors=row.authors,
            unit=row.unit,
            source=source,
            begins=not excerpt,
            blocks=blocks,
        )

    def told(self, item: Item) -> None:
        """Note what a reader of the files must know of an item."""
        row = item.publication
        article = self.article(row.key)
        params = {"key": row.key, "title": row.title}
        files = {found.key: found.file for found in self.shelves.reading.found}
        files |= {post.key: post.file for post in self.shelves.reading.posts}
        if article is None:
            code = "bulletin-file-broken" if row.key in files else "bulletin-no-file"
            where = Where(files.get(row.key, ""))
            self.problems.append(Problem(code, where, params, Severity.WARNING))
        elif row.article_digest and article.digest != row.article_digest:
            where = article.post.where()
            self.problems.append(Problem("bulletin-ahead", where, params, Severity.WARNING))

    def featured(self, key: str) -> Picture | None:
        """Return the picture that stands for an item; a drawn card is none."""
        article = self.article(key)
        if article is None or not article.featured:
            return None
        return next((p for p in article.pictures if p.digest == article.featured), None)

    def photo(self, picture: Picture, site: str, longest: int = 0) -> Photo | None:
        """Return a picture made ready for paper, None for one that can't be used."""
        longest = longest or self.longest
        if (picture.digest, longest) not in self._photos:
            made = self._made(picture, longest)
            self._photos[picture.digest, longest] = made
        found = self._photos[picture.digest, longest]
        there = self.shelves.memory.media.get((site, picture.digest))
        url = there.url if there and _WEB.match(there.url) else ""
        return replace(found, url=url) if found else None

    def _made(self, picture: Picture, longest: int) -> Photo | None:
        from publisher.reports.printed.photos import fitted

        self._load = self._load or loader(self.config, self.shelves.reading)
        try:
            ready = self._load(picture)
            content, mime, width, height = fitted(ready.content, longest)
        except PublisherError as error:
            self.problems += [replace(p, severity=Severity.WARNING) for p in error.problems]
            return None
        return Photo(picture.digest, content, mime, width, height, picture.alt, picture.caption)
