"""Attacks on the desk, each over HTTP against the real server: what is refused, and how."""

from __future__ import annotations

import http.client
import json
import os
import socket
import threading
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
import requests
from lxml import html

from publisher import people
from publisher.errors import ConfigError
from publisher.people import People, Role, people_file
from publisher.web import create
from publisher.web.sessions import IDLE, LASTS
from publisher.web.throttle import FREE, Throttle
from tests.desks import PASSWORDS, Client, Running, Seconds, serving, words_of
from tests.office import Office

READER, AUTHOR, EDITOR = PASSWORDS
SCRIPTS = "script-src 'self'; connect-src 'self'"
HOSTILE = '"><img src=x onerror=alert(1)><script>alert(2)</script>'


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    office = Office(tmp_path_factory.mktemp("bàn") / "Phòng Hành chính")
    office.post("2023/03/bai.md", title=f"Bài {HOSTILE}", authors=HOSTILE, slug="bai")
    office.post("2023/03/<b onclick=x>.md", title="Tên tệp lạ", slug="ten-tep-la")
    assert office.run("publish").status == 0
    return office


@pytest.fixture(scope="module")
def desk(office: Office) -> Iterator[Running]:
    with serving(office, accounts=True) as running:
        yield running


@pytest.fixture
def own(tmp_path: Path) -> Office:
    """An office that a test may change."""
    office = Office(tmp_path / "own")
    office.post("2023/03/bai.md", title="Bài", slug="bai")
    return office


def _one(page: str, path: str) -> str:
    """Return what stands at the first place of a page that an XPath names."""
    found: Any = html.fromstring(page).xpath(path)
    return str(found[0])


# Who may

PAGES = {
    "today": "/", "posts": "/bai", "post": "/bai/2023/03/bai", "log": "/nhat-ky",
    "report": "/bao-cao", "download": "/bao-cao/tai?form=csv", "job": "/viec/khong-co",
    "ask_withdraw": "/go/2023/03/bai", "pulse": "/nhip", "shown": "/xem-bai/2023/03/bai",
    "site_style": "/site/style.css", "site_file": "/site/media/khong-co.jpg",
    "drop": "/nop-bai", "tray": "/nop-bai/khong-co", "calendar": "/lich",
    "calendar_file": "/lich/lich-dang-bai.ics", "ask_move": "/doi/khong-co",
    "approvals": "/duyet", "approval": "/duyet/khong-co",
}  # fmt: skip
FORMS = {
    "look": "/xem/2023/03/bai", "publish": "/dang/2023/03/bai", "withdraw": "/go/2023/03/bai",
    "prove": "/nhat-ky/kiem-chung", "receive": "/nop-bai", "save": "/nop-bai/khong-co/luu",
    "discard": "/nop-bai/khong-co/bo", "move": "/doi/khong-co", "judge": "/duyet/khong-co",
}  # fmt: skip
OPEN = {
    "style", "script", "sign_in", "try_password", "sign_out", "new_link", "health",
    "calendar_script",
}  # fmt: skip
SEEING = {
    "today", "posts", "post", "log", "report", "download", "job", "prove", "pulse", "shown",
    "site_style", "site_file", "calendar", "calendar_file", "approvals", "approval",
}  # fmt: skip
DROPPING = {"drop", "tray", "receive", "save", "discard"}
ABSENT = {"job", "site_file", "tray", "save", "discard", "ask_move", "approval", "move", "judge"}
DECIDING = {"ask_withdraw", "look", "publish", "withdraw", "ask_move", "move", "judge"}
MAY = {
    READER: SEEING,
    AUTHOR: SEEING | DROPPING,
    EDITOR: SEEING | DROPPING | DECIDING,
}


def test_every_address_is_in_the_matrix_below(desk: Running) -> None:
    names = {rule.endpoint for rule in create(desk.desk).url_map.iter_rules()}
    assert names == {*PAGES, *FORMS, *OPEN}


