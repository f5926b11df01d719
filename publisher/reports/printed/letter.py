"""A bulletin as a page that mail programs show as it is meant, and as plain text.

Tables and styles within the tags: Outlook lays out like Word, others take style sheets away.
"""

from __future__ import annotations

import textwrap
from base64 import b64encode
from collections.abc import Callable, Iterator
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from publisher.reports import words
from publisher.reports.printed.content import (
    Bulletin,
    Form,
    Grid,
    Photo,
    Story,
    Text,
)

WIDE = 600
"""Pixels that the page has at most beside its margins; mail programs show 640."""

_BESIDE = 180  # pixels of a picture beside its text
_LINE = 72  # characters of a line of plain text


def page(bulletin: Bulletin, source: Callable[[Photo], str]) -> str:
    """Return a bulletin as HTML; source: the address of a picture, such as ``cid:...``."""
    return (
        _templates()
        .get_template("bulletin.html")
        .render(
            bulletin=bulletin,
            publisher=bulletin.publisher,
            dated=words.day(bulletin.dated),
            day=words.day,
            meta=meta,
            source=source,
            room=room,
            wide=WIDE,
            beside=_BESIDE,
        )
        .lstrip()
    )


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("publisher.reports", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def embedded(photo: Photo) -> str:
    """Return the address of a picture that lies in the page itself, or online."""
    if photo.url.startswith(("https://", "http://")):
        return photo.url
    return f"data:{photo.mime};base64,{b64encode(photo.content).decode()}"


def room(photo: Photo, width: int) -> tuple[int, int]:
    """Return the pixels at which a picture is shown in a room of this width."""
    shown = min(width, photo.width)
    return shown, max(1, round(photo.height * shown / photo.width))


def meta(story: Story) -> str:
    """Return the line below a title."""
    return " · ".join(story.facts)


def text(bulletin: Bulletin) -> str:
    """Return a bulletin as plain text, its lines no longer than mail wants them."""
    return "\n".join(_lines(bulletin)).strip() + "\n"


def _lines(bulletin: Bulletin) -> Iterator[str]:
    publisher = bulletin.publisher
    yield publisher.name.upper()
    yield f"{bulletin.name.upper()} – SỐ {bulletin.number}"
    period = f"{bulletin.period[:1].upper()}{bulletin.period[1:]}"
    yield f"{period}, phát hành {words.day(bulletin.dated)}"
    if publisher.slogan:
        yield f"“{publisher.slogan}”"
    if bulletin.lead:
        yield from ("", "=" * 40, "TIÊU ĐIỂM", "=" * 40)
        yield from _story(bulletin, bulletin.lead)
    for chapter in bulletin.chapters:
        yield from ("", "=" * 40, chapter.title.upper(), "=" * 40)
        for story in chapter.stories:
            yield from _story(bulletin, story)
    if publisher.feedback:
        yield from ("", "-" * 40, "TIẾP NHẬN PHẢN ÁNH, KIẾN NGHỊ", *publisher.feedback)
    yield from ("", "-" * 40)
    for line in (*publisher.imprint, publisher.site):
        yield from _wrapped(line)


def _story(bulletin: Bulletin, story: Story) -> Iterator[str]:
    yield ""
    yield from _wrapped(story.title)
    yield from _wrapped(meta(story))
    whole = bulletin.full and bool(story.blocks)
    if story.short and not (whole and story.begins):
        yield from _wrapped(story.short)
    for block in story.blocks if whole else ():
        if isinstance(block, Text):
            mark = {Form.BULLET: "- ", Form.NUMBER: f"{block.number}. "}.get(block.form, "")
            said = (f"[{run.text}]" if run.note else run.text for run in block.runs)
            yield from _wrapped(f"{mark}{''.join(said)}")
        elif isinstance(block, Grid):
            yield from (" | ".join(row) for row in block.rows)
    if story.url:
        yield f"Xem tại: {story.url}"


def _wrapped(line: str) -> list[str]:
    # An address in two lines could not be followed.
    return textwrap.wrap(line, _LINE, break_long_words=False, break_on_hyphens=False)
