"""Share cards: what is on them, that they are the same everywhere, and that all of it fits."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageFont

from publisher.errors import PictureError
from publisher.images import CARD_SIZE, Card, draw
from publisher.images.card import _COLOURS, _NO_GLYPH, _drawable, _font
from tests.drawn import saved

TITLE = "Tập huấn nghiệp vụ kiểm soát thủ tục hành chính"
SLOGAN = "Chung tay cải cách thủ tục hành chính"
OFFICE = "Sở Khoa học và Công nghệ"
EDGE = 60  # pixels that stay free at each side


def drawn(title: str = TITLE, **more: object) -> Image.Image:
    picture = Image.open(BytesIO(draw(Card(title, **more))))  # type: ignore[arg-type]
    assert picture.format == "PNG"
    return picture.convert("RGB")


def written(card: Image.Image, *, empty: Image.Image | None = None) -> tuple[int, int, int, int]:
    """Return the box of what is written on a card."""
    moved = ImageChops.difference(card, empty or drawn(""))
    box = moved.convert("L").point([0] * 40 + [255] * 216).getbbox()
    assert box
    return box


def test_a_card_has_the_size_that_networks_ask_for_and_nothing_private() -> None:
    data = draw(Card(TITLE, "Chủ đề", OFFICE, SLOGAN))
    picture = Image.open(BytesIO(data))
    assert picture.size == CARD_SIZE == (1200, 630)
    assert not picture.info
    assert len(data) < 200_000


def test_the_same_words_give_the_same_card_and_other_words_another() -> None:
    card = Card(TITLE, "Chủ đề", OFFICE, SLOGAN)
    assert draw(card) == draw(Card(TITLE, "Chủ đề", OFFICE, SLOGAN))
    others = [
        Card(f"{TITLE} 2", "Chủ đề", OFFICE, SLOGAN),
        Card(TITLE, "Chủ đề khác", OFFICE, SLOGAN),
        Card(TITLE, "Chủ đề", f"{OFFICE} mới", SLOGAN),
        Card(TITLE, "Chủ đề", OFFICE, "Khẩu hiệu khác"),
        Card(TITLE, "Chủ đề", OFFICE, SLOGAN, 3),
        Card(TITLE, "Chủ đề", OFFICE, SLOGAN, 0, saved(Image.new("RGB", (9, 9)), "PNG")),
    ]
    assert len({card.digest, *(other.digest for other in others)}) == len(others) + 1
    assert len({draw(card), *(draw(other) for other in others)}) == len(others) + 1


@pytest.mark.parametrize(
    "title",
    [
        "Tin",
        TITLE,
        "ĐƠN GIẢN HÓA THỦ TỤC: ỄẬỮ ỂẪỆ ỖỘỢ",
        "Kế hoạch triển khai thực hiện Nghị định số 61/2018/NĐ-CP của Chính phủ " * 4,
        "K" * 300,
        "Hội nghị “Lắng nghe – Thấu hiểu – Phục vụ”: 100% phản ánh được xử lý",
        "Nguyễn" + " và" * 120,
    ],
)
def test_a_title_of_any_length_stays_within_the_margins(title: str) -> None:
    left, top, right, bottom = written(drawn(title))
    assert left >= EDGE and right <= 1200 - EDGE
    assert top >= 100 and bottom <= 500


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=300), st.text(max_size=120), st.text(max_size=200))
def test_any_text_can_be_drawn(title: str, label: str, office: str) -> None:
    draw(Card(title, label, office, office))


def test_the_office_and_the_slogan_stand_at_the_foot_beside_the_logo() -> None:
    bare = drawn()
    logo = saved(Image.new("RGB", (300, 100), "red"), "PNG")
    plain = written(drawn(organisation=OFFICE, slogan=SLOGAN), empty=bare)
    assert plain[1] > 490 and plain[3] < 630
    card = drawn(organisation=OFFICE, slogan=SLOGAN, logo=logo)
    assert card.getpixel((72 + 37, 504 + 61)) == (255, 0, 0)  # in its tile's middle
    assert card.getpixel((72 + 37, 504 + 61 - 30)) == (255, 255, 255)  # it is wider than high
    alone = written(drawn(organisation=OFFICE * 9, slogan=SLOGAN * 9), empty=bare)
    assert alone[2] <= 1200 - EDGE


def test_a_logo_that_is_no_picture_is_refused() -> None:
    with pytest.raises(PictureError):
        draw(Card(TITLE, logo=b"<svg>"))


def test_the_font_has_every_letter_that_is_written() -> None:
    vietnamese = "aàảãáạăằẳẵắặâầẩẫấậeèẻẽéẹêềểễếệiìỉĩíịoòỏõóọôồổỗốộơờởỡớợuùủũúụưừửữứựyỳỷỹýỵđ"
    text = vietnamese + vietnamese.upper() + "“”‘’–—…•₫€≤≥0123456789%/&"
    assert _drawable(text) == text
    for weight in ("Bold", "Medium"):
        font = _font(weight, 40)
        missing = font.getmask("\uffff")
        boxes = {c: bytes(font.getmask(c)) for c in map(chr, range(0x21, 0x2266))
                 if not _NO_GLYPH.match(c) and c.strip() and c != "\u00ad"}  # fmt: skip
        assert len(boxes) > 250
        assert [c for c, mask in boxes.items() if mask == bytes(missing)] == []


def test_what_the_font_lacks_is_left_out() -> None:
    assert _drawable("Tin 🎉 mới 漢字  hôm nay") == "Tin mới hôm nay"
    assert _drawable("Hội nghị") == "Hội nghị"  # marks that stand alone


def test_the_letters_are_set_without_help_of_the_machine() -> None:
    assert _font("Bold", 40).layout_engine == ImageFont.Layout.BASIC


@pytest.mark.parametrize("colour", _COLOURS)
def test_white_on_every_colour_is_read_with_ease(colour: tuple[int, int, int]) -> None:
    # WCAG 2.0, 1.4.6: a contrast of 7 to 1.
    linear = [c / 12.92 if (c := level / 255) <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4
              for level in colour]  # fmt: skip
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    assert 1.05 / (luminance + 0.05) >= 7
