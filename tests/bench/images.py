"""Resizing photos against vipsthumbnail: ``python -m tests.bench.images [NUMBER]``.

So many photos (40), half of 12 and half of 24 megapixels, to 1600 pixels and quality 82 on
all cores: ``publisher.images.prepare`` in threads, and vipsthumbnail in as many processes
(Debian package libvips-tools). Both start anew each time, by turns; the quickest of five
counts. The likeness is that to a photo decoded whole and reduced by Lanczos, not yet saved;
"limit" is what saving it with that quality leaves of it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from PIL import Image

from publisher.images import pixels, prepare
from tests.bench.photos import store
from tests.drawn import shown, ssim
from tests.install import cache

SIDE, QUALITY, ROUNDS = 1600, 82, 5
CORES = os.cpu_count() or 1


class Seconds(NamedTuple):
    """How long something took, and the processor time of all its processes."""

    passed: float
    used: float


def resize_all(paths: Sequence[Path], target: Path) -> None:
    """Resize files as the publisher does."""

    def resize(path: Path) -> None:
        done = prepare(path.read_bytes(), longest_side=SIDE, quality=QUALITY)
        (target / f"{path.stem}{done.suffix}").write_bytes(done.content)

    with ThreadPoolExecutor(CORES) as pool:
        list(pool.map(resize, paths))


def ours(paths: Sequence[Path], target: Path) -> Seconds:
    """Resize with the publisher, start of Python included."""
    command = [sys.executable, "-m", __spec__.name, "resize", str(target), *map(str, paths)]
    return timed(command)


def theirs(paths: Sequence[Path], target: Path, at_once: int = 1, to_srgb: bool = False) -> Seconds:
    """Resize with vipsthumbnail, so many files by one process."""
    options = ["--size", f"{SIDE}x{SIDE}", "-o", f"{target}/%s.jpg[Q={QUALITY},strip]"]
    options += ["--export-profile", "srgb"] if to_srgb else []
    command = ["xargs", "-P", str(CORES), "-n", str(at_once), "vipsthumbnail", *options]
    return timed(command, "\n".join(map(str, paths)))


def timed(command: Sequence[str], given: str = "") -> Seconds:
    """Run a command; return how long it took, and the processor time of all its processes."""
    before, begin = os.times(), time.perf_counter()
    subprocess.run(command, input=given, text=True, check=True)
    passed, after = time.perf_counter() - begin, os.times()
    used = after.children_user + after.children_system
    return Seconds(passed, used - before.children_user - before.children_system)


def likeness(path: Path, done: Path, to_srgb: bool) -> tuple[float, float]:
    """Return the SSIM of a resized file to the best reduction, and of that one when saved."""
    picture = Image.open(path)
    picture.load()
    best = picture.resize(pixels.fitted(picture.size, SIDE), Image.Resampling.LANCZOS)
    if to_srgb:
        best = pixels.Colours(picture, "RGB").applied(best)
    best = pixels.turned(best, pixels.orientation(picture))
    out = BytesIO()
    best.save(out, "JPEG", quality=QUALITY)
    return ssim(best, shown(done.read_bytes())), ssim(best, shown(out.getvalue()))


def main(number: int = 40) -> None:
    """Measure and print."""
    if not shutil.which("vipsthumbnail"):
        sys.exit("vipsthumbnail is missing: install libvips-tools")
    wanted = [(megapixels, n) for n in range(number // 2) for megapixels in (12, 24)]
    paths = store(cache() / "photos", wanted)
    with tempfile.TemporaryDirectory() as folder:
        mine, other = Path(folder, "publisher"), Path(folder, "vips")
        mine.mkdir()
        other.mkdir()
        ways: dict[str, Callable[[], Seconds]] = {
            "publisher": lambda: ours(paths, mine),
            "vipsthumbnail, -n 1": lambda: theirs(paths, other),
            "vipsthumbnail, -n 10": lambda: theirs(paths, other, 10),
            "vipsthumbnail, -n 10, to sRGB": lambda: theirs(paths, other, 10, to_srgb=True),
        }
        taken: dict[str, list[Seconds]] = {name: [] for name in ways}
        for _ in range(ROUNDS):
            for name, way in ways.items():
                taken[name].append(way())
        quickest = {name: min(times).passed for name, times in taken.items()}
        for name, seconds in quickest.items():
            ratio = seconds / quickest["publisher"]
            used = min(time.used for time in taken[name])
            print(
                f"{name:30} {seconds:6.2f} s  {number / seconds:5.1f} photos/s  {ratio:.2f} x"
                f"  processor {used:.2f} s"
            )
        sample = paths[:: max(1, number // 10)] + paths[1 :: max(1, number // 10)]
        print("SSIM, least and mean:")
        for name, target, to_srgb in (("publisher", mine, True), ("vipsthumbnail", other, True)):
            pairs = [likeness(p, target / p.name, to_srgb) for p in sample]
            values, limits = zip(*pairs, strict=True)
            print(
                f"{name:30} {min(values):.4f} {sum(values) / len(values):.4f}"
                f"  limit {min(limits):.4f} {sum(limits) / len(limits):.4f}"
            )
        for name, target in (("publisher", mine), ("vipsthumbnail", other)):
            size = sum(path.stat().st_size for path in target.iterdir())
            print(f"{name:30} {size / number / 1000:.0f} kB each")


if __name__ == "__main__":
    if sys.argv[1:2] == ["resize"]:
        resize_all([Path(text) for text in sys.argv[3:]], Path(sys.argv[2]))
    else:
        main(*map(int, sys.argv[1:2]))
