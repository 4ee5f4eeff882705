"""Draws pictures of pictures: screens, calls, pages, cards, posters and documents that contain a photo.

Each function takes several RGB photos and a random generator, and returns RGB (H, W, 3) uint8.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import cv2
import numpy as np
from PIL import Image, ImageDraw

from training.picture.overlays import Colour, Pixels, Rng, colour, contrasting, font, words

Page = Callable[[Sequence[Pixels], Rng], Pixels]


def fitted(photo: Pixels, width: int, height: int, rng: Rng) -> Image.Image:
    """The middle of `photo`, cropped to this size."""
    width, height = max(4, width), max(4, height)
    scale = max(width / photo.shape[1], height / photo.shape[0])
    size = (max(width, round(photo.shape[1] * scale)), max(height, round(photo.shape[0] * scale)))
    big = cv2.resize(photo, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    x, y = (size[0] - width) // 2, int((size[1] - height) * rng.uniform(0.1, 0.5))
    return Image.fromarray(np.ascontiguousarray(big[y : y + height, x : x + width]))


def blank(width: int, height: int, ground: Colour) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("RGB", (width, height), ground)
    return image, ImageDraw.Draw(image, "RGBA")


def lines(pen: ImageDraw.ImageDraw, box: tuple[float, float, float, float], ink: Colour, rng: Rng, size: float) -> None:
    """Fill `box` with lines of words."""
    x0, y0, x1, y1 = box
    face, y = font(rng, size), y0
    while y + size < y1:
        text = words(rng, 4)
        while face.getlength(text) > x1 - x0 and len(text) > 3:
            text = text[: int(len(text) * 0.8)]
        pen.text((x0, y), text, ink, face)
        y += size * rng.uniform(1.3, 2.0)


def grounds(rng: Rng) -> tuple[Colour, Colour]:
    """A page's background and ink: mostly light or dark, sometimes coloured."""
    kind = rng.random()
    ground = (250, 250, 251) if kind < 0.45 else (22, 24, 28) if kind < 0.8 else colour(rng)
    return ground, contrasting(ground, rng)


def page_size(rng: Rng, shapes: Sequence[float]) -> tuple[int, int]:
    long = 480
    aspect = shapes[rng.integers(len(shapes))] * rng.uniform(0.92, 1.08)
    return (long, int(long / aspect)) if aspect > 1 else (int(long * aspect), long)


def paste_round(image: Image.Image, photo: Pixels, x: int, y: int, side: int, rng: Rng) -> None:
    mask = Image.new("L", (side, side), 0)
    ImageDraw.Draw(mask).ellipse((0, 0, side - 1, side - 1), 255)
    image.paste(fitted(photo, side, side, rng), (x, y), mask if rng.random() < 0.8 else None)


def card(photos: Sequence[Pixels], rng: Rng) -> Pixels:
    """An identity card, a licence, a passport page or a badge: a small photo beside lines of words."""
    width, height = page_size(rng, (1.58, 1.42, 1.3, 0.7))
    ground = tuple(int(c) for c in rng.integers(150, 256, 3)) if rng.random() < 0.75 else colour(rng)
    image, pen = blank(width, height, ground)  # type: ignore[arg-type]
    for _ in range(int(rng.integers(0, 14))):  # guilloche
        x, y, r = rng.uniform(0, width), rng.uniform(0, height), rng.uniform(20, width)
        pen.ellipse((x - r, y - r, x + r, y + r), outline=(*colour(rng), 60))
    head = height * rng.uniform(0.1, 0.25)
    if rng.random() < 0.8:
        pen.rectangle((0, 0, width, head), (*colour(rng), int(rng.choice([255, 120]))))
    pen.text((width * 0.04, head * 0.2), words(rng, 2).upper(), (250, 250, 250), font(rng, head * 0.5))
    wide, tall = width * rng.uniform(0.22, 0.34), height * rng.uniform(0.38, 0.62)
    left = width * 0.05 if rng.random() < 0.75 or height > width else width * 0.65
    if height > width:
        wide, tall, left = width * 0.5, height * 0.35, width * 0.25
    photo = np.asarray(fitted(photos[0], int(wide), int(tall), rng))
    if rng.random() < 0.3:
        photo = np.repeat(cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY)[..., None], 3, 2)
    image.paste(Image.fromarray(photo), (int(left), int(head + 8)))
    ink = (30, 30, 40) if sum(ground) > 300 else (245, 245, 245)
    start = left + wide + 10 if left < width / 2 and height < width else width * 0.05
    top = head + 10 if height < width else head + tall + 16
    lines(
        pen,
        (start, top, width * (0.97 if left < width / 2 else 0.62), height * 0.8),
        ink,
        rng,
        height * rng.uniform(0.035, 0.065),
    )
    if rng.random() < 0.5:
        for n in range(2):
            code = "".join("ABCDEFGHIJ0123456789<<<<<<"[k] for k in rng.integers(0, 26, 36))
            pen.text((width * 0.04, height * (0.83 + 0.08 * n)), code, ink, font(rng, height * 0.055))
    found = np.asarray(image, np.uint8).copy()
    return on_table(found, photos[-1], rng) if rng.random() < 0.45 else found


