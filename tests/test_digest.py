"""What the office and its authors are told by the real program, over real mail and web servers."""

from __future__ import annotations

import json
import re
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import keyring
import pytest
from keyring.backends.fail import Keyring as NoKeyring

from publisher import config, i18n, periods, run
from publisher.apply import Outcome
from publisher.model import Article, Post, Problem, Publication, State
from publisher.plan import Action, ActionKind
from publisher.run import Rest, Result
from publisher.service import Tick
from publisher.service.telling import Herald
from tests.listeners import Postbox, Web, authority, postbox, web
from tests.office import Office

PASSWORD = "m@t-khau/rat?bi-mat"
TOKEN = "khoa-rat-bi-mat-0123456789"
PING = "0d338dcc-a054-11ec-b909-0242ac120002"
MINUTE = timedelta(minutes=1)
MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # 08:00 in Việt Nam
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
DOWN = Problem("site-maintenance", params={"site": "preview", "url": "https://so.example"})


@pytest.fixture(autouse=True)
def vietnamese(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("LANGUAGE", "")
    i18n.use("vi")
    before = keyring.get_keyring()
    keyring.set_keyring(NoKeyring())  # type: ignore[no-untyped-call]
    yield
    keyring.set_keyring(before)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path / "văn phòng")


@pytest.fixture
def tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    context, path = authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    return context


@pytest.fixture
def site() -> Iterator[Web]:
    with web() as site:
        yield site


@pytest.fixture
def box(tls: ssl.SSLContext) -> Iterator[Postbox]:
    with postbox(tls, PASSWORD) as box:
        yield box


@dataclass
class House:
    """A folder, a clock that is set by hand, and the herald that speaks for it."""

    office: Office
    now: datetime = MONDAY
    environ: dict[str, str] = field(default_factory=dict)
    complaints: list[Problem] = field(default_factory=list)
    herald: Herald = field(init=False)

    def __post_init__(self) -> None:
        self.again()

    @property
    def state(self) -> Path:
        return self.office.folder / ".publisher"

    def works(self) -> run.Office:
        settings = config.load(self.office.folder / "config.toml")
        return run.office(settings, self.environ, lambda: self.now, str, {})

    def again(self) -> None:
        """Start anew, as after a crash."""
        self.herald = Herald(self.works(), self.environ, self.complaints.append)

    def tick(self, result: Result | None = None, **more: object) -> None:
        self.now += MINUTE
        self.herald.begin()
        self.herald.tick(Tick(self.now, result, **more))  # type: ignore[arg-type]

    def publish(self) -> None:
        self.tick(run.publish(self.works()))

    def ticks(self, number: int, result: Result | None = None, **more: object) -> None:
        for _ in range(number):
            self.tick(result, **more)

    def day(self, moment: datetime) -> None:
        self.now = moment
        self.herald.day(moment.astimezone(ZONE))

    @property
    def codes(self) -> list[str]:
        return [problem.code for problem in self.complaints]


def house(
    office: Office,
    box: Postbox | None = None,
    site: Web | None = None,
    more: str = "",
    to: str = '["vp@so.example"]',
) -> House:
    """Return the house of an office whose channel ``nhom`` is a web service."""
    lines = ["[notices]", 'channels = ["nhom"]' if site else "", more]
    environ: dict[str, str] = {}
    if site:
        environ["PUBLISHER_NOTICE_NHOM"] = f"{site.url.replace('http', 'json')}/{TOKEN}"
    if box:
        environ["PUBLISHER_NOTICE_MAIL"] = PASSWORD
        lines += [
            "[notices.mail]", 'host = "localhost"', f"port = {box.port}", 'user = "vanphong"',
            'from = "vanphong@so.example"', f"to = {to}",
        ]  # fmt: skip
        lines += ["[notices.authors]", '"Nguyễn Văn An" = "an@so.example"',
                  '"Lê Bình" = "binh@so.example"']  # fmt: skip
    office.configure("\n".join(lines) + "\n")
    return House(office, environ=environ)


def titles(site: Web) -> list[str]:
    return [str(site.json(number)["title"]) for number in range(len(site.requests))]


# Wake-ups


def test_what_a_run_published_is_told_with_its_address(office: Office, site: Web) -> None:
    told = house(office, site=site)
    office.post("mot.md", title="Hội nghị tổng kết")
    office.post("hai.md", title="Tập huấn")
    told.publish()
    assert titles(site) == ["[publisher] Đã đăng: 2 bài"]
    message = site.json()["message"]
    assert "“Hội nghị tổng kết” (preview)" in message
    assert len(re.findall("file://|https?://", message)) == 2
    office.post("ba.md", title="Bài thứ ba")
    told.publish()
    assert len(site.requests) == 1  # within a quarter of an hour: not yet
    told.ticks(15, Result())
    assert titles(site)[1] == "[publisher] Đã đăng: “Bài thứ ba” (preview)"


