"""Care of the publication log: proven, and copied to where it can be taken back from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from publisher.model import Problem
from publisher.run.office import Office, own_log


@dataclass(frozen=True, slots=True)
class Maintained:
    """What became of it: the copy, None where the log is on a server; what is wrong.

    same_disk: whether the copy lies on the disk of the log, with which it would be lost.
    """

    copy: Path | None
    removed: tuple[Path, ...]
    problems: tuple[Problem, ...]
    same_disk: bool = False


def maintain(office: Office, alive: Callable[[], None] = lambda: None) -> Maintained:
    """Copy the log and prove it; old copies go when all is well.

    alive: called now and then while it takes. Raise LogError when it can't be copied.
    """
    config = office.config
    with own_log(office) as log:
        copy, problems = None, []
        if isinstance(config.log_url, Path):
            made = log.backup(config.backups, office.now().astimezone(config.schedule.timezone))
            copy, problems = made.file, list(made.problems)
            alive()
        problems += log.verify()
        alive()
        # A log that is not what it was is no reason to lose what it was before.
        removed = log.prune(config.backups) if copy and not problems else ()
    same = bool(copy) and _device(copy) == _device(Path(config.log_url))
    return Maintained(copy, tuple(removed), tuple(problems), same)


def _device(path: Path | None) -> object:
    try:
        return path.stat().st_dev if path else None
    except OSError:
        return None
