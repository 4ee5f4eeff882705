"""A face, or what the picture shows instead."""

import numpy as np
import pytest
from made_up import evidence, face_of, mesh, photo

from mettici.checks.base import Status
from mettici.checks.face_present import FacePresent
from mettici.evidence import Evidence
from mettici.vision.types import Origin, Scene

CHECK = FacePresent()


def test_faces_are_counted() -> None:
    other = face_of(mesh((80, 80), 60))
    assert CHECK.assess(evidence(), CHECK.limits).value == 1
    result = CHECK.assess(evidence(others=(other,)), CHECK.limits)
    assert (result.status, result.reason, result.value) == (Status.PASS, "found", 2)


@pytest.mark.parametrize(
    ("kinds", "reason"),
    [
        ({"animal": 0.8, "thing": 0.2}, "animal"),
        ({"animal": 0.5, "thing": 0.5}, "none"),
        ({"painting": 0.4, "cartoon": 0.4, "thing": 0.2}, "drawing"),
        ({"screen": 0.9}, "screen"),
        ({"graphic": 0.9}, "graphic"),
        ({"card": 0.9}, "card"),
        ({"figure": 0.9}, "figure"),
        ({"screen": 0.45, "card": 0.45}, "none"),
        ({"person": 0.9}, "none"),
        ({}, "none"),
    ],
)
def test_the_subject_is_named_only_if_certain(kinds: dict[str, float], reason: str) -> None:
    of = Evidence(photo(np.zeros((200, 200, 3), np.uint8)), Scene(origin=Origin(0.5, kinds)))
    result = CHECK.assess(of, CHECK.limits)
    assert (result.status, result.reason, result.value, result.score) == (Status.FAIL, reason, 0, 0)
