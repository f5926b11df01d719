"""Post → Article: Markdown made into sanitised HTML, then filled with a site's addresses."""

from publisher.render.article import Labels, render
from publisher.render.filling import credited, fill

__all__ = ["Labels", "credited", "fill", "render"]
