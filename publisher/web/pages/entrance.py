"""The way in and out: the one-time link, name and password, signing out, and ``/healthz``."""

from __future__ import annotations

import logging
from http import HTTPStatus

from flask import Response, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from publisher import run
from publisher.errors import PublisherError
from publisher.people import Role
from publisher.web.desk import Desk
from publisher.web.gate import Gate
from publisher.web.rights import Right, Route

_log = logging.getLogger(__name__)


def routes(desk: Desk, gate: Gate) -> list[Route]:
    """Return the addresses of this room."""

    def sign_in() -> AnyResponse | tuple[str, int] | str:
        if link := request.args.get("ma", ""):
            if desk.local and gate.is_here() and desk.used(link):
                return _in(desk.local_person(), Role.EDITOR)
            _log.warning("a one-time link was refused")
            return page("link"), HTTPStatus.FORBIDDEN
        if g.session is not None:
            return redirect(url_for("today"), 303)
        return page("")

    def _in(person: str, role: Role, stamp: str = "") -> AnyResponse:
        response = redirect(_back(), 303)
        gate.sign_in(response, desk.sessions.begin(person, role, stamp))
        return response

    def page(fault: str, wait: int = 0, name: str = "") -> str:
        return render_template(
            "sign_in.html",
            fault=fault,
            wait=wait,
            name=name,
            back=request.values.get("back", ""),
            accounts=bool(desk.people.all()),
            local=desk.local and gate.is_here(),
        )

    def try_password() -> AnyResponse | tuple[str, int] | tuple[str, int, dict[str, str]]:
        name = request.form.get("name", "")[:100].strip()
        password = request.form.get("password", "")
        address = request.remote_addr or ""
        if wait := desk.throttle.try_(name, address):
            _log.warning("too many tries for %r from %s", name, address)
            late = {"Retry-After": str(wait)}
            return page("throttled", wait, name), HTTPStatus.TOO_MANY_REQUESTS, late
        account = desk.people.proven(name, password)
        if account is None:
            _log.warning("a password was refused for %r from %s", name, address)
            return page("password", name=name), HTTPStatus.FORBIDDEN
        desk.throttle.succeeded(name, address)
        return _in(account.name, account.role, account.stamp)

    def new_link() -> tuple[str, int] | str:
        if not desk.local:
            return page("link"), HTTPStatus.FORBIDDEN
        desk.tell(desk.new_link())
        return page("sent")

    def sign_out() -> AnyResponse:
        response = redirect(url_for("sign_in"), 303)
        gate.sign_out(response)
        response.headers["Clear-Site-Data"] = '"cache"'
        return response

    def health() -> Response:
        word = _health(desk)
        return Response(f"{word}\n", 200 if word == "ok" else 503, mimetype="text/plain")

    return [
        Route("/vao", "sign_in", sign_in, Right.OPEN),
        Route("/vao", "try_password", try_password, Right.OPEN, "POST"),
        Route("/vao/lien-ket", "new_link", new_link, Right.HERE, "POST"),
        Route("/ra", "sign_out", sign_out, Right.OPEN, "POST"),
        Route("/healthz", "health", health, Right.HERE),
    ]


def _back() -> str:
    """Return the page that somebody wanted to see first: one of ours, by its path alone."""
    wanted = request.values.get("back", "")
    plain = wanted.isprintable() and "\\" not in wanted
    return wanted if wanted.startswith("/") and wanted[:2] != "//" and plain else url_for("today")


def _health(desk: Desk) -> str:
    """Return ``ok``, or ``degraded`` when settings, log or scheduler are not as they should."""
    try:
        config = desk.config()
        with run.log_of(desk.office()) as log:
            log.last_run()
    except PublisherError:
        return "degraded"
    health = run.health(config, desk.now())
    if health.running:
        return "ok" if health.level is run.Level.OK else "degraded"
    # No scheduler is in order, somebody may publish by hand; one that broke off is not.
    return "degraded" if health.pulse and health.pulse.ended is None else "ok"