@pytest.mark.parametrize("name", PASSWORDS)
def test_each_role_may_what_it_may_and_no_more(desk: Running, name: str) -> None:
    client = desk.signed_in(name)
    for page, path in PAGES.items():
        expected = {404} if page in ABSENT else {200}
        answer = client.get(path)
        assert answer.status_code in (expected if page in MAY[name] else {403}), page
    for form, path in FORMS.items():
        # Without a reason nothing is withdrawn.
        answer = client.post(path)
        allowed = {422} if form in ("withdraw", "receive") else {303}
        allowed = {404} if form in ABSENT else allowed
        assert answer.status_code in (allowed if form in MAY[name] else {403}), form


def test_nobody_sees_or_does_anything(desk: Running) -> None:
    client = desk.client()
    for path in PAGES.values():
        answer = client.get(path)
        assert answer.status_code == 303
        assert urlsplit(answer.headers["Location"]).path == "/vao"
    for path in FORMS.values():
        assert client.post(path).status_code == 403
    assert not desk.desk.worker.under_way()


def test_an_address_that_no_right_is_written_down_for_opens_to_nobody(desk: Running) -> None:
    app = create(desk.desk)
    app.add_url_rule("/quen", "forgotten", lambda: "secret")
    client = app.test_client()
    answer = client.get("/quen", headers={"Host": f"127.0.0.1:{desk.desk.doors.port}"})
    assert answer.status_code == 403


# Forged forms


def test_forms_without_the_token_of_the_session_are_refused(desk: Running) -> None:
    client, other = desk.signed_in(EDITOR), desk.signed_in(EDITOR)
    for token in ("", "0" * 64, other.token(), client.token()[:-1], "ệ"):
        answer = client.post("/dang/2023/03/bai", token=token)
        assert answer.status_code == 403
        assert "không còn hiệu lực" in words_of(answer.text)
    assert not desk.desk.worker.under_way()
    assert client.post("/ra", token="").status_code == 403
    assert client.get("/").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
    ],
    ids=lambda headers: "-".join(headers.values()),
)
def test_forms_of_another_page_are_refused_even_with_the_token(
    desk: Running, headers: dict[str, str]
) -> None:
    client = desk.signed_in(EDITOR)
    assert client.post("/xem/2023/03/bai", headers=headers).status_code == 403
    assert desk.client().sign_in(EDITOR, headers=headers).status_code == 403


def test_a_form_of_our_own_page_is_taken(desk: Running) -> None:
    headers = {"Origin": desk.url, "Sec-Fetch-Site": "same-origin"}
    answer = desk.signed_in(EDITOR).post("/nhat-ky/kiem-chung", headers=headers)
    assert answer.status_code == 303


def test_a_form_without_a_cookie_is_refused(desk: Running) -> None:
    token = desk.client().token()
    assert desk.client()._send("POST", "/vao", data={"token": token}).status_code == 403


# Script in what people wrote


def _harmless(page: str) -> None:
    tree = html.fromstring(page)
    assert not tree.xpath("//script[not(starts-with(@src, '/static/')) or text()]")
    assert not tree.xpath("//iframe[not(starts-with(@src, '/xem-bai/'))]")
    assert not tree.xpath("//object | //img[@src='x'] | //b[@onclick]")
    for element in tree.iter():
        assert not [name for name in element.attrib if str(name).lower().startswith("on")]
        for name in ("href", "action", "src"):
            scheme = str(element.get(name, "")).strip().lower().partition(":")[0]
            assert scheme not in ("javascript", "vbscript"), element.get(name)


def test_what_people_wrote_is_text_on_every_page(desk: Running) -> None:
    client = desk.signed_in(EDITOR)
    strange = quote("2023/03/<b onclick=x>")
    for path in (*PAGES.values(), f"/bai/{strange}", f"/go/{strange}", "/bai?lang=en"):
        if "tai?" not in path:
            _harmless(client.get(path).text)
    assert "&lt;script&gt;alert(2)" in client.get("/bai/2023/03/bai").text


