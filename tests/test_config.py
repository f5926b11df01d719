"""config.toml: everything has a default, and all that is wrong is told at once, with lines."""

from __future__ import annotations

import json
import tomllib
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from publisher.config import THEMES, Config, load
from publisher.errors import ConfigError
from publisher.hosts import is_loopback
from publisher.model import Problem, Target

ROOT = Path(__file__).parent.parent
WORDPRESS = '[sites.so-khcn]\nkind = "wordpress"\nurl = "https://vi.du"\nuser = "lan"\n'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def read(file: Path, text: str | bytes) -> Config:
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load(file)


def wrong(file: Path, text: str | bytes) -> list[Problem]:
    with pytest.raises(ConfigError) as caught:
        read(file, text)
    assert {p.where.file for p in caught.value.problems} == {"config.toml"}
    return list(caught.value.problems)


def only(file: Path, text: str) -> Problem:
    (problem,) = wrong(file, text)
    return problem


def test_an_empty_file_is_a_whole_config(file: Path) -> None:
    config = read(file, "")
    assert config.posts == file.parent / "posts"
    assert config.media_folder == file.parent / "media"
    assert config.state == file.parent / ".publisher"
    assert config.log_url == file.parent / ".publisher" / "log.sqlite3"
    assert config.themes == THEMES
    assert len(config.themes) == 8
    assert list(config.sites) == ["preview"]
    assert config.preview_folder("preview") == file.parent / ".publisher" / "preview"
    assert config.schedule.timezone == ZoneInfo("Asia/Ho_Chi_Minh")
    assert config.schedule.default_time == time(0, 0)
    assert (config.images.longest_side, config.images.quality) == (1600, 82)
    assert config.report.deadline == "14/12"


def test_a_site_has_defaults_for_all_but_what_only_its_owner_knows(file: Path) -> None:
    site = read(file, WORDPRESS).sites["so-khcn"]
    assert (site.editor, site.schedule, site.connections) == ("blocks", "publisher", 4)
    target = read(file, WORDPRESS).target("so-khcn")
    assert target == Target("so-khcn", timetable=target.timetable)
    asked = datetime(2023, 1, 1, 3, tzinfo=UTC)  # New Year, a Sunday, at ten o'clock
    assert (target.timetable.opens(asked), target.timetable.per_hour) == (asked, 0)
    preview = read(file, '[sites.xem]\nkind = "preview"\neditor = "blocks"\n')
    assert preview.target("xem").editor == "classic"
    assert preview.preview_folder("xem") == file.parent / ".publisher" / "xem"


def test_everything_can_be_set(file: Path) -> None:
    text = """
        organisation = { name = "Sở KH&CN", parent = "UBND", slogan = "Chung tay" }
        [paths]
        posts = "Bài viết"
        media = '\\\\may-chu\\chung\\anh'
        state = "/var/lib/publisher"
        [sites.a]
        kind = "wordpress"
        url = " http://127.0.0.1:8181/wp/ "
        user = " bientap "
        editor = "classic"
        schedule = "wordpress"
        connections = 2
        timeout = 7.5
        categories = ["Tin tức"]
        [sites.b]
        kind = "preview"
        folder = "public"
        [images]
        longest_side = 1200
        quality = 70
        [themes]
        moi = "Nội dung mới"
        [schedule]
        timezone = "Asia/Bangkok"
        default_time = 07:30:00
        every = 300
        [log]
        url = "postgresql://lan@may-chu/publisher"
        [report]
        deadline = "10/12"
    """
    config = read(file, text)
    assert config.organisation.name == "Sở KH&CN"
    assert config.posts == file.parent / "Bài viết"
    assert str(config.paths.media) == "\\\\may-chu\\chung\\anh"
    assert config.state == Path("/var/lib/publisher")
    site = config.sites["a"]
    assert (site.url, site.user, site.timeout) == ("http://127.0.0.1:8181/wp", "bientap", 7.5)
    timetable = config.timetable("a")
    assert config.target("a") == Target("a", "classic", "wordpress", ("Tin tức",), timetable)
    assert config.preview_folder("b") == file.parent / "public"
    assert config.themes == {"moi": "Nội dung mới"}
    assert config.schedule.default_time == time(7, 30)
    assert config.log_url == "postgresql+psycopg://lan@may-chu/publisher"