def test_a_site_that_is_down_is_told_once_and_so_is_its_end(
    office: Office, site: Web, box: Postbox
) -> None:
    told = house(office, box, site)
    told.tick(Result(unreachable={"preview": DOWN}))
    told.tick(Result())
    told.ticks(20, Result())
    assert not site.requests and not box.letters
    resting = {"preview": Rest(DOWN, told.now, told.now + 30 * MINUTE, 3)}
    waits: dict[str, tuple[str, ...]] = {"preview": ("a", "b")}
    told.tick(Result(unreachable={"preview": DOWN}, waits=waits))
    told.ticks(30, Result(waits=waits), resting=resting)
    told.again()
    told.ticks(30, Result(waits=waits), resting=resting)
    assert titles(site) == ["[publisher] Sự cố: preview đang bảo trì."]
    assert "Đang chờ: 2 bài." in site.json()["message"]
    told.ticks(10, Result())
    assert titles(site)[1:] == ["[publisher] Đã hết: preview đang bảo trì."]
    assert [str(letter["Subject"]) for letter in box.letters] == titles(site)
    assert box.readers == [("vp@so.example",)] * 2


def test_a_folder_that_is_gone_is_told_by_the_run_that_could_not_be_made(
    office: Office, site: Web
) -> None:
    told = house(office, site=site)
    problem = Problem("folder-empty", params={"count": 12})
    told.ticks(10, problems=(problem,))
    assert len(site.requests) == 1 and "Sự cố" in titles(site)[0]
    told.ticks(10)  # somebody else is at work with the log: nothing is known
    told.ticks(10, Result())
    assert [title.startswith("[publisher] Đã hết:") for title in titles(site)] == [False, True]


def _outcome(kind: ActionKind, state: State, problem: Problem | None = None) -> Result:
    post = Post("bai", "posts/bai.md", "Tiêu đề")
    article = Article(post, "", "", (), "", (), "bai", "d")
    row = Publication("preview", "bai", None, title="Tiêu đề", reason="Sai số liệu")  # type: ignore[arg-type]
    action = Action(kind, "preview", "bai", "new", article=article, publication=row)
    return Result([Outcome(kind, "preview", "bai", state, problem=problem)], [action])


def test_a_post_that_is_refused_is_told_by_its_title_until_it_goes_through(
    office: Office, site: Web
) -> None:
    told = house(office, site=site)
    problem = Problem("site-refused", params={"site": "preview", "wp_message": "Sai."})
    refused = _outcome(ActionKind.CREATE, State.REFUSED, problem)
    told.tick(refused)
    rest = Rest(problem, told.now, told.now + 30 * MINUTE, 1)
    told.ticks(30, Result(actions=refused.actions), held={("preview", "bai"): rest})
    assert titles(site) == ["[publisher] Sự cố: “Tiêu đề” (preview): preview không nhận. "
                            "Trang trả lời: Sai."]  # fmt: skip
    told.tick(_outcome(ActionKind.CREATE, State.DONE))
    told.ticks(10, Result())
    assert [title.split(":")[0] for title in titles(site)[1:]] == [
        "[publisher] Đã đăng", "[publisher] Đã hết",
    ]  # fmt: skip


def test_a_conflict_asks_for_a_hand_and_a_withdrawal_gives_its_reason(
    office: Office, site: Web
) -> None:
    told = house(office, site=site)
    conflict = Problem("conflict-edited", params={"site": "preview"})
    told.ticks(8, _outcome(ActionKind.CONFLICT, State.SKIPPED, conflict))
    assert titles(site)[0].startswith("[publisher] Cần xử lý: “Tiêu đề” (preview):")
    told.tick(_outcome(ActionKind.WITHDRAW, State.DONE))
    assert titles(site)[1].startswith("[publisher] Đã gỡ: “Tiêu đề”")
    assert "Sai số liệu" in site.json(1)["message"]


def test_a_file_with_mistakes_is_told_when_nobody_mended_it_for_an_hour(
    office: Office, site: Web
) -> None:
    told = house(office, site=site)
    office.file("posts/hong.md", "không có dữ liệu")
    for _ in range(59):
        told.tick(Result(problems=list(run.read(told.works().config).problems)))
    assert not site.requests
    told.ticks(3, Result(problems=list(run.read(told.works().config).problems)))
    assert titles(site)[0].startswith("[publisher] Cần xử lý: posts/hong.md")


