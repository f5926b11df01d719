"""Galleries that name a folder: its pictures found, their captions put beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePosixPath

from publisher import posts
from publisher.model import GalleryItem, Post, Problem, SourceFile
from publisher.run.arrivals import Arrivals
from publisher.run.inspecting import Inspector
from publisher.sources import Folders, Found, Shelf
from publisher.text import nfc


def hang(
    post: Post, file: Found, folders: Folders, inspector: Inspector, arrivals: Arrivals
) -> tuple[Post, Mapping[str, SourceFile], list[Problem]]:
    """Given a post and its file, return it with folders in its gallery made into pictures.

    Also where those pictures are, by the path that the gallery names them by now. Problems:
    gallery-empty for a folder without pictures; those of the file of captions.
    """
    if not post.gallery:
        return post, {}, []
    from publisher import images

    items: list[GalleryItem] = []
    files: dict[str, SourceFile] = {}
    problems: list[Problem] = []
    for item in post.gallery:
        shelf = folders.shelf(file.path, item.path, images.SUFFIXES)
        if shelf is None:
            items.append(item)
            continue
        arrivals.shows(file, shelf.files)
        for awaited in shelf.awaited:
            arrivals.awaits(file, awaited)
        if not shelf.files:
            params = {"folder": shelf.folder, "pattern": shelf.pattern}
            problems.append(Problem("gallery-empty", post.where("gallery"), params))
            continue
        captions, wrong = _captions(shelf)
        problems += wrong
        for picture in shelf.files:
            files[picture.path] = picture
            said = captions.get(posts.file_name(PurePosixPath(picture.path).name))
            caption = said.caption if said else ""
            if said is None:
                caption = inspector.caption(picture)
            alt = (said.alt if said else "") or item.alt or caption
            items.append(GalleryItem(_address(picture.path), alt, caption or item.caption))
    return replace(post, gallery=tuple(items)), files, problems


def _address(path: str) -> str:
    """Return a path as an author would have to write it: these three mean something there."""
    return path.replace("%", "%25").replace("#", "%23").replace("?", "%3F")


def _captions(shelf: Shelf) -> tuple[Mapping[str, posts.Caption], list[Problem]]:
    if shelf.captions is None:
        return {}, []
    file, data = shelf.captions
    names = [nfc(PurePosixPath(one.path).name) for one in shelf.files]
    return posts.read_captions(data, file, names)
