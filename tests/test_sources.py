"""posts/ and media/ as they lie on disk: what is a post, what is a picture, what is neither."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from publisher.errors import ContentError
from publisher.model import Severity, SourceFile
from publisher.sources import POST_LIMIT, Folders, Found

posix = pytest.mark.skipif(os.name != "posix", reason="needs a POSIX file system")


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """An empty folder of posts, one of media, and a secret beside them."""
    base = tmp_path / "office"
    (base / "posts").mkdir(parents=True)
    (base / "media").mkdir()
    put(base / "secret.png", b"secret")
    put(tmp_path / "outside.png", b"secret")
    return base


def put(path: Path, content: bytes | str = b"") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def folders(base: Path) -> Folders:
    return Folders(base, base / "posts", base / "media", base / ".publisher" / "digests.json")


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def code_of(caught: pytest.ExceptionInfo[ContentError]) -> str:
    (problem,) = caught.value.problems
    return problem.code


@contextmanager
def nobody() -> Iterator[None]:
    """Be a user who may not open everything, as root may."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


# Posts


def test_posts_have_their_path_as_key(base: Path) -> None:
    for name in ("b.md", "2023/03/bài một.md", "2023/tin.v1.2.MD", "2023/03-kế hoạch/index.md",
                 "index.md", "2023/anh/Index.md"):  # fmt: skip
        put(base / "posts" / name)
    put(base / "posts" / "2023" / "03-kế hoạch" / "hình.png")
    put(base / "posts" / "đọc.txt")
    found = folders(base).scan()
    assert [(f.key, f.file) for f in found] == [
        ("2023/03-kế hoạch", "posts/2023/03-kế hoạch/index.md"),
        ("2023/03/bài một", "posts/2023/03/bài một.md"),
        ("2023/anh", "posts/2023/anh/Index.md"),
        ("2023/tin.v1.2", "posts/2023/tin.v1.2.MD"),
        ("b", "posts/b.md"),
        ("index", "posts/index.md"),
    ]


def test_names_in_any_form_give_keys_in_one(base: Path) -> None:
    name = unicodedata.normalize("NFD", "Cải cách/Kế hoạch.md")
    put(base / "posts" / name, "x")
    (found,) = folders(base).scan()
    assert found.key == unicodedata.normalize("NFC", "Cải cách/Kế hoạch")
    assert found.file == f"posts/{found.key}.md"
    assert folders(base).read(found) == b"x"


@pytest.mark.parametrize(
    "name", ["~$bai.md", ".an.md", ".git/bai.md", "~tam/bai.md", "bai.md.bak", "~$bai.docx", "md",
             "bai.doc", "bai.odt",
             "bai.markdown", "bai.md~"]
)  # fmt: skip
def test_what_is_no_post(base: Path, name: str) -> None:
    put(base / "posts" / name)
    put(base / "posts" / "bai.md")
    assert [f.key for f in folders(base).scan()] == ["bai"]


def test_a_folder_that_is_not_there_stops_everything(base: Path) -> None:
    assert folders(base).scan() == []
    (base / "posts").rmdir()
    with pytest.raises(ContentError) as caught:
        folders(base).scan()
    assert code_of(caught) == "folder-missing"
    assert caught.value.problems[0].where.file == "posts"


@posix
def test_a_folder_that_can_not_be_opened_stops_everything(base: Path) -> None:
    put(base / "posts" / "a.md")
    closed = put(base / "posts" / "đóng" / "b.md").parent
    opened = [base, *base.parents][:-1]
    modes = [path.stat().st_mode for path in opened]
    for path in opened:
        path.chmod(path.stat().st_mode | 0o055)
    closed.chmod(0)
    try:
        with nobody(), pytest.raises(ContentError) as caught:
            folders(base).scan()
    finally:
        closed.chmod(0o755)
        for path, mode in zip(opened, modes, strict=True):
            path.chmod(mode)
    (problem,) = caught.value.problems
    assert (problem.code, problem.where.file) == ("folder-unreadable", "posts/đóng")
    assert problem.params == {"error": os.strerror(errno.EACCES)}


def test_a_post_is_read_up_to_a_limit(base: Path) -> None:
    put(base / "posts" / "a.md", b"x" * POST_LIMIT)
    put(base / "posts" / "b.md", b"x" * (POST_LIMIT + 1))
    there = folders(base)
    fits, long = there.scan()
    assert len(there.read(fits)) == POST_LIMIT
    with pytest.raises(ContentError) as caught:
        there.read(long)
    assert code_of(caught) == "post-long"
    assert caught.value.problems[0].params == {"limit": 1024}


