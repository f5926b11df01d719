"""Months in minutes: the scheduler on a real site, with authors at work, a bad network between
and a process that is killed again and again. ``python -m tests.soak 7.1 --minutes 20``.

What must hold at the end, post by post: each stands on the site once, with the last words of
its author and its pictures; the log knows just that; there is nothing left to do.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults import FaultProxy, Rule
from tests.killing import agrees
from tests.office import Office
from tests.wordpress import VERSIONS, WordPress, running_wordpress

_EVERY = 5  # seconds between two scans, the fewest that config.toml allows
_TIMEOUT = 5  # seconds until a request is given up, the fewest too
_COLOURS = ("navy", "teal", "maroon", "olive", "purple", "gray")


@dataclass
class Soaked:
    """What happened: kills by how often, faults by kind, posts as their files are at the end."""

    seed: int
    kills: int = 0
    ended: Counter[int] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    edits: int = 0
    renames: int = 0
    posts: dict[str, str] = field(default_factory=dict)


class Weather:
    """A bad network: every so many requests one is lost, late, refused or half done."""

    def __init__(self, chance: float, seed: int, seen: Counter[str]) -> None:
        self.chance = chance
        self._draw = random.Random(seed)
        self._seen = seen

    def __call__(self, method: str, _path: str) -> Rule | None:
        if self._draw.random() >= self.chance:
            return None
        slow = self._draw.uniform(0.1, _TIMEOUT * 1.3)
        rule = self._draw.choice(
            [
                Rule("drop"),
                Rule("lose"),
                Rule("fail", status=500),
                Rule("fail", status=502),
                Rule("refuse", status=503),
                Rule("refuse", status=429, headers={"Retry-After": "1"}),
                Rule("delay", seconds=slow),
            ]
        )
        self._seen[f"{rule.action} {rule.status}" if "f" in rule.action else rule.action] += 1
        return rule


class Authors:
    """People who drop, mend and rename posts while the scheduler runs."""

    def __init__(self, office: Office, result: Soaked) -> None:
        self._office = office
        self._result = result
        self._draw = random.Random(result.seed + 1)
        self._count = 0

    def act(self) -> None:
        """Do one thing."""
        names = list(self._result.posts)
        act = self._draw.random()
        if not names or act < 0.6:
            self._count += 1
            name = f"bài số {self._count}"
            pictures = self._draw.sample(_COLOURS, self._draw.randrange(3))
            self._pictures(pictures)
            self._write(name, 1, pictures)
        elif act < 0.9:
            name = self._draw.choice(names)
            _marker, revision, *pictures = self._result.posts[name].split("|")
            self._write(name, int(revision) + 1, pictures)
            self._result.edits += 1
        else:
            name = self._draw.choice(names)
            new = f"{name} đổi tên"
            (self._office.folder / f"posts/{name}.md").rename(
                self._office.folder / f"posts/{new}.md"
            )
            self._result.posts[new] = self._result.posts.pop(name)
            self._result.renames += 1

    def _pictures(self, names: list[str]) -> None:
        for colour in names:
            if not (self._office.folder / f"media/{colour}.png").exists():
                self._office.picture(f"media/{colour}.png", (160, 120), colour)

    def _write(self, name: str, revision: int, pictures: list[str]) -> None:
        title = name.removesuffix(" đổi tên" * name.count(" đổi tên")).capitalize()
        shown = "\n\n".join(f"![Ảnh màu {colour}]({colour}.png)" for colour in pictures)
        marker = f"{title}, lần sửa {revision}."
        self._office.post(f"{name}.md", f"{marker}\n\n{shown}", title=title)
        self._result.posts[name] = "|".join([marker, str(revision), *pictures])


def soak(
    site: WordPress,
    folder: Path,
    seconds: float,
    seed: int,
    chance: float = 0.08,
    say: Callable[[str], None] = lambda _: None,
) -> Soaked:
    """Let authors, network and kills work for so many seconds; return what happened.

    Everything is mended then, and the program runs until it has nothing left to do. Raise
    AssertionError when the site then holds anything else than the files.
    """
    result = Soaked(seed)
    draw = random.Random(seed)
    weather = Weather(chance, seed + 2, result.faults)
    with FaultProxy(site.url, weather) as proxy:
        office = Office(folder)
        office.configure(f"[schedule]\nevery = {_EVERY}\n")
        office.wordpress(site, url=proxy.url, timeout=_TIMEOUT)
        authors = Authors(office, result)
        done = threading.Event()

        def work() -> None:
            pause = random.Random(seed + 3)
            while not done.wait(pause.uniform(0.3, 2.0)):
                authors.act()

        worker = threading.Thread(target=work)
        worker.start()
        end = time.monotonic() + seconds
        try:
            while time.monotonic() < end:
                _live_a_while(office, draw.uniform(2.0, 20.0), end, result)
                say(f"{result.kills} killed, {len(result.posts)} posts, {dict(result.faults)}")
        finally:
            done.set()
            worker.join()
        weather.chance = 0.0
        for _ in range(3):
            if office.run("publish").status == 0 and not office.plan():
                break
        _compare(office, site, result)
    return result


def _live_a_while(office: Office, seconds: float, end: float, result: Soaked) -> None:
    """Start the scheduler and kill it after a while, without a word of warning."""
    command = [sys.executable, "-m", "publisher"]
    command += ["--config", str(office.folder / "config.toml"), "run"]
    environ = {**os.environ, **office.environ}
    with (office.folder / "run.log").open("ab") as output:
        process = subprocess.Popen(command, env=environ, stdout=output, stderr=output)
    try:
        status = process.wait(min(seconds, max(0.0, end - time.monotonic())))
        result.ended[status] += 1  # it should not end by itself at all
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()
        result.kills += 1


def _compare(office: Office, site: WordPress, result: Soaked) -> None:
    """Compare the site with the files, post by post. Raise AssertionError."""
    wanted = {words.split("|")[0].partition(",")[0]: words for words in result.posts.values()}
    held = site.posts()
    titles = Counter(post["title"]["raw"] for post in held)
    assert titles == Counter(wanted.keys()), titles - Counter(wanted.keys())
    for post in held:
        marker, _revision, *pictures = wanted[post["title"]["raw"]].split("|")
        assert post["status"] == "publish", post["title"]["raw"]
        assert marker in post["content"]["raw"], post["title"]["raw"]
        assert post["content"]["raw"].count("<img") == len(pictures), post["title"]["raw"]
    shown = {p for words in result.posts.values() for p in words.split("|")[2:]}
    assert len(site.media()) == len(shown)
    agrees(office, site)


def _main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("version", choices=VERSIONS)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--chance", type=float, default=0.08)
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="soak-")) / "phòng"
    print(f"seed {given.seed}, {folder}", flush=True)
    with running_wordpress(given.version) as site:
        result = soak(
            site, folder, given.minutes * 60, given.seed, given.chance,
            lambda line: print(line, flush=True),
        )  # fmt: skip
        print(result.kills, dict(result.ended), dict(result.faults), flush=True)
        print(f"{len(result.posts)} posts, {result.edits} edits, {result.renames} renames")
    print("The site holds what the files say, each once.")
    return 0


if __name__ == "__main__":
    sys.exit(_main())
