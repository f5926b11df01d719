"""Laws that a post cites, and whether they were in force on the day of the post."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from publisher.checks.passages import Passage
from publisher.checks.rules import Law
from publisher.model import Problem, Severity
from publisher.text import fold

_DASH = "[-\u2010-\u2015\u2212]"
_SIGN = rf"[A-ZĐÐ]{{2,6}}\d{{0,2}}(?:\s?{_DASH}\s?[A-ZĐÐ]{{2,9}}(?:{_DASH}[A-ZĐÐ]{{2,9}})*)?"
_APART = re.compile(rf"\s{_DASH}")
_CITED = re.compile(
    rf"(?P<number>\d(?<![\d/.,]\d)\d{{0,4}})\s?/\s?"
    rf"(?:(?P<year>(?:19|20)\d\d)(?:\s?/\s?(?P<sign>{_SIGN}))?|(?P<bare>{_SIGN}))(?![\w/])",
    re.IGNORECASE,
)
_KINDS: Mapping[str, str] = {
    "nghi dinh": "nd", "nd": "nd", "thong tu": "tt", "tt": "tt", "thong tu lien tich": "ttlt",
    "chi thi": "ct", "ct": "ct", "quyet dinh": "qd", "qd": "qd", "nghi quyet": "nq", "nq": "nq",
    "luat": "qh", "bo luat": "qh", "phap lenh": "ubtvqh",
}  # fmt: skip
_KIND = re.compile(
    r"(?<!\w)(bộ luật|luật|nghị\s+định|n[đÐ]|thông\s+tư(?:\s+liên\s+tịch)?|tt|chỉ\s+thị|ct"
    r"|quyết\s+định|q[đÐ]|nghị\s+quyết|nq|pháp\s+lệnh)\.?\s*(?:số)?\s*:?\s*$",
    re.IGNORECASE,
)
_HISTORIC = re.compile(
    r"hết\s+hiệu\s+lực|không\s+còn\s+hiệu\s+lực|thay\s+thế|thay\s+cho|bãi\s+bỏ|h(?:ủy|uỷ)\s+bỏ"
    r"|trước\s+đây|trước\s+kia|lúc\s+đó|khi\s+đó|thời\s+điểm\s+đó|văn\s+bản\s+cũ|quy\s+định\s+cũ",
    re.IGNORECASE,
)
_COMING = re.compile(
    r"hiệu\s+lực|áp\s+dụng\s+từ|thi\s+hành\s+từ|dự\s+thảo|sắp\s+tới|vừa\s+ban\s+hành|mới\s+ban\s+hành",
    re.IGNORECASE,
)
_NEAR = 160  # characters; about a sentence to each side
_STEPS = 5  # a chain of replacements is never longer; a circle in the data ends here


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The laws by the keys under which they can be cited."""

    _laws: Mapping[tuple[str, str, str], Law] = field(default_factory=dict)

    @classmethod
    def of(cls, laws: Sequence[Law]) -> Catalogue:
        """Return the catalogue of some laws; a later entry takes the place of an earlier one."""
        by_key: dict[tuple[str, str, str], Law] = {}
        for law in laws:
            found = _CITED.fullmatch(law.number.strip())
            if not found:
                continue
            number, year, sign = _parts(found)
            by_key[number, year, sign] = law
            if year:  # "NĐ 61/2018" says the same
                by_key[number, year, _sort(sign)] = law
        return cls(by_key)

    def __bool__(self) -> bool:
        return bool(self._laws)

    def cited(self, found: re.Match[str], before: str) -> Law | None:
        """Return the law that a citation means; ``before`` is what stands before it."""
        number, year, sign = _parts(found)
        if sign and (law := self._laws.get((number, year, sign))):
            return law
        # "91/2025/QH15 - Quy định ...": what follows a dash after a space need not belong to it.
        apart = _APART.split(found["sign"] or found["bare"] or "")
        if len(apart) > 1:
            return self._laws.get((number, year, _sign(apart[0])))
        if year and not found["sign"] and (kind := _KIND.search(before)):
            return self._laws.get((number, year, _KINDS[fold(kind[1])]))
        return None

    def in_place_of(self, law: Law, day: date, steps: int = _STEPS) -> list[str]:
        """Return what is in force on a day in place of a law that is not, as it is cited."""
        names: list[str] = []
        for number in law.replaced_by if steps else ():
            found = _CITED.fullmatch(number.strip())
            other = self.cited(found, "") if found else None
            if other and other.expires and other.expires <= day:
                names += self.in_place_of(other, day, steps - 1)
            else:
                names.append(name_of(other) if other else number)
        return list(dict.fromkeys(names))