def test_a_post_that_is_gone_by_now(base: Path) -> None:
    put(base / "posts" / "a.md")
    there = folders(base)
    (found,) = there.scan()
    found.path.unlink()
    with pytest.raises(ContentError) as caught:
        there.read(found)
    (problem,) = caught.value.problems
    # Not a fault: a program that saves a file may take it away first.
    assert (problem.code, problem.where.file) == ("file-arriving", "posts/a.md")
    assert problem.severity is Severity.WARNING


@posix
@pytest.mark.timeout(10)
def test_a_pipe_is_no_post(base: Path) -> None:
    os.mkfifo(base / "posts" / "a.md")
    there = folders(base)
    for found in there.scan():
        with pytest.raises(ContentError) as caught:
            there.read(found)
        assert code_of(caught) == "file-unreadable"


@posix
def test_links_lead_nowhere_outside(base: Path) -> None:
    put(base / "posts" / "a.md")
    outside = put(base.parent / "other" / "b.md")
    (base / "posts" / "tệp.md").symlink_to(outside)
    (base / "posts" / "thư mục").symlink_to(outside.parent)
    (base / "posts" / "vòng.md").symlink_to(base / "posts" / "vòng.md")
    (base / "posts" / "vòng").symlink_to(base / "posts")
    (base / "posts" / "trong.md").symlink_to(base / "posts" / "a.md")
    assert [f.key for f in folders(base).scan()] == ["a", "trong"]


@posix
def test_a_name_that_is_no_text_does_not_stop_the_others(base: Path) -> None:
    name = os.fsencode(base / "posts") + b"/b\xe0i.md"
    try:
        Path(os.fsdecode(name)).write_bytes(b"x")
    except OSError:
        pytest.skip("this file system takes names in UTF-8 alone")
    put(base / "posts" / "c.md")
    (base / "posts" / "b?i.png").write_bytes(b"y")
    there = folders(base)
    found = there.scan()
    assert [(f.key, f.file) for f in found] == [("b?i", "posts/b?i.md"), ("c", "posts/c.md")]
    assert there.read(found[0]) == b"x"
    assert there.picture(found[0].path, "b?i.png")
    there.save()


# Links


@pytest.mark.parametrize(
    ("href", "key"),
    [
        ("bai-hai.md", "2023/03/bai-hai"),
        ("./bai-hai.md", "2023/03/bai-hai"),
        ("BAI-HAI.MD", "2023/03/bai-hai"),
        ("../04/index.md", "2023/04"),
        ("../../2023/04/index.md", "2023/04"),
        ("2023/04/index.md", "2023/04"),
        ("posts/2023/04/index.md", "2023/04"),
        ("/posts/2023/04/index.md", "2023/04"),
        (unicodedata.normalize("NFD", "kế hoạch.md"), "2023/03/kế hoạch"),
        ("không có.md", None),
        ("hình.png", None),
        ("../04", None),
        ("", None),
        ("../../../config.md", None),
        ("https://vi.du/bai.md", None),
    ],
)
def test_a_link_to_another_post(base: Path, href: str, key: str | None) -> None:
    for name in ("03/bai.md", "03/bai-hai.md", "03/kế hoạch.md", "03/hình.png", "04/index.md"):
        put(base / "posts" / "2023" / name)
    put(base / "config.md")
    assert folders(base).post_key(base / "posts" / "2023" / "03" / "bai.md", href) == key


# Pictures


@pytest.mark.parametrize(
    ("src", "path"),
    [
        ("ảnh một.png", "posts/2023/ảnh một.png"),
        ("Ảnh Một.PNG", "posts/2023/ảnh một.png"),
        (unicodedata.normalize("NFD", "ảnh một.png"), "posts/2023/ảnh một.png"),
        ("./ảnh một.png", "posts/2023/ảnh một.png"),
        ("../hai.JPG", "posts/hai.JPG"),
        ("../HAI.jpg", "posts/hai.JPG"),
        ("..\\hai.jpg", "posts/hai.JPG"),
        ("hai.jpg", "posts/hai.JPG"),
        ("posts/hai.jpg", "posts/hai.JPG"),
        ("/posts/hai.jpg", "posts/hai.JPG"),
        ("biểu đồ/ba.png", "media/biểu đồ/ba.png"),
        ("media/biểu đồ/ba.png", "media/biểu đồ/ba.png"),
        ("/media/biểu đồ/ba.png", "media/biểu đồ/ba.png"),
        ("media\\biểu đồ\\ba.png", "media/biểu đồ/ba.png"),
        ("../../media/biểu đồ/ba.png", "media/biểu đồ/ba.png"),
        ("Biểu Đồ/BA.PNG", "media/biểu đồ/ba.png"),
        ("a%20b.png", "posts/2023/a%20b.png"),
    ],
)
def test_pictures_are_found_as_people_name_them(base: Path, src: str, path: str) -> None:
    put(base / "posts" / "2023" / "ảnh một.png", b"1")
    put(base / "posts" / "2023" / "a%20b.png", b"2")
    put(base / "posts" / "hai.JPG", b"3")
    put(base / "media" / unicodedata.normalize("NFD", "biểu đồ") / "ba.png", b"4")
    there = folders(base)
    picture = there.picture(base / "posts" / "2023" / "bai.md", src)
    assert picture
    assert picture.path == path
    assert picture.digest == sha(there.picture_bytes(picture))


