"""Mistakes of our own: written to a file, for whoever mends them."""

from __future__ import annotations

import tempfile
import traceback
from pathlib import Path

from publisher.masking import masked


def report(error: BaseException, folder: Path | None = None) -> Path:
    """Write the traceback of an error into a file that only its owner reads; return which.

    folder: where; None for that of temporary files, which a service may have for itself alone.
    Raise OSError when it can't be written.
    """
    text = masked("".join(traceback.format_exception(error)))
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(
        "w", prefix="publisher-", suffix=".txt", dir=folder, delete=False, encoding="utf-8"
    ) as file:
        file.write(text)
    return Path(file.name)
