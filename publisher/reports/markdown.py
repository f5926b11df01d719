"""The report as Markdown, to be pasted where neither Word nor a web page fits."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

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

_SPECIAL = re.compile(r"[\\`*_\[\]|]")
# Not every reader of Markdown knows a backslash before these.
_AS_ENTITY = re.compile(r"[<>~]|&(?=#?\w+;)")
_ADDRESS = re.compile(r"https?://[^\s<>|]+")


def text(content: Content, part: Part, start: str = "") -> str:
    """Return a part of a report as Markdown with tables.

    start: the number of the heading that a section stands under in another report.
    """
    blocks: list[str] = []
    if part is Part.SECTION:
        blocks.append(f"## {_plain(numbered(start, content.heading))}")
    if part is Part.FULL:
        blocks += _opening(content)
    if part in (Part.SECTION, Part.FULL):
        above = "" if part is Part.FULL else start.strip() or "1"
        for number, section in enumerate(content.sections, start=1):
            blocks += _section(section, heading_number(above, number))
    if part is Part.FULL:
        blocks += _ending(content)
    if part in (Part.FULL, Part.ANNEX):
        several = len(content.annexes) > 1
        for number, annex in enumerate(content.annexes, start=1):
            name = f"Phụ lục {roman(number)}" if several else "Phụ lục"
            blocks += _annex(annex, f"{name}. {annex.title}")
    if part is Part.ROYALTIES:
        blocks += _annex(Annex("", content.royalties), "Nhuận bút")
    return "\n\n".join(blocks) + "\n"


def _opening(content: Content) -> Iterator[str]:
    issue = content.issue
    for name in (issue.profile.parent, issue.profile.name):
        if name:
            yield f"**{_plain(name)}**"
    yield f"{_plain(issue.number_line)}  \n*{_plain(issue.place_and_day)}*"
    yield f"# BÁO CÁO: {_plain(content.title)}"
    last = len(issue.bases) - 1
    for n, line in enumerate(issue.bases):
        yield f"*{_plain(line.rstrip(' ;.'))}{'.' if n == last else ';'}*"
    if issue.profile.addressees:
        yield f"Kính gửi: {_plain('; '.join(issue.profile.addressees))}."
    yield _plain(content.opening)


def _ending(content: Content) -> Iterator[str]:
    profile = content.issue.profile
    yield f"{_plain(content.closing.rstrip(' .'))}./."
    lines = [f"- {_plain(name)};" for name in profile.recipients]
    yield "\n".join(["**Nơi nhận:**", "", *lines, f"- Lưu: {_plain(profile.archive or 'VT')}."])
    signer = [line for line in (*profile.signer_title, profile.signer) if line]
    if signer:
        yield "  \n".join(f"**{_plain(line)}**" for line in signer)


def _section(section: Section, number: str) -> Iterator[str]:
    yield f"### {_plain(f'{number}. {section.title}')}"
    yield from _paragraphs(section.paragraphs)
    keys = {table.key for table in section.tables}
    for chart in section.charts:
        if chart.key not in keys:
            yield from _table(_as_table(chart), chart.title)
    for table in section.tables:
        yield from _table(table, table.title)


def _annex(annex: Annex, heading: str) -> Iterator[str]:
    yield f"### {_plain(heading)}"
    for table in annex.tables:
        yield from _table(table, table.title if len(annex.tables) > 1 else "")


def _paragraphs(lines: Sequence[str]) -> Iterator[str]:
    """Yield paragraphs; what follows each other with a dash before it is one list."""
    listed: list[str] = []
    for line in lines:
        if line.startswith("- "):
            listed.append(f"- {_plain(line[2:])}")
            continue
        if listed:
            yield "\n".join(listed)
            listed = []
        yield _plain(line)
    if listed:
        yield "\n".join(listed)


def _as_table(chart: Chart) -> Table:
    columns = (
        Column("Tháng" if not chart.bars else "Nội dung"),
        Column("Số tin, bài", Form.NUMBER),
    )
    rows = tuple(zip(chart.labels, chart.values, strict=True))
    return Table(chart.key, chart.title, columns, rows)


def _table(table: Table, title: str) -> Iterator[str]:
    if title:
        yield f"**{_plain(title)}**"
    forms = [column.form for column in table.columns]
    lines = [
        _line(_plain(column.head) for column in table.columns),
        _line("---:" if form.is_number else "---" for form in forms),
        *(_line(map(_cell, row, forms)) for row in table.rows),
    ]
    if table.total:
        cells = map(_cell, table.total, forms)
        lines.append(_line(f"**{cell}**" if cell else "" for cell in cells))
    yield "\n".join(lines)


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(value: Value, form: Form) -> str:
    if form is Form.LINK and isinstance(value, str):
        return _address(value)
    if form is Form.LINKS and isinstance(value, tuple):
        return "; ".join(map(_address, value))
    return _plain(shown(value, form))


def _address(address: str) -> str:
    return f"<{address}>" if _ADDRESS.fullmatch(address) else _plain(address)


def _plain(words: str) -> str:
    """Return words on one line that mean nothing but themselves."""
    line = _AS_ENTITY.sub(lambda found: f"&#{ord(found[0])};", " ".join(words.split()))
    return _SPECIAL.sub(r"\\\g<0>", line)
