"""The parts of MediaPipe that are used here, imported without its sound library.

MediaPipe's audio tasks import `sounddevice`, which looks for PortAudio by starting ldconfig, gcc and ld, one after the
other. A photo checker starts no program and has no business with the microphone, and loading takes a fifth less time.
`sounddevice` is out of reach only while MediaPipe loads; a program that uses it for itself can import it afterwards.
"""

from __future__ import annotations

import sys

_SOUND = "sounddevice"
_blocked = _SOUND not in sys.modules
if _blocked:
    sys.modules[_SOUND] = None  # type: ignore[assignment]
try:
    from mediapipe import Image, ImageFormat
    from mediapipe.tasks.python.components.containers.embedding_result_c import EmbeddingC, EmbeddingResultC
    from mediapipe.tasks.python.core.base_options import BaseOptions
    from mediapipe.tasks.python.core.mediapipe_c_utils import handle_status, is_shutdown
    from mediapipe.tasks.python.vision import ImageEmbedder, ImageEmbedderOptions
finally:
    if _blocked:
        del sys.modules[_SOUND]

__all__ = [
    "BaseOptions",
    "EmbeddingC",
    "EmbeddingResultC",
    "Image",
    "ImageEmbedder",
    "ImageEmbedderOptions",
    "ImageFormat",
    "handle_status",
    "is_shutdown",
]
