"""systemd: the text of a hardened unit, put into its place and taken away again."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from gettext import gettext as _
from pathlib import Path, PurePath

from publisher import credentials
from publisher.errors import ServiceError
from publisher.model import Problem, Where
from publisher.service.definition import Definition, Standing

SYSTEM_UNITS = Path("/etc/systemd/system")

_TARGETS = ("default.target", "multi-user.target")
"""What wants the service to run: a user's session, the system."""

_WATCHDOG = 1200
"""Seconds without a sign of life after which systemd starts the service anew."""

# Without privileges systemd can apply these: a filter of system calls needs none, and what
# needs a namespace is passed over in silence where there is none to be had.
_ALWAYS = """\
NoNewPrivileges=yes
ProtectSystem=strict
ProtectControlGroups=yes
ProtectKernelTunables=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
SystemCallErrorNumber=EPERM
UMask=0077
"""

# These take capabilities away, which a user's own manager may not do: it would not start.
_SYSTEM = """\
CapabilityBoundingSet=
DevicePolicy=closed
KeyringMode=private
PrivateDevices=yes
ProcSubset=pid
ProtectClock=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectProc=invisible
RemoveIPC=yes
"""

_END = re.compile(r"\n\[X-Publisher\]\nMark=(\S+)\nDigest=(\S+)\n\Z")


def unit(definition: Definition) -> str:
    """Return the unit file of a service (systemd.service(5), systemd.exec(5))."""
    # _tail goes on in the section of _service.
    text = "\n".join([_head(definition), _service(definition) + _tail(definition)])
    digest = hashlib.sha256(text.encode()).hexdigest()
    return f"{text}\n[X-Publisher]\nMark={definition.mark}\nDigest={digest}\n"


def _head(definition: Definition) -> str:
    said = _("Written by “publisher service install”. Put changes into: {command}").format(
        command=f"systemctl {'' if definition.system else '--user '}edit {definition.name}"
    )
    lines = [f"# {said}", "[Unit]", f"Description=Publisher: {_line(definition.title)}"]
    if definition.system:  # a user's manager knows neither of the two
        lines += ["Wants=network-online.target", "After=network-online.target remote-fs.target"]
    # A folder or a network that comes late is waited for, however long.
    return "\n".join([*lines, "StartLimitIntervalSec=0", ""])


def _service(definition: Definition) -> str:
    command = " ".join(_quoted(word) for word in (str(definition.python), *definition.arguments))
    return "\n".join(
        [
            "[Service]",
            "Type=notify",
            f"ExecStart=:{command}",
            "ExecReload=/bin/kill -HUP $MAINPID",
            *([f"User={definition.user}"] if definition.user else []),
            f"Environment={_quoted(f'PUBLISHER_LANG={definition.language}')} PYTHONUNBUFFERED=1",
            *_secrets(definition),
            "Restart=on-failure",
            "RestartSec=30",
            "RestartPreventExitStatus=2",
            f"WatchdogSec={max(_WATCHDOG, 4 * definition.patience)}",
            # The main process alone is asked to stop; what it started is ended with it.
            "KillMode=mixed",
            f"TimeoutStopSec={definition.patience}",
            "",
        ]
    )


def _secrets(definition: Definition) -> list[str]:
    if not definition.system or not definition.sites:
        return []
    name = credentials.variable(definition.sites[0])
    return [
        "# " + _("A password can be kept by systemd too; see systemd-creds(1):"),
        f"#LoadCredentialEncrypted={name}",
    ]


def _tail(definition: Definition) -> str:
    at_home = _within(definition.needs, ("/home", "/root", "/run/user"))
    in_tmp = _within(definition.needs, ("/tmp", "/var/tmp"))  # noqa: S108
    writes = [_quoted(str(path)) for path in definition.writes]
    # A minus sign: a folder that is not there now does not keep the service from starting.
    reads = [
        _quoted(f"-{path}")
        for path in definition.reads
        if not any(kept.is_relative_to(path) for kept in definition.writes)
    ]
    lines = [
        f"ReadWritePaths={' '.join(writes)}",
        *([f"ReadOnlyPaths={' '.join(reads)}"] if reads else []),
        f"ProtectHome={'read-only' if at_home or not definition.system else 'yes'}",
        f"PrivateTmp={'no' if in_tmp else 'yes'}",
    ]
    wanted = _TARGETS[definition.system]
    hardening = _ALWAYS + (_SYSTEM if definition.system else "")
    return "\n".join([*lines, f"{hardening}\n[Install]", f"WantedBy={wanted}", ""])


def _within(paths: Iterable[PurePath], folders: Iterable[str]) -> bool:
    return any(path.is_relative_to(folder) for path in paths for folder in folders)


