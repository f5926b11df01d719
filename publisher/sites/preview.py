"""The preview site: a whole website of plain files in a folder, opened by double click."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname
from zoneinfo import ZoneInfo

from publisher.abilities import PREVIEW
from publisher.errors import RefusedError
from publisher.model import (
    Credit,
    Draft,
    Gathering,
    Problem,
    RemoteMedia,
    RemotePost,
    SiteInfo,
    Upload,
)
from publisher.sites.preview_feeds import Feeds, kept
from publisher.sites.preview_pages import Pages, Settings
from publisher.sites.preview_store import Image, Record, Store
from publisher.text import file_stem, slugify, words

_TRASHED = "__trashed"  # as WordPress renames the slug of a post in the trash
_SUMMARY = 200  # characters of a text without an excerpt that its card shows
# Addresses of this site in the content of a draft, wherever the folder stood when they were made.
_OWN_ADDRESS = re.compile(r'((?:src|href)=")file://[^"]*/(media/[^/"]+"|bai/[^/"]+/index\.html)')
_DIGEST = re.compile(r"[0-9a-f]+")


class PreviewSite:
    """A site in a folder. It implements the engine's Site; it never uses the network.

    Ids are whole numbers as text, never given twice. The id of a term is its name, the id of
    a picture its digest. A post whose date is still to come is ``future`` until then, with
    nobody having to wake the site.

    folder: its home; it may be moved as a whole. themes, kinds: labels by code. organisation,
    slogan: for the masthead. timezone: of the dates shown. translate: gettext of ``lang``.
    url: where a copy of the folder is served, "" for nowhere: what other programs read names
    addresses in the folder itself then, for a feed must have whole ones.
    Every method may raise NotSentError (a file can't be read or written, nothing was changed)
    or UnknownError (it may have been written).
    """

    abilities = PREVIEW

    editor = "classic"
    connections = 1  # a disk gains nothing from several callers

    def __init__(
        self,
        name: str,
        folder: Path,
        *,
        themes: Mapping[str, str],
        kinds: Mapping[str, str],
        organisation: str,
        slogan: str,
        timezone: ZoneInfo,
        translate: Callable[[str], str],
        lang: str = "vi",
        url: str = "",
    ) -> None:
        self.name = name
        self.folder = folder.absolute()
        self._store = Store(name, self.folder)
        self._settings = Settings(
            organisation, slogan, lang, dict(themes), dict(kinds), timezone, feeds=True
        )
        self._url = url
        self._translate = translate

    def about(self) -> SiteInfo:
        """Return what the site says of itself; there is no limit to an upload."""
        return SiteInfo(
            name=self.name,
            url=self._address("index.html"),
            title=self._settings.organisation,
            timezone=self._settings.timezone.key,
            can=frozenset({"publish", "upload", "categories", "tags"}),
        )

    def software(self) -> str:
        """Return the name of the program behind it."""
        return "preview"

    def find(self, ids: Sequence[str] = (), slugs: Sequence[str] = ()) -> list[RemotePost]:
        """Return the posts, in every status, with these ids or slugs.

        A slug finds its ``-2`` and ``__trashed`` forms too, as it does on WordPress.
        """
        wanted = dict.fromkeys(ids)
        for slug in filter(None, map(slugify, slugs)):
            form = re.compile(re.escape(slug) + r"(-\d+)?(__trashed(-\d+)?)?")
            wanted.update(dict.fromkeys(self._store.matching(form)))
        now = datetime.now(UTC)
        return [self._remote(r, now) for r in map(self._store.read, wanted) if r is not None]

    def published(
        self, first: datetime, until: datetime, *, author: str = "", category: str = ""
    ) -> list[RemotePost]:
        """Return what the site shows, dated from first on, before until."""
        now = datetime.now(UTC)
        shown = (self._as_of(record, now) for record in self._store.index().values())
        wanted = [
            record.id
            for record in shown
            if record.status == "publish"
            and first <= record.shown_at < until
            and (not author or author in record.authors)
            and (not category or category in record.categories)
        ]
        records = [r for r in map(self._store.read, wanted) if r is not None]
        records.sort(key=lambda record: (record.shown_at, int(record.id)))
        return [replace(self._remote(r, now), author=", ".join(r.authors)) for r in records]

    def answers(self, url: str) -> str:
        """Return "" when the page of this address is there."""
        return "" if url.startswith("file:") and _path_of(url).is_file() else "404"

    def find_media(self, digests: Sequence[str]) -> dict[str, RemoteMedia]:
        """Return the pictures with these digests (SHA-256, hex) that are here."""
        wanted = [digest for digest in digests if _DIGEST.fullmatch(digest)]
        found = {digest: self._store.image(digest) for digest in wanted}
        return {digest: self._media(digest, image) for digest, image in found.items() if image}

    def complete(self, media: RemoteMedia) -> RemoteMedia:
        """Return the picture as it is: none is stored in part."""
        return media

    def terms(self, taxonomy: str, names: Sequence[str]) -> dict[str, str]:
        """Return the ids of those names that exist in "categories" or "tags"."""
        found = {name: self._store.term(taxonomy, name) for name in names}
        return {name: id_ for name, id_ in found.items() if id_}

    def create_term(self, taxonomy: str, name: str) -> str:
        """Make a term and return its id; one that exists is returned as it is."""
        if existing := self._store.term(taxonomy, name):
            return existing
        self._store.add_term(taxonomy, name)
        return name

    def upload(self, upload: Upload) -> RemoteMedia:
        """Store a picture. The same picture again replaces itself."""
        name = Path(upload.filename).name
        image = Image(name, upload.alt, upload.caption, upload.width, upload.height)
        self._store.save_image(upload.digest, image, upload.content)
        return self._media(upload.digest, image)

    def create(self, draft: Draft) -> RemotePost:
        """Store a new post. A slug that is taken gets ``-2``, as on WordPress."""
        return self._write(self._store.new_id(), draft)

    def update(self, remote_id: str, draft: Draft) -> RemotePost:
        """Replace a post; one in the trash comes back. Raise RefusedError when it is gone."""
        return self._write(self._existing(remote_id).id, draft)

    def withdraw(self, remote_id: str) -> RemotePost:
        """Put a post in the trash: its page goes, its record stays. Raise RefusedError."""
        record = self._existing(remote_id)
        now = datetime.now(UTC)
        if record.status != "trash":
            slug = self._free_slug(record.slug + _TRASHED, record.id)
            record = replace(record, status="trash", slug=slug, modified_at=now)
            record = self._store.save(record)
        return self._remote(record, now)

    def announce(self, gatherings: Sequence[Gathering]) -> None:
        """Keep what the calendar of the next flush shows."""
        held = {"events": [kept(gathering) for gathering in gatherings]}
        if self._store.table("events.json") != held:
            self._store.save_table("events.json", held)

    def flush(self) -> None:
        """Write the pages that changed since the last flush, and remove those not wanted.

        What each page was made from is noted, so a flush that did not come to its end, or
        never came, is made good by the next one. Only pages that this site wrote are removed.
        """
        now = datetime.now(UTC)
        records = [self._as_of(record, now) for record in self._store.index().values()]
        made = self._store.table("pages.json")
        pages = Pages(self._settings, self._translate).of(records, self._store.read)
        base = f"{self._url or self.folder.as_uri()}/"
        held = self._store.table("events.json").get("events", [])
        feeds = Feeds(self._settings, self._translate, self.name, base)
        wanted = {page.path: page for page in (*pages, *feeds.of(records, held, now))}
        stale = [
            page
            for path, page in wanted.items()
            if made.get(path) != page.made_from or not (self.folder / path).is_file()
        ]
        unwanted = [path for path in made if path not in wanted]
        if not stale and not unwanted:
            return
        # Noted before they are written: a page of a flush that broke off is known to be ours.
        self._store.save_table("pages.json", made | {page.path: "" for page in stale})
        for page in stale:
            self._store.write_page(self.folder / page.path, page.render().encode())
        for path in unwanted:
            self._store.remove(self.folder / path)
        self._store.save_table("pages.json", {p.path: p.made_from for p in wanted.values()})

    def close(self) -> None:
        """Nothing is held open."""

    def _write(self, id_: str, draft: Draft) -> RemotePost:
        now = datetime.now(UTC)
        wanted = slugify(draft.slug) or slugify(draft.title) or f"bai-{id_}"
        image = self._store.image(draft.featured_media) if draft.featured_media else None
        record = record_of(draft, id_, self._free_slug(wanted, id_), image, now)
        return self._remote(self._store.save(record), now)

    def _existing(self, remote_id: str) -> Record:
        record = self._store.read(remote_id)
        if record is None:
            params = {"site": self.name, "id": remote_id}
            raise RefusedError(Problem("preview-gone", params=params))
        return record

    def _free_slug(self, wanted: str, id_: str) -> str:
        slug, number = wanted, 1
        while self._store.holder(slug) not in ("", id_):
            number += 1
            slug = f"{wanted}-{number}"
        return slug

    def _remote(self, record: Record, now: datetime) -> RemotePost:
        return RemotePost(
            id=record.id,
            url=self._address(f"bai/{file_stem(record.slug)}/index.html"),
            status=self._as_of(record, now).status,
            slug=record.slug,
            title=record.title,
            content=record.content,
            excerpt=record.excerpt,
            shown_at=record.shown_at,
            modified_at=record.modified_at,
            categories=record.categories,
            tags=record.tags,
            featured_media=record.featured_media,
        )

    def _as_of(self, record: Record, now: datetime) -> Record:
        """Return the record with the status it has at ``now``."""
        if record.status == "publish" and record.shown_at > now:
            return replace(record, status="future")
        return record

    def _media(self, digest: str, image: Image) -> RemoteMedia:
        url = self._address(f"media/{image.filename}")
        return RemoteMedia(digest, url, image.width, image.height)

    def _address(self, path: str) -> str:
        return (self.folder / path).as_uri()


def record_of(draft: Draft, id_: str, slug: str, image: Image | None, now: datetime) -> Record:
    """Return a draft as this site keeps and shows it; ``image`` is its featured picture."""
    article, post = draft.article, draft.article.post
    # The post's own words for the picture: another post may show it for another reason.
    own = next((p for p in article.pictures if p.digest == article.featured), None)
    if image and own:
        image = replace(image, alt=own.alt, caption=own.caption)
    elif image:
        image = replace(image, drawn=article.card is not None)
    return Record(
        id=id_,
        status="publish",
        slug=slug,
        title=draft.title,
        content=_relative(draft.content, draft.credit),
        excerpt=draft.excerpt,
        shown_at=draft.date,
        modified_at=now,
        summary=draft.excerpt or _shortened(article.text),
        kind=post.kind.value,
        theme=post.theme,
        unit=post.unit,
        authors=post.authors,
        source=post.source,
        categories=draft.categories,
        tags=draft.tags,
        featured_media=draft.featured_media,
        image=image,
        canonical=draft.credit.url if draft.credit else "",
    )


def _relative(content: str, credit: Credit | None) -> str:
    """Return content with addresses of this site as seen from a post; a source stays as it is."""
    source = f'href="{escape(credit.url)}"' if credit else ""
    text, mark, line = content.rpartition('<p class="source">') if source else (content, "", "")
    if source not in line:
        text, mark, line = content, "", ""
    return _OWN_ADDRESS.sub(r"\1../../\2", text) + mark + line


def _path_of(url: str) -> Path:
    return Path(url2pathname(urlsplit(url).path))


def _shortened(text: str) -> str:
    text = words(text)
    if len(text) <= _SUMMARY:
        return text
    return text[:_SUMMARY].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"
