"""Synthetic evidence for the checks' tests: a drawn portrait with its mesh, mask and attributes.

Uses no networks, no photos of people and no ONNX Runtime. `evidence()` returns a good portrait; each argument spoils or
changes one thing:

    evidence()                                   # a sharp, evenly lit, smiling face in the middle
    evidence(portrait(skin=DARK))                # another skin
    evidence(portrait() // 4)                    # too dark
    evidence(pixels, points=mesh((300, 200), 90, yaw=30))
    evidence(looks=Looks(...), jpeg_quality=6)
"""

from __future__ import annotations

import base64
import math
import zlib
from collections.abc import Callable

import cv2
import numpy as np

from mettici.checks.base import Assessment, Check
from mettici.evidence import Evidence
from mettici.image.photo import Photo
from mettici.vision.landmarks import OVAL
from mettici.vision.types import Box, Face, FaceAttributes, Mesh, Origin, Pose, Scene

LIGHT, TAN, BROWN, DARK = (232, 190, 168), (206, 158, 124), (150, 104, 76), (98, 66, 50)
"""Skin tones, RGB: people of many shades in the same light."""
SKINS = LIGHT, TAN, BROWN, DARK
SIDE = 512
"""Side of the default portrait, px."""
TALL = 0.36
"""The distance from forehead to chin in it, as a share of the side."""

# Mean of 27 frontal meshes (official portraits, public domain), made symmetric: x, y, z in 1/3978 of the
# length from forehead (10) to chin (152), around their middle; differences from point to point, as deflated
# little-endian int16.
_MESH = (
    "eNrNlmlwV9UZxp9z7v1nA1JCwzICZSmSgQCGBCihATEFCRkNqxhRCSAQKrLKagpVWRSSEiADA0iRIBpZFSx7jZAiQUEIEoLUYlhC"
    "QWBkSYTkf+95nx4602lnyge/6Hjuh3u+nO35Ped5D3C/LeL0f/9j/dMOHtgmcHXwXWcaZ7Efu+ldsh5HZT3ncqJuIsWmrnpUR+tI"
    "/JpT+VdksREn6zvc6j3ifM4aJpo4966fyGuS4sZwoWw2qe4rqC8xaCMFegavchzjpKNeY1Zyr9ubM3gI82UISrhYJXIe3kEFNUJQ"
    "C7/AP+Qyz/Map3OUnx5SaM5zqQrwMtZIKLuqRWYCnsNTqpEq4d94ybwn650bfoZTzHwvVO1AlDqKFWir8oOlOOSulWSvfaAFT5lj"
    "Ot1b7eZirN8CzUSQyQNOldKS5z+tpyIZu/wid7D0ZK5VZ4WZhL7o4Y9w5vNN5nAPZ5lNeq1zzeRjKSqQ7BfhCxXwpzincQn3TJlX"
    "5l7mdd7hBfblZX7L0aQZ7u7hJrZhlFnh7pNK9TrnYJsMVIBIodmCO9wuh/CRpDtTGCUHUY91pK9aJu31TF3FVfwQk9mQ8Rxid7Cf"
    "g6S+zkUhdiAbGbgX3OqWwkEqdvAJNld17Og+iAXMKha7Gc7H/pjAs3423sB2HDapahg7q2GYjaWmQiXqW3LQ3DB3eA456MX5uIpc"
    "E4lB7km/C0JRrEu8CKcYDdQe7yxmqKf0Lm8Br6uzPKOeMQvRCMtRok6YUXos+nj7sRBJzFKbGIcpUow/8Hk2gTDI73mbrVRjNEcD"
    "LMIa55rXHBPFQ2OOUjU4ItP1Mm7gZrkqceiOpnqoGuZHO/l+IjLcGknjTenMF1kmGYF2TPJGqkL3VLAc7XUn8747xpvMlU45LyjN"
    "Vejp1xZR452NJoeFTHV6eFvUAXwtS7ibRc7bfhZmYipS8IYeYmZKBify77oHE8RzFvuxbK3aum29xqiPSDTDbjRGQ7wFpdd5KRiC"
    "M7ipX/QeV9lSig+ZrAczEv1UEp9U7/uLcVM9yu9QqXbLBHXKvGlqIxP9mYtvcRyb7Jq9sVVdN5OZzDROYz7DA4O8djTcxTT8Beel"
    "0o7ey9OEk4ni6jyM53jmoSTwn16eHiivYZYZpR7hL+U4K6Qrj/mvRjxsd/sROlvfpuJj1PVv827NRh0B3zqlFTZLJCLQBV1V77Do"
    "e4tQxI26r34eu9gQbexNL0UfM4I1XrY+ZLl9ySwm+G0QK/H6BaSErMUY0xG7VSg2VScF6njZTDJNdVO203lsEqoRjjQpVc9hC+8Z"
    "pQNWtXjdnTv5CU9YvetZ3m3wkmRavU4qB+1lL9vhKzMYEWp/9XV0UJVhT97rIstkXGABBnMAs5VR6XKWCbjFY/yUw6zKF/3hboyM"
    "lP4Yq4/5Rdqo0d5AHRYow+7gdmd5dXLE7OBLUm6zIRQHA9+Z2SFdrb6jK8Mjt39fZfXtzUE4a3OpPlqgB1uoF9w6cHgD0d62sPdQ"
    "W2WZ+dXD1d6wUKQGy1QrJOB32Ii6UsUqe9uDssb3pTaOBpqgbjAzbETNXHuz+6sOofHW053kkn/FCffXYQBK3LiaCvcw9ppGTFS/"
    "ZwIv+oUqErns4hfwBhvjMfwT61V9xljdK/iV/VLUEZUsBeoJHGdL67gmiLGZ9BDm8DBr1FQpdX5+LN/VPy3JZvceRHGSe59hkfNf"
    "ggfCfgi/iuqOakDIj8mtO8j5nI0szKPCXGbZrP1U0uVllcJ67IJXVD8dLZe4CJPsjL9BEsrtjOEYh8/MYaQGLvnheBjTMdYyd63m"
    "v7VJH8MCbNNRUmNc9rXrLME7fB3lGOGfZIHTwCZjO5xSB/yhegL66BN+jPoTXnan1dxiR/0Nl3OezMA3rEGkmiSTVAv1gT8Sr6EB"
    "K61PHkOigV5nc2g4VtJjrD3Pn+05b9jsPs7YkIbVo/RtdpMVGG31ibEVq5VO4FBbk16VARiIeHUG5yQbWTJHeroXZA73sZxlPCaP"
    "O63ZwQ/Tvwp5NrjTOkKb/NDPgwFzzb2CDYiyVHNNlvmj2qk7yjm2xj41UbqqbZjuz1RljLaqdlZv2RdAAC0RBzoP+ZAtaMlkxCPM"
    "Gc4dkuY289tKL5WiPtNHvYu8Yn2ajmdsNTSshSNwhOgGjztVmvkSmWYDznEJqhC0q/VQX8jXGEHhMnSylTNd5xJYoCplsF7tfyCf"
    "yNu4Kyv1RevGbhhqa32OjjCbrZev2Hp2lwcDB6uz2N7yjkAvlSOb8bQuYB4bqBB4fpTT2/z8WGYFf1qSh8yDKG6R+wy7/Q/BHP1D"
    "+NWS8YhWPya3/fz/t/C/AFI8Tsc="
)


