"""A sheet that is written from top to bottom: cells, formulas with their values, links.

Rows go to disk as they are written (XlsxWriter's ``constant_memory``), so a row can't be
changed later and a list of any length takes no memory.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import ceil
from typing import Any

from publisher.reports.content import Content, Form, Value
from publisher.reports.tables import Labels
from publisher.tally import Figures

Book = Any
"""A workbook of XlsxWriter, which has no type annotations for others to use."""

MAX_LINKS = 65_530
"""Links that a sheet of Excel can have; addresses after that are plain text."""

_MAX_TEXT = 32_767  # UTF-16 units in a cell
_MAX_ADDRESS = 2_079
_LINE = 16.5  # points, of a text of 12
_HIGHEST = 409  # points; Excel calls a file with higher rows broken

_FONT = {"font_name": "Times New Roman", "font_size": 12, "valign": "top"}
_BOX = {"border": 1, "border_color": "#9AA5B1"}
_STYLES: Mapping[str, Mapping[str, object]] = {
    "title": {"bold": True, "font_size": 15, "text_wrap": True},
    "heading": {"bold": True, "font_size": 13},
    "note": {"text_wrap": True, "italic": True, "font_color": "#3C4650"},
    "head": {
        **_BOX, "bold": True, "text_wrap": True, "align": "center", "valign": "vcenter",
        "bg_color": "#DCE7F3",
    },
    "head-month": {
        **_BOX, "bold": True, "align": "center", "valign": "vcenter", "bg_color": "#DCE7F3",
        "num_format": "mm/yyyy",
    },
    "text": {**_BOX, "text_wrap": True},
    "serial": {**_BOX, "align": "center"},
    "number": {**_BOX, "num_format": "#,##0"},
    "change": {**_BOX, "num_format": "+#,##0;-#,##0;0"},
    "sparse": {**_BOX, "num_format": '#,##0;-#,##0;"–"'},
    "percent": {**_BOX, "num_format": "0.0%"},
    "money": {**_BOX, "num_format": "#,##0"},
    "decimal": {**_BOX, "num_format": "0.0##"},
    "date": {**_BOX, "num_format": "dd/mm/yyyy", "align": "center"},
    "month": {**_BOX, "num_format": "mm/yyyy", "align": "left"},
    "link": {**_BOX, "text_wrap": True, "font_color": "#0B4F9C", "underline": 1},
    "links": {**_BOX, "text_wrap": True},
    "check": {**_BOX, "bold": True, "align": "right"},
}  # fmt: skip
_TOTAL = {"bold": True, "bg_color": "#EEF3F8", "top": 2}


@dataclass(frozen=True, slots=True)
class Formula:
    """What Excel works out, and what it must come to: shown before anybody recalculates."""

    text: str
    value: int | float | str


Cell = Value | Formula


class Styles:
    """The formats of a workbook, each made once. ``total``: as in the last row of a table."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._made: dict[tuple[str, bool], Any] = {}

    def __call__(self, name: str, *, total: bool = False) -> Any:
        """Return a format of XlsxWriter."""
        key = (name, total)
        if key not in self._made:
            more = _TOTAL if total else {}
            self._made[key] = self._book.add_format({**_FONT, **_STYLES[name], **more})
        return self._made[key]


