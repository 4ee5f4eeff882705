"""`Vision` analyses what is in a photo. All checkers of a process share one `Vision` (`Share`)."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from functools import partial

from mettici.errors import ClosedError
from mettici.image.sampling import Picture, Pyramid
from mettici.lifecycle import no_fork
from mettici.process import cores, trim_heap
from mettici.vision.model_set import ModelSet
from mettici.vision.pool import Pool
from mettici.vision.types import Scene


def _loaded(parallel: bool) -> ModelSet:
    """Load a set of networks, and return to the system the 30 MB that only loading needs."""
    networks = ModelSet(parallel)
    trim_heap()
    return networks


def free(pool: Pool[ModelSet]) -> None:
    """Close the pool and return its memory to the system."""
    pool.close()
    trim_heap()


class Vision:
    """Runs the networks on photos. Safe to share between threads.

    Networks are loaded on first use: one set of about 70 MB for each thread at work, up to `sets` (default: one per
    core, see `cores`). Further threads wait, and a forked child loads its own sets. `parallel`: run one network in a
    second thread for lower latency; this gains nothing if several processes share the cores.

    Raises `ValueError` if `sets` is less than 1. The first `look` raises `ModelMissingError` or `ModelCorruptError` if
    a network cannot be loaded.
    """

    def __init__(self, *, parallel: bool = True, sets: int | None = None) -> None:
        if sets is not None and sets < 1:
            raise ValueError(f"sets must be 1 or more, not {sets}")
        self._parallel, self._sets = parallel, sets
        self.pool = Pool(partial(_loaded, parallel), sets or cores())

    def prepare(self) -> None:
        """Start loading a set of networks in the background.

        Errors are raised by the first `look`.
        """
        self.pool.prepare()

    def look(self, picture: Picture) -> Scene:
        """Analyse (H, W, 3) RGB uint8 pixels. Raises `ClosedError` after `close`."""
        with self.pool.lend() as models, no_fork():
            try:
                return models.look(Pyramid.of(picture))
            finally:
                models.wait_for_pending()

    def look_again(self, picture: Picture, known: Scene, *, origin: bool) -> Scene:
        """Update `known`, the scene in this part of a photo, with what depends on the frame: the person mask.

        `origin`: also update the kind of picture and the face attributes that depend on it. Raises as `look` does.
        """
        with self.pool.lend() as models, no_fork():
            return models.look_again(Pyramid.of(picture), known, origin)

    def close(self) -> None:
        """Free the networks. A `look` in progress finishes first and frees its own. Closing twice is harmless."""
        free(self.pool)

    def __reduce__(self) -> tuple[Callable[[], Vision], tuple[()]]:
        """A copy, in this process or another, loads its own networks."""
        return partial(type(self), parallel=self._parallel, sets=self._sets), ()

    def __enter__(self) -> Vision:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


_visions: weakref.WeakValueDictionary[int | None, Vision] = weakref.WeakValueDictionary()


class Share:
    """A share in the process-wide `Vision` with this number of sets, which is freed with its last share.

    Raises `ValueError` if `sets` is less than 1.
    """

    def __init__(self, sets: int | None = None) -> None:
        self._sets = sets
        self._vision: Vision | None = _visions.get(sets) or _new(sets)

    @property
    def vision(self) -> Vision:
        """The shared `Vision`. Raises `ClosedError` after `close`."""
        vision = self._vision
        if vision is None:
            raise ClosedError
        return vision

    def prepare(self) -> None:
        """As `Vision.prepare`."""
        self.vision.prepare()

    def look(self, picture: Picture) -> Scene:
        """As `Vision.look`."""
        return self.vision.look(picture)

    def look_again(self, picture: Picture, known: Scene, *, origin: bool) -> Scene:
        """As `Vision.look_again`."""
        return self.vision.look_again(picture, known, origin=origin)

    def close(self) -> None:
        """Release the share. A `look` in progress finishes first. Closing twice is harmless."""
        self._vision = None

    def __reduce__(self) -> tuple[Callable[[], Share], tuple[()]]:
        """A copy takes a share of its own in the process that unpickles it."""
        return partial(type(self), self._sets), ()


def _new(sets: int | None) -> Vision:
    # Two threads may race here and create two instances, which only costs memory until one is closed.
    vision = _visions[sets] = Vision(sets=sets)
    weakref.finalize(vision, free, vision.pool).atexit = False
    return vision
