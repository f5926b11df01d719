"""What every page is made with: words in the reader's language, dates, numbers, addresses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache
from gettext import ngettext
from hashlib import sha256
from importlib.resources import files
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from flask import Flask, g, request, url_for
from jinja2 import StrictUndefined
from markupsafe import Markup, escape

from publisher import i18n, messages
from publisher.config import Config
from publisher.web import words

NOWHERE = "-"
"""Stands for no site, in an address."""
STYLE = "desk.css"
SCRIPT = "desk.js"


@cache
def stylesheet() -> bytes:
    """Return the style of the desk: what all our pages share, then its own."""
    return b"\n".join(
        (files(room) / "static" / name).read_bytes()
        for room, name in (("publisher", "base.css"), ("publisher.web", STYLE))
    )


@cache
def script() -> bytes:
    """Return the script of the desk: pages look again by themselves, files can be dragged."""
    return (files("publisher.web") / "static" / SCRIPT).read_bytes()


@cache
def site_style() -> str:
    """Return the style of the preview site, in which posts are shown."""
    from publisher.sites.preview_pages import stylesheet as of_site

    return of_site()


@cache
def style_digest() -> str:
    """Return what stands in the addresses of both: another content has another one."""
    return sha256(stylesheet() + script()).hexdigest()[:16]


def dress(
    app: Flask, config: Callable[[], Config], today: Callable[[], date], mark: Callable[[], str]
) -> None:
    """Give an app's templates their words and forms, as the settings have them."""

    def site_name(name: str) -> str:
        known = config().sites.get(name)
        return (known.label if known else "") or messages.site(name)

    templates = app.jinja_env
    templates.autoescape = True
    templates.undefined = StrictUndefined
    templates.trim_blocks = templates.lstrip_blocks = True
    templates.globals.update(
        _=_said,
        ngettext=_counted,
        words=words,
        lang=i18n.language,
        other_language=_other_language,
        style=lambda: url_for("style", digest=style_digest()),
        script=lambda: url_for("script", digest=style_digest()),
        office=lambda: config().organisation.on(today()).name,
        site_name=site_name,
        here=lambda: request.endpoint or "",
        person=lambda: g.get("session"),
        may=lambda right: right in g.get("rights", ()),
        token=lambda: g.token,
        with_page=_with_page,
        mark=mark,
    )

    def zone() -> ZoneInfo:
        return config().schedule.timezone

    def moment(at: datetime | None) -> str:
        return f"{at.astimezone(zone()):%d/%m/%Y %H:%M}" if at else ""

    def day(at: date | datetime | None) -> str:
        if isinstance(at, datetime):
            at = at.astimezone(zone())
        return f"{at:%d/%m/%Y}" if at else ""

    def hour(at: datetime | None) -> str:
        return f"{at.astimezone(zone()):%H:%M}" if at else ""

    templates.globals.update(short_moment=moment)
    templates.filters.update(moment=moment, day=day, hour=hour, number=number, size=size)
    templates.filters.update(
        twice=lambda value: (value, value),
        sites=lambda names: ", ".join(site_name(name) for name in names),
        labelled=lambda names: [(name or NOWHERE, site_name(name)) for name in names],
    )


@cache
def _catalogue(language: str) -> Callable[[str], str]:
    # gettext's own function looks for the file of the catalogue with every message.
    return i18n.words(language)


def _said(message: str, /, **values: object) -> Markup:
    text = escape(_catalogue(i18n.language())(message))
    return text % values if values else text


def _counted(one: str, many: str, n: int, /, **values: object) -> Markup:
    return escape(ngettext(one, many, n)) % {"n": number(n), **values}


def number(value: float) -> str:
    """Return a number as the reader writes it: 1.234,5 in Vietnamese, 1,234.5 in English."""
    text = f"{value:,}" if isinstance(value, int) else f"{value:,.1f}"
    if i18n.language() == "en":
        return text
    return text.translate(str.maketrans(",.", ".,"))


def size(count: int) -> str:
    """Return bytes as people write them: ``310 KB``, ``1,4 MB``."""
    if count < 1000 * 1000:
        return f"{number(max(1, round(count / 1000)))} KB"
    return f"{number(count / 1_000_000)} MB"


def _other_language() -> tuple[str, str, str]:
    """Return the language to change to: its code, its own name, this page's address in it."""
    code, name = ("en", "English") if i18n.language() == "vi" else ("vi", "Tiếng Việt")
    if request.method != "GET" or request.endpoint is None:
        return code, name, f"{url_for('today')}?lang={code}"
    return (
        code,
        name,
        f"{quote(request.path)}?{urlencode({**request.args.to_dict(), 'lang': code})}",
    )


def _with_page(given: Mapping[str, str], page: int) -> str:
    """Return the address of another page of the same list."""
    kept = {name: value for name, value in given.items() if value}
    return f"{quote(request.path)}?{urlencode({**kept, 'page': page})}"
