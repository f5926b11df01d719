"""What a service manager must know to keep the publisher running here."""

from __future__ import annotations

import hashlib
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePath

from publisher.config import Config
from publisher.errors import ServiceError
from publisher.model import Problem, Where

NAME = "publisher"
"""What the service is called when nothing else is said."""


@dataclass(frozen=True, slots=True)
class Definition:
    """The publisher of one folder, as a service.

    name: of the unit or the task. settings: the path of config.toml. writes: folders that it
    writes to; reads: those that it only reads; needs: all that it must see. language: of its
    messages. user: who it runs as, "" is whoever installs it. system: whether it runs while
    nobody is logged on. patience: seconds that the item in hand may take when it is to stop.
    sites: those with a password.
    """

    name: str
    title: str
    python: PurePath
    settings: PurePath
    writes: tuple[PurePath, ...]
    reads: tuple[PurePath, ...]
    needs: tuple[PurePath, ...]
    language: str
    user: str = ""
    system: bool = False
    patience: int = 300
    sites: tuple[str, ...] = ()

    @property
    def arguments(self) -> tuple[str, ...]:
        """What follows the interpreter. -P: a folder ``publisher`` in the way is not run."""
        program = ("-P", "-m", "publisher")
        return (*program, "--config", str(self.settings), "--lang", self.language, "run")

    @property
    def mark(self) -> str:
        """By which the unit or task of this folder is known again, in plain ASCII."""
        digest = hashlib.sha256(str(self.settings).encode("utf-8", "surrogateescape"))
        return f"publisher:{digest.hexdigest()[:16]}"


@dataclass(frozen=True, slots=True)
class Standing:
    """What the service manager says of a service.

    place: the unit's file or the name of the task. mark: that of the folder it belongs to, ""
    for one that somebody else made. starts: whether it starts by itself. running, since, text:
    what it does now, None or "" where the manager can't be asked.
    """

    place: str
    mark: str
    starts: bool = True
    running: bool | None = None
    since: datetime | None = None
    text: str = ""


def define(
    config: Config, name: str = NAME, *, language: str, user: str = "", system: bool = False
) -> Definition:
    """Given a config, return what its service is. Raise ServiceError for a path of no use."""
    previews = [config.preview_folder(n) for n, s in config.sites.items() if s.kind == "preview"]
    log = config.log_url
    # Beside its file, SQLite keeps a journal: the folder it is.
    beside = [log.parent, config.backups] if isinstance(log, Path) else []
    writes = [config.state, *previews, *beside]
    reads = [config.posts, config.media_folder]
    settings = config.base / config.file
    python = Path(sys.executable)
    paths = [python, settings, Path(__file__), Path(sys.base_prefix), *writes, *reads]
    definition = Definition(
        name=name,
        title=config.organisation.name or config.base.name,
        python=python,
        settings=settings,
        writes=tuple(_outermost(writes)),
        reads=tuple(dict.fromkeys(reads)),
        # The interpreter of a virtual environment, and folders, may be links to elsewhere.
        needs=tuple(dict.fromkeys([*paths, *(path.resolve() for path in paths)])),
        language=language,
        user=user,
        system=system,
        # What is in hand may wait twice for a slow site, then for one that is busy.
        patience=180 + 2 * round(max((s.timeout for s in config.sites.values()), default=60)),
        sites=tuple(n for n, s in config.sites.items() if s.kind != "preview"),
    )
    for path in paths:
        if any(ord(c) < 32 or ord(c) == 127 for c in str(path)):
            raise ServiceError(Problem("service-path", Where(), {"path": repr(str(path))}))
    return definition


def _outermost(folders: list[Path]) -> list[Path]:
    """Return folders without those that lie in another one of them."""
    unique = dict.fromkeys(folders)
    return [f for f in unique if not any(o != f and f.is_relative_to(o) for o in unique)]
