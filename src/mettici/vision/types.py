"""What vision saw, as plain frozen values: boxes, head pose, mesh, faces, person mask.

Lengths are pixels of the analysed photo (`Photo.pixels`), x to the right and y down, unless said otherwise.
"Left" and "right" are the viewer's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mettici.image.types import Points


@dataclass(frozen=True)
class Box:
    """An upright rectangle."""

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
        """Area of the intersection over the smaller of the two areas, 0..1."""
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

    `points` is (478, 3) float32, read-only; x and y in pixels, z in the same unit, growing away from the camera.
    `presence` is the network's chance, 0..1, that a face is there.
    """

    points: Points
    presence: float


@dataclass(frozen=True, eq=False)
class Face:
    """One face: detector's box and score (0..1), and the mesh and pose where they were computed."""

    box: Box
    score: float
    mesh: Mesh | None = None
    pose: Pose | None = None


@dataclass(frozen=True)
class FaceAttributes:
    """What the networks trained here see in the main face: calibrated chances 0..1.

    `human`: a person's face and not an animal's or a thing's. `covers` and `eye_covers` share out what hides the face
    or the eyes, where something does, among the names that validation supports ("mask", "sunglasses", …).
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
    """What kind of picture it is: the chance 0..1 that it is a photograph, and of each named kind.

    `kinds`: "animal" and "thing" (photographs of no person), "painting", "cartoon", "sketch", "avatar_3d", "graphic",
    "screen", "card" (or page), "figure" (statue, doll). `graphics`, `graphics_over_face`: the chance that something was
    added to the photo, and that it covers the face.
    """

    photograph: float
    kinds: Mapping[str, float] = field(default_factory=dict)
    graphics: float = 0.0
    graphics_over_face: float = 0.0


@dataclass(frozen=True, eq=False)
class Scene:
    """Everything vision saw in one photo.

    `faces`: the main face first, then by area. `mask`: (H, W) float32 chance 0..1 that a pixel shows a person,
    of any resolution (it covers the whole photo), None where no face was found. `attributes`: of the main face, None
    without one. `origin`: of the picture, with or without a face. `turned`: degrees clockwise, 90, 180 or 270, by which
    a picture has to be turned to show a face: then it has none as it is. `close`: the looks as seen in the face alone,
    before what the picture as a whole says of them was weighed in.
    """

    faces: tuple[Face, ...] = ()
    mask: Points | None = None
    attributes: FaceAttributes | None = None
    origin: Origin | None = None
    closeup: FaceAttributes | None = None
    rotation: int = 0

    @property
    def drawn(self) -> bool:
        """More likely drawn than photographed: what seems to cover such a face is not named."""
        return self.origin is not None and self.origin.photograph < 0.5

    @property
    def main(self) -> Face | None:
        return self.faces[0] if self.faces else None
