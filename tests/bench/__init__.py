"""Measurements, run by hand; nothing here is asserted.

Every figure is a ratio of two measurements of one run on the machine at hand.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table.

    work: what was done. against: what it is measured against. ratio: see target, such as
    "≤ 0.75 ×" (our seconds to those of the other) or "≥ 6 × faster". detail: how it was taken.
    """

    work: str
    against: str
    ratio: float
    target: str
    detail: str
