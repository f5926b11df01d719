"""Log → figures: what was published in a period, counted by everything. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import tzinfo

from publisher.model import Event, Period, Publication


@dataclass(frozen=True, slots=True)
class Item:
    """One post on one site: its newest row, and how often it was corrected after it went out.

    shown: whether the site ever showed it; one withdrawn before its time never was an item.
    """

    publication: Publication
    corrections: int = 0
    shown: bool = False


@dataclass(frozen=True, slots=True)
class Figures:
    """What was published. The sum of every breakdown is the total.

    items: what is counted, by date shown. by: number of items by kind, theme, month
    (``YYYY-MM`` of the date shown), site, unit and author (the authors of one item joined);
    "" where the post does not say. posts: how many different posts these are, whatever the
    number of sites. pictures: that the items show. withdrawn: taken from
    their site since, not counted. corrected: items changed after they went out.
    """

    period: Period
    total: int
    posts: int
    by: Mapping[str, Mapping[str, int]]
    pictures: int
    items: tuple[Item, ...]
    withdrawn: tuple[Item, ...]
    corrected: int


def tally(rows: Iterable[Publication], period: Period, zone: tzinfo) -> Figures:
    """Given the log's publications in the order in which they were written, return figures.

    An item belongs to the period of the date that its site shows, in ``zone``; it counts
    once, however often it was corrected. One that the site has still to show is left out.
    """
    counted, withdrawn = [], []
    for item in _items(rows):
        shown = item.publication.shown_at
        if shown is None or shown.astimezone(zone).date() not in period:
            continue
        if item.publication.event is Event.WITHDRAWN:
            withdrawn += [item] if item.shown else []
        elif item.publication.status == "publish":
            counted.append(item)
    counted.sort(key=_by_date)
    by: dict[str, Counter[str]] = {
        name: Counter() for name in ("kind", "theme", "month", "site", "unit", "author")
    }
    for item in counted:
        row = item.publication
        assert row.shown_at is not None
        by["kind"][row.kind] += 1
        by["theme"][row.theme] += 1
        by["month"][f"{row.shown_at.astimezone(zone):%Y-%m}"] += 1
        by["site"][row.site] += 1
        by["unit"][row.unit] += 1
        by["author"][", ".join(row.authors)] += 1
    return Figures(
        period=period,
        total=len(counted),
        posts=len({item.publication.key for item in counted}),
        by={name: dict(sorted(counter.items())) for name, counter in by.items()},
        pictures=sum(item.publication.pictures for item in counted),
        items=tuple(counted),
        withdrawn=tuple(sorted(withdrawn, key=_by_date)),
        corrected=sum(1 for item in counted if item.corrections),
    )


def _by_date(item: Item) -> tuple[float, str, str]:
    row = item.publication
    return (row.shown_at.timestamp() if row.shown_at else 0.0, row.site, row.key)


def _items(rows: Iterable[Publication]) -> Iterable[Item]:
    """Fold the rows of each post on each site into the newest one."""
    items: dict[tuple[str, str], Item] = {}
    for row in rows:
        before = items.pop((row.site, row.previous_key), None) if row.previous_key else None
        before = before or items.get((row.site, row.key))
        corrections = before.corrections if before else 0
        if before and row.event in (Event.UPDATED, Event.ADOPTED):
            # An update that only set a link to another post corrects nothing; one whose
            # answer never came was recognised on the site later.
            was = before.publication.article_digest
            corrections += bool(was) and was != row.article_digest
        shown = row.status == "publish" or (before is not None and before.shown)
        items[row.site, row.key] = Item(row, corrections, shown)
    return items.values()
