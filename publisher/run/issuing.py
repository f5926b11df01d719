"""Bulletins and leaflets become items of the log: when they are issued, once each."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from enum import StrEnum
from pathlib import Path

from publisher.config import Config
from publisher.errors import ContentError
from publisher.model import NO_SITE, Event, Kind, Memory, Problem, Publication, Where
from publisher.run.bulletins import MadeBulletin
from publisher.run.numbering import check_number
from publisher.run.office import Office, own_log
from publisher.run.reading import Reading

RECORDED = "recorded"


class Issued(StrEnum):
    """What issuing amounted to: a new item, a corrected one, or the one that is there."""

    NEW = "new"
    CORRECTED = "corrected"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Printed:
    """A document and where it goes. again: why it is issued otherwise than before, "" if not."""

    content: bytes
    output: Path
    again: str = ""


def row_of_bulletin(config: Config, made: MadeBulletin) -> Publication:
    """Return what the log is told of a bulletin."""
    settings, said = config.bulletin, made.bulletin
    return Publication(
        NO_SITE,
        made.key,
        Event.ISSUED,
        status=RECORDED,
        slug=made.slug,
        title=f"{said.title} ({said.period})",
        kind=Kind.BAN_TIN.value,
        theme=settings.theme,
        unit=settings.unit or config.organisation.on(said.dated).name,
        shown_at=midnight(config, said.dated),
        digest=made.digest,
        article_digest=made.digest,
    )


def midnight(config: Config, day: date) -> datetime:
    """Return when a day begins in the office."""
    return datetime.combine(day, time(), config.schedule.timezone)


def check_issue(row: Publication, issued: Publication | None, again: str) -> None:
    """Raise ContentError when an item was issued otherwise, and nobody says why it changes."""
    if issued is None or issued.withdrawn or again or issued.digest == row.digest:
        return
    params = {"key": row.key, "title": issued.title}
    raise ContentError(Problem("issued-otherwise", params=params))


def check_key(reading: Reading, key: str) -> None:
    """Raise ContentError when a file of the folder has the key that is to be given."""
    if key in reading.present:
        raise ContentError(Problem("issue-key-taken", params={"key": key}))


def issue_bulletin(office: Office, made: MadeBulletin, printed: Printed) -> Issued:
    """Write a bulletin's file, and note in the log that it was issued.

    Nothing is noted when the file can't be written. Raise ContentError for a number that is
    taken, and as :func:`check_issue` does.
    """
    check_key(made.shelves.reading, made.key)
    row = row_of_bulletin(office.config, made)
    return issue(
        office, row, printed, lambda log: check_number(log, made.key, made.number, made.year)
    )


def issue(
    office: Office,
    row: Publication,
    printed: Printed,
    check: Callable[[Memory], None] = lambda _: None,
) -> Issued:
    """Write a file, and note in the log what it is. check: of what the log has by now."""
    with own_log(office) as log:
        memory = log.memory()
        check(memory)
        had = memory.publications.get((NO_SITE, row.key))
        check_issue(row, had, printed.again)
        write(printed.content, printed.output)
        if had and not had.withdrawn and had.digest == row.digest:
            return Issued.SAME
        corrected = had is not None and not had.withdrawn
        run_id = log.start_run("issue")
        log.record(run_id, _with_evidence(office.config, row, printed, had))
        log.finish_run(run_id, 0, {"issued": 1})
        return Issued.CORRECTED if corrected else Issued.NEW


def _with_evidence(
    config: Config, row: Publication, printed: Printed, had: Publication | None
) -> Publication:
    links = links_of(had.evidence) if had else row.evidence
    path = printed.output.resolve()
    name = path.name
    with suppress(ValueError):  # elsewhere on the computer: where is nobody's business
        name = path.relative_to(config.base).as_posix()
    return replace(
        row,
        evidence=tuple(dict.fromkeys((name, *row.evidence, *links))),
        fingerprint=hashlib.sha256(printed.content).hexdigest(),
        reason=printed.again,
    )


def links_of(evidence: Iterable[str]) -> tuple[str, ...]:
    """Return the web addresses among evidence."""
    return tuple(each for each in evidence if each.startswith(("https://", "http://")))


def write(content: bytes, output: Path) -> None:
    """Write a file whole or not at all. Raise ContentError when it can't be written."""
    fresh = output.with_name(f"{output.name}.new")
    try:
        fresh.write_bytes(content)
        fresh.replace(output)
    except OSError as error:  # on Windows also while it is open in Word
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
        params = {"error": error.strerror or str(error)}
        raise ContentError(Problem("file-unwritable", Where(str(output)), params)) from error