def test_the_picture_beside_the_post_comes_before_the_one_in_media(base: Path) -> None:
    put(base / "posts" / "a.png", b"beside")
    put(base / "media" / "a.png", b"shared")
    picture = folders(base).picture(base / "posts" / "bai.md", "a.png")
    assert picture == SourceFile("posts/a.png", sha(b"beside"))


OUTSIDE = [
    "../secret.png", "../../outside.png", "media/../../outside.png", "media/../secret.png",
    "/etc/passwd", "//etc/passwd", "../../../../../../../../etc/passwd", "C:\\Windows\\win.ini",
    "C:/Windows/win.ini", "c:a.png", "\\\\server\\share\\a.png", "//server/share/a.png",
    "..\\secret.png", "....//secret.png", "../posts/../secret.png", "posts/../../secret.png",
    "file:///etc/passwd", "a.png\x00.md", "\x00", "", ".", "..", "/", "../..", "a.png:stream",
    "../media", "2023", "~/a.png", "a" * 5000 + ".png", "/".join([".."] * 500), "\ud800.png",
    "a.png/", "a.png/../../../outside.png",
]  # fmt: skip


@pytest.mark.parametrize("src", OUTSIDE)
def test_nothing_outside_posts_and_media_is_a_picture(base: Path, src: str) -> None:
    put(base / "posts" / "2023" / "bai.md")
    put(base / "posts" / "a.md")
    there = folders(base)
    for post in ("2023/bai.md", "a.md"):
        assert there.picture(base / "posts" / post, src) is None
        assert there.post_key(base / "posts" / post, f"{src}.md") is None


@given(
    src=st.lists(
        st.sampled_from(["..", ".", "", "posts", "media", "a.png", "secret.png", "outside.png",
                         "office", "/", "\\", "C:", "\x00", "ngoài", "vòng"]),
        max_size=8,
    ).map("/".join)
)  # fmt: skip
@example(src="ngoài/outside.png")
@example(src="../office/posts/../media/a.png")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_the_path_only_pictures_of_the_folders_are_found(base: Path, src: str) -> None:
    put(base / "posts" / "a.png", b"open")
    put(base / "media" / "a.png", b"open")
    for name, target in (("ngoài", base.parent), ("vòng", base / "media" / "vòng")):
        link = base / "media" / name
        if os.name == "posix" and not link.is_symlink():
            link.symlink_to(target)
    picture = folders(base).picture(base / "posts" / "bai.md", src)
    assert picture is None or picture.digest == sha(b"open")


@posix
def test_a_link_to_a_picture_outside_is_none(base: Path) -> None:
    (base / "media" / "a.png").symlink_to(base.parent / "outside.png")
    (base / "posts" / "b.png").symlink_to(base / "secret.png")
    (base / "posts" / "c.png").symlink_to(put(base / "posts" / "d" / "c.png", b"inside"))
    there = folders(base)
    post = base / "posts" / "bai.md"
    assert there.picture(post, "a.png") is None
    assert there.picture(post, "b.png") is None
    assert there.picture(post, "c.png") == SourceFile("posts/c.png", sha(b"inside"))


# What is remembered of pictures


def _age(path: Path, seconds: int = 3600) -> None:
    """Make a file as old as one that nobody is saving right now."""
    then = path.stat().st_mtime_ns - seconds * 10**9
    os.utime(path, ns=(then, then))


def _digest(base: Path) -> str:
    there = folders(base)
    picture = there.picture(base / "posts" / "bai.md", "a.png")
    assert picture
    there.save()
    return picture.digest


