"""Start a WordPress of its own on a loopback port, and look into it.

7.1: WordPress 7.1.1 from npm on SQLite, in Vietnamese, as new as it gets.
6.1: WordPress 6.1.9 from Debian on MariaDB, in English, the oldest that is supported.
Both run under PHP's built-in server with four workers and take files up to 64 MB.
"""

from __future__ import annotations

import contextlib
import getpass
import json
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from signal import SIGINT
from typing import Any

import requests

from tests.install import studio
from tests.processes import StartError, free_port, running

VERSIONS = ("7.1", "6.1")

_HERE = Path(__file__).resolve().parent
_DEBIAN = Path("/usr/share/wordpress")
_DEBIAN_CONTENT = Path("/var/lib/wordpress/wp-content")
_STATUSES = "publish,future,draft,pending,private,trash"
_WORKERS = {"PHP_CLI_SERVER_WORKERS": "4"}
_LIMITS = ("upload_max_filesize=64M", "post_max_size=64M", "memory_limit=512M")


@dataclass(frozen=True)
class WordPress:
    """A running site.

    url: its address, without a slash at the end. path: the folder with wp-config.php.
    passwords: role -> (user, application password), for administrator, editor, author,
        contributor and subscriber. The password of the log-in form is the user's name.
    """

    version: str
    url: str
    path: Path
    passwords: dict[str, tuple[str, str]]
    _session: requests.Session = field(repr=False, compare=False)

    def wp(self, *args: str) -> str:
        """Run wp-cli on the site; return what it prints. Raise StartError when it fails."""
        return _wp(self.path, *args)

    def rest(
        self, method: str, route: str, role: str = "administrator", **kw: Any
    ) -> requests.Response:
        """Send a request to a route such as ``wp/v2/posts``; role "" is a visitor."""
        kw.setdefault("timeout", 60)
        auth = self.passwords[role] if role else None
        return self._session.request(
            method, f"{self.url}/wp-json/{route.lstrip('/')}", auth=auth, **kw
        )

    def posts(self, **params: Any) -> list[dict[str, Any]]:
        """Return the posts in every status, the trash too, as an administrator edits them."""
        return self._all("wp/v2/posts", {"status": _STATUSES, **params})

    def media(self) -> list[dict[str, Any]]:
        """Return the media library, as an administrator edits it."""
        return self._all("wp/v2/media", {})

    def empty(self) -> None:
        """Remove all posts, media and terms but the default category."""
        self._session.post(f"{self.url}/-/empty", timeout=60).raise_for_status()

    def _all(self, route: str, params: dict[str, Any]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        query = {"context": "edit", "per_page": 100, "orderby": "id", "order": "asc", **params}
        pages, page = 1, 1
        while page <= pages:
            answer = self.rest("GET", route, params={**query, "page": page})
            answer.raise_for_status()
            found += answer.json()
            pages, page = int(answer.headers["X-WP-TotalPages"]), page + 1
        return found


def missing(version: str) -> str:
    """Return what must be installed to run this version, or "" when all is there."""
    lacking = [name for name in ("php",) if not shutil.which(name)]
    if not studio().exists():
        lacking.append(studio().name)
    if version == "6.1":
        lacking += [name for name in ("mariadbd", "mariadb-install-db") if not _program(name)]
        lacking += [] if _DEBIAN.exists() else ["wordpress"]
    return f"WordPress {version} needs {', '.join(lacking)}: run tests/install.py" * bool(lacking)


@contextlib.contextmanager
def running_wordpress(version: str, port: int = 0) -> Iterator[WordPress]:
    """Run a fresh site on a port (0: any); it is gone when the block ends.

    Raise StartError when one of its servers does not start.
    """
    with contextlib.ExitStack() as stack:
        # A short path: a socket's address has room for about a hundred characters.
        folder = Path(stack.enter_context(_folder(prefix="wp-")))
        path = folder / "site"
        if version == "7.1":
            _copy_newest(path)
            host = "localhost"
        else:
            _copy_debian(path)
            host = f"localhost:{stack.enter_context(_mariadb(folder))}"
        config = (_HERE / "config.php").read_text(encoding="utf-8").replace("{DB_HOST}", host)
        (path / "wp-config.php").write_text(config, encoding="utf-8")
        session = stack.enter_context(requests.Session())
        session.trust_env = False  # a proxy must not stand between us and loopback
        url = stack.enter_context(_php(folder, port, session))
        locale = "vi" if version == "7.1" else "en_US"
        who = ("--admin_user=administrator", "--admin_password=administrator")
        _wp(
            path,
            *("core", "install", f"--url={url}", "--title=Sở Khoa học và Công nghệ"),
            *(*who, "--admin_email=administrator@example.org"),
            *("--skip-email", f"--locale={locale}"),
        )
        made = json.loads(_wp(path, "eval-file", str(_HERE / "setup.php")))
        passwords = {role: (user, password) for role, (user, password) in made.items()}
        site = WordPress(version, url, path, passwords, session)
        site.empty()
        site.rest("GET", "", role="").raise_for_status()
        yield site


@contextlib.contextmanager
def _folder(prefix: str) -> Iterator[str]:
    """Make a folder, and take it away with whatever is written there to the last moment."""
    folder = tempfile.mkdtemp(prefix=prefix)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _program(name: str) -> str:
    """Return the path of a server program, or ""; users have no /usr/sbin on their PATH."""
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin") or ""


def _copy_newest(path: Path) -> None:
    """Lay out WordPress 7.1 with its SQLite driver and its Vietnamese texts."""
    content = path / "wp-content"
    shutil.copytree(studio() / "latest/wordpress", path)
    languages = studio() / "latest/languages"
    for file in (*languages.rglob("vi[.-]*"), *languages.rglob("*-vi[.-]*")):
        target = content / "languages" / file.relative_to(languages)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
    driver = content / "plugins/sqlite-database-integration"
    shutil.copytree(studio() / "sqlite-database-integration", driver)
    drop_in = (driver / "db.copy").read_text(encoding="utf-8")
    drop_in = drop_in.replace("{SQLITE_IMPLEMENTATION_FOLDER_PATH}", str(driver))
    drop_in = drop_in.replace("{SQLITE_PLUGIN}", "sqlite-database-integration/load.php")
    (content / "db.php").write_text(drop_in, encoding="utf-8")


def _copy_debian(path: Path) -> None:
    """Lay out Debian's WordPress 6.1, with a theme of the newest, for Debian ships none."""
    own = shutil.ignore_patterns("wp-config.php", ".htaccess")
    shutil.copytree(_DEBIAN, path, ignore=own)
    content = path / "wp-content"
    shutil.copytree(_DEBIAN_CONTENT, content, dirs_exist_ok=True)
    theme = "wp-content/themes/twentytwentythree"
    shutil.copytree(studio() / "latest/wordpress" / theme, path / theme)


@contextlib.contextmanager
def _mariadb(folder: Path) -> Iterator[Path]:
    """Run a MariaDB with an empty database ``wordpress``; yield its socket."""
    data, sock, log = folder / "data", folder / "db.sock", folder / "mariadb.log"
    user = f"--user={getpass.getuser()}"
    place = ("--no-defaults", f"--datadir={data}", user)
    with log.open("ab") as output:
        subprocess.run(
            [
                _program("mariadb-install-db"),
                *place,
                "--auth-root-authentication-method=normal",
                "--skip-test-db",
                "--innodb-flush-log-at-trx-commit=0",
                "--innodb-log-file-size=16M",
            ],
            stdout=output,
            stderr=output,
            check=True,
        )

    def greets() -> bool:
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as client:
            client.settimeout(5)
            client.connect(str(sock))
            return client.recv(1) != b""
        return False

    server = [
        _program("mariadbd"),
        *place,
        *("--skip-networking", f"--socket={sock}", f"--pid-file={folder / 'db.pid'}"),
        *("--innodb-flush-log-at-trx-commit=0", "--innodb-log-file-size=16M"),
    ]
    with running(server, log, greets):
        create = "CREATE DATABASE wordpress CHARACTER SET utf8mb4"
        client = ["mariadb", "--no-defaults", f"--socket={sock}", "--user=root", "-e", create]
        subprocess.run(client, check=True)
        yield sock


@contextlib.contextmanager
def _php(folder: Path, port: int, session: requests.Session) -> Iterator[str]:
    """Run PHP's built-in server over ``folder/site``; yield its address."""
    settings = [*_LIMITS, "display_errors=0", "log_errors=1", f"error_log={folder / 'php.log'}"]
    options = [part for setting in settings for part in ("-d", setting)]

    def command(address: str) -> list[str]:
        place = ["-S", address, "-t", str(folder / "site"), str(_HERE / "router.php")]
        return ["php", *options, *place]

    def answers(address: str) -> bool:
        with contextlib.suppress(requests.ConnectionError):
            return session.get(f"http://{address}/-/ready", timeout=10).text == "ready"
        return False

    with contextlib.ExitStack() as stack:
        for last in (False, False, True):  # a free port may be taken before it is used
            address = f"127.0.0.1:{port or free_port()}"
            log = folder / "server.log"
            try:
                server = running(
                    command(address), log, partial(answers, address), env=_WORKERS, stop=SIGINT
                )
                stack.enter_context(server)
                break
            except StartError:
                if last or port:
                    raise
        yield f"http://{address}"


def _wp(path: Path, *args: str) -> str:
    """Run wp-cli. Raise StartError, with what it says, when it fails."""
    phar = studio() / "wp-cli/wp-cli.phar"
    command = ["php", "-d", "memory_limit=512M", str(phar), "--allow-root", f"--path={path}"]
    done = subprocess.run(
        [*command, *args],
        capture_output=True,
        encoding="utf-8",
        stdin=subprocess.DEVNULL,
        check=False,
        timeout=120,
    )
    if done.returncode:
        raise StartError(f"wp {' '.join(args)}:\n{done.stdout}{done.stderr}")
    return done.stdout.strip()
