"""The share card of a post that has no picture: its title, drawn, for lists and for sharing.

The fonts lie in the package and letters are set by FreeType alone, so that a card drawn on
Windows looks like one drawn on Linux.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import astuple, dataclass
from functools import cache
from importlib.resources import files
from io import BytesIO

from PIL import Image, ImageChops, ImageDraw, ImageFont

from publisher.images.encode import png
from publisher.images.formats import MAX_PIXELS, opened, reading
from publisher.images.pixels import plain
from publisher.model import digest_of
from publisher.text import nfc, words

WIDTH, HEIGHT = CARD_SIZE = 1200, 630
"""Pixels: the shape in which social networks and messengers show a link."""

_DESIGN = 1
"""Raise it when cards are drawn otherwise: then each is drawn and sent anew."""

_MARGIN = 72
_TITLE_TOP, _TITLE_BOTTOM = 138, 478
_TITLE_SIZES = range(72, 31, -2)
_LEADING = 1.36  # of the size: a capital with two marks above, another with one below
_FOOT = 504
_LOGO = 74
# Dark enough that white letters have a contrast of at least 7:1 on each, also where it is
# lighter at the top.
_COLOURS = (
    (13, 60, 104),
    (122, 31, 43),
    (15, 84, 70),
    (75, 47, 122),
    (124, 62, 8),
    (20, 83, 45),
    (30, 58, 138),
    (131, 24, 67),
)
_ACCENT = (255, 210, 74)
_WHITE = (255, 255, 255)
# A dash begins no line, and words that are read as one are not parted.
_GLUE = re.compile(r" (?=[–—-] )|(?<=thủ) (?=tục)|(?<=hành) (?=chính)", re.IGNORECASE)
_NO_BREAK = "\u00a0"
# What the fonts of the package have letters for.
_NO_GLYPH = re.compile(
    r"[^ -~\u00a0-\u00ff\u0102\u0103\u0110\u0111\u0128\u0129\u0168\u0169\u01a0\u01a1\u01af"
    r"\u01b0\u1ea0-\u1ef9\u2013\u2014\u2018-\u201a\u201c-\u201e\u2022\u2026\u2030\u2039\u203a"
    r"\u20ab\u20ac\u2212\u2260\u2264\u2265]"
)


@dataclass(frozen=True, slots=True)
class Card:
    """What a card says. label: the theme's name. colour: number of the theme, from 0.

    logo: a picture file's bytes, b"" for none.
    """

    title: str
    label: str = ""
    organisation: str = ""
    slogan: str = ""
    colour: int = 0
    logo: bytes = b""

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of what the card is drawn from.

        Not of the file: another version of a library may pack the same pixels otherwise.
        """
        *said, logo = astuple(self)
        return digest_of("card", _DESIGN, *said, logo.hex())


def draw(card: Card) -> bytes:
    """Return a card as a PNG file of 1200 × 630 pixels.

    Raise PictureError (picture-broken, picture-format, picture-too-big) for the logo.
    """
    sheet = _ground(_COLOURS[card.colour % len(_COLOURS)])
    pen = ImageDraw.Draw(sheet)
    if label := _drawable(card.label):
        pen.rectangle((_MARGIN, 81, _MARGIN + 51, 88), _ACCENT)
        size, text = _one_line(label, "Medium", 28, 22, WIDTH - 2 * _MARGIN - 72)
        _write(pen, (_MARGIN + 72, 85), text, "Medium", size, _ACCENT)
    _title(pen, _drawable(card.title))
    _foot(sheet, pen, card)
    return png(sheet).content


def _drawable(text: str) -> str:
    return words(_NO_GLYPH.sub("", nfc(text)))


