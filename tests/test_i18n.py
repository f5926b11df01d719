"""Languages: of the process, and of several people at once in one process."""

from __future__ import annotations

import gettext
import threading
from collections.abc import Iterator

import pytest

from publisher import i18n


@pytest.fixture(autouse=True)
def _restored(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("LANGUAGE", "")
    before, spoken = gettext.textdomain(), i18n.language()
    yield
    i18n.use(spoken)
    gettext.textdomain(before)


@pytest.mark.parametrize("spoken", i18n.LANGUAGES)
def test_one_person_is_spoken_to_in_another_language_than_the_process(spoken: str) -> None:
    said = {"vi": "Đã dừng.", "en": "Stopped."}
    i18n.use(spoken)
    for asked in (*i18n.LANGUAGES, "fr"):
        with i18n.speaking(asked):
            wanted = asked if asked in said else i18n.DEFAULT
            assert i18n.language() == wanted
            assert gettext.gettext("Stopped.") == said[wanted]
    assert gettext.gettext("Stopped.") == said[spoken]


def test_threads_speak_at_once_each_in_its_own_language() -> None:
    i18n.use("vi")
    begin = threading.Barrier(4)
    wrong: list[str] = []

    def talk(language: str, said: str) -> None:
        with i18n.speaking(language):
            begin.wait(10)
            heard = {gettext.ngettext("{n} post", "{n} posts", 2) for _ in range(500)}
            wrong.extend(heard - {said})

    pairs = [("vi", "{n} bài"), ("en", "{n} posts")] * 2
    threads = [threading.Thread(target=talk, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
