"""Who may do what: one table, asked in one place before any page is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from publisher.people import Role


class Right(StrEnum):
    """What a page asks of whoever opens it; ``open``: nothing, ``here``: to sit at this machine."""

    OPEN = "open"
    HERE = "here"
    SEE = "see"
    DROP = "drop"
    PUBLISH = "publish"
    DECIDE = "decide"


MAY: Mapping[Role, frozenset[Right]] = {
    Role.READER: frozenset({Right.SEE}),
    Role.AUTHOR: frozenset({Right.SEE, Right.DROP}),
    Role.EDITOR: frozenset({Right.SEE, Right.DROP, Right.PUBLISH, Right.DECIDE}),
}


@dataclass(frozen=True, slots=True)
class Route:
    """One address of the desk: its rule, its name, what answers, and what it asks for."""

    rule: str
    name: str
    view: Callable[..., Any]
    right: Right
    method: str = "GET"