@pytest.mark.parametrize(
    ("url", "place"),
    [("sqlite:///nhat-ky.db", "nhat-ky.db"), ("sqlite:////var/log.db", "/var/log.db")],
)
def test_a_log_in_sqlite_lies_below_the_config(file: Path, url: str, place: str) -> None:
    assert read(file, f'[log]\nurl = "{url}"\n').log_url == file.parent / place


@pytest.mark.parametrize(
    "data",
    [b"\xef\xbb\xbf[organisation]\r\nname = \"S\xe1\xbb\x9f\"\r\n",
     '[organisation]\nname = "Sở"\n'.encode(),
     "[organisation]\nname = '''So\u031b\u0309'''\n".encode()],
    ids=["notepad", "plain", "nfd"],
)  # fmt: skip
def test_files_as_editors_save_them(file: Path, data: bytes) -> None:
    assert read(file, data).organisation.name == "Sở"


def test_the_config_that_is_shipped_loads() -> None:
    config = load(ROOT / "config.toml")
    assert config.posts == ROOT / "posts"
    assert config.sites
    assert all(site.kind == "preview" for site in config.sites.values())
    text = (ROOT / "config.toml").read_text(encoding="utf-8")
    assert "password" not in str(tomllib.loads(text))


@pytest.mark.parametrize("written", ["8h", "8:00", "08:00", "8h00"])
def test_times_of_day_as_people_write_them(file: Path, written: str) -> None:
    config = read(file, f'[schedule]\ndefault_time = "{written}"\n')
    assert config.schedule.default_time == time(8)


# What is wrong


