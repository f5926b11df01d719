"""Acts on the sites: each is asked for on one page, done in the background, told on another."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from flask import abort, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from publisher import run
from publisher.model import State
from publisher.plan import Action, ActionKind, Choice
from publisher.web.desk import Desk
from publisher.web.jobs import Job, Task
from publisher.web.pages.posts import sheet_of
from publisher.web.pages.words import LONGEST, readable, reason_of
from publisher.web.rights import Right, Route
from publisher.web.sheets import Sheet

_CONTEXT = 3  # lines around a change
_CHOICES = {"keep": Choice.KEEP_SITE, "overwrite": Choice.OVERWRITE, "": Choice.ASK}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a comparison. mark: "same", "site" (only there), "file" (only here), "gap"."""

    mark: str
    text: str


def routes(desk: Desk) -> list[Route]:
    """Return the addresses of this room."""

    def post_of(key: str) -> Sheet:
        return sheet_of(desk.board.view(), key)

    def add(task: Task, key: str, work: Callable[[Job], None]) -> AnyResponse:
        job = desk.worker.add(task, key, g.session.person, work)
        return redirect(url_for("job", id_=job.id), 303)

    def look(key: str) -> AnyResponse:
        sheet = post_of(key)
        return add(Task.LOOK, sheet.key, partial(_look, desk, g.session.person))

    def publish(key: str) -> AnyResponse:
        sheet = post_of(key)
        choice = _CHOICES.get(request.form.get("choice", ""))
        if choice is None:
            abort(400)
        seen = dict.fromkeys(request.form.getlist("seen"))
        work = partial(_publish, desk, g.session.person, choice, frozenset(seen))
        return add(Task.PUBLISH, sheet.key, work)

    def ask_withdraw(key: str) -> str:
        sheet = post_of(key)
        if not sheet.is_out:
            abort(404)
        return _withdraw_page(sheet, "", missing=False)

    def withdraw(key: str) -> AnyResponse | tuple[str, int]:
        sheet = post_of(key)
        reason = reason_of("reason")
        if not reason:
            return _withdraw_page(sheet, "", missing=True), 422
        work = partial(_withdraw, desk, g.session.person, reason)
        return add(Task.WITHDRAW, sheet.key, work)

    def job(id_: str) -> str:
        found = desk.worker.find(id_)
        if found is None:
            abort(404)
        sheet = desk.board.view().sheets.get(found.key) if found.key else None
        actions = [a for a in found.result.actions if a.key == found.key] if found.result else []
        return render_template(
            "job.html",
            job=found,
            sheet=sheet,
            task=Task,
            state=State,
            actions=actions,
            act=ActionKind,
            conflicts=[(a, compared(a)) for a in actions if a.kind is ActionKind.CONFLICT],
            sends=any(_sends(a) for a in actions),
            seen=[_seen(a) for a in actions if a.kind is ActionKind.CONFLICT],
        )

    return [
        Route("/xem/<path:key>", "look", look, Right.PUBLISH, "POST"),
        Route("/dang/<path:key>", "publish", publish, Right.PUBLISH, "POST"),
        Route("/go/<path:key>", "ask_withdraw", ask_withdraw, Right.PUBLISH),
        Route("/go/<path:key>", "withdraw", withdraw, Right.PUBLISH, "POST"),
        Route("/viec/<id_>", "job", job, Right.SEE),
    ]


def _withdraw_page(sheet: Sheet, reason: str, *, missing: bool) -> str:
    return render_template(
        "withdraw.html", sheet=sheet, reason=reason, missing=missing, longest=LONGEST
    )


def _look(desk: Desk, person: str, job: Job) -> None:
    job.result = run.plan(desk.office(person), [job.key], at_once=True)


def _publish(desk: Desk, person: str, choice: Choice, seen: frozenset[str], job: Job) -> None:
    office = desk.office(person)
    if choice is not Choice.ASK:
        # Somebody chose upon what was shown: if the site changed since, it is shown again.
        now = run.plan(office, [job.key], at_once=True)
        conflicts = {_seen(a) for a in now.actions if a.kind is ActionKind.CONFLICT}
        if conflicts != seen:
            job.result, job.moved = now, True
            return
    job.result = run.publish(
        office,
        keys=[job.key],
        choice=choice,
        expect=partial(_expect, job),
        tell=job.outcomes.append,
        at_once=True,  # "now", says the button
    )


def _expect(job: Job, acts: int) -> None:
    job.expected += acts


def _withdraw(desk: Desk, person: str, reason: str, job: Job) -> None:
    job.result = run.withdraw(desk.office(person), [job.key], reason, tell=job.outcomes.append)


def _sends(action: Action) -> bool:
    return action.kind in (ActionKind.CREATE, ActionKind.UPDATE, ActionKind.ADOPT) or (
        action.kind in (ActionKind.RECORD, ActionKind.WITHDRAW)
    )


def _seen(action: Action) -> str:
    """Return what a conflict was about: a site, and how its post then was."""
    remote = action.remote.fingerprint if action.remote else ""
    return f"{action.site} {action.reason} {remote} {action.digest}"


def compared(action: Action) -> list[Line]:
    """Return the site's version against the file's, as lines that people read."""
    article, remote = action.article, action.remote
    ours = (
        [article.post.title, article.post.excerpt, "", *readable(article.html)] if article else []
    )
    theirs = [remote.title, remote.excerpt, "", *readable(remote.content)] if remote else []
    lines = lines_between(theirs, ours)
    return [line for line in lines if line.text or line.mark == "gap"]


def lines_between(theirs: list[str], ours: list[str]) -> list[Line]:
    """Return where two texts differ, with a few lines around each place."""
    lines: list[Line] = []
    matcher = difflib.SequenceMatcher(None, theirs, ours, autojunk=False)
    for group in matcher.get_grouped_opcodes(_CONTEXT):
        if lines:
            lines.append(Line("gap", ""))
        for tag, a, b, c, d in group:
            if tag == "equal":
                lines += [Line("same", text) for text in theirs[a:b]]
            else:
                lines += [Line("site", text) for text in theirs[a:b]]
                lines += [Line("file", text) for text in ours[c:d]]
    return lines
