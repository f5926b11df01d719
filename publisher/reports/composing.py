"""Figures → the content of a report, in the language of such reports."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import tzinfo
from functools import partial

from publisher.model import Span
from publisher.reports import listings, tables, words
from publisher.reports.content import Annex, Content, Issue, Table
from publisher.reports.sections import ITEMS, sections
from publisher.reports.tables import Labels
from publisher.royalties import Royalties
from publisher.tally import Figures, Item


def compose(
    figures: Figures,
    royalties: Royalties | None,
    issue: Issue,
    labels: Labels,
    zone: tzinfo,
    *,
    left_out: Sequence[str] = (),
) -> Content:
    """Given what was counted, return what the report says.

    royalties: None when they are switched off. zone: of the times that are told. left_out:
    sites that were not counted.
    """
    period = words.period(figures.period)
    breakdowns = (
        *tables.breakdowns(figures, labels),
        *tables.sites_across(figures, labels),
        tables.theme_months(figures, labels),
        tables.activity_kinds(figures),
        tables.targets(figures, labels),
    )
    by_key = {table.key: table for table in breakdowns}
    annexes = tuple(_annexes(figures, labels, by_key["theme-months"], zone))
    attached = "; danh mục chi tiết tại Phụ lục kèm theo" if annexes else ""
    return Content(
        issue=issue,
        period=figures.period,
        title=f"Kết quả {issue.subject} {period}",
        heading=f"Công tác {issue.subject}",
        opening=f"{issue.issuer[:1].upper()}{issue.issuer[1:]} báo cáo kết quả "
        f"{issue.subject} {period} như sau:",
        sections=tuple(sections(figures, issue, labels, zone, by_key)),
        closing=f"Trên đây là báo cáo kết quả {issue.subject} {period} "
        f"của {issue.issuer}{attached}",
        annexes=annexes,
        breakdowns=breakdowns,
        royalties=listings.royalties(royalties, period) if royalties else (),
        notes=tuple(_rules(figures, labels, left_out)),
    )


def _annexes(
    figures: Figures, labels: Labels, theme_months: Table, zone: tzinfo
) -> Iterator[Annex]:
    until = words.day(figures.period.last)
    web = (
        ("items", "Tin, bài, hình ảnh đã đăng tải", figures.items),
        ("pending", f"Tin, bài dự kiến đăng đến ngày {until}", figures.pending),
        ("late", "Tin, bài ghi nhận sau ngày chốt số liệu, tính vào kỳ sau", figures.late),
        ("withdrawn", "Tin, bài đã gỡ, không tính", figures.withdrawn),
        ("failed", "Tin, bài không khớp khi đối chiếu (đã có trong danh mục)", figures.failed),
    )
    listed = _tables(web, labels, partial(listings.items, zone=zone))
    if listed:
        yield Annex("Danh mục tin, bài, hình ảnh đăng tải trên trang thông tin điện tử", listed)
    held = figures.activities
    off_web = (
        ("activities", "Hoạt động đã thực hiện", held.items),
        ("activities-pending", f"Hoạt động dự kiến đến ngày {until}", held.pending),
        ("activities-late", "Hoạt động ghi nhận sau ngày chốt số liệu, tính vào kỳ sau", held.late),
        ("activities-withdrawn", "Hoạt động đã hủy, không tính", held.withdrawn),
    )
    listed = _tables(off_web, labels, listings.activities)
    if listed:
        title = "Danh mục hội nghị, tập huấn và các hình thức truyền thông khác"
        yield Annex(title, listed)
    if figures.total:
        yield Annex("Tổng hợp số tin, bài theo nội dung và tháng đăng", (theme_months,))


def _tables(
    listings: Iterable[tuple[str, str, Sequence[Item]]],
    labels: Labels,
    make: Callable[[Sequence[Item], Labels, str, str], Table],
) -> tuple[Table, ...]:
    return tuple(make(listed, labels, key, title) for key, title, listed in listings if listed)


def _rules(figures: Figures, labels: Labels, left_out: Sequence[str]) -> Iterator[str]:
    period = figures.period
    yield (
        f"Kỳ báo cáo từ ngày {words.day(period.first)} đến ngày {words.day(period.last)} "
        "(Điều 12 Nghị định số 09/2019/NĐ-CP)."
        if period.span is not Span.DAYS
        else f"Số liệu từ ngày {words.day(period.first)} đến ngày {words.day(period.last)}."
    )
    yield (
        f"Mỗi {ITEMS} tính vào kỳ của ngày hiển thị trên trang; đã sửa nhiều lần vẫn tính một "
        "lần; đã gỡ thì không tính."
    )
    if figures.copies:
        yield (
            f"{ITEMS.capitalize()} đăng lại trên trang của đơn vị (có ghi nguồn) tính là lượt đăng "
            "của trang đó, không tính vào chỉ tiêu và không tính nhuận bút lần nữa."
        )
    if left_out:
        yield f"Không tính các trang: {', '.join(map(labels.site, left_out))}."
