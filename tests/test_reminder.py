"""How many working days are left until the report is due."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from publisher import messages, run
from publisher.config import Config
from publisher.config.reporting import ReportSettings
from publisher.config.settings import Schedule
from tests.office import Office


def left(today: date, **report: object) -> tuple[date, int]:
    config = Config(report=ReportSettings.model_validate(report))
    made = run.reminder(config, today)
    return made.due, made.working_days


@pytest.mark.parametrize(
    ("today", "days"),
    [
        (date(2023, 12, 13), 1),  # a Wednesday; the 14th is the deadline itself
        (date(2023, 12, 14), 0),
        (date(2023, 12, 10), 3),  # a Sunday: 11, 12, 13
        (date(2023, 12, 8), 4),  # a Friday
        (date(2023, 11, 23), 15),
    ],
)
def test_saturdays_and_sundays_are_not_worked(today: date, days: int) -> None:
    assert left(today) == (date(2023, 12, 14), days)


def test_the_day_after_the_deadline_the_next_one_counts() -> None:
    due, days = left(date(2023, 12, 15))
    assert due == date(2024, 12, 14) and days > 240


@pytest.mark.parametrize(
    ("today", "deadline", "days"),
    [
        (date(2023, 9, 1), "06/9", 1),  # 1 and 2 September, and Monday the 4th for the 2nd
        (date(2023, 1, 19), "30/1", 2),  # Tết: from 20 to 26 January
        (date(2024, 4, 30), "03/5", 1),  # Victory and Labour day
        (date(2026, 8, 21), "25/8", 3),  # Saturday the 22nd is worked for Monday the 31st
    ],
)
def test_public_holidays_are_not_worked(today: date, deadline: str, days: int) -> None:
    assert left(today, deadline=deadline)[1] == days


def test_days_off_of_the_office_are_not_worked() -> None:
    off = ["11/12/2023", date(2023, 12, 12), "16/12/2023"]
    assert left(date(2023, 12, 8), days_off=off)[1] == 2


def test_days_off_of_the_schedule_count_too() -> None:
    schedule = Schedule.model_validate({"days_off": ["11/12/2023-12/12/2023"]})
    made = run.reminder(Config(schedule=schedule), date(2023, 12, 8))
    assert made.working_days == 2


def test_the_reminder_is_vietnamese(tmp_path: Path) -> None:
    office = Office(tmp_path / "office")
    zone = ZoneInfo("Asia/Ho_Chi_Minh")
    today = datetime.now(zone).date()
    office.configure(f'[report]\ndeadline = "{today:%d/%m}"\n[sites.xem]\nkind = "preview"\n')
    words = f"Còn 0 ngày làm việc đến hạn báo cáo, {today:%d/%m/%Y}."
    assert words in office.run("status").out
    assert words in office.run("publish").out.splitlines()[-1]
    assert office.run("status", "--json").json["working_days_to_deadline"] == 0


def test_a_deadline_that_is_far_is_told_by_status_alone(tmp_path: Path) -> None:
    office = Office(tmp_path / "office")
    yesterday = date.fromordinal(datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")).date().toordinal() - 1)
    if (yesterday.month, yesterday.day) == (2, 29):
        yesterday = yesterday.replace(day=28)
    office.configure(f'[report]\ndeadline = "{yesterday:%d/%m}"\n[sites.xem]\nkind = "preview"\n')
    assert "ngày làm việc" in office.run("status").out
    assert "ngày làm việc" not in office.run("publish").out


def test_one_day_is_one_day() -> None:
    assert messages.reminder(date(2023, 12, 14), 1).startswith(("1 working day left", "Còn 1 ngày"))
