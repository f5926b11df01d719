"""The first sheets: every figure of the report as a formula over the lists, and charts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from publisher.reports import entries
from publisher.reports.content import Table, Value
from publisher.reports.tables import comparable
from publisher.reports.xlsx import counting
from publisher.reports.xlsx.sheet import Cell, Formula, Sheet, Source, form_of
from publisher.tally import Figures

COUNTED_IN = {
    "kinds": "TheLoai",
    "themes": "NoiDung",
    "sites": "Trang",
    "units": "DonVi",
    "authors": "TacGia",
}
"""The named list that each breakdown counts. Channels are no column of a list."""

Drawn = Mapping[str, tuple[str, str]]
"""Where the labels and the numbers of a breakdown stand, by its key."""

_OVERALL = (
    ("Tin, bài, hình ảnh đã đăng", "=COUNT(NgayDang)"),
    ("Tin, bài khác nhau (đăng trên nhiều trang chỉ tính một)", ""),
    ("Ảnh kèm theo", "=SUM(SoAnh)"),
    ("Tin, bài đã sửa sau khi đăng", '=COUNTIF(SoLanSua,">0")'),
    ("Số lần sửa", "=SUM(SoLanSua)"),
    ("Hội nghị, tập huấn và hoạt động khác", "=COUNT(NgayHoatDong)"),
    ("Lượt người tham dự", "=SUM(SoNguoi)"),
    ("Số bản phát hành", "=SUM(SoBan)"),
)
_BREAKDOWN = ("text", "number", "percent", "number", "change")
_LETTERS = {"name": "Times New Roman", "size": 11}


def summary(source: Source) -> Drawn:
    """Write every figure of the report, and whether the breakdowns add up."""
    content = source.content
    sheet = source.sheet("Tổng hợp", (54, 13, 13, 14, 13, 13), wide=False)
    sheet.title(content.title, *content.notes, *content.sections[-1].paragraphs)
    _overall(sheet, source)
    drawn: dict[str, tuple[str, str]] = {}
    sums = []
    for table in content.breakdowns:
        if table.rows and table.key in (*COUNTED_IN, "months", "channels"):
            first = _breakdown(sheet, table, source.figures.total)
            last = sheet.row - 2
            drawn[table.key] = (sheet.address(0, first, last), sheet.address(1, first, last))
            sums.append(f"B{sheet.row}")
    activities = content.table("activity-kinds")
    if activities and activities.rows:
        _kinds_of_activities(sheet, activities)
    if sums:
        sheet.heading("Kiểm tra")
        equal = ",".join(f"{cell}=COUNT(NgayDang)" for cell in sums)
        check = Formula(f'=IF(AND({equal}),"Khớp","Không khớp")', "Khớp")
        sheet.line(("Các bảng trên cộng lại bằng tổng số tin, bài", check), ("text", "check"))
    sheet.raw.print_area(0, 0, sheet.row - 1, 5)
    return drawn


def _overall(sheet: Sheet, source: Source) -> None:
    figures, before = source.figures, comparable(source.figures)
    heads = ["Số liệu chung", "Số lượng"]
    sheet.head([*heads, "Cùng kỳ năm trước", "Tăng, giảm"] if before else heads)
    then = _numbers(before) if before else ()
    forms = ("text", "number", "number", "change")[: 4 if before else 2]
    for n, (now, (label, formula)) in enumerate(zip(_numbers(figures), _OVERALL, strict=True)):
        at = sheet.row + 1
        cells: list[Cell] = [label, Formula(formula, now) if formula else now]
        if then:
            cells += [then[n], Formula(f"=B{at}-C{at}", now - then[n])]
        sheet.line(cells, forms)
    found = Counter(remark.what for remark in entries.remarks(figures))
    for label, number in found.items():
        formula = counting.count("LuuY", f"$A{sheet.row + 1}", counting.one_value((label,), label))
        cells = [label, Formula(formula, number), None, None]
        sheet.line(cells[: len(forms)], forms)


def _numbers(figures: Figures) -> Sequence[int]:
    """Return the numbers that ``_OVERALL`` names."""
    held = figures.activities
    return (
        figures.total,
        figures.posts,
        figures.pictures,
        figures.corrected,
        figures.corrections,
        held.total,
        sum(held.participants.values()),
        sum(held.copies.values()),
    )


def _breakdown(sheet: Sheet, table: Table, whole: int) -> int:
    """Write a breakdown and its sum; return its first row."""
    sheet.heading(table.title)
    sheet.head([column.head.removesuffix(" (%)") for column in table.columns])
    labels = [str(row[0]) for row in table.rows]
    first = sheet.row
    end = first + len(labels) + 1  # the sum, as formulas count rows
    forms = _BREAKDOWN[: len(table.columns)]
    by_month = table.key == "months"
    name = COUNTED_IN.get(table.key)
    # Two themes of one label can't be told apart in the list.
    names = Counter(labels)
    for label, row in zip(labels, table.rows, strict=True):
        at = sheet.row + 1
        cells = _beside(row, at, end, whole)
        if by_month:
            month, _slash, year = label.partition("/")
            cells[0] = date(int(year), int(month), 1)
            cells[1] = Formula(counting.in_month("NgayDang", f"$A{at}"), whole_number(row[1]))
        elif name and names[label] == 1:
            formula = counting.count(name, f"$A{at}", counting.one_value(labels, label))
            cells[1] = Formula(formula, whole_number(row[1]))
        sheet.line(cells, ("month", *forms[1:]) if by_month else forms)
    cells = _beside(table.total, end, end, whole)
    cells[1] = Formula(f"=SUM(B{first + 1}:B{end - 1})", whole)
    if len(cells) > 3:
        then = whole_number(table.total[3])
        cells[3] = Formula(f"=SUM(D{first + 1}:D{end - 1})", then)
    sheet.line(cells, forms, total=True)
    return first


def _beside(row: Sequence[Value], at: int, end: int, whole: int) -> list[Cell]:
    """Return a breakdown's row with its share and its change as formulas."""
    cells: list[Cell] = list(row)
    share = whole_number(row[1]) / whole if whole else 0
    cells[2] = Formula(f"=IF(B${end}=0,0,B{at}/B${end})", share)
    if len(row) > 4:
        cells[4] = Formula(f"=B{at}-D{at}", whole_number(row[4]))
    return cells


