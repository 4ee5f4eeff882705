"""ICC profiles: from a picture's own colours to sRGB. Apart, because LittleCMS takes its time to load."""

from __future__ import annotations

import io
import logging
from functools import lru_cache

from PIL import Image, ImageCms

logger = logging.getLogger(__name__)

_SPACES = {"RGB ": "RGB", "GRAY": "L", "CMYK": "CMYK"}  # ICC.1 7.2.6 → Pillow's modes
_SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def to_srgb(image: Image.Image, profile: bytes) -> tuple[Image.Image, str | None]:
    """`image` in sRGB, and the note on what was done: None where the profile says sRGB already.

    A broken or unfitting profile is ignored, with the note `icc_ignored`.
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
        image = image.convert("RGB")  # a grey picture that kept the profile of its colours
    if image.mode != transform.input_mode:
        raise ValueError(f"a profile for {transform.input_mode} on a picture in {image.mode}")
    converted = ImageCms.applyTransform(image, transform)
    assert converted is not None  # only in place does it return nothing
    return converted, True


# Photos of one camera carry one profile, and a transform takes longer to build than to apply.
# LittleCMS transforms may be shared between threads.
@lru_cache(maxsize=16)
def _transform(profile: bytes) -> ImageCms.ImageCmsTransform | None:
    """From the profile to sRGB; None where it is sRGB already. Raises what ImageCms raises."""
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    if (source.profile.profile_description or "").startswith("sRGB"):
        return None
    space = source.profile.xcolor_space
    if space not in _SPACES:
        raise ValueError(f"colour space {space!r}")
    return ImageCms.ImageCmsTransform(source, _SRGB, _SPACES[space], "RGB")
