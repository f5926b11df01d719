"""Blocks → Markdown, every character of which comes out again as it was written in Word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import groupby

from publisher.word.blocks import (
    Block,
    Break,
    Cell,
    Image,
    Inline,
    NoteMark,
    Paragraph,
    Span,
    Table,
    merged,
)

# What Markdown would take for its own; "|" matters in tables, "#" at the end of headings.
_SPECIAL = re.compile(r"[\\`*_\[\]{}]")
_ENTITY = re.compile(r"&(?=[#\w])")
_STARTS = re.compile(r"(?:[#>+-]|\d+[.)](?=\s|$))")
_TAGS = {"u": "u", "s": "del", "sup": "sup", "sub": "sub", "b": "strong", "i": "em"}
_STARS = {"b": "**", "i": "*"}
_PLAIN = re.compile(r"[^\\`*_\[\]{}<>&\"|()]*")

Line = tuple[str, int]
"""A line of Markdown and the number of the paragraph that it comes from."""


def write(blocks: Sequence[Block], notes: Mapping[str, Sequence[Paragraph]]) -> list[Line]:
    """Return the Markdown of a document, a line of text and its paragraph's number each.

    notes: the paragraphs of its foot- and endnotes by the name of their marks.
    """
    lines: list[Line] = []
    for group in _groups(blocks):
        if lines:
            lines.append(("", lines[-1][1]))
        lines += group
    shown = {i.note for p in _paragraphs(blocks) for i in p.inlines if isinstance(i, NoteMark)}
    for name, paragraphs in notes.items():
        if name in shown:
            lines.append(("", lines[-1][1]))
            lines += _note(name, paragraphs)
    return lines


def _paragraphs(blocks: Sequence[Block]) -> Iterator[Paragraph]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block
        elif not _spanned(block):  # there the words of a note stand within the cell
            yield from (p for row in block.rows for cell in row for p in cell.paragraphs)


def _groups(blocks: Sequence[Block]) -> Iterator[list[Line]]:
    """Yield the lines of each block; items of a list belong together."""
    items: list[Paragraph] = []
    first: Paragraph | None = None  # the last item of the outermost level: a list is of its kind
    for block in [*blocks, None]:
        item = block if isinstance(block, Paragraph) and block.role in ("ol", "ul") else None
        if first and not (item and _goes_on(first, item)):
            yield _list(items)
            if item and item.role == first.role:
                # A comment keeps Markdown from making one list of two.
                yield [("<!-- -->", item.number)]
            items, first = [], None
        if item:
            items.append(item)
            first = item if first is None or item.level <= first.level else first
        elif isinstance(block, Table):
            yield _html_table(block) if _spanned(block) else _table(block)
        elif isinstance(block, Paragraph):
            yield _paragraph(block)


def _goes_on(first: Paragraph, item: Paragraph) -> bool:
    """Return whether an item is of the same list as the last outermost one before it."""
    if item.level > first.level:
        return True
    if item.role != first.role:
        return False
    return item.role == "ul" or item.list_id == first.list_id or item.start == first.start + 1


def _paragraph(paragraph: Paragraph) -> list[Line]:
    number, role = paragraph.number, paragraph.role
    if role.startswith("h"):
        flat = [Span(" ") if isinstance(i, Break) else i for i in paragraph.inlines]
        text = _inline(flat).replace("#", "\\#")
        aligned = f" {_style(paragraph)}" if paragraph.align else ""
        return [(f"{'#' * int(role[1])} {text}{aligned}", number)]
    images = [i for i in paragraph.inlines if isinstance(i, Image)]
    if images and not paragraph.text:
        *others, last = images
        shown = [_image(image) for image in others] + [_image(last, paragraph.caption)]
        return [("".join(shown), number)]
    text = _start(_inline(paragraph.inlines))
    if role == "quote":
        return [(f"> {text}", number)]
    return [(text, number), *([(_style(paragraph), number)] if paragraph.align else [])]


def _style(paragraph: Paragraph) -> str:
    return f'{{: style="text-align:{paragraph.align}" }}'


def _start(text: str) -> str:
    """Return text that does not begin like a heading, a list, a quote or code."""
    text = text.strip()
    found = _STARTS.match(text)
    if found:
        return f"{text[: found.end() - 1]}\\{text[found.end() - 1 :]}"
    return f"&#126;{text[1:]}" if text.startswith("~~~") else text


def _list(items: Sequence[Paragraph]) -> list[Line]:
    """Return a list; an item may be one level deeper than the one before, not two."""
    lines: list[Line] = []
    stack: list[int] = []  # the levels of Word that are open
    roles: list[str] = []
    for item in items:
        while stack and stack[-1] > item.level:
            stack.pop()
            roles.pop()
        if not stack or stack[-1] < item.level:
            stack.append(item.level)
            roles.append(item.role)
        elif roles[-1] != item.role:  # another kind of list at the same level
            lines.append(("", item.number))
            roles[-1] = item.role
        mark = f"{item.start}." if item.role == "ol" else "-"
        indent = " " * 4 * (len(stack) - 1)
        lines.append((f"{indent}{mark} {_start(_inline(item.inlines))}", item.number))
    return lines


def _note(name: str, paragraphs: Sequence[Paragraph]) -> list[Line]:
    lines: list[Line] = []
    for paragraph in paragraphs:
        text = _start(_inline(paragraph.inlines))
        if not text:
            continue
        if lines:
            lines += [("", paragraph.number), (f"    {text}", paragraph.number)]
        else:
            lines.append((f"[^{name}]: {text}", paragraph.number))
    return lines


def _spanned(table: Table) -> bool:
    return any(cell.columns > 1 or cell.rows > 1 for row in table.rows for cell in row)


def _table(table: Table) -> list[Line]:
    width = max(len(row) for row in table.rows)
    lines = [(_row(row, width), _number(row, table)) for row in table.rows]
    lines.insert(1, (f"|{' --- |' * width}", lines[0][1]))
    return lines


def _number(row: Sequence[Cell], table: Table) -> int:
    return next((p.number for cell in row for p in cell.paragraphs if p.number), table.number)


def _row(row: Sequence[Cell], width: int) -> str:
    texts = [_cell(cell) for cell in row] + [""] * (width - len(row))
    return f"| {' | '.join(texts)} |"


def _cell(cell: Cell) -> str:
    texts = [_inline(p.inlines).strip() for p in cell.paragraphs if not p.empty]
    return "<br>".join(texts).replace("|", "\\|")


def _html_table(table: Table) -> list[Line]:
    """Return a table with merged cells, which Markdown does not know, as HTML."""
    lines: list[Line] = [("<table>", table.number)]
    for row in table.rows:
        cells = []
        for cell in row:
            spans = f' colspan="{cell.columns}"' if cell.columns > 1 else ""
            spans += f' rowspan="{cell.rows}"' if cell.rows > 1 else ""
            texts = (_html(p.inlines) for p in cell.paragraphs if not p.empty)
            cells.append(f"<td{spans}>{'<br>'.join(texts)}</td>")
        lines.append((f"<tr>{''.join(cells)}</tr>", _number(row, table)))
    return [*lines, ("</table>", lines[-1][1])]


def _html(inlines: Sequence[Inline]) -> str:
    parts = []
    for inline in inlines:
        if isinstance(inline, Break):
            parts.append("<br>")
        elif isinstance(inline, Image):
            parts.append(f'<img src="{escape(inline.name)}" alt="{escape(inline.alt)}">')
        elif isinstance(inline, Span):
            text = escape(inline.text, quote=False)
            for mark, tag in _TAGS.items():
                if mark in inline.marks:
                    text = f"<{tag}>{text}</{tag}>"
            if inline.href:
                text = f'<a href="{escape(inline.href)}">{text}</a>'
            parts.append(text)
    return "".join(parts).strip()


def _image(image: Image, caption: str = "") -> str:
    alt = " ".join(image.alt.split())
    if _PLAIN.fullmatch(alt) and _PLAIN.fullmatch(caption):
        title = f' "{caption}"' if caption else ""
        return f"![{alt}]({image.name}{title})"
    title = f' title="{_attribute(caption)}"' if caption else ""
    return f'<img src="{image.name}" alt="{_attribute(alt)}"{title}>'


def _attribute(text: str) -> str:
    # Markdown looks for its own marks before it sees a tag.
    return re.sub(r"[^\w .,;:?!/-]", lambda c: f"&#{ord(c[0])};", " ".join(text.split()))


def _inline(inlines: Sequence[Inline]) -> str:
    parts: list[str] = []
    for href, group in groupby(merged(inlines), lambda i: i.href if isinstance(i, Span) else ""):
        text = _marked(list(group))
        if href and text.strip():
            lead, trail = _edges(text)
            text = f"{lead}[{text.strip()}]({_address(href)}){trail}"
        parts.append(text)
    return _joined(parts)


def _joined(parts: Sequence[str]) -> str:
    text = ""
    for part in parts:
        # "Hay![^1]" would be a picture.
        text = f"{text[:-1]}\\!" if text.endswith("!") and part.startswith("[") else text
        text += part
    return text


def _edges(text: str) -> tuple[str, str]:
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]


def _address(href: str) -> str:
    # Only what would end a link early is written otherwise.
    return re.sub(r"[\s()<>\[\]\\`\"'*_|]", lambda c: _percent(c[0]), href.strip())


def _percent(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "replace"))


def _marked(inlines: Sequence[Inline]) -> str:
    parts: list[str] = []
    for at, inline in enumerate(inlines):
        if isinstance(inline, Break):
            parts.append("<br>")
        elif isinstance(inline, Image):
            parts.append(_image(inline))
        elif isinstance(inline, NoteMark):
            parts.append(f"[^{inline.note}]")
        else:
            parts.append(_span(inline, inlines[at - 1] if at else None, [*inlines, None][at + 1]))
    return _joined(parts)


def _span(span: Span, before: Inline | None, after: Inline | None) -> str:
    lead, trail = _edges(span.text)
    text = _text(span.text.strip())
    if not text or not span.marks:
        return f"{lead}{text}{trail}"
    for mark in ("sup", "sub", "s", "u"):
        if mark in span.marks:
            text = f"<{_TAGS[mark]}>{text}</{_TAGS[mark]}>"
    # Stars beside a letter or other stars can be read in two ways, tags in one.
    clear = (lead or _open(before, -1)) and (trail or _open(after, 0))
    for mark in ("i", "b"):
        if mark in span.marks:
            star, tag = _STARS[mark], _TAGS[mark]
            text = f"{star}{text}{star}" if clear else f"<{tag}>{text}</{tag}>"
    return f"{lead}{text}{trail}"


def _open(beside: Inline | None, end: int) -> bool:
    """Return whether what stands beside a span leaves its stars alone."""
    if isinstance(beside, Span):
        return (
            not beside.text
            or beside.text[end].isspace()
            or (not beside.marks and beside.text[end] in ".,;:!?()“”…–")
        )
    return True


def _text(text: str) -> str:
    text = _ENTITY.sub("&amp;", text).replace("<", "&lt;")
    return _SPECIAL.sub(r"\\\g<0>", text)
