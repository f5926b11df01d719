"""Publishing, withdrawing and settling a conflict from the desk, against a real WordPress."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.desks import PASSWORDS, Client, Running, serving, words_of
from tests.office import Office
from tests.test_web_pages import LOOKS, look_at
from tests.wordpress import WordPress

EDITOR = "Nguyễn Thị Lan"
KEY = "2023/03/bài"
FIRST = "Câu thứ nhất của bài."


@pytest.fixture
def office(tmp_path: Path, clean_wordpress: WordPress) -> Office:
    office = Office(tmp_path / "Phòng Hành chính")
    office.wordpress(clean_wordpress)
    office.post(f"{KEY}.md", f"{FIRST}\n\nCâu thứ hai.", title="Kết quả rà soát quý I")
    return office


@pytest.fixture
def desk(office: Office) -> Iterator[Running]:
    with serving(office, accounts=True) as running:
        yield running


@pytest.fixture
def client(desk: Running) -> Client:
    return desk.signed_in(EDITOR)


def publish(client: Client, **data: object) -> str:
    return client.done(client.post(f"/dang/{KEY}", data=data))


def look(client: Client) -> str:
    return client.done(client.post(f"/xem/{KEY}"))


def only(site: WordPress) -> dict[str, Any]:
    (post,) = site.posts()
    return post


def edit(site: WordPress, **changes: object) -> None:
    """Let the administrator change the only post."""
    site.rest("POST", f"wp/v2/posts/{only(site)['id']}", json=changes).raise_for_status()


def hidden(page: str, name: str) -> list[str]:
    return list(dict.fromkeys(re.findall(rf'name="{name}" value="([^"]*)"', page)))


def test_a_post_goes_out_and_is_taken_back_under_a_name(
    client: Client, clean_wordpress: WordPress, office: Office
) -> None:
    page = words_of(look(client))
    assert "Sẽ làm" in page and "bài mới" in page.lower()
    assert clean_wordpress.posts() == []
    page = publish(client)
    post = only(clean_wordpress)
    assert post["status"] == "publish"
    assert f'href="{post["link"]}"' in page
    assert f'href="{post["link"]}"' in client.get(f"/bai/{KEY}").text
    assert "Nothing" not in page
    reason = "Số liệu ở bảng 2 <chưa> đúng"
    done = words_of(client.done(client.post(f"/go/{KEY}", data={"reason": reason})))
    assert "xong gỡ bài" in done
    assert only(clean_wordpress)["status"] == "trash"
    page = words_of(client.get(f"/bai/{KEY}").text)
    assert f"đã gỡ: {reason}" in page
    assert page.count(EDITOR) >= 3  # the name at the top, and each act in the history
    entries = office.run("log", "list", "--json").json
    assert {entry["what"] for entry in entries} >= {"published", "withdrawn"}
    assert {entry["person"] for entry in entries} == {EDITOR}
    assert office.run("log", "verify").status == 0


def test_a_conflict_is_shown_and_the_sites_version_is_kept(
    client: Client, clean_wordpress: WordPress, office: Office
) -> None:
    publish(client)
    edit(clean_wordpress, content=only(clean_wordpress)["content"]["raw"].replace("hai", "2"))
    office.post(f"{KEY}.md", f"{FIRST}\n\nCâu thứ hai, sửa.", title="Kết quả rà soát quý I")
    page = look(client)
    said = words_of(page)
    assert "− chỉ có trên trang: Câu thứ 2." in said
    assert "+ chỉ có trong tệp: Câu thứ hai, sửa." in said
    assert FIRST in said
    done = publish(client, choice="keep", seen=hidden(page, "seen"))
    assert "xong" in words_of(done)
    assert "Câu thứ 2." in only(clean_wordpress)["content"]["raw"]
    assert "Hiện không có gì phải gửi" in words_of(look(client))


def test_a_conflict_is_shown_and_the_file_is_sent(
    client: Client, clean_wordpress: WordPress, office: Office
) -> None:
    publish(client)
    edit(clean_wordpress, title="Tiêu đề sửa trên trang")
    office.post(f"{KEY}.md", f"{FIRST}\n\nCâu thứ hai, sửa.", title="Kết quả rà soát quý I")
    page = look(client)
    assert "Tiêu đề sửa trên trang" in words_of(page)
    publish(client, choice="overwrite", seen=hidden(page, "seen"))
    post = only(clean_wordpress)
    assert post["title"]["raw"] == "Kết quả rà soát quý I"
    assert "sửa" in post["content"]["raw"]


def test_a_choice_upon_what_stood_there_before_is_not_carried_out(
    client: Client, clean_wordpress: WordPress, office: Office
) -> None:
    publish(client)
    edit(clean_wordpress, title="Sửa lần một")
    office.post(f"{KEY}.md", f"{FIRST}\n\nCâu thứ hai, sửa.", title="Kết quả rà soát quý I")
    seen = hidden(look(client), "seen")
    edit(clean_wordpress, title="Sửa lần hai")
    page = words_of(publish(client, choice="overwrite", seen=seen))
    assert "Chưa làm gì cả" in page and "Sửa lần hai" in page
    assert only(clean_wordpress)["title"]["raw"] == "Sửa lần hai"
    assert "Chưa làm gì cả" in words_of(publish(client, choice="overwrite"))
    assert client.post(f"/dang/{KEY}", data={"choice": "delete"}).status_code == 400


def test_a_site_that_is_away_is_named_and_nothing_is_lost(
    desk: Running, client: Client, office: Office, clean_wordpress: WordPress
) -> None:
    office.environ["PUBLISHER_PASSWORD_SO_KHCN"] = "sai sai sai sai"
    page = words_of(publish(client))
    assert "lỗi" in page or "chưa gửi" in page
    assert clean_wordpress.posts() == []
    user = clean_wordpress.passwords["editor"][1]
    office.environ["PUBLISHER_PASSWORD_SO_KHCN"] = user
    publish(client)
    assert only(clean_wordpress)["status"] == "publish"


def test_the_conflict_in_a_browser(
    chromium: Browser, desk: Running, client: Client, clean_wordpress: WordPress, office: Office,
    axe: str,
) -> None:  # fmt: skip
    publish(client)
    edit(clean_wordpress, content=only(clean_wordpress)["content"]["raw"].replace("hai", "2"))
    office.post(
        f"{KEY}.md", f"{FIRST}\n\nCâu thứ hai, sửa.\n\nCâu thứ ba.", title="Kết quả rà soát quý I"
    )
    context = chromium.new_context()
    page = context.new_page()
    _enter(page, desk)
    page.goto(f"{desk.url}/bai/{KEY}")
    page.get_by_role("button", name="Đăng ngay…").click()
    expect(page.get_by_role("button", name="Giữ bản trên trang")).to_be_visible(timeout=60_000)
    look_at(page, axe, "conflict")
    page.get_by_role("button", name="Gửi bản trong tệp").click()
    expect(page.get_by_text("Đã làm", exact=True)).to_be_visible(timeout=60_000)
    look_at(page, axe, "done", LOOKS[:1])
    context.close()
    assert "Câu thứ ba" in only(clean_wordpress)["content"]["raw"]


def _enter(page: Page, desk: Running) -> None:
    page.goto(f"{desk.url}/vao")
    page.get_by_label("Tên").fill(EDITOR)
    page.get_by_label("Mật khẩu").fill(PASSWORDS[EDITOR][1])
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Hôm nay")
