"""What the checks judge by: the photo, what vision saw, and measures derived from both, each computed once."""

from __future__ import annotations

import math
from functools import cached_property

import cv2
import numpy as np
import numpy.typing as npt

from mettici.face_view import NOT_SKIN, VIEW_FACE, VIEW_SIDE, FaceView, Head, filled
from mettici.image.colour import light_quantiles, to_lab
from mettici.image.photo import Photo
from mettici.image.quantiles import medians, quantile
from mettici.image.sampling import Crop, Pyramid, cut
from mettici.image.types import Pixels, Points
from mettici.vision.landmarks import CHIN, EYE_CORNERS, EYES, FOREHEAD, OVAL, angle_between
from mettici.vision.types import Face, Mesh, Scene

Floats = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

OVERVIEW_SIDE = 256
"""Side of the overview, px."""


class Evidence:
    """One photo's evidence. Derived measures are computed when first asked and kept; nothing here judges.

    `picture`: the analysed photo with its halves, where someone has made them already.
    """

    def __init__(self, photo: Photo, scene: Scene, picture: Pyramid | None = None) -> None:
        self.photo, self.scene, self._halves = photo, scene, picture

    @property
    def face(self) -> Face | None:
        """The main face."""
        return self.scene.main

    @property
    def mesh(self) -> Mesh | None:
        return self.scene.main.mesh if self.scene.main else None

    @property
    def face_px(self) -> float:
        """Longer side in pixels of the main face as it was detected; 0 without a face."""
        return max(self.face.box.width, self.face.box.height) if self.face is not None else 0.0

    @property
    def turned(self) -> float:
        """Degrees by which the main head is turned to either side; 0 where that is not known."""
        return abs(self.face.pose.yaw) if self.face is not None and self.face.pose is not None else 0.0

    @property
    def height(self) -> int:
        """Of the analysed picture, px."""
        return int(self.photo.pixels.shape[0])

    @property
    def width(self) -> int:
        return int(self.photo.pixels.shape[1])

    @cached_property
    def _picture(self) -> Pyramid:
        return self._halves or Pyramid(self.photo.pixels)

    @cached_property
    def grey(self) -> Pixels:
        """(H, W) uint8 luma of the analysed photo."""
        return np.asarray(cv2.cvtColor(self.photo.pixels, cv2.COLOR_RGB2GRAY), np.uint8)

    @cached_property
    def overview(self) -> Pixels:
        """(256, 256, 3) RGB: the whole photo, stretched."""
        return self._picture.shrunk(OVERVIEW_SIDE, OVERVIEW_SIDE)

    @cached_property
    def overview_levels(self) -> Pixels:
        """(256, 256) luma of the overview."""
        return np.asarray(cv2.cvtColor(self.overview, cv2.COLOR_RGB2GRAY), np.uint8)

    @cached_property
    def eye_whites(self) -> float | None:
        """Linear light 0..1 that the brighter eye's whites reach (90 % quantile inside its outline).

        Nearly alike in all people, so it tells the light on a face of any skin. None where the eyes are too small.
        """
        view = self.view
        if view is None:
            return None
        inside = (view.light[view.within(eye)] for eye in EYES)
        return max((quantile(light, 0.9) for light in inside if light.size >= FEWEST_OF_EYE), default=None)

    @cached_property
    def eye_contrast(self) -> float | None:
        """Grey levels between pupil and white (10 % and 90 % quantiles), of the eye with the lower contrast.

        It tells whether the light reaches the eyes, on any skin. Glints and lashes, which a small photo does not show,
        are blurred away. None if the eyes are too small, closed or hidden.
        """
        view, attributes = self.view, self.scene.attributes
        if view is None or attributes is None or min(attributes.eyes_open, attributes.eyes_visible) < EYES_SEEN:
            return None
        inside = [view.soft[view.within(eye)] for eye in EYES]
        ranges = (quantile(grey, 0.9) - quantile(grey, 0.1) for grey in inside if grey.size >= FEWEST_OF_EYE)
        return min(ranges, default=None)

    @cached_property
    def person_brights(self) -> float | None:
        """Linear light 0..1 that the brightest 3 % of the person reach beside the face: cloth, hair, a scarf.

        None where hardly anything of the person but the face is seen.
        """
        if self.scene.mask is None or self.mesh is None:
            return None
        mask = cv2.resize(self.scene.mask, (OVERVIEW_SIDE, OVERVIEW_SIDE), interpolation=cv2.INTER_LINEAR)
        person = (mask > 0.6) & ~self.face_region
        if np.count_nonzero(person) < FEWEST_OF_PERSON:
            return None
        return light_quantiles(self.overview_levels, person, 0.97)[0]

    @cached_property
    def face_region(self) -> Mask:
        """(256, 256), like `overview`: the main face, up to 5 px beyond its outline; nothing where there is no mesh."""
        region = np.zeros((OVERVIEW_SIDE, OVERVIEW_SIDE), np.uint8)
        if self.mesh is not None:
            scale = OVERVIEW_SIDE / np.array([self.width, self.height])
            outline = self.mesh.points[list(OVAL), :2] * scale
            cv2.fillPoly(region, [np.rint(outline).astype(np.int32)], 1)
        return np.asarray(cv2.dilate(region, np.ones((5, 5), np.uint8)).astype(bool))

    @cached_property
    def surroundings(self) -> Mask | None:
        """(256, 256), like `overview`: what lies clear of every person; None where that was not looked at."""
        if self.scene.mask is None:
            return None
        mask = cv2.resize(self.scene.mask, (256, 256), interpolation=cv2.INTER_LINEAR)
        person = cv2.dilate((mask > 0.3).astype(np.uint8), np.ones((9, 9), np.uint8))
        return np.asarray(person == 0)

    @cached_property
    def grain(self) -> float:
        """Standard deviation of the noise of the analysed photo, grey levels, where the picture is flattest.

        Immerkaer's mask (1996) leaves noise and no slopes; of its strength in 16 px tiles that are not clipped, the
        lower fifth counts, for texture only adds. A photo without such a tile has none to be seen.
        """
        row = np.array([1, -2, 1], np.float32) / math.sqrt(6)  # Immerkaer's mask is its product with itself
        left = cv2.sepFilter2D(self.grey, cv2.CV_32F, row, row)
        rows, cols = self.height // 16, self.width // 16
        if not rows or not cols:
            return 0.0
        small = (cols, rows)
        whole = slice(0, rows * 16), slice(0, cols * 16)
        level = cv2.resize(self.grey[whole], small, interpolation=cv2.INTER_AREA)
        # In place: megabytes that come and go cost more than the sum.
        power = cv2.resize(cv2.multiply(left, left, dst=left)[whole], small, interpolation=cv2.INTER_AREA)
        open_ = power[(level > 12) & (level < 243)]
        return math.sqrt(quantile(open_, 0.2)) if open_.size else 0.0

    @cached_property
    def _tones(self) -> Floats:
        """(4096, 3): CIELAB of the whole picture, coarsely."""
        small = np.asarray(cv2.resize(self.overview, (64, 64), interpolation=cv2.INTER_AREA), np.uint8)
        return to_lab(small).reshape(-1, 3)

    @cached_property
    def monochrome(self) -> bool:
        """Black-and-white or toned in one colour: chroma that is nearly a line through grey.

        Colour photos spread in both chroma directions; a sepia print in one, and little.
        """
        across = math.sqrt(max(0.0, float(np.linalg.eigvalsh(np.cov(self._tones[:, 1:].T))[0])))
        return across < MONOCHROME_SPREAD

    @cached_property
    def duotone(self) -> bool:
        """Two strong colours in place of the picture's own: the lightness of each place tells its colour.

        The mean chroma of a sepia print stays under 22. Of the published photos in the train part that have this much,
        the lightness tells the colour of duotones to 0.09 of it and less, of any other photo to 0.2 and more.
        """
        chroma = float(np.hypot(*self._tones[:, 1:].T).mean())
        level = np.clip(self._tones[:, 0] * (LEVELS / 100), 0, LEVELS - 1).astype(int)
        count = np.maximum(1, np.bincount(level, minlength=LEVELS))
        off = [c - (np.bincount(level, c, LEVELS) / count)[level] for c in self._tones[:, 1:].T]
        return chroma > DUOTONE_CHROMA and float(np.sqrt(np.mean(np.square(off)) * 2)) < DUOTONE_SPREAD * chroma

    @cached_property
    def head(self) -> Head | None:
        """The main face's head: chin and sides from the mesh, the top of hair or hat from the person mask."""
        if self.mesh is None:
            return None
        outline = self.mesh.points[list(OVAL), :2]
        left, right = float(outline[:, 0].min()), float(outline[:, 0].max())
        brow, chin = float(outline[:, 1].min()), float(outline[:, 1].max())
        top = self._crown(left, right, brow, chin)
        missing = self._missing_above(left, right) if top <= 0.004 * self.height else 0.0
        return Head(top, chin, left, right, missing)

    def _missing_above(self, left: float, right: float) -> float:
        """How much of the head the upper edge cuts off, px.

        The cap of a circle as wide as the head, over a chord as long as the mask is wide at the edge.
        """
        if self.scene.mask is None:
            return 0.0
        columns = self.scene.mask.shape[1]
        row = medians(self.scene.mask[:3].T) >= 0.5
        width = (right - left) * HEAD_OVER_FACE
        x0, x1 = (round(((left + right) / 2 + k * width / 2) / self.width * columns) for k in (-1, 1))
        chord = float(row[max(0, x0) : max(1, x1)].sum()) * self.width / columns
        radius = width / 2
        return radius - math.sqrt(max(0.0, radius**2 - min(radius, chord / 2) ** 2))

    def _crown(self, left: float, right: float, brow: float, chin: float) -> float:
        """The upper edge of the person mask over the face, at most `TALLEST_CROWN` of the face above the forehead."""
        bare = brow - BARE_CROWN * (chin - brow)
        if self.scene.mask is None:
            return max(0.0, bare)
        rows, cols = self.scene.mask.shape
        x0, x1 = (round(v / self.width * cols) for v in (left + 0.25 * (right - left), right - 0.25 * (right - left)))
        strip = self.scene.mask[:, max(0, x0) : max(x0 + 1, x1)]
        if strip.size == 0:
            return max(0.0, bare)
        filled = medians(strip) >= 0.5
        highest = max(0, round((brow - TALLEST_CROWN * (chin - brow)) / self.height * rows))
        start = min(rows - 1, max(0, round(brow / self.height * rows)))
        row = start
        while row > highest and filled[row - 1]:
            row -= 1
        return float(min(row / rows * self.height, max(0.0, bare)))

    @cached_property
    def view(self) -> FaceView | None:
        """The main face at one size; None without a face."""
        if self.mesh is None:
            return None
        crop = self._crop(self.mesh.points)
        points = crop.into(self.mesh.points)
        grey = np.asarray(cv2.cvtColor(crop.pixels, cv2.COLOR_RGB2GRAY), np.float32)
        oval = filled(points, (OVAL,))
        inside = self._inside(crop)
        skin = oval & inside & ~filled(points, NOT_SKIN)
        return FaceView(crop.pixels, points, grey, oval & inside, skin, crop.scale)

    def _crop(self, points: Points) -> Crop:
        left, right = (points[list(corners), :2].mean(0) for corners in EYE_CORNERS)
        length = float(np.linalg.norm(points[FOREHEAD] - points[CHIN]))
        x, y = points[[FOREHEAD, CHIN], :2].mean(0).tolist()
        return cut(self._picture, (x, y), length * VIEW_SIDE / VIEW_FACE, angle_between(left, right), VIEW_SIDE)

    def _inside(self, crop: Crop) -> Mask:
        """Which pixels of the view lie inside the photo, and are no repeated border."""
        corners = np.array([[0, 0], [self.width, 0], [self.width, self.height], [0, self.height]], np.float32)
        mask = np.zeros((VIEW_SIDE, VIEW_SIDE), np.uint8)
        cv2.fillPoly(mask, [np.rint(crop.into(corners)).astype(np.int32)], 1)
        return mask.astype(bool)


FEWEST_OF_EYE, FEWEST_OF_PERSON = 20, 50
"""Pixels of an eye in the face view, and of the person in the overview, from which their brights count."""
EYES_SEEN = 0.5
"""Chance that the eyes are open, and that they can be seen, from which they tell how they are lit."""
MONOCHROME_SPREAD = 1.2
"""Standard deviation across the main chroma direction, CIELAB units, under which a picture is monochrome."""
DUOTONE_CHROMA, DUOTONE_SPREAD, LEVELS = 30.0, 0.12, 16
"""Mean chroma, CIELAB units; how far, as a share of it, colours may lie from the mean of their level of lightness; how
many levels there are."""
HEAD_OVER_FACE = 1.15
"""Width of a head with ears and hair over that of its face mesh."""
BARE_CROWN, TALLEST_CROWN = 0.22, 0.9
"""How far above the mesh's forehead the crown is on a bald head, and at most (hat, high hair), in face heights."""
