"""The Flask app: its addresses, what guards them, and what is said when something is wrong."""

from __future__ import annotations

import logging
from functools import partial

from flask import Flask, Response, abort, g, render_template, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from publisher import mishaps
from publisher.errors import PublisherError
from publisher.web.desk import Desk
from publisher.web.frame import dress, script, style_digest, stylesheet
from publisher.web.fresh import NotYetError
from publisher.web.gate import DROP, HEADERS, LARGEST, LARGEST_DROP, SAFE, Gate
from publisher.web.pages import (
    acts,
    approval,
    calendar,
    drop,
    entrance,
    history,
    moving,
    posts,
    reports,
    shown,
    today,
)
from publisher.web.rights import Right, Route
from publisher.web.server import EXTENSION, Manners

_log = logging.getLogger(__name__)
_WORDED = (400, 403, 404, 405, 413, 429)


def create(desk: Desk) -> Flask:
    """Return the app of a desk. Every address of it is in one table, with who may open it."""
    app = Flask("publisher.web", static_folder=None)
    app.config.update(
        MAX_CONTENT_LENGTH=LARGEST,
        MAX_FORM_MEMORY_SIZE=LARGEST,
        MAX_FORM_PARTS=50,
        PROPAGATE_EXCEPTIONS=False,
    )
    rights: dict[str, Right] = {}
    gate = Gate(lambda: desk.doors, desk.sessions, desk.people, rights)
    for route in (
        Route("/static/<digest>/desk.css", "style", _style, Right.OPEN),
        Route("/nhip", "pulse", partial(_pulse, desk), Right.SEE),
        Route("/static/<digest>/desk.js", "script", _script, Right.OPEN),
        *entrance.routes(desk, gate),
        *today.routes(desk),
        *calendar.routes(desk),
        *moving.routes(desk),
        *posts.routes(desk),
        *shown.routes(desk),
        *drop.routes(desk),
        *acts.routes(desk),
        *approval.routes(desk),
        *history.routes(desk),
        *reports.routes(desk),
    ):
        rights[route.name] = route.right
        app.add_url_rule(
            route.rule,
            route.name,
            route.view,
            methods=[route.method],
            provide_automatic_options=False,
        )
    gate.put(app)
    dress(
        app,
        lambda: desk.last_config,
        lambda: desk.now().astimezone(desk.last_config.schedule.timezone).date(),
        desk.mark,
    )
    app.extensions[EXTENSION] = Manners(gate.largest, partial(_too_large, app))
    app.register_error_handler(HTTPException, _refused)
    app.register_error_handler(PublisherError, _told)
    app.register_error_handler(NotYetError, _soon)
    app.register_error_handler(Exception, partial(_mistaken, {}))
    return app


def _pulse(desk: Desk) -> Response:
    """Tell by one word whether pages would look otherwise now."""
    return Response(f"{desk.mark()}\n", mimetype="text/plain")


def _style(digest: str) -> Response:
    return _lasting(digest, stylesheet(), "text/css")


def _script(digest: str) -> Response:
    return _lasting(digest, script(), "text/javascript")


def _lasting(digest: str, content: bytes, mime: str) -> Response:
    if digest != style_digest():
        abort(404)
    response = Response(content, mimetype=mime)
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def _too_large(app: Flask) -> tuple[dict[str, str], bytes]:
    """Return headers and page for a request that is not even read."""
    with app.test_request_context("/"):
        page = _error_page(413, "413")
    return {**HEADERS, "Content-Type": "text/html; charset=utf-8"}, page.encode()


def _error_page(code: int, kind: str) -> str:
    megabytes = LARGEST_DROP // 1024 // 1024
    return render_template("error.html", code=code, kind=kind, megabytes=megabytes)


def _refused(error: HTTPException) -> AnyResponse | tuple[str, int] | HTTPException:
    code = error.code or 500
    if error.response is not None or code < 400:
        return error
    kind = "forged" if code == 403 and g.get("forged") else str(code)
    if code == 413 and request.path == DROP:
        kind = "413-drop"
    page = _error_page(code, kind if code in _WORDED else "other")
    told = {n: v for n, v in error.get_headers() if n in ("Allow", "Retry-After")}
    return Response(page, code, told)


def _told(error: PublisherError) -> tuple[str, int]:
    """Say what keeps a page from being made: settings, folder or log."""
    again = request.method in SAFE  # what was sent by a form is not sent again
    return render_template("trouble.html", problems=error.problems, again=again), 503


def _soon(_error: NotYetError) -> tuple[str, int, dict[str, str]]:
    """Say that a very large folder or log is being read for the first time."""
    return render_template("reading.html"), 503, {"Retry-After": "5"}


def _mistaken(known: dict[str, str], error: Exception) -> tuple[str, int]:
    """Write a report of a mistake of our own, each once, and name the file."""
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    place = f"{type(error).__name__} {last and (last.tb_frame.f_code.co_filename, last.tb_lineno)}"
    if place not in known:
        known[place] = str(mishaps.report(error))
    _log.error("a page failed: %s, see %s", request.path, known[place])
    return render_template("mistake.html", file=known[place]), 500
