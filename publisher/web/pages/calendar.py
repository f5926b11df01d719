"""The calendar: weeks and months of what goes out, and another date for what has not yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache, partial
from gettext import gettext as _
from hashlib import sha256
from importlib.resources import files
from itertools import groupby
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from flask import Response, abort, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from publisher import messages, run
from publisher.config import Config
from publisher.errors import ContentError
from publisher.messages import calendar as words
from publisher.model import Decision, Problem
from publisher.posts import parse_date
from publisher.run import Day, Happening, What
from publisher.text import nfc
from publisher.web.board import Sheet, View
from publisher.web.desk import Desk
from publisher.web.pages.dates import day_of
from publisher.web.pages.posts import sheet_of
from publisher.web.rights import Right, Route

REASON = 500  # letters
_PATIENCE = 10.0  # seconds that a page waits for a scheduler that is at work
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


@dataclass(frozen=True, slots=True)
class Place:
    """A site that a post is for: its date there, and whether it can still be moved."""

    site: str
    at: datetime | None
    move: Decision | None
    is_open: bool


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
            moment=_moment_words(config.schedule.timezone),
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
        entries = words.entries(made, config.themes, sites, _moment_words(zone))
        title = _("Publishing calendar")
        response = Response(
            ics.calendar(entries, title, str(zone), made.now),
            content_type="text/calendar; charset=utf-8",
        )
        response.headers["Content-Disposition"] = 'attachment; filename="lich-dang-bai.ics"'
        return response

    def ask_move(key: str) -> str:
        view = desk.board.view()
        return _move_page(view, sheet_of(view, key), {}, ())

    def move(key: str) -> AnyResponse | tuple[str, int]:
        view = desk.board.view()
        sheet = sheet_of(view, key)
        form = {n: nfc(request.form.get(n, "").strip())[:REASON] for n in _FIELDS}
        names = tuple(name for name in form["sites"].split(",") if name)
        zone = view.config.schedule.timezone
        to = None if form["to"] == "back" else _wanted(form, zone)
        if form["to"] != "back" and to is None:
            return _move_page(view, sheet, form, (), wrong=True), 422
        if any(name not in view.config.sites for name in names):
            abort(400)
        office = replace(desk.office(g.session.person), patience=_PATIENCE)
        try:
            run.move(office, [sheet.key], to, names, " ".join(form["reason"].split()))
        except ContentError as error:
            return _move_page(view, sheet, form, error.problems), 422
        back = _back(form["back"])
        if back is None:
            return redirect(url_for("post", key=sheet.key), 303)
        return redirect(back + urlencode({"moved": sheet.key}), 303)

    return [
        Route("/lich", "calendar", calendar, Right.SEE),
        Route("/lich/lich-dang-bai.ics", "calendar_file", download, Right.SEE),
        Route("/static/<digest>/calendar.js", "calendar_script", _script_file, Right.OPEN),
        Route("/doi/<path:key>", "ask_move", ask_move, Right.DECIDE),
        Route("/doi/<path:key>", "move", move, Right.DECIDE, "POST"),
    ]


_FIELDS = ("day", "time", "sites", "reason", "to", "back")


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


def _moment_words(zone: ZoneInfo) -> _Shown:
    return _Shown(zone)


@dataclass(frozen=True, slots=True)
class _Shown:
    zone: ZoneInfo

    def __call__(self, moment: datetime) -> str:
        return f"{moment.astimezone(self.zone):%d/%m/%Y %H:%M}"


def _wanted(form: Mapping[str, str], zone: ZoneInfo) -> datetime | date | None:
    """Return the instant, or the day alone, that a form names; None for neither."""
    if not form["time"]:
        return day_of(form["day"], zone)
    return parse_date(f"{form['day']} {form['time']}", zone)


def _back(text: str) -> str | None:
    """Return an address of the calendar to which a form leads back, ready for one more value."""
    if not text.startswith(f"{url_for('calendar')}?") or any(c in text for c in "\\\r\n#"):
        return None
    return quote(text, safe="/?=&%+-_.~") + "&"


def places(view: View, sheet: Sheet) -> list[Place]:
    """Return the sites that a post is for, with its date on each; none for an activity."""
    if sheet.post is None or sheet.is_activity:
        return []
    rows = {row.site: row for row in sheet.rows}
    found = []
    for site in sheet.sites:
        row, made = rows.get(site), view.moves.get((site, sheet.key))
        open_ = row is None or (not row.withdrawn and row.status in ("draft", "future"))
        date_ = made.moment if made else sheet.post.date
        at = date_ if open_ else row.shown_at if row else None
        if site in view.config.sites:
            found.append(Place(site, at, made if open_ else None, open_))
    return found


def _move_page(
    view: View,
    sheet: Sheet,
    form: Mapping[str, str],
    problems: Iterable[Problem],
    *,
    wrong: bool = False,
) -> str:
    found = places(view, sheet)
    if not any(place.is_open for place in found):
        abort(404)
    zone = view.config.schedule.timezone
    first = next((p.at for p in found if p.is_open and p.at), None)
    local = first.astimezone(zone) if first else None
    default = f"{view.config.schedule.default_time:%H:%M}"
    return render_template(
        "move.html",
        sheet=sheet,
        places=found,
        problems=list(problems),
        wrong=wrong,
        longest=REASON,
        day=form.get("day") or (f"{local:%d/%m/%Y}" if local else ""),
        time=form.get("time") or (f"{local:%H:%M}" if local else default),
        sites=form.get("sites", request.args.get("sites", "")),
        reason=form.get("reason", ""),
        back=form.get("back", request.args.get("back", "")),
        told=[messages.moved(p.move, _Shown(zone)) for p in found if p.move],
    )


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
