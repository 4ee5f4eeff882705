"""Choosing the frame of an animation to judge: the first that is not blank."""

from __future__ import annotations

from typing import cast

from PIL import Image

from mettici.image import gif, memory

ANIMATED = frozenset({"GIF", "PNG", "WEBP"})
"""Formats with frames of equal size; the further pictures of a TIFF are separate pages."""
MAX_BLANK = 16
"""Frames to try after the first: enough for an animation that fades in. Each has to be decoded."""
NOISE = 8
"""Levels, of 255, by which the pixels of a blank frame may differ: the artefacts of lossy compression."""
MAX_MEMORY = 140 * 2**20
"""Bytes that decoding one frame may take if a later one is needed. With the previous frame and the composite, this
triples to the limit for any picture (`Limits.max_memory`)."""


def seek_visible(image: Image.Image, data: bytes) -> bool:
    """Seek a decoded animation to its first frame that is not blank; return whether that is a later one.

    It stays at the first frame if the next `MAX_BLANK` are blank too, or would take too much memory.
    """
    if image.format not in ANIMATED or not _blank(image):
        return False
    if memory.needed(image, str(image.format)) > MAX_MEMORY:
        return False
    if image.format == "GIF" and not gif.frames_fit(data, image.size):
        return False
    for frame in range(1, MAX_BLANK + 1):
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
    """Whether all pixels have nearly the same colour, or are transparent."""
    bands = cast(tuple[tuple[int, int], ...], image.convert("RGBA").getextrema())
    return bands[3] == (0, 0) or all(high - low <= NOISE for low, high in bands)
