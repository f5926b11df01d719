"""Posting hours, embargoes and last days, with the whole program and a clock of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from publisher import config, i18n, messages, run
from publisher.log import open_log
from publisher.model import Event, Publication, State
from publisher.run import Result
from tests.office import Office
from tests.wordpress import WordPress

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
HOURS = 'windows = ["T2-T6 7h30-17h00"]'
PREVIEW = f'[sites.xem]\nkind = "preview"\n{HOURS}\nper_hour = 2\n'


def at(text: str) -> datetime:
    return datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=VIETNAM)


@dataclass
class Desk:
    """The clerk's folder, and a clock that is set by hand."""

    office: Office
    now: datetime = field(default_factory=lambda: at("11/11/2023 10:00"))  # a Saturday

    @property
    def program(self) -> run.Office:
        settings = config.load(self.office.folder / "config.toml")
        words = i18n.words("vi")
        kinds = messages.kinds(words)
        return run.office(settings, self.office.environ, lambda: self.now, words, kinds)

    def publish(self, when: str = "", **wishes: Any) -> dict[str, str]:
        """Publish, and return what was done to each post."""
        self.now = at(when) if when else self.now
        result = run.publish(self.program, **wishes)
        return {
            o.key: o.action.value if o.state is State.DONE else o.state.value
            for o in result.outcomes
        }

    def plan(self, **wishes: Any) -> Result:
        return run.plan(self.program, **wishes)

    def waits(self, **wishes: Any) -> dict[str, tuple[str, str]]:
        """What waits: why, and until when."""
        return {
            a.key: (a.reason, f"{a.due.astimezone(VIETNAM):%d/%m %H:%M}" if a.due else "")
            for a in self.plan(**wishes).actions
            if a.kind.value == "wait"
        }

    def row(self, key: str) -> Publication:
        log = open_log(self.office.folder / ".publisher" / "log.sqlite3", lambda: self.now)
        try:
            (row,) = (p for (_, k), p in log.memory().publications.items() if k == key)
        finally:
            log.close()
        return row

    def post(self, name: str, **front: object) -> None:
        values: dict[str, Any] = {"title": f"Tin {name}", "date": "10/11/2023 08:00", **front}
        self.office.post(f"{name}.md", **values)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    office = Office(tmp_path / "phòng")
    office.configure(PREVIEW)
    return Desk(office)


def test_a_weekend_a_full_hour_and_an_urgent_post(desk: Desk) -> None:
    for name in "abc":
        desk.post(name)
    desk.post("khan", **{"ưu tiên": "khẩn"})
    assert desk.publish() == {"khan": "create"}
    assert desk.waits() == {
        "a": ("hours", "13/11 07:30"),
        "b": ("hours", "13/11 07:30"),
        "c": ("hours", "13/11 08:30"),
    }
    assert desk.publish("13/11/2023 07:29") == {}
    assert desk.publish("13/11/2023 07:30") == {"a": "create", "b": "create"}
    assert desk.waits() == {"c": ("limit", "13/11 08:30")}
    assert desk.publish("13/11/2023 08:29") == {}
    # A mistake that everybody can read is mended at once, whatever the hour holds.
    desk.post("a", excerpt="Số liệu đúng")
    assert desk.publish() == {"a": "update"}
    assert desk.publish("13/11/2023 08:30") == {"c": "create"}
    assert desk.publish() == {}


def test_teachers_day_and_the_days_of_the_office_are_closed(desk: Desk) -> None:
    """20/11 is no holiday; 2/9 is one, and 1/9/2023 was swapped in for it."""
    desk.office.configure(f'[schedule]\ndays_off = ["20/11/2023-21/11/2023"]\n{PREVIEW}')
    desk.post("a", date="20/11/2023 08:00")
    desk.post("b", date="01/09/2023 08:00")
    desk.now = at("31/08/2023 17:00")
    assert desk.waits() == {"a": ("date", "22/11 07:30"), "b": ("date", "05/09 07:30")}


def test_posts_that_fail_do_not_hold_up_the_others(desk: Desk) -> None:
    desk.now = at("13/11/2023 09:00")
    for name in "abcde":
        desk.post(name)

    def hold(action: Any) -> bool:  # what the service does with a post that failed before
        return action.key in ("a", "b")

    assert desk.publish(hold=hold) == {"c": "create", "d": "create"}
    assert desk.waits()["e"][0] == "limit"


