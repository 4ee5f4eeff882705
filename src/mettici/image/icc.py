"""Converting pictures with ICC profiles to sRGB. A separate module, because LittleCMS is slow to load."""

from __future__ import annotations

import io
import logging
from functools import lru_cache

from PIL import Image, ImageCms

logger = logging.getLogger(__name__)

_SPACES = {"RGB ": "RGB", "GRAY": "L", "CMYK": "CMYK"}  # ICC.1 7.2.6 → Pillow's modes
_SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def to_srgb(image: Image.Image, profile: bytes) -> tuple[Image.Image, str | None]:
    """Convert `image` to sRGB. Returns it with a note, or None if the profile is sRGB already.

    A broken or unsuitable profile is ignored, with the note `icc_ignored`.
    """
    try:
        image, converted = _through_profile(image, profile)
    except (ImageCms.PyCMSError, OSError, TypeError, ValueError) as error:
        logger.debug("ICC profile ignored: %s", type(error).__name__)
        return image, "icc_ignored"
    return image, "icc_converted" if converted else None


def _through_profile(image: Image.Image, profile: bytes) -> tuple[Image.Image, bool]:
    transform = _transform(profile)
    if transform is None:
        return image, False
    if image.mode == "L" and transform.input_mode == "RGB":
        image = image.convert("RGB")  # a picture converted to grey that kept its colour profile
    if image.mode != transform.input_mode:
        raise ValueError(f"a profile for {transform.input_mode} on a picture in {image.mode}")
    converted = ImageCms.applyTransform(image, transform)
    assert converted is not None  # it returns None only when it works in place
    return converted, True


# Photos of one camera share a profile, and building a transform takes longer than applying it.
# LittleCMS transforms are thread-safe.
@lru_cache(maxsize=16)
def _transform(profile: bytes) -> ImageCms.ImageCmsTransform | None:
    """The transform from the profile to sRGB; None if it is sRGB already. Raises like ImageCms."""
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    if (source.profile.profile_description or "").startswith("sRGB"):
        return None
    space = source.profile.xcolor_space
    if space not in _SPACES:
        raise ValueError(f"colour space {space!r}")
    return ImageCms.ImageCmsTransform(source, _SRGB, _SPACES[space], "RGB")
