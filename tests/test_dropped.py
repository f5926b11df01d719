"""Files that are dropped into the folder at any moment, slowly, and folders that go away."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from publisher import config, run
from publisher.errors import ContentError
from publisher.model import Article, Post, Problem, Severity
from publisher.run.kept import Kept
from publisher.sources import AwayError, Settling, disk
from tests.documents import document, save
from tests.office import Office
from tests.shares import Share

LONG_AGO = 1_000_000_000  # 2001
AHEAD = 4_000_000_000  # 2096


HEAD = ("Tiêu đề: Bài từ Word", "Chủ đề: ket-qua", "Ngày đăng: 15/03/2023 08:00")


@dataclass
class Scheduler:
    """What the service does to a folder: a run a minute, with one memory of what it saw."""

    office: Office
    clock: float = 0.0
    now: datetime = datetime(2024, 1, 2, 8, tzinfo=UTC)

    def __post_init__(self) -> None:
        self.settling = Settling(lambda: self.clock)

    def scan(self, seconds: float = 60) -> run.Result:
        self.clock += seconds
        self.now += timedelta(seconds=seconds)
        return run.publish(self.place(), settling=self.settling, mode="run")

    def scans(self, times: int) -> run.Result:
        """Scan that often, a minute apart, and return what the last one gave."""
        for _ in range(times - 1):
            self.scan()
        return self.scan()

    def place(self) -> run.Office:
        settings = config.load(self.office.folder / "config.toml")
        return run.office(settings, {}, lambda: self.now, str, {})

    def reading(self) -> run.Reading:
        """Return what a run would see that comes a minute later."""
        self.clock += 60
        settings = config.load(self.office.folder / "config.toml")
        return run.read(settings, settling=self.settling)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = Office(tmp_path / "Phòng Hành chính")
    office.configure('[sites.xem]\nkind = "preview"\n')
    return office


@pytest.fixture
def scheduler(office: Office) -> Scheduler:
    """The service, which has been looking at an empty folder."""
    scheduler = Scheduler(office)
    scheduler.scan()
    return scheduler


def done(result: run.Result) -> list[tuple[str, str]]:
    return [(o.action.value, o.key) for o in result.outcomes if o.state.value == "done"]


def codes(result: run.Result | run.Reading) -> list[str]:
    """Return the codes about files that wait or are passed over, and all errors."""
    wanted = (*run.NAMED, "file-unfinished", "file-copy", "file-twice", "file-name", "file-missing")
    return [
        problem.code
        for problem in result.problems
        if problem.severity is Severity.ERROR or problem.code in wanted
    ]


def code_of(caught: pytest.ExceptionInfo[ContentError]) -> Problem:
    (problem,) = caught.value.problems
    return problem


TEXT = (
    '---\ntitle: "Bài về cải cách"\nkind: tin\ntheme: ket-qua\ndate: "15/03/2023 08:00"\n---\n\n'
    "Nội dung của bài, viết bằng tiếng Việt.\n"
)


@contextmanager
def slow_copy(path: Path) -> Iterator[Callable[[bytes], None]]:
    """Write a file from another process, a part at a time; each part is there on return."""
    script = (
        "import sys\n"
        "with open(sys.argv[1], 'wb', buffering=0) as file:\n"
        "    print('open', flush=True)\n"
        "    for line in sys.stdin:\n"
        "        file.write(bytes.fromhex(line))\n"
        "        print('written', flush=True)\n"
    )
    command = [sys.executable, "-c", script, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as copy:
        assert copy.stdin
        assert copy.stdout
        assert copy.stdout.readline().strip() == b"open"

        def more(data: bytes) -> None:
            assert copy.stdin
            assert copy.stdout
            copy.stdin.write(data.hex().encode() + b"\n")
            copy.stdin.flush()
            assert copy.stdout.readline().strip() == b"written"

        yield more
        copy.stdin.close()
        assert copy.wait(timeout=30) == 0


def parts(data: bytes, count: int) -> list[bytes]:
    """Cut data anywhere, also within a letter."""
    size = -(-len(data) // count)
    return [data[start : start + size] for start in range(0, len(data), size)]


# Copied slowly


@pytest.mark.parametrize("count", [2, 5, 11])
def test_a_post_that_is_copied_slowly_is_taken_whole_and_once(
    office: Office, scheduler: Scheduler, count: int
) -> None:
    path = office.folder / "posts" / "bài.md"
    with slow_copy(path) as copy:
        assert codes(scheduler.scan()) == ["file-arriving"]
        for part in parts(TEXT.encode(), count):
            copy(part)
            result = scheduler.scan()
            assert (codes(result), done(result)) == (["file-arriving"], [])
    result = scheduler.scan()
    assert (codes(result), done(result)) == ([], [("create", "bài")])
    assert done(scheduler.scans(3)) == []


def test_what_is_wrong_with_a_post_is_told_when_it_stands_still(
    office: Office, scheduler: Scheduler
) -> None:
    office.file("posts/bài.md", TEXT[:40])
    assert codes(scheduler.scan()) == ["file-arriving"]
    assert codes(scheduler.scan()) == ["front-matter-open"]


@pytest.mark.parametrize("when", [LONG_AGO, AHEAD])
def test_the_time_that_a_copy_keeps_tells_nothing(
    office: Office, scheduler: Scheduler, when: int
) -> None:
    path = office.file("posts/bài.md", TEXT)
    os.utime(path, (when, when))
    assert codes(scheduler.scan()) == ["file-arriving"]
    assert done(scheduler.scan()) == [("create", "bài")]


def test_two_looks_at_once_are_one(office: Office, scheduler: Scheduler) -> None:
    office.file("posts/bài.md", TEXT)
    for _ in range(3):
        assert codes(scheduler.scan(0.1)) == ["file-arriving"]
    assert done(scheduler.scan(5)) == [("create", "bài")]


def test_a_picture_that_is_copied_slowly_is_waited_for(
    office: Office, scheduler: Scheduler
) -> None:
    picture = office.picture("anh.jpg", (900, 700)).read_bytes()
    office.file("posts/bài.md", f"{TEXT}\n![Một bức ảnh](anh.jpg)\n")
    with slow_copy(office.folder / "media" / "anh.jpg") as copy:
        assert codes(scheduler.scan()) == ["file-arriving", "file-awaited"]
        for part in parts(picture, 3):
            copy(part)
            result = scheduler.scan()
            assert (codes(result), done(result)) == (["file-awaited"], [])
            (waits,) = [p for p in result.problems if p.code == "file-awaited"]
            assert (waits.where.file, waits.params) == ("posts/bài.md", {"path": "media/anh.jpg"})
    assert done(scheduler.scan()) == [("create", "bài")]


def test_post_and_picture_that_come_together_wait_one_scan_alone(
    office: Office, scheduler: Scheduler
) -> None:
    office.picture("posts/anh.jpg")
    office.file("posts/bài.md", f"{TEXT}\n![Một bức ảnh](anh.jpg)\n")
    scheduler.scan()
    assert done(scheduler.scan()) == [("create", "bài")]


def test_a_gallery_waits_for_its_last_picture_and_its_captions(
    office: Office, scheduler: Scheduler
) -> None:
    office.file("posts/bài.md", TEXT.replace("kind: tin", "kind: anh\ngallery: ảnh"))
    office.picture("posts/ảnh/1.jpg")
    scheduler.scan()
    office.picture("posts/ảnh/2.jpg", colour="teal")
    assert codes(scheduler.scan()) == ["file-awaited"]
    captions = office.file("posts/ảnh/chú thích.txt", "1.jpg: Mộ")
    assert codes(scheduler.scan()) == ["file-awaited"]
    captions.write_text("1.jpg: Một buổi họp\n2.jpg: Hai người\n", encoding="utf-8")
    assert codes(scheduler.scan()) == ["file-awaited"]
    assert done(scheduler.scan()) == [("create", "bài")]


# Posts that stand on a site already


def test_a_published_post_that_is_rewritten_waits(office: Office, scheduler: Scheduler) -> None:
    path = office.file("posts/bài.md", TEXT)
    assert done(scheduler.scans(2)) == [("create", "bài")]
    path.write_text(TEXT[:50], encoding="utf-8")  # half of it, without an end of its data
    result = scheduler.scan()
    assert (codes(result), done(result)) == (["file-arriving"], [])
    path.write_text(TEXT.replace("Nội dung", "Nội dung mới"), encoding="utf-8")
    result = scheduler.scan()
    assert (codes(result), done(result)) == (["file-arriving"], [])
    result = scheduler.scan()
    assert (codes(result), done(result)) == ([], [("update", "bài")])


def test_a_post_with_an_id_is_not_missing_while_it_is_rewritten(
    office: Office, scheduler: Scheduler
) -> None:
    text = TEXT.replace("kind: tin", "kind: tin\nid: so-1")
    path = office.file("posts/bài.md", text)
    assert done(scheduler.scans(2)) == [("create", "so-1")]
    for half in ("", "---\ntitle: x", text[:60], f"{text}Thêm."):
        path.write_text(half, encoding="utf-8")
        result = scheduler.scan()
        assert (codes(result), done(result)) == (["file-arriving"], [])
    assert done(scheduler.scan()) == [("update", "so-1")]


def test_a_folder_that_is_renamed_is_neither_missing_nor_published_again(
    office: Office, scheduler: Scheduler
) -> None:
    for number in range(12):
        office.post(f"2023/tin-{number}.md", f"Nội dung {number}.", title=f"Tin số {number}")
    assert len(done(scheduler.scans(2))) == 12
    (office.folder / "posts" / "2023").rename(office.folder / "posts" / "Năm 2023")
    result = scheduler.scan()
    assert (set(codes(result)), done(result)) == ({"file-arriving"}, [])
    result = scheduler.scan()
    assert codes(result) == []
    assert [o.reason for o in result.outcomes] == ["renamed"] * 12


def test_an_activity_that_is_rewritten_stays_counted(office: Office, scheduler: Scheduler) -> None:
    front: dict[str, Any] = {
        "kind": "hoi-nghi", "unit": "Phòng", "place": "Hội trường", "participants": 40,
        "evidence": ["https://so.example/1"], "title": "Hội nghị",
    }  # fmt: skip
    path = office.post("hội nghị.md", **front)
    assert done(scheduler.scans(2)) == [("record", "hội nghị")]
    path.write_text('---\ntitle: "Hội nghị"\n---\n', encoding="utf-8")  # no kind yet
    result = scheduler.scan()
    assert (codes(result), done(result)) == (["file-arriving"], [])
    office.post("hội nghị.md", **{**front, "participants": 50})
    scheduler.scan()
    assert done(scheduler.scan()) == [("record", "hội nghị")]


# Pictures that are not there yet


def test_a_post_waits_for_its_pictures_before_that_is_an_error(
    office: Office, scheduler: Scheduler
) -> None:
    office.file("posts/bài.md", f"{TEXT}\n![Một bức ảnh](anh.jpg)\n")
    for _ in range(10):
        assert set(codes(scheduler.scan())) <= {"file-arriving", "file-awaited"}
    assert codes(scheduler.scan()) == ["picture-missing"]
    office.picture("posts/anh.jpg")
    assert codes(scheduler.scan()) == ["file-awaited"]
    assert done(scheduler.scan()) == [("create", "bài")]


def test_a_post_keeps_its_other_errors_while_it_waits(office: Office, scheduler: Scheduler) -> None:
    text = TEXT.replace("ket-qua", "khong-co")
    office.file("posts/bài.md", f"{text}\n![Một bức ảnh](anh.jpg)\n")
    assert sorted(codes(scheduler.scans(2))) == ["choice", "file-awaited"]


def test_a_picture_that_is_replaced_is_no_error(office: Office, scheduler: Scheduler) -> None:
    picture = office.picture("media/anh.jpg")
    office.picture("media/khác.jpg")
    office.file("posts/bài.md", f"{TEXT}\n![Một bức ảnh](anh.jpg)\n")
    assert done(scheduler.scans(2)) == [("create", "bài")]
    picture.unlink()
    assert codes(scheduler.scans(5)) == ["file-awaited"]
    office.picture("media/anh.jpg", colour="teal")
    assert codes(scheduler.scan()) == ["file-awaited"]
    assert done(scheduler.scan()) == [("update", "bài")]


def test_what_lacked_a_picture_long_before_the_start_is_an_error_at_once(office: Office) -> None:
    settling = Settling(lambda: 0.0)
    path = Path("posts/bài.md")
    old = SimpleNamespace(st_size=3, st_mtime=0.0, st_mtime_ns=0, st_ctime=0.0)
    new = SimpleNamespace(st_size=3, st_mtime=0.0, st_mtime_ns=0, st_ctime=float(AHEAD))
    settling.begin((path.parent,))
    assert settling.is_still("old", old)  # type: ignore[arg-type]
    assert not settling.may_come("old", "anh.jpg")
    assert not settling.is_still("new", new)  # type: ignore[arg-type]
    assert settling.may_come("new", "anh.jpg")
    settling.end()
    settling.begin((path.parent,))
    assert not settling.is_still("later", old)  # type: ignore[arg-type]


def test_other_folders_are_a_new_start() -> None:
    settling = Settling(lambda: 0.0)
    old = SimpleNamespace(st_size=3, st_mtime=0.0, st_mtime_ns=0, st_ctime=0.0)
    for folder in ("posts", "bài"):
        settling.begin((Path(folder),))
        assert settling.is_still(f"{folder}/a.md", old)  # type: ignore[arg-type]
        settling.end()


# One command by hand


class Between(Kept):
    """Does something while a folder is being read: after the first post is, or is rendered."""

    def __init__(
        self, parsed: Callable[[], object] = int, rendered: Callable[[], object] = int
    ) -> None:
        super().__init__()
        self._parsed_one = parsed
        self._rendered_one = rendered

    def parse(self, *arguments: Any, **named: Any) -> tuple[Post | None, list[Problem]]:
        result = super().parse(*arguments, **named)
        self._parsed_one()
        self._parsed_one = int
        return result

    def render(self, *arguments: Any, **named: Any) -> tuple[Article | None, list[Problem]]:
        result = super().render(*arguments, **named)
        self._rendered_one()
        self._rendered_one = int
        return result


def read_by_hand(office: Office, kept: Kept | None = None) -> run.Reading:
    return run.read(config.load(office.folder / "config.toml"), kept=kept)


def test_a_file_that_stands_still_is_taken_at_once(office: Office) -> None:
    office.file("posts/bài.md", TEXT)
    assert [o["state"] for o in office.publish()] == ["done"]


@pytest.mark.parametrize("name", ["posts/bài.md", "posts/anh.jpg"])
def test_a_file_that_changes_while_it_is_read_waits(office: Office, name: str) -> None:
    office.picture("posts/anh.jpg")
    office.file("posts/bài.md", f"{TEXT}\n![Một bức ảnh](anh.jpg)\n")
    other = office.post("khác.md", "Bài khác.", title="Bài khác")

    def grow() -> None:
        with (office.folder / name).open("ab") as file:
            file.write(b" ")

    reading = read_by_hand(office, Between(rendered=grow))
    waits = "file-arriving" if name.endswith(".md") else "file-awaited"
    assert codes(reading) == [waits]
    assert [a.key for a in reading.articles] == [other.stem]
    assert reading.arriving == {"bài"}
    assert reading.present == {"bài", "khác"}
    assert len(read_by_hand(office).articles) == 2


def test_a_file_that_vanishes_while_the_folder_is_read_is_no_error(office: Office) -> None:
    office.file("posts/a.md", TEXT)
    path = office.post("b.md", "Bài khác.", title="Bài khác")
    reading = read_by_hand(office, Between(path.unlink))
    assert codes(reading) == ["file-arriving"]
    assert [a.key for a in reading.articles] == ["a"]
    assert reading.present == {"a", "b"}


def test_a_waiting_post_is_named_to_whoever_publishes(office: Office) -> None:
    office.file("posts/bài (Lan's conflicted copy 2023-03-15).md", TEXT)
    office.file("posts/bài.md", TEXT)
    ran = office.run("publish")
    assert ran.status == 0
    assert "bài (Lan's conflicted copy 2023-03-15).md: " in ran.out
    assert "“bài.md”" in ran.out


# Documents that are open in Word


def test_a_document_that_is_open_in_word_waits_until_it_is_closed(office: Office) -> None:
    save(document(*HEAD, "Nội dung."), office.folder / "posts" / "tintuc.docx")
    lock = office.file("posts/~$ntuc.docx", "Lan")
    lock = lock.rename(lock.with_name("~$tintuc.docx"))
    ran = office.run("publish")
    assert "Word" in ran.out
    assert office.publish() == []
    assert office.run("check").status == 0
    lock.unlink()
    assert [o["action"] for o in office.publish()] == ["create"]


def test_a_published_document_that_is_open_is_not_missing(
    office: Office, scheduler: Scheduler
) -> None:
    path = office.folder / "posts" / "tin.docx"
    save(document(*HEAD, "Nội dung."), path)
    assert done(scheduler.scans(2)) == [("create", "tin")]
    office.file("posts/.~lock.tin.docx#", "Lan")
    save(document(*HEAD, "Nội dung khác."), path)
    result = scheduler.scans(3)
    assert (codes(result), done(result)) == (["word-open"], [])
    (office.folder / "posts" / ".~lock.tin.docx#").unlink()
    assert done(scheduler.scan()) == [("update", "tin")]


def test_a_left_over_of_a_crash_holds_nothing_up(office: Office) -> None:
    save(document(*HEAD, "Nội dung."), office.folder / "posts" / "tin.docx")
    lock = office.file("posts/~$tin.docx", "Lan")
    then = lock.stat().st_mtime - 3 * 86400
    os.utime(lock, (then, then))
    assert [o["action"] for o in office.publish()] == ["create"]


# What is passed over


@pytest.mark.parametrize(
    "name",
    [
        "bài (Lan's conflicted copy 2023-03-15).md",
        "bài.sync-conflict-20230315-101010-ABCDEFG.md",
        "bài-DESKTOP-AB12CD3.md",
        "2023 (bản sao xung đột của Lan 2023-03-15)/bài.md",
    ],
)
def test_a_conflict_copy_is_never_a_second_post(office: Office, name: str) -> None:
    office.file("posts/bài.md", TEXT)
    office.file("posts/2023/tin.md", TEXT.replace("Bài về", "Tin về"))
    office.file(f"posts/{name}", TEXT.replace("Bài về", "Một bài khác về"))
    reading = read_by_hand(office)
    assert codes(reading) == ["file-conflict"]
    assert sorted(a.key for a in reading.articles) == ["2023/tin", "bài"]
    assert [o["key"] for o in office.publish()] == ["2023/tin", "bài"]


def test_a_conflict_copy_that_stands_on_a_site_is_not_missing(
    office: Office, scheduler: Scheduler
) -> None:
    # Published when nothing lay beside it, so that it was a name like any other.
    office.file("posts/bài-DESKTOP-AB12CD3.md", TEXT)
    assert done(scheduler.scans(2)) == [("create", "bài-DESKTOP-AB12CD3")]
    office.file("posts/bài.md", TEXT.replace("Bài về", "Một bài khác về"))
    scheduler.scan()
    result = scheduler.scan()
    assert codes(result) == ["file-conflict"]
    assert done(result) == [("create", "bài")]


def test_a_gallery_shows_no_conflict_copy_and_no_half_picture(office: Office) -> None:
    office.file("posts/bài.md", TEXT.replace("kind: tin", "kind: anh\ngallery: ảnh"))
    for name in ("1.jpg", "2.jpg", "1 (conflicted copy 2023-03-15 101010).jpg",
                 "2-DESKTOP-AB12CD3.jpg", "so-do-DESKTOP-AB12CD3.jpg"):  # fmt: skip
        office.picture(f"posts/ảnh/{name}", colour=f"#{len(name):02x}3050")
    for name in ("3.jpg.crdownload", "Thumbs.db", "desktop.ini", ".DS_Store"):
        office.file(f"posts/ảnh/{name}", "x")
    reading = read_by_hand(office)
    (post,) = reading.posts
    assert [item.path for item in post.gallery] == [
        "posts/ảnh/1.jpg", "posts/ảnh/2.jpg", "posts/ảnh/so-do-DESKTOP-AB12CD3.jpg",
    ]  # fmt: skip
    assert sorted(codes(reading)) == ["file-conflict", "file-conflict", "file-unfinished"]


def test_unfinished_files_are_named_and_files_of_the_system_are_not(office: Office) -> None:
    office.file("posts/bài.md", TEXT)
    for name in ("tin.md.part", "tin.docx.crdownload", "tin.md.tmp", "tin.bak"):
        office.file(f"posts/{name}", "---\n")
    for name in ("Thumbs.db", "desktop.ini", ".DS_Store", ".tin.md.swp", "~WRL0001.tmp",
                 "#recycle/cũ.md", "@eaDir/bài.md/x.md"):  # fmt: skip
        office.file(f"posts/{name}", "---\n")
    reading = read_by_hand(office)
    assert codes(reading) == ["file-unfinished"] * 4
    assert reading.present == {"bài"}


def test_a_copy_made_by_hand_is_told_when_it_says_the_same(office: Office) -> None:
    office.file("posts/bài.md", TEXT)
    office.file("posts/bài - Sao chép.md", f"{TEXT}\nSửa.".replace("kind:", "slug: khac\nkind:"))
    office.file("posts/bài (2).md", TEXT.replace("Bài về", "Phần hai về"))
    reading = read_by_hand(office)
    copy = next(p for p in reading.problems if p.code == "file-copy")
    assert (codes(reading), copy.where.file, copy.params) == (
        ["file-copy"], "posts/bài - Sao chép.md", {"other": "posts/bài.md"},
    )  # fmt: skip
    assert len(reading.articles) == 3


def test_of_a_copy_with_the_same_address_the_original_goes_out(office: Office) -> None:
    office.file("posts/bài - Copy.md", TEXT)
    office.file("posts/bài.md", TEXT)
    reading = read_by_hand(office)
    assert [a.key for a in reading.articles] == ["bài"]
    assert sorted(codes(reading)) == ["file-copy", "slug-taken"]


# Files in the cloud alone


@contextmanager
def online_only(monkeypatch: pytest.MonkeyPatch, *paths: Path) -> Iterator[None]:
    """Give files the attributes that Windows gives a placeholder; to open one is a mistake."""
    status, opened = disk.status, disk.opened

    def attributes(path: Path | str) -> Any:
        stat = status(path)
        if Path(path) not in paths:
            return stat
        names = ("st_mode", "st_size", "st_mtime", "st_mtime_ns", "st_ctime")
        return SimpleNamespace(
            st_file_attributes=0x400020, **{name: getattr(stat, name) for name in names}
        )

    def fetch(path: Path) -> Any:
        assert path not in paths, "this would fetch it"
        return opened(path)

    with monkeypatch.context() as patched:
        patched.setattr(disk, "status", attributes)
        patched.setattr(disk, "opened", fetch)
        yield


def test_a_file_in_the_cloud_alone_is_named_and_not_fetched(
    office: Office, scheduler: Scheduler, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = office.file("posts/bài.md", f"{TEXT}\n![Một bức ảnh](anh.jpg)\n")
    picture = office.picture("posts/anh.jpg")
    with online_only(monkeypatch, picture):
        result = scheduler.scans(2)
    assert (codes(result), done(result)) == (["file-online"], [])
    assert done(scheduler.scan()) == [("create", "bài")]
    with online_only(monkeypatch, post):
        result = scheduler.scans(2)
    assert (codes(result), done(result)) == (["file-online"], [])
    assert codes(scheduler.scan()) == []


def test_a_picture_that_was_read_before_need_not_be_fetched(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.file("posts/bài.md", f"{TEXT}\n![Một bức ảnh](anh.jpg)\n")
    picture = office.picture("posts/anh.jpg")
    os.utime(picture, (LONG_AGO, LONG_AGO))
    before = read_by_hand(office)
    with online_only(monkeypatch, picture):
        assert read_by_hand(office).articles == before.articles


def test_a_placeholder_of_nextcloud_is_the_post_that_it_stands_for(
    office: Office, scheduler: Scheduler
) -> None:
    path = office.file("posts/bài.md", TEXT)
    assert done(scheduler.scans(2)) == [("create", "bài")]
    path.unlink()
    office.file("posts/bài.md.nextcloud", " ")
    result = scheduler.scans(2)
    assert (codes(result), done(result)) == (["file-online"], [])


# Names


def test_two_files_of_one_name_are_told_and_neither_is_published(
    office: Office, scheduler: Scheduler
) -> None:
    office.file("posts/bài.md", TEXT)
    twin = office.file(f"posts/{unicodedata.normalize('NFD', 'bài.md')}", f"{TEXT}Thêm.\n")
    if len(list((office.folder / "posts").iterdir())) == 1:
        pytest.skip("this file system takes both forms for one name")
    result = scheduler.scans(3)
    assert (codes(result), done(result)) == (["file-twice"], [])
    (problem,) = [p for p in result.problems if p.code == "file-twice"]
    sizes = sorted(str(path.stat().st_size) for path in (office.folder / "posts").iterdir())
    assert sorted(str(problem.params["sizes"]).split(" / ")) == sizes
    twin.unlink()
    assert done(scheduler.scans(2)) == [("create", "bài")]


def test_names_that_differ_in_case_are_one_post(office: Office) -> None:
    office.file("posts/bài.md", TEXT)
    office.file("posts/Bài.md", TEXT.replace("Bài về", "Tin về"))
    if len(list((office.folder / "posts").iterdir())) == 1:
        pytest.skip("this file system takes both for one name")
    reading = read_by_hand(office)
    assert codes(reading) == ["key-taken"]
    assert len(reading.articles) == 1


@pytest.mark.skipif(os.name != "posix", reason="Windows can't make such a file")
def test_a_name_that_windows_refuses_is_told(office: Office) -> None:
    office.file("posts/Tin: mới.md", TEXT)
    reading = read_by_hand(office)
    assert (codes(reading), len(reading.articles)) == (["file-name"], 1)


# Folders that go away


def many(office: Office, count: int) -> None:
    for number in range(count):
        body = f"Nội dung {number}.\n\n![Ảnh](media/{number}.jpg)"
        office.picture(f"media/{number}.jpg", (40, 30), f"#{number:02x}4060")
        office.post(f"{2020 + number % 4}/tin-{number}.md", body, title=f"Tin số {number}")


@pytest.fixture
def shared(tmp_path: Path, share: Share) -> Iterator[Scheduler]:
    """Posts and pictures on a share, published."""
    office = Office(tmp_path / "Phòng Hành chính")
    office.configure('[sites.xem]\nkind = "preview"\n')
    for name in ("posts", "media"):
        share.connect(office.folder / name)
    many(office, 12)
    for path in (office.folder / "media").iterdir():
        os.utime(path, (LONG_AGO, LONG_AGO))
    scheduler = Scheduler(office)
    assert len(done(scheduler.scans(2))) == 12
    yield scheduler


def test_a_share_that_goes_away_stops_everything_and_comes_back_to_nothing_new(
    shared: Scheduler, share: Share
) -> None:
    posts_ = shared.office.folder / "posts"
    for _ in range(2):
        share.leave(posts_)
        for _ in range(3):
            with pytest.raises(ContentError) as caught:
                shared.scan()
            assert code_of(caught).code == "folder-empty"
        share.connect(posts_)
        result = shared.scan()
        assert (codes(result), done(result)) == ([], [])


def test_a_share_that_goes_away_while_it_is_read_stops_everything(
    shared: Scheduler, share: Share
) -> None:
    posts_ = shared.office.folder / "posts"

    class Leaving(Settling):
        """Lets the share go away when the first file was looked at."""

        left = False

        def is_still(self, path: str, stat: os.stat_result) -> bool:
            still = super().is_still(path, stat)
            if not self.left:
                self.left = True
                share.leave(posts_)
            return still

    before, shared.settling = shared.settling, Leaving(lambda: shared.clock)
    with pytest.raises(AwayError) as caught:
        shared.scan()
    assert code_of(caught).code == "folder-unreadable"
    share.connect(posts_)
    shared.settling = before
    result = shared.scan()
    assert (codes(result), done(result)) == ([], [])


def test_pictures_that_go_away_together_are_one_problem(shared: Scheduler, share: Share) -> None:
    media = shared.office.folder / "media"
    share.leave(media)
    for _ in range(12):
        with pytest.raises(ContentError) as caught:
            shared.scan()
        problem = code_of(caught)
        assert (problem.code, problem.where.file) == ("media-missing", "media")
        assert problem.params == {"count": 12}
    media.rmdir()
    ran = shared.office.run("check")
    assert ran.status != 0
    assert "media" in ran.err + ran.out
    share.connect(media)
    result = shared.scan()
    assert (codes(result), done(result)) == ([], [])


def test_an_office_without_shared_pictures_needs_no_folder_for_them(office: Office) -> None:
    office.file("posts/bài.md", TEXT)
    (office.folder / "media").rmdir()
    assert [o["action"] for o in office.publish()] == ["create"]
    office.file("posts/bài.md", f"{TEXT}\n![Một bức ảnh](anh.jpg)\n")
    assert codes(read_by_hand(office)) == ["picture-missing"]


@pytest.mark.parametrize("number", [errno.EIO, errno.ESTALE, errno.ENOTCONN, errno.EACCES])
def test_an_error_in_the_middle_of_a_scan_stops_everything(
    office: Office, scheduler: Scheduler, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    many(office, 4)
    listing = disk.listing

    def failing(folder: Path) -> Any:
        if folder.name == "2022":
            raise OSError(number, os.strerror(number))
        return listing(folder)

    with monkeypatch.context() as patched:
        patched.setattr(disk, "listing", failing)
        for _ in range(3):
            with pytest.raises(AwayError) as caught:
                scheduler.scan()
    problem = code_of(caught)
    assert (problem.code, problem.where.file) == ("folder-unreadable", "posts/2022")
    assert problem.params == {"error": os.strerror(number)}
    assert len(done(scheduler.scans(2))) == 4


@pytest.mark.parametrize(
    ("broken", "code"), [("2021", "file-unreadable"), ("posts", "folder-unreadable")]
)
def test_one_file_that_can_not_be_read_stops_no_other_but_a_share_does(
    office: Office, scheduler: Scheduler, monkeypatch: pytest.MonkeyPatch, broken: str, code: str
) -> None:
    many(office, 4)
    scheduler.scan()
    listing, opened = disk.listing, disk.opened
    seen: list[Path] = []

    def fails(path: Path) -> Any:
        if path.suffix == ".md" and (path.parent.name == broken or broken == "posts"):
            seen.append(path)
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return opened(path)

    def gone(folder: Path) -> Any:
        if seen and broken == "posts":
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return listing(folder)

    with monkeypatch.context() as patched:
        patched.setattr(disk, "opened", fails)
        patched.setattr(disk, "listing", gone)
        try:
            result = scheduler.scan()
        except AwayError as error:
            assert [p.code for p in error.problems] == [code]
            assert broken == "posts"
        else:
            assert codes(result) == [code]
            assert len(done(result)) == 3


# More than half of the posts gone at once


@pytest.fixture
def halved(office: Office) -> Scheduler:
    """Twelve published posts, of which nine are gone."""
    many(office, 12)
    scheduler = Scheduler(office)
    assert len(done(scheduler.scans(2))) == 12
    for year in ("2020", "2021", "2022"):
        shutil.move(office.folder / "posts" / year, office.folder / f"xa-{year}")
    return scheduler


def test_when_more_than_half_is_gone_nothing_is_done(halved: Scheduler) -> None:
    halved.office.post("mới.md", title="Bài mới")
    for _ in range(3):
        with pytest.raises(ContentError) as caught:
            halved.scan()
        problem = code_of(caught)
        assert (problem.code, problem.where.file) == ("folder-halved", "posts")
        assert problem.params == {"count": 9, "known": 12}
    for year in ("2020", "2021", "2022"):
        shutil.move(halved.office.folder / f"xa-{year}", halved.office.folder / "posts" / year)
    assert done(halved.scan()) == [("create", "mới")]


def test_after_a_day_the_rest_goes_on(halved: Scheduler) -> None:
    halved.office.post("mới.md", title="Bài mới")
    for hours in (0, 12, 11.9):
        with pytest.raises(ContentError):
            halved.scan(hours * 3600)
    again = Scheduler(halved.office, now=halved.now)  # a new start changes nothing
    with pytest.raises(ContentError):
        again.scan(60)
    again.scan(3600)
    result = again.scan()
    assert codes(result) == ["file-missing"] * 9
    # What is gone since long is not counted again.
    (halved.office.folder / "posts" / "2023" / "tin-3.md").unlink()
    assert codes(again.scan()) == ["file-missing"] * 10


def test_whoever_names_a_post_can_publish_it_meanwhile(halved: Scheduler) -> None:
    halved.office.post("mới.md", title="Bài mới")
    ran = halved.office.run("publish")
    assert ran.status != 0
    assert [o["action"] for o in halved.office.publish("mới")] == ["create"]


def test_few_posts_may_go_at_once(office: Office) -> None:
    many(office, 9)
    scheduler = Scheduler(office)
    assert len(done(scheduler.scans(2))) == 9
    for year in ("2020", "2021", "2022"):
        shutil.rmtree(office.folder / "posts" / year)
    assert codes(scheduler.scan()) == ["file-missing"] * 7


# What it costs


def test_a_scan_asks_for_each_file_once(
    office: Office, scheduler: Scheduler, monkeypatch: pytest.MonkeyPatch
) -> None:
    many(office, 20)
    for path in office.folder.rglob("*"):
        os.utime(path, (LONG_AGO, LONG_AGO))
    scheduler.scans(2)
    asked: list[Path] = []
    status = disk.status

    def counted(path: Path | str) -> os.stat_result:
        asked.append(Path(path))
        return status(path)

    with monkeypatch.context() as patched:
        patched.setattr(disk, "status", counted)
        scheduler.reading()
    pictures = [path for path in asked if path.suffix == ".jpg"]
    texts = [path for path in asked if path.suffix == ".md"]
    assert len(pictures) == len(set(pictures)) == 20
    assert len(texts) <= 2 * 20  # once to settle, once as it is opened


def test_a_file_that_comes_back_within_a_month_is_the_one_that_was_there(
    office: Office, scheduler: Scheduler
) -> None:
    office.post("khác.md", title="Bài khác")
    path = office.file("posts/bài.md", TEXT)
    scheduler.scans(2)
    aside = office.folder / "bài.md"
    for days, expected in ((1, []), (20, []), (40, ["file-arriving"])):
        path.rename(aside)
        scheduler.scan(days * 86400)
        aside.rename(path)
        assert codes(scheduler.scan()) == expected
