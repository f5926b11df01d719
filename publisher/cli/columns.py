"""A table that fits the terminal: less needed columns are left out, or each row is a card."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Collection, Sequence

import click

from publisher.cli.output import table

_GAP = 2  # characters between two columns


def show(heads: Sequence[str], rows: Sequence[Sequence[str]], spare: Collection[str] = ()) -> None:
    """Print a table whose first cells are names and whose second cells say how each is.

    spare: heads of columns that are left out where lines are too short, the least needed first;
    a column in which nothing stands is none. A table that does not fit without them is printed
    as cards, which have everything. What is no terminal takes lines of any length.
    """
    said = [n for n in range(len(heads)) if n < 2 or any(row[n] for row in rows)]
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    room = shutil.get_terminal_size().columns if sys.stdout.isatty() else 0

    def too_wide(shown: Sequence[int]) -> bool:
        return 0 < room < sum(widths[n] + _GAP for n in shown) - _GAP

    shown = list(said)
    for head in spare:
        if too_wide(shown):
            shown = [n for n in shown if heads[n] != head]
    if too_wide(shown):
        _cards(heads, rows, said[2:])
    else:
        table([[row[n] for n in shown] for row in rows], [heads[n] for n in shown])


def _cards(heads: Sequence[str], rows: Sequence[Sequence[str]], shown: Sequence[int]) -> None:
    width = max((len(heads[n]) for n in shown), default=0)
    for number, row in enumerate(rows):
        if number:
            click.echo()
        click.echo(f"{click.style(row[0], bold=True)}: {row[1]}")
        for n in shown:
            if row[n]:
                click.echo(f"  {heads[n].ljust(width)}  {row[n]}")
