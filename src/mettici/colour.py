"""Colour as people see it: sRGB to CIELAB.

In numpy, because OpenCV's conversion builds tables at its first use, which cost a single check 95 ms.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mettici.faces import Pixels

Floats = npt.NDArray[np.float32]

_CODES = np.arange(256) / 255
_LINEAR = np.where(_CODES <= 0.04045, _CODES / 12.92, ((_CODES + 0.055) / 1.055) ** 2.4).astype(np.float32)
_TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
_WHITE = _TO_XYZ.sum(axis=1, keepdims=True)
_TO_RELATIVE_XYZ = (_TO_XYZ / _WHITE).T.astype(np.float32)


def to_lab(pixels: Pixels) -> Floats:
    """CIELAB (D65; L* 0..100, a* and b* about -110..110) of sRGB `pixels` (..., 3) uint8; IEC 61966-2-1, CIE 15."""
    relative = _LINEAR[pixels] @ _TO_RELATIVE_XYZ
    f = np.where(relative > (6 / 29) ** 3, np.cbrt(relative), relative * ((29 / 6) ** 2 / 3) + 4 / 29)
    x, y, z = np.moveaxis(f, -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1).astype(np.float32)
