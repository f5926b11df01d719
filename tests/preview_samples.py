"""Posts, pictures and questions for the tests of the preview site."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit
from zoneinfo import ZoneInfo

import lxml.html
from PIL import Image as Pixels
from PIL import ImageDraw

from publisher.model import Article, Draft, Kind, Picture, Post, RemoteMedia, Upload
from publisher.sites.preview import PreviewSite
from publisher.text import slugify

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
THEMES = {
    "cong-khai-tthc": "Công khai, minh bạch thủ tục hành chính",
    "tiep-nhan-pakn": "Địa chỉ tiếp nhận, xử lý phản ánh, kiến nghị",
    "mo-hinh-hay": "Mô hình, cách làm hay",
    "ra-soat": "Quá trình và kết quả rà soát thủ tục hành chính",
}
KINDS = {"tin": "Tin", "bai": "Bài", "anh": "Hình ảnh", "infographic": "Infographic"}

BODY = """
<p>Niêm yết công khai giúp người dân biết trước hồ sơ cần chuẩn bị, thời hạn giải quyết và phí,
lệ phí phải nộp<sup id="fnref-1"><a class="footnote-ref" href="#fn-1">1</a></sup>.</p>
<h2 id="ba-viec">Ba việc cần làm ngay</h2>
<ol><li>Rà soát danh mục thủ tục đang niêm yết;</li><li>Gỡ bản đã hết hiệu lực;</li>
<li>Ghi rõ <abbr title="phản ánh, kiến nghị">PAKN</abbr> gửi về đâu.</li></ol>
<table><thead><tr><th>Nội dung niêm yết</th><th style="text-align: center">Hình thức</th>
<th>Đơn vị chủ trì thực hiện</th><th style="text-align: right">Thời hạn (ngày làm việc)</th></tr>
</thead><tbody><tr><td>Danh mục thủ tục hành chính</td><td style="text-align: center">Bảng tin</td>
<td>Bộ phận một cửa</td><td style="text-align: right">5</td></tr><tr><td>Địa chỉ tiếp nhận phản ánh
</td><td style="text-align: center">Trang web</td><td>Văn phòng</td>
<td style="text-align: right">10</td></tr></tbody></table>
<blockquote><p>Chung tay cải cách thủ tục hành chính.</p></blockquote>
<div class="footnote"><hr><ol><li id="fn-1"><p>Nghị định số 63/2010/NĐ-CP.
<a class="footnote-backref" href="#fnref-1">↩</a></p></li></ol></div>
"""


def opened(
    folder: Path, *, slogan: str = "Chung tay cải cách thủ tục hành chính", url: str = ""
) -> PreviewSite:
    return PreviewSite(
        "xem-truoc",
        folder,
        themes=THEMES,
        kinds=KINDS,
        organisation="Sở Khoa học và Công nghệ",
        slogan=slogan,
        timezone=HANOI,
        translate=lambda text: text,
        url=url,
    )


def draft(
    title: str = "Công khai thủ tục hành chính tại bộ phận một cửa",
    *,
    content: str = BODY,
    excerpt: str = "Hồ sơ, thời hạn và phí được niêm yết tại một nơi.",
    slug: str = "",
    date: datetime = datetime(2023, 3, 15, 8, 0, tzinfo=HANOI),
    theme: str = "cong-khai-tthc",
    kind: Kind = Kind.TIN,
    tags: tuple[str, ...] = (),
    media: RemoteMedia | None = None,
    alt: str = "Bảng niêm yết",
    unit: str = "Trung tâm Thông tin và Ứng dụng",
) -> Draft:
    post = Post(
        key=slugify(title),
        file=f"posts/{slugify(title)}.md",
        title=title,
        kind=kind,
        theme=theme,
        unit=unit,
    )
    text = re.sub(r"<[^>]*>", " ", content)
    pictures = (Picture("media/a.jpg", media.id, "a", alt, "Ảnh minh họa"),) if media else ()
    article = Article(post, content, text, pictures, media.id if media else "", (), "", "")
    return Draft(
        title=title,
        content=content,
        excerpt=excerpt,
        slug=slug or slugify(title),
        status="publish",
        date=date,
        categories=("Cải cách",),
        tags=tags,
        featured_media=media.id if media else "",
        article=article,
    )


@cache
def picture(words: str, colour: str) -> Upload:
    pixels = Pixels.new("RGB", (1200, 800), colour)
    pen = ImageDraw.Draw(pixels)
    for step in range(6):
        pen.rectangle((140 + step * 160, 650 - step * 80, 240 + step * 160, 700), fill="white")
    target = io.BytesIO()
    pixels.save(target, "JPEG", quality=80)
    content = target.getvalue()
    digest = sha256(content).hexdigest()
    name = f"{slugify(words)}-{digest[:12]}.jpg"
    return Upload(digest, name, content, "image/jpeg", words, words, "", 1200, 800)


def everything(folder: Path) -> dict[str, bytes]:
    """Return every file in the folder but the records."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.relative_to(folder).parts[0] != "data"
    }


