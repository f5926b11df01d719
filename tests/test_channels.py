"""Channels of social networks beside a real website: waiting for it, exactly once, by hand."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from publisher import config as configs
from publisher import run
from publisher.errors import ConfigError
from publisher.log import open_log
from publisher.messages import reason
from publisher.model import Memory, Problem
from publisher.service.observing import observation
from publisher.service.ticks import Tick
from tests.channels import Facebook, Telegram, Zalo, graph_error, running, too_many
from tests.faults import FaultProxy, Rule
from tests.office import Office
from tests.wordpress import WordPress

CARDS = '[organisation]\nname = "Sở Khoa học và Công nghệ"\n'


class Channels:
    """A website and three channels that lead to it."""

    def __init__(self, office: Office, site: WordPress) -> None:
        self.office = office
        self.site = site
        self.facebook, self.zalo, self.telegram = Facebook(), Zalo(), Telegram()

    def add(self, kind: str, url: str = "", **settings: object) -> Any:
        """Add a channel to config.toml under the name of its kind; return its server."""
        server: Any = getattr(self, kind)
        accounts = {"facebook": "1234567890", "zalo": "4321", "telegram": "@so_khcn"}
        more: dict[str, object] = {"app": self.zalo.app} if kind == "zalo" else {}
        secret = self.zalo.secret if kind == "zalo" else server.token
        values = {"url": url or server.url, "account": accounts[kind], "default": True, **more}
        self.office.site(kind, secret, kind=kind, **{**values, **settings})
        if kind == "zalo":
            self.office.environ["PUBLISHER_TOKEN_ZALO"] = self.zalo.refresh
        return server

    def all(self) -> list[Any]:
        return [self.add(kind) for kind in ("facebook", "zalo", "telegram")]

    def publish(self, *arguments: str) -> dict[tuple[str, str], dict[str, Any]]:
        """Publish; return the last outcome of each post on each site."""
        return {(o["site"], o["key"]): o for o in self.office.publish(*arguments)}

    def memory(self) -> Memory:
        log = open_log(self.office.folder / ".publisher" / "log.sqlite3", lambda: datetime.now(UTC))
        try:
            return log.memory()
        finally:
            log.close()


@pytest.fixture
def channels(tmp_path: Path, wordpress71: WordPress) -> Iterator[Channels]:
    wordpress71.empty()
    office = Office(tmp_path / "Phòng Hành chính")
    office.configure(CARDS)
    office.wordpress(wordpress71)
    made = Channels(office, wordpress71)
    with ExitStack() as stack:
        for server in (made.facebook, made.zalo, made.telegram):
            stack.enter_context(running(server))
        yield made


def texts(*servers: Any) -> list[list[str]]:
    return [server.texts() for server in servers]


def address(site: WordPress) -> str:
    (post,) = [p for p in site.posts() if p["status"] == "publish"]
    link: str = post["link"]
    return link


# Together with the website


def test_one_post_reaches_the_website_and_all_channels(channels: Channels) -> None:
    facebook, zalo, telegram = channels.all()
    channels.office.post("tin.md", title="Hội nghị “một cửa”", excerpt="Tóm tắt: ắ ở đ.")
    done = channels.publish()
    assert {o["state"] for o in done.values()} == {"done"}
    link = address(channels.site)
    message = f"Hội nghị “một cửa”\n\nTóm tắt: ắ ở đ.\n\n{link}"
    assert texts(facebook, zalo, telegram) == [[message], ["Tóm tắt: ắ ở đ."], [message]]
    (article,) = zalo.articles.values()
    assert article["title"] == "Hội nghị “một cửa”"
    assert article["cover"]["photo_url"].endswith(".png")  # the share card, as the website has it
    assert article["body"][-1]["content"] == link
    (post,) = facebook.posts.values()
    assert post["link"] == link  # from which the page makes its card


def test_a_new_file_says_how_to_speak_to_each_channel(channels: Channels) -> None:
    channels.all()
    office = channels.office
    assert office.run("new", "Tin mới").status == 0
    (path,) = (office.folder / "posts").rglob("*.md")
    text = path.read_text("utf-8")
    assert "{facebook:" in text and '# social: ""' in text
    path.write_text(text.replace('# social: ""', "social: {zalo: Lời}"), encoding="utf-8")
    assert office.run("check").status == 0


def test_the_second_plan_is_empty_and_asks_nothing(channels: Channels) -> None:
    servers = channels.all()
    channels.office.post("tin.md", title="Một tin")
    channels.publish()
    for server in servers:
        server.asked.clear()
    assert channels.office.plan() == []
    assert channels.publish() == {}
    assert [server.asked for server in servers] == [[], [], []]


def test_a_channel_waits_for_the_website(channels: Channels) -> None:
    telegram = channels.add("telegram")
    down = Office(channels.office.folder.parent / "không tới được")
    down.configure(CARDS)
    down.wordpress(channels.site, url="http://127.0.0.1:9")
    down.site(
        "telegram", telegram.token, kind="telegram", url=telegram.url, account="@so_khcn",
        default=True,
    )  # fmt: skip
    down.post("tin.md", title="Một tin")
    ran = down.run("publish", "--json")
    assert telegram.texts() == []
    assert not [o for o in ran.json["outcomes"] if o["site"] == "telegram"]
    waits = [a for a in down.plan() if a["site"] == "telegram"]
    assert [(a["action"], a["code"]) for a in waits] == [("wait", "home")]


def test_a_channel_that_fails_never_holds_the_website_back(channels: Channels) -> None:
    office = channels.office
    channels.add("facebook", url="http://127.0.0.1:9")
    telegram = channels.add("telegram")
    office.post("tin.md", title="Một tin")
    done = channels.publish()
    assert done["so-khcn", "tin"]["state"] == "done"
    assert done["telegram", "tin"]["state"] == "done"
    assert done["facebook", "tin"]["state"] == "not_sent"
    assert len(telegram.texts()) == 1
    assert [a["site"] for a in office.plan() if a["action"] == "create"] == []


def test_without_default_only_posts_that_name_a_channel_go_there(channels: Channels) -> None:
    telegram = channels.add("telegram", default=False)
    office = channels.office
    office.post("tin.md", title="Một tin")
    office.post("hai.md", title="Tin hai", sites=["so-khcn", "telegram"])
    channels.publish()
    assert [text.split("\n")[0] for text in telegram.texts()] == ["Tin hai"]


def test_a_post_for_the_channel_alone_is_told_of(channels: Channels) -> None:
    telegram = channels.add("telegram")
    channels.office.post("tin.md", title="Một tin", sites=["telegram"])
    ran = channels.office.run("publish", "--json")
    assert telegram.texts() == []
    assert "channel-alone" in [p["code"] for p in ran.json["problems"]]


def test_the_authors_words_are_used(channels: Channels) -> None:
    facebook, zalo, telegram = channels.all()
    channels.office.post(
        "tin.md", title="Một tin",
        social={"facebook": "Mời xem trên Facebook", "telegram": "Mời xem trên Telegram"},
        excerpt="Tóm tắt.",
    )  # fmt: skip
    channels.publish()
    starts = [text.split("\n")[0] for (text,) in texts(facebook, zalo, telegram)]
    assert starts == ["Mời xem trên Facebook", "Tóm tắt.", "Mời xem trên Telegram"]


def test_a_photo_item_shows_its_pictures(channels: Channels) -> None:
    facebook, _, telegram = channels.all()
    office = channels.office
    for name in ("a", "b"):
        office.picture(f"posts/{name}.jpg", colour="navy" if name == "a" else "teal")
    office.post("anh.md", "![Một](a.jpg)\n\n![Hai](b.jpg)", title="Ảnh hội nghị", kind="anh")
    done = channels.publish()
    assert {o["state"] for o in done.values()} == {"done"}
    (post,) = facebook.posts.values()
    assert len(post["photos"]) == 2
    assert len(telegram.messages) == 2
    assert len(telegram.texts()) == 1
    assert office.plan() == []


def test_a_text_that_is_too_long_is_cut_and_told(channels: Channels) -> None:
    telegram = channels.add("telegram")
    channels.office.post("tin.md", title="Một tin", social="chữ " * 2000)
    ran = channels.office.run("publish", "--json")
    assert "social-long" in [p["code"] for p in ran.json["problems"]]
    (text,) = telegram.texts()
    assert text.endswith(f"…\n\n{address(channels.site)}")


def test_zalo_without_any_picture_is_told_of(channels: Channels) -> None:
    zalo = channels.add("zalo")
    channels.office.configure("")  # no name, so no share card
    channels.office.post("tin.md", title="Một tin")
    outcome = channels.publish()["zalo", "tin"]
    assert (outcome["state"], outcome["code"]) == ("not_sent", "channel-no-picture")
    assert zalo.texts() == []


# Exactly once


@pytest.mark.parametrize("kind", ["facebook", "zalo"])
def test_what_arrived_is_recognised_by_its_text_and_link(channels: Channels, kind: str) -> None:
    server = getattr(channels, kind)
    with FaultProxy(server.url) as proxy:
        channels.add(kind, url=proxy.url)
        channels.office.post("tin.md", title="Một tin", excerpt="Tóm tắt.")
        proxy.add(Rule("lose", "POST", r"/(feed|article/verify)$", times=1))
        assert channels.publish()[kind, "tin"]["state"] == "unknown"
        outcome = channels.publish()[kind, "tin"]
    assert (outcome["action"], outcome["state"]) == ("adopt", "done")
    assert len(server.texts()) == 1
    row = channels.memory().publications[kind, "tin"]
    assert (row.status, row.kind) == ("publish", "mang-xa-hoi")
    assert row.shown_at is not None
    assert row.shown_at > datetime.now(UTC) - timedelta(minutes=5)


@pytest.mark.parametrize("kind", ["facebook", "zalo"])
def test_what_did_not_arrive_is_sent_again_once(channels: Channels, kind: str) -> None:
    server = getattr(channels, kind)
    with FaultProxy(server.url) as proxy:
        channels.add(kind, url=proxy.url)
        channels.office.post("tin.md", title="Một tin", excerpt="Tóm tắt.")
        proxy.add(Rule("drop", "POST", r"/(feed|article/create)$", times=1))
        assert channels.publish()[kind, "tin"]["state"] == "unknown"
        assert channels.publish()[kind, "tin"]["action"] == "create"
    assert len(server.texts()) == 1


@pytest.fixture
def uncertain(channels: Channels) -> Channels:
    """A channel that nobody can look at, after the answer to a message was lost."""
    with FaultProxy(channels.telegram.url) as proxy:
        channels.add("telegram", url=proxy.url)
        channels.office.post("tin.md", title="Một tin")
        proxy.add(Rule("lose", "POST", r"/sendMessage$", times=1))
        lost = channels.publish()["telegram", "tin"]
        assert (lost["state"], lost["code"]) == ("unknown", "conflict-uncertain")
        config = channels.office.folder / "config.toml"
        text = config.read_text("utf-8").replace(proxy.url, channels.telegram.url)
        config.write_text(text, encoding="utf-8")
    return channels


def test_what_nobody_can_see_is_never_sent_again_by_itself(uncertain: Channels) -> None:
    for _ in range(3):
        outcome = uncertain.publish()["telegram", "tin"]
        assert (outcome["action"], outcome["state"]) == ("conflict", "skipped")
        assert outcome["code"] == "conflict-uncertain"
    assert len(uncertain.telegram.texts()) == 1


def test_a_person_who_saw_it_settles_it(uncertain: Channels) -> None:
    assert uncertain.publish("tin", "--keep-site")["telegram", "tin"]["state"] == "done"
    assert len(uncertain.telegram.texts()) == 1
    assert uncertain.office.plan() == []
    row = uncertain.memory().publications["telegram", "tin"]
    assert (row.status, row.remote_id, row.kind) == ("publish", "", "mang-xa-hoi")
    # Nobody knows its number, so a correction has to be made there by hand.
    uncertain.office.post("tin.md", title="Một tin đã sửa")
    outcome = uncertain.publish()["telegram", "tin"]
    assert outcome["code"] == "conflict-fixed"
    assert uncertain.publish("tin", "--keep-site")["telegram", "tin"]["state"] == "done"
    assert uncertain.office.plan() == []


def test_a_person_who_did_not_see_it_sends_it_again(uncertain: Channels) -> None:
    uncertain.telegram.messages.clear()
    outcome = uncertain.publish("tin", "--overwrite")["telegram", "tin"]
    assert (outcome["action"], outcome["state"]) == ("create", "done")
    assert len(uncertain.telegram.texts()) == 1
    assert uncertain.office.plan() == []


def test_an_edit_whose_answer_was_lost_is_sent_again(channels: Channels) -> None:
    telegram = channels.telegram
    with FaultProxy(telegram.url) as proxy:
        channels.add("telegram", url=proxy.url)
        channels.office.post("tin.md", title="Một tin")
        channels.publish()
        channels.office.post("tin.md", title="Tên mới")
        proxy.add(Rule("lose", "POST", r"/editMessageText$", times=1))
        assert channels.publish()["telegram", "tin"]["state"] == "unknown"
        assert channels.publish()["telegram", "tin"]["state"] == "done"
        assert channels.office.plan() == []
    assert [text.split("\n")[0] for text in telegram.texts()] == ["Tên mới"]


def test_a_limit_is_kept_to_and_the_post_goes_with_the_next_run(channels: Channels) -> None:
    facebook, telegram = channels.add("facebook"), channels.add("telegram")
    channels.office.post("tin.md", title="Một tin")
    facebook.refusals.append(graph_error(32, "Page request limit reached"))
    telegram.refusals.append(too_many(3600))
    first = channels.publish()
    assert {first[kind, "tin"]["code"] for kind in ("facebook", "telegram")} == {
        "site-rate-limited"
    }
    assert texts(facebook, telegram) == [[], []]
    channels.publish()
    assert [len(t) for t in texts(facebook, telegram)] == [1, 1]


# What people do there, and later


@pytest.mark.parametrize("kind", ["facebook", "zalo"])
def test_a_persons_edit_is_never_written_over(channels: Channels, kind: str) -> None:
    server = channels.add(kind)
    office = channels.office
    office.post("tin.md", title="Một tin", excerpt="Tóm tắt.")
    channels.publish()
    server.edit("Người trực trang đã sửa")
    office.post("tin.md", title="Một tin", excerpt="Tóm tắt mới.")
    outcome = channels.publish()[kind, "tin"]
    assert (outcome["action"], outcome["code"]) == ("conflict", "conflict-edited")
    assert server.texts() == ["Người trực trang đã sửa"]
    channels.publish("tin", "--overwrite")
    (text,) = server.texts()
    assert "Tóm tắt mới." in text
    assert office.plan() == []


def test_a_link_that_a_person_shared_is_not_shared_twice(channels: Channels) -> None:
    office = channels.office
    office.post("tin.md", title="Một tin")
    channels.publish()  # the website alone
    facebook = channels.add("facebook")
    facebook.by_hand(address(channels.site), "Bài hay, mời bà con đọc")
    outcome = channels.publish()["facebook", "tin"]
    assert outcome["code"] == "conflict-exists"
    assert len(facebook.texts()) == 1
    channels.publish("tin", "--keep-site")
    assert facebook.texts() == ["Bài hay, mời bà con đọc"]
    assert office.plan() == []


def test_a_corrected_text_is_corrected_everywhere(channels: Channels) -> None:
    servers = channels.all()
    channels.office.post("tin.md", title="Một tin", excerpt="Sai chính tả.")
    channels.publish()
    channels.office.post("tin.md", title="Một tin", excerpt="Đúng chính tả.")
    done = channels.publish()
    assert {o["action"] for o in done.values()} == {"update"}
    for server in servers:
        (text,) = server.texts()
        assert "Đúng chính tả." in text
    assert channels.office.plan() == []


def test_a_change_that_the_channel_does_not_show_sends_nothing(channels: Channels) -> None:
    servers = channels.all()
    channels.office.post("tin.md", "Nội dung một.", title="Một tin", excerpt="Tóm tắt.")
    channels.publish()
    channels.office.post("tin.md", "Nội dung đã sửa.", title="Một tin", excerpt="Tóm tắt.")
    assert set(channels.publish()) == {("so-khcn", "tin")}
    assert [len(server.texts()) for server in servers] == [1, 1, 1]


def test_a_renamed_file_is_no_new_post(channels: Channels) -> None:
    servers = channels.all()
    path = channels.office.post("tin.md", title="Một tin")
    channels.publish()
    path.rename(path.with_name("tên mới.md"))
    channels.publish()
    assert [len(server.texts()) for server in servers] == [1, 1, 1]
    assert channels.office.plan() == []


def test_a_withdrawn_post_goes_everywhere_and_comes_back(channels: Channels) -> None:
    servers = channels.all()
    office = channels.office
    office.post("tin.md", title="Một tin")
    channels.publish()
    assert office.run("withdraw", "tin", "--reason", "Sai số liệu").status == 0
    assert texts(*servers) == [[], [], []]
    assert office.plan() == []
    ran = office.run("restore", "tin", "--reason", "Đã sửa")
    assert ran.status == 0, ran.out + ran.err
    channels.publish()
    assert [len(server.texts()) for server in servers] == [1, 1, 1]
    assert office.plan() == []


def _aged(office: Office, site: str) -> None:
    """Let the messages of a channel have stood there for three days."""
    config = configs.load(office.folder / "config.toml")
    old = (datetime.now(UTC) - timedelta(days=3)).isoformat()
    with sqlite3.connect(str(config.log_url)) as log:
        # A row that is changed breaks the chain, which is why only a test may do it.
        triggers = log.execute(
            "select name, sql from sqlite_master where type = 'trigger'"
        ).fetchall()
        for name, _ in triggers:
            log.execute(f"drop trigger {name}")
        log.execute("update publications set shown_at = ? where site = ?", (old, site))
        for _, sql in triggers:
            log.execute(sql)


def test_what_is_too_old_to_be_deleted_is_left_to_a_person(channels: Channels) -> None:
    telegram = channels.add("telegram")
    office = channels.office
    office.post("tin.md", title="Một tin")
    channels.publish()
    _aged(office, "telegram")
    office.run("withdraw", "tin", "--reason", "Sai số liệu")
    assert "/deleteMessage" not in " ".join(telegram.changing())
    outcome = channels.publish()["telegram", "tin"]
    assert (outcome["action"], outcome["code"]) == ("conflict", "conflict-withdraw-late")
    telegram.messages.clear()  # by hand
    assert channels.publish("tin", "--overwrite")["telegram", "tin"]["state"] == "done"
    assert office.plan() == []
    assert channels.memory().publications["telegram", "tin"].withdrawn


def test_what_stands_on_a_channel_stays_when_the_website_takes_it_away(
    channels: Channels,
) -> None:
    telegram = channels.add("telegram")
    office = channels.office
    office.post("tin.md", title="Một tin")
    channels.publish()
    office.run("withdraw", "tin", "--reason", "Sai", "--site", "so-khcn")
    ran = office.run("publish", "--json")
    assert len(telegram.texts()) == 1
    assert [o for o in ran.json["outcomes"] if o["site"] == "telegram"] == []


def test_a_channel_has_no_drafts(channels: Channels) -> None:
    channels.add("facebook")
    channels.office.post("tin.md", title="Một tin", status="draft")
    ran = channels.office.run("draft", "tin", "--site", "facebook")
    assert ran.status != 0
    assert channels.facebook.texts() == []


# Counting and proving


def test_a_channel_is_counted_beside_the_web(channels: Channels) -> None:
    channels.all()
    channels.office.post("tin.md", title="Một tin")
    channels.publish()
    year = str(datetime.now(UTC).astimezone().year)
    web = channels.office.run("report", "--year", "2023", "--format", "json").json
    assert (web["total"], web["by"]["kind"]) == (1, {"tin": 1})
    held = channels.office.run(
        "report", "--from", f"01/01/{year}", "--to", f"31/12/{year}", "--format", "json"
    )
    assert held.json["total"] == 0  # the website shows the date in the file
    activities = held.json["activities"]
    assert activities["by"]["kind"] == {"mang-xa-hoi": 3}
    assert activities["by"]["site"] == {"facebook": 1, "telegram": 1, "zalo": 1}


def test_channels_are_proved_as_far_as_they_can_be_asked(channels: Channels) -> None:
    facebook, _, _ = channels.all()
    office = channels.office
    office.post("tin.md", title="Một tin")
    channels.publish()
    year = datetime.now(UTC).astimezone().year
    days = ("--from", f"01/01/{year}", "--to", f"31/12/{year}", "--json")
    ran = office.run("verify", *days)
    looks = {item["site"]: item["verdict"] for item in ran.json["items"]}
    assert looks == {"facebook": "sound", "zalo": "sound", "telegram": "closed"}
    assert ran.status == 0
    facebook.posts.clear()
    ran = office.run("verify", *days)
    assert {i["verdict"] for i in ran.json["items"] if i["site"] == "facebook"} == {"gone"}


# Accounts and tokens


def test_a_check_says_that_nothing_was_tried_for_real(channels: Channels) -> None:
    channels.all()
    ran = channels.office.run("site", "check", "--json")
    for kind in ("facebook", "zalo", "telegram"):
        codes = [p["code"] for p in ran.json[kind]["problems"]]
        assert "site-experimental" in codes
        assert ran.json[kind]["title"] == "Sở KH&CN"
    assert ran.status == 0


def test_a_token_that_runs_out_is_told_before(channels: Channels) -> None:
    facebook = channels.add("facebook")
    facebook.expires_at = int((datetime.now(UTC) + timedelta(days=9, hours=1)).timestamp())
    channels.office.post("tin.md", title="Một tin")
    ran = channels.office.run("publish", "--json")
    (told,) = [p for p in ran.json["problems"] if p["code"] == "token-expiring"]
    ends = datetime.fromtimestamp(facebook.expires_at, ZoneInfo("Asia/Ho_Chi_Minh"))
    assert f"{ends:%d/%m/%Y}" in told["message"]
    facebook.asked.clear()
    again = channels.office.run("publish", "--json")
    assert "token-expiring" in [p["code"] for p in again.json["problems"]]
    assert facebook.asked == []  # it was learned before
    facebook.expires_at = 0  # a new one, for always
    channels.office.run("site", "check", "facebook")
    last = channels.office.run("publish", "--json")
    assert "token-expiring" not in [p["code"] for p in last.json["problems"]]


def test_a_token_that_ran_out_stops_the_channel_alone(channels: Channels) -> None:
    facebook = channels.add("facebook")
    facebook.token = "another one"
    channels.office.post("tin.md", title="Một tin")
    done = channels.publish()
    assert done["so-khcn", "tin"]["state"] == "done"
    assert done["facebook", "tin"]["code"] == "site-auth"


def test_tokens_of_zalo_are_kept_where_only_the_owner_reads(channels: Channels) -> None:
    channels.add("zalo")
    office = channels.office
    office.post("tin.md", title="Một tin")
    channels.publish()
    del office.environ["PUBLISHER_TOKEN_ZALO"]
    office.post("hai.md", title="Tin hai")
    done = channels.publish()
    assert done["zalo", "hai"]["state"] == "done"
    state = office.folder / ".publisher"
    secrets = (channels.zalo.secret, channels.zalo.access, channels.zalo.refresh)
    for path in state.rglob("*"):
        if path.is_file() and path.name != "passwords.toml":
            content = path.read_bytes()
            assert not any(secret.encode() in content for secret in secrets), path
    if (kept := state / "passwords.toml").exists():
        assert kept.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("kind", ["facebook", "zalo", "telegram"])
def test_a_login_keeps_what_opens_the_channel(
    channels: Channels, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    office, server = channels.office, channels.add(kind)
    given = [server.secret, server.refresh] if kind == "zalo" else [server.token]
    office.environ = {k: v for k, v in office.environ.items() if kind.upper() not in k}
    environ = {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
    answers = iter(["sai sai sai"] * len(given))
    monkeypatch.setattr("click.prompt", lambda *_, **__: next(answers))
    ran = office.run("site", "login", kind, "--in-file", environ=environ)
    assert ran.status != 0
    answers = iter(given)
    ran = office.run("site", "login", kind, "--in-file", environ=environ)
    assert ran.status == 0, ran.out + ran.err
    assert not any(secret in ran.out + ran.err for secret in given)
    office.post("tin.md", title="Một tin")
    office.run("publish", environ=environ)
    assert len(server.texts()) == 1


def test_notices_tell_of_a_token_until_it_is_renewed() -> None:
    now = datetime.now(UTC)
    told = Problem("token-expiring", params={"site": "fb", "ends": "01/12/2026", "days": 7})
    seen = observation(Tick(now, run.Result(problems=[told])), ["fb"])
    assert [trouble.id for trouble in seen.troubles] == ["token:fb"]
    after = observation(Tick(now, run.Result()), ["fb"])
    assert after.troubles == ()
    assert seen.troubles[0].scope in after.looked


def test_no_token_is_written_anywhere(channels: Channels) -> None:
    channels.add("telegram", url="http://127.0.0.1:9")
    facebook = channels.add("facebook")
    channels.office.post("tin.md", title="Một tin")
    ran = channels.office.run("-v", "publish")
    for path in (channels.office.folder / ".publisher").rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert channels.telegram.token.encode() not in content
            assert facebook.token.encode() not in content
    assert channels.telegram.token not in ran.out + ran.err
    assert facebook.token not in ran.out + ran.err


# What config.toml says


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('[sites.fb]\nkind = "facebook"\naccount = "1"\n', "config-channel-home"),
        ('[sites.fb]\nkind = "facebook"\n', "config-missing"),
        ('[sites.zalo]\nkind = "zalo"\naccount = "1"\n', "config-missing"),
        (
            '[sites.so]\nkind = "wordpress"\nurl = "https://a.example"\nuser = "a"\n'
            'republishes = "fb"\n[sites.hai]\nkind = "wordpress"\nurl = "https://b.example"\n'
            'user = "a"\n[sites.fb]\nkind = "facebook"\naccount = 1\n',
            "config-home-channel",
        ),
        (
            '[sites.tg]\nkind = "telegram"\naccount = "@a"\nurl = "http://a.example"\n',
            "config-http",
        ),
    ],
)
def test_what_can_not_be_meant_is_told(tmp_path: Path, text: str, code: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        configs.load(file)
    assert code in [problem.code for problem in caught.value.problems]


def test_a_channel_is_named_by_posts_that_want_it_and_leads_to_the_website(
    tmp_path: Path,
) -> None:
    file = tmp_path / "config.toml"
    file.write_text(
        '[sites.so]\nkind = "wordpress"\nurl = "https://a.example"\nuser = "a"\n'
        '[sites.tg]\nkind = "telegram"\naccount = -100123\nschedule = "wordpress"\n',
        encoding="utf-8",
    )
    config = configs.load(file)
    target = config.target("tg")
    assert config.default_sites == ("so",)
    assert target.home
    assert (target.home.site, target.schedule) == ("so", "publisher")
    assert config.sites["tg"].account == "-100123"


@pytest.mark.parametrize("code", ["uncertain", "fixed", "withdraw-late"])
def test_reasons_have_words(code: str) -> None:
    assert reason(code) != code
