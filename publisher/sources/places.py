"""Where paths lead within posts/ and media/: names compared as Windows does, never outside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from publisher.sources import disk
from publisher.sources.ground import LINK, kind_of
from publisher.sources.names import as_text, folded

Names = tuple[tuple[str, str], ...]
"""What lies in a folder, and what each is: see :class:`publisher.sources.ground.Listed`."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A name in a folder, and what it is; a link is what it leads to."""

    name: str
    is_file: bool
    is_folder: bool
    is_link: bool


class Places:
    """The two folders as they were listed, each of their folders once.

    base: the folder of config.toml, from which paths are shown to people.
    """

    def __init__(self, base: Path, posts: Path, media: Path) -> None:
        self.base = base
        self.posts = posts
        self.media = media
        self._names: dict[Path, Names] = {}
        self._listed: dict[Path, Mapping[str, Entry]] = {}
        self.asked: set[Path] = set()
        self.absent: set[Path] = set()
        self._real: dict[Path, Path | None] = {}
        self._inside: dict[tuple[Path, Path], bool] = {}

    def shown(self, path: Path) -> str:
        """Return a path as people know it: from config.toml's folder, with "/"."""
        try:
            return as_text(path.relative_to(self.base))
        except ValueError:
            return as_text(path)

    def names(self, folder: Path) -> Names:
        """Return what lies in a folder, by name. Raise OSError."""
        if folder not in self._names:
            self.know(folder, tuple((e.name, kind_of(e)) for e in disk.listing(folder)))
        return self._names[folder]

    def know(self, folder: Path, names: Names) -> None:
        """Be told what lies in a folder."""
        self._names[folder] = names

    @property
    def known(self) -> Mapping[Path, Names]:
        """Every folder that was listed."""
        return self._names

    def listing(self, folder: Path) -> Mapping[str, Entry]:
        """Return what lies in a folder, by folded name; nothing when there is no such folder.

        Raise AwayError when the share does not answer. asked, absent: told of the folder.
        """
        self.asked.add(folder)
        if folder not in self._listed:
            names: Names = ()
            try:
                names = self.names(folder)
            except OSError as error:
                if disk.is_away(error):
                    raise disk.away(self.shown(folder), error) from error
                if isinstance(error, FileNotFoundError):
                    self.absent.add(folder)
            except ValueError:  # a NUL in a path
                pass
            self._listed[folder] = {folded(name): _entry(name, kind) for name, kind in names}
        return self._listed[folder]

    def lookup(self, start: Path, src: str, *roots: Path) -> Path | None:
        """Return the file that ``src`` means from a folder, if it lies below one of ``roots``."""
        path = self.reach(start, src, *roots)
        if path is None or path in roots:
            return None
        entry = self.listing(path.parent).get(folded(path.name))
        return path if entry and entry.is_file else None

    def is_folder(self, path: Path) -> bool:
        """Return whether a path that :meth:`reach` gave is a folder."""
        if path in (self.posts, self.media):
            return True
        entry = self.listing(path.parent).get(folded(path.name))
        return entry is not None and entry.is_folder

    def reach(self, start: Path, src: str, *roots: Path) -> Path | None:
        """Follow ``src`` from ``start``, comparing names as Windows does; stay below a root."""
        wanted = PurePosixPath(src)
        if wanted.is_absolute() or any(":" in part for part in wanted.parts[:1]):
            return None
        path = start
        for part in wanted.parts:
            if part == "..":
                path = path.parent
                continue
            entry = self.listing(path).get(folded(part))
            if entry is None:
                return None
            path = path / entry.name
        return path if any(self.is_inside(path, root) for root in roots) else None

    def is_inside(self, path: Path, root: Path) -> bool:
        """Return whether a path, all links followed, lies below one of the two folders."""
        parent = path.parent
        if (entry := self._plain(path, parent)) and entry.is_file:
            path = parent  # a file lies where its folder does, and of those there are fewer
        if (path, root) not in self._inside:
            real, top = self._resolved(path), self._resolved(root)
            within = real is not None and top is not None and real.is_relative_to(top)
            self._inside[path, root] = within
        return self._inside[path, root]

    def _plain(self, path: Path, parent: Path) -> Entry | None:
        """Return what a path is, when its folder was listed and it is not a link itself."""
        entry = self.listing(parent).get(folded(path.name)) if parent in self._names else None
        return entry if entry and entry.name == path.name and not entry.is_link else None

    def _resolved(self, path: Path) -> Path | None:
        """Return where a path really is, None for links in a circle.

        Only what is a link itself is followed on the disk: there are thousands of files.
        """
        if path not in self._real:
            parent = path.parent
            if self._plain(path, parent):
                above = self._resolved(parent)
                self._real[path] = above / path.name if above else None
            else:
                try:
                    self._real[path] = path.resolve()
                except (OSError, RuntimeError, ValueError):
                    self._real[path] = None
        return self._real[path]


def _entry(name: str, kind: str) -> Entry:
    return Entry(name, kind[-1] == "f", kind[-1] == "d", kind[0] == LINK)