def _unpacked() -> np.ndarray:
    steps = np.frombuffer(zlib.decompress(base64.b64decode(_MESH)), "<i2").reshape(3, 478)
    return (np.cumsum(steps, axis=1, dtype=np.int64).T / 3978).astype(np.float32)


SHAPE = _unpacked()
"""(478, 3): a face looking into the camera, one unit from forehead to chin, centred at (0, 0, 0)."""
MIRROR = np.linalg.norm((SHAPE * (-1, 1, 1))[:, None] - SHAPE[None], axis=2).argmin(axis=1)
"""For each mesh point, its counterpart on the other half of the face."""

_EYES = (
    (33, 246, 161, 160, 159, 158, 157, 173, 133, 155, 154, 153, 145, 144, 163, 7),
    (263, 466, 388, 387, 386, 385, 384, 398, 362, 382, 381, 380, 374, 373, 390, 249),
)
_BROWS = ((70, 63, 105, 66, 107, 55, 65, 52, 53, 46), (300, 293, 334, 296, 336, 285, 295, 282, 283, 276))
_LIPS = (61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291, 375, 321, 405, 314, 17, 84, 181, 91, 146)
_TEETH = (78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308, 324, 318, 402, 317, 14, 87, 178, 88, 95)
_NOSTRILS = ((98, 97), (326, 327))


def mesh(centre=(SIDE / 2, 0.42 * SIDE), length=TALL * SIDE, *, yaw=0.0, pitch=0.0, roll=0.0) -> np.ndarray:
    """The mesh, `length` px from forehead to chin, centred at `centre`, rotated by degrees as in `Pose`."""
    a, b, c = (math.radians(v) for v in (-yaw, -pitch, roll))
    turn_y = np.array([[math.cos(a), 0, math.sin(a)], [0, 1, 0], [-math.sin(a), 0, math.cos(a)]])
    turn_x = np.array([[1, 0, 0], [0, math.cos(b), -math.sin(b)], [0, math.sin(b), math.cos(b)]])
    turn_z = np.array([[math.cos(c), -math.sin(c), 0], [math.sin(c), math.cos(c), 0], [0, 0, 1]])
    points = SHAPE.astype(np.float64) @ (turn_z @ turn_x @ turn_y).T * length
    points[:, :2] += centre
    return points.astype(np.float32)


