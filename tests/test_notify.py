"""Messages on their way: over real SMTP and HTTP, with nothing secret in what is left behind."""

from __future__ import annotations

import logging
import ssl
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from publisher import i18n, notify
from publisher.errors import NoticeError
from publisher.model import Problem
from publisher.notify import Mail, MailServer, Message
from tests.listeners import Postbox, Web, authority, postbox, web

PASSWORD = "m@t-khau/rat?bi-mat"
TOKEN = "khoa-rat-bi-mat-0123456789"
NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
HOSTILE = "Hội nghị\r\nBcc: x@example.com\nX-Evil: 1"


@pytest.fixture(autouse=True)
def vietnamese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "")
    i18n.use("vi")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, Path]:
    return authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def tls(
    certificate: tuple[ssl.SSLContext, Path], monkeypatch: pytest.MonkeyPatch
) -> ssl.SSLContext:
    """A certificate that this process trusts."""
    context, path = certificate
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(path))
    return context


@pytest.fixture
def site() -> Iterator[Web]:
    with web() as site:
        yield site


def mail_server(box: Postbox, **changes: object) -> MailServer:
    server = MailServer(
        "localhost", box.port, "vanphong", box.password, "vanphong@so.example", "Sở KH&CN, Huế"
    )
    return replace(server, **changes)  # type: ignore[arg-type]


def handed_in(server: MailServer, *mails: Mail) -> list[Problem | None]:
    told: list[Problem | None] = []
    notify.deliver(server, mails, NOW, lambda _number, problem: told.append(problem))
    return told


def refusal(server: MailServer) -> Problem:
    with pytest.raises(NoticeError) as caught:
        handed_in(server, Mail(("a@so.example",), Message("Tin", "Bài")))
    assert PASSWORD not in f"{caught.value!r} {caught.value.__cause__!r}"
    return caught.value.problems[0]


# Mail


def test_a_letter_arrives_in_vietnamese_over_tls(tls: ssl.SSLContext) -> None:
    with postbox(tls, PASSWORD) as box:
        message = Message("[publisher] Đã đăng: “Hội nghị ở Huế”", "Kính gửi,\n- Bài 1\n.\nHết")
        assert handed_in(mail_server(box), Mail(("a@so.example", "b@so.example"), message)) == [
            None
        ]
    (letter,) = box.letters
    assert box.protected == [True]
    assert box.readers == [("a@so.example", "b@so.example")]
    assert letter["Subject"] == "[publisher] Đã đăng: “Hội nghị ở Huế”"
    assert letter["From"].addresses[0].display_name == "Sở KH&CN, Huế"
    assert letter["From"].addresses[0].addr_spec == "vanphong@so.example"
    assert letter["Auto-Submitted"] == "auto-generated" and letter["Message-ID"]
    assert letter.get_content_type() == "text/plain"
    assert letter.get_content().splitlines() == ["Kính gửi,", "- Bài 1", ".", "Hết"]
    box.raw[0].decode("ascii")  # also for a server of old that knows nothing but ASCII


def test_many_letters_go_over_one_connection(tls: ssl.SSLContext) -> None:
    with postbox(tls, PASSWORD) as box:
        mails = [Mail((f"{n}@so.example",), Message("Tin", str(n))) for n in range(5)]
        assert handed_in(mail_server(box), *mails) == [None] * 5
    assert [letter.get_content().strip() for letter in box.letters] == list("01234")
    assert box.connections == 2  # EHLO before and after STARTTLS


def test_no_space_of_a_subject_is_lost_wherever_its_line_ends(tls: ssl.SSLContext) -> None:
    words = "Bài của anh/chị: 1 bài đã đăng, 1 bài đang chờ, 2 chỗ cần sửa ở xã Thượng Lộ"
    subjects = [f"{'ở ' * number}{words}" for number in range(40)]
    with postbox(tls, PASSWORD) as box:
        mails = [Mail(("a@so.example",), Message(subject, "Bài")) for subject in subjects]
        handed_in(mail_server(box, name="Sở Khoa học và Công nghệ thành phố Huế " * 2), *mails)
    assert [letter["Subject"] for letter in box.letters] == subjects
    assert {letter["From"].addresses[0].addr_spec for letter in box.letters} == {
        "vanphong@so.example"
    }
    assert all(len(line) <= 78 for line in box.raw[0].split(b"\r\n"))


def test_a_line_break_in_a_title_makes_no_header(tls: ssl.SSLContext) -> None:
    with postbox(tls, PASSWORD) as box:
        server = mail_server(box, name=HOSTILE)
        handed_in(server, Mail(("a@so.example",), Message(HOSTILE, "Bài")))
    (letter,) = box.letters
    assert letter["Bcc"] is None and letter["X-Evil"] is None
    assert letter["Subject"] == "Hội nghị Bcc: x@example.com X-Evil: 1"
    assert box.readers == [("a@so.example",)]


def test_a_certificate_that_nobody_vouches_for_ends_it(
    certificate: tuple[ssl.SSLContext, Path],
) -> None:
    with postbox(certificate[0], PASSWORD) as box:
        problem = refusal(mail_server(box))
    assert problem.code == "mail-tls" and not box.letters


