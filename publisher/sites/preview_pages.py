"""The pages of the preview site: from records to HTML that needs no server and no script."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from functools import partial
from importlib.resources import files
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import BaseLoader, ChoiceLoader, Environment, PackageLoader, StrictUndefined
from jinja2.ext import extract_from_ast
from markupsafe import Markup, escape

from publisher.model import digest_of
from publisher.sites.preview_store import Record
from publisher.text import file_stem, slugify

PER_PAGE = 20
_RECENT_MONTHS = 12  # on the first page; all of them are on the page of months
_LINK = re.compile(r'href="\.\./\.\./bai/([^/"]+)/index\.html')
_ALIGN = re.compile(r' style="text-align:\s*(left|center|right);?"')
_FIRST_PICTURE = re.compile(r'<img\b[^>]*?\bsrc="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Settings:
    """What every page shows of its site; ``themes`` and ``kinds`` are labels by code.

    feeds: whether there are lists of posts and events for other programs beside the pages.
    """

    organisation: str
    slogan: str
    lang: str
    themes: Mapping[str, str]
    kinds: Mapping[str, str]
    timezone: ZoneInfo
    feeds: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """A page to be: its path below the site, a digest of all it is made from, its text."""

    path: str
    made_from: str
    render: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Group:
    """A theme or a month: its code, its label, its posts, newest first."""

    code: str
    label: str
    posts: Sequence[Record]

    @property
    def folder(self) -> str:
        """The name of its folder."""
        return file_stem(slugify(self.code))


def environment(
    settings: Settings, translate: Callable[[str], str], *more: BaseLoader
) -> Environment:
    """Return the templates of the site's pages, ready to render.

    more: templates that stand before them, for pages that look the same.
    """
    zone = settings.timezone

    def gettext(message: str, /, **values: object) -> Markup:
        text = escape(translate(message))
        return text % values if values else text

    own = PackageLoader("publisher.sites", "templates")
    templates = Environment(
        loader=ChoiceLoader([*more, own]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.globals.update(
        _=gettext,
        site=settings,
        theme_label=lambda code: settings.themes.get(code, code),
        theme_folder=lambda code: Group(code, "", ()).folder,
        month_code=lambda post: f"{post.shown_at.astimezone(zone):%Y-%m}",
    )
    templates.filters.update(
        day=lambda moment: f"{moment.astimezone(zone):%d/%m/%Y}",
        time=lambda moment: f"{moment.astimezone(zone):%H:%M}",
        iso=lambda moment: moment.astimezone(zone).isoformat(timespec="minutes"),
        framed=_framed,
    )
    return templates


def stylesheet() -> str:
    """Return the style of the site's pages: what all our pages share, then its own."""
    return "\n".join(
        (files(room) / "static" / name).read_text("utf-8")
        for room, name in (("publisher", "base.css"), ("publisher.sites", "style.css"))
    )


def shown(post: Record, content: str) -> dict[str, object]:
    """Return what article.html shows of a post: its picture only when the text does not."""
    first = _FIRST_PICTURE.search(content)
    repeated = first and post.image and first[1].endswith(f"/media/{post.image.filename}")
    own = post.image if post.image and not post.image.drawn and not repeated else None
    return {"post": post, "html": content, "image": own}


