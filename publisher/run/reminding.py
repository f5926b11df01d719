"""How many working days are left until the yearly report is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from publisher.config import Config

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Reminder:
    """The next day on which the report is due; working days left, today among them."""

    due: date
    working_days: int


def reminder(config: Config, today: date) -> Reminder:
    """Given the office's date, return when the report is due and what is left until then.

    Worked are Monday to Friday and the Saturdays that the Government swaps for a day off, but
    for public holidays (Bộ luật Lao động 2019, Điều 112) and ``[report] days_off``. The day
    of the deadline does not count: the plan asks for the report before it.
    """
    # Loaded here: commands that need no calendar start sooner without it.
    from holidays import country_holidays

    day, month = (int(part) for part in config.report.deadline.split("/"))
    due = date(today.year, month, day)
    if due < today:
        due = due.replace(year=today.year + 1)
    calendar = country_holidays("VN")
    free = set(config.report.days_off)
    days = (today + number * _DAY for number in range((due - today).days))
    return Reminder(due, sum(1 for d in days if d not in free and calendar.is_working_day(d)))
