"""What the styles and the numbering of a document mean for one paragraph."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from docx.oxml.ns import nsmap, qn
from lxml import etree

from publisher.text import fold

W = f"{{{nsmap['w']}}}"
_VAL = f"{W}val"
# Word stores the names of its own styles in English, whatever language it speaks; LibreOffice,
# Google and the styles that offices make themselves do not. Folded: no marks, no case.
_HEADING = re.compile(r"(?:heading|dau de|tieu de|de muc|muc|chuong)\s*([1-9])")
_TITLES = frozenset({"title", "tieu de", "ten bai", "dau de", "tieu de chinh", "ten tai lieu"})
_CAPTIONS = frozenset({
    "caption", "chu thich", "chu thich anh", "chu thich hinh", "illustration", "figure",
    "hinh", "drawing",
})  # fmt: skip
_QUOTES = frozenset({"quote", "intense quote", "quotations", "block text", "trich dan"})
_OFF = frozenset({"0", "false", "off", "none"})
_ALIGN = {"center": "center", "right": "right", "end": "right"}


def value(element: etree._Element | None, path: str) -> str | None:
    """Return ``w:val`` of the element at a path of w: names (``pPr/jc``), or None."""
    found = at(element, path)
    return None if found is None else found.get(_VAL, "")


def at(element: etree._Element | None, path: str) -> etree._Element | None:
    """Return the element at a path of w: names, or None."""
    for name in path.split("/"):
        if element is None:
            return None
        element = element.find(W + name)
    return element


def toggle(properties: etree._Element | None, name: str) -> bool | None:
    """Return whether a property that can be on or off is on; None when nothing is said."""
    written = value(properties, name)
    return None if written is None else written.lower() not in _OFF


def number(text: str | None, default: int = 0) -> int:
    """Return a whole number as Word writes it; the default when it is none."""
    return int(text) if text and re.fullmatch(r"-?[0-9]{1,9}", text) else default


class Styles:
    """The styles of a document, with what they inherit."""

    def __init__(self, root: etree._Element | None) -> None:
        self._styles: dict[str, etree._Element] = {}
        self._chains: dict[str | None, tuple[etree._Element, ...]] = {}
        self._names: dict[etree._Element, str] = {}
        self._default = ""
        for style in () if root is None else root.iter(qn("w:style")):
            name = style.get(qn("w:styleId"), "")
            self._styles.setdefault(name, style)
            self._names[style] = fold(value(style, "name") or "")
            paragraph = style.get(qn("w:type")) == "paragraph"
            if paragraph and style.get(qn("w:default"), "0") not in _OFF:
                self._default = self._default or name

    def chain(self, name: str | None) -> tuple[etree._Element, ...]:
        """Return a style and those that it is based on."""
        if name not in self._chains:
            chain: dict[str, etree._Element] = {}
            base = name
            while base in self._styles and base not in chain:
                chain[base] = self._styles[base]
                base = value(chain[base], "basedOn") or ""
            self._chains[name] = tuple(chain.values())
        return self._chains[name]

    def names(self, chain: Iterable[etree._Element]) -> Iterator[str]:
        """Yield the names of styles, folded."""
        return (self._names[style] for style in chain)

    def paragraph(self, properties: etree._Element | None) -> tuple[etree._Element, ...]:
        """Return the style of a paragraph's properties and those that it is based on."""
        return self.chain(value(properties, "pStyle") or self._default)

    def role(self, properties: etree._Element | None) -> str:
        """Return what a paragraph is: "p", "h1" to "h6", "title", "caption" or "quote"."""
        direct = value(properties, "outlineLvl")
        for style in self.paragraph(properties):
            name = self._names[style]
            if name in _TITLES:
                return "title"
            if name in _CAPTIONS:
                return "caption"
            if name in _QUOTES:
                return "quote"
            if found := _HEADING.fullmatch(name):
                return f"h{min(int(found[1]), 6)}"
            if direct is None:
                direct = value(style, "pPr/outlineLvl")
        level = number(direct, 9)  # 9 is the level of the text itself
        return f"h{min(level, 5) + 1}" if 0 <= level < 9 else "p"

    def is_contents(self, properties: etree._Element | None) -> bool:
        """Return whether a paragraph is a line of a table of contents."""
        names = self.names(self.paragraph(properties))
        return any(re.fullmatch(r"toc \d|contents \d|table of figures", name) for name in names)

    def align(self, properties: etree._Element | None) -> str:
        """Return "center", "right" or ""."""
        places = [properties, *(at(style, "pPr") for style in self.paragraph(properties))]
        written = (value(place, "jc") for place in places)
        return _ALIGN.get(next((jc for jc in written if jc is not None), ""), "")

    def numbering(self, properties: etree._Element | None) -> tuple[str, int] | None:
        """Return the list that a paragraph is in, and the level, or None."""
        level: str | None = None
        places = [properties, *(at(style, "pPr") for style in self.paragraph(properties))]
        for place in places:
            level = level or value(place, "numPr/ilvl")
            found = value(place, "numPr/numId")
            if found is not None:
                return None if found in ("", "0") else (found, number(level))
        return None

    def is_on(self, name: str, run: etree._Element | None, around: frozenset[str]) -> bool:
        """Return whether a run shows a property such as ``b``: said of itself, or by styles.

        around: what the paragraph's style switches on; a run's style that does so as well
        switches it off again.
        """
        said = toggle(run, name)
        if said is not None:
            return said
        style = value(run, "rStyle")
        looks = (toggle(at(s, "rPr"), name) for s in self.chain(style))
        by_run = next((on for on in looks if on is not None), False)
        return by_run != (name in around)

    def list_level(self, properties: etree._Element | None) -> int:
        """Return the level that the name of a style tells: ``List Bullet 2`` is the second."""
        for name in self.names(self.paragraph(properties)):
            if found := re.fullmatch(r"list (?:bullet|number) ([2-5])", name):
                return int(found[1]) - 1
        return 0

    def looks(self, properties: etree._Element | None) -> frozenset[str]:
        """Return which of b, i, vanish and caps a paragraph's style switches on."""
        found: dict[str, bool] = {}
        for style in self.paragraph(properties):
            for name in ("b", "i", "vanish", "caps"):
                said = toggle(at(style, "rPr"), name)
                if said is not None:
                    found.setdefault(name, said)
        return frozenset(name for name, on in found.items() if on)


