"""The log: what was done, by whom, and whether it is as it was written."""

from __future__ import annotations

from datetime import date

from flask import g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from publisher import run
from publisher.errors import ContentError
from publisher.model import NO_SITE
from publisher.text import nfc
from publisher.web import words
from publisher.web.archive import COUNTED, Wanted
from publisher.web.desk import Desk
from publisher.web.frame import NOWHERE
from publisher.web.jobs import Job, Task
from publisher.web.pages.dates import day_of
from publisher.web.pages.posts import page_of
from publisher.web.rights import Right, Route

PER_PAGE = 50
_STATES = ("done", "refused", "not_sent", "unknown", "started")
_NAMES = ("q", "site", "what", "state", "person", "from", "to", "all")


def routes(desk: Desk) -> list[Route]:
    """Return the addresses of this room."""

    def log() -> str:
        config = desk.config()
        zone = config.schedule.timezone
        given = {n: nfc(request.args.get(n, "").strip())[:200] for n in _NAMES}
        first, last = (day_of(given[name], zone) for name in ("from", "to"))
        wrong = [n for n, day in (("from", first), ("to", last)) if given[n] and day is None]
        wanted = _wanted(given, first, last)
        count = desk.archive.count(wanted, zone)
        page, pages = page_of(count, PER_PAGE)
        sites, whats, people = desk.archive.values()
        shown = desk.archive.find(wanted, zone, PER_PAGE, (page - 1) * PER_PAGE)
        try:
            known = desk.board.view().sheets
        except ContentError:  # the folder is away; the log is not
            known = {}
        return render_template(
            "log.html",
            given=given,
            wrong=wrong,
            filtered=any(given.values()),
            entries=[(entry, known.get(entry.key)) for entry in shown],
            found=count,
            most=COUNTED,
            page=page,
            pages=pages,
            sites=sites,
            what_choices=[(what, words.event(what)) for what in whats],
            state_choices=[(state, words.state(state)) for state in _STATES],
            people=people,
            proof=desk.worker.last(Task.PROVE),
            proving=[job for job in desk.worker.under_way() if job.task is Task.PROVE],
        )

    def prove() -> AnyResponse:
        person = g.session.person

        def work(job: Job) -> None:
            with run.log_of(desk.office(person)) as opened:
                job.problems = tuple(opened.verify())
            job.result = run.Result()

        job = desk.worker.add(Task.PROVE, "", person, work)
        return redirect(url_for("job", id_=job.id), 303)

    return [
        Route("/nhat-ky", "log", log, Right.SEE),
        Route("/nhat-ky/kiem-chung", "prove", prove, Right.SEE, "POST"),
    ]


def _wanted(given: dict[str, str], first: date | None, last: date | None) -> Wanted:
    site = given["site"]
    return Wanted(
        text=given["q"],
        site=NO_SITE if site == NOWHERE else site or None,
        what=given["what"],
        state=given["state"],
        person=given["person"],
        first=first,
        last=last,
        everything=bool(given["all"]),
    )
