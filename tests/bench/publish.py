"""First publishes to a real WordPress: ``python -m tests.bench.publish``.

With photos of 12 megapixels, two to a post: against the floor, vipsthumbnail over the photos
on all cores, then the same uploads and posts sent by a bare program (``tests.bench.bare``);
and against ``wpa`` of PyPI, which sends each original. Without pictures: against the bare
program, one request a post. Both start anew each time, on an emptied site, by turns; the
medians count, start of Python included.

``--posts N``: so many with photos, and twice as many without. ``--rounds N``: how often. Site
and client share the cores, so that each takes its time from the other; ``--apart`` gives each
half of them, as if they were two computers (Linux only).
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path
from statistics import median
from typing import NamedTuple

from tests.bench import Row
from tests.bench.images import theirs
from tests.bench.photos import store
from tests.install import cache
from tests.office import Office
from tests.wordpress import VERSIONS, WordPress, running_wordpress

CONNECTIONS = 4
PHOTOS_EACH = 2
POSTS, ROUNDS = 50, 3
WPA = "wpa==0.11.0"
_TAKES = {"7.1": ("made here", "≤ 0.75 ×")}  # sites that take sizes made by the client

_TEXT = "Nội dung của bài viết. " * 40
_titles = count(1)


def titles(number: int) -> list[str]:
    """Return titles that differ: WordPress takes long to part posts that have the same."""
    return [f"Tin số {next(_titles)} về cải cách thủ tục hành chính" for _ in range(number)]


def groups(photos: Sequence[Path], posts: int) -> list[list[Path]]:
    """Return the photos of each post."""
    each = len(photos) // posts
    return [list(photos[n * each : (n + 1) * each]) for n in range(posts)]


def ours(folder: Path, site: WordPress, url: str, posts: int, photos: Sequence[Path]) -> float:
    """Publish with the program, in an office that has a log already; return the seconds."""
    office = Office(folder / "office")
    office.configure("[images]\nshare_card = false\n")
    office.wordpress(site, url=url, connections=CONNECTIONS)
    office.run("status")
    for photo in photos:
        os.link(photo, office.folder / "media" / photo.name)
    told = {"authors": ["Lan"], "source": "Văn phòng Sở", "excerpt": "Vài lời."}
    shown = groups(photos, posts)
    for number, (title, files) in enumerate(zip(titles(posts), shown, strict=True)):
        text = "\n\n".join([_TEXT, *(f"![Ảnh]({file.name})" for file in files)])
        office.post(f"{number:03}.md", text, title=title, **told)
    config = str(office.folder / "config.toml")
    return timed(["-m", "publisher", "--config", config, "publish"], environ=office.environ)


def bare(folder: Path, site: WordPress, posts: int, photos: Sequence[Path]) -> float:
    """Resize with vipsthumbnail, then send with a bare program; return the seconds."""
    small, resizing = folder / "small", 0.0
    small.mkdir()
    if photos:
        resizing = theirs(photos, small, at_once=10).passed
    user, password = site.passwords["editor"]
    job = {
        "url": site.url,
        "user": user,
        "password": password,
        "connections": CONNECTIONS,
        "titles": titles(posts),
        "text": _TEXT,
        "photos": [[str(small / p.name) for p in group] for group in groups(photos, posts)],
    }
    return resizing + timed(["-m", "tests.bench.bare"], json.dumps(job))


def wpa(folder: Path, site: WordPress, posts: int, photos: Sequence[Path]) -> float:
    """Send with wpa, a command for each file; return the seconds."""
    user, password = site.passwords["editor"]
    known = folder / "wpa" / "so-khcn" / ".env"
    known.parent.mkdir(parents=True)
    known.write_text(f"WP_SITE_URL={site.url}\nWP_USER={user}\nWP_APP_PASSWORD={password}\n")
    environ = {"XDG_CONFIG_HOME": str(folder)}
    program = str(_installed() / "bin" / "wpa")
    seconds = 0.0
    for title, files in zip(titles(posts), groups(photos, posts), strict=True):
        for file in files:
            seconds += timed(["media", "import", str(file)], environ=environ, program=program)
        create = ["post", "create", "--title", title, "--content", f"<p>{_TEXT}</p>"]
        create += ["--status", "publish"]
        seconds += timed(create, environ=environ, program=program)
    return seconds


def _installed() -> Path:
    """Return a virtual environment of its own with wpa in it."""
    folder = cache() / WPA
    if not (folder / "whole").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", WPA]
        subprocess.run(pip, check=True)
        (folder / "whole").touch()
    return folder


def timed(
    arguments: Sequence[str],
    given: str = "",
    *,
    environ: Mapping[str, str] | None = None,
    program: str = sys.executable,
) -> float:
    """Run a program to its end; return the seconds. What it says is shown when it fails."""
    begin = time.perf_counter()
    done = subprocess.run(
        [program, *arguments],
        input=given,
        env={**os.environ, **(environ or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.perf_counter() - begin
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    return seconds


class Taken(NamedTuple):
    """Medians: seconds that passed, seconds of processor of client and site, 0 if not known."""

    passed: float
    used: float


def by_turns(
    site: WordPress, posts: int, photos: int, rounds: int, ways: Sequence[Callable[[Path], float]]
) -> list[Taken]:
    """Return what each way took to fill an emptied site."""
    taken: list[list[Taken]] = [[] for _ in ways]
    for _ in range(rounds):
        for way, times in zip(ways, taken, strict=True):
            site.empty()
            before = _used(site)
            with tempfile.TemporaryDirectory(dir=cache()) as folder:
                passed = way(Path(folder))
            times.append(Taken(passed, _used(site) - before))
            if (len(site.posts()), len(site.media())) != (posts, photos):
                sys.exit("not everything stands on the site")
    return [Taken(*(median(values) for values in zip(*times, strict=True))) for times in taken]


def _used(site: WordPress) -> float:
    """Return the seconds of processor of what was run so far, and of the site's servers."""
    times = os.times()
    ticks = 0
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if str(site.path.parent).encode() in (process / "cmdline").read_bytes():
                fields = (process / "stat").read_text().rpartition(")")[2].split()
                ticks += int(fields[11]) + int(fields[12])  # utime and stime, see proc(5)
    return times.children_user + times.children_system + ticks / 100


