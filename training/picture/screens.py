"""Draws screens that show a photo: phones, calls, windows, mock-ups, and a screen photographed at an angle.

Each function takes several RGB photos and a random generator, and returns RGB (H, W, 3) uint8.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
from PIL import Image, ImageDraw

from training.picture.overlays import Pixels, Rng, colour, contrasting, font, sticker, words
from training.picture.pages import Page, blank, fitted, grounds, lines, on_table, page_size, paste_round

if TYPE_CHECKING:
    from collections.abc import Sequence


def phone(photos: Sequence[Pixels], rng: Rng) -> Pixels:
    """A phone screen of a social network, a viewer or a call: status line, photo, buttons, words."""
    width, height = page_size(rng, (0.46, 0.5, 0.56, 0.62))
    ground, ink = grounds(rng)
    image, pen = blank(width, height, ground)
    pen.text(
        (width * 0.05, height * 0.01), f"{rng.integers(24)}:{rng.integers(10, 60)}", ink, font(rng, height * 0.022)
    )
    pen.text((width * 0.8, height * 0.01), f"5G {rng.integers(100)}%", ink, font(rng, height * 0.02))
    top = height * rng.uniform(0.04, 0.25)
    tall = height * rng.uniform(0.3, 0.7)
    if rng.random() < 0.6:
        image.paste(fitted(photos[0], width, int(tall), rng), (0, int(top)))
    else:
        side = int(width * rng.uniform(0.25, 0.55))
        paste_round(image, photos[0], int(width * rng.choice([0.08, 0.35])), int(top), side, rng)
        tall = side
    lines(pen, (width * 0.06, height * 0.055, width * 0.9, top), ink, rng, height * 0.03)
    below = top + tall
    lines(pen, (width * 0.06, below + 6, width * 0.92, height * 0.9), ink, rng, height * rng.uniform(0.018, 0.035))
    for n in range(int(rng.integers(2, 6))):
        r, x = width * 0.045, width * (0.12 + n * 0.19)
        pen.ellipse(
            (x - r, height * 0.95 - r, x + r, height * 0.95 + r),
            outline=ink,
            width=2,
            fill=colour(rng) if rng.random() < 0.4 else None,
        )
    if rng.random() < 0.4:
        pen.rounded_rectangle((width * 0.1, below + 4, width * 0.9, below + height * 0.07), 8, colour(rng))
    return np.asarray(image, np.uint8).copy()


def call(photos: Sequence[Pixels], rng: Rng) -> Pixels:
    """A video call window: one to nine people, names, and a row of buttons with a red one."""
    width, height = page_size(rng, (1.33, 1.6, 1.78, 0.5, 1.0))
    dark = int(rng.integers(8, 60))
    image, pen = blank(width, height, (dark, dark, dark + int(rng.integers(0, 14))))
    across = int(rng.choice([1, 1, 2, 2, 3]))
    down = 1 if across == 1 else int(rng.integers(1, across + 1))
    bar, head = height * rng.uniform(0.07, 0.16), height * rng.choice([0.0, 0.05, 0.08])
    w, h = width / across, (height - bar - head) / down
    gap = int(rng.integers(0, 10))
    for n in range(across * down):
        x, y = (n % across) * w, head + (n // across) * h
        photo = photos[n % len(photos)]
        image.paste(fitted(photo, int(w - 2 * gap), int(h - 2 * gap), rng), (int(x + gap), int(y + gap)))
        name = words(rng, 1)[:14]
        face = font(rng, max(8, height * 0.03))
        box = (x + gap + 3, y + h - gap - face.size * 1.5, x + gap + 9 + face.getlength(name), y + h - gap - 2)
        pen.rectangle(box, (0, 0, 0, 160))
        pen.text((box[0] + 3, box[1] + 1), name, (255, 255, 255), face)
        if rng.random() < 0.25:
            pen.rectangle((x + gap, y + gap, x + w - gap, y + h - gap), outline=(60, 220, 90), width=3)
    if across == 1 and len(photos) > 1 and rng.random() < 0.5:
        small = fitted(photos[1], int(width * 0.22), int(height * 0.22), rng)
        image.paste(small, (int(width * 0.76), int(head + 6)))
    count = int(rng.integers(3, 9))
    for n in range(count):
        r, x = bar * 0.3, width / 2 + (n - (count - 1) / 2) * bar * 0.95
        y = height - bar / 2
        tone = (225, 45, 45) if n == count - 1 or rng.random() < 0.1 else (90, 92, 98)
        (pen.ellipse if rng.random() < 0.7 else pen.rectangle)((x - r, y - r, x + r, y + r), tone)
    if head:
        pen.text((8, 3), words(rng, 2), (210, 210, 215), font(rng, head * 0.6))
    return np.asarray(image, np.uint8).copy()


def phone_call(photos: Sequence[Pixels], rng: Rng) -> Pixels:
    """A call that fills a phone's screen: the caller behind a name and buttons, oneself in a corner."""
    width, height = page_size(rng, (0.46, 0.5, 0.56))
    image = fitted(photos[0], width, height, rng)
    pen = ImageDraw.Draw(image, "RGBA")
    w, h = int(width * rng.uniform(0.2, 0.36)), int(height * rng.uniform(0.13, 0.24))
    image.paste(fitted(photos[1], w, h, rng), (width - w - 8 if rng.random() < 0.7 else 8, int(height * 0.04)))
    x = width * (0.5 if rng.random() < 0.5 else 0.25)
    y = height * rng.choice([0.08, 0.12, 0.76])
    pen.text((x, y), words(rng, 2).title(), (255, 255, 255), font(rng, height * rng.uniform(0.028, 0.045)), anchor="mm")
    clock = f"{rng.integers(60):02d}:{rng.integers(60):02d}"
    pen.text((x, y + height * 0.045), clock, (240, 240, 240), font(rng, height * 0.024), anchor="mm")
    if rng.random() < 0.5:
        pen.rounded_rectangle((width * 0.06, height * 0.86, width * 0.94, height * 0.97), 24, (20, 20, 26, 140))
    count, r = int(rng.integers(2, 6)), width * rng.uniform(0.05, 0.085)
    for n in range(count):
        x, y = width * (n + 1) / (count + 1), height * 0.915
        red = n == count // 2
        tone = (230, 40, 50) if red else (255, 255, 255, 90) if rng.random() < 0.6 else (*colour(rng), 220)
        pen.ellipse((x - r, y - r, x + r, y + r), tone)
        pen.arc((x - r / 2, y - r / 3, x + r / 2, y + r / 2), 200, 340, (255, 255, 255), 3)
    return np.asarray(image, np.uint8).copy()


