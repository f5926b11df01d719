"""The sheets that list everything one by one; the figures are counted from them."""

from __future__ import annotations

from collections.abc import Sequence

from publisher.reports import entries, listings
from publisher.reports.content import Column, Form, Table
from publisher.reports.xlsx.sheet import Sheet, Source, form_of

_ITEMS = (
    ("STT", 6, "serial", ""),
    ("Ngày đăng", 12, "date", "NgayDang"),
    ("Tiêu đề", 42, "text", ""),
    ("Thể loại", 12, "text", "TheLoai"),
    ("Nội dung", 28, "text", "NoiDung"),
    ("Tác giả", 18, "text", "TacGia"),
    ("Phòng, đơn vị", 18, "text", "DonVi"),
    ("Trang", 18, "text", "Trang"),
    ("Đường dẫn", 26, "link", ""),
    ("Số ảnh", 8, "number", "SoAnh"),
    # From here on for the screen: paper has no room for it.
    ("Nguồn", 20, "text", ""),
    ("Số lần sửa", 8, "number", "SoLanSua"),
    ("Ngày ghi nhận", 12, "date", ""),
    ("Kết quả đối chiếu", 22, "text", ""),
)
_COPY = ("Đăng lại", 9, "number", "DangLai")
"""1 for an item of another site. A column only where there is one."""
_PRINTED = 10
_ACTIVITIES = {
    "Ngày": "NgayHoatDong",
    "Hình thức": "HinhThuc",
    "Lượt người tham dự": "SoNguoi",
    "Số bản": "SoBan",
}
_PAYMENTS = {"Tác giả": "TacGiaHuong", "Thành tiền (đồng)": "ThanhTien"}
_REMARKS = (
    ("STT", 6, "serial", ""),
    ("Lưu ý", 24, "text", "LuuY"),
    ("Tính vào số liệu", 10, "serial", ""),
    ("Ngày", 12, "date", ""),
    ("Tiêu đề", 40, "text", ""),
    ("Thể loại", 12, "text", ""),
    ("Trang", 18, "text", ""),
    ("Đường dẫn", 26, "link", ""),
    ("Giải thích", 28, "text", ""),
)


def items(source: Source) -> None:
    """Write every item that is counted."""
    labels = source.labels
    copied = source.figures.copies > 0
    columns = (*_ITEMS, _COPY) if copied else _ITEMS
    sheet = source.sheet("Danh sách tin, bài", [width for _h, width, _f, _n in columns])
    sheet.title("Danh sách tin, bài, hình ảnh đã đăng")
    head = sheet.head([head for head, *_ in columns])
    forms = [form for _h, _w, form, _n in columns]
    for number, item in enumerate(source.figures.items, start=1):
        row = item.publication
        sheet.line(
            (
                number,
                item.day,
                row.title,
                entries.kind(item),
                labels.theme(row.theme),
                entries.authors(item),
                entries.unit(item),
                labels.site(row.site),
                row.url,
                row.pictures,
                row.source,
                item.corrections,
                item.known,
                entries.verdict(item),
                *((int(item.copy),) if copied else ()),
            ),
            forms,
        )
    names = [name for *_, name in columns]
    _finish(source, sheet, head, names, "Chưa có tin, bài nào.", printed=_PRINTED)


def activities(source: Source) -> None:
    """Write what was done beside the web."""
    held = source.figures.activities.items
    table = listings.activities(held, source.labels, "activities", "")
    sheet, head = _begin(source, "Hoạt động", table, "Hội nghị, tập huấn và hoạt động khác")
    names = [_ACTIVITIES.get(column.head, "") for column in table.columns]
    _finish(source, sheet, head, names, "Chưa có hoạt động nào.")


def payments(source: Source) -> None:
    """Write what is due for each item."""
    table = source.content.table("royalty-items")
    if table is None:
        return
    sheet, head = _begin(source, "Nhuận bút từng bài", table, "Nhuận bút từng tin, bài")
    names = [_PAYMENTS.get(column.head, "") for column in table.columns]
    _finish(source, sheet, head, names, "Chưa có nhuận bút nào.")


def remarks(source: Source) -> None:
    """Write what needs a look."""
    sheet = source.sheet("Cần lưu ý", [width for _h, width, _f, _n in _REMARKS])
    sheet.title("Các mục cần lưu ý khi sử dụng số liệu")
    head = sheet.head([head for head, *_ in _REMARKS])
    forms = [form for _h, _w, form, _n in _REMARKS]
    for number, remark in enumerate(entries.remarks(source.figures), start=1):
        row = remark.item.publication
        sheet.line(
            (
                number,
                remark.what,
                "Có" if remark.counted else "Không",
                remark.item.day,
                row.title,
                entries.kind(remark.item),
                source.labels.site(row.site) if row.site else "",
                row.url,
                remark.why,
            ),
            forms,
        )
    _finish(source, sheet, head, [n for *_, n in _REMARKS], "Không có mục nào cần lưu ý.")


def _begin(source: Source, name: str, table: Table, title: str) -> tuple[Sheet, int]:
    """Write a table as it is; return its sheet and the row of its head."""
    sheet = source.sheet(name, [_width(column) for column in table.columns])
    sheet.title(title)
    head = sheet.head([column.head for column in table.columns])
    forms = [form_of(column.form) for column in table.columns]
    for row in table.rows:
        sheet.line(row, forms)
    return sheet, head


def _finish(
    source: Source,
    sheet: Sheet,
    head: int,
    names: Sequence[str],
    empty: str,
    *,
    printed: int = 0,
) -> None:
    """Name the columns that formulas count, and make the rows a list."""
    if sheet.row == head + 1:
        sheet.hint(empty)
    sheet.listed(head, len(names), printed=printed)
    for column, name in enumerate(names):
        if name:
            cells = sheet.address(column, head + 1, sheet.row - 1)
            source.book.define_name(name, f"={cells}")


def _width(column: Column) -> float:
    """Return the width of a column in letters."""
    if column.form is Form.SERIAL:
        return 6
    return 12 if column.form is Form.DATE else max(9.0, column.width * 11)
