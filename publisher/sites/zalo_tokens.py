"""Access to a Zalo Official Account: a token of some hours, renewed by one that works once.

OAuth v4 (``POST https://oauth.zaloapp.com/v4/oa/access_token``, header ``secret_key``, fields
``app_id``, ``refresh_token``, ``grant_type``) answers ``access_token``, ``expires_in`` and the
next ``refresh_token``; that holds for three months.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from publisher.errors import NotSentError, PublisherError, RefusedError, SiteError, UnknownError
from publisher.masking import hide
from publisher.sites.http import Answer, Http

OAUTH = "https://oauth.zaloapp.com"

REFRESH_LIFE = timedelta(days=90)
"""Of a refresh token: three months."""

_ACCESS_LIFE = 25 * 3600
"""Seconds, where an answer does not tell; applications of today say 3600."""

_EARLY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Vault:
    """Where the tokens of an account are kept.

    seed: the refresh token that a person gave, "" for none of today's. load, save: the text
    that is kept; save returns when it is safe. alone: held while a token is renewed, since two
    programs that use the same one at once would lock each other out.
    """

    seed: str
    load: Callable[[], str]
    save: Callable[[str], None]
    alone: Callable[[], AbstractContextManager[None]]


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the account's application holds. since: when the refresh token was given.

    seed: SHA-256 (hex) of the token that a person gave, from which these come.
    """

    access: str
    refresh: str
    expires: datetime
    since: datetime
    seed: str

    @property
    def dead_after(self) -> datetime:
        """When a person must log in again, unless they are renewed before."""
        return self.since + REFRESH_LIFE


class Keys:
    """The tokens of one account, renewed when they must be. Safe to share between threads."""

    def __init__(self, http: Http, oauth: str, app: str, secret: str, vault: Vault) -> None:
        self._http = http
        self._oauth = oauth
        self._app = app
        self._secret = secret
        self._vault = vault
        self._lock = threading.Lock()
        self._tokens: Tokens | None = None

    def access(self, refused: str = "") -> str:
        """Return a token to send. refused: the one that was just turned down. Raise SiteError."""
        with self._lock:
            tokens = self._tokens
            if tokens is None or not _good(tokens, refused):
                tokens = self._tokens = self._renewed(refused)
            return tokens.access

    @property
    def dead_after(self) -> datetime | None:
        """Until when the tokens can be renewed, None when none were used yet."""
        return self._tokens.dead_after if self._tokens else None

    def _renewed(self, refused: str) -> Tokens:
        try:
            with self._vault.alone():
                return self._renewed_alone(refused)
        except SiteError:
            raise
        except PublisherError as error:  # it can't be kept, or somebody else is at it
            raise NotSentError(*error.problems) from error

    def _renewed_alone(self, refused: str) -> Tokens:
        text = self._vault.load()
        kept = self._kept(text)
        if isinstance(kept, Tokens) and _good(kept, refused):  # another program was quicker
            return kept
        if not kept:
            raise RefusedError(self._http.problem("site-auth", reason="token"))
        refresh, seed = (
            (kept.refresh, kept.seed) if isinstance(kept, Tokens) else (kept, _digest(kept))
        )
        # What can't be kept is not used up: the place is written once before, as it is.
        self._vault.save(text or refresh)
        try:
            return self._renew(refresh, seed)
        except RefusedError:
            if not text:
                self._vault.save("")
            raise

    def _kept(self, text: str) -> Tokens | str:
        """Return the tokens in what is kept, or the refresh token that a person gave since."""
        tokens = _read(text)
        if tokens is None:
            return self._vault.seed or text
        if self._vault.seed and tokens.seed != _digest(self._vault.seed):
            return self._vault.seed
        hide(tokens.access)
        hide(tokens.refresh)
        return tokens

    def _renew(self, refresh: str, seed: str) -> Tokens:
        """Use up a refresh token; keep what comes for it before anything else is done."""
        form = {
            "app_id": self._app,
            "grant_type": "refresh_token",
            "refresh_token": refresh,
        }
        answer = self._http.request(
            "POST",
            f"{self._oauth}/v4/oa/access_token",
            form=form,
            headers={"secret_key": self._secret},
        )
        data, now = answer.fields, datetime.now(UTC)
        access, following = data.get("access_token"), data.get("refresh_token")
        if not (isinstance(access, str) and isinstance(following, str) and access and following):
            raise self._refused(answer)
        hide(access)
        hide(following)
        life = timedelta(seconds=_seconds(data.get("expires_in")))
        tokens = Tokens(access, following, now + life, now, seed)
        self._vault.save(_written(tokens))
        return tokens

    def _refused(self, answer: Answer) -> SiteError:
        said = answer.fields.get("error_description") or answer.fields.get("error_name")
        words = {"status": answer.status, "wp_code": "", "wp_message": str(said or "")[:300]}
        if answer.status >= 500:
            return UnknownError(self._http.problem("site-server-error", **words))
        if answer.status == 429:
            return RefusedError(self._http.problem("site-rate-limited", retry_after="", **words))
        return RefusedError(self._http.problem("site-auth", reason="token", **words))


def _good(tokens: Tokens, refused: str) -> bool:
    return tokens.access != refused and tokens.expires - _EARLY > datetime.now(UTC)


def _seconds(value: object) -> int:
    text = str(value)
    return int(text) if text.isdecimal() and int(text) else _ACCESS_LIFE


def _digest(seed: str) -> str:
    return hashlib.sha256(seed.encode()).hexdigest()


def _written(tokens: Tokens) -> str:
    return json.dumps(
        {
            "access": tokens.access,
            "refresh": tokens.refresh,
            "expires": tokens.expires.isoformat(),
            "since": tokens.since.isoformat(),
            "seed": tokens.seed,
        }
    )


def _read(text: str) -> Tokens | None:
    """Return the tokens in a text that was kept, None for a plain refresh token."""
    try:
        kept: dict[str, Any] = json.loads(text)
        return Tokens(
            str(kept["access"]),
            str(kept["refresh"]),
            datetime.fromisoformat(kept["expires"]),
            datetime.fromisoformat(kept["since"]),
            str(kept["seed"]),
        )
    except (ValueError, KeyError, TypeError):
        return None
