"""What authors may call each key of the front matter, in English and in Vietnamese."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence

from publisher.text import fold

# Written folded: no marks, no case, "-" and "_" as spaces.
_NAMES: Mapping[str, tuple[str, ...]] = {
    "title": ("tieu de", "ten bai", "tua de"),
    "kind": ("the loai", "loai", "loai bai", "hinh thuc"),
    "theme": ("chu de", "noi dung", "nhom noi dung"),
    "date": ("ngay", "ngay dang", "thoi gian dang", "ngay gio dang", "gio dang"),
    "status": ("trang thai", "tinh trang"),
    "slug": ("duong dan", "dia chi"),
    "excerpt": ("tom tat", "trich dan", "trich yeu", "mo ta", "sapo", "description", "summary"),
    "categories": ("chuyen muc", "danh muc", "category"),
    "tags": ("the", "tu khoa", "nhan", "tag", "keywords"),
    "authors": ("tac gia", "nguoi viet", "author"),
    "unit": ("don vi", "phong", "don vi thuc hien"),
    "source": ("nguon", "nguon tin", "theo"),
    "featured_image": ("anh dai dien", "hinh dai dien", "anh bia", "anh noi bat"),
    "gallery": ("bo anh", "thu vien anh", "album", "album anh"),
    "legal": ("can cu", "van ban", "can cu phap ly", "van ban lien quan"),
    "sites": ("trang", "noi dang", "trang dang", "kenh", "site"),
    "id": ("ma", "ma bai"),
}
_PARTS: Mapping[str, tuple[str, ...]] = {
    "path": ("tep", "anh", "hinh", "duong dan", "file", "src"),
    "alt": ("mo ta", "van ban thay the"),
    "caption": ("chu thich", "ghi chu"),
}
_KEYS = {alias: key for key, names in _NAMES.items() for alias in (key.replace("_", " "), *names)}
_PART_KEYS = {alias: part for part, names in _PARTS.items() for alias in (part, *names)}


def spaced(text: str) -> str:
    """Return text folded, with "-" and "_" as spaces, as names are compared."""
    return fold(text.replace("_", " ").replace("-", " "))


def key_of(written: str) -> str:
    """Return the English name of a key, or ""."""
    return _KEYS.get(spaced(written), "")


def part_of(written: str) -> str:
    """Return ``path``, ``alt`` or ``caption`` for a name within a gallery's picture, or ""."""
    return _PART_KEYS.get(spaced(written), "")


def meant(written: str) -> str:
    """Return the English name that a misspelt key most likely means, or ""."""
    return key_of(suggest(written, list(_KEYS)))


def suggest(word: str, choices: Sequence[str]) -> str:
    """Return the choice that a misspelt word most likely meant, or ""."""
    folded = {spaced(choice): choice for choice in choices}
    close = difflib.get_close_matches(spaced(word), list(folded), n=1, cutoff=0.7)
    return folded[close[0]] if close else ""
