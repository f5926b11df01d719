"""Post → Article: Markdown made into sanitised HTML, then filled with a site's addresses."""

from typing import TYPE_CHECKING

from publisher.late import face
from publisher.render.labels import Labels

if TYPE_CHECKING:
    from publisher.render.article import render
    from publisher.render.filling import credited, fill
else:
    __getattr__ = face(
        __name__,
        article=("render",),
        filling=(
            "credited",
            "fill",
        ),
    )

__all__ = ["Labels", "credited", "fill", "render"]
