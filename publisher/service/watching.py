"""Notice that config.toml or a password changed, by a look at their files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from publisher.config import Config
from publisher.credentials import secrets_file
from publisher.run import login_file

_Stamp = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Seen:
    """Size and time of change of the settings, and of what holds or tells of passwords."""

    config: _Stamp
    secrets: tuple[_Stamp, ...]


def look(config: Config) -> Seen:
    """Return how these files are now."""
    return Seen(
        _stamp(config.base / config.file),
        (_stamp(secrets_file(config.state)), _stamp(login_file(config))),
    )


def _stamp(path: Path) -> _Stamp:
    try:
        stat = path.stat()
    except OSError:  # not there, or a share that is away
        return -1, 0
    return stat.st_size, stat.st_mtime_ns
