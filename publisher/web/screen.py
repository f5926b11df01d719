"""Posts as the site will show them, and their pictures: made ready in the background."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from jinja2 import Environment, PackageLoader

from publisher import i18n, messages
from publisher.config import Config
from publisher.model import Article, Media, Problem
from publisher.run.showing import Showing, Shown
from publisher.sites.preview_pages import Settings, environment, shown
from publisher.web.sheets import Sheet, View

PAGE = "/xem-bai/"
SITE = "/site/"
MEDIA = f"{SITE}media/"
_KEPT = 50  # posts whose pictures are remembered
# A link out of the frame is opened beside the desk; the head leads nowhere here.
_OUTSIDE = re.compile(r'<a (?=[^>]*href="https?:)')
_BRAND = f'class="brand" href="{SITE}index.html"'
_PATIENCE = 3.0  # seconds that a page waits for pictures; then it says that they are under way


@dataclass(frozen=True, slots=True)
class Pictures:
    """Pictures and files of a post. made: by digest. problems: why some can't be used."""

    items: tuple[Media, ...]
    made: Mapping[str, Shown]
    problems: tuple[Problem, ...]


class Screen:
    """Threads may share it. folder: of the settings as they are now, for what is kept."""

    def __init__(self, config: Config, now: Callable[[], datetime]) -> None:
        self._showing = Showing(config.state / "cache" / "preview", MEDIA)
        self._now = now
        self._lock = threading.Lock()
        # One at a time: making pictures ready takes all processors by itself.
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="pictures-of-the-desk")
        self._made: tuple[Config, Environment] | None = None
        self._asked: OrderedDict[str, tuple[Article, Future[Pictures]]] = OrderedDict()

    def file(self, filename: str) -> tuple[str, bytes] | None:
        """Return the media type and bytes of a picture of a post that was shown, else None."""
        return self._showing.file(filename)

    def article(self, view: View, sheet: Sheet) -> Article | None:
        """Return a post as far as it can be shown, None when it can't or has no page."""
        post = sheet.post
        return self._showing.article(view.look.reading, post) if post and sheet.file else None

    def pictures(self, view: View, article: Article) -> Pictures | None:
        """Return the pictures of a post, None when they take longer than a page should."""
        with self._lock:
            known = self._asked.get(article.post.file)
            if known is None or known[0] != article:
                known = article, self._pool.submit(self._make, view, article)
                self._asked[article.post.file] = known
            self._asked.move_to_end(article.post.file)
            while len(self._asked) > _KEPT:
                self._asked.popitem(last=False)
        try:
            return known[1].result(_PATIENCE)
        except TimeoutError:
            return None

    def page(self, view: View, article: Article, pictures: Pictures) -> str:
        """Return the page of a post, in the look of the preview site."""
        config = view.config
        links = {post.key: f"{PAGE}{quote(post.key)}" for post in view.look.reading.posts}
        now = self._now()
        record = self._showing.record(config, article, pictures.made, links, now)
        context = shown(record, record.content)
        page = self._templates(config).get_template("shown.html").render(root=SITE, **context)
        page = page.replace(_BRAND, 'class="brand"')
        return _OUTSIDE.sub('<a target="_blank" rel="noopener noreferrer" ', page)

    def _templates(self, config: Config) -> Environment:
        with self._lock:
            if self._made is None or self._made[0] is not config:
                self._made = config, _templates(_settings(config))
            return self._made[1]

    def close(self) -> None:
        """Make nothing more ready."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _make(self, view: View, article: Article) -> Pictures:
        items = self._showing.media(article)
        made, problems = self._showing.ready(view.config, view.look.reading, items)
        return Pictures(tuple(items), made, tuple(problems))


def _settings(config: Config) -> Settings:
    kinds = messages.kinds(i18n.words(i18n.DEFAULT))  # the site itself speaks Vietnamese
    organisation = config.organisation
    zone = config.schedule.timezone
    name, slogan = organisation.name, organisation.slogan
    return Settings(name, slogan, i18n.DEFAULT, config.themes, kinds, zone)


def _templates(settings: Settings) -> Environment:
    own = PackageLoader("publisher.web", "templates/shown")
    return environment(settings, i18n.words(i18n.DEFAULT), own)
