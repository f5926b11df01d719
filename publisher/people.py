"""The people who may use the web desk: names, roles, and hashes of their passwords."""

from __future__ import annotations

import getpass
import json
import os
import re
import stat
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from publisher.errors import ConfigError
from publisher.model import Problem, Where, digest_of
from publisher.text import fold, nfc

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST = 10
"""Letters of a password at least (NIST SP 800-63B wants 8, and no rule on which letters)."""

_LONGEST = 200
_BESIDE_NAME = 8  # letters that a password must have beside the name
_NAME = re.compile(r"\w(?:[\w .@-]{0,48}\w)?")
# A hash takes 64 MiB (RFC 9106, second choice): many at once must not take all memory.
_AT_ONCE = threading.BoundedSemaphore(2)


class Role(StrEnum):
    """What somebody is in the office: an editor may all that an author may, and so on."""

    READER = "reader"
    AUTHOR = "author"
    EDITOR = "editor"


@dataclass(frozen=True, slots=True)
class Account:
    """One person: ``hash`` is an argon2id hash with its salt and its parameters."""

    name: str
    role: Role
    hash: str

    @property
    def stamp(self) -> str:
        """What changes with the password or the role, and tells nothing of either."""
        return digest_of(self.name, self.role.value, self.hash)


def account_name() -> str:
    """Return the name of the computer's account: who acts when nobody signed in."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # an account without a name
        return "local"


def people_file(state: Path) -> Path:
    """Return the path of the file of accounts."""
    return state / "people.json"


class People:
    """The accounts of a file, always as the file is now. Threads may share it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._seen: object = None
        self._known: Mapping[str, Account] = {}

    def all(self) -> list[Account]:
        """Return all accounts by name. Raise ConfigError when the file can't be used."""
        return [self._accounts()[name] for name in sorted(self._accounts())]

    def find(self, name: str) -> Account | None:
        """Return the account of a name, however its letters are written. Raise ConfigError."""
        return self._accounts().get(_folded(name))

    def proven(self, name: str, password: str) -> Account | None:
        """Return the account when this is its password, None otherwise. Raise ConfigError.

        It takes as long for a name that nobody has.
        """
        account = self.find(name)
        right = _matches(account.hash if account else _nobody(), password)
        return account if account and right else None

    def check_new(self, name: str) -> str:
        """Return the name as it will be written. Raise ConfigError when it can't be used."""
        name = " ".join(nfc(name).split())
        if not _NAME.fullmatch(name):
            raise ConfigError(Problem("person-name", params={"name": name}))
        if self.find(name):
            raise ConfigError(Problem("person-known", params={"name": name}))
        return name

    def named(self, name: str) -> Account:
        """Return the account of a name. Raise ConfigError for one that nobody has."""
        account = self.find(name)
        if account is None:
            raise ConfigError(Problem("person-unknown", params={"name": name}))
        return account

    def add(self, name: str, role: Role, password: str) -> Account:
        """Add somebody. Raise ConfigError as :meth:`check_new` and :func:`hashed` do."""
        name = self.check_new(name)
        account = Account(name, role, hashed(name, password))
        self._write({**self._accounts(), _folded(name): account})
        return account

    def remove(self, name: str) -> Account:
        """Remove somebody. Raise ConfigError for a name that nobody has."""
        account = self.named(name)
        rest = {key: each for key, each in self._accounts().items() if each != account}
        self._write(rest)
        return account

    def change(self, name: str, password: str) -> Account:
        """Give somebody a new password. Raise ConfigError as :meth:`add` does."""
        account = self.named(name)
        account = replace(account, hash=hashed(account.name, password))
        self._write({**self._accounts(), _folded(name): account})
        return account

    def _accounts(self) -> Mapping[str, Account]:
        with self._lock:
            seen = _seen(self._path)
            if seen != self._seen:
                self._known = _read(self._path)
                self._seen = seen
            return self._known

    def _write(self, accounts: Mapping[str, Account]) -> None:
        people = [
            {"name": a.name, "role": a.role.value, "hash": a.hash}
            for _, a in sorted(accounts.items())
        ]
        text = json.dumps({"version": 1, "people": people}, ensure_ascii=False, indent=1)
        fresh = self._path.with_name(f"{self._path.name}.new")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            fresh.unlink(missing_ok=True)
            fresh.touch(mode=0o600)
            fresh.write_text(f"{text}\n", encoding="utf-8")
            fresh.replace(self._path)
        except OSError as error:
            params = {"error": error.strerror or type(error).__name__}
            raise ConfigError(Problem("file-unwritable", Where(str(self._path)), params)) from error


def weak(name: str, password: str) -> Problem | None:
    """Return why a password is too weak for somebody, None when it will do."""
    if len(nfc(password)) < SHORTEST:
        return Problem("person-password-short", params={"count": SHORTEST})
    if len(password) > _LONGEST:
        return Problem("person-password-long", params={"limit": _LONGEST})
    bare = fold(password).replace(" ", "")
    if len(set(bare)) < 4:  # 1111111111, abababab
        return Problem("person-password-plain")
    whose = fold(name).replace(" ", "")
    if whose in bare and len(bare) - len(whose) < _BESIDE_NAME:
        return Problem("person-password-name")
    return None


def hashed(name: str, password: str) -> str:
    """Return the argon2id hash of a password. Raise ConfigError when it is too weak."""
    if problem := weak(name, password):
        raise ConfigError(problem)
    with _AT_ONCE:
        return _hasher().hash(nfc(password))


def _matches(stored: str, password: str) -> bool:
    from argon2.exceptions import InvalidHashError, VerificationError

    if len(password) > _LONGEST:  # no account has one
        password = ""
    with _AT_ONCE:
        try:
            # Keyboards write the same Vietnamese letter in two ways: NFC makes them one.
            return _hasher().verify(stored, nfc(password))
        except (VerificationError, InvalidHashError):
            return False


@cache
def _hasher() -> PasswordHasher:
    # Loaded when somebody signs in or is added: no other command needs it.
    from argon2 import PasswordHasher

    return PasswordHasher()


@cache
def _nobody() -> str:
    """Return a hash that no password is known for."""
    import secrets

    return _hasher().hash(secrets.token_hex(32))


def _folded(name: str) -> str:
    return " ".join(nfc(name).casefold().split())


def _seen(path: Path) -> object:
    try:
        found = path.stat()
    except OSError:
        return ()
    return found.st_mtime_ns, found.st_size, found.st_ino, stat.S_IMODE(found.st_mode)


def _read(path: Path) -> dict[str, Account]:
    where = Where(str(path))
    try:
        # Windows has no such bits; there the folder's own permissions protect it.
        if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise ConfigError(Problem("people-file-open", where, {"file": str(path)}))
        stored: Any = json.loads(path.read_text(encoding="utf-8"))
        accounts = [
            Account(str(each["name"]), Role(each["role"]), str(each["hash"]))
            for each in stored["people"]
        ]
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise ConfigError(Problem("people-file-broken", where)) from error
    return {_folded(account.name): account for account in accounts}
