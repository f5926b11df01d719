"""Post → Article: Markdown made into sanitised HTML, then filled with a site's addresses."""

from publisher.render.article import Labels, render
from publisher.render.filling import fill

__all__ = ["Labels", "fill", "render"]
