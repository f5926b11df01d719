"""Passwords: from the environment, a file that its owner alone reads, or the keyring."""

from __future__ import annotations

import os
import stat
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import keyring
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring
from keyring.backends.null import Keyring as ForgetfulKeyring
from keyring.errors import KeyringLocked

from publisher.credentials import password, secrets_file, store, variable
from publisher.errors import ConfigError

SECRET = "abcd EFGH ijkl MNOP qrst UVWX"
posix = pytest.mark.skipif(os.name != "posix", reason="Windows has no mode bits")


class Drawer(KeyringBackend):
    """A keyring that forgets with the process."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise KeyringLocked
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.locked:
            raise KeyringLocked
        self.kept[service, username] = password


@pytest.fixture(autouse=True)
def drawer() -> Iterator[Drawer]:
    """An empty keyring in place of the machine's."""
    before = keyring.get_keyring()
    drawer = Drawer()
    keyring.set_keyring(drawer)
    yield drawer
    keyring.set_keyring(before)


@pytest.fixture
def no_keyring(drawer: Drawer) -> None:
    """A machine without a keyring, such as a server."""
    keyring.set_keyring(NoKeyring())  # type: ignore[no-untyped-call]


def _file(state: Path, text: str, mode: int = 0o600) -> Path:
    state.mkdir(exist_ok=True)
    path = secrets_file(state)
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


@pytest.mark.parametrize(
    ("site", "name"),
    [("so-khcn", "PUBLISHER_PASSWORD_SO_KHCN"), ("a", "PUBLISHER_PASSWORD_A")],
)
def test_the_variable_of_a_site(site: str, name: str) -> None:
    assert variable(site) == name


def test_the_environment_comes_first(tmp_path: Path, drawer: Drawer) -> None:
    _file(tmp_path, 'so-khcn = "in the file"\n')
    drawer.set_password("publisher", "so-khcn:lan", "in the keyring")
    environ = {"PUBLISHER_PASSWORD_SO_KHCN": f" {SECRET}\n"}
    assert password("so-khcn", "lan", tmp_path, environ) == SECRET
    assert password("so-khcn", "lan", tmp_path, {}) == "in the file"
    assert password("so-khcn", "lan", tmp_path, {variable("so-khcn"): " "}) == "in the file"


def test_the_keyring_keeps_a_password_of_each_site_and_user(tmp_path: Path) -> None:
    assert store("so-khcn", "lan", SECRET, tmp_path) == "keyring"
    assert password("so-khcn", "lan", tmp_path, {}) == SECRET
    for site, user in (("so-khcn", "minh"), ("trung-tam", "lan")):
        with pytest.raises(ConfigError) as caught:
            password(site, user, tmp_path, {})
        (problem,) = caught.value.problems
        assert problem.code == "password-missing"
        assert problem.params == {"site": site, "user": user, "variable": variable(site)}
    assert not secrets_file(tmp_path).exists()


@pytest.mark.usefixtures("no_keyring")
def test_without_a_keyring_a_file_keeps_it(tmp_path: Path) -> None:
    state = tmp_path / "state"
    with pytest.raises(ConfigError):
        password("so-khcn", "lan", state, {})
    assert store("so-khcn", "lan", SECRET, state) == str(secrets_file(state))
    assert store("trung-tam", "minh", "khác", state) == str(secrets_file(state))
    assert password("so-khcn", "lan", state, {}) == SECRET
    assert password("trung-tam", "minh", state, {}) == "khác"


def test_a_keyring_that_is_switched_off_keeps_nothing(tmp_path: Path) -> None:
    keyring.set_keyring(ForgetfulKeyring())  # type: ignore[no-untyped-call]
    assert store("so-khcn", "lan", SECRET, tmp_path) == str(secrets_file(tmp_path))
    assert password("so-khcn", "lan", tmp_path, {}) == SECRET


