"""All measurements in one table: ``python -m tests.bench [MODULE ...]``, or ``make bench``."""

from __future__ import annotations

import importlib
import math
import pkgutil
import sys
import traceback
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import tests.bench
from tests.bench import Row


def modules() -> list[str]:
    """Return the modules that have rows, by name."""
    names = sorted(each.name for each in pkgutil.iter_modules(tests.bench.__path__))
    return [name for name in names if name != "__main__"]


def rows(names: Sequence[str]) -> Iterator[Row]:
    """Yield the rows of modules; one that fails says why, and the others go on."""
    for name in names:
        module = importlib.import_module(f"tests.bench.{name}")
        if not hasattr(module, "rows"):
            continue
        try:
            yield from module.rows()
        except (Exception, SystemExit) as error:  # whatever it is, the table is printed
            traceback.print_exc()
            yield Row(name, "", math.nan, "", f"failed: {error or type(error).__name__}")


def main(names: Sequence[str]) -> None:
    """Print the table in Markdown, a line as soon as it is known."""
    print(f"| work ({datetime.now(UTC):%d/%m/%Y}) | against | measured | target | how |")
    print("|---|---|---:|---:|---|")
    for row in rows(names):
        cells = (row.work, row.against, f"{row.ratio:.2f} ×", row.target, row.detail)
        print(f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:] or modules())
