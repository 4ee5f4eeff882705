"""The main face as the checks measure it: its outlines in the mesh, the head around it, a view of fixed size."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
import numpy.typing as npt

from mettici.image.colour import linear
from mettici.image.types import Pixels, Points
from mettici.vision.landmarks import BROWS, EYES, MOUTH

Floats = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

NOT_SKIN = (*EYES, MOUTH, *BROWS)
"""Outlines of eyes, lips and brows inside the face."""

VIEW_SIDE, VIEW_FACE = 256, 160
"""Size of the face view, and of the face in it from forehead to chin, px. 160 px correspond to a head in a picture of
400 px, the largest that social networks show (LinkedIn), so measures reflect what people will see."""


@dataclass(frozen=True)
class Head:
    """The head with its hair, in pixels of the analysed photo.

    `missing_above`: how much of it the photo's top edge cuts off, px; 0 if there is room above.
    """

    top: float
    chin: float
    left: float
    right: float
    missing_above: float

    @property
    def height(self) -> float:
        return self.chin - self.top

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2


@dataclass(frozen=True, eq=False)
class FaceView:
    """The main face with level eyes at a fixed size: 160 px tall in a 256 px square.

    `points` (478, 3) are those of the mesh; `grey` (256, 256) is float32 luma 0..255; `skin` and `oval` are masks;
    `enlarged` is the scale of the view relative to the photo (1 or less: it was reduced).
    """

    pixels: Pixels
    points: Points
    grey: Floats
    oval: Mask
    skin: Mask
    enlarged: float

    def within(self, *outlines: tuple[int, ...]) -> Mask:
        """The part of the face inside any of these outlines, given as indices of mesh points."""
        return self.oval & filled(self.points, outlines)

    @cached_property
    def levels(self) -> Pixels:
        """(256, 256) `grey` as uint8."""
        return self.grey.astype(np.uint8)

    @cached_property
    def soft(self) -> Floats:
        """`grey` without its finest detail: blurred by 1.5 px."""
        return np.asarray(cv2.GaussianBlur(self.grey, (0, 0), 1.5), np.float32)

    @cached_property
    def light(self) -> Floats:
        """(256, 256) linear light, 0..1; doubling it means one stop more."""
        return linear(self.levels)


def filled(points: Points, outlines: tuple[tuple[int, ...], ...]) -> Mask:
    """The part of a face view inside any of these outlines, given as indices into `points`."""
    mask = np.zeros((VIEW_SIDE, VIEW_SIDE), np.uint8)
    for outline in outlines:
        cv2.fillPoly(mask, [np.rint(points[list(outline), :2]).astype(np.int32)], 1)
    return mask.astype(bool)