def on_table(page: Pixels, behind: Pixels, rng: Rng) -> Pixels:
    """The page photographed slightly rotated, on a table or in front of a scene, in uneven light."""
    height, width = page.shape[:2]
    tall, wide = int(height * rng.uniform(1.1, 1.8)), int(width * rng.uniform(1.05, 1.6))
    if rng.random() < 0.5:
        scene = np.asarray(fitted(behind, wide, tall, rng), np.float32)
        scene = cv2.GaussianBlur(scene, (0, 0), rng.uniform(2, 12))
    else:
        scene = np.zeros((tall, wide, 3), np.float32) + rng.integers(20, 235, 3) + rng.normal(0, 6, (tall, wide, 1))
    x, y = (wide - width) / 2, (tall - height) / 2
    corners = np.float32([[x, y], [x + width, y], [x + width, y + height], [x, y + height]])
    corners += rng.normal(0, 0.04, (4, 2)).astype(np.float32) * [width, height]
    matrix = cv2.getPerspectiveTransform(
        np.float32([[0, 0], [width, 0], [width, height], [0, height]]), corners.astype(np.float32)
    )
    laid = cv2.warpPerspective(page.astype(np.float32), matrix, (wide, tall))
    on = cv2.warpPerspective(np.ones((height, width), np.float32), matrix, (wide, tall))[..., None]
    light = np.linspace(rng.uniform(0.7, 1.1), rng.uniform(0.7, 1.1), wide, dtype=np.float32)[None, :, None]
    return np.clip((scene * (1 - on) + laid * on) * light, 0, 255).astype(np.uint8)


def poster(photos: Sequence[Pixels], rng: Rng) -> Pixels:
    """A poster or a cover: a full-page photo, darkened or tinted, under a large title and small lines."""
    width, height = page_size(rng, (0.67, 0.71, 0.75, 1.78))
    picture = np.asarray(fitted(photos[0], width, height, rng), np.float32)
    grey = picture.mean(2, keepdims=True)
    share = rng.uniform(0.2, 0.8)
    picture = picture * (1 - share) + grey * share * np.float32(colour(rng)) / 160
    fade = np.clip(np.linspace(rng.uniform(0.4, 1.2), rng.uniform(0.2, 1.0), height), 0, 1)[:, None, None]
    image = Image.fromarray(np.clip(picture * fade, 0, 255).astype(np.uint8))
    pen = ImageDraw.Draw(image, "RGBA")
    title = words(rng, 2).upper()
    face = font(rng, min(height * 0.14, 1.5 * width / max(3, len(title))))
    y = height * rng.choice([0.03, 0.7, 0.78])
    pen.text(
        ((width - face.getlength(title)) / 2, y), title, colour(rng) if rng.random() < 0.6 else (250, 250, 250), face
    )
    ink = (235, 235, 235)
    lines(pen, (width * 0.1, height * 0.9, width * 0.9, height), ink, rng, height * 0.03)
    if rng.random() < 0.6:
        x = width * rng.choice([0.04, 0.6])
        lines(
            pen,
            (x, height * 0.3, x + width * 0.35, height * rng.uniform(0.4, 0.7)),
            ink,
            rng,
            height * rng.uniform(0.025, 0.05),
        )
    return np.asarray(image, np.uint8).copy()