def _kinds_of_activities(sheet: Sheet, table: Table) -> None:
    sheet.heading("Hội nghị, tập huấn và hoạt động khác, theo hình thức")
    sheet.head([column.head for column in table.columns])
    labels = [str(row[0]) for row in table.rows]
    first, last = sheet.row + 1, sheet.row + len(labels)
    forms = [form_of(column.form) for column in table.columns]
    for label, row in zip(labels, table.rows, strict=True):
        at = sheet.row + 1
        plain = counting.one_value(labels, label)
        cells: list[Cell] = list(row)
        cells[1] = Formula(counting.count("HinhThuc", f"$A{at}", plain), whole_number(row[1]))
        for n, values in ((2, "SoNguoi"), (3, "SoBan")):
            formula = counting.total("HinhThuc", f"$A{at}", values, plain)
            cells[n] = Formula(formula, whole_number(row[n]))
        if len(row) > 5:
            cells[5] = Formula(f"=B{at}-E{at}", whole_number(row[5]))
        sheet.line(cells, forms)
    total: list[Cell] = list(table.total)
    for n, letter in enumerate("BCDE"[: len(total) - 1], start=1):
        formula = f"=SUM({letter}{first}:{letter}{last})"
        total[n] = Formula(formula, whole_number(table.total[n]))
    if len(total) > 5:
        total[5] = Formula(f"=B{last + 1}-E{last + 1}", whole_number(table.total[5]))
    sheet.line(total, forms, total=True)


def charts(source: Source, drawn: Drawn) -> None:
    """Draw items by month and by theme, as charts of Excel."""
    if not source.figures.total:
        return
    sheet = source.sheet("Biểu đồ", (12,) * 10)
    sheet.title(source.content.title)
    sheet.raw.fit_to_pages(1, 1)
    top = sheet.row
    for chart in source.content.charts:
        if chart.key not in drawn:
            continue
        labels, values = drawn[chart.key]
        made = source.book.add_chart({"type": "bar" if chart.bars else "column"})
        made.add_series(
            {
                "name": "Số tin, bài",
                "categories": f"={labels}",
                "values": f"={values}",
                # For programs that show a chart without reading the cells behind it.
                "categories_data": list(chart.labels),
                "values_data": list(chart.values),
                "fill": {"color": "#0B4F9C"},
                "gap": 60,
                "data_labels": {"value": True, "font": _LETTERS},
            }
        )
        made.set_title({"name": chart.title, "name_font": {**_LETTERS, "size": 14}})
        made.set_legend({"none": True})
        labels_axis = {"num_font": _LETTERS, "num_format": "mm/yyyy", "text_axis": not chart.bars}
        values_axis = {"visible": False, "min": 0, "major_gridlines": {"visible": False}}
        if chart.bars:  # the first one on top
            made.set_y_axis({**labels_axis, "reverse": True})
            made.set_x_axis(values_axis)
        else:
            made.set_x_axis(labels_axis)
            made.set_y_axis(values_axis)
        height = 90 + 44 * len(chart.labels) if chart.bars else 330
        made.set_size({"width": 900, "height": height})
        sheet.raw.insert_chart(top, 0, made, {"description": chart.alt})
        top += 18


def whole_number(value: Value) -> int:
    """Return the number that a cell holds; 0 where it is empty."""
    return value if isinstance(value, int) else 0
