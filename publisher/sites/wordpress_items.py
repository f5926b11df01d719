"""Posts, pictures and terms between the domain's words and the JSON of WordPress.

A function that reads raises KeyError, TypeError or ValueError for what WordPress never says.
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from publisher.model import Draft, RemoteMedia, RemotePost
from publisher.text import nfc, words

FIELDS = "id,link,status,slug,date_gmt,modified_gmt,categories,tags,featured_media"
RAW = f"{FIELDS},title.raw,content.raw,excerpt.raw"
RENDERED = f"{FIELDS},title.rendered,content.rendered,excerpt.rendered"
MEDIA = "id,source_url,media_details"


def post_of(data: Mapping[str, Any]) -> RemotePost:
    """Return the post in an item of /wp/v2/posts with the fields RAW or RENDERED."""
    return RemotePost(
        id=str(data["id"]),
        url=str(data["link"]),
        status=str(data["status"]),
        slug=str(data["slug"]),
        title=_text(data["title"], escaped=True),
        content=_text(data["content"]),
        excerpt=_text(data["excerpt"]),
        shown_at=_instant(data["date_gmt"]),
        modified_at=_instant(data["modified_gmt"]),
        # A plugin can take a taxonomy away from posts.
        categories=tuple(map(str, data.get("categories") or ())),
        tags=tuple(map(str, data.get("tags") or ())),
        featured_media=str(data.get("featured_media") or ""),
    )


def media_of(data: Mapping[str, Any]) -> RemoteMedia:
    """Return the picture in an item of /wp/v2/media, without its pixels if sizing broke off."""
    details = data.get("media_details")
    size = details if isinstance(details, dict) else {}
    return RemoteMedia(
        id=str(data["id"]),
        url=str(data["source_url"]),
        width=int(size.get("width") or 0),
        height=int(size.get("height") or 0),
    )


def body_of(draft: Draft) -> dict[str, object]:
    """Return what is written to /wp/v2/posts.

    Lists of terms are always there: left out, an update keeps those of before. An empty one
    means none, also for categories: no default is put in its place.
    """
    return {
        "title": as_html(draft.title),
        "content": draft.content,
        "excerpt": as_html(draft.excerpt),
        "slug": draft.slug,
        "status": draft.status,
        "date_gmt": draft.date.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S"),
        "categories": [int(term) for term in draft.categories],
        "tags": [int(term) for term in draft.tags],
        "featured_media": int(draft.featured_media or 0),
    }


def as_html(text: str) -> str:
    """Return plain text for a field that WordPress takes for HTML, without any tag in it.

    ``&`` stays: WordPress escapes it where it shows it, and the editor shows it as it is.
    """
    return text.replace("<", "&lt;").replace(">", "&gt;")


def media_slug(digest: str) -> str:
    """Return the slug by which a picture is found again on the site."""
    return f"media-{digest[:16]}"


def exact_name(name: str) -> str:
    """Return a term's name as people write it; WordPress stores ``&`` as ``&amp;``."""
    return words(nfc(html.unescape(name)))


def same_name(name: str) -> str:
    """Return what names that differ by case only have in common."""
    return exact_name(name).casefold()


def timezone_of(index: Mapping[str, Any]) -> str:
    """Return the site's IANA name, or its offset (hours, may be 5.75) as ``UTC+5:45``."""
    if name := str(index.get("timezone_string") or ""):
        return name
    minutes = round(float(index.get("gmt_offset") or 0) * 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02}" if rest else "")


def _text(value: Mapping[str, Any], *, escaped: bool = False) -> str:
    if "raw" in value:
        return str(value["raw"])
    return html.unescape(str(value["rendered"])) if escaped else str(value["rendered"])


def _instant(text: str) -> datetime:
    """Return the instant of a ``*_gmt`` field: UTC, though it does not say so."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
