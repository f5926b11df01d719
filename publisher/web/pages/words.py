"""What people write into a form, and HTML as lines that they can compare."""

from __future__ import annotations

import html
import re

from flask import request

from publisher.text import nfc

LONGEST = 500
"""Letters of a reason or a note."""

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_PICTURE = re.compile(r"<img\b[^>]*?\balt=\"([^\"]*)\"[^>]*>")
_BARE_PICTURE = re.compile(r"<img\b[^>]*>")
_BREAK = re.compile(
    r"</?(?:p|div|h[1-6]|li|ul|ol|figure|figcaption|blockquote|table|tr|td|th|hr|pre|br)\b[^>]*>"
)
_TAG = re.compile(r"<[^>]*>")


def reason_of(field: str) -> str:
    """Return what somebody wrote into a field of the form, as one line."""
    return " ".join(nfc(request.form.get(field, "")).split())[:LONGEST]


def readable(content: str) -> list[str]:
    """Return the words of HTML, or of WordPress's blocks, line by line; pictures by their alt."""
    text = _COMMENT.sub("\n", content)
    text = _PICTURE.sub(r"\n[ \1 ]\n", text)
    text = _BARE_PICTURE.sub("\n[ ]\n", text)
    text = html.unescape(_TAG.sub("", _BREAK.sub("\n", text)))
    lines = (" ".join(line.split()) for line in text.splitlines())
    return [line for line in lines if line]
