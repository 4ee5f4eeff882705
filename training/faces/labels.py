"""The label of each head for each face. Assumed labels get less weight, and doubtful ones are left out."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from mettici.vision.face_attributes import HEADS
from mettici.vision.model_set import MESH_PRESENCE
from training.faces.crops import STREET
from training.hand_labels import hand_labels
from training.logistic import logistic
from training.picture.heads import NEARLY, cover_of, heads_of
from training.picture.labels import kind_of

if TYPE_CHECKING:
    from pathlib import Path

    from training.data import Row
    from training.faces.crops import Sample

DRAWN = ("painted_portraits", "wikiart_faces", "avatars", "caricature", "anime64")
UNCOVERED = (
    "us_congress",
    "genki4k",
    "smiles64",
    "cew",
    "fairface",
    "utkface",
    "humans160",
    "caltech_faces",
    "facemask_cd",
    "facemask_synth",
)
"""Sets in which practically no face or eye is hidden, unless a label says otherwise."""
OPEN_EYED = ("us_congress", "genki4k", "humans160", "smiles64", "caltech_faces")
"""Sets in which practically all eyes are open."""
SLIGHT = 0.5
"""Target probability of a slight smile; in calibration it counts as neither smiling nor neutral."""
MISLABELLED = 0.03
"""Share of wrong smile labels, estimated by looking at those that two networks flatly contradicted."""
TEACHER_ONLY_WEIGHT = 0.5
"""Weight of a smile label that comes from the teacher alone."""
ASSUMED = 0.5
"""Weight of a label that nobody verified but that is almost always right."""
TEACHER_CALIBRATED_ON = ("profiles", "us_congress", "genki4k")
"""Sets whose smile labels calibrate the teacher."""
HAND_LABELLED = ("profiles", "us_congress")
"""Sets whose smiles were labelled by hand for this project; these labels are trusted as they are."""


@dataclass
class Target:
    """The target probability of each head (NaN: unknown) and its weight."""

    value: npt.NDArray[np.float32]
    weight: npt.NDArray[np.float32]

    def set(self, weight: float = 1.0, **values: float | None) -> None:
        """Set heads by name; None removes a label."""
        for name, value in values.items():
            self.value[HEADS.index(name)] = np.nan if value is None else value
            self.weight[HEADS.index(name)] = weight

    def copy(self) -> Target:
        return Target(self.value.copy(), self.weight.copy())


def faults(data: Path) -> dict[str, set[str]]:
    """The faults that either rater reported, by path of the profile photo."""
    table = data / "profiles" / "ratings.csv"
    if not table.exists():
        return {}
    with table.open(newline="", encoding="utf-8") as lines:
        return {r["path"]: set(f"{r['faults_a']};{r['faults_b']}".split(";")) - {""} for r in csv.DictReader(lines)}


def target(sample: Sample, rated: dict[str, set[str]]) -> Target:
    """The labels of `sample`; `rated` holds the `faults` of profile photos."""
    known = _labelled(sample, rated)
    for head, value in hand_labels().get(sample.row.key, {}).items():
        if value and (sample.variant == 0 or head == "human"):
            known.set(**{head: None if value == "-" else float(value)})
    if known.value[0] != 1:
        known.value[1:] = np.nan
    return known


def _labelled(sample: Sample, rated: dict[str, set[str]]) -> Target:
    known = Target(np.full(len(HEADS), np.nan, np.float32), np.ones(len(HEADS), np.float32))
    row = sample.row
    if without_person(row):
        known.set(human=0)
        return known
    if row.set == "imagenet1k" or row.set == "memes" or sample.presence < MESH_PRESENCE:
        return known
    if row.set in DRAWN or row.labels.get("kind") == "drawing":
        known.set(human=1)
        return known
    known.set(human=1)
    if row.set in STREET:
        _street(known, row)
        return known
    _smile(known, row)
    _covers(known, row, rated.get(row.path, set()) if row.set == "profiles" else set())
    _eyes(known, row, rated.get(row.path, set()) if row.set == "profiles" else set())
    return known


def with_teacher(samples: list[Sample], targets: list[Target], odds: npt.NDArray[np.float32]) -> list[Target]:
    """The targets, with smile labels corrected by a teacher's log-odds (N,).

    Label and teacher count as independent witnesses. The label is wrong in `MISLABELLED` of all cases; a logistic
    regression on the sets `TEACHER_CALIBRATED_ON` estimates how reliable the teacher is. Hand-labelled smiles stay as
    they are. If an uncovered face has no label, the teacher alone decides. See Hinton et al. 2015 (distillation) and
    Xie et al. 2020.
    """
    at = HEADS.index("smile")
    wanted = np.array([t.value[at] for t in targets])
    sure = ((wanted == 0) | (wanted == 1)) & np.array([s.row.set in TEACHER_CALIBRATED_ON for s in samples])
    slope, start = logistic(odds[sure, None].astype(float), wanted[sure].astype(float), np.ones(int(sure.sum())))
    believed = math.log((1 - MISLABELLED) / MISLABELLED)
    found = []
    for sample, target, odd in zip(samples, targets, odds, strict=True):
        smile, free = target.value[at], target.value[HEADS.index("face_hidden")] == 0
        evidence = slope * odd + start + (0 if np.isnan(smile) else believed * (2 * smile - 1))
        changed = target.copy()
        doubted = smile in (0, 1) and sample.row.set not in HAND_LABELLED
        if doubted or (np.isnan(smile) and free):
            weight = TEACHER_ONLY_WEIGHT if np.isnan(smile) else float(target.weight[at])
            changed.set(weight, smile=1 / (1 + math.exp(-evidence)))
        found.append(changed)
    return found


def without_person(row: Row) -> bool:
    """Whether the labels say that the picture shows no person."""
    return (
        row.set in ("pets", "logos", "screenshots")
        or row.labels.get("has_person") == "0"
        or "no human" in row.labels.get("kind", "")
        or (row.set == "tricky" and kind_of(row) in ("animal", "thing"))
    )


def _street(known: Target, row: Row) -> None:
    """Labels that both networks share, for a photographed person; for anything else, only that it has a face."""
    if kind_of(row) != "person" or row.labels.get("faces", "1") != "1":
        return
    for head, value in heads_of(row).items():
        if head in HEADS:
            known.set(ASSUMED if value == NEARLY else 1.0, **{head: value})
    if known.value[HEADS.index("face_hidden")] == 1:
        known.set(mask=float(cover_of(row) == "mask"))


def _smile(known: Target, row: Row) -> None:
    level = row.label("smile_level")
    if level is not None:
        known.set(smile=(0.0, SLIGHT, 1.0)[int(level)], weight=2.0)
    elif row.set in ("genki4k", "smiles64", "icao") and row.label("smile") is not None:
        known.set(smile=row.label("smile"))


def _covers(known: Target, row: Row, faulty: set[str]) -> None:
    """Set what hides the face or the eyes."""
    if row.set in UNCOVERED:
        known.set(face_hidden=0, eyes_hidden=0)
    if row.set in ("facemask_cd", "facemask_synth") and row.label("mask") == 1:
        known.set(face_hidden=1, mask=1, eyes_hidden=0)
    if row.set == "selfie_sunglasses":
        if row.label("clear_single_sunglasses") == 1:
            known.set(eyes_hidden=1, sunglasses=1, face_hidden=0)
        elif row.label("sunglasses") == 0 and row.label("faces") == 1:
            known.set(eyes_hidden=0)
    if row.set == "profiles":
        weight = 2.0 if row.label("clean") == 1 else 1.0
        if row.label("occluded") == 0 and "hidden" not in faulty:
            known.set(face_hidden=0, weight=weight)
            if row.label("sunglasses") == 0 and "sunglasses" not in faulty:
                known.set(eyes_hidden=0, weight=weight)
        if row.label("sunglasses") == 1:
            known.set(eyes_hidden=1, sunglasses=1)


def _eyes(known: Target, row: Row, faulty: set[str]) -> None:
    """Set whether both eyes are open, with less weight if only assumed."""
    if row.set == "cew":
        known.set(eyes_open=1 - (row.label("eyes_closed") or 0))
    elif "eyes_closed" in faulty or row.label("eyes_closed") == 1:
        known.set(eyes_open=0)
    elif row.set == "profiles" and row.label("clean") == 1:
        known.set(eyes_open=1, weight=2.0)
    elif row.set in OPEN_EYED:
        known.set(eyes_open=0.98, weight=0.5)
    elif (row.set == "fairface" and row.labels.get("age") not in ("0-2", "3-9")) or (
        row.set == "utkface" and (row.label("age") or 0) >= 10
    ):
        known.set(eyes_open=0.98, weight=1.0)
