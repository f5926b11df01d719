"""Accounts, passwords and networks as offices have them: said plainly, and made good later."""

from __future__ import annotations

import shutil
import ssl
import subprocess
import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.faults import FaultProxy, Rule
from tests.office import Office, Ran
from tests.processes import free_port
from tests.wordpress import WordPress

DONE, FAILED, UNREACHABLE = 0, 1, 5


@pytest.fixture
def site(clean_wordpress: WordPress) -> WordPress:
    return clean_wordpress


def office_of(tmp_path: Path, site: WordPress, name: str = "phòng", **account: Any) -> Office:
    """An office with one post: text, a picture, a category, a tag."""
    office = Office(tmp_path / name)
    office.wordpress(site, **account)
    office.picture("media/ảnh.jpg", (320, 240))
    body = "![Quang cảnh](ảnh.jpg)\n\nNội dung."
    office.post("tin.md", body, title="Tin một", categories=["Cải cách"], tags=["hồ sơ"])
    return office


def make_category(site: WordPress, name: str) -> None:
    site.rest("POST", "wp/v2/categories", json={"name": name}).raise_for_status()


def shown(site: WordPress) -> tuple[list[str], int]:
    """Titles of the posts, and how many pictures there are."""
    return sorted(p["title"]["raw"] for p in site.posts()), len(site.media())


NOTHING: tuple[list[str], int] = ([], 0)
ALL = (["Tin một"], 1)


def said(ran: Ran, *words: str) -> None:
    """Every one of these words is there; nothing a clerk can't read is."""
    for word in words:
        assert word in ran.out, f"{word!r} is not in: {ran.out}"
    text = ran.out + ran.err
    for jargon in ("Traceback", "Errno", "HTTPConnectionPool", "urllib3", "SSLError("):
        assert jargon not in text


# Roles


def test_an_editor_creates_what_a_post_needs(tmp_path: Path, site: WordPress) -> None:
    office = office_of(tmp_path, site, role="editor")
    assert office.run("publish").status == DONE
    assert shown(site) == ALL
    assert office.plan() == []


def test_an_author_publishes_with_categories_that_exist(tmp_path: Path, site: WordPress) -> None:
    make_category(site, "Cải cách")
    office = office_of(tmp_path, site, role="author")
    assert office.run("publish").status == DONE
    (post,) = site.posts()
    assert len(post["tags"]) == 1  # one may make a tag who may write a post
    assert len(post["categories"]) == 1
    assert shown(site) == ALL
    assert office.plan() == []
    office.post("tin.md", "Sửa.", title="Tin một", categories=["Cải cách"])
    assert [o["state"] for o in office.publish()] == ["done"]
    assert office.run("withdraw", "tin", "--reason", "Đăng nhầm").status == DONE
    assert office.plan() == []


def test_an_author_can_not_make_a_category_and_nothing_is_half_published(
    tmp_path: Path, site: WordPress
) -> None:
    office = office_of(tmp_path, site, role="author")
    office.post("khac.md", "Không chuyên mục.", title="Tin khác")
    ran = office.run("publish")
    assert ran.status == FAILED
    said(ran, "posts/tin.md:", "“Cải cách”", "so-khcn", "người quản trị")
    assert shown(site) == (["Tin khác"], 0)
    make_category(site, "Cải cách")
    assert office.run("publish").status == DONE
    assert shown(site) == (["Tin khác", "Tin một"], 1)
    assert office.plan() == []


@pytest.mark.parametrize("role", ["contributor", "subscriber"])
def test_an_account_that_may_not_publish_is_told_so_before_anything_is_sent(
    tmp_path: Path, site: WordPress, role: str
) -> None:
    office = office_of(tmp_path, site, role=role)
    ran = office.run("publish")
    assert ran.status == UNREACHABLE
    said(ran, role, "so-khcn", "Biên tập viên")
    assert shown(site) == NOTHING
    assert site.rest("GET", "wp/v2/tags").json() == []


def test_what_another_author_wrote_is_not_touched(tmp_path: Path, site: WordPress) -> None:
    values = {"title": "Tin một", "content": "<p>Của người khác.</p>", "status": "publish"}
    site.rest("POST", "wp/v2/posts", role="editor", json=values).raise_for_status()
    make_category(site, "Cải cách")
    office = office_of(tmp_path, site, role="author")
    assert office.run("publish").status == FAILED
    before = site.posts()
    assert office.run("publish", "--overwrite").status == FAILED  # the site refuses it
    assert site.posts() == before


# Passwords


