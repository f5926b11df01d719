"""What articles become in the real block editor, and in the hands of an author without rights."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from publisher import blocks
from publisher.model import GalleryItem, Post, RemoteMedia, SourceFile, digest_of
from publisher.render import Labels, fill, render
from tests.wordpress import WordPress

LABELS = Labels("Tác giả", "Nguồn", "Căn cứ", "Trở lại nội dung")

NAMES = [
    "paragraph", "heading", "list", "list-item", "table", "quote", "code", "preformatted",
    "separator", "image", "gallery", "html",
]  # fmt: skip

RICH = """\
Đoạn mở đầu có **chữ đậm**, *chữ nghiêng*, `mã`, <u>gạch chân</u>, H<sub>2</sub>O,
<mark>đánh dấu</mark>, [liên kết](https://example.vn/?a=1&b=2), [bài khác](bai-khac.md#phan-2)
và dấu < > & "ngoặc" -- [không phải mã ngắn] 'nháy'. Xem chú thích[^1], TTHC.<br>Xuống dòng.

*[TTHC]: Thủ tục "hành chính" & hơn thế

## Phần một

### Mục có dấu neo {: #muc-neo style="text-align: center" }

Nội dung gồm:
- Niêm yết công khai **thủ tục**
- Tiếp nhận phản ánh
    - qua điện thoại
    - qua bưu chính
        1. thư thường
        2. thư bảo đảm
- Kết quả

3. bước ba

4. bước bốn

Danh sách nhiều đoạn:

1. đoạn một

    đoạn hai

2. mục hai

Bảng kết quả:
| STT | Nội dung | Số lượng |
|:---:|---|---:|
| 1 | Rà soát `TTHC` & **hơn** | 12 |
| 2 | | 20 |

<table><caption>Bảng thô</caption><tr><td>Cột A</td><td>Cột B</td></tr>
<tr><td>một</td><td>hai</td></tr></table>

<table><tr><td>A</td><td>B</td></tr><tr><td colspan="2">ô gộp</td></tr></table>

> Chung tay cải cách thủ tục hành chính.
>
> - một ý
>
> > trích trong trích
>
> <cite>Khẩu hiệu</cite>

``` python
ma = "[gallery]" < 3 && "https://example.vn" -- x
    lùi dòng
```

<pre>giữ   khoảng
  trắng</pre>

---

![Ảnh "hội nghị" <1> -- & hơn](hoi-nghi.jpg "Quang cảnh -- “hội nghị”") ![Ảnh hai](hai.jpg)

[![Ảnh có liên kết](hai.jpg "Bấm để xem")](https://example.vn/?x=1&y=2)

Một biểu tượng ![nhỏ](hai.jpg "tên") trong dòng.

<p style="text-align:right">Căn phải</p>

<p lang="en">A paragraph in English.</p>

<details><summary>Câu hỏi</summary><p>Câu trả lời</p></details>

<dl><dt>TTHC</dt><dd>Thủ tục hành chính</dd></dl>

[^1]: Ghi chú có [liên kết](https://example.vn).
"""


def picture(colour: str) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (640, 480), colour).save(stream, "JPEG")
    return stream.getvalue()


def rich(site: WordPress, role: str) -> str:
    """Return the HTML of a document with everything in it, its pictures on the site."""
    media = {}
    for name, colour in (("hoi-nghi.jpg", "teal"), ("hai.jpg", "orange")):
        headers = {
            "Content-Type": "image/jpeg",
            "Content-Disposition": f'attachment; filename="{name}"',
        }
        sent = site.rest("POST", "wp/v2/media", role, data=picture(colour), headers=headers)
        sent.raise_for_status()
        answer = sent.json()
        media[digest_of(name)] = RemoteMedia(str(answer["id"]), answer["source_url"], 640, 480)
    post = Post(
        "bai",
        "posts/bai.md",
        "Bài có đủ mọi thứ",
        body=RICH,
        authors=("Nguyễn Văn A & B", "Trần <C>"),
        source="Cổng thông tin",
        legal=("Nghị định số 63/2010/NĐ-CP", "Nghị định số 92/2017/NĐ-CP"),
        gallery=(
            GalleryItem("hai.jpg", "Ảnh hai", "Chú thích <b>hai</b>"),
            GalleryItem("hoi-nghi.jpg", "Ảnh một"),
        ),
    )
    article, problems = render(
        post, lambda path: SourceFile(path, digest_of(path)), lambda href: href[:-3], LABELS
    )
    assert article, problems
    return fill(article.html, media, {"bai-khac": f"{site.url}/bai-khac/"})


def publish(site: WordPress, role: str, content: str) -> dict[str, Any]:
    """Post content as a role; return the post as the site holds it."""
    sent = site.rest(
        "POST",
        "wp/v2/posts",
        role,
        json={"title": "Bài có đủ mọi thứ", "content": content, "status": "publish"},
        params={"context": "edit"},
    )
    sent.raise_for_status()
    made: dict[str, Any] = sent.json()
    return made


@pytest.fixture
def page(wordpress: WordPress, chromium: Browser) -> Iterator[Page]:
    """A page of wp-admin, an editor logged in."""
    context = chromium.new_context(viewport={"width": 1280, "height": 1600})
    opened = context.new_page()
    opened.goto(f"{wordpress.url}/wp-login.php")
    opened.fill("#user_login", "editor")
    opened.fill("#user_pass", "editor")
    opened.click("#wp-submit")
    opened.wait_for_url("**/wp-admin/**")
    yield opened
    context.close()


_OPENED = "window.wp?.data?.select('core/block-editor')?.getBlocks().length > 0"
_BLOCKS = """() => {
    const all = blocks => blocks.flatMap(block => [
        {name: block.name, valid: block.isValid, markup: block.originalContent || ''},
        ...all(block.innerBlocks),
    ]);
    return all(wp.data.select('core/block-editor').getBlocks());
}"""


def test_the_editor_finds_every_block_valid(wordpress: WordPress, page: Page) -> None:
    post = publish(wordpress, "editor", blocks.from_html(rich(wordpress, "editor")))
    page.goto(f"{wordpress.url}/wp-admin/post.php?post={post['id']}&action=edit")
    page.wait_for_function(_OPENED)
    found = page.evaluate(_BLOCKS)
    assert [b for b in found if not b["valid"]] == []
    assert {b["name"] for b in found} == {f"core/{name}" for name in NAMES}


@pytest.mark.parametrize("role", ["author", "editor"])
def test_wordpress_stores_what_was_sent(wordpress: WordPress, role: str) -> None:
    html = rich(wordpress, role)
    for content in (blocks.from_html(html), html):
        assert publish(wordpress, role, content)["content"]["raw"] == content


def test_visitors_see_blocks_as_words_and_pictures(wordpress: WordPress) -> None:
    content = blocks.from_html(rich(wordpress, "author"))
    shown = publish(wordpress, "author", content)["content"]["rendered"]
    assert "<!-- wp:" not in shown
    assert "has-nested-images" in shown
    assert "[gallery]" in unescape(shown)  # no shortcode came of it


def test_visitors_see_classic_html_without_breaks_that_nobody_wrote(wordpress: WordPress) -> None:
    html = rich(wordpress, "author")
    shown = publish(wordpress, "author", html)["content"]["rendered"]
    assert shown.count("<br") == html.count("<br") == 1
    assert not re.search(r"<p>\s*</p>", shown)
