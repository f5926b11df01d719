"""A document that is safe to open, put together from its parts."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

import docx
from docx.document import Document as WordFile
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.part import Part
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml
from lxml import etree

from publisher.text import nfc
from publisher.word import markdown, matter
from publisher.word.blocks import Block, Entry, Image, Losses, NoteMark, Paragraph, Table
from publisher.word.document import Document, Embedded
from publisher.word.inlines import Reader
from publisher.word.reading import Body
from publisher.word.styles import Numbering, Styles

_METAFILES = frozenset({"emf", "wmf", "emz", "wmz"})
_NOTES = (
    (RELATIONSHIP_TYPE.FOOTNOTES, "w:footnote", ""),
    (RELATIONSHIP_TYPE.ENDNOTES, "w:endnote", "cuoi-"),
)


def assemble(
    data: bytes,
    file: str,
    remote: int,
    key_of: Callable[[str], str],
    meant: Callable[[str], str],
) -> Document:
    """Return what a document holds; the arguments are those of :func:`publisher.word.read`.

    remote: how many of its parts lie elsewhere. Raise whatever a damaged file leads to.
    """
    reading = _Reading(file, docx.Document(io.BytesIO(data)))
    reading.losses.add("word-lost-remote", 0, remote)
    return reading.document(key_of, meant)


@dataclass(slots=True)
class _Reading:
    file: str
    source: WordFile
    losses: Losses = field(default_factory=Losses)
    pictures: dict[str, Embedded] = field(default_factory=dict)
    _names: dict[str, str] = field(default_factory=dict)

    def document(self, key_of: Callable[[str], str], meant: Callable[[str], str]) -> Document:
        styles = Styles(self._root(RELATIONSHIP_TYPE.STYLES))
        numbering = Numbering.of(self._root(RELATIONSHIP_TYPE.NUMBERING), styles)
        reader = self._reader(self.source.part, styles)
        body = Body(reader, styles, numbering, self.losses)
        blocks = body.blocks(self.source.element.body)
        notes = self._notes(styles, body.count)
        self._around()
        said = matter.of_top(blocks, key_of, meant)
        keys = {key_of(entry.name): entry for entry in said}
        properties = matter.of_properties(self.source)
        given = str(keys["title"].value) if "title" in keys else ""
        title = matter.title_of(blocks, given, properties.get("title", ""))
        if title:
            said = sorted([*said, title], key=lambda e: e.number)
        kept = {"title", *keys}
        said += [Entry(k, v, 0) for k, v in properties.items() if k not in kept]
        _drop_empty_notes(blocks, notes)
        lines = markdown.write(blocks, notes)
        used = {i.name for p in _all(blocks, notes) for i in p.inlines if isinstance(i, Image)}
        return Document(
            tuple(said),
            nfc("\n".join(line for line, _ in lines)),
            tuple(number for _, number in lines),
            {name: found for name, found in self.pictures.items() if name in used},
            tuple(self.losses.problems(self.file)),
        )

    def _part(self, kind: str) -> Part | None:
        try:
            return self.source.part.part_related_by(kind)
        except KeyError:
            return None

    def _root(self, kind: str) -> etree._Element | None:
        part = self._part(kind)
        return None if part is None else parse_xml(part.blob)

    def _reader(self, part: Part, styles: Styles) -> Reader:
        links = {
            name: nfc(relation.target_ref).strip()
            for name, relation in part.rels.items()
            if relation.reltype == RELATIONSHIP_TYPE.HYPERLINK and relation.is_external
        }

        def picture(name: str) -> str:
            relation = part.rels.get(name)
            if relation is None or relation.reltype != RELATIONSHIP_TYPE.IMAGE:
                return "word-lost-picture"
            if relation.is_external:
                return "word-lost-remote"
            return self._picture(relation.target_part)

        return Reader(styles, links, picture, self.losses)

    def _picture(self, part: Part) -> str:
        """Return the name of a picture, counted as they come; the same for the same bytes."""
        inside = part.partname.lstrip("/")
        suffix = PurePosixPath(inside).suffix.lower().lstrip(".")
        if suffix in _METAFILES:
            return "word-lost-metafile"
        digest = hashlib.sha256(part.blob).hexdigest()
        if digest not in self._names:
            ending = suffix if re.fullmatch(r"[a-z0-9]{1,5}", suffix) else "png"
            name = f"anh-{len(self._names) + 1}.{ending}"
            self._names[digest] = name
            self.pictures[name] = Embedded(inside, digest)
        return self._names[digest]

    def _notes(self, styles: Styles, count: int) -> dict[str, list[Paragraph]]:
        """Return the foot- and endnotes, by the name of their marks."""
        notes: dict[str, list[Paragraph]] = {}
        for kind, tag, prefix in _NOTES:
            part = self._part(kind)
            if part is None:
                continue
            reader = self._reader(part, styles)
            for note in parse_xml(part.blob).iterfind(qn(tag)):
                if note.get(qn("w:type"), "normal") != "normal":
                    continue
                body = Body(reader, styles, Numbering(), self.losses, count)
                found: list[Paragraph] = []
                for block in body.blocks(note):
                    found += [block] if isinstance(block, Paragraph) else []
                for paragraph in found:
                    paragraph.inlines = [
                        i for i in paragraph.inlines if not isinstance(i, NoteMark)
                    ]
                notes[f"{prefix}{note.get(qn('w:id'), '')}"] = [p for p in found if not p.empty]
        return notes

    def _around(self) -> None:
        """Count what stands around the text: headers, footers, comments."""
        for relation in self.source.part.rels.values():
            if relation.is_external:
                continue
            kind = relation.reltype.rsplit("/", 1)[-1]
            if kind in ("header", "footer"):
                root = parse_xml(relation.target_part.blob)
                words = "".join(t.text or "" for t in root.iter(qn("w:t")))
                drawn = next(root.iter(qn("w:drawing"), qn("w:pict")), None) is not None
                if drawn or re.search(r"[^\W\d_]", words):  # a page number is not missed
                    self.losses.add("word-lost-header", 0)
            elif kind == "comments":
                root = parse_xml(relation.target_part.blob)
                self.losses.add("word-lost-comment", 0, len(root.findall(qn("w:comment"))))


def _all(blocks: list[Block], notes: Mapping[str, list[Paragraph]]) -> list[Paragraph]:
    found = [p for note in notes.values() for p in note]
    for block in blocks:
        if isinstance(block, Table):
            found += [p for row in block.rows for cell in row for p in cell.paragraphs]
        else:
            found.append(block)
    return found


def _drop_empty_notes(blocks: list[Block], notes: Mapping[str, list[Paragraph]]) -> None:
    """Drop the marks of notes that say nothing."""
    for paragraph in _all(blocks, {}):
        paragraph.inlines = [
            i for i in paragraph.inlines if not isinstance(i, NoteMark) or notes.get(i.note)
        ]
