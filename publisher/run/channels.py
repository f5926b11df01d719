"""Channels of social networks opened, their tokens kept, and told of before they run out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from publisher import credentials
from publisher.apply import Site
from publisher.config import Config
from publisher.model import Problem, Severity, SiteInfo, Where
from publisher.run.holding import hold

if TYPE_CHECKING:
    from publisher.sites.zalo_tokens import Vault

WARNED = timedelta(days=14)
"""So long before the end of a token people are told: only they can get another."""

_FILE = "tokens.json"  # in the state: no secrets, only when they end

_PATIENCE = 30.0
"""Seconds that one program waits for another that renews the same token."""


def channel(config: Config, name: str, environ: Mapping[str, str]) -> Site:
    """Return the channel of a name. Raise ConfigError when a secret is missing."""
    settings = config.sites[name]
    secret = credentials.password(name, settings.account, config.state, environ)
    more: dict[str, Any] = {"timeout": settings.timeout}
    url, account = settings.url or "", settings.account
    if settings.kind == "zalo":
        from publisher.sites.zalo import ZaloSite

        vault = _vault(config, name, environ)
        return ZaloSite(name, url, account, settings.app, secret, vault, **more)
    if settings.kind == "telegram":
        from publisher.sites.telegram import TelegramSite

        return TelegramSite(name, url, account, secret, **more)
    from publisher.sites.facebook import FacebookSite

    return FacebookSite(name, url, account, secret, **more)


def _vault(config: Config, name: str, environ: Mapping[str, str]) -> Vault:
    from publisher.sites.zalo_tokens import Vault

    place = credentials.of_token(name)

    def save(text: str) -> None:
        in_file = credentials.is_in_file(place, config.state)
        credentials.keep(place, text, config.state, in_file=in_file)

    return Vault(
        seed=credentials.given(place, environ),
        load=lambda: credentials.find(place, config.state, {}),
        save=save,
        alone=lambda: hold(config.state / f"token-{name}.lock", _PATIENCE),
    )


def learned(config: Config, info: SiteInfo) -> None:
    """Keep until when the token of a site holds, so that people hear of it in time."""
    known = _known(config)
    if info.expires is None:
        known.pop(info.name, None)
    else:
        known[info.name] = info.expires.isoformat()
    if known == _known(config):
        return
    path = config.state / _FILE
    fresh = path.with_name(f"{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_text(json.dumps(known), encoding="utf-8")
        fresh.replace(path)
    except OSError:
        return  # the next look tells it again


def expiring(config: Config, now: datetime) -> Iterator[Problem]:
    """Yield a warning for each token that runs out soon, as last learned; no site is asked."""
    for name, ends in _known(config).items():
        if name in config.sites and (problem := expires_soon(config, name, _instant(ends), now)):
            yield problem


def expires_soon(config: Config, name: str, ends: datetime | None, now: datetime) -> Problem | None:
    """Return a warning when a site's token runs out soon, or did."""
    if ends is None or ends - now > WARNED:
        return None
    params = {
        "site": name,
        "ends": f"{ends.astimezone(config.schedule.timezone):%d/%m/%Y}",
        "days": max(0, (ends - now).days),
    }
    return Problem("token-expiring", Where(), params, Severity.WARNING)


def _known(config: Config) -> dict[str, str]:
    try:
        kept = json.loads((config.state / _FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(k): str(v) for k, v in kept.items()} if isinstance(kept, dict) else {}


def _instant(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None