class Pages:
    """The pages of a site with these settings; ``translate`` is gettext of their language."""

    def __init__(self, settings: Settings, translate: Callable[[str], str]) -> None:
        self._settings = settings
        self._zone = settings.timezone
        self._style = stylesheet()
        self._templates = environment(settings, translate)
        self._stamp = digest_of(
            *(str(value) for value in astuple(settings)), self._style, *self._wording(translate)
        )

    def of(self, records: Sequence[Record], read: Callable[[str], Record | None]) -> Iterator[Page]:
        """Yield every page that the site should have.

        records: of all posts, their status as of now, without content; ``read`` gives a
        record with its content.
        """
        newest = sorted(records, key=lambda r: (r.shown_at, int(r.id)), reverse=True)
        posts = [record for record in newest if record.status == "publish"]
        upcoming = [record for record in reversed(newest) if record.status == "future"]
        themes, months = self._themes(posts), self._months(posts)
        counts = [[(g.code, len(g.posts)) for g in groups] for groups in (themes, months)]

        yield self._page("style.css", [], lambda: self._style)
        yield self._page("404.html", [], partial(self._render, "missing.html", ""))
        links: dict[str, Any] = {"themes": themes, "months": months}
        yield self._page(
            "chu-de/index.html", counts, partial(self._render, "themes.html", "../", **links)
        )
        yield self._page(
            "thang/index.html", counts, partial(self._render, "months.html", "../", **links)
        )
        home = links | {"months": months[:_RECENT_MONTHS], "upcoming": upcoming}
        extra = [counts, [record.digest for record in upcoming]]
        yield from self._lists("", "home.html", posts, extra, home)
        for theme in themes:
            own = links | {"group": theme}
            yield from self._lists(
                f"chu-de/{theme.folder}/", "theme.html", theme.posts, counts, own
            )
        for month in months:
            own = links | {"group": month}
            yield from self._lists(f"thang/{month.folder}/", "month.html", month.posts, counts, own)
        there = {post.folder for post in posts}
        for post in posts:
            gone = sorted(set(post.links) - there)
            yield self._page(
                f"bai/{post.folder}/index.html",
                [post.digest, gone],
                partial(self._article, post, frozenset(gone), read),
            )

    def _lists(
        self,
        folder: str,
        template: str,
        posts: Sequence[Record],
        extra: Sequence[object],
        context: Mapping[str, Any],
    ) -> Iterator[Page]:
        """Yield the pages of a list: ``extra`` (what else it is made from) is on the first."""
        last = max(1, -(-len(posts) // PER_PAGE))
        for number in range(1, last + 1):
            own = posts[(number - 1) * PER_PAGE : number * PER_PAGE]
            path = folder if number == 1 else f"{folder}trang-{number}/"
            made_from = [[post.digest for post in own], number, last, extra if number == 1 else []]
            render = partial(
                self._render,
                template,
                "../" * path.count("/"),
                posts=own,
                total=len(posts),
                number=number,
                last=last,
                folder=folder,
                **context,
            )
            yield self._page(f"{path}index.html", made_from, render)

    def _page(self, path: str, made_from: Sequence[object], render: Callable[[], str]) -> Page:
        return Page(path, digest_of(self._stamp, path, made_from), render)

    def _render(self, template: str, root: str, **context: object) -> str:
        return self._templates.get_template(template).render(root=root, **context)

    def _article(
        self, post: Record, gone: frozenset[str], read: Callable[[str], Record | None]
    ) -> str:
        content = (read(post.id) or post).content
        # A file has no server to answer "not found" for it: such a link leads to our own page.
        content = _LINK.sub(lambda m: 'href="../../404.html' if m[1] in gone else m[0], content)
        return self._render("article.html", "../../", **shown(post, content))

    def _themes(self, posts: Sequence[Record]) -> list[Group]:
        """Return the configured themes in their order, then others that posts still have."""
        by_theme: dict[str, list[Record]] = {code: [] for code in self._settings.themes}
        for post in posts:
            if post.theme:
                by_theme.setdefault(post.theme, []).append(post)
        return [Group(code, self._theme_label(code), own) for code, own in by_theme.items()]

    def _months(self, posts: Sequence[Record]) -> list[Group]:
        """Return the months that have posts, the newest first."""
        by_month = groupby(posts, key=self._month)
        return [Group(code, f"{code[5:]}/{code[:4]}", list(own)) for code, own in by_month]

    def _theme_label(self, code: str) -> str:
        return self._settings.themes.get(code, code)

    def _month(self, post: Record) -> str:
        return f"{post.shown_at.astimezone(self._zone):%Y-%m}"

    def _wording(self, translate: Callable[[str], str]) -> Iterator[str]:
        """Yield all that the templates are made of, so that a new wording makes new pages."""
        assert self._templates.loader is not None
        for name in self._templates.list_templates():
            source, _, _ = self._templates.loader.get_source(self._templates, name)
            yield source
            for _, _, message in extract_from_ast(self._templates.parse(source)):
                texts = message if isinstance(message, tuple) else (message,)
                yield from (translate(text) for text in texts if text)


def _framed(html: str) -> Markup:
    """Return sanitised HTML fit for a page.

    Tables get frames that scroll on a narrow screen; alignment becomes classes, since the
    page's security policy allows no style within the text.
    """
    framed = html.replace("<table", '<div class="table" tabindex="0"><table')
    framed = framed.replace("</table>", "</table></div>")
    return Markup(_ALIGN.sub(r' class="to-\1"', framed))  # noqa: S704  sanitised before
