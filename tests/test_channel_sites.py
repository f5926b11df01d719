"""What the engine relies on, asked of every channel for what it says it can do."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from PIL import Image

from publisher import channels
from publisher.abilities import ABILITIES, CHANNELS, Short
from publisher.apply import Site
from publisher.errors import ConfigError, NotSentError, RefusedError, SiteError, UnknownError
from publisher.masking import masked
from publisher.model import (
    Article,
    Draft,
    Kind,
    Picture,
    Post,
    Problem,
    Upload,
    Where,
    digest_of,
)
from publisher.sites.facebook import FacebookSite
from publisher.sites.telegram import TelegramSite
from publisher.sites.zalo import ZaloSite
from publisher.sites.zalo_tokens import Vault
from tests.channels import Facebook, Loopback, Telegram, Zalo, graph_error, running, too_many
from tests.faults import FaultProxy, Rule

LINK = "https://so.example/hoi-nghi-mot-cua/"
TEXT = "Hội nghị “một cửa” & cải cách: hỏi – đáp ắ ở đ"
NOW = datetime(2026, 11, 24, 1, tzinfo=UTC)


LOOKED_UP = [kind for kind in CHANNELS if ABILITIES[kind].look_up]
ILLUSTRATED = [kind for kind in CHANNELS if (s := ABILITIES[kind].short) and s.pictures]


class Kept:
    """A vault in memory; ``kept`` is all that was ever put into it."""

    def __init__(self, seed: str) -> None:
        self.kept: list[str] = []
        self.seed = seed

    def vault(self) -> Vault:
        return Vault(
            self.seed, lambda: self.kept[-1] if self.kept else "", self.kept.append, nullcontext
        )


@dataclass
class Place:
    """A channel, its server, and a second program looking at the same one."""

    kind: str
    server: Any
    open: Callable[..., Site]

    @property
    def site(self) -> Site:
        return self.open()


def _made(kind: str) -> Place:
    pauses: list[float] = []
    if kind == "facebook":
        facebook = Facebook()

        def open_facebook(url: str = "", **more: Any) -> Site:
            more = {"sleep": pauses.append, **more}
            return FacebookSite("fb", url or facebook.url, facebook.page, facebook.token, **more)

        return Place(kind, facebook, open_facebook)
    if kind == "zalo":
        zalo = Zalo()
        kept = Kept(zalo.refresh)

        def open_zalo(url: str = "", **more: Any) -> Site:
            more = {"sleep": pauses.append, **more}
            return ZaloSite(
                "zalo", url or zalo.url, "4321", zalo.app, zalo.secret, kept.vault(), **more
            )

        return Place(kind, zalo, open_zalo)
    telegram = Telegram()

    def open_telegram(url: str = "", **more: Any) -> Site:
        more = {"sleep": pauses.append, **more}
        return TelegramSite("tg", url or telegram.url, "@so_khcn", telegram.token, **more)

    return Place(kind, telegram, open_telegram)


@pytest.fixture(params=CHANNELS)
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    made = _made(request.param)
    with running(made.server):
        yield made


def only(kind: str) -> Iterator[Place]:
    made = _made(kind)
    with running(made.server):
        yield made


@pytest.fixture
def facebook() -> Iterator[Place]:
    yield from only("facebook")


@pytest.fixture
def telegram() -> Iterator[Place]:
    yield from only("telegram")


@pytest.fixture
def zalo() -> Iterator[Place]:
    yield from only("zalo")


def upload(colour: str = "navy", size: tuple[int, int] = (640, 480)) -> Upload:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG", quality=70)
    name, content = f"anh-{colour}.jpg", out.getvalue()
    return Upload(digest_of(colour), name, content, "image/jpeg", "", "Ảnh", "", *size)


def draft(text: str = TEXT, **changes: Any) -> Draft:
    post = Post("tin", "posts/tin.md", "Hội nghị", authors=("Nguyễn Văn A",))
    values: dict[str, Any] = {
        "title": "",
        "content": f"{text}\n\n{LINK}",
        "excerpt": "",
        "slug": "hoi-nghi",
        "status": "publish",
        "date": NOW,
        "categories": (),
        "tags": (),
        "featured_media": "",
        "article": Article(post, "", "", (), "", (), "hoi-nghi", ""),
        "link": LINK,
        "cover": "https://so.example/the.png",
    }
    return Draft(**{**values, **changes})


def sent(place: Place, text: str = TEXT, **changes: Any) -> Draft:
    title = "Hội nghị" if place.kind == "zalo" else ""
    return draft(text, **{"title": title, **changes})


def code(error: pytest.ExceptionInfo[SiteError]) -> str:
    return error.value.problems[0].code


def test_it_declares_what_its_kind_can_do(place: Place) -> None:
    assert place.site.abilities is ABILITIES[place.kind]
    assert place.site.abilities.experimental


def test_it_says_who_it_is_and_what_may_be_done(place: Place) -> None:
    info = place.site.about()
    assert info.title == "Sở KH&CN"
    assert "publish" in info.can
    assert info.timezone == ""
    assert place.server.changing() in ([], ["/v4/oa/access_token"])


def test_a_post_is_made_with_its_text_and_link(place: Place) -> None:
    made = place.site.create(sent(place))
    (text,) = place.server.texts()
    assert TEXT in text
    assert (made.status, made.slug, made.content) == ("publish", LINK, f"{TEXT}\n\n{LINK}")
    assert made.id
    assert made.text_digest == sent(place).text_digest


def test_what_can_be_looked_up_is_found_by_id_and_by_its_link(place: Place) -> None:
    made = place.site.create(sent(place))
    there = [(made.id, made.fingerprint)] if place.site.abilities.look_up else []
    for found in (place.site.find(ids=[made.id]), place.site.find(slugs=[LINK])):
        assert [(post.id, post.fingerprint) for post in found] == there
    assert place.site.find(slugs=[LINK + "khac"]) == []
    assert place.site.find(ids=["999_1", "bai999", ""]) == []
    assert place.site.find() == []


def test_a_post_is_changed_and_stays_one(place: Place) -> None:
    made = place.site.create(sent(place))
    new = place.site.update(made.id, sent(place, "Đã sửa lời"))
    assert new.id == made.id
    assert new.content == f"Đã sửa lời\n\n{LINK}"
    (text,) = place.server.texts()
    assert "Đã sửa lời" in text
    again = place.site.update(made.id, sent(place, "Đã sửa lời"))  # the answer was lost
    assert again.fingerprint == new.fingerprint


def test_a_post_is_taken_away_for_good(place: Place) -> None:
    made = place.site.create(sent(place))
    assert place.site.withdraw(made.id).status == "trash"
    assert place.server.texts() == []
    assert place.site.find(ids=[made.id]) == []


@pytest.mark.parametrize("place", LOOKED_UP, indirect=True)
def test_the_fingerprint_is_stable_and_tells_of_an_edit(place: Place) -> None:
    made = place.site.create(sent(place))
    (seen,) = place.site.find(ids=[made.id])
    assert seen.fingerprint == made.fingerprint
    place.server.edit("Người khác sửa")
    (seen,) = place.site.find(ids=[made.id])
    assert seen.fingerprint != made.fingerprint


@pytest.mark.parametrize("act", ["update", "withdraw"])
def test_an_act_on_what_is_not_there_is_refused(place: Place, act: str) -> None:
    site, id_ = place.site, "999"
    with pytest.raises(RefusedError) as caught:
        site.update(id_, sent(place)) if act == "update" else site.withdraw(id_)
    assert caught.value.problems[0].params["site"] == site.name


def test_an_answer_that_is_lost_is_unknown(place: Place) -> None:
    place.site.about()  # so that no token is renewed under way
    with FaultProxy(place.server.url) as proxy:
        proxy.add(Rule("lose", "POST", r"/(feed|sendMessage|article/create)$"))
        with pytest.raises(UnknownError):
            place.open(proxy.url).create(sent(place))


def test_a_server_that_breaks_leaves_an_act_unknown_and_a_look_unsent(place: Place) -> None:
    place.site.about()
    with FaultProxy(place.server.url) as proxy:
        proxy.add(Rule("refuse", status=500, times=None))
        with pytest.raises(UnknownError):
            place.open(proxy.url).create(sent(place))
        with pytest.raises(NotSentError):
            place.open(proxy.url).about()
        proxy.clear()


def test_nobody_there_is_not_sent(place: Place) -> None:
    with pytest.raises(NotSentError):
        place.open("http://127.0.0.1:9").create(sent(place))


def test_an_answer_in_another_shape_is_no_success(place: Place) -> None:
    place.site.about()
    place.server.refusals.append((200, {"unexpected": 1}))
    with pytest.raises(SiteError) as caught:
        place.site.create(sent(place))
    assert isinstance(caught.value, UnknownError)


def test_plain_http_is_for_this_machine_alone(place: Place) -> None:
    with pytest.raises(RefusedError) as caught:
        place.open("http://graph.example.org").about()
    assert code(caught) == "site-insecure"


def test_no_secret_is_shown(place: Place) -> None:
    site = place.site
    site.about()
    secrets = [getattr(place.server, name, "") for name in ("token", "secret", "access", "refresh")]
    shown = repr(site)
    assert not any(secret in shown for secret in secrets if secret)
    if place.kind == "zalo":  # made by the channel itself, so nobody else could hide them
        assert masked(place.server.access) == masked(place.server.refresh) == "***"


# Pictures


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("place", ILLUSTRATED, indirect=True)
def test_pictures_come_with_the_post(place: Place, count: int) -> None:
    pictures = tuple(upload(colour) for colour in ("navy", "teal", "gold")[:count])
    made = place.site.create(sent(place, pictures=pictures))
    assert len(place.server.texts()) == 1
    if place.kind == "facebook":
        (post,) = place.server.posts.values()
        assert [place.server.photos[id_] for id_ in post["photos"]] == [
            picture.content for picture in pictures
        ]
        assert not post["link"]  # a post has the one or the other; the text leads there
    else:
        assert len(place.server.messages) == count
    new = place.site.update(made.id, sent(place, "Sửa lời"))
    assert new.id == made.id
    (text,) = place.server.texts()
    assert text.startswith("Sửa lời")
    place.site.withdraw(made.id)
    assert place.server.texts() == []


def test_a_picture_that_telegram_refuses_is_not_sent(telegram: Place) -> None:
    narrow = upload(size=(42, 900))
    with pytest.raises(RefusedError) as caught:
        telegram.site.create(sent(telegram, pictures=(narrow,)))
    assert code(caught) == "channel-picture"
    assert telegram.server.changing() == []


# Errors of their own


def test_telegram_is_left_alone_as_long_as_it_asks(telegram: Place) -> None:
    telegram.server.refusals.append(too_many(7))
    pauses: list[float] = []
    telegram.open(sleep=pauses.append).create(sent(telegram))
    assert pauses == [7.0]
    assert len(telegram.server.texts()) == 1


def test_telegram_that_asks_for_a_long_pause_is_rate_limited(telegram: Place) -> None:
    telegram.server.refusals.append(too_many(3600))
    with pytest.raises(RefusedError) as caught:
        telegram.site.create(sent(telegram))
    assert code(caught) == "site-rate-limited"
    assert telegram.server.texts() == []


@pytest.mark.parametrize(
    ("number", "wanted"),
    [(4, "rate-limited"), (17, "rate-limited"), (32, "rate-limited"), (613, "rate-limited"),
     (190, "auth"), (102, "auth"), (10, "forbidden"), (200, "forbidden"), (100, "refused"),
     (368, "refused"), (506, "refused")],
)  # fmt: skip
def test_errors_of_facebook_are_told_apart(facebook: Place, number: int, wanted: str) -> None:
    facebook.server.refusals.append(graph_error(number, "Vì sao"))
    with pytest.raises(RefusedError) as caught:
        facebook.site.create(sent(facebook))
    assert code(caught) == f"site-{wanted}"
    assert caught.value.problems[0].params["wp_message"] == "Vì sao"
    assert facebook.server.texts() == []


@pytest.mark.parametrize("number", [1, 2])
def test_an_error_of_facebook_that_may_pass_leaves_the_post_unknown(
    facebook: Place, number: int
) -> None:
    facebook.server.refusals.append(graph_error(number))
    with pytest.raises(UnknownError):
        facebook.site.create(sent(facebook))


def test_a_token_of_facebook_says_when_it_ends(facebook: Place) -> None:
    facebook.server.expires_at = int(NOW.timestamp())
    assert facebook.site.about().expires == NOW
    facebook.server.scopes = ["public_profile"]
    assert "publish" not in facebook.site.about().can


@pytest.mark.parametrize("act", ["about", "create"])
def test_a_wrong_token_is_said_to_be_one(place: Place, act: str) -> None:
    if place.kind == "zalo":
        place.server.secret = "another"
    else:
        place.server.token = "another"
    site = place.open()
    site = _with_old_token(place)
    with pytest.raises(RefusedError) as caught:
        site.about() if act == "about" else site.create(sent(place))
    assert code(caught) == "site-auth"
    assert caught.value.problems[0].params["reason"] == "token"


def _with_old_token(place: Place) -> Site:
    url = place.server.url
    if place.kind == "facebook":
        return FacebookSite("fb", url, place.server.page, "EAAB-old")
    if place.kind == "telegram":
        return TelegramSite("tg", url, "@so_khcn", "111:old")
    return ZaloSite("zalo", url, "4321", place.server.app, "old", Kept("cũ").vault())


def test_a_bot_without_rights_may_not_publish(telegram: Place) -> None:
    telegram.server.member = {"status": "administrator", "can_post_messages": False}
    assert "publish" not in telegram.site.about().can


def test_a_message_that_is_too_old_is_said_to_be(telegram: Place) -> None:
    made = telegram.site.create(sent(telegram))
    telegram.server.old = True
    with pytest.raises(RefusedError) as caught:
        telegram.site.withdraw(made.id)
    assert code(caught) == "channel-late"


# Zalo: articles are made in two steps


def test_an_article_is_waited_for(zalo: Place) -> None:
    zalo.server.slow = 3
    assert zalo.site.create(sent(zalo)).url.startswith("https://zalo.me/s/")
    assert len(zalo.server.texts()) == 1


def test_an_article_that_lasts_is_unknown_and_found_later(zalo: Place) -> None:
    zalo.server.slow = 50
    with pytest.raises(UnknownError) as caught:
        zalo.site.create(sent(zalo))
    assert code(caught) == "channel-processing"
    zalo.server.arrive()
    (found,) = zalo.site.find(slugs=[LINK])
    assert found.text_digest == sent(zalo).text_digest


# Zalo: tokens that work once


def _zalo(server: Zalo, kept: Kept, url: str = "") -> ZaloSite:
    return ZaloSite(
        "zalo", url or server.url, "4321", server.app, server.secret, kept.vault(),
        sleep=lambda _: None,
    )  # fmt: skip


def test_a_token_is_kept_before_the_next_request(zalo: Place) -> None:
    server: Zalo = zalo.server
    kept = Kept(server.refresh)
    _zalo(server, kept).about()
    assert [a.path for a in server.asked] == ["/v4/oa/access_token", "/v2.0/oa/getoa"]
    assert server.refresh in kept.kept[-1]
    server.asked.clear()
    _zalo(server, kept).about()  # another program, some hours later
    assert [a.path for a in server.asked] == ["/v2.0/oa/getoa"]


def test_a_refresh_token_is_used_once(zalo: Place) -> None:
    server: Zalo = zalo.server
    server.life = 60  # so short that every look renews it
    kept = Kept(server.refresh)
    for _ in range(4):
        _zalo(server, kept).about()
    assert len(server.used) == len(set(server.used)) == 4


def test_a_token_that_is_turned_down_is_renewed_once(zalo: Place) -> None:
    server: Zalo = zalo.server
    kept = Kept(server.refresh)
    site = _zalo(server, kept)
    site.about()
    server.access = "taken back"
    made = site.create(sent(zalo))
    assert made.id
    assert len(server.used) == 2
    assert len(server.texts()) == 1


def test_another_program_may_have_renewed_it(zalo: Place) -> None:
    server: Zalo = zalo.server
    kept = Kept(server.refresh)
    first, second = _zalo(server, kept), _zalo(server, kept)
    first.about()
    second.about()
    server.access = "taken back"
    first.about()
    second.about()
    assert len(server.used) == 2


def test_a_new_login_replaces_what_was_kept(zalo: Place) -> None:
    server: Zalo = zalo.server
    kept = Kept(server.refresh)
    _zalo(server, kept).about()
    server.refresh, server.access = "given anew", ""
    with pytest.raises(RefusedError):
        _zalo(server, kept).about()
    kept.seed = "given anew"
    _zalo(server, kept).about()
    assert server.used[-1] == "given anew"


def test_a_wrong_login_takes_nothing_away(zalo: Place) -> None:
    server: Zalo = zalo.server
    kept = Kept(server.refresh)
    _zalo(server, kept).about()
    kept.seed, server.access = "gõ nhầm", ""
    with pytest.raises(RefusedError):
        _zalo(server, kept).about()
    kept.seed = ""
    _zalo(server, kept).about()
    fresh = Kept("gõ nhầm")
    with pytest.raises(RefusedError):
        _zalo(server, fresh).about()
    assert fresh.kept[-1] == ""


def test_a_token_whose_answer_was_lost_asks_for_a_login(zalo: Place) -> None:
    server: Zalo = zalo.server
    kept = Kept(server.refresh)
    with FaultProxy(server.url) as proxy:
        proxy.add(Rule("lose", path="access_token"))
        with pytest.raises(UnknownError):
            _zalo(server, kept, proxy.url).about()
    with pytest.raises(RefusedError) as caught:
        _zalo(server, kept).about()
    assert code(caught) == "site-auth"


def test_a_token_that_can_not_be_kept_is_not_used(zalo: Place) -> None:
    server: Zalo = zalo.server

    def full(_: str) -> None:
        raise ConfigError(Problem("file-unwritable", Where("passwords.toml"), {"error": "full"}))

    vault = Vault(server.refresh, lambda: "", full, nullcontext)
    site = ZaloSite("zalo", server.url, "4321", server.app, server.secret, vault)
    with pytest.raises(NotSentError) as caught:
        site.about()
    assert code(caught) == "file-unwritable"
    assert server.asked == []


# The text


FACEBOOK, ZALO, TELEGRAM = (ABILITIES[kind].short for kind in ("facebook", "zalo", "telegram"))


def article(text: str = "Nội dung.", pictures: int = 0, **post: Any) -> Article:
    values: dict[str, Any] = {"title": "Hội nghị một cửa", **post}
    shown = tuple(Picture(f"{n}.jpg", digest_of(n), f"anh-{n}") for n in range(pictures))
    return Article(Post("tin", "posts/tin.md", **values), "", text, shown, "", (), "hoi-nghi", "")


@pytest.mark.parametrize(
    ("post", "site", "said"),
    [
        ({}, "fb", "Hội nghị một cửa\n\nCâu một. Câu hai!"),
        ({"excerpt": "Tóm tắt."}, "fb", "Hội nghị một cửa\n\nTóm tắt."),
        ({"social": {"": "Lời chung"}, "excerpt": "Tóm tắt."}, "fb", "Lời chung"),
        ({"social": {"": "Chung", "facebook": "Riêng"}}, "fb", "Riêng"),
        ({"social": {"facebook": "Kênh", "fb": "Trang"}}, "fb", "Trang"),
        ({"social": {"zalo": "Của Zalo"}}, "fb", "Hội nghị một cửa\n\nCâu một. Câu hai!"),
    ],
)
def test_a_text_is_the_authors_or_made_of_the_item(
    post: dict[str, Any], site: str, said: str
) -> None:
    assert FACEBOOK
    made = article("Câu một. Câu hai!", **post)
    assert channels.message(made, site, FACEBOOK, LINK) == f"{said}\n\n{LINK}"


@pytest.mark.parametrize("short", [FACEBOOK, ZALO, TELEGRAM])
@pytest.mark.parametrize("letter", ["ắ ở đ ", "😀 ", "x"])
def test_a_text_is_never_longer_than_the_channel_takes(short: Short, letter: str) -> None:
    for pictures, kind in ((0, Kind.TIN), (2, Kind.ANH)):
        made = article(pictures=pictures, kind=kind, social={"": letter * 6000})
        text = channels.message(made, "x", short, LINK)
        assert text.endswith(f"…\n\n{LINK}")
        own = channels.without(text, LINK) if short.titled else text
        most = short.with_pictures if channels.pictures_of(made, short) else short.limit
        assert most - 10 <= channels.length(own) <= most


def test_a_long_beginning_is_cut_at_a_word() -> None:
    assert FACEBOOK
    text = channels.message(article("từ " * 400), "fb", FACEBOOK, LINK)
    assert text.endswith(f"từ…\n\n{LINK}")
    assert channels.length(text) < 400


def test_a_channel_never_takes_more_pictures_than_it_shows() -> None:
    assert TELEGRAM
    many = article(pictures=14, kind=Kind.ANH)
    assert len(channels.pictures_of(many, TELEGRAM)) == 10
    assert channels.pictures_of(article(pictures=3), TELEGRAM) == ()


def test_every_loopback_is_one() -> None:
    with ExitStack() as stack:
        for server in (Facebook(), Zalo(), Telegram()):
            stack.enter_context(running(server))
            assert isinstance(server, Loopback)
            assert server.url.startswith("http://127.0.0.1:")