@pytest.mark.parametrize(
    ("text", "code", "line", "params"),
    [
        ('[sites.a]\nkind = "wordpres"\n', "config-choice", 2,
         {"key": "sites.a.kind", "value": "wordpres",
          "choices": "wordpress, preview, facebook, zalo, telegram"}),
        ("[sites.a]\n", "config-missing", 1, {"name": "kind", "section": "sites.a"}),
        ('[sites.a]\nkind = "wordpress"\nuser = "b"\n', "config-missing", 1,
         {"name": "url", "section": "sites.a"}),
        ('\n[sites.a]\nkind = "wordpress"\nurl = "https://vi.du"\nuser = ""\n', "config-missing",
         2, {"name": "user", "section": "sites.a"}),
        (WORDPRESS + 'uzer = "x"\n', "config-unknown", 5,
         {"key": "sites.so-khcn.uzer", "meant": "user"}),
        ('[organization]\nname = "x"\n', "config-unknown", 1,
         {"key": "organization", "meant": "organisation"}),
        ('tieu_de = "x"\n', "config-unknown", 1, {"key": "tieu_de", "meant": ""}),
        ('base = "x"\n', "config-unknown", 1, {"key": "base", "meant": ""}),
        ("# x\n[images]\n\n# y\nlongest-side = 3\n", "config-unknown", 5,
         {"key": "images.longest-side", "meant": "longest_side"}),
        ("images.qualty = 3\n", "config-unknown", 1, {"key": "images.qualty", "meant": "quality"}),
        ("[images]\nquality = 100\n", "config-range", 2,
         {"key": "images.quality", "value": "100", "limit": 95, "low": False}),
        ("[images]\nlongest_side = 10\n", "config-range", 2,
         {"key": "images.longest_side", "value": "10", "limit": 200, "low": True}),
        ('[images]\nquality = "cao"\n', "config-value", 2,
         {"key": "images.quality", "value": "cao"}),
        ("[organisation]\nname = 3\n", "config-value", 2,
         {"key": "organisation.name", "value": "3"}),
        ('sites = "x"\n', "config-value", 1, {"key": "sites", "value": "x"}),
        ('[schedule]\ntimezone = "Asia/Hanoi"\n', "config-timezone", 2, {"value": "Asia/Hanoi"}),
        ('[schedule]\ntimezone = "../../etc/passwd"\n', "config-timezone", 2,
         {"value": "../../etc/passwd"}),
        ('[schedule]\ndefault_time = "25h"\n', "config-clock", 2, {"value": "25h"}),
        ("[schedule]\ndefault_time = 8\n", "config-clock", 2, {"value": "8"}),
        ('[report]\ndeadline = "31/02"\n', "config-value", 2,
         {"key": "report.deadline", "value": "31/02"}),
        ('[report]\ndeadline = "29/02"\n', "config-value", 2,
         {"key": "report.deadline", "value": "29/02"}),
        ('[report]\ndeadline = "12/14"\n', "config-value", 2,
         {"key": "report.deadline", "value": "12/14"}),
        ('[sites.So_KHCN]\nkind = "preview"\n', "config-name", 1, {"value": "So_KHCN"}),
        ('[sites."Sở"]\nkind = "preview"\n', "config-name", 1, {"value": "Sở"}),
        ('[themes]\na = "A"\n"Cán bộ" = "x"\n', "config-name", 3, {"value": "Cán bộ"}),
        ('[sites.".."]\nkind = "preview"\n', "config-name", 1, {"value": ".."}),
        ('[log]\nurl = "mysql://may-chu/a"\n', "config-log-url", 2, {"value": "mysql://may-chu/a"}),
        ("[organisation]\nname = Sở\n", "toml", 2, {"line": "name = Sở"}),
        ('[organisation\nname = "Sở"\n', "toml", 1, {"line": "[organisation"}),
        ('[paths]\nposts = "C:\\Users\\Lan"\n', "toml-backslash", 2,
         {"line": 'posts = "C:\\Users\\Lan"', "fixed": 'posts = "C:/Users/Lan"'}),
        ('[paths]\nposts = "D:\\tin\\bai"\n', "toml-backslash", 2,
         {"line": 'posts = "D:\\tin\\bai"', "fixed": 'posts = "D:/tin/bai"'}),
        ('[sites.a]\nkind = "preview"\nfolder = "D:\\new"\n', "toml-backslash", 3,
         {"line": 'folder = "D:\\new"', "fixed": 'folder = "D:/new"'}),
    ],
)  # fmt: skip
def test_one_slip(file: Path, text: str, code: str, line: int, params: dict[str, object]) -> None:
    problem = only(file, text)
    assert (problem.code, problem.where.line) == (code, line)
    assert {name: problem.params[name] for name in params} == params


def test_all_slips_are_told_at_once_in_order(file: Path) -> None:
    text = """
[organisation]
nam = "Sở"

[sites.so-khcn]
kind = "wordpress"
url = "http://so-khcn.vi.du"

[sites.Trung_Tam]
kind = "preview"
editor = "word"

[images]
quality = 0
size = 3

[schedule]
timezone = "Hà Nội"
default_time = "sáng"
"""
    assert [(p.code, p.where.line) for p in wrong(file, text)] == [
        ("config-unknown", 3),
        ("config-missing", 5),
        ("config-http", 7),
        ("config-name", 9),
        ("config-choice", 11),
        ("config-range", 14),
        ("config-unknown", 15),
        ("config-timezone", 18),
        ("config-clock", 19),
    ]


def test_a_wordpress_site_lacks_url_and_user_in_two_lines(file: Path) -> None:
    problems = wrong(file, '[sites.a]\nkind = "wordpress"\n')
    assert [(p.code, p.params["name"]) for p in problems] == [
        ("config-missing", "url"),
        ("config-missing", "user"),
    ]


