"""What vision found, as plain frozen values: boxes, head pose, mesh, faces, person mask.

Unless stated otherwise, lengths are in pixels of the analysed photo (`Photo.pixels`), with x to the right and y down.
"Left" and "right" are the viewer's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mettici.image.types import Points


@dataclass(frozen=True)
class Box:
    """An axis-aligned rectangle."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def area(self) -> float:
        return self.width * self.height

    @property
    def centre(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2

    def overlap(self, other: Box) -> float:
        """Area of the intersection divided by the smaller of the two areas, 0..1."""
        width = min(self.right, other.right) - max(self.x, other.x)
        height = min(self.bottom, other.bottom) - max(self.y, other.y)
        smaller = min(self.area, other.area)
        return max(0.0, width) * max(0.0, height) / smaller if smaller > 0 else 0.0


@dataclass(frozen=True)
class Pose:
    """Head pose in degrees: yaw > 0 turns to the viewer's right, pitch > 0 lifts the chin, roll > 0 is clockwise."""

    yaw: float
    pitch: float
    roll: float


@dataclass(frozen=True, eq=False)
class Mesh:
    """The face mesh: 478 points (MediaPipe's numbering; 468..472 and 473..477 are the irises).

    `points`: (478, 3) float32, read-only. x and y are in pixels, and so is z, which grows away from the camera.
    `presence`: the probability 0..1, from the network, that the crop shows a face.
    """

    points: Points
    presence: float


@dataclass(frozen=True, eq=False)
class Face:
    """One face: box and score (0..1) from the detector; `mesh` and `pose` are None if the mesh does not fit."""

    box: Box
    score: float
    mesh: Mesh | None = None
    pose: Pose | None = None


@dataclass(frozen=True)
class FaceAttributes:
    """Attributes of the main face from the networks trained for this project: calibrated probabilities 0..1.

    `human`: the face is a person's, and not an animal's or a thing's. `covers` and `eye_covers`: given that something
    covers the face or the eyes, the probability of each thing the networks can name ("mask", "sunglasses", …).
    """

    human: float
    smile: float
    eyes_open: float
    eyes_visible: float
    face_visible: float
    covers: Mapping[str, float] = field(default_factory=dict)
    eye_covers: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Origin:
    """What kind of picture it is: the probability 0..1 that it is a photograph, and of each other kind.

    `kinds`: "animal" and "thing" (photographs without a person), "painting", "cartoon", "sketch", "avatar_3d",
    "graphic", "screen", "card" (or page), "figure" (statue, doll). `graphics` and `graphics_over_face`: the probability
    that something was added to the photo, and that it covers the face.
    """

    photograph: float
    kinds: Mapping[str, float] = field(default_factory=dict)
    graphics: float = 0.0
    graphics_over_face: float = 0.0


@dataclass(frozen=True, eq=False)
class Scene:
    """Everything vision found in one photo.

    `faces`: the main face first, then the others by area. `mask`: (H, W) float32 probability 0..1 that a pixel shows a
    person; it covers the whole photo at any resolution, and is None without a face. `attributes`: those of the main
    face, None without a mesh. `origin`: the kind of picture, known with or without a face. `closeup`: the attributes
    from the face network alone, before they are combined with the picture network. `rotation`: if no face was found
    upright, the degrees clockwise (90, 180 or 270) by which the picture has to be rotated to show one; otherwise 0.
    """

    faces: tuple[Face, ...] = ()
    mask: Points | None = None
    attributes: FaceAttributes | None = None
    origin: Origin | None = None
    closeup: FaceAttributes | None = None
    rotation: int = 0

    @property
    def drawn(self) -> bool:
        """Whether the picture is more likely drawn than photographed. Covers of a drawn face are not named."""
        return self.origin is not None and self.origin.photograph < 0.5

    @property
    def main(self) -> Face | None:
        return self.faces[0] if self.faces else None
