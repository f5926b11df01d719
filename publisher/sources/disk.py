"""The disk or share itself: listings, sizes and times, and what its errors mean."""

from __future__ import annotations

import errno
import os
import stat as modes
from io import BufferedReader
from operator import attrgetter
from pathlib import Path

from publisher.errors import ContentError
from publisher.model import Problem, Where

# What an error may say of one name alone. Anything else is said by a share that goes away.
_OF_ONE_NAME = frozenset(
    {
        errno.ENOENT,
        errno.ENOTDIR,
        errno.EISDIR,
        errno.EACCES,
        errno.EPERM,
        errno.ELOOP,
        errno.ENAMETOOLONG,
        errno.EINVAL,
        errno.EILSEQ,
    }
)
# Windows' own numbers, since Python's say of several of them that there is no such file:
# device not ready; bad network path, name, request; name deleted; time-out; unreachable.
_NETWORK = frozenset({21, 51, 53, 54, 55, 59, 64, 67, 121, 1231, 1232})
_IN_USE = frozenset({32, 33})  # a sharing violation, a locked part

# https://learn.microsoft.com/windows/win32/fileio/file-attribute-constants: OFFLINE,
# RECALL_ON_OPEN and RECALL_ON_DATA_ACCESS.
_NOT_HERE = 0x1000 | 0x40000 | 0x400000
_DATALESS = 0x40000000  # SF_DATALESS of macOS' <sys/stat.h>

_JUNCTION = 0xA0000003  # IO_REPARSE_TAG_MOUNT_POINT

_WINDOWS = os.name == "nt"

_SHORT = 248
"""Characters up to which Windows takes the path of a folder without being told."""


class AwayError(ContentError):
    """The share went away while it was being read."""


def extended(path: str) -> str:
    """Given an absolute path of Windows, return the form that may be longer than 260 characters.

    https://learn.microsoft.com/windows/win32/fileio/maximum-file-path-limitation
    """
    if len(path) < _SHORT or path.startswith("\\\\?\\"):
        return path
    if path.startswith("\\\\"):
        return f"\\\\?\\UNC\\{path[2:]}"
    return f"\\\\?\\{path}"


def _named(path: Path | str) -> str:
    return extended(str(path)) if _WINDOWS else str(path)


def listing(folder: Path | str) -> list[os.DirEntry[str]]:
    """Return what lies in a folder, by name. Raise OSError."""
    with os.scandir(_named(folder)) as entries:
        return sorted(entries, key=attrgetter("name"))


def is_link(entry: os.DirEntry[str]) -> bool:
    """Return whether a name leads elsewhere: a symbolic link, or a junction of Windows."""
    if os.name != "nt" or entry.is_symlink():
        return entry.is_symlink()
    tag = getattr(entry.stat(follow_symlinks=False), "st_reparse_tag", 0)
    return tag == _JUNCTION


def status(path: Path | str) -> os.stat_result:
    """Return size, times and attributes of a file. Raise OSError."""
    return os.stat(_named(path))  # noqa: PTH116 - the path may need its longer form


def opened(path: Path) -> BufferedReader:
    """Open a file to be read. Raise OSError; a pipe would be waited for without end."""
    if not modes.S_ISREG(status(path).st_mode):
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
    return open(_named(path), "rb")  # noqa: PTH123 - as above; the caller closes it


def is_online_only(stat: os.stat_result) -> bool:
    """Return whether a file is only named here and lies in the cloud: reading would fetch it."""
    attributes = getattr(stat, "st_file_attributes", 0)
    return bool(attributes & _NOT_HERE or getattr(stat, "st_flags", 0) & _DATALESS)


def is_in_use(error: OSError) -> bool:
    """Return whether another program has the file open so that nobody else may."""
    return getattr(error, "winerror", 0) in _IN_USE


def is_away(error: OSError) -> bool:
    """Return whether an error is about the share, not about the file that was asked for."""
    if getattr(error, "winerror", 0) in _NETWORK:
        return True
    return error.errno not in _OF_ONE_NAME and not is_in_use(error)


def said(error: OSError) -> str:
    """Return what the system says of an error."""
    return error.strerror or type(error).__name__


def unreadable(file: str, error: OSError) -> ContentError:
    """Return the error that a file can't be read."""
    return ContentError(Problem("file-unreadable", Where(file), {"error": said(error)}))


def away(folder: str, error: OSError) -> AwayError:
    """Return the error that a folder can't be read, so that nothing is known of its files."""
    return AwayError(Problem("folder-unreadable", Where(folder), {"error": said(error)}))
