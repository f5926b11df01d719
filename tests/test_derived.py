"""Prepared pictures kept for the next site: never others than would be made anew."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from publisher.config import Config, load
from publisher.images import Prepared
from publisher.run.derived import Derived
from tests.drawn import photo, saved
from tests.office import Office


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path / "co-quan")


def config(office: Office) -> Config:
    return load(office.folder / "config.toml")


def made(content: bytes = b"anh") -> Prepared:
    return Prepared(content, ".jpg", "image/jpeg", 16, 9)


def never() -> Prepared:
    raise AssertionError("it was kept")


def kept(office: Office) -> list[Path]:
    return sorted((office.folder / ".publisher/cache/pictures").glob("*"))


def test_a_picture_is_made_once(office: Office) -> None:
    content = bytes(range(256)) * 9  # with ends of lines in it
    assert Derived(config(office)).of("a" * 64, lambda: made(content)) == made(content)
    assert Derived(config(office)).of("a" * 64, never) == made(content)
    assert Derived(config(office)).of("b" * 64, lambda: made(b"khac")) == made(b"khac")


@pytest.mark.parametrize("setting", ["longest_side = 900", "quality = 70", 'format = "webp"'])
def test_another_way_makes_another_picture(office: Office, setting: str) -> None:
    Derived(config(office)).of("a" * 64, made)
    office.configure(f"[images]\n{setting}\n")
    assert Derived(config(office)).of("a" * 64, lambda: made(b"moi")) == made(b"moi")


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(path.read_bytes()[:-1]),
        lambda path: path.write_bytes(path.read_bytes() + b"x"),
        lambda path: path.write_bytes(b"[]\nanh"),
        lambda path: path.write_bytes(b'{"digest": 1}\nanh'),
        lambda path: path.unlink(),
        lambda path: (path.unlink(), path.parent.rmdir()),
        lambda path: (path.unlink(), path.mkdir()),
    ],
)
def test_what_is_damaged_or_gone_is_made_anew(
    office: Office, damage: Callable[[Path], object]
) -> None:
    derived = Derived(config(office))
    derived.of("a" * 64, made)
    damage(kept(office)[0])
    assert derived.of("a" * 64, made) == made()


def test_where_nothing_can_be_kept_all_is_made(office: Office) -> None:
    (office.folder / ".publisher").mkdir()
    (office.folder / ".publisher/cache").write_text("in the way", "utf-8")
    for _ in range(2):
        assert Derived(config(office)).of("a" * 64, made) == made()


def test_the_longest_unused_goes_first(office: Office) -> None:
    derived = Derived(config(office), limit=10_000)
    for number in range(8):
        derived.of(f"{number:064}", lambda: made(bytes(1000)))
        for path in kept(office):
            os.utime(path, (path.stat().st_atime - 60, path.stat().st_mtime - 60))
    derived.of(f"{0:064}", never)  # used again
    for number in range(8, 12):
        derived.of(f"{number:064}", lambda: made(bytes(1000)))
    assert sum(path.stat().st_size for path in kept(office)) <= 10_000
    assert derived.of(f"{0:064}", never) == made(bytes(1000))
    assert derived.of(f"{11:064}", never) == made(bytes(1000))
    assert derived.of(f"{1:064}", lambda: made(b"moi")) == made(b"moi")


def test_many_threads_may_use_it(office: Office) -> None:
    derived = Derived(config(office), limit=20_000)

    def use(number: int) -> bool:
        content = bytes([number % 40]) * 1000
        return derived.of(f"{number % 40:064}", lambda: made(content)) == made(content)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(use, range(400)))
    assert [path for path in kept(office) if path.suffix == ".new"] == []


def test_a_second_site_gets_the_picture_that_the_first_got(office: Office) -> None:
    path = office.folder / "media/a.jpg"
    path.write_bytes(saved(photo(300, 200), "JPEG"))
    office.post("a.md", "![x](a.jpg)", title="Một")
    office.publish()
    (first,) = (office.folder / ".publisher/preview/media").iterdir()
    (picture,) = kept(office)
    assert picture.read_bytes().endswith(first.read_bytes())
    # Seen in what is sent: a second office with this cache takes the picture from there.
    again = Office(office.folder.parent / "hai")
    (again.folder / "media/a.jpg").write_bytes(path.read_bytes())
    again.post("a.md", "![x](a.jpg)", title="Một")
    kept_there = again.folder / ".publisher/cache/pictures" / picture.name
    kept_there.parent.mkdir(parents=True)
    kept_there.write_bytes(picture.read_bytes())
    before = kept_there.stat().st_mtime_ns
    os.utime(kept_there, (0, 0))
    again.publish()
    assert kept_there.stat().st_mtime_ns >= before  # it was used
    (second,) = (again.folder / ".publisher/preview/media").iterdir()
    assert second.read_bytes() == first.read_bytes()
