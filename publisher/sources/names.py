"""What the names of files say: copies of copies, unfinished files, files of other programs."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import PurePath

from publisher.text import nfc

UNFINISHED = frozenset(
    {
        ".!ut",
        ".bak",
        ".crdownload",
        ".download",
        ".filepart",
        ".opdownload",
        ".part",
        ".partial",
        ".swp",
        ".temp",
        ".tmp",
    }
)
"""Endings of files that a program has not finished, or keeps for itself."""

ONLINE = (".nextcloud", ".owncloud")
"""Endings that a client puts behind the name of a file that it has not fetched yet."""

# Where storage servers and file systems keep what was deleted, older versions and thumbnails.
_FOREIGN = frozenset(
    {
        "$recycle.bin",
        "#recycle",
        "#snapshot",
        "@eadir",
        "@recycle",
        "@recently-snapshot",
        "@tmp",
        "lost+found",
        "recycler",
        "system volume information",
    }
)

# Each finds the name of the original, without its ending, as "stem".
_CONFLICTS = tuple(
    re.compile(rf"(?P<stem>.+?){tail}", re.IGNORECASE | re.DOTALL)
    for tail in (
        # Dropbox: "bai (Lan's conflicted copy 2023-03-15)", in Vietnamese too; Nextcloud and
        # ownCloud: "bai (conflicted copy 2023-03-15 101010)"; Seafile: "bai (SFConflict ...)".
        r"\s*\([^()]*\b(?:conflicted copy|sfconflict)\b[^()]*\)",
        r"\s*\([^()]*bản sao (?:bị )?xung đột[^()]*\)",
        r"\s*\((?:case|unicode encoding|selective sync|white ?space) conflict[^()]*\)",
        r"_conflict-\d{8}-\d{6}",  # ownCloud, older
        r"\.sync-conflict-\d{8}-\d{6}(?:-[A-Z0-9]{7})?",  # Syncthing
        r"\s*\[conflict(?: \d+)?\]",  # Google Drive
    )
)
# OneDrive adds the name of a computer, as Windows makes them. Without the original beside it
# this is a name like any other.
_COMPUTER = re.compile(r"(?P<stem>.+)-(?:DESKTOP|LAPTOP|WIN)-[0-9A-Z]{5,12}(?:-\d+)?")
# All of these have one of them; most names have none.
_HINT = re.compile(r"[(\[]|conflict-|-(?:DESKTOP|LAPTOP|WIN)-", re.IGNORECASE)
_COPIES = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        r"(?P<stem>.+?) - (?:copy|sao chép|bản sao)(?: \(\d+\))?",
        r"(?:copy of|bản sao của) (?P<stem>.+)",
        r"(?P<stem>.+?) ?\(\d+\)",
    )
)
_COPY_HINT = re.compile(r"\(|copy|sao", re.IGNORECASE)
_REFUSED = re.compile(
    r"[<>:\"\\|?*\x00-\x1f]|[. ]$|^(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE
)


def is_foreign(folder: str) -> bool:
    """Return whether a folder is kept by a storage server or the file system for itself."""
    return folder.casefold() in _FOREIGN


def is_hidden(name: str) -> bool:
    """Return whether a file is hidden, of an editor or of Office; such are nobody's posts."""
    return name.startswith((".", "~"))


def is_unfinished(name: str) -> bool:
    """Return whether a file is still being downloaded or copied, or is a back-up."""
    return ending(name) in UNFINISHED


def original_of(name: str, beside: Callable[[str], bool]) -> str:
    """Given the name of a file or folder, return that of which it is a conflict copy, or "".

    A sync client makes one when two people changed a file at once. beside: whether a name
    lies in the same folder.
    """
    if not _HINT.search(name):
        return ""
    stem, end = _parted(name)
    for form in _CONFLICTS:
        if found := form.fullmatch(stem):
            return f"{found['stem'].rstrip()}{end}"
    found = _COMPUTER.fullmatch(stem)
    if found and beside(found["stem"] + end):
        return f"{found['stem']}{end}"
    return ""


def copied_from(name: str) -> str:
    """Return the name of the file that one may be a copy of, made by hand, or ""."""
    if not _COPY_HINT.search(name):
        return ""
    stem, end = _parted(name)
    for form in _COPIES:
        if found := form.fullmatch(stem):
            return f"{found['stem']}{end}"
    return ""


def owner_files(name: str) -> tuple[str, ...]:
    """Return the names of the files that say that a document is open.

    Word writes ``~$`` in front of a short name, and in the place of the first one or two
    letters of a longer one; LibreOffice writes ``.~lock.NAME#``.
    """
    return f"~${name}", f"~${name[1:]}", f"~${name[2:]}", f".~lock.{name}#"


def is_owner_file(name: str) -> bool:
    """Return whether a file says that a document is open."""
    return name.startswith(("~$", ".~lock."))


def refused_by_windows(name: str) -> bool:
    """Return whether Windows can't open a file or folder of this name."""
    return bool(_REFUSED.search(name))


def ending(name: str) -> str:
    """Return the ending of a name, lower case."""
    return parted(name)[1].lower()


def parted(name: str) -> tuple[str, str]:
    """Return a name without its ending, and the ending, as :mod:`pathlib` parts them."""
    at = name.rfind(".")
    return (name[:at], name[at:]) if 0 < at < len(name) - 1 else (name, "")


def folded(name: str) -> str:
    """Return what names have in common that Windows or a Mac takes for the same."""
    return name.lower() if name.isascii() else nfc(name).casefold()


def as_counted(name: str) -> list[tuple[int, str]]:
    """Return a key that sorts "ảnh 2" before "ảnh 10"."""
    parts = re.split(r"([0-9]+)", folded(name))
    # Every second part is a number; one of thousands of digits is no number to anybody.
    return [(int(p[-18:]) if i % 2 else 0, p) for i, p in enumerate(parts)]


def as_text(path: PurePath) -> str:
    """Return a path with "/", in NFC; what is no text in a name (an old zip's) becomes "?"."""
    return name_as_text(path.as_posix())


def name_as_text(name: str) -> str:
    """Return a name in NFC; what is no text in it becomes "?"."""
    return name if name.isascii() else nfc(name.encode("utf-8", "replace").decode())


def _parted(name: str) -> tuple[str, str]:
    return parted(nfc(name))