@pytest.mark.parametrize(
    ("account", "wrong"),
    [({"password": "sai mật khẩu"}, "editor"), ({"user": "publisher"}, "publisher")],
    ids=["password", "name-of-the-password"],
)
def test_a_wrong_account(
    tmp_path: Path, site: WordPress, account: dict[str, str], wrong: str
) -> None:
    office = office_of(tmp_path, site, **account)
    for command in ("publish", "plan"):
        ran = office.run(command)
        assert ran.status == UNREACHABLE
        said(
            ran, f"“{wrong}”", "mật khẩu ứng dụng", "tên đăng nhập", "publisher site login so-khcn"
        )
        assert "sai mật khẩu\n" not in ran.out
    assert shown(site) == NOTHING
    config = office.folder / "config.toml"
    config.write_text(config.read_text("utf-8").replace('"publisher"', '"editor"'), "utf-8")
    office.environ["PUBLISHER_PASSWORD_SO_KHCN"] = site.passwords["editor"][1]
    assert office.run("publish").status == DONE
    assert shown(site) == ALL


def test_no_password_at_all(tmp_path: Path, site: WordPress) -> None:
    office = office_of(tmp_path, site)
    office.environ.clear()
    ran = office.run("publish", environ={"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"})
    assert ran.status == 3
    said(ran, "editor", "publisher site login so-khcn")
    assert shown(site) == NOTHING


# The network


@dataclass(frozen=True)
class Trouble:
    """What goes wrong on the way, and what a clerk is told."""

    rule: Rule
    status: int
    words: tuple[str, ...]


def troubles() -> dict[str, Trouble]:
    post, media = r"/wp/v2/posts(\?|$)", r"/wp/v2/media(\?|$)"
    moved = "https://moi.example/wp-json/wp/v2/posts"
    wait = {"Retry-After": "600"}
    return {
        "authorization-dropped": Trouble(
            Rule("strip_authorization", times=None),
            UNREACHABLE,
            ("so-khcn", "Authorization", "người quản trị"),
        ),
        "error-before": Trouble(
            Rule("refuse", "POST", post, status=500), FAILED, ("posts/tin.md", "500", "chạy lại")
        ),
        "error-after": Trouble(
            Rule("fail", "POST", post, status=500), FAILED, ("posts/tin.md", "500", "chạy lại")
        ),
        "error-after-a-picture": Trouble(
            Rule("fail", "POST", media, status=500), FAILED, ("posts/tin.md", "500", "chạy lại")
        ),
        "answer-lost": Trouble(
            Rule("lose", "POST", post), FAILED, ("posts/tin.md", "bị ngắt", "chạy lại")
        ),
        "answer-of-a-picture-lost": Trouble(
            Rule("lose", "POST", media), FAILED, ("posts/tin.md", "bị ngắt", "chạy lại")
        ),
        "answer-of-a-term-lost": Trouble(
            Rule("lose", "POST", r"/wp/v2/categories"), FAILED, ("posts/tin.md", "bị ngắt")
        ),
        "dropped": Trouble(
            Rule("drop", "POST", post), FAILED, ("posts/tin.md", "bị ngắt", "chạy lại")
        ),
        "too-slow": Trouble(
            Rule("delay", "POST", post, seconds=60), FAILED, ("posts/tin.md", "5 giây")
        ),
        "too-many": Trouble(
            Rule("refuse", "POST", post, times=None, status=429, headers=wait),
            FAILED,
            ("posts/tin.md", "chậm lại", "vài phút"),
        ),
        "forbidden": Trouble(
            Rule("refuse", "POST", post, status=403), FAILED, ("posts/tin.md", "không được phép")
        ),
        "moved": Trouble(
            Rule("redirect", times=None, status=301, location=moved),
            UNREACHABLE,
            ("https://moi.example", "config.toml"),
        ),
        "writes-moved": Trouble(
            Rule("redirect", "POST", times=None, status=308, location=moved),
            FAILED,
            ("https://moi.example", "config.toml"),
        ),
    }


LOST = ("error-after", "error-after-a-picture", "answer-lost", "answer-of-a-picture-lost")


@pytest.mark.parametrize("name", [name for name in troubles() if name not in LOST])
def test_a_bad_network_is_told_and_made_good(
    tmp_path: Path, wordpress71: WordPress, name: str
) -> None:
    wordpress71.empty()
    _told_and_made_good(tmp_path, wordpress71, name)


@pytest.mark.parametrize("name", LOST)
def test_what_arrived_unseen_is_told_and_found_again(
    tmp_path: Path, site: WordPress, name: str
) -> None:
    _told_and_made_good(tmp_path, site, name)


def _told_and_made_good(tmp_path: Path, site: WordPress, name: str) -> None:
    trouble = troubles()[name]
    with FaultProxy(site.url) as proxy:
        office = office_of(tmp_path, site, url=proxy.url, timeout=5)
        proxy.add(trouble.rule)
        ran = office.run("publish")
        assert trouble.rule.hit.is_set()
        assert ran.status == trouble.status
        said(ran, *trouble.words)
        proxy.clear()
        assert office.run("publish").status == DONE
        assert shown(site) == ALL
        assert office.plan() == []
        assert office.run("status", "--json").json["failures"] == []
        assert office.run("report", "--year", "2023", "--json").json["total"] == 1