def test_an_unknown_key_comes_with_those_that_are_known(file: Path) -> None:
    problem = only(file, '[media]\nabc = "x"\n')
    assert problem.params == {"key": "media.abc", "meant": "", "choices": "limit_mb"}
    choices = str(only(file, "abc = 1\n").params["choices"]).split(", ")
    assert {"organisation", "paths", "sites", "images", "media", "themes", "log"} <= set(choices)
    assert not {"base", "file"} & set(choices)  # these are not for people to set


def test_a_config_that_is_not_there(file: Path) -> None:
    for path in (file, file.parent):
        with pytest.raises(ConfigError) as caught:
            load(path)
        (problem,) = caught.value.problems
        assert (problem.code, problem.params) == ("config-not-found", {"file": str(path)})


@pytest.mark.parametrize("text", ["[organisation]\n".encode("utf-16"), b'name = "S\xeb"\n'])
def test_a_config_in_another_encoding(file: Path, text: bytes) -> None:
    assert [(p.code, p.where.line) for p in wrong(file, text)] == [("encoding", 1)]


# Secrets and addresses

SECRET = "abcd-EFGH-ijkl"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f'{WORDPRESS}password = "{SECRET}"\n', 5),
        (f'{WORDPRESS}application-password = "{SECRET}"\n', 5),
        (f'{WORDPRESS}app_pass = "{SECRET}"\n', 5),
        (f'{WORDPRESS}Token = "{SECRET}"\n', 5),
        (f'{WORDPRESS}mat_khau = "{SECRET}"\n', 5),
        (f'{WORDPRESS}matkhau = "{SECRET}"\n', 5),
        (f'{WORDPRESS}"mật khẩu" = "{SECRET}"\n', 5),
        (f"{WORDPRESS}password = {SECRET} x\n", 5),
        (f'{WORDPRESS}password = "{SECRET}\n', 5),
        (f'password = "{SECRET}"\n', 1),
        (f'[sites.a]\nkind = "wordpress"\nuser = "lan"\nurl = "https://lan:{SECRET}@vi.du"\n', 4),
        (f'[sites.a]\nkind = "wordpress"\nuser = "lan"\nurl = "http://lan:{SECRET}@vi.du"\n', 4),
        (f'[sites.a]\nkind = "wordpress"\nuser = "lan"\nurl = "ftp://lan:{SECRET}@vi.du"\n', 4),
        (f'[log]\nurl = "postgresql://lan:{SECRET}@may-chu/a"\n', 2),
        (f'[log]\nurl = "postgresql://may-chu/a?user=lan&password={SECRET}"\n', 2),
    ],
)
def test_a_secret_is_refused_and_not_repeated(file: Path, text: str, line: int) -> None:
    (problem,) = wrong(file, text)
    assert (problem.code, problem.where.line) == ("config-secret", line)
    assert SECRET not in str(dict(problem.params))


@pytest.mark.parametrize(
    "url", [f"https://lan:{SECRET}@[vi.du", f"https://lan:{SECRET}@vi.du:x"]
)  # fmt: skip
def test_an_address_that_is_wrong_too_does_not_repeat_its_secret(file: Path, url: str) -> None:
    text = f'[sites.a]\nkind = "wordpress"\nuser = "lan"\nurl = "{url}"\n'
    assert SECRET not in str([dict(p.params) for p in wrong(file, text)])
    text = f'[log]\nurl = "mysql://lan:{SECRET}@may-chu/a"\n'
    assert SECRET not in str([dict(p.params) for p in wrong(file, text)])


@pytest.mark.parametrize(
    "url",
    ["https://vi.du", "https://vi.du:8443/wp", "http://localhost", "http://127.0.0.1:8181",
     "http://[::1]:8181", "http://site.localhost", "HTTP://LOCALHOST"],
)  # fmt: skip
def test_addresses_that_are_safe(file: Path, url: str) -> None:
    assert read(file, WORDPRESS.replace("https://vi.du", url)).sites["so-khcn"].url == url


