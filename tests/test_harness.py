"""The tests' own ground: the real sites, the browser and the database are what they say."""

from __future__ import annotations

import base64
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
import sqlalchemy
from playwright.sync_api import Browser

from tests import install
from tests.faults import Action, FaultProxy, Rule
from tests.wordpress import WordPress

_PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def test_each_site_is_the_version_it_says(wordpress: WordPress) -> None:
    assert wordpress.wp("core", "version").startswith(wordpress.version)


def test_every_role_has_a_password_of_its_own(wordpress: WordPress) -> None:
    for role in wordpress.passwords:
        me = wordpress.rest("GET", "wp/v2/users/me", role=role, params={"context": "edit"})
        assert me.json()["roles"] == [role]


def test_the_site_keeps_vietnamese_time(wordpress: WordPress) -> None:
    index = wordpress.rest("GET", "", role="").json()
    assert index["timezone_string"] == "Asia/Ho_Chi_Minh"


def test_an_emptied_site_holds_nothing(clean_wordpress: WordPress) -> None:
    site = clean_wordpress
    tag = site.rest("POST", "wp/v2/tags", json={"name": "cải cách"}).json()["id"]
    made = [
        site.rest("POST", "wp/v2/posts", json={"title": status, "status": status, "tags": [tag]})
        for status in ("publish", "draft", "pending", "private")
    ]
    site.rest("DELETE", f"wp/v2/posts/{made[0].json()['id']}")
    assert [post["status"] for post in site.posts()] == ["trash", "draft", "pending", "private"]
    site.empty()
    assert site.posts() == []
    assert site.media() == []
    assert site.rest("GET", "wp/v2/tags").json() == []
    assert len(site.rest("GET", "wp/v2/categories").json()) == 1


def test_a_browser_logs_in(wordpress71: WordPress, chromium: Browser) -> None:
    page = chromium.new_page()
    page.goto(f"{wordpress71.url}/wp-login.php")
    page.fill("#user_login", "editor")
    page.fill("#user_pass", "editor")
    page.click("#wp-submit")
    page.wait_for_url("**/wp-admin/**")
    assert page.get_attribute("html", "lang") == "vi"
    page.close()


def test_a_postgres_answers(postgres_url: str) -> None:
    with sqlalchemy.create_engine(postgres_url).connect() as connection:
        version = connection.execute(sqlalchemy.text("select version()")).scalar_one()
    assert version.startswith("PostgreSQL")


@pytest.fixture
def proxy(clean_wordpress: WordPress) -> Iterator[FaultProxy]:
    with FaultProxy(clean_wordpress.url) as proxy:
        yield proxy


def _post(proxy: FaultProxy, site: WordPress, timeout: float = 60) -> requests.Response:
    return requests.post(
        f"{proxy.url}/wp-json/wp/v2/posts",
        json={"title": "Tin mới", "status": "publish"},
        auth=site.passwords["editor"],
        timeout=timeout,
        allow_redirects=False,
    )


def test_without_rules_a_request_passes(proxy: FaultProxy, clean_wordpress: WordPress) -> None:
    with requests.Session() as session:
        session.auth = clean_wordpress.passwords["author"]
        for word in ("một", "hai"):
            made = session.post(
                f"{proxy.url}/wp-json/wp/v2/media?title={word}",
                data=_PIXEL,
                headers={
                    "Content-Type": "image/png",
                    "Content-Disposition": f'attachment; filename="{len(word)}.png"',
                },
                timeout=60,
            )
            assert made.status_code == 201
    assert [item["title"]["raw"] for item in clean_wordpress.media()] == ["một", "hai"]
    assert [(seen.status, seen.done) for seen in proxy.requests] == [(201, 201)] * 2


@pytest.mark.parametrize("action", ["drop", "lose"])
def test_an_answer_that_never_comes(
    action: Action, proxy: FaultProxy, clean_wordpress: WordPress
) -> None:
    proxy.add(Rule(action, "POST", "/posts$"))
    with pytest.raises(requests.ConnectionError):
        _post(proxy, clean_wordpress)
    arrived = 0 if action == "drop" else 1
    assert len(clean_wordpress.posts()) == arrived
    assert proxy.requests == [("POST", "/wp-json/wp/v2/posts", 0, 201 * arrived)]
    assert _post(proxy, clean_wordpress).status_code == 201, "only the first is struck"


@pytest.mark.parametrize("action", ["fail", "refuse"])
def test_an_error_status(action: Action, proxy: FaultProxy, clean_wordpress: WordPress) -> None:
    rule = Rule(action, "POST", times=None, skip=1, status=503, headers={"Retry-After": "7"})
    proxy.add(rule)
    assert _post(proxy, clean_wordpress).status_code == 201
    for _ in range(2):
        answer = _post(proxy, clean_wordpress)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "7")
    assert len(clean_wordpress.posts()) == (3 if action == "fail" else 1)
    proxy.clear()
    assert _post(proxy, clean_wordpress).status_code == 201


def test_a_slow_answer(proxy: FaultProxy, clean_wordpress: WordPress) -> None:
    rule = proxy.add(Rule("delay", "POST", seconds=60))
    with pytest.raises(requests.ReadTimeout):
        _post(proxy, clean_wordpress, timeout=0.5)
    assert rule.hit.wait(30)
    assert len(clean_wordpress.posts()) == 1


def test_a_dropped_authorization_header(proxy: FaultProxy, clean_wordpress: WordPress) -> None:
    proxy.add(Rule("strip_authorization"))
    assert _post(proxy, clean_wordpress).status_code == 401
    assert _post(proxy, clean_wordpress).status_code == 201


def test_a_redirect(proxy: FaultProxy, clean_wordpress: WordPress) -> None:
    proxy.add(Rule("redirect", status=301, location="https://example.org/"))
    answer = _post(proxy, clean_wordpress)
    assert (answer.status_code, answer.headers["Location"]) == (301, "https://example.org/")
    assert clean_wordpress.posts() == []


@pytest.mark.parametrize(("complete", "status"), [("", 0), ("1", 1)])
def test_the_installer_says_in_one_line_what_it_leaves_out(
    complete: str, status: int, tmp_path: Path
) -> None:
    bare = {
        "PATH": "",  # no apt-get, no npm
        "PUBLISHER_TEST_CACHE": str(tmp_path),
        "PUBLISHER_TESTS_COMPLETE": complete,
    }
    done = subprocess.run([sys.executable, install.__file__], env=bare, capture_output=True)
    assert done.returncode == status
    (line,) = done.stdout.decode().splitlines()
    assert line.startswith("Left out, because not Debian: the tests on WordPress (needs php-cli")


_OWNER = """
import sys, threading
from pathlib import Path
from tests.processes import running
server = [sys.executable, "-c", "print('up', flush=True); import time; time.sleep(600)"]
log = Path(sys.argv[1])
with running(server, log, lambda: log.exists() and "up" in log.read_text()) as process:
    print(process.pid, flush=True)
    threading.Event().wait()
"""


def test_a_server_ends_when_its_owner_is_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _OWNER, str(tmp_path / "log")]
    top = Path(__file__).parent.parent
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=top) as owner:
        assert owner.stdout is not None
        server = Path("/proc") / owner.stdout.readline().strip()
        assert "time.sleep" in (server / "cmdline").read_text()
        owner.kill()
    deadline = time.monotonic() + 30
    while server.exists() and (server / "cmdline").read_text():  # empty: ended, not yet buried
        assert time.monotonic() < deadline, "the server outlives its owner"
        time.sleep(0.05)