def portrait(
    points=None,
    size=(SIDE, SIDE),
    *,
    skin=LIGHT,
    background=(176, 186, 196),
    hair=(74, 54, 42),
    shirt=(238, 238, 234),
    texture=2.0,
) -> np.ndarray:
    """A drawn portrait, (height, width, 3) RGB uint8, with its features at the mesh `points`.

    `size` is (width, height). `texture` is the strength of the grain, in levels.
    """
    points = mesh() if points is None else points
    width, height = size
    fine = 2  # drawn at twice the size to smooth the edges
    canvas = np.full((height * fine, width * fine, 3), background, np.float32)
    face = points[:, :2] * fine
    tall = float(np.linalg.norm(face[10] - face[152]))
    _body(canvas, face, tall, skin, hair, shirt)
    _features(canvas, face, tall, skin, hair)
    drawn = cv2.resize(canvas, (width, height), interpolation=cv2.INTER_AREA)
    drawn = drawn + np.random.default_rng(5).normal(0, texture, drawn.shape[:2])[..., None]
    return np.clip(np.rint(drawn), 0, 255).astype(np.uint8)


def _fill(canvas, outline, colour) -> None:
    cv2.fillPoly(canvas, [np.rint(outline).astype(np.int32)], tuple(float(v) for v in colour))


def _ellipse(canvas, centre, axes, colour) -> None:
    at, half = (tuple(round(float(v)) for v in pair) for pair in (centre, axes))
    cv2.ellipse(canvas, at, half, 0, 0, 360, tuple(float(v) for v in colour), -1)


def _body(canvas, face, tall, skin, hair, shirt) -> None:
    """Shoulders, neck, hair, and skin that darkens softly towards the sides."""
    middle, chin = face[[10, 152]].mean(axis=0), face[152]
    _ellipse(canvas, (chin[0], chin[1] + 1.25 * tall), (1.15 * tall, 0.95 * tall), shirt)
    _ellipse(canvas, (chin[0], chin[1] + 0.1 * tall), (0.26 * tall, 0.34 * tall), np.multiply(skin, 0.8))
    _ellipse(canvas, (middle[0], middle[1] - 0.14 * tall), (0.52 * tall, 0.6 * tall), hair)
    _fill(canvas, face[list(OVAL)], skin)
    inside = np.zeros(canvas.shape[:2], np.float32)
    _fill(inside, face[list(OVAL)], (1.0,))
    rows, columns = np.mgrid[: canvas.shape[0], : canvas.shape[1]].astype(np.float32)
    away = ((columns - middle[0]) ** 2 + (0.7 * (rows - middle[1])) ** 2) / (0.45 * tall) ** 2
    canvas *= (1 - 0.3 * inside * np.minimum(away, 1.2))[..., None]
    x, y = face[151]
    shine = np.exp(-(((columns - x) / (0.1 * tall)) ** 2 + ((rows - y) / (0.06 * tall)) ** 2))
    canvas += (255 - canvas) * (0.45 * shine * inside)[..., None]


def _features(canvas, face, tall, skin, hair) -> None:
    """Brows, eyes, nostrils, lips and teeth."""
    for brow in _BROWS:
        _fill(canvas, face[list(brow)], hair)
    for eye, iris in zip(_EYES, (468, 473), strict=True):
        _fill(canvas, face[list(eye)], (240, 238, 236))
        _ellipse(canvas, face[iris], (0.034 * tall, 0.034 * tall), (86, 62, 44))
        _ellipse(canvas, face[iris], (0.015 * tall, 0.015 * tall), (14, 12, 12))
        outline = np.rint(face[list(eye)]).astype(np.int32)
        lashes = tuple(v * 0.35 for v in skin)
        cv2.polylines(canvas, [outline], True, lashes, max(1, round(0.012 * tall)))
    for nostril in _NOSTRILS:
        at = face[list(nostril)].mean(axis=0)
        _ellipse(canvas, at, (0.025 * tall, 0.014 * tall), np.multiply(skin, 0.4))
    _fill(canvas, face[list(_LIPS)], np.multiply(skin, (0.86, 0.55, 0.55)))
    _fill(canvas, face[list(_TEETH)], (244, 242, 236))