def test_an_edit_that_keeps_the_size_is_seen(base: Path) -> None:
    path = put(base / "media" / "a.png", b"one")
    _age(path)
    assert _digest(base) == sha(b"one")
    put(path, b"two")
    _age(path, 1800)
    assert _digest(base) == sha(b"two")
    put(path, b"three")
    _age(path)
    assert _digest(base) == sha(b"three")


def test_an_edit_at_once_is_seen(base: Path) -> None:
    path = put(base / "media" / "a.png", b"one")
    times = path.stat().st_mtime_ns
    assert _digest(base) == sha(b"one")
    put(path, b"two")
    os.utime(path, ns=(times, times))  # within the grain of the file system's clock
    assert _digest(base) == sha(b"two")


def test_an_unchanged_picture_is_not_read_again(base: Path) -> None:
    path = put(base / "media" / "a.png", b"one")
    _age(path)
    before = path.stat()
    assert _digest(base) == sha(b"one")
    put(path, b"two")
    os.utime(path, ns=(before.st_mtime_ns, before.st_mtime_ns))
    assert _digest(base) == sha(b"one")


def test_a_copy_that_kept_size_and_time_is_found_out_when_it_is_sent(base: Path) -> None:
    path = put(base / "media" / "a.png", b"one")
    _age(path)
    before = path.stat()
    _digest(base)
    put(path, b"two")
    os.utime(path, ns=(before.st_mtime_ns, before.st_mtime_ns))
    there = folders(base)
    picture = there.picture(base / "posts" / "bai.md", "a.png")
    assert picture
    with pytest.raises(ContentError) as caught:
        there.picture_bytes(picture)
    assert code_of(caught) == "file-changing"
    assert _digest(base) == sha(b"two")  # the next run knows


def test_a_picture_that_changes_between_reading_and_sending(base: Path) -> None:
    path = put(base / "media" / "a.png", b"one")
    there = folders(base)
    picture = there.picture(base / "posts" / "bai.md", "a.png")
    assert picture
    put(path, b"other")
    with pytest.raises(ContentError) as caught:
        there.picture_bytes(picture)
    assert (code_of(caught), caught.value.problems[0].where.file) == (
        "file-changing", "media/a.png",
    )  # fmt: skip
    path.unlink()
    with pytest.raises(ContentError) as caught:
        there.picture_bytes(picture)
    assert code_of(caught) == "file-unreadable"


@posix
def test_a_huge_picture_is_refused_before_it_is_read(base: Path) -> None:
    path = put(base / "media" / "a.png")
    there = folders(base)
    picture = there.picture(base / "posts" / "bai.md", "a.png")
    assert picture
    os.truncate(path, 300 * 1024 * 1024)  # sparse: it takes no space
    with pytest.raises(ContentError) as caught:
        there.picture_bytes(picture)
    assert code_of(caught) == "picture-large"
    assert caught.value.problems[0].params == {"limit": 200}


@pytest.mark.parametrize(
    "cache", ["", "{", "[]", "null", '{"a": 1}', '{"a": [1, 2]}', '{"a": ["x", 2, "d"]}', "\x00"]
)
def test_a_memory_that_is_damaged_is_no_memory(base: Path, cache: str) -> None:
    put(base / ".publisher" / "digests.json", cache)
    put(base / "media" / "a.png", b"one")
    assert _digest(base) == sha(b"one")


def test_the_memory_may_be_deleted_and_posts_are_never_written(base: Path) -> None:
    path = put(base / "media" / "a.png", b"one")
    _age(path)
    post = put(base / "posts" / "bai.md", "x")
    _digest(base)
    stored = base / ".publisher" / "digests.json"
    assert json.loads(stored.read_text(encoding="utf-8"))
    stored.unlink()
    assert _digest(base) == sha(b"one")
    assert sorted(p.name for p in (base / "posts").iterdir()) == ["bai.md"]
    assert post.read_bytes() == b"x"


def test_without_a_place_for_the_memory_it_does_without(base: Path) -> None:
    _age(put(base / "media" / "a.png", b"one"))
    put(base / ".publisher", b"a file where the folder should be")
    assert _digest(base) == sha(b"one")
    assert _digest(base) == sha(b"one")


def test_a_path_outside_the_office_is_shown_whole(base: Path, tmp_path: Path) -> None:
    posts = tmp_path / "share" / "bài"
    put(posts / "a.md", "x")
    there = Folders(base, posts, base / "media", base / "cache.json")
    (found,) = there.scan()
    assert found == Found("a", posts, "a.md", (posts / "a.md").as_posix())
