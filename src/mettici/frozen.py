"""Mappings that nobody changes, and that can still be pickled, copied, compared, hashed and written as JSON.

`types.MappingProxyType` can do none of the first two, so that a report that held one could not leave its process.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Frozen(dict[K, V]):
    """A dictionary that refuses every change with `TypeError`; what it holds is frozen with it."""

    def __init__(self, items: Mapping[K, V] | Sequence[tuple[K, V]] = ()) -> None:
        super().__init__({key: frozen(value) for key, value in dict(items).items()})

    def _refused(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("this mapping is read-only: change a copy of it, dict(mapping)")

    __setitem__ = __delitem__ = _refused
    __ior__ = clear = pop = popitem = setdefault = update = _refused

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[dict[K, V]]]:
        return type(self), (dict(self),)


def frozen(value: Any) -> Any:
    """The same, with every dictionary, list and set in it replaced by one that cannot be changed."""
    if isinstance(value, Mapping):
        return value if isinstance(value, Frozen) else Frozen(value)
    if isinstance(value, (list, tuple)):
        return tuple(frozen(one) for one in value)
    return frozenset(value) if isinstance(value, set) else value


def thawed(value: Any) -> Any:
    """The same as plain dictionaries and lists, new ones all through: what JSON makes of it, free to be changed."""
    if isinstance(value, Mapping):
        return {key: thawed(one) for key, one in value.items()}
    return [thawed(one) for one in value] if isinstance(value, (list, tuple)) else value


def freeze(instance: object, *names: str) -> None:
    """In `__post_init__` of a frozen dataclass: its fields of these `names` are `frozen`."""
    for name in names:
        object.__setattr__(instance, name, frozen(getattr(instance, name)))
