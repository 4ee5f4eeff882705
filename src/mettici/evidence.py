"""The evidence that checks assess: the photo, what the networks saw, and measures derived from both, computed once."""

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
    """The evidence of one photo. Measures are computed on first use and cached; nothing here judges them.

    `picture`: the pyramid of the analysed photo, if it exists already.
    """

    def __init__(self, photo: Photo, scene: Scene, picture: Pyramid | None = None) -> None:
        self.photo, self.scene, self._pyramid = photo, scene, picture

    @property
    def face(self) -> Face | None:
        """The main face."""
        return self.scene.main

    @property
    def mesh(self) -> Mesh | None:
        return self.scene.main.mesh if self.scene.main else None

    @property
    def face_px(self) -> float:
        """Longer side of the detected box of the main face, px; 0 without a face."""
        return max(self.face.box.width, self.face.box.height) if self.face is not None else 0.0

    @property
    def turned(self) -> float:
        """Degrees by which the main head is turned to either side; 0 if unknown."""
        return abs(self.face.pose.yaw) if self.face is not None and self.face.pose is not None else 0.0

    @property
    def height(self) -> int:
        """Height of the analysed picture, px."""
        return int(self.photo.pixels.shape[0])

    @property
    def width(self) -> int:
        return int(self.photo.pixels.shape[1])

    @cached_property
    def _picture(self) -> Pyramid:
        return self._pyramid or Pyramid(self.photo.pixels)

    @cached_property
    def grey(self) -> Pixels:
        """(H, W) uint8 luma of the analysed photo."""
        return np.asarray(cv2.cvtColor(self.photo.pixels, cv2.COLOR_RGB2GRAY), np.uint8)

    @cached_property
    def overview(self) -> Pixels:
        """(256, 256, 3) RGB: the whole photo, scaled to a square."""
        return self._picture.shrunk(OVERVIEW_SIDE, OVERVIEW_SIDE)

    @cached_property
    def overview_levels(self) -> Pixels:
        """(256, 256) luma of the overview."""
        return np.asarray(cv2.cvtColor(self.overview, cv2.COLOR_RGB2GRAY), np.uint8)

    @cached_property
    def eye_whites(self) -> float | None:
        """Linear light 0..1 of the white of the brighter eye (90 % quantile within its outline).

        It hardly differs between people, so it shows the light on a face of any skin colour. None if the eyes are too
        small.
        """
        view = self.view
        if view is None:
            return None
        inside = (view.light[view.within(eye)] for eye in EYES)
        return max((quantile(light, 0.9) for light in inside if light.size >= MIN_EYE_PIXELS), default=None)

    @cached_property
    def eye_contrast(self) -> float | None:
        """Difference in grey levels between pupil and white (10 % and 90 % quantiles), in the eye with the lower
        contrast.

        It shows whether light reaches the eyes, with any skin colour. Highlights and lashes, which a small photo does
        not resolve, are blurred away. None if the eyes are too small, closed or hidden.
        """
        view, attributes = self.view, self.scene.attributes
        if (
            view is None
            or attributes is None
            or min(attributes.eyes_open, attributes.eyes_visible) < MIN_EYES_PROBABILITY
        ):
            return None
        inside = [view.soft[view.within(eye)] for eye in EYES]
        ranges = (quantile(grey, 0.9) - quantile(grey, 0.1) for grey in inside if grey.size >= MIN_EYE_PIXELS)
        return min(ranges, default=None)

    @cached_property
    def person_highlights(self) -> float | None:
        """Linear light 0..1 that the brightest 3 % of the person exceed outside the face: clothes, hair, a scarf.

        None if hardly anything but the face is visible.
        """
        if self.scene.mask is None or self.mesh is None:
            return None
        mask = cv2.resize(self.scene.mask, (OVERVIEW_SIDE, OVERVIEW_SIDE), interpolation=cv2.INTER_LINEAR)
        person = (mask > 0.6) & ~self.face_region
        if np.count_nonzero(person) < MIN_PERSON_PIXELS:
            return None
        return light_quantiles(self.overview_levels, person, 0.97)[0]

    @cached_property
    def face_region(self) -> Mask:
        """(256, 256), like `overview`: the main face with a margin of a few pixels; empty without a mesh."""
        region = np.zeros((OVERVIEW_SIDE, OVERVIEW_SIDE), np.uint8)
        if self.mesh is not None:
            scale = OVERVIEW_SIDE / np.array([self.width, self.height])
            outline = self.mesh.points[list(OVAL), :2] * scale
            cv2.fillPoly(region, [np.rint(outline).astype(np.int32)], 1)
        return np.asarray(cv2.dilate(region, np.ones((5, 5), np.uint8)).astype(bool))

    @cached_property
    def surroundings(self) -> Mask | None:
        """(256, 256), like `overview`: the area clear of every person; None if people were not segmented."""
        if self.scene.mask is None:
            return None
        mask = cv2.resize(self.scene.mask, (256, 256), interpolation=cv2.INTER_LINEAR)
        person = cv2.dilate((mask > 0.3).astype(np.uint8), np.ones((9, 9), np.uint8))
        return np.asarray(person == 0)

    @cached_property
    def black_around(self) -> float:
        """Share of the surroundings that is black to within one level, 0..1; 0 if they are too small to measure."""
        around = self.surroundings
        if around is None or around.mean() < MIN_AROUND:
            return 0.0
        return float((self.overview[around] <= 1).all(axis=1).mean())

    @cached_property
    def grain(self) -> float:
        """Standard deviation of the noise in the flattest parts of the analysed photo, grey levels.

        Immerkaer's mask (1996) responds to noise but not to gradients. Its strength is taken in 16 px tiles that are
        not clipped, and the 20 % quantile counts, because texture only adds to it. 0 if there is no such tile.
        """
        row = np.array([1, -2, 1], np.float32) / math.sqrt(6)  # Immerkaer's mask is its product with itself
        left = cv2.sepFilter2D(self.grey, cv2.CV_32F, row, row)
        rows, cols = self.height // 16, self.width // 16
        if not rows or not cols:
            return 0.0
        small = (cols, rows)
        whole = slice(0, rows * 16), slice(0, cols * 16)
        level = cv2.resize(self.grey[whole], small, interpolation=cv2.INTER_AREA)
        # In place: allocating megabytes costs more than the arithmetic.
        power = cv2.resize(cv2.multiply(left, left, dst=left)[whole], small, interpolation=cv2.INTER_AREA)
        open_ = power[(level > 12) & (level < 243)]
        return math.sqrt(quantile(open_, 0.2)) if open_.size else 0.0

    @cached_property
    def _tones(self) -> Floats:
        """(4096, 3): CIELAB of the whole picture at 64 x 64 pixels."""
        small = np.asarray(cv2.resize(self.overview, (64, 64), interpolation=cv2.INTER_AREA), np.uint8)
        return to_lab(small).reshape(-1, 3)

    @cached_property
    def monochrome(self) -> bool:
        """Whether the picture is black-and-white or toned in one colour: its chroma nearly lies on a line through grey.

        Colour photos vary in both chroma directions; a sepia print in one, and only a little.
        """
        across = math.sqrt(max(0.0, float(np.linalg.eigvalsh(np.cov(self._tones[:, 1:].T))[0])))
        return across < MONOCHROME_SPREAD

    @cached_property
    def duotone(self) -> bool:
        """Whether two strong colours replace the picture's own: lightness determines colour everywhere.

        The mean chroma of a sepia print stays under 22. Among the published photos in the train part with at least this
        much chroma, the colours of duotones deviate from those predicted by lightness by at most 0.09 of the mean
        chroma, and those of all other photos by at least 0.2.
        """
        chroma = float(np.hypot(*self._tones[:, 1:].T).mean())
        level = np.clip(self._tones[:, 0] * (LEVELS / 100), 0, LEVELS - 1).astype(int)
        count = np.maximum(1, np.bincount(level, minlength=LEVELS))
        off = [c - (np.bincount(level, c, LEVELS) / count)[level] for c in self._tones[:, 1:].T]
        return chroma > DUOTONE_CHROMA and float(np.sqrt(np.mean(np.square(off)) * 2)) < DUOTONE_SPREAD * chroma

    @cached_property
    def head(self) -> Head | None:
        """The main head: chin and sides from the mesh, the top of hair or hat from the person mask."""
        if self.mesh is None:
            return None
        outline = self.mesh.points[list(OVAL), :2]
        left, right = float(outline[:, 0].min()), float(outline[:, 0].max())
        brow, chin = float(outline[:, 1].min()), float(outline[:, 1].max())
        top = self._crown(left, right, brow, chin)
        missing = self._missing_above(left, right) if top <= 0.004 * self.height else 0.0
        return Head(top, chin, left, right, missing)

    def _missing_above(self, left: float, right: float) -> float:
        """How much of the head the top edge cuts off, px.

        The height of a circle segment: the circle is as wide as the head, its chord as long as the mask is wide at the
        edge.
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
        """The top edge of the person mask above the face, at most `MAX_CROWN` face heights above the forehead."""
        bare = brow - BARE_CROWN * (chin - brow)
        if self.scene.mask is None:
            return max(0.0, bare)
        rows, cols = self.scene.mask.shape
        x0, x1 = (round(v / self.width * cols) for v in (left + 0.25 * (right - left), right - 0.25 * (right - left)))
        strip = self.scene.mask[:, max(0, x0) : max(x0 + 1, x1)]
        if strip.size == 0:
            return max(0.0, bare)
        filled = medians(strip) >= 0.5
        highest = max(0, round((brow - MAX_CROWN * (chin - brow)) / self.height * rows))
        start = min(rows - 1, max(0, round(brow / self.height * rows)))
        row = start
        while row > highest and filled[row - 1]:
            row -= 1
        return float(min(row / rows * self.height, max(0.0, bare)))

    @cached_property
    def view(self) -> FaceView | None:
        """The main face at a fixed size; None without a mesh."""
        if self.mesh is None:
            return None
        crop = self._crop(self.mesh.points)
        points = crop.to_crop(self.mesh.points)
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
        """Which pixels of the view lie inside the photo, rather than in its repeated border."""
        corners = np.array([[0, 0], [self.width, 0], [self.width, self.height], [0, self.height]], np.float32)
        mask = np.zeros((VIEW_SIDE, VIEW_SIDE), np.uint8)
        cv2.fillPoly(mask, [np.rint(crop.to_crop(corners)).astype(np.int32)], 1)
        return mask.astype(bool)


MIN_EYE_PIXELS, MIN_PERSON_PIXELS = 20, 50
"""Minimum number of pixels of an eye in the face view, and of the person in the overview, to measure brightness."""
MIN_AROUND = 0.1
"""Minimum share of the photo around the people, to measure its colour."""
MIN_EYES_PROBABILITY = 0.5
"""Minimum probability that the eyes are open and visible, to measure their contrast."""
MONOCHROME_SPREAD = 1.2
"""Standard deviation perpendicular to the main chroma direction, in CIELAB units, below which a picture is
monochrome."""
DUOTONE_CHROMA, DUOTONE_SPREAD, LEVELS = 30.0, 0.12, 16
"""Minimum mean chroma, CIELAB units; maximum deviation, as a share of it, from the mean colour of a lightness level;
number of levels."""
HEAD_OVER_FACE = 1.15
"""Width of a head, with ears and hair, relative to its face mesh."""
BARE_CROWN, MAX_CROWN = 0.22, 0.9
"""Height of the crown above the mesh's forehead, in face heights: on a bald head, and at most (hat, high hair)."""