def parsed(folder: Path, path: str) -> lxml.html.HtmlElement:
    return lxml.html.fromstring((folder / path).read_bytes().decode())


def shown(folder: Path, path: str) -> str:
    return " ".join(str(parsed(folder, path).text_content()).split())


def broken_links(folder: Path) -> list[tuple[str, str]]:
    """Return every address on every page that is not relative, or leads to nothing."""
    bad = []
    for page in folder.rglob("*.html"):
        for _, attribute, link, _ in parsed(folder, str(page.relative_to(folder))).iterlinks():
            if link.startswith(("#", "data:")) or link == "http://purl.org/dc/elements/1.1/":
                continue
            parts = urlsplit(urljoin(page.as_uri(), link))
            target = Path(unquote(parts.path))
            inside = target.is_relative_to(folder)
            if urlsplit(link).scheme or attribute == "style" or not inside or not target.is_file():
                bad.append((str(page.relative_to(folder)), link))
    return bad


def titles_of(folder: Path, path: str) -> list[str]:
    found = parsed(folder, path).xpath("//article[contains(@class, 'card')]//h2")
    return [str(title.text_content()) for title in found]


def stamps(folder: Path) -> dict[str, int]:
    return {
        path.relative_to(folder).as_posix(): path.stat().st_ino
        for path in folder.rglob("*")
        if path.is_file()
    }


SAMPLES = [
    ("Công khai thủ tục hành chính tại bộ phận một cửa", "cong-khai-tthc", Kind.BAI, "#1f5f8b"),
    (
        "Gửi phản ánh, kiến nghị về quy định hành chính ở đâu?",
        "tiep-nhan-pakn",
        Kind.TIN,
        "#8a3b12",
    ),
    ("Hướng dẫn nộp hồ sơ trực tuyến trong năm bước", "mo-hinh-hay", Kind.INFOGRAPHIC, "#2f6b3c"),
    ("Rà soát, đánh giá thủ tục hành chính: những câu hỏi cần trả lời", "ra-soat", Kind.BAI, ""),
    ("Hình ảnh: góc niêm yết công khai tại đơn vị", "cong-khai-tthc", Kind.ANH, "#5b3a8c"),
    ("Khẩu hiệu “Chung tay cải cách thủ tục hành chính”", "mo-hinh-hay", Kind.TIN, ""),
]


def filled(site: PreviewSite) -> None:
    """Give a site 26 posts with all that content may hold, and two still to come."""
    for n in range(26):
        title, theme, kind, colour = SAMPLES[-1 - n % len(SAMPLES)]
        media = site.upload(picture(title, colour)) if colour else None
        content = BODY
        if n and media:
            earlier = site.find(ids=["1"])[0]
            image = f'<img src="{media.url}" alt="Biểu đồ cột tăng dần" width="1200" height="800">'
            item = f"<figure>{image}<figcaption>Ảnh minh họa (mẫu)</figcaption></figure>"
            link = f'<p>Xem thêm: <a href="{earlier.url}">{earlier.title}</a></p>'
            gallery = f'<figure class="gallery">{item * 3}</figure>'
            byline = '<p class="byline">Nguồn: bài mẫu.</p>'
            content = f"{BODY}<h2>Hình ảnh</h2>{gallery}{link}{byline}"
        date = datetime(2023, 1, 10, 8, tzinfo=HANOI) + timedelta(days=9 * n)
        site.create(draft(title, content=content, theme=theme, kind=kind, date=date, media=media))
    for days, title in ((30, "Tổng kết một năm rà soát"), (60, "Lấy ý kiến người dân qua mạng")):
        site.create(draft(title, date=datetime.now(UTC) + timedelta(days=days)))
