"""The words of the domain: frozen values that every other room speaks in."""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from publisher.abilities import WEBSITE, Abilities
from publisher.deferred import deferred
from publisher.timetable import Timetable


class Severity(StrEnum):
    """How bad a problem is: an error holds the post back, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Where:
    """A place in a file: the path as people know it, and a line (0: the whole file)."""

    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: a code with parameters; words are made at the faces."""

    code: str
    where: Where = Where()
    params: Mapping[str, object] = field(default_factory=dict)
    severity: Severity = Severity.ERROR


class Kind(StrEnum):
    """Kinds of an item, as the plan names them.

    On the web: tin, bài, hình ảnh, ... Activities are counted but sent to no site: hội nghị,
    tập huấn, ấn phẩm, ...
    """

    TIN = "tin"
    BAI = "bai"
    ANH = "anh"
    VIDEO = "video"
    INFOGRAPHIC = "infographic"
    HOI_NGHI = "hoi-nghi"
    TAP_HUAN = "tap-huan"
    AN_PHAM = "an-pham"
    BAN_TIN = "ban-tin"
    MANG_XA_HOI = "mang-xa-hoi"
    PHAT_THANH = "phat-thanh"


ACTIVITIES = (
    Kind.HOI_NGHI,
    Kind.TAP_HUAN,
    Kind.AN_PHAM,
    Kind.BAN_TIN,
    Kind.MANG_XA_HOI,
    Kind.PHAT_THANH,
)
"""Kinds that are no web item: a conference, a course, printed matter, a bulletin, ..."""

WEB_KINDS = tuple(kind for kind in Kind if kind not in ACTIVITIES)
"""Kinds that are sent to sites."""

NO_SITE = ""
"""Where the log has activities: a name that no site of config.toml can have."""


class Priority(StrEnum):
    """How much a post hurries; the degrees of Nghị định 30/2020/NĐ-CP are all one here."""

    NORMAL = "normal"
    URGENT = "urgent"


class Status(StrEnum):
    """What the author says of a post: a draft is never sent anywhere."""

    DRAFT = "draft"
    READY = "ready"


@dataclass(frozen=True, slots=True)
class GalleryItem:
    """One picture of a gallery: path as written, alt text, caption."""

    path: str
    alt: str = ""
    caption: str = ""


@deferred(
    "body", "body_line", "lines", "excerpt", "tags", "authors", "unit", "source", "gallery", "legal"
)
@dataclass(frozen=True)
class Post:
    """One post as its author wrote it.

    key: path below posts/ without the ending (``folder/index.md`` is ``folder``), or ``id``.
    file: the path as people know it, ``posts/2023/bai.md``.
    date: aware instant when to publish; None means as soon as it is seen.
    body: Markdown, NFC; its first line is line ``body_line`` of the file.
    lines: line of each front-matter key, by its English name.
    place, participants, copies, evidence: of an activity; evidence is paths and links.
    shares: what each of the authors gets of the royalties, in their order; () is equal parts.
    urgent: it goes before the others. embargo: aware instant before which nothing of it may
    leave the office. expire: aware instant at which it is withdrawn. social: the short texts
    for channels, by the name of a site or a channel, "" for all.
    """

    key: str
    file: str
    title: str
    body: str = ""
    kind: Kind = Kind.TIN
    theme: str = ""
    date: datetime | None = None
    status: Status = Status.READY
    slug: str = ""
    excerpt: str = ""
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    unit: str = ""
    source: str = ""
    featured_image: str = ""
    gallery: tuple[GalleryItem, ...] = ()
    legal: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    place: str = ""
    participants: int = 0
    copies: int = 0
    evidence: tuple[str, ...] = ()
    shares: tuple[int, ...] = ()
    urgent: bool = False
    embargo: datetime | None = None
    expire: datetime | None = None
    social: Mapping[str, str] = field(default_factory=dict)
    body_line: int = 1
    lines: Mapping[str, int] = field(default_factory=dict)

    @property
    def not_before(self) -> datetime | None:
        """The later of date and embargo, which is also the date that sites show."""
        return max(filter(None, (self.date, self.embargo)), default=None)

    def where(self, key: str = "") -> Where:
        """Return the place of a front-matter key (of the file when it is not there)."""
        return Where(self.file, self.lines.get(key, 1 if key else 0))


