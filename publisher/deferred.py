"""Fields of values that are filled when somebody reads them first.

A plan over thousands of posts needs their titles and digests, seldom their texts. What has such
fields is a frozen dataclass without slots; however it was made, it looks and compares the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

_T = TypeVar("_T")
_REST = "_rest"  # in a value's dict: what gives the fields that are not filled yet


class _Field:
    """Stands in the class for one field; it is asked when the value's own dict does not have it."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, value: Any, owner: object = None) -> Any:
        if value is None:
            raise AttributeError(self._name)
        own = value.__dict__
        if rest := own.get(_REST):
            # What was set in the meantime, by a change of the value, stays.
            for name, filled in rest().items():
                own.setdefault(name, filled)
            own.pop(_REST, None)  # another thread may have been quicker
        try:
            return own[self._name]
        except KeyError:
            raise AttributeError(self._name) from None


def deferred_of(kind: type) -> frozenset[str]:
    """Return the names of the deferred fields of a dataclass."""
    return frozenset(name for name, own in vars(kind).items() if isinstance(own, _Field))


def deferred(*names: str) -> Callable[[type[_T]], type[_T]]:
    """Let these fields of a dataclass be filled later, by what :func:`restored` is given."""

    def decorate(kind: type[_T]) -> type[_T]:
        for name in names:
            setattr(kind, name, _Field(name))
        return kind

    return decorate


def restored(
    kind: type[_T], values: dict[str, Any], rest: Callable[[], Mapping[str, object]]
) -> _T:
    """Return a value without calling its class: its fields but those that have their defaults.

    values: becomes the value's own. rest: gives the deferred fields, when one is asked for.
    """
    made = object.__new__(kind)
    values[_REST] = rest
    made.__dict__.update(values)
    return made


def changed(value: _T, **values: object) -> _T:
    """Return a copy with other fields, as ``dataclasses.replace``, but fill none of the rest."""
    made = object.__new__(type(value))
    made.__dict__.update(value.__dict__)
    made.__dict__.update(values)
    return made
