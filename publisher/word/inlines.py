"""What stands within a paragraph: words, links, pictures, notes, and what can't be carried."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from docx.oxml.ns import nsmap
from lxml import etree

from publisher.word.blocks import Break, Image, Inline, Losses, NoteMark, Span, merged
from publisher.word.styles import Styles, W, at, number, toggle, value

_R = f"{{{nsmap['r']}}}"
_A = f"{{{nsmap['a']}}}"
_PIC = f"{{{nsmap['pic']}}}"
_WP = f"{{{nsmap['wp']}}}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_V = "{urn:schemas-microsoft-com:vml}"
_SHAPE = "{http://schemas.microsoft.com/office/word/2010/wordprocessingShape}"
_OPAQUE = {
    "http://schemas.openxmlformats.org/drawingml/2006/chart": "word-lost-chart",
    "http://schemas.microsoft.com/office/drawing/2014/chartex": "word-lost-chart",
    "http://schemas.openxmlformats.org/drawingml/2006/diagram": "word-lost-chart",
}
# What only wraps words, and the accepted side of a tracked change.
_WRAPPERS = frozenset(
    W + name for name in ("ins", "moveTo", "smartTag", "customXml", "bdo", "dir", "sdtContent")
)
_DELETED = frozenset({f"{W}del", f"{W}moveFrom"})
# Fields whose last shown words are what the reader of the website needs.
_QUIET_FIELDS = frozenset({
    "HYPERLINK", "SEQ", "REF", "PAGEREF", "NOTEREF", "STYLEREF", "QUOTE", "SYMBOL", "EQ",
})  # fmt: skip
# Private characters of Wingdings and Symbol that offices use, as everybody's characters.
_SYMBOLS = {
    0xFC: "✓", 0xFE: "☑", 0xA8: "□", 0x6F: "□", 0xA7: "▪", 0xB7: "•", 0xD8: "➢", 0xE0: "→",
    0xE8: "➔", 0xF0: "⇨", 0x76: "❖", 0x6C: "●", 0x6E: "■", 0xAB: "★", 0x28: "☎", 0x2A: "✉",
    0x46: "☞", 0xFB: "✗", 0x9F: "•",
}  # fmt: skip
_UNSEEN = str.maketrans(dict.fromkeys("\t\n\r\x0b\x0c\x85\u2028\u2029", " "))
_CHANGES = frozenset(W + name for name in ("ins", "del", "moveFrom", "moveTo"))


@dataclass(slots=True)
class Field:
    """A field of Word's that is open: what it does, and whether its words come already."""

    code: str = ""
    shown: bool = False

    @property
    def name(self) -> str:
        """Its first word: HYPERLINK, TOC, DATE."""
        words = self.code.split()
        return words[0].upper() if words else ""

    @property
    def href(self) -> str:
        """Where it leads, when it is a link out of the document."""
        found = re.match(r'\s*HYPERLINK\s+(?!\\l)"?([^"\s]+)', self.code, re.IGNORECASE)
        return found[1] if found else ""


