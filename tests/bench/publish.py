"""A first publish to a real WordPress against the floor: ``python -m tests.bench.publish``.

``[--posts 10] [--version 7.1] [--rounds 3] [--apart]``: so many new posts with two photos of 12
megapixels each. The floor is vipsthumbnail over the photos on all cores, then the same
uploads and posts sent by a bare program over as many connections, which keeps no log and
checks nothing. On 7.1 the publisher is measured twice: under ``localhost``, where WordPress
takes sizes made by the client, and under ``127.0.0.1``, where it makes them itself. All take
turns on an emptied site; the quickest round counts.

As it stands, site and client share the cores, so that every second of one is taken from the
other. ``--apart`` gives each half of them, as if they were two machines (Linux only).
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any

import requests

from tests.bench.images import theirs
from tests.bench.photos import store
from tests.install import cache
from tests.office import Office
from tests.wordpress import VERSIONS, WordPress, running_wordpress

CONNECTIONS = 4
PHOTOS_EACH = 2
_titles = count(1)


def office_of(folder: Path, site: WordPress, url: str, photos: Sequence[Path]) -> Office:
    """Return an office with posts that show these photos, two each, nothing sent yet."""
    office = Office(folder)
    office.configure("[images]\nshare_card = false\n")
    office.wordpress(site, url=url, connections=CONNECTIONS)
    for photo in photos:
        os.link(photo, folder / "media" / photo.name)
    for number in range(len(photos) // PHOTOS_EACH):
        shown = photos[number * PHOTOS_EACH : (number + 1) * PHOTOS_EACH]
        # Titles differ from post to post: WordPress takes long to part those that do not.
        title = f"Tin số {next(_titles)} về cải cách thủ tục hành chính"
        text = "\n\n".join(["Nội dung của bài viết. " * 40, *(f"![Ảnh]({p.name})" for p in shown)])
        office.post(f"{number:03}.md", text, title=title)
    return office


def published(office: Office) -> float:
    """Publish with the program; return the seconds, start of Python included."""
    config = str(office.folder / "config.toml")
    command = [sys.executable, "-m", "publisher", "--config", config, "publish"]
    begin = time.perf_counter()
    done = subprocess.run(
        command, env={**os.environ, **office.environ}, capture_output=True, text=True, check=False
    )
    seconds = time.perf_counter() - begin
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    return seconds


def floor(folder: Path, site: WordPress, photos: Sequence[Path]) -> tuple[float, float]:
    """Resize with vipsthumbnail, then send; return the seconds of each."""
    small = folder / "small"
    small.mkdir()
    resizing = min(theirs(photos, small, n).passed for n in (1, 10))
    local, auth = threading.local(), site.passwords["editor"]

    def post(route: str, **what: Any) -> dict[str, Any]:
        if not hasattr(local, "session"):
            local.session = requests.Session()
            local.session.trust_env = False
        url = f"{site.url}/wp-json/wp/v2/{route}"
        answer = local.session.post(url, auth=auth, timeout=120, **what)
        answer.raise_for_status()
        return dict(answer.json())

    def upload(path: Path) -> dict[str, Any]:
        return post("media", files={"file": (path.name, path.read_bytes(), "image/jpeg")})

    def write(shown: Sequence[dict[str, Any]]) -> None:
        pictures = "".join(
            f'<figure class="wp-block-image"><img src="{one["source_url"]}" alt="Ảnh"/></figure>'
            for one in shown
        )
        post(
            "posts",
            json={
                "title": f"Tin số {next(_titles)} về cải cách thủ tục hành chính",
                "status": "publish",
                "content": f"<p>{'Nội dung của bài viết. ' * 40}</p>{pictures}",
                "featured_media": shown[0]["id"],
            },
        )

    begin = time.perf_counter()
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        # One goes first: WordPress fails when two make the month's folder at once.
        media = [upload(small / photos[0].name)]
        media += pool.map(upload, [small / path.name for path in photos[1:]])
        groups = [media[at : at + PHOTOS_EACH] for at in range(0, len(media), PHOTOS_EACH)]
        list(pool.map(write, groups))
    return resizing, time.perf_counter() - begin


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.publish")
    parser.add_argument("--posts", type=int, default=10)
    parser.add_argument("--version", choices=VERSIONS, default="7.1")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--apart", action="store_true")
    chosen = parser.parse_args()
    if not shutil.which("vipsthumbnail"):
        sys.exit("vipsthumbnail is missing: install libvips-tools")
    photos = store(cache() / "photos", [(12, n) for n in range(chosen.posts * PHOTOS_EACH)])
    cores = sorted(os.sched_getaffinity(0)) if chosen.apart else []
    if chosen.apart:
        os.sched_setaffinity(0, cores[: len(cores) // 2])  # the servers inherit it
    with running_wordpress(chosen.version) as site:
        if chosen.apart:
            os.sched_setaffinity(0, cores[len(cores) // 2 :])
        port = site.url.rpartition(":")[2]

        def publisher(url: str) -> Callable[[Path], float]:
            return lambda folder: published(office_of(folder / "office", site, url, photos))

        def bare(folder: Path) -> float:
            parts = floor(folder, site, photos)
            phases.append(parts)
            return sum(parts)

        phases: list[tuple[float, float]] = []
        ways: dict[str, Callable[[Path], float]] = {
            "floor": bare,
            "publisher, the site makes sizes": publisher(site.url),
        }
        if chosen.version == "7.1":
            ways["publisher, sizes made here"] = publisher(f"http://localhost:{port}")
        taken: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(chosen.rounds):
            for name, way in ways.items():
                site.empty()
                with tempfile.TemporaryDirectory(dir=cache()) as folder:
                    taken[name].append(way(Path(folder)))
                if len(site.media()) != len(photos) or len(site.posts()) != chosen.posts:
                    sys.exit(f"{name}: not everything stands on the site")
    least = min(taken["floor"])
    resizing, sending = min(phases, key=sum)
    where = "site and client on cores of their own" if chosen.apart else "cores shared"
    print(f"WordPress {chosen.version}, {chosen.posts} posts, {len(photos)} photos, {where}")
    for name, times in taken.items():
        print(f"{name:34} {min(times):6.2f} s  {min(times) / least:.2f} x")
    print(f"(floor: {resizing:.2f} s vipsthumbnail, {sending:.2f} s requests)")


if __name__ == "__main__":
    main()
