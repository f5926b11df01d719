"""How long a plan takes over a folder of many posts: ``python -m tests.bench plan``.

10,000 posts with two pictures each, drawn from a seed. First all are new: the plan reads, checks
and renders them, which is set beside Pelican building the same texts. Then the log says that all
stand on the site, and a plan that finds nothing to do is set beside a bare program that walks
the same folders and asks for every file's size and time. Last, one post has changed.

``PUBLISHER_BENCH_POSTS`` is another number of posts.
"""

from __future__ import annotations

import math
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from tests.bench import Row, folder
from tests.bench.timing import Took, quickest, took
from tests.install import cache

POSTS = int(os.environ.get("PUBLISHER_BENCH_POSTS", "10000"))
_ROUNDS = 7
_EDITED_LATELY = 10.0  # seconds; a second ago, its time would tell nothing yet

_WALK = """
import os, sys
for start in sys.argv[1:]:
    for folder, _, names in os.walk(start):
        for name in names:
            os.stat(os.path.join(folder, name))
"""
_PELICAN = """
PATH = "content"
STATIC_PATHS = ["media"]
TIMEZONE = "Asia/Ho_Chi_Minh"
DEFAULT_LANG = "vi"
DEFAULT_PAGINATION = 10
FEED_ALL_ATOM = CATEGORY_FEED_ATOM = TRANSLATION_FEED_ATOM = None
AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = None
"""
_WORDPRESS = f"""[sites.{folder.SITE}]
kind = "wordpress"
url = "http://127.0.0.1:9"
user = "bientap"

[paths]
state = ".publisher-wordpress"
"""


def rows() -> Iterator[Row]:
    """Yield the rows of a first plan, of one that finds nothing to do, of one edited post."""
    cache().mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache()) as name:
        base = Path(name)
        folder.fill(base, POSTS)
        yield first(base)
        published(base, "config.toml")
        plan(base)
        files = POSTS * (1 + folder.PICTURES_EACH)
        best = quickest({"plan": lambda: plan(base), "walk": lambda: walk(base)}, _ROUNDS)
        ours, floor = best["plan"], best["walk"]
        how = f"{ours.seconds:.2f} s and {floor.seconds:.2f} s, peak {ours.peak:.0f} MB"
        yield Row(
            f"plan over {POSTS:,} unchanged posts, {files - POSTS:,} pictures",
            "`os.walk` and `os.stat` of the same files in a fresh Python",
            ours.seconds / floor.seconds,
            "≤ 5 ×, no request, ≤ 150 MB",
            f"{how}; {requests(base)}",
        )
        number = count()
        edited = {"edited": lambda: plan_edited(base, next(number)), "plan": lambda: plan(base)}
        best = quickest(edited, _ROUNDS)
        ours, floor = best["edited"], best["plan"]
        yield Row(
            f"one edited post among {POSTS:,}",
            "the plan that finds nothing to do",
            ours.seconds / floor.seconds,
            "≤ 1.5 ×",
            f"{ours.seconds:.2f} s and {floor.seconds:.2f} s, in turns",
        )


def plan(base: Path, file: str = "config.toml") -> Took:
    """Plan in a process of its own."""
    return took([sys.executable, "-m", "publisher", "--config", str(base / file), "plan"], _here())


def published(base: Path, file: str) -> None:
    """Write the log, elsewhere: a process begins with the peak of the one that it came from."""
    took([sys.executable, "-m", "tests.bench.folder", str(base), file], _here())


def walk(base: Path) -> Took:
    """Ask for size and time of every file, as plainly as can be."""
    return took([sys.executable, "-c", _WALK, "posts", "media"], base)


def plan_edited(base: Path, number: int) -> Took:
    """Add a sentence to one more post, and plan."""
    path = sorted((base / "posts").rglob("*.md"))[number * 37 % POSTS]
    with path.open("a", encoding="utf-8") as file:
        file.write("\nMột câu nữa.\n")
    then = time.time() - _EDITED_LATELY
    os.utime(path, (then, then))
    return plan(base)


def requests(base: Path) -> str:
    """Plan with a WordPress where nobody answers, and say whether anybody was asked."""
    (base / "wordpress.toml").write_text(folder.CONFIG + _WORDPRESS, encoding="utf-8")
    shutil.copytree(base / ".publisher" / "cache", base / ".publisher-wordpress" / "cache")
    os.environ["PUBLISHER_PASSWORD_TRANG_XEM"] = "mật khẩu"
    published(base, "wordpress.toml")
    took_ = plan(base, "wordpress.toml")  # it fails when a site can't be reached
    return f"a WordPress that is down is not asked ({took_.seconds:.2f} s)"


def first(base: Path) -> Row:
    """Return the row of a first plan, over posts that are all new."""
    ours = plan(base)
    work, target = f"first plan over {POSTS:,} new posts", "≥ 5 × faster"
    try:
        program = pelican()
    except (OSError, subprocess.CalledProcessError) as error:
        return Row(work, "Pelican", math.nan, target, f"Pelican can't be installed: {error}")
    site = base.parent / f"{base.name}-pelican"
    try:
        _for_pelican(base, site)
        theirs = took([str(program), "content", "-s", "conf.py", "-o", "output", "-q"], site)
    finally:
        shutil.rmtree(site, ignore_errors=True)
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    return Row(
        work,
        f"Pelican {version.stdout.strip()} building them",
        theirs.seconds / ours.seconds,
        target,
        f"{ours.seconds:.1f} s ({ours.processor:.1f} s of processor) and {theirs.seconds:.1f} s "
        f"({theirs.processor:.1f} s), {os.cpu_count()} cores",
    )


def pelican() -> Path:
    """Return the program, installed from PyPI into an environment that is its alone."""
    place = cache() / "pelican"
    program = place / "bin" / "pelican"
    if not program.exists():
        subprocess.run([sys.executable, "-m", "venv", place], check=True)
        install = [str(place / "bin" / "pip"), "install", "--quiet", "pelican[markdown]"]
        subprocess.run(install, check=True, capture_output=True)
    return program


def _for_pelican(base: Path, site: Path) -> None:
    """Write the posts as Pelican reads them, and its settings."""
    for path in (base / "posts").rglob("*.md"):
        _, head, body = path.read_text(encoding="utf-8").split("---\n", 2)
        values = dict(line.split(": ", 1) for line in head.strip().splitlines())
        plain = {name: value.strip('"[]') for name, value in values.items()}
        lines = [
            f"Title: {plain['title']}",
            f"Date: {plain['date']}",
            f"Category: {plain['categories']}",
            f"Tags: {plain['tags']}",
            f"Authors: {plain['authors']}",
            f"Summary: {plain['excerpt']}",
            f"Slug: {path.stem}",
        ]
        body = re.sub(r"\]\((\d{4}/[^)]*\.jpg)\)", r"]({static}/media/\1)", body)
        place = site / "content" / path.relative_to(base / "posts")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("\n".join([*lines, "", body]), encoding="utf-8")
    shutil.copytree(base / "media", site / "content" / "media", copy_function=os.link)
    (site / "conf.py").write_text(_PELICAN, encoding="utf-8")


def _here() -> Path:
    return Path(__file__).resolve().parents[2]
