"""A whole year in a real log, and its report as a clerk asks for it. All numbers by hand.

Counted for 2023, closed on 10/12: 12 items in 11 posts.
    tin 7: t1, t2, t3, t4 on so-khcn and t4 on trung-tam, cu (taken over), tre (too late for 2022)
    bài 4: b1, b2, b3, b4; ảnh 1: a1
    themes: can-bo t1, b1; tiep-nhan-pakn t2; cong-khai-tthc t3, b2, cu; ra-soat b3, t4, t4;
        khau-hieu a1; none b4, tre
    months: 12/2022 tre, t1; 01 b1; 03 t2, a1; 05 cu; 06 t3; 08 b2; 09 t4, t4; 10 b3; 12 b4
    units: Văn phòng Sở t1, t2, t3, b1; Trung tâm the others but cu
    pictures: a1 5, t1 1, t4 2 + 2, b2 3
Not counted: n1 (2022), s1 (15/12/2023), rut (withdrawn), cho (scheduled for 12/12: expected),
    muon (12/12, sent then: too late), giau (set to private by somebody: kept, not shown).
Corrected: b1 twice, b2 once. Set back: b4 (shown 01/12, sent 05/12).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from publisher.log import open_log
from publisher.model import NO_SITE, Event, Publication
from tests.office import Office

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
CONFIG = """
[report]
close = "10/12"
[report.targets]
total = 15
kinds = {tin = 6, bai = 8, hoi-nghi = 3}
themes = {can-bo = 4, lay-y-kien = 1}
[sites.so-khcn]
kind = "preview"
[sites.trung-tam]
kind = "preview"
[royalties]
enabled = true
coefficients = [{since = "01/01/2022", tin = 1, bai = 2}]
"""
VP, TT = "Văn phòng Sở", "Trung tâm"
# key, kind, theme, shown, unit, authors, pictures
ITEMS = """
n1   tin can-bo         05/12/2022 09:00 VP Lan      0
t1   tin can-bo         15/12/2022 00:00 VP Lan      1
b1   bai can-bo         10/01/2023 08:00 VP Lan,Minh 0
t2   tin tiep-nhan-pakn 14/03/2023 23:59 VP Minh     0
a1   anh khau-hieu      15/03/2023 00:00 TT Hoa      5
t3   tin cong-khai-tthc 14/06/2023 08:00 VP Lan      0
rut  tin can-bo         01/07/2023 08:00 VP Lan      4
b2   bai cong-khai-tthc 20/08/2023 08:00 TT Hoa      3
giau tin can-bo         01/09/2023 08:00 VP Lan      9
t4   tin ra-soat        14/09/2023 08:00 TT Minh     2
b3   bai ra-soat        15/10/2023 08:00 TT Hoa      0
s1   tin can-bo         15/12/2023 00:00 VP Lan      7
""".strip()


class Clock:
    """The clock of the log: set to when each row was written."""

    at = datetime(2022, 1, 1, tzinfo=ZONE)

    def __call__(self) -> datetime:
        return self.at


def moment(text: str) -> datetime:
    return datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=ZONE)


def published() -> Iterator[tuple[str, Publication]]:
    """Yield each row of the log with the time at which it is written."""
    for line in ITEMS.splitlines():
        key, kind, theme, day, hour, unit, authors, pictures = line.split()
        shown = moment(f"{day} {hour}")
        yield f"{day} {hour}", Publication(
            "so-khcn", key, Event.PUBLISHED, f"id-{key}", f"https://so.example/{key}", "publish",
            key, f"Bài {key}", kind, theme,
            {"VP": VP, "TT": TT}[unit], tuple(authors.split(",")), "", int(pictures), shown,
            f"d-{key}", f"a-{key}",
        )  # fmt: skip


def history() -> list[tuple[str, Publication]]:
    """Return the rows of the log in the order in which they are written."""
    rows = list(published())
    by_key = {row.key: row for _when, row in rows}

    def again(of: str, event: Event, **more: Any) -> Publication:
        return replace(by_key[of], event=event, **more)

    blank = replace(by_key["b3"], theme="", pictures=0, unit=TT, authors=("Hoa",))
    rows += [
        # Dated before the close of 2022, sent after it.
        ("12/12/2022 08:00", replace(blank, key="tre", kind="tin",
                                     shown_at=moment("09/12/2022 08:00"))),
        ("11/01/2023 08:00", again("b1", Event.UPDATED, article_digest="2")),
        ("12/01/2023 08:00", again("b1", Event.UPDATED, article_digest="3")),
        ("12/01/2023 09:00", again("b1", Event.UPDATED, article_digest="3", digest="a link")),
        ("05/07/2023 08:00", again("rut", Event.WITHDRAWAL_ASKED, reason="sai số liệu")),
        ("05/07/2023 08:01", again("rut", Event.WITHDRAWN, status="trash", reason="sai số liệu")),
        ("21/08/2023 08:00", again("b2", Event.UPDATED, article_digest="2")),
        ("02/09/2023 08:00", again("giau", Event.KEPT_SITE, status="private")),
        ("14/09/2023 09:00", replace(by_key["t4"], site="trung-tam")),
        ("05/12/2023 08:00", replace(blank, key="b4", title="Bài b4",
                                     shown_at=moment("01/12/2023 08:00"))),
        ("08/12/2023 08:00", again("t3", Event.SCHEDULED, key="cho", status="future",
                                   shown_at=moment("12/12/2023 08:00"))),
        ("09/12/2023 08:00", Publication("so-khcn", "~9/cu", Event.IMPORTED, "9", status="publish",
                                         title="Bài cũ", kind="tin", theme="cong-khai-tthc",
                                         shown_at=moment("02/05/2023 08:00"))),
        ("12/12/2023 08:00", again("t3", Event.PUBLISHED, key="muon",
                                   shown_at=moment("12/12/2023 08:00"))),
    ]  # fmt: skip
    meeting = Publication(NO_SITE, "h1", Event.RECORDED, status="recorded", title="Hội nghị quý I",
                          kind="hoi-nghi", theme="can-bo", unit=VP, participants=60,
                          shown_at=moment("20/03/2023 00:00"), article_digest="1")  # fmt: skip
    rows += [
        ("21/03/2023 08:00", replace(meeting, participants=45)),
        ("22/03/2023 08:00", replace(meeting, article_digest="2")),
        ("01/10/2023 08:00", replace(meeting, key="h2", participants=80,
                                     shown_at=moment("28/09/2023 00:00"))),
        ("01/10/2023 08:05", replace(meeting, key="p1", kind="an-pham", participants=0, copies=1500,
                                     shown_at=moment("25/09/2023 00:00"))),
        ("11/12/2023 08:00", replace(meeting, key="h3", shown_at=moment("07/12/2023 00:00"))),
        ("15/06/2022 08:00", replace(meeting, key="h0", shown_at=moment("01/06/2022 00:00"))),
    ]  # fmt: skip
    return sorted(rows, key=lambda pair: moment(pair[0]))


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    office = Office(tmp_path_factory.mktemp("year"))
    office.configure(CONFIG)
    clock = Clock()
    state = Path(office.folder) / ".publisher"
    log = open_log(state / "log.sqlite3", clock)
    run = log.start_run("publish")
    for when, row in history():
        clock.at = moment(when)
        log.record(run, row)
    log.finish_run(run, 0, {})
    log.close()
    return office


@pytest.fixture(scope="module")
def year(office: Office) -> Any:
    return office.run("report", "--year", "2023", "--royalties", "--json").json


def keys(items: list[dict[str, Any]]) -> list[str]:
    return [item["key"] for item in items]


def test_the_total_and_every_breakdown(year: Any) -> None:
    assert (year["total"], year["posts"], year["pictures"]) == (12, 11, 13)
    assert year["by"] == {
        "kind": {"anh": 1, "bai": 4, "tin": 7},
        "theme": {"": 2, "can-bo": 2, "cong-khai-tthc": 3, "khau-hieu": 1, "ra-soat": 3,
                  "tiep-nhan-pakn": 1},
        "month": {"2022-12": 2, "2023-01": 1, "2023-03": 2, "2023-05": 1, "2023-06": 1,
                  "2023-08": 1, "2023-09": 2, "2023-10": 1, "2023-12": 1},
        "site": {"so-khcn": 11, "trung-tam": 1},
        "unit": {"": 1, "Trung tâm": 7, "Văn phòng Sở": 4},
        "author": {"": 1, "Hoa": 5, "Lan": 2, "Lan, Minh": 1, "Minh": 3},
        "channel": {"preview": 12},
    }  # fmt: skip
    assert keys(year["items"]) == [
        "tre", "t1", "b1", "t2", "a1", "~9/cu", "t3", "b2", "t4", "t4", "b3", "b4",
    ]  # fmt: skip


def test_what_stands_beside_the_total(year: Any) -> None:
    assert keys(year["pending"]) == ["cho"]
    assert keys(year["late"]) == ["muon"]
    assert keys(year["carried"]) == ["tre"]
    assert keys(year["backdated"]) == ["tre", "b4"]
    assert [(i["key"], i["reason"]) for i in year["withdrawn"]] == [("rut", "sai số liệu")]
    assert (year["corrected"], year["corrections"]) == (2, 3)


def test_activities(year: Any) -> None:
    off_web = year["activities"]
    assert (off_web["total"], off_web["by"]["kind"]) == (3, {"an-pham": 1, "hoi-nghi": 2})
    assert off_web["participants"] == {"hoi-nghi": 140}
    assert off_web["copies"] == {"an-pham": 1500}
    assert keys(off_web["late"]) == ["h3"]


def test_targets(year: Any) -> None:
    assert [(t["code"], t["planned"], t["done"], t["percent"]) for t in year["targets"]] == [
        ("", 15, 12, 80.0), ("tin", 6, 7, 116.7), ("bai", 8, 4, 50.0), ("hoi-nghi", 3, 2, 66.7),
        ("can-bo", 4, 2, 50.0), ("lay-y-kien", 1, 0, 0.0),
    ]  # fmt: skip


def test_the_year_before(year: Any, office: Office) -> None:
    assert year["before"]["total"] == 1
    assert year["before"]["activities"]["total"] == 1
    before = office.run("report", "--year", "2022", "--json").json
    assert (keys(before["items"]), keys(before["late"])) == (["n1"], ["tre"])


def test_royalties(year: Any) -> None:
    # 149,000 until June, 180,000 from July. Lan: tin t1, t3 and half of bài b1; Minh: the other
    # half, tin t2 and t4 (once); Hoa: tin tre, bài b2, b3, b4. Nothing for ảnh and for cu.
    made = year["royalties"]
    assert {a["author"]: a["amount"] for a in made["authors"]} == {
        "Lan": 2 * 149_000 + 149_000,
        "Minh": 149_000 + 149_000 + 180_000,
        "Hoa": 149_000 + 3 * 360_000,
    }
    assert made["total"] == 447_000 + 478_000 + 1_229_000
    assert {u["key"]: u["reason"] for u in made["unpaid"]} == {
        "a1": "coefficient", "~9/cu": "author",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("options", "days", "counted"),
    [
        ("--quarter 2023-1", ("2022-12-15", "2023-03-14"), ["tre", "t1", "b1", "t2"]),
        ("--quarter 2023-2", ("2023-03-15", "2023-06-14"), ["a1", "~9/cu", "t3"]),
        ("--quarter 2023-4", ("2023-09-15", "2023-12-14"), ["b3", "b4"]),
        ("--quarter 2024-1", ("2023-12-15", "2024-03-14"), ["muon", "s1"]),
        ("--half 2023-1", ("2022-12-15", "2023-06-14"),
         ["tre", "t1", "b1", "t2", "a1", "~9/cu", "t3"]),
        ("--half 2/2023", ("2023-06-15", "2023-12-14"), ["b2", "t4", "t4", "b3", "b4"]),
        ("--nine-months 2023", ("2022-12-15", "2023-09-14"),
         ["tre", "t1", "b1", "t2", "a1", "~9/cu", "t3", "b2", "t4", "t4"]),
        ("--month 2023-03", ("2023-02-15", "2023-03-14"), ["t2"]),
        ("--month 4/2023", ("2023-03-15", "2023-04-14"), ["a1"]),
        ("--from 01/03/2023 --to 31/03/2023", ("2023-03-01", "2023-03-31"), ["t2", "a1"]),
        ("--year 2024", ("2023-12-15", "2024-12-14"), ["muon", "s1"]),
    ],
)  # fmt: skip
def test_other_periods(
    office: Office, options: str, days: tuple[str, str], counted: list[str]
) -> None:
    made = office.run("report", *options.split(), "--json").json
    assert (made["period"]["from"], made["period"]["to"]) == days
    assert (keys(made["items"]), made["total"]) == (counted, len(counted))


def test_a_close_of_ones_own(office: Office) -> None:
    made = office.run("report", "--year", "2023", "--close", "30/09/2023", "--json").json
    assert made["close"] == "2023-09-30"
    assert keys(made["items"])[-2:] == ["t4", "t4"]
    assert keys(made["pending"]) == []  # b3 was sent after 30/9: no report of then could know it
    assert keys(made["late"]) == ["b3", "b4", "cho", "muon"]
    assert (
        office.run("report", "--year", "2023", "--close", "14/12", "--json").json["close"] is None
    )


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("", "--year"),
        ("--year 2023 --quarter 2023-1", "Chỉ ghi một kỳ"),
        ("--from 01/01/2023", "cả --from và --to"),
        ("--from 02/01/2023 --to 01/01/2023", "trước"),
        ("--quarter 2023-5", "--quarter 2023-1"),
        ("--month 13/2023", "--month 2023-03"),
        ("--year 2023 --close 20/11/2024", "nằm ngoài kỳ"),
        ("--year 2023 --close 31/02", "10/12/2023"),
    ],
)
def test_a_period_that_is_not_clear(office: Office, options: str, said: str) -> None:
    ran = office.run("report", *options.split())
    assert ran.status == 2 and said in ran.err


def test_the_report_in_words(office: Office) -> None:
    said = office.run("report", "--year", "2023").out
    for words in (
        "Đã đăng từ 15/12/2022 đến 10/12/2023: 12",
        "Gồm 11 bài khác nhau",
        "Ước đến 14/12/2023: 1",
        "Có sau ngày chốt số liệu, chuyển sang kỳ sau: 2",
        "Trong đó chuyển từ kỳ trước sang do có sau ngày chốt số liệu: 1",
        "Ghi lùi ngày (ngày hiện trên trang sớm hơn ngày gửi): 2",
        "Bài b4 (so-khcn): ghi ngày 01/12/2023, gửi lúc 05/12/2023 08:00",
        "Hoạt động khác, tính riêng: 2 hội nghị (140 người), 1 ấn phẩm (1500 bản).",
        "sai số liệu",
    ):
        assert words in said, words


def test_the_log_of_the_year_is_proven(office: Office) -> None:
    assert office.run("log", "verify").status == 0
