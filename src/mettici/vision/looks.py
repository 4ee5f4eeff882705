"""How the main face looks: smile, eyes, what hides them, and whether it is a person's face at all.

One network trained here (training/faces/, card in models/face_card.md) sees three things: the face with its
eyes level; both eyes larger, the viewer's right one mirrored; and the mesh turned to the front.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import cv2
import numpy as np

from mettici.crops import shrunk
from mettici.faces import Looks, Mesh, Pixels, Points

if TYPE_CHECKING:
    from pathlib import Path

FACE = 96
"""Side in pixels of the face crop."""
EYE = (48, 64)
"""Height and width in pixels of each eye crop."""
FACE_SIDE = 1.4
"""Side of the face crop over the longer side of the mesh: hair, ears and chin are in."""
EYE_WIDTH = 0.42
"""Width of an eye crop over the longer side of the mesh: brow, lid and the rim of glasses are in."""
OUTSIDE = (127, 127, 127)
"""What stands in a crop where the picture ends: replicated borders would look like a face that goes on."""

_LEFT, _RIGHT = (33, 133), (263, 362)
"""Corners of the eyes, by the viewer."""
_SHAPE = (
    *(61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 185, 40, 39, 37, 0, 267, 269, 270, 409),
    *(78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 191, 80, 81, 82, 13, 312, 311, 310, 415),
    *(33, 7, 163, 144, 145, 153, 154, 155, 133, 246, 161, 160, 159, 158, 157, 173),
    *(263, 249, 390, 373, 374, 380, 381, 382, 362, 466, 388, 387, 386, 385, 384, 398),
    *(70, 63, 105, 66, 107, 300, 293, 334, 296, 336, 468, 473),
    *(1, 4, 5, 195, 98, 327, 129, 358, 36, 266, 50, 280, 205, 425, 207, 427, 187, 411),
    *(10, 109, 67, 54, 162, 234, 132, 172, 150, 148, 152, 377, 379, 397, 361, 454, 389, 284, 297, 338),
)
"""The mesh points the network is given: lips out- and inside, eyes, brows, irises, nose, cheeks, outline."""
SHAPE = 3 * len(_SHAPE)
"""Length of the vector of mesh points."""


HEADS = ("human", "smile", "eyes_open", "eyes_hidden", "sunglasses", "face_hidden", "mask")
"""What the network's output says, in order, as chances 0..1; `sunglasses` where eyes are hidden, `mask` where
the face is."""


class LooksReader:
    """The network that reads a face. Not safe for two threads at once."""

    def __init__(self, path: Path):
        self._network = cv2.dnn.readNetFromONNX(np.frombuffer(path.read_bytes(), np.uint8))

    def __call__(self, pixels: Pixels, mesh: Mesh) -> Looks:
        """How the face under `mesh` looks in (H, W, 3) RGB `pixels`."""
        frame = Frame(mesh.points)
        seen = self.chances(face_crop(pixels, frame), eyes_crop(pixels, frame), shape_vector(mesh.points))
        return Looks(
            human=seen["human"],
            smile=seen["smile"],
            eyes_open=seen["eyes_open"],
            eyes_visible=1 - seen["eyes_hidden"],
            face_visible=1 - seen["face_hidden"],
            covers={"mask": seen["mask"], "other": 1 - seen["mask"]},
            eye_covers={"sunglasses": seen["sunglasses"], "other": 1 - seen["sunglasses"]},
        )

    def chances(self, face: Pixels, eyes: Pixels, shape: Points) -> dict[str, float]:
        """The chance of each of `HEADS`, from the two crops and the shape vector."""
        for name, crop in (("face", face), ("eyes", eyes)):
            self._network.setInput(cv2.dnn.blobFromImage(crop, 1 / 127.5, mean=(127.5, 127.5, 127.5)), name)
        self._network.setInput(shape[None], "shape")
        return dict(zip(HEADS, self._network.forward()[0].tolist(), strict=True))


class Frame:
    """Where the face stands: the size of its mesh and the turn that levels its eyes."""

    def __init__(self, points: Points):
        self.left, self.right = points[list(_LEFT), :2].mean(0), points[list(_RIGHT), :2].mean(0)
        dx, dy = (self.right - self.left).tolist()
        self.angle = math.atan2(dy, dx)
        cos, sin = math.cos(self.angle), math.sin(self.angle)
        turn = np.array([[cos, sin], [-sin, cos]], np.float32)
        level = points[:468, :2] @ turn.T
        low, high = level.min(0), level.max(0)
        self.size = max(float((high - low).max()), 1.0)
        self.middle: Points = (low + high) / 2 @ turn


def face_crop(pixels: Pixels, frame: Frame) -> Pixels:
    """The face, eyes level: (FACE, FACE, 3) RGB of (H, W, 3) RGB `pixels`."""
    return _cut(pixels, frame.middle, frame.size * FACE_SIDE, frame.angle, (FACE, FACE))


def eyes_crop(pixels: Pixels, frame: Frame) -> Pixels:
    """Both eyes side by side, the right one mirrored: (48, 128, 3) RGB of (H, W, 3) RGB `pixels`."""
    width = frame.size * EYE_WIDTH
    left = _cut(pixels, frame.left, width, frame.angle, EYE)
    right = _cut(pixels, frame.right, width, frame.angle, EYE)
    return np.concatenate([left, right[:, ::-1]], axis=1)


def _cut(pixels: Pixels, centre: Points, width: float, angle: float, shape: tuple[int, int]) -> Pixels:
    """`shape` (height, width) pixels around `centre`, turned by `angle`, without aliasing.

    `width` is the crop's in pixels of the picture.
    """
    reach = width * math.hypot(*shape) / shape[1] / 2 + 2
    x, y = (max(0, int(c - reach)) for c in centre)
    part = pixels[y:max(y + 1, int(centre[1] + reach) + 1), x:max(x + 1, int(centre[0] + reach) + 1)]
    if not part.size:
        return np.full((*shape, 3), OUTSIDE, np.uint8)
    scale, middle = shape[1] / width, centre - np.array([x, y], np.float32)
    if scale < 0.75:
        small = (max(1, round(part.shape[1] * scale)), max(1, round(part.shape[0] * scale)))
        middle = middle * np.array([small[0] / part.shape[1], small[1] / part.shape[0]], np.float32)
        part = shrunk(part, *small)
        scale = 1.0
    cos, sin = math.cos(angle) * scale, math.sin(angle) * scale
    to_crop = np.array([[cos, sin, 0.0], [-sin, cos, 0.0]])
    to_crop[:, 2] = np.array(shape[::-1]) / 2 - to_crop[:, :2] @ middle
    crop = cv2.warpAffine(part, to_crop, shape[::-1], flags=cv2.INTER_LINEAR,
                          borderMode=cv2.BORDER_CONSTANT, borderValue=OUTSIDE)
    return np.asarray(crop, np.uint8)


def shape_vector(points: Points) -> Points:
    """The mesh turned to the front, in units of the distance between the eyes: (SHAPE,) float32."""
    across = points[list(_RIGHT)].mean(0) - points[list(_LEFT)].mean(0)
    down = points[152] - points[10]
    x = across / max(float(np.linalg.norm(across)), 1e-6)
    y = down - (down @ x) * x
    y = y / max(float(np.linalg.norm(y)), 1e-6)
    axes = np.stack([x, y, np.cross(x, y)])
    middle = points[[*_LEFT, *_RIGHT]].mean(0)
    turned = (points[list(_SHAPE)] - middle) @ axes.T / max(float(np.linalg.norm(across)), 1e-6)
    return np.asarray(turned.ravel(), np.float32)