def citable(number: str) -> bool:
    """Return whether this is the number of a law as it is cited: ``61/2018/NĐ-CP``."""
    found = _CITED.fullmatch(number)
    return bool(found and (found["sign"] or found["bare"]))


def _parts(found: re.Match[str]) -> tuple[str, str, str]:
    sign = found["sign"] or found["bare"] or ""
    return found["number"].lstrip("0"), found["year"] or "", _sign(sign)


@lru_cache(maxsize=1024)
def _sign(written: str) -> str:
    # Ð (eth) looks like Đ and stands for it in texts from old fonts.
    plain = fold(written.replace("Ð", "Đ").replace("ð", "đ"))
    return re.sub(rf"\s*{_DASH}\s*", "-", plain)


def _sort(sign: str) -> str:
    """Return the kind of document that a sign means: ``nd`` of ``nd-cp``, ``qh`` of ``qh15``."""
    return sign.partition("-")[0].rstrip("0123456789")


def name_of(law: Law) -> str:
    """Return a law as it is cited: ``Nghị định số 61/2018/NĐ-CP``."""
    if not law.kind:
        return law.number
    return f"{law.kind} số {law.number}"


def check_laws(
    passages: Sequence[Passage], catalogue: Catalogue, today: date | None
) -> Iterator[Problem]:
    """Yield the laws that the passages of one post cite out of their time, each once a field."""
    told: set[tuple[str, str]] = set()
    for passage in passages:
        if "/" not in passage.prose:
            continue
        day = passage.post.date.date() if passage.post.date else today
        if day is None:
            return
        for found in _CITED.finditer(passage.prose):
            law = catalogue.cited(found, passage.prose[max(0, found.start() - 30) : found.start()])
            if law is None or (passage.key, law.number) in told:
                continue
            problem = _judged(law, catalogue, day, passage, found)
            if problem:
                told.add((passage.key, law.number))
                yield problem


def _judged(
    law: Law, catalogue: Catalogue, day: date, passage: Passage, found: re.Match[str]
) -> Problem | None:
    where = passage.where(found.start())
    near = _near(passage.prose, found)
    if law.expires and law.expires <= day:
        if _HISTORIC.search(near):
            return None
        others = catalogue.in_place_of(law, day)
        params = {"name": name_of(law), "since": _day(law.expires), "other": ", ".join(others),
                  "reason": "replaced" if others else "expired"}  # fmt: skip
        return Problem("law-expired", where, params, Severity.WARNING)
    since = law.in_force or law.signed
    if since and since > day and not _COMING.search(near):
        params = {"name": name_of(law), "since": _day(since)}
        return Problem("law-early", where, params, Severity.WARNING)
    return None


def _near(text: str, found: re.Match[str]) -> str:
    """Return what stands around a citation, within its paragraph; of a table, its row."""
    start, end = max(0, found.start() - _NEAR), found.end() + _NEAR
    before, after = text[start : found.start()], text[found.end() : end]
    row_start, row_end = text.rfind("\n", 0, found.start()) + 1, text.find("\n", found.end())
    row = text[row_start : row_end if row_end >= 0 else None]
    parting = "\n" if row.lstrip().startswith("|") else "\n\n"
    return before.rpartition(parting)[2] + found[0] + after.partition(parting)[0]


def _day(day: date) -> str:
    # As NĐ 30/2020/NĐ-CP, Phụ lục I, writes numbers of months: a zero before 1 and 2 alone.
    month = f"{day.month:02}" if day.month < 3 else f"{day.month}"
    return f"{day.day:02}/{month}/{day.year}"
