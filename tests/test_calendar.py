"""The coming weeks: what is foreseen happens, and is shown as people and calendars read it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

import icalendar
import pytest

from publisher import config, run
from publisher.model import Event, Period, Publication, Span
from publisher.run import Day, Forecast, Happening, MarkKind, What
from tests.office import Office

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2020, 12, 2, 9, tzinfo=ZONE)  # a Wednesday
HOURS = 'windows = ["mon-fri 07:30-17:00"]'
SITE = '[sites.xem]\nkind = "preview"\n'


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = Office(tmp_path / "văn phòng")
    office.configure(SITE)
    return office


def configure(office: Office, schedule: str = "", more: str = "", site: str = "") -> None:
    office.configure(f"[schedule]\n{schedule}\n{more}\n{SITE}{site}\n")


def opened(office: Office, now: datetime = NOW) -> run.Office:
    settings = config.load(office.folder / "config.toml")
    return run.office(settings, office.environ, lambda: now.astimezone(UTC), str, {})


def foreseen(
    office: Office, now: datetime = NOW, first: date | None = None, weeks: int = 4, *sites: str
) -> Forecast:
    return run.forecast(opened(office, now), first or now.date(), weeks, sites)


def happenings(made: Forecast) -> list[Happening]:
    return [happening for day in made.days for happening in day.happenings]


def told(made: Forecast) -> list[tuple[str, str, str]]:
    """Return what happens, when on the office's clock, and with which post."""
    return [
        (h.what.value, f"{h.at.astimezone(ZONE):%d/%m %H:%M}" if h.at else "", h.key)
        for h in happenings(made)
    ]


def the_day(made: Forecast, wanted: date) -> Day:
    (day,) = [day for day in made.days if day.date == wanted]
    return day


def record(office: Office, *rows: Publication) -> None:
    with run.log_of(opened(office)) as log:
        number = log.start_run("publish")
        for row in rows:
            log.record(number, row)


# Weeks


def test_weeks_are_whole_whatever_day_is_named(office: Office) -> None:
    made = foreseen(office, weeks=2)
    assert (made.days[0].date, made.days[-1].date) == (date(2020, 11, 30), date(2020, 12, 13))
    assert [len(week) for week in made.weeks] == [7, 7]
    assert foreseen(office, first=date(2021, 1, 3), weeks=1).days[0].date == date(2020, 12, 28)


def test_a_post_is_foreseen_at_its_date(office: Office) -> None:
    office.post("tin.md", title="Tin một", date="04/12/2020 08:00", theme="ra-soat", kind="bai")
    office.post("xa.md", title="Tin xa", date="04/03/2021 08:00")
    made = foreseen(office)
    assert told(made) == [("publish", "04/12 08:00", "tin")]
    (post,) = happenings(made)
    assert (post.site, post.title, post.theme, post.kind) == ("xem", "Tin một", "ra-soat", "bai")
    assert (post.reason, post.wanted, post.file) == ("date", None, "posts/tin.md")
    assert made.later == 1


def test_what_is_due_goes_now(office: Office) -> None:
    office.post("tin.md", title="Tin một", date="01/12/2020 08:00")
    office.post("luon.md", title="Tin hai", date=None)
    assert told(foreseen(office)) == [
        ("publish", "02/12 09:00", "luon"),
        ("publish", "02/12 09:00", "tin"),
    ]


def test_hours_limits_and_urgency_decide_when_and_it_is_said_why(office: Office) -> None:
    configure(office, HOURS, site="per_hour = 1\n")
    for key in ("a", "b"):
        office.post(f"{key}.md", title=f"Tin {key}", date="05/12/2020 08:00")  # a Saturday
    office.post("khan.md", title="Tin khẩn", date="05/12/2020 08:00", priority="urgent")
    made = foreseen(office)
    assert told(made) == [
        ("publish", "05/12 08:00", "khan"),
        ("publish", "07/12 07:30", "a"),
        ("publish", "07/12 08:30", "b"),
    ]
    khan, a, _b = happenings(made)
    assert (khan.urgent, khan.wanted, khan.reason) == (True, None, "date")
    assert (a.wanted, a.reason) == (datetime(2020, 12, 5, 8, tzinfo=ZONE), "hours")


def test_the_limit_is_named_when_it_alone_makes_a_post_wait(office: Office) -> None:
    configure(office, HOURS, site="per_hour = 1\n")
    for key in ("a", "b"):
        office.post(f"{key}.md", title=f"Tin {key}", date="04/12/2020 08:00")
    first, second = happenings(foreseen(office))
    assert (first.reason, second.reason) == ("date", "limit")


