"""Pictures made ready ahead: in turn, a limited number, each once, and what is wrong told."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from publisher.apply.ahead import Ahead
from publisher.errors import PictureError
from publisher.model import Attachment, Media, Picture, Problem, Upload

DEPTH = 3


def picture(number: int) -> Picture:
    return Picture(f"media/{number}.jpg", f"{number:064x}", f"anh-{number}")


class Loader:
    """Makes items ready when it may, and knows which it began."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.may = threading.Event()
        self.may.set()
        self._told = threading.Condition()

    def __call__(self, item: Media) -> Upload:
        with self._told:
            self.begun.append(item.name)
            self._told.notify_all()
        assert self.may.wait(60)
        if item.name == "anh-2":
            raise PictureError(Problem("picture-broken"))
        return Upload(item.digest, f"{item.name}.jpg", b"", "image/jpeg", "", "", "", 1, 1)

    def has_begun(self, number: int) -> bool:
        """Wait until so many were begun."""
        with self._told:
            return self._told.wait_for(lambda: len(self.begun) >= number, 60)


@contextmanager
def ahead(load: Loader) -> Iterator[Ahead]:
    made = Ahead(load, DEPTH)
    try:
        yield made
    finally:
        load.may.set()
        made.close()


def test_each_is_made_once_whatever_the_order() -> None:
    load = Loader()
    items = [picture(number) for number in (1, 3, 4, 5, 6, 7, 8)]
    with ahead(load) as made:
        made.begin(items)
        for item in [items[-1], *items[:-1]]:
            assert made.take(item).filename == f"{item.name}.jpg"
    assert sorted(load.begun) == sorted(item.name for item in items)


def test_a_limited_number_waits_to_be_sent() -> None:
    load = Loader()
    items = [picture(number) for number in range(10, 30)]
    with ahead(load) as made:
        made.begin(items)
        assert load.has_begun(DEPTH)
        for number, item in enumerate(items, 1):
            made.take(item)
            assert len(load.begun) <= number + DEPTH
    assert len(load.begun) == len(items)


def test_what_is_wrong_with_one_is_told_when_it_is_its_turn() -> None:
    with ahead(Loader()) as made:
        made.begin([picture(1), picture(2), picture(3)])
        assert made.take(picture(1)).filename == "anh-1.jpg"
        with pytest.raises(PictureError):
            made.take(picture(2))
        assert made.take(picture(3)).filename == "anh-3.jpg"


def test_a_film_is_not_held_in_memory_before_its_turn() -> None:
    load = Loader()
    film = Attachment("media/phim.mp4", "f" * 64, "phim")
    with ahead(load) as made:
        made.begin([film, picture(1)])
        assert made.take(picture(1)).filename == "anh-1.jpg"
        assert load.begun == ["anh-1"]
        assert made.take(film).filename == "phim.jpg"


def test_what_was_not_begun_is_left_when_the_run_ends() -> None:
    load = Loader()
    load.may.clear()
    with ahead(load) as made:
        made.begin([picture(number) for number in range(10, 30)])
        assert load.has_begun(1)
    assert len(load.begun) <= DEPTH