@pytest.mark.parametrize(
    "path",
    [
        f"/bai?q={quote(HOSTILE)}&standing={quote(HOSTILE)}&page=1",
        f"/nhat-ky?q={quote(HOSTILE)}&from={quote(HOSTILE)}",
        f"/bao-cao?span={quote(HOSTILE)}&year={quote(HOSTILE)}",
        f"/?lang={quote(HOSTILE)}",
        f"/{quote(HOSTILE)}",
        "/bai?_external=1&_scheme=javascript&_anchor=x&endpoint=y",
        "/bai?page=-5", "/bai?page=999999999999999999999", "/bai?page=x",
        "/nhat-ky?site=%00&from=99/99/9999", "/bao-cao?span=days&from=1/1/0001&to=31/12/9999",
        "/bao-cao?span=month&number=13", "/bao-cao?span=year&year=999999",
    ],
)  # fmt: skip
def test_what_an_address_says_is_text_too(desk: Running, path: str) -> None:
    client = desk.signed_in(EDITOR)
    answer = client.get(path)
    assert answer.status_code in (200, 404)
    _harmless(answer.text)


# Addresses


def _raw(desk: Running, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", desk.desk.doors.port), timeout=10) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        received = b""
        while more := connection.recv(65536):
            received += more
    return received


@pytest.mark.parametrize(
    "path",
    [
        "/bai/../../config.toml", "/bai/%2e%2e/%2e%2e/config.toml", "/bai//etc/passwd",
        "/bai/..%5c..%5cconfig.toml", "/static/../../../people.json", "/static/x/people.json",
        "/static/%2e%2e/desk.css", "/bai/%00", "/bai/%ff%fe", "/viec/../people.json",
        "/bao-cao/tai?form=../../people.json", "//evil.example/", "/.publisher/people.json",
    ],
)  # fmt: skip
def test_no_address_leads_to_a_file(desk: Running, path: str) -> None:
    client = desk.signed_in(EDITOR)
    cookies = "; ".join(f"{name}={value}" for name, value in client.session.cookies.items())
    head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{desk.desk.doors.port}\r\n"
    answer = _raw(desk, f"{head}Cookie: {cookies}\r\nConnection: close\r\n\r\n".encode())
    status = int(answer.split(b" ", 2)[1])
    assert status in (303, 308, 400, 404), answer[:200]
    assert b"argon2" not in answer and b"[sites" not in answer and b"root:" not in answer
    assert b"evil.example" not in answer.split(b"\r\n\r\n")[0]


@pytest.mark.parametrize(
    "back",
    ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)",
     "/\t/evil.example", "evil.example", "\\\\evil.example"],
)  # fmt: skip
def test_signing_in_leads_to_no_other_site(desk: Running, back: str) -> None:
    client = desk.client()
    data = {"name": EDITOR, "password": PASSWORDS[EDITOR][1], "back": back}
    answer = client.post("/vao", data=data)
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/"


def test_signing_in_leads_to_the_page_that_was_wanted(desk: Running) -> None:
    client = desk.client()
    wanted = client.get("/bai?q=to%20trinh").headers["Location"]
    back = _one(client.get(wanted).text, "//input[@name='back']/@value")
    data = {"name": EDITOR, "password": PASSWORDS[EDITOR][1], "back": back}
    assert client.post("/vao", data=data).headers["Location"] == "/bai?q=to%20trinh"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "POST"])
def test_other_methods_are_refused(desk: Running, method: str) -> None:
    client = desk.signed_in(EDITOR)
    answer = client._send(method, "/bai")
    assert answer.status_code in (403, 405)
    if method != "POST":
        assert "GET" in answer.headers.get("Allow", "GET")


