"""Figures → the text of a report, section by section, in the language of such reports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import tzinfo

from publisher.model import WEB_KINDS
from publisher.reports import tables, words
from publisher.reports.content import Chart, Issue, Section, Table
from publisher.reports.tables import Labels, comparable, in_order
from publisher.reports.words import number
from publisher.tally import Activities, Figures

ITEMS = "tin, bài"
"""What web items of every kind are called together."""


def sections(
    figures: Figures, issue: Issue, labels: Labels, zone: tzinfo, by_key: Mapping[str, Table]
) -> Iterator[Section]:
    """Yield the sections that have something to say; by_key: the tables that they may show."""
    charts = _charts(figures, labels)
    yield Section("summary", "Kết quả chung", (_summary(figures, issue), *_compared(figures)))
    if figures.total:
        several = len(figures.by["site"]) > 1
        yield Section(
            "web",
            "Đăng tải tin, bài, hình ảnh trên trang thông tin điện tử",
            tuple(_web(figures, labels)),
            (by_key["kinds"], *((by_key["sites"], by_key["kind-sites"]) if several else ())),
            charts[:1],
        )
    if figures.activities.total:
        yield Section(
            "activities",
            "Hội nghị, tập huấn và các hình thức truyền thông khác",
            tuple(_held(figures.activities, labels)),
            (by_key["activity-kinds"],),
        )
    if figures.total or figures.activities.total:
        yield Section(
            "themes",
            "Nội dung truyền thông",
            tuple(_themes(figures, labels)),
            (by_key["themes"],) if figures.total else (),
            charts[1:],
        )
    if figures.progress:
        yield Section(
            "targets",
            "Mức độ hoàn thành kế hoạch",
            tuple(_targets(figures, labels)),
            (by_key["targets"],),
        )
    beside = (*_expected(figures), *_adjusted(figures), *_verified(figures, zone))
    if beside:
        title = "Số liệu ước thực hiện, điều chỉnh và kết quả đối chiếu"
        yield Section("figures", title, beside)


def _summary(figures: Figures, issue: Issue) -> str:
    period = figures.period
    days = f"từ ngày {words.day(period.first)} đến ngày {words.day(period.last)}"
    close = f"; số liệu chốt đến hết ngày {words.day(period.close)}" if period.close else ""
    start = f"Trong kỳ báo cáo ({days}{close}), {issue.issuer}"
    held = _held_in_words(figures.activities)
    if not figures.total and not held:
        return f"{start} chưa đăng tải {ITEMS} và chưa tổ chức hoạt động truyền thông nào."
    if not figures.total:
        return f"{start} đã {held}; chưa đăng tải {ITEMS} trên trang thông tin điện tử."
    shown = sum(item.publication.pictures for item in figures.items if not item.copy)
    pictures = f", kèm theo {number(shown)} ảnh" if shown else ""
    again = f", đăng lại {number(figures.copies)} lượt trên trang của các đơn vị"
    said = f"{start} đã đăng tải {number(figures.own)} {ITEMS}{_of_kinds(figures)}{pictures}"
    said += again if figures.copies else ""
    return f"{said}; {held}." if held else f"{said}."


def _of_kinds(figures: Figures) -> str:
    kinds = figures.originals["kind"]
    return f", gồm: {_listed(_counted(kinds, map(str, WEB_KINDS)))}" if kinds else ""


def _counted(counts: Mapping[str, int], order: Iterable[str]) -> list[str]:
    return [
        f"{number(counts[kind])} {words.COUNTED.get(kind, kind)}"
        for kind in in_order(counts, order)
        if counts[kind]
    ]


def _listed(parts: Sequence[str]) -> str:
    return ", ".join(parts)


def _held_in_words(held: Activities) -> str:
    """Return activities by what is done with them: ``tổ chức 4 hội nghị, …; phát hành …``."""
    said = []
    for verb, kinds in words.VERBS.items():
        parts = []
        for kind in kinds:
            if not (count := held.by.get("kind", {}).get(kind, 0)):
                continue
            details = []
            if people := held.participants.get(kind):
                details.append(f"{number(people)} lượt người tham dự")
            if copies := held.copies.get(kind):
                details.append(f"{number(copies)} bản")
            detail = f" ({_listed(details)})" if details else ""
            parts.append(f"{number(count)} {words.COUNTED[kind]}{detail}")
        if parts:
            said.append(f"{verb} {_listed(parts)}")
    return "; ".join(said)


def _compared(figures: Figures) -> Iterator[str]:
    if figures.before is None:
        return
    before = comparable(figures)
    if before is None:
        yield "Nhật ký đăng bài không có số liệu cùng kỳ năm trước để so sánh."
        return
    days = f"từ ngày {words.day(before.period.first)} đến ngày {words.day(before.period.last)}"
    items = _change(figures.own, before.own, ITEMS)
    held = _change(figures.activities.total, before.activities.total, "hoạt động khác")
    yield f"So với cùng kỳ năm trước ({days}): {items}; {held}."


def _change(now: int, then: int, what: str) -> str:
    if now == then:
        return f"số {what} không thay đổi ({number(then)})"
    word, way = ("tăng", "lên") if now > then else ("giảm", "xuống")
    share = f", {word} {words.percent(tables.percent(abs(now - then), then))}" if then else ""
    more = number(abs(now - then))
    return f"{what} {word} {more} (từ {number(then)} {way} {number(now)}{share})"


def _web(figures: Figures, labels: Labels) -> Iterator[str]:
    sites = figures.by["site"]
    on = [
        f"{labels.site(code)}: {number(sites[code])} {ITEMS}"
        for code in in_order(sites, labels.sites)
    ]
    yield f"Số {ITEMS} đăng tải theo kênh: {'; '.join(on)}."
    if figures.copies:
        yield (
            f"Trong {number(figures.total)} lượt đăng nêu trên có {number(figures.copies)} lượt "
            f"đăng lại {ITEMS} của trang khác (có ghi nguồn), không tính là {ITEMS} mới."
        )
    elif figures.posts != figures.total:
        yield (
            f"{number(figures.total)} lượt đăng nêu trên là của {number(figures.posts)} {ITEMS} "
            f"khác nhau; {ITEMS} đăng trên nhiều trang được tính theo từng trang."
        )
    units = figures.by["unit"]
    named = [code for code in in_order(units, ()) if code]
    if named:
        by = [f"{code}: {number(units[code])}" for code in named]
        rest = [f"chưa ghi đơn vị: {number(units[''])}"] if units.get("") else []
        yield f"Theo phòng, đơn vị cung cấp: {'; '.join([*by, *rest])}."


def _held(held: Activities, labels: Labels) -> Iterator[str]:
    words_of = _held_in_words(held)
    yield f"Ngoài {ITEMS} trên trang thông tin điện tử, trong kỳ đã {words_of}."
    channels = {code: n for code, n in held.by.get("site", {}).items() if code}
    if channels:
        on = [f"{labels.site(code)}: {number(channels[code])}" for code in in_order(channels, ())]
        yield f"Nội dung trên mạng xã hội theo kênh: {'; '.join(on)}."
    units = held.by["unit"]
    named = [f"{code}: {number(units[code])}" for code in in_order(units, ()) if code]
    if named:
        yield f"Theo phòng, đơn vị thực hiện: {'; '.join(named)}."


def _themes(figures: Figures, labels: Labels) -> Iterator[str]:
    web = figures.by["theme"]
    held = figures.activities.by.get("theme", {})
    yield "Các nội dung truyền thông đã thực hiện trong kỳ:"
    codes = in_order({*web, *held}, labels.themes)
    for place, code in enumerate(codes, start=1):
        parts = [f"{number(web[code])} {ITEMS}"] if web.get(code) else []
        parts += [f"{number(held[code])} hoạt động khác"] if held.get(code) else []
        end = "." if place == len(codes) else ";"
        yield f"- {labels.theme(code)}: {_listed(parts)}{end}"


def _targets(figures: Figures, labels: Labels) -> Iterator[str]:
    year = figures.period.year
    done = [p for p in figures.progress if p.done >= p.target.planned]
    yield (
        f"Trong {len(figures.progress)} chỉ tiêu của kế hoạch năm {year}, đến hết kỳ báo cáo có "
        f"{len(done)} chỉ tiêu đã hoàn thành, cụ thể:"
    )
    last = len(figures.progress)
    for place, progress in enumerate(figures.progress, start=1):
        end = "." if place == last else ";"
        yield (
            f"- {tables.target_name(progress, labels)}: thực hiện {number(progress.done)}/"
            f"{number(progress.target.planned)}, đạt {words.percent(progress.percent)}{end}"
        )


def _expected(figures: Figures) -> Iterator[str]:
    held = figures.activities
    parts = [f"{number(len(figures.pending))} {ITEMS}"] if figures.pending else []
    parts += [f"{number(len(held.pending))} hoạt động khác"] if held.pending else []
    if parts:
        whole = [f"{number(figures.total + len(figures.pending))} {ITEMS}"]
        if held.total or held.pending:
            whole.append(f"{number(held.total + len(held.pending))} hoạt động khác")
        yield (
            f"Ước đến ngày {words.day(figures.period.last)}: thực hiện thêm {_listed(parts)}; "
            f"cả kỳ ước đạt {_listed(whole)}."
        )


def _adjusted(figures: Figures) -> Iterator[str]:
    held = figures.activities
    if late := len(figures.late) + len(held.late):
        yield (
            f"Có {number(late)} mục thuộc kỳ này nhưng ghi nhận sau ngày chốt số liệu, được tính "
            "vào kỳ báo cáo sau."
        )
    if figures.carried:
        yield (
            f"Trong tổng số có {number(len(figures.carried))} {ITEMS} của kỳ trước ghi nhận sau "
            "ngày chốt số liệu kỳ trước, được tính vào kỳ này."
        )
    if figures.backdated:
        yield (
            f"Trong tổng số có {number(len(figures.backdated))} {ITEMS} ghi lùi ngày (ngày hiển "
            "thị trên trang sớm hơn ngày thực tế đăng trên 01 ngày), được ghi chú tại Phụ lục."
        )
    if figures.corrected:
        yield (
            f"Đã chỉnh sửa sau khi đăng {number(figures.corrected)} {ITEMS} với "
            f"{number(figures.corrections)} lượt; mỗi {ITEMS} chỉ tính một lần."
        )
    if figures.withdrawn:
        yield (
            f"Đã gỡ {number(len(figures.withdrawn))} {ITEMS}, không tính vào số liệu nêu trên; "
            "danh sách và lý do tại Phụ lục."
        )


def _verified(figures: Figures, zone: tzinfo) -> Iterator[str]:
    if not figures.total:
        return
    seen = figures.verified
    if seen is None:
        yield "Số liệu chưa được đối chiếu với trang thông tin điện tử."
        return
    first, last = (words.clock(moment.astimezone(zone)) for moment in (seen.first, seen.last))
    when = f"lúc {last}" if first == last else f"từ {first} đến {last}"
    found = (
        f"{number(seen.failed)} mục không khớp, được ghi chú tại Phụ lục"
        if seen.failed
        else "không có mục nào không khớp"
    )
    rest = f"; {number(seen.unchecked)} mục chưa đối chiếu" if seen.unchecked else ""
    yield (
        f"Số liệu được đối chiếu với trang thông tin điện tử {when}: {number(seen.sound)} mục "
        f"khớp, {found}{rest}."
    )


def _charts(figures: Figures, labels: Labels) -> tuple[Chart, ...]:
    """Return the charts by month and by theme, in this order; none of nothing."""
    if not figures.total:
        return ()
    months, themes = figures.by["month"], figures.by["theme"]
    codes = in_order(themes, labels.themes)
    series = (
        (
            "months",
            "Số tin, bài theo tháng đăng",
            [(words.month(month), months.get(month, 0)) for month in figures.months],
            False,
        ),
        (
            "themes",
            "Số tin, bài theo nội dung truyền thông",
            [(labels.theme(code), themes[code]) for code in codes],
            True,
        ),
    )
    return tuple(
        Chart(
            key,
            title,
            tuple(label for label, _ in pairs),
            tuple(value for _, value in pairs),
            f"Biểu đồ {title[0].lower()}{title[1:]}: "
            + "; ".join(f"{label}: {number(value)}" for label, value in pairs)
            + ".",
            bars,
        )
        for key, title, pairs, bars in series
    )
