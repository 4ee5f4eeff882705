"""The two real portraits, found inside installed packages, and the scenes made of them."""

from __future__ import annotations

import io
from functools import cache
from importlib import resources

import numpy as np
from canvas import Canvas, Points, curve
from PIL import Image

SCIKIT_IMAGE = ("scikit-image", "skimage", "data")
MATPLOTLIB = ("matplotlib", "matplotlib", "mpl-data/sample_data")

# The outline of the astronaut in her photograph, to set her before another background.
COLLINS_OUTLINE: Points = [
    (22, 513),
    (26, 420),
    (22, 372),
    (30, 330),
    (40, 296),
    (52, 262),
    (84, 226),
    (112, 210),
    (116, 190),
    (124, 176),
    (146, 156),
    (170, 149),
    (183, 149),
    (181, 131),
    (172, 124),
    (166, 114),
    (157, 104),
    (154, 88),
    (153, 68),
    (158, 54),
    (172, 44),
    (189, 36),
    (198, 26),
    (226, 16),
    (244, 16),
    (262, 23),
    (280, 34),
    (292, 50),
    (298, 66),
    (301, 88),
    (298, 104),
    (290, 116),
    (280, 127),
    (274, 135),
    (267, 138),
    (261, 155),
    (258, 174),
    (276, 186),
    (290, 204),
    (303, 230),
    (322, 246),
    (340, 270),
    (352, 296),
    (360, 330),
    (363, 353),
    (384, 346),
    (410, 344),
    (440, 354),
    (468, 376),
    (486, 406),
    (496, 440),
    (506, 466),
    (513, 490),
    (513, 513),
]


@cache
def shipped(package: tuple[str, str, str], name: str) -> Image.Image:
    """A picture out of an installed package; never from the network."""
    distribution, module, folder = package
    try:
        data = resources.files(module).joinpath(folder, name).read_bytes()
    except ModuleNotFoundError:
        raise SystemExit(f"the samples need {distribution}: pip install {distribution}") from None
    except FileNotFoundError:
        data = b""
    if not data:
        raise SystemExit(
            f"{distribution} is installed without its picture {name}: pip install --force-reinstall {distribution}"
        )
    with Image.open(io.BytesIO(data)) as picture:
        return picture.convert("RGBA" if picture.mode == "RGBA" else "RGB")


def collins() -> Image.Image:
    """Eileen Collins as NASA published her: head and half body, smiling."""
    return shipped(SCIKIT_IMAGE, "astronaut.png")


def hopper() -> Image.Image:
    """Grace Hopper in uniform: a hat, glasses, no clear smile."""
    return shipped(MATPLOTLIB, "grace_hopper.jpg")


def crop(photo: Image.Image, x: int, y: int, width: int, height: int) -> Image.Image:
    """A cut that may reach a little over the edge: there the picture is continued by its mirror image."""
    pad = max(0, -x, -y, x + width - photo.width, y + height - photo.height)
    wide = Image.fromarray(np.pad(np.asarray(photo), ((pad, pad), (pad, pad), (0, 0)), mode="reflect"))
    return wide.crop((x + pad, y + pad, x + pad + width, y + pad + height))


def model_portrait() -> Image.Image:
    """The photo the checker should like: head and shoulders, with a little air above the hair."""
    return crop(collins(), 21, -12, 412, 412)


def head_cut() -> Image.Image:
    return crop(collins(), 21, 64, 412, 412)


def off_centre() -> Image.Image:
    """At the lower left before a wall, with room for a crop that has the head in its middle."""
    return before_bricks(720, 720, 512, (-16, 208))


def tilted(angle_deg: float) -> Image.Image:
    """Turned about the middle of the face. Mirrored surroundings fill what turns in at the corners."""
    wide = crop(collins(), -200, -200, 912, 912)
    turned = wide.rotate(angle_deg, Image.Resampling.BICUBIC, center=(427, 300))
    return turned.crop((242, 204, 654, 616))


def far_away() -> Image.Image:
    """A whole brick wall, and a person small at its foot."""
    return before_bricks(800, 800, 200, (310, 600))


def before_bricks(width: int, height: int, side: int, at: tuple[int, int]) -> Image.Image:
    """The astronaut, `side` px to the side, before a brick wall of this size, her upper left corner `at` this place."""
    courses = thing("brick.png").transpose(Image.Transpose.ROTATE_90)
    longer = max(width, height)
    brick = np.asarray(courses.resize((longer, longer), Image.Resampling.BICUBIC)) / 255
    tint = np.array((206, 176, 158))
    wall = Image.fromarray(np.clip((0.55 + 0.75 * brick) * tint, 0, 255).astype(np.uint8)).crop((0, 0, width, height))
    person = collins()
    inside = Canvas(person).mask(curve(COLLINS_OUTLINE, closed=True), blur=0.8)
    cover = Image.fromarray((inside * 255).astype(np.uint8))
    person, cover = (layer.resize((side, side), Image.Resampling.LANCZOS) for layer in (person, cover))
    wall.paste(person, at, cover)
    return wall


def two_people() -> Image.Image:
    """The two portraits side by side, heads alike in size."""
    left = crop(collins(), 62, -12, 330, 412).resize((480, 600), Image.Resampling.LANCZOS)
    right = crop(hopper(), 16, 0, 480, 600)
    both = Image.new("RGB", (960, 600))
    both.paste(left, (0, 0))
    both.paste(right, (480, 0))
    return both


def page_of_text() -> Image.Image:
    page = thing("page.png")
    return page.resize((page.width * 2, page.height * 2), Image.Resampling.BICUBIC)


def thing(name: str) -> Image.Image:
    return shipped(SCIKIT_IMAGE, name)
