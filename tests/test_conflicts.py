"""A site that other people work on too: nothing of theirs is lost, nothing stands twice."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.office import Office
from tests.wordpress import WordPress


@pytest.fixture
def site(clean_wordpress: WordPress) -> WordPress:
    return clean_wordpress


@pytest.fixture
def office(tmp_path: Path, site: WordPress) -> Office:
    office = Office(tmp_path / "Phòng Hành chính")
    office.wordpress(site)
    return office


def only(site: WordPress) -> dict[str, Any]:
    (post,) = site.posts()
    return post


def content(post: dict[str, Any]) -> str:
    text: str = post["content"]["raw"]
    return text


def edit(site: WordPress, **changes: object) -> dict[str, Any]:
    """Let the administrator change the only post; return it."""
    answer = site.rest("POST", f"wp/v2/posts/{only(site)['id']}", json=changes)
    answer.raise_for_status()
    return only(site)


def acts(outcomes: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    return [(o["action"], o["key"], o["state"]) for o in outcomes]


def lose_the_log(office: Office) -> None:
    for file in (office.folder / ".publisher").glob("log*"):
        file.unlink()


# A post that somebody edited


def _changed(site: WordPress, what: str) -> dict[str, object]:
    if what == "categories":
        made = site.rest("POST", "wp/v2/categories", json={"name": "Của quản trị"}).json()
        return {"categories": [made["id"]]}
    values = {
        "title": "Tên do quản trị sửa",
        "content": "<p>Quản trị đã sửa.</p>",
        "status": "private",
    }
    return {what: values[what]}


@pytest.mark.parametrize("what", ["title", "content", "categories", "status"])
def test_an_edit_on_the_site_is_not_written_over(
    office: Office, site: WordPress, what: str
) -> None:
    office.post("tin.md", title="Tin một", categories=["Cải cách"])
    office.publish()
    before = edit(site, **_changed(site, what))
    assert office.plan() == []  # the file has nothing new to say
    office.post("tin.md", "Tệp cũng đã sửa.", title="Tin một", categories=["Cải cách"])
    (action,) = office.plan()
    assert action["action"] == "conflict"
    ran = office.run("publish")
    assert ran.status == 1
    assert "so-khcn" in ran.out
    assert "--overwrite" in ran.out
    assert before["link"] in ran.out
    assert only(site) == before
    (outcome,) = office.publish()
    assert (outcome["action"], outcome["state"]) == ("conflict", "skipped")
    assert only(site) == before


def test_keep_site_keeps_it_until_the_file_says_more(office: Office, site: WordPress) -> None:
    office.post("tin.md", title="Tin một")
    office.publish()
    before = edit(site, title="Tên do quản trị sửa")
    office.post("tin.md", "Tệp cũng đã sửa.", title="Tin một")
    assert acts(office.publish("--keep-site")) == [("keep", "tin", "done")]
    assert only(site) == before
    assert office.plan() == []
    assert office.run("publish").status == 0
    # Renaming the file is no new text, and makes nobody forget.
    path = office.folder / "posts/tin.md"
    path.rename(path.with_name("ten-moi.md"))
    assert office.run("publish").status == 0
    office.post("ten-moi.md", "Lại sửa nữa.", title="Tin một")
    assert [a["action"] for a in office.plan()] == ["conflict"]
    assert office.run("publish").status == 1
    assert only(site) == before
    assert acts(office.publish("--overwrite")) == [("update", "ten-moi", "done")]
    assert "Lại sửa nữa." in content(only(site))
    assert office.plan() == []


def test_overwrite_writes_what_the_file_says(office: Office, site: WordPress) -> None:
    office.post("tin.md", title="Tin một", tags=["hồ sơ"])
    office.publish()
    edit(site, title="Tên do quản trị sửa", tags=[])
    office.post("tin.md", "Tệp đã sửa.", title="Tin một", tags=["hồ sơ"])
    assert acts(office.publish("--overwrite")) == [("update", "tin", "done")]
    post = only(site)
    assert post["title"]["raw"] == "Tin một"
    assert "Tệp đã sửa." in content(post)
    assert len(post["tags"]) == 1
    assert office.plan() == []
    assert office.run("publish").status == 0


def test_a_conflict_holds_up_no_other_post(office: Office, site: WordPress) -> None:
    office.post("tin.md", title="Tin một")
    office.publish()
    edit(site, title="Tên do quản trị sửa")
    office.post("tin.md", "Tệp đã sửa.", title="Tin một")
    office.post("khac.md", title="Tin khác")
    ran = office.run("publish", "--json")
    assert ran.status == 1
    states = {o["key"]: o["state"] for o in ran.json["outcomes"]}
    assert states == {"tin": "skipped", "khac": "done"}


# A post that somebody took away


@pytest.mark.parametrize("force", [False, True])
def test_a_post_taken_away_on_the_site_stays_away_until_somebody_chooses(
    office: Office, site: WordPress, force: bool
) -> None:
    office.post("tin.md", title="Tin một")
    office.publish()
    number = only(site)["id"]
    site.rest("DELETE", f"wp/v2/posts/{number}", params={"force": str(force).lower()})
    left = [] if force else ["trash"]
    assert office.plan() == []
    office.post("tin.md", "Đã sửa.", title="Tin một")
    ran = office.run("publish")
    assert ran.status == 1
    assert ("thùng rác" in ran.out) != force
    assert [p["status"] for p in site.posts()] == left
    assert acts(office.publish("--keep-site")) == [("keep", "tin", "done")]
    assert [p["status"] for p in site.posts()] == left
    assert office.plan() == []
    assert office.run("report", "--year", "2023", "--json").json["total"] == 0
    assert office.run("status", "--json").json["published"] == 0


@pytest.mark.parametrize("force", [False, True])
def test_overwrite_brings_a_post_back(office: Office, site: WordPress, force: bool) -> None:
    office.post("tin.md", title="Tin một")
    office.publish()
    number = only(site)["id"]
    site.rest("DELETE", f"wp/v2/posts/{number}", params={"force": str(force).lower()})
    office.post("tin.md", "Đã sửa.", title="Tin một")
    (outcome,) = office.publish("--overwrite")
    assert (outcome["action"], outcome["state"]) == ("create" if force else "update", "done")
    post = only(site)
    assert (post["status"], post["slug"]) == ("publish", "tin-mot")
    assert "Đã sửa." in content(post)
    assert (post["id"] == number) != force
    assert office.plan() == []
    assert office.run("report", "--year", "2023", "--json").json["total"] == 1


# A post that somebody wrote by hand


def by_hand(site: WordPress, **values: object) -> dict[str, Any]:
    said = {"status": "publish", "title": "Tin một", "content": "<p>Nội dung.</p>", **values}
    answer = site.rest("POST", "wp/v2/posts", json=said)
    answer.raise_for_status()
    return only(site)


@pytest.mark.parametrize("choice", ["--keep-site", "--overwrite"])
def test_an_address_that_is_taken_is_never_touched(
    office: Office, site: WordPress, choice: str
) -> None:
    before = by_hand(site, title="Bài của phòng khác", slug="tin-mot")
    office.post("tin.md", title="Tin một")
    ran = office.run("publish")
    assert ran.status == 1
    assert "Bài của phòng khác" in ran.out
    assert "slug: tin-mot-2" in ran.out
    assert office.run("publish", choice).status == 1
    assert only(site) == before
    office.post("tin.md", title="Tin một", slug="tin-mot-2")
    assert acts(office.publish()) == [("create", "tin", "done")]
    assert sorted(p["slug"] for p in site.posts()) == ["tin-mot", "tin-mot-2"]
    assert office.plan() == []


def test_the_same_post_made_by_hand_is_adopted(office: Office, site: WordPress) -> None:
    before = by_hand(site)
    office.post("tin.md", title="Tin một")
    assert acts(office.publish()) == [("adopt", "tin", "done")]
    assert only(site) == before
    assert office.plan() == []
    office.post("tin.md", "Sửa sau khi nhận.", title="Tin một")
    assert acts(office.publish()) == [("update", "tin", "done")]
    assert only(site)["id"] == before["id"]


def test_a_post_of_the_same_title_made_by_hand_is_a_conflict(
    office: Office, site: WordPress
) -> None:
    before = by_hand(site, content="<p>Bài viết tay.</p>")
    office.post("tin.md", title="Tin một")
    assert office.run("publish").status == 1
    assert only(site) == before
    assert acts(office.publish("--overwrite")) == [("update", "tin", "done")]
    post = only(site)
    assert post["id"] == before["id"]
    assert "Nội dung." in content(post)
    assert office.plan() == []


# Withdrawing


def test_a_withdrawn_post_is_in_the_trash_and_stays_there(office: Office, site: WordPress) -> None:
    path = office.post("tin.md", title="Tin một")
    office.post("khac.md", title="Tin khác")
    office.publish()
    ran = office.run("withdraw", "posts/tin.md", "--reason", "Đăng nhầm", "--json")
    assert ran.status == 0
    assert acts(ran.json["outcomes"]) == [("withdraw", "tin", "done")]
    states = {p["title"]["raw"]: p["status"] for p in site.posts()}
    assert states == {"Tin một": "trash", "Tin khác": "publish"}
    assert path.exists()
    assert office.plan() == []
    office.post("tin.md", "Sửa sau khi gỡ.", title="Tin một")
    assert office.run("publish").status == 0
    assert {p["title"]["raw"]: p["status"] for p in site.posts()} == states
    report = office.run("report", "--year", "2023", "--json").json
    assert report["total"] == 1
    assert [(w["key"], w["reason"]) for w in report["withdrawn"]] == [("tin", "Đăng nhầm")]
    assert office.run("withdraw", "tin", "--reason", "Lần nữa").status == 4


def test_what_somebody_deleted_already_is_as_good_as_withdrawn(
    office: Office, site: WordPress
) -> None:
    office.post("tin.md", title="Tin một")
    office.publish()
    site.rest("DELETE", f"wp/v2/posts/{only(site)['id']}", params={"force": "true"})
    assert office.run("withdraw", "tin", "--reason", "Đăng nhầm").status == 0
    assert office.plan() == []
    assert office.run("publish").status == 0
    assert office.run("status", "--json").json["failures"] == []
    assert office.run("report", "--year", "2023", "--json").json["total"] == 0


def test_another_post_may_take_the_title_of_a_withdrawn_one(
    office: Office, site: WordPress
) -> None:
    path = office.post("tin.md", title="Tin một")
    office.post("khac.md", title="Tin khác")
    office.publish()
    office.run("withdraw", "tin", "--reason", "Viết lại từ đầu")
    path.unlink()
    office.post("tin-moi.md", "Bài viết lại.", title="Tin một")
    assert acts(office.publish()) == [("create", "tin-moi", "done")]
    live = {p["slug"]: content(p) for p in site.posts() if p["status"] == "publish"}
    assert set(live) == {"tin-mot", "tin-khac"}
    assert "Bài viết lại." in live["tin-mot"]
    assert office.plan() == []


# Links, missing files, an empty folder


def test_a_link_is_set_once_its_target_is_there(office: Office, site: WordPress) -> None:
    office.post("a.md", "Xem [bài kia](b.md).", title="Bài A")
    office.post("b.md", title="Bài B", date="15/03/2099 08:00")
    office.publish()
    assert "bài kia" in content(only(site))
    assert "<a " not in content(only(site))
    assert [a["action"] for a in office.plan()] == ["wait"]
    office.post("b.md", title="Bài B")
    assert office.run("publish").status == 0
    assert office.plan() == []
    posts = {p["slug"]: p for p in site.posts()}
    assert f'<a href="{posts["bai-b"]["link"]}"' in content(posts["bai-a"])
    # The target gets another address, then it goes.
    office.post("b.md", title="Bài B", slug="dia-chi-khac")
    assert office.run("publish").status == 0
    assert office.plan() == []
    posts = {p["slug"]: p for p in site.posts()}
    assert f'<a href="{posts["dia-chi-khac"]["link"]}"' in content(posts["bai-a"])
    assert office.run("withdraw", "b", "--reason", "Đăng nhầm").status == 0
    office.publish()
    posts = {p["slug"]: p for p in site.posts()}
    assert "<a " not in content(posts["bai-a"])
    assert office.plan() == []


def test_links_in_a_circle_are_set_in_one_run(office: Office, site: WordPress) -> None:
    office.post("a.md", "Xem [bài kia](b.md).", title="Bài A")
    office.post("b.md", "Xem [bài nọ](c.md).", title="Bài B")
    office.post("c.md", "Xem [bài đầu](a.md).", title="Bài C")
    assert office.run("publish").status == 0
    assert office.plan() == []
    posts = {p["slug"]: p for p in site.posts()}
    for one, other in (("bai-a", "bai-b"), ("bai-b", "bai-c"), ("bai-c", "bai-a")):
        assert f'<a href="{posts[other]["link"]}"' in content(posts[one])


def test_a_missing_file_is_told_and_its_post_kept(office: Office, site: WordPress) -> None:
    office.post("tin.md", title="Tin một")
    office.post("khac.md", title="Tin khác")
    office.publish()
    (office.folder / "posts/tin.md").unlink()
    ran = office.run("publish")
    assert ran.status == 0
    assert "Tin một" in ran.out
    assert "publisher withdraw tin" in ran.out
    assert [p["status"] for p in site.posts()] == ["publish", "publish"]


@pytest.mark.parametrize("how", ["empty", "gone"])
def test_an_empty_folder_stops_everything(office: Office, site: WordPress, how: str) -> None:
    path = office.post("tin.md", title="Tin một")
    office.publish()
    path.unlink()
    if how == "gone":
        path.parent.rmdir()
    for command in (["publish"], ["plan"], ["publish", "--overwrite"]):
        ran = office.run(*command)
        assert ran.status == 4
        assert "posts" in ran.err
    assert only(site)["status"] == "publish"


# The site waits itself


# WordPress publishes at once what is less than a minute ahead; here a moment is enough.
_AT_ONCE = """<?php add_filter( 'wp_insert_post_data', function ( $data, $given ) {
    return 'future' === $given['post_status'] ? array( 'post_status' => 'future' ) + $data : $data;
}, 10, 2 );"""


@pytest.fixture
def impatient(site: WordPress) -> Iterator[WordPress]:
    """A site that waits for seconds as others do for hours."""
    folder = site.path / "wp-content/mu-plugins"
    folder.mkdir(exist_ok=True)
    file = folder / "impatient.php"
    file.write_text(_AT_ONCE, encoding="utf-8")
    yield site
    file.unlink()


def total(office: Office) -> int:
    days = ("--from", "01/01/2020", "--to", "31/12/2098")
    number: int = office.run("report", *days, "--json").json["total"]
    return number


def test_a_post_handed_over_is_published_by_the_site_or_else_by_us(
    tmp_path: Path, impatient: WordPress
) -> None:
    site = impatient
    office = Office(tmp_path / "giao cho trang")
    office.wordpress(site, schedule="wordpress")
    due = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=7)
    keys = [f"lich-{number}" for number in range(8)]
    for key in keys:
        office.post(f"{key}.md", title=f"Tin {key}", date=due.isoformat())
    assert {state for _, _, state in acts(office.publish())} == {"done"}
    posts = {p["slug"]: p for p in site.posts()}
    assert [p["status"] for p in posts.values()] == ["future"] * 8
    assert (office.plan(), total(office)) == ([], 0)
    # WordPress forgets one of them, as it does when a plug-in empties its schedule.
    lost = posts["tin-lich-0"]["id"]
    site.wp("eval", f"wp_clear_scheduled_hook('publish_future_post', [{lost}]);")
    time.sleep(max(0.0, (due - datetime.now(UTC)).total_seconds() + 1))
    requests.get(f"{site.url}/wp-cron.php", timeout=30).raise_for_status()
    late = [p["slug"] for p in site.posts() if p["status"] == "future"]
    assert late == ["tin-lich-0"]
    adopted = [("adopt", key, "done") for key in keys[1:]]
    assert sorted(acts(office.publish())) == [*adopted, ("update", "lich-0", "done")]
    assert {p["status"] for p in site.posts()} == {"publish"}
    assert (office.plan(), total(office)) == ([], 8)


def test_a_post_handed_over_can_be_put_off_and_withdrawn(tmp_path: Path, site: WordPress) -> None:
    office = Office(tmp_path / "giao cho trang")
    office.wordpress(site, schedule="wordpress")
    office.post("tin.md", title="Tin một", date="15/03/2098 08:00")
    office.publish()
    office.post("tin.md", title="Tin một", date="16/03/2098 08:00")
    assert acts(office.publish()) == [("update", "tin", "done")]
    post = only(site)
    assert (post["status"], post["date_gmt"]) == ("future", "2098-03-16T01:00:00")
    assert office.plan() == []
    assert office.run("withdraw", "tin", "--reason", "Không đăng nữa").status == 0
    assert only(site)["status"] == "trash"


# A log that was lost


def test_with_a_lost_log_nothing_stands_twice(office: Office, site: WordPress) -> None:
    colours = {"một": "navy", "hai": "teal", "ba": "darkred"}
    for name in colours:
        office.picture(f"posts/ảnh {name}.jpg", colour=colours[name])
        body = f"![Ảnh {name}](<ảnh {name}.jpg>)\n\nXem [bài một](một.md)."
        office.post(f"{name}.md", body, title=f"Bài {name}", categories=["Cải cách"])
    office.publish()
    before = {p["id"]: p["slug"] for p in site.posts()}
    media = {m["id"] for m in site.media()}
    assert (len(before), len(media)) == (3, 3)
    lose_the_log(office)
    assert {a["action"] for a in office.plan()} == {"adopt"}
    assert office.run("publish").status == 0
    assert {p["id"]: p["slug"] for p in site.posts()} == before
    assert office.plan() == []
    assert total(office) == 3
    # One after the other is edited: no picture is sent again.
    for name in ("ba", "một", "hai"):
        path = office.folder / f"posts/{name}.md"
        path.write_text(path.read_text("utf-8") + "\nThêm.\n", encoding="utf-8")
        assert acts(office.publish()) == [("update", name, "done")]
    assert {p["id"]: p["slug"] for p in site.posts()} == before
    assert {m["id"] for m in site.media()} == media
    assert office.run("log", "verify").status == 0
