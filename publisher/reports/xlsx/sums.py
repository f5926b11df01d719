"""The sheets of themes by month, of targets and of royalties: formulas over the lists."""

from __future__ import annotations

from collections import Counter
from datetime import date

from publisher.model import ACTIVITIES
from publisher.reports.xlsx import counting
from publisher.reports.xlsx.sheet import Cell, Formula, Source, form_of, letters
from publisher.reports.xlsx.summary import whole_number
from publisher.tally import Target


def theme_months(source: Source) -> None:
    """Write items by theme (down) and month (across)."""
    table = source.content.table("theme-months")
    if table is None or not table.rows:
        return
    months = [date(int(month[:4]), int(month[5:]), 1) for month in source.figures.months]
    sheet = source.sheet("Nội dung × tháng", (44, *(9.5 for _ in months), 10))
    sheet.title(table.title)
    head = sheet.head([table.columns[0].head, *months, table.columns[-1].head])
    labels = [str(row[0]) for row in table.rows]
    names = Counter(labels)
    first, last = sheet.row + 1, sheet.row + len(labels)
    forms = ["text", *("sparse" for _ in months), "number"]
    columns = [letters(n) for n in range(len(forms))]
    for label, row in zip(labels, table.rows, strict=True):
        at = sheet.row + 1
        cells: list[Cell] = list(row)
        if names[label] == 1:
            plain = counting.one_value(labels, label)
            for n in range(1, len(months) + 1):
                month = f"{columns[n]}${head + 1}"
                formula = counting.in_month_of("NgayDang", month, "NoiDung", f"$A{at}", plain)
                cells[n] = Formula(formula, whole_number(row[n]))
        cells[-1] = Formula(f"=SUM(B{at}:{columns[-2]}{at})", whole_number(row[-1]))
        sheet.line(cells, forms)
    total: list[Cell] = list(table.total)
    for n in range(1, len(total)):
        formula = f"=SUM({columns[n]}{first}:{columns[n]}{last})"
        total[n] = Formula(formula, whole_number(table.total[n]))
    sheet.line(total, forms, total=True)
    sheet.raw.freeze_panes(head + 1, 1)
    sheet.raw.repeat_rows(head)


def targets(source: Source) -> None:
    """Write what the plan asks for and how much of it is done."""
    progress = source.figures.progress
    table = source.content.table("targets")
    if not progress or table is None:
        return
    sheet = source.sheet("Chỉ tiêu", (54, 13, 13, 13, 13, 13), wide=False)
    sheet.title(
        f"Mức độ hoàn thành kế hoạch năm {source.figures.period.year}",
        "Cột “Từ đầu năm” lấy từ nhật ký đăng bài, tính từ ngày đầu của năm báo cáo.",
    )
    sheet.head([*(column.head.removesuffix(" (%)") for column in table.columns), "Còn phải làm"])
    first = sheet.row
    forms = ("text", "number", "number", "number", "percent", "number")
    for made, row in zip(progress, table.rows, strict=True):
        at = sheet.row + 1
        planned, done = made.target.planned, made.done
        sheet.line(
            (
                row[0],
                planned,
                Formula(
                    _in_period(made.target, str(row[0]), f"$A{at}", source.figures.copies > 0),
                    made.in_period,
                ),
                done,
                Formula(f"=D{at}/B{at}", done / planned),
                Formula(f"=MAX(0,B{at}-D{at})", max(0, planned - done)),
            ),
            forms,
        )
    bars = {
        "type": "data_bar",
        "bar_solid": True,
        "bar_color": "#9CC3E8",
        "min_type": "num",
        "min_value": 0,
        "max_type": "num",
        "max_value": 1,
    }
    sheet.raw.conditional_format(first, 4, sheet.row - 1, 4, bars)


def _in_period(target: Target, label: str, cell: str, copied: bool) -> str:
    """Return a formula that counts what a target asks for, without copies where there are any."""
    if target.group == "total":
        return "=COUNT(NgayDang)-SUM(DangLai)" if copied else "=COUNT(NgayDang)"
    name = "NoiDung" if target.group == "themes" else "TheLoai"
    if target.code in ACTIVITIES:
        name = "HinhThuc"
    elif copied:
        return f"=SUMPRODUCT(EXACT({name},{cell})*(1-DangLai))"
    return counting.count(name, cell, counting.one_value((label,), label))


def royalties(source: Source) -> None:
    """Write what each author is due, and what can't be worked out."""
    table = source.content.table("royalty-authors")
    if table is None:
        return
    sheet = source.sheet("Nhuận bút", (6, 32, 12, 18, 15, 20), wide=False)
    sheet.title(table.title)
    sheet.head([column.head for column in table.columns])
    forms = [form_of(column.form) for column in table.columns]
    names = [str(row[1]) for row in table.rows]
    first, last = sheet.row + 1, sheet.row + len(names)
    for name, row in zip(names, table.rows, strict=True):
        cell = f"$B{sheet.row + 1}"
        plain = counting.one_value(names, name)
        cells: list[Cell] = list(row)
        cells[2] = Formula(counting.count("TacGiaHuong", cell, plain), whole_number(row[2]))
        amount = counting.total("TacGiaHuong", cell, "ThanhTien", plain)
        cells[3] = Formula(amount, whole_number(row[3]))
        sheet.line(cells, forms)
    total: list[Cell] = list(table.total)
    if names:
        for n, letter in ((2, "C"), (3, "D")):
            formula = f"=SUM({letter}{first}:{letter}{last})"
            total[n] = Formula(formula, whole_number(table.total[n]))
    sheet.line(total, forms, total=True)
    unpaid = source.content.table("royalty-unpaid")
    if unpaid is None:
        return
    sheet.heading(unpaid.title)
    sheet.head([column.head for column in unpaid.columns])
    for row in unpaid.rows:
        sheet.line(row, [form_of(column.form) for column in unpaid.columns])