def test_what_is_foreseen_is_what_a_run_does(office: Office) -> None:
    """No post goes a second before, and each goes at its instant."""
    configure(office, HOURS, site="per_hour = 2\n")
    for number in range(5):
        office.post(f"loat-{number}.md", title=f"Tin {number}", date="05/12/2020 10:00")
    office.post("khan.md", title="Tin khẩn", date="06/12/2020 20:00", priority="khẩn")
    office.post("cam.md", title="Tin cấm", date="03/12/2020 08:00", embargo="08/12/2020 18:00")
    made = foreseen(office)
    expected = {h.key: h.at for h in happenings(made) if h.at}
    assert len(expected) == 7
    assert the_day(made, date(2020, 12, 9)).happenings[0].key == "cam"  # 18:00 is after hours
    for at in sorted(set(expected.values())):
        early = run.publish(opened(office, at - timedelta(seconds=1)))
        assert early.outcomes == []
        done = {outcome.key for outcome in run.publish(opened(office, at)).outcomes}
        assert done == {key for key, when in expected.items() if when == at}


def test_what_was_published_stays_on_its_day(office: Office) -> None:
    office.post("tin.md", title="Tin một", date="30/11/2020 08:00")
    office.post("sau.md", title="Tin hai", date="04/12/2020 08:00")
    run.publish(opened(office))
    made = foreseen(office)
    assert told(made) == [("published", "30/11 08:00", "tin"), ("publish", "04/12 08:00", "sau")]
    assert happenings(made)[0].url.endswith("/tin-mot/index.html")
    run.publish(opened(office, NOW + timedelta(days=3)))
    assert [what for what, _, _ in told(foreseen(office))] == ["published", "published"]


def test_an_edit_a_withdrawal_and_a_restoration_that_wait_are_shown(office: Office) -> None:
    for key in ("sua", "go", "lai"):
        office.post(f"{key}.md", title=f"Tin {key}", date="01/12/2019 08:00")
    run.publish(opened(office))
    office.post("sua.md", "Đã sửa.", title="Tin sua", date="01/12/2019 08:00")
    with run.log_of(opened(office)) as log:
        rows = log.memory().publications
    asked = [
        (rows["xem", "go"], Event.WITHDRAWAL_ASKED),
        (rows["xem", "lai"], Event.RESTORATION_ASKED),
    ]
    record(office, *(Publication(r.site, r.key, event, r.remote_id) for r, event in asked))
    assert sorted(told(foreseen(office))) == [
        ("restore", "02/12 09:00", "lai"),
        ("update", "02/12 09:00", "sua"),
        ("withdraw", "02/12 09:00", "go"),
    ]


def test_no_site_is_asked(office: Office) -> None:
    office.configure(
        '[sites.so]\nkind = "wordpress"\nurl = "https://so.example"\nuser = "lan"\n'
        'schedule = "wordpress"\n'
    )
    office.post("tin.md", title="Tin một", date="04/12/2020 08:00")
    office.post("cho.md", title="Tin hai", date="05/12/2020 08:00")
    shown = datetime(2020, 12, 5, 8, tzinfo=ZONE)
    future = Publication(
        "so", "cho", Event.SCHEDULED, "7", status="future", title="Tin hai", shown_at=shown
    )
    record(office, future)

    def refuse(name: str) -> NoReturn:
        raise AssertionError(f"{name} is asked")

    place = opened(office)
    made = run.forecast(run.Office(place.config, place.now, refuse), NOW.date(), 2)
    handed = [line for line in told(made) if line[0] == "handed"]
    assert handed == [("handed", "04/12 08:00", "tin"), ("handed", "05/12 08:00", "cho")]


def test_a_last_day_is_shown_of_what_stands_and_what_will(office: Office) -> None:
    office.post("dang.md", title="Tin một", date="30/11/2020 08:00", expire="09/12/2020 17:00")
    office.post("se.md", title="Tin hai", date="04/12/2020 08:00", expire="10/12/2020 17:00")
    run.publish(opened(office))
    assert told(foreseen(office))[2:] == [
        ("expire", "09/12 17:00", "dang"),
        ("expire", "10/12 17:00", "se"),
    ]


