"""Faces of packages whose modules are loaded when something of them is first asked for.

Much of this program is not needed by any one command, and loading it takes longer than most
of them work.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterable


def face(package: str, /, **modules: Iterable[str]) -> Callable[[str], object]:
    """Return the ``__getattr__`` of a package, by which names are found in its modules (PEP 562).

    modules: the names that each of them gives, by its own name below the package; one of a
    package beside it begins with a dot.
    """
    homes = {name: module for module, names in modules.items() for name in names}

    def found(name: str) -> object:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(importlib.import_module(f".{homes[name]}", package), name)
        setattr(sys.modules[package], name, value)
        return value

    return found
