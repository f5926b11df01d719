"""What people decide of posts: approvals and moved dates, in the log, the plan and the commands."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from publisher.log import Log, open_log
from publisher.model import Decision, Event, Publication, Ruling
from tests.office import Office
from tests.test_log import Clock, Place, place
from tests.test_log_upgrade import old

__all__ = ["old", "place"]  # fixtures

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
APPROVAL = "[editorial]\napproval = true\n"
FULL: dict[str, Any] = {"excerpt": "Tóm tắt của bài.", "source": "Văn phòng Sở", "tags": ["CCHC"]}
KEY = "bài"


def ahead(days: int, hour: int = 8) -> datetime:
    """Return an hour of a day that lies ahead, at the office."""
    day = datetime.now(ZONE) + timedelta(days=days)
    return day.replace(hour=hour, minute=0, second=0, microsecond=0)


def written(moment: datetime) -> str:
    return f"{moment:%d/%m/%Y %H:%M}"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path / "Phòng")


@pytest.fixture
def strict(office: Office) -> Office:
    """An office in which an editor approves what is published, with one post."""
    office.configure(APPROVAL)
    office.post(f"{KEY}.md", "Câu một.", title="Kết quả quý I", slug="ket-qua", **FULL)
    return office


def waits(office: Office) -> list[tuple[str, str]]:
    return [(a["key"], a["code"]) for a in office.plan() if a["action"] == "wait"]


def states(outcomes: list[dict[str, object]]) -> list[tuple[object, object]]:
    return [(o["action"], o["state"]) for o in outcomes]


# The log


@pytest.fixture
def log(old: Place) -> Iterator[Log]:
    """A log of the first version, opened by this one."""
    opened = open_log(old.url, Clock(), person="Nguyễn Thị Lan")
    yield opened
    opened.close()


def decided(log: Log, *made: Decision) -> int:
    run = log.start_run("approve")
    log.decide(run, made)
    log.finish_run(run, 0, {"approved": len(made)})
    return run


def test_decisions_are_kept_with_their_person_and_proven(log: Log, old: Place) -> None:
    moment, against = (datetime(2023, 3, day, 1, 30, tzinfo=UTC) for day in (20, 15))
    yes = Decision(Ruling.APPROVED, "", KEY, "Bài", "d" * 64)
    other = Decision(Ruling.MOVED, "so-khcn", KEY, "Bài", "d" * 64, moment, against, "Trùng ngày")
    decided(log, yes, other)
    first, second = log.decisions()
    assert (first.ruling, first.site, first.person) == (Ruling.APPROVED, "", "Nguyễn Thị Lan")
    assert (second.moment, second.against, second.reason) == (moment, against, "Trùng ngày")
    memory = log.memory()
    assert memory.verdicts == {KEY: first}
    assert memory.moves == {("so-khcn", KEY): second}
    assert [e.what for e in log.entries(key=KEY)] == ["moved", "approved"]
    assert [e.person for e in log.entries(key=KEY)] == ["Nguyễn Thị Lan"] * 2
    assert log.entries(site="so-khcn", key=KEY)[0].decision == second
    assert log.verify() == []
    decided(log, Decision(Ruling.RETURNED, "", KEY, "Bài", "e" * 64, reason="Thiếu nguồn"))
    assert log.memory().verdicts[KEY].reason == "Thiếu nguồn"
    assert log.verify() == []


@pytest.mark.parametrize(
    "statement", ["UPDATE decisions SET reason = 'x'", "DELETE FROM decisions"]
)
def test_decisions_are_only_added(log: Log, old: Place, statement: str) -> None:
    decided(log, Decision(Ruling.APPROVED, "", KEY))
    with pytest.raises(DBAPIError, match="append-only"), old.plain() as connection:
        connection.execute(text(statement))


@pytest.mark.parametrize(
    "change", ["digest = 'f'", "ruling = 'returned'", "moment = '2023-01-01T00:00:00.000000Z'"]
)
def test_a_changed_decision_is_found(log: Log, old: Place, change: str) -> None:
    decided(log, Decision(Ruling.APPROVED, "", KEY, digest="d"))
    with old.tampering("decisions") as connection:
        connection.execute(text(f"UPDATE decisions SET {change}"))
    assert [(p.code, p.params["table"]) for p in log.verify()] == [("log-row-changed", "decisions")]


def test_decisions_cut_off_the_end_are_missed(log: Log, old: Place) -> None:
    decided(log, Decision(Ruling.APPROVED, "", KEY))
    with old.tampering("decisions") as connection:
        connection.execute(text("DELETE FROM decisions"))
    assert [p.code for p in log.verify()] == ["log-tail-cut"]


def test_history_is_read_on_with_decisions_in_it(log: Log) -> None:
    _, _, mark = log.since((0, 0, 0))
    decided(log, Decision(Ruling.APPROVED, "", KEY))
    found, _, later = log.since(mark)
    assert [entry.what for entry in found] == ["approved"]
    assert log.since(later)[0] == []


def test_decisions_follow_a_file_that_was_renamed(log: Log) -> None:
    decided(
        log,
        Decision(Ruling.APPROVED, "", "cũ", digest="d"),
        Decision(Ruling.MOVED, "so-khcn", "cũ", moment=datetime(2023, 4, 1, tzinfo=UTC)),
    )
    run = log.start_run("publish")
    log.record(run, Publication("so-khcn", "mới", Event.RENAMED, previous_key="cũ"))
    memory = log.memory()
    assert memory.verdicts["mới"].digest == "d"
    assert memory.moves["so-khcn", "mới"].moment == datetime(2023, 4, 1, tzinfo=UTC)


def test_a_copy_of_the_log_has_the_decisions(strict: Office) -> None:
    strict.run("approve", KEY)
    assert strict.run("log", "backup").status == 0
    (copy,) = (strict.folder / ".publisher" / "backups").glob("log-*.sqlite3")
    opened = open_log(copy, lambda: datetime.now(UTC))
    assert [made.key for made in opened.decisions()] == [KEY]
    assert opened.verify() == []
    opened.close()
    assert strict.run("log", "verify").status == 0


# Approval


def test_without_the_setting_nothing_waits(office: Office) -> None:
    office.post("bai.md", title="Bài")
    assert office.run("approve", "--list").out.startswith("Ở cơ quan này")
    refused = office.run("approve", "bai")
    assert refused.status != 0 and "approval = true" in refused.out + refused.err
    assert states(office.publish()) == [("create", "done")]


def test_a_post_waits_until_an_editor_approved_it_and_an_edit_asks_again(strict: Office) -> None:
    assert waits(strict) == [(KEY, "approval")]
    assert strict.publish() == []
    listed = strict.run("approve", "--list", "--json").json
    assert [(each["key"], each["published"]) for each in listed] == [(KEY, False)]
    made = strict.run("approve", KEY, "--as", "Nguyễn Thị Lan", "--note", "Được", "--json").json
    assert [(each["ruling"], each["digest"]) for each in made] == [
        ("approved", listed[0]["digest"])
    ]
    assert states(strict.publish()) == [("create", "done")]
    assert strict.plan() == [] and strict.publish() == []

    strict.post(f"{KEY}.md", "Câu một, sửa.", title="Kết quả quý I", slug="ket-qua", **FULL)
    assert waits(strict) == [(KEY, "approval")]
    assert strict.publish() == []  # what visitors see is the approved version
    listed = strict.run("approve", "--list", "--json").json
    assert listed[0]["published"] is True
    strict.run("approve", KEY)
    assert states(strict.publish()) == [("update", "done")]
    assert strict.plan() == []

    # Going back to what was approved earlier is an edit as well.
    strict.post(f"{KEY}.md", "Câu một.", title="Kết quả quý I", slug="ket-qua", **FULL)
    assert waits(strict) == [(KEY, "approval")]
    people = {e["person"] for e in strict.run("log", "list", "--json").json if e["reason"]}
    assert people == {"Nguyễn Thị Lan"}


def test_it_can_be_sent_back_with_a_note(strict: Office) -> None:
    assert strict.run("approve", KEY, "--return").status == 2  # nobody would know what to do
    strict.run("approve", KEY, "--return", "--note", "Thiếu số liệu quý II", "--as", "Lan")
    assert waits(strict) == [(KEY, "returned")]
    assert "Thiếu số liệu quý II" in strict.run("approve", "--list").out
    assert strict.publish() == []
    strict.post(f"{KEY}.md", "Câu một, có số liệu.", title="Kết quả quý I", **FULL)
    assert waits(strict) == [(KEY, "approval")]
    strict.run("approve", KEY)
    assert len(strict.publish()) == 1


def test_an_approval_may_be_taken_back_before_it_is_sent(strict: Office) -> None:
    strict.run("approve", KEY)
    strict.run("approve", KEY, "--return", "--note", "Khoan đã")
    assert waits(strict) == [(KEY, "returned")]


def test_urgent_posts_need_it_too_and_limits_are_not_taken_by_what_waits(office: Office) -> None:
    office.configure(APPROVAL + '[sites.thu]\nkind = "preview"\nper_hour = 1\n')
    office.post("1.md", title="Bài một", date="01/03/2023 08:00", **FULL)
    office.post("2.md", title="Bài hai", date="02/03/2023 08:00", priority="urgent", **FULL)
    office.post("3.md", title="Bài ba", date="03/03/2023 08:00", **FULL)
    assert [key for key, _ in waits(office)] == ["1", "2", "3"]
    assert office.run("publish", "--now", "--json").json["outcomes"] == []
    office.run("approve", "3")
    assert [o["key"] for o in office.publish()] == ["3"]


def test_withdrawing_and_expiring_need_none(strict: Office) -> None:
    strict.run("approve", KEY)
    strict.publish()
    strict.post(f"{KEY}.md", "Câu khác.", title="Kết quả quý I", slug="ket-qua",
                expire="01/04/2023", **FULL)  # fmt: skip
    assert states(strict.publish()) == [("withdraw", "done")]


def test_links_that_are_set_afterwards_do_not_ask_again(office: Office) -> None:
    office.configure(APPROVAL)
    office.post("a.md", "Xem [bài sau](b.md).", title="Bài trước", **FULL)
    office.post("b.md", title="Bài sau", **FULL)
    office.run("approve", "a")
    assert [o["key"] for o in office.publish()] == ["a"]
    office.run("approve", "b")
    assert [(o["key"], o["action"]) for o in office.publish()] == [("b", "create"), ("a", "update")]
    assert office.plan() == []


def test_what_stood_there_before_approval_was_asked_for_needs_none(office: Office) -> None:
    office.post("bai.md", title="Bài", **FULL)
    office.publish()
    office.configure(APPROVAL)
    assert office.plan() == []


def test_a_renamed_file_keeps_its_approval(strict: Office) -> None:
    strict.run("approve", KEY)
    (strict.folder / "posts" / f"{KEY}.md").rename(strict.folder / "posts" / "tên-mới.md")
    assert states(strict.publish()) == [("create", "done")]


def test_what_can_not_be_published_can_not_be_approved(strict: Office) -> None:
    strict.post("lỗi.md", "![](không-có.jpg)", title="Bài lỗi")
    strict.post("họp.md", title="Hội nghị", kind="hoi-nghi", place="Sở", participants=10)
    refused = strict.run("approve", KEY, "lỗi", "họp")
    assert refused.status != 0
    assert "không-có.jpg" in refused.err and "họp" in refused.err
    assert strict.run("approve", "khong-co").status != 0
    assert waits(strict) == [(KEY, "approval")]  # all or nothing


def test_status_calendar_and_plan_speak_of_it(strict: Office) -> None:
    strict.post("sau.md", title="Bài sau", date=written(ahead(3)), **FULL)
    said = strict.run("plan").out
    assert "chờ biên tập viên duyệt" in said and f"{ahead(3):%H:%M}" in said
    assert "Chờ biên tập viên duyệt: 2" in strict.run("status").out
    assert "CHỜ DUYỆT" in strict.run("calendar").out
    strict.run("approve", KEY)
    assert "đã duyệt" in strict.run("log", "list").out


# Moves


def test_a_moved_post_goes_out_at_its_new_time_and_the_file_stays(office: Office) -> None:
    file = office.post("bai.md", title="Bài", date=written(ahead(5)), **FULL)
    before = file.read_bytes()
    made = office.run(
        "move", "bai", written(ahead(7, 9)), "--reason", "Trùng ngày lễ", "--as", "Lan"
    )
    assert made.status == 0 and f"{ahead(7, 9):%d/%m/%Y %H:%M}" in made.out
    (waiting,) = office.plan()
    assert waiting["due"] == ahead(7, 9).isoformat()
    moved = waiting["moved"]
    assert (moved["from"], moved["person"]) == (ahead(5).isoformat(), "Lan")
    said = office.run("plan").out
    assert "đã dời từ" in said and "Lan" in said and "Trùng ngày lễ" in said
    assert "đã dời từ" in office.run("status").out
    assert "đã dời từ" in office.run("calendar").out
    assert file.read_bytes() == before

    office.run("move", "bai", "--back")
    (waiting,) = office.plan()
    assert (waiting["due"], waiting["moved"]) == (ahead(5).isoformat(), None)


def test_what_was_moved_to_today_is_published_with_that_date_once(office: Office) -> None:
    office.post("bai.md", title="Bài", date=written(ahead(5)), **FULL)
    office.run("move", "bai", written(ahead(0, 0)), "--reason", "Cần sớm")
    assert states(office.publish()) == [("create", "done")]
    (row,) = office.run("log", "export", "--format", "json").json
    assert row["shown_at"] == ahead(0, 0).isoformat()
    assert office.plan() == [] and office.publish() == []
    for to in ((written(ahead(9)), "--reason", "Muộn hơn"), ("--back",)):
        refused = office.run("move", "bai", *to)
        assert refused.status != 0 and "đã đăng" in refused.err
    (office.folder / "posts" / "bai.md").rename(office.folder / "posts" / "ten-moi.md")
    office.publish()
    assert office.plan() == []  # the new name keeps its date


def test_a_day_alone_keeps_the_time_of_day(office: Office) -> None:
    office.post("bai.md", title="Bài", date=written(ahead(5, 14)), **FULL)
    office.run("move", "bai", f"{ahead(6):%d/%m/%Y}", "--reason", "x")
    assert office.plan()[0]["due"] == ahead(6, 14).isoformat()


def test_a_date_that_the_author_changes_counts_and_the_move_is_dropped(office: Office) -> None:
    office.post("bai.md", title="Bài", date=written(ahead(5)), **FULL)
    office.run("move", "bai", written(ahead(7)), "--reason", "x", "--as", "Lan")
    office.post("bai.md", title="Bài", date=written(ahead(8)), **FULL)
    made = office.run("plan", "--json").json
    assert made["actions"][0]["due"] == ahead(8).isoformat()
    (told,) = [p for p in made["problems"] if p["code"] == "move-dropped"]
    assert "Lan" in told["message"] and told["severity"] == "warning"
    office.post("bai.md", "Sửa chữ.", title="Bài", date=written(ahead(5)), **FULL)
    assert office.plan()[0]["due"] == ahead(7).isoformat()  # another text is no other date


def test_one_site_alone_can_be_moved(office: Office) -> None:
    office.configure('[sites.a]\nkind = "preview"\n[sites.b]\nkind = "preview"\n')
    office.post("bai.md", title="Bài", date=written(ahead(5)), **FULL)
    office.run("move", "bai", written(ahead(0, 0)), "--site", "b", "--reason", "x")
    assert [(o["site"], o["action"]) for o in office.publish()] == [("b", "create")]
    # Moving it everywhere moves it where it has not appeared.
    made = office.run("move", "bai", written(ahead(0, 0)), "--reason", "x", "--json").json
    assert [each["site"] for each in made] == ["a"]
    assert [(o["site"], o["action"]) for o in office.publish()] == [("a", "create")]
    assert office.plan() == []


@pytest.mark.parametrize(
    ("days", "front", "said"),
    [
        (-2, {}, "đã qua"),
        (2, {"embargo": 4}, "cấm đăng"),
        (9, {"expire": 8}, "gỡ"),
        (5, {}, "đã có ngày"),
    ],
)
def test_a_move_that_can_not_be_is_refused(
    office: Office, days: int, front: dict[str, int], said: str
) -> None:
    more = {name: written(ahead(day)) for name, day in front.items()}
    office.post("bai.md", title="Bài", date=written(ahead(5)), **FULL, **more)
    refused = office.run("move", "bai", written(ahead(days)), "--reason", "x")
    assert refused.status != 0 and said in refused.err
    assert office.run("log", "list", "--json").json == []


def test_commands_that_say_too_little_are_refused(office: Office) -> None:
    office.post("bai.md", title="Bài", date=written(ahead(5)), **FULL)
    for given in (("bai",), ("bai", "1/1/2030"), ("bai", "hôm nào đó", "--reason", "x"),
                  ("bai", "1/1/2030", "--back")):  # fmt: skip
        assert office.run("move", *given).status == 2
    assert office.run("move", "bai", "--back").status != 0
    assert office.run("move", "khong-co", "1/1/2030", "--reason", "x").status != 0
    assert office.run("approve").status == 2


def test_a_renamed_file_keeps_the_date_it_was_moved_to(office: Office) -> None:
    file = office.post("bai.md", title="Bài", date=written(ahead(5)), **FULL)
    office.run("move", "bai", written(ahead(7)), "--reason", "x")
    file.rename(file.with_name("ten-moi.md"))
    assert office.plan()[0]["due"] == ahead(7).isoformat()


def test_a_move_by_an_editor_asks_for_no_second_approval(strict: Office) -> None:
    strict.post("sau.md", title="Bài sau", date=written(ahead(3)), **FULL)
    strict.run("approve", "sau")
    strict.run("move", "sau", written(ahead(0, 0)), "--reason", "x")
    assert [o["key"] for o in strict.publish()] == ["sau"]
    assert waits(strict) == [(KEY, "approval")]


def test_decisions_can_be_exported(strict: Office) -> None:
    strict.run("approve", KEY, "--as", "=Lan")
    rows = strict.run("log", "export", "--decisions", "--format", "json").json
    assert [(row["ruling"], row["person"], row["key"]) for row in rows] == [
        ("approved", "=Lan", KEY)
    ]
    (row,) = csv.DictReader(io.StringIO(strict.run("log", "export", "--decisions").out))
    assert row["person"] == "'=Lan"  # no formula
    assert json.loads(json.dumps(rows))[0]["moment"] == ""