class Sheet:
    """A sheet of A4 paper, filled row by row; ``row`` is the next one, counted from 0."""

    def __init__(
        self, book: Book, styles: Styles, name: str, widths: Sequence[float], *, wide: bool = True
    ) -> None:
        self.name = name
        self.row = 0
        self._styles = styles
        self._widths = widths
        self._links = 0
        self.raw = book.add_worksheet(name)
        for column, width in enumerate(widths):
            self.raw.set_column(column, column, width)
        self.raw.set_paper(9)  # A4
        if wide:
            self.raw.set_landscape()
        self.raw.set_margins(left=0.6, right=0.5, top=0.7, bottom=0.7)
        self.raw.fit_to_pages(1, 0)
        self.raw.set_footer("&L&A&RTrang &P/&N")
        self.raw.hide_gridlines(2)
        # A unit named "12" is a text, and formulas side by side may count different lists.
        cells = f"A1:{letters(len(widths) - 1)}1048576"
        self.raw.ignore_errors({"number_stored_as_text": cells, "formula_differs": cells})

    def title(self, words: str, *notes: str) -> None:
        """Write what the sheet is, and below it what there is to say of it."""
        self._across(words, "title", 1.3)
        for note in notes:
            self._across(note, "note", 1)
        self.row += 1

    def heading(self, words: str) -> None:
        """Write the title of a table, a row below what stands there."""
        self.row += 1
        self.raw.write_string(self.row, 0, words, self._styles("heading"))
        self.row += 1

    def head(self, heads: Sequence[str | date]) -> int:
        """Write the heads of a table and return their row."""
        texts = (words if isinstance(words, str) else "" for words in heads)
        # The letters of a head are bold, its words few and long.
        self.raw.set_row(self.row, _LINE * max(map(_lines, texts, (w * 0.7 for w in self._widths))))
        for column, words in enumerate(heads):
            if isinstance(words, date):
                self.raw.write_datetime(self.row, column, words, self._styles("head-month"))
            else:
                self.raw.write_string(self.row, column, words, self._styles("head"))
        self.row += 1
        return self.row - 1

    def line(self, cells: Sequence[Cell], forms: Sequence[str], *, total: bool = False) -> None:
        """Write one row of a table, as high as its longest text needs.

        Excel would see to the height itself; LibreOffice and viewers on phones do not.
        """
        lines = max(map(_lines_of, cells, self._widths))
        if lines > 1:
            self.raw.set_row(self.row, min(_HIGHEST, _LINE * lines))
        for column, (cell, form) in enumerate(zip(cells, forms, strict=True)):
            self._cell(column, cell, form, total)
        self.row += 1

    def hint(self, words: str) -> None:
        """Write what to know of a table that has no rows."""
        self.raw.write_string(self.row, 0, words, self._styles("note"))
        self.row += 1

    def listed(self, head: int, columns: int, *, printed: int = 0) -> None:
        """Make what stands below a head a list: frozen, filtered, its head on every page."""
        last = max(self.row - 1, head)
        self.raw.freeze_panes(head + 1, 0)
        self.raw.autofilter(head, 0, last, columns - 1)
        self.raw.repeat_rows(head)
        self.raw.print_area(0, 0, last, (printed or columns) - 1)

    def address(self, column: int, first: int, last: int) -> str:
        """Return cells of a column, from row to row, as a formula names them from anywhere."""
        name = letters(column)
        return f"'{self.name}'!${name}${first + 1}:${name}${last + 1}"

    def _across(self, words: str, style: str, size: float) -> None:
        """Write words over all columns; merged cells do not grow by themselves."""
        lines = _lines(words, sum(self._widths) / size)
        self.raw.set_row(self.row, min(_HIGHEST, _LINE * size * lines))
        if len(self._widths) > 1:
            last = len(self._widths) - 1
            self.raw.merge_range(self.row, 0, self.row, last, "", self._styles(style))
        # Never write(): it takes what begins with "=" for a formula.
        self.raw.write_string(self.row, 0, words[:_MAX_TEXT], self._styles(style))
        self.row += 1

    def _cell(self, column: int, cell: Cell, form: str, total: bool) -> None:
        style = self._styles(form, total=total)
        at = (self.row, column)
        if isinstance(cell, Formula):
            self.raw.write_formula(*at, cell.text, style, cell.value)
        elif cell is None or cell in ("", ()):
            self.raw.write_blank(*at, None, style)
        elif isinstance(cell, tuple):
            self._links_in(column, cell, style, total)
        elif isinstance(cell, str) and form == "link":
            self._link(column, cell, cell, total)
        elif isinstance(cell, str):
            self.raw.write_string(*at, cell[:_MAX_TEXT], style)
        elif isinstance(cell, date):
            self.raw.write_datetime(*at, cell, style)
        else:
            self.raw.write_number(*at, float(cell) if isinstance(cell, Decimal) else cell, style)

    def _links_in(self, column: int, cell: tuple[str, ...], style: object, total: bool) -> None:
        if len(cell) == 1:
            self._link(column, cell[0], cell[0], total)
            return
        self.raw.write_string(self.row, column, "\n".join(cell)[:_MAX_TEXT], style)

    def _link(self, column: int, address: str, words: str, total: bool) -> None:
        web = address.startswith(("https://", "http://")) and len(address) <= _MAX_ADDRESS
        if web and self._links < MAX_LINKS:
            self._links += 1
            style = self._styles("link", total=total)
            self.raw.write_url(self.row, column, address, style, words)
        else:
            style = self._styles("text", total=total)
            self.raw.write_string(self.row, column, words[:_MAX_TEXT], style)


def _lines_of(cell: Cell, width: float) -> int:
    if isinstance(cell, tuple):
        return sum(_lines(each, width) for each in cell)
    return _lines(cell, width) if isinstance(cell, str) else 1


def _lines(words: str, width: float) -> int:
    """Return how many lines words take; what does not fit at an end goes to the next."""
    return 1 if len(words) <= width * 1.1 else ceil(len(words) / width)


@dataclass(frozen=True, slots=True)
class Source:
    """What the sheets are made of, and the workbook that they go into."""

    book: Book
    styles: Styles
    content: Content
    figures: Figures
    labels: Labels

    def sheet(self, name: str, widths: Sequence[float], *, wide: bool = True) -> Sheet:
        """Return a new sheet, whose tab stands behind the others."""
        return Sheet(self.book, self.styles, name, widths, wide=wide)


def letters(column: int) -> str:
    """Return the name of a column that is counted from 0: ``A``, ``AA``."""
    name, number = "", column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name


def form_of(form: Form) -> str:
    """Return the style of what a column holds; hundredths stay hundredths."""
    return "decimal" if form is Form.PERCENT else form.value
