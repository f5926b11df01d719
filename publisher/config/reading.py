"""config.toml → Config, or all that is wrong in it at once."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from publisher.config.groups import grouping
from publisher.config.settings import THEMES, Config, SiteSettings
from publisher.config.slips import line_of, refused, unknown, unreadable
from publisher.config.values import NAME
from publisher.errors import ConfigError
from publisher.model import Problem, Where

_NEEDED = {
    "wordpress": ("url", "user"),
    "facebook": ("account",),
    "zalo": ("account", "app"),
    "telegram": ("account",),
}


def load(path: Path) -> Config:
    """Given the path of config.toml, return its Config. Raise ConfigError with all problems."""
    file = path.name
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeError as error:
        raise ConfigError(Problem("encoding", Where(file, 1))) from error
    except OSError as error:
        raise ConfigError(Problem("config-not-found", params={"file": str(path)})) from error
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(unreadable(error, text, file)) from error
    # These two are not for people to set.
    problems = [unknown((key,), text, file) for key in ("base", "file") if key in values]
    problems += [
        Problem("config-name", Where(file, line_of((section, name), text)), {"value": name})
        for section in ("sites", "groups", "themes")
        if isinstance(values.get(section), dict)
        for name in values[section]
        if not NAME.fullmatch(name)
    ]
    problems += _incomplete(values, text, file)
    try:
        config = Config.model_validate({**values, "base": path.parent.resolve(), "file": file})
    except ValidationError as error:
        problems += [refused(e, text, file) for e in error.errors(include_url=False)]
    if problems:
        raise ConfigError(*sorted(problems, key=lambda p: p.where))
    themes = config.themes or THEMES
    problems = [
        Problem(
            "config-choice",
            Where(file, line_of(place, text)),
            {"key": ".".join(place), "value": name, "choices": ", ".join(known)},
        )
        for place, names, known in (
            (("report", "targets", "themes"), config.report.targets.themes, themes),
            (("report", "sites"), config.report.sites, config.sites),
            (("bulletin", "themes"), config.bulletin.themes, themes),
            (("bulletin", "theme"), filter(None, [config.bulletin.theme]), themes),
            (("bulletin", "site"), filter(None, [config.bulletin.site]), config.sites),
        )
        for name in names
        if name not in known
    ]
    problems += grouping(config, text, file)
    if problems:
        raise ConfigError(*problems)
    # Nothing configured: a site that needs nothing, so that the first run shows something.
    sites = config.sites or {"preview": SiteSettings(kind="preview")}
    return config.model_copy(update={"sites": sites, "themes": config.themes or dict(THEMES)})


def _incomplete(values: Mapping[str, Any], text: str, file: str) -> list[Problem]:
    """Return what the sites lack without which nothing can be sent there."""
    sites = values.get("sites")
    return [
        Problem(
            "config-missing",
            Where(file, line_of(("sites", name), text)),
            {"name": wanted, "section": f"sites.{name}"},
        )
        for name, site in (sites.items() if isinstance(sites, dict) else ())
        if isinstance(site, dict)
        for wanted in _NEEDED.get(str(site.get("kind")), ())
        if site.get(wanted, "") == ""
    ]