@pytest.mark.parametrize(
    "url",
    ["http://vi.du", "http://10.0.0.1", "http://localhost.vi.du", "http://127.0.0.1.vi.du",
     "http://0.0.0.0", "HTTP://vi.du", "http://1270.0.0.1"],
)  # fmt: skip
def test_plain_http_is_for_this_machine_alone(file: Path, url: str) -> None:
    (problem,) = wrong(file, WORDPRESS.replace("https://vi.du", url))
    assert (problem.code, problem.where.line) == ("config-http", 3)
    assert problem.params["fixed"] == "https" + url[4:]


@pytest.mark.parametrize(
    "url", ["vi.du", "ftp://vi.du", "https://", "javascript:alert(1)", "file:///etc/passwd",
            "https://vi.du:cổng", "https://[vi.du"]
)  # fmt: skip
def test_what_is_no_address(file: Path, url: str) -> None:
    (problem,) = wrong(file, WORDPRESS.replace("https://vi.du", url))
    assert (problem.code, problem.where.line) == ("config-url", 3)
    assert problem.params["value"] == url


def test_this_machine() -> None:
    assert is_loopback("127.8.9.10") and is_loopback("::1") and is_loopback("localhost")
    assert not is_loopback("") and not is_loopback("192.168.1.1")


def hours_of(file: Path, *windows: str) -> list[tuple[str, str]]:
    """Days and times that lines of hours mean, days as "0-4" or "0,2"."""
    lines = json.dumps(windows, ensure_ascii=False)
    target = read(file, f"{WORDPRESS}windows = {lines}\n").target("so-khcn")
    return [
        (",".join(map(str, sorted(h.days))), f"{h.opens:%H:%M}-{h.closes:%H:%M}")
        for h in target.timetable.hours
    ]


WEEK = "0,1,2,3,4"


@pytest.mark.parametrize(
    ("window", "hours"),
    [
        ("mon-fri 07:30-17:00", [(WEEK, "07:30-17:00")]),
        ("mon,wed 8h-11h30", [("0,2", "08:00-11:30")]),
        ("sat 08:00-11:00", [("5", "08:00-11:00")]),
        ("T2-T6 7h30-17h00", [(WEEK, "07:30-17:00")]),
        ("thứ 2 - thứ 6 7h30 - 11h30, 13h30-17h", [(WEEK, "07:30-11:30"), (WEEK, "13:30-17:00")]),
        ("từ thứ hai đến thứ sáu: 7 giờ 30 đến 17 giờ", [(WEEK, "07:30-17:00")]),
        ("Thứ Hai – Thứ Sáu 07g30–17g00", [(WEEK, "07:30-17:00")]),
        ("thứ 2, 4, 6 8h-9h", [("0,2,4", "08:00-09:00")]),
        ("T7 và CN 8h-10h", [("5,6", "08:00-10:00")]),
        ("chủ nhật 8h-24h", [("6", "08:00-00:00")]),
        ("thu 08:00-11:00", [("3", "08:00-11:00")]),  # Thursday
        ("thứ năm 08:00-11:00", [("3", "08:00-11:00")]),
        ("hằng ngày 6h-22h", [("0,1,2,3,4,5,6", "06:00-22:00")]),
        ("sat-mon 8h-9h", [("0,5,6", "08:00-09:00")]),
        ("Saturday 8:00-9:00", [("5", "08:00-09:00")]),
    ],
)
def test_hours_are_written_in_many_ways(
    file: Path, window: str, hours: list[tuple[str, str]]
) -> None:
    assert hours_of(file, window) == hours