def mockup(photos: Sequence[Pixels], rng: Rng) -> Pixels:
    """An advertisement for an app: a phone on a coloured ground, often with hearts, smileys and round portraits."""
    page = (phone_call, phone)[rng.integers(2)](photos, rng) if rng.random() < 0.75 else _photo(photos[0], rng)
    height, width = page.shape[:2]
    tall, wide = int(height * rng.uniform(1.02, 1.3)), int(width * rng.uniform(1.1, 2.6))
    ground = np.float32(grounds(rng)[0]) * np.linspace(1, rng.uniform(0.75, 1.1), tall, dtype=np.float32)[:, None, None]
    image = Image.fromarray(np.broadcast_to(np.clip(ground, 0, 255), (tall, wide, 3)).astype(np.uint8).copy())
    pen = ImageDraw.Draw(image, "RGBA")
    x, y = int((wide - width) * rng.uniform(0.2, 0.8)), (tall - height) // 2
    rim, round_by = int(width * rng.uniform(0.02, 0.06)), int(width * rng.uniform(0.06, 0.16))
    tone = (20, 20, 24) if rng.random() < 0.75 else (232, 232, 236)
    pen.rounded_rectangle((x - rim, y - rim, x + width + rim, y + height + rim), round_by + rim, tone)
    mask = Image.new("L", (width, height), 0)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, width - 1, height - 1), round_by, 255)
    image.paste(Image.fromarray(page), (x, y), mask)
    if rng.random() < 0.6:
        pen.rounded_rectangle((x + width * 0.32, y - 2, x + width * 0.68, y + height * 0.035), 8, tone)
    for _ in range(int(rng.integers(0, 6))):
        across, down = x + width * rng.choice([0.0, 1.0]), y + height * rng.uniform(0.05, 0.95)
        r = width * rng.uniform(0.06, 0.16)
        if rng.random() < 0.6:
            sticker(pen, across, down, r, rng)
        else:
            paste_round(image, photos[-1], int(across - r), int(down - r), int(2 * r), rng)
    found = np.asarray(image, np.uint8).copy()
    return on_table(found, photos[-1], rng) if rng.random() < 0.1 else found


