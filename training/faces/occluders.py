"""Paints things that hide a face over real ones: masks, scarves, hands, objects, hair.

Every function paints on `picture` (H, W, 3 RGB uint8, modified in place) guided by the mesh `points` (478, 2 or 3, in
pixels), takes its random choices from `rng`, and returns the covered area: (H, W) uint8, 255 where covered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt

from training.faces.paint import EYES, JAW, SKINS, Floats, Pixels, Rng, axes, face_size, fill, lay, texture

if TYPE_CHECKING:
    from collections.abc import Sequence


def mask(picture: Pixels, points: Floats, rng: Rng, textures: Sequence[Pixels]) -> npt.NDArray[np.uint8]:
    """A face mask (surgical, cloth, respirator) or a scarf pulled over the mouth; occasionally below the nose."""
    size = face_size(points)
    scarf = rng.random() < 0.25
    jaw, middle = _mask_outline(points, rng, scarf)
    cover = fill(picture, np.float32([*jaw, *middle]))
    surface = texture(picture.shape[:2], rng, textures, 0.75)
    if rng.random() < 0.12:
        surface = np.zeros_like(surface) + np.float32(SKINS[rng.integers(6)])
    if not scarf and rng.random() < 0.5:
        strap = surface[0, 0].clip(0, 255).tolist()
        for end, ear in ((jaw[0], 127), (jaw[-1], 356)):
            _line(picture, end, points[ear, :2], strap, size / 60)
    if not scarf and rng.random() < 0.5:
        fold = (surface.mean((0, 1)) * 0.8).tolist()
        for k in rng.uniform(0.2, 0.8, int(rng.integers(1, 4))):
            ends = jaw[len(jaw) // 4] * k + middle[2] * (1 - k), jaw[-len(jaw) // 4] * k + middle[0] * (1 - k)
            _line(surface, *ends, fold, size / 90)
    lay(picture, cover, surface, rng)
    return cover


def _mask_outline(points: Floats, rng: Rng, scarf: bool) -> tuple[Floats, list[Floats]]:
    """Along the jaw from ear to ear (a scarf extends to the chest), and back over the nose."""
    across, down = axes(points)
    size = face_size(points)
    top = points[[6, 197, 195, 5, 2][rng.choice(5, p=(0.15, 0.3, 0.3, 0.15, 0.1))], :2]
    jaw = points[list(JAW), :2].copy()
    first = int(rng.integers(0, 4))
    jaw = jaw[first : len(jaw) - first]
    jaw += (jaw - points[4, :2]) * rng.uniform(-0.04, 0.12)
    if scarf:
        low = down * size * 0.7
        chest = [jaw[2] + low - across * size * 0.2, jaw[-3] + low + across * size * 0.2]
        jaw = np.concatenate([jaw[:2], chest, jaw[-2:]])
    lift = down * size * rng.uniform(-0.02, 0.04)
    return jaw, [jaw[-1] * 0.5 + top * 0.5 + lift, top, jaw[0] * 0.5 + top * 0.5 + lift]


def hand(picture: Pixels, points: Floats, rng: Rng, at: Floats) -> npt.NDArray[np.uint8]:
    """Fingers of the same or another skin colour over the point `at` (x, y)."""
    size = face_size(points)
    surface = np.zeros(picture.shape, np.float32) + _skin(picture, points, rng) * rng.uniform(0.85, 1.1)
    cover = np.zeros(picture.shape[:2], np.uint8)
    turn, width = rng.uniform(-1.2, 1.2) + (np.pi / 2), size * rng.uniform(0.07, 0.11)
    along = np.float32([np.cos(turn), np.sin(turn)])
    beside = np.float32([-along[1], along[0]])
    count = int(rng.integers(2, 5))
    for n in range(count):
        tip = at + beside * width * 1.15 * (n - (count - 1) / 2) - along * size * rng.uniform(0.12, 0.2)
        one = np.zeros_like(cover)
        _line(one, tip, tip + along * size * rng.uniform(0.5, 0.8), 255, max(2, width))
        edge = cv2.GaussianBlur(one, (0, 0), max(1.0, width / 5)).astype(np.float32)[..., None] / 255
        surface = np.where(one[..., None] > 127, surface * (0.7 + 0.3 * edge), surface)
        cover = np.maximum(cover, one)
    if rng.random() < 0.6:
        spread = (int(width * count * 0.75), int(size * 0.3))
        lean = float(np.degrees(turn) + 90)
        cv2.ellipse(cover, _pixel(at + along * size * 0.55), spread, lean, 0, 360, 255, -1, cv2.LINE_AA)
    lay(picture, cover, surface + rng.normal(0, 4, (*picture.shape[:2], 1)).astype(np.float32), rng)
    return cover


def _skin(picture: Pixels, points: Floats, rng: Rng) -> Floats:
    """The colour of a cheek or the forehead, sometimes someone else's."""
    place = np.round(points[[50, 280, 151][rng.integers(3)], 1::-1]).astype(int)
    own = picture[tuple(np.clip(place, 0, np.array(picture.shape[:2]) - 1))].astype(np.float32)
    return np.float32(SKINS[rng.integers(6)]) if rng.random() < 0.3 else own


