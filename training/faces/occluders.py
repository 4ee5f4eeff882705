"""Things drawn over real faces: masks, scarves, hands, objects, hair, glasses dark and clear, hats.

Every function paints on `picture` (H, W, 3 RGB uint8, changed in place) by the mesh `points` (478, 2 or 3, in its pixels)
and draws its chances from `draw`. Harmless things are painted too, so that paint alone gives nothing away.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]
Draw = np.random.Generator

OVAL = (10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149, 150,
        136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109)
JAW = (234, 93, 132, 58, 172, 136, 150, 149, 176, 148, 152, 377, 400, 378, 379, 365, 397, 288, 361, 323, 454)
EYES = ((33, 133, 159, 145), (263, 362, 386, 374))
MOUTH, NOSE = (61, 291, 0, 17), (1, 4, 98, 327)
SKINS = ((245, 215, 195), (225, 180, 150), (200, 150, 115), (160, 110, 80), (115, 75, 50), (75, 48, 35))


def _size(points: Floats) -> float:
    return float(np.ptp(points[list(OVAL), 1]) + np.ptp(points[list(OVAL), 0])) / 2


def _axes(points: Floats) -> tuple[Floats, Floats]:
    """Unit vectors across the face (to the viewer's right) and down it."""
    across = points[454, :2] - points[234, :2]
    across = across / max(float(np.linalg.norm(across)), 1e-6)
    return across, np.float32([-across[1], across[0]])


def _colour(draw: Draw) -> Floats:
    """Any colour; white, black, grey and surgical blue more often."""
    usual = ((240, 240, 240), (25, 25, 28), (130, 130, 135), (150, 195, 220), (120, 190, 190), (40, 50, 90))
    if draw.random() < 0.5:
        return np.float32(usual[draw.integers(len(usual))]) + draw.normal(0, 12, 3).astype(np.float32)
    return draw.uniform(0, 255, 3).astype(np.float32)


def _texture(shape: tuple[int, int], draw: Draw, stuff: Sequence[Pixels], plain: float = 0.6) -> Floats:
    """A surface (h, w, 3): plain with soft folds, striped, or cut from a picture of things."""
    h, w = shape
    if draw.random() > plain and len(stuff):
        piece = stuff[draw.integers(len(stuff))]
        side = max(8, int(min(piece.shape[:2]) * draw.uniform(0.3, 1.0)))
        y, x = draw.integers(0, piece.shape[0] - side + 1), draw.integers(0, piece.shape[1] - side + 1)
        return np.asarray(cv2.resize(piece[y:y + side, x:x + side], (w, h), interpolation=cv2.INTER_AREA), np.float32)
    folds = cv2.resize(draw.normal(0, 1, (int(draw.integers(2, 7)), int(draw.integers(2, 7)))).astype(np.float32), (w, h),
                       interpolation=cv2.INTER_CUBIC)
    surface = _colour(draw) * (1 + draw.uniform(0.02, 0.15) * folds[..., None])
    if draw.random() < 0.15:
        turn, pitch = draw.uniform(0, np.pi), draw.uniform(4, 20)
        y, x = np.mgrid[:h, :w]
        stripes = (np.sin((x * np.cos(turn) + y * np.sin(turn)) / pitch * 2 * np.pi) > 0)[..., None]
        surface = np.where(stripes, surface, _colour(draw))
    return np.asarray(surface, np.float32)


def _light(picture: Pixels, amount: float) -> Floats:
    """The picture's own light, coarse: (H, W, 1) factors around 1, so that what is painted is lit like the face."""
    small = cv2.resize(picture, (6, 6), interpolation=cv2.INTER_AREA).mean(2).astype(np.float32)
    whole = cv2.resize(small, (picture.shape[1], picture.shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(1 + amount * (whole / max(float(small.mean()), 1.0) - 1), np.float32)[..., None]


def _lay(picture: Pixels, cover: npt.NDArray[np.uint8], surface: Floats, draw: Draw, opacity: float = 1.0) -> None:
    """Lay `surface` over `picture` where `cover` (H, W) is set, with a soft edge, in the picture's light."""
    ys, xs = np.flatnonzero(cover.any(1)), np.flatnonzero(cover.any(0))
    if not len(ys) or not len(xs):
        return
    at = (slice(max(0, ys[0] - 3), ys[-1] + 4), slice(max(0, xs[0] - 3), xs[-1] + 4))
    soft = cv2.GaussianBlur(cover[at], (0, 0), draw.uniform(0.5, 1.6)).astype(np.float32)[..., None] / 255 * opacity
    lit = surface[at] * _light(picture, draw.uniform(0.2, 0.9))[at] * draw.uniform(0.6, 1.1)
    picture[at] = np.clip(picture[at] * (1 - soft) + lit * soft, 0, 255).astype(np.uint8)


def _fill(picture: Pixels, outline: Floats) -> npt.NDArray[np.uint8]:
    cover = np.zeros(picture.shape[:2], np.uint8)
    cv2.fillPoly(cover, [np.round(outline * 8).astype(np.int32)], 255, cv2.LINE_AA, 3)
    return cover


def covered(cover: npt.NDArray[np.uint8], points: Floats, which: Sequence[int]) -> float:
    """Share of the hull of some mesh points that `cover` hides."""
    region = np.zeros(cover.shape, np.uint8)
    cv2.fillConvexPoly(region, cv2.convexHull(np.round(points[list(which), :2]).astype(np.int32)), 255)
    return float((cover[region > 0] > 127).mean()) if region.any() else 0.0


def mask(picture: Pixels, points: Floats, draw: Draw, stuff: Sequence[Pixels]) -> npt.NDArray[np.uint8]:
    """A face mask (surgical, cloth, respirator) or a scarf pulled over the mouth; now and then under the nose."""
    across, down = _axes(points)
    size = _size(points)
    top = points[[6, 197, 195, 5, 2][draw.choice(5, p=(0.15, 0.3, 0.3, 0.15, 0.1))], :2]
    jaw = points[list(JAW), :2].copy()
    first = int(draw.integers(0, 4))
    jaw = jaw[first:len(jaw) - first]
    jaw += (jaw - points[4, :2]) * draw.uniform(-0.04, 0.12)
    scarf = draw.random() < 0.25
    if scarf:
        jaw = np.concatenate([jaw[:2], [jaw[2] + down * size * 0.7 - across * size * 0.2,
                                        jaw[-3] + down * size * 0.7 + across * size * 0.2], jaw[-2:]])
    lift = down * size * draw.uniform(-0.02, 0.04)
    middle = [jaw[-1] * 0.5 + top * 0.5 + lift, top, jaw[0] * 0.5 + top * 0.5 + lift]
    cover = _fill(picture, np.float32([*jaw, *middle]))
    colour = draw.random() < 0.12
    surface = _texture(picture.shape[:2], draw, stuff, 0.75)
    if colour:
        surface = np.zeros_like(surface) + np.float32(SKINS[draw.integers(6)])
    if not scarf and draw.random() < 0.5:
        for end, ear in ((jaw[0], 127), (jaw[-1], 356)):
            strap = tuple(np.round(points[ear, :2]).astype(int).tolist())
            cv2.line(picture, tuple(np.round(end).astype(int).tolist()), strap, surface[0, 0].clip(0, 255).tolist(),
                     max(1, int(size / 60)), cv2.LINE_AA)
    if not scarf and draw.random() < 0.5:
        for k in draw.uniform(0.2, 0.8, int(draw.integers(1, 4))):
            a, b = (jaw[len(jaw) // 4] * k + middle[2] * (1 - k), jaw[-len(jaw) // 4] * k + middle[0] * (1 - k))
            cv2.line(surface, tuple(np.round(a).astype(int).tolist()), tuple(np.round(b).astype(int).tolist()),
                     (surface.mean((0, 1)) * 0.8).tolist(), max(1, int(size / 90)), cv2.LINE_AA)
    _lay(picture, cover, surface, draw)
    return cover


def hand(picture: Pixels, points: Floats, draw: Draw, at: Floats) -> npt.NDArray[np.uint8]:
    """Fingers of the face's own skin, or another's, over the place `at` (x, y)."""
    size = _size(points)
    skin = picture[tuple(np.clip(np.round(points[[50, 280, 151][draw.integers(3)], 1::-1]).astype(int), 0,
                                 np.array(picture.shape[:2]) - 1))].astype(np.float32)
    if draw.random() < 0.3:
        skin = np.float32(SKINS[draw.integers(6)])
    surface = np.zeros(picture.shape, np.float32) + skin * draw.uniform(0.85, 1.1)
    cover = np.zeros(picture.shape[:2], np.uint8)
    turn, width = draw.uniform(-1.2, 1.2) + (np.pi / 2), size * draw.uniform(0.07, 0.11)
    along = np.float32([np.cos(turn), np.sin(turn)])
    beside = np.float32([-along[1], along[0]])
    count = int(draw.integers(2, 5))
    for n in range(count):
        tip = at + beside * width * 1.15 * (n - (count - 1) / 2) - along * size * draw.uniform(0.12, 0.2)
        end = tip + along * size * draw.uniform(0.5, 0.8)
        a, b = (tuple(np.round(p).astype(int).tolist()) for p in (tip, end))
        one = np.zeros_like(cover)
        cv2.line(one, a, b, 255, max(2, int(width)), cv2.LINE_AA)
        edge = cv2.GaussianBlur(one, (0, 0), max(1.0, width / 5)).astype(np.float32)[..., None] / 255
        surface = np.where(one[..., None] > 127, surface * (0.7 + 0.3 * edge), surface)
        cover = np.maximum(cover, one)
    if draw.random() < 0.6:
        palm = at + along * size * 0.55
        cv2.ellipse(cover, tuple(np.round(palm).astype(int).tolist()), (int(width * count * 0.75), int(size * 0.3)),
                    float(np.degrees(turn) + 90), 0, 360, 255, -1, cv2.LINE_AA)
    _lay(picture, cover, surface + draw.normal(0, 4, (*picture.shape[:2], 1)).astype(np.float32), draw)
    return cover


def thing(picture: Pixels, points: Floats, draw: Draw, stuff: Sequence[Pixels], at: Floats,
          share: float) -> npt.NDArray[np.uint8]:
    """Something over the place `at`: a phone, a cup, paper, a leaf, a microphone. `share`: its size over the face's."""
    across, down = _axes(points)
    w, h = _size(points) * share * draw.uniform(0.7, 1.4, 2) / 2
    turn = draw.normal(0, 0.4)
    u = across * np.cos(turn) + down * np.sin(turn)
    v = np.float32([-u[1], u[0]])
    if draw.random() < 0.5:
        outline = np.float32([at - u * w - v * h, at + u * w - v * h, at + u * w + v * h, at - u * w + v * h])
    else:
        angles = np.linspace(0, 2 * np.pi, int(draw.integers(5, 20)), endpoint=False)
        reach = draw.uniform(0.75, 1.0, len(angles))
        outline = np.float32([at + u * w * r * np.cos(a) + v * h * r * np.sin(a) for a, r in zip(angles, reach, strict=True)])
    cover = _fill(picture, outline)
    _lay(picture, cover, _texture(picture.shape[:2], draw, stuff, 0.35), draw)
    return cover


def hair(picture: Pixels, points: Floats, draw: Draw) -> npt.NDArray[np.uint8]:
    """Strands from the forehead over one eye, or both."""
    across, down = _axes(points)
    size = _size(points)
    cover = np.zeros(picture.shape[:2], np.uint8)
    surface = np.zeros(picture.shape, np.float32)
    tones = ((20, 15, 12), (55, 35, 22), (110, 75, 45), (190, 155, 105), (150, 150, 150), (120, 45, 25))
    base = np.float32(tones[draw.integers(len(tones))])
    sides = (0, 1) if draw.random() < 0.3 else (int(draw.integers(2)),)
    for side in sides:
        eye = points[list(EYES[side]), :2].mean(0)
        lean = draw.normal(0, 0.15)
        for _ in range(int(draw.integers(25, 60))):
            start = eye - down * size * draw.uniform(0.35, 0.5) + across * size * (draw.normal(0, 0.08) - lean)
            end = eye + down * size * draw.uniform(0.05, 0.3) + across * size * (draw.normal(0, 0.09) + lean)
            bend = (start + end) / 2 + across * size * draw.normal(0, 0.03)
            line = np.round(np.float32([start, bend, end])).astype(np.int32)
            thick = max(1, int(size * draw.uniform(0.01, 0.03)))
            cv2.polylines(cover, [line], False, 255, thick, cv2.LINE_AA)
            cv2.polylines(surface, [line], False, (base * draw.uniform(0.6, 1.5)).tolist(), thick, cv2.LINE_AA)
    surface[cover == 0] = base
    _lay(picture, cover, surface, draw)
    return cover


def _lenses(points: Floats, draw: Draw) -> list[Floats]:
    """Outlines of both lenses, round, square or aviator."""
    across, down = _axes(points)
    apart = float(np.linalg.norm(points[263, :2] - points[33, :2]))
    w, h = apart * draw.uniform(0.24, 0.34), apart * draw.uniform(0.17, 0.30)
    power, drop = draw.uniform(1.6, 5), draw.uniform(-0.02, 0.08) * apart
    angles = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    x = np.sign(np.cos(angles)) * np.abs(np.cos(angles)) ** (2 / power)
    y = np.sign(np.sin(angles)) * np.abs(np.sin(angles)) ** (2 / power)
    slant = draw.uniform(-0.1, 0.2)
    return [np.float32(points[list(eye), :2].mean(0) + down * drop + np.outer(x * w * (1 - slant * y), across)
                       + np.outer(y * h, down)) for eye in EYES]


def glasses(picture: Pixels, points: Floats, draw: Draw, dark: bool) -> npt.NDArray[np.uint8]:
    """Glasses: `dark` (black, brown, coloured, mirrored, graded) hide the eyes; clear ones have a rim, a faint tint, a glint."""
    size = _size(points)
    lenses = _lenses(points, draw)
    cover = np.zeros(picture.shape[:2], np.uint8)
    for lens in lenses:
        cover = np.maximum(cover, _fill(picture, lens))
    tone = draw.uniform(5, 60) * draw.uniform(0.6, 1.4, 3).astype(np.float32)
    surface = np.zeros(picture.shape, np.float32) + tone
    if dark and draw.random() < 0.45:
        sky = cv2.resize(draw.uniform(0, 1, (int(draw.integers(2, 5)), 3, 3)).astype(np.float32) * _colour(draw) * 0.9,
                         picture.shape[1::-1], interpolation=cv2.INTER_LINEAR)
        surface += sky * draw.uniform(0.2, 1.0)
    if dark and draw.random() < 0.4:
        fade = np.clip((np.arange(picture.shape[0]) - points[[33, 263], 1].mean()) / (0.25 * size), -0.5, 1)
        surface *= (1 + 0.5 * fade)[:, None, None].astype(np.float32)
    _lay(picture, cover, surface, draw, draw.uniform(0.86, 1.0) if dark else draw.uniform(0, 0.18))
    rim = tuple((np.float32(draw.uniform(0, 90)) * draw.uniform(0.5, 1.5, 3)).tolist())
    if draw.random() < 0.3:
        rim = tuple(draw.uniform(0, 255, 3).tolist())
    thick = max(1, int(size * draw.uniform(0.005, 0.03)))
    for lens in lenses:
        cv2.polylines(picture, [np.round(lens).astype(np.int32)], True, rim, thick, cv2.LINE_AA)
    inner = [lens[np.argmin(np.abs(lens - other.mean(0)).sum(1))] for lens, other in zip(lenses, lenses[::-1], strict=True)]
    cv2.line(picture, *(tuple(np.round(p).astype(int).tolist()) for p in inner), rim, thick, cv2.LINE_AA)  # type: ignore[call-overload]
    if not dark and draw.random() < 0.3:
        glint = lenses[int(draw.integers(2))]
        a = glint.mean(0) + draw.normal(0, size * 0.03, 2)
        cv2.ellipse(picture, tuple(np.round(a).astype(int).tolist()), (max(1, int(size * 0.03)), max(1, int(size * 0.012))),
                    float(draw.uniform(0, 180)), 0, 360, (250, 250, 255), -1, cv2.LINE_AA)
    return cover


def headwear(picture: Pixels, points: Floats, draw: Draw, stuff: Sequence[Pixels]) -> None:
    """A hat, a band or a headscarf that leaves the face free: harmless."""
    size = _size(points)
    middle = points[list(OVAL), :2].mean(0)
    oval = points[list(OVAL), :2] + (points[list(OVAL), :2] - middle) * draw.uniform(0.0, 0.08)
    around = middle + (oval - middle) * draw.uniform(1.25, 1.6)
    cover = _fill(picture, around)
    if draw.random() < 0.6:
        across, down = _axes(points)
        edge = points[151, :2] - down * size * draw.uniform(0.02, 0.12)
        below = np.float32([edge - across * 9 * size, edge + across * 9 * size, edge + across * 9 * size + down * 9 * size,
                            edge - across * 9 * size + down * 9 * size])
        cover[_fill(picture, below) > 0] = 0
    cover[_fill(picture, oval) > 0] = 0
    _lay(picture, cover, _texture(picture.shape[:2], draw, stuff, 0.8), draw)
