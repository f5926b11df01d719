"""Figures → the tables that count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from publisher.model import ACTIVITIES, WEB_KINDS
from publisher.reports import words
from publisher.reports.content import Column, Form, Table, Value
from publisher.tally import Figures, Progress


@dataclass(frozen=True, slots=True)
class Labels:
    """What the office calls its themes and sites, by code, in its own order."""

    themes: Mapping[str, str]
    sites: Mapping[str, str]

    def theme(self, code: str) -> str:
        """Return the label of a theme; of one that is no longer configured, its code."""
        return self.themes.get(code) or code or words.NOT_GIVEN

    def site(self, code: str) -> str:
        """Return what a site is called."""
        return self.sites.get(code) or code or words.NOT_GIVEN


def in_order(codes: Iterable[str], order: Iterable[str]) -> list[str]:
    """Return codes in a given order, those it does not have after it, "" last."""
    given = set(codes)
    known = [code for code in order if code in given]
    rest = sorted(given.difference(known, ("",)))
    return [*known, *rest, *([""] if "" in given else [])]


def percent(part: int, whole: int) -> float:
    """Return hundredths to one decimal, halves up; 0 of nothing."""
    return (2000 * part + whole) // (2 * whole) / 10 if whole else 0.0


def comparable(figures: Figures) -> Figures | None:
    """Return the figures of a year before, or None when the log has nothing from then."""
    before = figures.before
    return before if before and (before.total or before.activities.total) else None


def breakdowns(figures: Figures, labels: Labels) -> tuple[Table, ...]:
    """Return every count of items by something, those without items too."""
    kinds = {str(kind): words.KINDS[kind] for kind in WEB_KINDS}
    sites = {code: labels.site(code) for code in figures.by["site"]}
    months = {month: words.month(month) for month in figures.months}
    by: tuple[tuple[str, str, str, Mapping[str, str]], ...] = (
        ("kind", "Số tin, bài theo thể loại", "Thể loại", kinds),
        ("theme", "Số tin, bài theo nội dung truyền thông", "Nội dung", labels.themes),
        ("month", "Số tin, bài theo tháng đăng", "Tháng", months),
        ("site", "Số tin, bài theo trang thông tin điện tử", "Trang", sites),
        ("channel", "Số tin, bài theo kênh", "Kênh", words.CHANNELS),
        ("unit", "Số tin, bài theo phòng, đơn vị", "Phòng, đơn vị", {}),
        ("author", "Số tin, bài theo tác giả", "Tác giả", {}),
    )
    return tuple(_breakdown(figures, *each) for each in by)


def _breakdown(
    figures: Figures, name: str, title: str, head: str, labels: Mapping[str, str]
) -> Table:
    counts = figures.by[name]
    # Months without items are told; other things that do not occur are not.
    codes = list(labels) if name == "month" else in_order(counts, labels)
    earlier = comparable(figures)
    before = earlier.by[name] if earlier and name != "month" else None
    if before is not None:
        codes = in_order({*counts, *before}, labels)
    columns = [Column(head, width=3.4), Column("Số tin, bài", Form.NUMBER)]
    columns.append(Column("Tỷ lệ (%)", Form.PERCENT))
    if before is not None:
        columns.append(Column("Cùng kỳ năm trước", Form.NUMBER, 1.2))
        columns.append(Column("Tăng, giảm", Form.CHANGE))

    def row(label: str, now: int, then: int) -> tuple[Value, ...]:
        compared = (then, now - then) if before is not None else ()
        return (label, now, percent(now, figures.total), *compared)

    rows = [
        row(labels.get(c) or c or words.NOT_GIVEN, counts.get(c, 0), (before or {}).get(c, 0))
        for c in codes
    ]
    total = row("Tổng cộng", figures.total, earlier.total if earlier else 0)
    return Table(f"{name}s", title, tuple(columns), tuple(rows), total)


def sites_across(figures: Figures, labels: Labels) -> tuple[Table, ...]:
    """Return items by kind and by theme (down) and site (across); () for a single site.

    The last column is what is left without the copies of other sites' items.
    """
    sites = in_order(figures.by["site"], labels.sites)
    if len(sites) < 2:
        return ()
    kinds = {str(kind): words.KINDS[kind] for kind in WEB_KINDS}
    by: tuple[tuple[str, str, str, Mapping[str, str]], ...] = (
        ("kind", "Số tin, bài theo thể loại và trang", "Thể loại", kinds),
        ("theme", "Số tin, bài theo nội dung và trang", "Nội dung", labels.themes),
    )
    return tuple(_across(figures, labels, sites, *each) for each in by)


def _across(
    figures: Figures,
    labels: Labels,
    sites: Sequence[str],
    name: str,
    title: str,
    head: str,
    named: Mapping[str, str],
) -> Table:
    counts, originals = figures.site_by[name], figures.originals[name]
    columns = [
        Column(head, width=2.6),
        *(Column(labels.site(site), Form.NUMBER, 1.3) for site in sites),
        Column("Cộng lượt đăng", Form.NUMBER),
    ]
    if figures.copies:
        columns.append(Column("Không kể đăng lại", Form.NUMBER))
    own = (lambda number: (number,)) if figures.copies else (lambda _: ())
    rows = tuple(
        (
            named.get(code) or code or words.NOT_GIVEN,
            *(counts[code].get(site, 0) for site in sites),
            sum(counts[code].values()),
            *own(originals.get(code, 0)),
        )
        for code in in_order(counts, named)
    )
    by_site = figures.by["site"]
    total = ("Tổng cộng", *(by_site[site] for site in sites), figures.total, *own(figures.own))
    return Table(f"{name}-sites", title, tuple(columns), rows, total)


def theme_months(figures: Figures, labels: Labels) -> Table:
    """Return items by theme (down) and month (across)."""
    columns = (
        Column("Nội dung", width=3.5),
        *(Column(words.month(month), Form.NUMBER) for month in figures.months),
        Column("Cộng", Form.NUMBER),
    )
    rows: list[tuple[Value, ...]] = []
    for theme in in_order(figures.theme_months, labels.themes):
        counts = figures.theme_months[theme]
        in_months = [counts.get(month, 0) for month in figures.months]
        rows.append((labels.theme(theme), *in_months, sum(in_months)))
    by_month = figures.by["month"]
    total: tuple[Value, ...] = (
        "Tổng cộng",
        *(by_month.get(m, 0) for m in figures.months),
        figures.total,
    )
    title = "Số tin, bài theo nội dung và tháng đăng"
    return Table("theme-months", title, columns, tuple(rows), total)


def activity_kinds(figures: Figures) -> Table:
    """Return activities by kind, with who took part and what was printed."""
    held = figures.activities
    earlier = comparable(figures)
    before = earlier.activities if earlier else None
    columns = [
        Column("Hình thức", width=2.4),
        Column("Số lượng", Form.NUMBER),
        Column("Lượt người tham dự", Form.NUMBER, 1.2),
        Column("Số bản", Form.NUMBER),
    ]
    if before:
        columns.append(Column("Cùng kỳ năm trước", Form.NUMBER, 1.2))
        columns.append(Column("Tăng, giảm", Form.CHANGE))

    def compared(now: int, then: int) -> tuple[int, ...]:
        return (then, now - then) if before else ()

    was = before.by["kind"] if before else {}
    rows = tuple(
        (
            words.KINDS.get(kind, kind),
            held.by["kind"].get(kind, 0),
            held.participants.get(kind),
            held.copies.get(kind),
            *compared(held.by["kind"].get(kind, 0), was.get(kind, 0)),
        )
        for kind in in_order({*held.by["kind"], *was}, map(str, ACTIVITIES))
    )
    total: tuple[Value, ...] = (
        "Tổng cộng",
        held.total,
        sum(held.participants.values()),
        sum(held.copies.values()),
        *compared(held.total, before.total if before else 0),
    )
    return Table("activity-kinds", "Số hoạt động theo hình thức", tuple(columns), rows, total)


def targets(figures: Figures, labels: Labels) -> Table:
    """Return the targets of the plan and how much of each is done."""
    columns = (
        Column("Chỉ tiêu của kế hoạch", width=3),
        Column("Kế hoạch năm", Form.NUMBER),
        Column("Trong kỳ", Form.NUMBER),
        Column("Từ đầu năm", Form.NUMBER),
        Column("Đạt (%)", Form.PERCENT),
    )
    rows = tuple(
        (target_name(p, labels), p.target.planned, p.in_period, p.done, p.percent)
        for p in figures.progress
    )
    return Table("targets", "Mức độ hoàn thành kế hoạch", columns, rows)


def target_name(progress: Progress, labels: Labels) -> str:
    """Return what a target counts."""
    target = progress.target
    if target.group == "total":
        return "Tổng số tin, bài"
    if target.group == "kinds":
        return words.KINDS.get(target.code, target.code)
    return labels.theme(target.code)