def _pixel(point: Floats) -> tuple[int, int]:
    x, y = np.round(point).astype(int).tolist()
    return x, y


def _line(picture: npt.NDArray[np.generic], a: Floats, b: Floats, colour: object, width: float) -> None:
    cv2.line(picture, _pixel(a), _pixel(b), colour, max(1, int(width)), cv2.LINE_AA)  # type: ignore[call-overload]


def thing(
    picture: Pixels, points: Floats, rng: Rng, textures: Sequence[Pixels], at: Floats, share: float
) -> npt.NDArray[np.uint8]:
    """An object over the point `at`: a phone, a cup, paper, a leaf, a microphone. `share`: its size relative to the
    face."""
    across, down = axes(points)
    w, h = face_size(points) * share * rng.uniform(0.7, 1.4, 2) / 2
    turn = rng.normal(0, 0.4)
    u = across * np.cos(turn) + down * np.sin(turn)
    v = np.float32([-u[1], u[0]])
    if rng.random() < 0.5:
        outline = np.float32([at - u * w - v * h, at + u * w - v * h, at + u * w + v * h, at - u * w + v * h])
    else:
        angles = np.linspace(0, 2 * np.pi, int(rng.integers(5, 20)), endpoint=False)
        reach = rng.uniform(0.75, 1.0, len(angles))
        outline = np.float32(
            [at + u * w * r * np.cos(a) + v * h * r * np.sin(a) for a, r in zip(angles, reach, strict=True)]
        )
    cover = fill(picture, outline)
    lay(picture, cover, texture(picture.shape[:2], rng, textures, 0.35), rng)
    return cover


def hair(picture: Pixels, points: Floats, rng: Rng) -> npt.NDArray[np.uint8]:
    """Strands from the forehead over one or both eyes."""
    across, down = axes(points)
    size = face_size(points)
    cover = np.zeros(picture.shape[:2], np.uint8)
    surface = np.zeros(picture.shape, np.float32)
    tones = ((20, 15, 12), (55, 35, 22), (110, 75, 45), (190, 155, 105), (150, 150, 150), (120, 45, 25))
    base = np.float32(tones[rng.integers(len(tones))])
    sides = (0, 1) if rng.random() < 0.3 else (int(rng.integers(2)),)
    for side in sides:
        eye = points[list(EYES[side]), :2].mean(0)
        lean = rng.normal(0, 0.15)
        for _ in range(int(rng.integers(25, 60))):
            start = eye - down * size * rng.uniform(0.35, 0.5) + across * size * (rng.normal(0, 0.08) - lean)
            end = eye + down * size * rng.uniform(0.05, 0.3) + across * size * (rng.normal(0, 0.09) + lean)
            bend = (start + end) / 2 + across * size * rng.normal(0, 0.03)
            line = np.round(np.float32([start, bend, end])).astype(np.int32)
            thick = max(1, int(size * rng.uniform(0.01, 0.03)))
            cv2.polylines(cover, [line], False, 255, thick, cv2.LINE_AA)
            cv2.polylines(surface, [line], False, (base * rng.uniform(0.6, 1.5)).tolist(), thick, cv2.LINE_AA)
    surface[cover == 0] = base
    lay(picture, cover, surface, rng)
    return cover
