"""What posts are checked against: the office's own data, and the dated catalogue of laws."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from publisher.model import Problem


@dataclass(frozen=True, slots=True)
class Law:
    """One entry of the catalogue.

    kind, number: as they are cited, "Nghị định" and "61/2018/NĐ-CP". signed: the day of its
    signature. in_force: its first day. expires: the first day on which it is no longer in
    force. replaced_by: numbers of the entries that took its place.
    """

    number: str
    kind: str = ""
    title: str = ""
    signed: date | None = None
    in_force: date | None = None
    expires: date | None = None
    replaced_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rules:
    """What a post is checked against.

    phones, emails, email_domains: the office's own, which posts may show. slogan: as it must
    be written; "" for none. today: the date of a post without one; None leaves it undated.
    """

    laws: tuple[Law, ...] = ()
    slogan: str = ""
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    email_domains: tuple[str, ...] = ()
    today: date | None = None


NO_RULES = Rules()
"""No law, no slogan, no phone of an office: what can be said of any post."""

Looked = tuple[list[Problem], list[Problem]]
"""What a post does not have, or will surprise its author with; what is wrong with its text."""
