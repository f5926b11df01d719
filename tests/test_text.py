"""Vietnamese text: one normal form, slugs for addresses, folding for search."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.text import SLUG_LENGTH, fold, nfc, slugify, unmarked, words

VIETNAMESE = (
    "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"
)
vietnamese = st.text(VIETNAMESE + VIETNAMESE.upper() + " -–,.:/0123456789")


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Kiểm soát thủ tục hành chính", "kiem-soat-thu-tuc-hanh-chinh"),
        ("ĐỀ ÁN 06: kết quả", "de-an-06-ket-qua"),
        ("Nghị định 63/2010/NĐ-CP", "nghi-dinh-63-2010-nd-cp"),
        ("Kế hoạch 2022–2023", "ke-hoach-2022-2023"),
        ("“Một cửa”…hai cấp", "mot-cua-hai-cap"),
        ("cải\u00a0cách hành\u202fchính", "cai-cach-hanh-chinh"),  # no-break spaces
        ("Nghị định 63/2010/NĐ\u2011CP", "nghi-dinh-63-2010-nd-cp"),  # no-break hyphen
        ("thủ\u00adtục \u200bmới\ufeff", "thutuc-moi"),  # soft hyphen, zero-width space, BOM
        ("ﬁle số 2² Ｎghị", "file-so-22-nghi"),
        ("  --Tin-- ", "tin"),
        ("日本 ???", ""),
        ("", ""),
    ],
)
def test_a_title_becomes_an_address(title: str, slug: str) -> None:
    assert slugify(title) == slug
    assert slugify(unicodedata.normalize("NFD", title)) == slug


@pytest.mark.parametrize(
    ("length", "slug"),
    [(21, "cai-cach-thu-tuc-moi"), (19, "cai-cach-thu-tuc"), (16, "cai-cach-thu-tuc"),
     (15, "cai-cach-thu"), (3, "cai"), (2, "ca"), (0, "")],
)  # fmt: skip
def test_a_long_slug_is_cut_between_words(length: int, slug: str) -> None:
    assert slugify("Cải cách thủ tục mới", length) == slug


@given(text=st.one_of(st.text(), vietnamese), length=st.integers(0, 250))
def test_a_slug_is_ascii_short_enough_and_stays_as_it_is(text: str, length: int) -> None:
    slug = slugify(text, length)
    assert re.fullmatch(r"(?:[a-z0-9]+(?:-[a-z0-9]+)*)?", slug)
    assert len(slug) <= length
    assert slugify(slug, length) == slug


@given(vietnamese)
def test_a_slug_holds_every_vietnamese_letter_and_digit_in_order(text: str) -> None:
    slug = slugify(text, 10_000)
    kept = [c for c in fold(text) if c.isalnum()]
    assert slug.replace("-", "") == "".join(kept)
    assert len(kept) == sum(c.isalnum() for c in text)


def test_the_default_length_is_for_people() -> None:
    slug = slugify("thủ tục hành chính " * 20)
    assert SLUG_LENGTH - len("-chinh") < len(slug) <= SLUG_LENGTH


@given(st.text())
def test_one_normal_form(text: str) -> None:
    once = nfc(text)
    assert nfc(once) == once
    assert nfc(unicodedata.normalize("NFD", text)) == once


def test_a_file_name_from_a_mac_is_the_same_name() -> None:
    assert nfc("ho\u0323\u0302p.md") == "h\u1ed9p.md"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("hòa", "hoà"),
        ("Thủy Lợi", "thuỷ lợi"),
        ("ĐẤT ĐAI", "đất đai"),
        ("Kỹ  thuật\tsố", "kỹ thuật số"),
        ("cải\u00a0cách", "cai cach"),
        ("thủ\u00adtục", "thutuc"),
    ],
)
def test_search_finds_the_same_word_written_otherwise(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_search_keeps_different_words_apart() -> None:
    assert fold("tin tức") != fold("tin") != fold("tim")


@given(st.one_of(st.text(), vietnamese))
def test_folding_does_not_depend_on_the_form_or_on_how_often(text: str) -> None:
    folded = fold(text)
    assert fold(unicodedata.normalize("NFD", text)) == folded
    assert fold(folded) == folded
    assert folded == folded.strip() and "  " not in folded


@given(vietnamese)
def test_case_and_marks_do_not_matter_in_search(text: str) -> None:
    assert fold(text.upper()) == fold(text.lower()) == fold(unmarked(text))


@given(vietnamese)
def test_without_marks_vietnamese_letters_are_ascii(text: str) -> None:
    assert unmarked(text).replace("–", "-").isascii()
    assert len(unmarked(text)) == len(text)


@given(st.text())
def test_words_are_parted_by_single_spaces(text: str) -> None:
    assert words(text).split(" ") == (text.split() or [""])