def _compared(mine: Taken, other: Taken) -> str:
    return (
        f"{mine.passed:.2f} s, {other.passed:.2f} s (processor {mine.used:.2f} s, "
        f"{other.used:.2f} s, {mine.used / other.used:.2f} ×)"
    )


def rows(
    posts: int = POSTS, rounds: int = ROUNDS, versions: Sequence[str] = VERSIONS
) -> Iterator[Row]:
    """Measure and return the lines of the table."""
    if not shutil.which("vipsthumbnail"):
        sys.exit("vipsthumbnail is missing: install libvips-tools")
    photos = store(cache() / "photos", [(12, n) for n in range(posts * PHOTOS_EACH)])
    for version in versions:
        with running_wordpress(version) as site:
            # Under this name WordPress takes sizes made by the client, as it does over https.
            url = site.url.replace("127.0.0.1", "localhost")
            yield _with_photos(site, url, photos, posts, rounds)
            if version == "7.1":
                few = max(1, posts // 10)
                yield _like_wpa(site, url, photos[: few * PHOTOS_EACH], few, rounds)
            yield _without_photos(site, url, posts * 2, rounds)


def apart(posts: int, rounds: int) -> Iterator[Row]:
    """Measure those with photos while the servers have half of the cores for themselves."""
    cores = sorted(os.sched_getaffinity(0))
    half = len(cores) // 2
    photos = store(cache() / "photos", [(12, n) for n in range(posts * PHOTOS_EACH)])
    for version in VERSIONS:
        os.sched_setaffinity(0, cores[:half])  # the servers inherit it
        with running_wordpress(version) as site:
            os.sched_setaffinity(0, cores[half:])
            url = site.url.replace("127.0.0.1", "localhost")
            yield _with_photos(site, url, photos, posts, rounds)


def _with_photos(site: WordPress, url: str, photos: Sequence[Path], posts: int, rounds: int) -> Row:
    mine, other = by_turns(
        site,
        posts,
        len(photos),
        rounds,
        [
            lambda folder: ours(folder, site, url, posts, photos),
            lambda folder: bare(folder, site, posts, photos),
        ],
    )
    made, target = _TAKES.get(site.version, ("made by the site", "≤ 1.0 ×"))
    return Row(
        f"{posts} new posts, {len(photos)} photos of 12 MP, WordPress {site.version}",
        "vipsthumbnail, then a bare requests program",
        mine.passed / other.passed,
        target,
        f"{_compared(mine, other)}; {CONNECTIONS} connections, sizes {made}",
    )


def _like_wpa(site: WordPress, url: str, photos: Sequence[Path], posts: int, rounds: int) -> Row:
    mine, other = by_turns(
        site,
        posts,
        len(photos),
        rounds,
        [
            lambda folder: ours(folder, site, url, posts, photos),
            lambda folder: wpa(folder, site, posts, photos),
        ],
    )
    return Row(
        f"{posts} new posts, {len(photos)} photos of 12 MP, WordPress {site.version}",
        f"{WPA}, a command for each file, originals sent",
        other.passed / mine.passed,
        "≥ 6 × faster",
        _compared(mine, other),
    )


def _without_photos(site: WordPress, url: str, posts: int, rounds: int) -> Row:
    mine, other = by_turns(
        site,
        posts,
        0,
        rounds * 2 + 1,
        [
            lambda folder: ours(folder, site, url, posts, ()),
            lambda folder: bare(folder, site, posts, ()),
        ],
    )
    return Row(
        f"{posts} new posts without pictures, WordPress {site.version}",
        "a bare requests program, one request a post",
        mine.passed / other.passed,
        "≤ 0.7 ×",
        f"{_compared(mine, other)}; {CONNECTIONS} connections",
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.publish")
    parser.add_argument("--posts", type=int, default=POSTS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--version", action="append", choices=VERSIONS)
    parser.add_argument("--apart", action="store_true")
    chosen = parser.parse_args()
    if chosen.apart:
        found = apart(chosen.posts, chosen.rounds)
    else:
        found = rows(chosen.posts, chosen.rounds, chosen.version or VERSIONS)
    for row in found:
        line = f"{row.work} | {row.against} | {row.ratio:.2f} ({row.target}) | {row.detail}"
        print(line, flush=True)


if __name__ == "__main__":
    main()
