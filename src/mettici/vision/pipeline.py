"""What is seen in a photo: `Vision`, a pool of sets of networks."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from functools import partial

from mettici.cores import cores
from mettici.image.sampling import Picture, Pyramid
from mettici.lifecycle import undivided
from mettici.vision.model_set import Eyes
from mettici.vision.pool import Pool
from mettici.vision.types import Sight


def _give_back() -> None:
    """Give freed memory back to the system: glibc keeps it in the arenas of MediaPipe's threads, half a MB a network.

    A service that makes and closes checkers would grow by that for hundreds of them (`benchmarks/endurance.py`).
    """
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # other C libraries have none
        if trim is not None:
            trim.argtypes = [ctypes.c_size_t]
            trim(0)


def free(pool: Pool[Eyes]) -> None:
    """Close it, and give the memory back."""
    pool.close()
    _give_back()


class Vision:
    """What is seen in photos. Safe to share between threads.

    Networks are loaded when first needed: a set of about 70 MB for each thread at work, and at most `sets` (left out:
    one for each core, see `cores`). Further threads wait, and a process that is forked off loads its own. `beside`: run
    one of them in a second thread, for an earlier answer; where several processes share the cores that gains nothing.

    Raises `ModelMissingError` or `ModelCorruptError` at the first look; `ValueError` where `sets` is less than 1.
    """

    def __init__(self, *, beside: bool = True, sets: int | None = None) -> None:
        if sets is not None and sets < 1:
            raise ValueError(f"sets is {sets}, and must be 1 or more")
        self._beside, self._sets = beside, sets
        self.pool = Pool(partial(Eyes, beside), sets or cores())

    def prepare(self) -> None:
        """Begin to load a set of networks for the first look, beside what the caller does meanwhile.

        What goes wrong with them is raised by that look.
        """
        self.pool.prepare()

    def look(self, picture: Picture) -> Sight:
        """Faces and person mask of (H, W, 3) RGB uint8 pixels. Raises `ClosedError` after `close`."""
        with self.pool.lent() as eyes, undivided():
            try:
                return eyes.look(Pyramid.of(picture))
            finally:
                eyes.settle()

    def look_again(self, picture: Picture, known: Sight, *, origin: bool) -> Sight:
        """What is `known` of this part of a photo, with what depends on the frame seen anew: the mask of the person.

        `origin`: also what kind of picture it is, and with it the looks. Raises as `look`.
        """
        with self.pool.lent() as eyes, undivided():
            return eyes.look_again(Pyramid.of(picture), known, origin)

    def close(self) -> None:
        """Free the networks; a look under way ends first and frees its own. Closing again does nothing."""
        free(self.pool)

    def __reduce__(self) -> tuple[Callable[[], Vision], tuple[()]]:
        """A copy, in this process or another, loads its networks anew."""
        return partial(type(self), beside=self._beside, sets=self._sets), ()

    def __enter__(self) -> Vision:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
