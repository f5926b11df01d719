"""Formulas that count the lists, so that an office can check every figure by itself."""

from __future__ import annotations

from collections.abc import Sequence

_LONGEST = 250  # Excel refuses longer criteria


def one_value(labels: Sequence[str], label: str) -> bool:
    """Return whether COUNTIF finds exactly this label.

    To COUNTIF ``*``, ``?`` and ``~`` are patterns, "Lan" is "LAN", and what looks like a
    number or a date is one.
    """
    return (
        label[:1].isalpha()
        and len(label) <= _LONGEST
        and not any(c.isdigit() or c in "*?~" for c in label)
        and label.casefold() not in ("true", "false")
        and sum(other.casefold() == label.casefold() for other in labels) == 1
    )


def count(name: str, cell: str, plain: bool) -> str:
    """Return a formula that counts in a named list what a cell says; plain: COUNTIF can."""
    if plain:
        return f'=COUNTIF({name},"="&{cell})'
    return f"=SUMPRODUCT(--EXACT({name},{cell}))"


def total(name: str, cell: str, values: str, plain: bool) -> str:
    """Return a formula that adds up the values beside what a cell says."""
    if plain:
        return f'=SUMIF({name},"="&{cell},{values})'
    return f"=SUMPRODUCT(EXACT({name},{cell})*{values})"


def in_month(days: str, first: str) -> str:
    """Return a formula that counts the days of the month whose first day a cell holds."""
    return f'=COUNTIFS({days},">="&{first},{days},"<"&EDATE({first},1))'


def in_month_of(days: str, first: str, name: str, cell: str, plain: bool) -> str:
    """Return a formula that counts what a cell says in the month that begins at another."""
    if plain:
        return f'=COUNTIFS({name},"="&{cell},{days},">="&{first},{days},"<"&EDATE({first},1))'
    return f"=SUMPRODUCT(EXACT({name},{cell})*({days}>={first})*({days}<EDATE({first},1)))"
