"""Immutable mappings that can be pickled, copied, compared, hashed and serialized as JSON.

`types.MappingProxyType` can be neither pickled nor copied, so a report that contained one could not leave its process.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Frozen(dict[K, V]):
    """A dictionary that raises `TypeError` on any change; its values are frozen too."""

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
    """A deep copy with immutable equivalents of all dictionaries, lists and sets."""
    if isinstance(value, Mapping):
        return value if isinstance(value, Frozen) else Frozen(value)
    if isinstance(value, (list, tuple)):
        return tuple(frozen(one) for one in value)
    return frozenset(value) if isinstance(value, set) else value


def thawed(value: Any) -> Any:
    """A deep copy as plain dictionaries and lists, as for JSON; the caller may change it."""
    if isinstance(value, Mapping):
        return {key: thawed(one) for key, one in value.items()}
    return [thawed(one) for one in value] if isinstance(value, (list, tuple)) else value


def freeze(instance: object, *names: str) -> None:
    """Freeze the fields `names` of a frozen dataclass; call it in `__post_init__`."""
    for name in names:
        object.__setattr__(instance, name, frozen(getattr(instance, name)))
