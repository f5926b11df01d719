"""Personal data in a text: phones, identity numbers, e-mail addresses, number plates.

Luật Bảo vệ dữ liệu cá nhân số 91/2025/QH15 and NĐ 356/2025/NĐ-CP (before 2026 NĐ 13/2023/NĐ-CP)
ask for the consent of the person. What was found is told masked: a message goes into logs too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from publisher.checks.passages import Passage
from publisher.checks.rules import Rules
from publisher.model import Problem, Severity
from publisher.text import fold

_GAP = r"[ .\u00a0\u2009\u202f()\u2010-\u2013-]{0,3}"
_PHONE = re.compile(
    rf"(?<![\w.,+@-])(?<![\d][ \u00a0])\(?(?:\+84|0084|84|0)\)?(?:{_GAP}\d){{8,10}}"
    r"(?![\w%]|[.,-]\d|[ \u00a0]\d|[.\w-]*@)"
)
_PLAIN = re.compile(r"84\d{9}")
# Ten digits that begin with 0 may also be a day and a year, or the number of something else.
_DAY = re.compile(r"\(?0\d[ .-][01]?\d[ .-](?:19|20)\d\d")
_OTHER_NUMBER = re.compile(
    r"(?:ma so thue|mst|ma so|so tai khoan|tai khoan|stk|ma ho so|so ho so|ma van ban|ma dinh danh"
    r"|so hieu|so seri|so bien nhan|ma vach|isbn|ma gd|ma giao dich)\W{0,4}(?:so\W{0,2})?$"
)
_MONEY = re.compile(r"\s*(?:đồng|đ\b|vnđ|vnd|usd|triệu|tỷ|tỉ|nghìn)", re.IGNORECASE)
# 001 to 096: the province; then the century and sex (TT 07/2016/TT-BCA, Điều 4).
_IDENTITY = re.compile(
    r"(?<![\w/.,-])0(?:0[1-9]|[1-8]\d|9[0-6])(?:\d{9}|\d([ .])\d{2}\1?\d{3}\1\d{3}"
    r"|([ .])\d{3}\2\d{3}\2\d{3})(?![\w/]|[.,-]\d|[ ]\d)"
)
_OLD_IDENTITY = re.compile(
    r"(?:chứng\s+minh|cmnd|cmtnd|cmt|căn\s+cước|cccd|định\s+danh)[^\d\n]{0,40}"
    r"(?<!\d)(\d{9}|\d{3}[ .]\d{3}[ .]\d{3})(?![\w/]|[.,]\d|[ ]\d)",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"(?<![\w.+%-])([\w.+%-]{1,64})@((?:[\w-]{1,63}\.)+[a-zA-Z]{2,24})(?![\w-])")
_PLATE = re.compile(r"\d\d[ -]?[A-ZĐ]{1,2}\d?[ .-]{0,3}\d{3}\.?\d\d(?![\w/])")
_VEHICLE = re.compile(r"\b(?:biển\s+(?:kiểm\s+soát|số|xe)|bks|xe)\b[^\d\n]*$", re.IGNORECASE)
# Nine digits in a row, however they are set apart, of which all longer numbers have one.
_LONG = re.compile(rf"\d(?:{_GAP}\d){{8}}")
_BEFORE = 30  # characters before a number that may say what it is


@dataclass(frozen=True, slots=True)
class Known:
    """The office's own numbers and addresses, in the form in which they are compared."""

    phones: frozenset[str]
    emails: frozenset[str]
    domains: tuple[str, ...]

    @classmethod
    def of(cls, rules: Rules) -> Known:
        """Return what the rules allow a post to show."""
        return cls(
            frozenset(national(phone) for phone in rules.phones),
            frozenset(email.strip().casefold() for email in rules.emails),
            tuple(d.strip().lstrip("@.").casefold() for d in rules.email_domains if d.strip()),
        )


def national(written: str) -> str:
    """Return the digits of a phone number as dialled within the country."""
    digits = _digits(written)
    for code in ("0084", "84"):
        if digits.startswith(code) and len(digits) >= len(code) + 9:
            # "+84 (0) 254 ..." has both.
            return f"0{digits.removeprefix(code).removeprefix('0')}"
    return digits


def check_personal(passages: Sequence[Passage], known: Known) -> Iterator[Problem]:
    """Yield the personal data that readers of the passages of one post are shown."""
    for passage in passages:
        text = passage.shown
        if _LONG.search(text):
            yield from _numbers(passage, known)
        if "@" in text:
            yield from _emails(passage, known)
        for found in _PLATE.finditer(text):
            before = text[max(0, found.start() - _BEFORE) : found.start()]
            if _VEHICLE.search(before):
                yield _told("personal-plate", passage, found.start(), _masked(found[0], 3, 2))


def _numbers(passage: Passage, known: Known) -> Iterator[Problem]:
    text = passage.shown
    for found in _PHONE.finditer(text):
        number = national(found[0])
        if number not in known.phones and _is_phone(number, found, text):
            yield _told("personal-phone", passage, found.start(), _masked(number, 4))
    for found in _IDENTITY.finditer(text):
        yield _told("personal-id", passage, found.start(), _masked(_digits(found[0]), 3))
    for found in _OLD_IDENTITY.finditer(text):
        yield _told("personal-id", passage, found.start(1), _masked(_digits(found[1]), 3))


def _digits(written: str) -> str:
    return re.sub(r"\D", "", written)


def _told(code: str, passage: Passage, at: int, masked: str) -> Problem:
    return Problem(code, passage.where(at), {"value": masked}, Severity.WARNING)


def _masked(text: str, head: int, tail: int = 3) -> str:
    return f"{text[:head]}•••{text[-tail:]}"


def _is_phone(number: str, found: re.Match[str], text: str) -> bool:
    written = found[0]
    # Mobile networks have ten digits; a place has eleven since 2017, its code begins with 02.
    if not re.fullmatch(r"0[35789]\d{8}|02\d{9}", number) or _DAY.match(written):
        return False
    if written.startswith("0."):
        return False  # a fraction
    if written.startswith("84") and not _PLAIN.fullmatch(written):
        return False  # "84 912 345 678" is a quantity
    before = fold(text[max(0, found.start() - _BEFORE) : found.start()].rpartition("\n")[2])
    if before.endswith("."):
        before = before[:-1]
    return not _OTHER_NUMBER.search(before) and not _MONEY.match(text, found.end())


def _emails(passage: Passage, known: Known) -> Iterator[Problem]:
    for found in _EMAIL.finditer(passage.shown):
        name, domain = found[1], found[2].casefold()
        own = any(domain == d or domain.endswith(f".{d}") for d in known.domains)
        if not own and found[0].casefold() not in known.emails:
            yield _told("personal-email", passage, found.start(), f"{name[0]}•••@{found[2]}")
