"""Names that came from elsewhere, made such that every system can keep a file under them."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePath

from publisher.sources.names import is_foreign, is_hidden, is_owner_file
from publisher.text import nfc

LONGEST_NAME = 120
"""Characters of a name: Windows takes 260 for a whole path, and folders stand before it."""

_BYTES = 240  # most file systems end at 255 bytes of a name
_DEPTH = 6
_REFUSED = re.compile(r'[<>:"|?*]')
# https://learn.microsoft.com/windows/win32/fileio/naming-a-file: the raised digits too.
_DEVICE = re.compile(
    r"(con|prn|aux|nul|conin\$|conout\$|com[\d¹²³]|lpt[\d¹²³])\s*(\.|$)", re.IGNORECASE
)


def safe_parts(written: str) -> tuple[str, ...]:
    """Given a path as a browser sends it, return the names on the way to a file below a folder.

    Whatever is written, they lead down only: no drive, no "..", no device of Windows, nothing
    unseen, nothing too long. () when nothing is left.
    """
    parts = [safe_name(part) for part in nfc(written).replace("\\", "/").split("/")]
    kept = [part for part in parts if part]
    return tuple(kept[-_DEPTH:])


def safe_name(written: str) -> str:
    """Return one name of a path, "" when nothing is left of it."""
    # Signs that turn the direction of writing would make "gpj.exe" look like "exe.jpg".
    seen = "".join(c for c in nfc(written) if unicodedata.category(c)[0] != "C")
    name = _REFUSED.sub("-", " ".join(seen.split())).strip(" .")
    if not name or set(name) <= {".", "-"}:
        return ""
    if _DEVICE.match(name):
        path = PurePath(name)
        stem = name[: len(name) - len("".join(path.suffixes))]
        name = f"{stem.rstrip()}_{name[len(stem) :]}"
    return _short(name)


def is_of_system(parts: tuple[str, ...]) -> bool:
    """Return whether a file is one that Office, a system or a storage server keeps for itself."""
    if not parts:
        return False
    *folders, name = parts
    return (
        is_owner_file(name)
        or is_hidden(name)
        or any(is_hidden(f) or is_foreign(f) or f == "__MACOSX" for f in folders)
        or name.casefold() in ("thumbs.db", "desktop.ini")
    )


def _short(name: str) -> str:
    suffix = PurePath(name).suffix if len(PurePath(name).suffix) <= 12 else ""
    stem = name[: len(name) - len(suffix)] if suffix else name
    room = LONGEST_NAME - len(suffix)
    stem = stem[:room]
    while len((stem + suffix).encode()) > _BYTES:
        stem = stem[:-1]
    return f"{stem.rstrip(' .')}{suffix}"
