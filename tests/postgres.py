"""A PostgreSQL cluster of its own, reached through a socket, gone after the tests."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg

from tests.processes import running


def program(name: str) -> str:
    """Return the path of a server program, or ""; Debian keeps them off the PATH."""
    versions = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return shutil.which(name) or (str(versions[-1]) if versions else "")


@contextlib.contextmanager
def running_postgres() -> Iterator[str]:
    """Run a cluster; yield the SQLAlchemy URL of its empty database ``publisher``."""
    # It refuses to run as root.
    user = _unprivileged() if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    data, log = folder / "data", folder / "postgres.log"
    if user:
        os.chown(folder, pwd.getpwnam(user).pw_uid, -1)
    admin = f"host={folder} user=publisher dbname=postgres connect_timeout=5"

    def answers() -> bool:
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(admin).close()
            return True
        return False

    make = ["--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
    serve = ["-k", str(folder), "-c", "listen_addresses=", "-c", "fsync=off"]
    try:
        subprocess.run(
            [program("initdb"), "-D", str(data), "-U", "publisher", *make],
            user=user,
            cwd="/",
            stdout=subprocess.DEVNULL,
            check=True,
        )
        server = [program("postgres"), "-D", str(data), *serve]
        with running(server, log, answers, user=user, stop=signal.SIGINT):
            with psycopg.connect(admin, autocommit=True) as connection:
                connection.execute("CREATE DATABASE publisher")
            yield f"postgresql+psycopg://publisher@/publisher?host={folder}"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unprivileged() -> str:
    """Return a user that is not root, the cluster's usual one when there is one."""
    with contextlib.suppress(KeyError):
        return pwd.getpwnam("postgres").pw_name
    return "nobody"
