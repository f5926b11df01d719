"""Documents as LibreOffice writes them, from its own format and from a web page."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from pathlib import Path

from tests.documents import picture, read

Convert = Callable[[Path, str], Path]

_NAMES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        ("office", "office"), ("style", "style"), ("text", "text"), ("table", "table"),
        ("draw", "drawing"), ("fo", "xsl-fo-compatible"), ("svg", "svg-compatible"),
        ("meta", "meta"),
    )
)  # fmt: skip
_OFFICE = """<?xml version="1.0" encoding="UTF-8"?>
<office:document {names} xmlns:xlink="http://www.w3.org/1999/xlink"
 xmlns:dc="http://purl.org/dc/elements/1.1/" office:version="1.3"
 office:mimetype="application/vnd.oasis.opendocument.text">
<office:meta><dc:title>Hội nghị triển khai</dc:title><dc:subject>Tóm tắt của bài</dc:subject>
<meta:initial-creator>Trần Thị B</meta:initial-creator></office:meta>
<office:styles>
<style:style style:name="Heading_20_2" style:display-name="Heading 2" style:family="paragraph"
 style:default-outline-level="2"/>
<style:style style:name="Caption" style:family="paragraph" style:class="extra"/>
<style:style style:name="Illustration" style:family="paragraph"
 style:parent-style-name="Caption"/></office:styles>
<office:automatic-styles>
<style:style style:name="B" style:family="text">
<style:text-properties fo:font-weight="bold"/></style:style>
<style:style style:name="S" style:family="text">
<style:text-properties style:text-position="sub 58%"/></style:style>
<style:style style:name="C" style:family="paragraph">
<style:paragraph-properties fo:text-align="center"/></style:style>
<text:list-style style:name="L1">
<text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="."/>
<text:list-level-style-number text:level="2" style:num-format="a" style:num-suffix=")"/>
</text:list-style>
<text:list-style style:name="L2">
<text:list-level-style-bullet text:level="1" text:bullet-char="•"/>
<text:list-level-style-bullet text:level="2" text:bullet-char="◦"/></text:list-style>
</office:automatic-styles>
<office:body><office:text>{body}</office:text></office:body></office:document>"""


def made(libreoffice: Convert, folder: Path, body: str) -> bytes:
    source = folder / "bai.fodt"
    source.write_text(_OFFICE.format(names=_NAMES, body=body), encoding="utf-8")
    return libreoffice(source, "docx").read_bytes()


def test_its_own_document(libreoffice: Convert, tmp_path: Path) -> None:
    red = picture("red")
    found = read(
        made(
            libreoffice,
            tmp_path,
            '<text:h text:style-name="Heading_20_2" text:outline-level="2">Mở đầu</text:h>'
            '<text:p>Sở <text:span text:style-name="B">Khoa học</text:span> H'
            '<text:span text:style-name="S">2</text:span>O<text:note text:note-class="footnote">'
            "<text:note-citation>1</text:note-citation><text:note-body><text:p>Theo NĐ 63/2010"
            "</text:p></text:note-body></text:note>.</text:p>"
            '<text:list text:style-name="L1"><text:list-item><text:p>nhất</text:p><text:list>'
            "<text:list-item><text:p>điểm a</text:p></text:list-item></text:list>"
            "</text:list-item><text:list-item><text:p>nhì</text:p></text:list-item></text:list>"
            '<text:list text:style-name="L2"><text:list-item><text:p>một</text:p><text:list>'
            "<text:list-item><text:p>một một</text:p></text:list-item></text:list>"
            "</text:list-item></text:list>"
            "<table:table><table:table-column/><table:table-column/>"
            "<table:table-row><table:table-cell><text:p>STT</text:p></table:table-cell>"
            "<table:table-cell><text:p>Tên</text:p></table:table-cell></table:table-row>"
            "<table:table-row><table:table-cell><text:p>1</text:p></table:table-cell>"
            "<table:table-cell><text:p>Bà A</text:p></table:table-cell></table:table-row>"
            "</table:table>"
            '<text:p><draw:frame text:anchor-type="as-char" svg:width="3cm" svg:height="2cm">'
            "<draw:image><office:binary-data>"
            f"{base64.b64encode(red).decode()}</office:binary-data></draw:image>"
            "<svg:desc>Toàn cảnh hội nghị</svg:desc></draw:frame></text:p>"
            '<text:p text:style-name="Illustration">Hình 1. Hội nghị</text:p>'
            '<text:p text:style-name="C">giữa <text:a xlink:href="https://skhcn.gov.vn/">trang'
            "</text:a></text:p>"
            '<text:p><draw:frame text:anchor-type="paragraph" svg:width="5cm" svg:height="2cm">'
            "<draw:text-box><text:p>chữ trong hộp</text:p></draw:text-box></draw:frame>"
            "Đoạn có hộp</text:p>",
        )
    )
    assert [(entry.name, entry.value) for entry in found.entries] == [
        ("title", "Hội nghị triển khai"),
        ("authors", "Trần Thị B"),
        ("excerpt", "Tóm tắt của bài"),
    ]
    text, _, note = found.body.partition("[^")
    name = note.partition("]")[0]
    assert f"{text}[^{note}".replace(f"[^{name}]", "[^1]").split("\n\n") == [
        "## Mở đầu",
        "Sở **Khoa học** H<sub>2</sub>O[^1].",
        "1. nhất",
        "a) điểm a",
        "2. nhì",
        "- một\n    - một một",
        "| STT | Tên |\n| --- | --- |\n| 1 | Bà A |",
        '![Toàn cảnh hội nghị](anh-1.png "Hình 1. Hội nghị")',
        'giữa [trang](https://skhcn.gov.vn/)\n{: style="text-align:center" }',
        "Đoạn có hộp",
        "chữ trong hộp",
        "[^1]: Theo NĐ 63/2010",
    ]
    assert [p.code for p in found.problems] == ["word-textbox"]
    assert found.pictures["anh-1.png"].digest == hashlib.sha256(red).hexdigest()


def test_a_web_page_saved_as_a_document(libreoffice: Convert, tmp_path: Path) -> None:
    (tmp_path / "do.png").write_bytes(picture("red"))
    page = tmp_path / "trang.html"
    page.write_text(
        '<html lang="vi"><head><meta charset="utf-8"></head><body>'
        "<h1>Hội nghị triển khai</h1><p>Sở <b>Khoa học</b> và <i>Công nghệ</i>, H<sub>2</sub>O</p>"
        "<ul><li>một<ul><li>một một</li></ul></li><li>hai</li></ul>"
        '<table border="1"><tr><td>STT</td><td>Tên</td></tr><tr><td colspan="2">chung</td></tr>'
        '</table><p><img src="do.png" alt="Ảnh đỏ"></p></body></html>',
        encoding="utf-8",
    )
    found = read(libreoffice(page, "docx").read_bytes())
    assert [(entry.name, entry.value) for entry in found.entries] == [
        ("title", "Hội nghị triển khai")
    ]
    assert found.body.split("\n\n") == [
        "Sở **Khoa học** và *Công nghệ*, H<sub>2</sub>O",
        "- một\n    - một một\n- hai",
        '<table>\n<tr><td>STT</td><td>Tên</td></tr>\n<tr><td colspan="2">chung</td></tr>\n</table>',
    ]
    # LibreOffice leaves the pictures of a web page where they were.
    assert {p.code for p in found.problems} == {"word-lost-remote"}