@pytest.mark.parametrize(
    "hosts",
    [["evil.example"], ["127.0.0.1"], ["127.0.0.1:1"], [], ["127.0.0.1:{port}", "evil.example"],
     ["evil.example:{port}"], ["127.0.0.1:{port}.evil.example"], [""]],
    ids=str,
)  # fmt: skip
def test_a_foreign_host_gets_nothing(desk: Running, hosts: list[str]) -> None:
    lines = [f"Host: {host.format(port=desk.desk.doors.port)}" for host in hosts]
    request = "\r\n".join(["GET /vao HTTP/1.1", *lines, "Connection: close", "", ""])
    answer = _raw(desk, request.encode())
    assert int(answer.split(b" ", 2)[1]) in (400, 421)
    assert b"<form" not in answer and b"Set-Cookie" not in answer


# Sessions


def _cookie(desk: Running, client: Client) -> str:
    value = client.session.cookies.get(f"publisher-{desk.desk.doors.port}")
    assert value
    return value


def test_signing_in_changes_the_session_that_was_known_before(desk: Running) -> None:
    name = f"publisher-{desk.desk.doors.port}"
    planted = "A" * 43
    client = desk.client()
    client.session.cookies.set(name, planted, domain="127.0.0.1")
    assert client.sign_in(EDITOR).status_code == 303
    assert _cookie(desk, client) != planted
    thief = desk.client()
    thief.session.cookies.set(name, planted, domain="127.0.0.1")
    assert thief.get("/").status_code == 303
    again = _cookie(desk, client)
    assert client.sign_in(READER).status_code == 303
    thief.session.cookies.set(name, again, domain="127.0.0.1")
    assert thief.get("/").status_code == 303


def test_cookies_can_be_read_by_no_script_and_sent_by_no_other_site(desk: Running) -> None:
    client = desk.client()
    for answer in (client.get("/vao?lang=en"), client.sign_in(EDITOR)):
        for line in answer.raw.headers.getlist("Set-Cookie"):
            assert "HttpOnly" in line and "SameSite=Lax" in line and "Path=/" in line
            assert "Domain" not in line and "Expires" not in line


def test_signing_out_ends_it_on_the_server(desk: Running) -> None:
    client = desk.signed_in(EDITOR)
    stolen = _cookie(desk, client)
    assert client.post("/ra").status_code == 303
    thief = desk.client()
    thief.session.cookies.set(f"publisher-{desk.desk.doors.port}", stolen, domain="127.0.0.1")
    assert thief.get("/").status_code == client.get("/").status_code == 303


def test_a_session_ends_when_it_is_idle_and_when_it_is_old(own: Office) -> None:
    with serving(own, accounts=True) as desk:
        idle, busy = desk.signed_in(EDITOR), desk.signed_in(EDITOR)
        desk.seconds.now += IDLE - 1
        assert busy.get("/").status_code == 200
        desk.seconds.now += 2
        assert idle.get("/").status_code == 303
        assert busy.get("/").status_code == 200
        for _ in range(int(LASTS / IDLE) + 1):
            desk.seconds.now += IDLE - 10
            answer = busy.get("/")
        assert answer.status_code == 303


def test_whoever_loses_the_account_is_out_at_once(own: Office) -> None:
    with serving(own, accounts=True) as desk:
        clients = {name: desk.signed_in(name) for name in PASSWORDS}
        # By another process, as the command line is.
        elsewhere = People(people_file(own.folder / ".publisher"))
        elsewhere.remove(READER)
        elsewhere.change(EDITOR, "một mật khẩu hoàn toàn mới")
        assert {name: c.get("/").status_code for name, c in clients.items()} == {
            READER: 303, EDITOR: 303, AUTHOR: 200,
        }  # fmt: skip
        assert desk.client().sign_in(READER).status_code == 403
        assert desk.client().sign_in(EDITOR).status_code == 403
        assert desk.client().sign_in(EDITOR, "một mật khẩu hoàn toàn mới").status_code == 303