class Use(StrEnum):
    """How a file is shown on a page: as a picture, to be opened, or to be played."""

    PICTURE = "picture"
    FILE = "file"
    VIDEO = "video"
    AUDIO = "audio"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file on disk: path as people know it, SHA-256 (hex) of its bytes.

    use: None when such files are not published. problems: what is wrong with it, no place in
    them.
    """

    path: str
    digest: str
    use: Use | None = Use.PICTURE
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that an article shows; ``name`` is the ASCII stem of its file name."""

    path: str
    digest: str
    name: str
    alt: str = ""
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A document, film or recording that an article offers; ``name`` as that of a picture."""

    path: str
    digest: str
    name: str
    title: str = ""


Media = Picture | Attachment
"""What is sent to the media library of a site."""


@deferred("html", "text", "pictures", "attachments")
@dataclass(frozen=True)
class Article:
    """A post made ready, the same for every site.

    html: sanitised HTML. Pictures are ``<img src="picture:DIGEST">``, links to other posts
        ``<a href="post:KEY">`` and to files ``media:DIGEST`` until the addresses on the site
        are known.
    text: its words alone, white space folded.
    pictures: each once, in order of appearance, the featured one included.
    featured: digest of the featured picture, or "".
    links: keys of the posts it links to, each once.
    slug: the author's, or one made from the title.
    digest: SHA-256 (hex) of all that would be sent to a website.
    attachments: each once. card: the share card, featured where there is no picture.
    """

    post: Post
    html: str
    text: str
    pictures: tuple[Picture, ...]
    featured: str
    links: tuple[str, ...]
    slug: str
    digest: str
    attachments: tuple[Attachment, ...] = ()
    card: Picture | None = None

    @property
    def key(self) -> str:
        """The key of its post."""
        return self.post.key

    @property
    def content(self) -> str:
        """Digest of all that an editor approves: the item, and what channels say of it."""
        social = sorted(self.post.social.items())
        return digest_of(self.digest, "social", social) if social else self.digest

    @property
    def media(self) -> tuple[Media, ...]:
        """All that must be on a site before the article can be."""
        cards = (self.card,) if self.card else ()
        return (*self.pictures, *self.attachments, *cards)


@dataclass(frozen=True, slots=True)
class Gathering:
    """A conference or a course as everybody may know it.

    begins: aware, or a day where no time of day is known.
    """

    key: str
    title: str
    kind: Kind
    begins: date | datetime
    place: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the items of a site are copied from.

    site: its name in config.toml. name: whom copies state as their source. lead, again: what
    stands before the name, and what does where the item states another source already.
    """

    site: str
    name: str
    lead: str
    again: str


@dataclass(frozen=True, slots=True)
class Credit:
    """The source that a copy states, as NĐ 43/2011/NĐ-CP asks when an item is used again.

    url: the item's address at home, "" when it does not stand there any more.
    """

    lead: str
    name: str
    url: str

    @property
    def text(self) -> str:
        """The line as people read it."""
        return f"{self.lead}: {self.name}."


@dataclass(frozen=True, slots=True)
class Draft:
    """What is written to a site: everything final, in that site's own form.

    content: block markup or HTML, addresses filled in. status: "publish", "future" or
    "draft".
    date: aware instant. categories, tags: the site's ids of the terms.
    featured_media: the site's id of the picture, or "".
    article: for sites that show more than WordPress knows (kind, theme, unit). credit: of a copy.

    On a channel content is its short text; link: the item's address on the website; pictures:
    those that come with it; cover: the address of the one that stands for it.
    """

    title: str
    content: str
    excerpt: str
    slug: str
    status: str
    date: datetime
    categories: tuple[str, ...]
    tags: tuple[str, ...]
    featured_media: str
    article: Article
    credit: Credit | None = None
    link: str = ""
    pictures: tuple[Upload, ...] = ()
    cover: str = ""

    @property
    def text_digest(self) -> str:
        """Digest of its words as sent; a site that holds the same ones has taken them."""
        return _text_digest(self.title, self.content, self.excerpt)


