"""Pictures made fit for paper: in a form that Word knows, no larger than it can show."""

from __future__ import annotations

import io

from PIL import Image, ImageOps

_WORD = {"JPEG": "image/jpeg", "PNG": "image/png"}


def fitted(content: bytes, longest: int) -> tuple[bytes, str, int, int]:
    """Return a picture with a longest side of at most so many pixels, its type and its sides.

    content: a picture made ready for a website. Moving ones stand still.
    """
    with Image.open(io.BytesIO(content)) as picture:
        known = picture.format or ""
        if known in _WORD and max(picture.size) <= longest:
            return content, _WORD[known], picture.width, picture.height
        still = ImageOps.exif_transpose(picture)
        clear = "A" in still.getbands() or "transparency" in still.info
        still = still.convert("RGBA" if clear else "RGB")
    still.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    if clear:
        still.save(buffer, "PNG", optimize=True)
    else:
        still.save(buffer, "JPEG", quality=82, optimize=True)
    return buffer.getvalue(), "image/png" if clear else "image/jpeg", still.width, still.height
