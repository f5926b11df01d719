"""Items as lists tell them: one row of plain values each, for a workbook and for CSV."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from publisher.reports import words
from publisher.tally import Figures, Item


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to know of an item: what it is, whether it counts in the period, and why."""

    what: str
    counted: bool
    item: Item
    why: str = ""


def kind(item: Item) -> str:
    """Return what kind of item it is."""
    code = item.publication.kind
    return words.KINDS.get(code) or code or words.NOT_GIVEN


def authors(item: Item) -> str:
    """Return its authors, joined as they are counted."""
    return ", ".join(item.publication.authors) or words.NOT_GIVEN


def unit(item: Item) -> str:
    """Return the unit that it came from."""
    return item.publication.unit or words.NOT_GIVEN


def verdict(item: Item) -> str:
    """Return what looking it up on its site gave."""
    return words.VERDICTS[item.verification.verdict] if item.verification else "Chưa đối chiếu"


def remarks(figures: Figures) -> Iterator[Remark]:
    """Yield what needs a look: by sort, then by date shown."""
    period, held = figures.period, figures.activities
    close = f" {words.day(period.close)}" if period.close else ""
    until = words.day(period.last)
    for item in figures.pending:
        yield Remark(f"Ước đến {until}", False, item, f"Đăng sau ngày chốt số liệu{close}")
    for item in figures.late:
        yield Remark("Tính vào kỳ sau", False, item, _known(item))
    for item in figures.carried:
        yield Remark("Của kỳ trước, tính vào kỳ này", True, item, _known(item))
    for item in figures.backdated:
        yield Remark("Ghi lùi ngày", True, item, _known(item))
    for item in figures.failed:
        yield Remark("Không khớp khi đối chiếu", True, item, _found(item))
    for item in figures.withdrawn:
        yield Remark("Đã gỡ", False, item, _why(item))
    for item in held.pending:
        yield Remark("Hoạt động dự kiến", False, item, f"Đến {until}")
    for item in held.late:
        yield Remark("Hoạt động tính vào kỳ sau", False, item, _known(item))
    for item in held.withdrawn:
        yield Remark("Hoạt động đã hủy", False, item, _why(item))


def _why(item: Item) -> str:
    reason = item.publication.reason
    return words.REASONS.get(reason, reason)


def _known(item: Item) -> str:
    return f"Thực tế ghi nhận ngày {words.day(item.known)}" if item.known else ""


def _found(item: Item) -> str:
    detail = item.verification.detail if item.verification else ""
    return f"{verdict(item)} ({detail})" if detail else verdict(item)
