"""Which pixels show a person: MediaPipe's selfie segmentation."""

from __future__ import annotations

from mettici.image.sampling import Picture, Pyramid
from mettici.image.types import Points
from mettici.vision.runtime import Network

SIDE = 256


class PersonMask:
    """Cuts people out of the background."""

    def __init__(self, network: Network):
        self._network = network

    def __call__(self, picture: Picture) -> Points:
        """(256, 256) float32 chances 0..1, stretched over the whole of (H, W, 3) RGB `picture`."""
        (mask,) = self._network(Pyramid.of(picture).shrunk(SIDE, SIDE))
        mask = mask.reshape(SIDE, SIDE)
        mask.flags.writeable = False
        return mask
