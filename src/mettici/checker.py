"""`PhotoChecker`, the pipeline: load the photo, see, measure and assess, score, look for a crop, report."""

from __future__ import annotations

import hashlib
import logging
import os
import time
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, replace
from pathlib import Path

from mettici._version import __version__
from mettici.checks.base import CRASHED, Assessment, Status
from mettici.crop import needs_origin_check, suggest
from mettici.cutting import scene_of
from mettici.errors.log_format import stack_summary
from mettici.evidence import Evidence
from mettici.image import photo as photos
from mettici.image.encode import Original
from mettici.image.photo import Area, Limits, Photo, Source
from mettici.image.sampling import Pyramid
from mettici.lifecycle import exit_raises_closed, no_fork
from mettici.policy import DEFAULT, Policy, Rule, load
from mettici.report import FaceBox, Report, Retake, SuggestedCrop
from mettici.scoring import Finding, judge, mark_moot
from mettici.vision.pipeline import Share, Vision
from mettici.vision.types import Box, Face
from mettici.vision.weights import manifest

log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class Examination:
    """A report, and the evidence it is based on."""

    report: Report
    evidence: Evidence


class PhotoChecker:
    """Judges photos. Thread-safe. Close it, or use it in a `with`, to free the networks.

    All checkers of a process share their networks, which are loaded with the first photo and freed when the last
    checker is closed, so a checker per policy or tenant costs almost nothing. A checker can be pickled and sent to
    other processes, which load their own networks.

    `policy`: the name of a built-in policy, the path of a TOML file, or a `Policy`. `strict`: raise the exception of a
    check that crashes instead of reporting it as `unknown` (for tests). `limits`: which photos are read at all.
    `vision`: networks that are being loaded already (`Vision.prepare`); closing the checker closes them. `networks`:
    the maximum number of copies to load, 1 or more, about 70 MB each; by default, one per core that this process may
    use. Additional threads wait for a free copy; checkers share networks if they specify the same number. Raises
    `PolicyError`; `ModelError` on the first check; `ClosedError` after `close`.
    """

    def __init__(
        self,
        policy: str | Path | Policy = DEFAULT,
        *,
        strict: bool = False,
        limits: Limits = photos.DEFAULT,
        vision: Vision | None = None,
        networks: int | None = None,
    ) -> None:
        self.policy = load(policy)
        self._strict, self._limits = strict, limits
        self._vision: Vision | Share = vision or Share(networks)

    def under(self, policy: str | Path | Policy) -> PhotoChecker:
        """A checker with another policy and the same networks: closing one closes both. Raises `PolicyError`."""
        other = copy(self)
        other.policy = load(policy)
        return other

    def cache_key(self, photo: bytes) -> str:
        """A cache key for the report on these bytes: anything that may change the report changes the key.

        It contains the photo's SHA-256, and a digest of the policy, the networks and mettici's version: 93 characters,
        letters, digits and hyphens. Reports can be pickled; `dataclasses.replace(report, path=…)` renames one.
        """
        rests_on = [__version__, self.policy.to_toml(), *(w.sha256 for w in manifest().values())]
        digest = hashlib.sha256("\0".join(rests_on).encode()).hexdigest()
        return f"mettici-{hashlib.sha256(photo).hexdigest()}-{digest[:20]}"

    def check(self, photo: Source, *, name: str | None = None, crop: bool = True) -> Report:
        """Judge a photo: a path, bytes, a data URL, a binary file, a PIL image, or an (H, W, 3) uint8 RGB array.

        Arrays may also be grey, (H, W), or RGBA. OpenCV's are BGR and must be reversed, `array[..., ::-1]`;
        `colour_cast` reports an obvious mistake. `name` is the report's `path`, by default the path as given, or "-".
        `crop`: look for a crop that fixes size, framing or other people, if necessary. That takes as long as up to
        three more checks, or seven before it reports that no crop is better. Raises `PhotoError` if the photo cannot be
        read; a photo without a face gets a verdict, not an error.
        """
        return self.examine(photo, name=name, crop=crop).report

    def examine(self, photo: Source, *, name: str | None = None, crop: bool = True) -> Examination:
        """Like `check`, with the evidence behind the report, for drawing it or cutting the suggested crop."""
        clock = _Clock()
        with exit_raises_closed():
            loaded = photos.load(photo, self._limits)
            clock.lap("decode")
            with no_fork():
                evidence = self._see(loaded)
                clock.lap("vision")
                report = self._judge(evidence, name if name is not None else _name(photo))
                clock.lap("checks")
                if crop and (found := self._crop(report, evidence)):
                    report = replace(report, retake=found) if isinstance(found, Retake) else replace(report, crop=found)
                    clock.lap("crop")
        return Examination(replace(report, timing_ms=clock.laps), evidence)

    def _see(self, photo: Photo) -> Evidence:
        """Run the networks on the photo; measures are computed when a check needs them."""
        picture = Pyramid(photo.pixels)
        return Evidence(photo, self._vision.look(picture), picture)

    def _judge(self, evidence: Evidence, name: str) -> Report:
        """Run all checks, and derive verdict and score; without a crop or timings."""
        findings = mark_moot([Finding(rule, self._assess(rule, evidence)) for rule in self.policy.rules])
        verdict, score = judge(findings, self.policy.accept_from)
        photo = evidence.photo
        return Report(
            path=name,
            verdict=verdict,
            score=score,
            photo=_facts(photo),
            faces=tuple(_reported(face, photo, i == 0) for i, face in enumerate(evidence.scene.faces)),
            findings=findings,
            policy=self.policy,
            models={k: f"sha256:{w.sha256}" for k, w in manifest().items()},
            version=__version__,
        )

    def _crop(self, report: Report, evidence: Evidence) -> SuggestedCrop | Retake | None:
        """The crop to suggest, or why the photo must be retaken; None if cropping does not matter.

        Crops are judged like photos, except that the networks need not analyse everything again.
        """
        original, origin = Original(evidence.photo), needs_origin_check(report)

        def judge_crop(area: Area) -> Report:
            inside = original.preview(area)
            picture = Pyramid(inside.pixels)
            scene = self._vision.look_again(picture, scene_of(evidence, area, inside), origin=origin)
            return self._judge(Evidence(inside, scene, picture), "-")

        return suggest(report, evidence, judge_crop)

    def _assess(self, rule: Rule, evidence: Evidence) -> Assessment:
        try:
            return rule.check.assess(evidence, rule.limits)
        except Exception as error:
            if self._strict:
                raise
            # A check that crashes must not prevent the others.
            log.error("the check %s failed: %s", rule.check.id, stack_summary(error))
            return Assessment(Status.UNKNOWN, CRASHED)

    def close(self) -> None:
        """Free the networks once running checks finish. The checker cannot be used afterwards; closing it twice is
        harmless."""
        self._vision.close()

    def __enter__(self) -> PhotoChecker:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Clock:
    """Measures how long each step took: `laps`, in milliseconds, by name."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, step: str) -> None:
        """End a step that started when the previous one ended."""
        now = time.perf_counter()
        self.laps[step], self._last = round(1000 * (now - self._last), 1), now


def _name(photo: Source) -> str:
    return os.fsdecode(photo) if isinstance(photo, str | os.PathLike) else "-"


def _facts(photo: Photo) -> Mapping[str, object]:
    return {
        "width": photo.width,
        "height": photo.height,
        "format": photo.format,
        "sha256": photo.sha256,
        "notes": list(photo.notes),
    }


def _reported(face: Face, photo: Photo, main: bool) -> FaceBox:
    """The face's box in whole pixels of the original, clipped to the photo; around the mesh, which is exact, if there
    is one."""
    k, box = photo.scale, face.box
    if face.mesh is not None:
        (x0, y0), (x1, y1) = face.mesh.points[:, :2].min(axis=0).tolist(), face.mesh.points[:, :2].max(axis=0).tolist()
        box = Box(x0, y0, x1 - x0, y1 - y0)
    left, top = max(0, round(box.x * k)), max(0, round(box.y * k))
    right, bottom = min(photo.width, round(box.right * k)), min(photo.height, round(box.bottom * k))
    return FaceBox((left, top, right - left, bottom - top), face.score, main)
