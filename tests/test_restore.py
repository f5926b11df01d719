"""A withdrawn post that is asked back: once, at its old address, with what its file says."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from publisher import run
from publisher.model import Event, Publication
from publisher.tally import tally
from tests.killing import agrees, killed, needs_sigkill, office_of
from tests.office import Office
from tests.test_calendar import opened
from tests.test_tally import IN, YEAR, ZONE, row
from tests.wordpress import WordPress

PREVIEW = '[sites.xem]\nkind = "preview"\n'
WHY = ("--reason", "Gỡ nhầm")


@pytest.fixture
def site(clean_wordpress: WordPress) -> WordPress:
    return clean_wordpress


@pytest.fixture
def office(tmp_path: Path, site: WordPress) -> Office:
    office = Office(tmp_path / "Phòng Hành chính")
    office.wordpress(site)
    return office


@pytest.fixture
def preview(tmp_path: Path) -> Office:
    office = Office(tmp_path / "xem trước")
    office.configure(PREVIEW)
    return office


@pytest.fixture(params=["preview", "wordpress71", "wordpress61"])
def anywhere(request: pytest.FixtureRequest, tmp_path: Path) -> Office:
    office = Office(tmp_path / "văn phòng")
    if request.param == "preview":
        office.configure(PREVIEW)
    else:
        wordpress: WordPress = request.getfixturevalue(request.param)
        wordpress.empty()
        office.wordpress(wordpress)
    return office


def withdrawn(office: Office, key: str = "tin", **front: Any) -> dict[str, Any]:
    """Publish a post and withdraw it; return what its publishing gave."""
    office.post(f"{key}.md", **{"title": "Tin một", **front})
    (outcome,) = office.publish()
    assert office.run("withdraw", key, "--reason", "Đăng nhầm").status == 0
    return outcome


def restored(office: Office, *arguments: str) -> list[tuple[str, str, str]]:
    outcomes = office.run("restore", *arguments, *WHY, "--json").json["outcomes"]
    return [(o["action"], o["key"], o["state"]) for o in outcomes]


def figures(office: Office) -> Any:
    return office.run("report", "--year", "2023", "--json").json


def content(post: dict[str, Any]) -> str:
    text: str = post["content"]["raw"]
    return text


def only(site: WordPress) -> dict[str, Any]:
    (post,) = site.posts()
    return post


def change(site: WordPress, **values: object) -> None:
    site.rest("POST", f"wp/v2/posts/{only(site)['id']}", json=values).raise_for_status()


# Brought back


def test_it_stands_there_again_under_its_number_and_address(anywhere: Office) -> None:
    before = withdrawn(anywhere)
    assert figures(anywhere)["total"] == 0
    ran = anywhere.run("restore", "posts/tin.md", *WHY, "--json")
    assert ran.status == 0
    (outcome,) = ran.json["outcomes"]
    assert (outcome["action"], outcome["state"]) == ("update", "done")
    assert (outcome["remote_id"], outcome["url"]) == (before["remote_id"], before["url"])
    assert anywhere.plan() == [] and anywhere.publish() == []
    assert anywhere.run("status", "--json").json["published"] == 1
    assert anywhere.run("log", "verify").status == 0


def test_it_counts_again_in_the_period_of_its_date(anywhere: Office) -> None:
    withdrawn(anywhere)
    (gone,) = figures(anywhere)["withdrawn"]
    assert gone["reason"] == "Đăng nhầm"
    restored(anywhere, "tin")
    report = figures(anywhere)
    assert (report["total"], report["withdrawn"]) == (1, [])
    (item,) = report["items"]
    assert (item["day"], item["corrections"], item["reason"]) == ("2023-03-15", 0, "")


def test_an_edit_made_meanwhile_goes_with_it(anywhere: Office) -> None:
    withdrawn(anywhere)
    anywhere.post("tin.md", "Đã sửa lúc gỡ.", title="Tin một")
    assert anywhere.plan() == []
    assert restored(anywhere, "tin") == [("update", "tin", "done")]
    assert figures(anywhere)["items"][0]["corrections"] == 1
    assert anywhere.plan() == []


def test_the_reason_and_every_step_are_in_the_log(preview: Office) -> None:
    withdrawn(preview)
    preview.run("restore", "tin", *WHY)
    rows = preview.run("log", "export", "--format", "json").json
    assert [(r["event"], r["reason"]) for r in rows] == [
        ("published", ""),
        ("withdrawal_asked", "Đăng nhầm"),
        ("withdrawn", "Đăng nhầm"),
        ("restoration_asked", "Gỡ nhầm"),
        ("restored", ""),
    ]
    assert "đưa trở lại" in preview.run("log", "list").out


def test_it_is_shown_as_before_on_wordpress(office: Office, site: WordPress) -> None:
    office.picture("posts/ảnh.png")
    office.post("tin.md", "![Ảnh](ảnh.png)", title="Tin một", categories=["Cải cách"])
    office.publish()
    before = only(site)
    office.run("withdraw", "tin", "--reason", "Đăng nhầm")
    assert only(site)["slug"] == "tin-mot__trashed"
    restored(office, "tin")
    after = only(site)
    for name in ("id", "status", "slug", "link", "date_gmt", "title", "content", "categories"):
        assert after[name] == before[name], name
    assert len(site.media()) == 1


def test_it_may_be_withdrawn_and_brought_back_again_and_again(preview: Office) -> None:
    withdrawn(preview)
    for _ in range(2):
        restored(preview, "tin")
        assert figures(preview)["total"] == 1
        assert preview.run("withdraw", "tin", "--reason", "Lại nhầm").status == 0
        assert [w["reason"] for w in figures(preview)["withdrawn"]] == ["Lại nhầm"]
    assert preview.plan() == []


def test_links_to_it_are_set_again(preview: Office) -> None:
    preview.post("khac.md", "Xem [tin kia](tin.md).", title="Tin khác")
    preview.post("tin.md", title="Tin một")
    preview.publish()
    preview.run("withdraw", "tin", "--reason", "Đăng nhầm")
    preview.publish()
    restored(preview, "tin")
    page = next((preview.folder / ".publisher/xem").rglob("tin-khac*/index.html"))
    assert "tin-mot" not in page.read_text("utf-8")
    preview.publish()
    assert "tin-mot" in page.read_text("utf-8")
    assert preview.plan() == []


def test_only_on_the_site_that_was_named(preview: Office) -> None:
    preview.configure(PREVIEW + '[sites.kia]\nkind = "preview"\n')
    preview.post("tin.md", title="Tin một")
    assert len(preview.publish()) == 2
    preview.run("withdraw", "tin", "--reason", "Đăng nhầm")
    assert restored(preview, "tin", "--site", "kia") == [("update", "tin", "done")]
    assert [item["site"] for item in figures(preview)["items"]] == ["kia"]
    assert restored(preview, "tin") == [("update", "tin", "done")]
    assert figures(preview)["total"] == 2


def test_a_file_renamed_since_is_the_same_post(preview: Office) -> None:
    before = withdrawn(preview)
    path = preview.folder / "posts/tin.md"
    path.rename(path.with_name("ten-moi.md"))
    (outcome,) = preview.run("restore", "ten-moi", *WHY, "--json").json["outcomes"]
    assert outcome["remote_id"] == before["remote_id"]
    assert [item["key"] for item in figures(preview)["items"]] == ["ten-moi"]
    assert preview.plan() == []


def test_a_date_that_lies_ahead_is_waited_for(preview: Office) -> None:
    withdrawn(preview)
    preview.post("tin.md", title="Tin một", date="15/03/2099 08:00")
    ran = preview.run("restore", "tin", *WHY)
    assert ran.status == 0
    assert "08:00 Chủ nhật 15/03/2099" in ran.out
    assert [a["action"] for a in preview.plan()] == ["wait"]
    assert figures(preview)["total"] == 0


def test_wordpress_may_wait_for_it_itself(tmp_path: Path, site: WordPress) -> None:
    office = Office(tmp_path / "giao cho trang")
    office.wordpress(site, schedule="wordpress")
    withdrawn(office, date="15/03/2098 08:00")
    assert only(site)["status"] == "trash"
    restored(office, "tin")
    assert (only(site)["status"], only(site)["slug"]) == ("future", "tin-mot")
    assert office.plan() == []


# Other people on the site


def test_what_was_edited_in_the_trash_is_a_conflict(office: Office, site: WordPress) -> None:
    withdrawn(office)
    change(site, content="<p>Quản trị đã sửa.</p>", status="trash")
    ran = office.run("restore", "tin", *WHY)
    assert ran.status == 1
    assert "--overwrite" in ran.out
    assert only(site)["status"] == "trash"
    assert [a["action"] for a in office.plan()] == ["conflict"]
    assert [w["reason"] for w in figures(office)["withdrawn"]] == ["Đăng nhầm"]
    (outcome,) = office.publish("--overwrite")
    assert (outcome["action"], outcome["state"]) == ("update", "done")
    assert only(site)["status"] == "publish"
    assert "Nội dung." in content(only(site))
    assert (office.plan(), figures(office)["total"]) == ([], 1)


def test_the_wish_ends_when_the_site_is_to_stay_as_it_is(office: Office, site: WordPress) -> None:
    withdrawn(office)
    change(site, content="<p>Quản trị đã sửa.</p>", status="trash")
    office.run("restore", "tin", *WHY)
    assert office.run("publish", "--keep-site").status == 0
    assert only(site)["status"] == "trash"
    assert office.plan() == []
    assert [w["reason"] for w in figures(office)["withdrawn"]] == ["Đăng nhầm"]


def test_what_was_deleted_for_good_is_made_anew_only_when_told(
    office: Office, site: WordPress
) -> None:
    before = withdrawn(office)
    number = only(site)["id"]
    site.rest("DELETE", f"wp/v2/posts/{number}", params={"force": "true"}).raise_for_status()
    ran = office.run("restore", "tin", *WHY)
    assert ran.status == 1
    assert site.posts() == []
    (outcome,) = office.publish("--overwrite")
    assert (outcome["action"], outcome["state"], outcome["url"]) == (
        "create",
        "done",
        before["url"],
    )
    assert (office.plan(), figures(office)["total"]) == ([], 1)


def test_what_a_person_brought_back_is_taken_as_it_stands(office: Office, site: WordPress) -> None:
    withdrawn(office)
    change(site, status="publish")
    assert restored(office, "tin") == [("adopt", "tin", "done")]
    assert (office.plan(), figures(office)["total"]) == ([], 1)


def test_a_draft_that_a_person_made_of_it_is_published(office: Office, site: WordPress) -> None:
    withdrawn(office)
    change(site, status="draft")  # as the "Restore" of WordPress does
    assert restored(office, "tin") == [("update", "tin", "done")]
    assert (only(site)["status"], only(site)["slug"]) == ("publish", "tin-mot")
    assert office.plan() == []


def test_a_site_that_is_down_gets_it_in_the_next_run(office: Office, site: WordPress) -> None:
    withdrawn(office)
    config = office.folder / "config.toml"
    text = config.read_text("utf-8")
    config.write_text(text.replace(site.url, "http://127.0.0.1:9"), encoding="utf-8")
    assert office.run("restore", "tin", *WHY).status == 5
    config.write_text(text, encoding="utf-8")
    assert office.run("status", "--json").json["due"] == [{"site": "so-khcn", "key": "tin"}]
    (outcome,) = office.publish()
    assert (outcome["action"], outcome["state"]) == ("update", "done")
    assert only(site)["status"] == "publish"
    assert office.run("status", "--json").json["failures"] == []


# Refused


def test_what_was_not_withdrawn_is_told(preview: Office) -> None:
    withdrawn(preview)
    preview.post("khac.md", title="Tin khác")
    preview.publish()
    for key, said in (("khac", "chưa gỡ"), ("tinn", "“tin”")):
        ran = preview.run("restore", key, *WHY)
        assert ran.status == 4
        assert said in ran.err, key
    assert preview.run("restore", "tin", "--reason", " ").status == 2


def test_a_post_without_its_file_is_not_guessed_at(preview: Office) -> None:
    withdrawn(preview)
    preview.post("khac.md", title="Tin khác")
    (preview.folder / "posts/tin.md").unlink()
    ran = preview.run("restore", "tin", *WHY)
    assert ran.status == 4
    assert "Tin một" in ran.err
    assert preview.plan("tin") == []


def test_a_file_that_goes_after_the_wish_is_told(preview: Office) -> None:
    withdrawn(preview)
    preview.post("khac.md", title="Tin khác")
    preview.post("tin.md", title="Tin một", date="15/03/2099 08:00")
    preview.run("restore", "tin", *WHY)
    (preview.folder / "posts/tin.md").unlink()
    ran = preview.run("publish")
    assert ran.status == 0
    assert "publisher withdraw tin" in ran.out
    assert preview.run("withdraw", "tin", "--reason", "Thôi").status == 0
    assert "publisher withdraw" not in preview.run("publish").out


@pytest.mark.parametrize(
    ("front", "said"),
    [
        ({"theme": "khong-co"}, "khong-co"),
        ({"status": "draft"}, "nháp"),
        ({"sites": ["kia"]}, "--site"),
        ({"expire": "20/03/2023 08:00"}, "20/03/2023 08:00"),
    ],
)
def test_a_post_that_can_not_stand_there_is_refused_with_advice(
    preview: Office, front: dict[str, Any], said: str
) -> None:
    preview.configure(PREVIEW + '[sites.kia]\nkind = "preview"\n')
    preview.post("tin.md", title="Tin một", sites=["xem"])
    preview.publish()
    preview.run("withdraw", "tin", "--reason", "Đăng nhầm")
    preview.post("tin.md", **{"title": "Tin một", "sites": ["xem"], **front})
    ran = preview.run("restore", "tin", *WHY)
    assert ran.status == 4
    assert said in ran.err
    assert figures(preview)["total"] == 0
    rows = preview.run("log", "export", "--format", "json").json
    assert rows[-1]["event"] == "withdrawn"  # no wish is left that nobody can grant


def test_what_expired_comes_back_once_its_time_is_longer(preview: Office) -> None:
    preview.post("tin.md", title="Tin một", date="01/12/2020 08:00", expire="09/12/2020 17:00")
    for day in (2, 10):
        run.publish(opened(preview, datetime(2020, 12, day, 9, tzinfo=ZONE)))
    rows = preview.run("log", "export", "--format", "json").json
    assert rows[-1]["event"] == "withdrawn"
    ran = preview.run("restore", "tin", *WHY)
    assert ran.status == 4
    assert "09/12/2020 17:00" in ran.err
    preview.post("tin.md", title="Tin một", date="01/12/2020 08:00", expire="09/12/2098 17:00")
    assert preview.plan() == []
    assert restored(preview, "tin") == [("update", "tin", "done")]
    assert preview.plan() == []
    assert preview.run("status", "--json").json["published"] == 1


def test_what_is_asked_back_waits_for_no_hours(preview: Office) -> None:
    withdrawn(preview)
    years = ", ".join(f'"01/01/{year}-31/12/{year}"' for year in range(2020, 2100))
    preview.configure(f"[schedule]\ndays_off = [{years}]\n{PREVIEW}")
    assert restored(preview, "tin") == [("update", "tin", "done")]


# Activities


def test_an_activity_counts_again(preview: Office) -> None:
    preview.post("hop.md", title="Hội nghị", kind="hội nghị", unit="Văn phòng Sở")
    preview.publish()
    preview.run("withdraw", "hop", "--reason", "Ghi nhầm")
    assert figures(preview)["activities"]["total"] == 0
    assert restored(preview, "hop") == [("record", "hop", "done")]
    held = figures(preview)["activities"]
    assert (held["total"], held["withdrawn"]) == (1, [])
    assert preview.plan() == [] and preview.publish() == []


# Figures


def wish(before: Publication) -> list[Publication]:
    away = row(event=Event.WITHDRAWN, status="trash", reason="Đăng nhầm")
    return [before, away, row(event=Event.RESTORATION_ASKED, status="trash", reason="Gỡ nhầm")]


def test_a_wish_changes_no_figure_until_it_is_granted() -> None:
    counted = tally(wish(row()), YEAR, ZONE)
    assert counted.total == 0
    assert [item.publication.reason for item in counted.withdrawn] == ["Đăng nhầm"]
    counted = tally([*wish(row()), row(event=Event.RESTORED)], YEAR, ZONE)
    assert (counted.total, counted.corrected, len(counted.withdrawn)) == (1, 0, 0)


def test_what_is_brought_back_keeps_its_month() -> None:
    later = row(event=Event.RESTORED, article_digest="2", shown_at=IN)
    counted = tally([*wish(row()), later], YEAR, ZONE)
    assert counted.by["month"] == {"2023-03": 1}
    assert (counted.corrected, counted.corrections) == (1, 1)


# Killed


@needs_sigkill
def test_killed_while_it_brings_back(tmp_path: Path, clean_wordpress: WordPress) -> None:
    site, point, reached = clean_wordpress, 0, True
    while reached:
        point += 1
        site.empty()
        office = office_of(tmp_path, site, point, 1)
        assert office.run("publish").status == 0
        before = {p["title"]["raw"]: p["id"] for p in site.posts()}
        assert office.run("withdraw", "hai", "--reason", "Đăng nhầm").status == 0
        assert office.run("publish").status == 0
        reached = killed(office, point, "restore", "hai", *WHY)
        assert office.run("publish").status == 0
        if any(p["status"] == "trash" for p in site.posts()):  # killed before it was asked
            assert office.run("restore", "hai", *WHY).status == 0
        assert office.run("publish").status == 0
        assert {p["title"]["raw"]: p["id"] for p in site.posts()} == before, point
        assert {p["status"] for p in site.posts()} == {"publish"}, f"killed at point {point}"
        assert figures(office)["total"] == 2
        agrees(office, site)
    assert point > 8