@pytest.mark.parametrize(
    ("window", "example"),
    [
        ("mon-fri", "mon-fri 07:30-17:00"),
        ("07:30-11:30", "mon-fri 07:30-11:30"),
        ("mon-fri 8-17", "mon-fri 07:30-17:00"),
        ("ngày thường 8h-9h", "mon-fri 07:30-17:00"),
        ("mon-fri 25:00-26:00", "mon-fri 07:30-17:00"),
        ("mon-fri 8h-8h", "mon-fri 07:30-17:00"),
        ("mon-fri 8h70-9h", "mon-fri 07:30-17:00"),
        ("mon 8h-9h, tue 9h-10h", "mon-fri 07:30-17:00"),
        ("T9 8h-9h", "mon-fri 07:30-17:00"),
        ("", "mon-fri 07:30-17:00"),
    ],
)
def test_hours_that_are_none_are_refused_with_an_example(
    file: Path, window: str, example: str
) -> None:
    problem = only(file, f'{WORDPRESS}per_hour = 3\nwindows = [\n"T2 8h-9h",\n"{window}"]\n')
    assert (problem.code, problem.where.line) == ("config-hours", 6)
    assert (problem.params["value"], problem.params["example"]) == (window, example)


def test_hours_over_midnight_are_to_be_two(file: Path) -> None:
    problem = only(file, f'{WORDPRESS}windows = ["T2,T7 22h-6h"]\n')
    assert problem.code == "config-hours-night"
    assert (problem.params["evening"], problem.params["morning"]) == (
        "mon,sat 22:00-24:00", "tue,sun 00:00-06:00",
    )  # fmt: skip


def test_the_hours_of_the_schedule_are_for_sites_without_their_own(file: Path) -> None:
    config = read(
        file,
        '[schedule]\nwindows = "mon-fri 7h30-17h"\ndays_off = [2023-03-16, "17/03/2023"]\n'
        '[sites.a]\nkind = "preview"\n'
        '[sites.b]\nkind = "preview"\nwindows = []\nper_hour = 5\nurgent_any_time = false\n',
    )
    a, b = config.target("a").timetable, config.target("b").timetable
    assert (len(a.hours), a.urgent_any_time, b.per_hour, b.urgent_any_time) == (1, True, 5, False)
    # Public holidays close a site with hours; the office's own days off close them all.
    holiday, own = date(2023, 9, 4), date(2023, 3, 17)
    assert [day in a.days_off for day in (holiday, own)] == [True, True]
    assert [day in b.days_off for day in (holiday, own)] == [False, True]
    assert hash(a) == hash(read(file, file.read_text("utf-8")).target("a").timetable)


def test_public_holidays_can_be_left_out_and_every_year_has_its_own(file: Path) -> None:
    hours = '[schedule]\nwindows = ["mon-fri 7h30-17h"]\n'
    with_site = '[sites.a]\nkind = "preview"\n'
    off = read(file, hours + with_site).target("a").timetable.days_off
    assert date(2023, 1, 20) in off and date(2024, 2, 9) in off  # Tết moves
    none = read(file, f"{hours}holidays = false\n{with_site}").target("a").timetable.days_off
    assert date(2023, 1, 20) not in none


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("28/01/2028-03/02/2028", date(2028, 1, 28), date(2028, 2, 3)),
        ("2028-01-28 - 2028-02-03", date(2028, 1, 28), date(2028, 2, 3)),
        ("28/1/2028 đến 3/2/2028", date(2028, 1, 28), date(2028, 2, 3)),
        ("02/01/2027", date(2027, 1, 2), date(2027, 1, 2)),
    ],
)
def test_days_off_are_days_or_from_one_to_another(
    file: Path, written: str, first: date, last: date
) -> None:
    off = read(file, f'[schedule]\ndays_off = ["{written}"]\n').own_days_off
    day = timedelta(days=1)
    assert [d in off for d in (first - day, first, last, last + day)] == [False, True, True, False]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("03/02/2028-28/01/2028", "config-days"),
        ("28/01/2028-28/01/2082", "config-days"),
        ("28/01-03/02/2028", "config-date"),
        ("Tết", "config-date"),
    ],
)
def test_days_off_that_are_none_are_refused(file: Path, written: str, code: str) -> None:
    problem = only(file, f'[schedule]\nevery = 60\ndays_off = ["{written}"]\n')
    assert (problem.code, problem.where.line) == (code, 3)
