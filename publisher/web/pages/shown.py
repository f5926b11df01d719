"""A post as the site will show it, in a frame of its own, and the pictures in it."""

from __future__ import annotations

from flask import Response, abort, render_template

from publisher.web.desk import Desk
from publisher.web.frame import site_style
from publisher.web.pages.posts import sheet_of
from publisher.web.rights import Right, Route
from publisher.web.screen import MEDIA, PAGE

# No script, nothing from elsewhere; only a page of the desk may frame it.
_FRAMED = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; media-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'self'; "
        "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox"
    ),
    "X-Frame-Options": "SAMEORIGIN",
}
# A page of our own: one that is opened beside the desk may look again by itself.
_SOON = {
    **_FRAMED,
    "Content-Security-Policy": _FRAMED["Content-Security-Policy"].partition("sandbox")[0],
}
_FILE = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "Cache-Control": "private, max-age=3600",  # another content has another name
}
_SEEN = ("image/", "video/", "audio/")


def routes(desk: Desk) -> list[Route]:
    """Return the addresses of this room."""

    def shown(key: str) -> Response:
        view = desk.board.view()
        sheet = sheet_of(view, key)
        article = desk.screen.article(view, sheet)
        if article is None:
            abort(404)
        pictures = desk.screen.pictures(view, article)
        if pictures is None:
            return Response(render_template("soon.html"), headers=_SOON)
        return Response(desk.screen.page(view, article, pictures), headers=_FRAMED)

    def file(name: str) -> Response:
        found = desk.screen.file(name)
        if found is None:
            abort(404)
        mime, content = found
        headers = dict(_FILE)
        if not mime.startswith(_SEEN) or "svg" in mime:
            headers["Content-Disposition"] = "attachment"
        return Response(content, mimetype=mime, headers=headers)

    def style() -> Response:
        return Response(site_style(), mimetype="text/css")

    return [
        Route(f"{PAGE}<path:key>", "shown", shown, Right.SEE),
        Route(f"{MEDIA}<name>", "site_file", file, Right.SEE),
        Route("/site/style.css", "site_style", style, Right.SEE),
    ]
