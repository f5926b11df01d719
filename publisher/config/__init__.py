"""config.toml → Config: the only room that reads it. All its errors come at once."""

from publisher.config.laws import laws
from publisher.config.reading import load
from publisher.config.settings import THEMES, Config

__all__ = ["THEMES", "Config", "laws", "load"]
