"""Items and activities as CSV, for Excel and for other programs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from publisher.reports import entries
from publisher.reports.tables import Labels
from publisher.tally import Figures, Item

SEPARATOR = ";"
"""Where the decimal sign is a comma, as in Vietnam, Excel parts cells at semicolons."""

_HEADS = (
    "Nhóm",
    "Ngày",
    "Tiêu đề",
    "Thể loại",
    "Nội dung",
    "Tác giả",
    "Nguồn",
    "Phòng, đơn vị",
    "Trang",
    "Đường dẫn",
    "Số ảnh",
    "Địa điểm",
    "Lượt người tham dự",
    "Số bản",
    "Minh chứng",
    "Số lần sửa",
    "Ngày ghi nhận",
    "Kết quả đối chiếu",
    "Mã",
)
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")


def table(figures: Figures, labels: Labels) -> bytes:
    """Return what is counted, one row an item, then one row an activity.

    UTF-8 with the mark by which Excel knows it, CRLF, semicolons. Dates are ``2023-03-15``:
    Excel reads that alike in every region, and 03/04/2023 as April here and March elsewhere.
    A text that begins like a formula gets an apostrophe before it.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=SEPARATOR, lineterminator="\r\n")
    writer.writerow(_HEADS)
    for line in _lines(figures, labels):
        writer.writerow([_safe(cell) if isinstance(cell, str) else cell for cell in line])
    return buffer.getvalue().encode("utf-8-sig")


def _lines(figures: Figures, labels: Labels) -> Iterator[tuple[str | int, ...]]:
    for group, items in (
        ("Tin, bài", figures.items),
        ("Hoạt động", figures.activities.items),
    ):
        for item in items:
            yield (group, *_cells(item, labels))


def _cells(item: Item, labels: Labels) -> tuple[str | int, ...]:
    row = item.publication
    return (
        item.day.isoformat(),
        row.title,
        entries.kind(item),
        labels.theme(row.theme),
        ", ".join(row.authors),
        row.source,
        row.unit,
        labels.site(row.site) if row.site else "",
        row.url,
        row.pictures,
        row.place,
        row.participants or "",
        row.copies or "",
        ", ".join(row.evidence),
        item.corrections,
        item.known.isoformat() if item.known else "",
        entries.verdict(item) if row.site else "",
        row.key,
    )


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(_RISKY) else text
