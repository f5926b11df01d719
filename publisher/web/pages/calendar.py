"""The calendar: weeks and months of what goes out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, partial
from gettext import gettext as _
from hashlib import sha256
from importlib.resources import files
from itertools import groupby
from urllib.parse import urlencode

from flask import Response, abort, render_template, request, url_for

from publisher.config import Config
from publisher.messages import calendar as words
from publisher.run import Day, Happening, What
from publisher.text import nfc
from publisher.web.desk import Desk
from publisher.web.pages.dates import Moments
from publisher.web.rights import Right, Route
from publisher.web.sheets import Sheet, View

_DAY = timedelta(days=1)
_MOST = 6  # posts of a day that a month shows; the week shows all
_AHEAD = 26  # weeks of a calendar file
_VIEWS = ("month", "week")
_YEARS = (2000, 2100)


@dataclass(frozen=True, slots=True)
class Item:
    """A post at an instant, on one site or on several at once."""

    first: Happening
    sites: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Box:
    """A day as a page shows it. hidden: how many posts it leaves out."""

    day: Day
    items: tuple[Item, ...]
    hidden: int


def routes(desk: Desk) -> list[Route]:
    """Return the addresses of this room."""

    def calendar() -> str:
        config = desk.config()
        today = desk.now().astimezone(config.schedule.timezone).date()
        given = _given(config)
        view = given["view"] or _VIEWS[0]
        day = _day(given["day"]) or today
        first, weeks = (day, 1) if view == "week" else _month(day)
        made = desk.board.forecast(first, weeks, _sites(given))
        theme, most = given["theme"], 10**6 if view == "week" else _MOST
        before, after = _beside(day, view)
        boxes = [[_box(d, theme, most) for d in week] for week in made.weeks]
        return render_template(
            "calendar.html",
            busy=any(box.items for week in boxes for box in week),
            say=words,
            view=view,
            day=day,
            today=today,
            weeks=boxes,
            never=[h for h in made.never if theme in ("", h.theme)],
            undated=made.undated if not theme else (),
            later=made.later,
            given=given,
            address=partial(_address, given),
            before=before if before.year >= _YEARS[0] else None,
            after=after if after.year <= _YEARS[1] else None,
            sites=tuple(config.sites),
            themes=config.themes,
            what=What,
            moved=_just_moved(desk.board.view()),
            ready=request.args.get("moved", ""),
            everywhere=set(_sites(given) or config.sites),
            moment=Moments(config.schedule.timezone),
            dragging=url_for("calendar_script", digest=_script_digest()),
        )

    def download() -> Response:
        from publisher import ics

        config = desk.config()
        zone = config.schedule.timezone
        today = desk.now().astimezone(zone).date()
        given = _given(config)
        made = desk.board.forecast(today - 4 * 7 * _DAY, _AHEAD + 4, _sites(given))
        sites = {name: site.label or name for name, site in config.sites.items()}
        entries = words.entries(made, config.themes, sites, Moments(zone))
        title = _("Publishing calendar")
        response = Response(
            ics.calendar(entries, title, str(zone), made.now),
            content_type="text/calendar; charset=utf-8",
        )
        response.headers["Content-Disposition"] = 'attachment; filename="lich-dang-bai.ics"'
        return response

    return [
        Route("/lich", "calendar", calendar, Right.SEE),
        Route("/lich/lich-dang-bai.ics", "calendar_file", download, Right.SEE),
        Route("/static/<digest>/calendar.js", "calendar_script", _script_file, Right.OPEN),
    ]


def _given(config: Config) -> dict[str, str]:
    """Return what an address asks for; what is not known is not asked for."""
    known = {"view": _VIEWS, "site": tuple(config.sites), "theme": tuple(config.themes)}
    given = {name: request.args.get(name, "") for name in (*known, "day")}
    for name, values in known.items():
        given[name] = given[name] if given[name] in values else ""
    return given


def _sites(given: Mapping[str, str]) -> tuple[str, ...]:
    return (given["site"],) if given["site"] else ()


def _address(given: Mapping[str, str], **more: object) -> str:
    wanted = {**given, **{name: str(value) for name, value in more.items()}}
    kept = urlencode({name: value for name, value in wanted.items() if value})
    return url_for("calendar") + (f"?{kept}" if kept else "")


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if _YEARS[0] <= day.year <= _YEARS[1] else None


def _month(day: date) -> tuple[date, int]:
    """Return the first day of a month, and how many weeks from Monday on it touches."""
    first = day.replace(day=1)
    last = (first + 31 * _DAY).replace(day=1) - _DAY
    return first, (first.weekday() + last.day + 6) // 7


def _beside(day: date, view: str) -> tuple[date, date]:
    """Return a day of the week or month before, and of the one after."""
    if view == "week":
        return day - 7 * _DAY, day + 7 * _DAY
    first = day.replace(day=1)
    return (first - _DAY).replace(day=1), (first + 31 * _DAY).replace(day=1)


def _box(day: Day, theme: str, most: int) -> Box:
    items = list(_together(h for h in day.happenings if theme in ("", h.theme)))
    return Box(day, tuple(items[:most]), max(0, len(items) - most))


def _together(happenings: Iterable[Happening]) -> Iterator[Item]:
    """Yield what happens to a post at one instant on several sites once."""
    for _same, group in groupby(happenings, lambda h: (h.at, h.what, h.key)):
        some = list(group)
        yield Item(some[0], tuple(happening.site for happening in some))


def _just_moved(view: View) -> Sheet | None:
    """Return the post that was moved just now, as the address says."""
    return view.sheets.get(nfc(request.args.get("moved", "")))


@cache
def _script() -> bytes:
    return (files("publisher.web") / "static" / "calendar.js").read_bytes()


@cache
def _script_digest() -> str:
    return sha256(_script()).hexdigest()[:16]


def _script_file(digest: str) -> Response:
    if digest != _script_digest():
        abort(404)
    response = Response(_script(), mimetype="text/javascript")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
