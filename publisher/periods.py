"""Reporting periods (Nghị định 09/2019/NĐ-CP, Điều 12). Pure."""

from __future__ import annotations

from datetime import date

from publisher.model import Period


def year(number: int) -> Period:
    """Return a year's period: 15/12 of the year before to 14/12."""
    return Period(date(number - 1, 12, 15), date(number, 12, 14))
