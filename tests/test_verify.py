"""``publisher verify``: every counted item looked up where it should stand."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from publisher import config, periods, run
from tests.faults import FaultProxy, Rule
from tests.office import Office
from tests.wordpress import WordPress

PERIOD = ("--year", "2023")


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path / "office")


@pytest.fixture
def published(office: Office, clean_wordpress: WordPress) -> Office:
    """Five items of 2023 on a real site, and one of the year after."""
    office.wordpress(clean_wordpress)
    for number in range(1, 6):
        office.post(f"bai-{number}.md", f"Nội dung {number}.", title=f"Bài số {number}")
    office.post("sau.md", title="Năm sau", date="20/12/2023 08:00")
    assert {o["state"] for o in office.publish()} == {"done"}
    return office


def remote_id(office: Office, key: str) -> str:
    entries = office.run("log", "list", "--key", key, "--json").json
    return str(next(entry["remote_id"] for entry in entries if entry["remote_id"]))


def verdicts(office: Office, *more: str) -> dict[str, str]:
    items: list[dict[str, Any]] = office.run("verify", *PERIOD, "--json", *more).json["items"]
    return {item["key"]: item["verdict"] for item in items}


def report(office: Office) -> Any:
    return office.run("report", *PERIOD, "--json").json


def test_all_is_as_it_was_logged(published: Office) -> None:
    assert report(published)["verified"] is None
    ran = published.run("verify", *PERIOD)
    assert ran.status == 0
    assert "Số tin, bài: 5; đúng như nhật ký: 5." in ran.out
    verified = report(published)["verified"]
    assert (verified["sound"], verified["failed"], verified["unchecked"]) == (5, 0, 0)
    assert "Đối chiếu với các trang lúc" in published.run("report", *PERIOD).out


def test_what_is_gone_hidden_changed_or_anothers_is_named(
    published: Office, clean_wordpress: WordPress
) -> None:
    ids = {n: remote_id(published, f"bai-{n}") for n in range(1, 6)}
    rest = clean_wordpress.rest
    rest("DELETE", f"wp/v2/posts/{ids[1]}", params={"force": "true"}).raise_for_status()
    rest("DELETE", f"wp/v2/posts/{ids[2]}").raise_for_status()
    rest("POST", f"wp/v2/posts/{ids[3]}", json={"status": "private"}).raise_for_status()
    rest("POST", f"wp/v2/posts/{ids[4]}", json={"content": "Đã sửa."}).raise_for_status()
    other = {"title": "Bài của người khác", "slug": "cua-nguoi-khac", "content": "Khác."}
    rest("POST", f"wp/v2/posts/{ids[5]}", json=other).raise_for_status()
    assert verdicts(published) == {
        "bai-1": "gone", "bai-2": "gone", "bai-3": "hidden", "bai-4": "changed",
        "bai-5": "foreign",
    }  # fmt: skip
    verified = report(published)["verified"]
    assert (verified["sound"], verified["failed"]) == (0, 5)
    assert {i["key"]: i["verdict"] for i in verified["items"]}["bai-4"] == "changed"
    ran = published.run("verify", *PERIOD)
    assert ran.status == 1
    for words in ("không còn trên trang", "đã bị sửa trên trang", "Bài của người khác"):
        assert words in ran.out


def test_nothing_is_changed_on_the_site(published: Office, clean_wordpress: WordPress) -> None:
    before = clean_wordpress.posts()
    published.run("verify", *PERIOD)
    assert clean_wordpress.posts() == before
    assert published.publish() == []
    assert published.run("log", "verify").status == 0


def test_what_was_written_since_is_not_checked(published: Office) -> None:
    published.run("verify", *PERIOD)
    published.post("bai-1.md", "Nội dung mới.", title="Bài số 1")
    published.publish()
    verified = report(published)["verified"]
    assert (verified["sound"], verified["failed"], verified["unchecked"]) == (4, 0, 1)


def test_the_public_address_is_asked_for_unless_told_otherwise(
    office: Office, clean_wordpress: WordPress
) -> None:
    office.wordpress(clean_wordpress)
    office.post("a.md", title="Bài A")
    office.publish()
    link = clean_wordpress.posts()[0]["link"].removeprefix(clean_wordpress.url)
    # A plugin that shows the post to those alone who log in.
    plugin = clean_wordpress.path / "wp-content/mu-plugins/closed.php"
    plugin.parent.mkdir(exist_ok=True)
    plugin.write_text(
        "<?php add_action('template_redirect', function () {"
        f" if (str_starts_with($_SERVER['REQUEST_URI'], '{link}')) {{ status_header(403); exit; }}"
        "});",
        encoding="utf-8",
    )
    try:
        items = office.run("verify", *PERIOD, "--json").json["items"]
        assert [(i["verdict"], i["detail"]) for i in items] == [("link", "403")]
        assert verdicts(office, "--no-links") == {"a": "sound"}
    finally:
        plugin.unlink()


def test_one_request_asks_for_a_hundred(office: Office, wordpress71: WordPress) -> None:
    wordpress71.empty()
    with FaultProxy(wordpress71.url) as proxy:
        office.wordpress(wordpress71, url=proxy.url)
        for number in range(105):
            office.post(f"{number:03}.md", title=f"Tin {number:03}")
        office.publish()
        proxy.requests.clear()
        assert set(verdicts(office, "--no-links").values()) == {"sound"}
        lists = [r for r in proxy.requests if "/wp/v2/posts" in r.path]
        assert len(lists) == 2
        assert {r.method for r in proxy.requests} == {"GET"}


def test_a_site_that_can_not_be_asked_proves_nothing(
    office: Office, clean_wordpress: WordPress
) -> None:
    with FaultProxy(clean_wordpress.url) as proxy:
        office.wordpress(clean_wordpress, url=proxy.url)
        office.post("a.md", title="Bài A")
        office.publish()
        office.run("verify", *PERIOD)
        proxy.add(Rule("refuse", path="/wp/v2/posts", status=403, times=None))
        ran = office.run("verify", *PERIOD, "--json")
        assert ran.status == 5
        assert ran.json["counts"]["unreachable"] == 1 and ran.json["problems"]
    # What was found the last time it could be asked still stands.
    assert report(office)["verified"]["sound"] == 1


# The preview


@pytest.fixture
def preview(office: Office) -> Office:
    office.configure('[sites.xem]\nkind = "preview"\n')
    office.post("a.md", title="Bài A")
    office.post("b.md", title="Bài B")
    office.publish()
    return office


def test_a_preview_is_verified_too(preview: Office) -> None:
    assert verdicts(preview) == {"a": "sound", "b": "sound"}
    pages = preview.folder / ".publisher" / "xem" / "bai"
    shutil.rmtree(pages / "bai-a")
    assert verdicts(preview) == {"a": "link", "b": "sound"}
    record = next(
        p for p in (pages.parent / "data/posts").glob("*.json") if "Bài B" in p.read_text("utf-8")
    )
    record.unlink()
    assert verdicts(preview, "--no-links") == {"a": "sound", "b": "gone"}


def test_a_site_that_was_taken_out_of_the_config_can_not_be_asked(preview: Office) -> None:
    preview.configure('[sites.khac]\nkind = "preview"\n')
    ran = preview.run("verify", *PERIOD, "--json")
    assert ran.status == 5
    assert {item["verdict"] for item in ran.json["items"]} == {"unreachable"}


def test_without_a_period_this_year_is_verified(preview: Office) -> None:
    assert preview.run("verify").status == 0


def test_a_preview_beside_a_real_site_is_not_counted(
    preview: Office, clean_wordpress: WordPress
) -> None:
    assert report(preview)["by"]["site"] == {"xem": 2}
    preview.wordpress(clean_wordpress)
    preview.publish()
    made = report(preview)
    assert (made["by"]["site"], made["left_out"]) == ({"so-khcn": 2}, ["xem"])
    assert made["by"]["channel"] == {"wordpress": 2}
    preview.configure('[report]\nsites = ["xem"]\n[sites.xem]\nkind = "preview"\n')
    assert report(preview)["by"]["site"] == {"xem": 2}


def test_what_the_log_knows_is_not_written_every_night(office: Office) -> None:
    office.configure('[sites.xem-truoc]\nkind = "preview"')
    office.post("tin.md", title="Một tin")
    office.publish()
    now = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
    settings = config.load(office.folder / "config.toml")
    period = periods.year(2023)
    seen = []
    for night in (0, 1, 6, 8):
        tonight = now + timedelta(days=night)
        at = run.office(settings, {}, partial(tonight.astimezone, UTC), str, {})
        assert len(run.verify(at, period, known_for=timedelta(days=7)).looks) == 1
        with run.log_of(at) as log:
            (look,) = log.verifications().values()
        assert look.at is not None
        seen.append((look.at - now).days)
    assert seen == [0, 0, 0, 8]
