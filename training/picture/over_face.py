"""Draws graphics over the face: detection marks, costumes, stickers, bars.

Each function takes RGB (H, W, 3) pixels, mesh points (N, 2) or None, and a random generator; it returns new pixels.
"""

from __future__ import annotations

import cv2
import numpy as np

from training.picture.overlays import (
    Floats,
    Overlay,
    Pixels,
    Rng,
    canvas,
    caption,
    colour,
    face_box,
    sticker,
    stickers,
    words,
)


def marks(picture: Pixels, points: Floats | None, rng: Rng) -> Pixels:
    """What a program draws on detected faces: boxes, names, points, mesh lines."""
    if points is None:
        return caption(picture, points, rng)
    out, tone = picture.copy(), colour(rng)
    x, y, size = face_box(picture, points)
    thick = max(1, int(size * rng.uniform(0.005, 0.03)))
    kind = rng.random()
    if kind < 0.65:
        half = size * rng.uniform(0.5, 0.8)
        cv2.rectangle(out, (int(x - half), int(y - half)), (int(x + half), int(y + half)), tone, thick)
        label = words(rng, 1) if rng.random() < 0.6 else f"face {rng.random():.2f}"
        cv2.putText(out, label, (int(x - half), int(y - half - 4)), rng.integers(0, 4), size / 220, tone, thick)
    if kind > 0.45:
        chosen = points[rng.permutation(len(points))[: int(rng.choice([5, 68, 200, len(points)]))]]
        for px, py in chosen.astype(int).tolist():
            cv2.circle(out, (px, py), max(1, int(size * 0.008)), tone, -1)
        if rng.random() < 0.5:
            for a, b in zip(points[::3].astype(int).tolist(), points[1::3].astype(int).tolist(), strict=False):
                if np.hypot(a[0] - b[0], a[1] - b[1]) < size / 4:
                    cv2.line(out, a, b, tone, 1)
    return out


def costume(picture: Pixels, points: Floats | None, rng: Rng) -> Pixels:
    """A camera filter: animal ears, nose and whiskers, a crown, a drawn beard or glasses."""
    if points is None or len(points) < 468:
        return stickers(picture, None, rng)
    image, pen = canvas(picture)
    across = points[263] - points[33]
    size = float(np.linalg.norm(points[454] - points[234]))
    up = np.float32([across[1], -across[0]]) / max(1e-6, float(np.linalg.norm(across)))
    right = np.float32([-up[1], up[0]])
    tone, inner = ((90, 55, 35), (240, 160, 170)) if rng.random() < 0.5 else (colour(rng), colour(rng))
    if rng.random() < 0.8:
        for side, at in ((-1, points[103]), (1, points[332])):
            for k, c in ((1.0, tone), (0.6, inner)):
                tip = at + up * size * 0.5 * k + right * side * size * rng.uniform(0.02, 0.25)
                a, b = at - right * size * 0.17 * k, at + right * size * 0.17 * k
                pen.polygon([tuple(map(float, p)) for p in (a, tip, b)], c)
    if rng.random() < 0.8:
        nx, ny = points[4].tolist()
        r = size * rng.uniform(0.08, 0.16)
        pen.ellipse((nx - 1.2 * r, ny - r, nx + 1.2 * r, ny + r), (25, 18, 16) if rng.random() < 0.6 else tone)
        for side in (-1, 1) if rng.random() < 0.5 else ():
            for lean in (-0.1, 0.02, 0.14):
                a = points[4] + right * side * size * 0.2
                b = a + right * side * size * 0.35 - up * size * lean
                pen.line([tuple(map(float, a)), tuple(map(float, b))], (250, 250, 250), max(1, int(size / 60)))
    if rng.random() < 0.3:
        lips = points[[61, 291]].mean(0)
        pen.ellipse((lips[0] - size * 0.1, lips[1], lips[0] + size * 0.1, lips[1] + size * 0.3), (230, 90, 110))
    return np.asarray(image, np.uint8).copy()


def big_sticker(picture: Pixels, points: Floats | None, rng: Rng) -> Pixels:
    """A smiley or a shape as large as the face, on top of it."""
    image, pen = canvas(picture)
    x, y, size = face_box(picture, points)
    sticker(pen, x + rng.normal(0, 0.06) * size, y + rng.normal(0, 0.06) * size, size * rng.uniform(0.45, 0.75), rng)
    return np.asarray(image, np.uint8).copy()


def bar(picture: Pixels, points: Floats | None, rng: Rng) -> Pixels:
    """A bar or blocks over the eyes."""
    x, y, size = face_box(picture, points)
    ey = float(points[[33, 263]].mean(0)[1]) if points is not None and len(points) >= 468 else y - size * 0.1
    out, tall, wide = picture.copy(), size * rng.uniform(0.1, 0.2), size * rng.uniform(0.45, 0.7)
    box = slice(max(0, int(ey - tall)), max(1, int(ey + tall))), slice(max(0, int(x - wide)), max(1, int(x + wide)))
    if rng.random() < 0.6 or out[box].size == 0:
        out[box] = (0, 0, 0) if rng.random() < 0.7 else colour(rng)
    else:
        h, w = out[box].shape[:2]
        small = cv2.resize(out[box], (max(1, w // 16), max(1, h // 16)), interpolation=cv2.INTER_AREA)
        out[box] = cv2.resize(small, (w, h), interpolation=cv2.INTER_NEAREST)
    return out


OVER: tuple[tuple[Overlay, float], ...] = ((marks, 1.0), (costume, 1.0), (big_sticker, 0.6), (bar, 0.4))
