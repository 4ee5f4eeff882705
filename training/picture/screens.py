"""Screens drawn by code that hold a photo: phones, calls, windows, and a screen filmed from the side.

Each takes several RGB photos and the dice, and returns RGB (H, W, 3) uint8.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from training.picture.overlays import Draw, Pixels, colour, contrasting, font, words
from training.picture.pages import Page, blank, fitted, grounds, lines, on_table, page_size, paste_round

if TYPE_CHECKING:
    from collections.abc import Sequence


def phone(photos: Sequence[Pixels], draw: Draw) -> Pixels:
    """A phone's screen: status line, a photo, buttons, words; of a social network, a viewer, a call."""
    width, height = page_size(draw, (0.46, 0.5, 0.56, 0.62))
    ground, ink = grounds(draw)
    image, pen = blank(width, height, ground)
    pen.text(
        (width * 0.05, height * 0.01), f"{draw.integers(24)}:{draw.integers(10, 60)}", ink, font(draw, height * 0.022)
    )
    pen.text((width * 0.8, height * 0.01), f"5G {draw.integers(100)}%", ink, font(draw, height * 0.02))
    top = height * draw.uniform(0.04, 0.25)
    tall = height * draw.uniform(0.3, 0.7)
    if draw.random() < 0.6:
        image.paste(fitted(photos[0], width, int(tall), draw), (0, int(top)))
    else:
        side = int(width * draw.uniform(0.25, 0.55))
        paste_round(image, photos[0], int(width * draw.choice([0.08, 0.35])), int(top), side, draw)
        tall = side
    lines(pen, (width * 0.06, height * 0.055, width * 0.9, top), ink, draw, height * 0.03)
    below = top + tall
    lines(pen, (width * 0.06, below + 6, width * 0.92, height * 0.9), ink, draw, height * draw.uniform(0.018, 0.035))
    for n in range(int(draw.integers(2, 6))):
        r, x = width * 0.045, width * (0.12 + n * 0.19)
        pen.ellipse(
            (x - r, height * 0.95 - r, x + r, height * 0.95 + r),
            outline=ink,
            width=2,
            fill=colour(draw) if draw.random() < 0.4 else None,
        )
    if draw.random() < 0.4:
        pen.rounded_rectangle((width * 0.1, below + 4, width * 0.9, below + height * 0.07), 8, colour(draw))
    return np.asarray(image, np.uint8).copy()


