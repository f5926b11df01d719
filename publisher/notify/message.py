"""One message, ready to go out."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Message:
    """A message in words. severity: "failure", "warning", "success" or "info"."""

    subject: str
    body: str
    severity: str = "info"

    @property
    def header(self) -> str:
        """The subject as one line: a line break in a title must not begin a new header."""
        line = " ".join(self.subject.split())
        return "".join(c for c in line if unicodedata.category(c) != "Cc")
