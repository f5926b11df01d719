"""Charts as pictures for a DOCX document: sharp on paper, readable in black and white."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from PIL import Image, ImageDraw, ImageFont

from publisher.reports.content import Chart
from publisher.reports.words import number

_DPI = 300
_SIZE_PT = 9.0
_INK, _BAR, _GRID = 0, 96, 205  # of 255, white
WIDTH_MM = 150


@dataclass(frozen=True, slots=True)
class Drawing:
    """A PNG picture and how large it is meant to be, in mm."""

    png: bytes
    width: float
    height: float


@cache
def _font() -> ImageFont.FreeTypeFont:
    data = (files("publisher.images") / "fonts" / "BeVietnamPro-Medium.ttf").read_bytes()
    return ImageFont.truetype(io.BytesIO(data), round(_SIZE_PT * _DPI / 72))


def draw(chart: Chart) -> Drawing:
    """Draw a chart. The sums stand on the bars, so there is no scale to read off."""
    height = 8.5 * len(chart.labels) + 4 if chart.bars else 62
    size = (_pixels(WIDTH_MM), _pixels(height))
    image = Image.new("L", size, 255)
    pen = ImageDraw.Draw(image)
    (_flat if chart.bars else _upright)(pen, chart, size)
    buffer = io.BytesIO()
    image.save(buffer, "PNG", dpi=(_DPI, _DPI), optimize=True)
    return Drawing(buffer.getvalue(), WIDTH_MM, height)


def _pixels(mm: float) -> int:
    return round(mm * _DPI / 25.4)


def _upright(pen: ImageDraw.ImageDraw, chart: Chart, size: tuple[int, int]) -> None:
    """Bars that stand: months."""
    width, height = size
    below, above = _pixels(11), _pixels(6)
    floor, most = height - below, max(chart.values) or 1
    for part in (0.25, 0.5, 0.75, 1.0):
        y = floor - round((floor - above) * part)
        pen.line((0, y, width, y), fill=_GRID, width=2)
    step = width / len(chart.labels)
    for place, (label, value) in enumerate(zip(chart.labels, chart.values, strict=True)):
        middle = round(step * (place + 0.5))
        half = round(step * 0.3)
        top = floor - round((floor - above) * value / most)
        if value:
            pen.rectangle((middle - half, top, middle + half, floor), fill=_BAR)
        pen.text((middle, top - _pixels(0.8)), number(value), _INK, _font(), anchor="ms")
        month, _slash, year = label.partition("/")
        pen.text((middle, floor + _pixels(1.2)), f"T{month}", _INK, _font(), anchor="mt")
        first = place == 0 or month == "01"
        if first:  # the year stands where it begins
            pen.text((middle, floor + _pixels(6)), year, _INK, _font(), anchor="mt")
    pen.line((0, floor, width, floor), fill=_INK, width=4)


def _flat(pen: ImageDraw.ImageDraw, chart: Chart, size: tuple[int, int]) -> None:
    """Bars that lie: labels too long to stand below one."""
    width, height = size
    room = round(width * 0.5)
    most = max(chart.values) or 1
    longest = width - room - _pixels(14)
    step = height / len(chart.labels)
    gap = _pixels(2)
    for place, (label, value) in enumerate(zip(chart.labels, chart.values, strict=True)):
        middle = round(step * (place + 0.5))
        half = round(step * 0.28)
        lines = _wrapped(label, room - gap)
        text = "\n".join(lines)
        pen.multiline_text(
            (room - gap, middle), text, _INK, _font(), anchor="rm", align="right", spacing=2
        )
        end = room + round(longest * value / most)
        pen.rectangle((room, middle - half, end, middle + half), fill=_BAR)
        pen.text((end + gap, middle), number(value), _INK, _font(), anchor="lm")
    pen.line((room, 0, room, height), fill=_INK, width=4)


def _wrapped(text: str, width: int) -> list[str]:
    """Return text in at most two lines of this width (pixels), cut with … if it must be."""
    lines, line = [], ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and _font().getlength(longer) > width:
            lines.append(line)
            line = word
        else:
            line = longer
    lines.append(line)
    if len(lines) <= 2:
        return lines
    rest = " ".join(lines[1:])
    while rest and _font().getlength(rest + "…") > width:
        rest = rest[:-1]
    return [lines[0], rest.rstrip() + "…"]
