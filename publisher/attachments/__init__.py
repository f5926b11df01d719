"""Files that a post offers: documents, films, recordings. Bytes in, bytes out, nothing else.

A film or recording that goes out says nothing about who made it, where and when. Documents are
sent as they are, so what they tell of their author is told to the clerk first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath

from publisher.attachments import office, pdf, webm
from publisher.attachments.mp4 import codecs, without_private_data
from publisher.errors import AttachmentError
from publisher.model import Problem, Severity, Use

__all__ = ["Prepared", "inspect", "prepare", "use_of"]

# What WordPress takes from an author and a browser or every office can open. No archives and
# no old Office files: nobody can see what is in them before opening them.
_MIME: Mapping[str, str] = {
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".odp": "application/vnd.oasis.opendocument.presentation",
    ".mp4": "video/mp4",
    ".m4v": "video/mp4",
    ".mov": "video/quicktime",
    ".webm": "video/webm",
    ".mp3": "audio/mpeg",
    ".m4a": "audio/mpeg",
}
_BOXED = frozenset({".mp4", ".m4v", ".mov", ".m4a"})
# Browsers on Windows and Android often can't play these.
_SELDOM_PLAYED: Mapping[str, str] = {
    "hvc1": "HEVC",
    "hev1": "HEVC",
    "dvh1": "HEVC",
    "ap4h": "ProRes",
}


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file ready for a website; suffix: with its dot."""

    content: bytes
    suffix: str
    mime: str


def use_of(name: str) -> Use | None:
    """Tell by its ending, in any case, how a file is offered; None when it is not published."""
    mime = _MIME.get(PurePath(name).suffix.lower(), "")
    if not mime:
        return None
    return {"video": Use.VIDEO, "audio": Use.AUDIO}.get(mime.partition("/")[0], Use.FILE)


def prepare(data: bytes, name: str) -> Prepared:
    """Given a file's bytes and name, return the file to put on a website.

    Films and recordings lose what tells of person, place, time and device; their length and
    what is played stay the same. Raise AttachmentError: attachment-format, attachment-broken,
    attachment-macro.
    """
    suffix = PurePath(name).suffix.lower()
    _check(data, name, suffix)
    content = data
    try:
        if suffix in _BOXED:
            content = without_private_data(data)
        elif suffix == ".webm":
            content = webm.without_tags(data)
    except ValueError as error:
        raise _broken("damaged", name) from error
    return Prepared(content, suffix, _MIME[suffix])


def inspect(data: bytes, name: str) -> tuple[Problem, ...]:
    """Given a file's bytes and name, return the warnings about it.

    attachment-author, attachment-review, video-codec. Raise AttachmentError as ``prepare`` does.
    """
    prepare(data, name)
    suffix = PurePath(name).suffix.lower()
    found: list[tuple[str, dict[str, object]]] = []
    path: dict[str, object] = {"path": name}
    if suffix in office.SUFFIXES:
        properties = office.read(data, suffix)
        authors, review = properties.authors, properties.review
    else:
        authors, review = pdf.authors(data) if suffix == ".pdf" else (), False
    if authors:
        found.append(("attachment-author", path | {"author": ", ".join(authors)[:120]}))
    if review:
        found.append(("attachment-review", path))
    if suffix in _BOXED:
        seldom = [_SELDOM_PLAYED[codec] for codec in codecs(data) if codec in _SELDOM_PLAYED]
        found += [("video-codec", path | {"codec": codec}) for codec in dict.fromkeys(seldom)]
    return tuple(Problem(code, params=params, severity=Severity.WARNING) for code, params in found)


def _check(data: bytes, name: str, suffix: str) -> None:
    if suffix not in _MIME:
        params = {"path": name, "ending": suffix}
        raise AttachmentError(Problem("attachment-format", params=params))
    if not data.strip(b"\0"):
        raise _broken("empty", name)
    if suffix in office.SUFFIXES:
        _check_office(data, name, suffix)
    elif not _begins(data, suffix):
        raise _broken("other", name)
    elif suffix == ".pdf" and b"%%EOF" not in data:  # it ends every one of them
        raise _broken("damaged", name)


def _check_office(data: bytes, name: str, suffix: str) -> None:
    if data.startswith(b"\xd0\xcf\x11\xe0"):  # Office puts what has a password into its old form
        raise _broken("locked", name)
    if not data.startswith(b"PK\3\4"):
        raise _broken("other", name)
    properties = office.read(data, suffix)
    if not properties.whole:
        raise _broken("damaged", name)
    if properties.macros:
        raise AttachmentError(Problem("attachment-macro", params={"path": name}))


def _begins(data: bytes, suffix: str) -> bool:
    """Tell whether a file begins as its ending says."""
    if suffix == ".pdf":
        return b"%PDF-" in data[:1024]
    if suffix == ".webm":
        return data.startswith(b"\x1aE\xdf\xa3")
    if suffix == ".mp3":
        return data.startswith(b"ID3") or (data[0] == 0xFF and data[1:2] >= b"\xe0")
    return data[4:8] in (b"ftyp", b"moov", b"wide", b"mdat", b"free", b"skip")


def _broken(reason: str, name: str) -> AttachmentError:
    params = {"reason": reason, "path": name, "ending": PurePath(name).suffix.lower()}
    return AttachmentError(Problem("attachment-broken", params=params))
