"""The guide for authors, as a page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from markdown import Markdown
from markdown.extensions.toc import slugify_unicode

from publisher.live.answers import Answer, Frame, asset

PATH = "/huong-dan/"
_MIME = {".png": "image/png", ".jpg": "image/jpeg", ".webp": "image/webp", ".svg": "image/svg+xml"}
# The page has a list of its own, made from the headings.
_CONTENTS = re.compile(r"^\*\*Mục lục\*\*\n+(?:[ ]*- \[.*\n)+", re.MULTILINE)


def _folder() -> Traversable:
    return files("publisher") / "guide"


def guide_text() -> str:
    """Return the guide as it is written, in Markdown."""
    return (_folder() / "huong-dan.md").read_text(encoding="utf-8")


class Guide:
    """Answers with the guide and its pictures, out of the package: no network is needed."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame

    def answer(self, path: str) -> Answer | None:
        """Return the guide's page or one of its pictures, None for another path."""
        if path == PATH:
            return self._frame.page("guide.html", _rendered())
        name = path.removeprefix(f"{PATH}pictures/")
        if name == path:
            return None
        # Compared with what is there, so that no name leads out of the folder.
        for picture in (_folder() / "pictures").iterdir():
            mime = _MIME.get("." + name.rpartition(".")[2].lower())
            if picture.name == name and mime:
                return Answer(200, mime, picture.read_bytes())
        return None

    def alone(self, path: str) -> Answer | None:
        """Return what a server answers that has nothing but the guide."""
        return asset(path) or self.answer(PATH if path in ("/", "/index.html") else path)


@cache
def _rendered() -> Mapping[str, object]:
    """Return the guide's title, its text as HTML, and name and anchor of its sections."""
    reader = Markdown(
        extensions=["tables", "fenced_code", "sane_lists", "attr_list", "toc"],
        extension_configs={"toc": {"slugify": slugify_unicode}},
    )
    html = reader.convert(_CONTENTS.sub("", guide_text()))
    tokens = getattr(reader, "toc_tokens", [])
    title = tokens[0]["name"] if tokens else ""
    sections = [(str(s["name"]), str(s["id"])) for s in (tokens[0]["children"] if tokens else ())]
    html = html.replace('src="pictures/', f'src="{PATH}pictures/').replace(
        "<img ", '<img loading="lazy" '
    )
    return {"title": title, "html": html, "contents": sections}
