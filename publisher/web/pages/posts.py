"""The posts: a list to look through, and a page for each of them."""

from __future__ import annotations

from flask import abort, render_template, request

from publisher.errors import ContentError
from publisher.model import Decision, Severity
from publisher.text import nfc
from publisher.web import words
from publisher.web.archive import Wanted
from publisher.web.desk import Desk
from publisher.web.rights import Right, Route
from publisher.web.sheets import Sheet, Standing, View

PER_PAGE = 25
_HISTORY = 100  # lines of a post's history


def routes(desk: Desk) -> list[Route]:
    """Return the addresses of this room."""

    def posts() -> str:
        view = desk.board.view()
        given = {
            name: nfc(request.args.get(name, "").strip())[:200]
            for name in ("q", "standing", "site", "theme", "author")
        }
        found = view.lists.search(given)
        page, pages = page_of(len(found), PER_PAGE)
        return render_template(
            "posts.html",
            given=given,
            filtered=any(given.values()),
            away=view.away,
            total=len(view.sheets),
            found=len(found),
            sheets=found[(page - 1) * PER_PAGE : page * PER_PAGE],
            page=page,
            pages=pages,
            standing_choices=_standings(view),
            sites=list(view.config.sites),
            themes=view.config.themes,
            authors=view.lists.authors,
            strays=view.strays,
            folder=view.config.paths.posts,
        )

    def post(key: str) -> str:
        view = desk.board.view()
        sheet = sheet_of(view, key)
        wanted = Wanted(key=sheet.key)
        zone = view.config.schedule.timezone
        article = desk.screen.article(view, sheet)
        return render_template(
            "post.html",
            sheet=sheet,
            article=article,
            away=view.away,
            pictures=desk.screen.pictures(view, article) if article else None,
            config=view.config,
            errors=[p for p in sheet.problems if p.severity is Severity.ERROR],
            warnings=[p for p in sheet.problems if p.severity is not Severity.ERROR],
            history=desk.archive.find(wanted, zone, _HISTORY),
            rows={row.site: row for row in sheet.rows},
            failures=sheet.failures,
            waiting={action.site: action for action in sheet.waiting},
            standings=Standing,
            jobs=[job for job in desk.worker.under_way() if job.key == sheet.key],
            pending=view.pending.get(sheet.key),
            moves=_moves(view, sheet),
            movable=_is_movable(view, sheet),
        )

    return [
        Route("/bai", "posts", posts, Right.SEE),
        Route("/bai/<path:key>", "post", post, Right.SEE),
    ]


def _is_movable(view: View, sheet: Sheet) -> bool:
    """Return whether it has a site on which it has not appeared yet."""
    if sheet.post is None or sheet.is_activity:
        return False
    rows = {row.site: row for row in sheet.rows}
    wanted = [site for site in sheet.sites if site in view.config.sites]
    return any(
        site not in rows or (not rows[site].withdrawn and rows[site].status in ("draft", "future"))
        for site in wanted
    )


def _moves(view: View, sheet: Sheet) -> dict[str, Decision]:
    """Return what gave it another date, by the sites where it has not appeared yet."""
    out = {row.site for row in sheet.rows if row.status not in ("draft", "future")}
    return {
        site: made
        for (site, key), made in view.moves.items()
        if key == sheet.key and site not in out
    }


def _standings(view: View) -> list[tuple[str, str]]:
    """Return how posts can stand, each with how many do."""
    counts = view.lists.counts
    return [(s.value, f"{words.standing(s.value)} ({counts[s]})") for s in Standing]


def sheet_of(view: View, key: str) -> Sheet:
    """Return the post of a key, or answer that there is none, or that nobody can tell now."""
    sheet = view.sheets.get(nfc(key))
    if sheet is None:
        raise_away(view)
        abort(404)
    return sheet


def raise_away(view: View) -> None:
    """Raise ContentError while the folder is away: what is not seen then may be there."""
    if view.away:
        raise ContentError(*view.away)


def page_of(count: int, each: int) -> tuple[int, int]:
    """Return the page that is asked for, within what there is, and how many there are."""
    pages = max(1, -(-count // each))
    wanted = request.args.get("page", 1, type=int)
    return min(max(1, wanted), pages), pages
