"""Headings, links, tables and pictures that everybody can use.

Asked for by TT 32/2017/TT-BTTTT, Điều 18, and WCAG 2.0: text alternatives (1.1.1), headings and
table headers (1.3.1, 2.4.6), the purpose of a link from its text (2.4.4).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from publisher.checks.passages import HIDDEN, Passage
from publisher.model import Post, Problem, Severity, Where
from publisher.text import fold, words

_HEADING = re.compile(r"^(#{1,6})([^\n]*)$", re.MULTILINE)
_UNDERLINED = re.compile(r"(?:(?<=\n\n)|\A)([^\n|]+)\n(=+|-+)[ ]*$", re.MULTILINE)
_TAGGED = re.compile(r"<h([1-6])\b[^<>]{0,300}>([^\n]{0,300}?)</h\1>", re.IGNORECASE)
_LINK = re.compile(
    r"\[(?<![!\\]\[)((?:[^\[\]\\]|\\.|!?\[[^\[\]]*\](?:\([^()]*\))?)*)\](?=\(|\[[^\]^])"
)
_ANCHOR = re.compile(
    r"<a\b(?=[^<>]{0,900}\bhref\b)[^<>]{0,900}>(.{0,300}?)</a>", re.IGNORECASE | re.DOTALL
)
_PICTURE = re.compile(
    r"!\[((?:[^\[\]\\]|\\.|\[[^\[\]]*\])*)\](?:\(\s*(<[^>\n]*>|[^\s)]*(?: [^\s)\"'(][^\s)]*)*)|\[)"
)
_IMG = re.compile(r"<img\b([^<>]{0,900})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"\b(alt|src)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]*))", re.IGNORECASE)
_EMPTY_HEAD = re.compile(
    r"^ {0,3}(?=[ \t]*\|)[| \t]*\n {0,3}\|?[ ]*:?-+:?[ ]*(?:\|[ ]*:?-+:?[ ]*)*\|?[ ]*$",
    re.MULTILINE,
)
_BARE = re.compile(r"https?://|www\.", re.IGNORECASE)
_LONE = re.compile(r"http(?<![\w(\"'=\[/.]http)s?://[^\s<>\"'”’»|)\]]+", re.IGNORECASE)
_FILE = re.compile(
    r".*\.(?:jpe?g|png|gif|webp|avif|heic|heif|tiff?|bmp|svg)", re.IGNORECASE | re.DOTALL
)
_CAMERA = re.compile(
    r"(?:img|image|dsc|dscn|dscf|pxl|photo|picture|screenshot|anh|hinh|hinh anh|untitled|z)"
    r"[\s_-]*[\d_()\s-]*"
)
_VAGUE = frozenset({
    "tai day", "o day", "day", "vao day", "bam vao day", "nhan vao day", "click vao day",
    "xem tai day", "xem them tai day", "xem o day", "tai ve tai day", "xem them", "xem chi tiet",
    "chi tiet", "xem tiep", "doc tiep", "doc them", "xem", "link", "lien ket", "duong link",
    "duong dan", "here", "click here", "read more", "more", "this link",
})  # fmt: skip
_SHOWN = 80  # characters of a text in a message


def check_structure(body: Passage) -> Iterator[Problem]:
    """Yield what keeps somebody from using a body."""
    text = body.markup
    yield from _headings(body)
    yield from _links(body)
    if "![" in text or "<img" in text:
        yield from _pictures(body)
    if "|" in text:
        for found in _EMPTY_HEAD.finditer(text):
            yield _warning("table-header", body.where(found.start()))


def check_gallery(post: Post) -> Iterator[Problem]:
    """Yield the pictures of a gallery that are not described."""
    for item in post.gallery:
        if "*" not in item.path:  # what stands for many pictures can't describe each of them
            yield from _alt(item.alt, item.path, post.where("gallery"), "gallery")


def _warning(code: str, where: Where, /, **params: object) -> Problem:
    return Problem(code, where, params, Severity.WARNING)


def _found(text: str) -> Iterator[tuple[re.Match[str], int, str]]:
    """Yield the headings of a text, each kind of them apart, with level and words."""
    if text.startswith("#") or "\n#" in text:
        for found in _HEADING.finditer(text):
            yield found, len(found[1]), found[2].rstrip("# \t")
    if "\n=" in text or "\n--" in text:
        for found in _UNDERLINED.finditer(text):
            yield found, 1 if found[2][0] == "=" else 2, found[1]
    if "<h" in text or "<H" in text:
        for found in _TAGGED.finditer(text):
            yield found, int(found[1]), found[2]


def _headings(body: Passage) -> Iterator[Problem]:
    before = 0
    for found, level, text in sorted(_found(body.markup), key=lambda f: f[0].start()):
        where = body.where(found.start())
        if not text.strip("*_ \t"):
            yield _warning("heading-empty", where)
            continue
        # The title is the page's h1, and render moves all down when the text has one too.
        highest = before + 1 if before else 2
        if level > highest:
            shown = body.raw[found.start() : found.end()].strip("# \n")[:_SHOWN]
            fixed = f"{'#' * highest} {shown}"
            yield _warning("heading-skipped", where, line=shown, fixed=fixed)
        before = level


def _links(body: Passage) -> Iterator[Problem]:
    text = body.markup
    patterns = [_LINK] if "](" in text or "][" in text else []
    patterns += [_ANCHOR] if "<a" in text or "<A" in text else []
    for pattern in patterns:
        for found in pattern.finditer(text):
            written = body.raw[found.start(1) : found.end(1)]
            if written.startswith("^") or "![" in written or "<img" in written:
                continue
            shown = words(re.sub(r"<[^>]*>|[*_`]", "", written))
            reason = _unclear(shown)
            if reason:
                where = body.where(found.start())
                yield _warning("link-text", where, reason=reason, link=shown[:_SHOWN])
    for found in _LONE.finditer(text) if "://" in text else ():
        before = text[max(0, found.start() - 300) : found.start()].rpartition("\n")[2]
        # A definition "[1]: https://..." and the text of a link were seen to already.
        if not re.search(r"^ {0,3}\[[^\]]+\]:[ \t]*<?$|\[[^\]]*$", before):
            link = found[0].rstrip(".,;:!?")[:_SHOWN]
            yield _warning("link-text", body.where(found.start()), reason="bare", link=link)


def _unclear(text: str) -> str:
    if not text.strip(HIDDEN):
        return "empty"
    if _BARE.match(text):
        return "bare"
    return "vague" if fold(text).strip(" .:>»…[]()-→") in _VAGUE else ""


def _pictures(body: Passage) -> Iterator[Problem]:
    for found in _PICTURE.finditer(body.markup):
        where = body.where(found.start())
        yield from _alt(found[1], found[2] or "", where)
    for found in _IMG.finditer(body.markup):
        values = {name.lower(): a or b or c for name, a, b, c in _ATTRIBUTE.findall(found[1])}
        where = body.where(found.start())
        yield from _alt(values.get("alt", ""), values.get("src", ""), where)


def _alt(alt: str, path: str, where: Where, reason: str = "") -> Iterator[Problem]:
    alt = words(alt)
    name = unquote(path.strip("<>").replace("\\", "/").rpartition("/")[2])
    params = {"path": name[:_SHOWN], "link": path[:_SHOWN], "reason": reason}
    if not alt:
        yield _warning("alt-missing", where, **params)
        return
    stem = name.rpartition(".")[0]
    if _is_file_name(alt) or (alt.casefold() == stem.casefold() and " " not in alt):
        yield _warning("alt-name", where, value=alt[:_SHOWN], **params)


def _is_file_name(alt: str) -> bool:
    return bool(_FILE.fullmatch(alt) or (len(alt) < _SHOWN // 2 and _CAMERA.fullmatch(fold(alt))))
