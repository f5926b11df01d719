"""Resizing photos against vipsthumbnail: ``python -m tests.bench.images [NUMBER]``.

So many photos (40), half of 12 and half of 24 megapixels, to 1600 pixels and quality 82 on
all cores: ``publisher.images.prepare`` in threads, and vipsthumbnail in as many processes
(Debian package libvips-tools). Both start anew each time, by turns; medians of five. The
likeness is that to a photo decoded whole and reduced by Lanczos, not yet saved.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from statistics import fmean, median
from typing import NamedTuple

from PIL import Image

from publisher.images import pixels, prepare
from tests.bench import Row
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


def rows(number: int = 40) -> Iterator[Row]:
    """Measure and return the line of the table."""
    if not shutil.which("vipsthumbnail"):
        sys.exit("vipsthumbnail is missing: install libvips-tools")
    wanted = [(megapixels, n) for n in range(number // 2) for megapixels in (12, 24)]
    paths = store(cache() / "photos", wanted)
    with tempfile.TemporaryDirectory() as folder:
        mine, other = Path(folder, "publisher"), Path(folder, "vips")
        mine.mkdir()
        other.mkdir()
        # The fairest to both: neither starts for every photo, both leave the picture in sRGB.
        ways: dict[str, Callable[[], Seconds]] = {
            "publisher": lambda: ours(paths, mine),
            "vips": lambda: theirs(paths, other, 10),
            "vips, to sRGB": lambda: theirs(paths, other, 10, to_srgb=True),
        }
        taken: dict[str, list[Seconds]] = {name: [] for name in ways}
        for _ in range(ROUNDS):
            for name, way in ways.items():
                taken[name].append(way())
        middle = {
            name: Seconds(*(median(values) for values in zip(*times, strict=True)))
            for name, times in taken.items()
        }
        sample = paths[:: max(1, number // 10)] + paths[1 :: max(1, number // 10)]
        likes = [likeness(path, mine / path.name, to_srgb=True) for path in sample]
    least, mean = min(ssim for ssim, _ in likes), fmean(ssim for ssim, _ in likes)
    bound = min(best for _, best in likes)
    passed, used = middle["publisher"]
    yield Row(
        f"resize {number} photos of 12 and 24 MP to {SIDE} px, all cores",
        f"vipsthumbnail, xargs -P {CORES}",
        middle["vips"].passed / passed,
        "≥ 1.1 × its throughput, SSIM ≥ 0.98",
        f"{number / passed:.1f} photos/s, vips {number / middle['vips'].passed:.1f} (to sRGB, as "
        f"we do, {number / middle['vips, to sRGB'].passed:.1f}); processor {used:.2f} s, "
        f"{middle['vips'].used:.2f} s; SSIM {least:.3f} at least, {mean:.3f} on average, where "
        f"saving the best reduction leaves {bound:.3f}",
    )


def main(number: int = 40) -> None:
    """Measure and print."""
    for row in rows(number):
        print(f"{row.work} | {row.against} | {row.ratio:.2f} ({row.target}) | {row.detail}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["resize"]:
        resize_all([Path(text) for text in sys.argv[3:]], Path(sys.argv[2]))
    else:
        main(*map(int, sys.argv[1:2]))
