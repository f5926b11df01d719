"""Items, activities and payments → the tables that list them one by one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

from publisher.model import NO_SITE
from publisher.reports import words
from publisher.reports.content import Column, Form, Table, Value
from publisher.reports.tables import Labels
from publisher.royalties import Royalties
from publisher.tally import Item

_SERIAL = Column("STT", Form.SERIAL, 0.8)


def items(listed: Sequence[Item], labels: Labels, key: str, title: str, *, zone: tzinfo) -> Table:
    """Return the items of the annex, by date shown; remarks only where there are some."""
    remarks = [_remark(item, zone) for item in listed]
    columns = [
        _SERIAL,
        Column("Ngày đăng", Form.DATE, 1.6),
        Column("Tiêu đề", width=3.6),
        Column("Thể loại", width=0.9),
        Column("Nội dung", width=2.4),
        Column("Tác giả, nguồn", width=1.7),
        Column("Kênh, trang", width=1.7),
        Column("Đường dẫn", Form.LINK, 2.6),
        Column("Số ảnh", Form.NUMBER, 0.8),
    ]
    remarked = any(remarks)
    if remarked:
        columns.append(Column("Ghi chú", width=1.6))
    rows = tuple(
        (*_cells(number, item, labels), *((remark,) if remarked else ()))
        for number, (item, remark) in enumerate(zip(listed, remarks, strict=True), start=1)
    )
    return Table(key, title, tuple(columns), rows)


def _cells(number: int, item: Item, labels: Labels) -> tuple[Value, ...]:
    row = item.publication
    author = ", ".join(row.authors)
    source = f"Nguồn: {row.source}" if row.source else ""
    return (
        number,
        item.day,
        row.title,
        words.KINDS.get(row.kind, row.kind),
        labels.theme(row.theme),
        "; ".join(part for part in (author, source) if part),
        labels.site(row.site),
        row.url,
        row.pictures,
    )


def _remark(item: Item, zone: tzinfo) -> str:
    remarks: list[str] = ["Đăng lại"] if item.copy else []
    if item.backdated and item.sent:
        remarks.append(
            f"Ghi lùi ngày, thực tế đăng ngày {words.day(item.sent.astimezone(zone).date())}"
        )
    if item.corrections:
        remarks.append(f"Đã sửa {item.corrections} lần")
    if item.failed and item.verification:
        remarks.append(words.VERDICTS[item.verification.verdict])
    if item.publication.reason:
        reason = item.publication.reason
        remarks.append(f"Lý do gỡ: {words.REASONS.get(reason, reason)}")
    return "; ".join(remarks)


def activities(listed: Sequence[Item], labels: Labels, key: str, title: str) -> Table:
    """Return the activities of the annex, by date held."""
    columns = (
        _SERIAL,
        Column("Ngày", Form.DATE, 1.6),
        Column("Tên hoạt động", width=3.4),
        Column("Hình thức", width=1.3),
        Column("Nội dung", width=2.4),
        Column("Phòng, đơn vị", width=1.6),
        Column("Địa điểm", width=1.7),
        Column("Lượt người tham dự", Form.NUMBER, 0.9),
        Column("Số bản", Form.NUMBER, 0.8),
        Column("Minh chứng", Form.LINKS, 2.4),
    )
    rows = tuple(
        (
            number,
            item.day,
            item.publication.title,
            words.KINDS.get(item.publication.kind, item.publication.kind),
            labels.theme(item.publication.theme),
            item.publication.unit,
            item.publication.place or (labels.site(item.publication.site) if channel else ""),
            item.publication.participants or None,
            item.publication.copies or None,
            item.publication.evidence or tuple(filter(None, (item.publication.url,))),
        )
        for number, item in enumerate(listed, start=1)
        for channel in (item.publication.site != NO_SITE,)
    )
    return Table(key, title, columns, rows)


def royalties(due: Royalties, period: str) -> tuple[Table, ...]:
    """Return what is due by author, then item by item, then what can't be worked out."""
    authors = Table(
        "royalty-authors",
        f"Tổng hợp nhuận bút theo tác giả, {period}",
        (
            _SERIAL,
            Column("Tác giả", width=3),
            Column("Số tin, bài", Form.NUMBER),
            Column("Số tiền (đồng)", Form.MONEY, 1.6),
            Column("Hạn chi trả", Form.DATE, 1.6),
            Column("Ký nhận", width=1.6),
        ),
        tuple(
            (number, author.author, author.items, author.amount, author.due, "")
            for number, author in enumerate(due.authors, start=1)
        ),
        (None, "Tổng cộng", len(due.payments), due.total, None, ""),
    )
    payments = Table(
        "royalty-items",
        "Chi tiết từng tin, bài",
        (
            _SERIAL,
            Column("Ngày đăng", Form.DATE, 1.6),
            Column("Tiêu đề", width=3.2),
            Column("Thể loại", width=0.9),
            Column("Tác giả", width=1.6),
            Column("Hệ số", Form.DECIMAL, 0.7),
            Column("Đơn giá (đồng)", Form.MONEY),
            Column("Phần hưởng", width=0.9),
            Column("Thành tiền (đồng)", Form.MONEY, 1.2),
            Column("Hạn chi trả", Form.DATE, 1.6),
        ),
        tuple(
            (
                number,
                payment.day,
                payment.publication.title,
                words.KINDS.get(payment.publication.kind, payment.publication.kind),
                payment.author,
                payment.coefficient,
                payment.unit,
                "Toàn bộ" if payment.share == 1 else str(payment.share),
                payment.amount,
                payment.due,
            )
            for number, payment in enumerate(due.payments, start=1)
        ),
        (None, None, "Tổng cộng", None, None, None, None, None, due.total, None),
    )
    if not due.unpaid:
        return (authors, payments)
    unpaid = Table(
        "royalty-unpaid",
        "Tin, bài chưa tính được nhuận bút",
        (
            _SERIAL,
            Column("Tiêu đề", width=4),
            Column("Thể loại", width=1),
            Column("Lý do", width=2.4),
        ),
        tuple(
            (number, row.title, words.KINDS.get(row.kind, row.kind), words.UNPAID[why])
            for number, (row, why) in enumerate(due.unpaid, start=1)
        ),
    )
    return (authors, payments, unpaid)
