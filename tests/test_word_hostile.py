"""Documents that must not be opened, or can't be: each is refused with the reason."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from publisher.errors import ContentError
from publisher.model import Where
from publisher.word import package
from tests.documents import FILE, bytes_of, changed, document, losses, parts, read, zipped

GOOD = bytes_of(document("Tiêu đề: Tin", "Nội dung."))


def code_of(data: bytes) -> str:
    with pytest.raises(ContentError) as caught:
        read(data)
    (problem,) = caught.value.problems
    assert problem.where == Where(FILE)
    return problem.code


def format_of(data: bytes) -> object:
    with pytest.raises(ContentError) as caught:
        read(data)
    return caught.value.problems[0].params.get("format")


def ole(*names: str) -> bytes:
    """Return the beginning of an OLE file, and the names in its directory."""
    head = bytes.fromhex("d0cf11e0a1b11ae1").ljust(512, b"\0")
    return head + b"".join(name.encode("utf-16-le").ljust(128, b"\0") for name in names)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "word-broken"),
        (b"xin chao", "word-broken"),
        (b"PK\x03\x04", "word-broken"),
        (GOOD[: len(GOOD) // 2], "word-broken"),
        (GOOD[:-10], "word-broken"),
        (zipped({"a.txt": b"a"}), "word-broken"),
        (changed(GOOD, {"word/document.xml": None}), "word-broken"),
        (changed(GOOD, {"word/document.xml": b"<a"}), "word-broken"),
        (changed(GOOD, {"_rels/.rels": None}), "word-broken"),
        (ole("WordDocument"), "word-old"),
        (ole("EncryptionInfo", "EncryptedPackage"), "word-encrypted"),
        (changed(GOOD, {"word/vbaProject.bin": b"x"}), "word-macro"),
        (changed(GOOD, {"word/activeX/activeX1.xml": b"<x/>"}), "word-macro"),
        (
            changed(
                GOOD,
                {
                    "[Content_Types].xml": lambda xml: xml.replace(
                        b"openxmlformats-officedocument.wordprocessingml.document.main+xml",
                        b"ms-word.document.macroEnabled.main+xml",
                    )
                },
            ),
            "word-macro",
        ),
        (zipped({**parts(GOOD), "../../ra-ngoai.txt": b"x"}), "word-unsafe"),
        (zipped({**parts(GOOD), "/etc/x": b"x"}), "word-unsafe"),
        (zipped({**parts(GOOD), "C:\\x": b"x"}), "word-unsafe"),
        (zipped({**parts(GOOD), "word\\..\\x": b"x"}), "word-unsafe"),
    ],
)
def test_refused(data: bytes, code: str) -> None:
    assert code_of(data) == code


@pytest.mark.parametrize(
    ("data", "form"),
    [
        (b"{\\rtf1\\ansi}", "RTF"),
        (b"%PDF-1.7", "PDF"),
        (b"<html><body>Word 97</body></html>", "HTML"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><w:wordDocument/>", "XML"),
        (
            zipped(
                {"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<a/>"}
            ),
            "ODT",
        ),
        (
            zipped({"[Content_Types].xml": b"<Types>spreadsheetml.sheet.main+xml</Types>"}),
            "Excel",
        ),
        (
            changed(
                GOOD,
                {
                    "[Content_Types].xml": lambda xml: xml.replace(
                        b"document.main+xml", b"template.main+xml"
                    )
                },
            ),
            "DOTX",
        ),
        (
            changed(
                GOOD,
                {
                    "_rels/.rels": lambda xml: xml.replace(
                        b"schemas.openxmlformats.org/officeDocument/2006",
                        b"purl.oclc.org/ooxml/officeDocument",
                    )
                },
            ),
            "Strict Open XML",
        ),
    ],
)
def test_other_files_by_another_name(data: bytes, form: str) -> None:
    assert format_of(data) == form


# Entities

_DTD = b'<!DOCTYPE w:document [<!ENTITY x SYSTEM "%s">]>'


@pytest.mark.parametrize(
    "name",
    ["word/document.xml", "word/styles.xml", "docProps/core.xml", "word/_rels/document.xml.rels"],
)
def test_no_part_may_have_a_document_type(name: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("bí mật", encoding="utf-8")

    def infected(content: bytes) -> bytes:
        start = content.index(b"?>") + 2
        return content[:start] + _DTD % secret.as_uri().encode() + content[start:]

    assert code_of(zipped({**parts(GOOD), name: infected(parts(GOOD)[name])})) == "word-unsafe"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "cp037"])
def test_not_in_another_encoding_either(encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'
    infected = zipped({**parts(GOOD), "word/settings.xml": text.encode(encoding)})
    assert code_of(infected) == "word-unsafe"


# Bombs


def test_a_part_that_swells() -> None:
    blank = b"<x>" + b" " * (package.PART_LIMIT // 2) + b"</x>"
    assert code_of(zipped({**parts(GOOD), "word/extra.xml": blank})) == "word-bomb"


def test_too_many_parts() -> None:
    many = {f"word/{n}.bin": b"" for n in range(package.ENTRIES)}
    assert code_of(zipped({**parts(GOOD), **many})) == "word-bomb"


def test_too_much_in_all() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts(GOOD).items():
            archive.writestr(name, content)
        zeros = bytes(20 * 1024 * 1024)
        for n in range(package.TOTAL_LIMIT // len(zeros) + 1):
            archive.writestr(f"word/media/{n}.bmp", zeros)
    assert len(target.getvalue()) < 4 * 1024 * 1024
    assert code_of(target.getvalue()) == "word-bomb"


def test_a_directory_that_lies_about_sizes() -> None:
    """The directory says 100 bytes; in truth there are fifty million."""
    content = b"<x>" + b" " * 50_000_000 + b"</x>"
    data = bytearray(zipped({**parts(GOOD), "word/extra.xml": content}))
    real, lie = struct.pack("<I", len(content)), struct.pack("<I", 100)
    assert data.count(real) == 2
    assert code_of(bytes(data).replace(real, lie)) == "word-broken"


def test_parts_that_overlap() -> None:
    """Two names for the same bytes make a small file large many times over."""
    data = zipped({**parts(GOOD), "word/a.bin": b"x" * 1000, "word/b.bin": b"y" * 1000})
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        first = struct.pack("<I", archive.getinfo("word/a.bin").header_offset)
        second = struct.pack("<I", archive.getinfo("word/b.bin").header_offset)
    at = data.rindex(second + b"word/b.bin")
    assert code_of(data[:at] + first + data[at + 4 :]) == "word-broken"


# What lies elsewhere


def test_nothing_is_fetched_and_it_is_told() -> None:
    rels = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

    def related(content: bytes) -> bytes:
        added = (
            f'<Relationship Id="rId91" Type="{rels}/image" Target="http://127.0.0.1:9/a.png" '
            'TargetMode="External"/>'
            f'<Relationship Id="rId92" Type="{rels}/hyperlink" Target="https://a.vn" '
            'TargetMode="External"/>'
        )
        return content.replace(b"</Relationships>", added.encode() + b"</Relationships>")

    settings_rels = (
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006'
        f'/relationships"><Relationship Id="rId1" Type="{rels}/attachedTemplate" '
        'Target="file:///\\\\may-chu\\mau.dotm" TargetMode="External"/></Relationships>'
    ).encode()
    data = changed(
        GOOD,
        {
            "word/_rels/document.xml.rels": related,
            "word/_rels/settings.xml.rels": settings_rels,
        },
    )
    assert losses(data) == {"word-lost-remote": 2}
    assert read(data).body == "Nội dung."


# Anything at all

_quick = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def survives(data: bytes) -> None:
    try:
        found = read(data)
    except ContentError as error:
        assert all(p.code.startswith("word-") for p in error.problems)
    else:
        assert found.body.count("\n") + 1 == max(len(found.numbers), 1)


@given(st.binary(max_size=400))
@_quick
def test_random_bytes(data: bytes) -> None:
    survives(data)
    survives(b"PK\x03\x04" + data)


@given(st.integers(0, len(GOOD) - 1), st.binary(min_size=1, max_size=8))
@_quick
def test_a_document_with_some_bytes_changed(at: int, new: bytes) -> None:
    survives(GOOD[:at] + new + GOOD[at + len(new) :])


_tags = st.sampled_from([
    "p", "r", "t", "tbl", "tr", "tc", "tcPr", "pPr", "rPr", "sdt", "sdtContent", "hyperlink",
    "ins", "del", "fldChar", "instrText", "drawing", "pict", "numPr", "gridSpan", "vMerge", "br",
    "sym", "footnoteReference", "txbxContent", "b", "jc",
])  # fmt: skip
_values = st.sampled_from(
    ["", "0", "1", "-5", "99999999999", "begin", "separate", "end", "x", "F0FC"]
)


@st.composite
def _elements(draw: st.DrawFn, depth: int = 3) -> str:
    tag, value = draw(_tags), draw(_values)
    attributes = "".join(
        f' w:{name}="{value}"'
        for name in draw(st.sets(st.sampled_from(["val", "fldCharType", "char", "id", "type"])))
    )
    inner = "".join(draw(st.lists(_elements(depth - 1), max_size=3))) if depth else "chữ"
    return f"<w:{tag}{attributes}>{inner or 'chữ'}</w:{tag}>"


@given(st.lists(_elements(), max_size=4))
@example(["<w:p>" * 300 + "</w:p>" * 300])
@example(["<w:tbl><w:tr><w:tc>" * 80 + "</w:tc></w:tr></w:tbl>" * 80])
@settings(_quick, max_examples=60)
def test_a_document_of_elements_in_any_order(elements: list[str]) -> None:
    start = parts(GOOD)["word/document.xml"].split(b"<w:body>")[0]
    inner = "".join(elements).encode()
    whole = start + b"<w:body>" + inner + b"</w:body></w:document>"
    survives(changed(GOOD, {"word/document.xml": whole}))