@dataclass(frozen=True, slots=True)
class Upload:
    """A media item on its way to a site: ASCII file name with ending, bytes, MIME type.

    width, height: pixels, 0 for what is no picture.
    """

    digest: str
    filename: str
    content: bytes
    mime: str
    title: str
    alt: str
    caption: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class RemotePost:
    """A post as the site holds it; texts are raw (as stored), instants aware.

    status: publish, future, draft, pending, private or trash. author: the name shown, only
    where a list of what stands there was asked for. dated_by_site: whether nobody can change
    its date. On a channel slug is the address that it leads to.
    """

    id: str
    url: str
    status: str
    slug: str
    title: str
    content: str
    excerpt: str
    shown_at: datetime
    modified_at: datetime
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    featured_media: str = ""
    author: str = ""
    dated_by_site: bool = False

    @property
    def fingerprint(self) -> str:
        """SHA-256 (hex) of what a person could edit; a changed one means that somebody did."""
        shown_at = None if self.dated_by_site else self.shown_at.timestamp()
        return digest_of(
            self.title, self.content, self.excerpt, shown_at,
            sorted(self.categories), sorted(self.tags), self.featured_media,
        )  # fmt: skip

    @property
    def text_digest(self) -> str:
        """Digest of its words, to be compared with that of a draft that was sent."""
        return _text_digest(self.title, self.content, self.excerpt)


@dataclass(frozen=True, slots=True)
class RemoteMedia:
    """A media item as the site holds it: its id there, its address, its pixels as served.

    whole: False for what an upload that broke off left behind.
    """

    id: str
    url: str
    width: int = 0
    height: int = 0
    whole: bool = True


@dataclass(frozen=True, slots=True)
class SiteInfo:
    """What a site says of itself, for ``site check`` and for the limits of an upload.

    timezone: IANA name or "UTC+7" form. upload_limit: bytes, 0 when it does not say.
    can: what the account may do: "publish", "upload", "categories", "tags". clock: its own
    time (aware) when it answered, None when it has no clock but ours. problems: warnings about
    settings that can't be had there. certificate: until when (aware) that of its server holds,
    None without one. expires: until when (aware) its token holds, None for always or unknown.
    """

    name: str
    url: str
    title: str
    timezone: str
    user: str = ""
    roles: tuple[str, ...] = ()
    can: frozenset[str] = frozenset()
    upload_limit: int = 0
    clock: datetime | None = None
    problems: tuple[Problem, ...] = ()
    certificate: datetime | None = None
    expires: datetime | None = None


class State(StrEnum):
    """How an act ended: ``unknown`` may or may not have happened on the site."""

    DONE = "done"
    REFUSED = "refused"
    NOT_SENT = "not_sent"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"


class Event(StrEnum):
    """What a row of the log's publications says happened to a post on a site."""

    PUBLISHED = "published"
    SCHEDULED = "scheduled"
    DRAFTED = "drafted"
    UPDATED = "updated"
    ADOPTED = "adopted"
    RENAMED = "renamed"
    KEPT_SITE = "kept_site"
    IMPORTED = "imported"
    RECORDED = "recorded"
    ISSUED = "issued"
    NOTED = "noted"
    WITHDRAWAL_ASKED = "withdrawal_asked"
    WITHDRAWN = "withdrawn"
    RESTORATION_ASKED = "restoration_asked"
    RESTORED = "restored"


