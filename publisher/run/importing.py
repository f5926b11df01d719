"""A Word document turned into Markdown for good."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from publisher import posts, word
from publisher.config import Config
from publisher.errors import ContentError
from publisher.model import Post, Problem, Where
from publisher.run.reading import post_rules
from publisher.sources import WORD_LIMIT
from publisher.text import file_stem, nfc, slugify


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import wrote. files: index.md first, then the pictures.

    twin: whether the document lies below posts/ and so is the same post still.
    problems: what could not be carried over.
    """

    files: tuple[Path, ...]
    twin: bool
    problems: tuple[Problem, ...]


def import_word(config: Config, path: Path, into: str, now: datetime) -> Imported:
    """Write a document as ``<folder>/index.md`` with its pictures beside it.

    into: a folder below posts/ in which the post's own folder is made. Without it, a
    document that lies below posts/ keeps its place, so that it stays the same post; any
    other goes into the year and month of its date. Nothing is ever overwritten.
    Raise ContentError when the document can't be read or the place is taken.
    """
    path = path if path.is_absolute() else Path.cwd() / path
    shown = Where(str(path))
    if path.suffix.lower() != ".docx":
        raise ContentError(Problem("import-form", shown))
    try:
        if path.stat().st_size > WORD_LIMIT:
            raise ContentError(Problem("post-long", shown, {"limit": WORD_LIMIT // 1024}))
        data = path.read_bytes()
    except OSError as error:
        params = {"error": error.strerror or str(error)}
        raise ContentError(Problem("file-unreadable", shown, params)) from error
    document = word.read(data, path.name, posts.key_of, posts.meant)
    post, _ = posts.compose(
        document.entries, document.body, document.body_line, "", path.name, post_rules(config)
    )
    inside = _below(path, config.posts)
    folder = _folder(config, path, into, post, now)
    files = {folder / name: _picture(data, found) for name, found in document.pictures.items()}
    # The text comes last: until it is there, the pictures are no post.
    index = folder / "index.md"
    files[index] = _markdown(document).encode()
    taken = [file for file in (*files, folder.with_name(f"{folder.name}.md")) if file.exists()]
    if taken:
        raise ContentError(*(Problem("import-exists", Where(str(file))) for file in taken))
    _write(files)
    pictures = [file for file in files if file != index]
    return Imported((index, *pictures), inside, document.problems)


def _below(path: Path, folder: Path) -> bool:
    return path.resolve().is_relative_to(folder.resolve())


def _folder(config: Config, path: Path, into: str, post: Post | None, now: datetime) -> Path:
    stem = nfc(path.stem)
    title = post.title if post and post.title != path.name else stem
    slug = (post.slug if post else "") or file_stem(slugify(title)) or "bai-viet"
    if into:
        # Named from config.toml's folder, as the paths in messages are, or from posts/.
        below = into.replace("\\", "/").strip("/").removeprefix("./")
        named = f"{below}/".startswith(f"{config.paths.posts.as_posix()}/")
        parent = (config.base if named else config.posts) / below
        if Path(into).is_absolute():
            parent = Path(into)
        if not _below(parent, config.posts):
            fixed = f"{config.paths.posts.as_posix()}/{now:%Y}/{now:%m}"
            raise ContentError(Problem("import-outside", Where(into), {"fixed": fixed}))
        return parent / slug
    if _below(path, config.posts):
        return path.parent if stem.lower() == "index" else path.with_suffix("")
    date = (post.date if post else None) or now
    local = date.astimezone(config.schedule.timezone)
    return config.posts / f"{local:%Y}" / f"{local:%m}" / slug


def _picture(data: bytes, found: word.Embedded) -> bytes:
    content = word.member(io.BytesIO(data), found.part, found.part)
    assert hashlib.sha256(content).hexdigest() == found.digest
    return content


def _markdown(document: word.Document) -> str:
    lines = ["---"]
    for entry in document.entries:
        # JSON's quotes are YAML's, whatever stands between them.
        value = json.dumps(entry.value, ensure_ascii=False)
        lines.append(f"{posts.key_of(entry.name) or entry.name}: {value}")
    return "\n".join([*lines, "---", "", document.body, ""])


def _write(files: Mapping[Path, bytes]) -> None:
    """Write files that are not there yet, all or none."""
    written: list[Path] = []
    try:
        for path, content in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as file:
                written.append(path)
                file.write(content)
    except OSError as error:
        for path in written:
            with suppress(OSError):
                path.unlink()
        where = Where(error.filename or str(next(iter(files)).parent))
        params = {"error": error.strerror or str(error)}
        raise ContentError(Problem("file-unwritable", where, params)) from error
