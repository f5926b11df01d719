"""Many new posts, read by several processes at once, each of which writes down what it found.

The reading that follows takes it for what an earlier one knew, and asks again wherever something
has changed since. What a process did not do is done by that reading.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from publisher.config import Config
from publisher.run.inspecting import Inspector
from publisher.sources import Folders, Notes, Reader, Row

EACH = 250
"""New posts by which the start of a process, half a second, is made good."""

_PROGRAM = (
    "import pickle, sys; take = lambda: pickle.load(sys.stdin.buffer); "
    "sys.path[:] = take(); call, given = take(); call(*given)"
)
_FOLDERS = ("folders", "names", "whole", "marks")
_POSTS = ("posts", "facts", "needs", "answers", "rest")
_UNSURE: Row = ("", "", "{}")  # of a folder: whatever rests on it is asked about again


@dataclass(frozen=True, slots=True)
class Known:
    """What is known from one reading to the next."""

    folders: Folders
    inspector: Inspector
    notes: Notes


def read_in_parts(
    config: Config,
    files: Sequence[str],
    known_of: Callable[[Config], Known],
    read_part: Callable[..., None],
    *given: object,
) -> bool:
    """Let processes read these files (as people know them), and remember what they found.

    read_part: called in each with a config, whose state folder is its own, with its part of the
    files, and with ``given``; a function of a module, as all of it goes from here to there.
    Return whether any was started: they are for many files alone.
    """
    processes = min(os.cpu_count() or 1, len(files) // EACH)
    if processes < 2:
        return False
    size = -(-len(files) // processes)
    with suppress(OSError), TemporaryDirectory(prefix="publisher-part-") as place:
        slices = [files[start : start + size] for start in range(0, len(files), size)]
        configs = [_with_state(config, Path(place, str(n))) for n in range(len(slices))]
        _in_processes(read_part, [(*part, *given) for part in zip(configs, slices, strict=True)])
        _learn(known_of(config), map(known_of, configs))
    return True


def _with_state(config: Config, state: Path) -> Config:
    return config.model_copy(update={"paths": config.paths.model_copy(update={"state": state})})


def _in_processes(call: Callable[..., None], parts: Sequence[tuple[object, ...]]) -> None:
    """Call a function in a process for each of these arguments; wait until all have ended."""
    started: list[subprocess.Popen[bytes]] = []
    nowhere = subprocess.DEVNULL
    try:
        for part in parts:
            process = subprocess.Popen(
                [sys.executable, "-c", _PROGRAM],
                stdin=subprocess.PIPE, stdout=nowhere, stderr=nowhere,
            )  # fmt: skip
            started.append(process)
            assert process.stdin
            with suppress(OSError), process.stdin as stdin:  # it may have ended already
                pickle.dump(sys.path, stdin)
                pickle.dump((call, part), stdin)
        for process in started:
            process.wait()
    finally:
        for process in started:
            process.kill()  # when this one is told to stop, they have nobody to work for
            process.wait()


def _learn(known: Known, parts: Iterable[Known]) -> None:
    """Remember what the parts of a reading remember."""
    folders = dict(known.notes.read(lambda notes: _rows(notes, _FOLDERS)) or {})
    posts: dict[str, Row] = {}
    for part in parts:
        known.folders.learn(part.folders)
        known.inspector.learn(part.inspector)
        found = part.notes.read(lambda notes: (_rows(notes, _FOLDERS), _rows(notes, _POSTS)))
        there, read = found or ({}, {})
        posts |= read
        for folder, row in there.items():
            # Where two don't say the same of a folder, it changed while they read.
            if folders.setdefault(folder, row) != row:
                folders[folder] = _UNSURE
    known.folders.remember()
    known.inspector.save(whole=False)
    known.notes.write({"folders": folders, "posts": posts}, {})


def _rows(notes: Reader, columns: tuple[str, ...]) -> dict[str, Row]:
    return {key: tuple(row) for key, *row in notes.all(*columns)}
