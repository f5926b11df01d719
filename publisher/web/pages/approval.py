"""Approval: what waits for an editor, what it says, and what the editor says to that."""

from __future__ import annotations

from flask import abort, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from publisher import run
from publisher.errors import ContentError
from publisher.model import Ruling
from publisher.run import Pending
from publisher.text import nfc
from publisher.web.desk import IN_PAGE, Desk
from publisher.web.pages.acts import Line, lines_between
from publisher.web.pages.posts import raise_away, sheet_of
from publisher.web.pages.words import LONGEST, readable, reason_of
from publisher.web.rights import Right, Route
from publisher.web.sheets import View

_RULINGS = {"approve": Ruling.APPROVED, "return": Ruling.RETURNED}


def routes(desk: Desk) -> list[Route]:
    """Return the addresses of this room."""

    def approvals() -> str:
        view = desk.board.view()
        done = view.sheets.get(nfc(request.args.get("done", "")))
        return render_template(
            "approvals.html",
            pending=list(view.pending.values()),
            away=view.away,
            on=view.config.editorial.approval,
            done=done,
            verdict=view.look.memory.verdicts.get(done.key) if done else None,
            rulings=Ruling,
            config=view.config,
        )

    def approval(key: str) -> str:
        view = desk.board.view()
        return _page(desk, view, _pending(view, key))

    def judge(key: str) -> AnyResponse | tuple[str, int]:
        view = desk.board.view()
        sheet = sheet_of(view, key)
        ruling = _RULINGS.get(request.form.get("verdict", ""))
        if ruling is None:
            abort(400)
        note = reason_of("note")
        if ruling is Ruling.RETURNED and not note:
            return _page(desk, view, _pending(view, key), missing=True), 422
        office = desk.office(g.session.person, IN_PAGE)
        try:
            # Only what the editor saw is approved; no digest is none that could be.
            seen = request.form.get("digest", "") or "?"
            run.judge(office, {sheet.key: seen}, ruling, note)
        except ContentError as error:
            desk.board.changed()  # what is shown now is to be what was found
            view = desk.board.view()
            found = view.pending.get(sheet.key)
            if found is None:
                return render_template("trouble.html", problems=error.problems, again=False), 422
            return _page(desk, view, found, note=note, problems=error.problems), 422
        return redirect(url_for("approvals", done=sheet.key), 303)

    return [
        Route("/duyet", "approvals", approvals, Right.SEE),
        Route("/duyet/<path:key>", "approval", approval, Right.SEE),
        Route("/duyet/<path:key>", "judge", judge, Right.DECIDE, "POST"),
    ]


def _pending(view: View, key: str) -> Pending:
    """Return what waits under a key, or answer that nothing does."""
    found = view.pending.get(nfc(key))
    if found is None:
        raise_away(view)
        abort(404)
    return found


def _page(desk: Desk, view: View, pending: Pending, **more: object) -> str:
    article = pending.article
    lines = _changes(desk, pending)
    return render_template(
        "approval.html",
        pending=pending,
        sheet=view.sheets[article.key],
        config=view.config,
        post=article.post,
        lines=lines,
        text=readable(article.html),
        longest=LONGEST,
        **{"missing": False, "note": "", "problems": (), **more},
    )


def _changes(desk: Desk, pending: Pending) -> list[Line] | None:
    """Return what visitors see against what the file says, None when they see nothing yet."""
    if pending.stands is None:
        return None
    with run.log_of(desk.office()) as log:
        content = log.content(pending.stands.id)
    article = pending.article
    theirs = [pending.stands.title, "", *readable(content)]
    return lines_between(theirs, [article.post.title, "", *readable(article.html)])
