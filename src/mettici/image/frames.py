"""Which frame of an animation is the photo: the first that shows anything."""

from __future__ import annotations

from typing import cast

from PIL import Image

from mettici.image import gif, memory

ANIMATED = frozenset({"GIF", "PNG", "WEBP"})
"""Formats whose further pictures are frames of the same size; a TIFF's are pages of their own."""
MOST_BLANK = 16
"""Frames looked at past the first: an animation that fades in is drawn by then, and each has to be decoded."""
NOISE = 8
"""Steps of 255 by which the pixels of a blank frame may differ: what lossy compression makes of one colour."""
MOST_MEMORY = 140 * 2**20
"""Bytes that one frame may take to decode where a later one is wanted: with what is kept of the one before and laid
over it, that is three times as much, the limit for any picture (`Limits.max_memory`)."""


def seek_drawn(image: Image.Image, data: bytes) -> bool:
    """Turn a decoded animation to its first frame that is not blank, and tell whether that is a later one.

    It stays at the first where none of the next `MOST_BLANK` shows anything, or where they would take too much memory.
    """
    if image.format not in ANIMATED or not _blank(image):
        return False
    if memory.needed(image, str(image.format)) > MOST_MEMORY:
        return False
    if image.format == "GIF" and not gif.frames_fit(data, image.size):
        return False
    for frame in range(1, MOST_BLANK + 1):
        try:
            image.seek(frame)
            image.load()
        except EOFError:
            break
        if not _blank(image):
            return True
    image.seek(0)
    image.load()
    return False


def _blank(image: Image.Image) -> bool:
    """Whether all pixels are nearly the same, or nothing can be seen of them."""
    bands = cast(tuple[tuple[int, int], ...], image.convert("RGBA").getextrema())
    return bands[3] == (0, 0) or all(high - low <= NOISE for low, high in bands)
