"""Where the catalogue of laws is that ships, and the office's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from publisher.config.settings import Config

SHIPPED = Path(__file__).parent.parent / "data" / "laws.toml"


def laws_file(config: Config) -> Path | None:
    """Return the office's own file of laws, absolute, None when it has none."""
    named = config.checks.laws
    return None if named is None else config.base / named
