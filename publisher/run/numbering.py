"""Keys and numbers of bulletins: one issue of a period, numbered by the year."""

from __future__ import annotations

from publisher.config import Config
from publisher.errors import ContentError
from publisher.model import NO_SITE, Kind, Memory, Period, Problem, Publication, Span


def key_of_period(period: Period) -> str:
    """Return the key under which the log has the bulletin of a period."""
    year = period.year
    names = {
        Span.MONTH: f"{year}-{period.number:02}",
        Span.QUARTER: f"{year}-quy-{period.number}",
        Span.HALF: f"{year}-6-thang-{period.number}",
        Span.NINE_MONTHS: f"{year}-9-thang",
        Span.YEAR: f"{year}",
        Span.DAYS: f"{period.first.isoformat()}-{period.last.isoformat()}",
    }
    return f"ban-tin/{names[period.span]}"


def next_number(
    config: Config, memory: Memory, year: int, key: str, issued: Publication | None
) -> int:
    """Return the number that a bulletin has, or would get."""
    if issued and (had := number_of(issued, year)):
        return had
    taken = [
        number_of(row, year)
        for (site, other), row in memory.publications.items()
        if site == NO_SITE and other != key
    ]
    first = config.bulletin.first_number(year)
    return max([first, *(number + 1 for number in taken)])


def number_of(row: Publication, year: int) -> int:
    """Return the number of a bulletin of a year, 0 for anything else."""
    head, _, of = row.slug.removeprefix("so-").partition("-")
    issued = row.kind == Kind.BAN_TIN.value and row.slug.startswith("so-")
    return int(head) if issued and of == str(year) and head.isdecimal() else 0


def check_number(memory: Memory, key: str, number: int, year: int) -> None:
    """Raise ContentError when another bulletin that was not withdrawn has this number."""
    for (site, other), row in memory.publications.items():
        if site != NO_SITE or other == key or row.withdrawn:
            continue
        if number_of(row, year) == number:
            params = {"number": f"{number:02}/{year}", "title": row.title}
            raise ContentError(Problem("bulletin-number-taken", params=params))
