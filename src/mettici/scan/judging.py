"""Judging one photo in a worker process."""

from __future__ import annotations

import hashlib
import json
import math
import os
import stat
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from mettici import schema
from mettici._version import __version__
from mettici.errors import PhotoError
from mettici.output.answer import Answer
from mettici.output.json import to_text, unjudged
from mettici.policy import load
from mettici.process import configure_worker, silence_native
from mettici.safe_open import opened_regular
from mettici.scan.task import Task

if TYPE_CHECKING:
    from mettici.checker import Examination, PhotoChecker
    from mettici.policy import Crop, Policy
    from mettici.scan.crops import Crops

DISPLAY_SIDE = 280
"""Longer side, px, at which the HTML report shows an open photo."""
THUMBNAIL = 168
"""Longer side of a thumbnail, px: sharp enough in a list; five thousand of them take about 15 MB."""

HASH_BITS = 144
"""Bits of a perceptual hash. With the usual 64, different portraits are as close as shots of one moment, since all show
a head and shoulders."""
TRANSIENT = frozenset({"permission", "io", "memory", "waited"})
"""Errors that may not recur, such as a lack of memory. `--resume` tries these photos again."""


@dataclass(frozen=True)
class Judge:
    """Judges photos by a policy. Cheap to send to another process, which then loads the models once.

    `thumbnails`, `perceptual_hashes`: make those too. `hashing`: add the hash of each file's contents to its line.
    `crops`: where to write suggested crops; `shape`: their shape, if it is not the policy's.
    """

    policy: str
    lang: str
    thumbnails: bool = False
    perceptual_hashes: bool = False
    hashing: bool = False
    crops: Crops | None = None
    shape: Crop | None = None

    def prepare(self) -> None:
        """Load the models before the time limit of the first photo starts."""
        import numpy as np

        with suppress(Exception):  # it fails again on each photo, and is reported there
            _checker(self.policy, self.shape).check(np.zeros((64, 64, 3), np.uint8))

    def __call__(self, task: Task) -> Answer:
        """Judge one photo; an unreadable photo gives an answer too. Raises `ModelError`."""
        if task.known is not None:
            return self._renewed(task, task.known)
        seen = file_state(task.path, hashing=self.hashing)  # before reading, so that no later change is missed
        try:
            done = _checker(self.policy, self.shape).examine(task.contents, name=task.name)
            document = done.report.document(self.lang)
            if self.crops and document.crop:
                file = self.crops.write(task, done.evidence.photo, document.crop.box)
                document = replace(document, crop=replace(document.crop, file=file))
        except PhotoError as error:
            return self._refusal(task, error, seen)
        return Answer(
            line=self._line(document, seen),
            outcome=document.verdict.value,
            thumbnail=self._thumbnail(task),
            overlay=_overlay(done) if self.thumbnails else "",
            perceptual_hash=self._hash(task),
            cropped=bool(self.crops and document.crop),
        )

    def _renewed(self, task: Task, known: Answer) -> Answer:
        """The answer of an earlier run, with the pictures that its line does not contain."""
        report = json.loads(known.line)
        crop = None if known.failed or self.crops is None else report["crop"]
        if self.crops and crop:
            self.crops.restore(task, crop["file"], tuple(crop["box"]))
        drawn = "" if known.failed or not self.thumbnails else _overlay_of(report)
        return known._replace(thumbnail=self._thumbnail(task), overlay=drawn, cropped=bool(crop))

    def immediate_answer(self, task: Task) -> Answer | None:
        """The answer if it takes no work: the photo cannot be read, or the answer is already known."""
        if task.error is not None:
            return self.refuse(task, task.error)
        return None if self.thumbnails or self.crops else task.known

    def refuse(self, task: Task, error: PhotoError) -> Answer:
        """The answer for a photo that could not be judged."""
        return self._refusal(task, error, file_state(task.path, hashing=self.hashing))

    @cached_property
    def basis(self) -> str:
        """Identifies everything that affects a report besides the photo: version, policy, thresholds, language,
        crops."""
        rests_on: list[object] = [schema.SCHEMA, __version__, _shaped(self.policy, self.shape).to_toml(), self.lang]
        if self.crops:
            rests_on.append([self.crops.folder, self.crops.size])
        return hashlib.sha256(to_text(rests_on).encode()).hexdigest()[:16]

    def _refusal(self, task: Task, error: PhotoError, seen: dict[str, Any]) -> Answer:
        lasting = task.error is None and error.reason not in TRANSIENT
        line = self._line(unjudged(task.name, error, self.lang), seen if lasting else {})
        return Answer(line, error.code, failed=True)

    def _line(self, document: schema.Report | schema.Unjudged, seen: dict[str, Any]) -> str:
        return to_text(schema.to_dict(replace(document, source=schema.Source(**seen, basis=self.basis))))

    def _thumbnail(self, task: Task) -> bytes:
        return _make_thumbnail(task) if self.thumbnails else b""

    def _hash(self, task: Task) -> str:
        return _perceptual_hash(task) if self.perceptual_hashes else ""


