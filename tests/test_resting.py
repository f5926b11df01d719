"""Posts that stand as they should are left out of a plan, until something of them changes."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from publisher import config, run
from publisher.cli.exits import Exit
from publisher.run.kept import Kept
from publisher.run.resting import Resting
from tests.office import Office

_LONG_AGO = 1_600_000_000  # seconds: the time of a file then tells of its next change
_CONFIG = '[sites.xem]\nkind = "preview"\n'
_WHOLE = {"excerpt": "Tóm tắt của bài.", "source": "Văn phòng Sở", "authors": ["Lan"]}
_KEYS = {"một", "2023/hai", "ba"}


class Settled(Office):
    """An office whose posts stand on a site, as two plans have found out."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._clock = _LONG_AGO
        self.configure(_CONFIG)
        for key in _KEYS:
            self.write(f"{key}.md", title=f"Bài {key}")
        self.publish()
        self.json("plan")

    def write(self, name: str, body: str = "Nội dung của bài.", **front: object) -> Path:
        """Write a post that seems to be old; the name gives it its address."""
        path = self.post(name, body, **{**_WHOLE, **front})
        self.age(path)
        return path

    def age(self, path: Path) -> None:
        """Let a file seem to be old, but newer than all others."""
        self._clock += 1
        os.utime(path, (self._clock, self._clock))

    def resting(self, ahead: timedelta = timedelta(0)) -> set[str]:
        """Return the keys of the posts that the next plan leaves out."""
        settings = config.load(self.folder / "config.toml")
        kept = Kept(Resting(settings, datetime.now(UTC) + ahead))
        return set(run.read(settings, kept=kept).resting)

    def json(self, *arguments: str) -> Any:
        return self.run(*arguments, "--json").json


@pytest.fixture
def office(tmp_path: Path) -> Settled:
    return Settled(tmp_path / "Phòng")


def planned(office: Settled) -> list[tuple[str, str, str]]:
    """Return what a plan says is to be done, which is what one of all posts says."""
    made, whole = office.json("plan"), office.json("plan", "--all")
    acts = [a for a in whole["actions"] if a["action"] != "keep"]
    assert [a for a in made["actions"] if a["action"] != "keep"] == acts
    assert made["problems"] == whole["problems"]
    found = [(p["file"], p["code"], p["severity"]) for p in made["problems"]]
    return [*found, *((a["key"], a["action"], a["code"]) for a in acts)]


def test_posts_that_nothing_is_to_be_done_with_are_left_out(office: Settled) -> None:
    assert office.resting() == _KEYS
    assert planned(office) == []


def test_a_post_that_was_edited_is_looked_at_and_rests_again(office: Settled) -> None:
    office.write("một.md", "Nội dung khác.", title="Bài một")
    assert office.resting() == _KEYS - {"một"}
    assert planned(office) == [("một", "update", "edited-file")]
    assert office.resting() == _KEYS - {"một"}  # there is something to be done
    office.publish()
    assert planned(office) == []
    assert office.resting() == _KEYS


def test_another_command_that_reads_it_first_takes_nothing_from_the_plan(office: Settled) -> None:
    office.write("một.md", "Nội dung khác.", title="Bài một")
    office.run("check")
    assert planned(office) == [("một", "update", "edited-file")]


def test_what_is_gone_is_missed(office: Settled) -> None:
    (office.folder / "posts" / "ba.md").unlink()
    assert planned(office) == [("", "file-missing", "warning")]


def test_what_has_another_name_is_recognised(office: Settled) -> None:
    path = office.folder / "posts" / "ba.md"
    path.rename(path.with_name("bốn.md"))
    assert planned(office) == []
    (renamed,) = [a for a in office.json("plan", "--all")["actions"] if a["key"] == "bốn"]
    assert renamed["code"] == "renamed"


def test_the_brake_counts_those_that_rest(tmp_path: Path) -> None:
    office = Settled(tmp_path)
    for number in range(12):
        office.write(f"tin-{number}.md", title=f"Tin số {number}")
    office.publish()
    office.json("plan")
    for number in range(9):
        (office.folder / "posts" / f"tin-{number}.md").unlink()
    assert len(office.resting()) == 6
    ran = office.run("plan")
    assert ran.status == Exit.CONTENT
    assert "9" in ran.err and "15" in ran.err


