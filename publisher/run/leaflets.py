"""The leaflet of a post that stands on a site."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from publisher import posts
from publisher.config import Config
from publisher.errors import ContentError
from publisher.model import (
    NO_SITE,
    Event,
    Kind,
    Problem,
    Publication,
    Severity,
    Where,
    digest_of,
)
from publisher.reports.printed.content import Leaflet
from publisher.reports.printed.flow import points_of
from publisher.run.issuing import (
    RECORDED,
    Issued,
    Printed,
    check_issue,
    check_key,
    issue,
    midnight,
)
from publisher.run.office import Office
from publisher.run.printing import Press, Shelves, by_key, lacking, publisher_of, shelves

LEAFLET_FORMS = ("pdf", "docx")
"""Forms of a leaflet, each the ending of its file."""

SIZES = ("A5", "A4")

_TRIES = 4
_LINES = 2  # by which a page is loosened or tightened
_TEXT = 700  # characters of a text without an excerpt; what does not fit is told
_LARGE = 1600  # pixels


@dataclass(frozen=True, slots=True)
class MadeLeaflet:
    """A leaflet. digest: SHA-256 (hex) of what it says. row: of the item that it shows."""

    leaflet: Leaflet
    key: str
    digest: str
    dated: date
    row: Publication
    shelves: Shelves
    problems: tuple[Problem, ...]


def leaflet(office: Office, key: str, dated: date | None = None) -> MadeLeaflet:
    """Return the leaflet of a post. Raise ContentError when it is not on any website."""
    config = office.config
    found = shelves(office, lambda item: item.publication.key == key)
    day = dated or office.now().astimezone(config.schedule.timezone).date()
    items = by_key(found.items, config)
    press = Press(config, found, _LARGE)
    if not items:
        raise ContentError(_not_there(found, key))
    (item,) = items
    story = press.story(item, _TEXT)
    if not story.url:
        raise ContentError(Problem("leaflet-no-address", params={"key": key}))
    press.told(item)
    picture = press.featured(key)
    photo = press.photo(picture, item.publication.site) if picture else None
    said = Leaflet(
        replace(story, photo=photo), story.theme, points_of(story.blocks), publisher_of(config, day)
    )
    publisher = said.publisher
    digest = digest_of(
        "leaflet", story.title, story.url, story.short, said.points, said.label,
        photo.digest if photo else "", publisher.name, publisher.parent, publisher.slogan,
        publisher.feedback,
    )  # fmt: skip
    return MadeLeaflet(
        said,
        f"an-pham/{key}",
        digest,
        day,
        item.publication,
        found,
        (*press.problems, *lacking(config)),
    )


def _not_there(found: Shelves, key: str) -> Problem:
    known = sorted({key for _, key in found.memory.publications} | found.reading.present)
    if key not in known:
        return Problem("key-not-found", params={"key": key, "meant": posts.suggest(key, known)})
    return Problem("leaflet-unpublished", params={"key": key})


def leaflet_document(made: MadeLeaflet, form: str, size: str) -> tuple[bytes, tuple[Problem, ...]]:
    """Return a leaflet as the bytes of a file, and what had to be left out of it.

    It is one page, also where LibreOffice sets more lines than were measured. Raise
    DocumentError for a PDF where LibreOffice is not there, or fails.
    """
    from publisher.reports.pdf import office_program, pdf
    from publisher.reports.printed.docx_leaflet import PAPERS, docx, fit
    from publisher.reports.printed.pages import count

    paper = PAPERS[size]
    # What is measured is a little more than what is set: a page that can be looked at is filled.
    for tighter in range(-_LINES if office_program() else 0, _TRIES * _LINES, _LINES):
        fitted = fit(made.leaflet, paper, tighter)
        document = docx(fitted, paper)
        if form != "pdf" and not office_program():
            break
        printed = pdf(document, None)
        if count(printed) <= 1:
            break
    problems = tuple(
        Problem(
            "leaflet-cut",
            Where(),
            {"name": part, "size": size, "key": made.row.key},
            Severity.WARNING,
        )
        for part in fitted.cut
    )
    return (printed if form == "pdf" else document), problems


def _row(config: Config, made: MadeLeaflet, copies: int) -> Publication:
    """Return what the log is told of a leaflet. copies: how many were printed in all."""
    return Publication(
        NO_SITE,
        made.key,
        Event.ISSUED,
        status=RECORDED,
        title=f"Tờ rơi: {made.leaflet.story.title}",
        kind=Kind.AN_PHAM.value,
        theme=made.row.theme,
        unit=made.row.unit,
        shown_at=midnight(config, made.dated),
        digest=digest_of(made.digest, copies),
        article_digest=digest_of(made.digest, copies),
        copies=copies,
        evidence=(made.row.url,),
    )


def check_leaflet(office: Office, made: MadeLeaflet, copies: int, again: str) -> None:
    """Raise ContentError when it was issued otherwise, and nobody says why it changes."""
    row = _row(office.config, made, copies)
    check_issue(row, made.shelves.memory.publications.get((NO_SITE, made.key)), again)


def issue_leaflet(office: Office, made: MadeLeaflet, printed: Printed, copies: int) -> Issued:
    """Write a leaflet's file, and note in the log how many copies were printed in all."""
    check_key(made.shelves.reading, made.key)
    return issue(office, _row(office.config, made, copies), printed)


def output_of(made: MadeLeaflet, size: str) -> Path:
    """Return the name of a leaflet's file where a person gives none."""
    return Path(f"to-roi-{Path(made.row.key).name}-{size.lower()}.pdf")
