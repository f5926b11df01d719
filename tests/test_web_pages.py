"""The desk's pages in a real browser: phone and desk, light and dark, keyboard, no script."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import unquote
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from publisher import run
from publisher.errors import ConfigError
from publisher.model import Problem
from publisher.web.fresh import NotYetError
from tests.desks import PASSWORDS, Running, serving, words_of
from tests.office import Office

EDITOR = "Nguyễn Thị Lan"
PAGES = {
    "today": "/", "posts": "/bai", "searched": "/bai?q=to+trinh&standing=out",
    "nothing-found": "/bai?q=khong+co+bai+nay", "good": "/bai/2023/03/tờ-trình",
    "broken": "/bai/2023/03/lỗi", "log": "/nhat-ky", "log-wrong": "/nhat-ky?from=hôm+qua",
    "report": "/bao-cao?span=year&year=2023", "report-wrong": "/bao-cao?span=month&number=13",
    "withdraw": "/go/2023/03/tờ-trình", "move": "/doi/2023/06/chờ", "hand-in": "/nop-bai",
    "approvals": "/duyet", "missing": "/khong-co",
}  # fmt: skip
FULL: dict[str, Any] = {"excerpt": "Tóm tắt của bài.", "source": "Văn phòng Sở", "tags": ["CCHC"]}


def filled(folder: Path) -> Office:
    """An office with posts in every state."""
    office = Office(folder)
    office.configure(
        '[organisation]\nname = "Sở Khoa học và Công nghệ"\n'
        "[report.targets]\ntotal = 60\nkinds = { tin = 40 }\n"
    )
    office.post("2023/03/tờ-trình.md", title="Tờ trình về rà soát thủ tục hành chính", **FULL)
    for number in range(1, 31):
        office.post(
            f"2023/04/bài-{number}.md", title=f"Kết quả giải quyết hồ sơ, tuần {number}",
            date=f"{number}/04/2023 08:00", authors="Nguyễn Thị Lan", slug=f"tuan-{number}", **FULL,
        )  # fmt: skip
    office.post("2023/05/gỡ.md", title="Bài đăng nhầm", **FULL)
    office.run("publish")
    office.run("withdraw", "2023/05/gỡ", "--reason", "Đăng nhầm chuyên mục")
    tomorrow = datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")) + timedelta(days=1)
    office.post("2023/06/chờ.md", title="Bài hẹn giờ", date=f"{tomorrow:%d/%m/%Y} 08:00", **FULL)
    office.post("2023/06/mới.md", title="Bài mới viết xong", **FULL)
    office.post("2023/06/nháp.md", title="Bài đang viết", status="draft", **FULL)
    office.file(
        "posts/2023/03/lỗi.md",
        "---\ntitle: Sở KH&CN: kết quả rà soát\nkind: tinn\ndate: 35/13/2023\n---\n\n"
        "![](không-có.jpg) và một đường dẫn_rất_dài_không_có_dấu_cách_nào_để_xuống_dòng_cả.\n",
    )
    return office


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with serving(filled(tmp_path_factory.mktemp("bàn") / "Phòng"), accounts=True) as running:
        yield running


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    opened = chromium.new_context(viewport={"width": 375, "height": 740})
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext, desk: Running) -> Page:
    """A browser that the one-time link let in."""
    opened = context.new_page()
    opened.goto(desk.desk.new_link())
    return opened


def serious(page: Page, axe: str) -> list[tuple[str, list[object]]]:
    """Return what axe-core finds serious or critical on a page, by rule."""
    page.evaluate(axe)
    found = page.evaluate(
        "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice']})"
    )
    return [
        (each["id"], [node["html"][:120] for node in each["nodes"]])
        for each in found["violations"]
        if each["impact"] in ("serious", "critical", "moderate")
    ]


def shot(page: Page, name: str) -> None:
    """Keep a picture of a page, for whoever looks at them."""
    if target := os.environ.get("PUBLISHER_TESTS_SCREENSHOTS"):
        page.screenshot(path=Path(target) / f"desk-{name}.png", full_page=True)


LOOKS: Sequence[tuple[int, Any]] = ((375, "light"), (1280, "dark"))
"""A phone by day, a screen by night: pixels wide, and the colours."""


def look_at(page: Page, axe: str, name: str, looks: Sequence[tuple[int, Any]] = LOOKS) -> None:
    """See that a page fits and keeps nobody out."""
    for width, scheme in looks:
        page.set_viewport_size({"width": width, "height": 740})
        page.emulate_media(color_scheme=scheme)
        assert page.evaluate("document.documentElement.scrollWidth") == width, name
        assert serious(page, axe) == [], (name, width, scheme)
        shot(page, f"{name}-{width}-{scheme}")


def test_pages_fit_and_nothing_keeps_people_out(page: Page, desk: Running, axe: str) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    outside: list[str] = []
    page.on("request", lambda r: None if r.url.startswith(desk.url) else outside.append(r.url))
    for name, path in PAGES.items():
        page.goto(desk.url + path)
        for opened in page.locator("details").all():
            opened.locator("summary").click()
        look_at(page, axe, name)
    assert [text for text in said if "404" not in text] == []
    assert [url for url in outside if not url.startswith("data:")] == []


def test_the_way_in_fits_and_keeps_nobody_out(
    context: BrowserContext, desk: Running, axe: str
) -> None:
    page = context.new_page()
    page.goto(desk.url)
    page.get_by_label("Tên").fill("Ai Đó")
    page.get_by_label("Mật khẩu").fill("không đúng đâu")
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page.get_by_role("alert")).to_contain_text("không đúng")
    look_at(page, axe, "sign-in")


def test_a_target_is_large_enough_for_a_finger(page: Page, desk: Running) -> None:
    for name, path in PAGES.items():
        page.goto(desk.url + path)
        for target in page.locator("button, .button, select, input:not([type=hidden])").all():
            box = target.bounding_box()
            if box and target.get_attribute("type") != "checkbox":
                assert box["height"] >= 40, (name, target.evaluate("e => e.outerHTML"))


def test_the_keyboard_reaches_the_content_and_sees_where_it_is(page: Page, desk: Running) -> None:
    page.goto(desk.url + "/bai")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    for _ in range(8):
        page.keyboard.press("Tab")
        style = page.evaluate(
            "(s => [s.outlineStyle, s.outlineWidth])(getComputedStyle(document.activeElement))"
        )
        assert style == ["solid", "3px"]


def test_everything_works_without_script(chromium: Browser, desk: Running) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{desk.url}/bai?q=tuan")
    page.locator("#name").fill(EDITOR)
    page.locator("#password").fill(PASSWORDS[EDITOR][1])
    page.locator("main button").first.click()
    assert "30" in page.locator("main p[role=status]").inner_text()
    page.get_by_role("link", name="Trang sau").click()
    assert page.locator("tbody tr").count() == 5
    page.get_by_role("link", name="Kết quả giải quyết hồ sơ, tuần 1", exact=True).click()
    page.get_by_role("button", name="Đăng ngay…").click()
    # The page looks again by itself until the job has ended.
    expect(page.get_by_text("Sẽ làm")).to_be_visible(timeout=30_000)
    expect(page.get_by_text("Hiện không có gì phải gửi.")).to_be_visible()
    page.get_by_role("link", name="Trở lại bài").click()
    page.get_by_role("link", name="Gỡ bài…").click()
    page.locator("#reason").fill("Số liệu sai")
    page.get_by_role("button", name="Gỡ bài này").click()
    expect(page.get_by_text("Đã làm", exact=True)).to_be_visible(timeout=30_000)
    page.get_by_role("link", name="Trở lại bài").click()
    expect(page.locator(".tag").first).to_have_text("Đã gỡ")
    history = page.locator("section[aria-labelledby=history] tbody tr").first
    expect(history).to_contain_text(EDITOR)
    page.get_by_role("link", name="Nhật ký").click()
    page.get_by_role("button", name="Kiểm chứng ngay").click()
    expect(page.get_by_text("Nhật ký còn nguyên như đã ghi.")).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="Đăng xuất").click()
    expect(page.get_by_role("heading", name="Đăng nhập")).to_be_visible()
    context.close()


def test_what_is_done_and_what_goes_wrong_keep_nobody_out(
    page: Page, desk: Running, axe: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.goto(desk.url + "/bai/2023/06/mới")
    page.get_by_role("button", name="Đăng ngay…").click()
    expect(page.get_by_text("Sẽ làm")).to_be_visible(timeout=30_000)
    assert serious(page, axe) == []
    page.goto(desk.url + "/nhat-ky")
    page.get_by_role("button", name="Kiểm chứng ngay").click()
    expect(page.get_by_text("Nhật ký còn nguyên như đã ghi.")).to_be_visible(timeout=30_000)
    assert serious(page, axe) == []
    for error, words in (
        (ConfigError(Problem("approve-off")), "chưa làm việc"),
        (NotYetError(), "đang đọc"),
        (ZeroDivisionError(), "lỗi của chính nó"),
    ):

        def broken(error: Exception = error) -> NoReturn:
            raise error

        monkeypatch.setattr(desk.desk.board, "view", broken)
        page.goto(desk.url + "/bai")
        assert words in page.locator("h1").inner_text().lower()
        assert serious(page, axe) == []
    monkeypatch.undo()


def test_what_the_scheduler_can_not_send_needs_a_hand(desk: Running) -> None:
    config, now = desk.desk.config(), datetime.now(UTC)
    key, (site,) = "2023/06/mới", config.sites
    params = {"site": site, "slug": "moi", "url": "", "id": "7", "title": "Bài mới viết xong"}
    rest = run.Rest(Problem("conflict-edited", params=params), now, now, 1)
    pulse = run.Pulse(1, "máy", "1", now, now, 60, held={(site, key): rest})
    client = desk.signed_in(EDITOR)
    assert "bị sửa trên" not in client.get("/").text
    run.write_pulse(config, pulse)
    try:
        said = words_of(client.get("/").text)
        assert "2 cần xử lý" in said  # a post with errors is the other
        assert "Bài đã bị sửa trên" in said and "“Đăng ngay…”" in said and "--keep" not in said
        assert "Chưa đăng được" in words_of(client.get(f"/bai/{key}").text)
        assert key in unquote(client.get("/bai?standing=failed").text)
    finally:
        run.write_pulse(config, replace(pulse, ended=now))
    assert "bị sửa trên" not in client.get("/").text


def test_a_missing_reason_is_asked_for(page: Page, desk: Running, axe: str) -> None:
    page.goto(desk.url + PAGES["withdraw"])
    page.evaluate("document.querySelector('#reason').removeAttribute('required')")
    page.get_by_role("button", name="Gỡ bài này").click()
    page.get_by_role("alert").get_by_role("link").click()
    assert page.evaluate("location.hash") == "#reason"
    assert serious(page, axe) == []


def test_search_ignores_marks_and_filters_narrow(desk: Running) -> None:
    client = desk.signed_in(EDITOR)
    found = {
        query: re.search(r"(\d+) bài", words_of(client.get(f"/bai?{query}").text))
        for query in ("q=TO+TRINH", "q=tờ+trình", "standing=draft", "standing=mend",
                      "author=Nguy%E1%BB%85n+Th%E1%BB%8B+Lan", "q=xyz", "standing=waiting")
    }  # fmt: skip
    numbers = {query: int(match[1]) if match else None for query, match in found.items()}
    assert numbers == {
        "q=TO+TRINH": 1, "q=tờ+trình": 1, "standing=draft": 1, "standing=mend": 1,
        "author=Nguy%E1%BB%85n+Th%E1%BB%8B+Lan": 30, "q=xyz": 0, "standing=waiting": 1,
    }  # fmt: skip
    assert "Tờ trình" in client.get("/nhat-ky?q=to+trinh&what=published").text
    assert "Tờ trình" not in client.get("/nhat-ky?q=to+trinh&what=withdrawn").text
    assert "Đăng nhầm" in words_of(client.get("/bai/2023/05/gỡ").text)


def test_today_says_what_went_out_what_is_due_and_what_needs_a_hand(desk: Running) -> None:
    said = words_of(desk.signed_in(EDITOR).get("/").text)
    for words in ("Bài mới viết xong", "Bài hẹn giờ", "Sở KH&CN: kết quả rà soát",
                  "Có phải ý bạn là “tin”?", "trên chỉ tiêu 60", "làm việc đến hạn"):  # fmt: skip
        assert words in said, words
    assert "Bài đang viết" not in said


def test_a_file_that_changes_shows_soon(desk: Running) -> None:
    client = desk.signed_in(EDITOR)
    assert "Bài thêm vào" not in client.get("/bai").text
    folder = desk.desk.config().posts
    path = folder / "2023" / "06" / "thêm.md"
    path.write_text("---\ntitle: Bài thêm vào\n---\n\nNội dung.\n", encoding="utf-8")

    def soon(there: bool) -> None:
        until = time.monotonic() + 30
        while ("Bài thêm vào" in client.get("/bai?q=them+vao").text) is not there:
            assert time.monotonic() < until
            time.sleep(0.1)

    soon(True)
    path.unlink()
    soon(False)


def test_every_form_of_the_report_can_be_downloaded(desk: Running) -> None:
    client = desk.signed_in(EDITOR)
    page = client.get("/bao-cao?span=month&year=2023&number=4").text
    assert "<svg" in page
    links = re.findall(r'href="(/bao-cao/tai[^"]+)"', page)
    assert len(links) == 6
    starts = {
        "docx": b"PK",
        "xlsx": b"PK",
        "html": b"<!DOCTYPE",
        "md": "**Sở Khoa học".encode(),
        "csv": b"\xef\xbb\xbf",
    }
    for link in links:
        form = re.search(r"form=(\w+)", link)
        assert form
        if form[1] == "pdf":  # needs programs of its own: see the tests of the report
            continue
        answer = client.get(link.replace("&amp;", "&"))
        assert answer.status_code == 200
        assert answer.content.startswith(starts[form[1]]), form[1]
        assert f"bao-cao-thang-4-nam-2023.{form[1]}" in answer.headers["Content-Disposition"]


def test_english_is_kept_for_the_browser_and_the_others_stay_vietnamese(desk: Running) -> None:
    one, other = desk.signed_in(EDITOR), desk.signed_in(EDITOR)
    assert '<html lang="en">' in one.get("/bai?lang=en").text
    for path in PAGES.values():
        page = one.get(path).text
        assert '<html lang="en">' in page
        assert "Bàn biên tập" not in words_of(page.replace('lang="vi"', ""))
    assert '<html lang="vi">' in other.get("/bai").text
    assert "Posts" in one.get("/").text and "Posts" not in other.get("/").text
    one.get("/?lang=vi")
    assert '<html lang="vi">' in one.get("/").text


def test_a_wrong_config_is_told_and_the_desk_comes_back(tmp_path: Path) -> None:
    office = Office(tmp_path / "own")
    office.post("bai.md", title="Bài")
    with serving(office, accounts=True) as desk:
        client = desk.signed_in(EDITOR)
        office.configure("[sites\n")
        answer = client.get("/")
        assert answer.status_code == 503
        assert "config.toml, dòng 1" in words_of(answer.text)
        assert desk.client().get("/healthz").text == "degraded\n"
        office.configure("[report]\n")
        assert client.get("/").status_code == 200
        assert desk.client().get("/healthz").text == "ok\n"


def test_an_empty_office_is_told_what_to_do_first(tmp_path: Path) -> None:
    with serving(Office(tmp_path / "own")) as desk:
        client = desk.local()
        for path in ("/", "/bai"):
            assert "publisher new" in words_of(client.get(path).text)
        assert "Nhật ký còn trống" in words_of(client.get("/nhat-ky").text)
        assert "chưa đăng gì" in words_of(client.get("/bao-cao").text)
        assert client.get("/go/bai").status_code == 404


def test_two_who_ask_for_the_same_see_the_same_job(tmp_path: Path) -> None:
    office = Office(tmp_path / "own")
    office.post("bai.md", title="Bài", slug="bai")
    with serving(office, accounts=True) as desk:
        clients = [desk.signed_in(EDITOR), desk.local()]
        answers = [client.post("/dang/bai") for client in clients]
        pages = [c.done(a) for c, a in zip(clients, answers, strict=True)]
        for page in pages:
            assert "xong" in words_of(page) or "Không có gì thay đổi" in words_of(page)
        history = words_of(clients[0].get("/bai/bai").text)
        assert history.count("đã đăng") == 2  # how it stands, and its one line of history
