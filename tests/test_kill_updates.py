"""Killed at every step of an update and a withdrawal, then run again: both are done once."""

from __future__ import annotations

from pathlib import Path

from tests.killing import agrees, killed, needs_sigkill, office_of
from tests.wordpress import WordPress

pytestmark = needs_sigkill


def test_killed_while_it_updates_and_withdraws(tmp_path: Path, clean_wordpress: WordPress) -> None:
    site, point, reached = clean_wordpress, 0, True
    while reached:
        point += 1
        site.empty()
        office = office_of(tmp_path, site, point, 1)
        assert office.run("publish").status == 0
        office.post("một.md", "Đã sửa.", title="Bài một")
        reached = killed(office, point, "publish")
        assert office.run("publish").status == 0
        reached |= killed(office, point, "withdraw", "hai", "--reason", "Đăng nhầm")
        assert office.run("publish").status == 0
        if not any(p["status"] == "trash" for p in site.posts()):  # killed before it was asked
            assert office.run("withdraw", "hai", "--reason", "Đăng nhầm").status == 0
        states = {p["title"]["raw"]: p["status"] for p in site.posts()}
        assert states == {"Bài một": "publish", "Bài hai": "trash"}, f"killed at point {point}"
        (content,) = [p["content"]["raw"] for p in site.posts() if p["status"] == "publish"]
        assert "Đã sửa." in content
        agrees(office, site)
    assert point > 6
