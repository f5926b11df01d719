"""Handing in: files are put into a tray, looked at, and saved when somebody says so."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from flask import abort, g, redirect, render_template, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as AnyResponse

from publisher import run
from publisher.errors import PublisherError
from publisher.model import Severity
from publisher.run import Fate, Item
from publisher.text import nfc
from publisher.web.desk import Desk
from publisher.web.gate import DROP, LARGEST_DROP, MOST_DROPPED
from publisher.web.pages.acts import Line, lines_between
from publisher.web.rights import Right, Route
from publisher.web.sheets import Sheet, View
from publisher.web.trays import Tray

_FOLDER = 120  # letters of a folder's name
_COMPARED = 200_000  # bytes of a text that is compared line by line


@dataclass(frozen=True, slots=True)
class Handed:
    """One file as the page tells of it.

    lines: against the one that is there, which has ``was`` bytes. sheet: of a post that was
    saved.
    """

    item: Item
    errors: int
    lines: tuple[Line, ...]
    was: int
    sheet: Sheet | None


def routes(desk: Desk) -> list[Route]:
    """Return the addresses of this room."""

    def form(fault: str = "") -> str:
        config = desk.config()
        today = desk.now().astimezone(config.schedule.timezone)
        return render_template(
            "drop.html",
            fault=fault,
            folder=request.form.get("folder", f"{today:%Y/%m}")[:_FOLDER],
            longest=_FOLDER,
            limit=LARGEST_DROP // 1024 // 1024,
            most=MOST_DROPPED,
            config=config,
        )

    def receive() -> AnyResponse | tuple[str, int]:
        files = [f for f in request.files.getlist("files") if f.filename]
        if not files:
            return form("none"), 422
        if len(files) > MOST_DROPPED:
            return form("many"), 422
        config = desk.config()
        today = desk.now().astimezone(config.schedule.timezone).date()
        folder = nfc(request.form.get("folder", ""))[:_FOLDER]
        try:
            published = run.published_keys(desk.board.view().look.memory)
        except PublisherError:
            published = frozenset()  # files may be handed in while something else is mended
        tray = desk.trays.new(g.session.person)
        try:
            given = [(_name(file), file.stream) for file in files]
            tray.items = run.receive(config, given, folder, tray.place, published, today)
        except Exception:
            desk.trays.drop(tray)
            raise
        return redirect(url_for("tray", id_=tray.id), 303)

    def own(id_: str) -> Tray:
        found = desk.trays.find(id_, g.session.person)
        if found is None:
            abort(404)
        return found

    def tray(id_: str) -> str:
        found = own(id_)
        view = None
        if found.saved:
            try:
                view = desk.board.view()
            except PublisherError:  # told on the first page
                view = None
        handed = [_handed(item, view) for item in found.items]
        return render_template(
            "tray.html",
            tray=found,
            handed=handed,
            fate=Fate,
            ready=found.of(Fate.NEW),
            others=found.of(Fate.OTHER),
            saved=found.of(Fate.SAVED),
            failed=found.of(Fate.FAILED),
            refused=found.of(Fate.REFUSED),
        )

    def save(id_: str) -> AnyResponse:
        found = own(id_)
        chosen = request.form.getlist("replace")
        office = desk.office(g.session.person)
        desk.trays.save(found, lambda items: run.save(office, items, chosen))
        desk.board.changed()
        return redirect(url_for("tray", id_=found.id), 303)

    def discard(id_: str) -> AnyResponse:
        desk.trays.drop(own(id_))
        return redirect(url_for("drop"), 303)

    return [
        Route(DROP, "drop", form, Right.DROP),
        Route(DROP, "receive", receive, Right.DROP, "POST"),
        Route(f"{DROP}/<id_>", "tray", tray, Right.DROP),
        Route(f"{DROP}/<id_>/luu", "save", save, Right.DROP, "POST"),
        Route(f"{DROP}/<id_>/bo", "discard", discard, Right.DROP, "POST"),
    ]


def _name(file: FileStorage) -> str:
    """Return the name that a browser gave a file, with its folders."""
    return file.filename or ""


def _handed(item: Item, view: View | None) -> Handed:
    lines: tuple[Line, ...] = ()
    was = 0
    if item.fate is Fate.OTHER:
        was = _size(item.target)
        if item.target.suffix.lower() == ".md" and max(was, item.size) <= _COMPARED:
            lines = tuple(lines_between(_text(item.target), _text(item.staged)))
    sheet = None
    if view and item.fate in (Fate.SAVED, Fate.SAME, Fate.KEPT):
        sheet = next((s for s in view.sheets.values() if nfc(s.file) == nfc(item.file)), None)
    errors = sum(1 for p in item.problems if p.severity is Severity.ERROR)
    return Handed(item, errors, lines, was, sheet)


def _text(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8-sig", errors="replace").splitlines()
    except OSError:
        return []


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