def _photo(photo: Pixels, rng: Rng) -> Pixels:
    """A photo that fills a phone's screen, with a bar of buttons in front."""
    width, height = page_size(rng, (0.46, 0.5, 0.56))
    image = fitted(photo, width, height, rng)
    pen = ImageDraw.Draw(image, "RGBA")
    pen.rounded_rectangle((-width * 0.05, height * 0.85, width * 1.05, height * 0.95), 20, (40, 40, 46, 190))
    for n in range(3):
        x, y, r = width * (0.2 + 0.3 * n), height * 0.9, width * 0.06
        pen.ellipse((x - r, y - r, x + r, y + r), (225, 45, 45) if n == 1 else (245, 245, 245))
    return np.asarray(image, np.uint8).copy()


def window(photos: Sequence[Pixels], rng: Rng) -> Pixels:
    """A program window or a web page: bars, a sidebar, one or more photos, words."""
    width, height = page_size(rng, (1.33, 1.6, 1.78, 0.75, 0.5))
    ground, ink = grounds(rng)
    image, pen = blank(width, height, ground)
    bar = height * rng.uniform(0.05, 0.14)
    pen.rectangle((0, 0, width, bar), colour(rng) if rng.random() < 0.6 else (226, 228, 232))
    for n in range(3):
        pen.ellipse(
            (8 + n * 14, bar / 2 - 5, 18 + n * 14, bar / 2 + 5), ((240, 90, 80), (245, 190, 60), (90, 200, 90))[n]
        )
    lines(pen, (width * 0.2, 2, width * 0.8, bar), contrasting(ground, rng), rng, bar * 0.5)
    left = width * (rng.uniform(0.12, 0.3) if rng.random() < 0.5 else 0.03)
    lines(pen, (6, bar + 8, left - 6, height * 0.95), ink, rng, height * 0.028)
    if rng.random() < 0.5:
        w, h = (width - left) * rng.uniform(0.3, 0.95), (height - bar) * rng.uniform(0.35, 0.9)
        image.paste(fitted(photos[0], int(w), int(h), rng), (int(left + 4), int(bar + 6)))
        if rng.random() < 0.4:
            pen.rectangle((left + w * 0.3, bar + h * 0.2, left + w * 0.7, bar + h * 0.7), outline=colour(rng), width=3)
        lines(pen, (left + w + 12, bar + 10, width - 8, height * 0.95), ink, rng, height * 0.035)
        lines(pen, (left + 6, bar + h + 12, width - 8, height * 0.97), ink, rng, height * 0.032)
    else:
        across = int(rng.integers(2, 5))
        w = (width - left) / across
        for n in range(int(rng.integers(across, 3 * across))):
            x, y = left + (n % across) * w, bar + 8 + (n // across) * w * 1.35
            paste_round(image, photos[n % len(photos)], int(x + w * 0.15), int(y), int(w * 0.7), rng)
            pen.text((x + w / 2, y + w * 0.85), words(rng, 1)[:12], ink, font(rng, w * 0.09), anchor="mm")
    return np.asarray(image, np.uint8).copy()


def filmed(photos: Sequence[Pixels], rng: Rng) -> Pixels:
    """A photographed laptop or phone screen: bezel, perspective, the pattern of its pixels."""
    page = (
        SCREENS[rng.integers(3)][0](photos, rng) if rng.random() < 0.5 else np.asarray(fitted(photos[0], 480, 300, rng))
    )
    rim = int(rng.integers(8, 26))
    page = cv2.copyMakeBorder(
        page, rim, rim + int(rng.integers(0, 30)), rim, rim, cv2.BORDER_CONSTANT, value=(18, 18, 20)
    )
    found = on_table(np.asarray(page, np.uint8), photos[-1], rng).astype(np.float32)
    y, x = np.mgrid[: found.shape[0], : found.shape[1]]
    wave = np.sin(x * rng.uniform(0.3, 1.8) + y * rng.uniform(-0.6, 0.6)) * np.sin(y * rng.uniform(0.3, 1.8))
    return np.clip(found * (1 + rng.uniform(0, 0.12) * wave[..., None]), 0, 255).astype(np.uint8)


SCREENS: tuple[tuple[Page, float], ...] = (
    (phone, 1.0), (call, 1.3), (window, 1.2), (filmed, 0.7), (phone_call, 0.6), (mockup, 0.8),
)  # fmt: skip