@dataclass(frozen=True, slots=True)
class Publication:
    """One row of the log's publications: what stands on a site, as last known.

    digest: of what was sent to that site (article, resolved links, form of the content);
    article_digest: of the article alone; fingerprint: of what the site then held.
    shown_at: the date that the site shows. at: when this row was written. Both aware, UTC.
    pictures: how many pictures the item shows. reason: why it was withdrawn, or is asked back.
    previous_key: the key that a renamed file had. place, participants, copies, evidence: of
    an activity, whose site is NO_SITE and whose status is "recorded" or "withdrawn". shares:
    of the authors, () for equal ones. content: what the site then held, raw ("" where it was
    not read from the log).
    """

    site: str
    key: str
    event: Event
    remote_id: str = ""
    url: str = ""
    status: str = ""
    slug: str = ""
    title: str = ""
    kind: str = ""
    theme: str = ""
    unit: str = ""
    authors: tuple[str, ...] = ()
    source: str = ""
    pictures: int = 0
    shown_at: datetime | None = None
    digest: str = ""
    article_digest: str = ""
    fingerprint: str = ""
    reason: str = ""
    previous_key: str = ""
    place: str = ""
    participants: int = 0
    copies: int = 0
    evidence: tuple[str, ...] = ()
    shares: tuple[int, ...] = ()
    content: str = ""
    at: datetime | None = None
    id: int = 0
    run_id: int = 0

    @property
    def withdrawn(self) -> bool:
        """Whether it was taken away; one that is asked back is away until it is there."""
        return self.event in (Event.WITHDRAWN, Event.RESTORATION_ASKED)

    @property
    def has_file(self) -> bool:
        """Whether it was made of a file: not found on a site, and not by the program itself."""
        return self.event not in (Event.IMPORTED, Event.ISSUED) and not self.is_page

    @property
    def is_page(self) -> bool:
        """Whether it is the page of an activity on a site, such as that of a bulletin.

        What stands on a channel of a social network is an activity itself.
        """
        shown = self.kind in ACTIVITIES and self.kind != Kind.MANG_XA_HOI
        return self.site != NO_SITE and shown


@dataclass(frozen=True, slots=True)
class Attempt:
    """An act on a site that began; the log knows no end of it, or an unknown one.

    action: create, update, withdraw, upload, term. key: of the post; for an upload the
    picture's digest; for a term ``taxonomy/name``. name: slug or file name that was sent, on
    a channel the link. sent: text_digest of the draft that was sent. at: when it began (aware),
    where it was read from the log.
    """

    site: str
    key: str
    action: str
    digest: str = ""
    name: str = ""
    title: str = ""
    sent: str = ""
    id: int = 0
    at: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Ending:
    """How an act ended, and what stands on the site since.

    attempt_id: of the row that says that it begins. media: the picture that an upload made,
    size: its bytes as sent. remote_id, url: where it is known and no row has it.
    """

    attempt_id: int
    state: State
    problem: Problem | None = None
    publication: Publication | None = None
    media: RemoteMedia | None = None
    size: int = 0
    remote_id: str = ""
    url: str = ""


class Ruling(StrEnum):
    """What a person decided of a post, as the log has it.

    approved, returned: of its content, as it then was. moved, moved_back: of its date.
    """

    APPROVED = "approved"
    RETURNED = "returned"
    MOVED = "moved"
    MOVED_BACK = "moved_back"


@dataclass(frozen=True, slots=True)
class Decision:
    """A row of the log's decisions: what a person decided of a post, on one site or on all.

    site: "" for all. digest: of the article as it was, "" when it had errors. moment: the new
    date (aware), for MOVED. against: the date in the file at that time, None when it had none.
    reason: why, or what the author is told. person: who decided.
    """

    ruling: Ruling
    site: str
    key: str
    title: str = ""
    digest: str = ""
    moment: datetime | None = None
    against: datetime | None = None
    reason: str = ""
    person: str = ""
    at: datetime | None = None
    id: int = 0
    run_id: int = 0


