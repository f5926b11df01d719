"""What the local server answers, and the frame that all its pages share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from gettext import gettext
from importlib.resources import files

from jinja2 import PackageLoader, PrefixLoader

from publisher.config import Config
from publisher.model import digest_of
from publisher.sites.preview_pages import Settings, environment, stylesheet

HTML = "text/html; charset=utf-8"
_VERSION = '<meta name="version" content="'


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to a GET: HTTP status, media type, bytes.

    version: of a page, the same as long as it looks the same. lasting: whether a browser may
    keep it, because another content would have another address.
    """

    status: int
    mime: str
    body: bytes
    version: str = ""
    lasting: bool = False


class Frame:
    """The look of the site, with a frame of our own around it.

    config: for the masthead. kinds: labels by code. lang: of the words in the frame.
    desk: whether there is a page of all posts to go back to.
    """

    def __init__(
        self, config: Config, kinds: Mapping[str, str], lang: str, *, desk: bool = True
    ) -> None:
        organisation = config.organisation
        self.settings = Settings(
            organisation.name,
            organisation.slogan,
            lang,
            config.themes,
            kinds,
            config.schedule.timezone,
        )
        own = PackageLoader("publisher.live", "templates")
        # base.html of ours stands before that of the site, and extends it by this name.
        behind = PrefixLoader({"site": PackageLoader("publisher.sites", "templates")})
        self._templates = environment(self.settings, gettext, own, behind)
        self._templates.globals.update(desk=desk)

    def page(self, template: str, context: Mapping[str, object], status: int = 200) -> Answer:
        """Return a page; its version stands in it, so that it knows when it is out of date."""
        html = self._templates.get_template(template).render(root="/", version="", **context)
        version = digest_of(html)[:16]
        html = html.replace(f'{_VERSION}"', f'{_VERSION}{version}"', 1)
        return Answer(status, HTML, html.encode(), version)


def asset(path: str) -> Answer | None:
    """Return a style sheet or the script, None for another path."""
    if path == "/style.css":
        return Answer(200, "text/css; charset=utf-8", stylesheet().encode())
    known = {"/live.css": "text/css; charset=utf-8", "/live.js": "text/javascript; charset=utf-8"}
    if path not in known:
        return None
    text = (files("publisher.live") / "static" / path[1:]).read_bytes()
    return Answer(200, known[path], text)