def call(photos: Sequence[Pixels], draw: Draw) -> Pixels:
    """The window of a video call: one to nine people, names, a bar of buttons with a red one."""
    width, height = page_size(draw, (1.33, 1.6, 1.78, 0.5, 1.0))
    dark = int(draw.integers(8, 60))
    image, pen = blank(width, height, (dark, dark, dark + int(draw.integers(0, 14))))
    across = int(draw.choice([1, 1, 2, 2, 3]))
    down = 1 if across == 1 else int(draw.integers(1, across + 1))
    bar, head = height * draw.uniform(0.07, 0.16), height * draw.choice([0.0, 0.05, 0.08])
    w, h = width / across, (height - bar - head) / down
    gap = int(draw.integers(0, 10))
    for n in range(across * down):
        x, y = (n % across) * w, head + (n // across) * h
        photo = photos[n % len(photos)]
        image.paste(fitted(photo, int(w - 2 * gap), int(h - 2 * gap), draw), (int(x + gap), int(y + gap)))
        name = words(draw, 1)[:14]
        face = font(draw, max(8, height * 0.03))
        box = (x + gap + 3, y + h - gap - face.size * 1.5, x + gap + 9 + face.getlength(name), y + h - gap - 2)
        pen.rectangle(box, (0, 0, 0, 160))
        pen.text((box[0] + 3, box[1] + 1), name, (255, 255, 255), face)
        if draw.random() < 0.25:
            pen.rectangle((x + gap, y + gap, x + w - gap, y + h - gap), outline=(60, 220, 90), width=3)
    if across == 1 and len(photos) > 1 and draw.random() < 0.5:
        small = fitted(photos[1], int(width * 0.22), int(height * 0.22), draw)
        image.paste(small, (int(width * 0.76), int(head + 6)))
    count = int(draw.integers(3, 9))
    for n in range(count):
        r, x = bar * 0.3, width / 2 + (n - (count - 1) / 2) * bar * 0.95
        y = height - bar / 2
        tone = (225, 45, 45) if n == count - 1 or draw.random() < 0.1 else (90, 92, 98)
        (pen.ellipse if draw.random() < 0.7 else pen.rectangle)((x - r, y - r, x + r, y + r), tone)
    if head:
        pen.text((8, 3), words(draw, 2), (210, 210, 215), font(draw, head * 0.6))
    return np.asarray(image, np.uint8).copy()


def window(photos: Sequence[Pixels], draw: Draw) -> Pixels:
    """A program's window or a web page: bars, a side list, one photo or several, words."""
    width, height = page_size(draw, (1.33, 1.6, 1.78, 0.75, 0.5))
    ground, ink = grounds(draw)
    image, pen = blank(width, height, ground)
    bar = height * draw.uniform(0.05, 0.14)
    pen.rectangle((0, 0, width, bar), colour(draw) if draw.random() < 0.6 else (226, 228, 232))
    for n in range(3):
        pen.ellipse(
            (8 + n * 14, bar / 2 - 5, 18 + n * 14, bar / 2 + 5), ((240, 90, 80), (245, 190, 60), (90, 200, 90))[n]
        )
    lines(pen, (width * 0.2, 2, width * 0.8, bar), contrasting(ground, draw), draw, bar * 0.5)
    left = width * (draw.uniform(0.12, 0.3) if draw.random() < 0.5 else 0.03)
    lines(pen, (6, bar + 8, left - 6, height * 0.95), ink, draw, height * 0.028)
    if draw.random() < 0.5:
        w, h = (width - left) * draw.uniform(0.3, 0.95), (height - bar) * draw.uniform(0.35, 0.9)
        image.paste(fitted(photos[0], int(w), int(h), draw), (int(left + 4), int(bar + 6)))
        if draw.random() < 0.4:
            pen.rectangle((left + w * 0.3, bar + h * 0.2, left + w * 0.7, bar + h * 0.7), outline=colour(draw), width=3)
        lines(pen, (left + w + 12, bar + 10, width - 8, height * 0.95), ink, draw, height * 0.035)
        lines(pen, (left + 6, bar + h + 12, width - 8, height * 0.97), ink, draw, height * 0.032)
    else:
        across = int(draw.integers(2, 5))
        w = (width - left) / across
        for n in range(int(draw.integers(across, 3 * across))):
            x, y = left + (n % across) * w, bar + 8 + (n // across) * w * 1.35
            paste_round(image, photos[n % len(photos)], int(x + w * 0.15), int(y), int(w * 0.7), draw)
            pen.text((x + w / 2, y + w * 0.85), words(draw, 1)[:12], ink, font(draw, w * 0.09), anchor="mm")
    return np.asarray(image, np.uint8).copy()


def filmed(photos: Sequence[Pixels], draw: Draw) -> Pixels:
    """A laptop's or phone's screen photographed: bezel, slant, the pattern of its pixels."""
    page = (
        SCREENS[draw.integers(3)][0](photos, draw)
        if draw.random() < 0.5
        else np.asarray(fitted(photos[0], 480, 300, draw))
    )
    rim = int(draw.integers(8, 26))
    page = cv2.copyMakeBorder(
        page, rim, rim + int(draw.integers(0, 30)), rim, rim, cv2.BORDER_CONSTANT, value=(18, 18, 20)
    )
    found = on_table(np.asarray(page, np.uint8), photos[-1], draw).astype(np.float32)
    y, x = np.mgrid[: found.shape[0], : found.shape[1]]
    wave = np.sin(x * draw.uniform(0.3, 1.8) + y * draw.uniform(-0.6, 0.6)) * np.sin(y * draw.uniform(0.3, 1.8))
    return np.clip(found * (1 + draw.uniform(0, 0.12) * wave[..., None]), 0, 255).astype(np.uint8)


SCREENS: tuple[tuple[Page, float], ...] = ((phone, 1.0), (call, 1.3), (window, 1.2), (filmed, 0.7))
