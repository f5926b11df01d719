"""A post's page: how the site will show it, its pictures before and after, and living pages."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.desks import PASSWORDS, Running, serving, words_of
from tests.office import Office
from tests.test_web_pages import look_at

READER, AUTHOR, EDITOR = PASSWORDS
FULL: dict[str, Any] = {
    "excerpt": "Ba mươi lăm thủ tục đã rà soát.", "source": "Văn phòng Sở", "tags": ["CCHC"],
    "authors": "Nguyễn Thị Lan",
}  # fmt: skip
BODY = (
    "Ngày 15/3, Sở đã họp về kết quả rà soát.\n\n![Phòng họp của Sở](ảnh/họp.jpg)\n\n"
    "Bảng kết quả:\n\n| Lĩnh vực | Số thủ tục |\n|---|---|\n| Công nghệ | 20 |\n\n"
    "Xem [tờ trình](tờ-trình.md) và [cổng dịch vụ công](https://dichvucong.gov.vn/).\n"
)


def photo(width: int, height: int) -> bytes:
    made = io.BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert("RGB").save(made, "JPEG", quality=97)
    return made.getvalue()


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    office = Office(tmp_path_factory.mktemp("bàn") / "Phòng")
    office.configure('[organisation]\nname = "Sở Khoa học và Công nghệ"\n')
    office.file("posts/2023/03/ảnh/họp.jpg", "").write_bytes(photo(3000, 2000))
    office.post("2023/03/bài.md", BODY, title="Kết quả rà soát quý I", slug="quy-i", **FULL)
    office.post("2023/03/tờ-trình.md", title="Tờ trình", slug="to-trinh", **FULL)
    office.file(
        "posts/2023/03/hỏng.md",
        "---\ntitle: Bài hỏng\nkind: tinn\n---\n\n![x](không-có.jpg) chữ.\n",
    )
    return office


@pytest.fixture(scope="module")
def desk(office: Office) -> Iterator[Running]:
    with serving(office, accounts=True) as running:
        yield running


@pytest.fixture
def page(chromium: Browser, desk: Running) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 375, "height": 740})
    opened = context.new_page()
    opened.goto(desk.desk.new_link())
    yield opened
    context.close()


def test_a_post_is_shown_as_the_site_will_show_it(page: Page, desk: Running, axe: str) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{desk.url}/bai/2023/03/b%C3%A0i")
    page.locator("iframe").scroll_into_view_if_needed()
    frame = page.frame_locator("iframe")
    expect(frame.locator("h1")).to_have_text("Kết quả rà soát quý I")
    expect(frame.locator("table")).to_contain_text("Công nghệ")
    picture = frame.locator("figure img, .content img").first
    picture.scroll_into_view_if_needed()
    page.wait_for_function(
        "document.querySelector('iframe').contentDocument.images[0].naturalWidth > 100"
    )
    look_at(page, axe, "shown")
    # Another post opens in the frame; what is elsewhere beside the desk.
    frame.get_by_role("link", name="tờ trình").click()
    expect(frame.locator("h1")).to_have_text("Tờ trình")
    # The test itself looks into the frame by a script, which is refused there.
    assert [text for text in said if "Blocked script execution" not in text] == []


def test_links_out_of_the_frame_are_opened_beside_the_desk(desk: Running) -> None:
    shown = desk.signed_in(READER).get("/xem-bai/2023/03/bài").text
    assert (
        '<a target="_blank" rel="noopener noreferrer" href="https://dichvucong.gov.vn/">' in shown
    )


def test_pictures_are_told_with_their_sizes_before_and_after(desk: Running, office: Office) -> None:
    said = words_of(desk.signed_in(READER).get("/bai/2023/03/bài").text)
    before = (office.folder / "posts/2023/03/ảnh/họp.jpg").stat().st_size
    assert "Ảnh gốc: 3000 × 2000 px" in said
    assert "trên trang: 1600 × 1067 px" in said
    assert f"{before / 1000:.0f} KB" in said


def test_a_post_with_errors_is_shown_as_far_as_it_goes(desk: Running) -> None:
    client = desk.signed_in(READER)
    said = words_of(client.get("/bai/2023/03/hỏng").text)
    assert "posts/2023/03/hỏng.md, dòng 3" in said
    assert "chỉ hiện được đến mức này" in said
    assert "chữ." in words_of(client.get("/xem-bai/2023/03/hỏng").text)


# When the folder is away


def test_what_the_log_knows_is_shown_while_the_folder_is_away(tmp_path: Path) -> None:
    office = Office(tmp_path / "own")
    office.post("2023/03/bài.md", title="Bài đã đăng", slug="bai", **FULL)
    assert office.run("publish").status == 0
    with serving(office, accounts=True) as desk:
        client = desk.signed_in(EDITOR)
        (office.folder / "posts").rename(office.folder / "đi đâu rồi")
        for path in ("/", "/bai", "/bai/2023/03/bài"):
            answer = client.get(path)
            said = words_of(answer.text)
            assert answer.status_code == 200, path
            assert "Không đọc được thư mục bài" in said, path
            assert "Bài đã đăng" in said or path == "/", path
        said = words_of(client.get("/duyet").text)
        assert "Không đọc được thư mục bài" in said and "Không có bài nào" not in said
        assert client.get("/bai/2023/03/khác").status_code == 503  # it may be there
        (office.folder / "đi đâu rồi").rename(office.folder / "posts")
        assert "Không đọc được thư mục bài" not in words_of(client.get("/").text)


# Now


def test_now_means_now_whatever_the_posting_hours_are(tmp_path: Path) -> None:
    office = Office(tmp_path / "own")
    day = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[
        (datetime.now(UTC) + timedelta(days=3)).weekday()
    ]
    office.configure(f'[sites.xem]\nkind = "preview"\nwindows = ["{day} 8h-9h"]\n')
    office.post("bài.md", title="Bài", slug="bai", **FULL)
    ahead = datetime.now(UTC) + timedelta(days=9)
    office.post("sau.md", title="Bài hẹn", slug="sau", **{**FULL, "date": f"{ahead:%d/%m/%Y}"})
    assert "bài" not in office.run("publish").out.partition("Đã làm")[2]
    with serving(office, accounts=True) as desk:
        client = desk.signed_in(EDITOR)
        assert "không đợi giờ đăng" in words_of(client.get("/bai/bài").text)
        assert "xong" in words_of(client.done(client.post("/dang/bài")))
        assert "đã đăng" in words_of(client.get("/bai/bài").text)
        assert "xong" not in words_of(client.done(client.post("/dang/sau")))


# Pages that live


def test_a_page_looks_again_by_itself_and_leaves_whoever_types_alone(
    chromium: Browser, desk: Running, office: Office
) -> None:
    context = chromium.new_context()
    page = context.new_page()
    page.clock.install()
    page.goto(desk.desk.new_link())
    page.goto(f"{desk.url}/bai")
    page.evaluate("window.same = true")
    new = office.file("posts/2023/04/thêm.md", "---\ntitle: Bài vừa thêm\n---\n\nNội dung.\n")
    expect(page.get_by_text("Bài vừa thêm")).to_have_count(0)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(desk.url)))
    page.locator("#q").fill("đang gõ")
    desk.seconds.now += 20
    page.clock.run_for(16_000)
    page.evaluate("fetch('/nhip?lần=1').then(answer => answer.text())")
    assert len(asked) == 1  # the one above: nobody looked while somebody typed
    page.locator("#q").fill("")
    page.locator("#q").blur()
    desk.seconds.now += 20
    page.clock.run_for(16_000)
    expect(page.get_by_text("Bài vừa thêm")).to_be_visible()
    assert page.evaluate("window.same")  # the page itself stayed
    new.unlink()
    context.close()


def test_the_pulse_changes_with_folder_and_log_alone(desk: Running, office: Office) -> None:
    client = desk.signed_in(READER)

    def pulse() -> str:
        desk.seconds.now += 10
        return client.get("/nhip").text

    def changes(before: str) -> str:
        """Return the next word; a look at the folder is good for a moment longer than it took."""
        end = time.monotonic() + 30
        while (word := pulse()) == before:
            assert time.monotonic() < end, "it did not change"
        return word

    first = pulse()
    assert pulse() == first
    new = office.file("posts/2023/04/nữa.md", "---\ntitle: Nữa\n---\n\nA.\n")
    with_it = changes(first)
    new.unlink()
    assert changes(with_it) == first
    office.run("publish", "2023/03/bài")
    changes(first)
