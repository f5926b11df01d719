"""Days as people type them into a form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from publisher.posts import parse_date


def day_of(text: str, zone: ZoneInfo) -> date | None:
    """Return the day of ``15/03/2023`` or ``2023-03-15``, None for anything else."""
    moment = parse_date(text, zone) if text else None
    return moment.astimezone(zone).date() if moment else None


@dataclass(frozen=True, slots=True)
class Moments:
    """Says instants as people write them, by the office's clock."""

    zone: ZoneInfo

    def __call__(self, moment: datetime) -> str:
        """Return day and time of day."""
        return f"{moment.astimezone(self.zone):%d/%m/%Y %H:%M}"
