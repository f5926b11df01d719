"""The publisher as a service: units that systemd understands, a task for Windows, a container."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path, PureWindowsPath

import pytest
from lxml import etree

from publisher import config as settings
from publisher.config import Config
from publisher.errors import ServiceError
from publisher.service import systemd, windows
from publisher.service.definition import Definition, define
from tests.office import Office
from tests.systemd import analyse

linux = pytest.mark.skipif(sys.platform != "linux", reason="systemd is of Linux")

NAMES = [
    "tin-bai",
    "Tin bài Sở KH&CN",
    "100% %n %%",
    "tên “Sở” \"Sở\" 'Sở'",
    "$HOME ${USER} $$",
    "back\\slash \\x41 \\",
    "; # =[a]",
    "\N{FULLWIDTH LATIN CAPITAL LETTER A}\N{COMBINING DOT BELOW}",
]


def _config(folder: Path, text: str = "") -> Config:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.toml").write_text(text, encoding="utf-8")
    return settings.load(folder / "config.toml")


def _definition(folder: Path, **changes: object) -> Definition:
    definition = define(_config(folder), language="vi")
    return replace(definition, **changes)  # type: ignore[arg-type]


def _problem(act: Callable[[], object]) -> str:
    with pytest.raises(ServiceError) as caught:
        act()
    (problem,) = caught.value.problems
    return problem.code


@linux
@pytest.mark.usefixtures("systemd_analyze")
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("system", [False, True], ids=["of a user", "of the system"])
def test_systemd_understands_the_unit(tmp_path: Path, name: str, system: bool) -> None:
    definition = _definition(
        tmp_path / name, system=system, user="daemon" if system else "", title=f"{name}\n%"
    )
    systemd.write(definition, tmp_path)
    done = analyse("verify", tmp_path / "publisher.service")
    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)


@linux
@pytest.mark.usefixtures("systemd_analyze")
def test_a_fault_in_a_unit_would_be_seen(tmp_path: Path) -> None:
    definition = _definition(tmp_path / "a")
    path = tmp_path / "publisher.service"
    for wrong, right in (("ProtectSystm", "ProtectSystem"), ("/nowhere", str(definition.python))):
        path.write_text(systemd.unit(definition).replace(right, wrong), encoding="utf-8")
        assert analyse("verify", path).stderr


@linux
@pytest.mark.usefixtures("systemd_analyze")
@pytest.mark.parametrize(("system", "most"), [(True, 15), (False, 55)], ids=["system", "user"])
def test_the_service_may_do_little(tmp_path: Path, system: bool, most: int) -> None:
    # A place where neither the private /tmp nor the closed homes have to be left out.
    definition = _definition(
        tmp_path / "a", system=system, user="daemon" if system else "", needs=(Path("/srv/a"),)
    )
    systemd.write(definition, tmp_path)
    unit = tmp_path / "publisher.service"
    done = analyse("security", "--offline=true", f"--threshold={most}", unit)
    assert done.returncode == 0, done.stdout[-300:]
    assert analyse("security", "--offline=true", "--threshold=1", unit).returncode == 1


@pytest.mark.parametrize(
    ("needs", "home", "tmp"),
    [
        ("/srv/tin-bai", "yes", "yes"),
        ("/home/lan/tin-bai", "read-only", "yes"),
        ("/root/.pyenv", "read-only", "yes"),
        ("/var/tmp/x", "yes", "no"),
        ("/homestead", "yes", "yes"),
    ],
)
def test_homes_and_tmp_are_closed_unless_something_lies_there(
    tmp_path: Path, needs: str, home: str, tmp: str
) -> None:
    unit = systemd.unit(
        _definition(tmp_path, system=True, user="daemon", needs=(Path("/usr"), Path(needs)))
    )
    assert f"\nProtectHome={home}\n" in unit
    assert f"\nPrivateTmp={tmp}\n" in unit


def test_what_may_be_written_to(tmp_path: Path) -> None:
    text = """
        [paths]
        posts = "bài"
        [log]
        url = "sqlite:///nhật ký/log.sqlite3"
        [sites.xem]
        kind = "preview"
        folder = "xem/trang"
    """
    definition = define(_config(tmp_path, text), language="vi")
    base = tmp_path.resolve()
    assert set(definition.writes) >= {base / ".publisher", base / "nhật ký", base / "xem/trang"}
    assert base not in definition.writes
    unit = systemd.unit(definition)
    assert f'ReadOnlyPaths="-{base}/bài" "-{base}/media"\n' in unit
    # Neither is closed when what is written to lies in it.
    shared = replace(definition, reads=(base, base / "media"))
    assert f'ReadOnlyPaths="-{base}/media"\n' in systemd.unit(shared)


def test_time_for_the_item_in_hand_grows_with_the_site(tmp_path: Path) -> None:
    site = '[sites.a]\nkind = "wordpress"\nurl = "https://a.vn"\nuser = "u"\ntimeout = 600\n'
    slow = define(_config(tmp_path, site), language="vi")
    assert slow.patience > 600
    assert f"\nTimeoutStopSec={slow.patience}\n" in systemd.unit(slow)


def test_twice_changes_nothing(tmp_path: Path) -> None:
    definition, units = _definition(tmp_path / "a"), tmp_path / "units"
    assert systemd.write(definition, units)
    path = units / "publisher.service"
    before = (path.read_bytes(), path.stat().st_ino, path.stat().st_mtime_ns)
    assert not systemd.write(definition, units)
    assert (path.read_bytes(), path.stat().st_ino, path.stat().st_mtime_ns) == before
    assert [entry.name for entry in units.iterdir()] == [path.name]
    assert systemd.write(replace(definition, language="en"), units)
    assert b"PUBLISHER_LANG=en" in path.read_bytes()


def test_units_of_others_are_left_alone(tmp_path: Path) -> None:
    definition, units = _definition(tmp_path / "a"), tmp_path / "units"
    other = _definition(tmp_path / "b")
    units.mkdir()
    path = units / "publisher.service"
    path.write_text("[Service]\nExecStart=/usr/bin/true\n", encoding="utf-8")
    for act in (systemd.write, systemd.erase):
        for overwrite in (False, True):
            code = _problem(lambda: act(definition, units, overwrite=overwrite))  # noqa: B023
            assert code == "service-foreign"
    assert path.read_text(encoding="utf-8").startswith("[Service]")
    path.unlink()
    assert _problem(lambda: systemd.erase(definition, units)) == "service-missing"
    systemd.write(other, units)
    for act in (systemd.write, systemd.erase):
        assert _problem(lambda: act(definition, units, overwrite=True)) == "service-other"  # noqa: B023
    systemd.write(replace(definition, name="phong-hai"), units)
    systemd.erase(replace(definition, name="phong-hai"), units)
    assert [entry.name for entry in units.iterdir()] == ["publisher.service"]


def test_a_unit_that_somebody_edited(tmp_path: Path) -> None:
    definition, units = _definition(tmp_path / "a"), tmp_path / "units"
    systemd.write(definition, units)
    path = units / "publisher.service"
    edited = path.read_text(encoding="utf-8").replace("RestartSec=30", "RestartSec=5")
    path.write_text(edited, encoding="utf-8")
    assert _problem(lambda: systemd.write(definition, units)) == "service-edited"
    assert _problem(lambda: systemd.erase(definition, units)) == "service-edited"
    assert path.read_text(encoding="utf-8") == edited
    assert systemd.write(definition, units, overwrite=True)
    systemd.erase(definition, units)
    assert list(units.iterdir()) == []


def test_folders_that_are_written_to_are_made_first(tmp_path: Path) -> None:
    definition = _definition(tmp_path / "a")
    assert not (tmp_path / "a" / ".publisher").exists()
    systemd.write(definition, tmp_path / "units")
    assert (tmp_path / "a" / ".publisher").is_dir()


@linux
def test_a_path_that_no_unit_can_hold(tmp_path: Path) -> None:
    config = _config(tmp_path / "two\nlines")
    assert _problem(lambda: define(config, language="vi")) == "service-path"


# Windows


def _windows(**changes: object) -> Definition:
    definition = Definition(
        name="publisher",
        title="Sở Khoa học & Công nghệ <KHCN>",
        python=PureWindowsPath(r"C:\Tin bài của Sở\.venv\Scripts\python.exe"),
        settings=PureWindowsPath(r"D:\Hồ sơ (1) %TEMP%\config.toml"),
        writes=(),
        reads=(),
        needs=(),
        language="vi",
        user="VAN-PHONG\\Nguyễn Thị Lan",
    )
    return replace(definition, **changes)  # type: ignore[arg-type]


def _read(content: bytes) -> dict[str, str]:
    """Return the texts of a task by their path."""
    root = etree.fromstring(content)
    tree = root.getroottree()
    return {
        "/".join(etree.QName(e).localname for e in (*reversed(list(e.iterancestors())), e)): e.text
        for e in tree.iter(etree.Element)
        if e.text and e.text.strip()
    }


@pytest.mark.parametrize("system", [False, True])
def test_the_task_keeps_to_the_format_of_windows(system: bool) -> None:
    content = windows.task(_windows(system=system))
    assert content.startswith(b"\xff\xfe")  # UTF-16 with its mark, as Windows writes them
    schema = etree.XMLSchema(etree.parse(str(Path(__file__).parent / "data" / "task.xsd")))
    schema.assertValid(etree.ElementTree(etree.fromstring(content)))


def test_what_the_task_does() -> None:
    said = _read(windows.task(_windows()))
    assert said["Task/Actions/Exec/Command"] == r"C:\Tin bài của Sở\.venv\Scripts\pythonw.exe"
    assert said["Task/Actions/Exec/Arguments"] == (
        r'-P -m publisher --config "D:\Hồ sơ (1) %TEMP%\config.toml" --lang vi run'
    )
    assert said["Task/Triggers/LogonTrigger/UserId"] == "VAN-PHONG\\Nguyễn Thị Lan"
    assert said["Task/Principals/Principal/LogonType"] == "InteractiveToken"
    assert said["Task/Settings/ExecutionTimeLimit"] == "PT0S"
    assert said["Task/Settings/MultipleInstancesPolicy"] == "IgnoreNew"
    at_boot = _read(windows.task(_windows(system=True)))
    assert "Task/Triggers/BootTrigger/Enabled" in at_boot
    assert at_boot["Task/Principals/Principal/LogonType"] == "Password"


# A stand-in for the Task Scheduler: it keeps the definitions in a folder, and answers.
_SCHTASKS = """#!{python}
import pathlib, sys
folder, words = pathlib.Path({folder!r}), sys.argv[1:]
named = dict(zip(words, words[1:]))
file = folder / (named["/TN"] + ".xml")
action = words[0]
if action == "/Create":
    if file.exists() and "/F" not in words:
        sys.exit("ERROR: The task exists.")
    if "/RU" in words and named.get("/RP") != "*":
        sys.exit("ERROR: no password")
    file.write_bytes(pathlib.Path(named["/XML"]).read_bytes())
