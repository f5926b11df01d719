"""What the preview site has for other programs: RSS 2.0, Atom (RFC 4287) and iCalendar."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from html import escape

from lxml import etree

from publisher.i18n import N_
from publisher.model import Gathering, digest_of
from publisher.sites.preview_pages import Page, Settings
from publisher.sites.preview_store import Record

RSS, ATOM, CALENDAR = "rss.xml", "atom.xml", "su-kien.ics"

_NEWEST = 30  # posts in a feed; whoever reads one asks again before there are more
_LASTS = timedelta(hours=3)  # half a working day: nobody writes when a conference ends
_ATOM = "http://www.w3.org/2005/Atom"
_DC = "http://purl.org/dc/elements/1.1/"
_NO_XML = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NOTHING_YET = datetime(2000, 1, 1, tzinfo=UTC)  # Atom wants a date also where there is no post


def kept(gathering: Gathering) -> dict[str, str]:
    """Return a gathering as the folder keeps it."""
    return {
        "key": gathering.key,
        "title": gathering.title,
        "kind": gathering.kind.value,
        "begins": gathering.begins.isoformat(),
        "place": gathering.place,
        "unit": gathering.unit,
    }


class Feeds:
    """The feeds of a site. name: in config.toml. base: address of its folder, with a slash.

    The same posts at the same address give the same bytes.
    """

    def __init__(
        self, settings: Settings, translate: Callable[[str], str], name: str, base: str
    ) -> None:
        self._settings = settings
        self._zone = settings.timezone
        self._name = name
        self._base = base
        organisation = settings.organisation
        self._posts, self._events = (
            translate(words).format(organisation=organisation)
            for words in (N_("Latest posts of {organisation}"), N_("Events of {organisation}"))
        )

    def of(
        self, records: Sequence[Record], events: Sequence[Mapping[str, str]], now: datetime
    ) -> Iterator[Page]:
        """Yield the feeds as pages. records: of all posts, their status as of now."""
        shown = [record for record in records if record.status == "publish"]
        shown.sort(key=lambda r: (r.shown_at, int(r.id)), reverse=True)
        newest = shown[:_NEWEST]
        settings = self._settings
        made_from = [
            *(self._base, self._name, self._posts, settings.organisation, settings.slogan),
            *(settings.lang, str(settings.timezone), settings.themes, settings.kinds),
            [record.digest for record in newest],
        ]
        yield Page(RSS, digest_of("rss", 1, made_from), partial(self._rss, newest))
        yield Page(ATOM, digest_of("atom", 1, made_from), partial(self._atom, newest))
        # Its own time is in the file, so it is made anew only when an event is another one.
        told = digest_of("ics", 1, self._name, self._events, settings.kinds, list(events))
        yield Page(CALENDAR, told, partial(self._calendar, events, now))

    def _rss(self, posts: Sequence[Record]) -> str:
        root = etree.Element("rss", {"version": "2.0"}, nsmap={"atom": _ATOM, "dc": _DC})
        channel = etree.SubElement(root, "channel")
        _add(channel, "title", self._settings.organisation or self._name)
        _add(channel, "link", f"{self._base}index.html")
        _add(channel, "description", self._posts)
        _add(channel, "language", self._settings.lang)
        if posts:
            changed = max(post.modified_at for post in posts)
            _add(channel, "lastBuildDate", self._rfc822(changed))
        own = {"rel": "self", "type": "application/rss+xml", "href": self._base + RSS}
        etree.SubElement(channel, f"{{{_ATOM}}}link", own)
        for post in posts:
            item = etree.SubElement(channel, "item")
            _add(item, "title", post.title)
            _add(item, "link", self._page_of(post))
            _add(item, "guid", self._id(post.id)).set("isPermaLink", "false")
            _add(item, "pubDate", self._rfc822(post.shown_at))
            # Readers take a description for HTML.
            _add(item, "description", escape(post.summary or post.title, quote=False))
            for author in self._authors(post):
                _add(item, f"{{{_DC}}}creator", author)
            for category in self._categories(post):
                _add(item, "category", category)
        return _written(root)

    def _atom(self, posts: Sequence[Record]) -> str:
        root = etree.Element(f"{{{_ATOM}}}feed", nsmap={None: _ATOM})  # type: ignore[dict-item]
        root.set("{http://www.w3.org/XML/1998/namespace}lang", self._settings.lang)
        add = partial(_add, prefix=f"{{{_ATOM}}}")
        add(root, "id", self._id("feed"))
        add(root, "title", self._settings.organisation or self._name)
        add(root, "subtitle", self._posts)
        changed = max((post.modified_at for post in posts), default=_NOTHING_YET)
        add(root, "updated", self._rfc3339(changed))
        add(add(root, "author"), "name", self._settings.organisation or self._name)
        _link(root, "self", self._base + ATOM, "application/atom+xml")
        _link(root, "alternate", f"{self._base}index.html", "text/html")
        for post in posts:
            entry = add(root, "entry")
            add(entry, "id", self._id(post.id))
            add(entry, "title", post.title)
            _link(entry, "alternate", self._page_of(post), "text/html")
            if post.canonical:
                _link(entry, "via", post.canonical, "text/html")
            add(entry, "published", self._rfc3339(post.shown_at))
            add(entry, "updated", self._rfc3339(max(post.modified_at, post.shown_at)))
            for author in self._authors(post):
                add(add(entry, "author"), "name", author)
            for category in self._categories(post):
                add(entry, "category").set("term", _clean(category))
            if post.summary:
                add(entry, "summary", post.summary)
        return _written(root)

    def _calendar(self, events: Sequence[Mapping[str, str]], now: datetime) -> str:
        # Loaded here: without an event of its own a run needs no calendars.
        from publisher.ics import Entry, calendar

        entries = [
            Entry(
                f"{self._uuid('event ' + event['key'])}@publisher",
                _begins(event["begins"]),
                _clean(event["title"]),
                description=_clean(event["unit"]),
                place=_clean(event["place"]),
                categories=(self._settings.kinds.get(event["kind"], event["kind"]),),
                lasts=_LASTS,
                busy=True,
            )
            for event in sorted(events, key=lambda event: (event["begins"], event["key"]))
        ]
        return calendar(entries, self._events, str(self._zone), now).decode()

    def _page_of(self, post: Record) -> str:
        return f"{self._base}bai/{post.folder}/index.html"

    def _authors(self, post: Record) -> Sequence[str]:
        return post.authors or [post.unit or self._settings.organisation or self._name]

    def _categories(self, post: Record) -> Sequence[str]:
        settings = self._settings
        kind, theme = settings.kinds.get(post.kind, post.kind), ""
        if post.theme:
            theme = settings.themes.get(post.theme, post.theme)
        names = (kind, theme, *post.categories, *post.tags)
        return tuple(dict.fromkeys(filter(None, names)))

    def _uuid(self, what: str) -> str:
        # Not of the address: what was read stays read when the folder moves.
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"publisher {self._name} {what}"))

    def _id(self, what: str) -> str:
        return f"urn:uuid:{self._uuid(what)}"

    def _rfc822(self, moment: datetime) -> str:
        return format_datetime(moment.astimezone(self._zone))

    def _rfc3339(self, moment: datetime) -> str:
        return moment.astimezone(self._zone).isoformat(timespec="seconds")


def _begins(written: str) -> date | datetime:
    return datetime.fromisoformat(written) if "T" in written else date.fromisoformat(written)


def _clean(text: str) -> str:
    """Return a text without the characters that XML can't carry."""
    return _NO_XML.sub("", text)


def _add(parent: etree._Element, name: str, text: str = "", *, prefix: str = "") -> etree._Element:
    element = etree.SubElement(parent, f"{prefix}{name}")
    if text:
        element.text = _clean(text)
    return element


def _link(parent: etree._Element, rel: str, href: str, kind: str) -> None:
    etree.SubElement(parent, f"{{{_ATOM}}}link", {"rel": rel, "type": kind, "href": href})


def _written(root: etree._Element) -> str:
    etree.indent(root, " ")
    xml = etree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{xml}\n'