@dataclass(frozen=True, slots=True)
class Memory:
    """What the publication log remembers, as the plan needs it.

    publications: the newest row of each (site, key). media: by (site, digest).
    unsettled: acts whose end is unknown, by (site, key): creates, updates and uploads.
    recent: when posts appeared for the first time, or may have, within the last hour, by site.
    moves: the newest decision about the date of each (site, key). verdicts: the newest decision
    about the content of each key. beside: ids on each site of posts that are left out of all
    this, as nothing of them has changed.
    """

    publications: Mapping[tuple[str, str], Publication] = field(default_factory=dict)
    media: Mapping[tuple[str, str], RemoteMedia] = field(default_factory=dict)
    unsettled: Mapping[tuple[str, str], Attempt] = field(default_factory=dict)
    recent: Mapping[str, tuple[datetime, ...]] = field(default_factory=dict)
    moves: Mapping[tuple[str, str], Decision] = field(default_factory=dict)
    verdicts: Mapping[str, Decision] = field(default_factory=dict)
    beside: Mapping[str, frozenset[str]] = field(default_factory=dict)


class Verdict(StrEnum):
    """What was found when a publication was looked up on its site.

    hidden: it is there but not shown to visitors. foreign: its id is there, but of another
    post. link: its address does not answer. unreachable: the site could not be asked. closed:
    it is a channel that can't be asked.
    """

    SOUND = "sound"
    GONE = "gone"
    HIDDEN = "hidden"
    CHANGED = "changed"
    FOREIGN = "foreign"
    LINK = "link"
    UNREACHABLE = "unreachable"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Verification:
    """One look at one publication: ``publication_id`` is the row of the log that was compared.

    detail: what the site said, such as its status or the status code of the link.
    """

    site: str
    key: str
    publication_id: int
    verdict: Verdict
    detail: str = ""
    at: datetime | None = None


class Span(StrEnum):
    """The reporting periods of Nghị định 09/2019/NĐ-CP, Điều 12, and any other days."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    NINE_MONTHS = "nine-months"
    YEAR = "year"
    DAYS = "days"


@dataclass(frozen=True, slots=True)
class Period:
    """Days from ``first`` to ``last``, both included, as the office's calendar has them.

    span, number: which one it is of its year (month 3, quarter 1, half 2; 0 for the others).
    close: the last day whose data the report has; None where nothing closes before ``last``.
    """

    first: date
    last: date
    span: Span = Span.DAYS
    number: int = 0
    close: date | None = None

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    @property
    def year(self) -> int:
        """The year that it is reported for: 15/12/2022 is in a period of 2023."""
        return self.last.year

    @property
    def counted_to(self) -> date:
        """The last day whose items are counted."""
        return self.close or self.last


_ADDRESS = re.compile(r'\b(src|href)="[^"]*"')


def _text_digest(title: str, content: str, excerpt: str) -> str:
    # Sites differ in how they escape titles and write addresses; the words are the same.
    plain = (" ".join(html.unescape(text).split()) for text in (title, excerpt))
    return digest_of(*plain, _ADDRESS.sub(r'\1=""', content).strip())


def digest_of(*parts: object) -> str:
    """Return the SHA-256 (hex) of values that JSON can carry, the same on every machine."""
    return hashlib.sha256(_encode(parts).encode()).hexdigest()


_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Target:
    """What the plan must know of a site.

    editor: form of the content, "blocks" or "classic". schedule: who waits for a future
    date, "publisher" or "wordpress". categories: given to posts that name none. timetable:
    when it may get new posts. category_names: what categories of posts are called here, by
    their names in lower case; "" leaves one out. home: where its items are copied from.
    author: the account that its posts are shown under, "" for the one that sends them.
    abilities: what it can do. approval: whether an editor must approve what is sent there.
    """

    name: str
    editor: str = "blocks"
    schedule: str = "publisher"
    categories: tuple[str, ...] = ()
    timetable: Timetable = field(default_factory=Timetable)
    category_names: Mapping[str, str] = field(default_factory=dict)
    home: Origin | None = None
    author: str = ""
    abilities: Abilities = WEBSITE
    approval: bool = False

    def categories_of(self, post: Post) -> tuple[str, ...]:
        """Return the names of the categories that a post has here."""
        names = (self.category_names.get(n.casefold(), n) for n in post.categories)
        return tuple(dict.fromkeys(filter(None, names))) or self.categories

    def kind_of(self, post: Post) -> Kind:
        """Return as what a post is counted that stands here."""
        return Kind.MANG_XA_HOI if self.abilities.short else post.kind