def test_a_certificate_of_another_host_ends_it(tls: ssl.SSLContext) -> None:
    with postbox(tls, PASSWORD) as box:
        problem = refusal(mail_server(box, host="127.0.0.2"))
    assert problem.code in ("mail-tls", "mail-unreachable") and not box.letters
    with postbox(tls, PASSWORD, host="127.0.0.2") as box:
        assert refusal(mail_server(box, host="127.0.0.2")).code == "mail-tls"


def test_nothing_is_sent_in_clear_beyond_this_machine() -> None:
    with postbox(None, host="0.0.0.0") as box:
        problem = refusal(mail_server(box, host="0.0.0.0", password=PASSWORD))
        assert problem.code == "mail-plain" and not box.letters
        assert handed_in(
            mail_server(box, user=""), Mail(("a@so.example",), Message("Tin", "Bài"))
        ) == [None]


def test_port_465_speaks_tls_at_once(tls: ssl.SSLContext) -> None:
    try:
        with postbox(tls, PASSWORD, port=465, at_once=True) as box:
            handed_in(mail_server(box), Mail(("a@so.example",), Message("Tin", "Bài")))
    except PermissionError:
        pytest.skip("only an administrator may open port 465")
    assert len(box.letters) == 1


def test_a_wrong_password_is_named_and_not_shown(tls: ssl.SSLContext) -> None:
    with postbox(tls, "another") as box:
        problem = refusal(mail_server(box, password=PASSWORD))
    assert problem.code == "mail-auth"
    assert problem.params == {"host": "localhost", "user": "vanphong"}


@pytest.mark.parametrize(
    ("host", "code"), [("no-such-host.invalid", "mail-dns"), ("localhost", "mail-unreachable")]
)
def test_a_server_that_is_not_there(host: str, code: str) -> None:
    server = MailServer(host, 1, "u", PASSWORD, "a@so.example")
    assert refusal(server).code == code


def test_one_address_that_is_refused_keeps_no_other_from_its_letter(tls: ssl.SSLContext) -> None:
    with postbox(tls, PASSWORD) as box:
        box.refuse = {"x@so.example": "550 No such user", "y@so.example": "450 Later"}
        told = handed_in(
            mail_server(box),
            *(Mail((f"{name}@so.example",), Message("Tin", name)) for name in "axyb"),
        )
    assert [letter["To"] for letter in box.letters] == ["a@so.example", "b@so.example"]
    assert [problem and problem.params["final"] for problem in told] == [None, True, False, None]
    assert told[1] and told[1].params["reason"] == "No such user"


def test_a_server_does_not_show_its_password() -> None:
    assert PASSWORD not in repr(MailServer("h", 25, "u", PASSWORD, "a@so.example"))


# Channels


def test_a_web_service_gets_the_message(site: Web) -> None:
    url = site.url.replace("http", "json") + f"/{TOKEN}"
    notify.send("web", url, Message("[publisher] Đã đăng: 2 bài", "- “Hội nghị” *mới*", "success"))
    (request,) = site.requests
    assert request[:2] == ("POST", f"/{TOKEN}")
    sent = site.json()
    assert sent["title"] == "[publisher] Đã đăng: 2 bài" and sent["type"] == "success"
    assert sent["message"] == "- “Hội nghị” *mới*"
    assert notify.service("web", url) == "JSON"


@pytest.mark.parametrize(("status", "code"), [(401, "notice-refused"), (503, "notice-refused")])
def test_a_channel_that_refuses_is_named_with_its_answer(site: Web, status: int, code: str) -> None:
    site.status = status
    with pytest.raises(NoticeError) as caught:
        notify.send("web", site.url.replace("http", "json"), Message("Tin", "Bài"))
    (problem,) = caught.value.problems
    assert (problem.code, problem.params) == (code, {"name": "web", "status": status})


def test_a_redirect_is_not_followed(site: Web) -> None:
    site.status = 307
    with pytest.raises(NoticeError):
        notify.send("web", site.url.replace("http", "json"), Message("Tin", "Bài"))
    assert len(site.requests) == 1


def test_a_channel_without_a_trusted_certificate_gets_nothing(
    certificate: tuple[ssl.SSLContext, Path],
) -> None:
    with web(certificate[0]) as site, pytest.raises(NoticeError):
        notify.send("web", site.url.replace("https", "jsons"), Message("Tin", "Bài"))
    assert not site.requests


