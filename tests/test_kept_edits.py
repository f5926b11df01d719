"""A plan made with what earlier readings wrote down is the plan that would be made without."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from publisher import config, run
from publisher.config import Config
from tests.office import Office

_LONG_AGO = 1_600_000_000  # seconds: the time of a file then tells of its next change
_PICTURES = ("media/a.jpg", "media/b.jpg", "posts/c.jpg", "media/bộ/d.jpg", "media/bộ/e.jpg")
_POSTS = ("một.md", "hai.md", "2023/ba.md", "2023/bốn/index.md")
_DOCUMENTS = ("văn bản.pdf", "2023/kế hoạch.pdf")
_SETTINGS = (
    "",
    '[themes]\nkhac = "Chủ đề khác"\n',
    '[schedule]\ntimezone = "UTC"\n',
    '[organisation]\nslogan = "Chung tay"\nphones = ["0234 3823 650"]\n',
    "[media]\nlimit_mb = 1\n",
)


class Folder:
    """An office whose files are edited at random; all seem to be edited long ago."""

    def __init__(self, path: Path, seed: int) -> None:
        self.office = Office(path)
        self.draw = random.Random(seed)
        self.path = path
        self._clock = _LONG_AGO
        self._changes = 0

    def edit(self) -> str:
        """Do something that people do, and return what."""
        way = self.draw.choice(
            [self.write, self.write, self.write, self.picture, self.rename, self.delete,
             self.settings, self.captions, self.conflict, self.document]
        )  # fmt: skip
        way()
        self._settle()
        return way.__name__

    def write(self) -> None:
        draw = self.draw
        body = [f"Nội dung {self._next()}."]
        shown = draw.sample([*_PICTURES, "thiếu.jpg"], draw.randrange(3))
        body += [f"![Ảnh](/{picture})" for picture in shown]
        body += [f"[Xem](/{draw.choice(_POSTS)})" for _ in range(draw.randrange(2))]
        body += [f"[Tải về](/{draw.choice(_DOCUMENTS)})" for _ in range(draw.randrange(2))]
        front: dict[str, object] = {"title": f"Bài {draw.randrange(6)}"}
        front |= draw.choice([{}, {"gallery": ["bộ"]}, {"gallery": ["bộ/*.jpg"]}])
        front |= draw.choice([{}, {"status": "draft"}, {"id": f"so-{draw.randrange(3)}"}])
        front |= draw.choice([{}, {"theme": "khac"}, {"theme": ""}, {"kind": "hoi-nghi"}])
        front |= draw.choice([{}, {"date": ""}, {"date": "01/02/2099 08:00"}])
        self.office.post(draw.choice(_POSTS), "\n\n".join(body), **front)

    def picture(self) -> None:
        name, colour = self.draw.choice(_PICTURES), self.draw.choice(["navy", "teal", "red"])
        self.office.picture(name, (40 + self._next() % 7, 30), colour)

    def captions(self) -> None:
        self.office.file("media/bộ/chú thích.txt", f"d.jpg: Số {self._next()}\n")

    def conflict(self) -> None:
        self.office.file("media/bộ/d (conflicted copy 2023-03-15).jpg", "khác")

    def document(self) -> None:
        name = self.draw.choice(_DOCUMENTS)
        self.office.file(f"posts/{name}", f"%PDF-1.4\n{self._next()}\n%%EOF\n")

    def rename(self) -> None:
        files = [p for p in (self.path / "posts").rglob("*") if p.is_file()]
        if files:
            old = self.draw.choice(files)
            old.rename(old.with_name(f"{self._next()}{old.suffix}"))

    def delete(self) -> None:
        files = [p for root in ("posts", "media") for p in (self.path / root).rglob("*.*")]
        files = [p for p in files if p.is_file()]
        if files:
            self.draw.choice(files).unlink()

    def settings(self) -> None:
        self.office.configure(self.draw.choice(_SETTINGS))

    def _next(self) -> int:
        self._changes += 1
        return self._changes

    def _settle(self) -> None:
        """Let what changed just now seem to have changed long ago, each at another time."""
        for root in ("posts", "media"):
            for path in (self.path / root).rglob("*"):
                if path.is_file() and path.stat().st_mtime > _LONG_AGO + 1_000_000:
                    self._clock += 1
                    os.utime(path, (self._clock, self._clock))

    @property
    def config(self) -> Config:
        return config.load(self.path / "config.toml")


def without(settings: Config, aside: Path) -> Config:
    """Return the settings with a state that knows nothing of earlier readings."""
    shutil.rmtree(aside, ignore_errors=True)
    paths = settings.paths.model_copy(update={"state": aside})
    return settings.model_copy(update={"paths": paths})


def said(reading: run.Reading) -> tuple[object, ...]:
    return (
        reading.posts, reading.articles, reading.problems, reading.present, reading.unread,
        reading.found, reading.activities, reading.cards, reading.arriving,
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(6))
def test_with_and_without_what_was_written_down(tmp_path: Path, seed: int) -> None:
    folder = Folder(tmp_path / "office", seed)
    done = []
    for step in range(40):
        done.append(folder.edit())
        today = date(2024, 1, 1) + timedelta(days=step // 8) if step % 3 == 0 else None
        with_it = run.read(folder.config, today=today)
        fresh = run.read(without(folder.config, tmp_path / "aside"), today=today)
        assert said(with_it) == said(fresh), done


def notes(folder: Folder) -> Path:
    return folder.path / ".publisher" / "cache" / "reading.sqlite3"


def test_what_is_written_down_is_used(tmp_path: Path) -> None:
    folder = Folder(tmp_path, 1)
    folder.office.picture("media/a.jpg")
    folder.office.post("một.md", "![Ảnh](/media/a.jpg)", title="Bài một")
    folder._settle()
    before = run.read(folder.config)
    with sqlite3.connect(notes(folder)) as database:
        database.execute("UPDATE posts SET facts = replace(facts, 'Bài một', 'Bài khác')")
    database.close()
    assert [post.title for post in before.posts] == ["Bài một"]
    assert [post.title for post in run.read(folder.config).posts] == ["Bài khác"]


def test_a_document_that_a_post_leads_to_is_never_told_as_a_stray(tmp_path: Path) -> None:
    folder = Folder(tmp_path, 3)
    folder.office.file("posts/kế hoạch.pdf", "%PDF-1.4\n%%EOF\n")
    folder.office.file("posts/lạc.pdf", "%PDF-1.4\n%%EOF\n")
    folder.office.post("một.md", "[Kế hoạch](kế hoạch.pdf)", title="Bài một")
    folder._settle()
    for _ in range(3):  # the second reading knows the post from the first
        strays = [p.where.file for p in run.read(folder.config).problems if p.code == "post-form"]
        assert strays == ["posts/lạc.pdf"]


DAMAGE: dict[str, Callable[[Path], object]] = {
    "gone": lambda path: path.unlink(),
    "empty": lambda path: path.write_bytes(b""),
    "no database": lambda path: path.write_bytes(b"x" * 5000),
    "cut off": lambda path: os.truncate(path, path.stat().st_size // 2),
    "other values": lambda path: _change(path, "UPDATE posts SET facts = '[1, 2]'"),
    "no values": lambda path: _change(path, "UPDATE posts SET facts = 'x'"),
    "no table": lambda path: _change(path, "DROP TABLE folders"),
    "a folder in its place": lambda path: _folder(path),
}


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _change(path: Path, query: str) -> None:
    database = sqlite3.connect(path, isolation_level=None)
    database.execute(query)
    database.close()


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_what_is_damaged_is_made_anew(tmp_path: Path, damage: Callable[[Path], object]) -> None:
    folder = Folder(tmp_path, 2)
    for _ in range(12):
        folder.edit()
    before = said(run.read(folder.config))
    damage(notes(folder))
    assert said(run.read(folder.config)) == before
    assert said(run.read(folder.config)) == before


def test_a_file_of_just_now_is_read_again_though_its_time_is_the_same(tmp_path: Path) -> None:
    office = Office(tmp_path)
    path = office.post("một.md", "Một.", title="Bài một")
    settings = config.load(tmp_path / "config.toml")
    at = datetime.now(UTC).timestamp()
    os.utime(path, (at, at))
    run.read(settings)
    office.post("một.md", "Hai.", title="Bài một")  # as long, and of the same instant
    os.utime(path, (at, at))
    assert "Hai." in run.read(settings).articles[0].html
