"""Word documents for tests: made by python-docx, with XML by hand where it has no words."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import docx
from docx.document import Document
from docx.oxml.ns import nsdecls
from docx.oxml.parser import parse_xml
from docx.text.paragraph import Paragraph
from PIL import Image

from publisher import posts, word

NAMESPACES = nsdecls("w", "r", "wp", "a", "pic") + (
    ' xmlns:v="urn:schemas-microsoft-com:vml"'
    ' xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    ' xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
)
FILE = "posts/bai.docx"


def document(*paragraphs: str) -> Document:
    """Return a document of plain paragraphs, without properties."""
    made = docx.Document()
    made.core_properties.author = ""
    made.core_properties.title = ""
    made.core_properties.comments = ""
    for text in paragraphs:
        made.add_paragraph(text)
    return made


def bytes_of(made: Document) -> bytes:
    target = io.BytesIO()
    made.save(target)
    return target.getvalue()


def picture(colour: str = "navy", size: tuple[int, int] = (64, 48), kind: str = "PNG") -> bytes:
    target = io.BytesIO()
    Image.new("RGB", size, colour).save(target, kind)
    return target.getvalue()


def put_picture(made: Document, content: bytes, alt: str = "") -> Paragraph:
    """Add a paragraph of nothing but a picture."""
    made.add_picture(io.BytesIO(content))
    paragraph = made.paragraphs[-1]
    for shown in paragraph._p.iter("{*}docPr"):
        shown.set("descr", alt)
    return paragraph


def xml(inner: str) -> Any:
    """Return an element; the prefixes of Word's own XML are known in it."""
    name, rest = inner.lstrip()[1:].split(">", 1)
    empty = name.endswith("/")
    head = f"<{name.rstrip('/')} {NAMESPACES}"
    return parse_xml(f"{head}/>" if empty else f"{head}>{rest}")


def put(made: Document, inner: str) -> None:
    """Add an element to the end of the text."""
    made.element.body.insert(len(made.element.body) - 1, xml(inner))


def run(inner: str) -> str:
    return f"<w:p><w:r>{inner}</w:r></w:p>"


Change = Callable[[bytes], bytes] | bytes | None


def changed(data: bytes, changes: Mapping[str, Change]) -> bytes:
    """Return a .docx with parts changed, added or (None) taken out."""
    contents = parts(data)
    for name, change in changes.items():
        if change is None:
            del contents[name]
        else:
            contents[name] = change(contents[name]) if callable(change) else change
    return zipped(contents)


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(contents: Mapping[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return target.getvalue()


def read(made: Document | bytes) -> word.Document:
    """Read a document as the program does."""
    data = made if isinstance(made, bytes) else bytes_of(made)
    return word.read(data, FILE, posts.key_of, posts.meant)


def losses(made: Document | bytes) -> dict[str, int]:
    """Return what can't be carried over from a document, and how often."""
    return {p.code: int(str(p.params["count"])) for p in read(made).problems}


def save(made: Document, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    made.save(str(path))
    return path