def person_mask(points, size) -> np.ndarray:
    """(256, 256) probabilities of a person in a picture of `size` (width, height): head and shoulders."""
    scale = np.array([256 / size[0], 256 / size[1]])
    top, chin = points[10, :2] * scale, points[152, :2] * scale
    tall = float(np.linalg.norm(chin - top))
    mask = np.zeros((256, 256), np.float32)
    _ellipse(mask, (chin[0], chin[1] + 1.25 * tall), (1.15 * tall, 0.95 * tall), (1.0,))
    _ellipse(mask, (chin[0], chin[1] + 0.1 * tall), (0.26 * tall, 0.34 * tall), (1.0,))
    x, y = (top + chin) / 2
    _ellipse(mask, (x, y - 0.14 * tall), (0.53 * tall, 0.61 * tall), (1.0,))
    return cv2.GaussianBlur(mask, (0, 0), 1)


def photo(pixels, *, kind="PNG", jpeg_quality=None, scale=1.0, notes=(), location_tags=()) -> Photo:
    """A decoded photo of format `kind`, downscaled from an original `scale` times as large."""
    height, width = pixels.shape[:2]
    pixels = np.ascontiguousarray(pixels, np.uint8)
    return Photo(
        pixels,
        round(width * scale),
        round(height * scale),
        kind,
        "0" * 64,
        tuple(notes),
        tuple(location_tags),
        jpeg_quality,
    )


def face_of(points, *, score=0.95, presence=0.99, pose=Pose(0.0, 0.0, 0.0)) -> Face:  # noqa: B008 - frozen
    """The face that vision would report for this mesh: the detector's box spans brows to chin."""
    low, high = points[:, :2].min(axis=0), points[:, :2].max(axis=0)
    upper = low[1] + 0.2 * (high[1] - low[1])
    box = Box(float(low[0]), float(upper), float(high[0] - low[0]), float(high[1] - upper))
    return Face(box, score, Mesh(points, presence), pose)


GOOD = FaceAttributes(human=0.99, smile=0.95, eyes_open=0.98, eyes_visible=0.98, face_visible=0.98)
PHOTOGRAPH = Origin(photograph=0.98)


def evidence(
    pixels=None, *, points=None, others=(), mask="drawn", attributes=GOOD, origin=PHOTOGRAPH, pose=None, **of_photo
) -> Evidence:
    """Evidence of `pixels` (default: the drawn portrait), whose main face has the mesh `points`.

    `others`: further faces. `mask`: an array, None, or "drawn". `of_photo`: see `photo`.
    """
    points = mesh() if points is None else points
    pixels = portrait(points) if pixels is None else pixels
    size = pixels.shape[1], pixels.shape[0]
    mask = person_mask(points, size) if isinstance(mask, str) else mask
    main = face_of(points) if pose is None else face_of(points, pose=pose)
    return Evidence(photo(pixels, **of_photo), Scene((main, *others), mask, attributes, origin))


def faceless(pixels=None, *, origin=PHOTOGRAPH, **of_photo) -> Evidence:
    """Evidence of a picture without a face."""
    pixels = np.full((300, 400, 3), 128, np.uint8) if pixels is None else pixels
    return Evidence(photo(pixels, **of_photo), Scene(origin=origin))


def from_the_side(pixels=None) -> Evidence:
    """Evidence of a face in such profile that no mesh fits."""
    pixels = portrait() if pixels is None else pixels
    mask = np.ones((256, 256), np.float32)
    return Evidence(photo(pixels), Scene((Face(Box(180, 140, 150, 150), 0.8),), mask, None, PHOTOGRAPH))


def mirrored(original: Evidence) -> Evidence:
    """The evidence of the mirrored picture."""
    width = original.width
    faces = []
    for face in original.scene.faces:
        fitted = None
        if face.mesh is not None:
            points = (face.mesh.points * (-1, 1, 1) + (width - 1, 0, 0))[MIRROR].astype(np.float32)
            fitted = Mesh(points, face.mesh.presence)
        box = Box(width - face.box.right, face.box.y, face.box.width, face.box.height)
        pose = None if face.pose is None else Pose(-face.pose.yaw, face.pose.pitch, -face.pose.roll)
        faces.append(Face(box, face.score, fitted, pose))
    scene, of = original.scene, original.photo
    mask = None if scene.mask is None else np.ascontiguousarray(scene.mask[:, ::-1])
    flipped = Photo(
        np.ascontiguousarray(of.pixels[:, ::-1]),
        of.width,
        of.height,
        of.format,
        of.sha256,
        of.notes,
        of.location_tags,
        of.jpeg_quality,
    )
    return Evidence(flipped, Scene(tuple(faces), mask, scene.attributes, scene.origin))


def assessor(check: Check) -> Callable[[Evidence], Assessment]:
    """Runs `check` with its default limits."""
    return lambda of: check.assess(of, check.limits)
