"""A computer with a wrong clock before a site with a right one, or the other way round."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine

from publisher.sites.http import Answer
from tests.office import Office
from tests.wordpress import WordPress

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.fixture
def office(tmp_path: Path, clean_wordpress: WordPress) -> Office:
    made = Office(tmp_path / "phòng")
    made.wordpress(clean_wordpress)
    return made


def dated(office: Office, key: str, moment: datetime) -> None:
    office.post(f"{key}.md", title=f"Bài {key}", date=f"{moment.astimezone(ZONE):%d/%m/%Y %H:%M}")


def test_a_clock_set_ahead_publishes_nothing_early(
    office: Office, clean_wordpress: WordPress
) -> None:
    now = datetime.now(UTC)
    dated(office, "cũ", now - timedelta(days=1))
    dated(office, "mai", now + timedelta(days=1))
    with time_machine.travel(now + timedelta(days=3), tick=True):
        ran = office.run("publish")
        assert "chưa đến giờ" in ran.out or "theo đồng hồ của trang" in ran.out
        assert "Đồng hồ máy này" in ran.out
        assert [p["title"]["raw"] for p in clean_wordpress.posts()] == ["Bài cũ"]
        assert office.publish() == []
    assert office.publish() == []
    (post,) = clean_wordpress.posts()
    assert post["status"] == "publish"


def test_a_post_without_a_date_is_shown_at_once_whatever_our_clock_says(
    office: Office, clean_wordpress: WordPress
) -> None:
    office.file("posts/ngay.md", "---\ntitle: Đăng ngay\nkind: tin\ntheme: ket-qua\n---\n\nBài.\n")
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=5), tick=True):
        assert [o["state"] for o in office.publish()] == ["done"]
        (post,) = clean_wordpress.posts()
        assert post["status"] == "publish"
        assert office.plan() == []


def test_clocks_that_agree_are_not_spoken_of(office: Office) -> None:
    dated(office, "tin", datetime.now(UTC) - timedelta(hours=1))
    assert "Đồng hồ" not in office.run("publish").out


def test_a_cache_tells_how_old_its_answer_is() -> None:
    headers = {"Date": "Tue, 24 Nov 2026 01:00:00 GMT", "Age": "600"}
    assert Answer(200, headers, b"", None).clock == datetime(2026, 11, 24, 1, 10, tzinfo=UTC)
    assert Answer(200, {**headers, "Age": "9" * 99}, b"", None).clock is not None
    assert Answer(200, {"Date": "hôm nay"}, b"", None).clock is None
    assert Answer(200, {}, b"", None).clock is None
