"""Log → figures: what was published in a period, counted by everything. Pure."""

from publisher.tally.counting import tally
from publisher.tally.figures import (
    BREAKDOWNS,
    Activities,
    Extras,
    Figures,
    Item,
    Progress,
    Scope,
    Target,
    Verified,
)
from publisher.tally.folding import items_of

__all__ = [
    "BREAKDOWNS",
    "Activities",
    "Extras",
    "Figures",
    "Item",
    "Progress",
    "Scope",
    "Target",
    "Verified",
    "items_of",
    "tally",
]