def test_what_can_never_go_out_is_named(office: Office) -> None:
    years = ", ".join(f'"01/01/{year}-31/12/{year}"' for year in range(2020, 2040))
    configure(office, f"days_off = [{years}]")
    office.post("tin.md", title="Tin một", date="04/12/2020 08:00")
    made = foreseen(office)
    assert told(made) == []
    assert [(h.key, h.reason) for h in made.never] == [("tin", "date")]
    assert "windows" in office.run("calendar", "--lang", "en").out


def test_what_expires_before_it_may_go_is_named(office: Office) -> None:
    configure(office, HOURS)
    office.post("tin.md", title="Tin một", date="05/12/2020 08:00", expire="06/12/2020 12:00")
    office.post("qua.md", title="Tin hai", date="01/11/2020 08:00", expire="06/11/2020 12:00")
    made = foreseen(office)
    assert told(made) == []
    assert sorted((h.key, h.reason) for h in made.never) == [("qua", "expired"), ("tin", "expired")]


def test_activities_are_shown_when_they_become_due_and_after(office: Office) -> None:
    front = {"kind": "hội nghị", "unit": "Văn phòng Sở"}
    office.post("hop.md", title="Hội nghị", date="04/12/2020 08:00", **front)
    assert told(foreseen(office)) == [("activity", "04/12 08:00", "hop")]
    later = NOW + timedelta(days=5)
    run.publish(opened(office, later))
    assert told(foreseen(office, later, date(2020, 12, 2))) == [("recorded", "04/12 08:00", "hop")]
    assert told(foreseen(office, later, date(2020, 12, 2), 4, "xem")) == []


def test_errors_and_drafts_are_shown_as_not_going_out(office: Office) -> None:
    office.post("sai.md", title="Tin sai", date="04/12/2020 08:00", theme="khong-co")
    office.post("tre.md", title="Tin trễ", date="01/11/2020 08:00", theme="khong-co")
    office.post("nhap.md", title="Tin nháp", date="03/12/2020 08:00", status="draft")
    office.post("khong-ngay.md", title="Nháp không ngày", date=None, status="draft")
    office.file("posts/hong.md", "---\n[\n---\n")
    made = foreseen(office)
    assert told(made) == [
        ("held", "02/12 09:00", "tre"),
        ("draft", "03/12 08:00", "nhap"),
        ("held", "04/12 08:00", "sai"),
    ]
    assert all(h.problem for h in happenings(made) if h.what is What.HELD)
    assert [h.file for h in made.undated] == ["posts/hong.md"]


def test_only_one_site_when_it_is_named(office: Office) -> None:
    office.configure(SITE + '[sites.kia]\nkind = "preview"\n')
    office.post("tin.md", title="Tin một", date="04/12/2020 08:00")
    office.post("rieng.md", title="Tin hai", date="05/12/2020 08:00", sites=["kia"])
    assert [(h.site, h.key) for h in happenings(foreseen(office))] == [
        ("kia", "tin"),
        ("xem", "tin"),
        ("kia", "rieng"),
    ]
    only = foreseen(office, NOW, None, 4, "xem")
    assert [(h.site, h.key) for h in happenings(only)] == [("xem", "tin")]


# Days


def marks(made: Forecast, wanted: date) -> list[str]:
    return [mark.kind.value for mark in the_day(made, wanted).marks]


def test_holidays_are_named_in_vietnamese_and_days_off_are_told(office: Office) -> None:
    configure(office, HOURS + '\ndays_off = ["03/02/2021"]')
    made = foreseen(office, first=date(2021, 2, 1), weeks=2)
    (tet, closed) = the_day(made, date(2021, 2, 12)).marks
    assert tet.kind is MarkKind.HOLIDAY
    assert "Tết Nguyên Đán" in tet.name
    assert (closed.kind, closed.sites) == (MarkKind.CLOSED, ("xem",))
    assert marks(made, date(2021, 2, 3)) == ["day-off", "closed"]
    assert marks(made, date(2021, 2, 13)) == ["holiday", "closed"]
    assert marks(made, date(2021, 2, 7)) == ["closed"]  # a Sunday
    assert marks(made, date(2021, 2, 2)) == []


def test_a_site_that_is_always_open_is_never_closed(office: Office) -> None:
    made = foreseen(office, first=date(2021, 2, 1), weeks=2)
    assert marks(made, date(2021, 2, 12)) == ["holiday"]
    assert marks(made, date(2021, 2, 7)) == []


def periods_ending(made: Forecast, day: date) -> list[Period]:
    return [p for mark in the_day(made, day).marks for p in mark.periods]


