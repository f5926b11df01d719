"""Activities: in the folder as files, in the log as rows, on no site, counted apart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.office import Office

CONFIG = '[sites.xem]\nkind = "preview"\n[report.targets]\nkinds.hoi-nghi = 4\n'
MEETING = """---
tiêu đề: Hội nghị quán triệt công tác kiểm soát thủ tục hành chính
thể loại: hội nghị
chủ đề: can-bo
ngày: 20/03/2023
địa điểm: Hội trường Sở
số người: 45 người
đơn vị: Văn phòng Sở
minh chứng: hoi-nghi.jpg; https://sokhcn.example/hop
---

Quán triệt Nghị định 63/2010/NĐ-CP.
"""


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = Office(tmp_path / "office")
    office.configure(CONFIG)
    office.picture("posts/2023/hoi-nghi.jpg")
    office.file("posts/2023/hoi-nghi.md", MEETING)
    return office


def edit(office: Office, before: str, after: str) -> None:
    assert before in MEETING
    office.file("posts/2023/hoi-nghi.md", MEETING.replace(before, after))


def figures(office: Office, *more: str) -> Any:
    return office.run("report", "--year", "2023", "--json", *more).json


def activities(office: Office) -> Any:
    return figures(office)["activities"]


def test_an_activity_is_logged_and_sent_nowhere(office: Office) -> None:
    (outcome,) = office.publish()
    assert (outcome["action"], outcome["site"], outcome["state"]) == ("record", "", "done")
    (entry,) = office.run("log", "list", "--json").json
    assert (entry["what"], entry["site"], entry["key"]) == ("recorded", "", "2023/hoi-nghi")
    pages = [p.name for p in (office.folder / ".publisher" / "xem").glob("bai/*")]
    assert pages == []


def test_it_is_counted_apart_from_the_items_of_the_web(office: Office) -> None:
    office.post("tin.md", title="Tin")
    office.publish()
    report = figures(office)
    assert (report["total"], report["by"]["kind"]) == (1, {"tin": 1})
    apart = report["activities"]
    assert (apart["total"], apart["by"]["kind"]) == (1, {"hoi-nghi": 1})
    assert apart["participants"] == {"hoi-nghi": 45}
    (item,) = apart["items"]
    assert (item["place"], item["participants"], item["day"]) == ("Hội trường Sở", 45, "2023-03-20")
    assert item["evidence"] == ["posts/2023/hoi-nghi.jpg", "https://sokhcn.example/hop"]
    (target,) = report["targets"]
    assert (target["done"], target["planned"], target["percent"]) == (1, 4, 25.0)
    assert "1 hội nghị (45 người)" in office.run("report", "--year", "2023").out


def test_the_second_plan_is_empty(office: Office) -> None:
    office.publish()
    assert office.plan() == [] and office.publish() == []
    assert office.run("status", "--json").json["due"] == []


def test_an_edit_is_logged_and_counts_once(office: Office) -> None:
    office.publish()
    edit(office, "45 người", "1.250 người")
    assert [(a["action"], a["reason"]) for a in office.plan()] == [("record", "tệp đã được sửa")]
    office.publish()
    assert activities(office)["participants"] == {"hoi-nghi": 1250}
    assert activities(office)["items"][0]["corrections"] == 1
    assert office.publish() == []


def test_other_evidence_of_the_same_name_is_an_edit(office: Office) -> None:
    office.publish()
    office.picture("posts/2023/hoi-nghi.jpg", colour="red")
    assert [a["action"] for a in office.plan()] == ["record"]


def test_a_renamed_file_is_the_same_activity(office: Office) -> None:
    office.publish()
    path = office.folder / "posts/2023/hoi-nghi.md"
    path.rename(path.with_name("quan-triet.md"))
    assert [a["reason"] for a in office.plan()] == ["tệp đã được đổi tên"]
    office.publish()
    assert [i["key"] for i in activities(office)["items"]] == ["2023/quan-triet"]
    assert office.publish() == []


def test_a_draft_again_is_withdrawn_and_ready_again_counts(office: Office) -> None:
    office.publish()
    edit(office, "ngày:", "trạng thái: nháp\nngày:")
    office.publish()
    report = activities(office)
    assert (report["total"], [i["key"] for i in report["withdrawn"]]) == (0, ["2023/hoi-nghi"])
    assert office.publish() == []
    office.file("posts/2023/hoi-nghi.md", MEETING)
    office.publish()
    report = activities(office)
    assert (report["total"], report["withdrawn"]) == (1, [])
    assert office.publish() == []


def test_one_withdrawn_by_command_stays_so_until_its_file_says_more(office: Office) -> None:
    office.publish()
    assert office.run("withdraw", "2023/hoi-nghi", "--reason", "Ghi trùng").status == 0
    report = activities(office)
    assert report["total"] == 0
    assert [(i["key"], i["reason"]) for i in report["withdrawn"]] == [
        ("2023/hoi-nghi", "Ghi trùng")
    ]
    assert office.publish() == []
    edit(office, "Hội trường Sở", "Hội trường UBND tỉnh")
    office.publish()
    assert activities(office)["total"] == 1


def test_a_file_that_is_gone_still_counts_and_is_named(office: Office) -> None:
    office.publish()
    office.post("tin.md", title="Tin")
    (office.folder / "posts/2023/hoi-nghi.md").unlink()
    ran = office.run("plan")
    assert "Tệp của hoạt động đã ghi nhận" in ran.out and ran.status == 0
    assert activities(office)["total"] == 1


def test_an_activity_that_lies_ahead_waits(office: Office) -> None:
    edit(office, "20/03/2023", "20/03/2120")
    assert [(a["action"], a["due"]) for a in office.plan()] == [
        ("wait", "2120-03-20T00:00:00+07:00")
    ]
    assert office.publish() == []
    ran = office.run("report", "--from", "01/01/2120", "--to", "31/12/2120", "--json").json
    assert [i["key"] for i in ran["activities"]["pending"]] == ["2023/hoi-nghi"]
    assert ran["activities"]["total"] == 0


@pytest.mark.parametrize(
    ("before", "after", "line", "said"),
    [
        (
            "hoi-nghi.jpg;",
            "khong-co.jpg;",
            9,
            "Không tìm thấy minh chứng của hoạt động: khong-co.jpg",
        ),
        ("hoi-nghi.jpg;", "../../config.toml;", 9, "Không tìm thấy minh chứng"),
        ("ngày: 20/03/2023\n", "", 0, "Hoạt động chưa ghi ngày"),
        ("45 người", "khoảng bốn mươi", 7, "“khoảng bốn mươi” không phải là số"),
    ],
)
def test_an_activity_with_an_error_is_not_recorded(
    office: Office, before: str, after: str, line: int, said: str
) -> None:
    edit(office, before, after)
    ran = office.run("check")
    place = f"posts/2023/hoi-nghi.md:{line}:" if line else "posts/2023/hoi-nghi.md:"
    assert ran.status == 4
    assert [text for text in ran.out.splitlines() if text.startswith(place) and said in text]
    assert office.publish() == []


def test_a_web_item_is_not_asked_for_what_activities_have(office: Office) -> None:
    checked = office.run("check").out
    assert "tóm tắt" not in checked and "nguồn" not in checked
    edit(office, "minh chứng: hoi-nghi.jpg; https://sokhcn.example/hop\n", "")
    assert "chưa có minh chứng" in office.run("check").out


def test_a_post_that_stands_on_a_site_is_not_counted_twice(office: Office) -> None:
    office.post("2023/tin.md", title="Tin")
    office.publish()
    office.post("2023/tin.md", title="Tin", kind="hoi-nghi")
    ran = office.run("publish")
    assert "bị tính hai lần" in ran.out
    assert (figures(office)["total"], activities(office)["total"]) == (1, 1)
    office.run("withdraw", "2023/tin", "--reason", "là hội nghị")
    office.publish()
    assert (figures(office)["total"], activities(office)["total"]) == (0, 2)


def test_an_activity_that_becomes_a_post_counts_as_one(office: Office) -> None:
    office.publish()
    edit(office, "thể loại: hội nghị", "thể loại: tin")
    office.publish()
    assert (figures(office)["total"], activities(office)["total"]) == (1, 0)
    assert office.publish() == []


def test_the_log_proves_activities_too(office: Office) -> None:
    office.publish()
    assert office.run("log", "verify").status == 0
    exported = office.run("log", "export", "--format", "json").json
    (row,) = exported
    assert (row["place"], row["participants"], row["evidence"]) == (
        "Hội trường Sở", 45, "posts/2023/hoi-nghi.jpg; https://sokhcn.example/hop",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("written", "kind"),
    [("Hội nghị", "hoi-nghi"), ("tập huấn", "tap-huan"), ("Ấn phẩm", "an-pham"),
     ("tờ rơi", "an-pham"), ("bản tin", "ban-tin"), ("Zalo", "mang-xa-hoi"),
     ("mạng xã hội", "mang-xa-hoi"), ("phát thanh", "phat-thanh")],
)  # fmt: skip
def test_kinds_are_written_as_people_say_them(office: Office, written: str, kind: str) -> None:
    edit(office, "thể loại: hội nghị", f"thể loại: {written}")
    office.publish()
    assert activities(office)["by"]["kind"] == {kind: 1}


def test_new_writes_a_record_to_fill_in(office: Office) -> None:
    made = office.run("new", "Lớp tập huấn", "--kind", "tap-huan", "--theme", "can-bo")
    path = next(Path(office.folder / "posts").rglob("lop-tap-huan.md"))
    assert made.status == 0
    text = path.read_text(encoding="utf-8")
    for before, after in (
        ("status: draft", "status: ready"),
        ('place: ""', "place: Hội trường"),
        ('participants: ""', "participants: 30"),
        ("evidence: []", "evidence: [2023/hoi-nghi.jpg]"),
        ('unit: ""', "unit: Trung tâm"),
    ):
        assert before in text
        text = text.replace(before, after)
    path.write_text(text, encoding="utf-8")
    assert "lop-tap-huan" not in office.run("check").out
    assert len(office.publish()) == 2
