"""What is kept from one reading of the folder to the next never shows: it only saves time."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from publisher import config, run
from tests.office import Office

CHANGES: dict[str, Callable[[Office], object]] = {
    "nothing": lambda office: None,
    "the text": lambda office: office.post("một.md", "Chữ khác.", title="Bài một"),
    "the title": lambda office: office.post("hai.md", "![Ảnh](a.jpg)", title="Bài hai khác"),
    "a picture": lambda office: office.picture("media/a.jpg", colour="darkred"),
    "a picture goes": lambda office: (office.folder / "media/a.jpg").unlink(missing_ok=True),
    "a picture comes": lambda office: office.picture("media/thiếu.jpg"),
    "a nearer picture": lambda office: office.picture("posts/a.jpg", colour="teal"),
    "a linked post goes": lambda office: (office.folder / "posts/hai.md").unlink(missing_ok=True),
    "a linked post comes": lambda office: office.post("ba.md", title="Bài ba"),
    "a linked post has an id": lambda office: office.post("hai.md", title="Bài hai", id="so-2"),
    "a post breaks": lambda office: office.file("posts/một.md", "---\ntitle: a: b\n---\n"),
    "a post is a draft": lambda office: office.post("bốn.md", "![Ảnh](thiếu.jpg)",
                                                    title="Bài bốn", status="draft"),
    "the same title": lambda office: office.post("năm.md", title="Bài hai"),
    "the themes": lambda office: office.configure('[themes]\nkhac = "Chủ đề khác"\n'),
    "the time zone": lambda office: office.configure('[schedule]\ntimezone = "UTC"\n'),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_reading_is_the_same_with_and_without(
    tmp_path: Path, change: Callable[[Office], object]
) -> None:
    office = Office(tmp_path)
    office.picture("media/a.jpg")
    office.post("một.md", "![Ảnh](a.jpg)\n\n[Hai](hai.md), [Ba](ba.md)", title="Bài một")
    office.post("hai.md", "![Ảnh](a.jpg)", title="Bài hai")
    office.post("bốn.md", "![Ảnh](thiếu.jpg)", title="Bài bốn")
    run.read(config.load(office.folder / "config.toml"))
    for _ in range(2):  # the change, and then nothing
        change(office)
        settings = config.load(office.folder / "config.toml")
        with_it = run.read(settings)
        shutil.rmtree(settings.state / "cache")
        fresh = run.read(settings)
        assert with_it.posts == fresh.posts
        assert with_it.articles == fresh.articles
        assert with_it.problems == fresh.problems
        assert with_it.present == fresh.present
