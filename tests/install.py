"""Fetch what the tests need: Debian packages (as root) and a WordPress (from npm).

``python tests/install.py``, with nothing but the standard library. A second run finds
everything there and changes nothing. What cannot be installed is named in one line; the
tests that need it are then skipped. With ``PUBLISHER_TESTS_COMPLETE=1`` that is a failure.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path, PurePosixPath

PACKAGES = {
    "the tests on WordPress": (
        "php-cli",
        "php-curl",
        "php-gd",
        "php-intl",
        "php-mbstring",
        "php-mysql",
        "php-sqlite3",
        "php-xml",
        "mariadb-server",
        "wordpress",
    ),
    "the tests in a browser": ("chromium", "fonts-dejavu-core", "fonts-noto-core"),
    "the tests on PostgreSQL": ("postgresql",),
    "the tests with LibreOffice": (
        "libreoffice-writer-nogui",
        "libreoffice-calc-nogui",
        "fonts-liberation2",
        "poppler-utils",
    ),
}
"""Debian packages by what is left out without them; the fonts carry Vietnamese marks."""

STUDIO = "wp-studio@1.22.0"
"""The npm package that carries WordPress 7.1.1, its SQLite driver, Vietnamese and wp-cli."""

_INSIDE = PurePosixPath("package/dist/cli/wp-files")
_WANTED = ("latest/wordpress", "latest/languages", "sqlite-database-integration", "wp-cli")


def cache() -> Path:
    """Return the folder for downloads: ``PUBLISHER_TEST_CACHE``, or ``.test-cache`` here."""
    named = os.environ.get("PUBLISHER_TEST_CACHE")
    return Path(named) if named else Path(__file__).resolve().parent.parent / ".test-cache"


def studio() -> Path:
    """Return the folder with the unpacked WordPress (there or not)."""
    return cache() / STUDIO.replace("@", "-")


def complete() -> bool:
    """Return whether nothing may be left out."""
    return os.environ.get("PUBLISHER_TESTS_COMPLETE") == "1"


def _missing_packages() -> dict[str, list[str]]:
    """Return, by what is left out, the Debian packages that are not installed."""
    names = [name for group in PACKAGES.values() for name in group]
    found: set[str] = set()
    if shutil.which("dpkg-query"):
        listing = subprocess.run(
            ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *names],
            capture_output=True,
            text=True,
            check=False,  # it exits with 1 as soon as one of them is unknown
        ).stdout
        found = {line.split()[0] for line in listing.splitlines() if line.endswith(" installed")}
    missing = {what: [n for n in group if n not in found] for what, group in PACKAGES.items()}
    return {what: group for what, group in missing.items() if group}


def _apt(names: list[str]) -> None:
    """Install Debian packages. Raise CalledProcessError when apt-get fails."""
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *names]
    for command in (["apt-get", "update", "-q"], install):
        subprocess.run(command, env=env, check=True)


def _unpack(archive: Path, target: Path) -> None:
    """Write the wanted files of an npm archive below target, all of them or none."""
    unfinished = Path(tempfile.mkdtemp(dir=target.parent))
    with tarfile.open(archive) as package:
        for member in package:
            path = PurePosixPath(member.name)
            if not member.isfile() or not path.is_relative_to(_INSIDE) or ".." in path.parts:
                continue
            inner = path.relative_to(_INSIDE)
            if not any(inner.is_relative_to(part) for part in _WANTED):
                continue
            content = package.extractfile(member)
            if content is not None:
                file = unfinished / inner
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content.read())
    try:
        unfinished.rename(target)
    except OSError:  # another run was quicker
        shutil.rmtree(unfinished)


def _fetch_studio() -> None:
    """Download and unpack WordPress. Raise CalledProcessError when npm fails."""
    target = studio()
    target.parent.mkdir(parents=True, exist_ok=True)
    archive = target.with_name(f"{target.name}.tgz")
    if not archive.exists():
        npm = shutil.which("npm") or "npm"
        subprocess.run([npm, "pack", "--silent", STUDIO], cwd=target.parent, check=True)
    _unpack(archive, target)
    archive.unlink(missing_ok=True)


def main() -> int:
    """Install what is missing; return 0, or 1 when it had to be complete and is not."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    debian = shutil.which("apt-get") is not None
    why = "" if root and debian else "not root" if debian else "not Debian"
    missing = _missing_packages()
    wanted = [name for group in missing.values() for name in group]
    if not studio().exists() and not shutil.which("npm"):
        wanted.append("npm")
    if wanted and not why:
        try:
            _apt(wanted)
            missing = {}
        except subprocess.CalledProcessError:
            why = "apt-get failed"
    if not studio().exists():
        try:
            _fetch_studio()
        except (OSError, subprocess.CalledProcessError):
            missing.setdefault("the tests on WordPress", []).append(f"npm pack {STUDIO}")
            why = why or "npm failed"
    if not missing:
        return 0
    needs = "; ".join(f"{what} (needs {', '.join(group)})" for what, group in missing.items())
    print(f"Left out, because {why}: {needs}", flush=True)
    return 1 if complete() else 0


if __name__ == "__main__":
    sys.exit(main())