# The one-time link


def test_the_link_lets_one_browser_in_once(desk: Running, office: Office) -> None:
    link = desk.desk.new_link().removeprefix(desk.url)
    first, second = desk.client(), desk.client()
    assert first.get(link).status_code == 303
    assert first.get("/go/2023/03/bai").status_code == 200  # all rights
    answer = second.get(link)
    assert answer.status_code == 403
    assert "đã dùng rồi" in words_of(answer.text)
    assert second.get("/").status_code == 303


def test_a_new_link_is_shown_at_the_machine_alone_and_ends_the_old_one(desk: Running) -> None:
    old = desk.desk.new_link().removeprefix(desk.url)
    client = desk.client()
    answer = client.post("/vao/lien-ket")
    new = desk.said[-1].removeprefix(desk.url)
    assert answer.status_code == 200
    assert new.partition("=")[2] not in answer.text
    assert client.get(old).status_code == 403
    assert client.get(new).status_code == 303
    assert client.get("/vao?ma=").status_code == 303


def test_the_link_is_of_no_use_where_people_need_accounts(own: Office) -> None:
    with serving(own, accounts=True, local=False) as desk:
        client = desk.client()
        assert client.get(desk.desk.new_link().removeprefix(desk.url)).status_code == 403
        assert client.post("/vao/lien-ket").status_code == 403
        assert desk.said == []


# Passwords


def test_guessing_is_slowed_down_for_everybody_at_that_address(own: Office) -> None:
    with serving(own, accounts=True) as desk:
        client = desk.client()
        answers = [client.sign_in(EDITOR, f"sai mật khẩu {n}").status_code for n in range(FREE + 2)]
        assert answers == [403] * FREE + [429] * 2
        answer = client.sign_in(EDITOR)
        assert answer.status_code == 429  # the right one too: else the wait would tell
        assert int(answer.headers["Retry-After"]) >= 1
        assert client.sign_in(READER).status_code == 429
        desk.seconds.now += 3
        assert client.sign_in(EDITOR).status_code == 303
        assert desk.client().sign_in(EDITOR).status_code == 303


def test_waits_grow_but_nobody_is_kept_out_for_good() -> None:
    clock = Seconds()
    throttle, waits, others = Throttle(clock), list[int](), list[int]()
    for _ in range(FREE + 14):
        while wait := throttle.try_(EDITOR, "192.0.2.7"):
            waits.append(wait)
            others.append(throttle.try_(EDITOR, "192.0.2.8"))  # the editor, who sits elsewhere
            clock.now += wait
    assert waits == sorted(waits)
    assert 300 < waits[-1] <= 901
    assert max(others) <= 61
    clock.now += 901
    assert throttle.try_(EDITOR, "192.0.2.7") == 0


