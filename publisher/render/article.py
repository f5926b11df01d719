"""One post made into an article: pictures and links found, all problems told at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC
from html import escape
from pathlib import PurePosixPath
from urllib.parse import unquote

from lxml.html import HtmlElement

from publisher.model import (
    Article,
    Attachment,
    Picture,
    Post,
    Problem,
    Severity,
    SourceFile,
    Use,
    Where,
    digest_of,
)
from publisher.render.labels import Labels
from publisher.render.markup import (
    SCHEME,
    lost,
    printable,
    removed_whole,
    sanitise,
    serialise,
    to_html,
)
from publisher.render.structure import add, lone_links, make_figures, make_player, settle, words_of
from publisher.text import nfc, slugify, words

MEDIA_NAME_LENGTH = 60  # characters; the digest and the ending come after it
_SHOWN = 80  # characters of an address in a message; an embedded picture has thousands

# A link that ends so means a file, not an address whose "https://" was forgotten.
_FILE = re.compile(
    r"\.(pdf|docx?|docm|xlsx?|xlsm|pptx?|rtf|od[tsp]|zip|rar|7z|txt|csv|mp[34]|m4[av]|mov|avi|wmv|"
    r"webm|mkv|wav|wma|ogg|jpe?g|png|gif|webp|tiff?|hei[cf])",
    re.IGNORECASE,
)

FindFile = Callable[[str], SourceFile | None]
FindPost = Callable[[str], str | None]


@dataclass(slots=True)
class _Draft:
    """What is collected while one post is rendered."""

    post: Post
    body: str
    find_file: FindFile
    find_post: FindPost
    problems: list[Problem] = field(default_factory=list)
    pictures: dict[str, Picture] = field(default_factory=dict)
    attachments: dict[str, Attachment] = field(default_factory=dict)
    told: set[tuple[str, str]] = field(default_factory=set)
    links: dict[str, None] = field(default_factory=dict)
    passed: dict[str, int] = field(default_factory=dict)


def render(
    post: Post, find_file: FindFile, find_post: FindPost, labels: Labels
) -> tuple[Article | None, list[Problem]]:
    """Given a post, return its article and all that is wrong with it, warnings too.

    find_file: file of a path as the author wrote it (decoded, NFC), or None.
    find_post: key of the post that a relative link to a .md or .docx means, or None.
    The article is None when any problem is an error.
    """
    body = printable(post.body.replace("\r\n", "\n").replace("\r", "\n"))
    draft = _Draft(post, body, find_file, find_post)
    try:
        dirty = to_html(body)
        root = sanitise(dirty)
    except RecursionError:
        return None, [Problem("nesting-too-deep", post.where())]
    _name_the_lost(draft, dirty)
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
    date = post.not_before.astimezone(UTC).isoformat() if post.not_before else ""
    digest = digest_of(
        post.title, post.slug, post.excerpt, html, post.categories, post.tags, featured, date,
        post.kind, post.theme, post.authors, post.unit, post.source,
    )  # fmt: skip
    pictures, links = tuple(draft.pictures.values()), tuple(draft.links)
    slug, attachments = post.slug or slugify(post.title), tuple(draft.attachments.values())
    article = Article(post, html, text, pictures, featured, links, slug, digest, attachments)
    return article, draft.problems


def _name_the_lost(draft: _Draft, dirty: str) -> None:
    """Warn of each kind of HTML that is taken out with all that is in it, once."""
    for tag in sorted(removed_whole(dirty)):
        found = re.search(rf"<{tag}\b", draft.body, re.IGNORECASE)
        before = draft.body.count("\n", 0, found.start()) if found else 0
        where = Where(draft.post.file, draft.post.body_line + before)
        draft.problems.append(Problem("html-removed", where, {"tag": tag}, Severity.WARNING))


def _where(draft: _Draft, written: str) -> Where:
    """Return the line on which a reference stands; its n-th use gives its n-th line."""
    for form in dict.fromkeys((written, escape(written))):
        at = _standing(draft.body, form, draft.passed.get(form, 0)) if form else -1
        if at >= 0:
            draft.passed[form] = at + len(form)
            before = draft.body.count("\n", 0, at)
            return Where(draft.post.file, draft.post.body_line + before)
    return draft.post.where()


def _standing(body: str, form: str, start: int) -> int:
    """Return where a reference stands by itself, not as a part of a longer one; -1 for nowhere."""
    while (at := body.find(form, start)) >= 0:
        before, after = body[at - 1 : at] if at else "", body[at + len(form) : at + len(form) + 1]
        begins = not before or before.isspace() or before in "(<\"'="
        if begins and (not after or after.isspace() or after in ")>\"'"):
            return at
        start = at + 1
    return -1


def _picture(
    draft: _Draft, written: str, where: Where | None = None, alt: str = "", caption: str = ""
) -> str:
    """Return the digest of the picture that an address means, or "" after noting a problem."""
    return _shown(draft, written, _file(draft, written), where, alt, caption)


def _shown(
    draft: _Draft,
    written: str,
    file: SourceFile | None,
    where: Where | None,
    alt: str,
    caption: str,
) -> str:
    if file is None:
        _missing_picture(draft, written, where or _where(draft, written))
    elif file.use in (None, Use.PICTURE):
        _tell(draft, file, where or _where(draft, written))
        found = Picture(file.path, file.digest, _name(file, "anh"), alt, caption)
        draft.pictures.setdefault(file.digest, found)
        return file.digest
    else:
        kind = PurePosixPath(file.path).suffix.removeprefix(".").upper()
        params = {"path": file.path, "format": kind, "save_as": "JPEG"}
        place = where or _where(draft, written)
        draft.problems.append(Problem("picture-format", place, params))
    return ""


def _missing_picture(draft: _Draft, written: str, where: Where) -> None:
    scheme = SCHEME.match(written)
    code = "picture-remote" if _is_remote(written) else "picture-missing"
    if scheme and scheme[1].lower() == "data":
        code = "picture-embedded"
    draft.problems.append(Problem(code, where, {"path": written[:_SHOWN]}))


def _is_remote(written: str) -> bool:
    scheme = SCHEME.match(written)
    return written.startswith("//") or bool(scheme and scheme[1].lower() in ("http", "https"))


def _file(draft: _Draft, written: str) -> SourceFile | None:
    """Return the file in the folder that an address means, or None."""
    # With any scheme it is no path in the folder: "C:\Users\...", "file:".
    if _is_remote(written) or SCHEME.match(written):
        return None
    return next(filter(None, map(draft.find_file, _paths(written))), None)


def _name(file: SourceFile, otherwise: str) -> str:
    return slugify(PurePosixPath(file.path).stem, MEDIA_NAME_LENGTH) or otherwise


def _tell(draft: _Draft, file: SourceFile, where: Where) -> None:
    """Note what is wrong with a file, once, on the line that shows it first."""
    for problem in file.problems:
        if (file.digest, problem.code) not in draft.told:
            draft.told.add((file.digest, problem.code))
            params = {**problem.params, "path": file.path}
            draft.problems.append(replace(problem, where=where, params=params))


def _attach(draft: _Draft, file: SourceFile, where: Where, title: str) -> str:
    """Note that an article offers a file; return its address until it is on a site."""
    _tell(draft, file, where)
    if file.use is Use.PICTURE:
        found = Picture(file.path, file.digest, _name(file, "anh"), title)
        draft.pictures.setdefault(file.digest, found)
    else:
        title = title or PurePosixPath(file.path).stem
        attachment = Attachment(file.path, file.digest, _name(file, "tep"), title)
        draft.attachments.setdefault(file.digest, attachment)
    return f"media:{file.digest}"


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
        file = _file(draft, written)
        if file and file.use not in (None, Use.PICTURE):
            address = _attach(draft, file, _where(draft, written), shown or alt)
            make_player(img, str(file.use), address, alt or PurePosixPath(file.path).stem)
            continue
        digest = _shown(draft, written, file, None, alt, shown)
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
        posts = path.lower().endswith((".md", ".docx"))
        key = draft.find_post(nfc(unquote(path))) if posts else None
        if key or path.lower().endswith(".md"):
            if key is None:
                where = _where(draft, link.attrib["href"])
                draft.problems.append(Problem("link-dead", where, {"link": href}))
                continue
            draft.links[key] = None
            address = key.replace("%", "%25").replace("#", "%23")
            link.set("href", f"post:{address}{'#' if fragment else ''}{fragment}")
        elif not href and "id" not in link.attrib:
            link.drop_tag()
        elif href:
            _settle_file(draft, link, href)
    lone_links(root)


def _settle_file(draft: _Draft, link: HtmlElement, href: str) -> None:
    """Make a link lead to the file that it means; without one it would be dead."""
    where = _where(draft, link.attrib["href"])
    file = _file(draft, href)
    ending = PurePosixPath(file.path if file else _first_path(href)).suffix
    if file and file.use:
        link.set("href", _attach(draft, file, where, words(str(link.text_content()))))
    elif href.startswith("/"):
        return  # a page of the website itself
    elif file:
        params: dict[str, object] = {"path": file.path, "ending": ending}
        draft.problems.append(Problem("attachment-format", where, params))
    elif _FILE.fullmatch(ending):
        draft.problems.append(Problem("attachment-missing", where, {"path": href[:_SHOWN]}))
    else:
        draft.problems.append(Problem("link-relative", where, {"link": href}, Severity.WARNING))
        link.drop_tag()


def _first_path(href: str) -> str:
    return next(iter(_paths(href)), "")


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
