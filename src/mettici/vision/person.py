"""Which pixels show a person: MediaPipe's selfie segmentation."""

from __future__ import annotations

from mettici.crops import shrunk
from mettici.faces import Pixels, Points
from mettici.vision.networks import Network

SIDE = 256


class PersonMask:
    """Cuts people out of the background."""

    def __init__(self, network: Network):
        self._network = network

    def __call__(self, pixels: Pixels) -> Points:
        """(256, 256) float32 chances 0..1, stretched over the whole of (H, W, 3) RGB `pixels`."""
        (mask,) = self._network(shrunk(pixels, SIDE, SIDE))
        mask = mask.reshape(SIDE, SIDE)
        mask.flags.writeable = False
        return mask
