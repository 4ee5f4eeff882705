"""Smile labels and a teacher, two independent witnesses: the labels that the face network learns from them."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from mettici.vision.face_attributes import HEADS
from training.data import Row
from training.faces.labels import TEACHER_ONLY_WEIGHT, Target, with_teacher

SMILE = HEADS.index("smile")


def face(smile: float | None, hidden: float | None = 0.0, name: str = "genki4k") -> tuple[Any, Target]:
    """A sample of a set and its target: the label `smile`, and whether something hides the face."""
    known = Target(np.full(len(HEADS), np.nan, np.float32), np.ones(len(HEADS), np.float32))
    known.set(human=1, smile=smile, face_hidden=hidden)
    return SimpleNamespace(row=Row(name, "x.jpg", Path("x.jpg"), "train", {})), known


def believed(*extra: tuple[tuple[Any, Target], float]) -> list[Target]:
    """The targets of the faces `extra`, each with the teacher's log-odds, among 200 labelled faces of which the teacher
    gets most right."""
    odds = np.float32([*np.tile([-3, -2, -1, 0.5], 25), *np.tile([3, 2, 1, -0.5], 25)])
    faces = [face(0.0) for _ in range(100)] + [face(1.0) for _ in range(100)] + [known for known, _ in extra]
    samples, targets = zip(*faces, strict=True)
    combined_odds = np.float32([*odds, *(odd for _, odd in extra)])
    return with_teacher(list(samples), list(targets), combined_odds)[200:]


def test_a_label_confirmed_by_the_teacher_is_trusted() -> None:
    smiling, serious = believed((face(1.0), 3.0), (face(0.0), -3.0))
    assert smiling.value[SMILE] > 0.99
    assert serious.value[SMILE] < 0.01


def test_a_label_that_the_teacher_contradicts_is_doubted() -> None:
    mild, flat = believed((face(1.0), -1.0), (face(1.0), -8.0))
    assert 0.5 < mild.value[SMILE] < 0.99
    assert flat.value[SMILE] < 0.5


def test_the_teacher_labels_uncovered_faces_without_a_label() -> None:
    (smiling,) = believed((face(None, name="fairface"), 3.0))
    assert smiling.value[SMILE] > 0.9
    assert smiling.weight[SMILE] == TEACHER_ONLY_WEIGHT


@pytest.mark.parametrize("hidden", [None, 1.0])
def test_faces_that_may_be_covered_stay_unlabelled(hidden: float | None) -> None:
    (unknown,) = believed((face(None, hidden, "rmfd"), 3.0))
    assert np.isnan(unknown.value[SMILE])


def test_hand_labels_are_kept() -> None:
    slight, clear = believed((face(0.5, name="profiles"), 6.0), (face(1.0, name="us_congress"), -6.0))
    assert (slight.value[SMILE], clear.value[SMILE]) == (0.5, 1.0)


def test_the_original_labels_are_not_modified() -> None:
    known = face(1.0)
    believed((known, -8.0))
    assert known[1].value[SMILE] == 1.0
