"""One fault at a time, put into a good portrait as a camera, a lamp or a careless hand would."""

from __future__ import annotations

import cv2
import numpy as np
from canvas import Canvas, Colour, Floats, Points, curve, ellipse
from PIL import Image

# Where things are in the model portrait, in its pixels.
NOSE_X = 201.0
LENSES = ((181.5, 115.0, -2.0), (229.5, 117.5, 4.0))
FACE_LEFT, FACE_RIGHT = 162, 245


def to_light(photo: Image.Image) -> Floats:
    """Linear light 0..1, as sRGB defines it: exposure only makes sense there."""
    v = np.asarray(photo.convert("RGB")).astype(np.float32) / 255
    return np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4).astype(np.float32)


def from_light(light: Floats) -> Image.Image:
    v = np.clip(light, 0, 1)
    v = np.where(v <= 0.0031308, v * 12.92, 1.055 * v ** (1 / 2.4) - 0.055)
    return Image.fromarray((v * 255 + 0.5).astype(np.uint8))


def exposed(photo: Image.Image, stops: float) -> Image.Image:
    return from_light(to_light(photo) * 2.0**stops)


def side_lit(photo: Image.Image) -> Image.Image:
    """One hard lamp from the right: the other half of the face is nearly black."""
    light = to_light(photo)
    x = np.arange(light.shape[1], dtype=np.float32)
    lamp = 0.03 + 1.12 / (1 + np.exp(-(x - NOSE_X - 6) / 9))
    return from_light(light * lamp[None, :, None].astype(np.float32))


def blurred(photo: Image.Image, sigma: float) -> Image.Image:
    return from_light(np.asarray(cv2.GaussianBlur(to_light(photo), (0, 0), sigma), np.float32))


def noisy(photo: Image.Image, seed: int = 1) -> Image.Image:
    """A small sensor at night: photon noise that grows with light, read noise everywhere, colour in both."""
    light = to_light(photo)
    noise = np.random.default_rng(seed).normal(0, 1, light.shape).astype(np.float32)
    return from_light(light + noise * np.sqrt(0.02 * light + 0.0008))


def cast(photo: Image.Image, gains: Colour) -> Image.Image:
    """A wrong white balance: each channel of the light is scaled."""
    return from_light(to_light(photo) * np.asarray(gains, np.float32))


def mono(photo: Image.Image) -> Image.Image:
    return photo.convert("L").convert("RGB")


def sunglasses(photo: Image.Image) -> Image.Image:
    """Dark lenses with the sky in their upper part, a thin frame, a bridge and two temples."""
    c = Canvas(photo)
    frame: Colour = (22, 20, 22)
    c.fill(ellipse(205, 131, 46, 7), (120, 74, 56), blur=4, alpha=0.35)  # the shadow they throw on the cheeks
    for side, (x, y, turn) in zip((-1, 1), LENSES, strict=True):
        lens = _lens(x, y, side, turn)
        c.fill(_grown(lens, 1.9), frame, blur=0.8)
        c.fill(lens, (34, 31, 33), blur=0.5)
        within = c.mask(lens, blur=0.6)
        c.fill(ellipse(x - 3, y - 9, 19, 6, turn), (112, 118, 128), blur=3.2, alpha=0.6, within=within)
        c.fill(ellipse(x + 2, y + 12, 15, 4), (86, 64, 56), blur=2.5, alpha=0.45, within=within)
        glint = [(x - 13, y - 3), (x - 8, y - 8), (x - 2, y - 9.5)]
        c.stroke(glint, (226, 230, 236), 1.8, blur=0.7, alpha=0.7, within=within)
        outer = FACE_LEFT - 4 if side < 0 else FACE_RIGHT + 6
        c.stroke([(x + side * 20, y - 7), (outer, y - 5)], frame, 3.2, taper=0.2, blur=0.5)
    c.stroke([(196, 110), (205, 107.5), (214, 111)], frame, 3.0, taper=0.1, blur=0.4)
    return c.image()


def _lens(x: float, y: float, side: int, turn_deg: float) -> Floats:
    shape: Points = [(-19, -8), (-8, -11.5), (10, -11), (20, -9), (20.5, 0), (15, 10), (3, 14), (-11, 11), (-18, 3)]
    turn = np.deg2rad(turn_deg)
    spin = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    return curve(np.asarray(shape) * (side, 1) @ spin + (x, y), closed=True)


def _grown(outline: Floats, by: float) -> Floats:
    middle = outline.mean(axis=0)
    arm = outline - middle
    return np.asarray(middle + arm * (1 + by / np.linalg.norm(arm, axis=1, keepdims=True)), np.float32)


def face_mask(photo: Image.Image) -> Image.Image:
    """A surgical mask: pleated pale cloth from the bridge of the nose to under the chin, with ear loops."""
    c = Canvas(photo)
    for loop in (
        [(163, 135), (158, 133), (155, 128)],
        [(166, 168), (160, 158), (156, 142)],
        [(243, 138), (249, 138), (253, 136)],
        [(238, 172), (247, 160), (253, 144)],
    ):
        c.stroke(loop, (226, 232, 236), 2.0, taper=0.2, blur=0.4)
    cloth = curve([(163, 133), (184, 128), (205, 122), (224, 130), (243, 136), (243, 156), (237, 175),
                   (224, 190), (205, 194), (186, 188), (171, 172), (164, 154)], closed=True)  # fmt: skip
    c.fill(cloth + np.float32(1.5), (96, 66, 52), blur=2.2, alpha=0.5)
    c.fill(cloth, (150, 192, 214), blur=0.9)
    within = c.mask(cloth, blur=0.6)
    c.fill(ellipse(196, 148, 20, 14), (192, 222, 236), blur=7, alpha=0.9, within=within)
    for edge in ((160, 164, 10, 26), (246, 166, 10, 28), (206, 196, 34, 8)):
        c.fill(ellipse(*edge), (88, 128, 156), blur=5, alpha=0.7, within=within)
    for y, sag in ((144, 5), (154, 6), (164, 7), (174, 7)):
        pleat = np.array([(160, y - 2), (182, y + sag - 1), (205, y + sag), (226, y + sag), (248, y + 1)])
        c.stroke(pleat, (98, 142, 170), 2.4, taper=0.5, blur=0.9, alpha=0.8, within=within)
        c.stroke(pleat - (0, 2.2), (208, 232, 242), 1.6, taper=0.5, blur=0.8, alpha=0.7, within=within)
    wire = [(186, 129.5), (205, 124.5), (224, 131.5)]
    c.stroke(wire, (196, 222, 234), 2.4, blur=0.7, alpha=0.9, within=within)
    weave = np.random.default_rng(2).normal(0, 2.2, c.pixels.shape[:2]).astype(np.float32)
    c.pixels += (weave * within)[..., None]
    return c.image()
