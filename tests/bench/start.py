"""How long the program takes to say what it can do: ``python -m tests.bench start``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from tests.bench import Row
from tests.bench.timing import quickest, took

_ROUNDS = 15


def rows() -> Iterator[Row]:
    """Yield the row of ``publisher --help``."""
    here = Path(__file__).resolve().parents[2]
    program = [sys.executable, "-m", "publisher", "--help"]
    floor = [sys.executable, "-c", "import click"]
    best = quickest(
        {"help": lambda: took(program, here), "click": lambda: took(floor, here)}, _ROUNDS
    )
    ours, theirs = best["help"].seconds, best["click"].seconds
    yield Row(
        "`publisher --help`",
        '`python -c "import click"`',
        ours / theirs,
        "≤ 1.5 ×",
        f"{ours * 1000:.0f} ms and {theirs * 1000:.0f} ms, the quickest of {_ROUNDS}, in turns",
    )