elif not file.exists():
    sys.exit("ERROR: The system cannot find the file specified.")
elif action == "/Query":
    sys.stdout.buffer.write(file.read_bytes().decode("utf-16").encode("cp1258", "replace"))
elif action == "/Delete":
    file.unlink()
(folder / "did.txt").open("a").write(action + "\\n")
"""


@pytest.fixture
def tasks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a stand-in for the Task Scheduler, which only Windows has."""
    if os.name == "nt":
        pytest.skip("this would set up a real task")
    programs, folder = tmp_path / "programs", tmp_path / "tasks"
    programs.mkdir()
    folder.mkdir()
    script = programs / "schtasks"
    text = _SCHTASKS.format(python=sys.executable, folder=str(folder))
    script.write_text(text, encoding="utf-8")
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    return folder


def test_a_task_is_registered_replaced_and_deleted(tasks: Path) -> None:
    definition = _windows()
    assert windows.standing("publisher") is None
    assert _problem(lambda: windows.delete(definition)) == "service-missing"
    windows.register(definition)
    windows.register(replace(definition, language="en"))
    assert b"e\0n\0 \0r\0u\0n\0" in (tasks / "publisher.xml").read_bytes()
    standing = windows.standing("publisher")
    assert standing is not None
    assert standing.mark == definition.mark
    windows.delete(definition)
    assert not (tasks / "publisher.xml").exists()
    did = (tasks / "did.txt").read_text(encoding="utf-8").split()
    assert [d for d in did if d != "/Query"] == [
        *["/Create", "/Run"] * 2,
        "/End",
        "/Delete",
    ]


