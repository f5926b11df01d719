"""An office whose program is killed at a point of its run, and what must hold afterwards."""

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

needs_sigkill = pytest.mark.skipif(
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


def office_of(
    tmp_path: Path, site: WordPress, point: int, connections: int, url: str = ""
) -> Office:
    office = Office(tmp_path / f"điểm {point}")
    office.wordpress(site, url=url, connections=connections)
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