def _quoted(text: str) -> str:
    """Return a word as unit files write it (systemd.syntax(7)); % begins a specifier."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped}"'


def _line(text: str) -> str:
    return " ".join(text.split()).replace("%", "%%").rstrip("\\")


def folder(system: bool, environ: Mapping[str, str]) -> Path:
    """Return where units of the system or of this user are."""
    if system:
        return SYSTEM_UNITS
    return Path(environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "systemd" / "user"


def write(definition: Definition, units: Path, *, overwrite: bool = False) -> bool:
    """Put the unit into its folder; return whether anything changed.

    overwrite: also when somebody edited it. Raise ServiceError when the name is taken by a
    unit of somebody else or of another folder, or the file can't be written.
    """
    path, text = _path(definition.name, units), unit(definition)
    found = _read(path)
    if found == text:
        return False
    if found is not None:
        _own(path, found, definition.mark, overwrite=overwrite)
    try:
        for kept in definition.writes:  # what is not there can't be opened up to the service
            _make(Path(kept), definition.user)
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f".{path.name}.new")
        fresh.write_text(text, encoding="utf-8")
        fresh.chmod(0o644)
        fresh.replace(path)
    except OSError as error:
        raise _unwritable(path, error) from error
    return True


def erase(definition: Definition, units: Path, *, overwrite: bool = False) -> Path:
    """Delete the unit of this folder and return its path. Raise ServiceError as write does."""
    path = check(definition, units, overwrite=overwrite)
    try:
        path.unlink()
    except OSError as error:
        raise _unwritable(path, error) from error
    return path


def check(definition: Definition, units: Path, *, overwrite: bool = False) -> Path:
    """Return the path of the unit that may be removed. Raise ServiceError when there is none."""
    path = _path(definition.name, units)
    found = _read(path)
    if found is None:
        raise ServiceError(Problem("service-missing", Where(), {"name": definition.name}))
    _own(path, found, definition.mark, overwrite=overwrite)
    return path


def _path(name: str, units: Path) -> Path:
    return units / f"{name}.service"


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unwritable(path, error) from error


def _own(path: Path, text: str, mark: str, *, overwrite: bool) -> None:
    """Raise ServiceError unless the unit is this folder's, and as it was written."""
    end = _END.search(text)
    where = Where(str(path))
    if end is None:
        raise ServiceError(Problem("service-foreign", where, {"name": path.stem}))
    if end[1] != mark:
        raise ServiceError(Problem("service-other", where, {"name": path.stem}))
    if hashlib.sha256(text[: end.start()].encode()).hexdigest() != end[2] and not overwrite:
        raise ServiceError(Problem("service-edited", where, {"name": path.stem}))


def _make(path: Path, user: str) -> None:
    """Make a folder that the service writes to, as the user's own."""
    if path.is_dir():
        return
    path.mkdir(parents=True)
    if user and hasattr(os, "geteuid") and os.geteuid() == 0:
        shutil.chown(path, user)


def _unwritable(path: Path, error: OSError) -> ServiceError:
    params = {"error": error.strerror or type(error).__name__}
    return ServiceError(Problem("file-unwritable", Where(str(path)), params))


def is_known() -> bool:
    """Return whether this system has systemd, be it that it runs or not."""
    return is_running() or Path("/usr/lib/systemd/system").is_dir()


def number_of(user: str) -> int | None:
    """Return the number of an account, None when there is no such account."""
    if sys.platform == "win32":
        return None
    import pwd

    try:
        return pwd.getpwnam(user).pw_uid
    except KeyError:
        return None


def is_running() -> bool:
    """Return whether systemd runs this computer (sd_booted(3))."""
    return Path("/run/systemd/system").is_dir() and shutil.which("systemctl") is not None


def systemctl(system: bool, *arguments: str) -> str:
    """Ask systemd, and return what it prints. Raise ServiceError when it refuses."""
    command = ["systemctl", *([] if system else ["--user"]), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        said = done.stderr.strip() or done.stdout.strip()
        params = {"command": " ".join(command), "error": " ".join(said.split())}
        raise ServiceError(Problem("service-failed", Where(), params))
    return done.stdout


def standing(name: str, units: Path, *, system: bool) -> Standing | None:
    """Return how a service is, None when it is not installed."""
    path = _path(name, units)
    text = _read(path)
    if text is None:
        return None
    end = _END.search(text)
    mark = end[1] if end else ""
    names = "ActiveState,UnitFileState,ActiveEnterTimestamp,StatusText"
    try:
        said = systemctl(system, "show", name, "--timestamp=unix", f"--property={names}")
    except (ServiceError, OSError):  # no systemd, or none that speaks to this user just now
        wanted = [f"{target}.wants/{path.name}" for target in _TARGETS]
        return Standing(str(path), mark, any((units / link).is_symlink() for link in wanted))
    values = dict(line.partition("=")[::2] for line in said.splitlines())
    since = values.get("ActiveEnterTimestamp", "").removeprefix("@")
    running = values.get("ActiveState") in ("active", "reloading", "deactivating")
    return Standing(
        str(path),
        mark,
        starts=values.get("UnitFileState") == "enabled",
        running=running,
        since=datetime.fromtimestamp(int(since), UTC) if running and since.isdecimal() else None,
        text=values.get("StatusText", ""),
    )
