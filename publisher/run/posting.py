"""A bulletin on a site: a short post with the PDF, through the same engine as every post."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

from publisher.apply import Outcome
from publisher.errors import ContentError
from publisher.model import (
    NO_SITE,
    Article,
    Attachment,
    Event,
    Kind,
    Picture,
    Post,
    Problem,
    State,
    digest_of,
)
from publisher.plan import Choice
from publisher.reports import words
from publisher.run.bulletins import MadeBulletin, bulletin_document
from publisher.run.issuing import links_of
from publisher.run.office import Office, opened_sites, own_log
from publisher.run.rounds import Result, Wishes, rounds
from publisher.text import slugify

if TYPE_CHECKING:
    from publisher.log import Log


def check_issued(made: MadeBulletin) -> None:
    """Raise ContentError unless a bulletin was issued as it is now."""
    params = {"title": made.bulletin.title, "key": made.key}
    if made.issued is None or made.issued.withdrawn:
        raise ContentError(Problem("bulletin-not-issued", params=params))
    if not made.is_issued:
        raise ContentError(Problem("issued-otherwise", params=params))


def post_bulletin(
    office: Office,
    made: MadeBulletin,
    site: str,
    choice: Choice = Choice.ASK,
    expect: Callable[[int], None] = lambda _: None,
    tell: Callable[[Outcome], None] = lambda _: None,
) -> Result:
    """Put an issued bulletin on a site, or correct what stands there; a second time nothing.

    Its kind is that of an activity, so the page is not counted beside the bulletin. The
    publishing hours of the site are no matter: a person asks for it now. The PDF is made only
    when the site does not have it. Raise ContentError for one that was not issued as it is.
    """
    check_issued(made)
    article, file = article_of(made, site)
    ours = {made.key}
    with own_log(office) as log, opened_sites(office, [site]) as (sites, failed):
        had = log.memory().publications.get((site, made.key))
        if had and had.withdrawn:
            params = {"site": site, "title": had.title}
            raise ContentError(Problem("bulletin-withdrawn", params=params))
        reading = replace(
            made.shelves.reading,
            articles=(article,),
            present=made.shelves.reading.present | ours,
            made={file.digest: lambda: bulletin_document(made, "pdf")[0]},
        )
        result = Result(unreachable=dict(failed))
        wishes = Wishes(ours, choice, expect, tell, threading.Event(), "bulletin", at_once=True)
        rounds(office, log, reading, sites, result, wishes)
        result.problems = [p for p in result.problems if p.params.get("key") in (None, made.key)]
        _note_address(log, made, site, result)
    return result


def _note_address(log: Log, made: MadeBulletin, site: str, result: Result) -> None:
    """Put the page's address among the evidence of the bulletin, once."""
    if not any(o.state is State.DONE for o in result.outcomes):
        return
    memory = log.memory()
    page = memory.publications.get((site, made.key))
    row = memory.publications.get((NO_SITE, made.key))
    if not page or not row or page.url in row.evidence or not links_of([page.url]):
        return
    run_id = log.start_run("issue")
    log.record(run_id, replace(row, event=Event.ISSUED, evidence=(*row.evidence, page.url)))
    log.finish_run(run_id, 0, {"noted": 1})


def article_of(made: MadeBulletin, site: str) -> tuple[Article, Attachment]:
    """Return the post that shows a bulletin, and its file, whose bytes are made later."""
    said = made.bulletin
    name = f"ban-tin-so-{made.number:02}-{made.year}"
    title = f"{said.title} ({said.period})"
    link = f"Tải {said.name} số {said.number} (PDF)"
    file = Attachment(f"{name}.pdf", digest_of("bulletin-pdf", made.digest), name, link)
    count = len(list(said.stories))
    intro = (
        f"{said.name} số {said.number}, phát hành ngày {words.day(said.dated)}, gồm {count} tin, "
        f"bài, hình ảnh đăng {said.days}."
    )
    here = {
        key for (where, key), row in made.shelves.memory.publications.items()
        if where == site and row.status == "publish" and not row.withdrawn
    }  # fmt: skip
    links = tuple(story.key for story in said.stories if story.key in here)
    items = "\n".join(f"<li>{_linked(s.title, s.key, s.key in here)}</li>" for s in said.stories)
    html = (
        f"<p>{escape(intro)}</p>\n"
        f'<p><a href="media:{file.digest}">{escape(link)}</a></p>\n'
        f"<h2>Trong số này</h2>\n<ul>\n{items}\n</ul>\n"
    )
    picture = _front(made)
    featured = picture.digest if picture else ""
    # For this site alone: nobody republishes a page that says itself whose it is.
    post = Post(made.key, "", title, kind=Kind.BAN_TIN, excerpt=intro, sites=(site,))
    digest = digest_of(title, intro, html, featured, file.digest)
    article = Article(
        post,
        html,
        " ".join((intro, *(story.title for story in said.stories))),
        (picture,) if picture else (),
        featured,
        links,
        slugify(f"{said.name} số {said.number}"),
        digest,
        (file,),
    )
    return article, file


def _front(made: MadeBulletin) -> Picture | None:
    """Return the picture of the lead, as the folder has it."""
    lead = made.bulletin.lead
    if lead is None or lead.photo is None:
        return None
    found = next((a for a in made.shelves.reading.articles if a.key == lead.key), None)
    pictures = found.pictures if found else ()
    return next((p for p in pictures if p.digest == lead.photo.digest), None)


def _linked(title: str, key: str, there: bool) -> str:
    if not there:
        return escape(title)
    address = key.replace("%", "%25").replace("#", "%23")
    return f'<a href="post:{escape(address)}">{escape(title)}</a>'
