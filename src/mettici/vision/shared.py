"""One `Vision` for all checkers of a process: a checker for each tenant's policy costs no networks of its own."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from mettici.errors import ClosedError
from mettici.vision.pipeline import Vision, free

if TYPE_CHECKING:
    from mettici.image.sampling import Picture
    from mettici.vision.types import Sight

_visions: weakref.WeakValueDictionary[int | None, Vision] = weakref.WeakValueDictionary()


class Share:
    """A share in the networks that are held in as many sets. The last one that is closed, or forgotten, frees them.

    Raises `ValueError` where `sets` is less than 1.
    """

    def __init__(self, sets: int | None = None) -> None:
        self._sets = sets
        self._vision: Vision | None = _visions.get(sets) or _new(sets)

    @property
    def vision(self) -> Vision:
        """What is shared. Raises `ClosedError` after `close`."""
        vision = self._vision
        if vision is None:
            raise ClosedError
        return vision

    def prepare(self) -> None:
        """As `Vision.prepare`."""
        self.vision.prepare()

    def look(self, picture: Picture) -> Sight:
        """As `Vision.look`."""
        return self.vision.look(picture)

    def look_again(self, picture: Picture, known: Sight, *, origin: bool) -> Sight:
        """As `Vision.look_again`."""
        return self.vision.look_again(picture, known, origin=origin)

    def close(self) -> None:
        """Give the share up; a look under way ends first. Closing again does nothing."""
        self._vision = None

    def __reduce__(self) -> tuple[Callable[[], Share], tuple[()]]:
        """A copy has a share in what is held where it is unpickled."""
        return partial(type(self), self._sets), ()


def _new(sets: int | None) -> Vision:
    # Two threads may come here at once, and hold two: that costs memory until one is closed, and nothing else.
    vision = _visions[sets] = Vision(sets=sets)
    weakref.finalize(vision, free, vision.pool).atexit = False
    return vision