def test_a_task_at_boot_asks_for_the_password_of_windows(tasks: Path) -> None:
    windows.register(_windows(system=True))
    assert (tasks / "publisher.xml").exists()


def test_tasks_of_others_are_left_alone(tasks: Path) -> None:
    file = tasks / "publisher.xml"
    file.write_text("<Task><Source>Sở</Source></Task>", encoding="utf-16")
    before = file.read_bytes()
    for act in (windows.register, windows.delete):
        assert _problem(lambda: act(_windows())) == "service-foreign"  # noqa: B023
    assert file.read_bytes() == before
    file.write_bytes(windows.task(_windows(settings=PureWindowsPath(r"E:\config.toml"))))
    for act in (windows.register, windows.delete):
        assert _problem(lambda: act(_windows())) == "service-other"  # noqa: B023
    assert file.exists()


def test_windows_that_refuses_is_quoted(tasks: Path) -> None:
    tasks.chmod(0o500)
    (tasks / "publisher.xml").mkdir()  # in the way
    with pytest.raises(ServiceError) as caught:
        windows.register(_windows())
    (problem,) = caught.value.problems
    assert problem.code == "service-failed"
    assert "schtasks /Create" in str(problem.params["command"])
    tasks.chmod(0o700)


# The commands


@pytest.fixture
def clerk(tmp_path: Path) -> Office:
    """A clerk with a home of her own, on a computer whose systemd can't be asked."""
    office = Office(tmp_path / "Tin bài %n")
    home = tmp_path / "home"
    office.environ |= {"XDG_CONFIG_HOME": str(home), "PATH": str(tmp_path / "nothing")}
    return office