@dataclass(slots=True)
class Reader:
    """Reads what stands within paragraphs of one part of a document.

    links: addresses by the part's relationship ids. picture: the name of a picture by the
    same, or the code of what is lost when it can't be used.
    boxes: text boxes that were met; their words come after the paragraph.
    """

    styles: Styles
    links: Mapping[str, str]
    picture: Callable[[str], str]
    losses: Losses
    number: int = 0
    fields: list[Field] = field(default_factory=list)
    boxes: list[etree._Element] = field(default_factory=list)
    _around: frozenset[str] = frozenset()
    _plain: frozenset[str] = frozenset()

    def read(self, paragraph: etree._Element, *, looks: bool) -> list[Inline]:
        """Return what stands in a paragraph; looks: whether its style's bold is shown."""
        around = self.styles.looks(paragraph.find(f"{W}pPr"))
        self._around = around if looks else around - {"b", "i"}
        self._plain = frozenset() if looks else frozenset({"b"})
        return merged(self._children(paragraph, ""))

    def lose(self, code: str, count: int = 1) -> None:
        """Note that something is lost in this paragraph."""
        self.losses.add(code, self.number, count)

    def _children(self, parent: etree._Element, href: str) -> Iterator[Inline]:
        for child in parent:
            yield from self._child(child, href)

    def _child(self, child: etree._Element, href: str) -> Iterator[Inline]:
        tag = child.tag
        if tag in _CHANGES:
            self.lose("word-changes")
        if tag == f"{W}r":
            yield from self._run(child, href)
        elif tag == f"{W}hyperlink":
            yield from self._children(child, self._link(child) or href)
        elif tag == f"{W}sdt":
            if toggle(at(child, "sdtPr"), "showingPlcHdr"):
                return  # "Click here to enter text": nobody wrote it
            for content in child.iterfind(f"{W}sdtContent"):
                yield from self._children(content, href)
        elif tag == f"{W}fldSimple":
            opened = Field(child.get(f"{W}instr", ""), shown=True)
            self._note_field(opened)
            if opened.name != "TOC":
                yield from self._children(child, opened.href or href)
        elif tag in _WRAPPERS:
            yield from self._children(child, href)
        elif tag in (f"{_M}oMath", f"{_M}oMathPara"):
            self.lose("word-lost-equation")
        elif tag == f"{_MC}AlternateContent":
            yield from self._alternative(child, href)

    def _link(self, element: etree._Element) -> str:
        name = element.get(f"{_R}id")
        if not name:
            if element.get(f"{W}anchor"):
                self.lose("word-lost-anchor")
            return ""
        return self.links.get(name, "")

    def _note_field(self, opened: Field) -> None:
        if opened.name == "TOC":
            self.lose("word-lost-contents")
        elif opened.name and opened.name not in _QUIET_FIELDS:
            self.lose("word-field")

    def _run(self, run: etree._Element, href: str) -> Iterator[Inline]:
        properties = run.find(f"{W}rPr")
        marks, caps, hidden = self._looks(properties)
        for child in run:
            tag = child.tag
            if tag == f"{W}fldChar":
                self._field(child)
                continue
            if tag == f"{W}instrText":
                if self.fields and not self.fields[-1].shown:
                    self.fields[-1].code += child.text or ""
                continue
            if any(not f.shown or f.name == "TOC" for f in self.fields):
                continue
            linked = next((f.href for f in reversed(self.fields) if f.href), href)
            if hidden and tag in (f"{W}t", f"{W}drawing", f"{W}pict", f"{W}sym"):
                self.lose("word-lost-hidden")
                continue
            text = self._text(child)
            if text is not None:
                yield Span(text.upper() if caps else text, marks, linked)
            else:
                yield from self._object(child, linked)

    def _looks(self, properties: etree._Element | None) -> tuple[frozenset[str], bool, bool]:
        """Return the marks of a run, whether it is in capitals, and whether it is hidden."""
        on = {
            name
            for name in ("b", "i", "strike", "caps", "vanish")
            if self.styles.is_on(name, properties, self._around)
        }
        if toggle(properties, "dstrike"):
            on.add("strike")
        marks = (on & {"b", "i"}) - self._plain
        if "strike" in on:
            marks.add("s")
        style = value(properties, "rStyle")
        link = any("link" in name for name in self.styles.names(self.styles.chain(style)))
        if not link and (value(properties, "u") or "none") not in ("none", "0", "false"):
            marks.add("u")
        places = [properties, *(at(s, "rPr") for s in self.styles.chain(style))]
        raised = next((v for p in places if (v := value(p, "vertAlign"))), "")
        moved = number(value(properties, "position"))
        if not raised and moved:  # half points up or down, as LibreOffice writes it
            raised = "superscript" if moved > 0 else "subscript"
        if raised in ("superscript", "subscript"):
            marks.add("sup" if raised == "superscript" else "sub")
        return frozenset(marks), "caps" in on, "vanish" in on

    def _field(self, mark: etree._Element) -> None:
        kind = mark.get(f"{W}fldCharType")
        if kind == "begin":
            self.fields.append(Field())
        elif kind == "separate" and self.fields:
            self.fields[-1].shown = True
            self._note_field(self.fields[-1])
        elif kind == "end" and self.fields:
            ended = self.fields.pop()
            if not ended.shown and ended.name not in ("", "TC", "XE", "RD"):
                self.lose("word-field")

    def _text(self, child: etree._Element) -> str | None:
        """Return the words that an element of a run stands for, or None."""
        tag = child.tag
        if tag == f"{W}t":
            return (child.text or "").translate(_UNSEEN)
        if tag in (f"{W}tab", f"{W}ptab"):
            return " "
        if tag == f"{W}noBreakHyphen":
            return "\u2011"
        if tag == f"{W}sym":
            return self._symbol(child)
        return None

    def _symbol(self, child: etree._Element) -> str:
        written = child.get(f"{W}char", "")
        code = int(written, 16) if re.fullmatch(r"[0-9A-Fa-f]{2,4}", written) else 0
        font = child.get(f"{W}font", "").lower()
        if code & 0xFF00 == 0xF000 or font.startswith(("wingdings", "symbol", "webdings")):
            found = _SYMBOLS.get(code & 0xFF, "") if "web" not in font else ""
        else:
            found = chr(code) if code >= 0x20 and not 0xD800 <= code < 0xE000 else ""
        if not found:
            self.lose("word-lost-symbol")
        return found

    def _object(self, child: etree._Element, href: str) -> Iterator[Inline]:
        """Yield what stands in a run beside words; count what can't be carried over."""
        tag = child.tag
        if tag in (f"{W}br", f"{W}cr"):
            if child.get(f"{W}type", "textWrapping") == "textWrapping":
                yield Break()
        elif tag in (f"{W}footnoteReference", f"{W}endnoteReference"):
            prefix = "" if tag.endswith("footnoteReference") else "cuoi-"
            yield NoteMark(f"{prefix}{child.get(f'{W}id', '')}")
        elif tag == f"{W}drawing":
            yield from self._drawing(child)
        elif tag == f"{W}pict":
            yield from self._pict(child)
        elif tag == f"{W}object":
            self.lose("word-lost-object")
        elif tag == f"{W}ruby":
            for base in child.iterfind(f"{W}rubyBase"):
                yield from self._children(base, href)
        elif tag == f"{_MC}AlternateContent":
            yield from self._alternative(child, href)

    def _alternative(self, element: etree._Element, href: str) -> Iterator[Inline]:
        choice = element.find(f"{_MC}Choice")
        chosen = choice if choice is not None else element.find(f"{_MC}Fallback")
        for child in () if chosen is None else chosen:
            if child.tag == f"{W}r":
                yield from self._run(child, href)
            else:
                yield from self._object(child, href)

    def _drawing(self, drawing: etree._Element) -> Iterator[Inline]:
        shown = drawing.find(f".//{_WP}docPr")
        if shown is not None and shown.get("hidden", "0") in ("1", "true"):
            self.lose("word-lost-hidden")
            return
        data = drawing.find(f".//{_A}graphicData")
        uri = "" if data is None else data.get("uri", "")
        if uri in _OPAQUE:
            self.lose(_OPAQUE[uri])
            return
        boxes = [e for e in drawing.iter(f"{W}txbxContent") if _outermost(e, drawing)]
        pictures = [p for p in drawing.iter(f"{_PIC}pic") if not _within(p, boxes)]
        for picture in pictures:
            own = picture.find(f"{_PIC}nvPicPr/{_PIC}cNvPr")
            of = shown if len(pictures) == 1 or own is None else own
            alt = "" if of is None else of.get("descr") or of.get("title") or ""
            crop = picture.find(f".//{_A}srcRect")
            if crop is not None and any(
                str(part).lstrip("-") not in ("", "0") for part in crop.values()
            ):
                self.lose("word-cropped")
            blip = picture.find(f".//{_A}blip")
            yield from self._picture(blip, f"{_R}embed", f"{_R}link", alt)
        self._boxed(boxes)
        if not pictures and not boxes:
            self.lose("word-lost-shape", max(1, len(list(drawing.iter(f"{_SHAPE}wsp")))))

    def _pict(self, pict: etree._Element) -> Iterator[Inline]:
        boxes = [e for e in pict.iter(f"{W}txbxContent") if _outermost(e, pict)]
        pictures = [p for p in pict.iter(f"{_V}imagedata") if not _within(p, boxes)]
        for picture in pictures:
            shape = picture.getparent()
            alt = (shape.get("alt") if shape is not None else "") or ""
            yield from self._picture(picture, f"{_R}id", f"{_R}href", alt)
        self._boxed(boxes)
        drawn = [e for e in pict.iter() if isinstance(e.tag, str) and e.tag.startswith(_V)]
        if not pictures and not boxes and any(e.tag != f"{_V}shapetype" for e in drawn):
            self.lose("word-lost-shape")

    def _picture(
        self, element: etree._Element | None, embed: str, link: str, alt: str
    ) -> Iterator[Image]:
        name = "" if element is None else element.get(embed) or ""
        if not name:
            linked = element is not None and element.get(link)
            self.lose("word-lost-remote" if linked else "word-lost-picture")
            return
        found = self.picture(name)
        if found.startswith("word-lost-"):
            self.lose(found)
        else:
            yield Image(found, " ".join(alt.translate(_UNSEEN).split()))

    def _boxed(self, boxes: list[etree._Element]) -> None:
        self.boxes += boxes
        self.lose("word-textbox", len(boxes))


def _outermost(element: etree._Element, root: etree._Element) -> bool:
    for parent in element.iterancestors():
        if parent is root:
            return True
        # The second form of the same box, for programs that are older.
        if parent.tag in (f"{W}txbxContent", f"{_MC}Fallback"):
            return False
    return True


def _within(element: etree._Element, boxes: list[etree._Element]) -> bool:
    return any(parent in boxes for parent in element.iterancestors(f"{W}txbxContent"))
