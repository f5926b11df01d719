"""What a post is checked against while it is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time, tzinfo


@dataclass(frozen=True, slots=True)
class Rules:
    """What a post is checked against: theme codes with labels, site names, the time zone.

    default_time: the time of day of a date that was written without one. groups: sites that are
    named together. default_sites: those of a post that names none, () for all.
    """

    themes: Mapping[str, str]
    sites: Sequence[str]
    timezone: tzinfo
    default_time: time = time(0, 0)
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    default_sites: tuple[str, ...] = ()