@linux
def test_install_status_remove(clerk: Office) -> None:
    path = Path(clerk.environ["XDG_CONFIG_HOME"]) / "systemd" / "user" / "publisher.service"
    done = clerk.run("--lang", "en", "service", "install")
    assert done.status == 0
    assert done.out.splitlines()[0] == f"Written: {path}"
    assert "  systemctl --user enable publisher" in done.out.splitlines()
    assert path.read_text(encoding="utf-8") == clerk.run("--lang", "en", "service", "show").out
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    again = clerk.run("--lang", "en", "service", "install")
    assert (again.status, again.out.splitlines()[0]) == (0, f"As it was: {path}")
    status = clerk.run("--lang", "en", "service", "status", "--json")
    assert status.status == 1  # it does not run yet
    assert (status.json["installed"], status.json["running"]) == (True, False)
    assert clerk.run("service", "status", "--quiet").out == ""
    removed = clerk.run("--lang", "en", "service", "remove")
    assert (removed.status, removed.out.splitlines()[0]) == (0, f"Removed: {path}")
    assert not path.exists()
    gone = clerk.run("--lang", "en", "service", "remove")
    assert gone.status == 1
    assert "nothing to remove" in gone.err


@linux
def test_several_services_and_wrong_names(clerk: Office) -> None:
    units = Path(clerk.environ["XDG_CONFIG_HOME"]) / "systemd" / "user"
    assert clerk.run("service", "install", "--name", "phong-hai").status == 0
    assert [entry.name for entry in units.iterdir()] == ["phong-hai.service"]
    for name in ("../x", "a b", "", "Sở", "a@b", "-" * 3):
        assert clerk.run("service", "install", "--name", name).status == 2, name
    assert clerk.run("service", "install", "--user", "lan").status == 2
    assert clerk.run("service", "install", "--system").status == 2


@linux
def test_an_account_that_is_not_there(clerk: Office) -> None:
    done = clerk.run("--lang", "en", "service", "install", "--system", "--user", "khong-co")
    assert done.status == 1
    wanted = "no account “khong-co”" if os.geteuid() == 0 else "by the administrator"
    assert wanted in done.err


@linux
def test_a_password_that_the_service_will_not_find(clerk: Office) -> None:
    site = '[sites.so-khcn]\nkind = "wordpress"\nurl = "https://a.vn"\nuser = "lan"\n'
    clerk.configure(site)
    clerk.environ["PUBLISHER_PASSWORD_SO_KHCN"] = "only in this window"
    done = clerk.run("--lang", "en", "service", "install")
    assert "no password for so-khcn" in done.out
    state = clerk.folder / ".publisher"
    (state / "passwords.toml").write_text('so-khcn = "abcd efgh"\n', encoding="utf-8")
    (state / "passwords.toml").chmod(0o600)
    assert "no password" not in clerk.run("--lang", "en", "service", "install").out


def test_show_changes_nothing(clerk: Office) -> None:
    before = sorted(clerk.folder.rglob("*"))
    task = clerk.run("service", "show", "--windows", "--user", "lan")
    assert task.status == 0
    assert "<Source>publisher:" in task.out
    unit = clerk.run("service", "show", "--systemd", "--system", "--user", "lan")
    assert "\nUser=lan\n" in unit.out
    assert sorted(clerk.folder.rglob("*")) == before


def test_the_container_file(clerk: Office) -> None:
    text = clerk.run("service", "show", "--container").out
    words = [line.split()[0] for line in text.splitlines() if line and line[0].isupper()]
    assert words.count("FROM") == 2
    assert text.index("USER 10001") > text.rindex("RUN ")  # what runs is not root
    # All that the image is built from is there.
    root = Path(__file__).resolve().parent.parent
    for line in text.splitlines():
        if line.startswith("COPY ") and "--from" not in line:
            assert all((root / name).exists() for name in line.split()[1:-1])
    # What it runs, this program knows.
    assert clerk.run("service", "status", "--help").status == 0
