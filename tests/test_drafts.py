"""A draft on a real site: seen there first, then published as the same post."""

from __future__ import annotations

import re
import signal
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests

from publisher.log import open_log
from tests.faults import FaultProxy, Rule
from tests.killing import agrees, killed
from tests.office import Office, Ran
from tests.wordpress import WordPress

SITE = "so-khcn"


@pytest.fixture
def site(clean_wordpress: WordPress) -> WordPress:
    return clean_wordpress


@pytest.fixture
def office(tmp_path: Path, site: WordPress) -> Office:
    office = Office(tmp_path / "Phòng Hành chính")
    office.wordpress(site)
    office.picture("media/ảnh.jpg")
    return office


def write(office: Office, body: str = "Nội dung.", **front: object) -> Path:
    front = {"title": "Bài xem thử", "categories": ["Cải cách"], "status": "draft", **front}
    return office.post("bài.md", f"{body}\n\n![Ảnh](ảnh.jpg)", **front)


def draft(office: Office, *more: str) -> Ran:
    return office.run("preview", "posts/bài.md", "--on", SITE, "--no-browser", *more)


def only(site: WordPress) -> dict[str, Any]:
    (post,) = site.posts()
    return post


def link_in(ran: Ran) -> str:
    (link,) = re.findall(r"http\S+preview=true", ran.out)
    return str(link)


def logged_in(site: WordPress, role: str = "editor") -> requests.Session:
    user, _ = site.passwords[role]
    session = requests.Session()
    answer = session.post(
        f"{site.url}/wp-login.php", data={"log": user, "pwd": user, "testcookie": "1"},
        cookies={"wordpress_test_cookie": "WP Cookie check"}, allow_redirects=False, timeout=60,
    )  # fmt: skip
    assert answer.status_code == 302
    return session


def counted(office: Office) -> int:
    total: int = office.run("report", "--from", "1/1/2000", "--to", "1/1/2100", "--json").json[
        "total"
    ]
    return total


def test_a_draft_is_seen_by_those_who_are_logged_in_and_counts_nowhere(
    office: Office, site: WordPress
) -> None:
    write(office)
    ran = draft(office)
    assert ran.status == 0
    post = only(site)
    assert (post["status"], post["title"]["raw"]) == ("draft", "Bài xem thử")
    assert "wp-image-" in post["content"]["raw"]
    link = link_in(ran)
    assert link == f"{site.url}/?p={post['id']}&preview=true"
    assert requests.get(link, timeout=60).status_code == 404
    shown = logged_in(site).get(link, timeout=60)
    assert shown.status_code == 200
    if site.version == "7.1":  # the older one has no theme here
        assert "Bài xem thử" in shown.text
    assert counted(office) == 0
    assert office.plan() == []


def test_again_it_changes_nothing_or_brings_the_draft_up_to_date(
    office: Office, site: WordPress
) -> None:
    write(office)
    first = draft(office)
    post = only(site)
    assert link_in(draft(office)) == link_in(first)
    assert only(site)["modified"] == post["modified"]
    write(office, "Nội dung mới.", title="Tên mới hẳn")
    assert link_in(draft(office)) == link_in(first)
    again = only(site)
    assert (again["id"], again["status"]) == (post["id"], "draft")
    assert "Nội dung mới." in again["content"]["raw"]
    assert len(site.media()) == 1
    assert office.plan() == []


def test_publish_leaves_a_draft_alone_until_the_file_says_ready(
    office: Office, site: WordPress
) -> None:
    write(office)
    draft(office)
    assert office.publish() == []
    post = only(site)
    assert post["status"] == "draft"
    write(office, status="ready", title="Tên cuối cùng", date=None)
    before = datetime.now(UTC).replace(microsecond=0)
    (outcome,) = office.publish()
    assert (outcome["action"], outcome["state"]) == ("update", "done")
    now_public = only(site)
    assert (now_public["id"], now_public["status"]) == (post["id"], "publish")
    assert now_public["slug"] == "ten-cuoi-cung"
    # Without a date in the file it is dated when it went out, not when it was tried.
    shown = datetime.fromisoformat(now_public["date_gmt"]).replace(tzinfo=UTC)
    assert shown >= before
    assert requests.get(outcome["url"], timeout=60).status_code == 200
    assert counted(office) == 1
    assert (
        office.run("report", "--from", "1/1/2000", "--to", "1/1/2100", "--json").json["corrected"]
        == 0
    )
    assert office.plan() == []
    assert office.publish() == []


def test_a_date_that_lies_ahead_leaves_it_a_draft(office: Office, site: WordPress) -> None:
    write(office, status="ready", date="15/03/2099 08:00")
    draft(office)
    assert [a["action"] for a in office.plan()] == ["wait"]
    assert office.publish() == []
    assert only(site)["status"] == "draft"


def test_a_draft_can_be_withdrawn(office: Office, site: WordPress) -> None:
    write(office)
    draft(office)
    assert office.run("withdraw", "bài", "--reason", "Chỉ xem thử").status == 0
    assert only(site)["status"] == "trash"
    again = draft(office)
    assert again.status == 1
    assert "gỡ khỏi" in again.out
    assert only(site)["status"] == "trash"
    assert counted(office) == 0