def test_what_the_verification_did_not_find_is_told(office: Office, site: Web) -> None:
    told = house(office, site=site)
    office.post("mot.md", title="Hội nghị", date="02/03/2026 08:00")
    told.now += 10 * MINUTE
    told.publish()
    (stored,) = (told.state / "preview" / "data" / "posts").glob("*.json")
    text = stored.read_text(encoding="utf-8")
    stored.unlink()
    verify(told)
    told.ticks(70, Result())
    assert titles(site)[1] == (
        "[publisher] Không còn như đã đăng: “Hội nghị” (preview): không còn trên trang"
    )
    stored.write_text(text, encoding="utf-8")
    verify(told)
    told.ticks(70, Result())
    assert titles(site)[2].startswith("[publisher] Đã hết: “Hội nghị” (preview)")


def verify(told: House) -> None:
    run.verify(told.works(), periods.year(2026), links=False)


# Channels that fail


def test_a_channel_that_fails_is_tried_less_and_less_and_gets_all_at_last(
    office: Office, site: Web, box: Postbox
) -> None:
    told = house(office, box, site)
    site.status = 503
    for number in range(4):
        office.post(f"{number}.md", title=f"Bài {number}")
        told.publish()
        told.ticks(15, Result())
    assert 5 <= len(site.requests) <= 7  # 1, 2, 4, 8, 16 ... minutes apart
    assert told.codes == ["notice-refused"]  # said once
    subjects = [str(letter["Subject"]) for letter in box.letters]
    assert len([s for s in subjects if "Đã đăng" in s]) == 4  # the other way was not held up
    assert [s for s in subjects if "nhom" in s]  # and tells of the one that fails
    assert "Bài 3" in (told.state / "notices.json").read_text(encoding="utf-8")
    told.again()
    site.requests.clear()
    site.status = 200
    told.ticks(60, Result())
    first = site.json(0)
    assert "tin gộp lại: " in first["title"]
    assert all(f"Bài {number}" in first["message"] for number in range(4))
    assert len(site.requests) <= 2
    assert not json.loads((told.state / "notices.json").read_text(encoding="utf-8"))["letters"]


def test_a_channel_without_an_address_is_named_and_one_kept_later_is_used(
    office: Office, site: Web
) -> None:
    told = house(office, site=site)
    address = told.environ.pop("PUBLISHER_NOTICE_NHOM")
    told.herald.started()
    assert told.codes == ["notice-missing"]
    office.post("mot.md", title="Bài")
    told.publish()
    told.environ["PUBLISHER_NOTICE_NHOM"] = address
    told.ticks(5, Result())
    assert len(site.requests) == 1


def test_a_state_folder_that_can_not_be_written_stops_no_message(office: Office, site: Web) -> None:
    told = house(office, site=site)
    told.state.mkdir(exist_ok=True)
    (told.state / "notices.json.new").mkdir()
    told.ticks(10, problems=(Problem("log-disk-full", params={"log": "log.db"}),))
    assert len(site.requests) == 1
    assert set(told.codes) == {"notice-broken"}


def test_nobody_is_told_where_nobody_is_named(office: Office) -> None:
    told = house(office)
    office.post("mot.md", title="Bài")
    told.publish()
    told.day(MONDAY)
    assert not told.complaints and not (told.state / "notices.json").exists()


# The calendar


def test_the_deadline_is_told_on_working_mornings_and_each_step_once(
    office: Office, site: Web
) -> None:
    targets = "[report.targets]\ntotal = 4\n[report.targets.kinds]\ntin = 3"
    told = house(office, site=site, more=targets)
    office.post("mot.md", title="Bài", date="02/03/2026 08:00")
    told.publish()
    site.requests.clear()
    day = datetime(2026, 11, 16, 0, 0, tzinfo=UTC)
    while day < datetime(2026, 12, 15, tzinfo=UTC):
        for hour in (0, 1, 5):  # 07:00, 08:00 and 12:00 there
            told.now = day + timedelta(hours=hour)
            told.tick(Result())
        day += timedelta(days=1)
    said = [(title, site.json(number)["message"]) for number, title in enumerate(titles(site))]
    said = [pair for pair in said if "Báo cáo:" in pair[0]]
    assert [re.findall(r"Còn (\d+)", title) for title, _ in said[:-1]] == [
        [days] for days in ("15", "10", "5", "3", "2", "1")
    ]
    assert said[-1][0] == "[publisher] Báo cáo: Hôm nay, 14/12/2026, là hạn nộp báo cáo."
    for _title, message in said:
        assert "1/4, còn thiếu 3" in message and "Tin: 1/3, còn thiếu 2" in message


