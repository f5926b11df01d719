"""How long people wait for the desk: ``python -m tests.bench.desk [ITEMS [POSTS [PEOPLE]]]``.

A log of so many items, a folder of so many posts, and so many people, each signed in at a
browser of its own, who all ask for the same page at the same moment, several times over. The
desk runs in a process of its own, as it does in an office. What people wait is taken from the
first byte sent to the last byte read. Then everybody reads what they like for a while, with
pauses of a second or two.
"""

from __future__ import annotations

import http.client
import json
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from publisher import config as configs
from publisher import i18n, messages, run
from publisher.people import Role
from publisher.web import Desk, Doors, Server, create
from tests.bench import Row, report

ROUNDS = 4
WANDERING = 15.0  # seconds
PAGES = {
    "today": "/",
    "posts": "/bai",
    "posts, searched": "/bai?q=thu+tuc&standing=out",
    "post": "/bai/2023/7",
    "shown": "/xem-bai/2023/7",
    "log": "/nhat-ky",
    "log, searched": "/nhat-ky?q=tin+so+777",
    "log, far back": "/nhat-ky?page=300",
    "report": "/bao-cao?span=year&year=2023",
    "calendar": "/lich",
    "hand in": "/nop-bai",
    "looked again": "/nhip",
}


def office(base: Path, items: int, posts: int) -> None:
    """Make a folder of posts that are published already, and the log of many more."""
    (base / "config.toml").write_text(
        '[sites.so-khcn]\nkind = "preview"\n[sites.trung-tam]\nkind = "preview"\n'
        '[themes]\ncan-bo = "Cán bộ"\nra-soat = "Rà soát"\nket-qua = "Kết quả"\n'
        f"[report.targets]\ntotal = {items}\n",
        encoding="utf-8",
    )
    folder = base / "posts" / "2023"
    folder.mkdir(parents=True)
    for number in range(1, posts + 1):
        (folder / f"{number}.md").write_text(
            f'---\ntitle: "Tin số {number} về cải cách thủ tục hành chính"\nkind: tin\n'
            "date: 15/03/2023\n---\n\n" + "Nội dung của bài, vài câu.\n\n" * 8,
            encoding="utf-8",
        )
    log = base / ".publisher" / "log.sqlite3"
    log.parent.mkdir()
    report.fill(log, items)
    # The files of most items went long ago, as in an office of some years.
    gone = {f"2023/{n}": "2024-01-01T00:00:00+00:00" for n in range(posts + 1, items + 1)}
    (base / ".publisher" / "cache").mkdir()
    (base / ".publisher" / "cache" / "gone.json").write_text(json.dumps(gone), encoding="utf-8")


def serve(base: Path, people: int) -> None:
    """Serve its desk; print the port and a session for each person."""
    i18n.use("vi")
    words, path = i18n.words("vi"), base / "config.toml"

    def opened(config: configs.Config) -> run.Office:
        return run.office(config, {}, lambda: datetime.now(UTC), words, messages.kinds(words))

    desk = Desk(
        path, lambda: configs.load(path), opened, lambda: datetime.now(UTC), time.monotonic,
        local=True, tell=print,
    )  # fmt: skip
    server = Server(create(desk), "127.0.0.1", 0)
    desk.doors = Doors(server.port)
    desk.warm()
    sessions = [desk.sessions.begin(f"person {n}", Role.EDITOR) for n in range(people)]
    print(json.dumps([server.port, sessions]), flush=True)
    server.run()


