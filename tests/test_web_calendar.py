"""The desk's calendar in a real browser: dragging, the form, telephone, dark, no script."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar
from playwright.sync_api import Browser, Page, expect

from publisher import run
from publisher.cli.exits import Exit
from publisher.web.pages import moving
from tests.desks import PASSWORDS, Running, serving, words_of
from tests.office import Office
from tests.test_web_pages import look_at, shot

READER, AUTHOR, EDITOR = PASSWORDS
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
FULL: dict[str, Any] = {"excerpt": "Tóm tắt của bài.", "source": "Văn phòng Sở", "tags": ["CCHC"]}
SITES = """
[editorial]
approval = true
[sites.so]
kind = "preview"
label = "Cổng của Sở"
[sites.phong]
kind = "preview"
label = "Trang của Phòng"
"""


def monday() -> date:
    """Return the Monday after next: its week lies ahead, whatever today is."""
    today = datetime.now(ZONE).date()
    return today + timedelta(days=14 - today.weekday())


def at(day: date, hour: int = 8) -> str:
    return f"{day:%d/%m/%Y} {hour:02}:00"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = Office(tmp_path / "Phòng")
    office.configure(SITES)
    first = monday()
    office.post("đã.md", title="Kết quả giải quyết thủ tục hành chính tháng trước", **FULL)
    office.post(
        "hẹn.md", title="Hội nghị trực tuyến về cải cách hành chính", date=at(first), **FULL
    )
    office.post(
        "khẩn.md", title="Thông báo khẩn về tạm dừng dịch vụ công", priority="urgent",
        date=at(first + timedelta(days=1), 14), sites=["so"], **FULL,
    )  # fmt: skip
    office.post("duyệt.md", title="Mô hình một cửa hiện đại ở xã An Bình",
                date=at(first + timedelta(days=3), 10), theme="mo-hinh-hay", **FULL)  # fmt: skip
    office.post("lỗi.md", "![](không-có.jpg)", title="Bài có ảnh chưa chép đến",
                date=at(first + timedelta(days=2)), **FULL)  # fmt: skip
    office.post("nháp.md", title="Bài đang viết", status="draft",
                date=at(first + timedelta(days=4)), **FULL)  # fmt: skip
    assert office.run("approve", "đã", "hẹn", "khẩn", "--as", "Trần Văn Minh").status == 0
    assert office.run("publish").status == Exit.CONTENT  # one has an error
    return office


@pytest.fixture
def desk(office: Office) -> Iterator[Running]:
    with serving(office, accounts=True) as running:
        yield running


@pytest.fixture
def page(chromium: Browser, desk: Running) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1366, "height": 2400})
    opened = context.new_page()
    opened.goto(desk.desk.new_link())
    yield opened
    context.close()


def month() -> str:
    return f"/lich?view=month&day={monday()}"


def week() -> str:
    return f"/lich?view=week&day={monday()}"


def cell(page: Page, day: date) -> Any:
    return page.locator(f"[id='d{day}']")


def test_it_says_what_goes_out_when_and_why_not(desk: Running) -> None:
    client = desk.signed_in(READER)
    for path in (month(), week()):
        said = words_of(client.get(path).text)
        for words in ("Hội nghị trực tuyến", "KHẨN Thông báo khẩn", "CHỜ DUYỆT", "CÓ LỖI",
                      "không-có.jpg", "nháp"):  # fmt: skip
            assert words in said, (path, words)
    said = words_of(client.get("/lich?view=month&day=2023-03-01").text)
    assert "Tháng 03/2023" in said and "đã đăng" in said and "tháng trước" in said
    assert "Giỗ Tổ Hùng Vương" in words_of(client.get("/lich?view=month&day=2023-04-01").text)


def test_it_can_be_looked_through_by_site_and_theme(desk: Running) -> None:
    client = desk.signed_in(READER)
    there = words_of(client.get(f"{month()}&site=phong").text)
    assert "Hội nghị trực tuyến" in there and "Thông báo khẩn" not in there
    there = words_of(client.get(f"{month()}&theme=mo-hinh-hay").text)
    assert "Mô hình một cửa" in there and "Hội nghị trực tuyến" not in there
    # What is in no list, or no day, is as if it were not there.
    for odd in ("/lich?view=x&day=hôm-qua&site=../..&theme=<b>", "/lich?day=9999-12-31",
                "/lich?day=0001-01-01", "/lich?view=week&day=2000-01-01"):  # fmt: skip
        assert client.get(odd).status_code == 200


def test_the_file_for_outlook_is_a_calendar(desk: Running) -> None:
    answer = desk.signed_in(READER).get("/lich/lich-dang-bai.ics")
    assert answer.headers["Content-Type"].startswith("text/calendar")
    found = [str(e["summary"]) for e in Calendar.from_ical(answer.content).walk("VEVENT")]
    assert any("Hội nghị trực tuyến" in text for text in found)
    assert any("Chờ duyệt" in text.capitalize() for text in found)


def test_only_editors_are_offered_another_day(desk: Running) -> None:
    for name in (READER, AUTHOR):
        client = desk.signed_in(name)
        text = client.get(month()).text
        assert "data-move" not in text and "/doi/" not in text
        path = f"/doi/{quote('hẹn')}"
        assert client.get(path).status_code == client.post(path).status_code == 403
    assert "data-move" in desk.signed_in(EDITOR).get(month()).text


def test_a_post_is_dragged_onto_another_day(page: Page, desk: Running, office: Office) -> None:
    file = office.folder / "posts" / "hẹn.md"
    before, to = file.read_bytes(), monday() + timedelta(days=5)
    page.goto(desk.url + month())
    source = page.locator("li.item", has_text="Hội nghị trực tuyến")
    source.drag_to(cell(page, to))
    expect(page.locator(".notice[role=status]")).to_contain_text("Tệp giữ nguyên")
    moved = cell(page, to).locator("li.item")
    expect(moved).to_contain_text("Hội nghị trực tuyến")
    expect(moved).to_contain_text("08:00")  # the time of day stays
    expect(moved).to_contain_text("đã dời từ")
    shot(page, "calendar-dragged-1366-light")
    assert file.read_bytes() == before
    wanted = datetime.combine(to, datetime.min.time(), ZONE).replace(hour=8).isoformat()
    dues = {a["site"]: a["due"] for a in office.plan() if a["key"] == "hẹn"}
    assert dues == {"so": wanted, "phong": wanted}
    rows = office.run("log", "export", "--decisions", "--format", "json").json
    assert {(r["person"], r["site"]) for r in rows if r["ruling"] == "moved"} == {
        (desk.desk.local_person(), "so"), (desk.desk.local_person(), "phong"),
    }  # fmt: skip
    assert office.run("log", "verify").status == 0


def test_dragging_in_a_week_and_onto_a_day_that_is_over(page: Page, desk: Running) -> None:
    page.goto(desk.url + week())
    to = monday() + timedelta(days=5)
    page.locator("li.item", has_text="Thông báo khẩn").drag_to(cell(page, to))
    expect(cell(page, to).locator("li.item")).to_contain_text("14:00")
    page.goto(desk.url + "/lich?view=week")
    assert page.locator("td.past[data-day]").count() == 0  # nothing can be dropped there


def test_the_form_moves_a_post_without_script_and_back(
    chromium: Browser, desk: Running, office: Office
) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{desk.url}/vao")
    page.locator("#name").fill(EDITOR)
    page.locator("#password").fill(PASSWORDS[EDITOR][1])
    page.locator("main button").first.click()
    page.goto(desk.url + week())
    page.get_by_role("link", name="Dời… Thông báo khẩn về tạm dừng dịch vụ công").click()
    expect(page.locator("main")).to_contain_text("Tệp của tác giả giữ nguyên")
    page.get_by_label("Ngày mới").fill("32/13/2023")
    page.get_by_role("button", name="Dời bài").click()
    expect(page.get_by_role("alert")).to_contain_text("15/03/2023")
    page.get_by_label("Ngày mới").fill("01/02/2023")
    page.get_by_role("button", name="Dời bài").click()
    expect(page.get_by_role("alert")).to_contain_text("ngày đã qua")
    day = monday() + timedelta(days=6)
    page.get_by_label("Ngày mới").fill(f"{day:%d/%m/%Y}")
    page.get_by_label("Giờ", exact=True).fill("16:30")
    page.get_by_label("Lý do").fill("Chờ ý kiến lãnh đạo")
    page.get_by_role("button", name="Dời bài").click()
    moved = page.locator("li.item", has_text="Thông báo khẩn")
    expect(moved).to_contain_text("16:30")
    expect(moved).to_contain_text(f"bởi {EDITOR}")
    expect(moved).to_contain_text("Chờ ý kiến lãnh đạo")
    page.get_by_role("link", name="Đổi lại").click()
    page.get_by_role("button", name="Trở lại ngày trong tệp").click()
    expect(page.locator("li.item", has_text="Thông báo khẩn")).to_contain_text("14:00")
    page.goto(f"{desk.url}/bai/{quote('khẩn')}")
    history = page.locator("section[aria-labelledby=history]")
    expect(history).to_contain_text("trở lại ngày trong tệp")
    expect(history).to_contain_text("Chờ ý kiến lãnh đạo")
    context.close()
    assert [a["due"][11:16] for a in office.plan() if a["key"] == "khẩn"] == ["14:00"]


def test_what_has_appeared_can_not_be_moved(desk: Running) -> None:
    client = desk.signed_in(EDITOR)
    path = f"/doi/{quote('đã')}"
    assert client.get(path).status_code == 404
    data = {"day": "1/1/2030", "sites": "", "reason": "", "to": "", "back": ""}
    assert client.post(path, data=data).status_code in (404, 422)


def test_while_another_run_is_at_work_nothing_is_decided(
    desk: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "IN_PAGE", 0.1)
    client, path = desk.signed_in(EDITOR), f"/doi/{quote('hẹn')}"
    with run.hold(desk.desk.config().state / "publisher.lock"):
        answer = client.post(path, data={"day": "1/1/2030", "time": ""})
        assert answer.status_code == 503
        assert "chưa làm được" in words_of(answer.text)
        assert 'http-equiv="refresh"' not in answer.text  # a form is not sent again by itself
    assert "2030" not in client.get(path).text
    assert client.post(path, data={"day": "1/1/2030", "time": ""}).status_code == 303


def test_it_leads_back_to_the_calendar_and_nowhere_else(desk: Running) -> None:
    client = desk.signed_in(EDITOR)
    path, day = f"/doi/{quote('hẹn')}", monday() + timedelta(days=1)
    backs = (
        "https://evil.example/", "//evil.example", "/lich?view=week&day=x#a", "/lich?\\evil",
        "/lich?x=1\r\nSet-Cookie: a=b",
    )  # fmt: skip
    for number, back in enumerate(backs):
        data = {"day": f"{day + timedelta(days=number):%d/%m/%Y}", "time": "", "back": back}
        answer = client.post(path, data=data)
        assert answer.status_code == 303, words_of(answer.text)
        assert answer.headers["Location"].startswith(("/bai/", f"{desk.url}/bai/")), back
    answer = client.post(path, data={"day": "1/1/2030", "time": "", "sites": "khong-co"})
    assert answer.status_code == 400


def test_it_fits_and_keeps_nobody_out(page: Page, desk: Running, axe: str) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    pages = {"month": month(), "week": week(), "year": "/lich?view=month&day=2023-04-01",
             "move": f"/doi/{quote('hẹn')}"}  # fmt: skip
    for name, path in pages.items():
        page.goto(desk.url + path)
        look_at(page, axe, f"calendar-{name}", ((375, "dark"), (800, "light"), (1366, "dark")))
    assert said == []


def test_the_keyboard_reaches_every_post_and_its_move(page: Page, desk: Running) -> None:
    page.goto(desk.url + week())
    reached = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.textContent.trim()"))
    assert "Hội nghị trực tuyến về cải cách hành chính" in reached
    assert "Dời… Hội nghị trực tuyến về cải cách hành chính" in reached
