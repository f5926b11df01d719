"""Documents, films and recordings: what is sent, what is refused, what is told first."""

from __future__ import annotations

import struct
import zipfile
import zlib
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.attachments import inspect, prepare, use_of
from publisher.errors import AttachmentError
from publisher.model import Problem, Severity, Use
from tests.films import LATITUDE, MAKER, PLACE, film, webm

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\nstartxref\n9\n%%EOF\n"


def office(name: str = "a.docx", **parts: bytes) -> bytes:
    """Return an Office file with these parts, their "/" and "." written as "__" and "_0"."""
    main = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "odt": "content.xml"}
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(main[name.rpartition(".")[2]], b"<w:document/>")
        for part, content in parts.items():
            file.writestr(part.replace("__", "/").replace("_0", "."), content)
    return out.getvalue()


def refused(data: bytes, name: str) -> Problem:
    with pytest.raises(AttachmentError) as caught:
        prepare(data, name)
    (problem,) = caught.value.problems
    assert problem.params["path"] == name
    return problem


@pytest.mark.parametrize(
    ("name", "use"),
    [
        ("Phụ lục.PDF", Use.FILE),
        ("a.docx", Use.FILE),
        ("phim.MP4", Use.VIDEO),
        ("phim.mov", Use.VIDEO),
        ("nghe.mp3", Use.AUDIO),
        ("nghe.m4a", Use.AUDIO),
        ("a.exe", None),
        ("a.zip", None),
        ("a.doc", None),
        ("pdf", None),
        ("a.jpg", None),
    ],
)
def test_the_ending_tells_how_a_file_is_offered(name: str, use: Use | None) -> None:
    assert use_of(name) is use


# Films


@pytest.mark.parametrize("fast", [False, True])
def test_a_film_keeps_its_pictures_and_loses_all_that_tells_of_its_making(fast: bool) -> None:
    before = film(fast=fast)
    after = prepare(before, "phim.mp4").content
    assert len(after) == len(before)  # so that every offset still is right
    for private in (PLACE, MAKER, LATITUDE, b"xmpmeta", b"\xd0\xd0\xd0\xd0", b"\xd1\xd1\xd1\xd1"):
        assert private in before and private not in after
    assert b"\x11" * 40 in after
    at = before.index(b"\x11" * 40)
    assert after[at : at + 40] == b"\x11" * 40
    assert after.count(b"trak") == 1
    for kept in (b"ftyp", b"mvhd", b"avc1", b"stco", b"mdat"):
        assert after.count(kept) == 1


def test_a_cleaned_film_is_clean() -> None:
    once = prepare(film(), "phim.mov").content
    assert prepare(once, "phim.mov").content == once


def test_a_long_log_of_places_is_wiped_wherever_its_pieces_lie() -> None:
    from tests.films import box, track

    start = box(b"ftyp", b"qt  ", bytes(4), b"qt  ")
    # Two chunks of three and one samples, those of the picture between them.
    stored = box(b"mdat", LATITUDE * 3, b"\x22" * 10, LATITUDE)
    first, second = len(start) + 8, len(start) + 8 + 34
    log = track(b"meta", first, [8, 8, 8, 8], coded=b"mebx")
    log = log.replace(
        box(b"stsc", struct.pack(">IIIII", 0, 1, 1, 4, 1)),
        box(b"stsc", struct.pack(">IIIIIIII", 0, 2, 1, 3, 1, 2, 1, 1)),
    ).replace(
        box(b"stco", struct.pack(">III", 0, 1, first)),
        box(b"co64", struct.pack(">IIQQ", 0, 2, first, second)),
    )
    # What was put in made the boxes around it longer.
    more = 12 + 12
    for kind in (b"trak", b"mdia", b"minf", b"stbl"):
        at = log.index(kind)
        size = int.from_bytes(log[at - 4 : at], "big") + more
        log = log[: at - 4] + struct.pack(">I", size) + log[at:]
    movie = box(b"moov", box(b"mvhd", bytes(100)), track(b"vide", first + 24, [10]), log)
    after = prepare(start + stored + movie, "phim.mov").content
    assert LATITUDE not in after and b"\x22" * 10 in after


@pytest.mark.parametrize(
    "damaged",
    [
        film()[:200],
        film()[: len(film()) // 2],
        film(fast=True)[:300],
        film().replace(b"moov", b"moof"),
        film().replace(b"hdlr", b"hdlx"),
    ],
)
def test_a_film_that_is_cut_off_or_damaged_is_refused(damaged: bytes) -> None:
    problem = refused(damaged, "phim.mp4")
    assert (problem.code, problem.params["reason"]) == ("attachment-broken", "damaged")


def test_a_log_that_says_it_lies_outside_the_stored_bytes_is_refused() -> None:
    whole = film()
    at = whole.index(b"mebx")
    stco = whole.index(b"stco", at) + 12
    evil = whole[:stco] + struct.pack(">I", 4) + whole[stco + 4 :]
    assert refused(evil, "phim.mp4").params["reason"] == "damaged"


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(film()) - 1), st.binary(min_size=1, max_size=8))
def test_whatever_is_wrong_in_a_film_it_is_cleaned_or_refused(at: int, junk: bytes) -> None:
    whole = film()
    data = whole[:at] + junk + whole[at + len(junk) :]
    try:
        after = prepare(data, "phim.mp4").content
    except AttachmentError as error:
        assert error.problems[0].code == "attachment-broken"
    else:
        assert len(after) == len(data)