@dataclass(slots=True)
class _Level:
    format: str
    text: str
    start: int


@dataclass(slots=True)
class Numbering:
    """The lists of a document, counted as its paragraphs go by."""

    _levels: dict[str, dict[int, _Level]] = field(default_factory=dict)
    _abstract: dict[str, str] = field(default_factory=dict)
    _counts: dict[str, dict[int, int]] = field(default_factory=dict)
    _restarted: set[tuple[str, int]] = field(default_factory=set)
    _overrides: dict[tuple[str, int], int] = field(default_factory=dict)

    @classmethod
    def of(cls, root: etree._Element | None, styles: Styles) -> Numbering:
        """Return the lists that a document's numbering part defines."""
        made = cls()
        if root is None:
            return made
        abstract: dict[str, Mapping[int, _Level]] = {}
        links: dict[str, str] = {}
        for element in root.iter(qn("w:abstractNum")):
            name = element.get(qn("w:abstractNumId"), "")
            abstract[name] = dict(map(_level, element.iter(qn("w:lvl"))))
            if link := value(element, "numStyleLink"):
                links[name] = link
        nums = {n.get(qn("w:numId"), ""): n for n in root.iter(qn("w:num"))}
        for num_id, num in nums.items():
            name = value(num, "abstractNumId") or ""
            for style in styles.chain(links.get(name)):
                linked = nums.get(value(style, "pPr/numPr/numId") or "")
                name = value(linked, "abstractNumId") or name
            made._abstract[num_id] = name
            made._levels[num_id] = dict(abstract.get(name, {}))
            for override in num.iter(qn("w:lvlOverride")):
                level = number(override.get(qn("w:ilvl")))
                if (own := at(override, "lvl")) is not None:
                    made._levels[num_id][level] = _level(own)[1]
                if (start := value(override, "startOverride")) is not None:
                    made._overrides[num_id, level] = number(start, 1)
        return made

    def count(self, num_id: str, level: int) -> tuple[str, str, int]:
        """Count a paragraph; return how it is numbered, its label and its number.

        How: "bullet", "decimal" (1. 2. 3., which Markdown can write itself), "label" (a),
        I., 1.1., Điều 1.) or "" for none.
        """
        levels = self._levels.get(num_id, {})
        if level not in levels:
            return ("bullet", "", 1) if num_id in self._levels else ("", "", 1)
        form = levels[level]
        if form.format == "bullet":
            return "bullet", "", 1
        if form.format == "none" and not form.text:
            return "", "", 1
        # Lists that share their definition go on counting, unless told to start again.
        counts = self._counts.setdefault(self._abstract[num_id], {})
        start = self._overrides.get((num_id, level))
        if start is not None and (num_id, level) not in self._restarted:
            self._restarted.add((num_id, level))
            counts[level] = start
        else:
            counts[level] = counts[level] + 1 if level in counts else form.start
        for deeper in [n for n in counts if n > level]:
            del counts[deeper]

        def shown(match: re.Match[str]) -> str:
            place = int(match[1]) - 1
            other = levels.get(place, form)
            return numeral(counts.get(place, other.start), other.format)

        label = re.sub(r"%([1-9])", shown, form.text)
        if form.format == "decimal" and re.fullmatch(rf"%{level + 1}[.)]?", form.text):
            return "decimal", label, counts[level]
        return "label", label, counts[level]


def _level(element: etree._Element) -> tuple[int, _Level]:
    level = number(element.get(qn("w:ilvl")))
    form = value(element, "numFmt") or "decimal"
    text = value(element, "lvlText")
    start = number(value(element, "start"), 1)
    return level, _Level(form, f"%{level + 1}." if text is None else text, start)


def numeral(count: int, form: str) -> str:
    """Return a number as a list shows it: 3, c, C, iii, III or 03."""
    if form in ("lowerLetter", "upperLetter") and count > 0:
        # Word goes on after z with aa, bb.
        letter = chr(ord("a") + (count - 1) % 26) * min((count - 1) // 26 + 1, 50)
        return letter.upper() if form == "upperLetter" else letter
    if form in ("lowerRoman", "upperRoman") and 0 < count < 4000:
        roman = ""
        for size, sign in _ROMAN:
            roman += sign * (count // size)
            count %= size
        return roman.upper() if form == "upperRoman" else roman
    if form == "decimalZero":
        return f"{count:02d}"
    return "" if form == "none" else str(count)


_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
    (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
