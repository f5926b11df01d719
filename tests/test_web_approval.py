"""Approval on the desk, against a real WordPress and in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.desks import PASSWORDS, Client, Running, serving, words_of
from tests.office import Office
from tests.test_web_pages import LOOKS, look_at
from tests.wordpress import WordPress

READER, AUTHOR, EDITOR = PASSWORDS
KEY = "2023/03/bài"
PATH = f"/duyet/{quote(KEY)}"
FULL: dict[str, Any] = {
    "title": "Kết quả rà soát quý I", "excerpt": "Tóm tắt của bài.", "source": "Văn phòng Sở",
    "authors": "Lê Thị Hoa", "slug": "ra-soat",
}  # fmt: skip
FIRST, SECOND = "Câu thứ nhất của bài.", "Câu thứ hai: 45 thủ tục."
APPROVAL = "[editorial]\napproval = true\n"


def enter(page: Page, desk: Running, name: str) -> None:
    page.goto(f"{desk.url}/vao")
    page.locator("#name").fill(name)
    page.locator("#password").fill(PASSWORDS[name][1])
    page.locator("main button").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Hôm nay")


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = Office(tmp_path / "Phòng")
    office.configure(APPROVAL)
    office.post(f"{KEY}.md", f"{FIRST}\n\n{SECOND}", **FULL)
    return office


@pytest.fixture
def desk(office: Office) -> Iterator[Running]:
    with serving(office, accounts=True) as running:
        yield running


def digest(client: Client) -> str:
    """Return the digest that the page of approval carries."""
    text = client.get(PATH).text
    return text.split('name="digest" value="')[1].split('"')[0]


def judged(client: Client, verdict: str, **more: str) -> Any:
    data = {"digest": digest(client), "note": "", **more, "verdict": verdict}
    return client.post(PATH, data=data)


def publish(client: Client) -> str:
    return words_of(client.done(client.post(f"/dang/{quote(KEY)}")))


def test_approved_published_edited_waits_again_approved_updated(
    tmp_path: Path, clean_wordpress: WordPress
) -> None:
    office = Office(tmp_path / "Phòng Hành chính")
    office.configure(APPROVAL)
    office.wordpress(clean_wordpress)
    office.post(f"{KEY}.md", f"{FIRST}\n\n{SECOND}", **FULL)
    with serving(office, accounts=True) as desk:
        client = desk.signed_in(EDITOR)
        assert "chờ biên tập viên duyệt" in publish(client) or not clean_wordpress.posts()
        assert clean_wordpress.posts() == []
        assert judged(client, "approve").status_code == 303
        publish(client)
        (post,) = clean_wordpress.posts()
        assert post["status"] == "publish" and "45 thủ tục" in post["content"]["raw"]
        assert client.get(PATH).status_code == 404  # nothing waits

        office.post(f"{KEY}.md", f"{FIRST}\n\nCâu thứ hai: 54 thủ tục.", **FULL)
        publish(client)
        (post,) = clean_wordpress.posts()
        assert "45 thủ tục" in post["content"]["raw"]  # the approved version stands
        said = words_of(client.get(PATH).text)
        assert "đang ở trên trang: Câu thứ hai: 45 thủ tục." in said
        assert "mới: Câu thứ hai: 54 thủ tục." in said
        assert judged(client, "approve", note="Đã đối chiếu").status_code == 303
        publish(client)
        (post,) = clean_wordpress.posts()
        assert "54 thủ tục" in post["content"]["raw"]
        assert office.plan() == []
    entries = office.run("log", "list", "--json").json
    approvals = [e for e in entries if e["what"] == "approved"]
    assert [(e["person"], e["reason"]) for e in approvals] == [
        (EDITOR, "Đã đối chiếu"),
        (EDITOR, ""),
    ]
    assert office.run("log", "verify").status == 0


def test_what_was_changed_since_somebody_looked_is_not_approved(
    desk: Running, office: Office
) -> None:
    client = desk.signed_in(EDITOR)
    seen = digest(client)
    office.post(f"{KEY}.md", f"{FIRST}\n\nMột câu chưa ai xem.", **FULL)
    answer = judged(client, "approve", digest=seen)
    assert answer.status_code == 422
    said = words_of(answer.text)
    assert "đã bị sửa sau khi bạn xem" in said and "Một câu chưa ai xem" in said
    seen = digest(client)
    new = {**FULL, "social": {"facebook": "Lời chưa ai xem."}}
    office.post(f"{KEY}.md", f"{FIRST}\n\nMột câu chưa ai xem.", **new)
    answer = judged(client, "approve", digest=seen)
    assert answer.status_code == 422 and "facebook: Lời chưa ai xem." in words_of(answer.text)
    for digest_ in ("", "0" * 64):
        assert judged(client, "approve", digest=digest_).status_code == 422
    assert office.publish() == []
    assert client.post(PATH, data={"verdict": "x", "digest": seen}).status_code == 400


def test_a_post_is_sent_back_and_its_author_sees_why(desk: Running, office: Office) -> None:
    client = desk.signed_in(EDITOR)
    answer = judged(client, "return", note="   ")
    assert answer.status_code == 422 and "Hãy ghi điều tác giả cần sửa" in words_of(answer.text)
    note = "Thiếu nguồn <script>alert(1)</script>"
    assert judged(client, "return", note=note).status_code == 303
    author = desk.signed_in(AUTHOR)
    for path in (f"/bai/{quote(KEY)}", "/duyet", PATH):
        page = author.get(path).text
        assert f"{EDITOR} trả lại: {note}" in words_of(page) or "Thiếu nguồn" in page
        assert "<script>alert" not in page
    assert office.publish() == []
    office.post(f"{KEY}.md", f"{FIRST}\n\n{SECOND} Nguồn: báo cáo.", **FULL)
    assert "trả lại:" not in words_of(author.get("/duyet").text)


def test_only_editors_approve(desk: Running, office: Office) -> None:
    for name in (READER, AUTHOR):
        client = desk.signed_in(name)
        assert client.get("/duyet").status_code == client.get(PATH).status_code == 200
        assert 'value="approve"' not in client.get(PATH).text
        assert client.post(PATH, data={"verdict": "approve"}).status_code == 403
    assert office.run("log", "list", "--json").json == []


def test_pages_say_what_waits(desk: Running, office: Office) -> None:
    client = desk.signed_in(READER)
    assert "1 chờ duyệt" in words_of(client.get("/").text)
    assert "Chờ duyệt" in words_of(client.get("/bai?standing=approval").text)
    assert "Kết quả rà soát" in client.get("/bai?standing=approval").text
    assert "Bài chờ biên tập viên duyệt" in words_of(client.get(f"/bai/{quote(KEY)}").text)
    office.configure("")
    assert "không cần duyệt" in words_of(client.get("/duyet").text)


def test_an_editor_approves_in_a_browser(
    chromium: Browser, desk: Running, office: Office, axe: str
) -> None:
    office.run("approve", KEY)
    office.publish()
    office.post(f"{KEY}.md", f"{FIRST}\n\nCâu thứ hai: 54 thủ tục.\n\nCâu thứ ba.", **FULL)
    office.post(
        "moi.md", "Nội dung mới.", title="Mô hình một cửa ở xã", authors="Hoa", source="VP",
        social={"zalo": "Mời bà con đọc"},
    )  # fmt: skip
    context = chromium.new_context()
    page = context.new_page()
    enter(page, desk, EDITOR)
    for name, path in {"list": "/duyet", "change": PATH, "new": "/duyet/moi"}.items():
        page.goto(desk.url + path)
        look_at(page, axe, f"approval-{name}")
    expect(page.get_by_text("Mời bà con đọc")).to_be_visible()
    page.goto(desk.url + PATH)
    page.get_by_role("button", name="Trả lại tác giả").click()
    expect(page.get_by_role("alert")).to_contain_text("Hãy ghi điều tác giả cần sửa")
    page.get_by_role("button", name="Duyệt", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("Đã duyệt")
    look_at(page, axe, "approval-done", LOOKS[:1])
    page.get_by_role("button", name="Đăng ngay…").click()
    page.get_by_role("button", name="Đăng ngay", exact=True).click(timeout=30_000)
    expect(page.get_by_text("Đã làm", exact=True)).to_be_visible(timeout=30_000)
    context.close()
    assert [a["key"] for a in office.plan()] == ["moi"]
