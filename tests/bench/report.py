"""How long a report of many publications takes: ``python -m tests.bench report``.

Each log is made anew. The report (log read, rows folded, two periods and the targets counted)
and the proof of the log (each row hashed) are set beside a single pass of sqlite3 over the
columns that they need. ``PUBLISHER_BENCH_ROWS`` are other numbers of publications.
"""

from __future__ import annotations

import gc
import os
import random
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
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
from tests.bench import Row

NOW = datetime(2024, 1, 5, tzinfo=UTC)
NUMBERS = [int(n) for n in os.environ.get("PUBLISHER_BENCH_ROWS", "100000,1000000").split(",")]
_FIRST = datetime(2021, 12, 15, tzinfo=UTC)
_LONG = 200_000  # publications, from which on there is one round
_COUNTED = "site, key, kind, theme, unit, authors, pictures, shown_at, at"


def fill(path: Path, number: int, letters: int = 3000) -> None:
    """Write a log of so many publications, over two years and two sites, past the log.

    letters: of the text of each.
    """
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
            "content": ("<p>Nội dung.</p>" * 200)[:letters],
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


def single_pass(path: Path, columns: str) -> int:
    """Read the rows once, as plainly as can be."""
    with closing(sqlite3.connect(path)) as database:
        query = f"SELECT {columns} FROM publications"
        return sum(1 for _row in database.execute(query))


def timed(work: Callable[[], object], rounds: int) -> float:
    """Return the seconds of processor time that the quickest run takes."""
    taken = []
    for _ in range(rounds):
        begin = time.process_time()
        work()
        taken.append(time.process_time() - begin)
    return min(taken)


@contextmanager
def many_values() -> Iterator[None]:
    """Look for cycles as seldom as the program does, see :mod:`publisher.__main__`."""
    before = gc.get_threshold()
    gc.set_threshold(100_000, 20, 100)
    yield
    gc.set_threshold(*before)


def rows() -> Iterator[Row]:
    """Yield two rows for each size."""
    first = 0.0
    for number in NUMBERS:
        # A million texts of usual length would be gigabytes, which neither of the two reads.
        letters = 3000 if number <= _LONG else 200
        with tempfile.TemporaryDirectory() as folder, many_values():
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
            fill(path, number, letters)
            office = Office(config, lambda: NOW, _no_site)
            period = run.closed(config, year(2023))
            rounds = 3 if number <= _LONG else 1
            plain = timed(partial(single_pass, path, _COUNTED), rounds)
            report = timed(partial(run.report, office, period), rounds)
            each = report / number
            linear = f", {each / first:.2f} of that each" if first else ""
            first = first or each
            yield Row(
                f"report over {number:,} publications",
                "a single pass of the log by `sqlite3`",
                report / plain,
                "≤ 10 ×",
                f"{report:.2f} s and {plain:.2f} s of processor{linear}",
            )
            plain = timed(partial(single_pass, path, "*"), rounds)
            proof = timed(partial(_proved, office), rounds)
            yield Row(
                f"`log verify` over {number:,} publications",
                "a single pass of the log by `sqlite3`, all columns",
                proof / plain,
                "≤ 10 ×",
                f"{proof:.2f} s and {plain:.2f} s of processor",
            )


def _proved(office: Office) -> None:
    with run.log_of(office) as log:
        assert not log.verify()


def _no_site(name: str) -> Site:
    raise AssertionError(f"a report asks no site: {name}")