class Person:
    """Somebody at a browser, which keeps its connection as browsers do."""

    def __init__(self, port: int, session: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self._headers = {"Cookie": f"publisher-{port}={session}"}

    def waits(self, path: str) -> float:
        """Return the seconds until a page is there."""
        begin = time.perf_counter()
        while self._status(path) == 503:  # read for the first time: the page looks again
            time.sleep(1)
        return time.perf_counter() - begin

    def _status(self, path: str) -> int:
        self._connection.request("GET", path, headers=self._headers)
        answer = self._connection.getresponse()
        answer.read()
        assert answer.status in (200, 503), (path, answer.status)
        return answer.status


def at_once(people: Sequence[Person], path: str) -> list[float]:
    """Return how long each waits when all ask at the same moment."""
    gate, waited = threading.Barrier(len(people)), list[float]()

    def ask(person: Person) -> None:
        gate.wait()
        waited.append(person.waits(path))

    threads = [threading.Thread(target=ask, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return waited


def wander(people: Sequence[Person]) -> dict[str, list[float]]:
    """Return how long each page took people who read for a while."""
    waited: dict[str, list[float]] = {name: [] for name in PAGES}
    until = time.monotonic() + WANDERING

    def read(person: Person, seed: int) -> None:
        draw = random.Random(seed)
        while time.monotonic() < until:
            name = draw.choice(list(PAGES))
            waited[name].append(person.waits(PAGES[name]))
            time.sleep(draw.uniform(0.5, 2.5))

    threads = [threading.Thread(target=read, args=(person, n)) for n, person in enumerate(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return waited


def p95(waited: Sequence[float]) -> float:
    """Return what 95 of a hundred waited at most; seconds."""
    known = sorted(waited)
    return known[min(len(known) - 1, int(len(known) * 0.95))]


def memory(pid: int) -> str:
    """Return the memory of a process, where the system tells it."""
    with suppress(OSError):
        for each in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
            if each.startswith("VmHWM"):
                return f"{int(each.split()[1]) // 1024} MB at most"
    return "not known here"


@contextmanager
def visited(items: int, posts: int, people: int) -> Iterator[tuple[list[Person], int, float]]:
    """Yield people at the desk of an office, its process, and the seconds until it was ready."""
    with tempfile.TemporaryDirectory() as folder:
        office(Path(folder), items, posts)
        command = [sys.executable, "-m", "tests.bench.desk", "--serve", folder, str(people)]
        begin = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8")
        try:
            assert process.stdout
            port, sessions = json.loads(process.stdout.readline())
            ready = time.perf_counter() - begin
            yield [Person(port, session) for session in sessions], process.pid, ready
        finally:
            process.kill()
            process.wait()


def rows(items: int = 100_000, posts: int = 3000, people: int = 50) -> Iterator[Row]:
    """Yield how long people wait when all ask at once, against one after the other."""
    with visited(items, posts, people) as (visitors, pid, ready):
        for path in PAGES.values():
            visitors[0].waits(path)  # what the first one waits is in the line of "ready"
        alone: dict[str, float] = {}
        for name, path in PAGES.items():
            alone[name] = median(visitors[0].waits(path) for _ in range(5))
            waited = [w for _ in range(ROUNDS) for w in at_once(visitors, path)]
            yield Row(
                f"the page “{name}” for {people} people at the same instant: p95",
                f"{people} times what one who is alone waits",
                p95(waited) / (people * alone[name]),
                "≤ 4 ×",
                f"p95 {p95(waited):.3f} s, median {median(waited):.3f} s, the longest "
                f"{max(waited):.3f} s; alone {alone[name]:.3f} s",
            )
        slowest = max(wander(visitors).items(), key=lambda pair: p95(pair[1]))
        yield Row(
            f"{people} people, each a page every second and a half, the slowest: p95",
            "the same page for one who is alone",
            p95(slowest[1]) / alone[slowest[0]],
            "≤ 20 ×",
            f"“{slowest[0]}”, p95 {p95(slowest[1]):.3f} s; {items} items in the log, "
            f"{posts} posts; ready after {ready:.0f} s; memory: {memory(pid)}",
        )


if __name__ == "__main__":
    given: list[Any] = sys.argv[1:]
    if given[:1] == ["--serve"]:
        serve(Path(given[1]), int(given[2]))
    else:
        for row in rows(*(int(text) for text in given)):
            print(f"{row.ratio:6.2f} × ({row.target})  {row.work}: {row.detail}", flush=True)
