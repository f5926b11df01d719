"""The settings of the report and of royalties."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from publisher.model import WEB_KINDS, Kind
from publisher.posts import parse_date
from publisher.royalties import Coefficients, Rates, Unit
from publisher.tally import Target


def _day_of_year(value: str) -> str:
    day, _slash, month = value.partition("/")
    try:
        date(2023, int(month), int(day))  # a day that every year has
    except ValueError as error:
        raise ValueError("no day and month") from error
    return value


def _date(value: object) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    moment = parse_date(value, UTC) if isinstance(value, str) else None
    if moment is None:
        raise PydanticCustomError("config-date", "config-date", {"value": str(value)})
    return moment.date()


DayOfYear = Annotated[str, AfterValidator(_day_of_year)]
Date = Annotated[date, BeforeValidator(_date)]
_Count = Annotated[int, Field(ge=1, le=1_000_000)]


class Section(BaseModel):
    """A table of config.toml: what is not known in it is refused."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, arbitrary_types_allowed=True, defer_build=True
    )


class Targets(Section):
    """What the plan asks for in a year: items in all, of a kind, of a theme."""

    total: _Count | None = None
    kinds: Mapping[Kind, _Count] = Field(default_factory=dict)
    themes: Mapping[str, _Count] = Field(default_factory=dict)

    def listed(self) -> tuple[Target, ...]:
        """Return every target, the whole first."""
        whole = [Target("total", "", self.total)] if self.total else []
        kinds = [Target("kinds", kind.value, number) for kind, number in self.kinds.items()]
        themes = [Target("themes", code, number) for code, number in self.themes.items()]
        return (*whole, *kinds, *themes)


class ReportSettings(Section):
    """The report.

    deadline: when the yearly one is due, day and month (the plan: before 14/12). close: the
    last day whose items it counts, "" for the period's own end. days_off: where the schedule's
    stood before; they are no working days. sites: those that count; () is all but previews, or
    the previews where there is nothing else. subject: what is reported on, as the plan calls it.
    bases: the legal bases and plans that the report begins with, one a line.
    """

    deadline: DayOfYear = "14/12"
    close: Annotated[str, AfterValidator(lambda v: v and _day_of_year(v))] = ""
    days_off: tuple[Date, ...] = ()
    sites: tuple[str, ...] = ()
    targets: Targets = Targets()
    subject: str = "truyền thông hỗ trợ công tác kiểm soát thủ tục hành chính"
    bases: tuple[str, ...] = ()


class UnitSettings(Section):
    """The unit of royalties from a day on, in đồng: 10 % of the base salary."""

    since: Date
    amount: int = Field(ge=1, le=100_000_000)


class CoefficientSettings(Section):
    """What each kind of item is paid from a day on, in units."""

    since: Date
    tin: Decimal | None = Field(default=None, ge=0, le=1000)
    bai: Decimal | None = Field(default=None, ge=0, le=1000)
    anh: Decimal | None = Field(default=None, ge=0, le=1000)
    video: Decimal | None = Field(default=None, ge=0, le=1000)
    infographic: Decimal | None = Field(default=None, ge=0, le=1000)


# A tenth of lương cơ sở; the base salary is set by the Government's decrees.
_UNITS = (
    UnitSettings(since=date(2019, 7, 1), amount=149_000),
    UnitSettings(since=date(2023, 7, 1), amount=180_000),
    UnitSettings(since=date(2024, 7, 1), amount=234_000),
    UnitSettings(since=date(2026, 7, 1), amount=253_000),
)


class RoyaltySettings(Section):
    """Royalties, off unless the organisation switches them on; its head sets the coefficients.

    days: within how many days of publication they are paid.
    """

    enabled: bool = False
    days: int = Field(default=60, ge=1, le=366)
    units: tuple[UnitSettings, ...] = _UNITS
    coefficients: tuple[CoefficientSettings, ...] = ()

    def rates(self) -> Rates:
        """Return what the pure room of royalties works with."""
        return Rates(
            [Unit(unit.since, unit.amount) for unit in self.units],
            [
                Coefficients(
                    table.since,
                    {
                        kind.value: value
                        for kind in WEB_KINDS
                        if (value := getattr(table, kind.value)) is not None
                    },
                )
                for table in self.coefficients
            ],
            self.days,
        )
