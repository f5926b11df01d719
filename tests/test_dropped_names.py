"""What the names of files say of them: conflict copies, unfinished files, names of Windows."""

from __future__ import annotations

import errno
import os
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from publisher.sources import copied_from, disk
from publisher.sources.names import (
    is_foreign,
    is_unfinished,
    original_of,
    owner_files,
    refused_by_windows,
)


def beside(*names: str) -> Callable[[str], bool]:
    return lambda name: name in names


@pytest.mark.parametrize(
    ("name", "original"),
    [
        ("bài (Lan's conflicted copy 2023-03-15).md", "bài.md"),
        ("bài (Máy của Lan's conflicted copy 2023-03-15 1).docx", "bài.docx"),
        ("bài (conflicted copy 2023-03-15 101010).md", "bài.md"),
        ("bài (bản sao xung đột của Lan 2023-03-15).md", "bài.md"),
        ("bài (Bản sao bị xung đột của Lan 2023-03-15).md", "bài.md"),
        ("bài (Case Conflict).md", "bài.md"),
        ("bài (Unicode Encoding Conflict).jpg", "bài.jpg"),
        ("bài (SFConflict lan@so.vn 2015-03-07-11-30-28).md", "bài.md"),
        ("bài_conflict-20230315-101010.md", "bài.md"),
        ("bài.sync-conflict-20230315-101010-ABCDEFG.md", "bài.md"),
        ("bài.sync-conflict-20230315-101010.md", "bài.md"),
        ("bài [Conflict].md", "bài.md"),
        ("ảnh [Conflict 2].jpg", "ảnh.jpg"),
        ("bài-DESKTOP-AB12CD3.md", "bài.md"),
        ("bài-LAPTOP-AB12CD34-2.md", "bài.md"),
        ("bài-WIN-A1B2C3D4E5F.md", "bài.md"),
        (unicodedata.normalize("NFD", "bài (bản sao xung đột của Lan).md"), "bài.md"),
    ],
)
def test_a_conflict_copy_is_known_by_its_name(name: str, original: str) -> None:
    assert original_of(name, beside("bài.md", "bài.docx", "ảnh.jpg")) == original


@pytest.mark.parametrize(
    "name",
    [
        "bài.md", "bài (2).md", "bài - Copy.md", "xung đột đất đai.md", "bài (xung đột).md",
        "giải quyết conflict.md", "conflict-2023.md", "tin-DESKTOP.md", "họp [1].md",
        "bản sao xung đột.md", "tin_conflict.md", "tin.sync.md",
    ],
)  # fmt: skip
def test_an_ordinary_name_is_none_of_a_conflict_copy(name: str) -> None:
    assert original_of(name, lambda _: True) == ""


def test_the_name_of_a_computer_alone_makes_no_conflict_copy() -> None:
    assert original_of("so-do-DESKTOP-AB12CD3.md", beside()) == ""


_STEMS = st.text(st.characters(exclude_characters="/\x00", codec="utf-8"), min_size=1, max_size=30)


@given(
    stem=_STEMS.map(lambda s: unicodedata.normalize("NFC", f"b{s}x")),
    tail=st.sampled_from(
        [" (A's conflicted copy 2023-03-15)", " (conflicted copy 2023-03-15 101010)",
         "_conflict-20230315-101010", ".sync-conflict-20230315-101010-ABCDEFG", " [Conflict]"]
    ),
)  # fmt: skip
@example(stem="bài (2)", tail=" [Conflict]")
def test_the_original_is_found_whatever_its_name(stem: str, tail: str) -> None:
    assert original_of(f"{stem}{tail}.md", beside()) == f"{stem}.md"


@given(name=_STEMS)
def test_any_name_can_be_asked_about(name: str) -> None:
    assert original_of(name, lambda _: True) != name
    assert copied_from(name) != name
    assert len(owner_files(name)) == 4
    assert is_unfinished(f"{name}.crdownload")
    assert is_unfinished(f"x{name}.PART")
    assert not is_unfinished(f"{name}.md")


@pytest.mark.parametrize(
    ("name", "original"),
    [
        ("bài - Copy.md", "bài.md"),
        ("bài - Copy (2).md", "bài.md"),
        ("bài - Sao chép.md", "bài.md"),
        ("Copy of bài.md", "bài.md"),
        ("Bản sao của bài.md", "bài.md"),
        ("bài (2).md", "bài.md"),
        ("bài(1).md", "bài.md"),
        ("bài.md", ""),
        ("(2).md", ""),
        ("bài (hai).md", ""),
    ],
)
def test_a_copy_made_by_hand_is_known_by_its_name(name: str, original: str) -> None:
    assert copied_from(name) == original


@pytest.mark.parametrize(
    ("document", "owner"),
    [("bai.docx", "~$bai.docx"), ("baiviet.docx", "~$aiviet.docx"),
     ("Document1.docx", "~$cument1.docx"), ("bai.docx", ".~lock.bai.docx#")],
)  # fmt: skip
def test_word_s_own_file_belongs_to_its_document(document: str, owner: str) -> None:
    assert owner in owner_files(document)


@pytest.mark.parametrize(
    ("name", "refused"),
    [("bài.md", False), ("aux.md", True), ("COM1.docx", True), ("tin: mới.md", True),
     ("hỏi?.md", True), ("bài.", True), ("bài ", True), ("auxiliary.md", False)],
)  # fmt: skip
def test_names_that_windows_refuses(name: str, refused: bool) -> None:
    assert refused_by_windows(name) is refused


def test_the_bins_of_storage_servers_hold_no_posts() -> None:
    assert all(map(is_foreign, ("#recycle", "$RECYCLE.BIN", "@eaDir", "lost+found")))
    assert not is_foreign("2023")


# What errors mean


def failed(number: int, winerror: int = 0) -> OSError:
    error = OSError(number, os.strerror(number))
    if winerror:  # as on Windows, where the attribute is always there
        error.winerror = winerror  # type: ignore[attr-defined,unused-ignore]
    return error


@pytest.mark.parametrize(
    ("error", "away", "in_use"),
    [
        (failed(errno.ENOENT), False, False),
        (failed(errno.EACCES), False, False),
        (failed(errno.EIO), True, False),
        (failed(errno.ESTALE), True, False),
        (failed(errno.ENOTCONN), True, False),
        (failed(errno.ENOENT, 53), True, False),  # Python says "no such file" of a lost network
        (failed(errno.EINVAL, 64), True, False),
        (failed(errno.EACCES, 32), False, True),
        (failed(errno.EACCES, 5), False, False),
    ],
)
def test_an_error_is_of_a_file_or_of_the_share(error: OSError, away: bool, in_use: bool) -> None:
    assert (disk.is_away(error), disk.is_in_use(error)) == (away, in_use)


@pytest.mark.parametrize(
    ("path", "longer"),
    [
        ("C:\\bài\\a.md", "C:\\bài\\a.md"),
        (f"C:\\{'a' * 250}", f"\\\\?\\C:\\{'a' * 250}"),
        (f"\\\\so\\chung\\{'a' * 250}", f"\\\\?\\UNC\\so\\chung\\{'a' * 250}"),
        (f"\\\\?\\C:\\{'a' * 250}", f"\\\\?\\C:\\{'a' * 250}"),
    ],
)
def test_a_long_path_is_given_to_windows_in_its_longer_form(path: str, longer: str) -> None:
    assert disk.extended(path) == longer