def test_a_site_that_asks_for_a_pause_gets_it(tmp_path: Path, site: WordPress) -> None:
    with FaultProxy(site.url) as proxy:
        office = office_of(tmp_path, site, url=proxy.url)
        pause = {"Retry-After": "1"}
        rule = Rule("refuse", "POST", "/wp/v2/posts", status=429, headers=pause)
        proxy.add(rule)
        assert office.run("publish").status == DONE
        assert rule.hit.is_set()
    assert shown(site) == ALL


def test_an_update_whose_answer_is_lost(tmp_path: Path, site: WordPress) -> None:
    with FaultProxy(site.url) as proxy:
        office = office_of(tmp_path, site, url=proxy.url)
        office.publish()
        for arrives, text in (("lose", "Sửa lần một."), ("drop", "Sửa lần hai.")):
            office.post("tin.md", text, title="Tin một", tags=["hồ sơ"])
            action: Any = arrives
            proxy.add(Rule(action, "POST", r"/wp/v2/posts/\d+"))
            assert office.run("publish").status == FAILED
            assert office.run("publish").status == DONE
            (post,) = site.posts()
            assert text in post["content"]["raw"]
            assert office.plan() == []


def test_a_post_whose_answer_is_lost_and_whose_file_then_gets_another_name(
    tmp_path: Path, site: WordPress
) -> None:
    names = ("họp.md", "họp báo/bài.md", "họp báo/index.md")
    with FaultProxy(site.url) as proxy:
        office = office_of(tmp_path, site, url=proxy.url)
        office.publish()
        office.post(names[0], title="Họp báo", tags=["một cửa"])
        for old, new in pairwise(names):
            proxy.add(Rule("lose", "POST", "/wp/v2/posts"))
            assert office.run("publish").status == FAILED
            # Only tags change with the name, of which the text on the site says nothing.
            (office.folder / "posts" / old).unlink()
            office.post(new, title="Họp báo", tags=["hồ sơ", old])
            assert office.run("publish").status == DONE
            (post,) = [p for p in site.posts() if p["title"]["raw"] == "Họp báo"]
            assert len(post["tags"]) == 2
            assert office.plan() == []
            office.post(new, "Sửa.", title="Họp báo", tags=["một cửa"])


def test_a_withdrawal_whose_answer_is_lost(tmp_path: Path, site: WordPress) -> None:
    with FaultProxy(site.url) as proxy:
        office = office_of(tmp_path, site, url=proxy.url)
        office.publish()
        for action in ("drop", "lose"):
            kind: Any = action
            proxy.add(Rule(kind, "DELETE"))
        ran = office.run("withdraw", "tin", "--reason", "Đăng nhầm")
        assert ran.status == FAILED
        assert site.posts()[0]["status"] == "publish"
        assert office.run("publish").status == FAILED
        assert site.posts()[0]["status"] == "trash"
        assert office.run("publish").status == DONE
        assert office.plan() == []
        (withdrawn,) = office.run("report", "--year", "2023", "--json").json["withdrawn"]
        assert withdrawn["reason"] == "Đăng nhầm"


def test_a_site_under_maintenance(tmp_path: Path, site: WordPress) -> None:
    office = office_of(tmp_path, site)
    closed = site.path / ".maintenance"
    closed.write_text("<?php $upgrading = time();", encoding="utf-8")
    try:
        ran = office.run("publish")
    finally:
        closed.unlink()
    assert ran.status == UNREACHABLE
    said(ran, "so-khcn", "bảo trì", "chạy lại")
    assert office.run("publish").status == DONE
    assert shown(site) == ALL


# Addresses where nothing answers: no WordPress is needed for these


def unreachable(tmp_path: Path, url: str) -> Office:
    office = Office(tmp_path / "phòng")
    config = f'[sites.so-khcn]\nkind = "wordpress"\nurl = "{url}"\nuser = "bientap"\n'
    office.configure(config)
    office.environ["PUBLISHER_PASSWORD_SO_KHCN"] = "abcd efgh ijkl"
    office.post("tin.md", title="Tin một")
    return office


@pytest.fixture
def self_signed(tmp_path: Path) -> Iterator[str]:
    """The address of an https server with a certificate that nobody vouches for."""
    openssl = shutil.which("openssl")
    if not openssl:
        pytest.skip("A certificate is made with openssl")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    make = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    files = ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run([openssl, *make, *files], check=True, capture_output=True)
    server = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"https://localhost:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_certificate_that_is_not_valid(tmp_path: Path, self_signed: str) -> None:
    ran = unreachable(tmp_path, self_signed).run("publish")
    assert ran.status == UNREACHABLE
    said(ran, "so-khcn", "Chứng thư", "người quản trị")


