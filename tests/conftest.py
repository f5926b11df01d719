"""The real things that tests run against; each is skipped, with its reason, when missing.

With ``PUBLISHER_TESTS_COMPLETE=1`` a missing one fails instead.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.install import axe as axe_script
from tests.install import complete
from tests.shares import Share, mounted
from tests.shares import missing as missing_mounts
from tests.systemd import Systemd, running_systemd
from tests.systemd import forbids as forbids_systemd
from tests.systemd import missing as missing_systemd
from tests.wordpress import WordPress, missing, running_wordpress

# No test asks the keyring of whoever runs it, nor one that another test has made.
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"

_QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def _left_out(reason: str) -> NoReturn:
    """Skip the test, or fail it where nothing may be left out."""
    if complete():
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def _site(version: str) -> Iterator[WordPress]:
    reason = missing(version)
    if reason:
        _left_out(reason)
    with running_wordpress(version) as site:
        yield site


@pytest.fixture(scope="session")
def wordpress71() -> Iterator[WordPress]:
    """WordPress 7.1 on SQLite, as other tests left it."""
    yield from _site("7.1")


@pytest.fixture(scope="session")
def wordpress61() -> Iterator[WordPress]:
    """WordPress 6.1 on MariaDB, as other tests left it."""
    yield from _site("6.1")


@pytest.fixture(
    scope="session",
    params=["wordpress71", "wordpress61"],
    ids=["wordpress-7.1", "wordpress-6.1"],
)
def wordpress(request: pytest.FixtureRequest) -> WordPress:
    """Each WordPress in turn, as other tests left it."""
    site: WordPress = request.getfixturevalue(request.param)
    return site


@pytest.fixture
def clean_wordpress(wordpress: WordPress) -> WordPress:
    """Each WordPress in turn, without posts, media or terms."""
    wordpress.empty()
    return wordpress


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A real Chromium, without a window."""
    path = shutil.which("chromium")
    if not path:
        _left_out("The browser tests need chromium: run tests/install.py")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(_QUIET))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The script that looks a page through for what keeps people out."""
    if not axe_script().exists():
        _left_out("The tests of the desk's pages need axe-core: run tests/install.py")
    return axe_script().read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def libreoffice(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path, str], Path]:
    """What turns a document into another form, ``docx`` or ``pdf``, beside it."""
    program = shutil.which("soffice")
    if not program:
        _left_out("The tests with LibreOffice need soffice: run tests/install.py")
    profile = tmp_path_factory.mktemp("libreoffice").as_uri()
    filters = {"docx": "docx:MS Word 2007 XML"}

    def convert(source: Path, form: str) -> Path:
        options = ["--headless", f"-env:UserInstallation={profile}"]
        target = ["--convert-to", filters.get(form, form), "--outdir", str(source.parent)]
        command = [program, *options, *target, str(source)]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        return source.with_suffix(f".{form}")

    return convert


@pytest.fixture(scope="session")
def poppler() -> Callable[..., str]:
    """What reads a PDF: the name of a program of poppler, then its arguments."""
    if not shutil.which("pdftotext"):
        _left_out("The tests that read a PDF need poppler-utils: run tests/install.py")

    def run(program: str, *arguments: str) -> str:
        command = [program, *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    return run


@pytest.fixture(scope="session")
def systemd_analyze() -> None:
    """What proves a unit file."""
    if not shutil.which("systemd-analyze"):
        _left_out("The tests of unit files need systemd: run tests/install.py")


@pytest.fixture(scope="session")
def systemd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Systemd]:
    """A real systemd of our own."""
    if reason := missing_systemd():
        _left_out(reason)
    if reason := forbids_systemd():
        pytest.skip(reason)
    with running_systemd(tmp_path_factory.mktemp("systemd") / "log.txt") as manager:
        yield manager


@pytest.fixture
def share(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Share]:
    """A real share that can be connected, and goes away at any moment."""
    reason = missing_mounts()
    if reason:
        _left_out(reason)
    context = mounted(tmp_path_factory.mktemp("share") / "store")
    try:
        share = context.__enter__()
    except subprocess.CalledProcessError as error:
        # A container may forbid it; nothing that could be installed would change that.
        pytest.skip(f"The tests of shares must mount one: {error.stderr.decode().strip()}")
    try:
        yield share
    finally:
        context.__exit__(None, None, None)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The SQLAlchemy URL of a PostgreSQL database, as other tests left it."""
    try:
        from tests.postgres import program, running_postgres
    except ImportError:  # no psycopg, or not a POSIX system
        _left_out("The PostgreSQL tests need psycopg on Linux: pip install -e .[test]")
    if not program("postgres") or not program("initdb"):
        _left_out("The PostgreSQL tests need postgresql: run tests/install.py")
    with running_postgres() as url:
        yield url
