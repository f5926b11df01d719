"""The report as one page: its style and charts inside, no script, nothing fetched."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from hashlib import sha256
from importlib.resources import files
from itertools import groupby

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from publisher.reports import charts
from publisher.reports.charts import Bar, Said
from publisher.reports.content import (
    Annex,
    Chart,
    Column,
    Content,
    Form,
    Part,
    Section,
    Table,
    Value,
    heading_number,
    numbered,
    shown,
)
from publisher.reports.words import roman

_BROAD = 5  # columns: a table with more of them does not fit on a phone
_CLASSES = {
    Form.DATE: "short",
    Form.SERIAL: "short",
    Form.LINK: "address",
    Form.LINKS: "address",
}


def page(content: Content, part: Part, start: str = "") -> str:
    """Return a part of a report as an HTML page in Vietnamese.

    start: the number of the heading that a section stands under in another report.
    """
    whole = part is Part.FULL
    above = "" if whole else start.strip() or "1"
    sections = content.sections if part in (Part.FULL, Part.SECTION) else ()
    annexes = content.annexes if part in (Part.FULL, Part.ANNEX) else ()
    if part is Part.ROYALTIES:
        annexes = (Annex("Nhuận bút", content.royalties),)
    title = numbered(start, content.heading) if part is Part.SECTION else content.title
    set_sections = [_section(s, n, above) for n, s in enumerate(sections, start=1)]
    set_annexes = [
        _annex(a, n if part is not Part.ROYALTIES else 0, len(annexes))
        for n, a in enumerate(annexes, start=1)
    ]
    tables = [t for s in sections for t in s.tables] + [t for a in annexes for t in a.tables]
    style = Markup(_stylesheet() + _heads(filter(_broad, tables)))  # noqa: S704 (heads are escaped for CSS)
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return (
        _templates()
        .get_template("report.html")
        .render(
            issue=content.issue,
            title=title,
            whole=whole,
            opening=content.opening,
            closing=content.closing,
            sections=set_sections,
            annexes=set_annexes,
            notes=content.notes if whole or part is Part.ANNEX else (),
            links=[(s["name"], s["heading"]) for s in (*set_sections, *set_annexes)],
            style=style,
            style_hash=f"sha256-{digest}",
        )
    )


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("publisher.reports", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _stylesheet() -> str:
    """Return the style of the page: what all our pages share, then its own."""
    return "\n".join(
        (files(room) / "static" / name).read_text("utf-8")
        for room, name in (("publisher", "base.css"), ("publisher.reports", "report.css"))
    )


def _section(section: Section, number: int, start: str) -> dict[str, object]:
    return {
        "name": section.key,
        "heading": f"{heading_number(start, number)}. {section.title}",
        "text": list(_text(section.paragraphs)),
        "charts": [{"title": chart.title, "svg": _chart(chart)} for chart in section.charts],
        "tables": [_table(table) for table in section.tables],
    }


def _annex(annex: Annex, number: int, of: int) -> dict[str, object]:
    name = f"Phụ lục {roman(number)}" if of > 1 else "Phụ lục"
    alone = len(annex.tables) == 1
    return {
        "name": f"phu-luc-{number}",
        "heading": f"{name}. {annex.title}" if number else annex.title,
        "tables": [_table(t, "" if alone else t.title) for t in annex.tables],
    }


def _text(paragraphs: Sequence[str]) -> Iterator[str | list[str]]:
    """Yield paragraphs, and as one list what follows each other with a dash before it."""
    for dashed, lines in groupby(paragraphs, key=lambda line: line.startswith("- ")):
        if dashed:
            yield [line.removeprefix("- ") for line in lines]
        else:
            yield from lines


def _chart(chart: Chart) -> Markup:
    said = Said(f"chart-{chart.key}", chart.title, chart.alt)
    pairs = list(zip(chart.labels, chart.values, strict=True))
    if chart.bars:
        return Markup(charts.rows([Bar(*pair) for pair in pairs], said))  # noqa: S704 (escaped)
    parts = ((label.partition("/"), value) for label, value in pairs)
    months = ((year, month, value) for (month, _, year), value in parts)
    return Markup(charts.columns(list(charts.by_year(months)), said))  # noqa: S704


def _broad(table: Table) -> bool:
    return len(table.columns) > _BROAD


def _heads(tables: Iterable[Table]) -> str:
    """Return the style that puts each head before its values on a narrow page."""
    return (
        "@media screen and (max-width: 48rem) {\n"
        + "".join(
            f'#t-{table.key} tr > :nth-child({n})::before {{ content: "{_css(column.head)}: "; }}\n'
            for table in tables
            for n, column in enumerate(table.columns, start=1)
            if n > 1
        )
        + "}\n"
    )


def _css(words: str) -> str:
    return "".join(c if c.isalnum() or c in " ,.%/" else f"\\{ord(c):x} " for c in words)


def _table(table: Table, title: str | None = None) -> Markup:
    """Return a table; the first column with words names the row."""
    caption = table.title if title is None else title
    named = next((n for n, c in enumerate(table.columns) if c.form is Form.TEXT), -1)
    classes = [_class(column) for column in table.columns]
    forms = [column.form for column in table.columns]
    head = "".join(
        f'<th scope="col"{cls}>{escape(column.head)}</th>'
        for column, cls in zip(table.columns, classes, strict=True)
    )
    body = "".join(f"<tr>{_row(row, forms, classes, named)}</tr>\n" for row in table.rows)
    if table.total:
        body += f'<tr class="total">{_row(table.total, forms, classes, named)}</tr>\n'
    broad = " broad" if _broad(table) else ""
    # A table that may be wider than its page is scrolled, by keyboard too.
    region = f' tabindex="0" role="region" aria-label="{escape(table.title)}"' if broad else ""
    return Markup(  # noqa: S704 (every value is escaped)
        f'<div class="table{broad}"{region}><table id="t-{table.key}">\n'
        + (f"<caption>{escape(caption)}</caption>\n" if caption else "")
        + (_widths(table) if broad else "")
        + f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n</table></div>\n"
    )


def _widths(table: Table) -> str:
    """Return the widths of columns as hints: style attributes are not allowed to the page."""
    whole = sum(column.width for column in table.columns)
    shares = (round(100 * column.width / whole) for column in table.columns)
    columns = "".join(f'<col width="{share}%">' for share in shares)
    return f"<colgroup>{columns}</colgroup>\n"


def _class(column: Column) -> str:
    name = "right" if column.form.is_number else _CLASSES.get(column.form, "")
    return f' class="{name}"' if name else ""


def _row(row: Sequence[Value], forms: Sequence[Form], classes: Sequence[str], named: int) -> str:
    return "".join(
        f'<th scope="row"{cls}>{_cell(value, form)}</th>'
        if n == named
        else f"<td{cls}>{_cell(value, form)}</td>"
        for n, (value, form, cls) in enumerate(zip(row, forms, classes, strict=True))
    )


def _cell(value: Value, form: Form) -> str:
    if form is Form.LINK and isinstance(value, str):
        return _link(value)
    if form is Form.LINKS and isinstance(value, tuple) and value:
        return f"<ul>{''.join(f'<li>{_link(each)}</li>' for each in value)}</ul>"
    return str(escape(shown(value, form)))


def _link(address: str) -> str:
    """Return an address as a link; anything but a web address as text."""
    words = escape(address)
    web = address.startswith(("https://", "http://"))
    return f'<a href="{words}">{words}</a>' if web else str(words)
