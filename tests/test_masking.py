"""Secrets never stand in a log, however they are written."""

from __future__ import annotations

import base64
import io
import json
import logging
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from publisher import credentials, masking, mishaps
from tests.office import Office
from tests.wordpress import WordPress

SECRET = "Mật khẩu+/% “1” abCD"


def _basic(user: str, secret: str) -> str:
    return base64.b64encode(f"{user}:{secret}".encode()).decode()


@pytest.mark.parametrize(
    "written",
    [
        SECRET,
        quote(SECRET),
        quote(SECRET, safe=""),
        quote_plus(SECRET),
        json.dumps(SECRET),
        repr(SECRET),
        f"Authorization: Basic {_basic('lan', SECRET)}",
        base64.urlsafe_b64encode(SECRET.encode()).decode(),
        f"https://lan:{quote(SECRET, safe='')}@sokhcn.example.gov.vn/",
    ],
)
def test_a_secret_in_every_form(written: str) -> None:
    masking.hide(SECRET, "lan")
    text = masking.masked(f"before {written} after")
    assert masking.MASK in text
    assert text.startswith("before ")
    assert text.endswith(" after")
    for form in (SECRET, quote(SECRET), json.dumps(SECRET)[1:-1], _basic("lan", SECRET)):
        assert form not in text


def test_a_text_without_secrets_stays_as_it_is() -> None:
    masking.hide(SECRET, "lan")
    masking.hide("", "lan")
    masking.hide("abc", "lan")  # too short to be one
    text = "Đã đăng 3 bài: abc, abCD"
    assert masking.masked(text) == text


def test_the_token_of_an_address_in_another_address() -> None:
    masking.hide("tgram://123456789:AAH-secretTokenOfABot/-1001234567890?format=html")
    text = "POST https://api.telegram.org/bot123456789:AAH-secretTokenOfABot/sendMessage 401"
    assert "secretTokenOfABot" not in masking.masked(text)
    masking.hide("mailto://vanthu:th%C6%B0-m%E1%BA%ADt@mail.example.vn")
    assert "th%C6%B0-m%E1%BA%ADt" not in masking.masked("smtp login th%C6%B0-m%E1%BA%ADt failed")


_LETTERS = st.characters(exclude_categories=["C"], exclude_characters="*")


@given(st.text(_LETTERS, min_size=8, max_size=40), st.text(max_size=20), st.text(max_size=20))
def test_any_secret_anywhere(secret: str, before: str, after: str) -> None:
    masking.hide(secret)
    assert secret not in masking.masked(f"{before}{secret}{after}")


def test_what_is_handed_out_is_masked(tmp_path: Path) -> None:
    given_out = "abcd EFGH ijkl 9xQz"
    environ = {"PUBLISHER_PASSWORD_SO_KHCN": given_out}
    credentials.password("so-khcn", "lan", tmp_path, environ)
    assert masking.masked(f"Basic {_basic('lan', given_out)}") == f"Basic {masking.MASK}"


def test_message_arguments_and_traceback(tmp_path: Path) -> None:
    plain = "khong ai biet+/% abCD"  # an address takes no other letters
    masking.hide(plain, "lan")
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(masking.Formatter("%(message)s"))
    logger = logging.Logger("of this test")  # not for anybody else
    logger.addHandler(handler)
    logger.error("with %s", plain)
    logger.error("with %r", {"password": plain})
    try:
        requests.get(f"http://lan:{quote(plain, safe='')}@127.0.0.1:9/", timeout=5)
    except requests.RequestException as error:
        logger.exception("failed")
        place = mishaps.report(error, tmp_path)
        assert quote(plain, safe="") not in place.read_text(encoding="utf-8")
    text = stream.getvalue()
    assert text.count(masking.MASK) >= 2
    assert "Traceback" in text
    assert plain not in text
    assert quote(plain, safe="") not in text


def test_a_real_site_and_a_wrong_password(wordpress71: WordPress, tmp_path: Path) -> None:
    wrong = "sai SAI sai 1234 Xyz%+/"
    office = Office(tmp_path / "office")
    office.wordpress(wordpress71, password=wrong)
    office.post("a.md", title="Bài thử")
    environ = {**os.environ, **office.environ, "PUBLISHER_LANG": "en"}
    for command in (["site", "check"], ["publish"]):
        config = ["--config", str(office.folder / "config.toml")]
        done = subprocess.run(
            [sys.executable, "-m", "publisher", *config, "-v", *command],
            env=environ,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        shown = done.stdout + done.stderr
        assert "/wp-json/" in shown or "rest_route" in shown  # the requests are told
        user = wordpress71.passwords["editor"][0]
        for form in (wrong, quote(wrong), _basic(user, wrong)):
            assert form not in shown