def test_a_name_that_nobody_knows(tmp_path: Path) -> None:
    ran = unreachable(tmp_path, "https://khong-co.invalid").run("publish")
    assert ran.status == UNREACHABLE
    said(ran, "so-khcn", "khong-co.invalid", "chính tả")


def test_a_site_that_is_down_and_comes_up(tmp_path: Path, site: WordPress) -> None:
    down = f"http://127.0.0.1:{free_port()}"
    office = office_of(tmp_path, site, url=down)
    ran = office.run("publish")
    assert ran.status == UNREACHABLE
    said(ran, down, "internet", "trình duyệt")
    config = office.folder / "config.toml"
    config.write_text(config.read_text("utf-8").replace(down, site.url), encoding="utf-8")
    assert office.run("publish").status == DONE
    assert shown(site) == ALL


def test_one_site_that_is_down_holds_up_no_other(tmp_path: Path, site: WordPress) -> None:
    down = f"http://127.0.0.1:{free_port()}"
    office = office_of(tmp_path, site)
    office.wordpress(site, name="trung-tam", url=down)
    ran = office.run("publish", "--json")
    assert ran.status == UNREACHABLE
    states = {o["site"]: o["state"] for o in ran.json["outcomes"]}
    assert states == {"so-khcn": "done", "trung-tam": "not_sent"}
    assert shown(site) == ALL
    # It goes away for good: the other one has nothing left to do.
    ran = office.run("publish", "--json")
    assert ran.status == UNREACHABLE
    assert [(o["site"], o["state"]) for o in ran.json["outcomes"]] == [("trung-tam", "not_sent")]
    assert shown(site) == ALL


def test_two_sites_that_are_there_get_their_own(
    tmp_path: Path, wordpress71: WordPress, wordpress61: WordPress
) -> None:
    wordpress71.empty()
    wordpress61.empty()
    office = office_of(tmp_path, wordpress71)
    office.wordpress(wordpress61, name="trung-tam", editor="classic")
    office.post("rieng.md", "Chỉ ở trung tâm.", title="Tin riêng", sites=["trung-tam"])
    assert office.run("publish").status == DONE
    assert shown(wordpress71) == ALL
    assert shown(wordpress61) == (["Tin một", "Tin riêng"], 1)
    contents = [p["content"]["raw"] for s in (wordpress71, wordpress61) for p in s.posts()]
    assert ["<!-- wp:" in text for text in contents] == [True, False, False]
    assert office.plan() == []
    report = office.run("report", "--year", "2023", "--json").json
    assert (report["total"], report["posts"]) == (3, 2)
    assert report["by"]["site"] == {"so-khcn": 1, "trung-tam": 2}


# The log on a database server


@pytest.fixture
def own_database(postgres_url: str) -> Iterator[str]:
    """The URL of an empty database, as one writes it into config.toml."""
    import psycopg  # not there where PostgreSQL is left out

    name = f"nhat_ky_{uuid.uuid4().hex}"
    admin = postgres_url.replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
        yield admin.replace("/publisher?", f"/{name}?")
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def test_a_log_on_postgresql(tmp_path: Path, site: WordPress, own_database: str) -> None:
    office = office_of(tmp_path, site)
    office.configure(f'[log]\nurl = "{own_database}"')
    office.environ["PGPASSWORD"] = "không hỏi tới"
    assert office.run("publish").status == DONE
    assert shown(site) == ALL
    assert office.plan() == []
    office.post("tin.md", "Sửa.", title="Tin một")
    assert [o["action"] for o in office.publish()] == ["update"]
    assert office.run("log", "verify").status == DONE
    entries = office.run("log", "list", "--json").json
    assert {"published", "updated", "upload"} <= {entry["what"] for entry in entries}
    assert office.run("withdraw", "tin", "--reason", "Đăng nhầm").status == DONE
    assert office.run("report", "--year", "2023", "--json").json["total"] == 0
    assert not list((office.folder / ".publisher").glob("log*"))


def test_a_database_server_that_is_down(tmp_path: Path, site: WordPress) -> None:
    office = office_of(tmp_path, site)
    office.configure(f'[log]\nurl = "postgresql://nguoi@127.0.0.1:{free_port()}/nhat_ky"')
    ran = office.run("publish", environ={"PGPASSWORD": "bi-mat-cua-so"})
    assert ran.status == FAILED
    assert "nhật ký" in ran.err
    assert "bi-mat-cua-so" not in ran.out + ran.err
    assert shown(site) == NOTHING
