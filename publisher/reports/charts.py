"""Bar charts as SVG: no script, no file of their own, readable on a phone and on paper.

Widths are shares of the drawing's, sizes of letters are not: on a narrow page the bars shrink
and the words stay. Every bar carries its number as text, so no scale has to be read off.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from textwrap import wrap

from markupsafe import escape

from publisher.reports.words import number

# Of the light page and of paper; a page overrules them by the classes. #0b4f9c on white has a
# contrast of 8:1, #17212b of 16:1 (3:1 and 4.5:1 are asked for).
_BAR, _TEXT, _LINE = "#0b4f9c", "#17212b", "#5f6b76"
_FONT = "system-ui, 'Segoe UI', 'Noto Sans', 'Liberation Sans', Arial, sans-serif"

_TALLEST = 150  # pixels of the highest column
_ABOVE = 24  # room for its number
_BELOW = 44  # room for the month and its year
_NARROWEST = 26  # pixels a column needs for its number; more months make the drawing wider
_FITS = 13  # columns on a phone of 375 pixels: the months of a reporting year

_LETTERS = 44  # of a label in one line on the same phone
_LINE_HEIGHT = 20
_THICK = 22
_WIDEST = 86  # per cent of the width for the longest bar; its number stands behind it


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: what it is of, how many, and a second line below a column."""

    label: str
    value: int
    below: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What is read out in place of the drawing; name: an id that the page has once."""

    name: str
    title: str
    description: str


def by_year(months: Iterable[tuple[str, str, int]]) -> Iterator[Bar]:
    """Yield a bar for each year, month and number: the year below the middle one of its months."""
    for year, group in groupby(months, key=lambda each: each[0]):
        own = list(group)
        for n, (_year, month, value) in enumerate(own):
            yield Bar(month, value, year if n == len(own) // 2 else "")


def columns(bars: Sequence[Bar], said: Said) -> str:
    """Return a chart of upright columns, for what follows in time."""
    if not bars:
        return ""
    step = 100 / len(bars)
    highest = max(bar.value for bar in bars) or 1
    floor = _ABOVE + _TALLEST
    width = "100%" if len(bars) <= _FITS else f"{len(bars) * _NARROWEST}"
    drawn = [_begin(said, width, floor + _BELOW)]
    for n, bar in enumerate(bars):
        height = round(bar.value / highest * _TALLEST)
        middle = _percent((n + 0.5) * step)
        if height:
            drawn.append(
                f'<rect class="bar" fill="{_BAR}" x="{_percent((n + 0.16) * step)}"'
                f' y="{floor - height}" width="{_percent(0.68 * step)}" height="{height}"/>'
            )
        drawn.append(_text(number(bar.value), middle, floor - height - 7))
        drawn.append(_text(bar.label, middle, floor + 18))
        if bar.below:
            drawn.append(_text(bar.below, middle, floor + 35, "below"))
    drawn.append(
        f'<line class="axis" stroke="{_LINE}" x1="0" y1="{floor}" x2="100%" y2="{floor}"/></svg>'
    )
    return "".join(drawn)


def rows(bars: Sequence[Bar], said: Said) -> str:
    """Return a chart of lying bars, each below its label, for labels that are sentences."""
    if not bars:
        return ""
    longest = max(bar.value for bar in bars) or 1
    drawn: list[str] = []
    top = 0
    for bar in bars:
        for line in wrap(bar.label, _LETTERS) or [""]:
            top += _LINE_HEIGHT
            drawn.append(_text(line, "0", top - 5, anchor="start"))
        share = bar.value / longest * _WIDEST
        if bar.value:
            drawn.append(
                f'<rect class="bar" fill="{_BAR}" x="0" y="{top}"'
                f' width="{_percent(share)}" height="{_THICK}"/>'
            )
        drawn.append(
            f'<svg x="{_percent(share)}" y="{top}" width="{_percent(100 - share)}"'
            f' height="{_THICK}">{_text(number(bar.value), "8", 16, anchor="start")}</svg>'
        )
        top += _THICK + 12
    return "".join([_begin(said, "100%", top), *drawn, "</svg>"])


def _begin(said: Said, width: str, height: int) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" class="chart" width="{width}"'
        f' height="{height}" aria-labelledby="{said.name}-title {said.name}-desc"'
        f' font-family="{_FONT}" font-size="14">'
        f'<title id="{said.name}-title">{escape(said.title)}</title>'
        f'<desc id="{said.name}-desc">{escape(said.description)}</desc>'
    )


def _text(words: str, x: str, y: float, kind: str = "", anchor: str = "middle") -> str:
    classes = f"label {kind}".strip()
    size = ' font-size="12"' if kind else ""
    return (
        f'<text class="{classes}"{size} fill="{_TEXT}" x="{x}" y="{y}" text-anchor="{anchor}">'
        f"{escape(words)}</text>"
    )


def _percent(share: float) -> str:
    return f"{share:.3f}".rstrip("0").rstrip(".") + "%"
