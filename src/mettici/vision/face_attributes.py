"""Attributes of the main face: smile, open eyes, what covers eyes or face, and whether the face is a person's.

One network, trained in training/faces/ and described in models/face_card.md, gets four inputs: the face with its eyes
level; both eyes enlarged, with the viewer's right one mirrored; the mouth enlarged; and the mesh turned to the front.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np

from mettici.image.sampling import Picture, Pyramid, warped
from mettici.image.types import Pixels, Points
from mettici.vision.landmarks import (
    CHIN,
    EYE_CORNERS,
    FOREHEAD,
    LEFT_EYE_CORNERS,
    MOUTH_CORNERS,
    RIGHT_EYE_CORNERS,
    angle_between,
    levelled,
)
from mettici.vision.onnx import OnnxNetwork, load_description
from mettici.vision.types import FaceAttributes, Mesh

if TYPE_CHECKING:
    from pathlib import Path

FACE = 96
"""Side of the face crop, px."""
EYE = (48, 64)
"""Height and width of each eye crop, px."""
FACE_SIDE = 1.4
"""Side of the face crop divided by the longer side of the mesh: includes hair, ears and chin."""
EYE_WIDTH = 0.42
"""Width of an eye crop divided by the longer side of the mesh: includes brow, lid and the rim of glasses."""
MOUTH = (48, 64)
"""Height and width of the mouth crop, px."""
MOUTH_WIDTH = 0.56
"""Width of the mouth crop divided by the longer side of the mesh: includes smile lines and chin."""
FILL = (127, 127, 127)
"""RGB fill of a crop beyond the edge of the picture. A replicated border would look as if the face went on."""

_SHAPE_POINTS = (
    *(61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 185, 40, 39, 37, 0, 267, 269, 270, 409),
    *(78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 191, 80, 81, 82, 13, 312, 311, 310, 415),
    *(33, 7, 163, 144, 145, 153, 154, 155, 133, 246, 161, 160, 159, 158, 157, 173),
    *(263, 249, 390, 373, 374, 380, 381, 382, 362, 466, 388, 387, 386, 385, 384, 398),
    *(70, 63, 105, 66, 107, 300, 293, 334, 296, 336, 468, 473),
    *(1, 4, 5, 195, 98, 327, 129, 358, 36, 266, 50, 280, 205, 425, 207, 427, 187, 411),
    *(10, 109, 67, 54, 162, 234, 132, 172, 150, 148, 152, 377, 379, 397, 361, 454, 389, 284, 297, 338),
)
"""Mesh points given to the network: outer and inner lips, eyes, brows, irises, nose, cheeks, outline."""
SHAPE_LENGTH = 3 * len(_SHAPE_POINTS)
"""Length of the vector of mesh points."""


DESCRIPTION = load_description("face_looks")
HEADS = DESCRIPTION.outputs["heads"]
"""Names of the network's outputs, in order; each is a probability 0..1."""


class Views(NamedTuple):
    """Input of the network: RGB uint8 crops `face` (96, 96, 3), `eyes` (48, 128, 3) and `mouth` (48, 64, 3), and the
    (SHAPE_LENGTH,) float32 vector `shape` of the mesh."""

    face: Pixels
    eyes: Pixels
    mouth: Pixels
    shape: Points


class FaceAttributesReader:
    """Runs the network that reads the attributes of a face. Not thread-safe."""

    def __init__(self, path: Path):
        """Raises `ModelCorruptError`."""
        self._network = OnnxNetwork(path, DESCRIPTION)

    def __call__(self, picture: Picture, mesh: Mesh) -> FaceAttributes:
        """Attributes of the face under `mesh` in the (H, W, 3) RGB `picture`."""
        seen = self.probabilities(views(picture, FacePosition(mesh.points), shape_vector(mesh.points)))
        return FaceAttributes(
            human=seen["human"],
            smile=seen["smile"],
            eyes_open=seen["eyes_open"],
            eyes_visible=1 - seen["eyes_hidden"],
            face_visible=1 - seen["face_hidden"],
            covers={"mask": seen["mask"], "other": 1 - seen["mask"]},
            eye_covers={"sunglasses": seen["sunglasses"], "other": 1 - seen["sunglasses"]},
        )

    def probabilities(self, seen: Views) -> dict[str, float]:
        """The probability 0..1 of each of `HEADS`."""
        inputs = {"shape": seen.shape[None]}
        for name in ("face", "eyes", "mouth"):
            blob = cv2.dnn.blobFromImage(getattr(seen, name), 1 / 127.5, mean=(127.5, 127.5, 127.5))
            inputs[name] = np.asarray(blob, np.float32)
        return self._network.grouped(self._network.raw(inputs))["heads"]


class FacePosition:
    """Position of a face: centres of its eyes and mouth, size of its mesh, and the angle that levels its eyes."""

    def __init__(self, points: Points):
        self.left, self.right = (points[list(corners), :2].mean(0) for corners in EYE_CORNERS)
        self.mouth = points[list(MOUTH_CORNERS), :2].mean(0)
        box = levelled(points, angle_between(self.left, self.right), single=True)
        self.middle: Points = np.array(box.centre, np.float32)
        self.size, self.angle = max(box.size, 1.0), box.angle


def views(picture: Picture, frame: FacePosition, shape: Points) -> Views:
    """Crops of the (H, W, 3) RGB `picture` at `frame`, with level eyes, together with the vector `shape`."""
    picture = Pyramid.of(picture)
    left, right = (_piece(picture, frame, eye, EYE_WIDTH, EYE) for eye in (frame.left, frame.right))
    return Views(
        _piece(picture, frame, frame.middle, FACE_SIDE, (FACE, FACE)),
        np.concatenate([left, right[:, ::-1]], axis=1),
        _piece(picture, frame, frame.mouth, MOUTH_WIDTH, MOUTH),
        shape,
    )


def _piece(picture: Picture, frame: FacePosition, centre: Points, width: float, shape: tuple[int, int]) -> Pixels:
    """A crop of `shape` (height, width) px around `centre`; its width in the picture is `width` times the face size."""
    x, y = centre.tolist()
    return warped(picture, (x, y), frame.size * width, frame.angle, shape, FILL)[0]


def shape_vector(points: Points) -> Points:
    """The mesh turned to the front, (SHAPE_LENGTH,) float32, in units of the distance between the eyes."""
    across = points[list(RIGHT_EYE_CORNERS)].mean(0) - points[list(LEFT_EYE_CORNERS)].mean(0)
    down = points[CHIN] - points[FOREHEAD]
    x = across / max(float(np.linalg.norm(across)), 1e-6)
    y = down - (down @ x) * x
    y = y / max(float(np.linalg.norm(y)), 1e-6)
    axes = np.stack([x, y, np.cross(x, y)])
    middle = points[[*LEFT_EYE_CORNERS, *RIGHT_EYE_CORNERS]].mean(0)
    turned = (points[list(_SHAPE_POINTS)] - middle) @ axes.T / max(float(np.linalg.norm(across)), 1e-6)
    return np.asarray(turned.ravel(), np.float32)
