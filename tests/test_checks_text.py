"""Old encodings, slips of typing, the slogan, titles and excerpts."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.checks import Rules
from publisher.model import Severity, Status
from tests.checked import post, problems, told

SLOGAN = Rules(slogan="Chung tay cải cách thủ tục hành chính")
POSTS = Path(__file__).parent.parent / "posts"
# As old documents hold them, keyed by what they say.
TCVN3 = {
    "Cộng hòa xã hội chủ nghĩa Việt Nam": "Céng hßa x· héi chñ nghÜa ViÖt Nam",
    "Độc lập - Tự do - Hạnh phúc": "§éc lËp - Tù do - H¹nh phóc",
    "Trước đây, việc này được làm ở Sở": "Tr\u00adíc ®©y, viÖc nµy ®\u00adîc lµm ë Së",
}
VNI = {
    "Cộng hòa xã hội chủ nghĩa Việt Nam": "Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam",
    "Độc lập - Tự do - Hạnh phúc": "Ñoäc laäp - Töï do - Haïnh phuùc",
    "Trước đây, việc này được làm ở Sở": "Tröôùc ñaây, vieäc naøy ñöôïc laøm ôû Sôû",
}


@pytest.mark.parametrize(
    ("code", "meant", "written"),
    [
        *(("encoding-tcvn3", *pair) for pair in TCVN3.items()),
        *(("encoding-vni", *pair) for pair in VNI.items()),
    ],
)
def test_text_in_an_old_encoding_is_named_and_read_out(code: str, meant: str, written: str) -> None:
    (problem,) = problems(f"Đoạn mở đầu đọc được.\n\n{written}")
    assert (problem.code, problem.where.line, problem.severity) == (code, 22, Severity.ERROR)
    assert problem.params["value"] == written
    assert problem.params["fixed"] == meant
    (problem,) = problems(post(title=written))
    assert (problem.code, problem.where.line) == (code, 2)


def test_a_draft_in_an_old_encoding_holds_nobody_up() -> None:
    draft = replace(post("\n".join(TCVN3.values())), status=Status.DRAFT)
    assert [(p.code, p.severity) for p in problems(draft)] == [("encoding-tcvn3", Severity.WARNING)]


@pytest.mark.parametrize(
    "line",
    [
        "Ông Jürgen Müller và bà Françoise Citroën đến thăm", "Die Straße in München für Größe",
        "«Một cửa» là gì? Diện tích 5 m², giá ½, sai số ± 2 µm, nhãn hiệu ABC®",
        "Ça va très bien à Genève, où êtes-vous né?", "El niño señor mañana", "café, Noël, naïve",
        "Hoà, hòa, toà, thuỷ, thủy, quý, quí", "`Céng hßa x· héi chñ nghÜa`",
    ],
)  # fmt: skip
def test_foreign_words_are_no_old_encoding(line: str) -> None:
    assert told(line) == []


@given(st.sampled_from([*TCVN3, "Nguyễn Thị Ngọc Ánh, 25 °C", "Đắk Lắk, Đà Nẵng, Huế"]))
def test_vietnamese_is_no_old_encoding(line: str) -> None:
    assert told(unicodedata.normalize("NFC", line)) == []


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1"])
def test_text_that_was_encoded_twice_is_told_with_what_it_says(encoding: str) -> None:
    meant = "Thủ tục hành chính"
    broken = meant.encode().decode(encoding, "strict")
    (problem,) = problems(f"Mở đầu.\n{broken}")
    assert (problem.code, problem.where.line) == ("encoding-twice", 21)
    assert problem.params["fixed"] == meant
    # Copying made a plain space of the no-break space in it.
    (problem,) = problems(broken.replace("\u00a0", " "))
    assert problem.params["fixed"] == meant
    # Where a letter is lost for good, nothing is guessed.
    (problem,) = problems(broken.replace("Ã", "", 1))
    assert problem.params["fixed"] == ""


def test_lost_letters() -> None:
    (problem,) = problems("Một.\n\nHai ch\ufffd cuối.")
    assert (problem.code, problem.where.line) == ("encoding-lost", 22)
    assert problem.severity is Severity.WARNING


# Typing


@pytest.mark.parametrize(
    ("body", "reason", "fixed"),
    [
        ("Sở họp  giao ban.", "spaces", "Sở họp giao ban."),
        ("Họp xong.  Về nhà.", "spaces", "Họp xong. Về nhà."),
        ("Sở họp , rồi về.", "before", "Sở họp, rồi về."),
        ("Sở họp .", "before", "Sở họp."),
        ("Các phòng,đơn vị.", "after", "Các phòng, đơn vị."),
        ("Đi họp.. Về.", "twice", "Đi họp. Về."),
        ("Sao thế???", "twice", "Sao thế?"),
    ],
)
def test_a_slip_of_typing(body: str, reason: str, fixed: str) -> None:
    (problem,) = problems(f"Mở đầu.\n\n{body}")
    assert (problem.code, problem.where.line) == ("typing-slip", 22)
    assert (problem.params["reason"], problem.params["fixed"]) == (reason, fixed)
    assert problem.params["value"] == body


def test_each_kind_of_slip_is_told_once() -> None:
    body = "A bê  xê , dê.\n\nBê  xê , dê.\n\nBê  xê , dê."
    assert told(body) == [("typing-slip", 20), ("typing-slip", 20)]


@pytest.mark.parametrize(
    "body",
    [
        "1.  Mục một\n2.  Mục hai\n\n-   a\n-   b", "Dòng một  \ndòng hai",
        "| A  |  B |\n|---|---|\n| a |  b |", "```\na  =  b ,c\n```", "`a  b`",
        "Các phòng, đơn vị... họp; v.v...", "Họp: 8 : 0, tỷ lệ 1 : 2",
        "1,5 triệu; 3.852.421", "Chờ đã… Thật ư?!", "&nbsp;Tin &amp;tin", "Báo cáo./.",
        "![Phòng họp](../a b.png) ../media/a.png", "a) b ;) :)", "Xem [a](<b  c.md>).",
    ],
)  # fmt: skip
def test_what_is_no_slip(body: str) -> None:
    assert [code for code, _ in told(body) if code == "typing-slip"] == []


# The slogan


@pytest.mark.parametrize(
    "written",
    [
        "Chung tay cải cách thủ tục hành chánh", "Chung tay cãi cách thủ tục hành chính",
        "Chung tay cai cach thu tuc hanh chinh", "Chung tay cải cách thủ tục hành chinh",
        "Chung tay cải cách hành chính", "Chung tay cải cách các thủ tục hành chính",
        "CHUNG TAY CẢI CÁCH THỦ TỤC HÀNH CHÁNH",
    ],
)  # fmt: skip
@pytest.mark.parametrize("frame", ["Treo khẩu hiệu “{}” ở cổng.", '"{}!"', "{}: việc của ai?"])
def test_the_slogan_misspelt(written: str, frame: str) -> None:
    (problem,) = problems(f"Mở đầu.\n\n{frame.format(written)}", SLOGAN)
    assert (problem.code, problem.where.line) == ("slogan", 22)
    assert problem.params == {"value": written, "fixed": SLOGAN.slogan}


@pytest.mark.parametrize(
    "written", ["Trung tay cải cách thủ tục hành chính", "Chung tay cải cách thủ tục hành chín"]
)
def test_the_slogan_misspelt_where_it_is_named(written: str) -> None:
    assert told(f"Khẩu hiệu {written}.", SLOGAN) == [("slogan", 20)]


def test_a_word_may_lack_only_where_the_slogan_is_not_meant() -> None:
    assert told("Mọi người cùng chung tay cải cách hành chính.", SLOGAN) == []
    assert told("Ta chung tay cải cách thủ tục hành chánh.", SLOGAN) == [("slogan", 20)]


@pytest.mark.parametrize(
    "body",
    [
        "Khẩu hiệu “Chung tay cải cách thủ tục hành chính” ở cổng.",
        "CHUNG TAY CẢI CÁCH THỦ TỤC HÀNH CHÍNH!", "“**Chung tay** cải cách thủ tục hành chính”",
        "Chung tay cải cách thủ tục hành chính năm 2023", "Chung tay xây dựng nông thôn mới.",
        "“Cải cách thủ tục hành chính”", "“Kiểm soát thủ tục hành chính năm 2023”",
        "Khẩu hiệu là lời nhắc mỗi ngày cho cả hai phía.",
        "Chung tay là đọc kỹ thủ tục đã công khai trước khi nộp.",
    ],
)  # fmt: skip
def test_the_slogan_as_it_is_and_other_words(body: str) -> None:
    assert told(body, SLOGAN) == []


def test_the_slogan_in_title_and_excerpt_and_another_slogan() -> None:
    made = post(
        title="Chung tay cải cách thủ tục hành chánh", excerpt="“Chung tay cải cách hành chính”"
    )
    assert told(made, SLOGAN) == [("slogan", 2), ("slogan", 6)]
    assert told(made) == []
    other = Rules(slogan="Kỷ cương, trách nhiệm, phục vụ nhân dân")
    assert told("“Kỷ cương, trách nhiệm, phục vụ nhân dân”", other) == []
    assert told("“Kỉ cương, trách nhiệm phục vụ dân”", other) == [("slogan", 20)]


# Title and excerpt


def test_a_long_title_and_a_long_excerpt() -> None:
    assert told(post(title="a" * 120, excerpt="b" * 300)) == []
    assert told(post(title="a" * 121, excerpt="b" * 301)) == [
        ("title-long", 2), ("excerpt-long", 6),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("title", "fixed"),
    [
        ("SỞ HỌP BÀN VIỆC CẢI CÁCH", "Sở họp bàn việc cải cách"),
        ("UBND TỈNH VÀ SỞ KH&CN HỌP", "UBND tỉnh và sở KH&CN họp"),
        ("KẾ HOẠCH NĂM 2023: 11 VIỆC", "Kế hoạch năm 2023: 11 việc"),
    ],
)
def test_a_title_in_capitals(title: str, fixed: str) -> None:
    (problem,) = problems(post(title=title))
    assert (problem.code, problem.params) == ("title-capitals", {"fixed": fixed})


@pytest.mark.parametrize("title", ["UBND tỉnh họp", "TTHC", "COVID-19", "ABC", "Tin 5G"])
def test_a_title_that_is_not_in_capitals(title: str) -> None:
    assert told(post(title=title)) == []
