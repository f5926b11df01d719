"""How long a report of many publications takes: ``python -m tests.bench.report [NUMBER ...]``.

Each log is made anew, with texts of a few kilobytes. The report (log read, rows folded, two
periods and the targets counted) is set beside a single pass of sqlite3 over the same rows.
"""

from __future__ import annotations

import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from publisher import run
from publisher.apply import Site
from publisher.config import Config
from publisher.config.reporting import ReportSettings
from publisher.config.settings import SiteSettings
from publisher.log import open_log
from publisher.log.chain import GENESIS, row_hash
from publisher.periods import year
from publisher.run import Office

NOW = datetime(2024, 1, 5, tzinfo=UTC)
_FIRST = datetime(2021, 12, 15, tzinfo=UTC)


def fill(path: Path, number: int) -> None:
    """Write a log of so many publications, over two years and two sites, past the log."""
    log = open_log(path, lambda: _FIRST)
    log.start_run("publish")
    log.close()
    draw = random.Random(20231214)
    database = sqlite3.connect(path)
    before, step = GENESIS, timedelta(days=730) / number
    for id_ in range(1, number + 1):
        at = (_FIRST + id_ * step).isoformat(timespec="microseconds").replace("+00:00", "Z")
        row: dict[str, str | int | None] = {
            "id": id_,
            "at": at,
            "prev_hash": before,
            "run_id": 1,
            "attempt_id": None,
            "site": draw.choice(["so-khcn", "trung-tam"]),
            "key": f"2023/{id_}",
            "event": "published",
            "remote_id": str(id_),
            "url": f"https://sokhcn.example/{id_}/",
            "status": "publish",
            "slug": str(id_),
            "title": f"Tin số {id_} về cải cách thủ tục hành chính",
            "kind": draw.choice(["tin", "bai", "anh"]),
            "theme": draw.choice(["can-bo", "ra-soat", "ket-qua", ""]),
            "unit": draw.choice(["Văn phòng Sở", "Trung tâm", ""]),
            "authors": draw.choice(['["Lan"]', '["Minh"]', '["Lan", "Minh"]']),
            "source": "",
            "pictures": draw.randrange(6),
            "shown_at": at,
            "digest": f"d{id_}",
            "article_digest": f"a{id_}",
            "fingerprint": f"f{id_}",
            "reason": "",
            "previous_key": "",
            "content": "<p>Nội dung.</p>" * 200,
        }
        before = row_hash(row)
        row["hash"] = before
        names, marks = ", ".join(row), ", ".join("?" * len(row))
        database.execute(
            f"INSERT INTO publications ({names}) VALUES ({marks})",
            list(row.values()),
        )
    database.commit()
    database.close()


def single_pass(path: Path) -> int:
    """Read the rows once, as plainly as can be."""
    database = sqlite3.connect(path)
    query = "SELECT site, key, kind, theme, unit, authors, pictures, shown_at, at FROM publications"
    number = sum(1 for _row in database.execute(query))
    database.close()
    return number


def timed(work: Callable[[], object]) -> float:
    """Return the seconds of processor time that the quickest of three runs takes."""
    taken = []
    for _ in range(3):
        begin = time.process_time()
        work()
        taken.append(time.process_time() - begin)
    return min(taken)


def main(numbers: Sequence[int]) -> None:
    """Measure logs of these sizes, and print a line for each."""
    for number in numbers:
        with tempfile.TemporaryDirectory() as folder:
            base = Path(folder)
            (base / "posts").mkdir()
            config = Config(
                base=base,
                sites={n: SiteSettings(kind="preview") for n in ("so-khcn", "trung-tam")},
                report=ReportSettings.model_validate(
                    {"close": "10/12", "targets": {"total": number}}
                ),
            )
            path = base / ".publisher" / "log.sqlite3"
            fill(path, number)
            office = Office(config, lambda: NOW, _no_site)
            period = run.closed(config, year(2023))
            plain = timed(lambda: single_pass(path))  # noqa: B023 - called at once
            report = timed(lambda: run.report(office, period))  # noqa: B023
            figures = run.report(office, period).figures
            print(
                f"{number:>8} publications, {figures.total} counted: report {report:.2f} s, "
                f"single pass {plain:.2f} s, ratio {report / plain:.1f}"
            )


def _no_site(name: str) -> Site:
    raise AssertionError(f"a report asks no site: {name}")


if __name__ == "__main__":
    main([int(text) for text in sys.argv[1:]] or [25_000, 50_000, 100_000])
