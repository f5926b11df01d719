"""What a picture says of itself: the caption that a camera or an editor wrote into the file.

Read before it is taken out. Of several, the one in XMP is believed first, as its letters are
known to be Unicode; then IPTC, then EXIF, then what Windows adds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from lxml import etree
from PIL import ExifTags, ImageFile

from publisher.text import nfc, words

_LENGTH = 1000  # characters of a caption that are kept
_XMP_LIMIT = 1024 * 1024
_IPTC = 0x0404  # of the resources of Photoshop
_CHARSET, _CAPTION = (1, 90), (2, 120)  # IPTC-NAA IIM 4.2: CodedCharacterSet, Caption/Abstract
_UTF8 = b"\x1b%G"
_WINDOWS = (ExifTags.Base.XPTitle, ExifTags.Base.XPComment)
# What cameras and programs write there by themselves.
_NOBODY_WROTE = re.compile(
    r"(olympus|sony|minolta|konica|samsung|kodak|nikon|casio|panasonic|pentax|fujifilm|ricoh|"
    r"sanyo|hp|lead|vivo|oppo|xiaomi) ?(digital camera|dsc|corporation)?|dcim?|dsc|image|photo|"
    r"untitled|default|screenshot|created (with|by) .*|edf|binary|n/?a|none|null|ascii|unicode|"
    r"charset=.*|file written by .*|.*\.(jpe?g|png|heic|tiff?)",
    re.IGNORECASE,
)
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_DESCRIPTION = "{http://purl.org/dc/elements/1.1/}description"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def description(picture: ImageFile.ImageFile) -> str:
    """Given an opened picture, return its caption on one line, "" for none."""
    for read in (_from_xmp, _from_iptc, _from_exif):
        text = words(_safely(read, picture))[:_LENGTH]
        if text and not _NOBODY_WROTE.fullmatch(text):
            return text
    return ""


def _safely(read: Callable[[ImageFile.ImageFile], str], picture: ImageFile.ImageFile) -> str:
    try:
        text = read(picture)
    except Exception:  # what is damaged there harms no pixel, and raises anything
        return ""
    return nfc("".join(c if c.isprintable() else " " for c in text))


def _from_xmp(picture: ImageFile.ImageFile) -> str:
    packet = picture.info.get("xmp") or picture.info.get("XML:com.adobe.xmp") or b""
    data = packet.encode() if isinstance(packet, str) else bytes(packet)
    if not data or len(data) > _XMP_LIMIT:
        return ""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    root = etree.fromstring(data.strip(b"\0 \r\n\t"), parser)
    texts = {
        item.get(_LANG, ""): item.text or ""
        for node in root.iter(_DESCRIPTION)
        for item in node.iter(f"{_RDF}li")
    }
    for lang in ("vi", "vi-VN", "x-default"):
        if texts.get(lang, "").strip():
            return texts[lang]
    return next(iter(texts.values()), "")


def _from_iptc(picture: ImageFile.ImageFile) -> str:
    resources = picture.info.get("photoshop")
    data = resources.get(_IPTC, b"") if isinstance(resources, dict) else b""
    found = dict(_datasets(data))
    caption = found.get(_CAPTION, b"")
    return caption.decode(errors="replace") if found.get(_CHARSET) == _UTF8 else _decoded(caption)


def _datasets(data: bytes) -> Iterator[tuple[tuple[int, int], bytes]]:
    """Yield record, number and value of each dataset (IPTC-NAA IIM 4.2, chapter 3)."""
    at = 0
    while at + 5 <= len(data) and data[at] == 0x1C:
        size = int.from_bytes(data[at + 3 : at + 5], "big")
        if size & 0x8000:  # an extended one holds pictures, not words
            return
        yield (data[at + 1], data[at + 2]), data[at + 5 : at + 5 + size]
        at += 5 + size


def _from_exif(picture: ImageFile.ImageFile) -> str:
    exif = picture.getexif()
    said = exif.get(ExifTags.Base.ImageDescription, "")
    if isinstance(said, str):  # Pillow reads each byte as the letter of its number
        said = said.encode("latin-1")
    if text := words(_decoded(bytes(said))):
        return text
    for tag in _WINDOWS:
        value = exif.get(tag, b"")
        if text := bytes(value).decode("utf-16-le", "replace").strip("\0 "):
            return text
    return ""


def _decoded(data: bytes) -> str:
    """Return text that does not say how its letters are written: UTF-8, else as Windows did."""
    data = data.strip(b"\0 ")
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("cp1258", "replace").replace("\ufffd", "")
