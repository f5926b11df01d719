"""``site check``: all sites at once, as a table, with what is wrong and what to do about it."""

from __future__ import annotations

import os
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from publisher.cli.exits import Exit
from tests.office import Office
from tests.processes import free_port
from tests.wordpress import WordPress

HOST = "sokhcn.example.gov.vn"
posix = pytest.mark.skipif(os.name != "posix", reason="it needs a terminal of its own")


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path / "office")


@contextmanager
def silent() -> Iterator[str]:
    """A server that takes connections and never says a word; its address."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


@contextmanager
def https(site: WordPress, folder: Path, days: float) -> Iterator[dict[str, str]]:
    """HOST over TLS, with a certificate for so many days, before a real site.

    Yield the environment in which it is found: a proxy that leads there, and whom to trust.
    """
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ends = datetime.now(UTC) + timedelta(days=days)
    authority.issue_cert(HOST, not_after=ends).configure_cert(context)
    behind = ("127.0.0.1", int(site.url.rpartition(":")[2]))

    def pipe(source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)

    def serve(client: socket.socket) -> None:
        with suppress(OSError):
            while b"\r\n\r\n" not in client.recv(65536):
                pass
            client.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
            with (
                context.wrap_socket(client, server_side=True) as shown,
                socket.create_connection(behind) as there,
            ):
                back = threading.Thread(target=pipe, args=(there, shown), daemon=True)
                back.start()
                pipe(shown, there)
                back.join()

    def accept() -> None:
        with suppress(OSError):
            while True:
                client, _ = server.accept()
                threading.Thread(target=serve, args=(client,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=accept, daemon=True).start()
        proxy = f"http://127.0.0.1:{server.getsockname()[1]}"
        yield {"https_proxy": proxy, "REQUESTS_CA_BUNDLE": str(folder / "ca.pem")}
        server.shutdown(socket.SHUT_RDWR)


def test_every_site_has_a_line_and_problems_stand_beneath(
    office: Office, wordpress71: WordPress, wordpress61: WordPress
) -> None:
    office.configure('[groups]\ndon-vi = ["trung-tam"]\n')
    office.wordpress(wordpress71)
    office.wordpress(wordpress61, role="author", name="trung-tam", republishes="so-khcn")
    office.wordpress(wordpress61, name="chi-cuc", url=f"http://127.0.0.1:{free_port()}")
    ran = office.run("site", "check", "--all")
    assert ran.status == Exit.UNREACHABLE
    head, *lines = ran.out.splitlines()
    for word in ("Trang", "Kết quả", "Nhóm", "Địa chỉ", "Tài khoản", "Múi giờ", "Đồng hồ"):
        assert word in head
    rows = {line.split()[0]: line for line in lines[:3]}
    for words in ("tốt", wordpress71.url, "WordPress 7.1", "editor (editor)", "tất cả", "khớp"):
        assert words in rows["so-khcn"]
    for words in ("don-vi", "WordPress 6.1", "author (author)", "trừ: tạo chuyên mục"):
        assert words in rows["trung-tam"]
    assert "lỗi" in rows["chi-cuc"]
    beneath = "\n".join(lines[3:])
    assert "chi-cuc" in beneath
    assert "    → " in beneath
    assert "so-khcn" not in beneath


def test_a_site_that_hangs_stops_no_other(office: Office, wordpress71: WordPress) -> None:
    office.wordpress(wordpress71)
    with silent() as address:
        for name in ("mot", "hai", "ba"):
            office.wordpress(wordpress71, name=name, url=address)
        begun = time.monotonic()
        ran = office.run("site", "check", "--all", "--timeout", "3", "--json")
        assert time.monotonic() - begun < 10  # not three seconds for each
    assert ran.status == Exit.UNREACHABLE
    assert ran.json["so-khcn"]["result"] == "fine"
    for name in ("mot", "hai", "ba"):
        assert ran.json[name]["code"] == "site-slow"
        assert ran.json[name]["result"] == "faulty"
    assert "3 giây" in ran.json["mot"]["message"]


def test_a_site_that_hangs_does_not_keep_the_program(
    office: Office, wordpress71: WordPress
) -> None:
    with silent() as address:
        office.wordpress(wordpress71, url=address)
        config = str(office.folder / "config.toml")
        command = [sys.executable, "-m", "publisher", "--config", config]
        begun = time.monotonic()
        ended = subprocess.run(
            [*command, "site", "check", "--timeout", "1"],
            env={**os.environ, **office.environ},
            capture_output=True,
            check=False,
            timeout=60,
        )
        assert time.monotonic() - begun < 20
    assert ended.returncode == Exit.UNREACHABLE


@pytest.mark.parametrize(("days", "result"), [(90.5, "fine"), (20.5, "look")])
def test_a_certificate_that_runs_out_is_told_of_in_time(
    office: Office, tmp_path: Path, wordpress71: WordPress, days: float, result: str
) -> None:
    office.wordpress(wordpress71, url=f"https://{HOST}")
    with https(wordpress71, tmp_path, days) as environ:
        ran = office.run("site", "check", "--all", "--json", environ=environ)
        shown = office.run("site", "check", "--all", environ=environ).out
    said = ran.json["so-khcn"]
    assert ran.status == Exit.DONE
    assert (said["result"], said["certificate_days"]) == (result, int(days))
    ends = datetime.now(UTC) + timedelta(days=days)
    assert datetime.fromisoformat(said["certificate"]).date() == ends.date()
    assert f"({int(days)} ngày)" in shown
    assert ("hết hạn ngày" in shown) == (result == "look")


def test_a_certificate_that_has_run_out_is_a_fault(
    office: Office, tmp_path: Path, wordpress71: WordPress
) -> None:
    office.wordpress(wordpress71, url=f"https://{HOST}")
    with https(wordpress71, tmp_path, -1) as environ:
        ran = office.run("site", "check", "--all", environ=environ)
    assert ran.status == Exit.UNREACHABLE
    assert "đã hết hạn" in ran.out


def test_an_account_that_may_not_publish_is_a_fault(office: Office, wordpress71: WordPress) -> None:
    office.wordpress(wordpress71, role="contributor")
    ran = office.run("site", "check", "--all")
    assert ran.status == Exit.FAILED
    assert "lỗi" in ran.out.splitlines()[1]
    assert "contributor" in ran.out


def test_a_missing_password_is_a_matter_of_settings(office: Office, wordpress71: WordPress) -> None:
    office.wordpress(wordpress71)
    office.environ.clear()
    environ = {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
    assert office.run("site", "check", "--all", environ=environ).status == Exit.CONFIG


def test_warnings_do_not_fail(office: Office, wordpress71: WordPress) -> None:
    office.configure('[schedule]\ntimezone = "Europe/Paris"\n')
    office.wordpress(wordpress71)
    ran = office.run("site", "check", "--all")
    assert ran.status == Exit.DONE
    assert "lưu ý" in ran.out.splitlines()[1]
    assert "Europe/Paris" in ran.out


def on_a_terminal(office: Office, columns: int) -> list[str]:
    """Return what ``site check --all`` prints on a terminal so wide."""
    import pty

    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "publisher", "--config", str(office.folder / "config.toml")]
    process = subprocess.Popen(
        [*command, "site", "check", "--all"],
        env={**os.environ, **office.environ, "COLUMNS": str(columns), "NO_COLOR": "1"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    seen = b""
    with suppress(OSError):  # the other end is closed
        while piece := os.read(ours, 4096):
            seen += piece
    os.close(ours)
    assert process.wait(timeout=60) == Exit.DONE
    return seen.decode("utf-8").splitlines()


@posix
def test_on_a_terminal_it_is_as_wide_as_there_is_room(
    office: Office, wordpress71: WordPress
) -> None:
    office.wordpress(wordpress71)
    head, row = on_a_terminal(office, 140)
    assert "Phần mềm" in head and "WordPress 7.1" in row and wordpress71.url in row
    head, row = on_a_terminal(office, 90)  # what is known from config.toml is left out
    assert "Địa chỉ" not in head and "WordPress 7.1" in row
    cards = on_a_terminal(office, 40)
    assert "so-khcn" in cards[0] and cards[0].endswith("tốt")
    assert any("Địa chỉ" in line and wordpress71.url in line for line in cards)


def test_the_list_says_what_each_site_is_and_when_it_had_something_last(
    office: Office, wordpress71: WordPress
) -> None:
    office.configure('[groups]\nmang-xa-hoi = ["kenh"]\n')
    office.wordpress(wordpress71, label="Trang của Sở")
    office.site("kenh", "x", kind="telegram", account="@so")
    assert office.run("site", "list", "--json").json["so-khcn"]["last_published"] is None
    office.post("tin.md", title=f"Tin {time.time_ns()}", sites=["so-khcn"])
    before = datetime.now(UTC)
    office.publish()
    said = office.run("site", "list", "--json").json
    assert datetime.fromisoformat(said["so-khcn"]["last_published"]) >= before
    assert (said["kenh"]["experimental"], said["kenh"]["last_published"]) == (True, None)
    head, first, second = office.run("site", "list").out.splitlines()
    assert head.split()[0] == "Trang" and "Đăng lần cuối" in head
    for words in ("so-khcn", "WordPress", "Trang của Sở", wordpress71.url):
        assert words in first
    for words in ("kenh", "Telegram, thử nghiệm", "mang-xa-hoi"):
        assert words in second