def test_a_post_that_wants_the_address_of_one_that_rests(office: Settled) -> None:
    office.write("sau.md", title="Bài khác", slug="bai-mot")
    assert ("posts/sau.md", "slug-taken", "error") in planned(office)


def test_a_post_that_wants_the_key_of_one_that_rests(office: Settled) -> None:
    office.write("sau.md", title="Bài sau", id="ba")
    assert ("posts/sau.md", "key-taken", "error") in planned(office)


def test_a_copy_of_one_that_rests_is_told(office: Settled) -> None:
    text = (office.folder / "posts" / "một.md").read_text("utf-8")
    copy = office.folder / "posts" / "một - Copy.md"
    copy.write_text(text.replace("title", "slug: bai-nay\ntitle", 1), encoding="utf-8")
    office.age(copy)
    assert ("posts/một - Copy.md", "file-copy", "warning") in planned(office)


def test_a_link_to_one_that_rests_leads_to_its_address(office: Settled) -> None:
    office.write("sau.md", "Xem [bài một](một.md).", title="Bài sau")
    assert planned(office) == [("sau", "create", "new")]
    office.publish()
    assert planned(office) == []
    office.write("một.md", "Nội dung khác.", title="Bài một", slug="dia-chi-khac")
    office.publish()
    assert planned(office) == []
    assert "sau" not in office.resting()  # whatever becomes of another post may be its business


@pytest.mark.parametrize(
    "front",
    [
        {"expire": "01/02/2099"},
        {"date": "01/02/2099 08:00"},
        {"excerpt": ""},
        {"status": "draft"},
    ],
)
def test_what_time_or_a_person_may_change_is_never_left_out(
    office: Settled, front: dict[str, Any]
) -> None:
    office.write("sau.md", title="Bài sau", **front)
    office.publish()
    planned(office)
    assert office.resting() == _KEYS


def test_a_post_with_a_share_card_is_looked_at_as_the_logo_may_be_another(office: Settled) -> None:
    office.picture("logo.png", colour="navy")
    office.configure(f'[organisation]\nname = "Sở"\nlogo = "logo.png"\n{_CONFIG}')
    office.publish()
    assert planned(office) == []
    office.picture("logo.png", colour="darkred")
    assert {(key, act) for key, act, _ in planned(office)} == {(key, "update") for key in _KEYS}


def _withdrawn(office: Settled) -> None:
    office.run("withdraw", "ba", "--reason", "Đăng nhầm")


def _settings(office: Settled) -> None:
    office.configure(f"{_CONFIG}categories = ['Tin tức']\n")


def _other_log(office: Settled) -> None:
    log = office.folder / ".publisher" / "log.sqlite3"
    log.unlink()
    office.json("plan")


CHANGES: dict[str, tuple[Callable[[Settled], object], set[str]]] = {
    "nothing": (lambda office: None, _KEYS),
    "it was withdrawn": (_withdrawn, _KEYS - {"ba"}),
    "the settings": (_settings, set()),
    "another log": (_other_log, set()),
    "no notes": (lambda office: shutil.rmtree(office.folder / ".publisher" / "cache"), set()),
}


@pytest.mark.parametrize(("change", "left"), CHANGES.values(), ids=CHANGES.keys())
def test_what_wakes_posts(
    office: Settled, change: Callable[[Settled], object], left: set[str]
) -> None:
    change(office)
    assert office.resting() == left
    planned(office)


def test_a_log_of_before_wakes_all(office: Settled, tmp_path: Path) -> None:
    log = office.folder / ".publisher" / "log.sqlite3"
    shutil.copy(log, tmp_path / "before")
    office.write("sau.md", title="Bài sau")
    office.publish()
    planned(office)
    assert office.resting() == {*_KEYS, "sau"}
    shutil.copy(tmp_path / "before", log)
    assert office.resting() == set()
    assert planned(office)[-1][:1] == ("sau",)


def test_a_clock_that_was_set_back_wakes_all(office: Settled) -> None:
    assert office.resting(-timedelta(hours=1)) == set()
    assert office.resting(timedelta(hours=1)) == _KEYS
