"""Secrets: from the environment, a file that only its owner reads, or the system keyring."""

from __future__ import annotations

import json
import os
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from publisher.errors import ConfigError
from publisher.masking import hide
from publisher.model import Problem, Where

_SERVICE = "publisher"


@dataclass(frozen=True, slots=True)
class Secret:
    """Where one secret is looked for: never in config.toml.

    variable: of the environment. name: in the file. account: in the keyring.
    """

    variable: str
    name: str
    account: str


PING = Secret("PUBLISHER_PING", "ping:", "ping:")
"""The address that is pinged so that somebody hears when the service stands still."""


def of_site(site: str, user: str) -> Secret:
    """Return where a site's password is."""
    return Secret(variable(site), site, f"{site}:{user}")


def of_notice(name: str) -> Secret:
    """Return where the address of a channel is (``mail``: the mail server's password)."""
    # No site can have a colon in its name, so they share the file and the keyring.
    return Secret(f"PUBLISHER_NOTICE_{_upper(name)}", f"notice:{name}", f"notice:{name}")


def of_token(site: str) -> Secret:
    """Return where the tokens are by which a channel's access is renewed."""
    return Secret(f"PUBLISHER_TOKEN_{_upper(site)}", f"token:{site}", f"token:{site}")


def given(place: Secret, environ: Mapping[str, str]) -> str:
    """Return a secret that was handed to this process, "" when it was not."""
    return environ.get(place.variable, "").strip() or _from_manager(place, environ)


def is_in_file(place: Secret, state: Path) -> bool:
    """Return whether a secret is in the file, where its next value must be too."""
    return place.name in _read(secrets_file(state))


def variable(site: str) -> str:
    """Return the environment variable that holds a site's password."""
    return f"PUBLISHER_PASSWORD_{_upper(site)}"


def _upper(name: str) -> str:
    return name.upper().replace("-", "_")


def secrets_file(state: Path) -> Path:
    """Return the path of the file of secrets."""
    return state / "passwords.toml"


def password(site: str, user: str, state: Path, environ: Mapping[str, str]) -> str:
    """Return a site's password. Raise ConfigError when there is none, or others can read it."""
    if found := find(of_site(site, user), state, environ):
        return found
    params = {"site": site, "user": user, "variable": variable(site)}
    raise ConfigError(Problem("password-missing", Where(), params))


def store(site: str, user: str, secret: str, state: Path, *, in_file: bool = False) -> str:
    """Keep a site's password; return and raise what :func:`keep` does."""
    return keep(of_site(site, user), secret, state, in_file=in_file)


def find(place: Secret, state: Path, environ: Mapping[str, str], *, keyring: bool = True) -> str:
    """Return a secret, "" when there is none. Raise ConfigError when others can read it.

    keyring: whether it is asked too; it is closed to a service that nobody logged on for.
    What is handed out here is masked from now on in every log of this process.
    """
    found = (
        given(place, environ)
        or _read(secrets_file(state)).get(place.name, "")
        or (_from_keyring(place.account) if keyring else "")
    )
    if found:
        hide(found, place.account.partition(":")[2])
    return found


def keep(place: Secret, secret: str, state: Path, *, in_file: bool = False) -> str:
    """Keep a secret; return where: "keyring" or the path of the 0600 file.

    in_file: into the file, though there be a keyring. Raise ConfigError when the file can't be
    written, or others can read it.
    """
    import keyring
    from keyring.errors import KeyringError

    if in_file:
        return str(_write(secrets_file(state), place.name, secret))
    path = secrets_file(state)
    try:
        keyring.set_password(_SERVICE, place.account, secret)
        kept = keyring.get_password(_SERVICE, place.account) == secret
    except (KeyringError, OSError, RuntimeError):
        kept = False
    if not kept:  # one that is switched off takes a secret without a word, and forgets it
        return str(_write(path, place.name, secret))
    if place.name in _read(path):  # the file is asked first: an old secret there would win
        _write(path, place.name, "")
    return "keyring"


def _from_manager(place: Secret, environ: Mapping[str, str]) -> str:
    """Return what systemd or a container engine gave to this process alone, "" for nothing.

    It lies in a folder that ``$CREDENTIALS_DIRECTORY`` names (systemd.exec(5), Credentials), in
    a file with the name of the environment variable.
    """
    folder = environ.get("CREDENTIALS_DIRECTORY", "")
    path = Path(folder) / place.variable
    if not folder or not path.is_file():
        return ""
    try:
        return path.read_text(encoding="utf-8-sig").strip()
    except (OSError, ValueError) as error:
        raise ConfigError(Problem("password-file-broken", Where(str(path)))) from error


def _from_keyring(account: str) -> str:
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(_SERVICE, account) or ""
    except (KeyringError, OSError, RuntimeError):
        return ""  # no keyring on this machine: the same as an empty one


def _read(path: Path) -> dict[str, str]:
    try:
        # Windows has no such bits; there the folder's own permissions protect it.
        if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise ConfigError(Problem("password-file-open", Where(str(path)), {"file": str(path)}))
        values = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise ConfigError(Problem("password-file-broken", Where(str(path)))) from error
    return {name: str(value) for name, value in values.items()}


def _write(path: Path, name: str, secret: str) -> Path:
    """Put a secret into the file; an empty one takes it out."""
    secrets = {key: value for key, value in {**_read(path), name: secret}.items() if value}
    lines = (f"{_string(key)} = {_string(value)}\n" for key, value in sorted(secrets.items()))
    fresh = path.with_name(f"{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh.unlink(missing_ok=True)
        fresh.touch(mode=0o600)
        with fresh.open("w", encoding="utf-8") as file:
            file.write("".join(lines))
            file.flush()
            os.fsync(file.fileno())  # what is kept may be all that opens a site again
        fresh.replace(path)
    except OSError as error:
        params = {"error": error.strerror or type(error).__name__}
        raise ConfigError(Problem("file-unwritable", Where(str(path)), params)) from error
    return path


def _string(text: str) -> str:
    # A JSON string is a TOML basic string too, but for DEL, which TOML wants escaped.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
