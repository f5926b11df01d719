"""Fetch what the tests need: Debian packages (as root), a WordPress and axe-core (from npm).

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
    "the tests of the service": ("systemd", "util-linux"),
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

AXE = "axe-core@4.14.1"
"""The npm package that looks pages through for what keeps people out."""

_WANTED = {
    STUDIO: (
        PurePosixPath("package/dist/cli/wp-files"),
        ("latest/wordpress", "latest/languages", "sqlite-database-integration", "wp-cli"),
    ),
    AXE: (PurePosixPath("package"), ("axe.min.js",)),
}
"""What is taken of a package: a folder, and the paths in it."""


def cache() -> Path:
    """Return the folder for downloads: ``PUBLISHER_TEST_CACHE``, or ``.test-cache`` here."""
    named = os.environ.get("PUBLISHER_TEST_CACHE")
    return Path(named) if named else Path(__file__).resolve().parent.parent / ".test-cache"


def studio() -> Path:
    """Return the folder with the unpacked WordPress (there or not)."""
    return _folder(STUDIO)


def axe() -> Path:
    """Return the script of axe-core (there or not)."""
    return _folder(AXE) / "axe.min.js"


def _folder(package: str) -> Path:
    return cache() / package.replace("@", "-")


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


def _unpack(archive: Path, target: Path, inside: PurePosixPath, wanted: tuple[str, ...]) -> None:
    """Write the wanted files of an npm archive below target, all of them or none."""
    unfinished = Path(tempfile.mkdtemp(dir=target.parent))
    with tarfile.open(archive) as package:
        for member in package:
            path = PurePosixPath(member.name)
            if not member.isfile() or not path.is_relative_to(inside) or ".." in path.parts:
                continue
            inner = path.relative_to(inside)
            if not any(inner.is_relative_to(part) for part in wanted):
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


def _fetch(package: str) -> None:
    """Download and unpack an npm package. Raise CalledProcessError when npm fails."""
    target = _folder(package)
    target.parent.mkdir(parents=True, exist_ok=True)
    archive = target.with_name(f"{target.name}.tgz")
    if not archive.exists():
        npm = shutil.which("npm") or "npm"
        subprocess.run([npm, "pack", "--silent", package], cwd=target.parent, check=True)
    _unpack(archive, target, *_WANTED[package])
    archive.unlink(missing_ok=True)


def main() -> int:
    """Install what is missing; return 0, or 1 when it had to be complete and is not."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    debian = shutil.which("apt-get") is not None
    why = "" if root and debian else "not root" if debian else "not Debian"
    missing = _missing_packages()
    wanted = [name for group in missing.values() for name in group]
    fetched = {"the tests on WordPress": STUDIO, "the tests of the desk's pages": AXE}
    if not all(_folder(package).exists() for package in _WANTED) and not shutil.which("npm"):
        wanted.append("npm")
    if wanted and not why:
        try:
            _apt(wanted)
            missing = {}
        except subprocess.CalledProcessError:
            why = "apt-get failed"
    for what, package in fetched.items():
        if _folder(package).exists():
            continue
        try:
            _fetch(package)
        except (OSError, subprocess.CalledProcessError):
            missing.setdefault(what, []).append(f"npm pack {package}")
            why = why or "npm failed"
    if not missing:
        return 0
    needs = "; ".join(f"{what} (needs {', '.join(group)})" for what, group in missing.items())
    print(f"Left out, because {why}: {needs}", flush=True)
    return 1 if complete() else 0


if __name__ == "__main__":
    sys.exit(main())
