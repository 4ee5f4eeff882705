"""Photos given as NumPy arrays: which are accepted, and what to do about the others."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mettici.errors import EmptyError, UnreadableError

_CHANNELS = 1, 3, 4


def to_image(array: NDArray[np.generic]) -> Image.Image:
    """Convert a uint8 array to a Pillow image: RGB (H, W, 3), RGBA (H, W, 4) or grey (H, W) or (H, W, 1).

    Raises `UnreadableError` for any other dtype or shape, with a remedy that contains the line of NumPy that fixes it;
    `EmptyError` for an array without pixels.
    """
    if 0 in array.shape:
        height, width = (*array.shape, 0, 0)[:2]
        raise EmptyError("pixels", width=width, height=height)
    if array.ndim not in (2, 3) or (array.ndim == 3 and array.shape[2] not in _CHANNELS):
        reason = "channels_first" if array.ndim == 3 and array.shape[0] in _CHANNELS else "array"
        reason = "batch" if array.ndim == 4 and array.shape[0] == 1 else reason
        raise UnreadableError(reason, dtype=str(array.dtype), shape=str(array.shape))
    if array.dtype != np.uint8:
        raise _dtype_error(array)
    flat = array[:, :, 0] if array.shape[2:] == (1,) else array
    return Image.fromarray(np.ascontiguousarray(flat).astype(np.uint8, copy=False))


def _dtype_error(array: NDArray[np.generic]) -> UnreadableError:
    """The error for a dtype other than uint8; its remedy depends on dtype and range."""
    facts = {"dtype": str(array.dtype), "shape": str(array.shape)}
    if array.dtype == np.bool_:
        return UnreadableError("bits", **facts)
    if not np.issubdtype(array.dtype, np.number) or np.issubdtype(array.dtype, np.complexfloating):
        return UnreadableError("array", **facts)
    low, high = (float(f(array, where=np.isfinite(array), initial=0)) for f in (np.min, np.max))
    if np.issubdtype(array.dtype, np.floating) and high <= 1:
        return UnreadableError("signed_unit" if low < 0 else "unit", **facts)
    return UnreadableError("wide" if 255 < high <= 65535 else "numbers", **facts)