def test_many_guesses_at_once_count_as_many(own: Office) -> None:
    with serving(own, accounts=True) as desk:
        clients = [desk.client() for _ in range(16)]
        tokens = [client.token() for client in clients]
        answers: list[int] = []

        def guess(client: Client, token: str) -> None:
            data = {"name": EDITOR, "password": "sai mật khẩu rồi"}
            answers.append(client.post("/vao", token=token, data=data).status_code)

        threads = [
            threading.Thread(target=guess, args=pair) for pair in zip(clients, tokens, strict=True)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(answers) == [403] * FREE + [429] * (16 - FREE)


def test_an_unknown_name_is_told_nothing_else_than_a_wrong_password(own: Office) -> None:
    with serving(own, accounts=True) as desk:
        pages = []
        for name in (EDITOR, "Không Có Ai"):
            client = desk.client()
            answer = client.sign_in(name, "sai mật khẩu rồi")
            assert answer.status_code == 403
            pages.append(words_of(answer.text.replace(name, "")))
        assert pages[0] == pages[1]


def test_the_file_of_accounts_holds_no_password_and_is_for_its_owner_alone(own: Office) -> None:
    path = people_file(own.folder / ".publisher")
    accounts = People(path)
    accounts.add("Nguyễn Thị Lan", Role.EDITOR, "ba cây chụm lại")
    stored = json.loads(path.read_text(encoding="utf-8"))
    assert stored["people"][0]["hash"].startswith("$argon2id$")
    assert "chụm" not in path.read_text(encoding="utf-8")
    if os.name == "posix":
        assert path.stat().st_mode & 0o777 == 0o600
        path.chmod(0o644)
        with pytest.raises(ConfigError) as caught:
            People(path).all()
        assert caught.value.problems[0].code == "people-file-open"
    path.chmod(0o600)
    # The same name and the same letters, however the keyboard wrote them.
    decomposed = unicodedata.normalize("NFD", "ba cây chụm lại")
    assert People(path).proven(unicodedata.normalize("NFD", "nguyễn thị LAN"), decomposed)


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such bits")
def test_a_file_of_accounts_that_others_can_read_lets_nobody_in(own: Office) -> None:
    with serving(own, accounts=True) as desk:
        client = desk.signed_in(EDITOR)
        people_file(own.folder / ".publisher").chmod(0o644)
        answer = client.get("/")
        assert answer.status_code == 503
        assert "chmod 600" in answer.text
        assert "$argon2" not in answer.text


@pytest.mark.parametrize(
    ("name", "password", "code"),
    [
        ("lan", "ngan", "person-password-short"),
        ("lan", "x" * 201, "person-password-long"),
        ("Nguyễn Thị Lan", "nguyen thi lan", "person-password-name"),
        ("Nguyễn Thị Lan", "Nguyễn Thị Lan 2023!", "person-password-name"),
        ("lan", "1111111111", "person-password-plain"),
        ("lan", "abababababab", "person-password-plain"),
    ],
)
def test_weak_passwords(name: str, password: str, code: str) -> None:
    problem = people.weak(name, password)
    assert problem is not None and problem.code == code
    assert people.weak(name, "đủ dài và không dễ đoán") is None


# Too much


@pytest.mark.parametrize("size", [70_000, 900_000])
def test_a_form_that_is_too_large_is_refused_in_words(desk: Running, size: int) -> None:
    client = desk.signed_in(EDITOR)
    answer = client.post("/go/2023/03/bai", data={"reason": "x" * size})
    assert answer.status_code == 413
    assert "quá lớn" in words_of(answer.text)


def test_what_is_far_too_large_is_not_even_read(desk: Running) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", desk.desk.doors.port, timeout=20)
    connection.putrequest("POST", "/vao")
    connection.putheader("Content-Length", str(10_000_000_000))
    connection.putheader("Content-Type", "application/x-www-form-urlencoded")
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()


def test_a_form_of_a_thousand_parts_is_refused(desk: Running) -> None:
    client = desk.signed_in(EDITOR)
    files = {f"f{n}": (None, "x") for n in range(1000)}
    answer = client.post("/go/2023/03/bai", files=files)
    assert answer.status_code == 413


# Headers, errors, secrets


def test_every_answer_carries_the_headers(desk: Running) -> None:
    client = desk.signed_in(READER)
    style = _one(client.get("/").text, "//link[@rel='stylesheet']/@href")
    answers = [
        client.get(path)
        for path in (*PAGES.values(), "/khong-co", style, "/vao", "/healthz", "/vao?ma=x")
    ]
    answers.append(client.post("/dang/2023/03/bai"))
    answers.append(client._send("DELETE", "/bai"))
    for answer in answers:
        headers = answer.headers
        policy = headers["Content-Security-Policy"]
        framed = answer.url.endswith(PAGES["shown"])
        ancestors = "frame-ancestors 'self'" if framed else "frame-ancestors 'none'"
        assert "default-src 'none'" in policy and ancestors in policy
        assert "unsafe" not in policy and policy.count("script-src") == policy.count(SCRIPTS)
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "camera=()" in headers["Permissions-Policy"]
        assert "Server" not in headers or headers["Server"] == ""
        lasting = "immutable" in headers["Cache-Control"]
        assert lasting == answer.url.endswith(("desk.css", "desk.js"))
        if not lasting:
            assert headers["Cache-Control"] == "no-store"


def test_a_mistake_of_ours_is_told_without_its_insides(own: Office) -> None:
    def broken(_config: object) -> object:
        raise ValueError("mật khẩu bí mật 123")

    with serving(own, accounts=True, opened=broken) as desk:  # type: ignore[arg-type]
        client = desk.signed_in(EDITOR)
        answers = [client.get("/"), client.get("/")]
    named = set()
    for answer in answers:
        assert answer.status_code == 500
        assert "Traceback" not in answer.text and "bí mật" not in answer.text
        assert answer.headers["Content-Security-Policy"]
        named |= {word for word in words_of(answer.text).split() if "publisher-" in word}
    (file,) = named  # one report, however often it happens
    assert "bí mật" in Path(file).read_text(encoding="utf-8")
    Path(file).unlink()


def test_no_page_shows_a_secret(own: Office) -> None:
    own.file("config.toml", "").write_text(
        '[sites.so-khcn]\nkind = "wordpress"\nurl = "https://127.0.0.1:9/"\nuser = "bientap"\n',
        encoding="utf-8",
    )
    own.environ["PUBLISHER_PASSWORD_SO_KHCN"] = "abcd efgh ijkl mnop"
    with serving(own, accounts=True) as desk:
        client = desk.signed_in(EDITOR)
        pages = [client.get(path).text for path in PAGES.values()]
        pages.append(client.done(client.post("/xem/2023/03/bai")))
        pages.append(client.done(client.post("/dang/2023/03/bai")))
    for page in pages:
        assert "abcd" not in page and "$argon2" not in page
        assert _cookie(desk, client) not in page


# Behind a proxy with HTTPS

PUBLIC = "https://ban-tin.example.vn"


def test_behind_a_proxy_cookies_are_for_https_and_addresses_are_those_of_people(
    own: Office,
) -> None:
    with serving(own, accounts=True, public=PUBLIC) as desk:
        client = desk.client()
        via = {"Host": "ban-tin.example.vn", "X-Forwarded-Proto": "https"}

        def ask(method: str, path: str, address: str, **more: Any) -> requests.Response:
            headers = {**via, "X-Forwarded-For": address, **more.pop("headers", {})}
            return client._send(method, path, headers=headers, **more)

        first = ask("GET", "/vao", "203.0.113.5")
        line = first.headers["Set-Cookie"]
        assert line.startswith("__Host-publisher=") and "Secure" in line
        assert first.headers["Strict-Transport-Security"]
        id_ = line.partition("=")[2].partition(";")[0]
        token = _one(first.text, "//input[@name='token']/@value")
        cookie = {"Cookie": f"__Host-publisher={id_}", "Origin": PUBLIC}
        data = {"name": EDITOR, "password": "sai mật khẩu rồi", "token": token}
        tries = [
            ask("POST", "/vao", f"203.0.113.{n}", headers=cookie, data=data).status_code
            for n in range(FREE + 1)
        ]
        assert tries == [403] * FREE + [429]  # of one account, from wherever
        desk.seconds.now += 100
        data["password"] = PASSWORDS[EDITOR][1]
        foreign = {**cookie, "Origin": "http://127.0.0.1.evil.example"}
        assert ask("POST", "/vao", "203.0.113.5", headers=foreign, data=data).status_code == 403
        answer = ask("POST", "/vao", "203.0.113.5", headers=cookie, data=data)
        assert answer.status_code == 303
        assert "__Host-publisher=" in answer.headers["Set-Cookie"]
        # What is for this machine alone is not for people who come through the proxy.
        assert ask("GET", "/healthz", "203.0.113.5").status_code == 403
        link = desk.desk.new_link().removeprefix(desk.url)
        assert ask("GET", link, "203.0.113.5").status_code == 403
        assert desk.client().get("/healthz").status_code == 200


def test_a_client_can_not_lie_about_its_address(desk: Running) -> None:
    client = desk.client()
    headers = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}
    answer = client.get("/healthz", headers=headers)
    assert answer.status_code == 200
    assert "Strict-Transport-Security" not in answer.headers


