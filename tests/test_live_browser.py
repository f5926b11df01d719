"""The live pages in a real browser: they follow the files, fit a phone, and lead to the lines."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from publisher import i18n
from publisher.live import LocalServer, Watcher
from tests.office import Office
from tests.test_live import FULL, desk_of, serving
from tests.test_preview_browser import LOW_CONTRAST

PAGES = {
    "index": "/",
    "good": "/bai/2023/tốt",
    "warned": "/bai/2023/nhắc",
    "broken": "/bai/2023/lỗi",
    "missing": "/bai/2023/không-có",
    "guide": "/huong-dan/",
}
TABLE = """\
| Nội dung niêm yết công khai | Hình thức | Thời hạn (ngày làm việc) |
|---|:-:|--:|
| Danh mục thủ tục | Bảng | 5 |
"""


def filled(folder: Path) -> Office:
    office = Office(folder)
    office.configure('[organisation]\nname = "Sở Khoa học và Công nghệ"\n')
    office.picture("media/ảnh lớn.jpg", (2400, 1350), "steelblue")
    body = f'Đoạn mở đầu của bài.\n\n![Ảnh hội nghị](<ảnh lớn.jpg> "Chú thích")\n\n{TABLE}\n'
    office.post("2023/tốt.md", body, title="Niêm yết thủ tục hành chính", **FULL)
    office.post("2023/nhắc.md", body, title="Bài còn thiếu vài mục", date="15/03/2099 08:00")
    office.post("2023/nháp.md", body, title="Bài đang viết", status="draft", **FULL)
    office.file(
        "posts/2023/lỗi.md",
        "---\ntitle: Sở KH&CN: kết quả rà soát\nkind: tinn\ndate: 35/13/2023\n---\n\n"
        "![](không-có.jpg) và [bài khác](bài-không-có.md).\n",
    )
    return office


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return filled(tmp_path_factory.mktemp("xem trước") / "Phòng Hành chính")


@pytest.fixture(scope="module")
def address(office: Office) -> Iterator[str]:
    i18n.use("vi")
    desk = desk_of(office)
    with serving(LocalServer(desk.answer, Watcher(desk.look))) as client:
        yield client.server.url.rstrip("/")


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def page(chromium: Browser, scheme: str) -> Iterator[Page]:
    context = chromium.new_context(
        viewport={"width": 375, "height": 740}, color_scheme="dark" if scheme == "dark" else "light"
    )
    yield context.new_page()
    context.close()


def test_pages_fit_a_phone_and_break_no_rule(page: Page, scheme: str, address: str) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    for width in (375, 1280):
        page.set_viewport_size({"width": width, "height": 740})
        for name, path in PAGES.items():
            page.goto(address + path)
            for opened in page.locator("details").all():
                opened.locator("summary").click()
            assert page.evaluate("document.documentElement.scrollWidth") == width, name
            if target := os.environ.get("PUBLISHER_TESTS_SCREENSHOTS"):
                page.screenshot(path=Path(target) / f"live-{name}-{width}-{scheme}.png")
    expected = "Failed to load resource: the server responded with a status of 404 (Not Found)"
    assert [text for text in said if text != expected] == []  # the missing page itself
    assert len(said) == 2


def test_every_text_has_enough_contrast(page: Page, address: str) -> None:
    for name, path in PAGES.items():
        page.goto(address + path)
        for opened in page.locator("details").all():
            opened.locator("summary").click()
        assert page.evaluate(LOW_CONTRAST) == [], name


def test_a_link_of_the_summary_leads_to_the_line_and_the_remedy(page: Page, address: str) -> None:
    for name in ("warned", "broken"):
        page.goto(address + PAGES[name])
        links = page.locator(".summary a")
        assert links.count() > 1
        for number in range(links.count()):
            what = links.nth(number).inner_text()
            links.nth(number).click()
            target = page.locator(f"#p{number + 1}")
            expect(target).to_be_in_viewport()
            expect(target).to_contain_text(what)
            expect(target).to_contain_text("Cách sửa:")


def test_the_keyboard_reaches_the_post_and_its_problems(page: Page, address: str) -> None:
    page.goto(address + PAGES["broken"])
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


class TestFollowing:
    """What is saved is seen, without anybody pressing a key."""

    @pytest.fixture
    def own(self, tmp_path: Path) -> Office:
        return filled(tmp_path / "riêng")

    @pytest.fixture
    def own_address(self, own: Office) -> Iterator[str]:
        i18n.use("vi")
        desk = desk_of(own)
        with serving(LocalServer(desk.answer, Watcher(desk.look))) as client:
            yield client.server.url.rstrip("/")

    @pytest.fixture
    def scheme(self) -> str:
        return "light"

    def test_a_saved_post(self, page: Page, own: Office, own_address: str) -> None:
        page.goto(own_address + PAGES["good"])
        page.evaluate("scrollTo(0, 200)")
        own.post("2023/tốt.md", "Câu vừa mới viết.\n\n" + TABLE * 3, title="Tên mới", **FULL)
        expect(page.get_by_text("Câu vừa mới viết.")).to_be_visible()
        expect(page.locator("article h1")).to_have_text("Tên mới")
        # And once more: the page that came listens as well.
        own.post("2023/tốt.md", "Câu thứ hai.", title="Tên mới", **FULL)
        expect(page.get_by_text("Câu thứ hai.")).to_be_visible()

    def test_a_saved_picture(self, page: Page, own: Office, own_address: str) -> None:
        page.goto(own_address + PAGES["good"])
        before = page.locator("article img").get_attribute("src")
        own.picture("media/ảnh lớn.jpg", (900, 600), "darkred")
        expect(page.locator(f"article img:not([src='{before}'])")).to_be_visible()
        assert page.locator("article img").evaluate("image => image.naturalWidth") == 900

    def test_a_post_that_breaks_and_is_mended(
        self, page: Page, own: Office, own_address: str
    ) -> None:
        page.goto(own_address + PAGES["good"])
        own.file("posts/2023/tốt.md", '---\ntitle: "Chưa đóng\n---\nNội dung.\n')
        expect(page.locator(".summary.errors")).to_be_visible()
        expect(page.locator("#p1")).to_contain_text("Dòng 2")
        own.post("2023/tốt.md", "Đã sửa xong.", title="Tên đã sửa", **FULL)
        expect(page.get_by_text("Đã sửa xong.")).to_be_visible()

    def test_the_list_of_all_posts(self, page: Page, own: Office, own_address: str) -> None:
        page.goto(own_address)
        own.post("2023/vừa thêm.md", title="Bài vừa thêm vào thư mục", **FULL)
        link = page.get_by_role("link", name="Bài vừa thêm vào thư mục")
        expect(link).to_be_visible()
        link.click()
        expect(page.locator("article h1")).to_have_text("Bài vừa thêm vào thư mục")
        page.get_by_role("link", name="Tất cả các bài").click()
        expect(link).to_be_visible()

    def test_many_pages_at_once_do_not_wait_for_each_other(
        self, page: Page, own: Office, own_address: str
    ) -> None:
        # A browser has six connections to one server; eight pages listen here.
        pages = [page, *(page.context.new_page() for _ in range(7))]
        for one in pages:
            one.goto(own_address + PAGES["good"])
        own.post("2023/tốt.md", "Câu vừa mới viết.", title="Tên mới", **FULL)
        for one in pages:
            expect(one.get_by_text("Câu vừa mới viết.")).to_be_visible(timeout=20_000)


def test_the_guide_can_be_printed(page: Page, address: str) -> None:
    page.goto(address + PAGES["guide"])
    page.emulate_media(media="print")
    expect(page.locator(".frame")).to_be_hidden()
    expect(page.locator(".contents")).to_be_visible()
    expect(page.locator("h1")).to_have_text("Hướng dẫn sử dụng")
