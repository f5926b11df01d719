"""The addresses of one site, put into HTML that is the same for all of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape, unescape
from urllib.parse import unquote

from publisher.model import Credit, RemoteMedia

# Written by this room alone, so the order of attributes is known and ">" is always escaped.
_IMG = re.compile(r'<img src="picture:([^"]*)"')
_FILE = re.compile(r'<(a href|video controls="" src|audio controls="" src)="media:([^"]*)"')
_LINK = re.compile(r'<a href="post:([^"#]*)(#[^"]*)?"([^>]*)>(.*?)</a>', re.DOTALL)


def credited(html: str, credit: Credit) -> str:
    """Return a copy's HTML with the line that states its source."""
    name = escape(credit.name.rstrip(". "))
    if credit.url:
        name = f'<a href="{escape(credit.url)}">{name}</a>'
    return f'{html}<p class="source">{escape(credit.lead)}: {name}.</p>\n'


def fill(html: str, media: Mapping[str, RemoteMedia], links: Mapping[str, str]) -> str:
    """Return an article's HTML with the addresses of one site in it.

    media: by picture digest; links: address by post key. A link whose post has no address
    yet becomes plain text. Raise KeyError for a picture or a file that is not in ``media``.
    """

    def image(match: re.Match[str]) -> str:
        remote = media[match[1]]
        tag = f'<img src="{escape(remote.url)}"'
        if remote.width and remote.height:
            tag += f' width="{remote.width}" height="{remote.height}"'
        # WordPress adds srcset and lazy loading to pictures of this class.
        return f'{tag} class="wp-image-{remote.id}"' if remote.id.isdecimal() else tag

    def file(match: re.Match[str]) -> str:
        remote = media[match[2]]
        tag = f'<{match[1]}="{escape(remote.url)}"'
        if not remote.id.isdecimal():
            return tag
        # As WordPress itself marks links to what is in its library.
        named = match[1].startswith("a ")
        return f'{tag} rel="attachment wp-att-{remote.id}"' if named else (
            f'{tag} data-id="{remote.id}"'
        )  # fmt: skip

    def link(match: re.Match[str]) -> str:
        url = links.get(unquote(unescape(match[1])))
        if not url:
            return match[4]
        return f'<a href="{escape(url)}{match[2] or ""}"{match[3]}>{match[4]}</a>'

    return _LINK.sub(link, _FILE.sub(file, _IMG.sub(image, html)))