# The command line


def test_the_desk_does_not_open_to_others_without_accounts_and_https(own: Office) -> None:
    done = own.run("web", "--host", "0.0.0.0", "--port", "0", "--no-browser")
    assert done.status == 3
    assert "HTTPS" in done.err and "publisher user add" in done.err
    own.configure(f'[web]\npublic_url = "{PUBLIC}"\n')
    done = own.run("web", "--host", "0.0.0.0", "--port", "0", "--no-browser")
    assert done.status == 3
    assert "HTTPS" not in done.err and "publisher user add" in done.err


@pytest.mark.parametrize("url", ["http://ban-tin.example.vn", "https://x.example/ban", "ftp://x"])
def test_public_addresses_that_will_not_do(own: Office, url: str) -> None:
    own.configure(f'[web]\npublic_url = "{url}"\n')
    done = own.run("status")
    assert done.status == 3
    assert "config.toml:2" in done.err


def test_a_port_that_is_taken_is_named(own: Office, desk: Running) -> None:
    done = own.run("web", "--port", str(desk.desk.doors.port), "--no-browser")
    assert done.status == 3
    assert str(desk.desk.doors.port) in done.err and "8602" in done.err


@pytest.fixture
def typing(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is typed where nobody sees it, line by line."""
    lines: list[str] = []
    monkeypatch.setattr("click.termui.hidden_prompt_func", lambda _words: lines.pop(0))
    return lines


def test_accounts_are_made_changed_and_taken_away(own: Office, typing: list[str]) -> None:
    typing += ["ngan", "ngan", "đủ dài rồi nhé", "gõ nhầm lần hai", *["đủ dài rồi nhé"] * 2]
    done = own.run("user", "add", "Lan  Anh", "--role", "editor")
    assert done.status == 0
    assert "biên tập viên" in done.out and "ngắn hơn 10" in done.err
    assert "đủ dài" not in done.out + done.err
    people = People(people_file(own.folder / ".publisher"))
    account = people.proven("lan anh", "đủ dài rồi nhé")
    assert account is not None and (account.name, account.role) == ("Lan Anh", Role.EDITOR)
    assert "Lan Anh" in own.run("user", "list").out
    assert own.run("user", "add", "LAN ANH").status == 3  # asked for no password
    typing += ["mật khẩu mới tinh"] * 2
    assert own.run("user", "password", "lan anh").status == 0
    assert people.proven("Lan Anh", "đủ dài rồi nhé") is None
    assert people.proven("Lan Anh", "mật khẩu mới tinh")
    assert own.run("user", "remove", "Lan Anh").status == 0
    assert own.run("user", "remove", "Lan Anh").status == 3
    assert "Chưa ai" in own.run("user", "list").out


def test_three_weak_passwords_make_no_account(own: Office, typing: list[str]) -> None:
    typing += ["ngan"] * 6
    done = own.run("user", "add", "lan")
    assert done.status == 3
    assert typing == []
    assert "Chưa ai" in own.run("user", "list").out


@pytest.mark.parametrize("name", ["", "  ", "<b>", "a" * 51, "-lan", "lan/minh"])
def test_names_that_are_no_names(own: Office, name: str) -> None:
    done = own.run("user", "add", "--", name)
    assert done.status == 3
