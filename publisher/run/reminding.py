"""How many working days are left until the yearly report is due."""

from __future__ import annotations

from collections.abc import Callable
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

    The day of the deadline does not count: the plan asks for the report before it.
    """
    day, month = (int(part) for part in config.report.deadline.split("/"))
    due = date(today.year, month, day)
    if due < today:
        due = due.replace(year=today.year + 1)
    works = working_days(config)
    days = (today + number * _DAY for number in range((due - today).days))
    return Reminder(due, sum(1 for d in days if works(d)))


def working_days(config: Config) -> Callable[[date], bool]:
    """Return what tells a working day of the office.

    Worked are Monday to Friday and the Saturdays that the Government swaps for a day off, but
    for public holidays (Bộ luật Lao động 2019, Điều 112) and the office's own days off.
    """
    # Loaded here: commands that need no calendar start sooner without it.
    from holidays import country_holidays

    calendar = country_holidays("VN")
    free, own = set(config.report.days_off), config.own_days_off
    return lambda day: day not in free and day not in own and calendar.is_working_day(day)
