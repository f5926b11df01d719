"""By what program and settings a reading is made: where one differs, so may what it finds."""

from __future__ import annotations

import hashlib
import os
from importlib.util import find_spec
from pathlib import Path

from publisher import __version__, posts
from publisher.config import SHIPPED, Config, laws_file
from publisher.model import digest_of

_LIBRARIES = ("markdown", "lxml", "nh3", "yaml", "frontmatter", "pydantic", "PIL", "docx")
"""What a post is read and rendered with."""


def made_by(config: Config, rules: posts.Rules) -> str:
    """Return a digest of all that readings depend on beside the folders themselves."""
    office = config.organisation
    return digest_of(
        _program(),
        repr(rules),
        [ascii(str(path)) for path in (config.base, config.posts, config.media_folder)],
        [config.media.limit_mb, config.images.longest_side],
        [office.slogan, office.phones, office.emails, office.email_domains],
        [_content(path) for path in (SHIPPED, laws_file(config)) if path],
    )


def _program() -> list[object]:
    """Return what tells this program from another: versions, and files as they are installed."""
    found: list[object] = [__version__]
    for folder, folders, files in os.walk(Path(__file__).parent.parent):
        folders[:] = sorted(name for name in folders if name[0] not in "._")
        ours = (name for name in sorted(files) if name.endswith(".py"))
        found += [_mark(os.path.join(folder, name)) for name in ours]  # noqa: PTH118
    for name in _LIBRARIES:
        spec = find_spec(name)
        found.append([name, _mark(spec.origin) if spec and spec.origin else ""])
    return found


def _mark(path: str) -> list[int]:
    try:
        stat = os.stat(path)  # noqa: PTH116 - hundreds of files
    except OSError:
        return []
    return [stat.st_size, stat.st_mtime_ns]


def _content(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:  # told when the laws are read
        return ""