def test_a_draft_in_the_folder_and_a_broken_picture_take_no_place(desk: Desk) -> None:
    desk.now = at("13/11/2023 09:00")
    for name in "ab":
        desk.post(name, featured_image="hong.jpg")
    (desk.office.folder / "posts" / "hong.jpg").write_bytes(b"\xff\xd8\xff no picture")
    for name in "cde":
        desk.post(name)
    done = desk.publish()
    assert {key for key, what in done.items() if what == "create"} == {"c", "d"}


def test_now_is_for_a_person_who_decides(desk: Desk) -> None:
    for name in "abc":
        desk.post(name)
    desk.post("hen", date="12/11/2023 08:00")
    desk.post("kin", embargo="12/11/2023 08:00")
    assert desk.waits(at_once=True) == {
        "hen": ("date", "12/11 08:00"), "kin": ("embargo", "12/11 08:00"),
    }  # fmt: skip
    assert desk.publish(at_once=True) == {"a": "create", "b": "create", "c": "create"}
    assert desk.publish("12/11/2023 08:00", keys=["kin"], at_once=True) == {"kin": "create"}
    # Its date is when it could be read first, and nothing of this is a change later on.
    assert desk.row("kin").shown_at == at("12/11/2023 08:00")
    assert desk.publish("13/11/2023 09:00") == {"hen": "create"}
    assert desk.publish() == {}


def pages(desk: Desk) -> str:
    folder = desk.office.folder / ".publisher" / "xem"
    return "\n".join(p.read_text(encoding="utf-8") for p in folder.rglob("*.html"))


def test_nothing_of_a_post_under_embargo_leaves_the_office(desk: Desk) -> None:
    desk.post("kin", **{"cấm đăng trước": "14/11/2023 08:00", "priority": "urgent"})
    assert desk.publish("13/11/2023 09:00") == {}
    assert "Tin kin" not in pages(desk)
    assert desk.publish("14/11/2023 08:00") == {"kin": "create"}
    assert "Tin kin" in pages(desk)


def test_a_post_goes_by_itself_at_its_last_second_and_stays_away(desk: Desk) -> None:
    desk.post("moi", **{"hết hạn": "14/11/2023"})
    assert desk.publish("13/11/2023 09:00") == {"moi": "create"}
    assert desk.publish("14/11/2023 23:59") == {}
    assert desk.publish("15/11/2023 00:00") == {"moi": "withdraw"}
    assert "Tin moi" not in pages(desk)
    row = desk.row("moi")
    assert (row.event, row.reason) == (Event.WITHDRAWN, "expired")
    desk.post("moi", expire="30/11/2023")
    assert desk.publish("15/11/2023 09:00") == {}
    assert [p.code for p in desk.plan().problems if p.code.startswith("expire")] == [
        "expire-withdrawn"
    ]
    assert run.restore(desk.program, ["moi"], "Còn hạn").outcomes[0].state is State.DONE
    assert desk.row("moi").reason == ""
    assert desk.publish("01/12/2023 00:00") == {"moi": "withdraw"}
    report = desk.office.folder / "bao-cao.html"
    assert desk.office.run("report", "--year", "2023", "--output", str(report)).status == 0
    assert "Hết hạn đăng" in report.read_text(encoding="utf-8")


def test_priority_and_last_day_are_no_news_for_the_site(desk: Desk) -> None:
    desk.post("a")
    assert desk.publish("13/11/2023 09:00") == {"a": "create"}
    desk.post("a", priority="urgent", expire="30/12/2023", embargo="01/11/2023")
    assert [a.kind.value for a in desk.plan().actions] == ["keep"]


def test_a_post_that_came_too_late_is_never_published(desk: Desk) -> None:
    desk.post("muon", expire="12/11/2023 12:00")
    assert [p.code for p in desk.plan().problems if "expire" in p.code] == ["expire-first"]
    assert desk.publish("13/11/2023 09:00") == {}
    assert desk.publish(at_once=True) == {}
    assert "expire-missed" in [p.code for p in desk.plan().problems]


# The real WordPress, whose clock is the real one


@pytest.fixture
def site(clean_wordpress: WordPress) -> WordPress:
    return clean_wordpress


def _stands(site: WordPress) -> dict[str, tuple[str, str]]:
    return {p["slug"]: (p["status"], p["date_gmt"]) for p in site.posts()}


