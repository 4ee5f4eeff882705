"""Draws what people add beside the face: text, banners, rings, flags, stickers, frames, watermarks.

Each function takes RGB (H, W, 3) pixels, mesh points (N, 2) or None, and a random generator; it returns new pixels.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

import matplotlib
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]
Rng = np.random.Generator
Colour = tuple[int, int, int]
T = TypeVar("T")
Overlay = Callable[[Pixels, "Floats | None", Rng], Pixels]

WORDS = (
    "we are hiring", "open to work", "speaker", "PyCon 2024", "join us", "meet the team", "hello", "new role", "CEO",
    "data engineer", "thank you", "volunteer", "summit", "Marketing", "Anna Rossi", "John Smith", "Vote now", "sale",
    "congratulations", "keynote", "I'm speaking!", "save the date", "when the code", "works on my machine", "online",
    "www.example.org", "call 555 0199", "@maria", "#opentowork", "2023", "lorem ipsum", "best of", "episode 12",
)  # fmt: skip
BRIGHT = ((220, 40, 60), (20, 110, 200), (40, 160, 70), (250, 190, 30), (120, 60, 180), (240, 110, 30), (20, 20, 24),
          (250, 250, 250), (30, 170, 190), (230, 80, 150), (90, 40, 30), (200, 220, 60))  # fmt: skip


@lru_cache(maxsize=1)
def _fonts() -> tuple[str, ...]:
    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    return tuple(str(f) for f in sorted(folder.glob("*.ttf")) if f.name.startswith(("DejaVu", "STIXGeneral")))


@lru_cache(maxsize=512)
def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(name, size)


def font(rng: Rng, size: float) -> ImageFont.FreeTypeFont:
    return _font(_fonts()[rng.integers(len(_fonts()))], max(6, int(size)))


def colour(rng: Rng) -> Colour:
    """A bright colour, or any colour."""
    if rng.random() < 0.6:
        return BRIGHT[rng.integers(len(BRIGHT))]
    r, g, b = rng.integers(0, 256, 3).tolist()
    return r, g, b


def contrasting(ground: Colour, rng: Rng) -> Colour:
    light = sum(ground) > 380
    return (15, 15, 20) if light else ((255, 255, 255) if rng.random() < 0.8 else (250, 220, 60))


def words(rng: Rng, most: int = 3) -> str:
    text = " ".join(WORDS[i] for i in rng.integers(0, len(WORDS), int(rng.integers(1, most + 1))))
    return text.upper() if rng.random() < 0.4 else text.title() if rng.random() < 0.3 else text


def canvas(picture: Pixels) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.fromarray(picture)
    return image, ImageDraw.Draw(image, "RGBA")


def face_box(picture: Pixels, points: Floats | None) -> tuple[float, float, float]:
    """Centre and longer side of the face, or of where a face would be."""
    if points is None:
        height, width = picture.shape[:2]
        return width / 2, height * 0.4, min(height, width) * 0.4
    low, high = points.min(0), points.max(0)
    x, y = ((low + high) / 2).tolist()
    return x, y, float((high - low).max())


def banner(picture: Pixels, _: Floats | None, rng: Rng) -> Pixels:
    """A bar along an edge, opaque or translucent, with words."""
    height, width = picture.shape[:2]
    image, pen = canvas(picture)
    tall = int(height * rng.uniform(0.08, 0.28))
    top = height - tall if rng.random() < 0.75 else 0
    if rng.random() < 0.2:
        top = int(height * rng.uniform(0.6, 0.85))
    ground = colour(rng)
    left, right = (
        (0, width) if rng.random() < 0.75 else (int(width * rng.uniform(0, 0.2)), int(width * rng.uniform(0.6, 1)))
    )
    pen.rectangle((left, top, right, top + tall), (*ground, int(rng.choice([255, 255, 220, 160]))))
    lines = int(rng.integers(1, 3))
    size = tall / lines * rng.uniform(0.4, 0.7)
    for n in range(lines):
        text = words(rng)
        face = font(rng, size)
        x = left + (right - left - face.getlength(text)) / 2 if rng.random() < 0.6 else left + size / 2
        pen.text((x, top + tall * (n + 0.15) / lines), text, (*contrasting(ground, rng), 255), face)
    return np.asarray(image, np.uint8).copy()


def caption(picture: Pixels, _: Floats | None, rng: Rng) -> Pixels:
    """Large outlined words over the picture, as in a meme, a title or a date."""
    height, width = picture.shape[:2]
    image, pen = canvas(picture)
    for top in ((0.03, 0.82), (0.82,), (0.03,), (0.65, 0.8))[rng.integers(4)]:
        text = words(rng, 4)
        size = min(height * rng.uniform(0.06, 0.16), width * 1.6 / max(4, len(text)))
        face = font(rng, size)
        fill = (255, 255, 255) if rng.random() < 0.6 else colour(rng)
        edge = int(size * rng.choice([0.0, 0.06, 0.1]))
        x = (width - face.getlength(text)) / 2 if rng.random() < 0.75 else width * 0.05
        pen.text((x, height * top), text, fill, face, stroke_width=edge, stroke_fill=(0, 0, 0))
    return np.asarray(image, np.uint8).copy()


def ring(picture: Pixels, _: Floats | None, rng: Rng) -> Pixels:
    """A coloured ring, whole or partial, around a circular crop, sometimes with words."""
    height, width = picture.shape[:2]
    side = min(height, width)
    angle = np.degrees(np.arctan2(*np.mgrid[-1 : 1 : complex(0, height), -1 : 1 : complex(0, width)]))
    y, x = np.mgrid[:height, :width]
    away = np.hypot(x - width / 2, y - height / 2) / (side / 2)
    wide = rng.uniform(0.04, 0.22)
    outer = rng.uniform(0.92, 1.0)
    on = (away < outer) & (away > outer - wide)
    if rng.random() < 0.5:  # part of a ring, fading at its ends
        start, span = rng.uniform(-180, 180) if rng.random() < 0.5 else 60.0, rng.uniform(120, 260)
        along = (angle - start) % 360
        share = np.clip(np.minimum(along, span - along) / 40, 0, 1) * (along < span)
    else:
        share = np.ones_like(away)
    share = (on * share * rng.uniform(0.75, 1.0)).astype(np.float32)[..., None]
    tones = np.float32(colour(rng))
    if rng.random() < 0.3:
        tones = tones + (angle[..., None] % 360 / 360) * (np.float32(colour(rng)) - tones)
    found = picture * (1 - share) + tones * share
    if rng.random() < 0.4:
        found[away > outer] = int(rng.choice([0, 255]))
    image, pen = canvas(np.clip(found, 0, 255).astype(np.uint8))
    if rng.random() < 0.6:
        text = words(rng, 1).upper()
        face, middle = font(rng, side * wide * 0.35), rng.uniform(0.4, 2.2)
        for n, letter in enumerate(text):
            a = middle + (len(text) / 2 - n) * wide * 0.32
            at = side / 2 * (outer - wide / 2)
            pen.text(
                (width / 2 + at * np.cos(a), height / 2 + at * np.sin(a)), letter, (255, 255, 255), face, anchor="mm"
            )
    return np.asarray(image, np.uint8).copy()


def tint(picture: Pixels, _: Floats | None, rng: Rng) -> Pixels:
    """The stripes of a flag, translucent, over the picture."""
    height, width = picture.shape[:2]
    count = int(rng.integers(2, 8))
    stripes = np.float32([colour(rng) for _ in range(count)])
    if rng.random() < 0.5:
        flag = np.broadcast_to(stripes[np.arange(height) * count // height][:, None], picture.shape)
    else:
        flag = np.broadcast_to(stripes[np.arange(width) * count // width][None], picture.shape)
    share = rng.uniform(0.3, 0.6)
    return np.clip(picture * (1 - share) + flag * share, 0, 255).astype(np.uint8)


def watermark(picture: Pixels, _: Floats | None, rng: Rng) -> Pixels:
    """Faint words repeated across the picture, or once in a corner."""
    height, width = picture.shape[:2]
    layer = Image.new("RGBA", (2 * width, 2 * height), (0, 0, 0, 0))
    pen = ImageDraw.Draw(layer)
    text, face = words(rng, 2), font(rng, min(height, width) * rng.uniform(0.04, 0.11))
    tone = (255, 255, 255) if rng.random() < 0.8 else (40, 40, 40)
    seen = int(rng.uniform(70, 190))
    if rng.random() < 0.7:
        step = face.getlength(text) * rng.uniform(1.1, 1.8), face.size * rng.uniform(2.2, 5)
        for row in range(int(2 * height / step[1]) + 1):
            for column in range(int(2 * width / step[0]) + 2):
                pen.text(((column - row % 2 / 2) * step[0], row * step[1]), text, (*tone, seen), face)
        layer = layer.rotate(rng.uniform(10, 50))
    else:
        pen.text((width * rng.uniform(0.6, 1.0), height * rng.choice([0.53, 1.38])), text, (*tone, 230), face)
    layer = layer.crop((width // 2, height // 2, width // 2 + width, height // 2 + height))
    image = Image.fromarray(picture).convert("RGBA")
    image.alpha_composite(layer)
    return np.asarray(image.convert("RGB"), np.uint8).copy()


def badge(picture: Pixels, _: Floats | None, rng: Rng) -> Pixels:
    """A ribbon over a corner, a seal, a logo or a tick: small and near the edge."""
    height, width = picture.shape[:2]
    image, pen = canvas(picture)
    ground, side = colour(rng), min(height, width)
    if rng.random() < 0.4:
        far, wide = side * rng.uniform(0.2, 0.45), side * rng.uniform(0.08, 0.16)
        corner = int(rng.integers(4))
        layer = Image.new("RGBA", (width, height), (0, 0, 0, 0))
        ImageDraw.Draw(layer).polygon(((far, 0), (far + wide, 0), (0, far + wide), (0, far)), (*ground, 255))
        ImageDraw.Draw(layer).text((far / 2.4, far / 2.4), words(rng, 1), (255, 255, 255), font(rng, wide * 0.5))
        if corner & 1:
            layer = layer.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        if corner & 2:
            layer = layer.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
        image = Image.alpha_composite(image.convert("RGBA"), layer).convert("RGB")
    else:
        r = side * rng.uniform(0.06, 0.16)
        x, y = (width * rng.choice([0.12, 0.86]), height * rng.choice([0.13, 0.86]))
        shape = pen.ellipse if rng.random() < 0.6 else pen.rectangle
        shape((x - r, y - r, x + r, y + r), (*ground, 255), outline=colour(rng), width=int(r / 8) + 1)
        pen.text(
            (x, y),
            words(rng, 1)[: int(rng.integers(1, 6))],
            contrasting(ground, rng),
            font(rng, r * 0.7),
            anchor="mm",
        )
    return np.asarray(image, np.uint8).copy()


def frame(picture: Pixels, _: Floats | None, rng: Rng) -> Pixels:
    """An event frame around the photo: thick coloured sides, words, shapes in the corners."""
    height, width = picture.shape[:2]
    image, pen = canvas(picture)
    ground = colour(rng)
    sides = (rng.uniform(0.03, 0.2, 4) * [width, height, width, height]).astype(int).tolist()
    boxes = (
        (0, 0, sides[0], height),
        (0, 0, width, sides[1]),
        (width - sides[2], 0, width, height),
        (0, height - sides[3], width, height),
    )
    for box in boxes:
        if rng.random() < 0.85:
            pen.rectangle(box, (*ground, 255))
    for _ in range(int(rng.integers(0, 7))):
        r = min(height, width) * rng.uniform(0.02, 0.12)
        x, y = width * rng.choice([0.06, 0.94, 0.5]), height * rng.choice([0.05, 0.95])
        pen.ellipse((x - r, y - r, x + r, y + r), (*colour(rng), 255))
    if rng.random() < 0.8:
        size = max(8, sides[3] * 0.5)
        pen.text(
            (width / 2, height - sides[3] / 2), words(rng, 2), contrasting(ground, rng), font(rng, size), anchor="mm"
        )
    return np.asarray(image, np.uint8).copy()


def stickers(picture: Pixels, points: Floats | None, rng: Rng) -> Pixels:
    """Hearts, stars, smileys and arrows beside the face."""
    height, width = picture.shape[:2]
    image, pen = canvas(picture)
    x0, y0, size = face_box(picture, points)
    for _ in range(int(rng.integers(1, 6))):
        for _ in range(8):
            x, y = rng.uniform(0.05, 0.95) * width, rng.uniform(0.05, 0.95) * height
            if np.hypot(x - x0, y - y0) > 0.75 * size:
                break
        sticker(pen, x, y, min(height, width) * rng.uniform(0.05, 0.14), rng)
    return np.asarray(image, np.uint8).copy()


def sticker(pen: ImageDraw.ImageDraw, x: float, y: float, r: float, rng: Rng) -> None:
    """A smiley, a heart, a star or a speech bubble of radius `r`."""
    tone = (255, 205, 60) if rng.random() < 0.5 else colour(rng)
    kind = rng.integers(4)
    if kind == 0:
        pen.ellipse((x - r, y - r, x + r, y + r), tone, outline=(180, 120, 20), width=max(1, int(r / 14)))
        for side in (-1, 1):
            e = r * rng.uniform(0.1, 0.25)
            pen.ellipse(
                (x + side * r * 0.35 - e, y - r * 0.3 - e, x + side * r * 0.35 + e, y - r * 0.3 + e), (50, 30, 20)
            )
        pen.arc((x - r * 0.55, y - r * 0.4, x + r * 0.55, y + r * 0.6), 20, 160, (90, 40, 20), max(1, int(r / 9)))
    elif kind == 1:
        t = np.linspace(0, 2 * np.pi, 40)
        px, py = 16 * np.sin(t) ** 3, -(13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t))
        pen.polygon([(x + r * a / 16, y + r * b / 16) for a, b in zip(px, py, strict=True)], (225, 40, 70))
    elif kind == 2:
        t = np.arange(10) * np.pi / 5
        reach = np.where(np.arange(10) % 2, 0.45, 1.0) * r
        pen.polygon([(x + k * np.sin(a), y - k * np.cos(a)) for k, a in zip(reach, t, strict=True)], tone)
    else:
        pen.rounded_rectangle(
            (x - 1.4 * r, y - 0.7 * r, x + 1.4 * r, y + 0.7 * r), r * 0.4, (255, 255, 255), outline=(30, 30, 30)
        )
        pen.text((x, y), words(rng, 1)[:9], (20, 20, 20), font(rng, r * 0.45), anchor="mm")


BESIDE: tuple[tuple[Overlay, float], ...] = (
    (banner, 1.3), (caption, 1.0), (ring, 1.4), (tint, 0.6), (watermark, 1.2), (badge, 1.1), (frame, 1.1),
    (stickers, 0.8),
)  # fmt: skip


def chosen(among: tuple[tuple[T, float], ...], rng: Rng) -> T:
    """A random element, by weight."""
    weights = np.array([w for _, w in among])
    return among[rng.choice(len(among), p=weights / weights.sum())][0]
