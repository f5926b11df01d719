"""What happens to an office computer in a year: each fault told, waited out, and made good.

The faults are real: a full disk, a locked log, a read-only folder, a password that was changed,
a certificate that ran out, a database server that is stopped.
"""

from __future__ import annotations

import ipaddress
import os
import shutil
import sqlite3
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from unittest.mock import patch

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from publisher import config, i18n, messages, run
from publisher.model import Problem
from publisher.service import Crew, Signals, Tick
from publisher.service.work import Work
from tests.faults import FaultProxy, Rule
from tests.install import complete
from tests.office import Office
from tests.wordpress import WordPress

MINUTE = timedelta(minutes=1)
QUIET = '[schedule]\nevery = 60\nbackup_at = ""\nverify_at = ""\ndigest_at = ""\n'


class Nobody:
    """A herald and a watchdog that tell nobody."""

    def started(self) -> None: ...

    def begin(self) -> None: ...

    def stopped(self) -> None: ...

    def tick(self, tick: Tick) -> None: ...

    def day(self, now: datetime) -> None: ...

    def ready(self) -> None: ...

    def alive(self) -> None: ...

    def reloading(self) -> None: ...

    def stopping(self) -> None: ...


class Shift:
    """The service of an office on real sites; only its clock is turned on by hand."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.ahead = timedelta(0)
        self._ticks: list[Tick] = []
        crew = Crew(lambda _office: Nobody(), Nobody(), self._ticks.append, lambda _: None)
        self.signals = Signals()
        self._work = Work(self.load(), self.load, crew, self.signals, lambda: 0.5, None)
        self._work.begin()

    def load(self) -> run.Office:
        settings = config.load(self.office.folder / "config.toml")
        return run.office(settings, self.office.environ, self.now, str, {})

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def tick(self, minutes: float = 1) -> Tick:
        """Let some minutes pass, and return what it does at its next wake-up."""
        self.ahead += minutes * MINUTE
        self._work.tick()
        return self._ticks[-1]

    def codes(self, minutes: float = 1) -> list[str]:
        """Let some minutes pass; return what is told of the service itself then."""
        return [problem.code for problem in self.tick(minutes).problems]

    def told(self, minutes: float = 1) -> str:
        """Let some minutes pass; return in words what is told of the service itself then."""
        return in_words(*self.tick(minutes).problems)


def in_words(*problems: Problem) -> str:
    i18n.use("vi")
    return "\n".join(f"{messages.message(p)} {messages.hint(p)}" for p in problems)


def office_of(tmp_path: Path, site: WordPress, head: str = QUIET, **settings: object) -> Office:
    office = Office(tmp_path / "phòng")
    office.configure(head)
    office.wordpress(site, connections=1, **settings)  # type: ignore[arg-type]
    return office


def titles(site: WordPress) -> list[str]:
    return sorted(post["title"]["raw"] for post in site.posts())


@pytest.fixture
def site(wordpress71: WordPress) -> WordPress:
    wordpress71.empty()
    return wordpress71


# The disk


def _left_out(reason: str) -> None:
    if complete():
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@contextmanager
def mounted(place: Path, *options: str) -> Iterator[Path]:
    """A small disk of its own at a place."""
    place.mkdir()
    mount = shutil.which("mount")
    if not mount or os.name != "posix" or os.geteuid() != 0:
        _left_out("The tests of full disks mount one, which needs root on Linux")
    command = [str(mount), "-t", "tmpfs", "-o", ",".join(["size=1m", *options]), "tmpfs"]
    done = subprocess.run([*command, str(place)], capture_output=True, check=False)
    if done.returncode:
        _left_out(f"No disk can be mounted here: {done.stderr.decode()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with mounted(tmp_path / "đĩa") as place:
        yield place


def fill(disk: Path) -> Path:
    """Fill a disk to the last byte; return the file that does."""
    path = disk / "đầy"
    with path.open("wb", buffering=0) as file:
        size = 65536
        while size:
            try:
                file.write(b"0" * size)
            except OSError:
                size //= 2
    return path


def test_a_full_disk_stops_sending_until_there_is_room(
    tmp_path: Path, site: WordPress, disk: Path
) -> None:
    state = f'{QUIET}[paths]\nstate = "{disk.as_posix()}/state"\n'
    office = office_of(tmp_path, site, state)
    office.post("một.md", title="Tin một")
    shift = Shift(office)
    assert shift.tick().problems == ()
    waste = fill(disk)
    office.post("hai.md", title="Tin hai")
    for _ in range(2):
        words = shift.told()
        assert "đầy" in words or "chỗ trống" in words, words
    assert titles(site) == ["Tin một"]
    waste.unlink()
    assert shift.tick().problems == ()
    assert titles(site) == ["Tin hai", "Tin một"]
    assert office.plan() == []


def test_a_disk_that_fills_while_a_post_is_on_its_way(
    tmp_path: Path, site: WordPress, disk: Path
) -> None:
    state = f'{QUIET}[paths]\nstate = "{disk.as_posix()}/state"\n'
    with FaultProxy(site.url) as proxy:
        office = office_of(tmp_path, site, state, url=proxy.url)
        for number in range(5):
            office.post(f"tin-{number}.md", title=f"Tin {number}")
        rule = proxy.add(Rule("delay", "POST", "/batch/v1", seconds=2))
        shift = Shift(office)
        wastes: list[Path] = []

        def spill() -> None:
            rule.hit.wait(60)
            wastes.append(fill(disk))

        filler = threading.Thread(target=spill)
        filler.start()
        codes = shift.codes()
        filler.join()
        assert codes == ["log-disk-full"]
        assert len(site.posts()) == 3  # the request that could not be written down was the last
        wastes[0].unlink()
        assert shift.tick().problems == ()
        shift.tick()
    assert titles(site) == [f"Tin {number}" for number in range(5)]
    assert office.plan() == []


def test_a_folder_that_can_not_be_written(tmp_path: Path, site: WordPress, disk: Path) -> None:
    state = f'{QUIET}[paths]\nstate = "{disk.as_posix()}/state"\n'
    office = office_of(tmp_path, site, state)
    office.post("một.md", title="Tin một")
    shift = Shift(office)
    shift.tick()
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    office.post("hai.md", title="Tin hai")
    words = shift.told()
    assert "không ghi được vào thư mục" in words
    assert "quyền ghi" in words
    ran = office.run("publish")
    assert ran.status == 1
    assert "không ghi được vào thư mục" in ran.err
    subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
    assert shift.tick().problems == ()
    assert titles(site) == ["Tin hai", "Tin một"]


# The log


def test_a_log_that_another_program_holds(tmp_path: Path, site: WordPress) -> None:
    office = office_of(tmp_path, site)
    office.post("một.md", title="Tin một")
    shift = Shift(office)
    shift.tick()
    office.post("hai.md", title="Tin hai")
    with closing(sqlite3.connect(office.folder / ".publisher" / "log.sqlite3")) as other:
        other.execute("BEGIN EXCLUSIVE")
        words = shift.told()
        assert "Chương trình khác" in words
        assert titles(site) == ["Tin một"]
        other.rollback()
    assert shift.tick().problems == ()
    assert titles(site) == ["Tin hai", "Tin một"]


def test_a_log_that_is_damaged_is_taken_back_from_its_copy(tmp_path: Path, site: WordPress) -> None:
    """As the guide says: put the newest copy in its place, keep the damaged file."""
    office = office_of(tmp_path, site)
    office.post("một.md", title="Tin một")
    shift = Shift(office)
    shift.tick()
    ran = office.run("log", "backup")
    assert ran.status == 0
    (copy,) = (office.folder / ".publisher" / "backups").iterdir()
    assert str(copy) in ran.out
    office.post("hai.md", title="Tin hai")
    shift.tick()
    log = office.folder / ".publisher" / "log.sqlite3"
    log.write_bytes(b"SQLite format 3\0" + os.urandom(8192))
    office.post("ba.md", title="Tin ba")
    assert shift.codes() == ["log-broken"]
    assert titles(site) == ["Tin hai", "Tin một"]
    log.rename(log.with_suffix(".hong"))
    shutil.copyfile(copy, log)
    assert shift.tick().problems == ()
    shift.tick()
    assert titles(site) == ["Tin ba", "Tin hai", "Tin một"]  # what it had forgotten was found
    assert office.run("log", "verify").status == 0
    assert office.plan() == []


def test_an_old_log_in_the_place_of_the_new_is_noticed(tmp_path: Path) -> None:
    office = Office(tmp_path / "phòng")
    office.post("một.md", title="Tin một")
    assert office.run("publish").status == 0
    log = office.folder / ".publisher" / "log.sqlite3"
    old = log.read_bytes()
    office.post("hai.md", title="Tin hai")
    assert office.run("publish").status == 0
    assert office.run("log", "backup").status == 0
    backups = office.folder / ".publisher" / "backups"
    (copy,) = backups.iterdir()
    copy.rename(backups / "log-2020-01-01.sqlite3")  # made on another day
    log.write_bytes(old)
    ran = office.run("log", "backup")
    assert ran.status == 1
    assert "không khớp với bản sao lưu" in ran.out


def test_copies_are_kept_for_two_weeks_and_two_years(tmp_path: Path) -> None:
    from datetime import date

    from publisher.log.copies import to_keep

    days = [date(2024, 1, 1) + timedelta(days=n) for n in range(3 * 365)]
    kept: set[date] = set()
    for day in days:
        kept = to_keep({*kept, day})
    assert sorted(kept)[-14:] == days[-14:]
    firsts = [day for day in sorted(kept) if day.day == 1]
    assert len(firsts) == 24
    assert len(kept) <= 14 + 24
    # Made on some days only, by a clock that once was wrong: the newest stay.
    assert to_keep([date(2099, 1, 1), date(2026, 1, 5)]) == {date(2099, 1, 1), date(2026, 1, 5)}


def test_backups_on_another_disk(tmp_path: Path, disk: Path) -> None:
    office = Office(tmp_path / "phòng")
    office.configure(f'[log]\nbackups = "{disk.as_posix()}/sao-luu"')
    office.post("một.md", title="Tin một")
    office.run("publish")
    ran = office.run("log", "backup")
    assert ran.status == 0
    assert "cùng ổ đĩa" not in ran.out
    assert (disk / "sao-luu").is_dir()
    waste = fill(disk)
    ran = office.run("log", "backup")
    assert ran.status == 1
    assert "Không sao lưu được" in ran.err
    waste.unlink()
    assert len(list((disk / "sao-luu").glob("log-*.sqlite3"))) == 1  # the old one is whole
    assert office.run("log", "backup").status == 0


# The sites


def test_a_password_that_is_changed_in_the_middle(tmp_path: Path, site: WordPress) -> None:
    def make() -> str:
        make = ("user", "application-password", "create", "editor", "giữa năm", "--porcelain")
        return site.wp(*make)

    def forget() -> None:
        listed = ("user", "application-password", "list", "editor", "--name=giữa năm")
        for uuid in site.wp(*listed, "--field=uuid").split():
            site.wp("user", "application-password", "delete", "editor", uuid)

    try:
        with FaultProxy(site.url) as proxy:
            office = office_of(tmp_path, site, url=proxy.url, password=make())
            office.post("một.md", title="Tin một")
            shift = Shift(office)
            shift.tick()
            assert titles(site) == ["Tin một"]
            forget()
            office.post("hai.md", title="Tin hai")
            rest = shift.tick().resting["so-khcn"]
            words = in_words(rest.problem)
            assert "publisher site login so-khcn" in words
            asked = len(proxy.requests)
            for _ in range(10):  # no more wrong log-ins: they could lock the account
                tick = shift.tick()
                assert tick.result
                assert tick.result.waits == {"so-khcn": ("hai",)}
            assert len(proxy.requests) == asked
            office.environ["PUBLISHER_PASSWORD_SO_KHCN"] = make()
            run.login_noted(shift.load().config)  # as ``publisher site login`` does
            assert shift.tick().resting == {}
            assert titles(site) == ["Tin hai", "Tin một"]
    finally:
        forget()


def certificate(folder: Path, days: int) -> tuple[Path, Path]:
    """Make a certificate authority and, by it, a certificate that ends in some days."""
    made = datetime.now(UTC)
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]
    names = [
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        for name in (f"Tổ chức chứng thực thử {days}", "localhost")
    ]
    paths = folder / f"ca-{days}.pem", folder / f"site-{days}.pem"
    alt = x509.SubjectAlternativeName(
        [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    )
    for key, name, path in zip(keys, names, paths, strict=True):
        end = made + timedelta(days=days if name is names[1] else 30)
        builder = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(names[0])
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(made - timedelta(days=90))
            .not_valid_after(end)
            .add_extension(x509.BasicConstraints(name is names[0], None), critical=True)
            .add_extension(alt, critical=False)
        )
        signed = builder.sign(keys[0], hashes.SHA256())
        private = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        path.write_bytes(signed.public_bytes(serialization.Encoding.PEM) + private)
    return paths


@contextmanager
def https(pem: Path) -> Iterator[int]:
    """A server with a certificate; yield its port."""
    server = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.parametrize(
    ("days", "trusted", "words"),
    [(-3, True, "đã hết hạn"), (30, False, "không đáng tin")],
    ids=["expired", "untrusted"],
)
def test_a_certificate_that_ran_out_or_that_nobody_vouches_for(
    tmp_path: Path, site: WordPress, days: int, trusted: bool, words: str
) -> None:
    ca, pem = certificate(tmp_path, days)
    trust = str(ca) if trusted else str(certificate(tmp_path, 29)[0])
    with https(pem) as port, patch("requests.adapters.DEFAULT_CA_BUNDLE_PATH", trust):
        office = office_of(tmp_path, site, url=f"https://localhost:{port}")
        office.post("một.md", title="Tin một")
        shift = Shift(office)
        rest = shift.tick().resting["so-khcn"]
        assert words in in_words(rest.problem)
        assert rest.until - shift.now() > 13 * MINUTE
        assert shift.tick(5).result
    path = office.folder / "config.toml"
    path.write_text(path.read_text("utf-8").replace(f"https://localhost:{port}", site.url), "utf-8")
    assert shift.tick().resting == {}  # config.toml was changed: tried at once
    assert titles(site) == ["Tin một"]


@pytest.mark.parametrize("status", [500, 502, 503, 429, 200])
def test_a_site_that_answers_nonsense_for_a_while(
    tmp_path: Path, site: WordPress, status: int
) -> None:
    with FaultProxy(site.url) as proxy:
        office = office_of(tmp_path, site, url=proxy.url)
        office.post("một.md", title="Tin một")
        headers = {"Retry-After": "90"} if status in (429, 503) else {}
        headers |= {"Content-Type": "text/html"}
        proxy.add(Rule("refuse", times=None, status=status, headers=headers))
        shift = Shift(office)
        tick = shift.tick()
        assert "so-khcn" in tick.resting
        assert in_words(tick.resting["so-khcn"].problem).strip()
        since = tick.resting["so-khcn"].since
        assert shift.tick(3).resting["so-khcn"].since == since
        proxy.clear()
        assert shift.tick(5).resting == {}
        shift.tick()
    assert titles(site) == ["Tin một"]
    assert office.plan() == []


def test_a_network_cable_that_is_out_for_a_night(tmp_path: Path, site: WordPress) -> None:
    with FaultProxy(site.url) as proxy:
        office = office_of(tmp_path, site, url=proxy.url)
        office.post("một.md", title="Tin một")
        proxy.add(Rule("drop", times=None))
        shift = Shift(office)
        began = shift.tick()
        for number in range(8):
            office.post(f"đêm-{number}.md", title=f"Đêm {number}")
            tick = shift.tick(31)
            assert tick.resting["so-khcn"].since == began.resting["so-khcn"].since
        proxy.clear()
        assert shift.tick(31).resting == {}
        shift.tick()
    assert titles(site) == sorted([*(f"Đêm {number}" for number in range(8)), "Tin một"])
    assert office.plan() == []


# The log on a server


def test_a_database_server_that_is_stopped_and_started_again(
    tmp_path: Path, site: WordPress
) -> None:
    try:
        from tests import postgres
    except ImportError:  # no psycopg, or not a POSIX system
        _left_out("The PostgreSQL tests need psycopg on Linux: pip install -e .[test]")
    if not postgres.program("pg_ctl") or not postgres.program("initdb"):
        _left_out("The PostgreSQL tests need postgresql: run tests/install.py")
    with postgres.running_postgres() as url:
        folder = Path(url.partition("host=")[2])
        user = folder.owner()

        def control(*arguments: str) -> None:
            command = [postgres.program("pg_ctl"), "-D", str(folder / "data"), "-w", *arguments]
            log = ["-l", str(folder / "again.log")]
            subprocess.run(
                [*command, *log], user=user, cwd="/", check=True, stdout=subprocess.DEVNULL
            )

        office = office_of(tmp_path, site, f'{QUIET}[log]\nurl = "{url}"\n')
        office.post("một.md", title="Tin một")
        shift = Shift(office)
        shift.tick()
        assert titles(site) == ["Tin một"]
        control("stop", "-m", "fast")
        office.post("hai.md", title="Tin hai")
        for _ in range(2):
            assert shift.codes() == ["log-unreachable"]
        assert titles(site) == ["Tin một"]
        control("start", "-o", f"-k {folder} -c listen_addresses= -c fsync=off")
        try:
            assert shift.tick().problems == ()
            assert titles(site) == ["Tin hai", "Tin một"]
            assert office.run("log", "backup").status == 1  # its own tools do that
            assert office.run("log", "verify").status == 0
        finally:
            control("stop", "-m", "fast")