def test_mail_as_a_channel_checks_the_certificate_too(
    certificate: tuple[ssl.SSLContext, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    with postbox(certificate[0], "matkhau") as box:
        url = (
            f"mailtos://u:matkhau@localhost:{box.port}?from=a@so.example&to=b@so.example"
            "&mode=starttls"
        )
        with pytest.raises(NoticeError):
            notify.send("thu", url, Message("Đã đăng", "Bài"))
        assert not box.letters
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate[1]))
        notify.send("thu", url, Message(HOSTILE, "Nội dung"))
    (letter,) = box.letters
    assert letter["Subject"] == "Hội nghị Bcc: x@example.com X-Evil: 1" and letter["Bcc"] is None


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("", "notice-address"),
        ("https://hooks.example/khoa", "notice-address"),
        (f"nonsense://{TOKEN}", "notice-address"),
        (f"tgram://{TOKEN}", "notice-address"),
        (f"zalo://{TOKEN}/1", "notice-address"),
        (f"json://hooks.example/{TOKEN}", "notice-insecure"),
        (f"jsons://hooks.example/{TOKEN}?verify=no", "notice-insecure"),
        (f"mailto://u:{TOKEN}@mail.example.vn?to=a@b.vn&from=a@b.vn", "notice-insecure"),
        (
            f"mailtos://u:{TOKEN}@mail.example.vn?to=a@b.vn&from=a@b.vn&mode=insecure",
            "notice-insecure",
        ),
    ],
)
def test_addresses_that_are_wrong_or_unsafe(
    url: str, code: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(NoticeError) as caught:
        notify.check("van-phong", url)
    assert caught.value.problems[0].code == code
    told = f"{caught.value!r}{caplog.text}{''.join(capfd.readouterr())}"
    assert TOKEN not in told


@pytest.mark.parametrize(
    ("url", "service"),
    [
        ("tgram://123456789:AAAAabcdefghijklmnopqrstuvwxyz01234/12345", "Telegram"),
        ("zalo://123456789:abcdefghijKLMNOPqrst/abc123", "Zalo"),
        ("workflows://prod.example.com:443/643e03b5a2f9/Kt9zQw", "Power Automate / Workflows"),
        ("jsons://hooks.example/khoa", "JSON"),
        ("mailtos://u:p@mail.example.vn?to=a@b.vn&from=a@b.vn", "E-Mail"),
    ],
)
def test_the_addresses_that_login_shows_are_known(url: str, service: str) -> None:
    notify.check("van-phong", url)
    assert service in notify.service("van-phong", url)


def test_nothing_a_library_says_shows_an_address(
    site: Web, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("urllib3.connectionpool").setLevel(logging.DEBUG)
    site.status = 403
    with pytest.raises(NoticeError):
        notify.send("web", site.url.replace("http", "json") + f"/{TOKEN}", Message("Tin", "Bài"))
    with pytest.raises(NoticeError):
        notify.ping(f"{site.url}/{TOKEN}", "success")
    assert len(site.requests) == 2
    assert TOKEN not in caplog.text + "".join(capfd.readouterr())
    logging.getLogger("urllib3.connectionpool").warning("others are heard")
    assert "others are heard" in caplog.text


# Pings


def test_the_pings_of_a_run(site: Web) -> None:
    notify.ping(f"{site.url}/ping/{TOKEN}/", "start")
    notify.ping(f"{site.url}/ping/{TOKEN}?create=1", "fail", "Không mở được nhật ký")
    notify.ping(f"{site.url}/ping/{TOKEN}", "success")
    notify.ping(f"{site.url}/ping/{TOKEN}", "log", "Dừng")
    base = f"/ping/{TOKEN}"
    assert site.paths == [f"{base}/start", f"{base}/fail?create=1", base, f"{base}/log"]
    assert site.requests[1][2].decode() == "Không mở được nhật ký"


def test_a_ping_checks_the_certificate(
    certificate: tuple[ssl.SSLContext, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    with web(certificate[0]) as site:
        url = site.url.replace("localhost", "0.0.0.0")  # no name of this machine alone
        with pytest.raises(NoticeError) as caught:
            notify.ping(f"{url}/{TOKEN}", "success")
        assert caught.value.problems[0].code == "ping-unreachable" and not site.requests
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate[1]))
        notify.ping(f"{url}/{TOKEN}", "success")
    assert site.paths == [f"/{TOKEN}"]


@pytest.mark.parametrize(
    "url", ["", f"http://hc.example/{TOKEN}", f"ftp://hc.example/{TOKEN}", "https://", "https://[x"]
)
def test_an_address_that_can_not_be_pinged(url: str) -> None:
    with pytest.raises(NoticeError) as caught:
        notify.ping(url, "success")
    assert caught.value.problems[0].code == "ping-address" and TOKEN not in repr(caught.value)


@pytest.mark.parametrize("status", [302, 404, 500])
def test_a_ping_that_is_not_taken(site: Web, status: int) -> None:
    site.status = status
    with pytest.raises(NoticeError) as caught:
        notify.ping(f"{site.url}/{TOKEN}", "success")
    assert caught.value.problems[0] == Problem("ping-refused", params={"status": status})
    assert len(site.requests) == 1


# Time


def test_a_call_that_hangs_keeps_nobody_waiting(site: Web) -> None:
    site.wait.clear()

    def ask() -> str:
        notify.ping(site.url, "success")
        return "late"

    start = time.monotonic()
    assert notify.within(0.3, {"slow": ask, "quick": lambda: "done"}) == {"quick": "done"}
    assert time.monotonic() - start < 2
