"""All rows of the log → one item for each post on each site."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import tzinfo

from publisher.model import Event, Publication
from publisher.tally.figures import Item

STANDS = ("publish", "future", "recorded")
"""Status of what is on its site, will be, or is recorded as an activity."""

# Another program, or a person, put these on the site: when is not known.
_FOUND = (Event.ADOPTED, Event.IMPORTED)


def items_of(
    rows: Iterable[Publication], waiting: Iterable[Publication], zone: tzinfo
) -> Iterator[Item]:
    """Fold the rows of each post on each site into the newest one."""
    items: dict[tuple[str, str], Item] = {}
    for row in rows:
        if row.event is Event.RESTORATION_ASKED:
            continue  # a wish: it is as withdrawn as before until it is granted
        before = items.pop((row.site, row.previous_key), None) if row.previous_key else None
        before = before or items.get((row.site, row.key))
        if row.is_page:  # what it shows is counted as the activity
            items.pop((row.site, row.key), None)
            continue
        items[row.site, row.key] = _after(before, row)
    for row in waiting:  # what the log has already is counted by what it says
        items.setdefault((row.site, row.key), Item(row))
    for item in items.values():
        shown, sent = item.publication.shown_at, item.sent
        if shown is not None:
            known = sent.astimezone(zone).date() if sent else None
            yield Item(
                item.publication,
                item.corrections,
                item.shown,
                sent,
                shown.astimezone(zone).date(),
                known,
            )


def _after(before: Item | None, row: Publication) -> Item:
    """Return what an item is after one more row."""
    stands = row.status in ("publish", "recorded")
    if before is None:
        ours = row.status in STANDS and row.event not in _FOUND
        return Item(row, 0, stands, row.at if ours else None)
    sent = before.sent
    if sent is None and not before.shown and row.status in STANDS and row.event not in _FOUND:
        sent = row.at  # it was a draft there until now
    corrections = before.corrections
    if row.event in (
        Event.UPDATED,
        Event.ADOPTED,
        Event.RECORDED,
        Event.ISSUED,
        Event.RESTORED,
    ):
        # An update that only set a link to another post corrects nothing; one whose
        # answer never came was recognised on the site later.
        was = before.publication.article_digest
        corrections += bool(was) and was != row.article_digest
    if row.event is Event.WITHDRAWN and before.publication.event is Event.WITHDRAWN:
        # It was asked back in vain: why it was taken away is still the reason.
        row = replace(row, reason=before.publication.reason or row.reason)
    return Item(row, corrections, stands or before.shown, sent)