def _ground(colour: tuple[int, int, int]) -> Image.Image:
    """Return the coloured sheet: darker towards its foot, with rings in a corner."""
    shade = Image.linear_gradient("L").resize((WIDTH, HEIGHT), Image.Resampling.BILINEAR)
    dark = Image.new("RGB", (WIDTH, HEIGHT), tuple(level * 62 // 100 for level in colour))
    sheet = Image.composite(dark, Image.new("RGB", (WIDTH, HEIGHT), colour), shade)
    # Drawn four times as large: Pillow draws circles without smoothing them.
    rings = Image.new("L", (WIDTH, HEIGHT * 2), 0)
    pen = ImageDraw.Draw(rings)
    for radius, light in ((1190, 15), (930, 13), (670, 11), (410, 11)):
        box = (WIDTH - radius, HEIGHT * 2 - radius, WIDTH + radius, HEIGHT * 2 + radius)
        pen.ellipse(box, outline=light, width=104)
    small = rings.resize((WIDTH // 2, HEIGHT), Image.Resampling.LANCZOS)
    mask = Image.new("L", (WIDTH, HEIGHT), 0)
    mask.paste(small, (WIDTH // 2, 0))
    return ImageChops.composite(Image.new("RGB", sheet.size, _WHITE), sheet, mask)


def _title(pen: ImageDraw.ImageDraw, title: str) -> None:
    """Write the title as large as it fits, in lines of like length."""
    width, height = WIDTH - 2 * _MARGIN, _TITLE_BOTTOM - _TITLE_TOP
    title = _GLUE.sub(_NO_BREAK, title)
    for size in _TITLE_SIZES:
        lines = _balanced(title, size, width)
        if len(lines) * size * _LEADING <= height:
            break
    most = int(height / (size * _LEADING))
    if len(lines) > most:
        lines = [*lines[: most - 1], _cut(" ".join(lines[most - 1 :]), "Bold", size, width)]
    step = size * _LEADING
    top = _TITLE_TOP + (height - len(lines) * step) / 2
    for number, line in enumerate(lines):
        _write(pen, (_MARGIN, top + (number + 0.5) * step), line, "Bold", size, _WHITE)


def _foot(sheet: Image.Image, pen: ImageDraw.ImageDraw, card: Card) -> None:
    """Write who speaks and the slogan, beside the logo."""
    organisation, slogan = _drawable(card.organisation), _drawable(card.slogan)
    if not (organisation or slogan or card.logo):
        return
    # Opaque, as a half-transparent white would look there.
    pen.rectangle((_MARGIN, _FOOT, WIDTH - _MARGIN - 1, _FOOT + 1), _lighter(sheet, _FOOT))
    left, middle = _MARGIN, (_FOOT + HEIGHT) / 2 - 2
    if card.logo:
        sheet.paste(*_logo(card.logo, (left, round(middle - _LOGO / 2))))
        left += _LOGO + 24
    width = WIDTH - _MARGIN - left
    both = bool(organisation and slogan)
    if organisation:
        size, text = _one_line(organisation, "Bold", 30, 22, width)
        _write(pen, (left, middle - 19 * both), text, "Bold", size, _WHITE)
    if slogan:
        size, text = _one_line(slogan, "Medium", 24, 19, width)
        _write(pen, (left, middle + 21 * both), text, "Medium", size, (222, 230, 238))


def _lighter(sheet: Image.Image, y: int) -> tuple[int, ...]:
    here = sheet.getpixel((_MARGIN, y))
    assert isinstance(here, tuple)
    return tuple(level + (255 - level) // 4 for level in here)


def _logo(data: bytes, place: tuple[int, int]) -> tuple[Image.Image, tuple[int, int], Image.Image]:
    """Return the logo on a white tile with round corners, where it goes, and its outline."""
    _, picture = opened(data, MAX_PIXELS)
    with reading():
        picture.load()
    shown = plain(picture).convert("RGBA")
    inner = _LOGO - 12
    scale = inner / max(shown.size)
    size = (max(1, round(shown.width * scale)), max(1, round(shown.height * scale)))
    shown = shown.resize(size, Image.Resampling.LANCZOS)
    tile = Image.new("RGB", (_LOGO, _LOGO), _WHITE)
    at = ((_LOGO - size[0]) // 2, (_LOGO - size[1]) // 2)
    tile.paste(shown.convert("RGB"), at, shown.getchannel("A"))
    outline = Image.new("L", (_LOGO * 4, _LOGO * 4), 0)
    ImageDraw.Draw(outline).rounded_rectangle((0, 0, _LOGO * 4 - 1, _LOGO * 4 - 1), 48, 255)
    return tile, place, outline.resize(tile.size, Image.Resampling.LANCZOS)


# Lines


def _balanced(text: str, size: int, width: float) -> list[str]:
    """Return the fewest lines that are no wider than ``width``, as alike as can be."""
    fewest = _wrapped(text, size, width)
    narrow, wide = 0.0, width
    while wide - narrow > 4:
        middle = (narrow + wide) / 2
        if len(_wrapped(text, size, middle)) > len(fewest):
            narrow = middle
        else:
            wide = middle
    return _wrapped(text, size, wide)


def _wrapped(text: str, size: int, width: float) -> list[str]:
    lines: list[str] = []
    line = ""
    for word in _pieces(text, size, width):
        longer = f"{line} {word}" if line else word
        if line and _wide(longer, "Bold", size) > width:
            lines.append(line)
            line = word
        else:
            line = longer
    return [*lines, line]


def _pieces(text: str, size: int, width: float) -> Iterator[str]:
    """Yield the words, those that are wider than a line in parts."""
    for word in text.split(" "):
        rest = word
        while len(rest) > 1 and _wide(rest, "Bold", size) > width:
            fits = max(1, bisect_left(range(len(rest)), width, key=_width_of(rest, size)) - 1)
            yield rest[:fits]
            rest = rest[fits:]
        yield rest


def _width_of(text: str, size: int) -> Callable[[int], float]:
    return lambda count: _wide(text[:count], "Bold", size)


def _one_line(text: str, weight: str, largest: int, least: int, width: float) -> tuple[int, str]:
    """Return the size at which a text fits on a line, and the text, cut when it never does."""
    for size in range(largest, least - 1, -1):
        if _wide(text, weight, size) <= width:
            return size, text
    return least, _cut(text, weight, least, width)


def _cut(text: str, weight: str, size: int, width: float) -> str:
    """Return as many words as fit, or letters where not even one word does, with an ellipsis."""
    if _wide(text, weight, size) <= width:
        return text
    kept = text
    while kept and _wide(f"{kept}…", weight, size) > width:
        kept = kept.rpartition(" ")[0] if " " in kept else kept[:-1]
    return f"{kept.rstrip(' ,;:.–-')}…"


def _wide(text: str, weight: str, size: int) -> float:
    return _font(weight, size).getlength(text)


def _write(
    pen: ImageDraw.ImageDraw,
    at: tuple[float, float],
    text: str,
    weight: str,
    size: int,
    colour: tuple[int, int, int],
) -> None:
    """Write a line; ``at`` is where it begins, at half the height of its small letters."""
    # From the baseline, which is the same for every text: marks must not make lines jump.
    base = at[1] + size * 0.27
    pen.text((at[0], base), text, fill=colour, font=_font(weight, size), anchor="ls")


@cache
def _font(weight: str, size: int) -> ImageFont.FreeTypeFont:
    data = (files("publisher.images") / "fonts" / f"BeVietnamPro-{weight}.ttf").read_bytes()
    # Vietnamese needs no shaping; the other engine is not there on every machine.
    return ImageFont.truetype(BytesIO(data), size, layout_engine=ImageFont.Layout.BASIC)