def document(photos: Sequence[Pixels], rng: Rng) -> Pixels:
    """A page of text, a CV or a certificate, usually with a small photo."""
    width, height = page_size(rng, (0.71, 0.77, 1.41))
    white = int(rng.integers(225, 256))
    image, pen = blank(width, height, (white, white, white))
    if rng.random() < 0.3:
        pen.rectangle((0, 0, width * 0.33, height), colour(rng))
    ink = (40, 40, 46)
    pen.text((width * 0.08, height * 0.05), words(rng, 2), ink, font(rng, height * 0.04))
    size = height * rng.uniform(0.014, 0.024)
    lines(pen, (width * 0.08, height * 0.28, width * 0.93, height * 0.95), ink, rng, size)
    if rng.random() < 0.7:
        w = int(width * rng.uniform(0.15, 0.3))
        image.paste(
            fitted(photos[0], w, int(w * 1.2), rng), (int(width * rng.choice([0.06, 0.68])), int(height * 0.03))
        )
    found = np.asarray(image, np.uint8).copy()
    return on_table(found, photos[-1], rng) if rng.random() < 0.3 else found


def speaker(photos: Sequence[Pixels], rng: Rng) -> Pixels:
    """An announcement of one or two speakers: coloured background, round or square photo, name and role."""
    width, height = page_size(rng, (1.78, 1.0, 1.5, 0.8, 2.4))
    ground = colour(rng)
    image, pen = blank(width, height, ground)
    for _ in range(int(rng.integers(0, 6))):
        x, y, r = rng.uniform(0, width), rng.uniform(0, height), rng.uniform(10, height / 2)
        (pen.ellipse if rng.random() < 0.6 else pen.rectangle)((x - r, y - r, x + r, y + r), (*colour(rng), 150))
    side = int(height * rng.uniform(0.3, 0.65))
    left = int(rng.uniform(0.03, 0.12) * width) if rng.random() < 0.6 else width - side - int(0.06 * width)
    paste_round(image, photos[0], left, int((height - side) * rng.uniform(0.15, 0.7)), side, rng)
    start = left + side + 12 if left < width / 3 else width * 0.05
    ink = contrasting(ground, rng)
    lines(pen, (start, height * 0.25, start + width * 0.5, height * 0.8), ink, rng, height * rng.uniform(0.05, 0.11))
    pen.text((width * 0.05, height * 0.05), words(rng, 2), ink, font(rng, height * 0.08))
    return np.asarray(image, np.uint8).copy()


def collage(photos: Sequence[Pixels], rng: Rng) -> Pixels:
    """Photos side by side with gaps, or a print with a white border lying on something."""
    if rng.random() < 0.45:
        width, height = page_size(rng, (0.83, 0.9, 1.0))
        white = int(rng.integers(225, 256))
        image, pen = blank(width, height, (white, white, white - 4))
        rim = int(width * rng.uniform(0.04, 0.09))
        image.paste(fitted(photos[0], width - 2 * rim, int(height * 0.78), rng), (rim, rim))
        pen.text((width * 0.3, height * 0.87), words(rng, 1), (60, 60, 70), font(rng, height * 0.06))
        return on_table(np.asarray(image, np.uint8).copy(), photos[-1], rng)
    width, height = page_size(rng, (1.0, 1.33, 0.75))
    image, _ = blank(width, height, (255, 255, 255) if rng.random() < 0.6 else colour(rng))
    across, down, gap = int(rng.integers(2, 4)), int(rng.integers(1, 4)), int(rng.integers(2, 12))
    w, h = width // across, height // down
    for n in range(across * down):
        tile = fitted(photos[n % len(photos)], w - 2 * gap, h - 2 * gap, rng)
        image.paste(tile, ((n % across) * w + gap, (n // across) * h + gap))
    return np.asarray(image, np.uint8).copy()


CARDS: tuple[tuple[Page, float], ...] = ((card, 1.3), (poster, 1.0), (document, 0.6), (speaker, 1.0), (collage, 0.7))
