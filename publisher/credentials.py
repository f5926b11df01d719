"""Secrets: from the environment, a file that only its owner reads, or the system keyring."""

from __future__ import annotations

import json
import os
import stat
import tomllib
from collections.abc import Mapping
from pathlib import Path

from publisher.errors import ConfigError
from publisher.model import Problem, Where

_SERVICE = "publisher"


def variable(site: str) -> str:
    """Return the environment variable that holds a site's password."""
    return f"PUBLISHER_PASSWORD_{site.upper().replace('-', '_')}"


def secrets_file(state: Path) -> Path:
    """Return the path of the file of secrets."""
    return state / "passwords.toml"


def password(site: str, user: str, state: Path, environ: Mapping[str, str]) -> str:
    """Return a site's password. Raise ConfigError when there is none, or others can read it."""
    if given := environ.get(variable(site), "").strip():
        return given
    if stored := _read(secrets_file(state)).get(site, ""):
        return stored
    if kept := _from_keyring(site, user):
        return kept
    params = {"site": site, "user": user, "variable": variable(site)}
    raise ConfigError(Problem("password-missing", Where(), params))


def store(site: str, user: str, secret: str, state: Path) -> str:
    """Keep a password; return where: "keyring" or the path of the 0600 file.

    Raise ConfigError when the file can't be written, or others can read it.
    """
    import keyring
    from keyring.errors import KeyringError

    try:
        keyring.set_password(_SERVICE, f"{site}:{user}", secret)
    except (KeyringError, OSError, RuntimeError):
        return str(_write(secrets_file(state), site, secret))
    path = secrets_file(state)
    if site in _read(path):  # the file is asked first: an old password there would win
        _write(path, site, "")
    return "keyring"


def _from_keyring(site: str, user: str) -> str:
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(_SERVICE, f"{site}:{user}") or ""
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


def _write(path: Path, site: str, secret: str) -> Path:
    """Put a password into the file; an empty one takes it out."""
    secrets = {name: value for name, value in {**_read(path), site: secret}.items() if value}
    lines = (f"{_string(name)} = {_string(value)}\n" for name, value in sorted(secrets.items()))
    fresh = path.with_name(f"{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh.unlink(missing_ok=True)
        fresh.touch(mode=0o600)
        fresh.write_text("".join(lines), encoding="utf-8")
        fresh.replace(path)
    except OSError as error:
        params = {"error": error.strerror or type(error).__name__}
        raise ConfigError(Problem("file-unwritable", Where(str(path)), params)) from error
    return path


def _string(text: str) -> str:
    # A JSON string is a TOML basic string too, but for DEL, which TOML wants escaped.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
