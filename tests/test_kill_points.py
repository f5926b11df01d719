"""Killed at every step of a run, then run again: everything stands on the site once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from publisher.log import open_log
from publisher.model import Event
from tests.office import Office
from tests.wordpress import WordPress

pytestmark = pytest.mark.skipif(
    not hasattr(signal, "SIGKILL"), reason="Windows has no SIGKILL to kill a process with"
)


def killed(office: Office, point: int, *arguments: str) -> bool:
    """Run the program, killed at a point; return whether it got that far."""
    command = [sys.executable, "-m", "tests.killed", str(point)]
    command += ["--config", str(office.folder / "config.toml"), *arguments]
    environ = {**os.environ, **office.environ}
    ended = subprocess.run(command, env=environ, capture_output=True, check=False, timeout=60)
    if ended.returncode != -signal.SIGKILL:
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return False
    return True


def _office(tmp_path: Path, site: WordPress, point: int, connections: int) -> Office:
    office = Office(tmp_path / f"điểm {point}")
    office.wordpress(site, connections=connections)
    office.picture("media/chung.jpg", (320, 240), "navy")
    office.picture("posts/riêng.png", (320, 240), "teal")
    shown = "![Ảnh chung](chung.jpg)\n\n![Ảnh riêng](riêng.png)"
    office.post("một.md", shown, title="Bài một", categories=["Cải cách"])
    office.post("hai.md", "![Ảnh chung](chung.jpg)\n\n[Bài một](một.md)", title="Bài hai")
    return office


def agrees(office: Office, site: WordPress) -> None:
    """The log knows just what the site holds, and there is nothing left to do."""
    log = open_log(office.folder / ".publisher" / "log.sqlite3", lambda: datetime.now(UTC))
    memory = log.memory()
    assert log.verify() == []
    log.close()
    live = {r.remote_id: r for r in memory.publications.values() if r.event is not Event.WITHDRAWN}
    shown = {str(p["id"]): p for p in site.posts() if p["status"] != "trash"}
    assert set(live) == set(shown)
    for remote_id, row in live.items():
        assert row.title == shown[remote_id]["title"]["raw"]
        assert row.url == shown[remote_id]["link"]
    assert {m.id for m in memory.media.values()} == {str(m["id"]) for m in site.media()}
    assert office.plan() == []


# With several connections the order of the points differs from run to run anyway.
@pytest.mark.parametrize(("connections", "step"), [(1, 1), (4, 5)])
def test_killed_while_it_publishes(
    tmp_path: Path, clean_wordpress: WordPress, connections: int, step: int
) -> None:
    site, point, reached = clean_wordpress, 0, True
    while reached:
        point += step
        site.empty()
        office = _office(tmp_path, site, point, connections)
        reached = killed(office, point, "publish")
        assert office.run("publish").status == 0
        titles = sorted(p["title"]["raw"] for p in site.posts())
        assert titles == ["Bài hai", "Bài một"], f"killed at point {point}"
        assert len(site.media()) == 2, f"killed at point {point}"
        agrees(office, site)
    # Two pictures, a category, two posts: each begun, sent and ended.
    assert point > 6 * 5


def test_killed_while_it_updates_and_withdraws(tmp_path: Path, clean_wordpress: WordPress) -> None:
    site, point, reached = clean_wordpress, 0, True
    while reached:
        point += 1
        site.empty()
        office = _office(tmp_path, site, point, 1)
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