def test_a_plan_that_falls_behind_is_told_once_a_month(office: Office, site: Web) -> None:
    told = house(office, site=site, more="[report.targets]\ntotal = 120")
    for number in range(45):
        told.now = MONDAY + timedelta(days=number)
        told.tick(Result())
    assert [title.split(":")[0] for title in titles(site)] == [
        "[publisher] Chậm so với kế hoạch"
    ] * 2
    assert re.search(r"0/120; đến nay lẽ ra phải được 2\d", site.json(0)["message"])


# The end of the day


def test_authors_hear_of_their_own_posts_and_the_office_of_all(
    office: Office, box: Postbox
) -> None:
    told = house(office, box)
    office.post("mot.md", title="Bài của An", authors=["nguyễn văn an", "Lê Bình"])
    office.post("hai.md", title="Bài chờ", authors=["Nguyễn Văn An"], date="09/03/2026 08:00")
    office.file("posts/hong.md", "---\ntitle: Hỏng\nkind: tin\nauthors: Lê Bình\ndate: mai\n---\nA")
    told.publish()
    box.letters.clear()
    box.readers.clear()
    told.day(MONDAY + timedelta(hours=8, minutes=30))
    got = {readers[0]: letter for readers, letter in zip(box.readers, box.letters, strict=True)}
    assert set(got) == {"vp@so.example", "an@so.example", "binh@so.example"}
    an, binh = got["an@so.example"], got["binh@so.example"]
    assert an["Subject"] == "[publisher] Bài của anh/chị: 1 bài đã đăng, 1 bài đang chờ"
    text = an.get_content()
    assert text.startswith("Kính gửi Nguyễn Văn An,")
    assert "“Bài của An”" in text and "08:00 09/03/2026  “Bài chờ” (preview)" in text
    assert "posts/hong.md" not in text
    text = binh.get_content()
    assert "“Bài của An”" in text and "posts/hong.md, dòng 5:" in text and "Cần làm:" in text
    assert "1 chỗ cần sửa" in got["vp@so.example"]["Subject"]


def test_nothing_to_say_is_no_letter_and_the_same_wait_is_told_once(
    office: Office, box: Postbox
) -> None:
    told = house(office, box)
    told.day(MONDAY + timedelta(hours=8))
    assert not box.letters
    office.post("hai.md", title="Bài chờ", authors=["Nguyễn Văn An"], date="19/03/2026 08:00")
    for number in range(1, 4):
        told.day(MONDAY + timedelta(days=number, hours=8))
    assert sorted(box.readers) == [("an@so.example",), ("vp@so.example",)]


def test_a_day_without_a_mail_server_is_made_good_and_nothing_comes_twice(
    office: Office, box: Postbox, tls: ssl.SSLContext
) -> None:
    told = house(office, box, to="[]")
    good = told.environ.pop("PUBLISHER_NOTICE_MAIL")
    office.post("mot.md", title="Một", authors=["Nguyễn Văn An"])
    told.publish()
    told.day(MONDAY + timedelta(hours=8))
    assert told.codes == ["notice-missing"]
    told.environ["PUBLISHER_NOTICE_MAIL"] = good
    box.refuse = {"an@so.example": "450 Later"}
    told.ticks(2, Result())
    box.refuse = {}
    told.ticks(10, Result())
    told.day(MONDAY + timedelta(days=1, hours=8))
    assert [letter["To"] for letter in box.letters] == ["an@so.example"]
    assert told.codes == ["notice-missing", "mail-recipient"]


# The dead-man's switch


def test_a_run_is_pinged_at_its_begin_and_end_and_failures_at_once(
    office: Office, site: Web
) -> None:
    told = house(office, more="ping = true")
    told.environ["PUBLISHER_PING"] = f"{site.url}/{PING}"
    told.tick(Result())
    told.ticks(5, Result())  # the same minute
    told.ticks(3, problems=(Problem("log-locked", params={"log": "log.db"}),))
    told.ticks(3, Result())
    told.herald.stopped()
    assert site.paths == [f"/{PING}/start", f"/{PING}", f"/{PING}/fail", f"/{PING}", f"/{PING}/log"]
    assert "log.db" in site.requests[2][2].decode()


def test_a_ping_that_is_not_answered_is_said_once_and_delays_nothing(
    office: Office, site: Web
) -> None:
    told = house(office, more="ping = true")
    told.tick(Result())
    told.environ["PUBLISHER_PING"] = "https://localhost:1/x"
    told.tick(None, problems=(Problem("interrupted"),))
    told.tick(Result())
    assert told.codes == ["notice-missing", "ping-unreachable"]


