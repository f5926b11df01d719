"""Killed at every step of a post to a channel, then run again: it stands there once."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.channels import Facebook, Telegram, Zalo, running
from tests.killing import killed, needs_sigkill
from tests.office import Office
from tests.wordpress import WordPress

pytestmark = needs_sigkill


def _office(folder: Path, site: WordPress) -> Office:
    office = Office(folder)
    office.configure('[organisation]\nname = "Sở Khoa học và Công nghệ"\n')
    office.wordpress(site)
    return office


def _with(office: Office, server: Any, **settings: object) -> None:
    secret = server.secret if isinstance(server, Zalo) else server.token
    office.site("kenh", secret, url=server.url, default=True, **settings)


@pytest.fixture
def published(tmp_path: Path, wordpress71: WordPress) -> Path:
    """A folder whose one post stands on the website, and on no channel."""
    wordpress71.empty()
    office = _office(tmp_path / "gốc", wordpress71)
    office.post("tin.md", title="Một tin", excerpt="Tóm tắt.")
    assert [o["state"] for o in office.publish()] == ["done"]
    return office.folder


def _again(published: Path, site: WordPress, point: int) -> Office:
    """Return a copy of the folder, to be killed at a point."""
    office = _office(published.with_name(f"điểm {point}"), site)
    shutil.copytree(published, office.folder, dirs_exist_ok=True)
    return office


def _on_channel(office: Office, *arguments: str) -> dict[str, Any]:
    found = [o for o in office.publish(*arguments) if o["site"] == "kenh"]
    return found[-1] if found else {}


def test_a_page_that_can_be_looked_at_has_it_once(published: Path, wordpress71: WordPress) -> None:
    point, reached = 0, True
    while reached:
        point += 1
        office, server = _again(published, wordpress71, point), Facebook()
        with running(server):
            _with(office, server, kind="facebook", account=server.page)
            reached = killed(office, point, "publish")
            office.run("publish")
            assert len(server.texts()) == 1, f"killed at point {point}"
            assert office.plan() == [], f"killed at point {point}"
    assert point > 10  # the run, and the post: each begun and ended, and the request


def test_a_channel_that_nobody_can_look_at_has_it_once(
    published: Path, wordpress71: WordPress
) -> None:
    point, reached, asked = 0, True, []
    while reached:
        point += 1
        office, server = _again(published, wordpress71, point), Telegram()
        with running(server):
            _with(office, server, kind="telegram", account="@so_khcn")
            reached = killed(office, point, "publish")
            outcome = _on_channel(office)
            assert len(server.texts()) <= 1, f"killed at point {point}"
            if outcome.get("code") == "conflict-uncertain":
                there = len(server.texts())
                asked.append(there)
                _on_channel(office, "tin", "--keep-site" if there else "--overwrite")
            assert len(server.texts()) == 1, f"killed at point {point}"
            assert office.plan() == [], f"killed at point {point}"
    # Killed between the two rows of the log, before the message left and after.
    assert set(asked) == {0, 1}


def test_an_account_whose_token_works_once_has_it_once(
    published: Path, wordpress71: WordPress
) -> None:
    point, reached, logins = 0, True, []
    while reached:
        point += 1
        office, server = _again(published, wordpress71, point), Zalo()
        with running(server):
            _with(office, server, kind="zalo", account="4321", app=server.app)
            office.environ["PUBLISHER_TOKEN_KENH"] = server.refresh
            reached = killed(office, point, "publish")
            if _on_channel(office).get("code") == "site-auth":
                logins.append(point)
                office.environ["PUBLISHER_TOKEN_KENH"] = server.refresh
                office.run("publish")
            assert len(server.texts()) == 1, f"killed at point {point}"
            assert office.plan() == [], f"killed at point {point}"
    # Only between the answer that used the token up and its being kept.
    assert len(logins) == 1