@pytest.mark.parametrize("how", ["preview", "publish"])
def test_what_a_person_did_to_a_draft_is_never_written_over(
    office: Office, site: WordPress, how: str
) -> None:
    write(office)
    draft(office)
    route = f"wp/v2/posts/{only(site)['id']}"
    site.rest("POST", route, json={"content": "<p>Biên tập viên sửa.</p>"}).raise_for_status()
    write(office, "Tác giả cũng sửa.", status="ready")
    ran = draft(office) if how == "preview" else office.run("publish")
    assert ran.status == 1
    assert "--overwrite" in ran.out
    assert "Biên tập viên sửa." in only(site)["content"]["raw"]
    assert only(site)["status"] == "draft"
    ran = draft(office, "--overwrite") if how == "preview" else office.run("publish", "--overwrite")
    assert ran.status == 0
    assert "Tác giả cũng sửa." in only(site)["content"]["raw"]
    assert only(site)["status"] == ("draft" if how == "preview" else "publish")


@pytest.mark.parametrize("categories", [["Cải cách"], []])
def test_a_draft_that_was_published_there_is_recognised(
    office: Office, site: WordPress, categories: list[str]
) -> None:
    write(office, categories=categories)
    draft(office)
    site.rest("POST", f"wp/v2/posts/{only(site)['id']}", json={"status": "publish"})
    again = draft(office)
    assert again.status == 1
    assert "mọi người đều xem được" in again.out
    assert only(site)["status"] == "publish"
    write(office, categories=categories, status="ready")
    assert [o["action"] for o in office.publish()] == ["adopt"]
    assert only(site)["status"] == "publish"
    assert counted(office) == 1
    assert office.plan() == []


def test_a_published_post_is_not_made_a_draft(office: Office, site: WordPress) -> None:
    write(office, status="ready")
    office.publish()
    for more in ([], ["--overwrite"]):
        ran = draft(office, *more)
        assert ran.status == 1
        assert "publisher preview" in ran.out
        assert only(site)["status"] == "publish"


def test_what_can_not_be_drafted_says_why(office: Office, site: WordPress) -> None:
    write(office)
    office.configure("[sites.xem]\nkind = 'preview'\n")
    preview_site = office.run("preview", "bài", "--on", "xem")
    assert preview_site.status == 3
    assert "publisher preview bài" in preview_site.err
    assert office.run("preview", "bài", "--on", "khac").status == 3
    assert office.run("preview", "khac", "--on", SITE).status == 4
    assert office.run("preview", "--on", SITE).status == 2
    write(office, "![Ảnh](khong-co.jpg)")
    broken = draft(office)
    assert broken.status == 4
    assert "posts/bài.md:" in broken.err
    assert "khong-co.jpg" in broken.err
    write(office, sites=["xem"])
    assert draft(office).status == 4
    assert site.posts() == []


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows has no SIGKILL")
def test_killed_while_it_puts_a_draft_there(tmp_path: Path, site: WordPress) -> None:
    point, reached = 0, True
    while reached:
        point += 1
        site.empty()
        office = Office(tmp_path / f"điểm {point}")
        office.wordpress(site, connections=1)
        office.post("bài.md", title="Bài xem thử", status="draft")
        arguments = ("preview", "bài", "--on", SITE, "--no-browser")
        reached = killed(office, point, *arguments)
        # A run that publishes in between makes nothing of it.
        assert office.publish() == [], f"killed at point {point}"
        assert office.run(*arguments).status == 0
        assert only(site)["status"] == "draft", f"killed at point {point}"
        agrees(office, site)
        first = only(site)["id"]
        office.post("bài.md", "Xong.", title="Bài xem thử")
        reached |= killed(office, point, "publish")
        assert office.run("publish").status == 0
        post = only(site)
        assert (post["id"], post["status"]) == (first, "publish"), f"killed at point {point}"
        assert "Xong." in post["content"]["raw"]
        agrees(office, site)
        assert counted(office) == 1
    assert point > 10  # the run and the post: begun, sent and ended, each time twice


def test_an_answer_that_never_came_makes_no_second_draft(office: Office, site: WordPress) -> None:

    write(office)
    with FaultProxy(site.url) as proxy:
        rule = proxy.add(Rule("lose", "POST", r"/wp/v2/posts\b", times=1))
        behind = Office(office.folder.with_name("sau lỗi"))
        behind.wordpress(site, url=proxy.url)
        behind.picture("media/ảnh.jpg")
        write(behind)
        assert draft(behind).status == 1
        assert rule.hit.is_set()
        ran = draft(behind)
        assert ran.status == 0
        assert only(site)["status"] == "draft"
        log = open_log(behind.folder / ".publisher" / "log.sqlite3", lambda: datetime.now(UTC))
        (known,) = log.memory().publications.values()
        assert (known.status, log.memory().unsettled) == ("draft", {})
        log.close()
