"""Filled HTML → the block markup of WordPress' editor, the same for 6.1 and later ones.

A block is valid when the editor, reading attributes out of the markup, would save that very
markup again. What has no block of that shape becomes a Custom HTML block, which always is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence

import lxml.html
from lxml import etree
from lxml.html import HtmlElement

_VOID = frozenset({"br", "hr", "img"})
_INLINE = frozenset({
    "a", "abbr", "b", "br", "cite", "code", "del", "dfn", "em", "i", "img", "ins", "kbd",
    "mark", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "u", "var",
})  # fmt: skip
_ALIGNED = re.compile(r"text-align:(left|center|right)")
_MEDIA = re.compile(r"wp-image-(\d+)")
_ATTACHED = re.compile(r"attachment wp-att-(\d+)")
_DOWNLOAD = "Tải về"  # on the website itself, which is Vietnamese whatever the clerk reads
_OWN = frozenset({"byline", "legal", "source"})  # classes that articles give to paragraphs


def from_html(html: str) -> str:
    """Return block markup for HTML whose addresses are filled in, as the editor saves it."""
    root = lxml.html.fragment_fromstring(html, create_parent="div")
    for element in root.iter():
        # Keeps <td></td> from becoming <td/>, as the markup is written in XML form.
        if element.text is None and not len(element) and element.tag not in _VOID:
            element.text = ""
    return "\n\n".join(_blocks(root))


def _blocks(parent: HtmlElement) -> Iterator[str]:
    """Yield the blocks inside an element; loose words become paragraphs."""
    loose = _escaped(parent.text or "")
    for child in parent:
        if child.tag in _INLINE:
            loose += _markup(child)
        else:
            yield from _loose(loose)
            yield from _block(child)
            loose = _escaped(child.tail or "")
    yield from _loose(loose)


def _loose(words: str) -> Iterator[str]:
    if words.strip():
        yield _wrapped("paragraph", {}, f"<p>{words.strip()}</p>")


def _block(element: HtmlElement) -> Iterator[str]:
    if element.tag == "p" and not len(element) and not (element.text or "").strip():
        return
    maker = _MAKERS.get(str(element.tag))
    made = maker(element) if maker else None
    yield made or _wrapped("html", {}, _markup(element, tail=False))


def _wrapped(name: str, attributes: Mapping[str, object], inner: str) -> str:
    said = f" {_json(attributes)}" if attributes else ""
    return f"<!-- wp:{name}{said} -->\n{inner}\n<!-- /wp:{name} -->"


def _json(attributes: Mapping[str, object]) -> str:
    """Return attributes as serialize_block_attributes() of WordPress writes them."""
    text = json.dumps(attributes, ensure_ascii=False, separators=(",", ":"))
    for raw, escaped in (("--", "\\u002d\\u002d"), ("<", "\\u003c"), (">", "\\u003e"),
                         ("&", "\\u0026"), ('\\"', "\\u0022")):  # fmt: skip
        text = text.replace(raw, escaped)
    return text


def _markup(element: HtmlElement, *, tail: bool = True) -> str:
    return etree.tostring(element, encoding="unicode", with_tail=tail).replace("/>", ">")


def _inner(element: HtmlElement) -> str:
    whole = _markup(element, tail=False)
    return whole[whole.index(">") + 1 : whole.rindex("</")].strip()


def _plain(element: HtmlElement) -> bool:
    """Say whether an element holds nothing but running text."""
    return all(part.tag in _INLINE for part in element.iterdescendants())


def _bare(element: HtmlElement) -> bool:
    """Say whether an element holds elements alone, no words between them."""
    return not any((text or "").strip() for text in (element.text, *(c.tail for c in element)))


def _attributes(element: HtmlElement, *known: str) -> dict[str, str] | None:
    """Return the attributes, or None when there are others than a block can keep."""
    return dict(element.attrib) if set(element.attrib) <= set(known) else None


def _escaped(value: str) -> str:
    for raw, escaped in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        value = value.replace(raw, escaped)
    return value


def _text(element: HtmlElement) -> str | None:
    if element.tag == "p" and element.get("class") == "attachment":
        return _file(element)
    given = _attributes(element, "id", "style", "class")
    align = _ALIGNED.fullmatch(given.get("style", "")) if given else None
    name = given.get("class", "") if given else ""
    if given is None or ("style" in given and not align) or not _plain(element):
        return None
    if name and (name not in _OWN or element.tag != "p"):
        return None
    attributes: dict[str, object] = {}
    heading = element.tag != "p"
    if heading and element.tag != "h2":
        attributes["level"] = int(element.tag[1])
    classes = ["wp-block-heading"] if heading else []
    if align:
        attributes["textAlign" if heading else "align"] = align[1]
        classes.append(f"has-text-align-{align[1]}")
    if name:
        attributes["className"] = name
        classes.append(name)
    written = f' class="{" ".join(classes)}"' if classes else ""
    if "id" in given:
        written += f' id="{_escaped(given["id"])}"'
    markup = f"<{element.tag}{written}>{_inner(element)}</{element.tag}>"
    return _wrapped("heading" if heading else "paragraph", attributes, markup)


def _file(element: HtmlElement) -> str | None:
    """Return a file block; None unless a paragraph is one link to a file of the library."""
    link = element[0] if len(element) == 1 and _bare(element) else None
    if link is None or link.tag != "a" or not _plain(link) or not link.get("href"):
        return None
    media = _ATTACHED.fullmatch(link.get("rel", ""))
    attributes: dict[str, object] = {"id": int(media[1])} if media else {}
    url = _escaped(link.attrib["href"])
    name = f"wp-block-file--media-{media[1] if media else 'tep'}"
    button = "wp-block-file__button wp-element-button"
    markup = (
        f'<div class="wp-block-file"><a id="{name}" href="{url}">{_inner(link)}</a>'
        f'<a href="{url}" class="{button}" download aria-describedby="{name}">{_DOWNLOAD}</a></div>'
    )
    return _wrapped("file", {**attributes, "href": link.attrib["href"]}, markup)


def _player(element: HtmlElement) -> str | None:
    """Return a video or audio block for a figure that plays one file."""
    playing, *rest = element
    caption = _caption(rest)
    if element.attrib or not _bare(element) or caption is None or not playing.get("src"):
        return None
    media = playing.get("data-id", "")
    attributes: dict[str, object] = {"id": int(media)} if media.isdecimal() else {}
    shown = f'<{playing.tag} controls src="{_escaped(playing.attrib["src"])}"></{playing.tag}>'
    markup = f'<figure class="wp-block-{playing.tag}">{shown}{caption}</figure>'
    return _wrapped(str(playing.tag), attributes, markup)


def _caption(parts: Sequence[HtmlElement]) -> str | None:
    """Return the markup of a caption, "" where there is none; None for anything else."""
    if not parts:
        return ""
    caption = parts[0]
    if len(parts) > 1 or caption.tag != "figcaption" or caption.attrib or not _plain(caption):
        return None
    return f'<figcaption class="wp-element-caption">{_inner(caption)}</figcaption>'


def _list(element: HtmlElement) -> str | None:
    given = _attributes(element, "start", "reversed")
    if given is None or not _bare(element):
        return None
    items = [_item(item) for item in element]
    if None in items:
        return None
    attributes: dict[str, object] = {}
    written = ""
    if element.tag == "ol":
        attributes["ordered"] = True
        if "reversed" in given:
            attributes["reversed"] = True
            written += " reversed"
        if "start" in given:
            if not re.fullmatch(r"-?\d{1,9}", given["start"]):
                return None
            attributes["start"] = int(given["start"])
            written += f' start="{attributes["start"]}"'
    inner = "\n\n".join(item for item in items if item)
    markup = f'<{element.tag}{written} class="wp-block-list">{inner}</{element.tag}>'
    return _wrapped("list", attributes, markup)


def _item(item: HtmlElement) -> str | None:
    """Return a list item: words, or one paragraph, then lists; None for anything else."""
    if item.tag != "li" or item.attrib:
        return None
    said = _escaped(item.text or "").lstrip()
    lists = ""
    for child in item:
        after = (child.tail or "").strip()
        if child.tag in ("ul", "ol") and not after and (made := _list(child)):
            lists += made
        elif child.tag == "p" and not (said or lists or after or child.attrib) and _plain(child):
            said = _inner(child)
        elif child.tag in _INLINE and _plain(child) and not lists:
            said += _markup(child)
        else:
            return None
    return _wrapped("list-item", {}, f"<li>{said.strip()}{lists}</li>")


def _table(element: HtmlElement) -> str | None:
    caption = ""
    sections = []
    for part in element:
        if part.tag == "caption" and not part.attrib and _plain(part):
            caption = f'<figcaption class="wp-element-caption">{_inner(part)}</figcaption>'
        elif part.tag in ("thead", "tbody", "tfoot") and not part.attrib and len(part):
            rows = [_row(row) for row in part]
            if None in rows:
                return None
            sections.append(f"<{part.tag}>{''.join(row or '' for row in rows)}</{part.tag}>")
        else:
            return None
    if element.attrib or not sections:
        return None
    # Columns as wide as their words. Said aloud, as 6.1 and later ones differ in the default.
    markup = f"<table>{''.join(sections)}</table>{caption}"
    return _wrapped(
        "table",
        {"hasFixedLayout": False},
        f'<figure class="wp-block-table">{markup}</figure>',
    )


def _row(row: HtmlElement) -> str | None:
    cells = []
    for cell in row:
        given = _attributes(cell, "scope", "style")
        align = _ALIGNED.fullmatch(given.get("style", "")) if given else None
        if given is None or ("style" in given and not align) or not _plain(cell):
            return None  # joined cells too: 6.1 has none
        written = f' class="has-text-align-{align[1]}" data-align="{align[1]}"' if align else ""
        if "scope" in given:
            written += f' scope="{_escaped(given["scope"])}"'
        cells.append(f"<{cell.tag}{written}>{_inner(cell)}</{cell.tag}>")
    return f"<tr>{''.join(cells)}</tr>" if cells and not row.attrib else None


def _quote(element: HtmlElement) -> str | None:
    if element.attrib:
        return None
    cite = ""
    if len(element) and (source := _cite(element[-1])):
        cite = f"<cite>{source}</cite>"
        element.remove(element[-1])
    inner = "\n\n".join(_blocks(element))
    return _wrapped("quote", {}, f'<blockquote class="wp-block-quote">{inner}{cite}</blockquote>')


def _cite(last: HtmlElement) -> str:
    """Return the source that ends a quote, bare or alone in its paragraph, or ""."""
    alone = last.tag == "p" and len(last) == 1 and not (last.text or "").strip()
    cite = last[0] if alone else last
    fit = cite.tag == "cite" and not cite.attrib and not (cite.tail or "").strip()
    return _inner(cite) if fit else ""


def _pre(element: HtmlElement) -> str | None:
    if element.attrib or not _plain(element):
        return None
    code = element[0] if len(element) == 1 and element[0].tag == "code" else None
    if code is None or (element.text or "").strip() or (code.tail or "").strip():
        return _wrapped(
            "preformatted", {}, f'<pre class="wp-block-preformatted">{_inner(element)}</pre>'
        )
    # A bracket would start a shortcode. Three digits, as WordPress' kses writes it.
    inner = _inner(code).replace("[", "&#091;")
    return _wrapped("code", {}, f'<pre class="wp-block-code"><code>{inner}</code></pre>')


def _separator(element: HtmlElement) -> str | None:
    if element.attrib:
        return None
    return _wrapped("separator", {}, '<hr class="wp-block-separator has-alpha-channel-opacity">')


def _figure(element: HtmlElement) -> str | None:
    if len(element) and element[0].tag in ("video", "audio"):
        return _player(element)
    return _gallery(element) if element.get("class") == "gallery" else _image(element)


def _gallery(element: HtmlElement) -> str | None:
    images = [_image(figure) for figure in element]
    if not images or None in images or len(element.attrib) > 1 or not _bare(element):
        return None
    inner = "\n\n".join(image for image in images if image)
    names = "wp-block-gallery has-nested-images columns-default is-cropped"
    return _wrapped("gallery", {"linkTo": "none"}, f'<figure class="{names}">{inner}</figure>')


def _image(element: HtmlElement) -> str | None:
    """Return an image block; None unless a figure is one picture, with a caption or without."""
    parts = list(element)
    fit = element.tag == "figure" and not element.attrib and _bare(element)
    if not fit or not 1 <= len(parts) <= 2:
        return None
    linked = parts[0].tag == "a" and len(parts[0]) == 1 and _bare(parts[0])
    link = parts[0] if linked else None
    img = parts[0] if link is None else link[0]
    given = _attributes(img, "src", "alt", "class", "width", "height")
    media = _MEDIA.fullmatch(img.get("class", ""))
    if img.tag != "img" or given is None or ("class" in given and not media):
        return None
    caption = _caption(parts[1:])
    if caption is None:
        return None
    # The pixels are left out: WordPress knows them by the id, and the versions write them
    # differently.
    attributes: dict[str, object] = {"id": int(media[1])} if media else {}
    name = f' class="wp-image-{media[1]}"' if media else ""
    src, alt = _escaped(given.get("src", "")), _escaped(given.get("alt", ""))
    shown = f'<img src="{src}" alt="{alt}"{name}>'
    attributes |= {"sizeSlug": "full", "linkDestination": "none"}
    if link is not None:
        if set(link.attrib) != {"href"}:
            return None
        attributes["linkDestination"] = "custom"
        shown = f'<a href="{_escaped(link.attrib["href"])}">{shown}</a>'
    markup = f'<figure class="wp-block-image size-full">{shown}{caption}</figure>'
    return _wrapped("image", attributes, markup)


_MAKERS: Mapping[str, Callable[[HtmlElement], str | None]] = {
    "blockquote": _quote,
    "figure": _figure,
    "hr": _separator,
    "ol": _list,
    "p": _text,
    "pre": _pre,
    "table": _table,
    "ul": _list,
} | dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), _text)
