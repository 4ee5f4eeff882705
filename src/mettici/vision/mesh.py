"""The face mesh: 478 points fitted to a face by MediaPipe's attention mesh, run twice."""

from __future__ import annotations

import numpy as np

from mettici.image.sampling import Picture, cut
from mettici.vision.detector import Detection
from mettici.vision.landmarks import LEFT_IRIS, RIGHT_IRIS, SURFACE, angle_between, levelled
from mettici.vision.runtime import Network
from mettici.vision.types import Mesh

SIDE = 192
"""Side of the network's input, px."""
CROP = 1.5
"""Side of the square crop divided by the longer side of the face box, as in MediaPipe's face-landmark graph."""

# The network refines some of the 468 points of its plain mesh: rings around the lips and around each eye. These are
# their indices in MediaPipe's numbering, in the order of the refined outputs.
_LIPS = (
    61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 185, 40, 39, 37, 0, 267, 269, 270, 409,
    78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 191, 80, 81, 82, 13, 312, 311, 310, 415,
    76, 77, 90, 180, 85, 16, 315, 404, 320, 307, 306, 184, 74, 73, 72, 11, 302, 303, 304, 408,
    62, 96, 89, 179, 86, 15, 316, 403, 319, 325, 292, 183, 42, 41, 38, 12, 268, 271, 272, 407,
)  # fmt: skip
_LEFT_EYE = (
    33, 7, 163, 144, 145, 153, 154, 155, 133, 246, 161, 160, 159, 158, 157, 173,
    130, 25, 110, 24, 23, 22, 26, 112, 243, 247, 30, 29, 27, 28, 56, 190,
    226, 31, 228, 229, 230, 231, 232, 233, 244, 113, 225, 224, 223, 222, 221, 189,
    35, 124, 46, 53, 52, 65, 143, 111, 117, 118, 119, 120, 121, 128, 245,
    156, 70, 63, 105, 66, 107, 55, 193,
)  # fmt: skip
_RIGHT_EYE = (
    263, 249, 390, 373, 374, 380, 381, 382, 362, 466, 388, 387, 386, 385, 384, 398,
    359, 255, 339, 254, 253, 252, 256, 341, 463, 467, 260, 259, 257, 258, 286, 414,
    446, 261, 448, 449, 450, 451, 452, 453, 464, 342, 445, 444, 443, 442, 441, 413,
    265, 353, 276, 283, 282, 295, 372, 340, 346, 347, 348, 349, 350, 357, 465,
    383, 300, 293, 334, 296, 336, 285, 417,
)  # fmt: skip


class MeshFitter:
    """Fits the mesh to a detected face."""

    def __init__(self, network: Network):
        self._network = network

    def __call__(self, picture: Picture, face: Detection) -> Mesh:
        """Fit the mesh to `face` in the (H, W, 3) RGB `picture`, twice: the region found first gives a steadier fit."""
        left, right = face.keypoints[0], face.keypoints[1]
        first = self._run(picture, face.box.centre, max(face.box.width, face.box.height), angle_between(left, right))
        box = levelled(first.points, single=True)
        return self._run(picture, box.centre, box.size, box.angle)

    def _run(self, picture: Picture, centre: tuple[float, float], size: float, angle: float) -> Mesh:
        crop = cut(picture, centre, size * CROP, angle, SIDE)
        plain, lips, left_eye, right_eye, left_iris, right_iris, flag = self._network(crop.pixels)
        points = np.empty((478, 3), np.float32)
        points[:SURFACE] = plain.reshape(SURFACE, 3)
        for rows, refined in ((_LIPS, lips), (_LEFT_EYE, left_eye), (_RIGHT_EYE, right_eye)):
            points[list(rows), :2] = refined.reshape(-1, 2)
        for start, eye, iris in ((LEFT_IRIS, _LEFT_EYE, left_iris), (RIGHT_IRIS, _RIGHT_EYE, right_iris)):
            points[start : start + 5, :2] = iris.reshape(5, 2)
            points[start : start + 5, 2] = points[list(eye[:16]), 2].mean()
        points = crop.to_picture(points)
        points.flags.writeable = False
        return Mesh(points, float(1 / (1 + np.exp(-flag[0]))))
