"""Groups of sites, and sites that have copies of another one's items: what can't be meant."""

from __future__ import annotations

from collections.abc import Iterator

from publisher.config.settings import Config
from publisher.config.slips import line_of
from publisher.model import Problem, Where


def grouping(config: Config, text: str, file: str) -> list[Problem]:
    """Return what is wrong with the groups and the copies of a config; text: of its file."""
    return [*_groups(config, text, file), *_copies(config, text, file)]


def _groups(config: Config, text: str, file: str) -> Iterator[Problem]:
    for name, members in config.groups.items():
        where = Where(file, line_of(("groups", name), text))
        if name in config.sites:
            yield Problem("config-group-name", where, {"value": name})
        if not members:  # it would mean "no site", which is not what an empty list says
            yield Problem("config-group-empty", where, {"value": name})
        for member in members:
            if member not in config.sites:
                yield _unknown(f"groups.{name}", member, config, where)


def _copies(config: Config, text: str, file: str) -> Iterator[Problem]:
    for name, site in config.sites.items():
        home = config.sites.get(site.republishes)
        if site.abilities.short and not config.home_of(name):  # it has nothing to lead to
            where = Where(file, line_of(("sites", name), text))
            yield Problem("config-channel-home", where, {"site": name})
        if not site.republishes:
            continue
        where = Where(file, line_of(("sites", name, "republishes"), text))
        params = {"site": name, "home": site.republishes}
        if home is None or site.republishes == name:
            yield _unknown(f"sites.{name}.republishes", site.republishes, config, where, name)
        elif home.abilities.short:  # what stands there is no whole item
            yield Problem("config-home-channel", where, params)
        elif home.republishes:  # the source is where an item stood first
            yield Problem("config-home-copy", where, {**params, "first": home.republishes})
        elif home.kind == "preview" != site.kind:  # nobody outside could open the source
            yield Problem("config-home-preview", where, params)
    if config.sites and not config.default_sites:
        names = ", ".join(config.sites)
        yield Problem("config-default", Where(file, line_of(("sites",), text)), {"sites": names})


def _unknown(key: str, value: str, config: Config, where: Where, but: str = "") -> Problem:
    choices = ", ".join(name for name in config.sites if name != but)
    return Problem("config-choice", where, {"key": key, "value": value, "choices": choices})
