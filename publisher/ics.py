"""Entries of a calendar → an iCalendar file (RFC 5545), for Outlook, Google and telephones. Pure.

No clock, disk or network: the instant at which a file is made is a parameter.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar, Event, Timezone

from publisher import __version__

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_LASTS = timedelta(minutes=15)
"""How long an instant is drawn: some calendars hide what lasts no time at all."""
_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: ``begins`` is a day, or an aware instant.

    uid: the same for the same thing for ever, so that a file that is read again changes the
    entry and makes no second one; ASCII. place: shown beside the summary. certain: whether it
    is no draft of a date. lasts: of an instant. busy: whether people are expected to be there.
    """

    uid: str
    begins: date | datetime
    summary: str
    description: str = ""
    place: str = ""
    categories: tuple[str, ...] = ()
    url: str = ""
    certain: bool = True
    lasts: timedelta = _LASTS
    busy: bool = False


def calendar(entries: Iterable[Entry], name: str, zone: str, now: datetime) -> bytes:
    """Return the file: UTF-8, CRLF, lines folded, instants in UTC, days as days.

    zone: IANA name of the office's time zone, shown to those who subscribe. now: of the
    forecast. A file made later has higher SEQUENCE numbers, so that its entries win; one made
    in the same minute is the same to the byte.
    """
    made = Calendar()
    made.add("prodid", f"-//publisher//publisher {__version__}//VI")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("x-wr-calname", name)
    made.add("x-wr-timezone", zone)
    stamp = _minute(now)
    entries = list(entries)
    if not entries:  # a calendar must have something in it (RFC 5545, 3.6)
        made.add_component(Timezone.from_tzid(zone))
    for entry in entries:
        made.add_component(_event(entry, stamp))
    content: bytes = made.to_ical()
    return content


def _minute(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(second=0, microsecond=0)


def _event(entry: Entry, stamp: datetime) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", stamp)
    event.add("sequence", (stamp - _EPOCH) // _MINUTE)
    if isinstance(entry.begins, datetime):
        begins = _minute(entry.begins)
        event.add("dtstart", begins)
        event.add("dtend", begins + entry.lasts)
    else:
        event.add("dtstart", entry.begins)
        event.add("dtend", entry.begins + _DAY)  # the first day that is not in it any more
    event.add("summary", entry.summary)
    if entry.description:
        event.add("description", entry.description)
    if entry.place:
        event.add("location", entry.place)
    if entry.categories:
        event.add("categories", list(entry.categories))
    if entry.url:
        event.add("url", entry.url)
    event.add("status", "CONFIRMED" if entry.certain else "TENTATIVE")
    event.add("transp", "OPAQUE" if entry.busy else "TRANSPARENT")
    return event
