"""One post made into an article: pictures and links found, all problems told at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC
from html import escape
from pathlib import PurePosixPath
from urllib.parse import unquote

from lxml.html import HtmlElement

from publisher.model import (
    Article,
    Picture,
    Post,
    Problem,
    Severity,
    SourceFile,
    Where,
    digest_of,
)
from publisher.render.markup import SCHEME, lost, printable, sanitise, serialise, to_html
from publisher.render.structure import add, make_figures, settle, words_of
from publisher.text import nfc, slugify, words

PICTURE_NAME_LENGTH = 60  # characters; the digest and the ending come after it
_SHOWN = 80  # characters of an address in a message; an embedded picture has thousands

FindPicture = Callable[[str], SourceFile | None]
FindPost = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Labels:
    """The words that rendering adds, in the site's language.

    author, source, legal: lead-ins of the last lines. back: names the arrow that leads back
    from a footnote.
    """

    author: str
    source: str
    legal: str
    back: str = ""


@dataclass(slots=True)
class _Draft:
    """What is collected while one post is rendered."""

    post: Post
    body: str
    find_picture: FindPicture
    find_post: FindPost
    problems: list[Problem] = field(default_factory=list)
    pictures: dict[str, Picture] = field(default_factory=dict)
    links: dict[str, None] = field(default_factory=dict)
    passed: dict[str, int] = field(default_factory=dict)


def render(
    post: Post, find_picture: FindPicture, find_post: FindPost, labels: Labels
) -> tuple[Article | None, list[Problem]]:
    """Given a post, return its article and all that is wrong with it, warnings too.

    find_picture: file of a path as the author wrote it (decoded, NFC), or None.
    find_post: key of the post that a relative link ending in .md means, or None.
    The article is None when any problem is an error.
    """
    body = printable(post.body.replace("\r\n", "\n").replace("\r", "\n"))
    draft = _Draft(post, body, find_picture, find_post)
    try:
        dirty = to_html(body)
        root = sanitise(dirty)
    except RecursionError:
        return None, [Problem("nesting-too-deep", post.where())]
    make_figures(root)
    _settle_pictures(draft, root, dirty)
    _settle_links(draft, root, dirty)
    settle(root, labels.back)
    text = words("".join(words_of(root)))
    if len(root):
        root[-1].tail = f"{(root[-1].tail or '').rstrip()}\n"
    _add_gallery(draft, root)
    _add_credits(post, root, labels)
    featured = _featured(draft)
    if any(p.severity is Severity.ERROR for p in draft.problems):
        return None, draft.problems
    html = serialise(root)
    # In UTC, so that the same instant written otherwise is the same post.
    date = post.date.astimezone(UTC).isoformat() if post.date else ""
    digest = digest_of(
        post.title, post.slug, post.excerpt, html, post.categories, post.tags, featured, date,
        post.kind, post.theme, post.authors, post.unit, post.source,
    )  # fmt: skip
    pictures, links = tuple(draft.pictures.values()), tuple(draft.links)
    slug = post.slug or slugify(post.title)
    return Article(post, html, text, pictures, featured, links, slug, digest), draft.problems


def _where(draft: _Draft, written: str) -> Where:
    """Return the line on which a reference stands; its n-th use gives its n-th line."""
    for form in dict.fromkeys((written, escape(written))):
        pattern = re.compile(rf"(?<![^\s(<\"'=]){re.escape(form)}(?![^\s)>\"'])")
        found = pattern.search(draft.body, draft.passed.get(form, 0)) if form else None
        if found:
            draft.passed[form] = found.end()
            before = draft.body.count("\n", 0, found.start())
            return Where(draft.post.file, draft.post.body_line + before)
    return draft.post.where()


def _picture(
    draft: _Draft, written: str, where: Where | None = None, alt: str = "", caption: str = ""
) -> str:
    """Return the digest of the picture that an address means, or "" after noting a problem."""
    scheme = SCHEME.match(written)
    remote = written.startswith("//") or (scheme and scheme[1].lower() in ("http", "https"))
    # Any other scheme is no path in the folder either: "C:\Users\...", "file:".
    for path in () if remote or scheme else _paths(written):
        if file := draft.find_picture(path):
            name = slugify(PurePosixPath(file.path).stem, PICTURE_NAME_LENGTH) or "anh"
            found = Picture(file.path, file.digest, name, alt, caption)
            draft.pictures.setdefault(file.digest, found)
            return file.digest
    code = "picture-remote" if remote else "picture-missing"
    if scheme and scheme[1].lower() == "data":
        code = "picture-embedded"
    draft.problems.append(
        Problem(code, where or _where(draft, written), {"path": written[:_SHOWN]})
    )
    return ""


def _paths(written: str) -> Iterable[str]:
    """Return what an address may mean: decoded, with "#" or "?" in the name, or as it stands."""
    slashed = written.replace("\\", "/")
    bare = re.split(r"[?#]", slashed, maxsplit=1)[0]
    forms = (unquote(bare), unquote(slashed), slashed)
    return dict.fromkeys(nfc(form) for form in forms if form)


def _settle_pictures(draft: _Draft, root: HtmlElement, dirty: str) -> None:
    images = list(root.iter("img"))
    bare = any("src" not in img.attrib for img in images)
    gone = iter(lost(dirty, root, "img", "src") if bare else ())
    for img in images:
        alt, title = words(img.get("alt", "")), words(img.get("title", ""))
        around = next(img.iterancestors("figure"), None)
        caption = around.find("figcaption") if around is not None else None
        shown = title if caption is None else words(str(caption.text_content()))
        written = img.attrib["src"] if "src" in img.attrib else next(gone, "")
        digest = _picture(draft, written, None, alt, shown)
        img.attrib.clear()
        img.set("src", f"picture:{digest}")
        img.set("alt", alt)
        if title and around is None:
            img.set("title", title)


def _settle_links(draft: _Draft, root: HtmlElement, dirty: str) -> None:
    links = list(root.iter("a"))
    if any("href" not in a.attrib for a in links):
        for gone in filter(None, lost(dirty, root, "a", "href")):
            where, params = _where(draft, gone), {"link": gone[:_SHOWN]}
            draft.problems.append(Problem("link-refused", where, params, Severity.WARNING))
    for link in links:
        href = link.attrib.get("href", "").replace("\\", "/")
        path, _, fragment = href.partition("#")
        path = path.partition("?")[0]
        if SCHEME.match(href) or href.startswith(("#", "//")):
            continue
        if path.lower().endswith(".md"):
            key = draft.find_post(nfc(unquote(path)))
            if key is None:
                where = _where(draft, link.attrib["href"])
                draft.problems.append(Problem("link-dead", where, {"link": href}))
                continue
            draft.links[key] = None
            address = key.replace("%", "%25").replace("#", "%23")
            link.set("href", f"post:{address}{'#' if fragment else ''}{fragment}")
        elif not href and "id" not in link.attrib:
            link.drop_tag()
        elif href and not href.startswith("/"):
            # A file beside the post is not sent anywhere, so the link would be dead.
            where = _where(draft, link.attrib["href"])
            draft.problems.append(Problem("link-relative", where, {"link": href}, Severity.WARNING))
            link.drop_tag()


def _add_gallery(draft: _Draft, root: HtmlElement) -> None:
    if not draft.post.gallery:
        return
    gallery = add(root, "figure", **{"class": "gallery"})
    for item in draft.post.gallery:
        alt, caption = words(printable(item.alt)), words(printable(item.caption))
        digest = _picture(draft, item.path, draft.post.where("gallery"), alt, caption)
        figure = add(gallery, "figure")
        add(figure, "img", src=f"picture:{digest}", alt=alt)
        if caption:
            add(figure, "figcaption", caption)
        figure.tail = "\n"
    gallery.tail = "\n"


def _featured(draft: _Draft) -> str:
    """Return the digest of the featured picture: the author's, else the first one shown."""
    if draft.post.featured_image:
        return _picture(draft, draft.post.featured_image, draft.post.where("featured_image"))
    return next(iter(draft.pictures), "")


def _add_credits(post: Post, root: HtmlElement, labels: Labels) -> None:
    # Author and source are asked for by NĐ 43/2011/NĐ-CP when an item is used again.
    parts = ((labels.author, ", ".join(post.authors)), (labels.source, post.source))
    byline = " ".join(_sentence(label, value) for label, value in parts if value)
    legal = _sentence(labels.legal, "; ".join(post.legal)) if post.legal else ""
    for name, line in (("legal", legal), ("byline", byline)):
        if line:
            add(root, "p", words(printable(line)), **{"class": name}).tail = "\n"


def _sentence(label: str, value: str) -> str:
    return f"{label}: {value.rstrip('. ')}."