# Commands


def test_the_commands_try_every_channel_and_show_no_secret(
    office: Office, site: Web, box: Postbox
) -> None:
    told = house(office, box, site, more="ping = true")
    office.environ = {**told.environ, "PUBLISHER_PING": f"{site.url}/{PING}"}
    listed = office.run("notice", "list")
    assert "JSON" in listed.out and "vp@so.example" in listed.out
    tried = office.run("notice", "test")
    assert tried.status == 0 and tried.out.count("đã gửi") == 3
    assert sorted(site.paths) == sorted([f"/{TOKEN}", f"/{PING}/log"])
    assert box.letters[0]["Subject"] == "[publisher] Tin thử"
    site.status = 404
    failed = office.run("-v", "notice", "test", "nhom")
    assert failed.status == 1 and "mã 404" in failed.out
    unknown = office.run("notice", "test", "zalo")
    assert unknown.status == 3 and "nhom" in unknown.err
    for ran in (listed, tried, failed, unknown, office.run("notice", "list", "--json")):
        for secret in (TOKEN, PASSWORD, PING):
            assert secret not in ran.out + ran.err


def test_login_keeps_an_address_only_when_it_is_understood(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.configure('[notices]\nchannels = ["nhom"]\n')
    typed: list[str] = []
    monkeypatch.setattr("click.termui.hidden_prompt_func", lambda _words: typed.pop())
    path = office.folder / ".publisher" / "passwords.toml"
    typed.append(f"khong-biet://{TOKEN}")
    bad = office.run("notice", "login", "nhom")
    assert bad.status == 1 and not path.exists()
    nowhere = office.run("notice", "login", "mail")
    assert nowhere.status == 3 and "[notices.mail]" in nowhere.err
    typed.append(f"jsons://hooks.example/{TOKEN}")
    good = office.run("notice", "login", "nhom")
    assert good.status == 0 and "tgram://" in good.out and "Dịch vụ: JSON" in good.out
    typed.append(f"https://hc.example/{PING}")
    assert office.run("notice", "login", "ping").status == 0
    kept = path.read_text(encoding="utf-8")
    assert TOKEN in kept and PING in kept and path.stat().st_mode & 0o077 == 0
    assert TOKEN not in good.out + good.err + bad.out + bad.err
    assert "JSON" in office.run("notice", "list").out


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f'[notices]\nchannels = ["tgram://{TOKEN}/1"]', "publisher notice login"),
        (f'[notices]\npassword = "{TOKEN}"', "publisher notice login"),
        (f'[notices.mail]\nhost = "h"\nfrom = "a@b.vn"\npassword = "{TOKEN}"', "notice login mail"),
        ('[notices.mail]\nhost = "h"\nfrom = "văn phòng@b.vn"', "không phải là địa chỉ thư"),
        ('[notices.mail]\nhost = "smtp://h"\nfrom = "a@b.vn"', "không phải là tên máy chủ thư"),
        ('[notices.authors]\n"An" = "a@b.vn\\nBcc: c@d.vn"', "không phải là địa chỉ thư"),
        ('[notices]\nchannels = ["mail"]', "mail"),
    ],
)
def test_what_is_wrong_under_notices_is_said_without_the_secret(
    office: Office, text: str, words: str
) -> None:
    office.configure(text + "\n")
    ran = office.run("notice", "list")
    assert ran.status == 3 and words in ran.err and TOKEN not in ran.out + ran.err


def test_no_secret_is_in_anything_that_was_written(
    office: Office, site: Web, box: Postbox, capfd: pytest.CaptureFixture[str]
) -> None:
    told = house(office, box, site, more="ping = true")
    told.environ["PUBLISHER_PING"] = f"{site.url}/{PING}"
    office.post("mot.md", title="Bài", authors=["Lê Bình"])
    told.publish()
    site.status = 403
    box.refuse = {"vp@so.example": f"550 {PASSWORD}", "binh@so.example": "450 Later"}
    told.ticks(8, problems=(Problem("log-locked", params={"log": "log.db"}),))
    told.day(MONDAY + timedelta(hours=8))
    told.herald.stopped()
    assert told.complaints
    written = "".join(
        path.read_text(encoding="utf-8", errors="replace")
        for path in office.folder.rglob("*")
        if path.is_file()
    )
    written += repr(told.complaints) + "".join(capfd.readouterr())
    for secret in (TOKEN, PASSWORD, PING):
        assert secret not in written
