"""Labels of the face network's heads, derived from the labels of the sets."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from mettici.vision.face_attributes import HEADS
from training.data import Row
from training.faces.labels import ASSUMED, target


def known(set_: str, path: str = "a/b.jpg", **labels: str) -> dict[str, tuple[float, float]]:
    """Value and weight of each known head, for a clear face in a picture with those labels."""
    sample: Any = SimpleNamespace(row=Row(set_, path, Path("a.jpg"), "train", labels), presence=1.0, variant=0)
    found = target(sample, {})
    heads = zip(HEADS, found.value.tolist(), found.weight.tolist(), strict=True)
    return {head: (round(value, 2), weight) for head, value, weight in heads if not np.isnan(value)}


@pytest.mark.parametrize(
    ("set_", "labels", "head", "value"),
    [
        ("lfw_eyes", {"eyes": "closed", "glasses": "0"}, "eyes_open", 0.0),
        ("lfw_eyes", {"eyes": "squint", "glasses": "0"}, "eyes_open", 1.0),
        ("lfw_glasses", {"glasses": "sunglasses", "eyes_hidden": "1"}, "sunglasses", 1.0),
        ("lfw_occlusion", {"cover": "hand", "covered": "1"}, "face_hidden", 1.0),
        ("lfw_occlusion", {"cover": "hand", "covered": "1"}, "mask", 0.0),
        ("lfw_occlusion", {"cover": "none", "covered": "0"}, "face_hidden", 0.0),
        ("st40_objects", {"cover": "cup_or_bottle", "covered": "1", "faces": "1"}, "face_hidden", 1.0),
        ("tricky", {"kind": "mask_worn", "want": "reject"}, "mask", 1.0),
        ("tricky", {"kind": "pet_animal", "want": "reject"}, "human", 0.0),
    ],
)
def test_street_faces_are_labelled(set_: str, labels: dict[str, str], head: str, value: float) -> None:
    assert known(set_, **labels)[head][0] == value


def test_unverified_labels_weigh_less() -> None:
    assert known("london")["eyes_open"] == (0.98, ASSUMED)


def test_groups_and_statues_are_only_labelled_as_faces() -> None:
    assert known("st40_objects", cover="hand", covered="1", faces="2").keys() == {"human"}
    assert known("tricky", kind="statue_bust", want="reject").keys() == {"human"}
