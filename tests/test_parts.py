"""A folder read by several processes: what they find is what one would have found."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest

from publisher import config, run
from publisher.run import parts
from tests.bench import folder
from tests.office import Office

POSTS = 12


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """An office in which few posts are many, on a computer of two cores."""
    monkeypatch.setattr(parts, "EACH", POSTS // 2)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    made = Office(tmp_path)
    draw = random.Random(7)
    for number in range(POSTS):
        made.picture(f"media/{number}.jpg")
        links = " ".join(f"[Bài](bài-{draw.randrange(POSTS)}.md)" for _ in range(2))
        lacking = "![](thiếu.jpg)" if number % 4 == 0 else ""
        body = f"![Ảnh]({number}.jpg) {lacking}\n\n{links} **a,b**"
        title, status = f"Bài {draw.randrange(90)}", draw.choice(["draft", "ready"])
        made.post(f"bài-{number}.md", body, title=title, status=status)
    made.post("có-mã.md", "Chữ.", title="Có mã", id="ma-1")
    made.post("bài-1.md", "[Bài](có-mã.md)", title="Bài một")
    made.file("posts/hỏng.md", "---\ntitle: a: b\n---\n")
    return made


def _read(office: Office) -> run.Reading:
    return run.read(config.load(office.folder / "config.toml"))


def _alone(office: Office, monkeypatch: pytest.MonkeyPatch) -> run.Reading:
    """Read with nothing known, in this process."""
    monkeypatch.setattr(parts, "EACH", 10**9)
    shutil.rmtree(config.load(office.folder / "config.toml").state / "cache")
    return _read(office)


def _same(one: run.Reading, other: run.Reading) -> None:
    assert one.posts == other.posts
    assert one.articles == other.articles
    assert one.problems == other.problems
    assert one.present == other.present
    assert one.unread == other.unread


def test_several_processes_find_what_one_finds(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    _same(_read(office), _alone(office, monkeypatch))


def test_what_processes_found_out_is_not_found_out_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A link to a post that another process reads, which has an id, is set by this one.
    (office.folder / "posts/có-mã.md").unlink()
    folder.long_ago(office.folder)
    monkeypatch.setattr("publisher.render.render", _not_again)
    assert len(_read(office).articles) > 3


def _not_again(*_: object) -> None:
    raise AssertionError


def test_what_changed_while_they_read_is_read_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    learn = parts._learn

    def changed(known: parts.Known, found: Iterable[parts.Known]) -> None:
        office.picture("media/3.jpg", colour="darkred")
        office.post("bài-4.md", "Chữ khác.", title="Bài bốn")
        learn(known, found)

    monkeypatch.setattr(parts, "_learn", changed)
    _same(_read(office), _alone(office, monkeypatch))


def test_processes_that_end_early_are_done_without(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "_PROGRAM", "raise SystemExit(1)")
    _same(_read(office), _alone(office, monkeypatch))


def test_new_posts_among_known_ones(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    _read(office)
    office.picture("media/2.jpg", colour="teal")
    for number in range(POSTS):
        office.post(f"mới-{number}.md", "![Ảnh](2.jpg)", title=f"Mới {number}")
    _same(_read(office), _alone(office, monkeypatch))
