"""The zip that a .docx is: opened only when nothing in it can harm.

A document comes from anyone's e-mail. What is refused here is what Word itself would run
(macros), what would fill the memory (zip bombs), and what reaches outside the file (names
with "..", document types with entities). Nothing is written to disk, nothing is fetched.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import BinaryIO

from publisher.errors import ContentError
from publisher.model import Problem, Where

ENTRIES = 5_000
PART_LIMIT = 32 * 1024 * 1024
"""Bytes of one XML part: a novel has two million."""
MEDIA_LIMIT = 200 * 1024 * 1024
TOTAL_LIMIT = 400 * 1024 * 1024
RATIO = 250
"""How many times smaller a large XML part may be in the zip; Word's own are near 20."""

_RATIO_FROM = 1024 * 1024
_CHUNK = 256 * 1024
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_OTHERS = (
    (b"{\\rtf", "RTF"),
    (b"%PDF", "PDF"),
    (b"<!doctype html", "HTML"),
    (b"<html", "HTML"),
    (b"MIME-Version:", "MHT"),
    (b"<?xml", "XML"),
)
# What an Office zip says that it is, in [Content_Types].xml.
_TYPES = (
    (b"spreadsheetml", "Excel"),
    (b"presentationml", "PowerPoint"),
    (b"template.main+xml", "DOTX"),
)
_UNSAFE_NAME = re.compile(r"^[/\\]|^[a-z]:|(?:^|[/\\])\.\.(?:[/\\]|$)|\x00", re.IGNORECASE)
_DOCTYPE = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ENCODING = re.compile(rb"<\?xml[^>]*\bencoding\s*=\s*[\"']([^\"']*)[\"']")
_ENCODINGS = (b"utf-8", b"utf-16", b"us-ascii", b"iso-8859-1")
_EXTERNAL = re.compile(rb"<[^<>]*\bTargetMode\s*=\s*[\"']External[\"'][^<>]*>")


def check(data: bytes, file: str) -> int:
    """Given a file's bytes, prove that it is a document that is safe to read.

    Return how many of its parts lie elsewhere and are left there. Raise ContentError, saying
    which of the above it is.
    """
    _magic(data, file)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _look(archive, file)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, KeyError) as error:
        raise _refused("word-broken", file) from error
    except (NotImplementedError, RuntimeError) as error:  # a zip with a password, or LZMA
        raise _refused("word-encrypted", file) from error


def member(document: BinaryIO, name: str, file: str) -> bytes:
    """Return a part of a document that was checked before.

    Raise ContentError when it is no longer there, OSError when the file can't be read.
    """
    try:
        with zipfile.ZipFile(document) as archive:
            info = archive.getinfo(name)
            if info.file_size > MEDIA_LIMIT:
                raise _refused("word-bomb", file, limit=MEDIA_LIMIT // 1024 // 1024)
            return archive.read(info)
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, KeyError) as error:
        raise _refused("word-broken", file) from error


def _refused(code: str, file: str, **params: object) -> ContentError:
    return ContentError(Problem(code, Where(file), params))


def _magic(data: bytes, file: str) -> None:
    if data.startswith(_OLE):
        # An encrypted .docx is an OLE file too; its directory names what is in it.
        code = "word-encrypted" if "EncryptedPackage".encode("utf-16-le") in data else "word-old"
        raise _refused(code, file)
    start = data[:64].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for magic, kind in _OTHERS:
        if start.startswith(magic.lower()):
            raise _refused("word-other", file, format=kind)
    if not data.startswith(b"PK"):
        raise _refused("word-broken", file)


def _look(archive: zipfile.ZipFile, file: str) -> int:
    """Check the directory, then every part as it is read; return how many lie elsewhere."""
    infos = archive.infolist()
    limit = TOTAL_LIMIT // 1024 // 1024
    if len(infos) > ENTRIES or sum(info.file_size for info in infos) > TOTAL_LIMIT:
        raise _refused("word-bomb", file, limit=limit)
    names = [info.filename for info in infos]
    if any(_UNSAFE_NAME.search(name) for name in names) or len(set(names)) < len(names):
        raise _refused("word-unsafe", file)
    lower = {name.lower() for name in names}
    if "mimetype" in lower and b"opendocument" in archive.read("mimetype"):
        raise _refused("word-other", file, format="ODT")
    if any(name.endswith("vbaproject.bin") or "/activex/" in name for name in lower):
        raise _refused("word-macro", file)
    left, remote = TOTAL_LIMIT, 0
    for info in infos:
        xml = info.filename.lower().endswith((".xml", ".rels"))
        most = PART_LIMIT if xml else MEDIA_LIMIT
        packed = max(info.compress_size, 1)
        steep = xml and info.file_size > _RATIO_FROM and info.file_size / packed > RATIO
        if info.file_size > most or steep:
            raise _refused("word-bomb", file, limit=most // 1024 // 1024)
        content = _read(archive, info, min(most, left), keep=xml)
        if content is None:
            raise _refused("word-bomb", file, limit=limit)
        left -= info.file_size
        if not xml:
            continue
        _part(info.filename, content, file)
        if info.filename.lower().endswith(".rels"):
            remote += sum(b"/hyperlink" not in tag for tag in _EXTERNAL.findall(content))
    if "word/document.xml" not in lower and not any(
        re.fullmatch(r"word/document\d*\.xml", name) for name in lower
    ):
        raise _refused("word-broken", file)
    return remote


def _read(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int, *, keep: bool
) -> bytes | None:
    """Return a part (b"" when it need not be kept), or None when it grows beyond ``most``."""
    kept, size = [], 0
    with archive.open(info) as part:  # reading to the end proves its checksum
        while chunk := part.read(_CHUNK):
            size += len(chunk)
            if size > most:
                return None
            if keep:
                kept.append(chunk)
    return b"".join(kept)


def _part(name: str, content: bytes, file: str) -> None:
    """Refuse a part that could reach out of the file, or that says it is something else."""
    # In UTF-16 every second byte is 0. An encoding in which "<" is another byte (EBCDIC) would
    # hide a document type; Word writes UTF-8 alone.
    plain = content.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if _DOCTYPE.search(plain) or (plain and not plain.startswith(b"<")):
        raise _refused("word-unsafe", file)
    encoding = _ENCODING.match(plain)
    if encoding and encoding[1].lower() not in _ENCODINGS:
        raise _refused("word-unsafe", file)
    if name == "[Content_Types].xml":
        if b"macroEnabled" in content:
            raise _refused("word-macro", file)
        main = b"wordprocessingml.document.main+xml" in content
        for mark, kind in () if main else _TYPES:
            if mark in content:
                raise _refused("word-other", file, format=kind)
    if name == "_rels/.rels" and b"purl.oclc.org/ooxml" in content:
        raise _refused("word-other", file, format="Strict Open XML")
