"""What a report says, the same for every format: text, tables, charts, annexes.

Everything is in final words, and every number is a finished one: a format only sets it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from publisher.model import Period
from publisher.reports import words


@dataclass(frozen=True, slots=True)
class Profile:
    """Who reports, as on the day of the report; "" and () are what the office left out.

    name, parent: the body that issues the document, and the one above it. symbol: what stands
    after the number, ``BC-SKHCN``. place: where it is dated. signer_title: lines, such as
    ``KT. GIÁM ĐỐC`` and ``PHÓ GIÁM ĐỐC``. recipients: of copies (Nơi nhận). addressees: whom
    it is sent up to (Kính gửi). archive: who keeps it, ``VT, VP``.
    """

    name: str = ""
    parent: str = ""
    symbol: str = ""
    place: str = ""
    signer_title: tuple[str, ...] = ()
    signer: str = ""
    recipients: tuple[str, ...] = ()
    addressees: tuple[str, ...] = ()
    archive: str = ""


@dataclass(frozen=True, slots=True)
class Issue:
    """The document as such: its day, its number ("" when it has none yet), what it is about.

    subject: ``truyền thông hỗ trợ công tác …``. bases: the căn cứ, one a line.
    """

    profile: Profile
    dated: date
    subject: str
    number: str = ""
    bases: tuple[str, ...] = ()

    @property
    def issuer(self) -> str:
        """The body's name in a sentence."""
        return self.profile.name or "cơ quan"

    @property
    def number_line(self) -> str:
        """``Số: 05/BC-SKHCN``; room for the number when there is none yet.

        Numbers below 10 get a zero: Nghị định 30/2020/NĐ-CP, Phụ lục I, mục II.3.
        """
        given = f"{self.number:0>2}" if self.number.isdigit() else self.number or " " * 8
        return f"Số: {given}/{self.profile.symbol or 'BC'}"

    @property
    def place_and_day(self) -> str:
        """``Bà Rịa - Vũng Tàu, ngày 05 tháng 12 năm 2023``."""
        return f"{self.profile.place or words.BLANK}, {words.long_day(self.dated)}"

    @property
    def reference(self) -> str:
        """How an annex names the document that it belongs to."""
        number = self.number_line.removeprefix("Số: ")
        day = words.long_day(self.dated)
        return f"(Kèm theo Báo cáo số {number} {day} của {self.profile.name or words.BLANK})"


class Part(StrEnum):
    """What is made of a report: a section to paste in, the whole, the annexes, what is due."""

    SECTION = "section"
    FULL = "full"
    ANNEX = "annex"
    ROYALTIES = "royalties"


class Form(StrEnum):
    """What a column holds, which says how it is set and which type its values have.

    SERIAL, NUMBER, CHANGE: int. PERCENT: float, one decimal, 100 is the whole. MONEY: int,
    đồng. DECIMAL: Decimal. DATE: date. LINK: address. LINKS: tuple of addresses and paths.
    """

    TEXT = "text"
    SERIAL = "serial"
    NUMBER = "number"
    CHANGE = "change"
    PERCENT = "percent"
    MONEY = "money"
    DECIMAL = "decimal"
    DATE = "date"
    LINK = "link"
    LINKS = "links"

    @property
    def is_number(self) -> bool:
        """Whether it is set to the right."""
        return self in (Form.NUMBER, Form.CHANGE, Form.PERCENT, Form.MONEY, Form.DECIMAL)


Value = str | int | float | Decimal | date | tuple[str, ...] | None
"""What a cell holds; None is an empty cell."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its head, what it holds, its width as a part of the table's sum of widths."""

    head: str
    form: Form = Form.TEXT
    width: float = 1.0


@dataclass(frozen=True, slots=True)
class Table:
    """A table: ``total`` is its last row, () where it has none. key: ASCII, unique."""

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    total: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """One series of bars. bars: lie flat (long labels). alt: what it shows, in words."""

    key: str
    title: str
    labels: tuple[str, ...]
    values: tuple[int, ...]
    alt: str
    bars: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the text. A paragraph that begins with "- " is an item of a list."""

    key: str
    title: str
    paragraphs: tuple[str, ...]
    tables: tuple[Table, ...] = ()
    charts: tuple[Chart, ...] = ()


@dataclass(frozen=True, slots=True)
class Annex:
    """An annex: one table or several, each with a title of its own when there are several."""

    title: str
    tables: tuple[Table, ...]


@dataclass(frozen=True, slots=True)
class Content:
    """A report, ready to be set.

    title: ``Kết quả …`` as below the word BÁO CÁO. opening: the sentence before the first
    section. heading: of the whole, where it is a section of another report. sections: the
    first one is the summary. annexes: the first one lists the items. breakdowns: every count
    by something, for a workbook, whether a section shows it or not. royalties: () when they
    are switched off; they are never part of the report itself, which leaves the house.
    notes: how was counted, for those who check it.
    """

    issue: Issue
    period: Period
    title: str
    heading: str
    opening: str
    sections: tuple[Section, ...]
    closing: str
    annexes: tuple[Annex, ...]
    breakdowns: tuple[Table, ...]
    royalties: tuple[Table, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def summary(self) -> str:
        """The one paragraph that says it all."""
        return self.sections[0].paragraphs[0]

    @property
    def charts(self) -> tuple[Chart, ...]:
        """Every chart, in order."""
        return tuple(chart for section in self.sections for chart in section.charts)

    def table(self, key: str) -> Table | None:
        """Return the table of a key, wherever it stands; None when the report has none."""
        return next((table for table in self._tables() if table.key == key), None)

    def _tables(self) -> Iterator[Table]:
        yield from self.breakdowns
        for section in self.sections:
            yield from section.tables
        for annex in self.annexes:
            yield from annex.tables
        yield from self.royalties


def shown(value: Value, form: Form) -> str:
    """Return a cell's value as text, numbers and dates as Vietnamese write them."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return "; ".join(value)
    if isinstance(value, str):
        return value
    if isinstance(value, date):
        return words.day(value)
    sign = "+" if form is Form.CHANGE and value > 0 else ""
    return sign + words.number(float(value) if form is Form.PERCENT else value)


def heading_number(start: str, index: int) -> str:
    """Return the number of a sub-heading below a heading that is numbered ``start``.

    ``7`` gives ``7.1``, ``VII`` gives ``1``, ``2.3`` gives ``2.3.1`` and ``g`` gives ``g.1``;
    "" (a report of its own) gives Roman figures: ``I``.
    """
    start = start.strip().rstrip(".)")
    if not start:
        return words.roman(index)
    if set(start) <= set("IVXLC"):
        return str(index)
    return f"{start}.{index}"


def numbered(start: str, title: str) -> str:
    """Return a heading with the number that it has in another report, "" for none.

    ``7`` gives ``7. Công tác …``; points are lettered: ``b`` gives ``b) Công tác …``.
    """
    number = start.strip()
    point = len(number) == 1 and number.isalpha() and number.islower()
    mark = "" if not number or number.endswith((".", ")")) else ")" if point else "."
    return f"{number}{mark} {title}".strip()
