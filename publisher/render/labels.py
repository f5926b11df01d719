"""The words that rendering adds to a post."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Labels:
    """The words that rendering adds, in the site's language.

    author, source, legal: lead-ins of the last lines. back: names the arrow that leads back
    from a footnote.
    """

    author: str
    source: str
    legal: str
    back: str = ""
