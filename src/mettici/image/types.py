"""Array types shared by many modules."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.float32]
Pixels = npt.NDArray[np.uint8]
