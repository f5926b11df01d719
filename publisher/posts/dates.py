"""Dates as people write them."""

from __future__ import annotations

import re
from datetime import datetime, time, tzinfo

from publisher.text import fold

YEARS = range(1970, 2200)
"""Years that a post can have; any other is a slip of the hand."""

_CLOCK = (
    r"(?:luc\s+)?(?P<hour>\d{1,2})"
    r"(?::(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d+)?)?"
    r"|\s*(?:h|g|gio)(?:\s*(?P<past>\d{2}))?(?:\s*(?:phut|p))?)"
)
_DATE = (
    r"(?:(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})"
    r"|(?:ngay\s+)?(?P<d>\d{1,2})[-/.](?P<m>\d{1,2})[-/.](?P<y>\d{4})"
    r"|(?:ngay\s+)?(?P<dd>\d{1,2})\s+thang\s+(?P<mm>\d{1,2}),?\s+nam\s+(?P<yy>\d{4}))"
)
_ZONE = r"(?P<zone>z|[+-]\d{2}(?::?\d{2})?)"
_FORMS = (
    re.compile(rf"{_DATE}(?:(?:\s*,\s*|\s+|t){_CLOCK})?\s*{_ZONE}?", re.ASCII),
    re.compile(rf"{_CLOCK}(?:\s*,\s*|\s+){_DATE}", re.ASCII),
)


def parse_date(text: str, zone: tzinfo, default_time: time = time(0, 0)) -> datetime | None:
    """Return the aware instant that a date as people write it means, or None.

    Day comes before month (``15/03/2023 08:00``, ``8h30 15/3/2023``, ``8 giờ 30 phút, ngày
    15 tháng 3 năm 2023``) unless the year leads (``2023-03-15``, ``2023-03-15T08:00+07:00``).
    Without an offset it is in ``zone``.
    """
    written = fold(text).strip("\"'")
    for form in _FORMS:
        if not (match := form.fullmatch(written)):
            continue
        part = {name: value for name, value in match.groupdict().items() if value}
        year, month, day = (
            int(next(part[name] for name in names if name in part))
            for names in (("year", "y", "yy"), ("month", "m", "mm"), ("day", "d", "dd"))
        )
        minute = part.get("minute") or part.get("past") or 0
        try:
            clock = (
                time(int(part["hour"]), int(minute), int(part.get("second", 0)))
                if "hour" in part
                else default_time
            )
            moment = datetime(year, month, day, clock.hour, clock.minute, clock.second)  # noqa: DTZ001
            if "zone" in part:
                moment = datetime.fromisoformat(f"{moment.isoformat()}{part['zone'].upper()}")
        except ValueError:
            return None
        if year not in YEARS:
            return None
        return moment if moment.tzinfo else moment.replace(tzinfo=zone)
    return None
