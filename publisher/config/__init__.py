"""config.toml → Config: the only room that reads it. All its errors come at once."""

from publisher.config.laws import laws, laws_file
from publisher.config.reading import load
from publisher.config.settings import THEMES, Config

__all__ = ["THEMES", "Config", "laws", "laws_file", "load"]
