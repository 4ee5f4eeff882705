"""What a worker process does with one photo."""

from __future__ import annotations

import hashlib
import math
import os
import stat
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from mettici import schema
from mettici._version import __version__
from mettici.batch.task import Answer, Task
from mettici.errors import PhotoError
from mettici.opening import opened_regular
from mettici.policy import load
from mettici.process import settle_worker, silence_native
from mettici.render.json import to_text, unjudged

if TYPE_CHECKING:
    from mettici.checker import PhotoChecker

THUMBNAIL = 168
"""Longer side of a thumbnail, px: sharp enough in a list; five thousand of them take about 15 MB."""

LIKENESS = 144
"""Bits of a perceptual hash. With 64, the usual number, different portraits come as near as shots of one moment do,
since head and shoulders are alike."""
FLEETING = frozenset({"permission", "io", "memory", "waited"})
"""Reasons that lie in the surroundings: the same file may be readable the next time, and is tried again then."""


@dataclass(frozen=True)
class Judge:
    """Judges a photo under a policy. Cheap to send to another process: the models are loaded there, once.

    `thumbnails`, `likenesses`: make those too. `hashing`: note the hash of each file's content in its line.
    """

    policy: str
    lang: str
    thumbnails: bool = False
    likenesses: bool = False
    hashing: bool = False

    def prepare(self) -> None:
        """Load what takes time, before any photo's time is counted."""
        import numpy as np

        with suppress(Exception):  # whatever fails here fails again on each photo, where it is told
            _checker(self.policy).check(np.zeros((64, 64, 3), np.uint8))

    def __call__(self, task: Task) -> Answer:
        """The answer on one photo; a photo that cannot be read is an answer too. Raises `ModelError`."""
        if task.known is not None:
            return task.known._replace(thumbnail=self._thumbnail(task))
        seen = stamp(task.path, hashing=self.hashing)  # before it is read: a later change is always noticed
        try:
            report = _checker(self.policy).check(task.contents, name=task.name)
        except PhotoError as error:
            return self._refusal(task, error, seen)
        line = self._line(report.document(self.lang), seen)
        return Answer(line, report.verdict.value, False, self._thumbnail(task), self._likeness(task))

    def at_once(self, task: Task) -> Answer | None:
        """The answer that takes no work: on a photo that cannot be read, or that is known already."""
        if task.error is not None:
            return self.refuse(task, task.error)
        return None if self.thumbnails else task.known

    def refuse(self, task: Task, error: PhotoError) -> Answer:
        """The answer on a photo that could not be judged."""
        return self._refusal(task, error, stamp(task.path, hashing=self.hashing))

    @cached_property
    def basis(self) -> str:
        """Stands for all that a report rests on beside the photo: version, policy with its limits, language."""
        rests_on = to_text([schema.SCHEMA, __version__, load(self.policy).to_toml(), self.lang])
        return hashlib.sha256(rests_on.encode()).hexdigest()[:16]

    def _refusal(self, task: Task, error: PhotoError, seen: dict[str, Any]) -> Answer:
        lasting = task.error is None and error.reason not in FLEETING
        line = self._line(unjudged(task.name, error, self.lang), seen if lasting else {})
        return Answer(line, error.code, failed=True)

    def _line(self, document: schema.Report | schema.Unjudged, seen: dict[str, Any]) -> str:
        return to_text(schema.to_dict(replace(document, source=schema.Source(**seen, basis=self.basis))))

    def _thumbnail(self, task: Task) -> bytes:
        return _webp(task) if self.thumbnails else b""

    def _likeness(self, task: Task) -> str:
        return _perceptual_hash(task) if self.likenesses else ""


def stamp(path: str, *, hashing: bool) -> dict[str, Any]:
    """What tells whether a file changed: `size` in bytes, `mtime_ns`, and its `sha256` where asked for.

    Empty where the file cannot be read, or is none whose content lasts: a pipe, a device.
    """
    try:
        facts = os.stat(path)
        told: dict[str, Any] = {"size": facts.st_size, "mtime_ns": facts.st_mtime_ns}
        if not stat.S_ISREG(facts.st_mode):
            return {}
        if hashing:
            with opened_regular(path) as file:
                digest = hashlib.sha256()
                while piece := file.read(1 << 20):
                    digest.update(piece)
            told["sha256"] = digest.hexdigest()
    except (OSError, ValueError):  # ValueError: a NUL in the name
        return {}
    return told


@lru_cache(maxsize=1)
def _checker(policy: str) -> PhotoChecker:
    """This process's checker."""
    settle_worker()
    silence_native()
    from mettici.checker import PhotoChecker
    from mettici.vision import Vision

    return PhotoChecker(policy, vision=Vision(beside=False))


def _webp(task: Task) -> bytes:
    """A thumbnail without any of the file's metadata; empty where the photo cannot be decoded."""
    import io

    from PIL import Image

    from mettici.photo import load_small

    try:
        pixels = load_small(task.contents, THUMBNAIL)
    except PhotoError:
        return b""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "WEBP", quality=55, method=2)
    return file.getvalue()


def _perceptual_hash(task: Task) -> str:
    """The picture's coarse structure (DCT), in hexadecimal; empty where imagehash is not installed."""
    try:
        import imagehash
    except ImportError:
        return ""
    import numpy as np
    from PIL import Image

    from mettici.photo import load_small

    pixels = load_small(task.contents, THUMBNAIL)
    bits = imagehash.phash(Image.fromarray(pixels), hash_size=math.isqrt(LIKENESS)).hash
    return bytes(np.packbits(bits)).hex()
