"""config.toml → Config: the only room that reads it. All its errors come at once."""

from typing import TYPE_CHECKING

from publisher.late import face

if TYPE_CHECKING:
    from publisher.config.catalogue import laws
    from publisher.config.reading import load
    from publisher.config.settings import THEMES, Config
    from publisher.config.shipped import SHIPPED, laws_file
else:
    __getattr__ = face(
        __name__,
        catalogue=("laws",),
        reading=("load",),
        settings=("THEMES", "Config"),
        shipped=("SHIPPED", "laws_file"),
    )

__all__ = ["SHIPPED", "THEMES", "Config", "laws", "laws_file", "load"]
