"""Augments faces: every set gets the same crops, covers, lighting, noise and compression, as in real uploads.

A network must not recognise a set by its borders, size, colour or compression, so each sample draws all of these at
random.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt

from mettici.vision.face_attributes import HEADS, FacePosition, Views, shape_vector, views
from training.faces import accessories, occluders, paint

if TYPE_CHECKING:
    from collections.abc import Sequence

    from training.faces.crops import Sample
    from training.faces.labels import Target

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]
Rng = np.random.Generator
HEAD = {name: n for n, name in enumerate(HEADS)}


def varied(sample: Sample, target: Target, rng: Rng, textures: Sequence[Pixels]) -> tuple[Views, Target]:
    """One training sample: the views of a region and its mesh, and the target, all randomly augmented."""
    picture, points, target = sample.region.copy(), sample.points.copy(), target.copy()
    if target.value[HEAD["human"]] > 0.5:
        _cover(picture, points, target, rng, textures)
    picture, points = _cut_off(picture, points, target, rng)
    if rng.random() < 0.15:
        picture = _relit(picture, points, rng)
    picture, points = _resampled(picture, points, rng)
    frame = FacePosition(points)
    frame.angle += math.radians(rng.normal(0, 5))
    frame.size *= float(np.exp(rng.normal(0, 0.05)))
    unit = frame.size
    frame.middle = frame.middle + rng.normal(0, 0.025, 2).astype(np.float32) * unit
    frame.left = frame.left + rng.normal(0, 0.012, 2).astype(np.float32) * unit
    frame.right = frame.right + rng.normal(0, 0.012, 2).astype(np.float32) * unit
    frame.mouth = frame.mouth + rng.normal(0, 0.015, 2).astype(np.float32) * unit
    jitter = rng.normal(0, 0.004, points.shape).astype(np.float32) * unit
    return views(picture, frame, shape_vector(points + jitter)), target


def recoloured(seen: Views, pairs: npt.NDArray[np.intp], rng: Rng) -> Views:
    """Finished crops with random colours, perhaps mirrored."""
    return _mirrored(Views(*_coloured(list(seen[:3]), rng), seen.shape), pairs, rng)


def mirror_pairs(mean: Floats) -> npt.NDArray[np.intp]:
    """For each point of the mean shape vector, the index of its mirror image."""
    points = mean.reshape(-1, 3)
    return np.asarray(np.linalg.norm(points[:, None] * np.float32([-1, 1, 1]) - points, axis=2).argmin(1), np.intp)


def _mirrored(seen: Views, pairs: npt.NDArray[np.intp], rng: Rng) -> Views:
    """Mirror half of the samples. The eyes swap places, since one of them is already mirrored."""
    if rng.random() < 0.5:
        return seen
    half = seen.eyes.shape[1] // 2
    turned = seen.shape.reshape(-1, 3)[pairs] * np.float32([-1, 1, 1])
    eyes = np.concatenate([seen.eyes[:, half:], seen.eyes[:, :half]], 1)
    return Views(seen.face[:, ::-1], eyes, seen.mouth[:, ::-1], turned.ravel())


# ---------------------------------------------------------------- covers
def _cover(picture: Pixels, points: Floats, target: Target, rng: Rng, textures: Sequence[Pixels]) -> None:
    """Sometimes paint something over the face and update the target."""
    chance = rng.random()
    free, seeing = target.value[HEAD["face_hidden"]] == 0, target.value[HEAD["eyes_hidden"]] == 0
    if chance < 0.09 and free:
        cover = occluders.mask(picture, points, rng, textures)
        _face_covered(target, cover, points, mask=True)
    elif chance < 0.19 and free:
        at = _somewhere(points, rng, low=rng.random() < 0.6)
        if rng.random() < 0.45:
            cover = occluders.hand(picture, points, rng, at)
        else:
            cover = occluders.thing(picture, points, rng, textures, at, rng.uniform(0.2, 0.9))
        _face_covered(target, cover, points, mask=False)
    elif chance < 0.23 and seeing:
        _eyes_covered(target, occluders.hair(picture, points, rng), points)
    elif chance < 0.30 and seeing:
        cover = accessories.glasses(picture, points, rng, textures, dark=True)
        target.set(eyes_hidden=1, sunglasses=1, eyes_open=None)
    elif chance < 0.33 and seeing:
        eye = points[list(paint.EYES[int(rng.integers(2))]), :2].mean(0)
        _eyes_covered(target, occluders.thing(picture, points, rng, textures, eye, rng.uniform(0.2, 0.4)), points)
    elif chance < 0.38:
        accessories.glasses(picture, points, rng, textures, dark=False)
    elif chance < 0.42:
        accessories.headwear(picture, points, rng, textures)


def _somewhere(points: Floats, rng: Rng, low: bool) -> Floats:
    """A random place: on the mouth, chin or nose if `low`, else anywhere near the face, including harmless places."""
    if low:
        return np.asarray(points[[0, 17, 61, 291, 4, 205, 425][rng.integers(7)], :2], np.float32)
    middle = points[list(paint.OVAL), :2].mean(0)
    turn, reach = rng.uniform(0, 2 * math.pi), rng.uniform(0.2, 0.9) * np.ptp(points[:468, 1])
    return np.float32([middle[0] + reach * math.cos(turn), middle[1] + reach * math.sin(turn)])


def _face_covered(target: Target, cover: npt.NDArray[np.uint8], points: Floats, mask: bool) -> None:
    """Hidden if the mouth or nose is covered, or a fifth of the face; free if almost nothing is; in between,
    unlabelled."""
    share = paint.covered(cover, points, paint.OVAL)
    mouth, nose = (
        paint.covered(cover, points, paint.MOUTH),
        paint.covered(cover, points, paint.NOSE),
    )
    eyes = max(paint.covered(cover, points, eye) for eye in paint.EYES)
    hidden = share > 0.2 or mouth > 0.6 or nose > 0.7
    free = share < 0.07 and mouth < 0.05 and nose < 0.1
    target.set(face_hidden=1 if hidden else 0 if free else None)
    if hidden:
        target.set(mask=1 if mask else 0)
    if mouth > 0.1 or hidden:
        target.set(smile=None)
    if eyes > 0.05:
        target.set(eyes_open=None, eyes_hidden=1 if eyes > 0.6 else None, sunglasses=0 if eyes > 0.6 else None)


def _eyes_covered(target: Target, cover: npt.NDArray[np.uint8], points: Floats) -> None:
    eyes = max(paint.covered(cover, points, eye) for eye in paint.EYES)
    target.set(
        eyes_open=None,
        eyes_hidden=1 if eyes > 0.6 else 0 if eyes < 0.05 else None,
        sunglasses=0 if eyes > 0.6 else None,
    )
    if paint.covered(cover, points, paint.OVAL) > 0.06:
        target.set(face_hidden=None)


def _cut_off(picture: Pixels, points: Floats, target: Target, rng: Rng) -> tuple[Pixels, Floats]:
    """Sometimes crop the picture through the middle of the face; more often just beside it."""
    chance = rng.random()
    if chance > 0.22:
        return picture, points
    low, high = points[:468, :2].min(0), points[:468, :2].max(0)
    side = int(rng.choice(4, p=(0.3, 0.3, 0.2, 0.2)))
    share = rng.uniform(0.12, 0.5) if chance < 0.06 else rng.uniform(-0.35, 0.0)
    axis = side % 2
    place = low[axis] + share * (high - low)[axis] if side < 2 else high[axis] - share * (high - low)[axis]
    line = int(np.clip(place, 0, picture.shape[1 - axis]))
    if not (picture.shape[1 - axis] - line if side < 2 else line) > 8:
        return picture, points
    if side < 2:
        picture = picture[line:] if axis else picture[:, line:]
        points[:, axis] -= line
    else:
        picture = picture[:line] if axis else picture[:, :line]
    if share > 0.05:
        hidden = 1 if share > 0.2 else None
        target.set(face_hidden=hidden, mask=0 if hidden else None, smile=None, eyes_open=None, eyes_hidden=None)
    return np.ascontiguousarray(picture), points


# ---------------------------------------------------------------- light, camera, file
def _relit(picture: Pixels, points: Floats, rng: Rng) -> Pixels:
    """Light from one side, drawn alike for every skin tone."""
    turn, middle = rng.uniform(0, 2 * math.pi), points[:468, :2].mean(0)
    y, x = np.mgrid[: picture.shape[0], : picture.shape[1]].astype(np.float32)
    along = ((x - middle[0]) * math.cos(turn) + (y - middle[1]) * math.sin(turn)) / max(
        float(np.ptp(points[:468, 1])), 1.0
    )
    gain = 1 - rng.uniform(0.2, 0.8) / (1 + np.exp(along * rng.uniform(3, 12)))
    return np.clip(picture * gain[..., None], 0, 255).astype(np.uint8)


def _resampled(picture: Pixels, points: Floats, rng: Rng) -> tuple[Pixels, Floats]:
    """The resolution, softness, noise and compression of a random camera or messenger."""
    size = float(np.ptp(points[:468, :2], axis=0).max())
    if rng.random() < 0.6:
        scale = math.exp(rng.uniform(math.log(38), math.log(170))) / size
        if scale < 1.3:
            shape = (max(8, round(picture.shape[1] * scale)), max(8, round(picture.shape[0] * scale)))
            points = points * np.float32([shape[0] / picture.shape[1], shape[1] / picture.shape[0], scale])
            how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
            picture, size = np.asarray(cv2.resize(picture, shape, interpolation=how), np.uint8), size * scale
    chance = rng.random()
    if chance < 0.12:
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.3, 1.0) * size / 60), np.uint8)
    elif chance < 0.17:
        picture = np.asarray(cv2.bilateralFilter(picture, 5, rng.uniform(20, 60), size / 25), np.uint8)
    elif chance < 0.20:
        picture = np.asarray(cv2.medianBlur(picture, 3), np.uint8)
    elif chance < 0.26:
        soft = cv2.GaussianBlur(picture, (0, 0), 1.2)
        picture = np.asarray(cv2.addWeighted(picture, 1.7, soft, -0.7, 0), np.uint8)
    if rng.random() < 0.25:
        spread = rng.uniform(2, 16)
        grain = rng.normal(0, spread, picture.shape[:2] + ((1,) if rng.random() < 0.5 else (3,)))
        picture = np.clip(picture + grain, 0, 255).astype(np.uint8)
    if rng.random() < 0.6:
        _, coded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(30, 97))])
        picture = np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)
    return picture, points


def _coloured(crops: list[Pixels], rng: Rng) -> list[Pixels]:
    """The same exposure, contrast, colour balance and filter on every crop."""
    ramp = np.linspace(0, 1, 256)[None].repeat(3, 0)
    if rng.random() < 0.8:
        gamma = math.exp(rng.normal(0, 0.35))
        contrast, lift = math.exp(rng.normal(0, 0.2)), rng.normal(0, 0.06)
        balance = np.exp(rng.normal(0, 0.08, (3, 1)))
        ramp = ((ramp**gamma - 0.5) * contrast + 0.5 + lift) * balance
    if rng.random() < 0.05:
        ramp = ramp * np.exp(rng.normal(0, 0.4, (3, 1)))
    table = np.clip(ramp * 255, 0, 255).astype(np.uint8).T.reshape(1, 256, 3)
    grey, fade = rng.random() < 0.13, rng.uniform(0, 1.4) if rng.random() < 0.2 else 1.0
    sepia = rng.random() < 0.25
    done = []
    for crop in crops:
        seen = crop
        if grey or fade != 1.0:
            mean = cv2.cvtColor(cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
            seen = np.asarray(mean if grey else cv2.addWeighted(crop, fade, mean, 1 - fade, 0), np.uint8)
        one_curve = grey and not sepia
        done.append(np.asarray(cv2.LUT(seen, table[..., 1] if one_curve else table), np.uint8))
    return done