def test_wordpress_gets_what_its_hours_allow_and_loses_what_is_over(
    tmp_path: Path, site: WordPress
) -> None:
    office = Office(tmp_path / "sở")
    office.wordpress(site, schedule="wordpress", windows=["T2-T6 7h30-17h00"])
    # Dates ahead of the site's own clock too, so that it keeps what it is to publish itself.
    desk = Desk(office, at("12/11/2096 10:00"))  # a Monday
    desk.post("trong-gio", date="13/11/2096 08:00")
    desk.post("ngoai-gio", date="13/11/2096 20:00")
    desk.post("kin", date="13/11/2096 08:00", embargo="13/11/2096 07:00")
    assert desk.publish() == {"trong-gio": "create"}
    assert _stands(site) == {"tin-trong-gio": ("future", "2096-11-13T01:00:00")}
    assert desk.waits() == {
        "ngoai-gio": ("date", "14/11 07:30"), "kin": ("date", "13/11 08:00"),
    }  # fmt: skip
    # Moved to the night, it is no longer the site's to publish.
    desk.post("trong-gio", date="13/11/2096 21:00", expire="20/11/2096")
    assert desk.publish() == {"trong-gio": "update"}
    assert _stands(site)["tin-trong-gio"][0] == "draft"
    assert desk.publish() == {}
    assert desk.waits()["trong-gio"] == ("date", "14/11 07:30")
    desk.post("trong-gio", date="15/11/2096 09:00", expire="20/11/2096")
    assert desk.publish() == {"trong-gio": "update"}
    assert _stands(site)["tin-trong-gio"] == ("future", "2096-11-15T02:00:00")
    assert desk.publish("21/11/2096 00:00", keys=["trong-gio"]) == {"trong-gio": "withdraw"}
    assert {p["status"] for p in site.posts()} == {"trash"}


def test_a_draft_of_a_post_under_embargo_is_not_sent_to_wordpress(
    tmp_path: Path, site: WordPress
) -> None:
    office = Office(tmp_path / "sở")
    office.wordpress(site)
    desk = Desk(office, at("12/11/2096 10:00"))
    desk.post("kin", embargo="13/11/2096 08:00", status="draft")
    drafted = run.draft(desk.program, "kin", "so-khcn")
    assert drafted.link == ""
    assert [a.reason for a in drafted.result.actions] == ["embargo"]
    assert site.posts() == []


# Words


def test_the_clerk_reads_when_and_why(desk: Desk) -> None:
    tomorrow = datetime.now(VIETNAM) + timedelta(days=1)
    day = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[tomorrow.weekday()]
    desk.office.configure(
        f'[schedule]\nholidays = false\n[sites.xem]\nkind = "preview"\nwindows = ["{day} 8h-9h"]\n'
    )
    desk.post("a")
    ran = desk.office.run("publish")
    assert ran.status == 0
    assert re.search(rf"a  \(chờ đến giờ đăng 08:00 .+ {tomorrow:%d/%m}", ran.out)
    (waits,) = desk.office.plan()
    assert (waits["code"], waits["action"]) == ("hours", "wait")
    assert [a["action"] for a in desk.office.plan("--now")] == ["create"]
    assert [o["state"] for o in desk.office.publish("--now")] == ["done"]


@pytest.mark.parametrize(
    ("front", "code"),
    [
        ({"expire": "10/11/2023 08:00"}, "expire-order"),
        ({"expire": "11/11/2023", "embargo": "12/11/2023"}, "expire-order"),
        ({"embargo": "12/11/2023"}, "embargo-late"),
        ({"embargo": "mai"}, "date-form"),
        ({"priority": "nhanh"}, "choice"),
        ({"priority": "hỏa tốc", "expire": "10/11/2023"}, ""),
    ],
)
def test_what_is_wrong_in_a_file_is_said(desk: Desk, front: dict[str, Any], code: str) -> None:
    desk.post("a", **front)
    found = desk.office.run("check", "--format", "json").json
    about = [p["code"] for p in found if p["line"] > 1]
    assert about == ([code] if code else [])


def test_all_that_is_wrong_with_hours_is_said_at_once(desk: Desk) -> None:
    desk.office.configure(
        '[schedule]\nwindows = ["07:30-17:00"]\ndays_off = ["03/02/2028-28/01/2028", "Tết"]\n'
        '[sites.xem]\nkind = "preview"\n'
        'windows = [\n  "T2-T6 7h30-17h",\n  "fri 22:00-06:00",\n]\nper_hour = -1\n'
    )
    ran = desk.office.run("check")
    assert ran.status != 0
    said = ran.out + ran.err
    for words in (
        "“07:30-17:00” không phải là giờ đăng bài",
        '"mon-fri 07:30-17:00"',
        '"fri 22:00-24:00", "sat 00:00-06:00"',
        "Ngày nghỉ “03/02/2028-28/01/2028”",
        "“Tết”",
        "per_hour",
    ):
        assert words in said
    assert said.count("config.toml:") == 5