def test_ends_of_periods_the_close_and_the_deadline(office: Office) -> None:
    office.configure('[report]\nclose = "10/12"\ndeadline = "12/12"\n' + SITE)
    made = foreseen(office)
    ending = periods_ending(made, date(2020, 12, 14))
    assert [p.span for p in ending] == [Span.MONTH, Span.QUARTER, Span.HALF, Span.YEAR]
    assert all(p.first == date(2019, 12, 15) for p in ending if p.span is Span.YEAR)
    assert marks(made, date(2020, 12, 10)) == ["close"]
    assert marks(made, date(2020, 12, 12)) == ["deadline"]
    made = foreseen(office, first=date(2020, 9, 14), weeks=1)
    ending = periods_ending(made, date(2020, 9, 14))
    assert [p.span for p in ending] == [Span.MONTH, Span.QUARTER, Span.NINE_MONTHS]


# On the terminal


def lines(office: Office, *arguments: str, columns: int = 100) -> list[str]:
    ran = office.run("calendar", *arguments, environ={"COLUMNS": str(columns)})
    assert ran.status == 0, ran.err
    return ran.out.splitlines()


def in_two_days() -> datetime:
    return datetime.now(ZONE) + timedelta(days=2)


def test_weeks_and_days_are_headed_as_people_write_them(office: Office) -> None:
    office.post("tin.md", title="Tin một", date="15/03/2023 08:00")
    office.publish()
    shown = lines(office, "--from", "14/03/2023", "--weeks", "1")
    assert shown[0] == "Tuần 11 (13/03–19/03/2023)"
    assert "  Thứ Tư 15/03" in shown
    assert any("08:00" in line and "đã đăng" in line and "Tin một" in line for line in shown)


def test_days_without_posts_stand_together(office: Office) -> None:
    office.post("tin.md", title="Tin một", date="15/03/2023 08:00")
    office.publish()
    configure(office, HOURS)
    shown = "\n".join(lines(office, "--from", "13/03/2023", "--weeks", "1"))
    assert "Thứ Bảy 18/03 – Chủ nhật 19/03: không đăng bài mới" in shown
    assert "Thứ Năm 16/03 – Thứ Sáu 17/03: không có bài" in shown


@pytest.mark.parametrize("columns", [80, 120])
def test_lines_fit_the_window_and_nothing_is_cut_off(office: Office, columns: int) -> None:
    title = "Hội nghị quán triệt công tác kiểm soát thủ tục hành chính " * 3
    office.post("tin.md", title=title, date=in_two_days().isoformat())
    shown = lines(office, columns=columns)
    assert max(map(len, shown)) < columns
    assert " ".join(title.split()) in " ".join(" ".join(shown).split())


def test_two_sites_at_one_instant_are_one_line(office: Office) -> None:
    office.configure(SITE + '[sites.kia]\nkind = "preview"\n')
    office.post("tin.md", title="Tin một", date=in_two_days().isoformat())
    (line,) = [line for line in lines(office) if "Tin một" in line]
    assert "kia, xem" in line


def test_an_empty_calendar_says_what_to_do(office: Office) -> None:
    shown = "\n".join(lines(office))
    assert "publisher new" in shown
    assert "hôm nay" in shown
    office.post("sai.md", title="Tin sai", theme="khong-co")
    assert "publisher check" in "\n".join(lines(office))


def test_what_is_typed_wrong_is_told(office: Office) -> None:
    assert office.run("calendar", "--from", "hôm kia").status == 2
    assert office.run("calendar", "--weeks", "0").status == 2
    assert office.run("calendar", "--site", "khong-co").status == 3


def test_json_for_machines(office: Office) -> None:
    office.post("tin.md", title="Tin một", date="04/12/2098 08:00")
    made = office.run("calendar", "--from", "04/12/2098", "--weeks", "1", "--json").json
    assert (made["from"], made["to"], len(made["days"])) == ("2098-12-01", "2098-12-07", 7)
    (item,) = [item for day in made["days"] for item in day["items"]]
    assert (item["what"], item["at"]) == ("publish", "2098-12-04T08:00:00+07:00")
    assert (item["site"], item["key"], item["title"]) == ("xem", "tin", "Tin một")
    assert (made["never"], made["unreadable"], made["later"]) == ([], [], 0)


# As a file


def written(office: Office, *arguments: str) -> tuple[bytes, list[Any]]:
    path = office.folder / "lịch.ics"
    ran = office.run("calendar", "--ics", str(path), "--from", "02/12/2098", *arguments)
    assert ran.status == 0, ran.err
    assert str(path) in ran.out
    data = path.read_bytes()
    return data, list(icalendar.Calendar.from_ical(data).walk("VEVENT"))