def test_a_film_that_few_can_play_is_told_of() -> None:
    assert [p.code for p in inspect(film(), "phim.mp4")] == []
    (problem,) = inspect(film(b"hvc1"), "phim.mp4")
    assert (problem.code, problem.severity) == ("video-codec", Severity.WARNING)
    assert problem.params["codec"] == "HEVC"


def test_a_webm_loses_its_tags() -> None:
    before = webm()
    after = prepare(before, "phim.webm").content
    assert len(after) == len(before)
    for private in (PLACE, b"Nguyen Van A"):
        assert private in before and private not in after
    assert b"webm" in after and b"ARTIST" in after


# Documents


def test_a_document_is_sent_as_it_is() -> None:
    ready = prepare(PDF, "Phụ lục.PDF")
    assert (ready.content, ready.suffix, ready.mime) == (PDF, ".pdf", "application/pdf")
    assert inspect(PDF, "a.pdf") == ()
    assert prepare(office(), "a.docx").content == office()
    assert inspect(office(), "a.docx") == ()


@pytest.mark.parametrize(
    ("data", "name", "reason"),
    [
        (b"", "a.pdf", "empty"),
        (bytes(500), "a.mp4", "empty"),
        (b"MZ\x90\x00 a program", "a.pdf", "other"),
        (b"MZ\x90\x00 a program", "a.docx", "other"),
        (b"MZ\x90\x00 a program", "a.mp3", "other"),
        (b"<html>", "a.webm", "other"),
        (PDF[:30], "a.pdf", "damaged"),
        (b"PK\x03\x04 and no more", "a.docx", "damaged"),
        (office("a.xlsx"), "a.docx", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "a.docx", "locked"),
    ],
)
def test_what_is_not_what_its_name_says_is_refused(data: bytes, name: str, reason: str) -> None:
    problem = refused(data, name)
    assert (problem.code, problem.params["reason"]) == ("attachment-broken", reason)


def test_macros_and_endings_that_nobody_may_offer_are_refused() -> None:
    assert refused(office(word__vbaProject_0bin=b"x"), "a.docx").code == "attachment-macro"
    assert refused(office("a.odt", Basic__Standard__a_0xml=b"x"), "a.odt").code == (
        "attachment-macro"
    )
    assert refused(b"MZ", "a.exe").code == "attachment-format"


def test_who_wrote_a_document_is_told() -> None:
    core = (
        "<cp:coreProperties><dc:creator>Nguyễn Văn A &amp; B</dc:creator>"
        "<cp:lastModifiedBy>Trần Thị C</cp:lastModifiedBy></cp:coreProperties>"
    )
    (problem,) = inspect(office(docProps__core_0xml=core.encode()), "a.docx")
    assert (problem.code, problem.severity) == ("attachment-author", Severity.WARNING)
    assert problem.params["author"] == "Nguyễn Văn A & B, Trần Thị C"
    meta = "<meta:initial-creator>Lê D</meta:initial-creator>".encode()
    assert inspect(office("a.odt", meta_0xml=meta), "a.odt")[0].params["author"] == "Lê D"


def test_comments_and_tracked_changes_are_told() -> None:
    comments = office(word__comments_0xml=b"<w:comment/>")
    assert [p.code for p in inspect(comments, "a.docx")] == ["attachment-review"]


def test_a_bomb_among_the_properties_is_not_unpacked() -> None:
    bomb = office(docProps__core_0xml=b"<dc:creator>" + b"A" * 50_000_000 + b"</dc:creator>")
    assert len(bomb) < 100_000
    assert inspect(bomb, "a.docx") == ()


@pytest.mark.parametrize(
    "info",
    [
        rb"<< /Author (Nguy\341n V\304n A) >>",
        b"<< /Author <FEFF" + "Nguyễn Văn A".encode("utf-16-be").hex().encode() + b"> >>",
        b"<< /Author (" + b"\xfe\xff" + "Nguyễn".encode("utf-16-be") + b") >>",
        "<dc:creator><rdf:Seq><rdf:li>Nguyễn Văn A</rdf:li></rdf:Seq></dc:creator>".encode(),
    ],
)
def test_who_wrote_a_pdf_is_told(info: bytes) -> None:
    packed = zlib.compress(info)
    plain = PDF.replace(b"startxref", b"5 0 obj " + info + b" endobj\nstartxref")
    stream = b"6 0 obj << /Type /ObjStm /N 1 >>\nstream\n" + packed + b"\nendstream endobj\n"
    hidden = PDF.replace(b"startxref", stream + b"startxref")
    for data in (plain, hidden):
        (problem,) = inspect(data, "a.pdf")
        assert problem.code == "attachment-author"
        assert str(problem.params["author"]).startswith("Nguy")


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_no_file_crashes_the_look(junk: bytes) -> None:
    for start, name in ((b"%PDF-1.4\n/Author ", "a.pdf"), (b"PK\3\4", "a.docx"), (b"ID3", "a.mp3")):
        try:
            inspect(start + junk + b"%%EOF", name)
        except AttachmentError:
            continue