@posix
@pytest.mark.usefixtures("no_keyring")
def test_the_file_is_its_owners_alone_whatever_the_umask(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        path = Path(store("so-khcn", "lan", SECRET, tmp_path))
    finally:
        os.umask(old)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


@posix
@pytest.mark.parametrize("mode", [0o604, 0o640, 0o644, 0o620, 0o666])
def test_a_file_that_others_can_read_is_refused(tmp_path: Path, mode: int, drawer: Drawer) -> None:
    path = _file(tmp_path, f'so-khcn = "{SECRET}"\n', mode)
    drawer.set_password("publisher", "so-khcn:lan", SECRET)
    acts: list[Callable[[], str]] = [
        lambda: password("so-khcn", "lan", tmp_path, {}),
        lambda: store("so-khcn", "lan", "new", tmp_path),
    ]
    for act in acts:
        with pytest.raises(ConfigError) as caught:
            act()
        (problem,) = caught.value.problems
        assert problem.code == "password-file-open"
        assert problem.where.file == str(path)
    assert SECRET in path.read_text(encoding="utf-8")
    assert password("so-khcn", "lan", tmp_path, {variable("so-khcn"): "other"}) == "other"


@pytest.mark.parametrize("text", ["so-khcn = ", "so-khcn: x", "\x00", "[[[["])
def test_a_broken_file_is_said_to_be_broken(tmp_path: Path, text: str) -> None:
    _file(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        password("so-khcn", "lan", tmp_path, {})
    assert [p.code for p in caught.value.problems] == ["password-file-broken"]


def test_a_file_from_notepad(tmp_path: Path) -> None:
    _file(tmp_path, f'\ufeffso-khcn = "{SECRET}"\n')
    assert password("so-khcn", "lan", tmp_path, {}) == SECRET


def test_a_new_password_in_the_keyring_replaces_an_old_one_in_the_file(
    tmp_path: Path, drawer: Drawer
) -> None:
    drawer.locked = True
    store("so-khcn", "lan", "old", tmp_path)
    store("trung-tam", "lan", "other", tmp_path)
    drawer.locked = False
    assert store("so-khcn", "lan", "new", tmp_path) == "keyring"
    assert password("so-khcn", "lan", tmp_path, {}) == "new"
    assert password("trung-tam", "lan", tmp_path, {}) == "other"
    assert "old" not in secrets_file(tmp_path).read_text(encoding="utf-8")


def test_a_locked_keyring_is_an_empty_one(tmp_path: Path, drawer: Drawer) -> None:
    drawer.locked = True
    with pytest.raises(ConfigError) as caught:
        password("so-khcn", "lan", tmp_path, {})
    assert [p.code for p in caught.value.problems] == ["password-missing"]


@pytest.mark.usefixtures("no_keyring")
def test_a_state_folder_that_can_not_be_made(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        store("so-khcn", "lan", SECRET, blocked / "state")
    assert [p.code for p in caught.value.problems] == ["password-file-broken"]
    assert SECRET not in repr(caught.value)


@given(
    secrets=st.dictionaries(
        st.sampled_from(["a", "so-khcn", "1"]),
        st.text(st.characters(exclude_categories=["Cs"]), min_size=1),
        min_size=1,
    )
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_file_keeps_any_password(
    secrets: dict[str, str], drawer: Drawer, tmp_path_factory: pytest.TempPathFactory
) -> None:
    state = tmp_path_factory.mktemp("state")
    drawer.locked = True
    for site, secret in secrets.items():
        store(site, "lan", secret, state)
    for site, secret in secrets.items():
        assert password(site, "lan", state, {}) == secret
    assert tomllib.loads(secrets_file(state).read_bytes().decode()) == secrets


@pytest.mark.usefixtures("no_keyring")
def test_no_password_is_printed_or_named_in_an_error(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    store("so-khcn", "lan", SECRET, tmp_path)
    password("so-khcn", "lan", tmp_path, {})
    _file(tmp_path, f'so-khcn = "{SECRET}" x\n')
    with pytest.raises(ConfigError) as caught:
        password("so-khcn", "lan", tmp_path, {})
    assert SECRET not in repr(caught.value)
    assert SECRET not in "".join(str(dict(p.params)) for p in caught.value.problems)
    assert capfd.readouterr() == ("", "")