@pytest.fixture
def planned(office: Office) -> Office:
    title = "Hội nghị; sơ kết, tổng kết \\ “một cửa” và cải cách thủ tục hành chính ở cơ sở"
    office.post("tin.md", title=title, date="04/12/2098 08:00", expire="09/12/2098 17:00")
    office.post("hop.md", title="Hội nghị", date="05/12/2098 08:00", kind="hội nghị")
    return office


def test_the_file_is_one_that_calendars_take(planned: Office) -> None:
    data, events = written(planned)
    text = data.decode("utf-8")
    assert text.startswith("BEGIN:VCALENDAR\r\n")
    assert text.endswith("END:VCALENDAR\r\n")
    assert data.count(b"\n") == data.count(b"\r\n")
    assert max(len(line) for line in data.split(b"\r\n")) <= 75
    assert {event["DTSTART"].dt.isoformat() for event in events} >= {
        "2098-12-04T01:00:00+00:00",  # 08:00 in Viet Nam
        "2098-12-14",
    }
    assert all(event["DTEND"].dt > event["DTSTART"].dt for event in events)
    assert all({"UID", "DTSTAMP", "SEQUENCE", "SUMMARY"} <= set(event) for event in events)
    (post,) = [event for event in events if "một cửa" in event["SUMMARY"] and "LOCATION" in event
               and str(event["SUMMARY"]).startswith("Sẽ đăng")]  # fmt: skip
    assert "sơ kết, tổng kết \\ “một cửa”" in post["SUMMARY"]
    assert "posts/tin.md" in post["DESCRIPTION"]


def test_read_again_it_changes_entries_and_makes_no_second_ones(planned: Office) -> None:
    _, before = written(planned)
    planned.post("tin.md", title="Tên khác", date="05/12/2098 09:00")
    _, after = written(planned)
    assert len({event["UID"] for event in after}) == len(after)
    lost = {e["UID"] for e in before} - {e["UID"] for e in after}
    assert len(lost) == 1  # it does not expire any more
    kept = {e["UID"]: e for e in before}
    for event in after:
        assert event["SEQUENCE"] >= kept[event["UID"]]["SEQUENCE"]


def test_the_entry_of_a_post_stays_when_it_is_published(office: Office) -> None:
    def uids() -> set[str]:
        path = office.folder / "lich.ics"
        day = due - timedelta(days=1)  # the later moment may lie before midnight
        office.run("calendar", "--ics", str(path), "--from", f"{day:%d/%m/%Y}", "--weeks", "2")
        found = icalendar.Calendar.from_ical(path.read_bytes()).walk("VEVENT")
        return {str(e["UID"]) for e in found if "Tin một" in str(e["SUMMARY"])}

    due = datetime.now(ZONE) + timedelta(minutes=5)
    office.post("tin.md", title="Tin một", date=due.isoformat())
    before = uids()
    office.post("tin.md", title="Tin một", date=(due - timedelta(minutes=6)).isoformat())
    office.publish()
    assert len(before) == 1
    assert uids() == before


def test_the_same_forecast_is_the_same_file(planned: Office) -> None:
    from publisher.ics import calendar
    from publisher.messages.calendar import entries

    def made(now: datetime) -> bytes:
        found = entries(foreseen(planned, now, date(2098, 12, 2)), {}, {}, str)
        return calendar(found, "Lịch", "Asia/Ho_Chi_Minh", now)

    assert made(NOW) == made(NOW + timedelta(seconds=20))
    assert made(NOW) != made(NOW + timedelta(minutes=2))


def test_what_is_no_calendar_is_never_written_over(planned: Office) -> None:
    for name, text in (("lịch.txt", None), ("báo cáo.ics", "Báo cáo năm")):
        path = planned.folder / name
        if text:
            path.write_text(text, encoding="utf-8")
        ran = planned.run("calendar", "--ics", str(path))
        assert ran.status == 4
        assert "--ics" in ran.err
        assert (path.read_text("utf-8") if text else not path.exists()) in (text, True)
    assert planned.run("calendar", "--ics", str(planned.folder / "không có/lịch.ics")).status == 4


def test_an_older_calendar_is_replaced_whole(planned: Office) -> None:
    first, _ = written(planned)
    second, _ = written(planned, "--weeks", "1")
    assert len(second) < len(first)
    assert [p.name for p in planned.folder.iterdir() if "ics" in p.name] == ["lịch.ics"]