def file_state(path: str, *, hashing: bool) -> dict[str, Any]:
    """What `--resume` compares to detect a changed file: `size` in bytes, `mtime_ns`, and `sha256` if `hashing`.

    Empty if the file cannot be read or is not a regular file.
    """
    try:
        facts = os.stat(path)
        state: dict[str, Any] = {"size": facts.st_size, "mtime_ns": facts.st_mtime_ns}
        if not stat.S_ISREG(facts.st_mode):
            return {}
        if hashing:
            with opened_regular(path) as file:
                digest = hashlib.sha256()
                while piece := file.read(1 << 20):
                    digest.update(piece)
            state["sha256"] = digest.hexdigest()
    except (OSError, ValueError):  # ValueError: a NUL in the name
        return {}
    return state


def _shaped(policy: str, shape: Crop | None) -> Policy:
    """The policy, with `shape` in place of its crop if given."""
    loaded = load(policy)
    return loaded if shape is None else replace(loaded, crop=shape)


@lru_cache(maxsize=1)
def _checker(policy: str, shape: Crop | None) -> PhotoChecker:
    """This process's checker."""
    configure_worker()
    silence_native()
    from mettici.checker import PhotoChecker
    from mettici.vision.pipeline import Vision

    return PhotoChecker(_shaped(policy, shape), vision=Vision(parallel=False))


def _overlay(done: Examination) -> str:
    """The findings as an SVG to lay over the photo."""
    from mettici.output.overlay import overlay
    from mettici.output.svg import svg

    return svg(overlay(done.report, done.evidence, DISPLAY_SIDE))


def _overlay_of(report: schema.Object) -> str:
    """Like `_overlay`, from a report that an earlier run wrote."""
    from mettici.output.overlay import overlay_from_json
    from mettici.output.svg import svg

    return svg(overlay_from_json(report, DISPLAY_SIDE))


def _make_thumbnail(task: Task) -> bytes:
    """A thumbnail without the file's metadata; empty if the photo cannot be decoded."""
    import io

    from PIL import Image

    from mettici.image.photo import load_small

    try:
        pixels = load_small(task.contents, THUMBNAIL)
    except PhotoError:
        return b""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "WEBP", quality=55, method=2)
    return file.getvalue()


def _perceptual_hash(task: Task) -> str:
    """The picture's coarse structure (DCT), in hexadecimal; empty if imagehash is not installed."""
    try:
        import imagehash
    except ImportError:
        return ""
    import numpy as np
    from PIL import Image

    from mettici.image.photo import load_small

    pixels = load_small(task.contents, THUMBNAIL)
    bits = imagehash.phash(Image.fromarray(pixels), hash_size=math.isqrt(HASH_BITS)).hash
    return bytes(np.packbits(bits)).hex()
