"""Files that people hand in, and what becomes of each."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from publisher.model import Problem
from publisher.sources import POSTS

BLOCK = 1024 * 1024
"""Bytes of a file that are held in memory at once."""


class Fate(StrEnum):
    """What becomes of a file.

    ``new``: nothing stands in its way. ``same``: it is there already, byte for byte.
    ``other``: another one is there. ``refused``: it is not taken. ``saved``, ``kept``: after
    saving, itself or the one of before. ``failed``: it could not be saved.
    """

    NEW = "new"
    SAME = "same"
    OTHER = "other"
    REFUSED = "refused"
    SAVED = "saved"
    KEPT = "kept"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Item:
    """One file that was handed in.

    name: as it was sent. file: where it goes, as people know it (``posts/2023/a.md``), "" when
    nowhere. staged: where it lies meanwhile. key: of a post, "" for other files. there: SHA-256
    of the file that is there already, "" for none.
    """

    name: str
    fate: Fate
    file: str = ""
    staged: Path = Path()
    target: Path = Path()
    key: str = ""
    title: str = ""
    size: int = 0
    digest: str = ""
    there: str = ""
    problems: tuple[Problem, ...] = ()

    @property
    def is_post(self) -> bool:
        """Whether it is a text of its own."""
        return self.target.suffix.lower() in POSTS


def is_inside(path: Path, root: Path) -> bool:
    """Return whether a path, all links followed, lies below a folder."""
    try:
        return path.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError, ValueError):
        return False


def digest_at(path: Path) -> str:
    """Return the digest of a file that is there, "" when there is none."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return ""
    except OSError:  # a folder of that name, or one that may not be read: in the way all the same
        return "-"
