"""Royalties (nhuận bút): what each author is due for the items of a period. Pure.

The amount for an item is its kind's coefficient times the unit, which is a tenth of the base
salary (lương cơ sở), both as on the day that the site shows. The head of the agency sets the
coefficients. A post is paid once, on however many sites it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Protocol, TypeVar

from publisher.model import Publication


@dataclass(frozen=True, slots=True)
class Unit:
    """The unit in đồng from a day on."""

    since: date
    amount: int


@dataclass(frozen=True, slots=True)
class Coefficients:
    """The coefficient of each kind from a day on."""

    since: date
    by_kind: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Rates:
    """All that the head of the agency has set; days: within how many days it is paid."""

    units: Sequence[Unit]
    coefficients: Sequence[Coefficients]
    days: int = 60


@dataclass(frozen=True, slots=True)
class Payment:
    """One author's part of one item: amount is whole đồng, share its part of the item's."""

    author: str
    publication: Publication
    day: date
    coefficient: Decimal
    unit: int
    share: Fraction
    amount: int
    due: date


@dataclass(frozen=True, slots=True)
class AuthorTotal:
    """What one author is due in all: items, whole đồng, and the earliest day it is due."""

    author: str
    items: int
    amount: int
    due: date


@dataclass(frozen=True, slots=True)
class Royalties:
    """What is to be paid for a period.

    payments: by day shown. authors: by name. total: đồng, the sum of either. unpaid: items
    for which nothing can be worked out: "author" (none is named), "coefficient" (none is set
    for the kind on that day) or "unit".
    """

    payments: tuple[Payment, ...]
    authors: tuple[AuthorTotal, ...]
    total: int
    unpaid: tuple[tuple[Publication, str], ...]


def royalties(items: Iterable[Publication], rates: Rates, zone: tzinfo) -> Royalties:
    """Given the items of a period, return what their authors are due.

    The amount of an item is rounded to whole đồng, halves up. Its parts are rounded down, and
    the đồng that are left go one each to those who lost most, so that the parts add up.
    """
    payments: list[Payment] = []
    unpaid: list[tuple[Publication, str]] = []
    shown = [(row.shown_at, row) for row in items if row.shown_at]
    shown.sort(key=lambda pair: (pair[0], pair[1].site, pair[1].key))
    paid: set[str] = set()
    for at, row in shown:
        if row.key in paid:
            continue
        paid.add(row.key)
        day = at.astimezone(zone).date()
        unit = _on(day, rates.units)
        table = _on(day, rates.coefficients)
        coefficient = table.by_kind.get(row.kind) if table else None
        if not row.authors or coefficient is None or unit is None:
            missing = "author" if not row.authors else "unit" if unit is None else "coefficient"
            unpaid.append((row, missing))
            continue
        due = day + timedelta(days=rates.days)
        amount = int((coefficient * unit.amount).quantize(Decimal(1), ROUND_HALF_UP))
        shares = _shares(row)
        payments += [
            Payment(author, row, day, coefficient, unit.amount, share, part, due)
            for author, share, part in zip(
                row.authors, shares, divided(amount, shares), strict=True
            )
        ]
    return Royalties(
        tuple(payments), _totals(payments), sum(p.amount for p in payments), tuple(unpaid)
    )


class _Dated(Protocol):
    @property
    def since(self) -> date: ...


_T = TypeVar("_T", bound=_Dated)


def _on(day: date, table: Iterable[_T]) -> _T | None:
    """Return what was set last on or before a day."""
    return max((e for e in table if e.since <= day), key=lambda e: e.since, default=None)


def _shares(row: Publication) -> list[Fraction]:
    parts = row.shares if len(row.shares) == len(row.authors) else (1,) * len(row.authors)
    return [Fraction(part, sum(parts)) for part in parts]


def divided(amount: int, shares: Sequence[Fraction]) -> list[int]:
    """Return an amount in whole parts by shares that add up to 1; the parts add up to it."""
    exact = [amount * share for share in shares]
    parts = [int(part) for part in exact]
    by_loss = sorted(range(len(parts)), key=lambda n: exact[n] - parts[n], reverse=True)
    for n in by_loss[: amount - sum(parts)]:
        parts[n] += 1
    return parts


def _totals(payments: Iterable[Payment]) -> tuple[AuthorTotal, ...]:
    totals: dict[str, AuthorTotal] = {}
    for payment in payments:
        had = totals.get(payment.author)
        totals[payment.author] = AuthorTotal(
            payment.author,
            (had.items if had else 0) + 1,
            (had.amount if had else 0) + payment.amount,
            min(had.due, payment.due) if had else payment.due,
        )
    return tuple(totals[author] for author in sorted(totals))
