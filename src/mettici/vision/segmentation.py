"""Segmentation of people with MediaPipe's selfie segmentation network."""

from __future__ import annotations

from mettici.image.sampling import Picture, Pyramid
from mettici.image.types import Points
from mettici.vision.runtime import Network

SIDE = 256
"""Side of the network's input and of the mask, px."""


class PersonMask:
    """Separates people from the background."""

    def __init__(self, network: Network):
        self._network = network

    def __call__(self, picture: Picture) -> Points:
        """Probability 0..1 of a person per pixel, (256, 256) float32, covering the whole (H, W, 3) RGB `picture`."""
        (mask,) = self._network(Pyramid.of(picture).shrunk(SIDE, SIDE))
        mask = mask.reshape(SIDE, SIDE)
        mask.flags.writeable = False
        return mask
