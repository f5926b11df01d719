"""Another date than the file's: for what has not appeared yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from flask import abort, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from publisher import messages, run
from publisher.errors import ContentError
from publisher.model import Decision, Problem
from publisher.posts import parse_date
from publisher.text import nfc
from publisher.web.desk import IN_PAGE, Desk
from publisher.web.pages.dates import Moments, day_of
from publisher.web.pages.posts import sheet_of
from publisher.web.pages.words import LONGEST, reason_of
from publisher.web.rights import Right, Route
from publisher.web.sheets import Sheet, View

_FIELDS = ("day", "time", "sites", "reason", "to", "back")


@dataclass(frozen=True, slots=True)
class Place:
    """A site that a post is for: its date there, and whether it can still be moved."""

    site: str
    at: datetime | None
    move: Decision | None
    is_open: bool


def routes(desk: Desk) -> list[Route]:
    """Return the addresses of this room."""

    def ask_move(key: str) -> str:
        view = desk.board.view()
        return _move_page(view, sheet_of(view, key), {}, ())

    def move(key: str) -> AnyResponse | tuple[str, int]:
        view = desk.board.view()
        sheet = sheet_of(view, key)
        form = {n: nfc(request.form.get(n, "").strip())[:LONGEST] for n in _FIELDS}
        names = tuple(name for name in form["sites"].split(",") if name)
        zone = view.config.schedule.timezone
        to = None if form["to"] == "back" else _wanted(form, zone)
        if form["to"] != "back" and to is None:
            return _move_page(view, sheet, form, (), wrong=True), 422
        if any(name not in view.config.sites for name in names):
            abort(400)
        office = desk.office(g.session.person, IN_PAGE)
        try:
            run.move(office, [sheet.key], to, names, reason_of("reason"))
        except ContentError as error:
            return _move_page(view, sheet, form, error.problems), 422
        back = _back(form["back"])
        if back is None:
            return redirect(url_for("post", key=sheet.key), 303)
        return redirect(back + urlencode({"moved": sheet.key}), 303)

    return [
        Route("/doi/<path:key>", "ask_move", ask_move, Right.DECIDE),
        Route("/doi/<path:key>", "move", move, Right.DECIDE, "POST"),
    ]


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
        longest=LONGEST,
        day=form.get("day") or (f"{local:%d/%m/%Y}" if local else ""),
        time=form.get("time") or (f"{local:%H:%M}" if local else default),
        sites=form.get("sites", request.args.get("sites", "")),
        reason=form.get("reason", ""),
        back=form.get("back", request.args.get("back", "")),
        told=[messages.moved(p.move, Moments(zone)) for p in found if p.move],
    )
